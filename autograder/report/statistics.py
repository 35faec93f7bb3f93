"""What can be said of a whole class, computed from its graded submissions. Pure: no files, no HTML."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from autograder.exercise import Challenge
from autograder.grading.report import Report
from autograder.report.graded import Graded
from autograder.verdict import ExerciseResult, Verdict

FEWEST = 5
"""Students below whom a correlation says nothing."""

EXAMPLES = 3

KINDS = (
    "grader error", "could not be judged", "not graded", "graded by older checks", "unusual time", "notebook", "files"
)  # fmt: skip
"""Why a submission needs a look, the gravest first."""


@dataclass(frozen=True)
class ExerciseStatistics:
    """One exercise over all who handed in its notebook. ``discrimination`` is None where it cannot be computed."""

    challenge: str
    name: str
    max_points: float
    verdicts: Counter[str]
    mean_share: float
    discrimination: float | None

    @property
    def count(self) -> int:
        return sum(self.verdicts.values())

    @property
    def pass_rate(self) -> float:
        return self.verdicts[Verdict.CORRECT] / self.count if self.count else 0.0


@dataclass
class MistakeStatistics:
    """A recognised mistake: how often, and whose."""

    challenge: str
    exercise: str
    name: str
    hint: str
    students: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Times:
    """Seconds that the notebooks of one challenge took."""

    challenge: str
    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def slowest_tenth(self) -> float:
        return float(np.quantile(self.seconds, 0.9))

    @property
    def unusual(self) -> float:
        """Beyond this a time is unusual: six standard deviations from the median (estimated by the median deviation,
        which a few slow ones do not move), twice the median, and 10 s more than it."""
        spread = 1.4826 * statistics.median(abs(s - self.median) for s in self.seconds)
        return max(self.median + 6 * spread, 2 * self.median, self.median + 10)


@dataclass
class Concern:
    """A reason to look, and at whose submission: student → what is special about theirs."""

    kind: str
    challenge: str
    what: str
    students: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Waiting:
    """A written question: how many answers a person has read, how many wait, and the mean of those read."""

    challenge: str
    question: str
    max_points: float
    read: int
    waiting: int
    blank: int
    mean: float | None


def point_biserial(passed: Sequence[bool], rest: Sequence[float]) -> float | None:
    """Correlation of passing with the points in everything else; None where either does not vary or few are there."""
    if len(passed) < FEWEST or len(set(passed)) < 2 or np.ptp(np.asarray(rest, float)) == 0:
        return None
    return float(np.corrcoef(np.asarray(passed, float), np.asarray(rest, float))[0, 1])


def exercise_statistics(graded: Sequence[Graded], challenges: Mapping[str, Challenge]) -> list[ExerciseStatistics]:
    """Every exercise in the order of the notebooks; its own points are left out of what passing it is compared with."""
    totals = {each.student: sum(report.score for report in each.reports.values()) for each in graded}
    found = []
    for challenge in challenges.values():
        for name, exercise in challenge.exercises.items():
            results = {
                each.student: result
                for each in graded
                for result in _results(each.reports.get(challenge.name))
                if result.name == name
            }
            judged = {who: r for who, r in results.items() if r.verdict is not Verdict.GRADER_ERROR}
            passed = [result.verdict is Verdict.CORRECT for result in judged.values()]
            rest = [totals[student] - result.points for student, result in judged.items()]
            shares = [result.points / result.max_points for result in judged.values() if result.max_points]
            found.append(
                ExerciseStatistics(
                    challenge.name,
                    name,
                    exercise.points,
                    Counter(str(result.verdict) for result in results.values()),
                    statistics.fmean(shares) if shares else 0.0,
                    point_biserial(passed, rest),
                )
            )
    return found


def mistake_statistics(graded: Sequence[Graded]) -> list[MistakeStatistics]:
    """The recognised mistakes, the commonest first."""
    found: dict[tuple[str, str, str], MistakeStatistics] = {}
    for each in graded:
        for challenge, report in each.reports.items():
            for result in report.exercises:
                if result.mistake is None:
                    continue
                key = (challenge, result.name, result.mistake)
                found.setdefault(key, MistakeStatistics(*key, result.hint or "")).students.append(each.student)
    return sorted(found.values(), key=lambda m: (-len(m.students), m.challenge, m.exercise, m.name))


def times(graded: Sequence[Graded], challenges: Mapping[str, Challenge]) -> list[Times]:
    """The times of each challenge that somebody handed in."""
    seconds = {
        name: tuple(r.seconds for each in graded if (r := each.reports.get(name)) and not r.error)
        for name in challenges
    }
    return [Times(name, taken) for name, taken in seconds.items() if taken]


def concerns(graded: Sequence[Graded], challenges: Mapping[str, Challenge]) -> list[Concern]:
    """What somebody should look at, the gravest first; the same reason is given once for all whom it concerns."""
    unusual = {each.challenge: each.unusual for each in times(graded, challenges)}
    found: dict[tuple[str, str, str], Concern] = {}

    def add(kind: str, challenge: str, what: str, student: str, special: str = "") -> None:
        key = (kind, challenge, what)
        found.setdefault(key, Concern(*key)).students[student] = special

    for each in graded:
        for name, report in each.reports.items():
            for fault in report.faults:
                add(KINDS[0], name, fault, each.student)
            if report.error:
                add(KINDS[1], name, report.error, each.student)
            elif report.seconds > unusual[name]:
                add(KINDS[4], name, f"more than {unusual[name]:.0f} s", each.student, f"{report.seconds:.0f} s")
            for note in report.notes:
                add(KINDS[5], name, note, each.student)
        for name in each.ungraded:
            add(KINDS[2], name, "the file is new or changed: run `autograder grade`", each.student)
        for name in each.outdated:
            add(KINDS[3], name, "checks or grader changed since: run `autograder grade`", each.student)
        for note in each.notes:
            if not note.endswith("was not handed in"):
                add(KINDS[6], "", note, each.student)
    return sorted(found.values(), key=lambda c: (KINDS.index(c.kind), -len(c.students)))


def waiting(graded: Sequence[Graded], challenges: Mapping[str, Challenge]) -> list[Waiting]:
    """The state of every written question."""
    found = []
    for challenge in challenges.values():
        for name, question in challenge.questions.items():
            marks = [mark for each in graded if (mark := each.marks(challenge.name).get(name)) is not None]
            scores = [mark.score for mark in marks if mark.by_person and not mark.waiting]
            waits = sum(mark.waiting for mark in marks)
            blank = len(marks) - len(scores) - waits
            mean = statistics.fmean(scores) if scores else None
            found.append(Waiting(challenge.name, name, question.points, len(scores), waits, blank, mean))
    return found


def not_handed_in(graded: Sequence[Graded], challenges: Mapping[str, Challenge]) -> dict[str, int]:
    """How many of those who handed in something lack each challenge."""
    return {name: sum(name not in each.files for each in graded) for name in challenges}


def _results(report: Report | None) -> tuple[ExerciseResult, ...]:
    return report.exercises if report is not None else ()
