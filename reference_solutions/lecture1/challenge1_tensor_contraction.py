"""Challenge 1: contracting tensors with Einstein's summation convention (book exercise 1.1.3)."""

import numpy as np

from autograder.exercise import Challenge, Given
from autograder.oracle import Unusable, entry
from autograder.tolerance import Exact, Tolerance, array_of

challenge = Challenge(
    "challenge1_tensor_contraction", assignment="lecture1", title="Tensor contraction", book="1.1.3"
)

FLOAT32 = Tolerance(rtol=1e-4, why="float32 answers err by about 1e-6 here; a wrong index errs by order 1")
EXACT = Exact(why="shapes and counts are exact")


# --- einsum_strings -------------------------------------------------------------------------------------------------


def contraction_given_by(student, key, operands):
    """What numpy.einsum makes of the student's string; the string is plain text, so the judge evaluates it."""
    string = entry(student.value("einsum_strings"), key)
    letters = "abcdefghijklmnopqrstuvwxyz"
    allowed = set(letters + letters.upper() + ",->. ")
    if not isinstance(string, str) or len(string) > 100 or not set(string) <= allowed:
        raise Unusable(f"the entry {key!r} is not an einsum string such as 'ab,bc->ac'")
    try:
        return np.einsum(string, *operands)
    except Exception as error:
        raise Unusable(f"numpy.einsum refuses the string for {key!r}: {error}") from None


einsum_strings = challenge.value(
    "einsum_strings",
    {"matvec": "ij,j->i", "frobenius_squared": "ij,ij->", "contract": "ij,jkl->ikl"},
    points=4,
    tolerance=FLOAT32,
    measure=contraction_given_by,
    doc="A dict with the keys 'matvec', 'frobenius_squared' and 'contract': the einsum string of each operation,\n"
    "for the operands (A, x), (A, A) and (A, B) in this order.",
)


@einsum_strings.case(public=True)
def matvec_string(rng):
    return "matvec", [rng.standard_normal((3, 2)), rng.standard_normal(2)]


@einsum_strings.case(public=True)
def frobenius_string(rng):
    A = rng.standard_normal((2, 4))
    return "frobenius_squared", [A, A]


@einsum_strings.case(public=True)
def contract_string(rng):
    return "contract", [rng.standard_normal((2, 3)), rng.standard_normal((3, 2, 4))]


@einsum_strings.case
def matvec_of_a_wide_matrix(rng):
    return "matvec", [rng.standard_normal((4, 7)), rng.standard_normal(7)]


@einsum_strings.case
def matvec_of_a_square_matrix(rng):
    return "matvec", [rng.standard_normal((5, 5)), rng.standard_normal(5)]


@einsum_strings.case
def frobenius_of_a_wide_matrix(rng):
    A = rng.standard_normal((3, 6))
    return "frobenius_squared", [A, A]


@einsum_strings.case
def frobenius_of_a_square_matrix(rng):
    A = rng.standard_normal((4, 4))
    return "frobenius_squared", [A, A]


@einsum_strings.case
def contract_with_four_lengths(rng):
    return "contract", [rng.standard_normal((2, 3)), rng.standard_normal((3, 4, 5))]


@einsum_strings.case
def contract_with_equal_lengths(rng):
    return "contract", [rng.standard_normal((3, 3)), rng.standard_normal((3, 3, 3))]


@einsum_strings.mistake("In one of your strings the summed index is the wrong one: copy the formula letter by letter.")
def summed_the_other_index():
    return {"matvec": "ij,i->j", "frobenius_squared": "ij,ij->", "contract": "ji,jkl->ikl"}


@einsum_strings.mistake("You kept indices that are summed: only those that appear once stay after the arrow.")
def kept_every_index():
    return {"matvec": "ij,j->ij", "frobenius_squared": "ij,ij->ij", "contract": "ij,jkl->ijkl"}


@einsum_strings.mistake("The letters after the arrow come in the order of the result's axes: C_ikl has i, k, l.")
def other_order_of_axes():
    return {"matvec": "ij,j->i", "frobenius_squared": "ij,ij->", "contract": "ij,jkl->ilk"}


@einsum_strings.mistake("'ij,ji->' pairs A with its transpose: that is tr(AA), not the sum of squares.")
def trace_of_the_square():
    return {"matvec": "ij,j->i", "frobenius_squared": "ij,ji->", "contract": "ij,jkl->ikl"}


# --- matvec ---------------------------------------------------------------------------------------------------------


@challenge.exercise(points=3, tolerance=FLOAT32)
def matvec(A, x):
    """Matrix-vector product y_i = A_ij x_j.

    A: array (m, n); x: array (n,). Returns an array (m,).
    """
    return np.einsum("ij,j->i", A, x)


@matvec.case(public=True)
def tall_matrix(rng):
    return rng.standard_normal((5, 3)), rng.standard_normal(3)


@matvec.case(public=True)
def square_matrix(rng):
    return rng.standard_normal((3, 3)), rng.standard_normal(3)


@matvec.case
def wide_matrix(rng):
    return rng.standard_normal((4, 9)), rng.standard_normal(9)


@matvec.case
def larger_square_matrix(rng):
    return rng.standard_normal((40, 40)), rng.standard_normal(40)


@matvec.case
def one_row(rng):
    # positive, because a single sum that cancels would leave float32 answers no digits
    return rng.uniform(1, 2, (1, 6)), rng.uniform(1, 2, 6)


@matvec.case
def one_column(rng):
    return rng.standard_normal((6, 1)), rng.standard_normal(1)


@matvec.case
def tiny_entries(rng):
    return 1e-12 * rng.standard_normal((5, 5)), rng.standard_normal(5)


@matvec.case
def zero_vector(rng):
    return rng.standard_normal((3, 4)), np.zeros(4)


@matvec.mistake("You summed over the first index of A: this is Aᵀx.")
def transposed(A, x):
    return A.T @ x


@matvec.mistake("You multiplied entry by entry and never summed over j: einsum or @ does both.")
def not_summed(A, x):
    return A * x


@matvec.mistake("The result has an extra axis of length 1: x is a vector (n,), not a column (n, 1).")
def column(A, x):
    return A @ x.reshape(-1, 1)


@matvec.mistake("You summed over both indices: i is free and must remain.")
def summed_over_both(A, x):
    return np.sum(A * x)


# --- frobenius_squared ----------------------------------------------------------------------------------------------


@challenge.exercise(points=3, tolerance=FLOAT32)
def frobenius_squared(A):
    """Squared Frobenius norm: the sum of A_ij squared over i and j.

    A: array (m, n). Returns a scalar.
    """
    return np.einsum("ij,ij->", A, A)


@frobenius_squared.case(public=True)
def small_matrix(rng):
    return (rng.standard_normal((3, 2)),)


@frobenius_squared.case(public=True)
def matrix_of_ones(rng):
    return (np.ones((2, 5)),)


@frobenius_squared.case
def large_entries(rng):
    return (1e8 * rng.standard_normal((6, 4)),)


@frobenius_squared.case
def small_entries(rng):
    return (1e-9 * rng.standard_normal((4, 6)),)


@frobenius_squared.case
def square(rng):
    return (rng.standard_normal((7, 7)),)


@frobenius_squared.case
def single_row(rng):
    return (rng.standard_normal((1, 11)),)


@frobenius_squared.case
def zero_matrix(rng):
    return (np.zeros((3, 4)),)


@frobenius_squared.mistake("This is the norm itself: leave the square root out.")
def took_the_root(A):
    return np.linalg.norm(A)


@frobenius_squared.mistake("This is tr(AA): pair A_ij with A_ij, not with A_ji.")
def trace_of_AA(A):
    return np.trace(A @ A)


@frobenius_squared.mistake("This is the square of the sum: square each entry first, then sum.")
def square_of_the_sum(A):
    return np.sum(A) ** 2


@frobenius_squared.mistake("One axis is still there: sum over both i and j.")
def summed_over_one_axis(A):
    return np.sum(A**2, axis=0)


# --- contract -------------------------------------------------------------------------------------------------------


@challenge.exercise(points=5, tolerance=FLOAT32)
def contract(A, B):
    """Contraction C_ikl = A_ij B_jkl over the shared index j.

    A: array (i, j); B: array (j, k, l). Returns an array (i, k, l).
    """
    return np.einsum("ij,jkl->ikl", A, B, optimize=True)


@contract.case(public=True)
def four_lengths(rng):
    return rng.standard_normal((2, 3)), rng.standard_normal((3, 4, 5))


@contract.case(public=True)
def cube(rng):
    return rng.standard_normal((3, 3)), rng.standard_normal((3, 3, 3))


@contract.case
def other_lengths(rng):
    return rng.standard_normal((5, 2)), rng.standard_normal((2, 3, 4))


@contract.case
def larger_cube(rng):
    return rng.standard_normal((6, 6)), rng.standard_normal((6, 6, 6))


@contract.case
def summed_index_of_length_one(rng):
    return rng.standard_normal((4, 1)), rng.standard_normal((1, 3, 2))


@contract.case
def free_indices_of_length_one(rng):
    return rng.standard_normal((1, 5)), rng.standard_normal((5, 1, 4))


@contract.case(weight=2, seconds=20)
def large_enough_to_need_vectorization(rng):
    # i·j·k·l = 1.4e8: nested loops in Python need minutes, a broadcast temporary of 1.1 GB still fits
    return rng.standard_normal((100, 100)), rng.standard_normal((100, 120, 117))


@contract.mistake("The summed index is j, the second of A: you contracted its first.")
def contracted_the_first_index(A, B):
    return np.einsum("ji,jkl->ikl", A, B)


@contract.mistake("The free indices come out as (k, l, i): A's index i must come first.")
def wrong_order_of_axes(A, B):
    return np.einsum("ij,jkl->kli", A, B)


@contract.mistake("k and l are exchanged: C_ikl keeps the order of B's axes.")
def exchanged_k_and_l(A, B):
    return np.einsum("ij,jkl->ilk", A, B)


@contract.mistake("`@` contracts A's last axis with B's second-to-last one, k; the formula contracts j, B's first.")
def matmul_with_B(A, B):
    return A @ B


# --- contraction_shape ----------------------------------------------------------------------------------------------


@challenge.exercise(points=2, tolerance=EXACT)
def contraction_shape(shape_A, shape_B):
    """Shape of C_ikl = A_ij B_jkl, without computing C.

    shape_A: tuple (i, j); shape_B: tuple (j, k, l). Returns the tuple (i, k, l).
    Raises ValueError where the two lengths of j differ; nothing is broadcast, so 1 against 3 differs too.
    """
    (i, j), (j_of_B, *others) = shape_A, shape_B
    if j != j_of_B:
        raise ValueError(f"the summed index has length {j} in A and {j_of_B} in B")
    return (i, *others)


@contraction_shape.case(public=True)
def lengths_that_fit(rng):
    return (2, 3), (3, 4, 5)


@contraction_shape.case(public=True)
def lengths_that_differ(rng):
    return (2, 3), (4, 4, 5)


@contraction_shape.case
def other_lengths_that_fit(rng):
    i, j, k, length = (int(n) for n in rng.permutation(np.arange(2, 10))[:4])
    return (i, j), (j, k, length)


@contraction_shape.case
def all_ones(rng):
    return (1, 1), (1, 1, 1)


@contraction_shape.case
def one_against_three(rng):
    return (2, 1), (3, 4, 5)


@contraction_shape.case
def three_against_one(rng):
    return (2, 3), (1, 4, 5)


@contraction_shape.case
def fitting_only_at_the_first_index(rng):
    return (4, 3), (4, 2, 5)


@contraction_shape.mistake("Where the lengths of j differ, a ValueError must be raised.")
def never_raises(shape_A, shape_B):
    return (shape_A[0], shape_B[1], shape_B[2])


@contraction_shape.mistake("A length of 1 is not stretched here: 1 against 3 is a ValueError too.")
def broadcasts_ones(shape_A, shape_B):
    if shape_A[1] != shape_B[0] and 1 not in (shape_A[1], shape_B[0]):
        raise ValueError
    return (shape_A[0], shape_B[1], shape_B[2])


@contraction_shape.mistake("j is summed over: it does not appear in C.")
def kept_the_summed_index(shape_A, shape_B):
    if shape_A[1] != shape_B[0]:
        raise ValueError
    return (shape_A[0], shape_A[1], shape_B[1], shape_B[2])


@contraction_shape.mistake("You compared A's first length with B's first: the summed index is A's second.")
def compared_the_wrong_index(shape_A, shape_B):
    if shape_A[0] != shape_B[0]:
        raise ValueError
    return (shape_A[1], shape_B[1], shape_B[2])


# --- contraction_ndim -----------------------------------------------------------------------------------------------


def number_given(student, question):
    """The number itself, or 1 where it could be one: the public cases must not give the answer away."""
    value = array_of(student.value("contraction_ndim"), ())
    if question == "value":
        return value
    if value != np.round(value.real) or value.real < 0:
        raise Unusable("a number of axes is a whole number and not negative")
    return 1


contraction_ndim = challenge.value(
    "contraction_ndim",
    3,
    points=2,
    tolerance=EXACT,
    measure=number_given,
    doc="The number of axes of C_ikl = A_ij B_jkl: an int.",
)


@contraction_ndim.case(public=True)
def is_a_scalar(rng):
    return Given(("scalar",), expected=1)


@contraction_ndim.case(public=True)
def is_a_number_of_axes(rng):
    return Given(("count",), expected=1)


def axes_of(A, B):
    return Given(("value",), expected=np.einsum("ij,jkl->ikl", A, B).ndim)


@contraction_ndim.case
def axes_of_a_contraction(rng):
    return axes_of(rng.standard_normal((2, 3)), rng.standard_normal((3, 4, 5)))


@contraction_ndim.case
def axes_of_a_cube(rng):
    return axes_of(rng.standard_normal((3, 3)), rng.standard_normal((3, 3, 3)))


@contraction_ndim.case
def axes_where_lengths_are_one(rng):
    return axes_of(np.ones((1, 2)), np.ones((2, 1, 1)))


@contraction_ndim.case
def axes_where_nothing_is_summed(rng):
    return axes_of(np.ones((2, 1)), np.ones((1, 2, 3)))


@contraction_ndim.mistake("These are the axes of A and of B together: the summed index j does not appear in C.")
def all_axes():
    return 5


@contraction_ndim.mistake("There are four different letters, but j is summed over: it does not appear in C.")
def all_letters():
    return 4


@contraction_ndim.mistake("You counted the axes of a matrix: B brings two free indices, A one.")
def axes_of_a_matrix():
    return 2


# --- written --------------------------------------------------------------------------------------------------------

challenge.question(
    "question1",
    points=6,
    rubric=[
        (2, "Says that time goes into moving data: a GPU computes far faster than it can load numbers."),
        (2, "Explains contiguity: neighbouring threads read neighbouring addresses, one transaction serves many."),
        (1, "Gives a consequence: strided access wastes most of each transaction, or needs a copy first."),
        (1, "Relates it to contraction: the same number of operations in another order of axes takes another time."),
    ],
    answer="""
    A contraction of fixed size has a fixed number of multiplications and additions, whatever the layout. A GPU performs
    them much faster than its memory delivers operands, so for all but the largest contractions the time is the time
    of the transfers. Memory is delivered in blocks of neighbouring addresses. When the innermost loop runs along the
    contiguous axis, the threads of a group use the whole block; when it runs along a strided one, each thread needs
    a block of its own and most of what is delivered is thrown away. Two ways of writing the same sum, equal in
    operations, can therefore differ by an order of magnitude, and it often pays to copy an operand once into the
    order in which it is read. This is what matrix-multiplication kernels do when they pack tiles.
    """,
)
