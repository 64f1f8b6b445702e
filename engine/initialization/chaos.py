"""Order or chaos: what becomes of two inputs in a very wide, very deep network.

With the gain σ_w² = n_in·σ² and the bias variance σ_b², E[z²] runs to a fixed point q* of
q ← σ_w²·E[f(√q·t)²] + σ_b², and the correlation of two inputs to a fixed point c*. There the slope
χ₁ = σ_w²·E[f′(√q*·t)²] decides: below 1 inputs become alike and gradients vanish (order), above 1
they come apart and gradients explode (chaos); χ₁ = 1 is the edge (Poole et al., 2016; Schoenholz et
al., 2017).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from engine.initialization.activations import HOMOGENEOUS
from engine.initialization.moments import moments, pair_gap
from engine.initialization.spec import Activation
from engine.words import say

Floats = NDArray[np.float64]

#: The fixed point is sought below this; beyond it counts as infinite.
LARGEST_Q = 1e6
_TABLE_POINTS = 1500
_SMALLEST_Q = 1e-8


@dataclass(frozen=True)
class FixedPoints:
    """`variance` q* (inf where it grows without end), `correlation` c*, `slope` χ₁ at c = 1.

    `depth` is over how many layers a small difference of inputs, or a gradient, changes by e:
    1/|ln χ₁|; inf at the edge. `phase` is "order", "edge" or "chaos". `sentence` says it.
    """

    variance: float
    correlation: float
    slope: float
    depth: float
    phase: str
    sentence: str


def fixed_points(activation: Activation, weight_gain: float, bias_variance: float) -> FixedPoints:
    """The fixed points for one σ_w² and σ_b²."""
    q = _fixed_variance(activation, weight_gain, bias_variance)
    slope = _slope(activation, weight_gain, q)
    correlation = _fixed_correlation(activation, weight_gain, q)
    depth = math.inf if slope == 1 else 0.0 if slope == 0 else 1 / abs(math.log(slope))
    phase = "edge" if abs(slope - 1) < 1e-3 else "order" if slope < 1 else "chaos"
    return FixedPoints(q, correlation, slope, depth, phase, _sentence(phase, q, slope, depth))


def _fixed_variance(activation: Activation, gain: float, bias: float) -> float:
    """q* that is run to from q = 1, as a network's inputs have it.

    The map is monotone, so that this is the fixed point next to 1 on the side of the first step.
    """
    if activation in HOMOGENEOUS:
        factor = gain * float(moments(activation, np.ones(1)).second[0])
        if factor < 1:
            return bias / (1 - factor)
        return 1.0 if factor == 1 and bias == 0 else math.inf

    def step(q: Floats) -> Floats:
        return np.asarray(gain * moments(activation, q).second + bias - q)

    logs, second, _ = _table(activation)
    rises = gain * second + bias > np.exp(logs)
    middle = int(np.searchsorted(logs, 0.0))
    if rises[middle]:
        beyond = np.flatnonzero(~rises[middle:])
        if not len(beyond):
            return math.inf
        low = middle + int(beyond[0]) - 1
    else:
        below = np.flatnonzero(rises[:middle])
        if not len(below):
            return float(bias)
        low = int(below[-1])
    return float(_crossing(step, math.exp(logs[low]), math.exp(logs[low + 1])))


def _crossing(function: Callable[[Floats], Floats], low: float, high: float) -> float:
    """Where a function changes its sign between two points; forty at a time, to the last digits."""
    is_positive = bool(function(np.array([low]))[0] > 0)
    for _ in range(8):
        points = np.linspace(low, high, 40)
        same = np.flatnonzero((function(points) > 0) == is_positive)
        last = int(same[-1]) if len(same) else 0
        low, high = points[last], points[min(last + 1, len(points) - 1)]
    return (low + high) / 2


def _slope(activation: Activation, gain: float, q: float) -> float:
    if activation in HOMOGENEOUS:
        q = 1.0
    elif math.isinf(q):
        # Far out GELU and SiLU are the ReLU; tanh and sigmoid never get there.
        activation, q = Activation.RELU, 1.0
    return gain * float(moments(activation, np.array([q])).slope_second[0])


def _fixed_correlation(activation: Activation, gain: float, q: float) -> float:
    """c* that is run to from ½; nan where no signal is left, or every c stays as it is.

    The map of 1 − c is monotone, too, and followed so because nothing cancels near c = 1.
    """
    if activation in HOMOGENEOUS:
        # Size and direction are apart: the direction follows the map that keeps the size, unless
        # biases have a part in it.
        if activation is Activation.LINEAR and not (math.isfinite(q) and q > 0):
            return math.nan
        if math.isinf(q) or q == 0:
            return 1.0
    elif math.isinf(q) or q < _SMALLEST_Q:
        return math.nan
    one = np.array([q])

    def step(away: Floats) -> Floats:
        return np.asarray(gain * pair_gap(activation, one, one, away * q) / q - away)

    first = float(step(np.array([0.5]))[0])
    if abs(first) < 1e-12:
        return 0.5
    grid = np.geomspace(0.5, 1e-12, 400) if first < 0 else np.linspace(0.5, 1.5, 400)
    turned = np.flatnonzero((step(grid) > 0) == (first < 0))
    if not len(turned):
        return 1.0 if first < 0 else -0.5
    index = int(turned[0])
    return float(1 - _crossing(step, grid[index - 1], grid[index]))


def _sentence(phase: str, q: float, slope: float, depth: float) -> str:
    if phase == "edge":
        return say("At the edge of chaos, χ₁ = {slope:.3f}: signals and gradients go deep.",
                   slope=slope)
    reach = (
        say("by a factor of e over about {depth:.1f} layers", depth=depth) if depth >= 0.05
        else say("within a layer")
    )
    if phase == "order":
        signals = say("signals and gradients vanish") if q == 0 else (
            say("inputs become alike and gradients vanish")
        )
        return say("Order, χ₁ = {slope:.2f} < 1: {signals}, {reach}.",
                   slope=slope, signals=signals, reach=reach)
    signals = say("signals and gradients explode") if math.isinf(q) else (
        say("inputs come apart and gradients explode")
    )
    return say("Chaos, χ₁ = {slope:.2f} > 1: {signals}, {reach}.",
               slope=slope, signals=signals, reach=reach)


@cache
def _table(activation: Activation) -> tuple[Floats, Floats, Floats]:
    """log q, E[f²] and E[f′²] on a grid of q, for maps that need no more than four digits."""
    logs = np.linspace(math.log(_SMALLEST_Q), math.log(LARGEST_Q), _TABLE_POINTS)
    found = moments(activation, np.exp(logs))
    return logs, found.second, found.slope_second


def chaos_map(activation: Activation, gains: Floats, bias_variances: Floats) -> Floats:
    """χ₁ (len(bias_variances), len(gains)) for σ_w² along columns and σ_b² along rows.

    Every point starts from q = 1 and is followed until q rests, to about four digits.
    """
    gain, bias = np.meshgrid(gains, bias_variances)
    if activation in HOMOGENEOUS:
        return np.asarray(gain * float(moments(activation, np.ones(1)).slope_second[0]))
    logs, second, slope = _table(activation)
    log_q = np.zeros_like(gain)
    for _ in range(400):
        q = gain * np.exp(np.interp(log_q, logs, np.log(second))) + bias
        after = np.log(np.clip(q, _SMALLEST_Q, LARGEST_Q))
        if np.abs(after - log_q).max() < 1e-6:
            break
        log_q = after
    return np.asarray(gain * np.interp(log_q, logs, slope))


def edge_of_chaos(
    activation: Activation, largest_gain: float, largest_bias: float
) -> Floats:
    """Points (k, 2) of σ_w², σ_b² with χ₁ = 1, in the order of q*; none for the sigmoid's likes.

    Each q* lies on the edge for one pair: σ_w² = 1/E[f′²], and σ_b² = q* − σ_w²·E[f²].
    """
    if activation in HOMOGENEOUS:
        # The slope knows no q: χ₁ = 1 is a vertical line.
        upright = 1 / float(moments(activation, np.ones(1)).slope_second[0])
        ends = np.array([[upright, 0.0], [upright, largest_bias]])
        return ends if upright <= largest_gain else np.zeros((0, 2))
    logs, second, slope = _table(activation)
    gain = 1 / np.maximum(slope, 1e-300)
    bias = np.exp(logs) - gain * second
    points: Floats = np.stack([gain, np.maximum(bias, 0.0)], axis=1)
    return points[(gain <= largest_gain) & (bias >= -1e-9) & (bias <= largest_bias)]


def variance_path(
    activation: Activation, weight_gain: float, bias_variance: float, start: float, depth: int
) -> Floats:
    """E[z²] (depth,) of layers 1, 2, … from E[x²] = `start`; inf where it leaves float64."""
    path: Floats = np.empty(depth)
    q = weight_gain * start + bias_variance
    for layer in range(depth):
        path[layer] = q
        if not q < 1e280:
            path[layer:] = math.inf
            break
        q = weight_gain * float(moments(activation, np.array([q])).second[0]) + bias_variance
    return path


def correlation_path(
    activation: Activation, weight_gain: float, bias_variance: float, start: float, depth: int
) -> Floats:
    """Correlation (depth + 1,) of two inputs' pre-activations at q*, from `start` at entry 0."""
    q = _fixed_variance(activation, weight_gain, bias_variance)
    path = np.full(depth + 1, math.nan)
    path[0] = start
    if activation in HOMOGENEOUS and (math.isinf(q) or q == 0):
        # What is left is the direction, and it follows the map that keeps the size.
        q = 1.0
        weight_gain = 1 / float(moments(activation, np.ones(1)).second[0])
    if not (math.isfinite(q) and q > 0):
        return path
    one, gap = np.array([q]), np.array([(1 - start) * q])
    for layer in range(1, depth + 1):
        gap = np.asarray(weight_gain * pair_gap(activation, one, one, gap))
        path[layer] = 1 - gap[0] / q
    return path
