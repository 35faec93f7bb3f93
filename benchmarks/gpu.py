"""Lecture 2 on a GPU: scores beside the CPU's, wall time one at a time and shared, memory on the device.

    python -m benchmarks.gpu --data FOLDER [--share N] [--match PART] [--json OUT]

FOLDER holds MNIST/raw/ as torchvision keeps it. Needs a GPU; says so and stops where there is none.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from autograder.course import Course
from autograder.grading.submission import Grader
from autograder.notebooks.fill import fill, parse_cells
from autograder.notebooks.read import parse
from autograder.sandbox.fork_server import ForkServer

ROOT = Path(__file__).resolve().parent.parent
CHALLENGES = ("challenge6_tiny_transformer", "challenge7_cnn_capacity", "challenge8_representation_geometry")
WRONG = {
    "challenge6_tiny_transformer": ("train-always_adam", "train-fixed_seed"),
    "challenge7_cnn_capacity": (
        "train_cnn-labels_shuffled",
        "train_cnn-untrained_model_returned",
        "train_cnn-no_steps_at_all",
        "sweep-test_copied_from_training",
    ),
    "challenge8_representation_geometry": ("reduced_data_study-one_network", "reduced_data_study-test_is_training"),
}


def chosen(part: str) -> list[tuple[str, Path]]:
    """Right submissions of the three challenges and wrong ones that train, whose path contains ``part``."""
    found = []
    for challenge in CHALLENGES:
        folder = ROOT / "tests" / "submissions" / challenge
        right = sorted((folder / "right").glob("*.py"))
        found += [(challenge, path) for path in right]
        found += [(challenge, folder / "wrong" / f"{stem}.py") for stem in WRONG[challenge]]
    return [(challenge, path) for challenge, path in found if part in str(path)]


def grade_all(device: str, data: Path, files: list[tuple[str, Path]], share: int) -> dict[str, Any]:
    """Every file graded on ``device`` by ``share`` grader processes at a time."""
    course = Course.open(ROOT)
    course.options.device = device
    course.options.full_data = str(data.resolve())
    course.options.gpu_share = min(0.9 / share, 0.5)
    context = multiprocessing.get_context("fork")
    jobs, results = context.Queue(), context.Queue()
    for job in files:
        jobs.put((job[0], str(job[1])))
    with ForkServer.of_course(course, connections=share) as server, DeviceMemory(device) as memory:
        server.wait_ready()
        begin = time.perf_counter()
        workers = [context.Process(target=_work, args=(course, server, i, jobs, results)) for i in range(share)]
        for worker in workers:
            worker.start()
        graded = dict(results.get() for _ in files)
        wall = time.perf_counter() - begin
        for _ in workers:
            jobs.put(None)
        for worker in workers:
            worker.join()
    how = {"device": device, "share": share, "confinement": server.mode}
    return {**how, "wall": wall, "graded": graded, "memory_mib": memory.most}


def _work(course: Course, server: ForkServer, index: int, jobs: Any, results: Any) -> None:
    grader = Grader(
        course.challenges,
        server.launchers[index],
        limits=course.options.limits(),
        secret=b"the benchmark on a GPU",
        data=course.full_data,
    )
    while (job := jobs.get()) is not None:
        challenge, path = job
        released = json.loads((ROOT / "release" / "lecture2" / f"{challenge}.ipynb").read_text(encoding="utf-8"))
        cells = parse_cells(Path(path).read_text(encoding="utf-8"))[1]
        notebook = parse(json.dumps(fill(released, cells)).encode(), "benchmark.ipynb", course.challenges)
        begin = time.perf_counter()
        report = grader.grade(notebook, path)
        scores = {
            each.name: {
                "points": round(each.points, 4),
                "verdict": str(each.verdict),
                "errors": {case.name: case.error for case in each.cases if case.error is not None and not case.public},
                "message": each.message,
            }
            for each in report.exercises
        }
        label = f"{challenge}/{Path(path).parent.name}/{Path(path).stem}"
        faults = [*report.faults, *report.notes]
        results.put((label, {"exercises": scores, "seconds": time.perf_counter() - begin, "faults": faults}))


class DeviceMemory:
    """The most memory in use on the GPU while the block runs, asked of nvidia-smi."""

    def __init__(self, device: str) -> None:
        self.most = 0
        self._running = device == "cuda"
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> DeviceMemory:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._running = False
        self._thread.join()

    def _watch(self) -> None:
        command = ["nvidia-smi", "--query-gpu=memory.used", "--format=csv,noheader,nounits"]
        while self._running:
            done = subprocess.run(command, capture_output=True, text=True)
            self.most = max([self.most, *map(int, done.stdout.split())])
            time.sleep(0.5)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--share", type=int, default=4)
    parser.add_argument("--match", default="", metavar="PART", help="only files whose path contains this")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    import torch

    if not torch.cuda.is_available():
        print("There is no GPU here.")
        return 2
    print(torch.cuda.get_device_name(), "· PyTorch", torch.__version__)
    del torch  # CUDA must not be initialised in this process, from which the graders are forked
    files = chosen(options.match)
    runs = [
        grade_all("cuda", options.data, files, options.share),
        grade_all("cuda", options.data, files, 1),
        grade_all("cpu", options.data, files, options.share),
    ]
    for run in runs:
        memory = f"{run['memory_mib']} MiB on the GPU"
        print(f"{run['device']:5} {run['share']} at a time, {run['confinement']}: {run['wall']:6.1f} s wall, {memory}")
    gpu, _, cpu = (run["graded"] for run in runs)
    differing = 0
    for label in cpu:
        for name, there in cpu[label]["exercises"].items():
            here = gpu[label]["exercises"][name]
            if here["points"] != there["points"]:
                differing += 1
                print(f"differs: {label} {name}: cpu {there['points']}, gpu {here['points']} ({here['message'][:200]})")
        for fault in gpu[label]["faults"]:
            print(f"note: {label}: {fault}")
    print(f"{len(cpu)} submissions, {differing} exercises with other points")
    if options.json:
        options.json.write_text(json.dumps(runs, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
