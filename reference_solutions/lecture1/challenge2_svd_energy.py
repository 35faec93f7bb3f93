"""Challenge 2: how much of a matrix a few singular values hold (book exercise 1.2.2)."""

import numpy as np

from autograder.exercise import Challenge, Given
from autograder.tolerance import Each, Exact, Tolerance, array_of

challenge = Challenge(
    "challenge2_svd_energy", assignment="lecture1", title="Singular values and energy", book="1.2.2"
)

EXACT = Exact(why="a rank is a count; ties apart, no sum lies within 0.5 % of its threshold, so float32 counts alike")
FLOAT32 = Tolerance(rtol=1e-4, why="float32 answers err by about 1e-6 here; another rank errs by more than 0.1")
NOISE = 0.02


def with_singular_values(rng, m, n, s):
    """A random matrix (m, n) with the singular values s, of which there are at most min(m, n)."""
    U, _ = np.linalg.qr(rng.standard_normal((m, len(s))))
    V, _ = np.linalg.qr(rng.standard_normal((n, len(s))))
    return (U * s) @ V.T


# --- min_rank_for_energy --------------------------------------------------------------------------------------------


@challenge.exercise(points=8, tolerance=EXACT)
def min_rank_for_energy(A, energy=0.90):
    """Least k whose first k singular values hold the share `energy` of the squared Frobenius norm.

    A: array (m, n), taken as it is, without centring; energy: a share in (0, 1]. Returns an int; 0 for the zero matrix.
    A sum that falls short of the threshold by no more than 1e-12 of it counts as having reached it.
    Raises ValueError where energy lies outside (0, 1] or is nan, whatever A is.
    """
    if not 0 < energy <= 1:  # written so that nan, which fails every comparison, is refused too
        raise ValueError(f"energy must lie in (0, 1], and this is {energy}")
    s = np.linalg.svd(A, compute_uv=False)
    if s[0] == 0:
        return 0
    held = np.cumsum((s / s[0]) ** 2)  # relative to the largest: squares of tiny or huge numbers leave float64's range
    reached = held >= energy * held[-1] * (1 - 1e-12)
    return int(np.argmax(reached)) + 1


def rank_at_a_tie(student, A, energy, k):
    """The answer where the first k squared singular values meet the threshold up to rounding.

    A function that cannot tell thresholds 1e-11 apart computes in float32 and may land on either side.
    """
    below, above, at = (
        array_of(student.call("min_rank_for_energy", A, energy * factor), ()) for factor in (1 - 1e-11, 1 + 1e-11, 1)
    )
    coarse = below == above
    return k if coarse and (at == k or at == k + 1) else at


def tie(A, k, weights):
    """The threshold lies 2e-14 of itself above the first k of the squared singular values ``weights``.

    So no rounding decides on which side of it a sum lies, and the sum is far inside the 1e-12 that count as equal.
    The singular values are irrational: float32 misses the tie by 1e-8, and is seen to be coarse.
    """
    return A, sum(weights[:k]) / sum(weights) * (1 + 2e-14), k


def energy_between(A, k):
    """The threshold halfway between what k - 1 and what k components hold."""
    held = np.cumsum(np.linalg.svd(A, compute_uv=False) ** 2)
    return float((held[k - 1] + (held[k - 2] if k > 1 else 0)) / 2 / held[-1])


@min_rank_for_energy.case(public=True)
def ninety_percent_by_default(rng):
    return (with_singular_values(rng, 6, 4, np.sqrt([0.55, 0.25, 0.14, 0.06])),)


@min_rank_for_energy.case(public=True, measure=rank_at_a_tie)
def sum_that_meets_the_threshold(rng):
    return tie(with_singular_values(rng, 3, 4, np.sqrt([6, 2, 1])), 1, [6, 2, 1])


@min_rank_for_energy.case(public=True)
def more_energy_than_there_is(rng):
    return rng.standard_normal((3, 2)), 1.5


@min_rank_for_energy.case(weight=3)
def tall_matrix(rng):
    A = with_singular_values(rng, 40, 6, np.array([5.0, 4.0, 3.0, 2.0, 1.0, 0.5]))
    return A, energy_between(A, int(rng.integers(3, 5)))


@min_rank_for_energy.case(weight=3)
def wide_matrix_and_the_default(rng):
    return (with_singular_values(rng, 7, 30, np.sqrt([0.4, 0.27, 0.18, 0.07, 0.05, 0.02, 0.01])),)


@min_rank_for_energy.case(weight=3)
def data_that_are_not_centred(rng):
    A = with_singular_values(rng, 20, 5, np.array([6.0, 5.0, 4.0, 3.0, 2.0])) + 3
    return Given((A,), kwargs={"energy": energy_between(A, 2)})


@min_rank_for_energy.case(weight=2)
def equal_singular_values(rng):
    return with_singular_values(rng, 6, 6, np.full(6, 3.0)), 0.55


@min_rank_for_energy.case
def one_row(rng):
    return rng.uniform(1, 2, (1, 5)), 0.3


@min_rank_for_energy.case
def one_column(rng):
    return (rng.uniform(1, 2, (5, 1)),)


@min_rank_for_energy.case
def rank_deficient(rng):
    return with_singular_values(rng, 8, 6, np.sqrt([0.5, 0.3, 0.2])), 0.99


@min_rank_for_energy.case
def tiny_entries(rng):
    return 1e-12 * with_singular_values(rng, 5, 5, np.sqrt([0.5, 0.2, 0.15, 0.1, 0.05])), 0.8


@min_rank_for_energy.case
def huge_entries(rng):
    return 1e12 * with_singular_values(rng, 5, 9, np.sqrt([0.5, 0.2, 0.15, 0.1, 0.05])), 0.6


@min_rank_for_energy.case(weight=2)
def all_of_the_energy(rng):
    # small integers whose squares add up to 25: every precision sums them without rounding, so the tie costs nobody
    A = np.zeros((5, 4))
    A[range(4), range(4)] = rng.permutation([4.0, 2.0, 2.0, 1.0]) * rng.choice([-1.0, 1.0], 4)
    return A, 1.0


@min_rank_for_energy.case(weight=2, measure=rank_at_a_tie)
def another_sum_that_meets_the_threshold(rng):
    weights = [5, 3, 1]
    return tie(with_singular_values(rng, 6, 3, np.sqrt(weights)), int(rng.integers(1, 3)), weights)


@min_rank_for_energy.case(weight=2)
def zero_matrix(rng):
    return (np.zeros((4, 3)),)


@min_rank_for_energy.case
def no_energy(rng):
    return rng.standard_normal((4, 3)), 0.0


@min_rank_for_energy.case
def negative_energy(rng):
    return rng.standard_normal((3, 4)), -0.5


@min_rank_for_energy.case
def slightly_too_much_energy(rng):
    return rng.standard_normal((3, 4)), 1.01


@min_rank_for_energy.case
def energy_that_is_not_a_number(rng):
    return rng.standard_normal((4, 4)), float("nan")


@min_rank_for_energy.case
def zero_matrix_with_too_much_energy(rng):
    return np.zeros((2, 3)), 2.0


@min_rank_for_energy.mistake("You added up the singular values themselves: energy is the sum of their squares.")
def not_squared(A, energy=0.90):
    if not 0 < energy <= 1:
        raise ValueError
    s = np.linalg.svd(A, compute_uv=False)
    return 0 if s[0] == 0 else int(np.argmax(np.cumsum(s) >= energy * s.sum() * (1 - 1e-12))) + 1


@min_rank_for_energy.mistake("You returned the index of the last component needed; k counts them: index plus one.")
def index_instead_of_count(A, energy=0.90):
    return max(min_rank_for_energy.reference(A, energy) - 1, 0)


@min_rank_for_energy.mistake("`energy` is a share of the squared norm: compare sums of squares, without a square root.")
def share_of_the_norm(A, energy=0.90):
    if not 0 < energy <= 1:
        raise ValueError
    return min_rank_for_energy.reference(A, energy**2)


@min_rank_for_energy.mistake("You subtracted the mean of each column first; here the matrix is taken as it is.")
def centred(A, energy=0.90):
    return min_rank_for_energy.reference(A - A.mean(axis=0), energy)


@min_rank_for_energy.mistake("A sum within 1e-12 of the threshold has reached it: leave rounding that much room.")
def decided_by_rounding(A, energy=0.90):
    if not 0 < energy <= 1:
        raise ValueError
    squares = np.linalg.svd(A, compute_uv=False) ** 2
    return int(np.sum(np.cumsum(squares) < energy * squares.sum())) + 1 if squares[0] > 0 else 0


@min_rank_for_energy.mistake("You stop one component late: k is enough as soon as its sum reaches the threshold.")
def one_too_many(A, energy=0.90):
    k = min_rank_for_energy.reference(A, energy)
    return min(k + 1, *A.shape) if k else 0


@min_rank_for_energy.symptom("Check `energy` before you look at A, and mind that every comparison with nan is False.")
def no_error_for_a_wrong_energy(answer, expected, A, energy=0.90, k=None):
    return not 0 < energy <= 1


@min_rank_for_energy.symptom("The zero matrix has no energy: answer 0 before you divide by its norm.")
def zero_matrix_forgotten(answer, expected, A, energy=0.90, k=None):
    return not A.any() and 0 < energy <= 1


# --- low_rank_approximation -----------------------------------------------------------------------------------------


@challenge.exercise(points=4, tolerance=FLOAT32)
def low_rank_approximation(A, k):
    """The matrix of rank k that is nearest to A in the Frobenius norm.

    A: array (m, n); k: an int with 1 ≤ k ≤ min(m, n). Returns an array (m, n).
    """
    U, s, Vt = np.linalg.svd(A, full_matrices=False)
    return (U[:, :k] * s[:k]) @ Vt[:k]


@low_rank_approximation.case(public=True)
def small_and_tall(rng):
    return with_singular_values(rng, 5, 3, np.array([3.0, 2.0, 1.0])), 2


@low_rank_approximation.case(public=True)
def small_and_wide(rng):
    return with_singular_values(rng, 3, 6, np.array([3.0, 1.5, 1.0])), 1


@low_rank_approximation.case(weight=2)
def tall(rng):
    return with_singular_values(rng, 30, 8, np.linspace(4, 0.5, 8)), 3


@low_rank_approximation.case(weight=2)
def wide(rng):
    return with_singular_values(rng, 7, 20, np.linspace(4, 1, 7)), 4


@low_rank_approximation.case(weight=2)
def square(rng):
    return with_singular_values(rng, 9, 9, np.linspace(5, 1, 9)), 2


@low_rank_approximation.case
def symmetric_with_eigenvalues_of_both_signs(rng):
    Q, _ = np.linalg.qr(rng.standard_normal((5, 5)))
    return (Q * np.array([3.0, -2.5, 1.5, -1.0, 0.5])) @ Q.T, 2


@low_rank_approximation.case
def every_component(rng):
    return with_singular_values(rng, 4, 6, np.array([4.0, 3.0, 2.0, 1.0])), 4


@low_rank_approximation.case
def of_exactly_this_rank(rng):
    return with_singular_values(rng, 8, 6, np.array([3.0, 2.0, 1.0])), 3


@low_rank_approximation.case
def of_one_row(rng):
    return rng.uniform(1, 2, (1, 4)), 1


@low_rank_approximation.case
def of_one_column(rng):
    return rng.uniform(1, 2, (4, 1)), 1


@low_rank_approximation.case
def of_tiny_entries(rng):
    return 1e-12 * with_singular_values(rng, 6, 5, np.linspace(3, 1, 5)), 2


@low_rank_approximation.case
def far_from_centred(rng):
    return with_singular_values(rng, 12, 6, np.linspace(6, 1, 6)) + 1.5, 2


@low_rank_approximation.mistake("NumPy's svd returns V already transposed: take its first k rows, not columns.")
def v_not_transposed(A, k):
    U, s, Vt = np.linalg.svd(A)
    return (U[:, :k] * s[:k]) @ Vt[:, :k].T


@low_rank_approximation.mistake("The singular values are missing: each product of u and v must be scaled by its own.")
def without_singular_values(A, k):
    U, _, Vt = np.linalg.svd(A, full_matrices=False)
    return U[:, :k] @ Vt[:k]


@low_rank_approximation.mistake("You kept the smallest singular values: the largest k hold the most.")
def kept_the_smallest(A, k):
    U, s, Vt = np.linalg.svd(A, full_matrices=False)
    return (U[:, -k:] * s[-k:]) @ Vt[-k:]


@low_rank_approximation.mistake("This is what the approximation leaves out: return the part that it keeps.")
def the_rest(A, k):
    return A - low_rank_approximation.reference(A, k)


@low_rank_approximation.mistake("These are coordinates in k directions: the rows of Vᵀ lead back to A's shape.")
def coordinates(A, k):
    U, s, _ = np.linalg.svd(A, full_matrices=False)
    return U[:, :k] * s[:k]


@low_rank_approximation.mistake("You centred A first: with the mean added back that is a matrix of rank up to k + 1.")
def centred_first(A, k):
    mean = A.mean(axis=0)
    return low_rank_approximation.reference(A - mean, k) + mean


@low_rank_approximation.mistake("You kept one component more than k: the slice [:k] already holds k of them.")
def one_component_more(A, k):
    return low_rank_approximation.reference(A, k + 1)


# --- compression_ratio ----------------------------------------------------------------------------------------------


@challenge.exercise(
    points=2,
    tolerance=Tolerance(rtol=1e-4, why="float32 errs by 1e-7; leaving out s errs by 1/(m + n + 1), here at least 4e-3"),
)
def compression_ratio(m, n, k):
    """Numbers that U_k, s_k and V_k store, over the numbers that the matrix itself stores.

    m, n: rows and columns of the matrix; k: how many singular values are kept. Returns a float, below 1 where memory is
    saved.
    """
    return k * (m + n + 1) / (m * n)


@compression_ratio.case(public=True)
def a_hundred_by_eighty(rng):
    return 100, 80, 10


@compression_ratio.case(public=True)
def a_small_square(rng):
    return 6, 6, 2


@compression_ratio.case
def more_rows(rng):
    return int(rng.integers(60, 120)), int(rng.integers(20, 40)), int(rng.integers(3, 10))


@compression_ratio.case
def more_columns(rng):
    return int(rng.integers(10, 20)), int(rng.integers(100, 200)), int(rng.integers(2, 8))


@compression_ratio.case
def a_square(rng):
    return 64, 64, 8


@compression_ratio.case
def a_single_row(rng):
    return 1, 30, 1


@compression_ratio.case
def nothing_saved(rng):
    return 40, 30, 30


@compression_ratio.mistake("The k singular values themselves have to be stored, too.")
def singular_values_forgotten(m, n, k):
    return k * (m + n) / (m * n)


@compression_ratio.mistake("The singular values are k numbers, not a full k by k matrix: its zeros need no memory.")
def a_matrix_of_singular_values(m, n, k):
    return k * (m + n + k) / (m * n)


@compression_ratio.mistake("This is upside down: what the three factors store goes in the numerator.")
def upside_down(m, n, k):
    return m * n / (k * (m + n + 1))


@compression_ratio.mistake("This is the share that is saved; the ratio is the share that is still stored.")
def share_saved(m, n, k):
    return 1 - k * (m + n + 1) / (m * n)


@compression_ratio.mistake("Only the first k columns of U and V are stored, not all of them.")
def factors_not_truncated(m, n, k):
    return (m * m + k + n * n) / (m * n)


# --- complete_matrix ------------------------------------------------------------------------------------------------


def completed(student, M, observed, k):
    """The answer in two parts, because the entries that were given and those that were not are judged apart."""
    answer = array_of(student.call("complete_matrix", M, observed, k), M.shape)
    return {"unobserved entries": answer[~observed], "observed entries": answer[observed]}


SOLVED = Tolerance(rtol=1e-2, why="converged answers err by 1e-3 or less; one truncated SVD of the given matrix by 0.3")
WITHIN_TWICE_THE_NOISE = Tolerance(
    rtol=2 * NOISE, why="a fit of the right rank errs by 0.5 to 1 times the noise; a mean fill by 50 times"
)


@challenge.exercise(
    points=5,
    measure=completed,
    tolerance=Each(
        {"unobserved entries": SOLVED, "observed entries": SOLVED},
        why="completion has to fit what was given and to find what was not",
    ),
)
def complete_matrix(M, observed, k):
    """Fill in the unobserved entries of a matrix that has rank k, or nearly so.

    M: array (m, n) that holds 0 where an entry is unobserved; observed: bool array (m, n), True where an entry of M is
    known; k: the rank, an int. Returns an array (m, n).
    """
    X = np.where(observed, M, 0.0)
    for _ in range(500):
        filled = np.where(observed, M, low_rank_approximation.reference(X, k))
        change = np.linalg.norm(filled - X)
        X = filled
        if change <= 1e-6 * np.linalg.norm(X):
            break
    return X


def instance(L, rng, k, missing, noise=0.0):
    """A case: L, scaled to entries of mean square 1, with noise and with holes. No row or column loses half.

    The sizes and shares of holes are such that iterated truncated SVDs are within the tolerance after at most 50 steps,
    and that alternating least squares from a random start fails on fewer than 1 in 100.
    """
    L = L / np.sqrt(np.mean(L**2))
    while True:
        observed = rng.random(L.shape) >= missing
        if observed.mean() >= 0.65 and min(observed.mean(axis=0).min(), observed.mean(axis=1).min()) >= 0.5:
            break
    M = np.where(observed, L + noise * rng.standard_normal(L.shape), 0.0)
    return Given((M, observed, k), expected={"unobserved entries": L[~observed], "observed entries": L[observed]})


complete_matrix.margin = (
    "an iterative method stops where its author lets it: a right one uses a fifth of the bound that the contract fixes"
)


@complete_matrix.case(public=True)
def rank_one(rng):
    return instance(with_singular_values(rng, 30, 20, np.ones(1)), rng, 1, missing=0.2)


@complete_matrix.case(public=True)
def rank_two(rng):
    return instance(with_singular_values(rng, 40, 30, np.array([3.0, 2.0])), rng, 2, missing=0.2)


@complete_matrix.case
def another_rank_one(rng):
    return instance(with_singular_values(rng, 60, 45, np.ones(1)), rng, 1, missing=0.3)


@complete_matrix.case
def more_rows_than_columns(rng):
    return instance(with_singular_values(rng, 60, 40, np.array([4.0, 3.0, 2.0])), rng, 3, missing=0.3)


@complete_matrix.case
def more_columns_than_rows(rng):
    return instance(with_singular_values(rng, 36, 60, np.array([3.0, 2.0])), rng, 2, missing=0.3)


@complete_matrix.case
def far_from_zero_mean(rng):
    return instance(with_singular_values(rng, 50, 36, np.ones(1)) + 2 / np.sqrt(50 * 36), rng, 2, missing=0.25)


@complete_matrix.case
def zeros_among_the_observed(rng):
    # rows of zeros, and a mean that is not 0: who takes each 0 for a hole and fills it with the mean is found out
    L = with_singular_values(rng, 52, 36, np.ones(1)) + 2 / np.sqrt(52 * 36)
    L[rng.permutation(52)[:6]] = 0
    return instance(L, rng, 2, missing=0.2)


@complete_matrix.case(compare=Each({"unobserved entries": WITHIN_TWICE_THE_NOISE}))
def nearly_of_rank_two(rng):
    return instance(with_singular_values(rng, 54, 36, np.array([3.0, 2.0])), rng, 2, missing=0.2, noise=NOISE)


@complete_matrix.mistake("One truncated SVD is a first step: put the observed entries back, and repeat.")
def a_single_step(M, observed, k):
    return np.where(observed, M, low_rank_approximation.reference(M, k))


@complete_matrix.mistake("You never put the observed entries back: truncated again, a matrix of rank k stays as it is.")
def observed_not_restored(M, observed, k):
    return low_rank_approximation.reference(M, k)


@complete_matrix.symptom("The entries that are not observed are still 0: fill them from the approximation.")
def holes_left(answer, expected, M, observed, k):
    return not answer["unobserved entries"].any() and np.allclose(answer["observed entries"], M[observed])


@complete_matrix.symptom("You changed the known entries and kept the holes: `observed` is True where M is known.")
def mask_inverted(answer, expected, M, observed, k):
    return not answer["unobserved entries"].any() and not np.allclose(answer["observed entries"], M[observed])


@complete_matrix.symptom("A mean knows nothing of the other columns: begin with it, then iterate truncated SVDs.")
def filled_with_means(answer, expected, M, observed, k):
    X = np.empty(observed.shape)
    X[observed], X[~observed] = answer["observed entries"], answer["unobserved entries"]
    return all(np.ptp(column[~known]) < 1e-6 for column, known in zip(X.T, observed.T, strict=True) if not known.all())


@complete_matrix.symptom("What you return does not have rank k: truncate to exactly k components in each step.")
def another_rank(answer, expected, M, observed, k):
    X = np.empty(observed.shape)
    X[observed], X[~observed] = answer["observed entries"], answer["unobserved entries"]
    s = np.linalg.svd(X, compute_uv=False)
    too_small = s[k - 1] < 1e-3 * s[0]
    too_large = s[k] > 1e-3 * s[0] and s[k + 1] < 1e-3 * s[k]
    return too_small or too_large


@complete_matrix.symptom("You are on the way, but stop too early: iterate until the filled entries no longer change.")
def stopped_too_early(answer, expected, M, observed, k):
    want = expected["unobserved entries"]
    return np.linalg.norm(answer["unobserved entries"] - want) < 0.3 * np.linalg.norm(want)


# --- written --------------------------------------------------------------------------------------------------------

challenge.question(
    "question1",
    points=3,
    rubric=[
        (1, "Memory grows in proportion to k, as k(m + n + 1), and pays off only while k < mn/(m + n + 1)."),
        (1, "The squared error is the sum of the discarded squared singular values, so it falls with k."),
        (1, "The spectrum decides: steep decay makes a small k cheap, a flat one does not; names what is lost."),
    ],
    answer="""
    Keeping k components stores k(m + n + 1) numbers instead of mn: memory grows in proportion to k, and beyond
    k = mn/(m + n + 1) nothing is saved. The squared error is the sum of the squared singular values that are left
    out. It can only fall as k grows, but each further component brings less than the one before. How good the bargain
    is depends on the spectrum. When it decays fast, a few components hold nearly all the energy and the rest is detail
    or noise, whose loss may even help; when it is flat, every component matters about equally and compression costs
    dearly. Energy is also only one measure of information: a faint but important feature may sit in a small singular
    value.
    """,
)

challenge.question(
    "question2",
    points=3,
    rubric=[
        (1, "Costs for N samples, D features: each way is of order N D²; beyond forming AᵀA only D³ is left."),
        (1, "Forming AᵀA squares the condition number: singular values below about 1e-8 of the largest are lost."),
        (1, "Concludes with an argument, for whichever way, and says what centring changes (covariance, not AᵀA)."),
    ],
    answer="""
    With N samples in the rows and D features, N much larger than D, a thin SVD of the data takes of the order of N D²
    operations with a constant of several units. Forming AᵀA takes N D² as well, in one matrix product that runs at
    full speed and can be added up over batches of samples; its eigenvectors then take D³, which hardly counts. An SVD
    of the covariance matrix does the same work on centred data: for a symmetric positive semidefinite matrix singular
    values and eigenvalues agree, so it buys nothing over the symmetric eigenvalue solver, which uses the symmetry. The
    price of the last two is accuracy: the condition number is squared, so that in double precision singular values
    below about 1e-8 of the largest drown in rounding, whereas the SVD of the data resolves them down to 1e-16. If only
    the leading components of a large data set matter, AᵀA is the better bargain; if small ones matter, or the data are
    badly scaled, the SVD of the data is.
    """,
)
