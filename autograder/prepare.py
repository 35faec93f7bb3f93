"""From a declaration to cases that can be judged: inputs drawn, expected outcomes and mistakes worked out.

A prepared exercise holds all that the judge needs. It is made here from the reference (on the grader's side), or read
from the public cases frozen beside a released notebook (``frozen``), where there is no reference.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from autograder.exercise import Case, Challenge, Exercise, Function, Given
from autograder.oracle import Outcome, Status, Student, Unanswered, Unusable
from autograder.plain import from_bytes, to_bytes
from autograder.runtime import Runtime
from autograder.tolerance import Compare, Mismatch

CALL_SECONDS = 20.0
PUBLIC_SEED = b"public"


@dataclass(frozen=True)
class KnownMistake:
    """A mistake on one case: what it would give (``outcome``), or the test that betrays it (``symptom``)."""

    name: str
    hint: str
    outcome: Outcome | None = None
    symptom: Function | None = None


class PreparedCase:
    """One case with its arguments, its measurement, its comparison and what is expected.

    Expected outcome and mistakes are worked out when first asked for: a mistake is only needed for a wrong answer.
    """

    def __init__(
        self,
        name: str,
        *,
        public: bool,
        points: float,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        measure: Function,
        compare: Compare,
        seconds: float,
        expect: Callable[[], Outcome],
        find_mistakes: Callable[[], list[KnownMistake]],
    ) -> None:
        self.name = name
        self.public = public
        self.points = points
        self.args = args
        self.kwargs = kwargs
        self.measure = measure
        self.compare = compare
        self.seconds = seconds
        self._expect = expect
        self._find_mistakes = find_mistakes

    @cached_property
    def expected(self) -> Outcome:
        return self._expect()

    @cached_property
    def mistakes(self) -> list[KnownMistake]:
        return self._find_mistakes()


@dataclass(frozen=True)
class PreparedExercise:
    """An exercise ready to be judged."""

    name: str
    points: float
    cases: tuple[PreparedCase, ...]


def prepare(
    challenge: Challenge,
    exercise: Exercise,
    *,
    secret: bytes,
    student: str = "",
    device: str = "cpu",
    public_only: bool = False,
) -> PreparedExercise:
    """Draws the cases of ``exercise``. Public ones come from a public seed, hidden ones from ``secret`` (and from
    ``student`` where each student is to get inputs of their own)."""
    hidden_weight = sum(case.weight for case in exercise.cases if not case.public)
    prepared = []
    for case in exercise.cases:
        if public_only and not case.public:
            continue
        points = 0.0 if case.public else exercise.points * case.weight / hidden_weight
        seed = PUBLIC_SEED if case.public else secret
        who = "" if case.public or not exercise.per_student else student
        rng = generator(seed, challenge.name, exercise.name, case.name, who)
        prepared.append(_prepare_case(challenge, exercise, case, points, rng, device))
    return PreparedExercise(exercise.name, exercise.points, tuple(prepared))


def generator(secret: bytes, *parts: str) -> np.random.Generator:
    """The generator that belongs to (secret, challenge, exercise, case[, student]) and to nothing else."""
    material = hashlib.sha256(b"\0".join([secret, *(part.encode() for part in parts)])).digest()
    return np.random.default_rng(np.frombuffer(material, dtype=np.uint32))


def plain_measure(exercise_name: str, is_value: bool) -> Function:
    """The measurement of an ordinary exercise: the call itself, or the value itself."""
    if is_value:
        return lambda student, *args, **kwargs: student.value(exercise_name)
    return lambda student, *args, **kwargs: student.call(exercise_name, *args, **kwargs)


def _prepare_case(
    challenge: Challenge, exercise: Exercise, case: Case, points: float, rng: np.random.Generator, device: str
) -> PreparedCase:
    drawn = case.make(rng)
    given = drawn if isinstance(drawn, Given) else Given(drawn if isinstance(drawn, tuple) else (drawn,))
    measure = case.measure or exercise.measure or plain_measure(exercise.name, exercise.is_value)
    references = {name: each.reference for name, each in challenge.exercises.items()}

    def outcome_with(implementation: Any) -> Outcome:
        return measured(Runtime({**references, exercise.name: implementation}, device), measure, given)

    def expect() -> Outcome:
        if given.expected is not None:
            return Outcome(Status.RETURNED, given.expected)
        return outcome_with(exercise.reference)

    def find_mistakes() -> list[KnownMistake]:
        return [
            KnownMistake(m.name, m.hint, symptom=m.function)
            if m.symptom
            else KnownMistake(m.name, m.hint, outcome=outcome_with(m.function() if exercise.is_value else m.function))
            for m in exercise.mistakes
        ]

    return PreparedCase(
        case.name,
        public=case.public,
        points=points,
        args=given.args,
        kwargs=given.kwargs,
        measure=measure,
        compare=case.compare or exercise.tolerance,
        seconds=case.seconds or exercise.seconds or CALL_SECONDS,
        expect=expect,
        find_mistakes=find_mistakes,
    )


def measured(runtime: Runtime, measure: Function, given: Given) -> Outcome:
    """The outcome of a measurement on an implementation that runs in this process (a reference, a mistake)."""
    student = Student(runtime, 0.0)
    # through bytes and back, so that a reference is judged on exactly what would cross from a student
    args, kwargs = from_bytes(to_bytes((given.args, given.kwargs)))
    try:
        with np.errstate(all="ignore"):
            value = measure(student, *args, **kwargs)
    except Unanswered as unanswered:
        return unanswered.outcome
    except (Unusable, Mismatch) as unusable:
        return unusable_outcome(unusable)
    return Outcome(Status.RETURNED, value, changed=student.changed)


def unusable_outcome(reason: Exception) -> Outcome:
    """The outcome of an answer that a measurement could not go on with."""
    return Outcome(Status.RAISED, error_types=("Unusable",), error=str(reason))
