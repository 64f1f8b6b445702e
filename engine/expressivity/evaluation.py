"""How a network of one input is evaluated fast: sorted edges and running sums."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from engine.expressivity.spec import Activation
from engine.formula_words import Floats, relu, sigmoid

#: From the points (m,) to the outputs (m,).
Evaluation = Callable[[Floats], Floats]

#: Beyond |z| = 40 a sigmoid is 0 or 1 to the last bit of float64.
SATURATED = 40.0
#: Points are taken in blocks of this many, small enough for a processor's cache.
BLOCK = 32_768
#: From this many evenly spaced edges on, dividing beats searching.
FEWEST_EVEN = 32


def activate(activation: Activation, z: Floats, u0: float) -> Floats:
    """a(z), elementwise."""
    if activation is Activation.STEP:
        return np.heaviside(z, u0)
    if activation is Activation.SIGMOID:
        return sigmoid(z)
    return relu(z) if activation is Activation.RELU else np.tanh(z)


def compiled(
    activation: Activation, weight: Floats, bias: Floats, output: Floats, constant: float, u0: float
) -> Evaluation:
    """The function x ↦ constant + Σ output·a(weight·x + bias); all weights of shape (H,)."""
    still = weight == 0
    if still.any():
        constant += float(output[still] @ activate(activation, bias[still], u0))
        weight, bias, output = weight[~still], bias[~still], output[~still]
    if activation is Activation.STEP:
        return _steps(weight, bias, output, constant, u0)
    if activation is Activation.RELU:
        return _ramps(weight, bias, output, constant)
    if activation is Activation.TANH:  # tanh z = 2σ(2z) − 1
        return _sigmoids(2 * weight, 2 * bias, 2 * output, constant - float(output.sum()))
    return _sigmoids(weight, bias, output, constant)


def flips(weight: Floats, bias: Floats) -> tuple[Floats, Floats]:
    """Where each step neuron (H,) flips, to the float: with rising x, z reaches 0 and leaves it.

    For w > 0 these are the smallest floats with w·x + b ≥ 0 and > 0, for w < 0 with ≤ 0 and < 0.
    The sum w·x + b has the sign of (w·x, rounded) − (−b). So where |w| is not 1, several floats x
    can give zero, or none: they are looked for around the ends of the interval that w maps to
    within half a float of −b.
    """
    sign = np.sign(weight)
    weight, bias = np.abs(weight), bias * sign
    with np.errstate(over="ignore"):  # an edge beyond all floats is never reached
        edge = 0.0 - bias / weight
    if (weight == 1).all():
        return edge, np.nextafter(edge, np.inf)
    margin = np.spacing(np.abs(bias)) / weight / 2

    def first(holds: Callable[[Floats], NDArray[np.bool_]], start: Floats) -> Floats:
        place = start
        for _ in range(8):
            below = np.nextafter(place, -np.inf)
            place = np.where(holds(below), below, place)
        for _ in range(8):
            place = np.where(holds(place), place, np.nextafter(place, np.inf))
        return place

    reached = first(lambda x: weight * x + bias >= 0, edge - margin)
    return reached, first(lambda x: weight * x + bias > 0, edge + margin)


def _steps(
    weight: Floats, bias: Floats, output: Floats, constant: float, u0: float
) -> Evaluation:
    """A step function, continuous from the right in floats: one level from each flip to the next.

    A rising neuron adds v·u0 where z reaches 0 and the rest where z leaves it; a falling one takes
    v·(1 − u0) and then the rest away from the v that it starts with.
    """
    reached, left = flips(weight, bias)
    is_rising = weight > 0
    at_zero = np.where(is_rising, output * u0, -output * (1 - u0))
    beyond = np.where(is_rising, output * (1 - u0), -output * u0)
    parts = [(places, jumps) for places, jumps in ((reached, at_zero), (left, beyond))
             if jumps.any()]  # fmt: skip
    base = constant + float(output[~is_rising].sum())
    if not parts:
        return lambda x: np.full(x.shape, base)
    places, jumps = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.argsort(places, kind="stable")
    places = places[order]
    levels = np.cumsum(np.concatenate(([base], jumps[order])))
    is_last = np.append(places[1:] != places[:-1], True)  # of those that flip at one float
    places, levels = places[is_last], levels[np.concatenate(([True], is_last))]
    passed = _counter(places)
    return _in_blocks(lambda x: levels.take(passed(x)))


def _ramps(weight: Floats, bias: Floats, output: Floats, constant: float) -> Evaluation:
    """A polygon: slopes and knot values by running sums, from the leftmost knot on."""
    if not len(weight):
        return lambda x: np.full(x.shape, constant)
    edge = 0.0 - bias / weight
    order = np.argsort(edge, kind="stable")
    edge, weight, slope = edge[order], weight[order], (output * weight)[order]
    is_rising = weight > 0
    first_slope = float(slope[~is_rising].sum())
    slopes = first_slope + np.cumsum(np.concatenate(([0.0], np.where(is_rising, slope, -slope))))
    falling = slope[~is_rising] @ (edge[0] - edge[~is_rising])
    values = np.cumsum(np.concatenate(([constant + falling], slopes[1:-1] * np.diff(edge))))

    passed = _counter(edge)

    def block(x: Floats) -> Floats:
        index = passed(x)
        knot = np.maximum(index - 1, 0)
        y: Floats = values[knot] + slopes[index] * (x - edge[knot])
        return y

    return _in_blocks(block)


def _sigmoids(weight: Floats, bias: Floats, output: Floats, constant: float) -> Evaluation:
    """Only the neurons that are not saturated at x are computed; the others are a running sum.

    That is O(m·k) for k neurons within reach of a point, and O(m·H) where all are.
    """
    # σ(−z) = 1 − σ(z) lets every neuron rise.
    falls = weight < 0
    constant += float(output[falls].sum())
    weight, bias, output = (np.where(falls, -array, array) for array in (weight, bias, output))
    order = np.argsort(-bias / weight, kind="stable")
    weight, bias, output = weight[order], bias[order], output[order]
    edge, reach = 0.0 - bias / weight, SATURATED / weight
    done_at = np.maximum.accumulate(edge + reach)
    begun_at = np.minimum.accumulate((edge - reach)[::-1])[::-1]
    sums = constant + np.cumsum(np.concatenate(([0.0], output)))

    def block(x: Floats) -> Floats:
        first = np.searchsorted(done_at, x, side="right")
        count = np.searchsorted(begun_at, x, side="left") - first
        y: Floats = sums[first]
        for offset in range(int(count.max(initial=0))):
            within = np.flatnonzero(count > offset)
            neuron = first[within] + offset
            y[within] += output[neuron] * sigmoid(weight[neuron] * x[within] + bias[neuron])
        return y

    return _in_blocks(block)


def _counter(places: Floats) -> Callable[[Floats], NDArray[np.intp]]:
    """How many of the sorted places (k,) are ≤ x, for points (m,): a binary search.

    Where the places are evenly spaced, to a quarter of the spacing, the number is known by a
    division but for one place, which is looked at: O(m) instead of O(m log k), and as exact.
    """
    count = len(places)
    spacing = (places[-1] - places[0]) / max(count - 1, 1)
    even = np.linspace(places[0], places[-1], count)
    if count < FEWEST_EVEN or not np.abs(places - even).max() < spacing / 4:
        return lambda x: np.searchsorted(places, x, side="right")
    start = places[0] / spacing - 0.5
    padded = np.append(places, np.inf)

    def passed(x: Floats) -> NDArray[np.intp]:
        # Far outside the division may overflow; nan has no number, and its output is nan anyway.
        with np.errstate(invalid="ignore", over="ignore"):
            guess: NDArray[np.intp] = np.clip(x / spacing - start, 0, count).astype(np.intp)
        guess += padded.take(guess, mode="clip") <= x
        np.clip(guess, 0, count, out=guess)
        return guess

    return passed


def _in_blocks(evaluate: Evaluation) -> Evaluation:
    """The same evaluation block by block, so that what lies in between stays in the cache."""

    def whole(x: Floats) -> Floats:
        y = np.empty(x.shape)
        for start in range(0, len(x), BLOCK):
            y[start : start + BLOCK] = evaluate(x[start : start + BLOCK])
        return y

    return whole
