"""Challenge 3: derivatives of a two-layer network by the chain rule (book exercise 2.1.1)."""

import numpy as np

from autograder.exercise import Challenge
from autograder.plain import Source
from autograder.tolerance import Tolerance

challenge = Challenge(
    "challenge3_backpropagation", assignment="lecture1", title="Backpropagation", book="2.1.1"
)

FLOAT32 = Tolerance(rtol=1e-4, why="float32 answers err by about 1e-6 here; a factor that is missing, by order 0.1")
CLIPPED = Tolerance(rtol=1e-4, why="float32, or an epsilon of 1e-6 beside the norm, errs by 1e-5; a wrong norm by 0.1")

ACTIVATIONS_SOURCE = '''
def sigmoid(z):
    """1 / (1 + exp(-z)), written so that no exponential overflows."""
    return 0.5 * (1 + np.tanh(0.5 * z))


ACTIVATIONS = {
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * sigmoid(-z)),
    "softplus": (lambda z: np.logaddexp(0, z), sigmoid),
    "relu": (lambda z: np.maximum(z, 0), lambda z: np.where(z > 0, 1.0, 0.0)),
}
'''
challenge.supplies_source("ACTIVATIONS", ACTIVATIONS_SOURCE)
ACTIVATIONS = Source(ACTIVATIONS_SOURCE, "ACTIVATIONS").build()


def network(rng, m, h, d, scale=1.0):
    """W1, W2 and x whose pre-activations are of order ``scale`` and at least half of that away from zero.

    The distance keeps relu off its kink, on either side of which float32 and float64 could come to lie.
    """
    W1 = rng.standard_normal((h, d)) / np.sqrt(d)
    W2 = rng.standard_normal((m, h))
    x = rng.standard_normal(d)
    z = W1 @ x
    W1 += 0.5 * np.outer(np.sign(z), x) / (x @ x)
    return scale * W1, W2, x


def partly_saturated(rng, m, h, d):
    """A network half of whose units have pre-activations of size 40, where tanh and sigmoid are flat."""
    W1, W2, x = network(rng, m, h, d)
    z = W1 @ x
    W1[::2] *= (40 / np.abs(z[::2]))[:, None]
    return W1, W2, x


# --- jacobian -------------------------------------------------------------------------------------------------------


@challenge.exercise(points=5, tolerance=FLOAT32)
def jacobian(W1, W2, x, activation):
    """Jacobian of f(x) = W2 σ(W1 x): the matrix of ∂f_i/∂x_j at x.

    W1: array (h, d); W2: array (m, h); x: array (d,); activation: a key of ACTIVATIONS, the name of σ.
    Returns an array (m, d).
    """
    _, sigma_prime = ACTIVATIONS[activation]
    return W2 @ (sigma_prime(W1 @ x)[:, None] * W1)


@jacobian.case(public=True)
def three_different_sizes(rng):
    return *network(rng, 2, 4, 3), "tanh"


@jacobian.case(public=True)
def all_sizes_equal(rng):
    return *network(rng, 3, 3, 3), "sigmoid"


@jacobian.case
def tanh_wide_input(rng):
    return *network(rng, 3, 5, 8), "tanh"


@jacobian.case
def sigmoid_wide_output(rng):
    return *network(rng, 7, 4, 2), "sigmoid"


@jacobian.case
def softplus_square(rng):
    return *network(rng, 6, 6, 6, scale=2.0), "softplus"


@jacobian.case
def tanh_square(rng):
    return *network(rng, 5, 5, 5, scale=1.5), "tanh"


@jacobian.case
def relu_with_dead_units(rng):
    return *network(rng, 4, 9, 4), "relu"


@jacobian.case
def scalar_output(rng):
    return *network(rng, 1, 6, 5), "sigmoid"


@jacobian.case
def one_hidden_unit(rng):
    return *network(rng, 3, 1, 4), "tanh"


@jacobian.case
def scalar_input(rng):
    return *network(rng, 4, 6, 1), "softplus"


@jacobian.case
def saturated_units(rng):
    return *partly_saturated(rng, 4, 8, 5), "sigmoid"


@jacobian.case
def large_output_weights(rng):
    W1, W2, x = network(rng, 5, 6, 7)
    return W1, 1e6 * W2, x, "softplus"


@jacobian.mistake("You took σ′ at x: the chain rule takes it where σ was taken, at the pre-activation W1 x.")
def derivative_at_x(W1, W2, x, activation):
    return W2 @ (ACTIVATIONS[activation][1](x)[:, None] * W1)


@jacobian.mistake("You took σ′ at the activation σ(W1 x): the chain rule takes it at the pre-activation W1 x.")
def derivative_at_activation(W1, W2, x, activation):
    sigma, sigma_prime = ACTIVATIONS[activation]
    return W2 @ (sigma_prime(sigma(W1 @ x))[:, None] * W1)


@jacobian.mistake("σ′ is missing: W2 W1 would be the Jacobian of a network without activation.")
def no_derivative(W1, W2, x, activation):
    return W2 @ W1


@jacobian.mistake("You multiplied by σ itself: the chain rule wants its derivative σ′.")
def sigma_for_its_derivative(W1, W2, x, activation):
    return W2 @ (ACTIVATIONS[activation][0](W1 @ x)[:, None] * W1)


@jacobian.mistake("Rows are outputs and columns are inputs: your matrix is the transpose.")
def transposed(W1, W2, x, activation):
    return jacobian.reference(W1, W2, x, activation).T


@jacobian.mistake("σ′(z) has one entry a hidden unit, so it scales the rows of W1; you scaled its columns.")
def scaled_the_columns(W1, W2, x, activation):
    return W2 @ (W1 * ACTIVATIONS[activation][1](W1 @ x))


@jacobian.mistake("You exchanged the two weight matrices: x meets W1 first, so that W2 stands on the left.")
def weights_exchanged(W1, W2, x, activation):
    return W1 @ (ACTIVATIONS[activation][1](W1 @ x)[:, None] * W2)


# --- jvp ------------------------------------------------------------------------------------------------------------


@challenge.exercise(points=3, tolerance=FLOAT32)
def jvp(W1, W2, x, v, activation):
    """Jacobian-vector product J v of f(x) = W2 σ(W1 x), without forming the (m, d) matrix J.

    W1: array (h, d); W2: array (m, h); x, v: arrays (d,); activation: a key of ACTIVATIONS, the name of σ.
    Returns an array (m,).
    """
    _, sigma_prime = ACTIVATIONS[activation]
    return W2 @ (sigma_prime(W1 @ x) * (W1 @ v))


def with_direction(rng, m, h, d, scale=1.0):
    return *network(rng, m, h, d, scale), rng.standard_normal(d)


jvp.margin = (
    "sums of 200,000 products in float32 reach a quarter of the bound; wrong answers lie 30,000 times above it"
)


@jvp.case(public=True)
def direction_in_three_different_sizes(rng):
    return *with_direction(rng, 2, 4, 3), "tanh"


@jvp.case(public=True)
def direction_with_sizes_equal(rng):
    return *with_direction(rng, 4, 4, 4), "softplus"


@jvp.case
def direction_in_a_wide_input(rng):
    return *with_direction(rng, 3, 5, 9), "sigmoid"


@jvp.case
def direction_in_a_square_network(rng):
    return *with_direction(rng, 6, 6, 6, 1.5), "tanh"


@jvp.case
def direction_through_dead_units(rng):
    return *with_direction(rng, 5, 8, 4), "relu"


@jvp.case
def direction_to_a_scalar_output(rng):
    return *with_direction(rng, 1, 7, 6), "softplus"


@jvp.case
def direction_in_a_scalar_input(rng):
    return *with_direction(rng, 6, 5, 1), "sigmoid"


@jvp.case
def small_direction(rng):
    W1, W2, x, v = with_direction(rng, 4, 6, 5)
    return W1, W2, x, 1e-3 * v, "tanh"


@jvp.case
def zero_direction(rng):
    W1, W2, x, v = with_direction(rng, 4, 6, 5)
    return W1, W2, x, 0 * v, "sigmoid"


@jvp.case(weight=5)
def jacobian_of_320_gigabytes_times_v(rng):
    # m d = 4e10: numpy refuses to allocate J at once, while the arguments take 10 MB together
    return *with_direction(rng, 200_000, 2, 200_000), "tanh"


@jvp.mistake("σ′ is missing: W2 (W1 v) would be right for a network without activation.")
def direction_without_derivative(W1, W2, x, v, activation):
    return W2 @ (W1 @ v)


@jvp.mistake("You took σ′ at W1 v: the derivative belongs to the point x, the direction v only multiplies it.")
def derivative_at_the_direction(W1, W2, x, v, activation):
    return W2 @ (ACTIVATIONS[activation][1](W1 @ v) * (W1 @ v))


@jvp.mistake("This is f(v), the network at v: a derivative is linear in v.")
def network_at_the_direction(W1, W2, x, v, activation):
    return W2 @ ACTIVATIONS[activation][0](W1 @ v)


@jvp.mistake("This is Jᵀv: in J v the direction passes W1 first and W2 last.")
def pulled_back(W1, W2, x, v, activation):
    return W1.T @ (ACTIVATIONS[activation][1](W1 @ x) * (W2.T @ v))


@jvp.mistake("You multiplied by σ itself: the chain rule wants its derivative σ′.")
def direction_times_sigma(W1, W2, x, v, activation):
    return W2 @ (ACTIVATIONS[activation][0](W1 @ x) * (W1 @ v))


# --- vjp ------------------------------------------------------------------------------------------------------------


@challenge.exercise(points=3, tolerance=FLOAT32)
def vjp(W1, W2, x, u, activation):
    """Vector-Jacobian product uᵀJ of f(x) = W2 σ(W1 x), without forming the (m, d) matrix J.

    W1: array (h, d); W2: array (m, h); x: array (d,); u: array (m,); activation: a key of ACTIVATIONS.
    Returns an array (d,).
    """
    _, sigma_prime = ACTIVATIONS[activation]
    return ((u @ W2) * sigma_prime(W1 @ x)) @ W1


def with_covector(rng, m, h, d, scale=1.0):
    return *network(rng, m, h, d, scale), rng.standard_normal(m)


vjp.margin = (
    "sums of 200,000 products in float32 reach a quarter of the bound; wrong answers lie 45,000 times above it"
)


@vjp.case(public=True)
def covector_in_three_different_sizes(rng):
    return *with_covector(rng, 2, 4, 3), "tanh"


@vjp.case(public=True)
def covector_with_sizes_equal(rng):
    return *with_covector(rng, 4, 4, 4), "sigmoid"


@vjp.case
def covector_to_a_wide_input(rng):
    return *with_covector(rng, 3, 5, 9), "softplus"


@vjp.case
def covector_in_a_square_network(rng):
    return *with_covector(rng, 6, 6, 6, 1.5), "tanh"


@vjp.case
def covector_through_dead_units(rng):
    return *with_covector(rng, 5, 8, 4), "relu"


@vjp.case
def covector_of_a_scalar_output(rng):
    return *with_covector(rng, 1, 7, 6), "sigmoid"


@vjp.case
def covector_to_a_scalar_input(rng):
    return *with_covector(rng, 6, 5, 1), "tanh"


@vjp.case
def large_covector(rng):
    W1, W2, x, u = with_covector(rng, 4, 6, 5)
    return W1, W2, x, 1e4 * u, "softplus"


@vjp.case
def zero_covector(rng):
    W1, W2, x, u = with_covector(rng, 4, 6, 5)
    return W1, W2, x, 0 * u, "tanh"


@vjp.case(weight=5)
def u_times_jacobian_of_320_gigabytes(rng):
    return *with_covector(rng, 200_000, 2, 200_000), "sigmoid"


@vjp.mistake("σ′ is missing: u W2 W1 would be right for a network without activation.")
def covector_without_derivative(W1, W2, x, u, activation):
    return u @ W2 @ W1


@vjp.mistake("This is J u: uᵀJ runs backwards, through W2 first and W1 last.")
def pushed_forward(W1, W2, x, u, activation):
    return W2 @ (ACTIVATIONS[activation][1](W1 @ x) * (W1 @ u))


@vjp.mistake("You took σ′ at W2ᵀu: it belongs to the forward pass, at the pre-activation W1 x.")
def derivative_at_the_covector(W1, W2, x, u, activation):
    back = W2.T @ u
    return W1.T @ (ACTIVATIONS[activation][1](back) * back)


@vjp.mistake("You stopped at the hidden layer: multiply by W1 as well, to reach x.")
def stopped_at_the_hidden_layer(W1, W2, x, u, activation):
    return ACTIVATIONS[activation][1](W1 @ x) * (W2.T @ u)


@vjp.mistake("You multiplied by σ itself: the chain rule wants its derivative σ′.")
def covector_times_sigma(W1, W2, x, u, activation):
    return W1.T @ (ACTIVATIONS[activation][0](W1 @ x) * (W2.T @ u))


# --- grad_W1 --------------------------------------------------------------------------------------------------------


@challenge.exercise(points=5, tolerance=FLOAT32)
def grad_W1(W1, W2, x, dL_df, activation):
    """Gradient of a loss L with respect to W1, where L depends on W1 through f(x) = W2 σ(W1 x).

    W1: array (h, d); W2: array (m, h); x: array (d,); dL_df: array (m,), the gradient of L with respect to f;
    activation: a key of ACTIVATIONS, the name of σ. Returns an array (h, d).
    """
    _, sigma_prime = ACTIVATIONS[activation]
    return np.outer((W2.T @ dL_df) * sigma_prime(W1 @ x), x)


@grad_W1.case(public=True)
def loss_with_three_different_sizes(rng):
    return *with_covector(rng, 2, 4, 3), "sigmoid"


@grad_W1.case(public=True)
def loss_with_sizes_equal(rng):
    return *with_covector(rng, 3, 3, 3), "tanh"


@grad_W1.case
def loss_of_a_wide_input(rng):
    return *with_covector(rng, 3, 4, 9), "tanh"


@grad_W1.case
def loss_of_a_wide_output(rng):
    return *with_covector(rng, 8, 5, 2), "softplus"


@grad_W1.case
def loss_of_a_square_network(rng):
    return *with_covector(rng, 6, 6, 6, 1.5), "tanh"


@grad_W1.case
def loss_of_another_square_network(rng):
    return *with_covector(rng, 5, 5, 5, 2.0), "sigmoid"


@grad_W1.case
def loss_through_dead_units(rng):
    return *with_covector(rng, 4, 9, 5), "relu"


@grad_W1.case
def loss_of_a_scalar_output(rng):
    return *with_covector(rng, 1, 6, 4), "softplus"


@grad_W1.case
def loss_of_one_hidden_unit(rng):
    return *with_covector(rng, 4, 1, 5), "tanh"


@grad_W1.case
def loss_of_a_scalar_input(rng):
    return *with_covector(rng, 4, 6, 1), "sigmoid"


@grad_W1.case
def loss_with_saturated_units(rng):
    W1, W2, x = partly_saturated(rng, 4, 8, 5)
    return W1, W2, x, rng.standard_normal(4), "sigmoid"


@grad_W1.case
def loss_at_a_minimum(rng):
    W1, W2, x, dL_df = with_covector(rng, 3, 5, 4)
    return W1, W2, x, 0 * dL_df, "tanh"


@grad_W1.mistake("σ′ is missing: the error that comes back through W2 is damped by σ′(W1 x) on its way to W1.")
def gradient_without_derivative(W1, W2, x, dL_df, activation):
    return np.outer(W2.T @ dL_df, x)


@grad_W1.mistake("This is the transpose: a gradient has the shape of what it belongs to, W1 (h, d).")
def gradient_transposed(W1, W2, x, dL_df, activation):
    return grad_W1.reference(W1, W2, x, dL_df, activation).T


@grad_W1.mistake("You paired the error with the activation σ(W1 x): what W1 multiplies is the input x.")
def paired_with_the_activation(W1, W2, x, dL_df, activation):
    sigma, sigma_prime = ACTIVATIONS[activation]
    z = W1 @ x
    return np.outer((W2.T @ dL_df) * sigma_prime(z), sigma(z))


@grad_W1.mistake("This is the gradient with respect to W2: go one layer further back.")
def gradient_of_W2(W1, W2, x, dL_df, activation):
    return np.outer(dL_df, ACTIVATIONS[activation][0](W1 @ x))


@grad_W1.mistake("You sent the error through W2 the wrong way: backwards it is W2ᵀ that multiplies.")
def W2_not_transposed(W1, W2, x, dL_df, activation):
    return np.outer((W2 @ dL_df) * ACTIVATIONS[activation][1](W1 @ x), x)


@grad_W1.mistake("You stopped at the error of the hidden units: its outer product with x is the gradient.")
def error_of_the_hidden_units(W1, W2, x, dL_df, activation):
    return (W2.T @ dL_df) * ACTIVATIONS[activation][1](W1 @ x)


@grad_W1.mistake("You took σ′ at the activation σ(W1 x): the chain rule takes it at the pre-activation W1 x.")
def gradient_derivative_at_activation(W1, W2, x, dL_df, activation):
    sigma, sigma_prime = ACTIVATIONS[activation]
    return np.outer((W2.T @ dL_df) * sigma_prime(sigma(W1 @ x)), x)


# --- clip_by_global_norm --------------------------------------------------------------------------------------------


@challenge.exercise(points=2, tolerance=CLIPPED)
def clip_by_global_norm(gradients, max_norm):
    """The gradients, scaled by one common factor so that their joint 2-norm is at most max_norm.

    gradients: list of arrays of any shapes (possibly empty); max_norm: positive float. The joint norm is that of all
    entries of all arrays together. Returns a list of arrays of the same shapes, equal to the given ones where their
    joint norm is at most max_norm already.
    """
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients))
    factor = max_norm / norm if norm > max_norm else 1.0
    return [factor * g for g in gradients]


def gradients_of_norm(rng, norm, *shapes):
    gradients = [rng.standard_normal(shape) for shape in shapes]
    factor = norm / np.sqrt(sum(np.sum(g**2) for g in gradients))
    return [factor * g for g in gradients]


@clip_by_global_norm.case(public=True)
def too_long(rng):
    return gradients_of_norm(rng, 8.0, (3, 2), (2,)), 2.0


@clip_by_global_norm.case(public=True)
def short_enough(rng):
    return gradients_of_norm(rng, 1.5, (2, 3), (3,)), 4.0


@clip_by_global_norm.case
def three_arrays_each_short_but_long_together(rng):
    return [0.8 * g / np.linalg.norm(g) for g in gradients_of_norm(rng, 1.0, (4, 3), (3, 4), (4,))], 1.0


@clip_by_global_norm.case
def exploded(rng):
    return gradients_of_norm(rng, 1e12, (5, 4), (4,), (2, 5)), 5.0


@clip_by_global_norm.case
def one_long_and_one_short_array(rng):
    return [*gradients_of_norm(rng, 30.0, (6, 2)), *gradients_of_norm(rng, 0.3, (3,))], 3.0


@clip_by_global_norm.case(weight=3)
def already_short(rng):
    return gradients_of_norm(rng, 0.4, (3, 3), (5,)), 1.0


@clip_by_global_norm.case
def all_zero(rng):
    return [np.zeros((3, 2)), np.zeros(4)], 1.0


@clip_by_global_norm.case(weight=0.5)
def no_gradients(rng):
    return [], 1.0


@clip_by_global_norm.case
def single_array(rng):
    return gradients_of_norm(rng, 12.0, (7,)), 0.5


@clip_by_global_norm.case
def arrays_with_three_axes(rng):
    return gradients_of_norm(rng, 7.0, (2, 3, 4), (1,), (4, 1)), 3.0


@clip_by_global_norm.mistake("You clipped each array by its own norm: the norm of all together decides.")
def clipped_one_by_one(gradients, max_norm):
    return [g * min(1.0, max_norm / max(np.linalg.norm(g), 1e-12)) for g in gradients]


@clip_by_global_norm.mistake("You cut single entries: that turns the direction, which one common factor keeps.")
def clipped_the_entries(gradients, max_norm):
    return [np.clip(g, -max_norm, max_norm) for g in gradients]


@clip_by_global_norm.mistake("You scaled gradients up that were short already: leave those as they are.")
def always_scaled(gradients, max_norm):
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients))
    return [g * max_norm / (norm + 1e-12) for g in gradients]


@clip_by_global_norm.mistake("You added the norms: the joint norm is the root of the sum of their squares.")
def added_the_norms(gradients, max_norm):
    norm = sum(np.linalg.norm(g) for g in gradients)
    return [g * min(1.0, max_norm / max(norm, 1e-12)) for g in gradients]


@clip_by_global_norm.mistake("You compared the squared norm: take the root first.")
def squared_norm(gradients, max_norm):
    norm = sum(np.sum(g**2) for g in gradients)
    return [g * min(1.0, max_norm / max(norm, 1e-12)) for g in gradients]


# --- written --------------------------------------------------------------------------------------------------------

challenge.question(
    "question1",
    points=3,
    rubric=[
        (1, "Forward: each layer's derivative depends on values (the pre-activations) that only a forward pass gives."),
        (1, "Backward: the product of Jacobians is multiplied out from the output side, which reuses those values."),
        (1, "Reason for the order: one scalar loss and many parameters, so uᵀJ costs about one forward pass in all."),
    ],
    answer="""
    The chain rule writes the derivative of a composition as a product of layer Jacobians, and each factor is
    taken at the point that the data have reached when they enter the layer. Those points are known only after the
    data have gone through the network, so a first pass runs forward and keeps what the factors will need, here z
    = W1 x. The product itself may be multiplied out in any order. The loss is one number, so starting at its end
    keeps every intermediate result a vector: dL/df, then W2ᵀ dL/df, then its entrywise product with σ′(z), then
    the product with W1ᵀ or the outer product with x. This second pass runs against the data flow, needs each
    stored value once, and gives the gradients of all parameters for about the price of another forward pass.
    Going from the input side would carry matrices along, one column an input or a parameter.
    """,
)

challenge.question(
    "question2",
    points=4,
    rubric=[
        (1, "The gradient in an early layer is a product of as many Jacobians as layers follow."),
        (1, "Singular values above 1 in the mean make its norm grow exponentially with depth (below 1: vanish)."),
        (1, "Clipping bounds the length of a step and keeps its direction: a steep place no longer ruins the weights."),
        (
            1,
            "Clipping leaves the cause: the ratio between layers, vanishing gradients and a direction that a few modes "
            "rule all stay; initialisation, normalisation or skip connections act on the factors themselves.",
        ),
    ],
    answer="""
    In a network of depth n the gradient that reaches layer k is the output's gradient times n − k Jacobians of
    the form diag(σ′) W. If those stretch typical vectors by a factor s, the norm behaves like s to the power n −
    k: with s = 1.5 and 50 layers about 6e8, with s = 0.7 about 2e−8. Clipping by the global norm multiplies all
    gradients by one factor, so that a step is never longer than the learning rate times the bound; it still
    points downhill in the linear model, and training survives a cliff. It leaves the product as it is. The early
    layers' share still exceeds the later layers' by the same ratio, so that after scaling the later ones hardly
    move; a direction that is dominated by one exploding mode or by noise stays so; and vanishing gradients are
    not touched at all. Cures that change the factors themselves are initial weights with singular values near 1,
    normalisation layers, skip connections, or gated units.
    """,
)
