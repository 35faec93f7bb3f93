"""Challenge 8: the geometry of a network's representations, layer by layer (book exercise 4.3.2)."""

import inspect
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from autograder.exercise import Challenge, Given
from autograder.oracle import Unusable, entry
from autograder.plain import DEVICE, Handle, Source, TorchTensor
from autograder.tolerance import Each, Exact, PrincipalSubspaces, Tolerance, array_of

challenge = Challenge(
    "challenge8_representation_geometry", assignment="lecture2", title="Geometry of representations", book="4.3.2"
)

TRAINING_FILE = Path(__file__).resolve().parents[2] / "source" / "lecture2" / "data" / "mnist_train_5000.npz"

EXACT = Exact(why="a number of components is exact: no case has a tie")
FLOAT32 = Tolerance(rtol=1e-4, why="float32 answers err by about 1e-6 here; a wrong formula errs by 1e-2 or more")


class SimpleCNN(nn.Module):
    """The network of challenge 7 at 16 and 32 channels and 3×3 kernels: images (n, 1, 28, 28) to logits (n, 10)."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, 3, padding=1)
        self.conv2 = nn.Conv2d(16, 32, 3, padding=1)
        self.fc1 = nn.Linear(32 * 7 * 7, 128)
        self.fc2 = nn.Linear(128, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.fc1(x.flatten(1)))
        return self.fc2(x)


SIMPLE_CNN = f"import torch\nimport torch.nn.functional as F\nfrom torch import nn\n\n\n{inspect.getsource(SimpleCNN)}"
challenge.supplies_source("SimpleCNN", SIMPLE_CNN)


@challenge.supplies
def load_mnist(split):
    """The course's part of MNIST, from the folder data/ beside this notebook.

    split: "train" (5,000 images) or "test" (1,000). Returns images, a float32 tensor (n, 1, 28, 28) with values in
    [0, 1], and labels, an int64 tensor (n,).
    """
    name = {"train": "mnist_train_5000", "test": "mnist_test_1000"}[split]
    with np.load(f"data/{name}.npz") as stored:
        images, labels = stored["images"], stored["labels"]
    return torch.from_numpy(images[:, None].astype(np.float32) / 255), torch.from_numpy(labels.astype(np.int64))


def cloud(rng, n, D, variances, *, centre=0.0):
    """n points in D dimensions whose variances along some orthogonal directions are these, and 0 along the others."""
    scores = rng.standard_normal((n, len(variances)))
    scores = np.linalg.qr(scores - scores.mean(axis=0))[0] * np.sqrt((n - 1) * np.asarray(variances))
    directions = np.linalg.qr(rng.standard_normal((D, len(variances))))[0]
    return scores @ directions.T + centre * rng.uniform(1, 2, D)


# --- principal_components -------------------------------------------------------------------------------------------


@challenge.exercise(
    points=5,
    tolerance=PrincipalSubspaces(
        rtol=1e-3,
        why="float32 answers err by about 1e-5; dividing by n for n - 1 errs by 0.02, a wrong direction by order 1",
    ),
)
def principal_components(X, k):
    """The first k principal components of the centred data and the variances along them.

    X: array (n, D), one sample a row, n ≥ 2; k: int of at most min(n, D).
    Returns components (k, D), orthonormal rows in the order of falling variance, and variances (k,), with n - 1 in the
    denominator. Signs are free, and so are the directions among components of equal variance.
    """
    centred = X - X.mean(axis=0)
    _, singular_values, directions = np.linalg.svd(centred, full_matrices=False)
    return directions[:k], singular_values[:k] ** 2 / (len(X) - 1)


@principal_components.case(public=True)
def tall_data(rng):
    return cloud(rng, 20, 5, [4, 2, 1, 0.5, 0.2], centre=3), 2


@principal_components.case(public=True)
def more_features_than_samples(rng):
    return cloud(rng, 6, 12, [5, 3, 2, 1, 0.5], centre=1), 3


@principal_components.case
def data_far_from_the_origin(rng):
    return cloud(rng, 15, 4, [3, 2, 1, 0.5], centre=40), 3


@principal_components.case
def all_components(rng):
    return cloud(rng, 30, 6, [9, 7, 4, 3, 2, 1], centre=2), 6


@principal_components.case
def as_many_components_as_samples(rng):
    # centring leaves n - 1 dimensions, so the last variance is 0
    return cloud(rng, 5, 9, [4, 3, 2, 1], centre=1), 5


@principal_components.case
def equal_variances(rng):
    return cloud(rng, 12, 6, [5, 2, 2, 2, 1, 0.5], centre=2), 4


@principal_components.case
def equal_variances_cut_at_k(rng):
    X, k = cloud(rng, 16, 7, [6, 3, 3, 3, 1], centre=2), 3
    return Given((X, k), expected=(*principal_components.reference(X, 5), k))


@principal_components.case
def two_samples(rng):
    return rng.standard_normal((2, 3)) + 5, 1


@principal_components.case
def one_feature(rng):
    return 3 + rng.standard_normal((8, 1)), 1


@principal_components.case
def features_that_are_constant(rng):
    X = np.full((10, 6), 7.0)
    X[:, [1, 4]] = cloud(rng, 10, 2, [2, 0.7], centre=1)
    return X, 2


@principal_components.case
def large_and_small_scales(rng):
    return 1e5 * cloud(rng, 14, 5, [8, 4, 1, 0.3, 0.1], centre=1), 4


@principal_components.case
def tiny_scale(rng):
    return 1e-6 * cloud(rng, 9, 8, [4, 2, 1], centre=2), 2


def uncentred_svd(X, k):
    _, singular_values, directions = np.linalg.svd(X, full_matrices=False)
    return directions[:k], singular_values[:k] ** 2 / (len(X) - 1)


@principal_components.mistake("You left the mean in: subtract each column's mean before anything else.")
def not_centred(X, k):
    return uncentred_svd(X, k)


@principal_components.mistake("You centred each sample: the mean is taken over the samples, axis 0.")
def centred_along_the_rows(X, k):
    return uncentred_svd(X - X.mean(axis=1, keepdims=True), k)


@principal_components.mistake("You divided by n: variances are to have n − 1 in the denominator.")
def divided_by_n(X, k):
    components, variances = principal_components.reference(X, k)
    return components, variances * (len(X) - 1) / len(X)


@principal_components.mistake("These are singular values: a variance is a singular value squared, over n − 1.")
def singular_values_themselves(X, k):
    return principal_components.reference(X, k)[0], np.linalg.svd(X - X.mean(axis=0), compute_uv=False)[:k]


@principal_components.mistake("These are standard deviations: square them to get variances.")
def standard_deviations(X, k):
    components, variances = principal_components.reference(X, k)
    return components, np.sqrt(variances)


@principal_components.mistake("You took the smallest variances: eigh sorts upwards, the largest come last.")
def smallest_first(X, k):
    variances, directions = np.linalg.eigh(np.atleast_2d(np.cov(X, rowvar=False)))
    return directions[:, :k].T, variances[:k]


@principal_components.mistake("You scaled the features to unit variance: centre them and leave their scales alone.")
def standardized(X, k):
    spread = X.std(axis=0, ddof=1)
    return principal_components.reference(X / np.where(spread > 0, spread, 1), k)


@principal_components.symptom("Your components are the columns: return them as rows, (k, D).")
def components_in_columns(answer, expected, X, k):
    rows, columns = np.shape(answer[0])
    return rows == X.shape[1] and columns == k and rows != columns


# --- intrinsic_dimension --------------------------------------------------------------------------------------------


@challenge.exercise(points=3, tolerance=EXACT)
def intrinsic_dimension(X, energy=0.90):
    """The least number of principal components that explain a share ``energy`` of the variance of the centred data.

    X: array (n, D), one sample a row; energy in (0, 1).
    Returns an int; 0 where there is no variance, because all samples are equal or there is only one.
    """
    variances = np.linalg.svd(X - X.mean(axis=0), compute_uv=False) ** 2
    total = variances.sum()
    if total == 0:
        return 0
    return int(np.argmax(np.cumsum(variances) >= energy * total)) + 1


@intrinsic_dimension.case(public=True)
def a_few_strong_directions(rng):
    return (cloud(rng, 20, 8, [10, 6, 3, 0.4, 0.3, 0.2, 0.1], centre=2),)


@intrinsic_dimension.case(public=True)
def half_of_the_variance(rng):
    return cloud(rng, 12, 6, [4, 3, 2.2, 1.5, 1], centre=1), 0.5


@intrinsic_dimension.case
def slowly_falling_variances(rng):
    return (cloud(rng, 40, 30, 1 / np.arange(1, 26), centre=0.5),)


@intrinsic_dimension.case
def one_strong_direction(rng):
    return (cloud(rng, 15, 10, [50, 1, 0.8, 0.6, 0.4], centre=0.2),)


@intrinsic_dimension.case
def points_far_from_the_origin(rng):
    return cloud(rng, 25, 6, [3, 2.5, 2, 1.5, 1.2, 1], centre=60), 0.75


@intrinsic_dimension.case
def nearly_all_of_the_variance(rng):
    return cloud(rng, 10, 20, [5, 4, 3, 2, 1, 0.2], centre=1), 0.985


@intrinsic_dimension.case
def little_of_the_variance(rng):
    return 1e-5 * cloud(rng, 18, 7, [6, 5, 4, 3, 2, 1], centre=1), 0.4


@intrinsic_dimension.case
def equal_samples(rng):
    return (np.tile(rng.integers(-9, 9, 5).astype(float), (8, 1)),)


@intrinsic_dimension.case
def a_single_sample(rng):
    return (rng.integers(1, 9, (1, 4)).astype(float),)


def components_needed(shares, energy):
    return int(np.argmax(np.cumsum(shares) >= energy * np.sum(shares))) + 1 if np.sum(shares) > 0 else 0


@intrinsic_dimension.mistake("You left the mean in: subtract each column's mean first, or it counts as a component.")
def mean_left_in(X, energy=0.90):
    return components_needed(np.linalg.svd(X, compute_uv=False) ** 2, energy)


@intrinsic_dimension.mistake("You summed singular values: variance goes with their squares.")
def not_squared(X, energy=0.90):
    return components_needed(np.linalg.svd(X - X.mean(axis=0), compute_uv=False), energy)


@intrinsic_dimension.mistake("You are one short: the index of the first sum that reaches the share counts from 0.")
def one_short(X, energy=0.90):
    return max(intrinsic_dimension.reference(X, energy) - 1, 0)


@intrinsic_dimension.mistake("You are one too high: count components up to the first sum that reaches the share.")
def one_too_many(X, energy=0.90):
    return intrinsic_dimension.reference(X, energy) + 1


@intrinsic_dimension.mistake("This counts the components whose own share is large; add the shares up instead.")
def counted_large_ones(X, energy=0.90):
    variances = np.linalg.svd(X - X.mean(axis=0), compute_uv=False) ** 2
    return int(np.sum(variances > (1 - energy) * variances.max(initial=0.0)))


@intrinsic_dimension.mistake("You use 0.90 whatever ``energy`` is.")
def energy_ignored(X, energy=0.90):
    return intrinsic_dimension.reference(X, 0.90)


# --- participation_ratio --------------------------------------------------------------------------------------------


@challenge.exercise(points=2, tolerance=FLOAT32)
def participation_ratio(X):
    """(Σλ)² / Σλ² over the variances λ of the centred data: how many directions take part.

    X: array (n, D), one sample a row. Returns a float; 0 where there is no variance, because all samples are equal or
    there is only one.
    """
    variances = np.linalg.svd(X - X.mean(axis=0), compute_uv=False) ** 2
    if variances.sum() == 0:
        return 0.0
    shares = variances / variances.sum()
    return 1 / np.sum(shares**2)


@participation_ratio.case(public=True)
def uneven_variances(rng):
    return (cloud(rng, 20, 6, [6, 3, 2, 1, 0.5], centre=1),)


@participation_ratio.case(public=True)
def three_equal_variances(rng):
    return (cloud(rng, 15, 5, [2, 2, 2], centre=2),)


@participation_ratio.case
def wide_data(rng):
    return (cloud(rng, 8, 40, [7, 6, 4, 3, 1, 0.5, 0.1], centre=0.5),)


@participation_ratio.case
def distant_data(rng):
    return (cloud(rng, 30, 4, [4, 3, 2, 1], centre=50),)


@participation_ratio.case
def one_direction_only(rng):
    return (np.outer(rng.standard_normal(9), rng.standard_normal(5)) + 3,)


@participation_ratio.case
def tiny_entries(rng):
    return (1e-7 * cloud(rng, 12, 6, [5, 4, 1, 0.5], centre=1),)


@participation_ratio.case
def equal_rows(rng):
    return (np.tile(rng.integers(-9, 9, 3).astype(float), (4, 1)),)


@participation_ratio.mistake("You left the mean in: subtract each column's mean first.")
def ratio_without_centring(X):
    variances = np.linalg.svd(X, compute_uv=False) ** 2
    return variances.sum() ** 2 / np.sum(variances**2) if variances.sum() > 0 else 0.0


@participation_ratio.mistake("You used singular values: λ is a variance, a singular value squared.")
def ratio_of_singular_values(X):
    values = np.linalg.svd(X - X.mean(axis=0), compute_uv=False)
    return values.sum() ** 2 / np.sum(values**2) if values.sum() > 0 else 0.0


@participation_ratio.mistake("This is the inverse: the square of the sum is the numerator.")
def upside_down(X):
    ratio = participation_ratio.reference(X)
    return 1 / ratio if ratio else 0.0


@participation_ratio.mistake("You used the features' own variances: λ are those along the principal directions.")
def variances_of_the_features(X):
    variances = X.var(axis=0)
    return variances.sum() ** 2 / np.sum(variances**2) if variances.sum() > 0 else 0.0


@participation_ratio.mistake("The sum in the numerator is to be squared as a whole: (Σλ)².")
def numerator_not_squared(X):
    variances = np.linalg.svd(X - X.mean(axis=0), compute_uv=False) ** 2 / max(len(X) - 1, 1)
    return variances.sum() / np.sum(variances**2) if variances.sum() > 0 else 0.0


# --- layer_activations ----------------------------------------------------------------------------------------------
# One program builds a SimpleCNN with weights that the judge chose, in a state that the judge chose; another calls the
# student's function on it and reports, besides the answer, what of that state has changed.

BUILD = """

def build(seed, evaluating, frozen, hooked, with_gradients):
    rng = np.random.default_rng(seed)
    model = SimpleCNN()
    with torch.no_grad():
        for parameter in model.parameters():
            values = rng.standard_normal(parameter.shape) / np.sqrt(parameter[0].numel())
            parameter.copy_(torch.from_numpy(values))
    for name, parameter in model.named_parameters():
        if with_gradients:
            parameter.grad = torch.full_like(parameter, 0.5)
        parameter.requires_grad_(name.split(".")[0] not in frozen)
    for name, module in model.named_modules():
        module.training = name not in evaluating
        if name in hooked:
            module.register_forward_hook(lambda module, inputs, output: None)
    return model.to(device)
"""

OBSERVE = """
import torch

HOOKS = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")


def observe(function, model, images, gradients_on):
    def state():
        modules, parameters = list(model.named_modules()), list(model.parameters())
        return {
            "mode": [module.training for _, module in modules],
            "hooks": [[len(getattr(module, kind)) for kind in HOOKS] for _, module in modules],
            "modules": [[name, str(id(module)), len(vars(module))] for name, module in modules],
            "parameters": [p.detach().double().sum().item() for p in parameters],
            "requires_grad": [p.requires_grad for p in parameters],
            "gradients": [None if p.grad is None else p.grad.double().sum().item() for p in parameters],
            "gradient mode": torch.is_grad_enabled(),
        }

    before_all = torch.is_grad_enabled()
    torch.set_grad_enabled(gradients_on)
    try:
        before = state()
        answer = function(model, images)
        after = state()
    finally:
        torch.set_grad_enabled(before_all)
    return {"activations": answer, "left as found": {key: int(before[key] == after[key]) for key in before}}
"""


def observed(student, build, observe, images, state, gradients_on=True):
    """The activations, and 1 or 0 for each part of the model's state: left as found, or not."""
    model = student.call(build, *state)
    function = student.value("layer_activations")
    if not isinstance(function, Handle):
        raise Unusable("layer_activations must be a function")
    found = student.call(observe, function, model, images, gradients_on)
    keys = ("conv1", "relu1", "conv2", "relu2", "fc1", "relu3")
    activations = {key: entry(entry(found, "activations"), key) for key in keys}
    return {"activations": activations, "left as found": entry(found, "left as found")}


@challenge.exercise(
    points=5,
    tolerance=Each({"activations": FLOAT32, "left as found": EXACT}, why="activations are close, a state is exact"),
    measure=observed,
)
def layer_activations(model, images):
    """What a SimpleCNN computes before and after each of its nonlinearities, before any pooling.

    model: a SimpleCNN; images: float32 tensor (n, 1, 28, 28) on the model's device.

    Returns a dict with the keys "conv1", "relu1", "conv2", "relu2", "fc1", "relu3", each (n, features): the activations
    of each sample, flattened. The model is left as it was found (mode of every submodule, hooks, gradients,
    parameters), and so is PyTorch's global gradient mode.
    """
    with torch.no_grad():
        conv1 = model.conv1(images)
        relu1 = F.relu(conv1)
        conv2 = model.conv2(F.max_pool2d(relu1, 2))
        relu2 = F.relu(conv2)
        fc1 = model.fc1(F.max_pool2d(relu2, 2).flatten(1))
        relu3 = F.relu(fc1)
    layers = {"conv1": conv1, "relu1": relu1, "conv2": conv2, "relu2": relu2, "fc1": fc1, "relu3": relu3}
    return {name: activations.flatten(1) for name, activations in layers.items()}


def network_in_state(rng, count, *, evaluating=(), frozen=(), hooked=(), gradients=False, gradient_mode=True):
    """A case: ``evaluating`` and ``hooked`` name submodules, "" being the model itself; ``frozen`` names layers."""
    images = TorchTensor(rng.uniform(size=(count, 1, 28, 28)).astype(np.float32))
    state = (int(rng.integers(10**6)), list(evaluating), list(frozen), list(hooked), gradients)
    build, observe = Source(SIMPLE_CNN + BUILD, "build", {"device": DEVICE}), Source(OBSERVE, "observe")
    return build, observe, images, state, gradient_mode


EVERYWHERE = ("", "conv1", "conv2", "fc1", "fc2")


@layer_activations.case(public=True)
def network_in_training_mode(rng):
    return network_in_state(rng, 1)


@layer_activations.case(public=True)
def network_in_evaluation_mode(rng):
    return network_in_state(rng, 1, evaluating=EVERYWHERE)


@layer_activations.case
def training_mode(rng):
    return network_in_state(rng, 3)


@layer_activations.case
def evaluation_mode(rng):
    return network_in_state(rng, 2, evaluating=EVERYWHERE)


@layer_activations.case
def submodules_in_different_modes(rng):
    return network_in_state(rng, 2, evaluating=("conv1", "fc2"))


@layer_activations.case
def network_with_hooks_and_gradients(rng):
    return network_in_state(rng, 2, evaluating=EVERYWHERE, hooked=("conv2", "fc1", ""), gradients=True)


@layer_activations.case
def frozen_layers(rng):
    return network_in_state(rng, 1, frozen=("conv1", "fc1"), gradients=True)


@layer_activations.case
def gradient_mode_switched_off(rng):
    return network_in_state(rng, 2, gradient_mode=False)


@layer_activations.symptom("You measured after pooling: take the activations right after each ReLU.")
def after_pooling(answer, expected, *inputs):
    shapes = [[np.shape(each["activations"][key]) for key in ("relu1", "relu2")] for each in (answer, expected)]
    return any(len(a) == 2 and 4 * a[1] == b[1] for a, b in zip(*shapes, strict=True))


@layer_activations.symptom("An in-place ReLU wrote over the values before it: keep conv1, conv2 and fc1 as they were.")
def overwritten_in_place(answer, expected, *inputs):
    pairs = [(answer["activations"][a], answer["activations"][b]) for a, b in (("conv1", "relu1"), ("fc1", "relu3"))]
    return any(np.shape(a) == np.shape(b) and np.array_equal(a, b) for a, b in pairs)


@layer_activations.symptom("The activations still have axes of channels, height and width: flatten each sample.")
def not_flattened(answer, expected, *inputs):
    return any(np.ndim(values) > 2 for values in answer["activations"].values())


@layer_activations.symptom("The model's mode was changed: restore the mode of every submodule, each its own.")
def mode_changed(answer, expected, *inputs):
    return answer["left as found"]["mode"] == 0


@layer_activations.symptom("The hooks are not those that were there: remove() each of yours, and no other.")
def hooks_left_behind(answer, expected, *inputs):
    return answer["left as found"]["hooks"] == 0


@layer_activations.symptom("Gradients are switched off (or on) for the whole session: use `with torch.no_grad():`.")
def gradient_mode_changed(answer, expected, *inputs):
    return answer["left as found"]["gradient mode"] == 0


@layer_activations.symptom("The parameters' gradients, or whether they take any, were changed: leave both alone.")
def gradients_changed(answer, expected, *inputs):
    left = answer["left as found"]
    return left["gradients"] == 0 or left["requires_grad"] == 0


# --- reduced_data_study ---------------------------------------------------------------------------------------------


def digits(count, start=0):
    """Images (count, 1, 28, 28), float32 in [0, 1], and labels (count,), int64, of the training file."""
    with np.load(TRAINING_FILE) as stored:
        images, labels = stored["images"][start : start + count], stored["labels"][start : start + count]
    return images[:, None].astype(np.float32) / 255, labels.astype(np.int64)


def patterns(rng, count):
    """Images (count, 1, 28, 28) of ten coarse random patterns with noise, and which of the ten each shows: (count,).

    They are learnt in far fewer steps than digits. The first ten show each pattern once.
    """
    shapes = np.kron(rng.uniform(size=(10, 7, 7)), np.ones((4, 4)))
    labels = np.arange(count) % 10
    images = shapes[labels] + 0.1 * rng.standard_normal((count, 28, 28))
    return np.clip(images, 0, 1)[:, None].astype(np.float32), labels


def with_every_label(rng, images):
    """Each image ten times, once with each label, in random order: any classifier is right exactly once in ten."""
    order = rng.permutation(10 * len(images))
    return np.repeat(images, 10, axis=0)[order], np.tile(np.arange(10), len(images))[order]


def tensors(images, labels):
    return TorchTensor(images), TorchTensor(labels)


def studied(student, sizes, train, test, epochs, seed):
    """The records in numbers, one array for each entry."""
    records = student.call("reduced_data_study", sizes, train, test, epochs, seed, DEVICE)
    if not isinstance(records, list | tuple) or len(records) != len(sizes):
        raise Unusable(f"a list of {len(sizes)} records is expected, one for each size")
    keys = ("size", "train_accuracy", "test_accuracy", "dimension")
    return {key: np.array([array_of(entry(record, key), ()) for record in records], dtype=float) for key in keys}


def learnt_and_fresh(student, sizes, train, test, epochs, seed):
    """Whether the first training learnt anything, and whether every other one, on what cannot be learnt, did not."""
    found = studied(student, sizes, train, test, epochs, seed)
    accuracy = found["test_accuracy"]
    return {**found, "learnt": int(accuracy[0] > 0.25), "fresh": int(np.all(accuracy[1::2] < 0.5))}


SIZES = Each({"size": EXACT}, why="sizes are exact")
ALWAYS_A_TENTH = Each(
    {"test_accuracy": Tolerance(atol=0.008, norm="max", why="exactly 0.1, give or take two of 300 hits in a tie")},
    why="a test set in which every image has every label is classified right exactly once in ten",
)
TWO_IMAGES = Each(
    {
        "test_accuracy": Tolerance(atol=0.01, norm="max", why="exactly 0.1; one hit of 60 is 0.017"),
        "dimension": EXACT,
    },
    why="two points lie on a line, whatever the network: one component explains all",
)
FIRST_SAMPLES = Each(
    {"train_accuracy": Tolerance(atol=0.012, norm="max", why="exactly 0.1, give or take one of 100 hits in a tie")},
    why="the first samples have every label for every image, the others have one label",
)
FRESH = Each({"learnt": EXACT, "fresh": EXACT}, why="a fresh network is at 0.1 here, a used one at 0.7 or so")


@challenge.exercise(points=4, tolerance=SIZES, seconds=120, measure=studied, per_student=False)
def reduced_data_study(sizes, train, test, epochs, seed, device):
    """Trains a fresh SimpleCNN() on the first ``size`` training samples, for each size, and looks at what it learnt.

    sizes: list of ints of at most the number of training images; train, test: pairs (images, labels) of a float32
    tensor (n, 1, 28, 28) and an int64 tensor (n,); epochs: int; seed: int for torch.manual_seed; device: "cpu" or
    "cuda". Training is with Adam (learning rate 1e-3) on shuffled batches of 64.

    Returns a list of dicts in the order of the sizes: "size"; "train_accuracy" on the samples trained on and
    "test_accuracy", both after training, in evaluation mode; "dimension", the intrinsic dimension (share 0.90) of
    relu3 on the test images.
    """
    (images, labels), (test_images, test_labels) = [(x.to(device), y.to(device)) for x, y in (train, test)]
    records = []
    for size in sizes:
        torch.manual_seed(seed)
        model = SimpleCNN().to(device)
        fit(model, images[:size], labels[:size], epochs)
        model.eval()
        relu3 = layer_activations.reference(model, test_images)["relu3"]
        records.append(
            {
                "size": size,
                "train_accuracy": accuracy_of(model, images[:size], labels[:size]),
                "test_accuracy": accuracy_of(model, test_images, test_labels),
                "dimension": intrinsic_dimension.reference(relu3.double().cpu().numpy()),
            }
        )
    return records


def fit(model, images, labels, epochs):
    """Trains with Adam on shuffled batches of 64."""
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    model.train()
    for _ in range(epochs):
        for chosen in torch.randperm(len(images), device=images.device).split(64):
            optimizer.zero_grad()
            F.cross_entropy(model(images[chosen]), labels[chosen]).backward()
            optimizer.step()


def accuracy_of(model, images, labels):
    """Share of hits, the model being in evaluation mode."""
    with torch.no_grad():
        predicted = torch.cat([model(part).argmax(dim=1) for part in images.split(500)])
    return (predicted == labels).double().mean().item()


# Patterns drawn in the student's process, so that the stored public cases stay small.
PUBLIC_PATTERNS = """
import torch

rng = np.random.default_rng(seed)
labels = np.arange(count) % 10
images = np.kron(rng.uniform(size=(10, 7, 7)), np.ones((4, 4)))[labels] + 0.1 * rng.standard_normal((count, 28, 28))
labels = torch.from_numpy(labels).to(device)
images = torch.from_numpy(images.clip(0, 1)[:, None].astype(np.float32)).to(device)
if every_label:
    images, labels = images.repeat_interleave(10, dim=0), torch.arange(10 * count).to(device) % 10
"""


def public_patterns(count, every_label=False):
    constants = {"seed": 5, "count": count, "every_label": every_label, "device": DEVICE}
    return Source(PUBLIC_PATTERNS, "images", constants), Source(PUBLIC_PATTERNS, "labels", constants)


reduced_data_study.margin = (
    "a share of hits among few images moves in steps; the wrong record nearest to an honest one is 5 bounds away"
)


@reduced_data_study.case(public=True)
def two_sizes(rng):
    return Given(([40, 20], public_patterns(60), public_patterns(30), 1, 2), expected={"size": np.array([40, 20])})


@reduced_data_study.case(public=True, compare=ALWAYS_A_TENTH)
def public_test_images_with_every_label(rng):
    given = ([80], public_patterns(80), public_patterns(30, every_label=True), 2, 3)
    return Given(given, expected={"test_accuracy": np.array([0.1])})


@reduced_data_study.case
def sizes_in_the_order_given(rng):
    sizes = [30, 10, 50, 20]
    train, test = tensors(*patterns(rng, 50)), tensors(*patterns(rng, 20))
    return Given((sizes, train, test, 1, 1), expected={"size": np.array(sizes)})


@reduced_data_study.case(compare=TWO_IMAGES)
def two_test_images_with_every_label(rng):
    images, labels = digits(150)
    pair = np.repeat(images[[np.argmax(labels == 0), np.argmax(labels == 1)]], 3, axis=0)
    given = ([150, 60], tensors(images, labels), tensors(*with_every_label(rng, pair)), 3, 2)
    return Given(given, expected={"test_accuracy": np.full(2, 0.1), "dimension": np.ones(2)})


@reduced_data_study.case(compare=FIRST_SAMPLES)
def first_samples_with_every_label(rng):
    images, labels = patterns(rng, 210)
    first = with_every_label(rng, images[:10])
    # the others all have one name, so that hits on them are none or many, not one in ten
    others = np.full(200, rng.integers(10))
    train = tensors(np.concatenate([first[0], images[10:]]), np.concatenate([first[1], others]))
    return Given(([100], train, tensors(images, labels), 3, 3), expected={"train_accuracy": np.array([0.1])})


@reduced_data_study.case(compare=FRESH, measure=learnt_and_fresh)
def each_network_is_fresh(rng):
    images, labels = patterns(rng, 300)
    images[:10], labels[:10] = images[0], np.arange(10)  # one image by ten names: nothing can be learnt from these
    test = tensors(images[100:], labels[100:])
    return Given(([300, 10, 300, 10], tensors(images, labels), test, 5, 4), expected={"learnt": 1, "fresh": 1})


@reduced_data_study.symptom("Your accuracies look like percentages: fractions in [0, 1] are asked for.")
def accuracies_in_percent(answer, expected, *inputs):
    return float(np.max([answer["train_accuracy"], answer["test_accuracy"]])) > 1


@reduced_data_study.symptom("Your test accuracies equal your training accuracies: evaluate on the test images.")
def copied_from_training(answer, expected, *inputs):
    same = np.array_equal(answer["train_accuracy"], answer["test_accuracy"])
    return same and "test_accuracy" in expected and bool(np.max(np.abs(answer["test_accuracy"] - 0.1)) > 0.01)


@reduced_data_study.symptom("A network knows what it was not shown: build a new one for each size.")
def network_not_fresh(answer, expected, *inputs):
    return answer.get("fresh") == 0


@reduced_data_study.symptom("Nothing was learnt: take a step on every batch, epochs times.")
def nothing_learnt(answer, expected, *inputs):
    return answer.get("learnt") == 0


@reduced_data_study.symptom("The records are not in the order of the sizes.")
def sizes_out_of_order(answer, expected, *inputs):
    given, wanted = answer["size"], expected["size"]
    return not np.array_equal(given, wanted) and sorted(given) == sorted(wanted)


@reduced_data_study.symptom("The training accuracy is that of other samples: use the first ``size`` ones, all of them.")
def other_samples(answer, expected, *inputs):
    return "train_accuracy" in expected


@reduced_data_study.symptom("The dimension is not that of relu3 on the test images, centred, at a share of 0.90.")
def dimension_of_something_else(answer, expected, *inputs):
    return "dimension" in expected and bool(np.any(answer["dimension"] != expected["dimension"]))


# --- written --------------------------------------------------------------------------------------------------------

challenge.question(
    "question1",
    points=2,
    rubric=[
        (1, "States from the table how the intrinsic dimension changes from conv1 to relu3: high first, low at last."),
        (1, "Explains it: early layers keep the variation of images, late ones keep what tells the classes apart."),
    ],
    answer="""
    The first convolution is linear and local: its thousands of features carry the variation of the images, slant and
    thickness of strokes included, and need many components. Going deeper, pooling and training discard variation that
    does not help to tell digits apart. In fc1 and relu3 a handful of components, about as many as there are classes,
    explain 90 % of the variance. The drop belongs to the trained network much more than to its size: 128 units could
    carry far more directions than they do.
    """,
)
challenge.question(
    "question2",
    points=2,
    rubric=[
        (1, "Describes the change from the spectra: before and after a ReLU, which falls faster or slower."),
        (1, "Explains it: ReLU acts unit by unit, bends flat sets into more directions, and silences units."),
    ],
    answer="""
    A linear layer maps a flat set to a set that is at least as flat. ReLU acts on each unit by itself and cuts at
    zero, which bends such a set, so variance moves from the leading directions into the tail: the spectrum falls more
    slowly. This is seen best at the second convolution, where the dimension rises from 27 to 40 in the course's run.
    Against it works sparsity: units that are silent for most images lose their variance. The two nearly cancel at
    conv1 and relu1 (54 both) and at fc1 and relu3 (6 both).
    """,
)
challenge.question(
    "question3",
    points=2,
    rubric=[
        (1, "Memorizing: training accuracy near 1 with test accuracy far below; compression: both high."),
        (1, "Relates it to the spectrum: what the dimension of relu3 does over sizes, read beside the accuracies."),
    ],
    answer="""
    With 50 images, in 25 epochs, the network is right on 0.82 of them and on 0.53 of unseen ones: a good part of what
    it learnt is these images. With 2,000 it reaches 1.00 and 0.95, and the gap closes, which is possible only if the
    representation drops what is particular to an image. The spectrum of relu3 on unseen images agrees: its dimension
    is 5 with 50 images and 8 with 2,000, close to the 9 directions that ten separate classes span. With few images
    some distinctions never form, two or three directions dominate and unseen digits of different classes fall
    together. So a low dimension alone is no sign of good compression: it must be read beside the test accuracy.
    """,
)
