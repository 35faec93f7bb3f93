"""What can be said of an answer: the verdicts, and the results that carry them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Verdict(StrEnum):
    """The whole vocabulary. A missing result is never CORRECT; our fault is never the student's."""

    CORRECT = "correct"
    WRONG = "wrong"
    CRASHED = "crashed"
    TIMED_OUT = "timed out"
    OUT_OF_MEMORY = "out of memory"
    NOT_ATTEMPTED = "not attempted"
    GRADER_ERROR = "grader error"


@dataclass(frozen=True)
class CaseResult:
    """One case of one exercise.

    ``error`` and ``bound`` are the measured difference and the largest one admitted, where the comparison
    has such a number. ``detail`` may show expected values and is therefore filled for public cases only.
    ``fault`` is the grader's own traceback of a GRADER_ERROR; students never see it.
    ``pictures`` are PNG images kept for the person grading.
    """

    name: str
    public: bool
    verdict: Verdict
    points: float = 0.0
    max_points: float = 0.0
    message: str = ""
    detail: str = ""
    error: float | None = None
    bound: float | None = None
    seconds: float = 0.0
    fault: str = ""
    pictures: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class ExerciseResult:
    """All cases of one exercise, with the one verdict and the one sentence that sum them up."""

    name: str
    points: float
    max_points: float
    verdict: Verdict
    message: str
    mistake: str | None = None
    hint: str | None = None
    seconds: float = 0.0
    cases: tuple[CaseResult, ...] = field(default_factory=tuple)
