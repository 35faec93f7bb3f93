"""Public cases frozen for students: what is in them, what is not, and that they judge as the declaration does."""

import json
import math
from functools import lru_cache

import numpy as np
import pytest

from autograder.course import load_challenges
from autograder.exercise import Challenge, DeclarationError
from autograder.freeze import body, definition, freeze
from autograder.frozen import thaw
from autograder.judge import judge
from autograder.plain import to_jsonable
from autograder.prepare import CALL_SECONDS, prepare
from autograder.runtime import Runtime
from autograder.tolerance import Comparison, Exact, Tolerance
from tests.submission_files import ROOT
from tests.toy import toy_challenge

TOY = toy_challenge()
EXERCISES = [(challenge, name) for challenge in load_challenges(ROOT).values() for name in challenge.exercises]
IDS = [f"{challenge.name}-{name}" for challenge, name in EXERCISES]


def through_a_file(challenge):
    return thaw(json.loads(json.dumps(freeze(challenge))))


@pytest.fixture(scope="module")
def frozen_challenges():
    """The frozen exercises of a challenge, each challenge frozen once."""
    return lru_cache(through_a_file)


@pytest.mark.parametrize(("challenge", "name"), EXERCISES, ids=IDS)
def test_frozen_cases_are_the_declared_ones(challenge, name, frozen_challenges):
    exercise = challenge.exercises[name]
    prepared = prepare(challenge, exercise, secret=b"", public_only=True)
    stored = frozen_challenges(challenge)[name]
    assert [case.name for case in stored.cases] == [case.name for case in exercise.cases if case.public]
    for ours, theirs in zip(prepared.cases, stored.cases, strict=True):
        assert to_jsonable((ours.args, ours.kwargs)) == to_jsonable((theirs.args, theirs.kwargs))
        assert (ours.compare, ours.seconds) == (theirs.compare, theirs.seconds)
        assert [(each.name, each.hint) for each in theirs.mistakes] == [(m.name, m.hint) for m in exercise.mistakes]


@pytest.mark.parametrize(("challenge", "name"), EXERCISES, ids=IDS)
def test_the_reference_passes_its_frozen_cases(challenge, name, frozen_challenges):
    exercise = frozen_challenges(challenge)[name]
    if any(case.seconds > CALL_SECONDS for case in exercise.cases):
        pytest.skip("trains networks: the walk over the submissions does it")
    references = {each.name: each.reference for each in challenge.exercises.values()}
    result = judge(exercise, Runtime(references))
    assert [(case.verdict, case.message) for case in result.cases] == [("correct", "")] * len(result.cases)
    assert result.cases


@pytest.mark.parametrize(
    "answer",
    [
        lambda x: 2 * np.asarray(x),
        lambda x: -0.5 * np.asarray(x),
        lambda x: x[:, None],
        lambda x: None,
        lambda x: [1, [2]],
        lambda x: 1 / 0,
        lambda x: x.__imul__(0.5),
        lambda x: x / math.nan,
    ],
)
def test_frozen_cases_judge_as_the_declaration_does(answer):
    prepared = prepare(TOY, TOY.exercises["halve"], secret=b"", public_only=True)
    said = [judge(exercise, Runtime({"halve": answer})) for exercise in (prepared, through_a_file(TOY)["halve"])]
    facts = [
        (each.verdict, each.message, each.mistake, [(case.verdict, case.message, case.detail) for case in each.cases])
        for each in said
    ]
    assert facts[0] == facts[1]


def test_freezing_twice_gives_the_same_text():
    assert json.dumps(freeze(TOY)) == json.dumps(freeze(TOY))


def test_frozen_cases_hold_nothing_hidden():
    text = json.dumps(freeze(TOY))
    for secret in ("hidden_", "secretly empty", "toy reference", "weight", "rubric", "binary", "seed"):
        assert secret not in text


def test_another_format_is_refused():
    with pytest.raises(ValueError, match="format 99"):
        thaw({**freeze(TOY), "format": 99})


# --- what cannot be frozen is said when it is declared ---------------------------------------------------------------

FACTOR = 2


def helper():
    return FACTOR


def measure_with_a_helper(student, x):
    return helper() * student.call("f", x)["key"]


def measure_of_its_own(student, x):
    import itertools

    def add(a, b=0):
        return a + b

    return np.array([add(y) for y in itertools.chain(student.call("f", x).values())]) + math.pi


def measure_with_another_entry(student, x):
    return entry(student.call("f", x), "key")


def entry(answer, key):
    return answer[key]


class Lenient(Tolerance):
    def compare(self, answer, expected):
        return Comparison(True)


def small_challenge(measure=None, compare=None, hidden_measure=None):
    challenge = Challenge("small", assignment="lecture9", title="")

    @challenge.exercise(points=1, tolerance=Exact())
    def f(x):
        return {"key": x}

    @f.case(public=True, measure=measure, compare=compare)
    def one(rng):
        return (1,)

    @f.case(measure=hidden_measure)
    def two(rng):
        return (2,)

    return challenge


def test_a_measure_that_uses_a_helper_is_refused_by_name():
    with pytest.raises(DeclarationError, match="measure_with_a_helper uses helper, which students do not have"):
        freeze(small_challenge(measure_with_a_helper))


def test_a_measure_whose_helper_only_shares_a_name_is_refused():
    with pytest.raises(DeclarationError, match="measure_with_another_entry uses entry"):
        freeze(small_challenge(measure_with_another_entry))


def test_a_self_contained_measure_is_stored_as_text():
    stored = freeze(small_challenge(measure_of_its_own))
    assert list(stored["functions"]) == ["measure_of_its_own"]
    result = judge(thaw(stored)["f"], Runtime({"f": lambda x: {0: x}}))
    assert result.verdict == "correct"


def test_a_measure_of_hidden_cases_only_is_not_stored():
    assert freeze(small_challenge(hidden_measure=measure_with_a_helper))["functions"] == {}


def test_a_lambda_cannot_be_stored():
    with pytest.raises(DeclarationError, match="must be written with def"):
        freeze(small_challenge(measure=lambda student, x: student.call("f", x)))


def test_a_comparison_that_students_do_not_have_is_refused():
    with pytest.raises(DeclarationError, match="Lenient is not one that students have"):
        freeze(small_challenge(compare=Lenient(why="")))


def test_definition_drops_decorators_and_indentation():
    def decorate(function):
        return function

    @decorate
    def inner(x):
        """Says so."""
        # a comment
        return x

    assert definition(inner) == 'def inner(x):\n    """Says so."""\n    # a comment\n    return x'
    assert body(inner) == "# a comment\nreturn x"
