"""What the test files call that Otter runs: the one judge, in the student's own kernel.

The student bundle has the public cases alone. In the autograder zip the folder ``hidden_tests`` holds the rest: the
references, and where the generator of each hidden case starts, which is all that is needed of the course's secret.
"""

from __future__ import annotations

import importlib
import json
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from autograder.frozen import thaw
from autograder.judge import judge
from autograder.oracle import Outcome, Status
from autograder.plain import Handle, Source
from autograder.prepared import PreparedExercise
from autograder.runtime import Interrupted, Runtime
from autograder.table import shown
from autograder.verdict import CaseResult, Verdict

STARTS = "starts.json"  # exercise → hidden case → state of its generator
_JUDGED = "_judged"

Judged = tuple[str, bool, str]  # a case's name, whether it is public, what is wrong with its answer


class TimedRuntime(Runtime):
    """Calls that end when their time is up: nobody else watches a kernel that Otter grades in."""

    def call(
        self, target: str | Handle | Source, args: tuple[Any, ...], kwargs: dict[str, Any], seconds: float = 0.0
    ) -> Outcome:
        try:
            with _alarm(seconds):
                return super().call(target, args, kwargs, seconds)
        except Interrupted:
            return Outcome(Status.TIMED_OUT, seconds=seconds)


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    def interrupt(*_: Any) -> None:
        raise Interrupted

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def public_cases(exercise: str, challenge: str, env: dict[str, Any], kept: dict[str, Any]) -> None:
    """AssertionError unless the public cases of an exercise are right; on a student's machine it shows their table.

    An exercise is judged once for all tests of a file; ``kept`` are that file's globals.
    """
    if _is_grading():
        wrong = [complaint for _, public, complaint in _judged(exercise, env, kept) if public and complaint]
        if wrong:
            raise AssertionError("\n".join(wrong))
        return
    from IPython.display import display

    stored = json.loads(Path(f"{challenge}.cases.json").read_text(encoding="utf-8"))
    result = judge(thaw(stored)[exercise], Runtime(env))
    display(shown(result))
    if result.verdict is not Verdict.CORRECT:
        raise AssertionError(result.message)


def hidden_case(exercise: str, case: str, env: dict[str, Any], kept: dict[str, Any]) -> None:
    """AssertionError, with the verdict and the judge's sentence, unless a hidden case is right."""
    for name, _, complaint in _judged(exercise, env, kept):
        if name == case and complaint:
            raise AssertionError(complaint)


def _is_grading() -> bool:
    otter = sys.modules.get("otter")
    return bool(otter and otter.Notebook._grading_mode)


def _judged(exercise: str, env: dict[str, Any], kept: dict[str, Any]) -> list[Judged]:
    if _JUDGED not in kept:
        # with the whole package that lies there, whatever part of it has been imported so far
        kept[_JUDGED] = importlib.import_module("hidden_tests").judge_all(exercise, env)
    results: list[Judged] = kept[_JUDGED]
    return results


def hidden_tests_in(folder: Path) -> Callable[[str, dict[str, Any]], list[Judged]]:
    """The function that judges all cases of an exercise; ``folder`` holds references and starts of one challenge."""

    @cache
    def prepared(exercise: str) -> PreparedExercise:
        return _prepared(folder, exercise)

    def judge_all(exercise: str, env: dict[str, Any]) -> list[Judged]:
        if "torch" in sys.modules:
            sys.modules["torch"].set_num_threads(1)  # as in the sandbox: these networks are small, the limits the same
        cases = judge(prepared(exercise), TimedRuntime(env)).cases
        return [(case.name, case.public, _complaint(case)) for case in cases]

    return judge_all


def _complaint(case: CaseResult) -> str:
    if case.verdict is Verdict.CORRECT:
        return ""
    return f"{case.name}: {case.verdict}. {case.message}\n{case.fault}".strip()


def _prepared(folder: Path, name: str) -> PreparedExercise:
    from dataclasses import replace

    from autograder.course import load_challenges
    from autograder.prepare import prepare

    (challenge,) = load_challenges(folder).values()
    starts = json.loads((folder / STARTS).read_text(encoding="ascii"))[name]
    exercise = challenge.exercises[name]
    cases = [
        replace(case, make=_started(case.make, starts[case.name])) if case.name in starts else case
        for case in exercise.cases
    ]
    return prepare(challenge, replace(exercise, cases=cases), secret=b"")


def _started(make: Callable[..., Any], start: dict[str, Any]) -> Callable[..., Any]:
    """``make`` with a generator that starts at ``start``, whatever it is given."""
    from functools import wraps

    import numpy as np

    @wraps(make)
    def made(rng: np.random.Generator, *setting: Any) -> Any:
        rng.bit_generator.state = start
        return make(rng, *setting)

    return made
