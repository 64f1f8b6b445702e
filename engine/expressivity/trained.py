"""The trained counterpart: the same number of hidden units, found by gradient descent.

Existence is not learnability: the construction proves that good weights exist, and this shows what
gradient descent finds. Steps have no gradient, so steep sigmoids or ReLUs stand in for them.

It trains in scaled variables, t = x/B and y/max|f|, so that a learning rate means the same for
every target and interval; the snapshots hold the weights for x and y themselves.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from engine.errors import ChalknetError
from engine.expressivity.network import StepNetwork
from engine.expressivity.spec import (
    Activation,
    StartingWeights,
    TrainedActivation,
    TrainedOptimizer,
    TrainedSpec,
)
from engine.expressivity.targets import Target
from engine.formula_words import Floats, sigmoid
from engine.words import say

CURVE_POINTS = 801
MOMENTUM = 0.9
#: Adam's decay rates and ε (D. Kingma and J. Ba, Adam, 2015).
FIRST_DECAY, SECOND_DECAY, EPSILON = 0.9, 0.999, 1e-8


@dataclass(frozen=True, eq=False)
class TrainedSnapshot:
    """The network after `step` updates.

    `loss` is the mean square error on the samples, in the units of the target; `x` and `curve`
    (CURVE_POINTS,) are the network on [−B, B], and `sup` and `l2` its errors there: max |f − N|,
    and (∫|f − N|² dx)^½ by the trapezoidal rule.
    """

    step: int
    loss: float
    x: Floats
    curve: Floats
    sup: float
    l2: float
    network: StepNetwork


@dataclass
class Weights:
    """w, b, v (H,) and c (1,) in scaled variables: y ≈ c + Σ v_k·a(k·(w_k·t + b_k))."""

    w: Floats
    b: Floats
    v: Floats
    c: Floats

    @property
    def arrays(self) -> tuple[Floats, Floats, Floats, Floats]:
        """All of them, in the order of the gradient."""
        return self.w, self.b, self.v, self.c


def train(
    target: Target, hidden_units: int, spec: TrainedSpec, *, report_every: int = 10
) -> Iterator[TrainedSnapshot]:
    """Train on evenly spaced samples; yield before the first update, every few, and at the end.

    Deterministic by the seed, in float64 NumPy. Raises `SpecError` for steps, and `ChalknetError`
    where the loss is no longer finite.
    """
    spec.check()
    x, y = target.sampled(spec.samples)
    scale = float(np.abs(y).max()) or 1.0
    t, wanted = x / target.half_width, y / scale
    weights = starting_weights(spec, hidden_units, np.random.default_rng(spec.seed))
    memory = _Optimizer(spec, weights)
    report = _Reporter(target, spec, scale)
    for step in range(spec.steps + 1):
        with np.errstate(over="ignore", invalid="ignore"):
            loss, gradient = loss_and_gradient(weights, t, wanted, spec)
        if not (math.isfinite(loss) and all(np.isfinite(part).all() for part in gradient)):
            raise ChalknetError(
                say("The training diverged at step {step}; use a smaller learning rate.", step=step)
            )
        if step % report_every == 0 or step == spec.steps:
            yield report.snapshot(step, loss, weights)
        if step < spec.steps:
            memory.update(weights, gradient)


def starting_weights(
    spec: TrainedSpec, units: int, stream: np.random.Generator
) -> Weights:
    """The first weights, for t in [−1, 1]; biases of the output are 0.

    "spread" and "random" place the edges −b/w, evenly or uniformly at random, with w = 1, or ±1 at
    random for ReLUs, and draw v ~ N(0, 1/H). He, Xavier and PyTorch are the rules of homework part
    2 with n_in = 1 for the hidden and n_in = H for the output layer.
    """
    start = spec.start
    if start in (StartingWeights.SPREAD, StartingWeights.RANDOM):
        w = np.ones(units)
        if spec.activation is TrainedActivation.RELU:
            w = stream.choice([-1.0, 1.0], units)
        if start is StartingWeights.SPREAD:
            edges = np.linspace(-1, 1, units + 1)[:-1]
        else:
            edges = stream.uniform(-1, 1, units)
        return Weights(w, -w * edges, stream.normal(0, 1 / math.sqrt(units), units), np.zeros(1))
    if start is StartingWeights.PYTORCH:
        reach = 1 / math.sqrt(units)
        w, b = stream.uniform(-1, 1, (2, units))
        v, c = stream.uniform(-reach, reach, units), stream.uniform(-reach, reach, 1)
        return Weights(w, b, v, c)
    if start is StartingWeights.HE:
        hidden, output = 2.0, 2.0 / units
    else:
        hidden = output = 2.0 / (1 + units)
    w = stream.normal(0, math.sqrt(hidden), units)
    v = stream.normal(0, math.sqrt(output), units)
    return Weights(w, np.zeros(units), v, np.zeros(1))


def loss_and_gradient(
    weights: Weights, t: Floats, y: Floats, spec: TrainedSpec
) -> tuple[float, tuple[Floats, Floats, Floats, Floats]]:
    """E = mean (N(t) − y)² over m samples, and ∂E/∂(w, b, v, c), by the chain rule."""
    steepness = _steepness(spec)
    z = steepness * (t[:, None] * weights.w + weights.b)
    if spec.activation is TrainedActivation.RELU:
        a = np.maximum(z, 0.0)
        slope = (z > 0).astype(np.float64)
    else:
        a = sigmoid(z)
        slope = steepness * a * (1 - a)
    error = a @ weights.v + weights.c - y
    delta = 2 / len(t) * error
    back = slope * delta[:, None] * weights.v
    return float(error @ error) / len(t), (
        t @ back, back.sum(axis=0), delta @ a, delta.sum(keepdims=True),
    )  # fmt: skip


def _steepness(spec: TrainedSpec) -> float:
    return spec.steepness if spec.activation is TrainedActivation.SIGMOID else 1.0


class _Optimizer:
    """Moves the weights in place, with the memory that momentum and Adam have."""

    def __init__(self, spec: TrainedSpec, weights: Weights) -> None:
        self.kind, self.rate = spec.optimizer, spec.learning_rate
        self.first = [np.zeros_like(array) for array in weights.arrays]
        self.second = [np.zeros_like(array) for array in weights.arrays]
        self.count = 0

    def update(self, weights: Weights, gradient: tuple[Floats, ...]) -> None:
        self.count += 1
        for array, slope, first, second in zip(
            weights.arrays, gradient, self.first, self.second, strict=True
        ):
            if self.kind is TrainedOptimizer.GRADIENT_DESCENT:
                array -= self.rate * slope
            elif self.kind is TrainedOptimizer.MOMENTUM:
                first *= MOMENTUM
                first += slope
                array -= self.rate * first
            else:
                first += (1 - FIRST_DECAY) * (slope - first)
                second += (1 - SECOND_DECAY) * (slope * slope - second)
                mean = first / (1 - FIRST_DECAY**self.count)
                size = np.sqrt(second / (1 - SECOND_DECAY**self.count))
                array -= self.rate * mean / (size + EPSILON)


class _Reporter:
    """Turns scaled weights into a network of x, and measures it."""

    def __init__(self, target: Target, spec: TrainedSpec, scale: float) -> None:
        self.x, self.y = target.sampled(CURVE_POINTS)
        self.half_width, self.scale = target.half_width, scale
        self.steepness = _steepness(spec)
        self.activation = Activation(spec.activation.value)

    def snapshot(self, step: int, loss: float, weights: Weights) -> TrainedSnapshot:
        network = StepNetwork(
            self.steepness / self.half_width * weights.w, self.steepness * weights.b,
            self.scale * weights.v, self.scale * float(weights.c[0]), self.activation,
            steepness=self.steepness,
        )  # fmt: skip
        # While a training for a huge target diverges, its error is inf before its loss is.
        with np.errstate(over="ignore", invalid="ignore"):
            curve = network(self.x)
            error = np.abs(curve - self.y)
            square = float(np.trapezoid(error**2, self.x))
        return TrainedSnapshot(
            step, loss * self.scale**2, self.x, curve, float(error.max()), math.sqrt(square),
            network,
        )  # fmt: skip
