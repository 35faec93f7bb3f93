"""Challenge 4: regression on the right-hand side of a differential equation (book exercise 2.2.3)."""

import numpy as np

from autograder.exercise import Challenge, Given
from autograder.tolerance import MeanRelativeError, Tolerance, array_of

challenge = Challenge("challenge4_ode_regression", assignment="lecture1", title="ODE regression", book="2.2.3")

TRAJECTORY = Tolerance(
    atol=5e-3,
    norm="max",
    why="solve_ivp errs by default by at most 2e-3 here (LSODA 4.9e-3), one Euler step a time by at least 7.5e-3",
)
FITTED = Tolerance(rtol=1e-4, why="float32 or the normal equations err by about 1e-5; another degree by more than 1e-2")
EXACT_SAMPLES = Tolerance(rtol=0.01, why="central differences err by at most 0.003, integrals by 0.0003")
SLIGHT_NOISE = MeanRelativeError(0.03, why="over 8 data sets, finite differences stay below: 0.009 in the mean")
HEAVY_NOISE = MeanRelativeError(
    0.035, why="over 20 data sets an integral fit errs by 0.018, a trajectory fit by 0.014; central differences by 0.05"
)


def exact_solution(gamma, x0, t):
    """The solution of ẋ = −γx + cos 2t with x(t[0]) = x0, at the times t."""
    forced = (gamma * np.cos(2 * t) + 2 * np.sin(2 * t)) / (gamma**2 + 4)
    return forced + (x0 - forced[0]) * np.exp(-gamma * (t - t[0]))


def draw_model(rng):
    return rng.uniform(0.5, 3), rng.uniform(1, 3)


def draw_model_for_default_solvers(rng):
    """For γ below 0.75, solve_ivp with its default settings may err by more than 5e-3."""
    return rng.uniform(0.8, 3), rng.uniform(1, 3)


# --- solve_ode ------------------------------------------------------------------------------------------------------


@challenge.exercise(points=4, tolerance=TRAJECTORY)
def solve_ode(gamma, x0, t):
    """Trajectory of dx/dt = -gamma x + cos(2t) that starts from x(t[0]) = x0.

    gamma, x0: floats; t: array (n,), n >= 2, strictly increasing times: from any start, in steps of any lengths up
    to 0.5. Returns an array (n,) of x at these times, each to 5e-3.
    """
    # variation of constants: a particular solution, and a decaying multiple of exp(-gamma t) that meets x0
    particular = (gamma * np.cos(2 * t) + 2 * np.sin(2 * t)) / (gamma**2 + 4)
    return particular + (x0 - particular[0]) * np.exp(-gamma * (t - t[0]))


def irregular_times(rng, start, steps):
    return start + np.concatenate([[0.0], np.cumsum(steps)])


solve_ode.margin = (
    "any method is allowed, so solvers at their default tolerance use a third of the bound that the contract fixes"
)


@solve_ode.case(public=True)
def fine_grid_from_zero(rng):
    return *draw_model(rng), np.linspace(0, 5, 101)


@solve_ode.case(public=True)
def coarse_irregular_times(rng):
    return 2.9, 2.5, irregular_times(rng, 1.5, rng.permutation([0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.5, 0.5]))


@solve_ode.case
def uniform_grid(rng):
    return *draw_model_for_default_solvers(rng), np.linspace(0, 5, 201)


@solve_ode.case
def late_start(rng):
    start = rng.uniform(0.6, 1.0)  # where the forcing is not what it is at zero
    return *draw_model_for_default_solvers(rng), np.linspace(start, start + 4, 81)


@solve_ode.case
def start_before_zero(rng):
    start = -rng.uniform(2.2, 2.6)
    return *draw_model_for_default_solvers(rng), np.linspace(start, start + 5, 126)


@solve_ode.case
def coarse_steps(rng):
    return rng.uniform(2.7, 3), rng.uniform(2.5, 3), np.arange(11) * 0.5


@solve_ode.case
def coarse_steps_from_elsewhere(rng):
    return rng.uniform(2.7, 3), rng.uniform(2.5, 3), rng.uniform(3.6, 4.0) + np.arange(9) * 0.5


@solve_ode.case
def steps_of_many_lengths(rng):
    steps = rng.permutation(np.concatenate([rng.uniform(0.01, 0.05, 10), rng.uniform(0.4, 0.5, 8)]))
    return rng.uniform(2, 3), rng.uniform(2, 3), irregular_times(rng, rng.uniform(-1, 0), steps)


@solve_ode.case
def steps_that_grow(rng):
    return rng.uniform(1, 2), rng.uniform(2, 3), irregular_times(rng, 0.5, np.geomspace(0.01, 0.5, 18))


@solve_ode.case
def two_times(rng):
    start = rng.uniform(1, 2)
    return rng.uniform(2.7, 3), rng.uniform(2.5, 3), np.array([start, start + 0.5])


def slope(gamma, x, t):
    return -gamma * x + np.cos(2 * t)


def runge_kutta(gamma, x0, t, h):
    """One classical Runge–Kutta step from each time in t to the next, of the lengths h."""
    x = [x0]
    for s, step in zip(t[:-1], h, strict=True):
        a = slope(gamma, x[-1], s)
        b = slope(gamma, x[-1] + step / 2 * a, s + step / 2)
        c = slope(gamma, x[-1] + step / 2 * b, s + step / 2)
        d = slope(gamma, x[-1] + step * c, s + step)
        x.append(x[-1] + step / 6 * (a + 2 * b + 2 * c + d))
    return np.array(x)


@solve_ode.mistake("Euler's method with the steps of t is too coarse: take many smaller steps between two times.")
def euler_on_the_given_times(gamma, x0, t):
    x = [x0]
    for s, step in zip(t[:-1], np.diff(t), strict=True):
        x.append(x[-1] + step * slope(gamma, x[-1], s))
    return np.array(x)


@solve_ode.mistake("One Runge–Kutta step from time to time is too coarse where they are 0.5 apart: divide long steps.")
def runge_kutta_on_the_given_times(gamma, x0, t):
    return runge_kutta(gamma, x0, t, np.diff(t))


@solve_ode.mistake("You took x0 as the value at time 0: it is the value at t[0], wherever that is.")
def started_at_time_zero(gamma, x0, t):
    return exact_solution(gamma, x0, np.concatenate([[0.0], t]))[1:]


@solve_ode.mistake("You let the clock of the forcing start at t[0]: cos 2t takes the time t itself.")
def forcing_from_the_first_time(gamma, x0, t):
    return exact_solution(gamma, x0, t - t[0])


@solve_ode.mistake("You used one step length for all: the times need not be equally far apart.")
def steps_taken_as_equal(gamma, x0, t):
    return exact_solution(gamma, x0, t[0] + (t[1] - t[0]) * np.arange(len(t)))


@solve_ode.mistake("You spread the times evenly between the first and the last: give x at the times in t.")
def times_spread_evenly(gamma, x0, t):
    return exact_solution(gamma, x0, np.linspace(t[0], t[-1], len(t)))


@solve_ode.mistake("The sign of the decay is wrong: dx/dt is −gamma x + cos 2t.")
def growth_for_decay(gamma, x0, t):
    return exact_solution(-gamma, x0, t)


@solve_ode.mistake("The forcing cos 2t is missing.")
def no_forcing(gamma, x0, t):
    return x0 * np.exp(-gamma * (t - t[0]))


# --- fit_polynomial -------------------------------------------------------------------------------------------------


@challenge.exercise(points=3, tolerance=FITTED)
def fit_polynomial(t, x, degree, t_eval):
    """Direct regression: the least-squares polynomial of the given degree through (t, x), evaluated at t_eval.

    t, x: arrays (n,), the times possibly repeated and in any order; degree: int, less than the number of distinct
    times; t_eval: array (k,), in any order. Returns an array (k,).
    """
    return np.polynomial.Polynomial.fit(t, x, degree)(t_eval)


def noisy_samples(rng, n, sigma=0.05):
    t = np.linspace(0, 5, n)
    return t, exact_solution(*draw_model(rng), t) + sigma * rng.standard_normal(n)


@fit_polynomial.case(public=True)
def cubic_through_a_trajectory(rng):
    return *noisy_samples(rng, 21), 3, np.linspace(0, 5, 11)


@fit_polynomial.case(public=True)
def straight_line(rng):
    t = np.array([0.0, 1.0, 2.0, 4.0])
    return t, 2 - 0.5 * t + 0.1 * rng.standard_normal(4), 1, np.array([3.0, 0.5, 5.0])


@fit_polynomial.case
def fourth_degree_at_unsorted_times(rng):
    return *noisy_samples(rng, 31), 4, rng.permutation(np.linspace(0.1, 4.9, 13))


@fit_polynomial.case
def parabola_through_irregular_times(rng):
    t = np.sort(rng.uniform(0, 5, 15))
    return t, np.cos(t) + 0.1 * rng.standard_normal(15), 2, rng.uniform(0, 5, 8)


@fit_polynomial.case
def constant(rng):
    return *noisy_samples(rng, 12), 0, np.array([0.0, 2.2, 5.1])


@fit_polynomial.case
def slightly_outside_the_range(rng):
    return *noisy_samples(rng, 41), 3, np.array([-0.1, 5.1, 2.5])


@fit_polynomial.case
def through_every_point(rng):
    return np.array([0.0, 1.0, 2.5, 4.0]), rng.standard_normal(4), 3, np.array([0.5, 2.0, 3.3, 4.0])


@fit_polynomial.case
def repeated_times(rng):
    t = np.repeat(np.linspace(0, 5, 6), 3)
    return t, np.sin(t) + 0.2 * rng.standard_normal(18), 4, np.linspace(0.3, 4.7, 7)


@fit_polynomial.case
def one_time_to_evaluate(rng):
    return *noisy_samples(rng, 25), 2, np.array([1.7])


@fit_polynomial.case
def values_of_a_million(rng):
    t, x = noisy_samples(rng, 25)
    return t, 1e6 * x, 3, np.linspace(0, 5, 9)


@fit_polynomial.mistake("Coefficients in the wrong order: np.polyfit starts with the highest power, Polynomial with 1.")
def coefficients_reversed(t, x, degree, t_eval):
    return np.polyval(np.polyfit(t, x, degree)[::-1], t_eval)


@fit_polynomial.mistake("The degree is one too low: degree d has d + 1 coefficients, those of 1, t, …, t^d.")
def one_degree_less(t, x, degree, t_eval):
    return np.polyval(np.polyfit(t, x, degree - 1), t_eval) if degree else np.zeros(len(t_eval))


@fit_polynomial.mistake("The degree is one too high.")
def one_degree_more(t, x, degree, t_eval):
    powers = np.arange(degree + 2)
    return t_eval[:, None] ** powers @ np.linalg.lstsq(t[:, None] ** powers, x, rcond=None)[0]


@fit_polynomial.mistake("You evaluated the polynomial at the samples' times t: t_eval is what is asked.")
def evaluated_at_the_samples(t, x, degree, t_eval):
    return np.polynomial.Polynomial.fit(t, x, degree)(t)


@fit_polynomial.mistake("These are the coefficients: evaluate the polynomial at t_eval.")
def returned_the_coefficients(t, x, degree, t_eval):
    return np.polyfit(t, x, degree)


@fit_polynomial.mistake("The constant term is missing: the powers begin with t^0 = 1.")
def no_constant_term(t, x, degree, t_eval):
    powers = np.arange(1, degree + 1)
    coefficients = np.linalg.lstsq(t[:, None] ** powers, x, rcond=None)[0]
    return t_eval[:, None] ** powers @ coefficients


@fit_polynomial.mistake("You sorted t_eval: the values come back in the order in which the times were given.")
def sorted_the_times(t, x, degree, t_eval):
    return np.polynomial.Polynomial.fit(t, x, degree)(np.sort(t_eval))


# --- estimate_gamma -------------------------------------------------------------------------------------------------


def estimate_of_each(student, t, samples):
    """The estimates from several data sets over the same times."""
    estimates = []
    for x in samples:
        estimates.append(array_of(student.call("estimate_gamma", t, x), ()))
    return np.array(estimates)


# everybody gets the same noise, so that a method near the limit fares alike for all
@challenge.exercise(points=10, tolerance=EXACT_SAMPLES, per_student=False)
def estimate_gamma(t, x):
    """Estimate of gamma in dx/dt = -gamma x + cos(2t) from samples of one trajectory (ODE-based regression).

    t: array (n,), a uniform grid over [0, 5]; x: array (n,), samples of x at these times, exact or with noise; x at
    time 0 is not known otherwise. Returns a float.
    """
    # integrated once, the equation reads x(t) - sin(2t)/2 = c - gamma ∫x: no derivative of noise is needed
    areas = np.diff(t) * (x[1:] + x[:-1]) / 2
    integral = np.concatenate([[0.0], np.cumsum(areas)])
    design = np.column_stack([np.ones_like(t), -integral])
    return np.linalg.lstsq(design, x - np.sin(2 * t) / 2, rcond=None)[0][1]


def one_data_set(gamma, x0):
    t = np.linspace(0, 5, 201)
    return Given((t, exact_solution(gamma, x0, t)), expected=gamma)


def data_sets(rng, count, n, sigma):
    t = np.linspace(0, 5, n)
    models = [draw_model(rng) for _ in range(count)]
    samples = [exact_solution(gamma, x0, t) + sigma * rng.standard_normal(n) for gamma, x0 in models]
    return t, np.array(samples), np.array([gamma for gamma, _ in models])


def typical_data_sets(rng, count, n, sigma):
    """Data sets that tell methods apart: drawn again where luck would let a biased fit pass, or a sound one fail."""
    while True:
        t, samples, gammas = data_sets(rng, count, n, sigma)

        def mean_error(estimate, t=t, samples=samples, gammas=gammas):
            estimates = [estimate(t, x, gamma) for x, gamma in zip(samples, gammas, strict=True)]
            return np.mean(np.abs(np.array(estimates) / gammas - 1))

        biased = (central_differences, midpoints, integral_from_the_first_sample, trajectory_from_the_first_sample)
        sound = (integral_fit, trajectory_fit)
        if all(mean_error(f) > 0.042 for f in biased) and all(mean_error(f) < 0.025 for f in sound):
            return Given((t, samples), expected=gammas)


def proportion(target, regressor):
    """The least-squares γ of target = −γ regressor."""
    return -(target @ regressor) / (regressor @ regressor)


def central_differences(t, x, _):
    rate = (x[2:] - x[:-2]) / (t[2:] - t[:-2])
    return proportion(rate - np.cos(2 * t[1:-1]), x[1:-1])


def midpoints(t, x, _):
    return proportion(np.diff(x) / np.diff(t) - np.cos(t[1:] + t[:-1]), (x[1:] + x[:-1]) / 2)


def running_integral(t, x):
    return np.concatenate([[0.0], np.cumsum(np.diff(t) * (x[1:] + x[:-1]) / 2)])


def integral_from_the_first_sample(t, x, _):
    return proportion(x - x[0] - np.sin(2 * t) / 2, running_integral(t, x))


def integral_fit(t, x, _):
    return estimate_gamma.reference(t, x)


def trajectory_from_the_first_sample(t, x, gamma):
    """Two Gauss–Newton steps from the true γ towards the trajectory through x[0] that fits best."""
    for _ in range(2):
        fit = exact_solution(gamma, x[0], t)
        by_gamma = (exact_solution(gamma + 1e-5, x[0], t) - fit) / 1e-5
        gamma += by_gamma @ (x - fit) / (by_gamma @ by_gamma)
    return gamma


def trajectory_fit(t, x, gamma):
    """The same with the start x0 free, in which the trajectory is linear."""
    x0 = x[0]
    for _ in range(2):
        fit = exact_solution(gamma, x0, t)
        by_gamma = (exact_solution(gamma + 1e-5, x0, t) - fit) / 1e-5
        step = np.linalg.lstsq(np.column_stack([by_gamma, np.exp(-gamma * t)]), x - fit, rcond=None)[0]
        gamma, x0 = gamma + step[0], x0 + step[1]
    return gamma


estimate_gamma.margin = (
    "noise decides: the contract's bounds separate methods whose errors differ by 2 to 4 times, not by 100"
)


@estimate_gamma.case(public=True)
def exact_samples(rng):
    return one_data_set(2.8, 2.5)


@estimate_gamma.case(public=True, measure=estimate_of_each, compare=SLIGHT_NOISE)
def slightly_noisy_samples(rng):
    t, samples, gammas = data_sets(rng, 5, 201, 0.01)
    return Given((t, samples), expected=gammas)


@estimate_gamma.case(public=True, measure=estimate_of_each, compare=HEAVY_NOISE)
def very_noisy_samples(rng):
    return typical_data_sets(rng, 10, 401, 0.1)


# for slow decay from a low start, and for fast decay from a high one, forward differences err by 0.014 to 0.04


@estimate_gamma.case
def exact_samples_of_slow_decay(rng):
    return one_data_set(rng.uniform(0.5, 0.7), rng.uniform(1, 1.5))


@estimate_gamma.case
def exact_samples_of_medium_decay(rng):
    return one_data_set(rng.uniform(1, 2), rng.uniform(1, 3))


@estimate_gamma.case
def exact_samples_of_fast_decay(rng):
    return one_data_set(rng.uniform(2.6, 3), rng.uniform(2, 3))


@estimate_gamma.case(weight=4, measure=estimate_of_each, compare=SLIGHT_NOISE)
def slight_noise(rng):
    t, samples, gammas = data_sets(rng, 8, 201, 0.01)
    return Given((t, samples), expected=gammas)


@estimate_gamma.case(weight=3, measure=estimate_of_each, compare=HEAVY_NOISE)
def heavy_noise(rng):
    return typical_data_sets(rng, 20, 401, 0.1)


@estimate_gamma.mistake(
    "np.gradient takes differences, which magnify the noise, and noise in x pulls the estimate towards zero. Integrate "
    "the equation, or fit the trajectory itself."
)
def differences_by_gradient(t, x):
    return proportion(np.gradient(x, t) - np.cos(2 * t), x)


@estimate_gamma.mistake(
    "Differences magnify the noise, and noise in x pulls the estimate towards zero. Integrate the equation, or fit the "
    "trajectory itself."
)
def differences_across_two_steps(t, x):
    return central_differences(t, x, None)


@estimate_gamma.mistake(
    "Differences magnify the noise and noise in x pulls the estimate towards zero, at midpoints too. Integrate the "
    "equation over longer stretches, or fit the trajectory itself."
)
def differences_at_midpoints(t, x):
    return midpoints(t, x, None)


@estimate_gamma.mistake(
    "A forward difference is the rate in the middle of a step, not at its start, and it shares its noise with x: use "
    "symmetric differences, or better, integrate."
)
def forward_differences(t, x):
    return proportion(np.diff(x) / np.diff(t) - np.cos(2 * t[:-1]), x[:-1])


@estimate_gamma.mistake("You trusted x[0] as the start of the integral: it is as noisy as the rest, so fit it too.")
def start_taken_from_the_first_sample(t, x):
    return integral_from_the_first_sample(t, x, None)


@estimate_gamma.mistake("You trusted x[0] as the start of the trajectory: it is as noisy as the rest, so fit it too.")
def trajectory_started_at_the_first_sample(t, x):
    rough = estimate_gamma.reference(t, x)
    return trajectory_from_the_first_sample(t, x, rough)


@estimate_gamma.mistake("The sign: dx/dt − cos 2t is −gamma x, and gamma is positive.")
def sign_reversed(t, x):
    return -estimate_gamma.reference(t, x)


@estimate_gamma.mistake("The forcing is missing: subtract cos 2t from the rate (or ½ sin 2t from x) before fitting.")
def forcing_left_out(t, x):
    design = np.column_stack([np.ones_like(t), -running_integral(t, x)])
    return np.linalg.lstsq(design, x, rcond=None)[0][1]


@estimate_gamma.mistake("You fitted dx/dt = −gamma x without the forcing: subtract cos 2t from the rate first.")
def forcing_left_out_of_the_rate(t, x):
    return proportion(np.gradient(x, t), x)


@estimate_gamma.mistake("The differences of x were not divided by the step of t.")
def step_left_out(t, x):
    return proportion(np.diff(x, append=x[-1]) - np.cos(2 * t), x)


# --- written --------------------------------------------------------------------------------------------------------

challenge.question(
    "question1",
    points=4,
    rubric=[
        (1, "The ODE form has one unknown with a meaning; a polynomial has many, which can follow the noise."),
        (1, "The equation ties all samples together, at unequal times and forcing, so noise averages out over them."),
        (1, "It extrapolates and transfers to other starts; the curve that was fitted does not."),
        (1, "Names the price: differentiating noisy data magnifies noise (and biases gamma); integrate or smooth."),
    ],
    answer="""
    A curve fitted to x(t) must describe this one trajectory, transient and oscillation together, with
    coefficients that mean nothing. To follow it the polynomial needs a high degree, and a high degree follows the
    noise as well, most of all near the ends. The rate of change obeys a law that is the same at all times: dx/dt
    − cos 2t is proportional to x. Regression on it has a single unknown, linear in the equation, and every sample
    gives one more equation for it, so the noise averages out. What is learned holds beyond the window and for
    other starts. The gain has a price. A difference quotient divides noise of size σ by the step, and since x
    itself, the regressor, is noisy, the slope comes out too small. Writing the law in integrated form, or fitting
    the solution of the equation, keeps the single parameter and avoids the derivative.
    """,
)

challenge.question(
    "question2",
    points=4,
    rubric=[
        (2, "The right-hand side is linear in gamma and the same for all t, however x varies: one constant slope."),
        (1, "Strong variation of x is information: it spreads the regressor, and the variance falls like 1/Σx²."),
        (1, "The known forcing is taken off exactly, so that it drives x without being mistaken for decay."),
    ],
    answer="""
    However violently x(t) moves, the law that moves it stays put: in the plane of x against dx/dt − cos 2t all
    points lie on one line through the origin with slope −γ. The regression is linear in its only unknown and the
    coefficient does not depend on time. Variation therefore helps: points far from the origin pin the slope down,
    and the variance of the least-squares estimate is σ_r² / Σ x², where σ_r is the noise of the rates. A direct
    fit experiences the same variation as curvature that it must spend coefficients on. The oscillation that comes
    from outside is known and is subtracted, so it only serves to excite the system; were it left in, its
    correlation with x would be booked as decay.
    """,
)
