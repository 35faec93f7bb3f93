"""Challenge 7: how channels and kernel size make a convolutional network's capacity (book exercise 4.1.3)."""

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from autograder.exercise import Challenge, Given
from autograder.oracle import Unusable, entry
from autograder.plain import DEVICE, Handle, Source, TorchTensor
from autograder.tolerance import Accuracy, Each, Exact, Tolerance, array_of
from autograder.torchvision_shim import import_torchvision

challenge = Challenge("challenge7_cnn_capacity", assignment="lecture2", title="Capacity of a CNN", book="4.1.3")

HERE = Path(__file__).resolve().parent
TRAINING_FILE = HERE.parents[1] / "source" / "lecture2" / "data" / "mnist_train_5000.npz"
HIDDEN_FILE = HERE / "data" / "mnist_hidden.npz"
TRAIN_IMAGES = 5000  # that the one full training of a grading run uses
AT_LEAST = 0.80  # accuracy on hidden images after 3 epochs on TRAIN_IMAGES
AT_LEAST_FULL = 0.93  # the same after 3 epochs on the full 60,000, which a GPU runner uses

EXACT = Exact(why="counts and sizes are exact")
FLOAT32 = Tolerance(
    rtol=1e-4, why="float32 networks agree to about 1e-6; a missing ReLU or another pooling changes a per cent or more"
)


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


def digits(path, count):
    """The first images (count, 1, 28, 28), float32 in [0, 1], and labels (count,), int64, of a stored file."""
    with np.load(path) as stored:
        images, labels = stored["images"][:count], stored["labels"][:count]
    return images[:, None].astype(np.float32) / 255, labels.astype(np.int64)


def training_digits(setting):
    """Images and labels that one full training uses, and the accuracy it must reach: all of MNIST on a GPU runner."""
    if setting.device != "cuda" or setting.data is None:
        return *digits(TRAINING_FILE, TRAIN_IMAGES), AT_LEAST
    full = import_torchvision().datasets.MNIST(setting.data, train=True, download=False)
    return full.data.numpy()[:, None].astype(np.float32) / 255, full.targets.numpy().astype(np.int64), AT_LEAST_FULL


def patterns(rng, count):
    """Images (count, 1, 28, 28) of ten coarse random patterns with noise, and which of the ten each shows: (count,).

    They are learnt in far fewer steps than digits.
    """
    shapes = np.kron(rng.uniform(size=(10, 7, 7)), np.ones((4, 4)))
    labels = rng.permutation(np.arange(count) % 10)
    images = shapes[labels] + 0.1 * rng.standard_normal((count, 28, 28))
    return np.clip(images, 0, 1)[:, None].astype(np.float32), labels


def with_every_label(rng, images):
    """Each image ten times, once with each label, in random order: any classifier is right exactly once in ten."""
    order = rng.permutation(10 * len(images))
    return np.repeat(images, 10, axis=0)[order], np.tile(np.arange(10), len(images))[order]


def tensors(images, labels):
    return TorchTensor(images), TorchTensor(labels)


# Patterns again, drawn in the student's process, so that the stored public cases stay small.
PUBLIC_PATTERNS = """
import torch

rng = np.random.default_rng(seed)
labels = rng.permutation(np.arange(count) % 10)
images = np.kron(rng.uniform(size=(10, 7, 7)), np.ones((4, 4)))[labels] + 0.1 * rng.standard_normal((count, 28, 28))
labels = torch.from_numpy(labels).to(device)
images = torch.from_numpy(images.clip(0, 1)[:, None].astype(np.float32)).to(device)
"""


def public_patterns(seed, count):
    constants = {"seed": seed, "count": count, "device": DEVICE}
    return Source(PUBLIC_PATTERNS, "images", constants), Source(PUBLIC_PATTERNS, "labels", constants)


# --- build_cnn ------------------------------------------------------------------------------------------------------
# The network stays in the student's process. Programs set weights that the judge chose (each goes to the one parameter
# of its shape, so it does not matter how the layers are called), run the network and return plain arrays.

PROGRAMS = """
import torch
from torch import nn


def run(model, images):
    model.eval()
    with torch.no_grad():
        images = images.to(next(model.parameters()).device)
        return model(images)


def shape(model, images):
    return list(getattr(run(model, images), "shape", ())) if isinstance(model, nn.Module) else None


def count(model, images):
    if not isinstance(model, nn.Module):
        return None
    run(model, images)  # lazy layers get their parameters now
    return sum(p.numel() for p in model.parameters())


def logits(model, images, weights):
    if not isinstance(model, nn.Module):
        return None
    run(model, images)
    parameters = list(model.parameters())
    if sorted(tuple(p.shape) for p in parameters) != sorted(tuple(size) for size, _ in weights):
        return None
    with torch.no_grad():
        for size, values in weights:
            fitting = next(p for p in parameters if tuple(p.shape) == tuple(size))
            fitting.copy_(torch.from_numpy(values))  # broadcast to the whole parameter
    return {"logits": run(model, images), "the same logits once more": run(model, images)}
"""
SHAPE, COUNT, LOGITS = (Source(PROGRAMS, name) for name in ("shape", "count", "logits"))


def behaviour(student, filters, kernel_size, program, *inputs):
    """What a program of the judge finds out about the network that was built."""
    model = student.call("build_cnn", filters, kernel_size)
    if not isinstance(model, Handle):
        raise Unusable("a torch.nn.Module is expected")
    found = student.call(program, model, *inputs)
    if found is None:
        raise Unusable("this is not a torch.nn.Module with weights and biases of the shapes that the architecture has")
    return found


def receptive_field_seen(student, filters, kernel_size, program, images, weights):
    """Height and width of the patch of pixels that move a logit, where image i has only pixel i alight."""
    found = behaviour(student, filters, kernel_size, program, images, weights)
    values = array_of(entry(found, "logits"), (785, 10))
    moved = np.abs(values[:784] - values[784]).max(axis=1) > 0
    rows, columns = np.nonzero(moved.reshape(28, 28))
    return [int(np.ptp(axis)) + 1 if axis.size else 0 for axis in (rows, columns)]


@challenge.exercise(points=4, tolerance=FLOAT32, measure=behaviour)
def build_cnn(filters, kernel_size):
    """A convolutional network for images (n, 1, 28, 28) that returns logits (n, 10).

    conv(1 → f1, k×k, same padding), ReLU, 2×2 max-pooling, conv(f1 → f2, k×k, same padding), ReLU, 2×2 max-pooling,
    linear(49·f2 → 128), ReLU, linear(128 → 10); every layer with biases.

    filters: tuple (f1, f2); kernel_size: odd int k. Returns a torch.nn.Module.
    """
    f1, f2 = filters
    return nn.Sequential(
        nn.Conv2d(1, f1, kernel_size, padding=kernel_size // 2),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(f1, f2, kernel_size, padding=kernel_size // 2),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(49 * f2, 128),
        nn.ReLU(),
        nn.Linear(128, 10),
    )


def positive_weights(rng, filters, kernel_size):
    """[shape, values] of every weight and bias, positive, so that no ReLU does anything.

    Each unit of the first linear layer weighs all its inputs alike: the order in which they were flattened is free.
    """
    f1, f2 = filters
    area = kernel_size**2
    sizes = [(f1, 1, kernel_size, kernel_size), (f1,), (f2, f1, kernel_size, kernel_size), (f2,)]
    sizes += [(128, 49 * f2), (128,), (10, 128), (10,)]
    fan_in = [area, 1, f1 * area, 1, 49 * f2, 1, 128, 1]
    weights = [[size, rng.uniform(0.2, 1, size) / fan] for size, fan in zip(sizes, fan_in, strict=True)]
    weights[4][1] = rng.uniform(0.2, 1, (128, 1)) / (49 * f2)
    return [[list(size), values.astype(np.float32)] for size, values in weights]


def some_images(rng, count):
    return TorchTensor(rng.uniform(size=(count, 1, 28, 28)).astype(np.float32))


def with_weights(rng, filters, kernel_size, silenced=None):
    """A case on logits; the layer ``silenced`` (0 to 3) gets weights below zero and no bias, so a ReLU stops it."""
    weights = positive_weights(rng, filters, kernel_size)
    if silenced is not None:
        weights[2 * silenced][1] *= -1
        weights[2 * silenced + 1][1] *= 0
    return filters, kernel_size, LOGITS, some_images(rng, 3), weights


@build_cnn.case(public=True, compare=EXACT)
def shape_of_the_logits(rng):
    return (16, 32), 3, SHAPE, TorchTensor(np.zeros((5, 1, 28, 28), dtype=np.float32))


@build_cnn.case(public=True, compare=EXACT)
def number_of_parameters(rng):
    return (4, 8), 5, COUNT, TorchTensor(np.zeros((1, 1, 28, 28), dtype=np.float32))


@build_cnn.case(public=True)
def logits_with_positive_weights(rng):
    return with_weights(rng, (3, 5), 3)


@build_cnn.case(compare=EXACT)
def logits_of_one_image(rng):
    return (8, 4), 1, SHAPE, some_images(rng, 1)


@build_cnn.case(compare=EXACT)
def number_of_parameters_with_a_wide_kernel(rng):
    return (5, 9), 7, COUNT, some_images(rng, 1)


@build_cnn.case
def first_nonlinearity(rng):
    return with_weights(rng, (4, 6), 3, silenced=0)


@build_cnn.case
def second_nonlinearity(rng):
    return with_weights(rng, (6, 4), 5, silenced=1)


@build_cnn.case
def third_nonlinearity(rng):
    return with_weights(rng, (3, 8), 3, silenced=2)


@build_cnn.case
def pooling(rng):
    return with_weights(rng, (7, 5), 5)


@build_cnn.case
def logits_with_weights_of_both_signs(rng):
    filters, kernel_size, program, images, weights = with_weights(rng, (5, 7), 3)
    for _, values in weights[:4]:
        values[1:] *= rng.choice([-3, 3], size=values[1:].shape)  # the first channel stays positive, so never silent
    for _, values in weights[5::2]:
        values *= 0  # the logits are in proportion to what the convolutions found
    weights[6][1][::2] *= -1
    return filters, kernel_size, program, images, weights


def one_pixel_at_a_time(rng, filters, kernel_size):
    """Weights that let only the central unit after the second pooling through: the middle input of the linear layer
    is one of its channels in whichever order the axes were flattened, where the number of channels is odd."""
    weights = positive_weights(rng, filters, kernel_size)
    for _, values in weights[1::2]:
        values *= 0
    weights[4][1] = np.zeros((1, 49 * filters[1]), dtype=np.float32)
    weights[4][1][0, 49 * filters[1] // 2] = 1
    images = np.concatenate([np.eye(784), np.zeros((1, 784))]).astype(np.float32).reshape(785, 1, 28, 28)
    return filters, kernel_size, LOGITS, TorchTensor(images), weights


@build_cnn.case(measure=receptive_field_seen, compare=EXACT)
def receptive_field_of_a_small_kernel(rng):
    return one_pixel_at_a_time(rng, (2, 3), 3)


@build_cnn.case(measure=receptive_field_seen, compare=EXACT)
def receptive_field_of_a_large_kernel(rng):
    return one_pixel_at_a_time(rng, (2, 3), 7)


def altered(filters, kernel_size, change):
    """The right network with every layer replaced by ``change(layer)``."""
    return nn.Sequential(*(change(layer) for layer in build_cnn.reference(filters, kernel_size)))


@build_cnn.mistake("You return probabilities: leave the softmax out, the cross-entropy loss applies it itself.")
def softmax_at_the_end(filters, kernel_size):
    return nn.Sequential(build_cnn.reference(filters, kernel_size), nn.Softmax(dim=1))


@build_cnn.mistake("You return log-probabilities: leave the log-softmax out and return the last layer's values.")
def log_softmax_at_the_end(filters, kernel_size):
    return nn.Sequential(build_cnn.reference(filters, kernel_size), nn.LogSoftmax(dim=1))


@build_cnn.mistake("You pool by averaging: the architecture takes the maximum of each 2×2 block.")
def average_pooling(filters, kernel_size):
    return altered(filters, kernel_size, lambda layer: nn.AvgPool2d(2) if isinstance(layer, nn.MaxPool2d) else layer)


@build_cnn.mistake("A ReLU is missing: there is one after each convolution and one between the two linear layers.")
def without_relu(filters, kernel_size):
    return altered(filters, kernel_size, lambda layer: nn.Identity() if isinstance(layer, nn.ReLU) else layer)


@build_cnn.mistake("Your ReLU also follows the last layer: logits may be negative.")
def relu_at_the_end(filters, kernel_size):
    return nn.Sequential(build_cnn.reference(filters, kernel_size), nn.ReLU())


@build_cnn.mistake("Your convolutions shrink the image: 'same' padding is kernel_size // 2 on each side.")
def without_padding(filters, kernel_size):
    f1, f2 = filters
    side = ((28 - kernel_size + 1) // 2 - kernel_size + 1) // 2
    layers = list(build_cnn.reference(filters, kernel_size))
    layers[0], layers[3] = nn.Conv2d(1, f1, kernel_size), nn.Conv2d(f1, f2, kernel_size)
    layers[7] = nn.Linear(side**2 * f2, 128)
    return nn.Sequential(*layers)


@build_cnn.mistake("Your convolutions have no biases: keep them (bias=True is PyTorch's default).")
def without_biases(filters, kernel_size):
    f1, f2 = filters
    layers = list(build_cnn.reference(filters, kernel_size))
    layers[0] = nn.Conv2d(1, f1, kernel_size, padding="same", bias=False)
    layers[3] = nn.Conv2d(f1, f2, kernel_size, padding="same", bias=False)
    return nn.Sequential(*layers)


# --- count_parameters -----------------------------------------------------------------------------------------------


@challenge.exercise(points=2, tolerance=EXACT)
def count_parameters(filters, kernel_size):
    """The number of weights and biases of the network that build_cnn(filters, kernel_size) builds: an int."""
    f1, f2 = filters
    convolutions = (1 * kernel_size**2 + 1) * f1 + (f1 * kernel_size**2 + 1) * f2
    return convolutions + (49 * f2 + 1) * 128 + (128 + 1) * 10


@count_parameters.case(public=True)
def network_of_the_course(rng):
    return (16, 32), 3


@count_parameters.case(public=True)
def narrow_network(rng):
    return (2, 3), 5


@count_parameters.case
def one_channel_each(rng):
    return (1, 1), 1


@count_parameters.case
def more_channels_first(rng):
    return (24, 6), 3


@count_parameters.case
def wide_kernel(rng):
    return (8, 16), 9


@count_parameters.case
def any_network(rng):
    f1, f2 = (int(n) for n in rng.permutation(np.arange(3, 60))[:2])
    return (f1, f2), int(rng.choice([5, 7, 11]))


@count_parameters.mistake("You left the biases out: each output channel or unit has one.")
def no_biases(filters, kernel_size):
    f1, f2 = filters
    return kernel_size**2 * f1 + f1 * kernel_size**2 * f2 + 49 * f2 * 128 + 1280


@count_parameters.mistake("A kernel has k·k weights for each input channel, not k.")
def kernel_not_squared(filters, kernel_size):
    f1, f2 = filters
    return (kernel_size + 1) * f1 + (f1 * kernel_size + 1) * f2 + (49 * f2 + 1) * 128 + 1290


@count_parameters.mistake("Each filter of the second convolution reaches over all f1 channels of the first.")
def one_input_channel(filters, kernel_size):
    f1, f2 = filters
    return (kernel_size**2 + 1) * f1 + (kernel_size**2 + 1) * f2 + (49 * f2 + 1) * 128 + 1290


@count_parameters.mistake("The linear layer gets 7·7 values a channel: two poolings halve 28 twice.")
def pooled_once(filters, kernel_size):
    f1, f2 = filters
    return (kernel_size**2 + 1) * f1 + (f1 * kernel_size**2 + 1) * f2 + (196 * f2 + 1) * 128 + 1290


@count_parameters.mistake("These are the convolutions alone: the two linear layers have most of the parameters.")
def convolutions_only(filters, kernel_size):
    f1, f2 = filters
    return (kernel_size**2 + 1) * f1 + (f1 * kernel_size**2 + 1) * f2


# --- receptive_field ------------------------------------------------------------------------------------------------


@challenge.exercise(points=2, tolerance=EXACT)
def receptive_field(kernel_size):
    """Side, in pixels, of the patch of the image that one unit after the second pooling can see.

    kernel_size: odd int k of at most 9. The unit lies so far inside that no border cuts its patch. Returns an int.
    """
    side, step = 1, 1  # of the image itself: a pixel sees one pixel, and neighbours are one pixel apart
    for window, stride in [(kernel_size, 1), (2, 2), (kernel_size, 1), (2, 2)]:
        side += (window - 1) * step
        step *= stride
    return side


@receptive_field.case(public=True)
def kernel_of_three(rng):
    return (3,)


@receptive_field.case(public=True)
def kernel_of_five(rng):
    return (5,)


@receptive_field.case
def kernel_of_one(rng):
    return (1,)


@receptive_field.case(weight=0.5)
def kernel_of_five_again(rng):
    return (5,)


@receptive_field.case
def kernel_of_seven(rng):
    return (7,)


@receptive_field.case
def kernel_of_nine(rng):
    return (9,)


@receptive_field.mistake("This is the patch of two stacked convolutions: the poolings between and after widen it.")
def convolutions_alone(kernel_size):
    return 2 * kernel_size - 1


@receptive_field.mistake("After a pooling neighbours are twice as far apart, so later windows reach twice as far.")
def steps_not_doubled(kernel_size):
    return 2 * kernel_size + 1


@receptive_field.mistake("This is the patch before the second pooling, which joins neighbouring units once more.")
def before_the_second_pooling(kernel_size):
    return 3 * kernel_size - 1


@receptive_field.mistake("The second pooling joins units that are two pixels apart: it widens the patch by two.")
def second_pooling_by_one(kernel_size):
    return 3 * kernel_size


@receptive_field.mistake("A window of w widens the patch by w − 1 steps, not by w: neighbouring patches overlap.")
def patches_do_not_overlap(kernel_size):
    return 4 * kernel_size


# --- train_cnn ------------------------------------------------------------------------------------------------------

EVALUATION = """
import torch


def evaluate(model, images):
    if not isinstance(model, torch.nn.Module):
        return None
    model.eval()
    with torch.no_grad():
        device = next(model.parameters()).device
        logits = torch.cat([model(part.to(device)) for part in images.split(500)])
    return {"logits": logits, "parameters": sum(p.numel() for p in model.parameters())}
"""
EVALUATE = Source(EVALUATION, "evaluate")


def trained(student, filters, kernel_size, images, labels, epochs, seed, unseen, program):
    """The record of a training and the logits of the model on images of the judge's choosing."""
    answer = student.call("train_cnn", filters, kernel_size, images, labels, epochs, seed, DEVICE)
    model = entry(answer, "model")
    found = student.call(program, model, unseen) if isinstance(model, Handle) else None
    if not isinstance(found, dict):
        raise Unusable("the entry 'model' must be a torch.nn.Module")
    loss = array_of(entry(answer, "train_loss"), (epochs,)).astype(float)
    accuracy = array_of(entry(answer, "train_accuracy"), (epochs,)).astype(float)
    in_range = bool(np.all((accuracy >= 0) & (accuracy <= 1)))
    return {**found, "train_loss": loss, "train_accuracy": accuracy, "fractions": int(in_range)}


def trained_and_compared(student, filters, kernel_size, images, labels, epochs, seed, program):
    """The same, with the last accuracy recorded less the accuracy measured on the training images."""
    found = trained(student, filters, kernel_size, images, labels, epochs, seed, images, program)
    logits = array_of(found["logits"], (len(labels.array), 10))
    measured = np.mean(logits.argmax(axis=1) == labels.array)
    return {**found, "accuracy recorded": found["train_accuracy"][-1] - measured, "last loss": found["train_loss"][-1]}


def batches(model, optimizer, images, labels):
    """One epoch of training in shuffled batches of 64; yields the loss and the hits of each batch."""
    for chosen in torch.randperm(len(images), device=images.device).split(64):
        logits = model(images[chosen])
        loss = F.cross_entropy(logits, labels[chosen])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        yield loss.item() * len(chosen), (logits.argmax(dim=1) == labels[chosen]).sum().item()




def reached(at_least):
    """An accuracy on images that the student never had, counted by the grader."""
    why = "a right solution passes with probability 0.999 (docs/calibration.md); the best wrong one has 0.61"
    return Each({"logits": Accuracy(at_least=at_least, why=why)}, why="the grader's own count of the model's hits")


REACHED = reached(AT_LEAST)
SIZES = Each({"parameters": EXACT, "fractions": EXACT}, why="the network asked for, and accuracies as fractions")
UNLEARNABLE = Each(
    {
        "train_loss": Tolerance(atol=0.6, norm="max", why="no model is below ln 10 = 2.30; a sum over 7 batches is 16"),
        "train_accuracy": Tolerance(
            atol=0.08, norm="max", why="every image has every label: 0.1, running averages by 0.015 (1 s.d.)"
        ),
    },
    why="what any honest record shows on labels that contradict each other",
)
AGREES = Each(
    {
        "accuracy recorded": Tolerance(atol=0.35, why="a running accuracy lags behind; an invented one is off by 0.5"),
        "last loss": Tolerance(atol=2.2, why="a loss that fell below the first one's ln 10 = 2.30"),
    },
    why="the record belongs to the model",
)


@challenge.exercise(points=7, tolerance=REACHED, seconds=120, measure=trained, per_student=False)
def train_cnn(filters, kernel_size, images, labels, epochs, seed, device):
    """Trains the network of build_cnn with Adam (learning rate 1e-3) on shuffled batches of 64.

    filters, kernel_size: as for build_cnn; images: float32 tensor (n, 1, 28, 28); labels: int64 tensor (n,);
    epochs: int; seed: int for torch.manual_seed; device: "cpu" or "cuda", where model and batches belong.

    Returns a dict: "model", the trained network; "train_loss" (epochs,), the mean cross-entropy a sample in each
    epoch; "train_accuracy" (epochs,), a fraction in [0, 1], counted during each epoch or after it.
    """
    torch.manual_seed(seed)
    model = build_cnn.reference(filters, kernel_size).to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    images, labels = images.to(device), labels.to(device)
    train_loss, train_accuracy = [], []
    for _ in range(epochs):
        model.train()
        losses, hits = zip(*batches(model, optimizer, images, labels), strict=True)
        train_loss.append(sum(losses) / len(images))
        train_accuracy.append(sum(hits) / len(images))
    return {"model": model, "train_loss": train_loss, "train_accuracy": train_accuracy}


def on_public_patterns(filters, kernel_size, count, epochs):
    images, labels = public_patterns(7, count)
    expected = {"parameters": count_parameters.reference(filters, kernel_size), "fractions": 1}
    return Given((filters, kernel_size, images, labels, epochs, 3, images, EVALUATE), expected=expected)


train_cnn.margin = (
    "training is random: records are judged by bounds of a few standard deviations, accuracy by the threshold below"
)


@train_cnn.case(public=True, compare=SIZES)
def two_epochs_on_patterns(rng):
    return on_public_patterns((4, 8), 3, 130, 2)


@train_cnn.case(public=True, compare=SIZES)
def one_epoch_with_another_kernel(rng):
    return on_public_patterns((3, 5), 5, 70, 1)


@train_cnn.case(weight=4)
def accuracy_on_hidden_digits(rng, setting):
    images, labels, at_least = training_digits(setting)
    unseen, answers = digits(HIDDEN_FILE, 1000)
    renamed = rng.permutation(10)  # a digit may be called by another's name: a network trained elsewhere is no use
    given = ((16, 32), 3, *tensors(images, renamed[labels]), 3, int(rng.integers(1000)), TorchTensor(unseen), EVALUATE)
    return Given(given, expected={"logits": renamed[answers]}, compare=reached(at_least))


@train_cnn.case(compare=UNLEARNABLE)
def record_of_labels_that_contradict_each_other(rng):
    images, labels = with_every_label(rng, patterns(rng, 40)[0])
    given = ((8, 16), 3, *tensors(images, labels), 3, int(rng.integers(1000)), TorchTensor(images[:1]), EVALUATE)
    return Given(given, expected={"train_loss": np.full(3, 2.4), "train_accuracy": np.full(3, 0.1)})


@train_cnn.case(compare=AGREES, measure=trained_and_compared)
def record_agrees_with_the_model(rng):
    images, labels = patterns(rng, 300)
    given = ((8, 16), 3, *tensors(images, labels), 10, int(rng.integers(1000)), EVALUATE)
    return Given(given, expected={"accuracy recorded": 0.0, "last loss": 0.0})


@train_cnn.case(compare=SIZES)
def network_and_epochs_asked_for(rng):
    images, labels = patterns(rng, 90)
    given = ((5, 3), 5, *tensors(images, labels), 4, int(rng.integers(1000)), TorchTensor(images[:1]), EVALUATE)
    return Given(given, expected={"parameters": count_parameters.reference((5, 3), 5), "fractions": 1})


@train_cnn.symptom("Your accuracies look like percentages: a fraction in [0, 1] is asked for.")
def percentages(answer, expected, *inputs):
    return float(np.max(answer["train_accuracy"])) > 1


@train_cnn.symptom("Your loss looks like a sum over batches: divide by the number of samples.")
def summed_loss(answer, expected, *inputs):
    return float(np.max(answer["train_loss"])) > 4


@train_cnn.symptom("The model knows the digits, but by other labels: keep images and labels in the same order.")
def labels_mixed_up(answer, expected, *inputs):
    # learning went on, or seemed to, and nothing of it holds for unseen images
    accuracy = np.mean(np.asarray(answer["logits"]).argmax(axis=1) == expected["logits"])
    falling = answer["train_loss"][-1] < 0.9 * answer["train_loss"][0] or np.ptp(answer["train_loss"]) < 0.1
    return bool(accuracy < 0.2 and falling and not answer["train_accuracy"][-1] > 0.5)


@train_cnn.symptom("Your record shows learning, the model handed back none: return the network that you trained.")
def another_model_returned(answer, expected, *inputs):
    if "accuracy recorded" in answer:
        return float(answer["accuracy recorded"]) > 0.35
    accuracy = np.mean(np.asarray(answer["logits"]).argmax(axis=1) == expected["logits"])
    return bool(accuracy < 0.4 and answer["train_accuracy"][-1] > 0.6)


@train_cnn.symptom("The model has learnt, but too little: train on every batch of every epoch, with the step given.")
def undertrained(answer, expected, *inputs):
    accuracy = np.mean(np.asarray(answer["logits"]).argmax(axis=1) == expected["logits"])
    return bool(0.2 <= accuracy < 0.8)


# --- sweep ----------------------------------------------------------------------------------------------------------


def swept(student, configurations, train, test, epochs, seed, share=0.0, offset=0.1):
    """The records in numbers; "excess" is the test accuracies less share · training accuracies + offset."""
    records = student.call("sweep", configurations, train, test, epochs, seed, DEVICE)
    if not isinstance(records, list | tuple) or len(records) != len(configurations):
        raise Unusable(f"a list of {len(configurations)} records is expected, one for each configuration")
    accuracies = {}
    for key in ("train_accuracy", "test_accuracy"):
        accuracies[key] = np.array([array_of(entry(record, key), (epochs,)) for record in records], dtype=float)
    excess = accuracies["test_accuracy"] - (share * accuracies["train_accuracy"] + offset)
    described = [{key: entry(record, key) for key in ("filters", "kernel_size", "parameters")} for record in records]
    return {"records": described, **accuracies, "excess": excess}


def swept_afresh(student, configurations, train, test, epochs, seed):
    """Whether each of several equal configurations starts to learn where the first one did, not where it ended."""
    found = swept(student, configurations, train, test, epochs, seed)
    accuracy = found["train_accuracy"]
    climbed = accuracy[0, -1] - accuracy[0, 0] > 0.15
    continued = bool(climbed and np.all(accuracy[1:, 0] >= accuracy[0, -1] - 0.02))
    test_is_bounded = bool(np.all(found["test_accuracy"] <= 1.01 - accuracy))
    return {**found, "fresh": int(not continued), "bounded": int(test_is_bounded), "learnt": int(accuracy.max() > 0.25)}


DESCRIBED = Each({"records": EXACT}, why="names and counts are exact")
TEN_LABELS = Each(
    {"excess": Tolerance(atol=0.008, norm="max", why="exactly 0.1, give or take two of 300 hits in a rounding tie")},
    why="a test set in which every image has every label is classified right exactly once in ten",
)
RELATED = Each(
    {"excess": Tolerance(atol=0.008, norm="max", why="an exact relation; running or copied ones miss it by 0.05")},
    why="half the test set is the training set, the other half has every label for every image",
)
CONTRADICTORY = Each(
    {"train_accuracy": Tolerance(atol=0.006, norm="max", why="exactly 0.1 after an epoch; running ones are 0.015 off")},
    why="a training set in which every image has every label",
)
FRESH = Each({"fresh": EXACT, "learnt": EXACT, "bounded": EXACT}, why="see the measurement")


@challenge.exercise(points=4, tolerance=DESCRIBED, seconds=120, measure=swept, per_student=False)
def sweep(configurations, train, test, epochs, seed, device):
    """Trains one fresh network for each configuration, as train_cnn does, and records how it fares.

    configurations: list of (filters, kernel_size); train, test: pairs (images, labels); epochs, seed, device: as for
    train_cnn.

    Returns a list of dicts in the order of the configurations: "filters", "kernel_size", "parameters" (their number),
    "train_accuracy" (epochs,) and "test_accuracy" (epochs,), both measured on all images of train or test after each
    epoch, in evaluation mode.
    """
    (images, labels), (test_images, test_labels) = [(x.to(device), y.to(device)) for x, y in (train, test)]
    records = []
    for filters, kernel_size in configurations:
        torch.manual_seed(seed)
        model = build_cnn.reference(filters, kernel_size).to(device)
        optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
        train_accuracy, test_accuracy = [], []
        for _ in range(epochs):
            model.train()
            for _ in batches(model, optimizer, images, labels):
                pass
            train_accuracy.append(accuracy_of(model, images, labels))
            test_accuracy.append(accuracy_of(model, test_images, test_labels))
        records.append(
            {
                "filters": filters,
                "kernel_size": kernel_size,
                "parameters": sum(p.numel() for p in model.parameters()),
                "train_accuracy": train_accuracy,
                "test_accuracy": test_accuracy,
            }
        )
    return records


def accuracy_of(model, images, labels):
    """Share of hits in evaluation mode."""
    model.eval()
    with torch.no_grad():
        predicted = torch.cat([model(part).argmax(dim=1) for part in images.split(500)])
    return (predicted == labels).double().mean().item()


def descriptions(configurations):
    return [
        {"filters": filters, "kernel_size": k, "parameters": count_parameters.reference(filters, k)}
        for filters, k in configurations
    ]


@sweep.case(public=True)
def three_small_networks(rng):
    configurations = [((4, 6), 3), ((2, 3), 5), ((4, 6), 1)]
    train, test = public_patterns(11, 70), public_patterns(11, 30)
    return Given((configurations, train, test, 1, 5), expected={"records": descriptions(configurations)})


@sweep.case(public=True, compare=TEN_LABELS)
def public_test_images_with_every_label(rng):
    train = public_patterns(12, 200)
    program = PUBLIC_PATTERNS + "images, labels = images[:30].repeat(10, 1, 1, 1), torch.arange(300).to(device) // 30\n"
    constants = {"seed": 12, "count": 200, "device": DEVICE}
    test = Source(program, "images", constants), Source(program, "labels", constants)
    return Given(([((8, 16), 3)], train, test, 3, 5), expected={"excess": np.zeros((1, 3))})


@sweep.case
def order_and_counts(rng):
    configurations = [((6, 3), 5), ((2, 9), 1), ((6, 3), 3), ((1, 4), 7)]
    train, test = tensors(*patterns(rng, 70)), tensors(*patterns(rng, 30))
    return Given((configurations, train, test, 2, 1), expected={"records": descriptions(configurations)})


@sweep.case(compare=TEN_LABELS)
def test_images_with_every_label(rng):
    images, labels = patterns(rng, 200)
    test = tensors(*with_every_label(rng, images[:30]))
    given = ([((8, 16), 3), ((4, 8), 5)], tensors(images, labels), test, 4, 2)
    return Given(given, expected={"excess": np.zeros((2, 4))})


@sweep.case(compare=RELATED)
def test_set_that_contains_the_training_set(rng):
    images, labels = patterns(rng, 300)
    extra_images, extra_labels = with_every_label(rng, images[:30])
    order = rng.permutation(600)
    test = np.concatenate([images, extra_images])[order], np.concatenate([labels, extra_labels])[order]
    given = ([((8, 16), 3)], tensors(images, labels), tensors(*test), 6, 3, 0.5, 0.05)
    return Given(given, expected={"excess": np.zeros((1, 6))})


@sweep.case(compare=CONTRADICTORY)
def training_images_with_every_label(rng):
    images, labels = patterns(rng, 60)
    train = tensors(*with_every_label(rng, images[:40]))
    given = ([((8, 16), 3)], train, tensors(images, labels), 5, 4)
    return Given(given, expected={"train_accuracy": np.full((1, 5), 0.1)})


@sweep.case(compare=FRESH, measure=swept_afresh)
def each_network_is_fresh(rng):
    images, labels = patterns(rng, 200)
    test = tensors(images, (labels + 1) % 10)  # a right training label is a wrong test label
    given = ([((8, 16), 3)] * 4, tensors(images, labels), test, 7, 5)
    return Given(given, expected={"fresh": 1, "learnt": 1, "bounded": 1})


@sweep.symptom("Your accuracies look like percentages: fractions in [0, 1] are asked for.")
def accuracies_in_percent(answer, expected, *inputs):
    return float(np.max([answer["train_accuracy"], answer["test_accuracy"]])) > 1


@sweep.symptom("Your test accuracies equal your training accuracies: evaluate on the test images and their labels.")
def copied_from_training(answer, expected, *inputs):
    same = np.array_equal(answer["train_accuracy"], answer["test_accuracy"])
    return same and float(np.max(answer["train_accuracy"])) > 0


@sweep.symptom("Later networks go on from where the first one stopped: build a new network for each configuration.")
def same_model_reused(answer, expected, *inputs):
    return answer.get("fresh") == 0


@sweep.symptom("The records are not in the order of the configurations.")
def out_of_order(answer, expected, *inputs):
    wanted = [(tuple(each["filters"]), each["kernel_size"]) for each in expected["records"]]
    given = [(tuple(each["filters"]), each["kernel_size"]) for each in answer["records"]]
    return given != wanted and sorted(given) == sorted(wanted)


@sweep.symptom("Your accuracies are not those of the model after the epoch: measure them in a pass of their own.")
def counted_while_training(answer, expected, *inputs):
    if "train_accuracy" in expected:
        return bool(np.abs(answer["train_accuracy"] - expected["train_accuracy"]).max() > 0.006)
    copied = np.array_equal(answer["train_accuracy"], answer["test_accuracy"])
    return "excess" in expected and not copied and bool(np.abs(answer["excess"]).max() > 0.008)


# --- written --------------------------------------------------------------------------------------------------------

challenge.question(
    "question1",
    points=2,
    rubric=[
        (1, "More channels represent more functions: training accuracy rises, with returns that diminish."),
        (1, "Reads overfitting off the gap between training and test accuracy, and says when it widens."),
    ],
    answer="""
    Every channel is one more detector of a local pattern, and the second layer can combine more of them, so a wider
    network contains the functions of a narrower one and more. In the sweep training accuracy rises with the channels
    and soon levels off: digits need few kinds of strokes. Most of the added parameters sit in the first linear layer,
    whose size grows with f2. Capacity turns into overfitting where training accuracy goes on rising and test accuracy
    does not: the gap is small for 3 epochs on all images and widens with fewer images or more epochs.
    """,
)
challenge.question(
    "question2",
    points=2,
    rubric=[
        (1, "Gives the receptive field as growing with k (3k + 1 here), and that its centre counts most."),
        (1, "Says why larger is not always better: parameters grow with k², locality is lost, or borders are padding."),
    ],
    answer="""
    A unit after the second pooling sees 3k + 1 pixels across: 10 for k = 3, the whole image for k = 9. That patch can
    matter; the centre is reached along many more paths than the rim, so what does matter is smaller. A larger kernel
    helps until the field covers the parts that must be seen together. Beyond, the weights grow with k², their number
    makes training slower and memorizing easier, much of each window lies on padding, and the same field can be had
    from two small kernels with a nonlinearity between them and fewer weights.
    """,
)
challenge.question(
    "question3",
    points=2,
    rubric=[
        (1, "Deeper: the field grows with every layer, so small kernels do; optimization becomes the limit."),
        (1, "Harder data: more channels and data or regularization pay off; MNIST saturates too early."),
    ],
    answer="""
    With more layers the receptive field grows by itself and doubles its pace at each pooling, so that 3×3 kernels are
    enough and channels are better added as resolution falls. Depth brings its own difficulty: the product of
    Jacobians shrinks or grows, and normalization and skip connections become necessary. On data with colour, clutter
    and many classes the narrow networks of this sweep would underfit visibly, width and depth would go on paying
    where MNIST has long saturated, and the larger capacity would need more images, augmentation or regularization to
    generalize.
    """,
)
