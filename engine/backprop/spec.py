"""The recipe of part 4: what determines a training with the NumPy network, to its last bit."""

from __future__ import annotations

from typing import Annotated

import msgspec

from engine.errors import SpecError
from engine.spec import Choice, Spec, knob
from engine.words import say

LARGEST_WIDTH = 512
MOST_HIDDEN_LAYERS = 8
INPUTS, CLASSES = 28 * 28, 10


class Data(Choice):
    MNIST = "mnist", "MNIST"
    FASHION_MNIST = "fashion_mnist", "FashionMNIST"


class Activation(Choice):
    SIGMOID = "sigmoid", "sigmoid"
    TANH = "tanh", "tanh"
    RELU = "relu", "ReLU"


class Initialization(Choice):
    """The variance σ² that the first weights are drawn with; biases start at 0."""

    HOMEWORK = "homework", "σ² = 1/max(n_in, n_out) (4a)"
    FAN_IN = "1/n_in", "σ² = 1/n_in (2b)"
    HE = "he", "He: σ² = 2/n_in (2c)"
    XAVIER = "xavier", "Xavier: σ² = 2/(n_in + n_out) (2e)"
    ZEROS = "zeros", "all zero"


class Bug(Choice):
    """A mistake to inject into the backward pass (or the loss), one of the usual ones."""

    NONE = "none", "none"
    MISSING_SLOPE = "missing_slope", "missing σ′"
    DOUBLE_SOFTMAX = "double_softmax", "softmax twice"
    WRONG_TRANSPOSE = "wrong_transpose", "wrong transpose"
    FORGOTTEN_BIAS = "forgotten_bias", "forgotten bias gradient"
    EARLY_UPDATE = "early_update", "a layer updated too early"
    LOG_EPSILON = "log_epsilon", "log(p + ε)"


class RateChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The learning rate from update `step` (0-based) on, changed in mid-run."""

    step: Annotated[int, msgspec.Meta(ge=0)]
    learning_rate: Annotated[float, msgspec.Meta(gt=0, le=1e4)]


class BackpropSpec(Spec, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A training with the NumPy network. The defaults are the homework of part 4, exactly.

    `hidden` may be empty: then it is softmax regression. `changes` are the learning rates set in
    mid-run: a spec that carries them reproduces the run.
    """

    data: Annotated[Data, knob("Data set", "The images that the network learns.", group="data")] = (
        Data.MNIST
    )
    training_images: Annotated[
        int,
        knob("Training images", "How many training images are used, the first N of the set.",
             group="data", minimum=0, maximum=60_000, special="all", step=100),
    ] = 0

    hidden: Annotated[
        tuple[Annotated[int, msgspec.Meta(ge=0, le=LARGEST_WIDTH)], ...],
        knob("Hidden layers", "Sizes of the hidden layers, e.g. 32-32; none is softmax regression.",
             group="network", minimum=1, maximum=LARGEST_WIDTH, of_items=True),
    ] = (32, 32)
    activation: Annotated[
        Activation,
        knob("Activation", "What each hidden unit does to its pre-activation z; its slope enters "
             "δ = (W δ) ⊙ f′(z).", group="network"),
    ] = Activation.SIGMOID
    initialization: Annotated[
        Initialization,
        knob("Initialization", "The variance σ² of the first weights, N(0, σ²); biases are 0.",
             group="network"),
    ] = Initialization.HOMEWORK

    learning_rate: Annotated[
        float,
        knob("Learning rate η", "The step size in W ← W − η·∇W. It can be changed in mid-run.",
             group="learning", minimum=1e-5, maximum=1000.0, scale="log"),
    ] = 0.003
    batch_size: Annotated[
        int,
        knob("Batch size", "Samples per update; 1 is the homework. The gradient is their mean.",
             group="learning", minimum=1, maximum=1000, scale="log"),
    ] = 1
    epochs: Annotated[
        int,
        knob("Epochs", "How often every training image is seen.",
             group="learning", minimum=1, maximum=100, scale="log"),
    ] = 3
    seed: Annotated[
        int,
        knob("Seed", "One generator draws the weights, layer by layer, then the order of every "
             "epoch.", group="learning", minimum=0, maximum=2**31 - 1),
    ] = 80085

    evaluation_interval: Annotated[
        float,
        knob("Evaluate every", "How often, in epochs, loss and accuracy on all test images are "
             "measured; it changes no other number.", group="learning", minimum=0.05, maximum=1.0,
             step=0.05, advanced=True),
    ] = 1.0

    bug: Annotated[
        Bug, knob("Inject a bug", "A usual mistake, for the gradient check to find.", group="bug")
    ] = Bug.NONE
    changes: tuple[RateChange, ...] = ()

    def check(self) -> None:
        """Raise `SpecError` where there is no such network."""
        if 0 in self.hidden:
            raise SpecError(
                say("A hidden layer with 0 units passes nothing on, so no error could walk back; "
                    "give it at least 1 unit, or leave the layer out."), "hidden",
            )
        if len(self.hidden) > MOST_HIDDEN_LAYERS:
            raise SpecError(
                say("Hidden layers: {count} are more than this page shows; use at most {most}.",
                    count=len(self.hidden), most=MOST_HIDDEN_LAYERS), "hidden",
            )

    @property
    def sizes(self) -> tuple[int, ...]:
        """All layer sizes, input and output included: (784, 32, 32, 10)."""
        return (INPUTS, *self.hidden, CLASSES)

    def learning_rate_at(self, step: int) -> float:
        """The learning rate in force at update `step` (0-based)."""
        due = [change for change in self.changes if change.step <= step]
        return max(due, key=lambda change: change.step).learning_rate if due else self.learning_rate


GROUPS = ("data", "network", "learning", "bug")
