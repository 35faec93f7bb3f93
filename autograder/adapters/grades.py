"""Reading all grades of an assignment from nbgrader's gradebook at once, for reports and exports."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    GradeCell,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    TaskCell,
)
from sqlalchemy import func, select

from autograder.adapters.gradebook import Mark


@dataclass
class NotebookGrades:
    """One submitted notebook: its marks by cell, and what being late takes off."""

    marks: dict[str, Mark] = field(default_factory=dict)
    penalty: float = 0.0

    @property
    def raw_score(self) -> float:
        return sum(mark.score for mark in self.marks.values())

    @property
    def score(self) -> float:
        """The points, late penalty taken off; never below 0."""
        return max(0.0, self.raw_score - self.penalty)

    @property
    def waiting(self) -> list[str]:
        """The cells that a person has yet to read."""
        return [name for name, mark in self.marks.items() if mark.waiting]


@dataclass
class StudentGrades:
    """One student's submission of an assignment, as the gradebook has it."""

    student: str
    first_name: str
    last_name: str
    email: str
    lms_id: str
    timestamp: datetime.datetime | None = None
    notebooks: dict[str, NotebookGrades] = field(default_factory=dict)

    @property
    def score(self) -> float:
        return sum(notebook.score for notebook in self.notebooks.values())

    @property
    def complete(self) -> bool:
        """Whether nothing of it waits for a person."""
        return not any(notebook.waiting for notebook in self.notebooks.values())


def max_scores(gradebook: Gradebook, assignment: str) -> dict[str, float]:
    """The points that each notebook of a released assignment is worth."""
    return {notebook.name: float(notebook.max_score) for notebook in gradebook.find_assignment(assignment).notebooks}


def read_grades(gradebook: Gradebook, assignment: str) -> dict[str, StudentGrades]:
    """Everybody who has a submission in the gradebook, in the order of their ids; two queries whatever their number."""
    graded, task = GradeCell.__table__, TaskCell.__table__
    comments = _comments(gradebook, assignment)
    query = (
        select(
            Student.id, Student.first_name, Student.last_name, Student.email, Student.lms_user_id,
            SubmittedAssignment.timestamp, Notebook.name, SubmittedNotebook.id,
            SubmittedNotebook.late_submission_penalty, BaseCell.name, Grade.score,
            func.coalesce(graded.c.max_score, task.c.max_score, 0.0), Grade.manual_score, Grade.needs_manual_grade,
        )
        .join(SubmittedAssignment, SubmittedAssignment.student_id == Student.id)
        .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
        .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Notebook, Notebook.id == SubmittedNotebook.notebook_id)
        .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
        .join(BaseCell, BaseCell.id == Grade.cell_id)
        .outerjoin(graded, graded.c.id == BaseCell.id)
        .outerjoin(task, task.c.id == BaseCell.id)
        .where(Assignment.name == assignment)
        .order_by(Student.id, Notebook.name)
    )  # fmt: skip
    found: dict[str, StudentGrades] = {}
    for student, first, last, email, lms, when, notebook, key, penalty, cell, score, most, manual, waiting in (
        gradebook.db.execute(query)
    ):
        if student not in found:
            found[student] = StudentGrades(student, first or "", last or "", email or "", lms or "", when)
        grades = found[student].notebooks.setdefault(notebook, NotebookGrades(penalty=float(penalty or 0.0)))
        comment = comments.get((key, cell)) or comments.get((key, cell.removesuffix("-check"))) or ""
        grades.marks[cell] = Mark(float(score or 0.0), float(most), manual is not None, bool(waiting), comment)
    return found


def _comments(gradebook: Gradebook, assignment: str) -> dict[tuple[str, str], str]:
    """(submitted notebook, cell) → comment."""
    query = (
        select(Comment.notebook_id, BaseCell.name, Comment.comment)
        .join(BaseCell, BaseCell.id == Comment.cell_id)
        .join(Notebook, Notebook.id == BaseCell.notebook_id)
        .join(Assignment, Assignment.id == Notebook.assignment_id)
        .where(Assignment.name == assignment)
    )
    return {(notebook, cell): text for notebook, cell, text in gradebook.db.execute(query) if text}


def refresh_penalties(gradebook: Gradebook, assignment: str, shares: Mapping[str, float]) -> None:
    """Lets each late penalty follow the points that people have given since: student → share of the points lost."""
    rows = gradebook.db.execute(
        select(SubmittedNotebook, SubmittedAssignment.student_id, func.coalesce(func.sum(Grade.score), 0.0))
        .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
        .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
        .outerjoin(Grade, Grade.notebook_id == SubmittedNotebook.id)
        .where(Assignment.name == assignment)
        .group_by(SubmittedNotebook.id, SubmittedAssignment.student_id)
    )
    for notebook, student, earned in rows.all():
        penalty = float(earned) * shares[student] if shares.get(student) else None
        if (notebook.late_submission_penalty or None) != penalty:
            notebook.late_submission_penalty = penalty
    gradebook.db.commit()
