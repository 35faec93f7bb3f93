"""Grading an assignment of a whole class: submitted/ → results → gradebook, autograded/ and feedback/."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from autograder.adapters.gradebook import CourseGradebook, database_url, timestamp_of
from autograder.config import load
from autograder.course import Course, NoCourse
from autograder.exercise import Challenge
from autograder.grading import late
from autograder.grading.pool import Job, Pool
from autograder.grading.report import Report
from autograder.grading.store import Store, challenge_version, engine_version, key_of, write_whole
from autograder.notebooks.autograded import Master, autograded, to_text, unanswered
from autograder.notebooks.read import SubmittedNotebook, UnreadableNotebook, original_stem, read_notebook
from autograder.report.feedback import feedback

Progress = Callable[[int, int], None]


@dataclass
class Submission:
    """One student's folder of an assignment: the file that counts for each challenge, and what else was there."""

    student: str
    folder: Path
    files: dict[str, Path] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@dataclass
class Summary:
    """What a run did, for the person who started it."""

    assignment: str
    confinement: str
    students: dict[str, float] = field(default_factory=dict)
    max_score: float = 0.0
    verdicts: Counter[str] = field(default_factory=Counter)
    graded: int = 0
    reused: int = 0
    waiting: int = 0
    faults: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def grade_assignment(
    course: Course,
    assignment: str,
    *,
    mode: str | None = None,
    workers: int = 0,
    students: Iterable[str] = (),
    progress: Progress = lambda done, total: None,
) -> Summary:
    """Grades every submission of ``assignment``, or of ``students``; what was graded before is not run again.

    Raises NoCourse, GradebookError or NoConfinement, each with a sentence; nothing that was graded is lost.
    """
    challenges = course.of_assignment(assignment)
    submissions = find_submissions(course, assignment, challenges, set(students))
    masters = _masters(course, assignment, challenges)
    store = Store(course.root)
    _, config = load(course.root)
    url = database_url(course.root, config)
    with CourseGradebook(url, str(config.get("CourseDirectory", {}).get("course_id", ""))) as gradebook:
        gradebook.set_due(assignment, late.due_of(course.options, assignment))
        jobs = {job: submission for submission in submissions for job in _jobs(course, assignment, submission)}
        reports = {job: found for job in jobs if (found := store.find(job.key)) is not None and not found.faults}
        to_do = [job for job in jobs if job not in reports]
        summary = Summary(assignment, "", reused=len(reports), graded=len(to_do))
        left = Counter(jobs[job].student for job in to_do)
        desk = Desk(course, assignment, gradebook, masters, summary)
        done = len(reports)
        progress(done, len(jobs))
        for submission in submissions:
            if not left[submission.student]:
                desk.file(submission, {j.challenge: reports[j] for j in jobs if jobs[j] is submission})
        if not to_do:
            return summary
        by_student: dict[str, dict[str, Report]] = {}
        for job, report in reports.items():
            by_student.setdefault(job.student, {})[job.challenge] = report
        with Pool(course, min(workers or course.options.workers or os.cpu_count() or 1, len(to_do)), mode) as pool:
            summary.confinement = pool.confinement
            for job, report in pool.grade(to_do):
                store.keep(job.key, report)
                by_student.setdefault(job.student, {})[job.challenge] = report
                left[job.student] -= 1
                done += 1
                if not left[job.student]:
                    desk.file(jobs[job], by_student.pop(job.student))
                progress(done, len(jobs))
    return summary


class Desk:
    """Files the reports of one student after the other: gradebook first, then the autograded notebook and feedback."""

    def __init__(
        self,
        course: Course,
        assignment: str,
        gradebook: CourseGradebook,
        masters: dict[str, Master],
        summary: Summary,
    ) -> None:
        self._course = course
        self._assignment = assignment
        self._gradebook = gradebook
        self._masters = masters
        self._summary = summary

    def file(self, submission: Submission, reports: dict[str, Report]) -> None:
        """Everything that follows from one student's reports; doing it again changes nothing."""
        notebooks: dict[str, SubmittedNotebook] = {}
        answered: dict[str, set[str]] = {}
        for name, report in reports.items():
            if report.error:
                continue
            notebook = read_notebook(submission.files[name], self._course.challenges)
            notebooks[name] = notebook
            answered[name] = set(notebook.challenge.questions) - unanswered(notebook, self._masters[name])
        for name, error in submission.unreadable.items():
            reports = {**reports, name: Report(str(submission.files[name]), error=error)}
        handed_in = timestamp_of(submission.folder)
        lateness = late.lateness(self._course.options, self._assignment, submission.student, handed_in)
        self._gradebook.write(
            self._assignment,
            submission.student,
            reports,
            answered,
            timestamp=handed_in,
            late_share=lateness.share,
        )
        marks = self._gradebook.marks(self._assignment, submission.student)
        for name, report in reports.items():
            if name in notebooks:
                document = autograded(notebooks[name], report, self._masters[name])
                folder = self._course.root / "autograded" / submission.student / self._assignment
                write_whole(folder / f"{name}.ipynb", to_text(document))
            title = f"{self._course.challenges[name].title} · {submission.student}"
            html = feedback(notebooks.get(name), report, marks.get(name, {}), title=title, penalty=lateness.sentence)
            path = self._course.root / "feedback" / submission.student / self._assignment / f"{name}.html"
            write_whole(path, html)
        self._count(submission, reports, sum(m.score for each in marks.values() for m in each.values()), marks)

    def _count(self, submission: Submission, reports: dict[str, Report], score: float, marks: object) -> None:
        summary = self._summary
        summary.students[submission.student] = score
        summary.notes += [f"{submission.student}: {note}" for note in submission.notes]
        for name, report in reports.items():
            summary.confinement = summary.confinement or report.confinement
            summary.verdicts.update(str(each.verdict) for each in report.exercises)
            summary.faults += [f"{submission.student}, {name}: {fault}" for fault in report.faults]
            if report.error:
                summary.unreadable.append(f"{submission.student}: {report.error}")
        if isinstance(marks, dict):
            every = [mark for each in marks.values() for mark in each.values()]
            summary.max_score = sum(mark.max_score for mark in every)
            summary.waiting += any(mark.waiting for mark in every)


def find_submissions(
    course: Course, assignment: str, challenges: dict[str, Challenge], only: set[str]
) -> list[Submission]:
    """The submissions under submitted/; NoCourse where there is no such folder or a named student is not in it."""
    top = course.root / "submitted"
    if not top.is_dir():
        raise NoCourse(f"There is no folder {top}: put submissions there as submitted/<student>/{assignment}/.")
    folders = sorted(path for path in top.glob(f"*/{assignment}") if path.is_dir())
    found = [_submission(folder, course, challenges) for folder in folders if not only or folder.parent.name in only]
    missing = only - {each.student for each in found}
    if missing:
        raise NoCourse(f"There is no submission of {assignment} by {', '.join(sorted(missing))} under {top}.")
    if not found:
        raise NoCourse(f"There is no submission of {assignment} under {top}.")
    return found


def _submission(folder: Path, course: Course, challenges: dict[str, Challenge]) -> Submission:
    """Which file counts for which challenge: the one whose content says so, the released name first, else the newest."""
    submission = Submission(folder.parent.name, folder)
    claims: dict[str, list[Path]] = {}
    for path in sorted(folder.glob("*.ipynb")):
        try:
            name = read_notebook(path, course.challenges).challenge.name
        except UnreadableNotebook as error:
            name = original_stem(path.name)
            if name not in challenges:
                submission.notes.append(str(error))
                continue
            submission.unreadable[name] = str(error)
        if name not in challenges:
            submission.notes.append(f"{path.name} is {name}, which belongs to another assignment; it was not graded")
            continue
        claims.setdefault(name, []).append(path)
    for name, paths in claims.items():
        readable = [path for path in paths if name not in submission.unreadable or _reads(path, course)]
        chosen = max(readable or paths, key=lambda p: (p.stem == name, p.stat().st_mtime, p.name))
        if readable:
            submission.unreadable.pop(name, None)
        submission.files[name] = chosen
        others = [path.name for path in paths if path != chosen]
        if others:
            submission.notes.append(f"{name}: {chosen.name} was graded, not {', '.join(others)}")
    for name in challenges:
        if name not in submission.files:
            submission.notes.append(f"{name} was not handed in")
    return submission


def _reads(path: Path, course: Course) -> bool:
    try:
        read_notebook(path, course.challenges)
    except UnreadableNotebook:
        return False
    return True


def _jobs(course: Course, assignment: str, submission: Submission) -> list[Job]:
    jobs = []
    for name, path in submission.files.items():
        if name in submission.unreadable:
            continue
        drawn_for = submission.student if course.options.inputs_per_student else ""
        key = key_of(
            path.read_bytes(),
            challenge_version(course.root, assignment, name),
            course.secret.hex(),
            engine_version(),
            course.device,
            json.dumps(course.options.limits().to_plain(), sort_keys=True),
            drawn_for,
        )
        jobs.append(Job(submission.student, name, path, key))
    return jobs


def _masters(course: Course, assignment: str, challenges: dict[str, Challenge]) -> dict[str, Master]:
    masters = {}
    for name in challenges:
        released = course.root / "release" / assignment / f"{name}.ipynb"
        source = course.root / ".build" / "source" / assignment / f"{name}.ipynb"
        if not released.is_file() or not source.is_file():
            raise NoCourse(f"{assignment} has not been released here: run `autograder release {assignment}` first.")
        masters[name] = Master.read(released, source)
    return masters

