"""Grade files for the places where grades are kept, as export plugins of nbgrader.

`autograder export` uses them; so can `nbgrader export --exporter=autograder.adapters.exports.CanvasExport`. Late
penalties are taken off. What waits for a person is left out unless ``everything`` is set.
"""

from __future__ import annotations

import csv
import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.plugins import ExportPlugin
from traitlets import Bool

from autograder.adapters.grades import StudentGrades, max_scores, read_grades

Row = list[str]


@dataclass(frozen=True)
class Grades:
    """The grades of one assignment: the points its challenges are worth, who has what, and when it was due."""

    assignment: str
    max_scores: dict[str, float]
    students: list[StudentGrades]
    due: datetime.datetime | None = None
    everything: bool = False

    @property
    def max_score(self) -> float:
        return sum(self.max_scores.values())

    @property
    def final(self) -> list[StudentGrades]:
        """Those whose total is known."""
        return [each for each in self.students if self.everything or each.complete]

    def total(self, student: StudentGrades) -> str:
        """The total, or nothing where something of it waits for a person."""
        return points(student.score) if self.everything or student.complete else ""

    def of_challenge(self, student: StudentGrades, challenge: str) -> str:
        """The points of one challenge, or nothing where something of it waits for a person."""
        notebook = student.notebooks.get(challenge)
        if notebook is None:
            return points(0.0)
        return points(notebook.score) if self.everything or not notebook.waiting else ""


@dataclass
class Outcome:
    """What an export wrote, and who was left out because something of theirs waits for a person."""

    path: Path
    written: int = 0
    left_out: list[str] = field(default_factory=list)


def points(score: float) -> str:
    """At most four decimals, without trailing zeros."""
    return f"{round(score, 4):g}"


class GradesExport(ExportPlugin):
    """What the formats share. One file an assignment; several assignments follow each other where none is named."""

    everything = Bool(False, help="export what waits for a person too, with the points it has so far").tag(config=True)
    name = ""

    def export(self, gradebook: Gradebook) -> list[Outcome]:
        """Writes one file for each assignment of ``self.assignment`` (all, where it is empty), named by ``to``."""
        names = [str(each) for each in self.assignment] or [each.name for each in gradebook.assignments]
        only = {str(each) for each in self.student}
        outcomes = []
        for name in names:
            students = [each for each in read_grades(gradebook, name).values() if not only or each.student in only]
            due = gradebook.find_assignment(name).duedate
            grades = Grades(name, max_scores(gradebook, name), students, due, self.everything)
            outcomes.append(self._write(grades, several=len(names) > 1))
        return outcomes

    def rows(self, grades: Grades) -> Iterator[Row]:
        """The file, line by line."""
        raise NotImplementedError

    def _write(self, grades: Grades, *, several: bool) -> Outcome:
        path = Path(self.to or f"{grades.assignment}-{self.name}.csv")
        if self.to and several:
            path = path.with_stem(f"{path.stem}-{grades.assignment}")
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerows([_harmless(cell) for cell in row] for row in self.rows(grades))
        left_out = [each.student for each in grades.students if each not in grades.final]
        return Outcome(path, len(grades.final), left_out)


class CsvExport(GradesExport):
    """A line a student: the total and each challenge, with what was taken off for being late."""

    name = "csv"

    def rows(self, grades: Grades) -> Iterator[Row]:
        challenges = list(grades.max_scores)
        yield [
            "assignment", "student_id", "last_name", "first_name", "email", "timestamp", "state",
            "raw_score", "late_submission_penalty", "score", "max_score", *challenges,
        ]  # fmt: skip
        for each in grades.students:
            penalty = sum(notebook.raw_score - notebook.score for notebook in each.notebooks.values())
            total = grades.total(each)
            yield [
                grades.assignment, each.student, each.last_name, each.first_name, each.email,
                f"{each.timestamp:%Y-%m-%d %H:%M:%S UTC}" if each.timestamp else "",
                "final" if each.complete else "waits for a person",
                points(each.score + penalty) if total else "", points(penalty) if total else "", total,
                points(grades.max_score), *(grades.of_challenge(each, name) for name in challenges),
            ]  # fmt: skip


class CanvasExport(GradesExport):
    """What Canvas imports into its gradebook: Grades → Import. The column is matched, or made, by its name."""

    name = "canvas"

    def rows(self, grades: Grades) -> Iterator[Row]:
        yield ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", grades.assignment]
        yield ["    Points Possible", "", "", "", "", points(grades.max_score)]
        for each in grades.final:
            yield [_sortable(each), each.lms_id, "", each.student, "", grades.total(each)]


class MoodleExport(GradesExport):
    """What Moodle imports into its gradebook: Grades → Import → CSV file, mapped by user name or ID number."""

    name = "moodle"

    def rows(self, grades: Grades) -> Iterator[Row]:
        challenges = list(grades.max_scores)
        columns = [f"Assignment: {grades.assignment} (Real)", *(f"{name} (Real)" for name in challenges)]
        yield ["Username", "First name", "Last name", "ID number", "Email address", *columns]
        for each in grades.final:
            scores = [grades.total(each), *(grades.of_challenge(each, name) for name in challenges)]
            yield [each.student, each.first_name, each.last_name, each.lms_id, each.email, *scores]


class GradescopeExport(GradesExport):
    """The layout of the file that Gradescope itself gives under "Download Grades"; a challenge is a question."""

    name = "gradescope"

    def rows(self, grades: Grades) -> Iterator[Row]:
        questions = [f"{i}: {name} ({most:.1f} pts)" for i, (name, most) in enumerate(grades.max_scores.items(), 1)]
        yield [
            "First Name", "Last Name", "SID", "Email", "Sections", "Total Score", "Max Points", "Status",
            "Submission ID", "Submission Time", "Lateness (H:M:S)", "View Count", "Submission Count", *questions,
        ]  # fmt: skip
        for each in grades.students:
            known = grades.everything or each.complete
            yield [
                each.first_name, each.last_name, each.lms_id or each.student, each.email, "",
                grades.total(each), points(grades.max_score), "Graded" if known else "Ungraded", "",
                f"{each.timestamp:%Y-%m-%d %H:%M:%S +0000}" if each.timestamp else "",
                _lateness(each.timestamp, grades.due), "", "",
                *(grades.of_challenge(each, name) for name in grades.max_scores),
            ]  # fmt: skip


EXPORTS: dict[str, type[GradesExport]] = {
    each.name: each for each in (CsvExport, CanvasExport, MoodleExport, GradescopeExport)
}


def _sortable(student: StudentGrades) -> str:
    """Canvas's own form of a name: "Lovelace, Ada"."""
    return ", ".join(part for part in (student.last_name, student.first_name) if part) or student.student


def _lateness(handed_in: datetime.datetime | None, due: datetime.datetime | None) -> str:
    if handed_in is None or due is None or handed_in <= due:
        return "0:00:00"
    seconds = int((handed_in - due).total_seconds())
    return f"{seconds // 3600}:{seconds % 3600 // 60:02}:{seconds % 60:02}"


def _harmless(cell: str) -> str:
    """A name that a spreadsheet would run as a formula is text: names are what students chose."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
