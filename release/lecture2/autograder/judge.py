"""The judge: asks an oracle, compares, and says what it found. It never runs a student's code itself."""

from __future__ import annotations

import builtins
import traceback
from dataclasses import replace

from autograder import messages
from autograder.oracle import Oracle, Outcome, Status, Student, Unanswered, Unusable
from autograder.prepared import UNUSABLE, KnownMistake, PreparedCase, PreparedExercise, unusable_outcome
from autograder.runtime import GPU
from autograder.tolerance import Comparison, Mismatch
from autograder.verdict import CaseResult, ExerciseResult, Verdict

PATIENCE = 2  # cases of one exercise that may use up their time, or end the process, before the rest are not run

_ENDINGS = {
    Status.TIMED_OUT: Verdict.TIMED_OUT,
    Status.OUT_OF_MEMORY: Verdict.OUT_OF_MEMORY,
    Status.DIED: Verdict.CRASHED,
    Status.ABSENT: Verdict.NOT_ATTEMPTED,
}

_GIVEN_UP = {
    Status.TIMED_OUT: (Verdict.TIMED_OUT, messages.GAVE_UP),
    Status.DIED: (Verdict.CRASHED, messages.GAVE_UP_DIED),
}


def judge(exercise: PreparedExercise, oracle: Oracle) -> ExerciseResult:
    """All cases of one exercise, and the known mistake that explains the wrong ones, if there is one."""
    results: list[CaseResult] = []
    outcomes: list[Outcome | None] = []
    ended: list[Status] = []  # cases that used up their time, or ended the process
    for case in exercise.cases:
        if len(ended) >= PATIENCE:
            verdict, message = _GIVEN_UP[ended[-1]]
            results.append(CaseResult(case.name, case.public, verdict, 0.0, case.points, message))
            outcomes.append(None)
            continue
        result, outcome = _judge_case(case, oracle)
        results.append(result)
        outcomes.append(outcome)
        if outcome is not None and outcome.status in _GIVEN_UP:
            ended.append(outcome.status)
    return _sum_up(exercise, results, _explanation(exercise.cases, results, outcomes))


def grader_error(name: str, points: float, fault: str) -> ExerciseResult:
    """The result of an exercise that could not be judged through no fault of the student's."""
    case = CaseResult("all", False, Verdict.GRADER_ERROR, 0.0, points, messages.GRADER_ERROR, fault=fault)
    return ExerciseResult(name, 0.0, points, Verdict.GRADER_ERROR, messages.GRADER_ERROR, cases=(case,))


def _judge_case(case: PreparedCase, oracle: Oracle) -> tuple[CaseResult, Outcome | None]:
    student = Student(oracle, case.seconds)
    blank = CaseResult(case.name, case.public, Verdict.GRADER_ERROR, 0.0, case.points)
    outcome: Outcome | None = None
    try:
        expected = case.expected
        if expected.status not in (Status.RETURNED, Status.RAISED):
            raise RuntimeError(f"the reference itself ended with {expected.status}")
        try:
            value = case.measure(student, *case.args, **case.kwargs)
            outcome = Outcome(Status.RETURNED, value, changed=student.changed)
        except Unanswered as unanswered:
            outcome = unanswered.outcome
            result = _verdict(case, outcome, expected, blank)
        except (Unusable, Mismatch) as unusable:
            outcome = unusable_outcome(unusable)
            result = replace(blank, verdict=Verdict.WRONG, message=str(unusable))
        else:
            result = _verdict(case, outcome, expected, blank)
    except Exception:
        result = replace(blank, message=messages.GRADER_ERROR, fault=traceback.format_exc())
    pictures = tuple(student.pictures)
    return replace(result, seconds=round(student.elapsed, 4), pictures=pictures), outcome


def _verdict(case: PreparedCase, outcome: Outcome, expected: Outcome, blank: CaseResult) -> CaseResult:
    if outcome.status in _ENDINGS:
        return replace(blank, verdict=_ENDINGS[outcome.status], message=_ending_message(case, outcome))
    if outcome.status is Status.RAISED:
        return _verdict_on_raised(case, outcome, expected, blank)
    if expected.status is Status.RAISED:
        return replace(blank, verdict=Verdict.WRONG, message=messages.should_raise(expected.error_types[0]))
    comparison = case.compare.compare(outcome.value, expected.value)
    if comparison.ok and outcome.changed:
        comparison = Comparison(False, messages.changed_inputs(outcome.changed))
    return replace(
        blank,
        verdict=Verdict.CORRECT if comparison.ok else Verdict.WRONG,
        points=case.points if comparison.ok else 0.0,
        message=comparison.message,
        detail=comparison.detail if case.public else "",
        error=comparison.error,
        bound=comparison.bound,
    )


def _verdict_on_raised(case: PreparedCase, outcome: Outcome, expected: Outcome, blank: CaseResult) -> CaseResult:
    if "NotImplementedError" in outcome.error_types:
        return replace(blank, verdict=Verdict.NOT_ATTEMPTED, message=messages.NOT_ATTEMPTED)
    if expected.status is Status.RAISED:
        wanted = expected.error_types[0]
        if wanted in outcome.error_types:
            return replace(blank, verdict=Verdict.CORRECT, points=case.points)
        name = _safe_type(outcome) if not case.public else outcome.error_types[0]
        return replace(blank, verdict=Verdict.WRONG, message=messages.raised_another(name, wanted))
    # a student's own error text could carry a hidden input into the feedback
    text = messages.raised(outcome.error_types[0], outcome.error, outcome.where)
    message = text if case.public else f"{messages.HIDDEN_ERROR} ({_safe_type(outcome)})"
    return replace(blank, verdict=Verdict.CRASHED, message=message)


def _safe_type(outcome: Outcome) -> str:
    """The raised type's name if Python itself defines it: a student's own name could spell out an input."""
    known = (name for name in outcome.error_types if isinstance(getattr(builtins, name, None), type))
    return next(known, "an error of your own")


def _ending_message(case: PreparedCase, outcome: Outcome) -> str:
    if outcome.status is Status.TIMED_OUT:
        return messages.timed_out(case.seconds)
    if outcome.status is Status.OUT_OF_MEMORY:
        return messages.OUT_OF_GPU_MEMORY if outcome.error == GPU else messages.OUT_OF_MEMORY
    return messages.DIED if outcome.status is Status.DIED else messages.NOT_ATTEMPTED


def _explanation(
    cases: tuple[PreparedCase, ...], results: list[CaseResult], outcomes: list[Outcome | None]
) -> KnownMistake | None:
    """The known mistake that explains most of the wrong cases, at least half of them, and contradicts the fewest
    right ones; of equals the one whose answers lie nearest, then the first declared."""
    judged = [
        (case, result.verdict is Verdict.CORRECT, outcome)
        for case, result, outcome in zip(cases, results, outcomes, strict=True)
        if outcome is not None and result.verdict in (Verdict.CORRECT, Verdict.WRONG, Verdict.CRASHED)
    ]
    if all(right for _, right, _ in judged):
        return None
    try:
        scores: dict[str, list[int]] = {}  # wrong cases explained, wrong ones not explained, right ones contradicted
        distances: dict[str, float] = {}
        hints: dict[str, KnownMistake] = {}
        for case, right, outcome in judged:
            for mistake in case.mistakes:
                hints[mistake.name] = mistake
                score = scores.setdefault(mistake.name, [0, 0, 0])
                if right:
                    score[2] += mistake.outcome is not None and not _would_pass(mistake.outcome, case)
                elif (distance := _explains(mistake, case, outcome)) is not None:
                    score[0] += 1
                    distances[mistake.name] = distances.get(mistake.name, 0.0) + distance
                else:  # the same mistake, written otherwise, may fail with another kind of error
                    score[1] += not (_raised(outcome) and mistake.outcome is not None and _raised(mistake.outcome))
    except Exception:  # a broken mistake must not cost the student a verdict that is already known
        return None
    fitting = [name for name, (explained, unexplained, _) in scores.items() if explained and explained >= unexplained]
    # rounded, so that mistakes that differ by rounding errors only remain equals
    best = max(fitting, key=lambda name: (scores[name][0] - scores[name][2], -round(distances[name], 2)), default=None)
    return hints[best] if best is not None else None


def _raised(outcome: Outcome) -> bool:
    return outcome.status is Status.RAISED


def _would_pass(outcome: Outcome, case: PreparedCase) -> bool:
    blank = CaseResult(case.name, case.public, Verdict.GRADER_ERROR)
    return _verdict(case, outcome, case.expected, blank).verdict is Verdict.CORRECT


def _explains(mistake: KnownMistake, case: PreparedCase, outcome: Outcome) -> float | None:
    """How far, in units of the tolerance, the answer is from what the mistake gives; None if it is another answer."""
    if mistake.symptom is not None:
        if outcome.status is not Status.RETURNED:
            return None
        try:
            return 0.0 if mistake.symptom(outcome.value, case.expected.value, *case.args) else None
        except Exception:
            return None
    would_be = mistake.outcome
    if would_be is None or would_be.status is not outcome.status:
        return None
    if outcome.status is Status.RAISED:
        # that two calls crash with the same error says little, unless an error was what the case asks for
        telling = _raised(case.expected) or outcome.error_types == UNUSABLE
        return 0.0 if telling and would_be.error_types[:1] == outcome.error_types[:1] else None
    if would_be.changed != outcome.changed:
        return None
    comparison = case.compare.compare(outcome.value, would_be.value)
    if not comparison.ok:
        return None
    return comparison.error / comparison.bound if comparison.error and comparison.bound else 0.0


def _sum_up(exercise: PreparedExercise, results: list[CaseResult], mistake: KnownMistake | None) -> ExerciseResult:
    name, hint = (mistake.name, mistake.hint) if mistake is not None else (None, None)
    graded = [r for r in results if not r.public] or results
    failed = [r for r in graded if r.verdict is not Verdict.CORRECT]
    faults = [r for r in results if r.verdict is Verdict.GRADER_ERROR]
    if faults:
        verdict, message = Verdict.GRADER_ERROR, messages.GRADER_ERROR
    elif not failed:
        verdict, message = Verdict.CORRECT, messages.CORRECT
    elif all(r.verdict is Verdict.NOT_ATTEMPTED for r in failed):
        verdict, message = Verdict.NOT_ATTEMPTED, messages.NOT_ATTEMPTED
    else:
        tried = [r for r in failed if r.verdict is not Verdict.NOT_ATTEMPTED]
        # one wrong answer says more about the work than a crash or a time-out elsewhere
        first = next((r for r in tried if r.verdict is Verdict.WRONG), tried[0])
        shown = next((r for r in results if r.public and r.verdict is first.verdict), first)
        verdict = first.verdict
        passed = sum(r.verdict is Verdict.CORRECT for r in results)
        message = messages.summary(f"{shown.name}: {shown.message}", passed, len(results), hint)
    points = sum(r.points for r in results)
    if not failed and not faults:
        points = exercise.points  # not the sum of thirds
    seconds = round(sum(r.seconds for r in results), 4)
    return ExerciseResult(
        exercise.name, points, exercise.points, verdict, message, name, hint, seconds, tuple(results)
    )
