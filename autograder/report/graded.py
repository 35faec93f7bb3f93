"""What is known of each submission of an assignment: the results store and the gradebook, read together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry

from autograder.adapters.gradebook import CourseGradebook, Mark, NotReleased, database_url
from autograder.adapters.grades import StudentGrades, read_grades, refresh_penalties
from autograder.config import load
from autograder.course import Course
from autograder.grading.history import History
from autograder.grading.late import Lateness, Policy
from autograder.grading.report import Report
from autograder.grading.store import Store, Versions, key_of, write_whole
from autograder.grading.submissions import find_submissions
from autograder.notebooks.read import UnreadableNotebook, read_notebook
from autograder.report.feedback import feedback, without_stamp


@dataclass(frozen=True)
class Graded:
    """One student's submission: the report and the file of each challenge, and what the gradebook holds.

    ``ungraded`` names challenges whose file has no report, ``outdated`` those whose report is by older checks.
    """

    student: str
    reports: dict[str, Report] = field(default_factory=dict)
    files: dict[str, Path] = field(default_factory=dict)
    grades: StudentGrades | None = None
    notes: tuple[str, ...] = ()
    ungraded: tuple[str, ...] = ()
    outdated: tuple[str, ...] = ()
    lateness: Lateness = Lateness()

    def marks(self, challenge: str) -> dict[str, Mark]:
        """What the gradebook holds of one notebook, by cell."""
        notebook = self.grades.notebooks.get(challenge) if self.grades else None
        return notebook.marks if notebook else {}


@contextmanager
def open_gradebook(course: Course, assignment: str) -> Iterator[Gradebook]:
    """nbgrader's gradebook, with the late penalties of ``assignment`` up to date.

    Raises GradebookError or NotReleased, each with a sentence."""
    config = load(course.root)[1]
    course_id = str(config.get("CourseDirectory", {}).get("course_id", ""))
    url = database_url(course.root, config)
    unknown = NotReleased(f"The gradebook does not know {assignment}: run `autograder release {assignment}` first.")
    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).is_file():
        raise unknown  # nbgrader would make an empty one
    with CourseGradebook(url, course_id):
        pass  # says what is wrong with a gradebook that cannot be opened
    with Gradebook(url, course_id or "default_course") as gradebook:
        try:
            gradebook.find_assignment(assignment)
        except MissingEntry:
            raise unknown from None
        handed_in = {student: each.timestamp for student, each in read_grades(gradebook, assignment).items()}
        policy = Policy.of(course, assignment)
        shares = {student: policy.lateness(student, when).share for student, when in handed_in.items()}
        refresh_penalties(gradebook, assignment, shares)
        yield gradebook


def read_graded(course: Course, assignment: str) -> list[Graded]:
    """Every submission under submitted/, with its results: those of the checks as they are, else those filed last."""
    submissions = find_submissions(course, assignment)
    store, versions = Store(course.root), Versions.of(course, assignment)
    with open_gradebook(course, assignment) as gradebook:
        grades = read_grades(gradebook, assignment)
    found = []
    history, policy = History(course.root, assignment), Policy.of(course, assignment)
    for submission in submissions:
        known: dict[str, Report] = {}
        ungraded, outdated = [], []
        for name, path in submission.files.items():
            if name in submission.unreadable:
                continue
            parts = versions.parts(path.read_bytes(), name, submission.student)
            report = store.find(key_of(parts))
            filed = history.last(submission.student, name)
            if report is None and filed is not None and filed.parts.get("submission") == parts["submission"]:
                report = store.find(filed.key)
                outdated.append(name)
            if report is None:
                ungraded.append(name)
            else:
                known[name] = replace(report, cells=())  # a class full of outputs is too much
        for name, error in submission.unreadable.items():
            known[name] = Report(str(submission.files[name]), error=error)
        own = grades.get(submission.student)
        handed_in = own.timestamp if own else None
        found.append(
            Graded(
                submission.student,
                known,
                submission.files,
                own,
                tuple(submission.notes),
                tuple(ungraded),
                tuple(outdated),
                policy.lateness(submission.student, handed_in),
            )
        )
    return found


def write_feedback(course: Course, assignment: str, graded: Graded) -> int:
    """Writes the student's feedback pages anew, with what people have given since; returns how many changed."""
    changed = 0
    for name, report in graded.reports.items():
        try:
            notebook = None if report.error else read_notebook(graded.files[name], course.challenges)
        except UnreadableNotebook:
            notebook = None
        title = f"{course.challenges[name].title} · {graded.student}"
        marks, share = graded.marks(name), graded.lateness.share
        html = feedback(notebook, report, marks, title=title, penalty=graded.lateness.sentence, late_share=share)
        path = course.root / "feedback" / graded.student / assignment / f"{name}.html"
        if not path.is_file() or without_stamp(path.read_text(encoding="utf-8")) != html:
            write_whole(path, html)
            changed += 1
    return changed
