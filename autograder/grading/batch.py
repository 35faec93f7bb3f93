"""Grading an assignment of a whole class: submitted/ → results → gradebook, autograded/ and feedback/."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from autograder.config import check_thoroughly
from autograder.course import Course
from autograder.grading.history import Filed, History
from autograder.grading.log import Log
from autograder.grading.pool import Engine, Job, Pool
from autograder.grading.report import Report
from autograder.grading.store import Store, Versions, fingerprint, key_of
from autograder.grading.submissions import Submission, find_submissions, misnamed, notebooks_of
from autograder.notebooks.read import content_of

if TYPE_CHECKING:
    from autograder.adapters.gradebook import Marks
    from autograder.grading.desk import Desk

CHANGED = "was changed or removed while it was graded: run the same command again."

Progress = Callable[[int, int], None]
MakeEngine = Callable[[int], Engine]


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
    log: str = ""


@dataclass(frozen=True)
class Result:
    """The report on one notebook, where it is kept, and whether this run made it."""

    report: Report
    filed: Filed
    fresh: bool


class Batch:
    """The submissions of an assignment with what is known of them and what is still to be run."""

    def __init__(self, course: Course, assignment: str, students: Iterable[str] = ()) -> None:
        self.course = course
        self.assignment = assignment
        self.submissions = find_submissions(course, assignment, students)
        self.store = Store(course.root)
        self.history = History(course.root, assignment)
        versions = Versions.of(course, assignment)
        self.parts: dict[Job, dict[str, str]] = {}
        self.jobs = {each.student: list(self._jobs(each, versions)) for each in self.submissions}
        held = {key for key in {job.key for job in self.parts} if self.store.holds(key)}
        self.alike: dict[str, list[Job]] = {}  # what was handed in by several, as it was released say, runs once
        for job in self.parts:
            if job.key not in held:
                self.alike.setdefault(job.key, []).append(job)
        # the longest first, so that no core is left with a long one at the end
        first = [jobs[0] for jobs in self.alike.values()]
        self.to_do = sorted(first, key=lambda job: -self.history.expected_seconds(job.student, job.challenge))
        self.changed: dict[Job, Report] = {}  # the file is another by now: what is said of it instead of a result

    @property
    def unknown(self) -> int:
        """How many notebooks have no result yet."""
        return sum(map(len, self.alike.values()))

    def run(self, engine: Engine | None, progress: Progress) -> Iterator[tuple[Submission, dict[str, Result]]]:
        """Each submission with the results of its notebooks, as soon as it has all of them.

        No more is held than the results of one: what was graded goes to the store at once and is read from there.
        """
        left = Counter(job.student for jobs in self.alike.values() for job in jobs)
        fresh: set[Job] = set()
        done, total = len(self.parts) - self.unknown, len(self.parts)
        progress(done, total)
        for submission in self.submissions:
            if not left[submission.student]:
                yield submission, self.results(submission, fresh)
        if engine is None:
            return
        by_student = {each.student: each for each in self.submissions}
        for graded, report in engine.grade(self.to_do):
            kept = self._is_as_it_was(graded)
            if kept:
                self.store.keep(graded.key, report)
            for job in self.alike[graded.key]:
                if not kept or not self._is_as_it_was(job):
                    self.changed[job] = Report(str(job.path), error=f"{job.path.name} {CHANGED}")
                fresh.add(job)
                left[job.student] -= 1
                done += 1
                if not left[job.student]:
                    yield by_student[job.student], self.results(by_student[job.student], fresh, {job: report})
                progress(done, total)

    def _is_as_it_was(self, job: Job) -> bool:
        return fingerprint(content_of(job.path)) == self.parts[job]["submission"]

    def results(
        self, submission: Submission, fresh: Container[Job] = (), at_hand: dict[Job, Report] | None = None
    ) -> dict[str, Result]:
        """The results of a submission whose notebooks have all been graded."""
        results = {}
        for job in self.jobs[submission.student]:
            report = self.changed.get(job) or (at_hand or {}).get(job) or self.store.find(job.key)
            assert report is not None, f"the result {job.key} was in the store and is gone"
            report = replace(report, file=str(job.path))  # it may have been graded as another's of the same content
            results[job.challenge] = Result(report, Filed(job.key, self.parts[job], report.seconds), job in fresh)
        return results

    def _jobs(self, submission: Submission, versions: Versions) -> Iterator[Job]:
        for name, path in submission.files.items():
            if name not in submission.unreadable:
                parts = versions.parts(path.read_bytes(), name, submission.student)
                job = Job(submission.student, name, path, key_of(parts))
                self.parts[job] = parts
                yield job


@contextmanager
def opened(
    course: Course, assignment: str, students: Iterable[str], mode: str | None, workers: int, engine: MakeEngine | None
) -> Iterator[tuple[Batch, Engine | None]]:
    """The batch and the engine that grades it, None where nothing is to be run.

    Local processes start before the submissions are read, if it looks as if they were needed: what the fork server
    imports, and what this process imports, then take their seconds side by side.
    """
    students = set(students)
    notebooks = notebooks_of(course, assignment, students)
    with ExitStack() as stack:

        def local(count: int) -> Engine:
            return Pool.fitting(course, notebooks, mode, workers, count)

        running: Engine | None = None
        if engine is None and History.is_older_than(course.root, assignment, notebooks):
            running = stack.enter_context(local(len(notebooks)))
        check_thoroughly(course.root)
        batch = Batch(course, assignment, students)
        if batch.to_do and running is None:
            running = stack.enter_context((engine or local)(len(batch.to_do)))
        yield batch, running if batch.to_do else None


def grade_assignment(
    course: Course,
    assignment: str,
    *,
    mode: str | None = None,
    workers: int = 0,
    students: Iterable[str] = (),
    progress: Progress = lambda done, total: None,
    engine: MakeEngine | None = None,
) -> Summary:
    """Grades every submission of ``assignment``, or of ``students``; what was graded before is not run again.

    ``engine`` makes another engine than local processes, given the number of notebooks.
    Raises NoCourse, GradebookError or NoConfinement, each with a sentence; nothing that was graded is lost.
    """
    with opened(course, assignment, students, mode, workers, engine) as (batch, running):
        summary = Summary(assignment, "", graded=batch.unknown, reused=len(batch.parts) - batch.unknown)
        summary.confinement = running.confinement if running is not None else ""
        summary.unreadable += misnamed(course, assignment)
        _file_all(batch, running, summary, progress)
    return summary


def _file_all(batch: Batch, engine: Engine | None, summary: Summary, progress: Progress) -> None:
    # imported only now: the fork server's imports run meanwhile
    from autograder.grading.desk import Desk

    with Desk(batch.course, batch.assignment) as desk, batch.history, Log(batch.course.root, batch.assignment) as log:
        for submission, results in batch.run(engine, progress):
            reports, marks = file_results(desk, batch.history, submission, results)
            for name, result in results.items():
                if result.fresh:
                    log.add(submission.student, name, result.report)
            every = [mark for each in marks.values() for mark in each.values()]
            summary.students[submission.student] = sum(mark.score for mark in every)
            summary.max_score = sum(mark.max_score for mark in every)
            summary.waiting += any(mark.waiting for mark in every)
            _count(summary, submission, reports)
        summary.log = str(log.path) if log.path is not None else ""


def file_results(
    desk: Desk, history: History, submission: Submission, results: dict[str, Result]
) -> tuple[dict[str, Report], Marks]:
    """Files the results of one submission: gradebook, notebook, feedback, history. All its reports, and the marks."""
    reports = {name: each.report for name, each in results.items()}
    # a report for each file that could not be judged, too
    for name, error in submission.unreadable.items():
        reports[name] = Report(str(submission.files[name]), error=error)
    marks = desk.file(submission, reports)
    for name, result in results.items():
        if not result.report.error:
            history.add(submission.student, name, result.filed, score=result.report.score)
    return reports, marks


def _count(summary: Summary, submission: Submission, reports: dict[str, Report]) -> None:
    summary.notes += [f"{submission.student}: {note}" for note in submission.notes]
    for name, report in reports.items():
        summary.confinement = summary.confinement or report.confinement
        summary.verdicts.update(str(each.verdict) for each in report.exercises)
        summary.faults += [f"{submission.student}, {name}: {fault}" for fault in report.faults]
        if report.error:
            summary.unreadable.append(f"{submission.student}: {report.error}")
