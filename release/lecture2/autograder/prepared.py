"""Cases that can be judged: arguments, measurement, comparison, what is expected, the known mistakes.

They are made from a declaration, where the references are (``prepare``), or read from the public cases frozen beside
a released notebook (``frozen``), where there are none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from autograder.oracle import Outcome, Status
from autograder.tolerance import Compare

Function = Callable[..., Any]


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


def plain_measure(exercise_name: str, is_value: bool) -> Function:
    """The measurement of an ordinary exercise: the call itself, or the value itself."""
    if is_value:
        return lambda student, *args, **kwargs: student.value(exercise_name)
    return lambda student, *args, **kwargs: student.call(exercise_name, *args, **kwargs)


UNUSABLE = ("Unusable",)


def unusable_outcome(reason: Exception) -> Outcome:
    """The outcome of an answer that a measurement could not go on with."""
    return Outcome(Status.RAISED, error_types=UNUSABLE, error=str(reason))
