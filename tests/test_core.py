"""The core: the judge's verdicts, the comparisons, and the plain data that crosses between processes."""

import json
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder import messages
from autograder.judge import judge
from autograder.oracle import Outcome, Status, Student, Unusable
from autograder.plain import (
    DEVICE,
    DTYPES,
    Handle,
    NotPlain,
    Source,
    TorchTensor,
    from_bytes,
    from_jsonable,
    pack,
    to_bytes,
    to_jsonable,
    unpack,
)
from autograder.prepare import generator, prepare
from autograder.prepared import KnownMistake, PreparedCase, PreparedExercise, plain_measure
from autograder.runtime import Runtime
from autograder.tolerance import (
    Accuracy,
    Compare,
    Each,
    Exact,
    MeanRelativeError,
    Mismatch,
    SamePartition,
    Tolerance,
    array_of,
)
from autograder.verdict import Verdict
from tests.toy import toy_challenge

TOY = toy_challenge()
CLOSE = Tolerance(rtol=1e-4, why="float32 passes")
EXACT = Exact()

# --- plain data -----------------------------------------------------------------------------------------------------

arrays = hnp.arrays(
    st.sampled_from(sorted(DTYPES)).map(np.dtype), hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3)
)
leaves = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.complex_numbers()
    | st.text(st.characters(codec="utf-8"), max_size=8)
    | arrays
    | st.builds(Handle, st.integers(0, 5), st.just("Thing"))
    | st.builds(TorchTensor, arrays)
    | st.just(DEVICE)
    | st.just(Source("x = n", "x", {"n": 1}))
)
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3)
    | st.lists(inner, max_size=3).map(tuple)
    | st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=3), inner, max_size=3),
    max_leaves=8,
)


def same(a, b):
    """Equal in type and content, nan equal to nan."""
    if isinstance(a, TorchTensor):
        return type(b) is TorchTensor and same(a.array, b.array)
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if isinstance(a, list | tuple):
        return type(a) is type(b) and len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    return type(a) is type(b) and repr(a) == repr(b)


@given(values)
@settings(max_examples=100, deadline=None)
def test_plain_values_cross_unchanged(value):
    assert same(from_bytes(to_bytes(value)), value)
    assert same(from_jsonable(json.loads(json.dumps(to_jsonable(value)))), value)


json_trees = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4) | st.sampled_from(list("ltdfcahsTD")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=2), inner, max_size=2),
    max_leaves=12,
)
tags = st.sampled_from(list("ltdfcahsTD"))
tagged = st.builds(lambda tag, rest: [tag, *rest], tags, st.lists(json_trees, max_size=4))


def only_not_plain(function, *args):
    try:
        function(*args)
    except NotPlain:
        pass


@given(json_trees | tagged, st.lists(st.binary(max_size=16), max_size=2))
@settings(max_examples=300, deadline=None)
def test_a_malformed_tree_raises_nothing_but_not_plain(tree, buffers):
    only_not_plain(unpack, tree, buffers)


@given(st.binary(max_size=80))
@settings(max_examples=200, deadline=None)
def test_random_bytes_raise_nothing_but_not_plain(message):
    only_not_plain(from_bytes, message)


@given(st.binary(max_size=60) | (json_trees | tagged).map(lambda tree: json.dumps([tree, [4]]).encode()))
@settings(max_examples=300, deadline=None)
def test_a_well_framed_message_of_nonsense_raises_nothing_but_not_plain(head):
    only_not_plain(from_bytes, struct.pack(">QQ", len(head), 4) + head + b"abcd")


@given(values, st.data())
@settings(max_examples=150, deadline=None)
def test_a_message_with_one_byte_changed_raises_nothing_but_not_plain(value, data):
    message = bytearray(to_bytes(value))
    message[data.draw(st.integers(0, len(message) - 1))] ^= data.draw(st.integers(1, 255))
    only_not_plain(from_bytes, bytes(message))


def test_a_deeply_nested_message_is_refused():
    for depth in (60, 100_000):
        head = b'[' + b'["l",[' * depth + b']]' * depth + b',[]]'
        with pytest.raises(NotPlain):
            from_bytes(struct.pack(">QQ", len(head), 0) + head)


@pytest.mark.parametrize("value", [object(), {1, 2}, 1 << 2000, np.array([object()]), np.array(["a"]), lambda: 1])
def test_what_is_not_plain_is_refused_when_packed(value):
    with pytest.raises(NotPlain):
        pack(value)


# --- comparisons ----------------------------------------------------------------------------------------------------

X = np.array([1.0, -2.0, 3.0])

ADMITTED = [
    (CLOSE, X, X.astype(np.float32)),
    (CLOSE, X, [1, -2, 3.0]),
    (CLOSE, X, TorchTensor(X)),
    (CLOSE, X, X * (1 + 5e-5)),
    (CLOSE, X, X.astype(complex).real),
    (CLOSE, 2.5, np.array(2.5)),
    (CLOSE, np.array([np.inf, 1]), [np.inf, 1]),
    (CLOSE, np.array([np.nan, 1]), [np.nan, 1]),
    (CLOSE, np.zeros(0), []),
    (CLOSE, np.zeros(3), np.zeros(3)),
    (CLOSE, 1e-200 * X, 1e-200 * X),
    (CLOSE, 1e200 * X, 1e200 * X),
    (CLOSE, [X, X[:2]], (X, X[:2])),
    (CLOSE, [X, X], np.stack([X, X])),
    (CLOSE, {"a": X}, {"a": X, "more": 1}),
    (Tolerance(atol=1e-3, why=""), np.zeros(3), np.full(3, 1e-4)),
    (Tolerance(rtol=1e-2, norm="max", why=""), X, X + 0.02),
    (EXACT, 3, 3.0),
    (EXACT, 3, np.int32(3)),
    (EXACT, (2, 3), [2, 3]),
    (EXACT, (2, 3), np.array([2, 3])),
    (EXACT, "ab", "ab"),
    (EXACT, {"k": 3}, {"k": 3}),
    (MeanRelativeError(0.05), [1.0, 2.0], [1.04, 2.0]),
    (SamePartition(), [0, 0, 1], [7, 7, 3]),
    (Accuracy(0.6), np.array([0, 1, 1]), np.array([[2, 1], [0, 1], [1, 0]])),
    (Each({"n": EXACT, "x": CLOSE}), {"n": 2, "x": X}, {"x": X, "n": 2}),
]

REJECTED = [
    (CLOSE, X, X[:, None], "shape (3, 1), expected (3,)"),
    (CLOSE, X, X[0], "shape (), expected (3,)"),
    (CLOSE, 2.5, [2.5], "shape (1,), expected ()"),
    (CLOSE, X, X * (1 + 2e-4), "relative error 0.0002, at most 0.0001 is accepted"),
    (CLOSE, X, X.astype(complex), messages.COMPLEX),
    (CLOSE, X, [1, np.nan, 3], "1 of 3 entries are nan or infinite"),
    (CLOSE, np.array([np.inf, 1]), [-np.inf, 1], messages.SHOULD_BE_INFINITE),
    (CLOSE, np.array([np.nan, 1]), [0, 1], messages.SHOULD_BE_INFINITE),
    (CLOSE, np.zeros(3), np.full(3, 1e-9), "error 1.7e-09, at most 0 is accepted"),
    (CLOSE, 1e-200 * X, -1e-200 * X, "relative error 2"),
    (CLOSE, X, None, "numbers are expected, and this is None"),
    (CLOSE, X, "abc", "numbers are expected, and this is a str"),
    (CLOSE, X, Handle(0, "Thing"), "an object of type Thing"),
    (CLOSE, X, [[1], [2, 3]], messages.RAGGED),
    (CLOSE, 1.0, True, "a truth value"),
    (CLOSE, [X, X], [X], "1 items, expected 2"),
    (CLOSE, [X, X], [X, X[:2]], "item 1: shape (2,), expected (3,)"),
    (CLOSE, [X], 3.0, messages.not_a_sequence("a float")),
    (CLOSE, {"a": X}, {"b": X}, "the dict has no entry a"),
    (CLOSE, {"a": X}, X, messages.not_a_dict("a ndarray")),
    (Tolerance(rtol=1e-2, norm="max", why=""), X, X + [0, 0, 0.04], "relative error"),
    (EXACT, 3, 3.5, messages.NOT_INTEGER),
    (EXACT, 3, 4, "the value differs"),
    (EXACT, (2, 3), (2, 4), "item 1: the value differs"),
    (EXACT, (2, 3), (2, 3, 4), "3 items, expected 2"),
    (EXACT, "ab", 3, messages.not_a_string("an int")),
    (MeanRelativeError(0.05), [1.0, 2.0], [1.2, 2.0], "relative error 0.1, at most 0.05"),
    (SamePartition(), [0, 0, 1], [0, 1, 1], "2 pairs of items"),
    (Accuracy(0.6), np.array([0, 1]), np.zeros((2, 2)), "accuracy 0.000, at least 0.600"),
    (Accuracy(0.6), np.array([0, 1]), np.zeros((2, 0)), "shape (2, 0), expected (2, 2)"),
    (Each({"n": EXACT}), {"n": 2}, {"n": 3}, "n: the value differs"),
    (Each({"n": EXACT}), {"n": 2}, {}, "the dict has no entry n"),
]


@pytest.mark.parametrize(("compare", "expected", "answer"), ADMITTED)
def test_a_comparison_admits(compare, expected, answer):
    assert compare.compare(answer, expected).message == ""
    assert compare.compare(answer, expected).ok


@pytest.mark.parametrize(("compare", "expected", "answer", "message"), REJECTED)
def test_a_comparison_rejects_and_says_why(compare, expected, answer, message):
    comparison = compare.compare(answer, expected)
    assert not comparison.ok
    assert message in comparison.message


@pytest.mark.parametrize("compare", list({type(row[0]): row[0] for row in ADMITTED}.values()), ids=repr)
def test_a_comparison_survives_storage(compare):
    assert Compare.from_plain(json.loads(json.dumps(compare.to_plain()))) == compare


@given(values, values)
@settings(max_examples=100, deadline=None)
def test_no_answer_makes_a_comparison_raise(answer, other):
    for compare, expected, _ in ADMITTED:
        compare.compare(answer, expected)
        compare.compare([answer, other], expected)


def test_array_of_wants_exactly_the_shape_and_finite_numbers():
    assert array_of([[1, 2]], (1, 2)).shape == (1, 2)
    for bad in ([1, 2], [[1, np.inf]], "ab", None):
        with pytest.raises(Mismatch):
            array_of(bad, (1, 2))


# --- the judge ------------------------------------------------------------------------------------------------------


class Scripted:
    """An oracle that gives the same outcome to every question."""

    def __init__(self, outcome):
        self.outcome, self.asked = outcome, 0

    def call(self, target, args, kwargs, seconds):
        self.asked += 1
        return self.outcome

    def value(self, name):
        return self.outcome


def exercise(*cases, points=6.0):
    return PreparedExercise("f", points, cases)


def case(name="one", *, expected=2.0, public=False, points=2.0, mistakes=(), **changes):
    if not isinstance(expected, Outcome):
        expected = Outcome(Status.RETURNED, expected)
    parts = {
        "args": (1.0,),
        "kwargs": {},
        "measure": plain_measure("f", False),
        "compare": CLOSE,
        "seconds": 1.5,
        "expect": lambda: expected,
        "find_mistakes": lambda: list(mistakes),
    }
    return PreparedCase(name, public=public, points=points, **{**parts, **changes})


THREE = exercise(case("one"), case("two"), case("three"))
RAISES = Outcome(Status.RAISED, error_types=("ValueError",))

ENDINGS = [
    (Outcome(Status.RETURNED, 2.0), Verdict.CORRECT, messages.CORRECT),
    (Outcome(Status.RETURNED, 3.0), Verdict.WRONG, "one: relative error 0.5"),
    (Outcome(Status.RETURNED, 2.0, changed=(0,)), Verdict.WRONG, "the call changed its inputs (argument 1)"),
    (Outcome(Status.RAISED, error_types=("KeyError", "LookupError")), Verdict.CRASHED, "ended in an error (KeyError)"),
    (Outcome(Status.RAISED, error_types=("NotImplementedError",)), Verdict.NOT_ATTEMPTED, messages.NOT_ATTEMPTED),
    (Outcome(Status.ABSENT), Verdict.NOT_ATTEMPTED, messages.NOT_ATTEMPTED),
    (Outcome(Status.TIMED_OUT), Verdict.TIMED_OUT, "no answer within 1.5 s"),
    (Outcome(Status.OUT_OF_MEMORY), Verdict.OUT_OF_MEMORY, messages.OUT_OF_MEMORY),
    (Outcome(Status.DIED), Verdict.CRASHED, messages.DIED),
]


@pytest.mark.parametrize(("outcome", "verdict", "message"), ENDINGS)
def test_each_ending_has_its_verdict_and_its_sentence(outcome, verdict, message):
    result = judge(THREE, Scripted(outcome))
    assert result.verdict is verdict
    assert message in result.message
    assert result.points == (6.0 if verdict is Verdict.CORRECT else 0.0)


def test_points_are_divided_over_hidden_cases():
    cases = [case("a"), case("b", expected=5.0), case("c"), case("d", public=True, points=0.0)]
    result = judge(exercise(*cases), Runtime({"f": lambda x: 2}))
    assert (result.points, result.verdict) == (4.0, Verdict.WRONG)
    assert "3 of 4 cases passed" in result.message


def test_all_hidden_cases_right_is_exactly_full_marks():
    thirds = [case(name, points=1 / 3) for name in "abc"]
    assert judge(exercise(*thirds, points=1.0), Scripted(Outcome(Status.RETURNED, 2.0))).points == 1.0


def test_public_cases_carry_no_points():
    prepared = prepare(TOY, TOY.exercises["halve"], secret=b"s")
    assert [each.points for each in prepared.cases] == [0, 0, 1, 1, 1]


def test_two_cases_out_of_time_end_the_exercise():
    oracle = Scripted(Outcome(Status.TIMED_OUT))
    result = judge(THREE, oracle)
    assert oracle.asked == 2
    assert result.cases[2].message == messages.GAVE_UP


def test_an_expected_error_is_asked_for_by_type():
    asked = exercise(case(expected=RAISES))
    assert judge(asked, Scripted(RAISES)).verdict is Verdict.CORRECT
    subclass = Outcome(Status.RAISED, error_types=("UnicodeError", "ValueError"))
    assert judge(asked, Scripted(subclass)).verdict is Verdict.CORRECT
    assert "a ValueError should be raised" in judge(asked, Scripted(Outcome(Status.RETURNED, 2.0))).message
    other = Outcome(Status.RAISED, error_types=("TypeError",))
    assert "raised TypeError, expected ValueError" in judge(asked, Scripted(other)).message


def test_an_answer_that_cannot_cross_is_not_the_error_that_was_asked_for():
    result = judge(exercise(case(expected=RAISES)), Runtime({"f": lambda x: 10**5000}))
    assert result.verdict is Verdict.WRONG


def broken(*args):
    raise ZeroDivisionError("of ours")


@pytest.mark.parametrize(
    "fault",
    [
        {"expect": broken},
        {"measure": broken},
        {"expected": Outcome(Status.TIMED_OUT)},
        {"expected": Outcome(Status.ABSENT)},
        {"compare": Each({"key": CLOSE})},
    ],
)
def test_a_fault_of_the_grader_is_a_grader_error_and_costs_no_other_case(fault):
    oracle = Scripted(Outcome(Status.RETURNED, {"key": 2.0}))
    good = case("good", expected={"key": 2.0})
    result = judge(exercise(case("bad", **fault), good), oracle)
    assert [each.verdict for each in result.cases] == [Verdict.GRADER_ERROR, Verdict.CORRECT]
    assert result.verdict is Verdict.GRADER_ERROR
    assert result.cases[0].fault and "of ours" not in result.message


def test_an_unusable_answer_is_wrong_with_its_sentence():
    def measure(student, x):
        raise Unusable("no such key")

    result = judge(exercise(case(measure=measure)), Scripted(Outcome(Status.RETURNED, 2.0)))
    assert (result.verdict, result.cases[0].message) == (Verdict.WRONG, "no such key")


def returned(value):
    return Outcome(Status.RETURNED, value)


def test_a_known_mistake_is_named_with_its_hint():
    mistakes = [KnownMistake("other", "no", returned(9.0)), KnownMistake("doubled", "halve it", returned(4.0))]
    result = judge(exercise(case(mistakes=mistakes)), Scripted(returned(4.0)))
    assert (result.mistake, result.hint) == ("doubled", "halve it")
    assert result.message.endswith("halve it")


def test_no_mistake_is_named_for_a_right_answer_or_an_unknown_wrong_one():
    mistakes = [KnownMistake("doubled", "halve it", returned(4.0))]
    for value in (2.0, 5.0):
        assert judge(exercise(case(mistakes=mistakes)), Scripted(returned(value))).mistake is None


def test_a_mistake_must_explain_half_of_the_wrong_cases():
    mistakes = [KnownMistake("doubled", "halve it", returned(4.0))]
    cases = [case(name, mistakes=mistakes, args=(name,)) for name in "abc"]
    mostly_other = judge(exercise(*cases), Runtime({"f": lambda name: 4.0 if name == "a" else 7.0}))
    mostly_doubled = judge(exercise(*cases), Runtime({"f": lambda name: 7.0 if name == "a" else 4.0}))
    assert (mostly_other.mistake, mostly_doubled.mistake) == (None, "doubled")


def test_a_broken_mistake_costs_no_verdict():
    result = judge(exercise(case(find_mistakes=broken)), Scripted(returned(4.0)))
    assert (result.verdict, result.mistake) == (Verdict.WRONG, None)


@given(values)
@settings(max_examples=60, deadline=None)
def test_no_answer_is_the_graders_fault(value):
    for expected, compare in ((2.0, CLOSE), (3, EXACT), ("ab", EXACT), (X, CLOSE), ({"n": 2}, Each({"n": EXACT}))):
        result = judge(exercise(case(expected=expected, compare=compare)), Scripted(returned(value)))
        assert result.verdict is not Verdict.GRADER_ERROR, result.cases[0].fault


SECRET = 54321.5


@pytest.mark.parametrize("answer", [1.0, "text", None, [1.0], {"a": 1}, np.zeros(3), float("nan"), "raise", "print it"])
def test_a_hidden_case_never_shows_an_expected_value_or_an_input(answer):
    def f(x):
        if isinstance(answer, str) and answer == "raise":
            raise ValueError(f"the input is {x}")
        if isinstance(answer, str) and answer == "print it":
            raise type(f"Input{int(x)}", (Exception,), {})(x)
        return answer

    hidden = case("hidden", expected=2 * SECRET, args=(SECRET,))
    result = judge(exercise(hidden), Runtime({"f": f}))
    shown = json.dumps([result.message, *[[each.message, each.detail] for each in result.cases]])
    assert "54321" not in shown and "108643" not in shown
    assert result.verdict is not Verdict.CORRECT


def test_a_public_case_shows_both_values():
    result = judge(exercise(case(public=True, expected=SECRET)), Scripted(returned(1.0)))
    assert result.cases[0].detail == "yours: 1.0\nexpected: 54321.5"


# --- where inputs come from -----------------------------------------------------------------------------------------


def test_inputs_belong_to_secret_case_and_student():
    def first(secret=b"a", *parts):
        return generator(secret, "challenge", *parts).random()

    assert first(b"a", "f", "one", "ada") == first(b"a", "f", "one", "ada")
    others = [first(b"b", "f", "one", "ada"), first(b"a", "g", "one", "ada"), first(b"a", "f", "two", "ada")]
    assert len({first(b"a", "f", "one", "ada"), first(b"a", "f", "one", "bob"), *others}) == 5


def test_public_cases_depend_on_neither_secret_nor_student():
    def drawn(secret, student):
        cases = prepare(TOY, TOY.exercises["halve"], secret=secret, student=student).cases
        return {each.name: to_bytes(each.args) for each in cases}

    one, other = drawn(b"a", "ada"), drawn(b"b", "bob")
    assert {name for name in one if one[name] == other[name]} == {"three_numbers", "nothing_at_all", "hidden_zeros"}


def test_a_changed_argument_is_seen():
    def halve(x):
        x *= 0.5
        return x

    student = Student(Runtime({"halve": halve}), 1.0)
    student.call("halve", np.ones(3))
    assert student.changed == (0,)
