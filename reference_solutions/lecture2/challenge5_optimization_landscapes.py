"""Challenge 5: optimization landscapes, convex and not (book exercise 3.2.1)."""

import numpy as np

from autograder.exercise import Challenge, Given
from autograder.oracle import Unusable, entry
from autograder.plain import Handle, Source
from autograder.tolerance import NoComplaints, SamePartition, Tolerance, as_array

challenge = Challenge(
    "challenge5_optimization_landscapes", assignment="lecture2", title="Optimization landscapes", book="3.2.1"
)

GRADIENT = Tolerance(
    rtol=1e-4, why="float32 and finite differences err by 1e-5 at most; a lost factor or term errs by 1e-2 at least"
)
ZERO_GRADIENT = Tolerance(atol=1e-4, why="at a minimizer float32 leaves about 1e-6; a gradient elsewhere has order 1")
TRAJECTORY = Tolerance(
    rtol=1e-4, why="float32 steps err by about 1e-6 after a hundred; a wrong step errs by 1e-2 at least"
)
STEP = Tolerance(rtol=1e-4, why="float32 eigenvalues err by about 1e-6; a forgotten factor errs by order 1")


@challenge.supplies
def course_data(rng):
    """Fifty noisy samples (x, y) of a parabola on [-2, 2]: two arrays (50,)."""
    x = np.linspace(-2, 2, 50)
    return x, 0.5 - x + 0.8 * x**2 + 0.2 * rng.standard_normal(50)


@challenge.supplies
def design_matrix(x):
    """The columns 1, x, x²: an array (N, 3)."""
    return np.column_stack([np.ones_like(x), x, x**2])


@challenge.supplies
def unpack(theta):
    """W1, b1, W2 of length H each, and the number b2, from theta (3H+1,)."""
    H = (len(theta) - 1) // 3
    return theta[:H], theta[H : 2 * H], theta[2 * H : 3 * H], theta[3 * H]


@challenge.supplies
def network_loss(theta, x, y):
    """Half the mean squared error of f(x) = W2·tanh(W1 x + b1) + b2 on the samples x, y (N,)."""
    W1, b1, W2, b2 = unpack(theta)
    f = np.tanh(np.outer(x, W1) + b1) @ W2 + b2
    return 0.5 * np.mean((f - y) ** 2)


# --- quadratic_gradient ---------------------------------------------------------------------------------------------


@challenge.exercise(points=3, tolerance=GRADIENT)
def quadratic_gradient(w, X, y):
    """Gradient with respect to w of the convex loss L(w) = ½ mean((X w − y)²).

    w: array (p,); X: array (N, p); y: array (N,). Returns an array (p,).
    """
    return X.T @ (X @ w - y) / len(y)


@quadratic_gradient.case(public=True)
def course_fit(rng):
    x, y = course_data(rng)
    return rng.standard_normal(3), design_matrix(x), y


@quadratic_gradient.case(public=True)
def five_samples(rng):
    return rng.standard_normal(2), rng.standard_normal((5, 2)), rng.standard_normal(5)


@quadratic_gradient.case
def many_samples(rng):
    return rng.standard_normal(4), rng.standard_normal((300, 4)), rng.standard_normal(300)


@quadratic_gradient.case
def more_parameters_than_samples(rng):
    return rng.standard_normal(9), rng.standard_normal((4, 9)), rng.standard_normal(4)


@quadratic_gradient.case
def one_parameter(rng):
    return rng.standard_normal(1), rng.standard_normal((7, 1)), rng.standard_normal(7)


@quadratic_gradient.case
def one_sample(rng):
    return 1 + rng.random(3), 1 + rng.random((1, 3)), -1 - rng.random(1)


@quadratic_gradient.case
def equal_columns(rng):
    column = rng.standard_normal((6, 1))
    return rng.standard_normal(3), np.repeat(column, 3, axis=1), rng.standard_normal(6)


@quadratic_gradient.case(compare=ZERO_GRADIENT)
def at_an_exact_minimizer(rng):
    w, X = rng.integers(-4, 5, 3).astype(float), rng.integers(-3, 4, (6, 3)).astype(float)
    X[0] = 1.0, 2.0, 3.0
    return w, X, X @ w


@quadratic_gradient.case
def large_and_small_columns(rng):
    return rng.standard_normal(2), rng.standard_normal((8, 2)) * [1e4, 1e-3], 1e4 * rng.standard_normal(8)


@quadratic_gradient.mistake("The mean over the samples is missing: this gradient is N times too long.")
def summed_over_samples(w, X, y):
    return X.T @ (X @ w - y)


@quadratic_gradient.mistake("Twice too long: the ½ in the loss cancels the 2 that the square brings down.")
def forgot_the_half(w, X, y):
    return 2 * X.T @ (X @ w - y) / len(y)


@quadratic_gradient.mistake("The sign is the other way round: the residual is X w − y.")
def pointed_downhill(w, X, y):
    return X.T @ (y - X @ w) / len(y)


@quadratic_gradient.mistake("You divided by the number of parameters; the mean is over the N samples.")
def divided_by_parameters(w, X, y):
    return X.T @ (X @ w - y) / len(w)


@quadratic_gradient.mistake("The targets y are missing: differentiate the residual X w − y, not X w.")
def forgot_the_targets(w, X, y):
    return X.T @ (X @ w) / len(y)


# --- network_gradient -----------------------------------------------------------------------------------------------


@challenge.exercise(points=5, tolerance=GRADIENT)
def network_gradient(theta, x, y):
    """Gradient with respect to theta of the network's loss ½ mean((f(x) − y)²), f(x) = W2·tanh(W1 x + b1) + b2.

    theta: array (3H+1,), packed as [W1 (H), b1 (H), W2 (H), b2 (1)]; x, y: arrays (N,).
    Returns an array (3H+1,), packed in the same order.
    """
    H = (len(theta) - 1) // 3
    W1, b1, W2, b2 = theta[:H], theta[H : 2 * H], theta[2 * H : 3 * H], theta[3 * H]
    a = np.tanh(np.outer(x, W1) + b1)  # (N, H)
    residual = (a @ W2 + b2 - y) / len(x)  # (N,)
    delta = np.outer(residual, W2) * (1 - a**2)  # (N, H): the loss's sensitivity to each tanh's argument
    return np.concatenate([x @ delta, delta.sum(axis=0), residual @ a, [residual.sum()]])


@network_gradient.case(public=True)
def three_units(rng):
    return rng.standard_normal(10), *course_data(rng)


@network_gradient.case(public=True)
def one_unit(rng):
    return 0.5 + rng.random(4), rng.standard_normal(6), rng.standard_normal(6)


@network_gradient.case
def eight_units(rng):
    return rng.standard_normal(25), *course_data(rng)


@network_gradient.case
def one_unit_on_many_samples(rng):
    return 0.5 + rng.random(4), rng.standard_normal(200), rng.standard_normal(200)


@network_gradient.case
def single_sample(rng):
    return rng.standard_normal(13), 1 + rng.random(1), 3 + rng.random(1)


@network_gradient.case
def unsorted_samples_far_out(rng):
    return 0.3 * rng.standard_normal(16), 5 * rng.standard_normal(40), 10 * rng.standard_normal(40)


@network_gradient.case
def saturated_units(rng):
    theta = rng.standard_normal(13)
    theta[:8] *= 20
    return theta, *course_data(rng)


@network_gradient.case
def all_parameters_zero(rng):
    return np.zeros(10), *course_data(rng)


@network_gradient.case
def more_units_than_samples(rng):
    return rng.standard_normal(61), rng.standard_normal(5), rng.standard_normal(5)


def backward(theta, x, y, slope=lambda z: 1 - np.tanh(z) ** 2):
    """The four blocks of the gradient, with ``slope`` for the derivative of tanh; the mistakes alter them."""
    W1, b1, W2, b2 = unpack(theta)
    z = np.outer(x, W1) + b1
    residual = (np.tanh(z) @ W2 + b2 - y) / len(x)
    delta = np.outer(residual, W2) * slope(z)
    return [x @ delta, delta.sum(axis=0), residual @ np.tanh(z), residual.sum(keepdims=True)]


@network_gradient.mistake("The mean over the samples is missing: this gradient is N times too long.")
def summed_the_samples(theta, x, y):
    return np.concatenate(backward(theta, x, y)) * len(x)


@network_gradient.mistake("Twice too long: the ½ in the loss cancels the 2 that the square brings down.")
def doubled(theta, x, y):
    return 2 * np.concatenate(backward(theta, x, y))


@network_gradient.mistake("The sign is the other way round: the residual is f(x) − y.")
def downhill(theta, x, y):
    return -np.concatenate(backward(theta, x, y))


@network_gradient.mistake("W1 and b1 lie inside tanh, so its derivative is a factor of their gradients.")
def forgot_the_slope_of_tanh(theta, x, y):
    return np.concatenate(backward(theta, x, y, slope=np.ones_like))


@network_gradient.mistake("tanh'(z) = 1 − tanh(z)²: you used 1 − z², the square of the argument.")
def slope_from_the_argument(theta, x, y):
    return np.concatenate(backward(theta, x, y, slope=lambda z: 1 - z**2))


@network_gradient.mistake("The gradient with respect to W1 lacks the factor x, so that it equals the one for b1.")
def forgot_the_input(theta, x, y):
    _, g_b1, g_W2, g_b2 = backward(theta, x, y)
    return np.concatenate([g_b1, g_b1, g_W2, g_b2])


@network_gradient.mistake("The factor W2 is missing: the error reaches W1 and b1 through the output weights.")
def forgot_the_output_weights(theta, x, y):
    W1, b1, W2, b2 = unpack(theta)
    _, _, g_W2, g_b2 = backward(theta, x, y)
    delta = (np.tanh(np.outer(x, W1) + b1) @ W2 + b2 - y)[:, None] / len(x) * (1 - np.tanh(np.outer(x, W1) + b1) ** 2)
    return np.concatenate([x @ delta, delta.sum(axis=0), g_W2, g_b2])


@network_gradient.mistake("The blocks come in another order: the packing is W1, b1, W2, b2.")
def packed_in_another_order(theta, x, y):
    g_W1, g_b1, g_W2, g_b2 = backward(theta, x, y)
    return np.concatenate([g_W1, g_W2, g_b1, g_b2])


@network_gradient.mistake("The last entry, the derivative with respect to b2, is missing or zero.")
def no_output_bias(theta, x, y):
    return np.concatenate([*backward(theta, x, y)[:3], [0.0]])


# --- gradient_descent -----------------------------------------------------------------------------------------------

# each text defines `gradient`, which takes a point as array, list or tensor
BOWL = "def gradient(w):\n    return A @ (np.asarray(w, dtype=float) - centre)\n"
WELLS = "def gradient(w):\n    w = np.asarray(w, dtype=float)\n    return w**3 - w + tilt\n"
VALLEY = """
def gradient(w):
    a, b = np.asarray(w, dtype=float)
    return np.array([a - 1 - 4 * a * (b - a**2), 2 * (b - a**2)])
"""


def bowl(rng, eigenvalues):
    """The gradient of a quadratic whose Hessian has these eigenvalues, in random directions."""
    p = len(eigenvalues)
    Q = np.linalg.qr(rng.standard_normal((p, p)))[0]
    return Source(BOWL, "gradient", {"A": (Q * eigenvalues) @ Q.T, "centre": rng.standard_normal(p)})


def wells(rng, p):
    """The gradient of p double wells side by side, tilted a little."""
    return Source(WELLS, "gradient", {"tilt": rng.uniform(-0.1, 0.1, p)})


@challenge.exercise(points=4, tolerance=TRAJECTORY)
def gradient_descent(gradient, w0, lr, steps):
    """Gradient descent with a constant learning rate: the whole trajectory.

    gradient: a callable, gradient(w) is an array (p,); w0: array (p,), the starting point; lr: the learning rate;
    steps: the number of steps. Returns an array (steps+1, p) whose first row is w0. w0 itself must stay as it is.
    """
    trajectory = [w0]
    for _ in range(steps):
        w = trajectory[-1]
        trajectory.append(w - lr * gradient(w))
    return np.array(trajectory)


@gradient_descent.case(public=True)
def round_bowl(rng):
    return bowl(rng, [1.0, 1.5, 2.0]), 3 * rng.standard_normal(3), 0.2, 12


@gradient_descent.case(public=True)
def one_dimension(rng):
    return wells(rng, 1), np.array([2.0]), 0.1, 8


@gradient_descent.case
def long_bowl(rng):
    return bowl(rng, [0.1, 0.5, 1.0, 2.0, 5.0, 9.0]), 3 * rng.standard_normal(6), 0.15, 120


@gradient_descent.case
def several_wells(rng):
    return wells(rng, 4), rng.choice([-1, 1], 4) * rng.uniform(0.4, 1.9, 4), 0.1, 40


@gradient_descent.case
def curved_valley(rng):
    return Source(VALLEY, "gradient"), rng.uniform(-1, 1, 2), 0.05, 60


@gradient_descent.case
def overshooting(rng):
    return bowl(rng, [1.0, 4.0]), 3 * rng.standard_normal(2), 0.45, 15


@gradient_descent.case
def diverging(rng):
    return bowl(rng, [1.0, 4.0]), 3 * rng.standard_normal(2), 0.55, 20


@gradient_descent.case
def a_single_step(rng):
    return bowl(rng, [1.0, 2.0]), 3 * rng.standard_normal(2), 0.3, 1


@gradient_descent.case
def no_step_at_all(rng):
    return bowl(rng, [1.0, 2.0]), 3 * rng.standard_normal(2), 0.3, 0


@gradient_descent.mistake("The first row must be the starting point w0: steps + 1 rows in all.")
def left_the_start_out(gradient, w0, lr, steps):
    return gradient_descent.reference(gradient, w0, lr, steps)[1:]


@gradient_descent.mistake("One step too few: w0 and then `steps` steps make steps + 1 rows.")
def one_step_too_few(gradient, w0, lr, steps):
    return gradient_descent.reference(gradient, w0, lr, steps - 1)


@gradient_descent.mistake("You move uphill: descent subtracts the gradient.")
def climbed(gradient, w0, lr, steps):
    return gradient_descent.reference(gradient, w0, -lr, steps)


@gradient_descent.mistake("The gradient is taken at w0 in every step; take it at the current point.")
def gradient_at_the_start_only(gradient, w0, lr, steps):
    return np.array([w0 - t * lr * gradient(w0) for t in range(steps + 1)])


@gradient_descent.mistake("All rows are equal: you stored one array again and again while it changed; store copies.")
def stored_one_array(gradient, w0, lr, steps):
    return np.tile(gradient_descent.reference(gradient, w0, lr, steps)[-1], (steps + 1, 1))


@gradient_descent.mistake("Only the last point came back: the whole trajectory is asked for.")
def only_the_end(gradient, w0, lr, steps):
    return gradient_descent.reference(gradient, w0, lr, steps)[-1]


@gradient_descent.mistake("`w -= …` also moved w0, which belongs to the caller: start from a copy.")
def moved_w0(gradient, w0, lr, steps):
    trajectory = gradient_descent.reference(gradient, w0, lr, steps)
    w0[:] = trajectory[-1]
    return trajectory


@gradient_descent.mistake("You normalized the gradient: the length of a step is lr times the gradient's length.")
def unit_steps(gradient, w0, lr, steps):
    def direction(w):
        g = np.asarray(gradient(w))
        return g / np.linalg.norm(g)

    return gradient_descent.reference(direction, w0, lr, steps)


# --- noisy_gradient_descent -----------------------------------------------------------------------------------------


def generator(rng):
    """A numpy.random.Generator for the student's process, with a seed of its own."""
    return Source("rng = np.random.default_rng(seed)", "rng", {"seed": int(rng.integers(2**32))})


@challenge.exercise(points=3, tolerance=TRAJECTORY)
def noisy_gradient_descent(gradient, w0, lr, steps, noise, rng):
    """Gradient descent on gradients with noise: each step's gradient gets noise * rng.standard_normal(p) added.

    gradient, w0 (p,), lr, steps: as in gradient_descent; noise: the standard deviation of the noise;
    rng: a numpy.random.Generator, from which each step takes one draw of p numbers.
    Returns the trajectory, an array (steps+1, p) whose first row is w0.
    """
    trajectory = [w0]
    for _ in range(steps):
        w = trajectory[-1]
        trajectory.append(w - lr * (gradient(w) + noise * rng.standard_normal(len(w))))
    return np.array(trajectory)


@noisy_gradient_descent.case(public=True)
def noisy_bowl(rng):
    return bowl(rng, [1.0, 1.5, 2.0]), 3 * rng.standard_normal(3), 0.2, 10, 0.5, generator(rng)


@noisy_gradient_descent.case(public=True)
def without_noise(rng):
    return bowl(rng, [1.0, 2.0]), 3 * rng.standard_normal(2), 0.3, 10, 0.0, generator(rng)


@noisy_gradient_descent.case
def noisy_long_bowl(rng):
    return bowl(rng, [0.2, 1.0, 3.0, 6.0]), 2 * rng.standard_normal(4), 0.1, 80, 1.0, generator(rng)


@noisy_gradient_descent.case
def noisy_wells(rng):
    start = rng.choice([-1, 1], 3) * rng.uniform(0.7, 1.5, 3)
    return wells(rng, 3), start, 0.05, 50, 0.8, generator(rng)


@noisy_gradient_descent.case
def noisy_in_one_dimension(rng):
    return bowl(rng, [1.0]), np.array([1.0]), 0.2, 20, 0.7, generator(rng)


@noisy_gradient_descent.case
def much_noise(rng):
    return bowl(rng, [1.0, 2.0]), rng.standard_normal(2), 0.05, 30, 20.0, generator(rng)


@noisy_gradient_descent.case
def a_single_noisy_step(rng):
    return bowl(rng, [1.0, 2.0, 3.0]), rng.standard_normal(3), 0.1, 1, 2.0, generator(rng)


@noisy_gradient_descent.mistake("Your noise shifts the point itself: add it to the gradient, so that lr scales it too.")
def noise_on_the_point(gradient, w0, lr, steps, noise, rng):
    w, rows = np.array(w0), [np.array(w0)]
    for _ in range(steps):
        w = w - lr * gradient(w) + noise * rng.standard_normal(len(w))
        rows.append(w)
    return np.array(rows)


@noisy_gradient_descent.mistake("One number for all parameters: draw p numbers in each step, one for each.")
def one_number_a_step(gradient, w0, lr, steps, noise, rng):
    w, rows = np.array(w0), [np.array(w0)]
    for _ in range(steps):
        w = w - lr * (gradient(w) + noise * rng.standard_normal())
        rows.append(w)
    return np.array(rows)


@noisy_gradient_descent.mistake("The noise is drawn once and used again in every step: draw anew each time.")
def drawn_once(gradient, w0, lr, steps, noise, rng):
    shift = noise * rng.standard_normal(len(w0))
    return gradient_descent.reference(lambda w: gradient(w) + shift, w0, lr, steps)


@noisy_gradient_descent.mistake("The factor `noise` is missing: standard_normal has standard deviation 1.")
def unscaled(gradient, w0, lr, steps, noise, rng):
    return noisy_gradient_descent.reference(gradient, w0, lr, steps, 1.0, rng)


@noisy_gradient_descent.mistake("The noise is drawn from [0, 1), so that it has a mean: use rng.standard_normal.")
def uniform(gradient, w0, lr, steps, noise, rng):
    return gradient_descent.reference(lambda w: gradient(w) + noise * rng.random(len(w)), w0, lr, steps)


@noisy_gradient_descent.mistake("The noise is subtracted from the gradient; it is to be added.")
def subtracted(gradient, w0, lr, steps, noise, rng):
    return noisy_gradient_descent.reference(gradient, w0, lr, steps, -noise, rng)


@noisy_gradient_descent.mistake("There is no noise in this trajectory.")
def no_noise(gradient, w0, lr, steps, noise, rng):
    return gradient_descent.reference(gradient, w0, lr, steps)


@noisy_gradient_descent.symptom("Noise of the right size, but from another generator: draw it from `rng`.")
def from_another_generator(answer, expected, gradient, w0, lr, steps, noise, rng):
    answer = np.asarray(answer, dtype=float)
    if answer.shape != np.shape(expected) or noise == 0:
        return False
    slopes = np.array([gradient.build()(w) for w in answer[:-1]])
    draws = (-np.diff(answer, axis=0) / lr - slopes) / noise
    enough = draws.size >= 20
    return bool(enough and 0.4 < np.mean(draws**2) < 2 and abs(np.mean(draws)) < 0.5)


# --- largest_stable_step --------------------------------------------------------------------------------------------


@challenge.exercise(points=2, tolerance=STEP)
def largest_stable_step(X):
    """The supremum of the learning rates for which gradient descent on the convex loss ½ mean((X w − y)²) converges
    to a minimizer from every starting point.

    X: array (N, p). Returns a float; infinity (np.inf) for X = 0.
    """
    largest = np.linalg.eigvalsh(X.T @ X / len(X))[-1]
    return 2 / largest if largest > 0 else np.inf


@largest_stable_step.case(public=True)
def course_design(rng):
    return (design_matrix(np.linspace(-2, 2, 50)),)


@largest_stable_step.case(public=True)
def random_design(rng):
    return (rng.standard_normal((8, 2)),)


@largest_stable_step.case
def larger_random_design(rng):
    return (rng.standard_normal((40, 5)),)


@largest_stable_step.case
def wide_design(rng):
    return (rng.standard_normal((3, 8)),)


@largest_stable_step.case
def one_column(rng):
    return (rng.standard_normal((9, 1)),)


@largest_stable_step.case
def one_row(rng):
    return (1 + rng.random((1, 4)),)


@largest_stable_step.case
def rank_one_design(rng):
    return (np.outer(1 + rng.random(6), rng.standard_normal(3)),)


@largest_stable_step.case
def large_entries(rng):
    return (1e3 * rng.standard_normal((10, 3)),)


@largest_stable_step.case
def small_entries(rng):
    return (1e-3 * rng.standard_normal((10, 3)),)


@largest_stable_step.case
def zero_design(rng):
    return (np.zeros((5, 3)),)


def stable_step(numerator, curvature):
    return numerator / curvature if curvature > 0 else np.inf


@largest_stable_step.mistake("This step solves the steepest direction at once; up to twice as far still converges.")
def one_over_the_curvature(X):
    return stable_step(1, np.linalg.norm(X, 2) ** 2 / len(X))


@largest_stable_step.mistake("The loss is a mean: its second derivative is XᵀX / N, and you left N out.")
def forgot_the_mean(X):
    return stable_step(2, np.linalg.norm(X, 2) ** 2)


@largest_stable_step.mistake("The curvature is the square of the largest singular value, over N: you did not square.")
def not_squared(X):
    return stable_step(2, np.linalg.norm(X, 2) / len(X))


@largest_stable_step.mistake("The flattest direction sets the speed, the steepest one the limit.")
def smallest_eigenvalue(X):
    return stable_step(2, np.linalg.eigvalsh(X.T @ X / len(X))[0])


@largest_stable_step.mistake("The trace (or Frobenius norm) adds all curvatures up; only the largest one matters.")
def sum_of_curvatures(X):
    return stable_step(2, np.sum(X**2) / len(X))


@largest_stable_step.mistake("For X = 0 every learning rate will do: return np.inf.")
def nothing_for_a_zero_design(X):
    return 2 * len(X) / np.linalg.norm(X, 2) ** 2 if X.any() else 0.0


# --- basin_labels ---------------------------------------------------------------------------------------------------


@challenge.exercise(points=2, tolerance=SamePartition())
def basin_labels(endpoints, tol):
    """Labels of the basins in which runs from several starts ended.

    endpoints: array (n, p), one endpoint a row; tol: a distance. Two endpoints get the same label exactly where a chain
    of endpoints connects them whose neighbours are closer than tol (Euclidean distance).
    Returns n integers; which integers is up to you.
    """
    labels = np.arange(len(endpoints))
    for i, endpoint in enumerate(endpoints):
        near = np.linalg.norm(endpoints[:i] - endpoint, axis=1) < tol
        labels[np.isin(labels, labels[:i][near])] = i  # everything that endpoint i touches becomes one basin
    return labels


def around(rng, centres, tol, each):
    """``each`` endpoints around each centre, well within tol of another, in random order."""
    centres = np.repeat(np.asarray(centres, dtype=float), each, axis=0)
    p = centres.shape[1]
    return rng.permutation(centres + rng.uniform(-1, 1, centres.shape) * 0.3 * tol / np.sqrt(p))


@basin_labels.case(public=True)
def two_basins(rng):
    return around(rng, [[-1, 0.5], [1, 0.5]], 0.1, 4), 0.1


@basin_labels.case(public=True)
def chain_of_three(rng):
    return np.array([[0.0, 0.0], [0.14, 0.0], [0.07, 0.0], [1.0, 0.0]]), 0.1


@basin_labels.case
def five_basins_in_many_dimensions(rng):
    return around(rng, 4 * rng.standard_normal((5, 30)), 0.5, 8), 0.5


@basin_labels.case
def one_dimensional(rng):
    return around(rng, [[-2], [-1], [0], [2]], 0.2, 3), 0.2


@basin_labels.case
def two_long_chains(rng):
    tol = 0.05
    along = 0.6 * tol * np.arange(12)
    chains = np.concatenate([np.column_stack([along, 0 * along]), np.column_stack([along, 0 * along + 3 * tol])])
    return rng.permutation(chains), tol


@basin_labels.case
def bridged_by_the_last(rng):
    tol = 0.2
    sides = np.array([[0.0, 0.0], [0.1, 0.02], [0.34, 0.0], [0.44, 0.03], [3.0, 0.0]])
    return np.concatenate([sides[rng.permutation(5)], [[0.22, 0.01]]]), tol


@basin_labels.case
def diagonal_neighbours(rng):
    tol = float(rng.uniform(0.2, 0.4))
    apart = np.array([[0, 0], [0.8, 0.8], [-0.8, 0.85]]) * tol
    together = np.array([[5, 5], [5.6, 5.6], [5, 6.2]]) * tol
    return rng.permutation(np.concatenate([apart, together])), tol


@basin_labels.case
def small_distances(rng):
    tol = 0.01
    grid = np.stack(np.meshgrid(np.arange(4), np.arange(3)), axis=-1).reshape(-1, 2) * 3 * tol
    return rng.permutation(np.concatenate([grid, grid[:5]])), tol


@basin_labels.case
def large_distances(rng):
    return rng.permutation(around(rng, [[0, 0, 0], [12, 0, 0], [0, 0, 13]], 5.0, 4)), 5.0


@basin_labels.case(weight=0.5)
def single_endpoint(rng):
    return rng.standard_normal((1, 3)), 0.1


def grouped(closer):
    """Labels by connected components of the relation closer[i, j]."""
    reach = np.linalg.matrix_power((closer | np.eye(len(closer), dtype=bool)).astype(float), 64) > 0
    return reach.argmax(axis=1)


def differences(endpoints):
    return endpoints[:, None] - endpoints[None]


@basin_labels.mistake("You compare with one member of each group only: an endpoint near any member belongs to it.")
def compared_with_the_first_member(endpoints, tol):
    first, labels = [], []
    for endpoint in endpoints:
        near = [k for k, other in enumerate(first) if np.linalg.norm(endpoint - other) < tol]
        if not near:
            first.append(endpoint)
        labels.append(near[0] if near else len(first) - 1)
    return np.array(labels)


@basin_labels.mistake("An endpoint that is near two groups makes them one: relabel the second group too.")
def never_merged_groups(endpoints, tol):
    labels = []
    for i, endpoint in enumerate(endpoints):
        near = [labels[j] for j in range(i) if np.linalg.norm(endpoint - endpoints[j]) < tol]
        labels.append(min(near) if near else max(labels, default=-1) + 1)
    return np.array(labels)


@basin_labels.mistake("You compared each coordinate with tol: the distance is the root of the sum of squares.")
def largest_coordinate(endpoints, tol):
    return grouped(np.abs(differences(endpoints)).max(axis=-1) < tol)


@basin_labels.mistake("You summed the coordinates' differences: the distance is the root of the sum of squares.")
def sum_of_coordinates(endpoints, tol):
    return grouped(np.abs(differences(endpoints)).sum(axis=-1) < tol)


@basin_labels.mistake("The squared distance was compared with tol: take the root, or compare with tol squared.")
def squared_distance(endpoints, tol):
    return grouped((differences(endpoints) ** 2).sum(axis=-1) < tol)


@basin_labels.mistake("Rounding to a grid of width tol parts neighbours that lie on two sides of a grid line.")
def rounded_to_a_grid(endpoints, tol):
    return np.unique(np.round(endpoints / tol), axis=0, return_inverse=True)[1].reshape(-1)


@basin_labels.mistake("Only successive endpoints are compared; the runs come in no particular order.")
def compared_with_the_previous(endpoints, tol):
    steps = np.linalg.norm(np.diff(endpoints, axis=0), axis=1) >= tol
    return np.concatenate([[0], np.cumsum(steps)])


# --- plot_trajectories ----------------------------------------------------------------------------------------------


def complaints_about(student, loss, trajectories, xlim, ylim, keep_picture):
    """What is wrong with the plot, judged from the Axes' own contents: {short name: sentence}, {} for a right one.

    Only the contents are read in the student's process. The loss along each contour line is worked out here, from
    `losses` in the text of ``loss``: a vertex is right where the loss takes the level's value within ``reach`` of it,
    and a 30 x 30 grid has its nodes closer than that.
    """
    open_figures = """
import sys

def open_figures():
    pyplot = sys.modules.get("matplotlib.pyplot")
    return list(pyplot.get_fignums()) if pyplot else []
"""
    close_figures = """
import sys

def close_figures(axes, keep):
    pyplot = sys.modules.get("matplotlib.pyplot")
    whole = getattr(getattr(axes, "figure", None), "figure", None)  # of a part of a figure, too
    for number in pyplot.get_fignums() if pyplot else []:
        if number not in keep or number == getattr(whole, "number", None):
            pyplot.close(number)
"""
    contents_of = """
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.contour import ContourSet

GAP = np.full((1, 2), np.nan)

def level_curves(contour):
    vertices = [path.vertices for path in contour.get_paths()]
    corners = np.concatenate([np.empty((0, 2)), *vertices])
    if not contour.filled or not len(corners):
        return vertices
    # a level is what two neighbouring layers share, up to rounding and apart from the border of the filled region
    low, high = corners.min(axis=0), corners.max(axis=0)
    inner = [v[((low < v) & (v < high)).all(axis=1)] for v in vertices]
    named = [np.round((v - low) / (high - low) * 1e8) @ [1, 1j] for v in inner]
    return [v[np.isin(a, b)] for v, a, b in zip(inner, named, named[1:])]

def contents_of(axes):
    if not isinstance(axes, Axes):
        return None
    lines, points, curves = [GAP], [GAP], [np.empty((0, 4))]
    for line in axes.get_lines():
        if line.get_visible():
            lines += [line.get_xydata(), GAP]
    for number, collection in enumerate(axes.collections):
        if not collection.get_visible():
            continue
        if isinstance(collection, ContourSet):
            for level, curve in enumerate(level_curves(collection)):
                thin = curve[:: 1 + len(curve) // 500]
                curves.append(np.column_stack([np.tile([number, level], (len(thin), 1)), thin]))
        elif isinstance(collection, LineCollection):
            for path in collection.get_paths():
                lines += [path.vertices, GAP]
        elif isinstance(collection, PathCollection):
            points.append(np.ma.filled(np.ma.asarray(collection.get_offsets(), dtype=float), np.nan))
    return {"lines": np.concatenate(lines), "points": np.concatenate(points), "curves": np.concatenate(curves)}
"""
    origin, size = np.array([xlim[0], ylim[0]]), np.array([xlim[1] - xlim[0], ylim[1] - ylim[0]])
    losses = Source(loss.code, "losses", loss.constants).build()
    reach = 1 / 29

    def loss_at(places):  # (…, 2) in units of the box -> (…)
        return losses(origin + size * places.reshape(-1, 2)).reshape(places.shape[:-1])

    def table(name, columns, rows):
        array = as_array(entry(contents, name))
        if array.ndim != 2 or array.shape[1] != columns or array.dtype.kind not in "iuf":
            raise Unusable("the contents of the Axes cannot be read")
        return array[:rows].astype(float)

    def along(curve, turned):
        """The loss's value on a curve, how much it varies within reach, and the share of vertices that can have it."""
        some = curve[:: 1 + len(curve) // 100]
        stencil = reach * np.stack(np.meshgrid([0.0, -1.0, 1.0], [0.0, -1.0, 1.0]), axis=-1).reshape(-1, 1, 2)
        values = loss_at((some + stencil)[..., ::-1] if turned else some + stencil)
        level = np.median(values[0])
        low, high = values.min(axis=0), values.max(axis=0)
        return level, np.median(high - low), np.mean((low <= level) & (level <= high))

    def follows_the_loss(curves, turned=False):
        """The loss's value on each curve where the curves are its level sets, in order; None where they are not."""
        levels, variation, shares = np.transpose([along(curve, turned) for curve in curves])
        steps = np.subtract.outer(levels, levels)
        # only levels further apart than the grid can blur have an order to respect
        resolved = np.tril(np.abs(steps) > np.maximum.outer(variation, variation))
        in_order = abs(np.sign(steps[resolved]).sum()) >= 0.9 * resolved.sum()
        counts = [min(len(curve), 100) for curve in curves]
        return levels if in_order and np.average(shares, weights=counts) >= 0.9 else None

    def share_present(curves, levels):
        """How much of the loss's level sets in the box (a margin apart) has a vertex of the curve nearby."""
        ticks, cells = np.linspace(0.05, 0.95, 46), 25
        places = np.stack(np.meshgrid(ticks, ticks), axis=-1)
        values = loss_at(places)
        there, wanted = 0, 0
        for curve, level in zip(curves, levels, strict=True):
            near = np.zeros((cells + 4, cells + 4), dtype=bool)
            for shift in np.ndindex(3, 3):
                column, row = (np.floor(curve * cells).astype(int) + np.array(shift) + 1).T
                near[row, column] = True
            above = values > level
            for crossed, place in [
                (above[1:] != above[:-1], (places[1:] + places[:-1]) / 2),
                (above[:, 1:] != above[:, :-1], (places[:, 1:] + places[:, :-1]) / 2),
            ]:
                column, row = (np.floor(place[crossed] * cells).astype(int) + 2).T
                there, wanted = there + near[row, column].sum(), wanted + crossed.sum()
        return there / wanted if wanted else 1.0

    def complaint_about_contours():
        found, levels_drawn = set(), 0
        rows = every = table("curves", 4, rows=200_000)
        places = (rows[:, 2:] - origin) / size
        inside = ((places > -0.03) & (places < 1.03)).all(axis=1) & np.isfinite(rows).all(axis=1)
        rows, places = rows[inside], places[inside]
        if len(np.unique(rows[:, :2], axis=0)) > 2000:
            raise Unusable("there are more than 2000 contour levels")
        for number in np.unique(rows[:, 0]):
            mine = rows[:, 0] == number
            drawn = [places[mine & (rows[:, 1] == level)] for level in np.unique(rows[mine, 1])]
            levels = follows_the_loss(drawn)
            if levels is None:
                found.add("transposed" if follows_the_loss(drawn, turned=True) is not None else "other_levels")
            elif share_present(drawn, levels) < 0.95:
                found.add("not_covering")
            else:
                levels_drawn += len(np.unique(every[every[:, 0] == number, 1]))  # a larger box may hold most of them
        if levels_drawn >= 2:
            return {}
        for name, sentence in {
            "not_covering": "the contours do not cover all of xlim × ylim",
            "transposed": "the contours are those of the loss with the two coordinates exchanged",
            "other_levels": "the loss is not constant along the contours",
        }.items():
            if name in found:
                return {name: sentence}
        return {"no_contours": "there are no contours of the loss in xlim × ylim (at least two levels are expected)"}

    def complaint_about_trajectories():
        rows = table("lines", 2, rows=20_000)
        pieces = [part[1:] for part in np.split(rows, np.flatnonzero(~np.isfinite(rows).all(axis=1)))[1:]]
        points = table("points", 2, rows=20_000)
        close = 1e-4 * size.min()

        def whole(trajectory):
            """Whether one line, or several that each run along a part of it, go through all of its steps."""
            drawn = np.zeros(len(trajectory) - 1, dtype=bool)
            for piece in pieces:
                length = len(piece)
                if 2 <= length <= len(trajectory):
                    near = np.abs(trajectory[: len(trajectory) - length + 1] - piece[0]).max(axis=1) < close
                    for start in np.flatnonzero(near):
                        if np.abs(trajectory[start : start + length] - piece).max() < close:
                            drawn[start : start + length - 1] = True
            return drawn.all()

        def on(trajectory, vertices):
            if not len(vertices):
                return np.zeros(len(trajectory), dtype=bool)
            return np.array([np.abs(vertices - point).max(axis=1).min() < close for point in trajectory])

        missing = [i for i, trajectory in enumerate(trajectories) if not whole(trajectory)]
        if not missing:
            return {}
        numbers = ", ".join(str(i + 1) for i in missing)
        which = f"trajector{'y' if len(missing) == 1 else 'ies'} {numbers} of {len(trajectories)}:"
        if all(whole(trajectories[i][:, ::-1]) for i in missing):
            return {"exchanged": f"{which} drawn with the two coordinates exchanged"}
        if all(on(trajectories[i], points[np.isfinite(points).all(axis=1)]).all() for i in missing):
            return {"scattered": f"{which} drawn as points without a line"}
        met = [on(trajectories[i], rows[np.isfinite(rows).all(axis=1)]) for i in missing]
        if all(some.all() for some in met):
            return {"not_apart": f"{which} no line of its own joins the points in order"}
        if all(some.sum() >= 2 for some in met):
            return {"partly": f"{which} drawn only in part"}
        name = "none_drawn" if len(missing) == len(trajectories) else "some_drawn"
        return {name: f"{which} not among the lines"}

    figures_before = student.call(Source(open_figures, "open_figures"))
    axes = student.call("plot_trajectories", loss, trajectories, xlim, ylim)
    contents = student.call(Source(contents_of, "contents_of"), axes) if isinstance(axes, Handle) else None
    if keep_picture and contents is not None:
        student.picture(axes)
    student.call(Source(close_figures, "close_figures"), axes, figures_before)
    if contents is None:
        kind = "None" if axes is None else axes.type_name if isinstance(axes, Handle) else type(axes).__name__
        return {f"returned {kind}": f"a matplotlib Axes should be returned, and this is of type {kind}"}
    with np.errstate(all="ignore"):
        return {**complaint_about_contours(), **complaint_about_trajectories()}


ONE_POINT = """
def loss(w):
    w = np.asarray(w, dtype=float)
    if w.shape != (2,):
        raise ValueError(f"loss takes one point of shape (2,), not an array of shape {w.shape}")
    return float(losses(w[None])[0])
"""
LINEAR_FIT = "def losses(points):\n    return 0.5 * np.mean((points @ X.T - y) ** 2, axis=1)\n" + ONE_POINT
NETWORK_FIT = """
def losses(points):
    f = points[:, 1:] * np.tanh(points[:, :1] * x + shift)
    return 0.5 * np.mean((f - y) ** 2, axis=1)
""" + ONE_POINT
# positive everywhere, as a squared error is, so that its logarithm can be drawn
TWO_WELLS = """
def losses(points):
    a, b = ((points - centre) / scale).T
    return (a**2 - 1) ** 2 + 0.3 * a + 2 * (b - 0.4 * a) ** 2 + 0.5
""" + ONE_POINT


def landscape(code, starts, lr, steps, xlim, ylim, *, keep_picture=False, **constants):
    """A case: the loss of ``code``, descents on it from ``starts``, and the box; there is nothing to complain of."""
    loss = Source(code, "loss", constants)
    losses = Source(code, "losses", constants).build()
    nudge = 1e-5 * np.array([xlim[1] - xlim[0], ylim[1] - ylim[0]]) * np.eye(2)

    def gradient(w):
        return (losses(w + nudge) - losses(w - nudge)) / (2 * nudge.diagonal())

    trajectories = [gradient_descent.reference(gradient, np.array(start, dtype=float), lr, steps) for start in starts]
    return Given((loss, trajectories, xlim, ylim, keep_picture), expected={})


@challenge.exercise(points=2, tolerance=NoComplaints(), measure=complaints_about)
def plot_trajectories(loss, trajectories, xlim, ylim):
    """Contour plot of the loss over xlim × ylim, with one line for each trajectory.

    loss: a callable, loss(w) is the loss at one point w (2,); trajectories: list of arrays (T, 2), T points each;
    xlim, ylim: pairs (low, high), the ranges of the first and second coordinate.
    Returns the matplotlib Axes with contours (lines or filled, of the loss or its logarithm, say) and lines.
    """
    from matplotlib.figure import Figure

    x, y = np.linspace(*xlim, 50), np.linspace(*ylim, 50)
    axes = Figure().subplots()
    axes.contour(x, y, [[loss(np.array([a, b])) for a in x] for b in y], levels=15)
    for trajectory in trajectories:
        axes.plot(trajectory[:, 0], trajectory[:, 1], ".-")
    return axes


@plot_trajectories.case(public=True)
def straight_line_fit(rng):
    x = np.linspace(-1, 3, 50)
    y = 0.5 - x + 0.2 * rng.standard_normal(50)
    starts = [(-2.5, 1.5), (3.0, 0.5)]
    return landscape(LINEAR_FIT, starts, 0.25, 15, (-3.0, 4.0), (-3.0, 2.0), X=np.stack([x**0, x], axis=1), y=y)


@plot_trajectories.case(public=True)
def two_wells(rng):
    starts = [(0.3, 1.5), (-0.4, 1.2), (1.8, -1.5)]
    return landscape(TWO_WELLS, starts, 0.04, 30, (-2.2, 2.2), (-2.0, 2.0), centre=np.zeros(2), scale=np.ones(2))


@plot_trajectories.case
def elongated_bowl(rng):
    x = rng.uniform(-2, 2, 30)
    y = 1 + 0.8 * x**2 + 0.3 * rng.standard_normal(30)
    starts = rng.uniform([-1.5, -1.5], [4.5, 2.5], (3, 2))
    X = np.stack([x**0, x**2], axis=1)
    return landscape(LINEAR_FIT, starts, 0.2, 25, (-2.0, 5.0), (-2.0, 3.0), X=X, y=y)


@plot_trajectories.case
def network_with_two_valleys(rng):
    x = np.linspace(-2, 2, 40)
    y = 1.5 * np.tanh(1.2 * x + 0.4) + 0.1 * rng.standard_normal(40)
    starts = [(0.3, 0.6), (-0.4, -0.9), (2.5, -0.5), (-2.0, 1.5)]
    return landscape(NETWORK_FIT, starts, 0.3, 40, (-3.0, 3.5), (-2.5, 3.0), x=x, y=y, shift=0.4, keep_picture=True)


@plot_trajectories.case
def starting_outside_the_box(rng):
    centre = np.array([0.0, 0.5])
    starts = [(2.6, 2.0), (-2.7, -1.0)]
    return landscape(TWO_WELLS, starts, 0.01, 45, (-1.8, 1.8), (-0.5, 1.5), centre=centre, scale=np.ones(2))


@plot_trajectories.case
def wide_box_off_the_origin(rng):
    X = np.array([[0.1, 0.0], [0.06, 1.0], [0.0, 0.3]]) + 0.02 * rng.random((3, 2))
    y = X @ np.array([60.0, -7.0]) + [0.2, -0.1, 0.3]
    starts = np.array([[35.0, -12.0], [95.0, -4.0]])
    return landscape(LINEAR_FIT, starts, 1.5, 20, (20.0, 110.0), (-15.0, -2.0), X=X, y=y)


@plot_trajectories.case
def tiny_box(rng):
    scale = np.array([0.01, 0.003])
    starts = rng.uniform(-1.5, 1.5, (2, 2)) * scale
    return landscape(TWO_WELLS, starts, 5e-7, 40, (-0.021, 0.019), (-0.005, 0.006), centre=np.zeros(2), scale=scale)


# The names of the complaints say what went wrong, so that no wrong plot has to be drawn to recognise one.


@plot_trajectories.symptom("plt.show() gives nothing back: end with `return ax`.")
def returned_nothing(complaints, expected, *case):
    return "returned None" in complaints


@plot_trajectories.symptom("You returned the Figure; the Axes is wanted, the second result of plt.subplots().")
def returned_the_figure(complaints, expected, *case):
    return "returned Figure" in complaints


@plot_trajectories.symptom("matplotlib wants Z[row, column] with rows along y: your Z is transposed.")
def transposed(complaints, expected, *case):
    return "transposed" in complaints


@plot_trajectories.symptom("Take the grid from xlim and ylim, not from fixed numbers or from the trajectories.")
def grid_of_its_own(complaints, expected, *case):
    return "not_covering" in complaints


@plot_trajectories.symptom("Evaluate the loss at every point of a grid; ax.contour or ax.contourf draws the values.")
def no_contours(complaints, expected, *case):
    return "no_contours" in complaints


@plot_trajectories.symptom("scatter draws points; join the iterates by a line with ax.plot, one call a trajectory.")
def points_only(complaints, expected, *case):
    return "scattered" in complaints


@plot_trajectories.symptom("A trajectory's first column is the horizontal coordinate, its second the vertical one.")
def exchanged_coordinates(complaints, expected, *case):
    return "exchanged" in complaints


@plot_trajectories.symptom("Does `return` stand inside the loop over the trajectories, or the plot call after it?")
def some_trajectories_only(complaints, expected, *case):
    return "some_drawn" in complaints


@plot_trajectories.symptom("Draw every point of a trajectory, first and last included, whether inside the box or not.")
def points_left_out(complaints, expected, *case):
    return "partly" in complaints


@plot_trajectories.symptom("Call ax.plot once for each trajectory: a single line through all of them joins their ends.")
def one_line_for_all(complaints, expected, *case):
    return "not_apart" in complaints


# --- written --------------------------------------------------------------------------------------------------------

challenge.question(
    "question1",
    points=2,
    rubric=[
        (1, "Convexity: XᵀX/N is positive definite, so there is one stationary point, and it is the minimizer."),
        (1, "Learning rate: small ones creep, ones near 2/λmax zigzag, larger ones diverge."),
    ],
    answer="""
    The Hessian of the loss is XᵀX/N at every point. With 50 distinct x its three columns are linearly independent,
    so it is positive definite: the loss is strictly convex, its gradient vanishes at one point only, and a descent
    that converges can end nowhere else, wherever it starts. Along an eigenvector the error is multiplied by 1 − ηλ
    in each step. For small η all these factors lie near 1: the path is smooth, follows the field of gradients and takes
    many steps along the flattest direction. Above 1/λmax the factor of the steepest direction is negative and the
    path zigzags across the valley; above 2/λmax it exceeds 1 in size and the run diverges. The best compromise is
    η = 2/(λmin + λmax), where the slowest factors at both ends are equal.
    """,
)

challenge.question(
    "question2",
    points=2,
    rubric=[
        (1, "Basins: the start decides which minimum (or plateau) is reached, and the losses there may differ."),
        (1, "Noise: drives runs off saddles and out of shallow minima, at the price of jitter at the end."),
    ],
    answer="""
    The network's loss has many stationary points: exchanging two units, or turning the signs of one, gives another
    minimum of equal loss, and others are worse. Descent goes downhill, so the starting point decides in which basin a
    run ends. Near a saddle the gradient is small and plain descent lingers; started on the saddle's stable
    manifold it never leaves. Noise has a component along the descending direction, which descent then amplifies, so
    that the saddle is left after a time that grows only like the logarithm of 1/noise. A shallow minimum, one whose
    barrier is low compared with the noise, is left sooner or later too, a deep one practically never. The same noise
    keeps a run from settling: at a constant learning rate it jitters about the minimum, with a variance
    proportional to the learning rate and to the square of the noise.
    """,
)
