"""What nbgrader needs of us and we of it."""

from __future__ import annotations

import io
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from pathlib import Path
from typing import Any

from autograder.course import load_challenges
from autograder.judge import judge
from autograder.prepare import prepare
from autograder.runtime import Runtime
from autograder.secret import course_secret
from autograder.table import shown

CONFIGURATION = "gradebook_config.py"


def hidden_check(name: str, namespace: dict[str, Any], challenge: str) -> float:
    """The points of exercise ``name`` under stock ``nbgrader autograde``, judged in the student's own kernel.

    nbgrader takes a number that is a cell's result for its score, and any stderr for a failure; the table is shown
    beside it. RuntimeError where this is not run inside a course.
    """
    from IPython.display import display

    here = Path.cwd()
    root = course_root(here)
    declared = load_challenges(root)[challenge]
    with redirect_stderr(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exercise = prepare(
            declared, declared.exercises[name], secret=course_secret(root), student=student_of(here)
        )
        result = judge(exercise, Runtime(namespace))
    display(shown(result))
    return float(result.points)


def course_root(folder: Path) -> Path:
    """The nearest folder at or above ``folder`` that holds the course's configuration; RuntimeError without one."""
    for candidate in (folder, *folder.parents):
        if (candidate / CONFIGURATION).is_file():
            return candidate
    raise RuntimeError(f"No folder at or above {folder} has a {CONFIGURATION}.")


def student_of(folder: Path) -> str:
    """The student whose submission nbgrader grades in ``folder``, autograded/<student>/<assignment>; else ''."""
    return folder.parent.name if folder.parent.parent.name == "autograded" else ""


@contextmanager
def own_commands() -> Iterator[None]:
    """nbgrader runs ``alembic`` by its name: this interpreter's own is found, whether it is activated or not."""
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), before])
    try:
        yield
    finally:
        os.environ["PATH"] = before
