"""Comparisons of an answer with what was expected: shape first, then kind and finiteness, then value.

Each comparison is a frozen dataclass of plain fields, so that it can be stored beside a released notebook, and each
carries in ``why`` the reason for its bound. ``compare`` never raises for what a student returned.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from autograder import messages
from autograder.oracle import describe_type
from autograder.plain import Handle, TorchTensor

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Comparison:
    """Whether an answer passes; the sentence if not; ``error`` against ``bound``; ``detail`` shows values."""

    ok: bool
    message: str = ""
    error: float | None = None
    bound: float | None = None
    detail: str = ""


class Compare:
    """A way of comparing. Subclasses are frozen dataclasses with a ``why`` and plain fields."""

    kinds: ClassVar[dict[str, type[Compare]]] = {}
    why: str

    def __init_subclass__(cls) -> None:
        Compare.kinds[cls.__name__] = cls

    def compare(self, answer: Any, expected: Any) -> Comparison:
        raise NotImplementedError

    def to_plain(self) -> dict[str, Any]:
        """The comparison as plain data, for ``from_plain``."""
        own = {f.name: getattr(self, f.name) for f in fields(self)}  # type: ignore[arg-type]
        return {"kind": type(self).__name__, **{name: _field_to_plain(value) for name, value in own.items()}}

    @staticmethod
    def from_plain(stored: dict[str, Any]) -> Compare:
        own = {name: _field_from_plain(value) for name, value in stored.items() if name != "kind"}
        return Compare.kinds[stored["kind"]](**own)


def _field_to_plain(value: Any) -> Any:
    if isinstance(value, Compare):
        return value.to_plain()
    if isinstance(value, dict):
        return {name: _field_to_plain(item) for name, item in value.items()}
    return value


def _field_from_plain(value: Any) -> Any:
    if isinstance(value, dict) and value.get("kind") in Compare.kinds:
        return Compare.from_plain(value)
    if isinstance(value, dict):
        return {name: _field_from_plain(item) for name, item in value.items()}
    return value


class Mismatch(Exception):
    """An answer that is of the wrong kind or shape; the text is for the student."""


def as_array(answer: Any) -> Array:
    """A number, array, or nested sequence of them as one numeric array; Mismatch for anything else."""
    if isinstance(answer, TorchTensor):
        answer = answer.array
    if isinstance(answer, bool):
        raise Mismatch(messages.not_numbers("a truth value"))
    if answer is None or isinstance(answer, Handle | dict | str):
        raise Mismatch(messages.not_numbers(describe_type(answer)))
    try:
        array = np.asarray(answer)
    except ValueError as ragged:
        raise Mismatch(messages.RAGGED) from ragged
    if array.dtype.kind not in "biufc":
        if array.size:
            raise Mismatch(messages.not_numbers("a sequence of something else"))
        array = array.astype(float)
    return array


def array_of(answer: Any, shape: tuple[int, ...]) -> Array:
    """``answer`` as a finite array of exactly ``shape``; Mismatch, naming both shapes, otherwise."""
    array = as_array(answer)
    if array.shape != shape:
        raise Mismatch(messages.wrong_shape(array.shape, shape))
    bad = ~np.isfinite(array)
    if bad.any():
        raise Mismatch(messages.not_finite(int(bad.sum()), array.size))
    return array


@dataclass(frozen=True)
class Tolerance(Compare):
    """Close in norm: ‖answer − expected‖ ≤ rtol ‖expected‖ + atol.

    ``norm`` is "whole" (2-norm of the whole array) or "max" (largest entry). A list, tuple or dict of things is
    compared item by item. Entries that are expected to be infinite or nan must be so in the answer.
    """

    rtol: float = 0.0
    atol: float = 0.0
    why: str = ""
    norm: str = "whole"

    def compare(self, answer: Any, expected: Any) -> Comparison:
        return compare_items(answer, expected, self._compare_arrays)

    def _compare_arrays(self, answer: Any, expected: Any) -> Comparison:
        try:
            got = as_array(answer)
        except Mismatch as mismatch:
            return Comparison(False, str(mismatch))
        want = np.asarray(expected)
        if got.shape != want.shape:
            return Comparison(False, messages.wrong_shape(got.shape, want.shape))
        if got.dtype.kind == "c" and want.dtype.kind != "c":
            return Comparison(False, messages.COMPLEX)
        regular = np.isfinite(want)
        bad = regular & ~np.isfinite(got)
        if bad.any():
            return Comparison(False, messages.not_finite(int(bad.sum()), want.size), detail=show(answer, expected))
        if not np.array_equal(got[~regular], want[~regular], equal_nan=True):
            return Comparison(False, messages.SHOULD_BE_INFINITE, detail=show(answer, expected))
        size = self._size(want[regular])
        with np.errstate(all="ignore"):
            difference = self._size(got[regular].astype(complex if want.dtype.kind == "c" else float) - want[regular])
        error, bound = (difference / size, self.rtol + self.atol / size) if size > 0 else (difference, self.atol)
        if error <= bound:  # an error that is nan fails
            return Comparison(True, error=error, bound=bound)
        message = messages.too_far(error, bound, relative=size > 0)
        return Comparison(False, message, error, bound, show(answer, expected))

    def _size(self, array: Array) -> float:
        if not array.size:
            return 0.0
        with np.errstate(all="ignore"):
            largest = float(np.abs(array).max())
            if self.norm == "max" or largest == 0 or not np.isfinite(largest):
                return largest
            # scaled, because the squares of 1e-200 or 1e200 leave the range of float64
            return largest * float(np.linalg.norm((array / largest).ravel()))


@dataclass(frozen=True)
class Exact(Compare):
    """Equal: integers (an integral float counts), strings, and sequences or dicts of them."""

    why: str = "an exact answer"

    def compare(self, answer: Any, expected: Any) -> Comparison:
        return compare_items(answer, expected, self._compare_one)

    def _compare_one(self, answer: Any, expected: Any) -> Comparison:
        if isinstance(expected, str):
            if not isinstance(answer, str):
                return Comparison(False, messages.not_a_string(describe_type(answer)))
            return Comparison(answer == expected, "" if answer == expected else messages.DIFFERENT, detail="")
        try:
            got = as_array(answer)
        except Mismatch as mismatch:
            return Comparison(False, str(mismatch))
        want = np.asarray(expected)
        if got.shape != want.shape:
            return Comparison(False, messages.wrong_shape(got.shape, want.shape))
        if want.dtype.kind in "iu" and got.size and not np.all(got == np.round(got.real)):
            return Comparison(False, messages.NOT_INTEGER, detail=show(answer, expected))
        wrong = int(np.sum(got != want))
        error = float(wrong)
        if wrong == 0:
            return Comparison(True, error=error, bound=0.0)
        return Comparison(False, messages.entries_differ(wrong, want.size), error, 0.0, show(answer, expected))


@dataclass(frozen=True)
class MeanRelativeError(Compare):
    """mean |answer_i − expected_i| / |expected_i| ≤ limit, over several independent estimates."""

    limit: float
    why: str = ""

    def compare(self, answer: Any, expected: Any) -> Comparison:
        want = np.asarray(expected, dtype=float)
        try:
            got = array_of(answer, want.shape)
        except Mismatch as mismatch:
            return Comparison(False, str(mismatch))
        error = float(np.mean(np.abs(got - want) / np.abs(want)))
        message = "" if error <= self.limit else messages.too_far(error, self.limit, relative=True)
        return Comparison(error <= self.limit, message, error, self.limit, show(answer, expected) if message else "")


@dataclass(frozen=True)
class SamePartition(Compare):
    """Integer labels that group the same items together, whatever the labels are called."""

    why: str = "labels are names: only who shares one matters"

    def compare(self, answer: Any, expected: Any) -> Comparison:
        want = np.asarray(expected)
        try:
            got = array_of(answer, want.shape)
        except Mismatch as mismatch:
            return Comparison(False, str(mismatch))
        if got.size and not np.all(got == np.round(got.real)):
            return Comparison(False, messages.NOT_INTEGER, detail=show(answer, expected))
        pairs = np.sum((got[:, None] == got[None, :]) != (want[:, None] == want[None, :])) // 2
        message = "" if pairs == 0 else messages.pairs_grouped_wrongly(int(pairs))
        return Comparison(pairs == 0, message, float(pairs), 0.0, show(answer, expected) if message else "")


@dataclass(frozen=True)
class Accuracy(Compare):
    """Share of rows of logits (n, classes) whose largest entry is at the expected label (n,), at least so much."""

    at_least: float
    why: str = ""

    def compare(self, answer: Any, expected: Any) -> Comparison:
        labels = np.asarray(expected)
        try:
            logits = as_array(answer)
        except Mismatch as mismatch:
            return Comparison(False, str(mismatch))
        if logits.ndim != 2 or len(logits) != len(labels) or not logits.shape[1]:
            return Comparison(False, messages.wrong_shape(logits.shape, (len(labels), int(labels.max()) + 1)))
        if not np.isfinite(logits).all():
            return Comparison(False, messages.not_finite(int((~np.isfinite(logits)).sum()), logits.size))
        # a constant row would agree with label 0 by the accident of argmax, so a tie at the top counts as a miss
        hit = (logits.argmax(axis=1) == labels) & ((logits == logits.max(axis=1, keepdims=True)).sum(axis=1) == 1)
        accuracy = float(hit.mean())
        message = "" if accuracy >= self.at_least else messages.accuracy_too_low(accuracy, self.at_least)
        return Comparison(accuracy >= self.at_least, message, 1 - accuracy, 1 - self.at_least)


@dataclass(frozen=True)
class PrincipalSubspaces(Compare):
    """Principal directions (k, D) and their variances (k,), free of sign and of rotation within equal variances.

    The answer is a pair (directions, variances). What is expected is the same, or goes on beyond k, which then is its
    third item: where the variances k and k + 1 are equal, any directions in their common subspace will do.
    ``rtol`` bounds the variances' errors relative to the largest, the rows' deviation from orthonormality, and the part
    of each direction outside the subspace of its variance; ``equal`` says which variances count as equal.
    """

    rtol: float
    why: str = ""
    equal: float = 1e-6

    def compare(self, answer: Any, expected: Any) -> Comparison:
        directions, variances = np.asarray(expected[0], dtype=float), np.asarray(expected[1], dtype=float)
        k = int(expected[2]) if len(expected) > 2 else len(variances)
        if not isinstance(answer, list | tuple) or len(answer) != 2:
            return Comparison(False, messages.NOT_A_PAIR)
        label = "components"
        try:
            rows = array_of(answer[0], (k, directions.shape[1]))
            label = "variances"
            got = array_of(answer[1], (k,))
        except Mismatch as mismatch:
            return Comparison(False, f"{label}: {mismatch}")
        if "c" in rows.dtype.kind + got.dtype.kind:
            return Comparison(False, messages.COMPLEX)
        rows, got = rows.astype(float), got.astype(float)
        scale = float(variances.max(initial=0.0)) or 1.0
        off = float(np.abs(got - variances[:k]).max(initial=0.0)) / scale
        if not off <= self.rtol:
            message = f"variances: {messages.too_far(off, self.rtol, relative=True)}"
            return Comparison(False, message, off, self.rtol, show(answer[1], variances[:k]))
        skew = float(np.abs(rows @ rows.T - np.eye(k)).max(initial=0.0))
        if not skew <= self.rtol:
            return Comparison(False, messages.not_orthonormal(skew, self.rtol), skew, self.rtol)
        outside = [self._outside(row, i, directions, variances, scale) for i, row in enumerate(rows)]
        worst = max([off, skew, *outside])
        if not worst <= self.rtol:
            message = messages.not_principal(int(np.argmax(outside)), worst, self.rtol)
            return Comparison(False, message, worst, self.rtol, show(rows, directions[:k]))
        return Comparison(True, error=worst, bound=self.rtol)

    def _outside(self, row: Array, i: int, directions: Array, variances: Array, scale: float) -> float:
        if variances[i] <= self.equal * scale:
            return 0.0  # no variance at all: orthogonal to the directions that have some, which was seen already
        space = directions[np.abs(variances - variances[i]) <= self.equal * scale]
        return float(np.linalg.norm(row - (row @ space.T) @ space))


@dataclass(frozen=True)
class Each(Compare):
    """A dict whose entries have comparisons of their own; keys of the answer beyond these are ignored."""

    parts: dict[str, Compare]
    why: str = "each part has its own reason"

    def compare(self, answer: Any, expected: Any) -> Comparison:
        if not isinstance(answer, dict):
            return Comparison(False, messages.not_a_dict(describe_type(answer)))
        nearest = Comparison(True)
        for name, part in self.parts.items():
            if name not in answer:
                return Comparison(False, messages.missing_key(name))
            found = part.compare(answer[name], expected[name])
            if not found.ok:
                return Comparison(False, f"{name}: {found.message}", found.error, found.bound, found.detail)
            nearest = max(nearest, found, key=_share_of_bound)
        return nearest


def _share_of_bound(comparison: Comparison) -> float:
    return (comparison.error or 0.0) / comparison.bound if comparison.bound else 0.0


@dataclass(frozen=True)
class NoComplaints(Compare):
    """What a measurement that judges by itself complains of: a dict from a short name to the sentence to show.

    A right answer leaves it empty. Two wrong answers are the same where the names are the same.
    """

    why: str = "the measurement has judged already, by bounds of its own"

    def compare(self, answer: Any, expected: Any) -> Comparison:
        if not isinstance(answer, dict):
            return Comparison(False, messages.not_a_dict(describe_type(answer)))
        unexpected = [str(sentence) for name, sentence in answer.items() if name not in expected]
        wrong = len(set(answer) ^ set(expected))
        message = "" if wrong == 0 else "; ".join(unexpected) or messages.DIFFERENT
        return Comparison(wrong == 0, message, float(wrong), 0.0)


def compare_items(answer: Any, expected: Any, one: Any) -> Comparison:
    """Compares lists, tuples and dicts item by item with ``one``; the first failure, else the worst success."""
    if isinstance(expected, dict):
        if not isinstance(answer, dict):
            return Comparison(False, messages.not_a_dict(describe_type(answer)))
        missing = [key for key in expected if key not in answer]
        if missing:
            return Comparison(False, messages.missing_key(str(missing[0])))
        pairs = [(f"{key!r}", answer[key], expected[key]) for key in expected]
    elif isinstance(expected, list | tuple):
        if isinstance(answer, np.ndarray) and answer.ndim:
            answer = list(answer)
        if not isinstance(answer, list | tuple):
            return Comparison(False, messages.not_a_sequence(describe_type(answer)))
        if len(answer) != len(expected):
            return Comparison(False, messages.wrong_length(len(answer), len(expected)))
        pairs = [(f"item {i}", a, e) for i, (a, e) in enumerate(zip(answer, expected, strict=True))]
    else:
        result: Comparison = one(answer, expected)
        return result
    worst = Comparison(True, error=0.0)
    for label, a, e in pairs:
        result = compare_items(a, e, one)
        if not result.ok:
            return Comparison(False, f"{label}: {result.message}", result.error, result.bound, result.detail)
        if (result.error or 0.0) >= (worst.error or 0.0):
            worst = result
    return worst


def show(answer: Any, expected: Any) -> str:
    """Both values in a few lines, for public cases."""
    with np.printoptions(precision=6, threshold=12, edgeitems=3, linewidth=100):
        return f"yours: {_shorten(answer)}\nexpected: {_shorten(expected)}"


def _shorten(value: Any) -> str:
    if isinstance(value, list | tuple | np.ndarray):
        try:
            value = np.asarray(value)
        except ValueError:
            return str(value)[:300]
    text = str(value)
    return text if len(text) <= 300 else text[:297] + "..."
