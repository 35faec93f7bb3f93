"""A challenge as small as can be, with one of everything."""

import numpy as np

from autograder.exercise import Challenge, Given
from autograder.oracle import Unusable
from autograder.tolerance import Exact, Tolerance, as_array

challenge = Challenge("toy", assignment="lecture9", title="A toy")

CLOSE = Tolerance(rtol=1e-4, why="float32 answers pass")


@challenge.supplies
def scale(x, factor):
    return factor * np.asarray(x)


@challenge.exercise(points=3, tolerance=CLOSE)
def halve(x):
    """Half of each entry of x.

    x: array (n,), not empty. Returns an array (n,); raises ValueError where x is empty.
    """
    if len(x) == 0:
        raise ValueError("secretly empty")
    # the toy reference itself
    return scale(x, 0.5)


@halve.case(public=True)
def three_numbers(rng):
    return (rng.standard_normal(3),)


@halve.case(public=True)
def nothing_at_all(rng):
    return (np.zeros(0),)


@halve.case
def hidden_zeros(rng):
    return (np.zeros(4),)


@halve.case
def hidden_large_numbers(rng):
    return (1e9 * rng.standard_normal(5),)


@halve.case
def hidden_single_number(rng):
    return (rng.standard_normal(1),)


@halve.mistake("This doubles: multiply by one half.")
def doubled(x):
    return 2 * np.asarray(x) + 0 * len(x)


@halve.symptom("The sign is wrong.")
def negated(answer, expected, x):
    return bool(np.allclose(as_array(answer), -np.asarray(expected)))


def whole(student, question):
    """The number, or whether it is whole: the public case must not give the answer away."""
    number = student.value("dozen")
    if not isinstance(number, int | float):
        raise Unusable("dozen is not a number")
    return number if question == "number" else int(number == round(number))


dozen = challenge.value(
    "dozen", 12, points=1, tolerance=Exact(), measure=whole, doc="How many make a dozen.\nAn int."
)


@dozen.case(public=True)
def is_whole(rng):
    return Given(("whole",), expected=1)


@dozen.case
def hidden_number(rng):
    return ("number",)


@dozen.mistake("That is a baker's dozen.")
def bakers():
    return 13


challenge.question(
    "question1",
    points=2,
    rubric=[(1, "Mentions that halving is exact in binary."), (1, "Says why a third is not.")],
    answer="Halving changes the exponent only, so nothing is rounded. A third has no finite binary expansion.",
)
