"""The spec of a probe: network, schemes, input and loss."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Annotated

from engine.errors import SpecError
from engine.initialization.schemes import Scheme, read_scheme
from engine.spec import Choice, Spec, knob
from engine.words import say

LARGEST_WIDTH, MOST_LAYERS = 4096, 300
#: More than these would fill the memory of a student's laptop.
MOST_WEIGHTS, MOST_ACTIVATIONS = 100_000_000, 150_000_000
MOST_SCHEMES = 12
CLASSES, PIXELS = 10, 28 * 28


class Activation(Choice):
    LINEAR = "linear", "linear (none)"
    RELU = "relu", "ReLU"
    LEAKY_RELU = "leaky_relu", "leaky ReLU"
    TANH = "tanh", "tanh"
    SIGMOID = "sigmoid", "sigmoid"
    GELU = "gelu", "GELU"
    SILU = "silu", "SiLU"


class Input(Choice):
    """What enters layer 1."""

    GAUSSIAN = "gaussian", "Gaussian"
    PAIRS = "pairs", "correlated pairs"
    FASHION_MNIST = "fashion_mnist", "FashionMNIST"
    MNIST = "mnist", "MNIST"

    @property
    def is_pixels(self) -> bool:
        """Whether images are looked up rather than numbers drawn."""
        return self in (Input.FASHION_MNIST, Input.MNIST)


class Scaling(Choice):
    """How pixels are scaled before they enter layer 1."""

    RAW = "raw", "raw, in [0, 1]"
    NORMALIZED = "normalized", "mean 0, variance 1"


class Loss(Choice):
    """What the backward pass starts from; gradients are those of one sample's loss."""

    RANDOM = "random", "random g, variance 1"
    CROSS_ENTROPY = "cross_entropy", "cross-entropy"


class Precision(Choice):
    FLOAT32 = "float32", "float32"
    FLOAT64 = "float64", "float64"


class ProbeSpec(Spec, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A probe. `widths` is text: input, hidden layers and output, e.g. "784,256x20,10".

    `schemes` are texts that `read_scheme` understands; a bare "constant" has the standard deviation
    `sigma`, a bare "formula" the variance `formula`.
    """

    widths: Annotated[
        str,
        knob("Layer widths", "Input, hidden layers and output, e.g. 784,256x20,10; 256x20 stands "
             "for twenty layers of 256.", group="network"),
    ] = "256x21"
    activation: Annotated[
        Activation, knob("Activation", "f in a = f(z); the output layer has none.",
                         group="network"),
    ] = Activation.RELU
    schemes: tuple[str, ...] = ("1/n_in", "2/n_in", "xavier_normal")
    sigma: Annotated[
        float,
        knob("σ of the weights", "Standard deviation of a weight in the scheme “constant σ”; it "
             "enters as n_in·σ².", group="schemes", minimum=0.0, maximum=100.0, step=0.001),
    ] = 0.05
    formula: Annotated[
        str,
        knob("Own formula for σ²", "The variance of a weight from n_in and n_out, e.g. "
             "2/(n_in + n_out).", group="schemes"),
    ] = "1/max(n_in, n_out)"
    bias_variance: Annotated[
        float,
        knob("Bias variance σ_b²", "Variance of the biases, 0 for none; PyTorch's default has its "
             "own.", group="schemes", minimum=0.0, maximum=10.0, step=0.01, advanced=True),
    ] = 0.0

    input: Annotated[Input, knob("Input", "What enters layer 1.", group="input")] = Input.GAUSSIAN
    v: Annotated[
        float,
        knob("v", "Standard deviation of Gaussian inputs; layer 1 sees E[x²] = v².",
             group="input", minimum=0.0, maximum=100.0, step=0.01),
    ] = 1.0
    correlation: Annotated[
        float,
        knob("Correlation ρ", "Correlation of the two inputs of a pair, followed through depth.",
             group="input", minimum=-1.0, maximum=1.0, step=0.01),
    ] = 0.5
    scaling: Annotated[
        Scaling, knob("Pixels", "How pixels are scaled before they enter layer 1.", group="input")
    ] = Scaling.RAW

    loss: Annotated[
        Loss, knob("Backward from", "∂L/∂z of the last layer: random numbers, or p − y.",
                   group="backward"),
    ] = Loss.RANDOM

    batch_size: Annotated[
        int, knob("Batch", "Inputs that are sent through the network at once.",
                  group="measurement", minimum=2, maximum=8192, scale="log"),
    ] = 256
    seeds: Annotated[
        int, knob("Seeds", "Independent draws of weights and inputs; the band is their spread.",
                  group="measurement", minimum=1, maximum=100, scale="log"),
    ] = 5
    seed: Annotated[
        int, knob("First seed", "Fixes every random number.", group="measurement",
                  minimum=0, maximum=2**31 - 1),
    ] = 0
    precision: Annotated[
        Precision, knob("Arithmetic", "float32 ends at 3.4·10³⁸, float64 at 1.8·10³⁰⁸.",
                        group="measurement", advanced=True),
    ] = Precision.FLOAT32

    def check(self) -> None:
        """Raise `SpecError` where the widths cannot be read, or fields do not go together."""
        widths = self.layer_widths
        pairs = list(pairwise(widths))
        if not 1 <= len(self.schemes) <= MOST_SCHEMES:
            raise SpecError(
                say("Schemes: {count} cannot be compared; choose 1 to {most}, e.g. 1/n_in "
                    "and he.", count=len(self.schemes), most=MOST_SCHEMES), "schemes",
            )
        schemes = self.scheme_list
        if len({scheme.text for scheme in schemes}) < len(schemes):
            raise SpecError(say("A scheme is there twice; compare each one once."), "schemes")
        for scheme in schemes:
            for fan_in, fan_out in dict.fromkeys(pairs):
                scheme.variance(fan_in, fan_out)
        if sum(fan_in * fan_out for fan_in, fan_out in pairs) > MOST_WEIGHTS:
            raise SpecError(
                say("Layer widths: {widths} has more than {most:,} weights, too many for a "
                    "laptop's memory; use fewer or narrower layers.", widths=self.widths,
                    most=MOST_WEIGHTS), "widths",
            )
        if sum(widths) * self.batch_size > MOST_ACTIVATIONS:
            most = max(2, MOST_ACTIVATIONS // sum(widths))
            raise SpecError(
                say("Batch: {batch_size:,} inputs through {units:,} units do not fit a laptop's "
                    "memory; use at most {most:,}.", batch_size=self.batch_size, units=sum(widths),
                    most=most), "batch_size",
            )
        if self.input.is_pixels and widths[0] != PIXELS:
            raise SpecError(
                say("Layer widths: images have {pixels} pixels, so the first width is {pixels}, "
                    "not {width:,}; write e.g. {pixels},{others}.", pixels=PIXELS, width=widths[0],
                    others=self.widths.partition(",")[2] or 10),
                "widths",
            )
        if self.loss is Loss.CROSS_ENTROPY:
            if not self.input.is_pixels:
                raise SpecError(
                    say("Cross-entropy needs labels, and random inputs have none; choose images "
                        "as input, or random g."), "loss",
                )
            if widths[-1] != CLASSES:
                raise SpecError(
                    say("Cross-entropy needs one output for each of {classes} classes, not "
                        "{width:,}; end the widths with {classes}.", classes=CLASSES,
                        width=widths[-1]), "widths",
                )
        if self.input is Input.PAIRS and self.batch_size % 2:
            raise SpecError(say("Batch: pairs need an even batch; add one input."), "batch_size")

    @property
    def layer_widths(self) -> tuple[int, ...]:
        """All widths, input first: (784, 256, …, 10). Raises `SpecError`."""
        return read_widths(self.widths)

    @property
    def depth(self) -> int:
        """How many layers of weights there are."""
        return len(self.layer_widths) - 1

    @property
    def hidden_width(self) -> int:
        """The width that most hidden layers have; without any, the input's."""
        hidden = self.layer_widths[1:-1] or self.layer_widths[:1]
        return max(hidden, key=hidden.count)

    def with_shape(self, *, depth: int | None = None, width: int | None = None) -> ProbeSpec:
        """As many layers of weights, all hidden layers of one width.

        Input and output follow where they are as wide as the hidden layers. Raises `SpecError`.
        """
        widths, before = self.layer_widths, self.hidden_width
        depth = self.depth if depth is None else depth
        width = before if width is None else width
        first, last = (width if end == before else end for end in (widths[0], widths[-1]))
        if first == last == width:
            text = f"{width}x{depth + 1}"
        else:
            hidden = [f"{width}x{depth - 1}"] if depth > 1 else []
            text = ",".join([str(first), *hidden, str(last)])
        return self.replaced(widths=text)

    @property
    def scheme_list(self) -> tuple[Scheme, ...]:
        """The schemes, read, in the order shown. Raises `SpecError` or `FormulaError`."""
        return tuple(read_scheme(text, self.sigma, self.formula) for text in self.schemes)


_PART = re.compile(r"(\d+)(?:\s*[x×*]\s*(\d+))?")


def read_widths(text: str) -> tuple[int, ...]:
    """"784,256x20,10" as (784, 256, …, 256, 10). Raises `SpecError` with one sentence."""
    widths: list[int] = []
    # "64-32" is written, too, and a dash from a document is no minus.
    for part in re.split(r"[,;–-]", text):
        found = _PART.fullmatch(part.strip())
        if found is None:
            what = say("a width is missing")
            if part.strip():
                what = say("“{part}” is no width", part=part.strip())
            raise SpecError(
                say("Layer widths: {what}; write e.g. 784,256x20,10.", what=what), "widths",
            )
        size, count = found[1], found[2] or "1"
        if len(size) > 6 or not 1 <= int(size) <= LARGEST_WIDTH:
            raise SpecError(
                say("Layer widths: {size} is no width that Chalknet probes; use 1 to {largest:,}.",
                    size=size, largest=LARGEST_WIDTH), "widths",
            )
        if len(count) > 6 or int(count) < 1 or len(widths) + int(count) > MOST_LAYERS + 1:
            raise SpecError(
                say("Layer widths: {part} makes more than {most} layers, or none; use 1 to "
                    "{most}.", part=part.strip(), most=MOST_LAYERS), "widths",
            )
        widths += [int(size)] * int(count)
    if len(widths) < 2:
        raise SpecError(
            say("Layer widths: a network needs an input and an output, so at least two widths; "
                "write e.g. 784,10."), "widths",
        )
    return tuple(widths)


#: The groups of `ProbeSpec`, in order.
GROUPS = ("network", "schemes", "input", "backward", "measurement")
