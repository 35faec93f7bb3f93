"""The public cases of a challenge as data for students, read back by ``frozen``: no reference, hidden case or seed.

What a measure or a symptom does cannot be data, so its source text is stored; it must be self-contained.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import symtable
import textwrap
from collections.abc import Iterator
from typing import Any

from autograder.exercise import Case, Challenge, DeclarationError, Exercise, Function
from autograder.frozen import FORMAT, SCOPE
from autograder.oracle import Outcome, Status
from autograder.plain import to_jsonable
from autograder.prepare import prepare
from autograder.prepared import KnownMistake, PreparedCase
from autograder.tolerance import Compare


def freeze(challenge: Challenge) -> dict[str, Any]:
    """Everything that a student's check needs, for a JSON file; the same for the same challenge, always.

    Raises DeclarationError where a measure, a symptom or a comparison could not work without the grader's side.
    """
    functions: dict[str, str] = {}
    exercises = {name: _freeze_exercise(challenge, each, functions) for name, each in challenge.exercises.items()}
    return {"format": FORMAT, "challenge": challenge.name, "functions": functions, "exercises": exercises}


def definition(function: Function) -> str:
    """The source text of a function that is written with ``def``: dedented, without its decorators."""
    text = textwrap.dedent(inspect.getsource(function))
    node = _definition_node(function, text)
    return "\n".join(text.splitlines()[node.lineno - 1 : node.end_lineno])


def body(function: Function) -> str:
    """The dedented source text of a function's body, without its docstring."""
    text = definition(function)
    first = _definition_node(function, text).body[0]
    is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    start = first.end_lineno if is_docstring else first.lineno - 1
    return textwrap.dedent("\n".join(text.splitlines()[start:])).strip("\n") or "pass"


def _definition_node(function: Function, text: str) -> ast.FunctionDef:
    try:
        node = ast.parse(text).body[0]
    except SyntaxError:  # a lambda in the middle of an expression
        node = ast.Pass()
    if not isinstance(node, ast.FunctionDef):
        raise DeclarationError(f"{function.__name__} must be written with def, so that its text can be stored")
    return node


def _freeze_exercise(challenge: Challenge, exercise: Exercise, functions: dict[str, str]) -> dict[str, Any]:
    prepared = prepare(challenge, exercise, secret=b"", public_only=True)
    public = [case for case in exercise.cases if case.public]
    cases = [
        _freeze_case(exercise, declared, case, functions)
        for declared, case in zip(public, prepared.cases, strict=True)
    ]
    return {"points": exercise.points, "value": exercise.is_value, "cases": cases}


def _freeze_case(
    exercise: Exercise, declared: Case, case: PreparedCase, functions: dict[str, str]
) -> dict[str, Any]:
    where = f"{exercise.name}, case {case.name}"
    measure = declared.measure or exercise.measure
    if case.expected.status not in (Status.RETURNED, Status.RAISED):
        raise DeclarationError(f"{where}: the reference itself ended with {case.expected.status}")
    return {
        "name": case.name,
        "arguments": to_jsonable((case.args, case.kwargs)),
        "measure": _store(measure, functions, where) if measure is not None else None,
        "compare": _freeze_comparison(case.compare, where),
        "seconds": case.seconds,
        "expected": _freeze_outcome(case.expected),
        "mistakes": [_freeze_mistake(mistake, functions, where) for mistake in case.mistakes],
    }


def _freeze_comparison(compare: Compare, where: str) -> dict[str, Any]:
    kind = type(compare)
    if kind.__module__ != Compare.__module__:
        raise DeclarationError(f"{where}: the comparison {kind.__name__} is not one that students have")
    return compare.to_plain()


def _freeze_outcome(outcome: Outcome) -> dict[str, Any]:
    # an error's text is left out: it may be a line of the reference
    stored: dict[str, Any] = {"status": outcome.status.value}
    if outcome.status is Status.RETURNED:
        stored["value"] = to_jsonable(outcome.value)
    if outcome.error_types:
        stored["error_types"] = list(outcome.error_types)
    if outcome.changed:
        stored["changed"] = list(outcome.changed)
    return stored


def _freeze_mistake(mistake: KnownMistake, functions: dict[str, str], where: str) -> dict[str, Any]:
    stored: dict[str, Any] = {"name": mistake.name, "hint": mistake.hint}
    if mistake.symptom is not None:
        return {**stored, "symptom": _store(mistake.symptom, functions, where)}
    assert mistake.outcome is not None
    return {**stored, "outcome": _freeze_outcome(mistake.outcome)}


def _store(function: Function, functions: dict[str, str], where: str) -> str:
    """Keeps the function's text under its name, which is returned."""
    name, text = function.__name__, definition(function)
    for needed in _names_needed(text):
        theirs = getattr(function, "__globals__", {}).get(needed)
        known = needed in SCOPE and (theirs is None or theirs is SCOPE[needed])
        if not known and not hasattr(builtins, needed):
            raise DeclarationError(
                f"{where}: {name} uses {needed}, which students do not have; write it inside the function"
            )
    if functions.setdefault(name, text) != text:
        raise DeclarationError(f"{where}: two different functions are called {name}")
    return name


def _names_needed(text: str) -> list[str]:
    """The global names that a definition uses without defining them, sorted."""
    module = symtable.symtable(text, "<measure>", "exec")
    defined = {symbol.get_name() for symbol in module.get_symbols() if symbol.is_assigned()}
    return sorted(set(_globals_used(module)) - defined)


def _globals_used(table: symtable.SymbolTable) -> Iterator[str]:
    for symbol in table.get_symbols():
        if symbol.is_referenced() and (symbol.is_global() or table.get_type() == "module"):
            yield symbol.get_name()
    for child in table.get_children():
        yield from _globals_used(child)
