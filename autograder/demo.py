"""`autograder demo`: a made-up class, from the example submissions of the tests, released, graded and shown."""

from __future__ import annotations

import json
import random
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from autograder.adapters.gradebook import database_url
from autograder.config import load
from autograder.course import REFERENCES, Course
from autograder.exercise import Challenge
from autograder.grading.batch import grade_assignment
from autograder.notebooks.fill import fill, parse_cells
from autograder.notebooks.release import release
from autograder.report.class_report import write_report
from autograder.report.graded import read_graded
from autograder.report.terminal import print_class, print_summary, progress_bar

CHECKOUT = Path(__file__).resolve().parent.parent
CLASS_SIZES = {"lecture1": 40, "lecture2": 12}
NAMES = (
    "amal bela chen dalia emil fatou goran hana ines jonas keiko lena milan nadia omar petra quentin rosa sven tariq "
    "uma viktor wanda ximena yusuf zoe arno birte carla diego elif farid greta hugo ida jamal katja luca mira noor"
).split()
ANSWER = "The layout decides which numbers arrive together, and waiting for numbers is what takes the time."

Cells = dict[str, str]


def run(folder: Path, mode: str | None) -> int:
    """Makes the course and the class in ``folder``, grades them, prints tables and where everything lies."""
    if not (CHECKOUT / "tests" / "submissions").is_dir():
        print("The demo needs the repository: its example submissions are not part of the package.", file=sys.stderr)
        return 2
    if folder.exists() and not (folder / ".demo").exists():
        print(f"{folder} is there already and is no demo: choose another with --folder.", file=sys.stderr)
        return 2
    start = time.monotonic()
    shutil.rmtree(folder, ignore_errors=True)
    make_course(folder)
    (folder / ".demo").touch()
    course = Course.open(folder)
    for assignment in course.challenges.assignments:
        _one_assignment(course, assignment, mode)
    _say_where(folder, time.monotonic() - start)
    return 0


def make_course(folder: Path) -> None:
    """A course folder of its own on this checkout's challenges."""
    folder.mkdir(parents=True)
    for name in (REFERENCES, "source"):
        (folder / name).symlink_to(CHECKOUT / name, target_is_directory=True)
    for name in ("gradebook_config.py", "nbgrader_config.py"):
        shutil.copy(CHECKOUT / name, folder / name)


def _one_assignment(course: Course, assignment: str, mode: str | None) -> None:
    release(course.root, assignment, db_url=database_url(course.root, load(course.root)[1]))
    make_class(course, assignment, CLASS_SIZES.get(assignment, 12))
    with progress_bar(f"grading {assignment}") as progress:
        summary = grade_assignment(course, assignment, mode=mode, progress=progress)
    print_class(summary)
    print_summary(summary)
    write_report(course, assignment, read_graded(course, assignment))


def make_class(course: Course, assignment: str, size: int) -> None:
    """Submissions of ``size`` students under submitted/: right, wrong, partial, unfinished, broken and hostile."""
    rng = random.Random(assignment)
    makers: list[Callable[[Challenge, random.Random], Cells]] = [all_right, some_wrong, some_wrong, partial, some_wrong]
    for number, student in enumerate(NAMES[:size]):
        target = course.root / "submitted" / student / assignment
        target.mkdir(parents=True)
        (target / "timestamp.txt").write_text("2027-01-15 12:00:00 UTC\n")
        challenges = list(course.of_assignment(assignment).values())
        for place, challenge in enumerate(challenges):
            released = json.loads((course.root / "release" / assignment / f"{challenge.name}.ipynb").read_text())
            cells = makers[number % len(makers)](challenge, rng)
            if number % 10 == 7:
                cells = hostile(challenge, rng, cells)
            text = json.dumps(fill(released, cells | written(challenge, rng)))
            if number % 10 == 8 and place == 0:
                text = text[: len(text) // 2]  # an upload that broke off
            if number % 10 == 9 and place == len(challenges) - 1:
                continue  # never handed in
            (target / f"{challenge.name}.ipynb").write_text(text)


def all_right(challenge: Challenge, rng: random.Random) -> Cells:
    """One of the right example submissions."""
    return _cells_of(rng.choice(_files(challenge, "right")))


def some_wrong(challenge: Challenge, rng: random.Random) -> Cells:
    """A right submission with wrong answers to one or two exercises."""
    cells = all_right(challenge, rng)
    quick = [path for path in _files(challenge, "wrong") if "# verdict: timed out" not in path.read_text("utf-8")]
    for path in rng.sample(quick, min(2, len(quick))):
        wrong = _cells_of(path)
        if "setup" not in wrong:
            cells |= wrong
    return cells


def partial(challenge: Challenge, rng: random.Random) -> Cells:
    """A right submission that stops half-way."""
    cells = all_right(challenge, rng)
    return dict(list(cells.items())[: max(1, len(cells) // 2)])


def hostile(challenge: Challenge, rng: random.Random, cells: Cells) -> Cells:
    """A submission that tries something in the place of its first exercise."""
    tricks = (
        "import os\nprint(os.listdir('/'))\nos._exit(0)",
        "class Same:\n    __eq__ = lambda self, other: True\n    __array_priority__ = 1e9\n\n"
        "def {name}(*args, **kwargs):\n    return Same()",
        "import numpy\nnumpy.allclose = lambda *args, **kwargs: True\nnumpy.linalg.norm = lambda *args, **kwargs: 0.0",
        "import os\nfor fd in range(3, 64):\n    try:\n        os.write(fd, b'correct' * 100)\n    except OSError:\n"
        "        pass",
    )
    first = next(iter(challenge.exercises))
    return cells | {first: rng.choice(tricks).replace("{name}", first)}


def written(challenge: Challenge, rng: random.Random) -> Cells:
    """Answers to some of the written questions."""
    return {name: ANSWER for name in challenge.questions if rng.random() < 0.8}


def _files(challenge: Challenge, kind: str) -> list[Path]:
    return sorted((CHECKOUT / "tests" / "submissions" / challenge.name / kind).glob("*.py"))


def _cells_of(path: Path) -> Cells:
    return parse_cells(path.read_text(encoding="utf-8"))[1]


def _say_where(folder: Path, seconds: float) -> None:
    rows: list[tuple[str, Any]] = [
        ("what students get", folder / "release"),
        ("what they handed in", folder / "submitted"),
        ("notebooks with outputs and tables", folder / "autograded"),
        ("feedback pages", folder / "feedback"),
        ("class reports", folder / "reports"),
        ("nbgrader's gradebook", folder / "gradebook.db"),
    ]
    print(f"\nDone in {seconds:.0f} s. Everything lies in {folder}:")
    for what, where in rows:
        print(f"  {what:34} {where}")
