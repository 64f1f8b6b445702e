"""The specs of the first three scenes: one neuron, a box, any function, and its trained twin."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Annotated

import msgspec
import numpy as np

from engine.errors import SpecError
from engine.expressivity.presets import PresetKey
from engine.formula import Formula
from engine.formula_words import Floats
from engine.spec import Choice, Spec, knob
from engine.words import say

MOST_PIECES = 100_000
SMALLEST_HALF_WIDTH, LARGEST_HALF_WIDTH = 1e-6, 1e6
#: A drawing has this many samples; odd, so that one lies at 0.
DRAWN_SAMPLES = 401
MOST_SAMPLES = 20_000
#: Values beyond this would overflow when they are squared and summed.
LARGEST_VALUE = 1e100


class Activation(Choice):
    STEP = "step", "step u(z)"
    SIGMOID = "sigmoid", "sigmoid"
    RELU = "relu", "ReLU"
    TANH = "tanh", "tanh"


class AtZero(Choice):
    """The value of the step at z = 0."""

    ZERO = "0", "u(0) = 0"
    HALF = "0.5", "u(0) = ½"
    ONE = "1", "u(0) = 1"

    @property
    def number(self) -> float:
        """u(0) itself."""
        return float(self.value)


class BoxVariant(Choice):
    """How the two edges are made, and what a box costs."""

    HALF_OPEN = "half_open", "half-open: 2 neurons, n + 1 for n boxes in a row"
    OPEN = "open", "open: 2 neurons and an output bias, 2n for n boxes in a row"


class TargetKind(Choice):
    FORMULA = "formula", "formula"
    PRESET = "preset", "preset"
    DRAWN = "drawn", "drawing"
    CSV = "csv", "CSV file"


class Norm(Choice):
    SUP = "sup", "sup norm"
    L2 = "l2", "L² norm"


class Heights(Choice):
    """How the height of a piece is chosen from the target on it."""

    MIDPOINT = "midpoint", "midpoint: sup error ≤ L·δ/2, the best that one sample can promise"
    MEAN = "mean", "mean: optimal in L² norm"
    MID_RANGE = "mid_range", "mid-range (max + min)/2: optimal in sup norm"
    LEFT = "left", "left end: sup error ≤ L·δ, optimal in no norm"

    @property
    def norm(self) -> Norm:
        """The norm by which breakpoints are adapted to these heights."""
        return Norm.L2 if self is Heights.MEAN else Norm.SUP


class Breakpoints(Choice):
    UNIFORM = "uniform", "uniform"
    ADAPTIVE = "adaptive", "adaptive"


class Edges(Choice):
    NAIVE = "naive", "naive: 2n neurons"
    SHARED = "shared", "shared: n + 1 neurons"


class PieceActivation(Choice):
    STEP = "step", "step: constant pieces"
    SIGMOID = "sigmoid", "steep sigmoid: smoothed pieces"
    RELU = "relu", "ReLU: linear pieces"


class NeuronSpec(Spec, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One hidden neuron a(w·x + b); its edge is at s = −b/w."""

    weight: Annotated[
        float,
        knob("Weight w", "Its sign is the direction of the step; with the bias it places the edge "
             "at s = −b/w.", group="neuron", minimum=-10.0, maximum=10.0, step=0.1),
    ] = 1.0
    bias: Annotated[
        float,
        knob("Bias b", "Moves the edge to s = −b/w.",
             group="neuron", minimum=-100.0, maximum=100.0, step=0.1),
    ] = -0.5
    activation: Annotated[
        Activation,
        knob("Activation", "What the neuron does to z = w·x + b.", group="neuron"),
    ] = Activation.STEP
    steepness: Annotated[
        float,
        knob("Steepness k", "Sigmoid and tanh see k·z; as k grows, the sigmoid becomes the step.",
             group="neuron", minimum=0.1, maximum=1000.0, scale="log"),
    ] = 5.0
    at_zero: Annotated[
        AtZero, knob("u(0)", "The value of the step exactly at its edge.", group="neuron")
    ] = AtZero.ZERO
    half_width: Annotated[
        float,
        knob("Interval [−B, B]", "The interval shown, half its width B.", group="view",
             minimum=SMALLEST_HALF_WIDTH, maximum=LARGEST_HALF_WIDTH, scale="log"),
    ] = 3.0

    @property
    def edge(self) -> float | None:
        """s = −b/w, or None where w is 0 and the neuron has no edge."""
        return -self.bias / self.weight if self.weight else None

    def with_edge(self, edge: float) -> NeuronSpec:
        """The neuron with its edge moved to `edge`, by its bias; raises `SpecError` where w = 0."""
        if self.weight == 0:
            raise SpecError(
                say("A neuron with w = 0 has no edge; give it a weight first."), "weight"
            )
        return self.replaced(bias=0.0 - self.weight * edge)


class BoxSpec(Spec, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A box of two neurons: height h from `left` to `left + width`. The default is homework 1a."""

    height: Annotated[
        float,
        knob("Height h", "The output weights are +h and −h, in an open box both +h.",
             group="box", minimum=-100.0, maximum=100.0, step=0.1),
    ] = 1.0
    left: Annotated[
        float,
        knob("Left edge", "Where the first neuron steps.",
             group="box", minimum=-100.0, maximum=100.0, step=0.05),
    ] = 0.0
    width: Annotated[
        float,
        knob("Width δ", "The second neuron steps δ to the right of the first.",
             group="box", minimum=0.001, maximum=200.0, scale="log"),
    ] = 1.0
    variant: Annotated[
        BoxVariant,
        knob("Variant", "Half-open is h·(u(x − a) − u(x − b)), open h·(u(x − a) + u(b − x) − 1).",
             group="box"),
    ] = BoxVariant.HALF_OPEN
    at_zero: Annotated[
        AtZero, knob("u(0)", "Which of the two edge points belong to the box.", group="box")
    ] = AtZero.ZERO
    half_width: Annotated[
        float,
        knob("Interval [−B, B]", "The interval shown, half its width B.", group="view",
             minimum=SMALLEST_HALF_WIDTH, maximum=LARGEST_HALF_WIDTH, scale="log"),
    ] = 3.0

    @property
    def right(self) -> float:
        """The right edge, left + width."""
        return self.left + self.width


class FunctionSpec(Spec, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A target on [−B, B] and the network that is built for it (homework 1b).

    `drawn` are the values of a drawing at equally spaced points from −B to B; `points` are the
    (x, y) pairs of a CSV file, by rising x. Both are joined by straight lines.
    """

    target: Annotated[
        TargetKind, knob("Target", "Where the function f comes from.", group="target")
    ] = TargetKind.FORMULA
    formula: Annotated[
        str,
        knob("Formula", "f(x), with + - * / ^, comparisons, pi, e and the usual functions.",
             group="target"),
    ] = "sin(2.2*x)*exp(-0.12*x^2) + 0.1*x"
    preset: Annotated[
        PresetKey, knob("Preset", "A function from smooth to nasty.", group="target")
    ] = PresetKey.SINE
    drawn: Annotated[tuple[float, ...], msgspec.Meta(max_length=MOST_SAMPLES)] = ()
    points: Annotated[tuple[tuple[float, float], ...], msgspec.Meta(max_length=MOST_SAMPLES)] = ()
    half_width: Annotated[
        float,
        knob("Interval [−B, B]", "Half the width of the interval, B.", group="target",
             minimum=SMALLEST_HALF_WIDTH, maximum=LARGEST_HALF_WIDTH, scale="log"),
    ] = 3.0

    pieces: Annotated[
        int,
        knob("Pieces n", "Into how many pieces the interval is cut; δ = 2B/n.",
             group="network", minimum=1, maximum=MOST_PIECES, scale="log"),
    ] = 14
    heights: Annotated[
        Heights,
        knob("Heights", "How high the box on a piece is, and the norm that this is best in; ReLU "
             "pieces run through f at the breakpoints instead.", group="network"),
    ] = Heights.MIDPOINT
    breakpoints: Annotated[
        Breakpoints,
        knob("Breakpoints", "Adaptive ones lie close where f is steep: optimal up to 100 pieces, "
             "then by equal shares of the error.", group="network"),
    ] = Breakpoints.UNIFORM
    edges: Annotated[
        Edges,
        knob("Edges", "Neighbouring boxes share an edge: n + 1 neurons with jumps h_k − h_{k−1} "
             "are the same function as 2n. ReLU pieces need n.", group="network"),
    ] = Edges.SHARED
    activation: Annotated[
        PieceActivation, knob("Neuron", "What the pieces are made of.", group="network")
    ] = PieceActivation.STEP
    steepness: Annotated[
        float,
        knob("Steepness κ", "A sigmoid sees κ·(x − s)/δ: the larger κ, the closer to a step.",
             group="network", minimum=0.5, maximum=1000.0, scale="log"),
    ] = 20.0
    at_zero: Annotated[
        AtZero,
        knob("u(0)", "The value of a step exactly at its edge.", group="network", advanced=True),
    ] = AtZero.ZERO

    @property
    def width(self) -> float:
        """δ = 2B/n, the width of a uniform piece."""
        return 2 * self.half_width / self.pieces

    def with_width(self, width: float) -> FunctionSpec:
        """The number of pieces whose width is nearest to δ; at least one, at most `MOST_PIECES`."""
        if not width > 0:
            raise SpecError(say("Width δ must be a number above 0."), "pieces")
        pieces = min(2 * self.half_width / width, MOST_PIECES)
        return self.replaced(pieces=max(1, round(pieces)))

    @property
    def hidden_neurons(self) -> int:
        """2n, n + 1, or n for ReLU pieces."""
        if self.activation is PieceActivation.RELU:
            return self.pieces
        return 2 * self.pieces if self.edges is Edges.NAIVE else self.pieces + 1

    def check(self) -> None:
        """Raise `SpecError`, or `FormulaError` with a position, where there is no such target."""
        if self.target is TargetKind.FORMULA:
            _check_formula(self.formula, self.half_width)
        elif self.target is TargetKind.DRAWN:
            _check_drawing(self.drawn)
        elif self.target is TargetKind.CSV:
            _check_points(self.points)


def _check_drawing(drawn: tuple[float, ...]) -> None:
    if len(drawn) < 2:
        raise SpecError(say("The drawing is empty; draw a curve across the plot."), "drawn")
    if not all(math.isfinite(y) and abs(y) <= LARGEST_VALUE for y in drawn):
        raise SpecError(
            say("A drawing stays below {limit:g}; erase it.", limit=LARGEST_VALUE), "drawn"
        )


@lru_cache(maxsize=4)
def _check_points(points: tuple[tuple[float, float], ...]) -> None:
    if len(points) < 2:
        raise SpecError(say("There are no points yet; open a CSV file with two columns."), "points")
    x, y = np.array(points).T
    if not (np.isfinite(x).all() and np.isfinite(y).all() and (np.diff(x) > 0).all()):
        raise SpecError(say("Points must be finite, and each x above the one before it."), "points")
    if np.abs(y).max() > LARGEST_VALUE:
        raise SpecError(say("Points must stay below {limit:g}; rescale them.",
                            limit=LARGEST_VALUE), "points")


@lru_cache(maxsize=64)
def _check_formula(text: str, half_width: float) -> None:
    x = np.linspace(-half_width, half_width, 2001)
    refuse_huge(Formula(text)(x), x)


def refuse_huge(y: Floats, x: Floats) -> None:
    """Raise `SpecError` where a value could not be squared any more."""
    worst = int(np.abs(y).argmax())
    if abs(y[worst]) > LARGEST_VALUE:
        raise SpecError(
            say("The target is {value:.3g} at x = {x:.6g}, too large to measure errors on; stay "
                "below {limit:g}.", value=y[worst], x=x[worst], limit=LARGEST_VALUE), "formula",
        )


class TrainedActivation(Choice):
    """What the trained network is made of."""

    SIGMOID = "sigmoid", "steep sigmoid"
    RELU = "relu", "ReLU"
    STEP = "step", "step (no gradient)"


class StartingWeights(Choice):
    """t = x/B is the input scaled to [−1, 1]; edges are where a unit switches."""

    SPREAD = "spread", "edges spread evenly, random jumps"
    RANDOM = "random", "edges at random"
    HE = "he", "He: w ~ N(0, 2), b = 0"
    XAVIER = "xavier", "Xavier: w ~ N(0, 2/(1 + H)), b = 0"
    PYTORCH = "pytorch", "PyTorch default"


class TrainedOptimizer(Choice):
    GRADIENT_DESCENT = "gradient_descent", "gradient descent"
    MOMENTUM = "momentum", "momentum 0.9"
    ADAM = "adam", "Adam"


class TrainedSpec(Spec, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The trained counterpart: the same number of hidden units, found by gradient descent."""

    activation: Annotated[
        TrainedActivation,
        knob("Neuron", "Steps have no gradient, so steep sigmoids or ReLUs stand in.",
             group="training"),
    ] = TrainedActivation.SIGMOID
    steepness: Annotated[
        float,
        knob("Steepness k", "The sigmoid of the trained network sees k·(w·t + b), t = x/B.",
             group="training", minimum=1.0, maximum=1000.0, scale="log"),
    ] = 20.0
    start: Annotated[
        StartingWeights, knob("Start", "Where the weights begin.", group="training")
    ] = StartingWeights.RANDOM
    optimizer: Annotated[
        TrainedOptimizer,
        knob("Optimizer", "The rule that turns gradients into updates.", group="training"),
    ] = TrainedOptimizer.ADAM
    learning_rate: Annotated[
        float,
        knob("Learning rate", "The step size η in w ← w − η·∂E/∂w, E the mean square error.",
             group="training", minimum=1e-5, maximum=10.0, scale="log"),
    ] = 0.01
    steps: Annotated[
        int,
        knob("Steps", "Updates, each with the gradient over all samples.",
             group="training", minimum=1, maximum=100_000, scale="log"),
    ] = 2000
    samples: Annotated[
        int,
        knob("Samples", "Points of the target that it learns from, evenly spaced.",
             group="training", minimum=16, maximum=4096, scale="log", advanced=True),
    ] = 256
    seed: Annotated[
        int,
        knob("Seed", "Fixes the first weights.", group="training", minimum=0, maximum=2**31 - 1),
    ] = 0

    def check(self) -> None:
        """Raise `SpecError` for steps."""
        if self.activation is TrainedActivation.STEP:
            raise SpecError(
                say("A step has zero gradient wherever it has one, so gradient descent would "
                    "never move a weight; train steep sigmoids or ReLUs instead."), "activation",
            )
