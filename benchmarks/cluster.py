"""What Dask costs against local processes, on the same class of numerical notebooks.

    python -m benchmarks.cluster [--students N] [--repeat N]

Two grader processes against two Dask workers of one thread, on this machine; the time is from the first result to the
last, so that neither the start of the fork servers nor that of the workers is in it. Target: at most 20 % more.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from autograder.grading.batch import Batch
from autograder.grading.cluster import engine_of
from autograder.grading.pool import Engine, Pool
from benchmarks.common import ASSIGNMENT, make_class, make_course


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=int, default=300)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="cluster-") as folder, ExitStack() as running:
        course = make_course(Path(folder) / "course")
        make_class(course, options.students)
        file = Path(folder) / "scheduler.json"
        dask = [sys.executable, "-m"]
        common = ["--scheduler-file", str(file), "--no-dashboard"]
        commands = [[*dask, "distributed.cli.dask_scheduler", *common, "--port", "0"]]
        commands += 2 * [[*dask, "distributed.cli.dask_worker", *common, "--nthreads", "1", "--no-nanny"]]
        for command in commands:
            process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            running.callback(process.wait)
            running.callback(process.kill)
            while not file.exists():
                time.sleep(0.1)
        address = json.loads(file.read_text())["address"]
        local, remote = [], []
        for _ in range(options.repeat):  # by turns, since other work on the machine comes and goes
            local.append(seconds_each(Batch(course, ASSIGNMENT), Pool(course, 2, None)))
            remote.append(seconds_each(Batch(course, ASSIGNMENT), engine_of(course, address, None)(2)))
    here, there = statistics.median(local), statistics.median(remote)
    print(f"local processes: {1000 * here:.1f} ms a submission ({', '.join(f'{1000 * s:.1f}' for s in local)})")
    print(f"Dask workers:    {1000 * there:.1f} ms a submission ({', '.join(f'{1000 * s:.1f}' for s in remote)})")
    print(f"overhead of Dask: {100 * (there / here - 1):+.0f} % (target: at most 20 %)")
    return 0


def seconds_each(batch: Batch, engine: Engine) -> float:
    """Wall time a submission, once a twentieth is done; nothing is stored, so that each run is a whole one."""
    with engine:
        begin, done = 0.0, 0
        for _ in engine.grade(batch.to_do):
            done += 1
            if done == len(batch.to_do) // 20:
                begin = time.perf_counter()
        return (time.perf_counter() - begin) / (done - len(batch.to_do) // 20)


if __name__ == "__main__":
    sys.exit(main())
