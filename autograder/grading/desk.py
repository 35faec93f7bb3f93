"""Filing the reports of one student after the other: gradebook first, then the autograded notebook and feedback."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

from autograder.adapters.gradebook import CourseGradebook, Marks, database_url
from autograder.config import load
from autograder.course import Course, NoCourse
from autograder.grading.late import Lateness, Policy, timestamp_of
from autograder.grading.report import Report
from autograder.grading.store import fingerprint, package_version, write_whole
from autograder.grading.submissions import Submission
from autograder.notebooks.autograded import Master, autograded, to_text, unanswered
from autograder.notebooks.read import SubmittedNotebook, read_notebook
from autograder.report.feedback import feedback, stamp_of, stamped


class Desk:
    """Where reports are filed. Use as a context manager.

    Raises NoCourse or GradebookError where the assignment was not released or the gradebook cannot be used.
    """

    def __init__(self, course: Course, assignment: str) -> None:
        self._course = course
        self._assignment = assignment
        self._policy = Policy.of(course, assignment)
        self._masters = _masters(course, assignment)
        self._version = fingerprint(repr([self._masters, package_version()]).encode())
        config = load(course.root)[1]
        course_id = str(config.get("CourseDirectory", {}).get("course_id", ""))
        self._gradebook = CourseGradebook(database_url(course.root, config), course_id)

    def __enter__(self) -> Desk:
        self._gradebook.__enter__()
        self._gradebook.set_due(self._assignment, self._policy.due)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._gradebook.__exit__(kind, error, trace)

    def marks(self, student: str) -> Marks:
        """What the gradebook holds of a student's submission."""
        return self._gradebook.marks(self._assignment, student)

    def file(self, submission: Submission, reports: dict[str, Report]) -> Marks:
        """Everything that follows from one student's reports, what the gradebook holds then; doing it again changes
        nothing.

        Pages that are there and were made of the same are left alone: making them takes longer than all the rest.
        """
        notebooks = {
            name: read_notebook(submission.files[name], self._course.challenges)
            for name, report in reports.items()
            if not report.error
        }
        answered = {
            name: set(notebook.challenge.questions) - unanswered(notebook, self._masters[name])
            for name, notebook in notebooks.items()
        }
        handed_in = timestamp_of(submission.folder)
        if handed_in is None and (submission.folder / "timestamp.txt").exists():
            submission.notes.append("its timestamp.txt holds no time, so it counts as handed in in time")
        lateness = self._policy.lateness(submission.student, handed_in)
        marks = self._gradebook.write(
            self._assignment,
            submission.student,
            reports,
            answered,
            timestamp=handed_in,
            late_share=lateness.share,
        )
        for name, report in reports.items():
            notebook = notebooks.get(name)
            challenge, cells = self._course.challenges[name], notebook and notebook.cells
            shown = [challenge.title, challenge.questions, cells, report, marks.get(name), lateness]
            made_of = fingerprint(repr([*shown, self._version]).encode())
            to_notebook, to_page = self._pages(submission.student, name)
            if stamp_of(to_page) != made_of or (notebook is not None and not to_notebook.is_file()):
                self._write_pages(submission.student, name, notebook, report, marks, lateness, made_of)
        return marks

    def _pages(self, student: str, name: str) -> tuple[Path, Path]:
        """The autograded notebook and the feedback page."""
        root, folder = self._course.root, Path(student) / self._assignment
        return root / "autograded" / folder / f"{name}.ipynb", root / "feedback" / folder / f"{name}.html"

    def _write_pages(
        self,
        student: str,
        name: str,
        notebook: SubmittedNotebook | None,
        report: Report,
        marks: Marks,
        lateness: Lateness,
        made_of: str,
    ) -> None:
        to_notebook, to_page = self._pages(student, name)
        if notebook is not None:
            write_whole(to_notebook, to_text(autograded(notebook, report, self._masters[name])))
        title = f"{self._course.challenges[name].title} · {student}"
        own, said, share = marks.get(name, {}), lateness.sentence, lateness.share
        html = feedback(notebook, report, own, title=title, penalty=said, late_share=share)
        write_whole(to_page, stamped(html, made_of))  # last, since its stamp says that all is there


def _masters(course: Course, assignment: str) -> dict[str, Master]:
    masters = {}
    for name in course.names_of(assignment):
        released = course.root / "release" / assignment / f"{name}.ipynb"
        source = course.root / ".build" / "source" / assignment / f"{name}.ipynb"
        if not released.is_file() or not source.is_file():
            raise NoCourse(f"{assignment} has not been released here: run `autograder release {assignment}` first.")
        masters[name] = Master.read(released, source)
    return masters
