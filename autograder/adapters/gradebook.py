"""nbgrader's gradebook: what the judge found is written, one transaction a submission; what people gave is kept."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader import utils
from nbgrader.api import (
    Assignment,
    Comment,
    Grade,
    Gradebook,
    MissingEntry,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError, OperationalError
from traitlets.config.loader import Config

from autograder.grading.report import Report
from autograder.verdict import Verdict

NO_RESPONSE = "No response."


class GradebookError(RuntimeError):
    """The gradebook cannot be used; the sentence says what to do. Nothing was changed."""


class NotReleased(GradebookError):
    """The gradebook does not know the assignment: it was never released here."""


@dataclass(frozen=True)
class Mark:
    """What a person gave for one cell, and what the gradebook says of it."""

    score: float
    max_score: float
    by_person: bool
    waiting: bool
    comment: str


def database_url(root: Path, config: Config) -> str:
    """The gradebook's URL: ``c.CourseDirectory.db_url``, or gradebook.db in the course."""
    return str(config.get("CourseDirectory", {}).get("db_url") or f"sqlite:///{root / 'gradebook.db'}")


class CourseGradebook:
    """The gradebook of a course, open. Use as a context manager; GradebookError where it cannot be opened."""

    def __init__(self, url: str, course_id: str = "") -> None:
        self._url = url
        try:
            self._gradebook = Gradebook(url, course_id or "default_course")
        except DatabaseError as error:
            raise GradebookError(_sentence(url, error)) from None
        self._cells: dict[str, dict[str, dict[str, str]]] = {}

    def __enter__(self) -> CourseGradebook:
        return self

    def __exit__(self, *error: Any) -> None:
        self._gradebook.close()

    def assignment(self, name: str) -> Assignment:
        """nbgrader's record of a released assignment; NotReleased where there is none."""
        try:
            return self._gradebook.find_assignment(name)
        except MissingEntry:
            raise NotReleased(f"The gradebook does not know {name}: run `autograder release {name}` first.") from None
        except DatabaseError as error:
            raise GradebookError(_sentence(self._url, error)) from None

    def set_due(self, name: str, due: datetime.datetime | None) -> None:
        """Records when an assignment is due (UTC, naive, as nbgrader keeps it)."""
        self.assignment(name).duedate = due
        self._commit()

    def write(
        self,
        assignment: str,
        student: str,
        reports: Mapping[str, Report],
        answered: Mapping[str, Iterable[str]],
        *,
        timestamp: datetime.datetime | None = None,
        late_share: float = 0.0,
    ) -> None:
        """Writes one student's submission in one transaction.

        ``reports`` by challenge; a notebook of the assignment that is not among them was not handed in and scores 0.
        ``answered`` names the written questions that hold an answer. Scores and comments given by people stay.
        ``late_share`` of each notebook's points becomes its penalty.
        """
        session = self._gradebook.db
        try:
            submission = self._submission(assignment, student)
            submission.timestamp = timestamp
            for notebook in submission.notebooks:
                report = reports.get(notebook.name)
                self._write_notebook(notebook, report, set(answered.get(notebook.name, ())))
                session.flush()
                notebook.late_submission_penalty = _penalty(notebook, late_share)
            session.commit()
        except DatabaseError as error:
            session.rollback()
            raise GradebookError(_sentence(self._url, error)) from None
        except BaseException:
            session.rollback()
            raise

    def marks(self, assignment: str, student: str) -> dict[str, dict[str, Mark]]:
        """What the gradebook holds of a submission: challenge → cell → mark."""
        session = self._gradebook.db
        found: dict[str, dict[str, Mark]] = {}
        for notebook in self._submission(assignment, student).notebooks:
            session.refresh(notebook)
            comments = {comment.name: comment.comment or "" for comment in notebook.comments}
            found[notebook.name] = {
                grade.name: Mark(
                    float(grade.score or 0.0),
                    float(grade.max_score),
                    grade.manual_score is not None,
                    bool(grade.needs_manual_grade),
                    comments.get(grade.name, ""),
                )
                for grade in notebook.grades
            }
        return found

    def _submission(self, assignment: str, student: str) -> SubmittedAssignment:
        session = self._gradebook.db
        record = self.assignment(assignment)
        found = session.scalar(
            select(SubmittedAssignment).where(
                SubmittedAssignment.assignment_id == record.id, SubmittedAssignment.student_id == student
            )
        )
        if found is not None:
            return found
        if session.get(Student, student) is None:
            session.add(Student(id=student))
        submission = SubmittedAssignment(assignment_id=record.id, student_id=student)
        session.add(submission)
        for name, (notebook_id, graded, commented) in self._structure(record).items():
            notebook = SubmittedNotebook(notebook_id=notebook_id, assignment=submission)
            for cell_id in graded:
                Grade(cell_id=cell_id, notebook=notebook)
            for cell_id in commented:
                Comment(cell_id=cell_id, notebook=notebook)
            session.add(notebook)
        session.flush()
        return submission

    def _structure(self, record: Assignment) -> dict[str, tuple[str, list[str], list[str]]]:
        """Notebook → its id, the ids of its cells with points, and of those with comments; read once."""
        if not hasattr(self, "_known"):
            self._known: dict[str, dict[str, tuple[str, list[str], list[str]]]] = {}
        if record.name not in self._known:
            self._known[record.name] = {
                notebook.name: (
                    notebook.id,
                    [cell.id for cell in [*notebook.grade_cells, *notebook.task_cells]],
                    [cell.id for cell in [*notebook.solution_cells, *notebook.task_cells]],
                )
                for notebook in record.notebooks
            }
        return self._known[record.name]

    def _write_notebook(self, notebook: SubmittedNotebook, report: Report | None, answered: set[str]) -> None:
        results = {f"{each.name}-check": each for each in report.exercises} if report is not None else {}
        unread = report is not None and bool(report.error)
        for grade in notebook.grades:
            result = results.get(grade.name)
            if report is None:
                score, waiting = 0.0, False
            elif unread or (result is not None and result.verdict is Verdict.GRADER_ERROR):
                score, waiting = None, True
            elif result is not None:
                score, waiting = result.points, False
            else:
                score, waiting = (None, True) if grade.name in answered else (0.0, False)
            _set(grade, score, waiting)
        for comment in notebook.comments:
            written = report is not None and not unread and comment.name in report.written
            comment.auto_comment = NO_RESPONSE if written and comment.name not in answered else None

    def _commit(self) -> None:
        try:
            self._gradebook.db.commit()
        except DatabaseError as error:
            self._gradebook.db.rollback()
            raise GradebookError(_sentence(self._url, error)) from None


def _set(grade: Grade, score: float | None, waiting: bool) -> None:
    """Writes the program's score. Where a person has given one, theirs stays; they look again only if it moved."""
    if grade.manual_score is not None:
        moved = grade.auto_score is not None and score is not None and abs(grade.auto_score - score) > 1e-9
        waiting = bool(grade.needs_manual_grade) or moved
    grade.auto_score = score
    grade.needs_manual_grade = waiting


def _penalty(notebook: SubmittedNotebook, share: float) -> float | None:
    if share <= 0:
        return None
    earned = 0.0
    for grade in notebook.grades:
        own = grade.manual_score if grade.manual_score is not None else grade.auto_score
        earned += (own or 0.0) + (grade.extra_credit or 0.0 if own is not None else 0.0)
    return earned * share


def timestamp_of(folder: Path) -> datetime.datetime | None:
    """When a submission was handed in, from the timestamp.txt beside it that nbgrader uses (UTC, naive)."""
    path = folder / "timestamp.txt"
    try:
        parsed = utils.parse_utc(path.read_text(encoding="utf-8").strip())
    except (OSError, ValueError, OverflowError, UnicodeDecodeError):
        return None
    return parsed if isinstance(parsed, datetime.datetime) else None


def _sentence(url: str, error: DatabaseError) -> str:
    where = url.removeprefix("sqlite:///") if url.startswith("sqlite:///") else url.split("@")[-1]
    what = str(error.orig)
    if "not a database" in what or "malformed" in what:
        return f"The gradebook {where} is damaged ({what}): put it aside or restore a copy, then grade again."
    if "full" in what:
        return f"The disk is full: the gradebook {where} could not be written. Make room, then run the command again."
    if isinstance(error, OperationalError) and "locked" in what:
        return f"The gradebook {where} is in use by another program; close it, then run the command again."
    if isinstance(error, OperationalError) and "unable to open" in what:
        return f"The gradebook {where} cannot be opened: is its folder there, and may you write in it?"
    return f"The gradebook {where} cannot be used: {what}."
