"""From a declaration to cases that can be judged: inputs drawn, expected outcomes and mistakes worked out.

A prepared exercise (``prepared``) holds all that the judge needs; here it is made from the reference, on the grader's
side.
"""

from __future__ import annotations

import hashlib
import inspect
from typing import Any

import numpy as np

from autograder.exercise import Case, Challenge, Exercise, Function, Given, Setting
from autograder.oracle import Outcome, Status, Student, Unanswered, Unusable
from autograder.plain import from_bytes, to_bytes
from autograder.prepared import KnownMistake, PreparedCase, PreparedExercise, plain_measure, unusable_outcome
from autograder.runtime import Runtime
from autograder.tolerance import Mismatch

CALL_SECONDS = 20.0
CPU = Setting()
PUBLIC_SEED = b"public"


def prepare(
    challenge: Challenge,
    exercise: Exercise,
    *,
    secret: bytes,
    student: str = "",
    setting: Setting = CPU,
    call_seconds: float = CALL_SECONDS,
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
        prepared.append(_prepare_case(challenge, exercise, case, points, rng, setting, call_seconds))
    return PreparedExercise(exercise.name, exercise.points, tuple(prepared))


def generator(secret: bytes, *parts: str) -> np.random.Generator:
    """The generator that belongs to (secret, challenge, exercise, case[, student]) and to nothing else."""
    material = hashlib.sha256(b"\0".join([secret, *(part.encode() for part in parts)])).digest()
    return np.random.default_rng(np.frombuffer(material, dtype=np.uint32))


def _prepare_case(
    challenge: Challenge,
    exercise: Exercise,
    case: Case,
    points: float,
    rng: np.random.Generator,
    setting: Setting,
    call_seconds: float,
) -> PreparedCase:
    wants_setting = len(inspect.signature(case.make).parameters) > 1
    drawn = case.make(rng, setting) if wants_setting else case.make(rng)
    given = drawn if isinstance(drawn, Given) else Given(drawn if isinstance(drawn, tuple) else (drawn,))
    measure = case.measure or exercise.measure or plain_measure(exercise.name, exercise.is_value)
    references = {name: each.reference for name, each in challenge.exercises.items()}

    def outcome_with(implementation: Any) -> Outcome:
        return measured(Runtime({**references, exercise.name: implementation}, setting.device), measure, given)

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
        compare=given.compare or case.compare or exercise.tolerance,
        seconds=case.seconds or exercise.seconds or call_seconds,
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
