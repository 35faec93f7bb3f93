"""nbgrader's gradebook: what the judge found is written, one transaction a submission; what people gave is kept.

nbgrader's own tables are read and written by a few statements a student, each through an index: its objects would load
a submission row by row, and scan all rows of a course to do so.
"""

from __future__ import annotations

import datetime
import secrets
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

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
from sqlalchemy import Connection, Table, bindparam, insert, select, update
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError
from traitlets.config.loader import Config

from autograder.grading.report import Report
from autograder.verdict import Verdict

NO_RESPONSE = "No response."
_STUDENT, _SUBMISSION, _NOTEBOOK, _GRADE, _COMMENT = (
    each.__table__ for each in (Student, SubmittedAssignment, SubmittedNotebook, Grade, Comment)
)


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


Marks = dict[str, dict[str, Mark]]


@dataclass(frozen=True)
class _Released:
    """A notebook of the released assignment: its id, its cells with points (id → name, points), those with comments."""

    id: str
    graded: dict[str, tuple[str, float]]
    commented: dict[str, str]


@dataclass(frozen=True)
class _Graded:
    """A row of the table of grades, as it is or as it should be."""

    auto_score: float | None = None
    manual_score: float | None = None
    extra_credit: float | None = None
    needs_manual_grade: bool = True

    @property
    def own(self) -> float | None:
        return self.manual_score if self.manual_score is not None else self.auto_score

    @property
    def score(self) -> float:
        return 0.0 if self.own is None else self.own + (self.extra_credit or 0.0)


@dataclass
class _Found:
    """What the gradebook holds of one student's submission of one notebook; rows by the id of their cell."""

    id: str
    penalty: float | None = None
    grades: dict[str, tuple[str, _Graded]] = field(default_factory=dict)
    comments: dict[str, tuple[str, str | None, str | None]] = field(default_factory=dict)


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
        self._engine = self._gradebook.engine
        self._known: dict[str, tuple[str, dict[str, _Released]]] = {}

    def __enter__(self) -> CourseGradebook:
        return self

    def __exit__(self, *error: Any) -> None:
        self._gradebook.close()

    def set_due(self, name: str, due: datetime.datetime | None) -> None:
        """Records when an assignment is due (UTC, naive, as nbgrader keeps it)."""
        self._structure(name)
        with self._transaction() as db:
            table: Table = Assignment.__table__
            db.execute(update(table).where(table.c.name == name).values(duedate=due))

    def write(
        self,
        assignment: str,
        student: str,
        reports: Mapping[str, Report],
        answered: Mapping[str, Iterable[str]],
        *,
        timestamp: datetime.datetime | None = None,
        late_share: float = 0.0,
    ) -> Marks:
        """Writes one student's submission in one transaction; what the gradebook holds then.

        ``reports`` by challenge; a notebook of the assignment that is not among them was not handed in and scores 0.
        ``answered`` names the written questions that hold an answer. Scores and comments given by people stay.
        ``late_share`` of each notebook's points becomes its penalty.
        """
        try:
            return self._write(assignment, student, reports, answered, timestamp, late_share)
        except IntegrityError:  # another program added the same student meanwhile: now they are found
            return self._write(assignment, student, reports, answered, timestamp, late_share)

    def marks(self, assignment: str, student: str) -> Marks:
        """What the gradebook holds of a submission: challenge → cell → mark; empty where there is none."""
        assignment_id, released = self._structure(assignment)
        with self._transaction() as db:
            row = _submission_row(db, assignment_id, student)
            found = _read(db, row.id, released) if row is not None else {}
        return {name: _marks(released[name], each) for name, each in found.items()}

    def _write(
        self,
        assignment: str,
        student: str,
        reports: Mapping[str, Report],
        answered: Mapping[str, Iterable[str]],
        timestamp: datetime.datetime | None,
        late_share: float,
    ) -> Marks:
        assignment_id, released = self._structure(assignment)
        with self._transaction() as db:
            submission_id = _submission(db, assignment_id, student, timestamp)
            found = _read(db, submission_id, released)
            changes = _Changes()
            for name, notebook in released.items():
                if name not in found:
                    found[name] = _Found(ordered_uuid())
                    changes.add(_NOTEBOOK, id=found[name].id, notebook_id=notebook.id, assignment_id=submission_id)
                report = reports.get(name)
                _write_notebook(changes, found[name], notebook, report, set(answered.get(name, ())), late_share)
            changes.apply(db)
        return {name: _marks(released[name], each) for name, each in found.items()}

    def _structure(self, name: str) -> tuple[str, dict[str, _Released]]:
        """The id of a released assignment and its notebooks, read once; NotReleased where there is none."""
        if name not in self._known:
            try:
                record = self._gradebook.find_assignment(name)
                notebooks = {
                    notebook.name: _Released(
                        notebook.id,
                        {c.id: (c.name, float(c.max_score)) for c in [*notebook.grade_cells, *notebook.task_cells]},
                        {c.id: c.name for c in [*notebook.solution_cells, *notebook.task_cells]},
                    )
                    for notebook in record.notebooks
                }
                self._known[name] = (record.id, notebooks)
                self._gradebook.db.rollback()  # ends the reading transaction, which would bar other writers
            except MissingEntry:
                said = f"The gradebook does not know {name}: run `autograder release {name}` first."
                raise NotReleased(said) from None
            except DatabaseError as error:
                raise GradebookError(_sentence(self._url, error)) from None
        return self._known[name]

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except IntegrityError:
            raise
        except DatabaseError as error:
            raise GradebookError(_sentence(self._url, error)) from None


class _Changes:
    """Rows to insert and to update, collected so that each table is written by one statement."""

    def __init__(self) -> None:
        self._inserts: dict[Table, list[dict[str, Any]]] = {}
        self._updates: dict[Table, list[dict[str, Any]]] = {}

    def add(self, table: Table, **row: Any) -> None:
        self._inserts.setdefault(table, []).append(row)

    def change(self, table: Table, identity: str, **values: Any) -> None:
        self._updates.setdefault(table, []).append({"row": identity, **values})

    def apply(self, db: Connection) -> None:
        for table in (_NOTEBOOK, _GRADE, _COMMENT):
            if table in self._inserts:
                db.execute(insert(table), self._inserts[table])
            if table in self._updates:
                db.execute(update(table).where(table.c.id == bindparam("row")), self._updates[table])


def _submission_row(db: Connection, assignment_id: str, student: str) -> Any:
    columns, of = _SUBMISSION.c, (_SUBMISSION.c.assignment_id == assignment_id, _SUBMISSION.c.student_id == student)
    return db.execute(select(columns.id, columns.timestamp).where(*of)).first()


def _submission(db: Connection, assignment_id: str, student: str, timestamp: datetime.datetime | None) -> str:
    """The id of a student's submission, which is made where there is none."""
    row = _submission_row(db, assignment_id, student)
    if row is not None:
        if row.timestamp != timestamp:
            db.execute(update(_SUBMISSION).where(_SUBMISSION.c.id == row.id).values(timestamp=timestamp))
        return str(row.id)
    if db.execute(select(_STUDENT.c.id).where(_STUDENT.c.id == student)).first() is None:
        db.execute(insert(_STUDENT).values(id=student))
    made = ordered_uuid()
    values = {"id": made, "assignment_id": assignment_id, "student_id": student, "timestamp": timestamp}
    db.execute(insert(_SUBMISSION).values(**values))
    return made


def _read(db: Connection, submission_id: str, released: dict[str, _Released]) -> dict[str, _Found]:
    """What there is of a submission. Both columns of each unique index are named: one alone would mean a scan."""
    names = {notebook.id: name for name, notebook in released.items()}
    n, g, c = _NOTEBOOK.c, _GRADE.c, _COMMENT.c
    notebooks = db.execute(
        select(n.id, n.notebook_id, n.late_submission_penalty).where(
            n.notebook_id.in_(names), n.assignment_id == submission_id
        )
    )
    found = {names[row.notebook_id]: _Found(row.id, row.late_submission_penalty) for row in notebooks}
    if not found:
        return found
    by_id = {each.id: each for each in found.values()}
    graded = [cell for name in found for cell in released[name].graded]
    values = (g.auto_score, g.manual_score, g.extra_credit, g.needs_manual_grade)
    of_these = (g.cell_id.in_(graded), g.notebook_id.in_(by_id))
    for row in db.execute(select(g.id, g.notebook_id, g.cell_id, *values).where(*of_these)):
        by_id[row.notebook_id].grades[row.cell_id] = (row.id, _Graded(*row[3:]))
    commented = [cell for name in found for cell in released[name].commented]
    said = (c.auto_comment, c.manual_comment)
    of_these = (c.cell_id.in_(commented), c.notebook_id.in_(by_id))
    for comment in db.execute(select(c.id, c.notebook_id, c.cell_id, *said).where(*of_these)):
        by_id[comment.notebook_id].comments[comment.cell_id] = (comment.id, *comment[3:])
    return found


def _write_notebook(
    changes: _Changes, found: _Found, notebook: _Released, report: Report | None, answered: set[str], late_share: float
) -> None:
    """Collects what has to change so that the gradebook says what ``report`` says, and notes it in ``found``."""
    results = {f"{each.name}-check": each for each in report.exercises} if report is not None else {}
    unread = report is not None and bool(report.error)
    for cell, (name, _) in notebook.graded.items():
        result = results.get(name)
        if report is None:
            score, waiting = 0.0, False
        elif unread or (result is not None and result.verdict is Verdict.GRADER_ERROR):
            score, waiting = None, True
        elif result is not None:
            score, waiting = result.points, False
        else:
            score, waiting = (None, True) if name in answered else (0.0, False)
        identity, before = found.grades.get(cell, (ordered_uuid(), None))
        after = _judged(before or _Graded(), score, waiting)
        found.grades[cell] = (identity, after)
        values = {"auto_score": after.auto_score, "needs_manual_grade": after.needs_manual_grade}
        if before is None:
            changes.add(_GRADE, id=identity, cell_id=cell, notebook_id=found.id, **values)
        elif before != after:
            changes.change(_GRADE, identity, **values)
    for cell, name in notebook.commented.items():
        written = report is not None and not unread and name in report.written
        said = NO_RESPONSE if written and name not in answered else None
        comment = found.comments.get(cell)
        identity, by_person = (comment[0], comment[2]) if comment else (ordered_uuid(), None)
        found.comments[cell] = (identity, said, by_person)
        if comment is None:
            changes.add(_COMMENT, id=identity, cell_id=cell, notebook_id=found.id, auto_comment=said)
        elif comment[1] != said:
            changes.change(_COMMENT, identity, auto_comment=said)
    penalty = late_share * sum(graded.score for _, graded in found.grades.values()) if late_share > 0 else None
    if penalty != found.penalty:
        found.penalty = penalty
        changes.change(_NOTEBOOK, found.id, late_submission_penalty=penalty)


def _judged(before: _Graded, score: float | None, waiting: bool) -> _Graded:
    """The program's score. Where a person has given one, theirs stays; they look again only if it moved."""
    if before.manual_score is not None:
        moved = before.auto_score is not None and score is not None and abs(before.auto_score - score) > 1e-9
        waiting = bool(before.needs_manual_grade) or moved
    return replace(before, auto_score=score, needs_manual_grade=waiting)


def _marks(notebook: _Released, found: _Found) -> dict[str, Mark]:
    comments = {notebook.commented[cell]: own or auto or "" for cell, (_, auto, own) in found.comments.items()}

    def said(name: str) -> str:
        # of an exercise, the points belong to the check cell and the comment to the student's own
        return comments.get(name) or comments.get(name.removesuffix("-check"), "")

    return {
        name: Mark(graded.score, most, graded.manual_score is not None, graded.needs_manual_grade, said(name))
        for cell, (name, most) in notebook.graded.items()
        if cell in found.grades
        for graded in (found.grades[cell][1],)
    }


def ordered_uuid() -> str:
    """A UUID that sorts by the time it was made (version 7 of RFC 9562), in the form of nbgrader's ids.

    Rows with such ids go to the end of an index. Random ones go anywhere, so that writing a submission changes more
    pages the larger the gradebook is.
    """
    milliseconds = time.time_ns() // 1_000_000
    number = milliseconds << 80 | 7 << 76 | secrets.randbits(12) << 64 | 0b10 << 62 | secrets.randbits(62)
    return f"{number:032x}"


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
