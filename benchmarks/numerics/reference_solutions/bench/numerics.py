"""Four small exercises on NumPy, SciPy and PyTorch, for benchmarks."""

import numpy as np
import scipy.integrate
import torch

from autograder.exercise import Challenge
from autograder.tolerance import Tolerance

challenge = Challenge("numerics", assignment="bench", title="Numerics")
CLOSE = Tolerance(rtol=1e-4, why="float32 answers pass")


@challenge.exercise(points=1, tolerance=CLOSE)
def matvec(A, x):
    """y_i = A_ij x_j. A: array (m, n); x: array (n,). Returns an array (m,)."""
    return np.einsum("ij,j->i", A, x)


@matvec.case(public=True)
def tall(rng):
    return rng.standard_normal((5, 3)), rng.standard_normal(3)


@matvec.case
def wide(rng):
    return rng.standard_normal((3, 50)), rng.standard_normal(50)


@challenge.exercise(points=1, tolerance=CLOSE)
def effective_rank(A, energy):
    """The least k whose first k squared singular values hold ``energy`` of their sum. Returns an int."""
    squares = np.linalg.svd(A, compute_uv=False) ** 2
    return int(np.searchsorted(np.cumsum(squares) / squares.sum(), energy) + 1)


@effective_rank.case(public=True)
def diagonal(rng):
    return np.diag([3.0, 2.0, 1.0]), 0.8


@effective_rank.case
def random_matrix(rng):
    return rng.standard_normal((30, 20)), 0.9


@challenge.exercise(points=1, tolerance=CLOSE)
def decay(gamma, t):
    """x(t) of dx/dt = -gamma x + cos 2t, x(0) = 1. t: array (n,) from 0. Returns an array (n,)."""
    solved = scipy.integrate.solve_ivp(
        lambda s, x: -gamma * x + np.cos(2 * s), (0.0, t[-1]), [1.0], t_eval=t, rtol=1e-8, atol=1e-10
    )
    return solved.y[0]


@decay.case(public=True)
def slow(rng):
    return 0.5, np.linspace(0, 5, 21)


@decay.case
def some_rate(rng):
    return rng.uniform(0.5, 3.0), np.linspace(0, 5, 41)


@challenge.exercise(points=1, tolerance=CLOSE)
def softmax_gradient(z, target):
    """Gradient of -log softmax(z)[target] in z, by torch's autograd. z: array (n,). Returns an array (n,)."""
    logits = torch.tensor(z, requires_grad=True)
    torch.nn.functional.cross_entropy(logits[None], torch.tensor([target])).backward()
    return logits.grad.numpy()


@softmax_gradient.case(public=True)
def three_classes(rng):
    return rng.standard_normal(3), 1


@softmax_gradient.case
def many_classes(rng):
    return rng.standard_normal(100), 17
