"""What the benchmarks share: the course they grade, its class, and measuring a command with all its processes."""

from __future__ import annotations

import inspect
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.adapters.gradebook import database_url
from autograder.config import load
from autograder.course import Course
from autograder.notebooks.fill import fill
from autograder.notebooks.release import release
from autograder.sandbox.processes import descendants

COURSE = Path(__file__).parent / "numerics"
ASSIGNMENT, CHALLENGE = "bench", "numerics"


def make_course(folder: Path) -> Course:
    """The benchmark's course, released, in ``folder``."""
    root = Path(shutil.copytree(COURSE, folder, ignore=shutil.ignore_patterns("__pycache__")))
    release(root, ASSIGNMENT, db_url=database_url(root, load(root)[1]))
    return Course.open(root)


def answers(course: Course, number: int) -> dict[str, str]:
    """What student ``number`` hands in: the references, one of them spoilt for three students in four."""
    cells = {}
    for place, exercise in enumerate(course.challenges[CHALLENGE].exercises.values()):
        source = inspect.getsource(exercise.reference)
        source = source[source.index("def ") :]
        if number % 4 == place and place < 3:
            source = source.replace("return ", "return 2 * ")
        cells[exercise.name] = source + f"# student {number}"
    return cells


def make_class(course: Course, size: int) -> None:
    """Submissions of ``size`` students, no two alike."""
    released = json.loads((course.root / "release" / ASSIGNMENT / f"{CHALLENGE}.ipynb").read_text(encoding="utf-8"))
    for number in range(size):
        target = course.root / "submitted" / f"student{number:05d}" / ASSIGNMENT
        target.mkdir(parents=True)
        notebook = fill(released, answers(course, number))
        (target / f"{CHALLENGE}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")


@dataclass
class Cost:
    """What a command took, all its processes together; memory is the greatest sum at one moment (MB)."""

    wall: float
    cpu: float
    memory: float
    output: str = ""


def measure(command: Sequence[str], folder: Path) -> Cost:
    """Runs a command to its end. Its processes' CPU comes from the kernel's count of ended children."""
    before, begin = os.times(), time.perf_counter()
    # nbgrader calls alembic, Otter calls jupyter: by their names
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    environment = {**os.environ, "PATH": path}
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    )
    most = [0.0]
    watch = threading.Thread(target=_watch, args=(process, most))
    watch.start()
    output = process.communicate()[0]
    wall, after = time.perf_counter() - begin, os.times()
    watch.join()
    if process.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} failed:\n{output[-3000:]}")
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Cost(wall, cpu, most[0], output)


def _watch(process: subprocess.Popen[str], most: list[float]) -> None:
    while process.poll() is None:
        most[0] = max(most[0], sum(map(proportional_memory, descendants(process.pid))))
        time.sleep(0.25)


def proportional_memory(pid: int) -> float:
    """MB of memory, pages that several processes share divided among them."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:"))
    except (OSError, StopIteration):
        return 0.0
