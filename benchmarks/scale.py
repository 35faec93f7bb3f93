"""How grading grows: throughput, memory of the coordinator and cost of the gradebook for classes of several sizes.

    python -m benchmarks.scale [--sizes 200 2000 10000] [--plot docs/scale.svg] [--json OUT]

Every submission is another notebook of four numerical exercises. A size is graded by the command, with two processes;
the first twentieth, in which the fork server starts, is left out of the throughput.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from autograder.adapters.gradebook import CourseGradebook
from autograder.grading.store import Store
from autograder.sandbox.processes import descendants
from benchmarks.common import ASSIGNMENT, CHALLENGE, Cost, make_class, make_course, proportional_memory

SIZES = (200, 2_000, 10_000)
STEP_SECONDS, WEIGH_SECONDS = 0.1, 2.0


@dataclass
class Run:
    """A graded class: the whole command, one more submission, and the coordinator's own memory at most (MB) and CPU
    seconds for one more submission."""

    whole: Cost
    each: Cost
    coordinator: float
    coordinator_cpu: float


@dataclass
class Row:
    """What one size cost; seconds and milliseconds a submission, megabytes."""

    students: int
    wall: float
    per_second: float
    cpu_ms: float
    coordinator_ms: float
    coordinator_mb: float
    all_mb: float
    gradebook_ms: float
    again_s: float
    gradebook_kb: float


def grade_measured(root: Path) -> Run:
    """Grades the class of a course by the command, watching its processes from outside."""
    begin = time.perf_counter()
    command = [sys.executable, "-m", "autograder.cli", "grade", ASSIGNMENT, "--workers", "2"]
    process = subprocess.Popen(command, cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    samples: list[tuple[float, int, float, float]] = []  # seconds, notebooks graded, CPU of all and of the coordinator
    coordinator = most = weighed = 0.0
    spent: dict[int, float] = {}
    while process.poll() is None:
        for pid in descendants(process.pid):
            spent[pid] = max(spent.get(pid, 0.0), _cpu(pid))
        samples.append((time.perf_counter() - begin, _graded(root), sum(spent.values()), spent.get(process.pid, 0.0)))
        coordinator = max(coordinator, _resident(process.pid))
        if time.perf_counter() - weighed > WEIGH_SECONDS:  # the kernel counts pages for it, which takes a while
            most = max(most, sum(map(proportional_memory, descendants(process.pid))))
            weighed = time.perf_counter()
        time.sleep(STEP_SECONDS)
    wall = time.perf_counter() - begin
    if process.returncode != 0:
        raise RuntimeError(process.stderr.read() if process.stderr else "")
    total = _graded(root)
    middle = [sample for sample in samples if total / 20 <= sample[1] <= total * 0.97]
    whole = Cost(wall, sum(spent.values()), most)
    if len(middle) < 4:
        return Run(whole, Cost(wall / total, whole.cpu / total, most), coordinator, samples[-1][3] / total)
    (first, done, cpu, own), (last, all_done, all_cpu, all_own) = middle[0], middle[-1]
    count = all_done - done
    each = Cost((last - first) / count, (all_cpu - cpu) / count, most)
    return Run(whole, each, coordinator, (all_own - own) / count)


def _graded(root: Path) -> int:
    logs = sorted((root / ".autograder" / "logs").glob("*.jsonl"))
    return logs[-1].read_bytes().count(b"\n") if logs else 0


def _cpu(pid: int) -> float:
    """CPU seconds of a process; a fork server's with those of the submissions that have ended, which live too short to
    be seen here themselves."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_text()
        parent, *fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1:]
        is_server = "autograder.sandbox.server" in command and "bwrap" not in command
        if is_server and "bwrap" not in Path(f"/proc/{parent}/cmdline").read_text():
            return 0.0  # a submission, a fork of the server
    except (OSError, ValueError):
        return 0.0
    return sum(map(int, fields[9 : 13 if is_server else 11])) / os.sysconf("SC_CLK_TCK")


def _resident(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    except OSError:
        return 0.0


def gradebook_ms(root: Path) -> float:
    """Median milliseconds of CPU and disk for writing one submission into the gradebook as large as it is by now."""
    key = json.loads((root / ".autograder" / "history" / f"{ASSIGNMENT}.jsonl").read_text().splitlines()[0])["key"]
    report = Store(root).find(key)
    assert report is not None
    seconds = []
    with CourseGradebook(f"sqlite:///{root / 'gradebook.db'}", "bench") as gradebook:
        for number in range(60):
            begin = time.perf_counter()
            gradebook.write(ASSIGNMENT, f"late{number}", {CHALLENGE: report}, {})
            seconds.append(time.perf_counter() - begin)
    return 1000 * statistics.median(seconds)


def measure_size(size: int) -> Row:
    with tempfile.TemporaryDirectory(prefix="scale-") as folder:
        course = make_course(Path(folder) / "course")
        make_class(course, size)
        run = grade_measured(course.root)
        begin = time.perf_counter()
        again = [sys.executable, "-m", "autograder.cli", "grade", ASSIGNMENT]
        subprocess.run(again, cwd=course.root, check=True, capture_output=True)
        again_s = time.perf_counter() - begin
        with sqlite3.connect(course.root / "gradebook.db") as database:
            pages, page = database.execute("pragma page_count").fetchone()[0], 4096
        return Row(
            size,
            run.whole.wall,
            1 / run.each.wall,
            1000 * run.each.cpu,
            1000 * run.coordinator_cpu,
            run.coordinator,
            run.whole.memory,
            gradebook_ms(course.root),
            again_s,
            pages * page / 1024 / size,
        )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--plot", type=Path, metavar="FILE.svg")
    parser.add_argument("--json", type=Path, metavar="OUT")
    options = parser.parse_args(arguments)
    print("students |  wall s | a second | CPU ms each | coordinator: ms |   MB | all MB | gradebook ms | again s")
    rows = []
    for size in options.sizes:
        row = measure_size(size)
        rows.append(row)
        speed = f"{row.students:8} | {row.wall:7.1f} | {row.per_second:8.1f} | {row.cpu_ms:11.1f}"
        own = f"{row.coordinator_ms:15.1f} | {row.coordinator_mb:4.0f} | {row.all_mb:6.0f}"
        print(f"{speed} | {own} | {row.gradebook_ms:12.2f} | {row.again_s:7.1f}", flush=True)
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n")
    if options.plot:
        plot(rows, options.plot)
    return 0


def plot(rows: list[Row], path: Path) -> None:
    """Three small panels over the size of the class, each from zero."""
    import matplotlib

    matplotlib.use("svg")
    import matplotlib.pyplot as plt

    plt.rcParams["svg.hashsalt"] = "scale"
    figure, panels = plt.subplots(1, 3, figsize=(9, 2.8), layout="constrained")
    sizes = [row.students for row in rows]
    for axes, title, values in (
        (panels[0], "submissions a second", [row.per_second for row in rows]),
        (panels[1], "coordinator's memory, MB", [row.coordinator_mb for row in rows]),
        (panels[2], "gradebook, ms a submission", [row.gradebook_ms for row in rows]),
    ):
        axes.plot(sizes, values, "o-", color="#0550ae")
        axes.set(title=title, xscale="log", ylim=(0, 1.3 * max(values)), xlabel="students")
        axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
        axes.minorticks_off()
    figure.savefig(path, metadata={"Date": None})


if __name__ == "__main__":
    sys.exit(main())
