"""One fork server a test process, and graders of the real course and of the toy course that share it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.course import Course
from autograder.grading.report import Report
from autograder.grading.submission import Grader
from autograder.notebooks.fill import fill
from autograder.notebooks.read import parse
from autograder.sandbox.fork_server import ForkServer
from autograder.sandbox.limits import Limits

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def course() -> Course:
    return Course.open(ROOT)


@pytest.fixture(scope="session")
def fork_server(course: Course) -> Iterator[ForkServer]:
    with ForkServer.of_course(course) as server:
        server.wait_ready()
        yield server


@pytest.fixture(scope="session")
def grader(course: Course, fork_server: ForkServer) -> Grader:
    return Grader(course.challenges, fork_server.launchers[0], limits=Limits(), secret=b"the secret of the tests")


@pytest.fixture(scope="session")
def released(course: Course) -> dict[str, dict[str, Any]]:
    """The committed notebooks for students, by challenge."""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in (ROOT / "release").glob("*/*.ipynb")}


def notebook_bytes(released: dict[str, Any], cells: dict[str, str]) -> bytes:
    """A released notebook with these cells filled in, as a student would hand it in."""
    return json.dumps(fill(released, cells)).encode()


def grade_cells(grader: Grader, course: Course, released: dict[str, Any], cells: dict[str, str]) -> Report:
    """The report on a released notebook with these cells filled in, through the sandbox."""
    notebook = parse(notebook_bytes(released, cells), "submission.ipynb", course.challenges)
    return grader.grade(notebook, "submission.ipynb")


