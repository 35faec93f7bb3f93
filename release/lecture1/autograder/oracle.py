"""The judge's only view of a student's work: it names functions and values, and gets outcomes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

import numpy as np

from autograder.plain import Handle, Source


class Status(StrEnum):
    """How a call ended."""

    RETURNED = "returned"
    RAISED = "raised"
    ABSENT = "absent"
    TIMED_OUT = "timed out"
    OUT_OF_MEMORY = "out of memory"
    DIED = "died"


@dataclass(frozen=True)
class Outcome:
    """What came of one call, or of asking for one value.

    ``error_types`` are the raised exception's class and base classes, nearest first; ``where`` quotes the
    student's own line that raised. ``changed`` lists the positions of arguments that the call altered.
    """

    status: Status
    value: Any = None
    error_types: tuple[str, ...] = ()
    error: str = ""
    where: str = ""
    changed: tuple[int, ...] = ()
    seconds: float = 0.0


class Oracle(Protocol):
    """Answers for a submission: in the sandbox, in this process, or from the reference."""

    def call(
        self, target: str | Handle | Source, args: tuple[Any, ...], kwargs: dict[str, Any], seconds: float
    ) -> Outcome:
        """Calls the global ``target``, or an object kept from an earlier call, with plain data."""
        ...

    def value(self, name: str) -> Outcome:
        """The global variable ``name`` as plain data."""
        ...


_PICTURE = Source(
    """
import io

def png(axes):
    stream = io.BytesIO()
    axes.figure.figure.savefig(stream, format="png", dpi=80)
    return np.frombuffer(stream.getvalue(), dtype=np.uint8)
""",
    "png",
)


class Unanswered(Exception):
    """A call inside a measurement did not return; carries the outcome that the case then has."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.status)
        self.outcome = outcome


class Unusable(Exception):
    """A measurement met an answer it cannot go on with; the sentence is shown to the student."""


class Student:
    """What a measurement drives: calls that either return a plain value or end the measurement."""

    def __init__(self, oracle: Oracle, seconds: float) -> None:
        self._oracle = oracle
        self._seconds = seconds
        self.elapsed = 0.0
        self.changed: tuple[int, ...] = ()
        self.pictures: list[bytes] = []

    def call(self, target: str | Handle | Source, *args: Any, **kwargs: Any) -> Any:
        """The value returned by the function (or kept object) ``target``; arguments are plain data."""
        outcome = self._settled(self._oracle.call(target, args, kwargs, self._seconds))
        self.changed = self.changed or outcome.changed
        return outcome.value

    def value(self, name: str) -> Any:
        """The student's global variable ``name``."""
        return self._settled(self._oracle.value(name)).value

    def picture(self, axes: Handle) -> None:
        """Keeps a picture (PNG, about 640 by 480) of a matplotlib Axes for the person grading."""
        if self.pictures:
            return
        # a plot that cannot be saved here (a font, LaTeX) is not a wrong answer, so that only the picture is lost
        outcome = self._oracle.call(_PICTURE, (axes,), {}, self._seconds)
        self.elapsed += outcome.seconds
        pixels = outcome.value
        if isinstance(pixels, np.ndarray) and pixels.dtype == np.uint8 and pixels.size < 4_000_000:
            self.pictures.append(pixels.tobytes())

    def _settled(self, outcome: Outcome) -> Outcome:
        self.elapsed += outcome.seconds
        if outcome.status is not Status.RETURNED:
            raise Unanswered(outcome)
        return outcome


def entry(answer: Any, key: str) -> Any:
    """``answer[key]`` of a returned dict; Unusable, with the sentence to show, where there is none."""
    if not isinstance(answer, dict):
        raise Unusable(f"a dict with the key {key!r} was expected, not {describe_type(answer)}")
    if key not in answer:
        raise Unusable(f"the returned dict has no key {key!r}")
    return answer[key]


def describe_type(value: Any) -> str:
    """The type of a value that crossed, as a student would name it."""
    if value is None:
        return "None"
    if isinstance(value, Handle):
        return f"an object of type {value.type_name}"
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"
