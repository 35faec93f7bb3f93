"""How fast a submission starts, and how fast a right challenge 1 is graded, beside stock nbgrader on the same notebook.

    python -m benchmarks.start [--repeat N] [--without-nbgrader]

Prints medians of one run. Targets: fork to first cell at most 40 ms, a right challenge 1 at most 0.3 s.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from autograder.adapters.gradebook import database_url
from autograder.config import load
from autograder.course import Course
from autograder.demo import make_course
from autograder.grading.submission import Grader
from autograder.notebooks.fill import fill, parse_cells
from autograder.notebooks.read import parse
from autograder.notebooks.release import release
from autograder.sandbox.fork_server import ForkServer
from autograder.sandbox.limits import Limits
from autograder.sandbox.session import Session

ROOT = Path(__file__).resolve().parent.parent
CHALLENGE = "challenge1_tensor_contraction"
ANSWERS = ROOT / "tests" / "submissions" / CHALLENGE / "right" / "einsum_everywhere.py"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=30)
    parser.add_argument("--without-nbgrader", action="store_true")
    options = parser.parse_args(arguments)
    course = Course.open(ROOT)
    released = json.loads((ROOT / "release" / "lecture1" / f"{CHALLENGE}.ipynb").read_text())
    content = json.dumps(fill(released, parse_cells(ANSWERS.read_text())[1])).encode()
    notebook = parse(content, f"{CHALLENGE}.ipynb", course.challenges)
    begin = time.perf_counter()
    with ForkServer.of_course(course) as server:
        server.wait_ready()
        print(f"fork server ready after {time.perf_counter() - begin:.1f} s ({server.mode}), once for all submissions")
        starts = [seconds_to_first_cell(server) for _ in range(options.repeat)]
        grader = Grader(course.challenges, server.launchers[0], limits=Limits(), secret=b"benchmark")
        wholes = []
        for _ in range(options.repeat):
            begin = time.perf_counter()
            report = grader.grade(notebook, "benchmark.ipynb")
            wholes.append(time.perf_counter() - begin)
            assert report.score == report.max_score, report
    print(f"fork to first cell:        median {1000 * statistics.median(starts):6.1f} ms  (target 40 ms)")
    print(f"a right challenge 1:       median {1000 * statistics.median(wholes):6.1f} ms  (target 300 ms)")
    if not options.without_nbgrader:
        wall, cpu = stock_nbgrader(content)
        print(f"stock nbgrader autograde:  {wall:.2f} s wall, {cpu:.2f} s CPU for the same notebook")
        print(f"ratio in wall time:        {wall / statistics.median(wholes):.0f} times")
    return 0


def seconds_to_first_cell(server: ForkServer) -> float:
    """From the order to fork until the first cell has run."""
    begin = time.perf_counter()
    with Session(server.launchers[0], Limits()) as session:
        session.run_cell("x = 1")
        return time.perf_counter() - begin


def stock_nbgrader(content: bytes) -> tuple[float, float]:
    """Wall and CPU seconds of ``nbgrader autograde`` for one submission of this challenge alone."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "course"
        make_course(root)
        release(root, "lecture1", db_url=database_url(root, load(root)[1]))
        target = root / "submitted" / "student" / "lecture1"
        target.mkdir(parents=True)
        (target / f"{CHALLENGE}.ipynb").write_bytes(content)
        command = [sys.executable, "-m", "nbgrader", "autograde", "lecture1", f"--notebook={CHALLENGE}"]
        before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(command, cwd=root, check=True, capture_output=True)
        wall = time.perf_counter() - begin
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    sys.exit(main())
