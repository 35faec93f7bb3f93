"""The student's check: ``check("matvec")`` in a released notebook judges the public cases and shows a table.

    from autograder.check import checks_of
    check = checks_of("challenge1_tensor_contraction")

It needs NumPy and the modules that are released with it, nothing of the grader.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from autograder import messages
from autograder.frozen import thaw
from autograder.judge import judge
from autograder.prepared import PreparedExercise
from autograder.runtime import Runtime
from autograder.table import Shown, sentence, shown
from autograder.verdict import ExerciseResult, Verdict


def checks_of(challenge: str) -> Callable[..., Shown | None]:
    """The check of the notebook that calls this, which must lie beside ``<challenge>.cases.json``.

    Where the notebook is being graded, a check that does nothing: only the judge's own calls count.
    """
    if os.environ.get("AUTOGRADER_SANDBOX") or os.environ.get("NBGRADER_EXECUTION") == "autograde":
        return _no_check
    cases = Path.cwd() / f"{challenge}.cases.json"  # now, because a later cell may change the folder
    namespace = sys._getframe(1).f_globals

    def check(exercise: Any = "") -> Shown:
        """Judges the public cases of an exercise, given by its name."""
        return _check(cases, getattr(exercise, "__name__", str(exercise)), namespace)

    return check


def _no_check(exercise: Any = "") -> None:
    return None


def _check(path: Path, name: str, namespace: dict[str, Any]) -> Shown:
    try:
        exercises = _load(path, path.stat().st_mtime_ns)
    except (OSError, ValueError, KeyError, TypeError):
        return sentence(messages.no_cases(path.name))
    if name not in exercises:
        return sentence(messages.unknown_exercise(name, list(exercises)))
    return shown(_for_a_student(judge(exercises[name], Runtime(namespace))))


@lru_cache(maxsize=8)
def _load(path: Path, changed: int) -> dict[str, PreparedExercise]:
    """The exercises in ``path``, as they were when it was last ``changed``."""
    return thaw(json.loads(path.read_text(encoding="utf-8")))


def _for_a_student(result: ExerciseResult) -> ExerciseResult:
    """With the sentence for a fault of ours that fits a notebook, where nobody else has been told."""
    cases = tuple(
        replace(case, message=messages.CHECK_FAILED) if case.verdict is Verdict.GRADER_ERROR else case
        for case in result.cases
    )
    return replace(result, cases=cases)
