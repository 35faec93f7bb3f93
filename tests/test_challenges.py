"""Claims about the eight challenges: names, signatures and points as the course fixed them, and enough of all."""

from __future__ import annotations

import inspect

import pytest

from autograder.course import Course

# challenge: exercise → (signature, points); a value has no signature
EXPECTED: dict[str, dict[str, tuple[str | None, float]]] = {
    "challenge1_tensor_contraction": {
        "einsum_strings": (None, 4),
        "matvec": ("A, x", 3),
        "frobenius_squared": ("A", 3),
        "contract": ("A, B", 5),
        "contraction_shape": ("shape_A, shape_B", 2),
        "contraction_ndim": (None, 2),
    },
    "challenge2_svd_energy": {
        "min_rank_for_energy": ("A, energy=0.9", 8),
        "low_rank_approximation": ("A, k", 4),
        "compression_ratio": ("m, n, k", 2),
        "complete_matrix": ("M, observed, k", 5),
    },
    "challenge3_backpropagation": {
        "jacobian": ("W1, W2, x, activation", 5),
        "jvp": ("W1, W2, x, v, activation", 3),
        "vjp": ("W1, W2, x, u, activation", 3),
        "grad_W1": ("W1, W2, x, dL_df, activation", 5),
        "clip_by_global_norm": ("gradients, max_norm", 2),
    },
    "challenge4_ode_regression": {
        "solve_ode": ("gamma, x0, t", 4),
        "fit_polynomial": ("t, x, degree, t_eval", 3),
        "estimate_gamma": ("t, x", 10),
    },
    "challenge5_optimization_landscapes": {
        "quadratic_gradient": ("w, X, y", 3),
        "network_gradient": ("theta, x, y", 5),
        "gradient_descent": ("gradient, w0, lr, steps", 4),
        "noisy_gradient_descent": ("gradient, w0, lr, steps, noise, rng", 3),
        "largest_stable_step": ("X", 2),
        "basin_labels": ("endpoints, tol", 2),
        "plot_trajectories": ("loss, trajectories, xlim, ylim", 2),
    },
    "challenge6_tiny_transformer": {
        "make_windows": ("tokens, length", 2),
        "sgd_step": ("w, g, lr", 1),
        "rmsprop_step": ("w, g, v, lr, alpha=0.99, eps=1e-08", 2),
        "adam_step": ("w, g, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-08", 3),
        "train": ("text, context, optimizer, lr, epochs, seed", 8),
        "confusion_matrix": ("probabilities, targets", 3),
    },
    "challenge7_cnn_capacity": {
        "build_cnn": ("filters, kernel_size", 4),
        "count_parameters": ("filters, kernel_size", 2),
        "receptive_field": ("kernel_size", 2),
        "train_cnn": ("filters, kernel_size, images, labels, epochs, seed, device", 7),
        "sweep": ("configurations, train, test, epochs, seed, device", 4),
    },
    "challenge8_representation_geometry": {
        "principal_components": ("X, k", 5),
        "intrinsic_dimension": ("X, energy=0.9", 3),
        "participation_ratio": ("X", 2),
        "layer_activations": ("model, images", 5),
        "reduced_data_study": ("sizes, train, test, epochs, seed, device", 4),
    },
}
WRITTEN = dict(zip(EXPECTED, ([6], [3, 3], [3, 4], [4, 4], [2, 2], [2, 2, 2], [2, 2, 2], [2, 2, 2]), strict=True))


@pytest.mark.parametrize("name", EXPECTED)
def test_exercises_have_the_names_signatures_and_points_that_graders_rely_on(name: str, course: Course) -> None:
    found = {}
    for each in course.challenges[name].exercises.values():
        parameters = inspect.signature(each.reference).parameters.values() if not each.is_value else ()
        signature = ", ".join(p.name if p.default is p.empty else f"{p.name}={p.default!r}" for p in parameters)
        found[each.name] = (None if each.is_value else signature, each.points)
    assert found == EXPECTED[name]


@pytest.mark.parametrize("name", EXPECTED)
def test_a_challenge_has_25_points_with_rubrics_that_add_up(name: str, course: Course) -> None:
    challenge = course.challenges[name]
    assert [question.points for question in challenge.questions.values()] == WRITTEN[name]
    assert challenge.auto_points + sum(WRITTEN[name]) == 25
    for question in challenge.questions.values():
        assert sum(points for points, _ in question.rubric) == question.points and question.answer


@pytest.mark.parametrize("name", EXPECTED)
def test_an_exercise_has_two_public_and_four_hidden_cases_and_a_function_four_mistakes(
    name: str, course: Course
) -> None:
    for exercise in course.challenges[name].exercises.values():
        public = sum(case.public for case in exercise.cases)
        assert public >= 2 and len(exercise.cases) - public >= 4, exercise.name
        assert exercise.is_value or len(exercise.mistakes) >= 4, exercise.name


@pytest.mark.parametrize("name", EXPECTED)
def test_every_tolerance_has_a_reason(name: str, course: Course) -> None:
    for exercise in course.challenges[name].exercises.values():
        comparisons = [exercise.tolerance, *(case.compare for case in exercise.cases if case.compare is not None)]
        assert all(len(comparison.why) > 10 for comparison in comparisons), exercise.name


def test_the_course_has_two_assignments_of_four_challenges_in_order(course: Course) -> None:
    assert list(course.challenges) == list(EXPECTED)
    assert [each.assignment for each in course.challenges.values()] == ["lecture1"] * 4 + ["lecture2"] * 4
