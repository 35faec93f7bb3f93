"""Challenge 6: a tiny causal transformer and three optimizers (book exercise 3.5.1)."""

import math

import numpy as np
import torch

from autograder.exercise import Challenge, Given
from autograder.oracle import Unusable, entry
from autograder.plain import Handle, Source, TorchTensor
from autograder.tolerance import Accuracy, Each, Exact, Mismatch, Tolerance, array_of

challenge = Challenge("challenge6_tiny_transformer", assignment="lecture2", title="A tiny transformer", book="3.5.1")

challenge.supplies_source("TEXT", 'TEXT = "hello world. this is a simple transformer example."')
TEXT = "hello world. this is a simple transformer example."

EXACT = Exact(why="windows are copies of tokens: nothing is rounded")
FLOAT32 = Tolerance(rtol=1e-4, why="float32 answers err by about 1e-6 here; a wrong formula errs by 1e-2 or more")


@challenge.supplies
class TinyTransformer(torch.nn.Module):
    """A causal decoder-only transformer: token ids (n, context) to logits (n, context, vocabulary_size).

    The logits at position i score the token at i + 1 and depend on the tokens 0, ..., i only.
    """

    def __init__(self, vocabulary_size, context):
        super().__init__()
        self.embedding = torch.nn.Embedding(vocabulary_size, 64)
        self.position = torch.nn.Embedding(context, 64)
        self.blocks = torch.nn.ModuleList(
            torch.nn.TransformerEncoderLayer(64, nhead=4, dim_feedforward=128, dropout=0.0, batch_first=True)
            for _ in range(2)
        )
        self.head = torch.nn.Linear(64, vocabulary_size)

    def forward(self, tokens):
        length = tokens.shape[1]
        hidden = self.embedding(tokens) + self.position.weight[:length]
        future = torch.ones(length, length, dtype=torch.bool, device=tokens.device).triu(diagonal=1)
        for block in self.blocks:
            hidden = block(hidden, src_mask=future)
        return self.head(hidden)


# --- make_windows ---------------------------------------------------------------------------------------------------


@challenge.exercise(points=2, tolerance=EXACT)
def make_windows(tokens, length):
    """All overlapping windows of a sequence of tokens, and what follows each of their tokens.

    tokens: int64 tensor (T,); length: int, at least 1.
    Returns the tensors X and Y, both (T - length, length): X holds the windows in the order in which they start,
    Y the same windows shifted by one token, so that Y[n, i] is the token that follows X[n, i].
    Raises ValueError where T <= length: there is then no window that has a successor.
    """
    if len(tokens) <= length:
        raise ValueError(f"{len(tokens)} tokens have no window of {length} with a successor")
    windows = tokens.unfold(0, length, 1)
    return windows[:-1], windows[1:]


def tokens_of(rng, count):
    return TorchTensor(rng.integers(0, 30, count))


@make_windows.case(public=True)
def ten_tokens(rng):
    return TorchTensor(np.arange(10, 20)), 3


@make_windows.case(public=True)
def exactly_one_window(rng):
    return tokens_of(rng, 6), 5


@make_windows.case(public=True)
def as_many_tokens_as_the_window(rng):
    return tokens_of(rng, 4), 4


@make_windows.case
def longer_sequence(rng):
    return tokens_of(rng, 60), 5


@make_windows.case
def windows_of_one_token(rng):
    return tokens_of(rng, 9), 1


@make_windows.case
def one_window_only(rng):
    return tokens_of(rng, 9), 8


@make_windows.case
def window_as_long_as_the_sequence(rng):
    return tokens_of(rng, 7), 7


@make_windows.case
def window_longer_than_the_sequence(rng):
    return tokens_of(rng, 3), 6


@make_windows.mistake("The last window is missing: T tokens have T - length windows with a successor.")
def dropped_the_last_window(tokens, length):
    if len(tokens) <= length:
        raise ValueError
    windows = tokens.unfold(0, length, 1)
    return windows[:-2], windows[1:-1]


@make_windows.mistake("Your windows do not overlap: each starts one token after the one before it.")
def windows_side_by_side(tokens, length):
    if len(tokens) <= length:
        raise ValueError
    return tokens[:-1].unfold(0, length, length), tokens[1:].unfold(0, length, length)


@make_windows.mistake("Y equals X: shift it by one token, or the network only has to copy its input.")
def targets_not_shifted(tokens, length):
    if len(tokens) <= length:
        raise ValueError
    return tokens.unfold(0, length, 1)[:-1], tokens.unfold(0, length, 1)[:-1]


@make_windows.mistake("Y holds only the token after each window; every position of a window has a target of its own.")
def only_the_last_target(tokens, length):
    if len(tokens) <= length:
        raise ValueError
    return tokens.unfold(0, length, 1)[:-1], tokens[length:]


@make_windows.mistake("Where T <= length, a ValueError must be raised; an empty answer would train on nothing.")
def never_raises(tokens, length):
    if len(tokens) <= length:
        return tokens[:0].reshape(0, 1).expand(0, length), tokens[:0].reshape(0, 1).expand(0, length)
    windows = tokens.unfold(0, length, 1)
    return windows[:-1], windows[1:]


@make_windows.mistake("T = length must raise as well: the only window then has no successor.")
def lets_one_window_pass(tokens, length):
    if len(tokens) < length:
        raise ValueError
    windows = tokens.unfold(0, length, 1)
    return windows[:-1], windows[1:]


# --- sgd_step -------------------------------------------------------------------------------------------------------


@challenge.exercise(points=1, tolerance=FLOAT32)
def sgd_step(w, g, lr):
    """One step of gradient descent, without momentum.

    w: array, the parameters, of any shape; g: array of that shape, the gradient; lr: float, the learning rate.
    Returns the new parameters; w itself stays as it was.
    """
    return w - lr * g


@sgd_step.case(public=True)
def five_parameters(rng):
    return rng.standard_normal(5), rng.standard_normal(5), 0.1


@sgd_step.case(public=True)
def a_matrix_of_parameters(rng):
    return rng.standard_normal((2, 3)), rng.standard_normal((2, 3)), 0.5


@sgd_step.case
def many_parameters(rng):
    return rng.standard_normal(200), rng.standard_normal(200), 0.3


@sgd_step.case
def tall_matrix(rng):
    return rng.standard_normal((7, 2)), 2 * rng.standard_normal((7, 2)), 0.7


@sgd_step.case
def one_parameter(rng):
    return rng.uniform(1, 2, 1), rng.uniform(3, 4, 1), 0.25


@sgd_step.case
def steep_gradient(rng):
    return rng.standard_normal(6), 1e6 * rng.standard_normal(6), 1e-3


@sgd_step.mistake("You walked uphill: the step goes against the gradient.")
def ascended(w, g, lr):
    return w + lr * g


@sgd_step.mistake("The learning rate is missing from your step.")
def without_learning_rate(w, g, lr):
    return w - g


@sgd_step.mistake("You divided the gradient by its norm; SGD takes it as long as it is.")
def normalized(w, g, lr):
    return w - lr * g / (np.linalg.norm(g) + 1e-12)


@sgd_step.mistake("`w -= ...` changes the caller's array: make a new one with w - ... instead.")
def in_place(w, g, lr):
    w -= lr * g
    return w


# --- rmsprop_step ---------------------------------------------------------------------------------------------------


@challenge.exercise(points=2, tolerance=FLOAT32)
def rmsprop_step(w, g, v, lr, alpha=0.99, eps=1e-8):
    """One step of RMSProp, as torch.optim.RMSprop takes it (no momentum, not centred).

    w: array, the parameters, of any shape; g: the gradient; v: the running average of squared gradients, both of the
    shape of w; lr: float; alpha: float, what the average keeps of its past; eps: float.
    Returns (w, v), both new; the arguments stay as they were.
    """
    v = alpha * v + (1 - alpha) * g**2
    return w - lr * g / (np.sqrt(v) + eps), v


def clear_gradient(rng, shape, scale=1.0):
    """Entries of either sign, none of them near zero."""
    return scale * rng.choice([-1.0, 1.0], shape) * rng.uniform(0.5, 2, shape)


@rmsprop_step.case(public=True)
def from_rest(rng):
    return rng.standard_normal(4), clear_gradient(rng, 4), np.zeros(4), 0.1


@rmsprop_step.case(public=True)
def with_a_history(rng):
    return rng.standard_normal((2, 3)), rng.standard_normal((2, 3)), rng.uniform(0.1, 2, (2, 3)), 0.1


@rmsprop_step.case
def first_step_of_many(rng):
    return rng.standard_normal(50), clear_gradient(rng, 50), np.zeros(50), 0.05


@rmsprop_step.case
def matrix_with_a_history(rng):
    return rng.standard_normal((4, 3)), rng.standard_normal((4, 3)), rng.uniform(0.1, 2, (4, 3)), 0.3


@rmsprop_step.case
def short_memory(rng):
    return rng.standard_normal(6), rng.standard_normal(6), rng.uniform(0.1, 2, 6), 0.2, 0.6


@rmsprop_step.case
def nearly_flat(rng):
    return 0.1 * rng.standard_normal(5), clear_gradient(rng, 5, scale=1e-6), np.zeros(5), 0.01


@rmsprop_step.case
def large_eps_by_name(rng):
    return Given((rng.standard_normal(5), rng.standard_normal(5), rng.uniform(0.1, 1, 5), 0.5), {"eps": 0.3})


@rmsprop_step.case(weight=0.5)
def one_gradient_is_zero(rng):
    g = clear_gradient(rng, 4)
    g[1] = 0.0
    return rng.standard_normal(4), g, np.zeros(4), 0.1


@rmsprop_step.mistake("eps stands outside the root: sqrt(v) + eps, not sqrt(v + eps).")
def eps_inside_the_root(w, g, v, lr, alpha=0.99, eps=1e-8):
    v = alpha * v + (1 - alpha) * g**2
    return w - lr * g / np.sqrt(v + eps), v


@rmsprop_step.mistake("alpha weighs the past, 1 - alpha the new square: you exchanged them.")
def weights_exchanged(w, g, v, lr, alpha=0.99, eps=1e-8):
    v = (1 - alpha) * v + alpha * g**2
    return w - lr * g / (np.sqrt(v) + eps), v


@rmsprop_step.mistake("You divided by the old average: update v first, then use it.")
def divided_by_the_old_average(w, g, v, lr, alpha=0.99, eps=1e-8):
    return w - lr * g / (np.sqrt(v) + eps), alpha * v + (1 - alpha) * g**2


@rmsprop_step.mistake("You divided by v itself: the step is scaled by its square root.")
def forgot_the_root(w, g, v, lr, alpha=0.99, eps=1e-8):
    v = alpha * v + (1 - alpha) * g**2
    return w - lr * g / (v + eps), v


@rmsprop_step.mistake("RMSProp adds up all squared gradients in your version: that is Adagrad; let the past fade.")
def never_forgets(w, g, v, lr, alpha=0.99, eps=1e-8):
    v = v + g**2
    return w - lr * g / (np.sqrt(v) + eps), v


@rmsprop_step.mistake("You averaged the gradient, not its square.")
def averaged_the_gradient(w, g, v, lr, alpha=0.99, eps=1e-8):
    v = alpha * v + (1 - alpha) * g
    return w - lr * g / (np.sqrt(np.abs(v)) + eps), v


@rmsprop_step.mistake("Return both the new parameters and the new average: (w, v).")
def only_the_parameters(w, g, v, lr, alpha=0.99, eps=1e-8):
    return w - lr * g / (np.sqrt(alpha * v + (1 - alpha) * g**2) + eps)


@rmsprop_step.mistake("You changed w or v in place: the caller still needs the old arrays, so make new ones.")
def in_place_average(w, g, v, lr, alpha=0.99, eps=1e-8):
    v *= alpha
    v += (1 - alpha) * g**2
    return w - lr * g / (np.sqrt(v) + eps), v


# --- adam_step ------------------------------------------------------------------------------------------------------


@challenge.exercise(points=3, tolerance=FLOAT32)
def adam_step(w, g, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    """One step of Adam with bias correction, as torch.optim.Adam takes it (no weight decay).

    w: array, the parameters, of any shape; g: the gradient; m, v: the running averages of the gradient and of its
    square, all of the shape of w; t: int, the number of this step, 1 for the first; lr, beta1, beta2, eps: floats.
    Returns (w, m, v), all new, m and v as they go into the next step; the arguments stay as they were.
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), m, v


def moments(rng, shape):
    w, g, m = rng.standard_normal((3, *np.atleast_1d(shape)))
    return w, g, m, rng.uniform(0.1, 2, shape)


@adam_step.case(public=True)
def the_first_step(rng):
    return rng.standard_normal(4), clear_gradient(rng, 4), np.zeros(4), np.zeros(4), 1, 0.1


@adam_step.case(public=True)
def the_third_step(rng):
    return *moments(rng, (2, 3)), 3, 0.1


@adam_step.case
def first_step_from_rest(rng):
    return rng.standard_normal((3, 4)), clear_gradient(rng, (3, 4)), np.zeros((3, 4)), np.zeros((3, 4)), 1, 0.2


@adam_step.case
def second_step(rng):
    return *moments(rng, 30), 2, 0.05


@adam_step.case
def late_step(rng):
    return *moments(rng, 8), 5000, 0.5


@adam_step.case
def other_betas(rng):
    return *moments(rng, 6), 4, 0.3, 0.5, 0.8


@adam_step.case
def tiny_gradient(rng):
    return 0.1 * rng.standard_normal(5), clear_gradient(rng, 5, scale=1e-6), np.zeros(5), np.zeros(5), 1, 0.05


@adam_step.case
def large_eps(rng):
    return Given((*moments(rng, 5), 2, 0.5), {"eps": 0.5})


@adam_step.case(weight=0.5)
def nothing_moves(rng):
    w = rng.standard_normal(3)
    return w, np.zeros(3), np.zeros(3), np.zeros(3), 1, 0.1


@adam_step.mistake("The bias correction is missing: divide m by 1 - beta1**t and v by 1 - beta2**t for the step.")
def without_bias_correction(w, g, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return w - lr * m / (np.sqrt(v) + eps), m, v


@adam_step.mistake("eps stands outside the root: sqrt(v_hat) + eps, not sqrt(v_hat + eps).")
def epsilon_inside_the_root(w, g, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return w - lr * m / (1 - beta1**t) / np.sqrt(v / (1 - beta2**t) + eps), m, v


@adam_step.mistake("Add eps after v is corrected: you added it to the root of the uncorrected v.")
def eps_before_the_correction(w, g, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return w - lr * np.sqrt(1 - beta2**t) / (1 - beta1**t) * m / (np.sqrt(v) + eps), m, v


@adam_step.mistake("Return m and v themselves: the corrected ones serve this step only, or they are corrected twice.")
def returned_the_corrected_averages(w, g, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m_hat = (beta1 * m + (1 - beta1) * g) / (1 - beta1**t)
    v_hat = (beta2 * v + (1 - beta2) * g**2) / (1 - beta2**t)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), m_hat, v_hat


@adam_step.mistake("t already counts from 1: with t + 1 the first steps come out too short.")
def counted_from_zero(w, g, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return w - lr * m / (1 - beta1 ** (t + 1)) / (np.sqrt(v / (1 - beta2 ** (t + 1))) + eps), m, v


@adam_step.mistake("The step goes along the averaged gradient m, not along g.")
def stepped_along_the_gradient(w, g, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return w - lr * g / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


@adam_step.mistake("beta1 belongs to m and beta2 to v: you exchanged them.")
def betas_exchanged(w, g, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta2 * m + (1 - beta2) * g
    v = beta1 * v + (1 - beta1) * g**2
    return w - lr * m / (1 - beta2**t) / (np.sqrt(v / (1 - beta1**t)) + eps), m, v


# --- train ----------------------------------------------------------------------------------------------------------


def training(student, text, context, optimizer, lr, epochs, seed):
    """What one training recorded, and what its model does on inputs of the judge's choosing."""
    evaluate = Source(
        """
import torch

def evaluate(model, tokens):
    if isinstance(model, torch.nn.Module):
        model.eval()
        tokens = next((tokens.to(parameter.device) for parameter in model.parameters()), tokens)
    with torch.no_grad():
        return model(tokens)
""",
        "evaluate",
    )

    def numbers(name, answer, shape):
        try:
            return array_of(answer, shape).real.astype(float)
        except Mismatch as mismatch:
            raise Unusable(f"{name}: {mismatch}") from None

    answer = student.call("train", text, context, optimizer, lr, epochs, seed)
    loss = numbers("'loss'", entry(answer, "loss"), (epochs,))
    position_loss = numbers("'position_loss'", entry(answer, "position_loss"), (epochs, context))
    vocabulary = entry(answer, "vocabulary")
    if not isinstance(vocabulary, str | list | tuple) or not all(isinstance(letter, str) for letter in vocabulary):
        raise Unusable("'vocabulary': a list of characters is expected")
    model = entry(answer, "model")
    if not isinstance(model, Handle):
        raise Unusable("'model': the trained model itself is expected")

    letters = sorted(set(text))
    tokens = np.array([letters.index(letter) for letter in text])
    windows = np.stack([tokens[i : len(tokens) - context + i] for i in range(context)], axis=1)
    targets = np.stack([tokens[i + 1 : len(tokens) - context + i + 1] for i in range(context)], axis=1)
    shape = (*windows.shape, len(letters))
    logits = numbers("the model's logits", student.call(evaluate, model, TorchTensor(windows)), shape)
    some = windows[:12]
    changed = [some] + [np.where(np.arange(context) < i, some, (some + 1) % len(letters)) for i in range(1, context)]
    rows = np.concatenate(changed)
    outputs = numbers(
        "the model's logits", student.call(evaluate, model, TorchTensor(rows)), (*rows.shape, len(letters))
    ).reshape(context, *some.shape, len(letters))

    def first_loss(seed):
        again = student.call("train", text, context, optimizer, lr, 1, seed)
        return numbers("'loss'", entry(again, "loss"), (1,))[0]

    same, other = first_loss(seed), first_loss(seed + 1)
    with np.errstate(all="ignore"):  # a student's numbers may be as large as they like
        shifted = logits - logits.max(axis=2, keepdims=True)
        log_probabilities = shifted - np.log(np.exp(shifted).sum(axis=2, keepdims=True))
        model_loss = -np.take_along_axis(log_probabilities, targets[:, :, None], axis=2).mean()
        scaled = outputs / (np.abs(outputs).max() + 1e-12)
        effect = max((np.abs(scaled[i, :, :i] - scaled[0, :, :i]).max() for i in range(1, context)), default=0.0)
        gap = np.abs(position_loss.mean(axis=1) - loss).max()
    return {
        "vocabulary": list(vocabulary),
        "loss": loss,
        "position_loss": position_loss,
        "mean of position_loss minus loss": round(float(gap), 5),
        "change of the first loss when run again": round(abs(float(same - loss[0])), 5),
        "another seed gives another loss": int(abs(other - loss[0]) > 1e-6),
        "loss of the returned model": float(model_loss),
        "effect of later tokens on earlier logits": round(float(effect), 5),
        "logits at the last position": logits[:, -1],
    }


def matched_starts(student, text, context, seed):
    """First losses of the three optimizers, which start from one model, and of another seed."""

    def first_loss(optimizer, seed):
        answer = student.call("train", text, context, optimizer, 0.01, 1, seed)
        try:
            return float(array_of(entry(answer, "loss"), (1,)).real[0])
        except Mismatch as mismatch:
            raise Unusable(f"'loss': {mismatch}") from None

    first = [first_loss(optimizer, seed) for optimizer in ("SGD", "Adam", "RMSProp")]
    return {
        "first loss minus ln V": first[0] - math.log(len(set(text))),
        "spread of the optimizers' first losses": round(max(first) - min(first), 5),
        "another seed gives another loss": int(abs(first_loss("SGD", seed + 1) - first[0]) > 1e-6),
    }


SAME_RUN = Tolerance(
    rtol=1e-3, why="the seed determines the run: float64 differs by 3e-5 after 6 epochs, another seed by 1e-2"
)
ROUNDING = Tolerance(atol=1e-3, why="float32 sums differ by about 1e-6; anything else by 1e-2 or more")
SAME_MODEL = Tolerance(rtol=1e-2, why="after 5 updates float64 differs by 1e-4, the untrained model by 1")
LOOSE_RUN = Tolerance(rtol=0.2, why="another PyTorch may draw other weights, up to 0.13 off; SGD for Adam errs by 0.57")
CLOSE_TO_LN_V = Tolerance(atol=0.5, why="fresh models lie within 0.4 of ln V, summed losses far above")
CAUSAL = Tolerance(atol=1e-3, why="relative to the largest logit: a mask leaves 1e-6, a model without one moves by 0.1")
RIGHT_CHARACTER = Accuracy(
    at_least=0.97,
    why="200 epochs of Adam reached 1.00 on 40 of 40 texts whose windows determine what follows; 5 reach 0.67 to 0.90, "
    "200 of SGD at this rate 0.47 to 0.63",
)
PUBLIC = Each(
    {
        "vocabulary": EXACT,
        "mean of position_loss minus loss": ROUNDING,
        "effect of later tokens on earlier logits": CAUSAL,
        "change of the first loss when run again": ROUNDING,
        "another seed gives another loss": EXACT,
        "loss": LOOSE_RUN,
        "position_loss": LOOSE_RUN,
        "loss of the returned model": LOOSE_RUN,
    }
)
MATCHED = Each(
    {
        "first loss minus ln V": CLOSE_TO_LN_V,
        "spread of the optimizers' first losses": ROUNDING,
        "another seed gives another loss": EXACT,
    }
)
RECORD = Each({"vocabulary": EXACT, "loss": SAME_RUN})


@challenge.exercise(points=8, tolerance=RECORD, measure=training, seconds=60)
def train(text, context, optimizer, lr, epochs, seed):
    """Trains a fresh TinyTransformer to predict the next character, on all windows of the text in every epoch.

    text: str; context: int, the length of a window; optimizer: "SGD", "Adam" or "RMSProp", each with PyTorch's
    defaults besides the learning rate lr; epochs: int; seed: int, given to torch.manual_seed right before the model is
    made. Characters are numbered in the order of the vocabulary.

    Returns a dict with
    model: the trained TinyTransformer;
    loss (epochs,): the mean cross-entropy over all windows and positions, before the update of each epoch;
    position_loss (epochs, context): the same, averaged over the windows only;
    vocabulary: the sorted list of the different characters of the text.
    """
    vocabulary = sorted(set(text))
    tokens = torch.tensor([vocabulary.index(character) for character in text])
    X, Y = make_windows(tokens, context)
    torch.manual_seed(seed)
    model = TinyTransformer(len(vocabulary), context)
    rules = {"SGD": torch.optim.SGD, "Adam": torch.optim.Adam, "RMSProp": torch.optim.RMSprop}
    rule = rules[optimizer](model.parameters(), lr=lr)
    loss, position_loss = [], []
    for _ in range(epochs):
        each = torch.nn.functional.cross_entropy(model(X).transpose(1, 2), Y, reduction="none")
        rule.zero_grad()
        each.mean().backward()
        rule.step()
        loss.append(each.mean().item())
        position_loss.append(each.mean(dim=0).tolist())
    return {"model": model, "loss": loss, "position_loss": position_loss, "vocabulary": vocabulary}


WORDS = (
    "amber boat cloud drum early forest guitar honest island jungle kettle lemon mirror novel orbit pepper quiet "
    "river silver table under violet window xylem yellow zebra Mars 42 7th café north plum sky two why box jazz"
).split()


def text_of(rng, least):
    """Different words and full stops, at least so many characters."""
    words = [str(word) for word in rng.permutation(WORDS)]
    text = ""
    for i, word in enumerate(words):
        text += word + (". " if i % 3 == 2 else " ")
        if len(text) > least:
            break
    return text.strip() + "."


def determined_text(rng, least, context):
    """A text in which the last ``context`` characters always determine the next one."""
    while True:
        text = text_of(rng, least)
        follows = {(text[i : i + context], text[i + context]) for i in range(len(text) - context)}
        if len({window for window, _ in follows}) == len(follows):
            return text


def seed_of(rng):
    return int(rng.integers(1, 10_000))


@train.case(public=True, compare=PUBLIC)
def five_epochs_of_adam(rng):
    return TEXT, 5, "Adam", 0.01, 5, 0


@train.case(public=True, compare=PUBLIC)
def four_epochs_of_sgd(rng):
    return TEXT, 3, "SGD", 0.1, 4, 1


@train.case(public=True, measure=matched_starts, compare=MATCHED)
def all_optimizers_start_alike(rng):
    return TEXT, 5, 3


@train.case(measure=matched_starts, compare=MATCHED)
def matched_settings(rng):
    return text_of(rng, 40), 4, seed_of(rng)


@train.case
def record_of_adam(rng):
    return text_of(rng, 45), 5, "Adam", 0.01, 6, seed_of(rng)


@train.case
def record_of_sgd(rng):
    return text_of(rng, 35), 3, "SGD", 0.2, 6, seed_of(rng)


@train.case
def record_of_rmsprop(rng):
    return text_of(rng, 40), 6, "RMSProp", 0.001, 4, seed_of(rng)


@train.case(compare=Each({"position_loss": SAME_RUN, "mean of position_loss minus loss": ROUNDING}))
def loss_by_position(rng):
    return text_of(rng, 40), 7, "Adam", 0.005, 4, seed_of(rng)


@train.case(compare=Each({"loss of the returned model": SAME_MODEL}))
def model_handed_back(rng):
    return text_of(rng, 40), 4, "Adam", 0.01, 5, seed_of(rng)


@train.case(compare=Each({"effect of later tokens on earlier logits": CAUSAL, "loss of the returned model": LOOSE_RUN}))
def causality(rng):
    # the loss is looked at too: a model that answers the same to everything is causal
    return text_of(rng, 40), 6, "Adam", 0.01, 8, seed_of(rng)


@train.case(compare=Each({"logits at the last position": RIGHT_CHARACTER}))
def next_character_after_200_epochs(rng):
    # what is right is known from the text, so that the judge trains nothing
    text = determined_text(rng, 45, 5)
    letters = sorted(set(text))
    following = np.array([letters.index(letter) for letter in text[5:]])
    expected = {"logits at the last position": following, "vocabulary": letters}
    return Given((text, 5, "Adam", 0.01, 200, seed_of(rng)), expected=expected)


@train.symptom("Later characters move the predictions at earlier positions: your model sees the answer. Keep its mask.")
def sees_the_future(answer, expected, *args):
    return answer["effect of later tokens on earlier logits"] > 1e-2


@train.symptom("The vocabulary must be sorted: a set has no order of its own, so ids would differ from run to run.")
def vocabulary_not_sorted(answer, expected, *args):
    return answer["vocabulary"] != expected["vocabulary"] and sorted(answer["vocabulary"]) == expected["vocabulary"]


@train.symptom("The first loss does not depend on the seed: pass `seed` to torch.manual_seed, right before the model.")
def seed_ignored(answer, expected, *args):
    return answer["another seed gives another loss"] == 0


@train.symptom("Your record is one update ahead: store the loss that the gradient was taken of, not the one after.")
def recorded_after_the_update(answer, expected, *args):
    later = np.asarray(expected["loss"])[1:]
    return np.abs(answer["loss"][: len(later)] - later).max() < 1e-2 * np.abs(later).max()


@train.symptom("The model that you return is not the one that you trained: its loss is not the one recorded last.")
def model_not_trained(answer, expected, *args):
    first, last = answer["loss"][0], answer["loss"][-1]
    return first - 0.3 * (first - last) < answer["loss of the returned model"] < first + 0.5 and first > last


@train.symptom(
    "Your run starts right and leaves the way at its first update: take the optimizer that the argument names, "
    "with the learning rate lr and PyTorch's defaults for the rest."
)
def optimizer_ignored(answer, expected, *args):
    apart = np.abs(answer["loss"] / np.asarray(expected["loss"]) - 1)
    return apart[0] < 1e-3 and apart[1] > 3e-3


@train.symptom("Your run leaves the way at its second update: are the gradients of the first one still added to it?")
def gradients_accumulated(answer, expected, *args):
    apart = np.abs(answer["loss"] / np.asarray(expected["loss"]) - 1)
    return apart[:2].max() < 1e-3 and apart[2:].max() > 3e-3


@train.symptom("The loss is a sum: average the cross-entropy over windows and positions.")
def summed_not_averaged(answer, expected, *args):
    return answer["loss"][0] > 1.9 * np.asarray(expected["loss"])[0]


@train.symptom("Your loss looks at the last position only: every position of a window predicts its successor.")
def last_position_only(answer, expected, *args):
    return abs(answer["loss"][0] - np.asarray(expected["position_loss"])[0, -1]) < 1e-3


@train.symptom("position_loss and loss disagree: average the same cross-entropies, over windows and over everything.")
def positions_disagree(answer, expected, *args):
    return answer["mean of position_loss minus loss"] > 1e-2


# --- confusion_matrix -----------------------------------------------------------------------------------------------


@challenge.exercise(points=3, tolerance=FLOAT32)
def confusion_matrix(probabilities, targets):
    """What is predicted where a given token is the right one.

    probabilities: array (n, V), row n the predicted distribution of sample n; targets: int64 tensor (n,), the right
    tokens. Returns an array (V, V): row t is the mean of the predicted distributions of the samples whose target is t,
    and zero where no sample has that target.
    """
    V = probabilities.shape[1]
    matrix = np.zeros((V, V))
    for t in np.unique(targets):
        matrix[t] = probabilities[np.asarray(targets) == t].mean(axis=0)
    return matrix


def predictions(rng, n, V, targets=None):
    """Distributions that differ from sample to sample, and their targets."""
    chosen = rng.integers(0, V, n) if targets is None else np.asarray(targets)
    return rng.dirichlet(np.full(V, 0.7), n), TorchTensor(chosen.astype(np.int64))


@confusion_matrix.case(public=True)
def three_tokens(rng):
    return predictions(rng, 7, 3, [0, 1, 2, 0, 1, 0, 0])


@confusion_matrix.case(public=True)
def one_token_is_absent(rng):
    return predictions(rng, 6, 4, [0, 3, 3, 1, 0, 3])


@confusion_matrix.case
def all_tokens_present(rng):
    return predictions(rng, 40, 6, np.concatenate([np.arange(6), rng.integers(0, 6, 34)]))


@confusion_matrix.case
def several_absent(rng):
    return predictions(rng, 9, 12)


@confusion_matrix.case
def one_sample(rng):
    return predictions(rng, 1, 5, [3])


@confusion_matrix.case
def all_of_one_token(rng):
    return predictions(rng, 8, 3, [2] * 8)


@confusion_matrix.case
def many_samples(rng):
    return predictions(rng, 2000, 18)


@confusion_matrix.mistake("Your matrix is transposed: rows belong to the targets, columns to the predictions.")
def transposed(probabilities, targets):
    return confusion_matrix(probabilities, targets).T


@confusion_matrix.mistake("You summed the probabilities of each target: divide by how many samples have it.")
def summed(probabilities, targets):
    matrix = np.zeros((probabilities.shape[1],) * 2)
    np.add.at(matrix, targets, probabilities)
    return matrix


@confusion_matrix.mistake("You divided by the number of all samples: each row is the mean over its own samples.")
def divided_by_all_samples(probabilities, targets):
    return summed(probabilities, targets) / len(probabilities)


@confusion_matrix.mistake("You counted the most probable token only: average the probabilities themselves.")
def counted_the_most_probable(probabilities, targets):
    return confusion_matrix(np.eye(probabilities.shape[1])[probabilities.argmax(axis=1)], targets)


@confusion_matrix.mistake("A token that is nobody's target gives the mean of nothing, nan: its row should be zero.")
def nan_rows(probabilities, targets):
    counts = np.bincount(targets, minlength=probabilities.shape[1])[:, None]
    return summed(probabilities, targets) / counts


@confusion_matrix.mistake("You left out the rows of absent targets: the matrix has V rows, zero ones included.")
def absent_rows_left_out(probabilities, targets):
    return confusion_matrix(probabilities, targets)[np.unique(targets)]


# --- written --------------------------------------------------------------------------------------------------------

challenge.question(
    "question1",
    points=2,
    rubric=[
        (1, "Explains the floor: where the past is short several continuations occur, so early positions keep a loss."),
        (1, "Relates the order of learning to the text's structure: frequent characters, then pairs, then words."),
    ],
    answer="""
    The loss falls in stages that follow the structure of the text. First the model learns how frequent each
    character is, then which follows which, and last the longer contexts that identify a place in the text. At the
    first position only one character is known; after a space or an "l" several continuations occur, and no
    optimizer can do better than their frequencies: this position levels off near a loss of 1, the second and third
    near 0.1 and 0.03. Four or five characters determine the next one in this text, so the last two positions go to
    zero. The mean over positions therefore ends near 0.22 although the network could store the whole text.
    Unambiguous, repeated contexts speed convergence up; ambiguous ones contribute gradients that contradict each
    other.
    """,
)

challenge.question(
    "question2",
    points=2,
    rubric=[
        (1, "Large early gradients enter the average of squares and keep the steps short long after they are gone."),
        (1, "Names what helps Adam: the bias correction that keeps its first steps at lr, or the averaged gradient."),
    ],
    answer="""
    RMSProp divides by the root of an average of squared gradients that starts at zero and is not corrected. In the
    first step that root is only sqrt(1 - alpha) = 0.1 of the gradient, so that every weight moves by ten times the
    learning rate. Here this throws the network to a place where the loss is nearly twice that of the start and
    gradients are large. Those fill v, which forgets them over about 1 / (1 - alpha) = 100 steps. Meanwhile the much
    smaller gradients of the plateau are divided by a root that belongs to the past: the mean step shrinks several
    hundredfold within some ten epochs and recovers only when v has faded. Adam's correction makes the first step as
    long as lr, so the jump does not happen, and its averaged gradient cancels what changes sign and adds up what
    persists. Adding the correction alone to RMSProp cures this run; so does a learning rate of 0.001, or a warm-up.
    """,
)

challenge.question(
    "question3",
    points=2,
    rubric=[
        (1, "Reads the diagonal as the probability given to the right character, and names confusions off it."),
        (1, "Compares optimizers or positions: identity after Adam, stripes of frequent characters if stalled."),
    ],
    answer="""
    Row t shows where the probability goes when t is right; a perfect model has the identity. At the last position
    Adam's matrix is just that. SGD's has the same diagonal, slightly paler, because its probabilities are still
    less certain. After the stalled RMSProp run all rows look alike: vertical stripes at the space and a few
    frequent letters say that the model knows how frequent characters are and little about what precedes them. At
    the first position confusions remain even after Adam: characters that follow the same letter share their
    probability. Those belong to the text, not to the optimizer.
    """,
)
