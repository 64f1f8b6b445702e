"""The recipe: everything that determines a training run, to the last bit of its weights."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from engine.errors import SpecError
from engine.spec import Choice, Spec, knob
from engine.words import say

LARGEST_WIDTH = 2048
MOST_HIDDEN_LAYERS = 50


class Data(Choice):
    FASHION_MNIST = "fashion_mnist", "FashionMNIST"
    MNIST = "mnist", "MNIST"


class Activation(Choice):
    RELU = "relu", "ReLU"
    LEAKY_RELU = "leaky_relu", "leaky ReLU"
    TANH = "tanh", "tanh"
    SIGMOID = "sigmoid", "sigmoid"
    GELU = "gelu", "GELU"
    SILU = "silu", "SiLU"
    LINEAR = "linear", "linear (none)"


class Initialization(Choice):
    """σ² is the variance of a weight; n_in and n_out are a layer's fan-in and fan-out."""

    PYTORCH = "pytorch", "PyTorch default"
    FAN_IN = "1/n_in", "σ² = 1/n_in (2b)"
    HE = "he", "He: σ² = 2/n_in (2c)"
    FAN_OUT = "1/n_out", "σ² = 1/n_out (2d)"
    XAVIER_NORMAL = "xavier_normal", "Xavier normal (2e)"
    XAVIER_UNIFORM = "xavier_uniform", "Xavier uniform (2e)"
    ZEROS = "zeros", "all zero"


class Output(Choice):
    LOGITS = "logits", "logits"
    SOFTMAX = "softmax", "softmax (a mistake)"


class Optimizer(Choice):
    SGD = "sgd", "SGD"
    MOMENTUM = "momentum", "SGD with momentum 0.9"
    ADAM = "adam", "Adam"
    ADAMW = "adamw", "AdamW"


class Schedule(Choice):
    CONSTANT = "constant", "constant"
    COSINE = "cosine", "cosine"
    ONE_CYCLE = "one_cycle", "one-cycle"


class Normalization(Choice):
    UNIT = "unit", "pixels in [0, 1]"
    STANDARDIZED = "standardized", "mean 0, variance 1"
    CENTERED = "centered", "pixels in [−1, 1]"


class Device(Choice):
    AUTO = "auto", "auto"
    CPU = "cpu", "CPU"
    CUDA = "cuda", "CUDA GPU"
    MPS = "mps", "Apple GPU"


class Change(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Settings changed in mid-run: `values` take effect before optimiser step `step` (0-based)."""

    step: Annotated[int, msgspec.Meta(ge=0)]
    values: dict[str, float]


class Recipe(Spec, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A training run. The defaults are the homework of part 3, exactly.

    `hidden` are the sizes of the hidden layers; input (784) and output (10) are given by the data.
    `changes` are the settings changed in mid-run: a recipe that carries them reproduces the run.
    """

    data: Annotated[Data, knob("Data set", "The images that the network learns.", group="data")] = (
        Data.FASHION_MNIST
    )
    training_images: Annotated[
        int,
        knob(
            "Training images",
            "How many training images are used, the first N of the set; few are learned by heart.",
            group="data", minimum=0, maximum=60_000, special="all", step=100,
        ),
    ] = 0
    validation_share: Annotated[
        float,
        knob(
            "Validation share",
            "The share of the training images held out to choose epoch and recipe by; choosing by "
            "the test set is leakage.",
            group="data", minimum=0.0, maximum=0.5, step=0.05,
        ),
    ] = 0.0
    normalization: Annotated[
        Normalization,
        knob("Pixels", "How pixel values are scaled before they enter layer 1.", group="data"),
    ] = Normalization.UNIT

    hidden: Annotated[
        tuple[Annotated[int, msgspec.Meta(ge=1, le=LARGEST_WIDTH)], ...],
        knob(
            "Hidden layers",
            "Sizes of the hidden layers, e.g. 256-128-64; 64x20 stands for twenty layers of 64.",
            group="network", minimum=1, maximum=LARGEST_WIDTH, of_items=True,
        ),
    ] = (256, 128, 64)
    activation: Annotated[
        Activation,
        knob("Activation", "What each hidden unit does to its pre-activation z.", group="network"),
    ] = Activation.RELU
    initialization: Annotated[
        Initialization,
        knob(
            "Initialization",
            "The variance σ² that the first weights are drawn with; see homework part 2.",
            group="network",
        ),
    ] = Initialization.PYTORCH
    output: Annotated[
        Output,
        knob(
            "Into the loss",
            "Cross-entropy takes logits; a softmax before it floors the loss at 1.461.",
            group="network", advanced=True,
        ),
    ] = Output.LOGITS

    optimizer: Annotated[
        Optimizer,
        knob("Optimizer", "The rule that turns gradients into updates.", group="learning"),
    ] = Optimizer.ADAM
    learning_rate: Annotated[
        float,
        knob(
            "Learning rate",
            "The step size η in w ← w − η·∂L/∂w. It can be changed in mid-run.",
            group="learning", minimum=1e-6, maximum=10.0, scale="log",
        ),
    ] = 0.001
    schedule: Annotated[
        Schedule,
        knob("Schedule", "How the learning rate develops over the run.", group="learning"),
    ] = Schedule.CONSTANT
    batch_size: Annotated[
        int,
        knob(
            "Batch size",
            "Images per optimiser step; the gradient is their average.",
            group="learning", minimum=1, maximum=4096, scale="log",
        ),
    ] = 128
    epochs: Annotated[
        int,
        knob(
            "Epochs", "How often every training image is seen.",
            group="learning", minimum=1, maximum=500, scale="log",
        ),
    ] = 30

    dropout: Annotated[
        float,
        knob(
            "Dropout", "The share of hidden activations set to zero in training.",
            group="regularisation", minimum=0.0, maximum=0.9, step=0.05,
        ),
    ] = 0.0
    batch_norm: Annotated[
        bool,
        knob(
            "Batch norm", "Normalise every pre-activation over the batch, then scale and shift.",
            group="regularisation",
        ),
    ] = False
    weight_decay: Annotated[
        float,
        knob(
            "Weight decay",
            "Pulls weights towards zero: an L2 term in the gradient, apart from it in AdamW.",
            group="regularisation", minimum=0.0, maximum=1.0, step=0.0001,
        ),
    ] = 0.0
    label_smoothing: Annotated[
        float,
        knob(
            "Label smoothing",
            "Spreads this share of the target probability evenly over all ten classes.",
            group="regularisation", minimum=0.0, maximum=0.5, step=0.05,
        ),
    ] = 0.0

    flip: Annotated[
        bool,
        knob("Flip", "Mirror every second training image at random.", group="augmentation"),
    ] = False
    shift: Annotated[
        int,
        knob(
            "Shift", "Move every training image by up to this many pixels, at random.",
            group="augmentation", minimum=0, maximum=6,
        ),
    ] = 0

    seed: Annotated[
        int,
        knob(
            "Seed", "Fixes the first weights, the order of the images, dropout and augmentation.",
            group="reproducibility", minimum=0, maximum=2**31 - 1,
        ),
    ] = 0
    device: Annotated[
        Device,
        knob("Device", "Where the arithmetic happens; auto takes a GPU if one is there.",
             group="reproducibility"),
    ] = Device.CPU
    evaluation_interval: Annotated[
        float,
        knob(
            "Evaluate every",
            "How often, in epochs, loss and accuracy are measured on all training and test images.",
            group="reproducibility", minimum=0.05, maximum=10.0, step=0.05,
        ),
    ] = 1.0
    changes: tuple[Change, ...] = ()

    def check(self) -> None:
        """Raise `SpecError` where fields do not go together."""
        if len(self.hidden) > MOST_HIDDEN_LAYERS:
            raise SpecError(
                say("Hidden layers: {count} are more than Chalknet trains; use at most {most}.",
                    count=len(self.hidden), most=MOST_HIDDEN_LAYERS), "hidden",
            )
        if 0 < self.training_images < 10:
            raise SpecError(
                say("Training images must be at least 10, one for each class; 0 stands for all."),
                "training_images",
            )
        for change in self.changes:
            unknown = change.values.keys() - LIVE_FIELDS
            if unknown:
                raise SpecError(
                    say("“{name}” cannot change in mid-run; only {known} can.",
                        name=min(unknown), known=", ".join(sorted(LIVE_FIELDS))), "changes",
                )
            self.replaced(changes=(), **change.values)

    @property
    def layer_sizes(self) -> tuple[int, ...]:
        """All layer sizes, input and output included: (784, 256, 128, 64, 10)."""
        return (28 * 28, *self.hidden, 10)

    def change_at(self, step: int) -> dict[str, float]:
        """The settings that change before optimiser step `step`, merged."""
        return {k: v for c in self.changes if c.step == step for k, v in c.values.items()}

    def at(self, step: int) -> Recipe:
        """The recipe with the settings in force at optimiser step `step`, and no changes."""
        in_order = sorted(self.changes, key=lambda change: change.step)
        due = [change.values for change in in_order if change.step <= step]
        return self.replaced(changes=(), **{k: v for values in due for k, v in values.items()})

    def without_live_fields(self) -> Recipe:
        """The part of the recipe that cannot change in mid-run, for comparing two recipes."""
        return self.replaced(changes=(), **{name: DEFAULTS[name] for name in LIVE_FIELDS})


#: What can be changed while a run is in progress, and is then recorded in `changes`.
LIVE_FIELDS = frozenset({"learning_rate", "weight_decay", "dropout", "label_smoothing"})
DEFAULTS: dict[str, Any] = {name: getattr(Recipe(), name) for name in LIVE_FIELDS}
#: The fields that have a sign of their own, as on a blackboard.
SIGNS = {
    "learning_rate": "η", "weight_decay": "λ", "dropout": "p", "label_smoothing": "ε",
    "batch_size": "B",
}

GROUPS = ("data", "network", "learning", "regularisation", "augmentation", "reproducibility")
