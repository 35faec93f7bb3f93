"""A graded class of the toy course without running anything: results are put where grading would put them."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook

from autograder.adapters.gradebook import CourseGradebook
from autograder.course import Course
from autograder.grading.report import Report
from autograder.grading.store import Store, Versions, key_of
from autograder.notebooks.fill import fill
from autograder.notebooks.release import release
from autograder.verdict import CaseResult, ExerciseResult, Verdict
from tests.toy import toy_course

ASSIGNMENT = "lecture9"
DOUBLED = ("doubled", "This doubles: multiply by one half.")


class ToyClass:
    """A released toy course; ``hand_in`` adds a submission with the results that it is to have."""

    def __init__(self, folder: Path) -> None:
        self.root = toy_course(folder)
        self.url = f"sqlite:///{self.root / 'gradebook.db'}"
        release(self.root, ASSIGNMENT, db_url=self.url)
        self.released: dict[str, Any] = json.loads((self.root / "release/lecture9/toy.ipynb").read_text())

    def hand_in(
        self,
        student: str,
        *,
        halve: bool = True,
        dozen: bool = True,
        answer: str = "",
        code: str = "def halve(x):\n    return x / 2",
        **more: Any,
    ) -> None:
        path = self.root / "submitted" / student / ASSIGNMENT / "toy.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        cells = {"halve": f"# by {student}\n{code}", "dozen": "dozen = 12"} | ({"question1": answer} if answer else {})
        path.write_text(json.dumps(fill(self.released, cells)))
        report = toy_report(student, halve, dozen, **more)
        parts = Versions.of(Course.open(self.root), ASSIGNMENT).parts(path.read_bytes(), "toy", student)
        Store(self.root).keep(key_of(parts), report)
        with CourseGradebook(self.url, "toys") as gradebook:
            answered = {"toy": ["question1"]} if answer else {}
            when = datetime.datetime(2027, 1, 2, 18)
            gradebook.write(ASSIGNMENT, student, {"toy": report}, answered, timestamp=when)

    def give(self, student: str, points: float, comment: str = "") -> None:
        """What a person gives for the written answer, as formgrader writes it."""
        with Gradebook(self.url) as book:
            grade = book.find_grade("question1", "toy", ASSIGNMENT, student)
            grade.manual_score, grade.needs_manual_grade = points, False
            book.find_comment("question1", "toy", ASSIGNMENT, student).manual_comment = comment or None
            book.db.commit()

    def configure(self, lines: str) -> None:
        config = self.root / "gradebook_config.py"
        config.write_text(config.read_text() + lines)


def toy_report(student: str, halve: bool, dozen: bool, *, seconds: float = 2.0, notes: tuple[str, ...] = ()) -> Report:
    """The report of a toy submission that passed these exercises; a wrong `halve` doubled."""

    def cases(right: bool, *names: str) -> tuple[CaseResult, ...]:
        verdict = Verdict.CORRECT if right else Verdict.WRONG
        said = "" if right else "3 of 3 entries differ"
        public = CaseResult("three_numbers", True, verdict, message=said, detail="" if right else "expected: [1.0]")
        return public, *(CaseResult(name, False, verdict, 1.0 * right, 1.0, message=said) for name in names)

    mistake, hint = (None, None) if halve else DOUBLED
    exercises = (
        ExerciseResult(
            "halve", 3.0 * halve, 3.0, Verdict.CORRECT if halve else Verdict.WRONG, "", mistake, hint, 1.0,
            cases(halve, "hidden_zeros", "hidden_large_numbers", "hidden_single_number"),
        ),
        ExerciseResult(
            "dozen", 1.0 * dozen, 1.0, Verdict.CORRECT if dozen else Verdict.WRONG, "", None, None, 1.0,
            cases(dozen, "hidden_number"),
        ),
    )  # fmt: skip
    score = 3.0 * halve + 1.0 * dozen
    return Report(
        f"{student}.ipynb", "toy", "none", score, 4.0, ("question1",), exercises, notes, seconds=seconds
    )
