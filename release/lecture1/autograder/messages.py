"""Every sentence that a student may read about an answer. None of them shows an expected value."""

from __future__ import annotations

RAGGED = "the rows have different lengths, so this is not an array"
COMPLEX = "the numbers are complex where real ones are expected"
SHOULD_BE_INFINITE = "an entry that should be infinite (or nan) is not the right one"
NOT_INTEGER = "whole numbers are expected"
DIFFERENT = "the text differs from what is expected"
NOT_ATTEMPTED = "Not attempted yet."
CORRECT = "Correct."
GRADER_ERROR = "The grader failed here, not you: no points were taken, and the teaching staff has been told."
SANDBOX_FAILED = "the sandbox failed while this notebook was graded"
GAVE_UP = "not run: two earlier cases of this exercise had already used up their time"
GAVE_UP_DIED = "not run: two earlier cases of this exercise had already ended the process"
HIDDEN_ERROR = "this case ended in an error"


def wrong_shape(got: tuple[int, ...], expected: tuple[int, ...]) -> str:
    return f"shape {got}, expected {expected}"


def not_finite(count: int, size: int) -> str:
    if size == 1:
        return "the value is nan or infinite"
    return f"{count} of {size} entries are nan or infinite"


def not_numbers(what: str) -> str:
    return f"numbers are expected, and this is {what}"


def not_a_string(what: str) -> str:
    return f"a string is expected, and this is {what}"


def not_a_sequence(what: str) -> str:
    return f"a list or tuple is expected, and this is {what}"


def not_a_dict(what: str) -> str:
    return f"a dict is expected, and this is {what}"


def missing_key(key: str) -> str:
    return f"the dict has no entry {key}"


def wrong_length(got: int, expected: int) -> str:
    return f"{got} items, expected {expected}"


def entries_differ(count: int, size: int) -> str:
    return "the value differs" if size == 1 else f"{count} of {size} entries differ"


def pairs_grouped_wrongly(count: int) -> str:
    pairs = "1 pair of items is" if count == 1 else f"{count} pairs of items are"
    return f"{pairs} together that should be apart, or apart that should be together"


NOT_A_PAIR = "a pair (components, variances) is expected"


def not_orthonormal(error: float, bound: float) -> str:
    return f"components: not orthonormal, off by {error:.2g} where at most {bound:.2g} is accepted"


def not_principal(row: int, error: float, bound: float) -> str:
    return f"components: row {row} is no principal direction, off by {error:.2g} where at most {bound:.2g} is accepted"


def too_far(error: float, bound: float, *, relative: bool) -> str:
    return f"{'relative ' if relative else ''}error {error:.2g}, at most {bound:.2g} is accepted"


def accuracy_too_low(accuracy: float, at_least: float) -> str:
    return f"accuracy {accuracy:.3f}, at least {at_least:.3f} is needed"


def should_raise(error_type: str) -> str:
    return f"a {error_type} should be raised here, and none was"


def raised_another(got: str, expected: str) -> str:
    return f"raised {got}, expected {expected}"


def raised(error_type: str, error: str, where: str) -> str:
    line = f" at the line: {where}" if where else ""
    return f"{error_type}: {error}{line}" if error else f"{error_type}{line}"


def changed_inputs(positions: tuple[int, ...]) -> str:
    which = " and ".join(f"argument {p + 1}" for p in positions)
    return f"the call changed its inputs ({which}); work on a copy"


def timed_out(seconds: float) -> str:
    return f"no answer within {seconds:g} s"


OUT_OF_GPU_MEMORY = "the GPU's memory limit was reached"
OUT_OF_MEMORY = "the memory limit was reached"
DIED = "the process that ran your code ended during this call"


def not_defined(name: str) -> str:
    return f"`{name}` is not defined after the notebook has run"


def summary(first_failure: str, passed: int, total: int, hint: str | None) -> str:
    return f"{passed} of {total} cases passed; {first_failure}" + (f". {hint}" if hint else "")


def unknown_exercise(name: str, known: list[str]) -> str:
    return f"There is no exercise {name!r} in this notebook; the exercises are {', '.join(known)}."


def no_cases(path: str) -> str:
    return f"The public cases {path} are not beside this notebook: download the whole assignment folder again."


def output_cut(limit: str) -> str:
    return f"\n[output cut: this is more than the {limit} that is kept]\n"


PASSED = "passed"
CHECK_FAILED = "The check itself failed here, not your code: please tell the teaching staff."


def public_score(name: str, passed: int, total: int) -> str:
    return f"{name}: {passed} of {total} public cases passed"


def score(name: str, points: float, max_points: float) -> str:
    return f"{name}: {points:.3g} of {max_points:.3g} points"


def not_attempted(name: str) -> str:
    return f"{name}: not attempted"


def error_beside_bound(error: float, bound: float) -> str:
    return f"error {error:.2g}, at most {bound:.2g} is accepted"


def hint(text: str) -> str:
    return f"Hint: {text}"
