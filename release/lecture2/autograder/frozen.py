"""The public cases of a challenge as ``freeze`` stored them beside a released notebook, ready to be judged."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np

from autograder.oracle import Outcome, Status, Unusable, entry
from autograder.plain import DEVICE, Handle, Source, TorchTensor, from_jsonable
from autograder.prepared import Function, KnownMistake, PreparedCase, PreparedExercise, plain_measure
from autograder.tolerance import Compare, Mismatch, array_of, as_array

FORMAT = 1

# what the text of a measure or symptom may use besides Python's builtins
SCOPE: dict[str, Any] = {
    "np": np,
    "math": math,
    "entry": entry,
    "array_of": array_of,
    "as_array": as_array,
    "Unusable": Unusable,
    "Mismatch": Mismatch,
    "Source": Source,
    "TorchTensor": TorchTensor,
    "DEVICE": DEVICE,
    "Handle": Handle,
}


def thaw(stored: Any) -> dict[str, PreparedExercise]:
    """The exercises that ``freeze`` stored, with their public cases only; ValueError for another format."""
    found = stored.get("format") if isinstance(stored, dict) else None
    if found != FORMAT:
        raise ValueError(f"cases of format {found}, not {FORMAT}")
    functions = {name: build_function(name, source) for name, source in stored["functions"].items()}
    return {name: _thaw_exercise(name, exercise, functions) for name, exercise in stored["exercises"].items()}


def build_function(name: str, source: str) -> Function:
    """The function that ``source`` defines under ``name``, with SCOPE for its globals."""
    scope: dict[str, Any] = {"__name__": "measure", **SCOPE}
    exec(compile(source, f"<measure {name}>", "exec"), scope)  # the grader's text, never a student's
    function: Function = scope[name]
    return function


def _thaw_exercise(name: str, stored: dict[str, Any], functions: dict[str, Function]) -> PreparedExercise:
    plain = plain_measure(name, stored["value"])
    cases = tuple(_thaw_case(case, plain, functions) for case in stored["cases"])
    return PreparedExercise(name, stored["points"], cases)


def _thaw_case(stored: dict[str, Any], plain: Function, functions: dict[str, Function]) -> PreparedCase:
    args, kwargs = from_jsonable(stored["arguments"])
    return PreparedCase(
        stored["name"],
        public=True,
        points=0.0,
        args=args,
        kwargs=kwargs,
        measure=functions.get(stored["measure"], plain),
        compare=Compare.from_plain(stored["compare"]),
        seconds=stored["seconds"],
        expect=partial(_thaw_outcome, stored["expected"]),
        find_mistakes=lambda: [_thaw_mistake(mistake, functions) for mistake in stored["mistakes"]],
    )


def _thaw_outcome(stored: dict[str, Any]) -> Outcome:
    return Outcome(
        Status(stored["status"]),
        value=from_jsonable(stored["value"]) if "value" in stored else None,
        error_types=tuple(stored.get("error_types", ())),
        changed=tuple(stored.get("changed", ())),
    )


def _thaw_mistake(stored: dict[str, Any], functions: dict[str, Function]) -> KnownMistake:
    if "symptom" in stored:
        return KnownMistake(stored["name"], stored["hint"], symptom=functions[stored["symptom"]])
    return KnownMistake(stored["name"], stored["hint"], outcome=_thaw_outcome(stored["outcome"]))
