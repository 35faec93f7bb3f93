"""Grading again after a check, tolerance or reference changed: who moves, by how much and why, before it is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace

from autograder.course import Course
from autograder.grading.batch import MakeEngine, Progress, file_results, opened
from autograder.grading.report import Report
from autograder.verdict import ExerciseResult

WHY = {
    "submission": "a newer submission",
    "checks": "the checks changed",
    "engine": "the judge or a library changed",
    "secret": "the hidden inputs are drawn anew",
    "device": "another device",
    "limits": "the limits changed",
    "data": "the data changed",
    "drawn for": "the hidden inputs are drawn for each student",
}


@dataclass(frozen=True)
class Move:
    """One exercise of one student whose points or verdict are others than those filed."""

    student: str
    challenge: str
    exercise: str
    before: float
    after: float
    verdicts: tuple[str, str]
    message: str
    why: str
    kept: float | None = None  # what a person gave, which stays


@dataclass
class Regrade:
    """What a regrade found. ``affected`` counts notebooks whose result could differ, ``run`` those that were run."""

    assignment: str
    affected: int = 0
    run: int = 0
    unchanged: int = 0
    never_graded: int = 0
    applied: bool = False
    moves: list[Move] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def totals(self) -> dict[str, float]:
        """By how many points each student moves; where a person gave points, these do not move."""
        totals = dict.fromkeys((move.student for move in self.moves), 0.0)
        for move in self.moves:
            totals[move.student] += move.after - move.before if move.kept is None else 0.0
        return totals


def regrade_assignment(
    course: Course,
    assignment: str,
    *,
    apply: bool = False,
    mode: str | None = None,
    workers: int = 0,
    students: Iterable[str] = (),
    progress: Progress = lambda done, total: None,
    engine: MakeEngine | None = None,
) -> Regrade:
    """Runs what is affected by a change and compares it with what was filed; writes it where told to ``apply``.

    What was run is kept in the results store, so that applying afterwards runs nothing again.
    """
    from autograder.grading.desk import Desk

    with ExitStack() as stack:
        batch, running = stack.enter_context(opened(course, assignment, students, mode, workers, engine))
        desk = stack.enter_context(Desk(course, assignment))
        stack.enter_context(batch.history)
        found = Regrade(assignment, run=batch.unknown, applied=apply)
        if running is not None:
            for _ in batch.run(running, progress):
                pass
        for submission in batch.submissions:
            results = batch.results(submission)
            marks = desk.marks(submission.student)
            changed = False
            for name, result in results.items():
                if result.report.error:
                    found.faults.append(f"{submission.student}, {name}: {result.report.error}")
                    continue
                filed = batch.history.last(submission.student, name)
                if filed is not None and filed.key == result.filed.key:
                    found.unchanged += 1
                    continue
                changed = True
                found.affected += 1
                found.faults += [f"{submission.student}, {name}: {fault}" for fault in result.report.faults]
                old = batch.store.find(filed.key) if filed is not None else None
                if filed is None or old is None:
                    found.never_graded += 1
                    continue
                why = reasons(filed.parts, result.filed.parts)
                for move in moves(submission.student, name, old, result.report, why):
                    mark = marks.get(name, {}).get(f"{move.exercise}-check")
                    by_person = mark.score if mark is not None and mark.by_person else None
                    found.moves.append(replace(move, kept=by_person))
            if apply and changed:
                file_results(desk, batch.history, submission, results)
    return found


def reasons(before: dict[str, str], after: dict[str, str]) -> str:
    """What differs between what two results were made of, in words."""
    return ", ".join(words for part, words in WHY.items() if before.get(part) != after.get(part))


def moves(student: str, challenge: str, before: Report, after: Report, why: str) -> Iterator[Move]:
    """The exercises whose points or verdict differ between two reports on a student's notebook."""
    old = {each.name: each for each in before.exercises}
    new = {each.name: each for each in after.exercises}
    for name in [*new, *(name for name in old if name not in new)]:
        was, now = _standing(old.get(name)), _standing(new.get(name))
        if was != now:
            message = new[name].message if name in new else "the exercise is gone"
            yield Move(student, challenge, name, was[0], now[0], (was[1], now[1]), message, why)


def _standing(result: ExerciseResult | None) -> tuple[float, str]:
    return (round(result.points, 6), str(result.verdict)) if result is not None else (0.0, "absent")
