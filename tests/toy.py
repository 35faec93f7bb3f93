"""The toy course of the tests: one challenge with one of everything, in a folder that a test may change."""

from __future__ import annotations

import shutil
from pathlib import Path

from autograder.course import load_challenges
from autograder.exercise import Challenge

COURSE = Path(__file__).parent / "toy_course"


def toy_challenge() -> Challenge:
    return load_challenges(COURSE)["toy"]


def toy_course(folder: Path) -> Path:
    """A copy of the course in ``folder``."""
    return Path(shutil.copytree(COURSE, folder / "course", ignore=shutil.ignore_patterns("__pycache__")))
