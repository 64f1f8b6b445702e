"""Networks written down, not trained: a neuron, a box, a row of boxes, a polygon."""

from __future__ import annotations

import math

import numpy as np

from engine.expressivity.network import StepNetwork
from engine.expressivity.spec import Activation, BoxSpec, BoxVariant, NeuronSpec
from engine.formula_words import Floats

#: A sigmoid this far (in its own z) from its edge is flat: σ(40) is 1 in float64.
FLAT = 40.0


def neuron_network(spec: NeuronSpec) -> StepNetwork:
    """One hidden neuron with output weight 1; sigmoid and tanh hold the steepness."""
    smooth = spec.activation in (Activation.SIGMOID, Activation.TANH)
    steepness = spec.steepness if smooth else 1.0
    return StepNetwork(
        np.array([spec.weight * steepness]), np.array([spec.bias * steepness]), np.ones(1), 0.0,
        spec.activation, spec.at_zero.number, steepness,
    )  # fmt: skip


def box_network(spec: BoxSpec) -> StepNetwork:
    """The box of homework 1a: two step neurons, and for the open box an output bias −h.

    Half-open: h·(u(x − a) − u(x − b)). Open: h·(u(x − a) + u(b − x) − 1).
    """
    is_open = spec.variant is BoxVariant.OPEN
    return boxes(
        np.array([spec.left, spec.right]), np.array([spec.height]),
        u0=spec.at_zero.number, is_open=is_open,
    )  # fmt: skip


def boxes(edges: Floats, heights: Floats, *, u0: float = 0.0, is_open: bool = False) -> StepNetwork:
    """Naive: a box of its own for each of n pieces, 2n neurons in the order +h_1, −h_1, +h_2, ….

    `edges` (n + 1,) rise, `heights` (n,). Open boxes leave their edge points out where u0 = 0.
    """
    left, right = edges[:-1], edges[1:]
    weight = np.ones((len(heights), 2))
    bias = np.stack([-left, -right], axis=1)
    output = np.stack([heights, -heights], axis=1)
    output_bias = 0.0
    if is_open:
        weight[:, 1], bias[:, 1], output[:, 1] = -1.0, right, heights
        output_bias = -float(heights.sum())
    return StepNetwork(
        weight.ravel(), 0.0 + bias.ravel(), output.ravel(), output_bias, u0=u0
    )


def shared_boxes(edges: Floats, heights: Floats, *, u0: float = 0.0) -> StepNetwork:
    """The same function with n + 1 neurons: jumps h_k − h_{k−1}, and −h_n at the right end."""
    return StepNetwork(np.ones(len(edges)), 0.0 - edges, jumps(heights), u0=u0)


def sigmoid_boxes(
    edges: Floats, heights: Floats, steepness: float, *, is_naive: bool = False
) -> StepNetwork:
    """`shared_boxes`, or with `is_naive` `boxes`, of sigmoids σ(κ·(x − s)/δ).

    δ is the narrower piece beside the edge s. The outer edges lie so far outside that the sigmoids
    there are flat on the interval; at s they are only at ½, and would halve the function there.
    """
    widths = np.diff(edges)
    weight = steepness / np.minimum(
        np.concatenate((widths[:1], widths)), np.concatenate((widths, widths[-1:]))
    )
    edges = edges.copy()
    edges[0] -= FLAT / weight[0]
    edges[-1] += FLAT / weight[-1]
    output = jumps(heights)
    if is_naive:
        edges, weight = (np.repeat(array, 2)[1:-1] for array in (edges, weight))
        output = np.stack([heights, -heights], axis=1).ravel()
    return StepNetwork(
        weight, 0.0 - weight * edges, output, 0.0, Activation.SIGMOID, steepness=steepness
    )


def polygon(knots: Floats, values: Floats) -> StepNetwork:
    """ReLUs through the points: y_0 + Σ_k (m_k − m_{k−1})·relu(x − x_k), with n neurons.

    `knots` (n + 1,) rise, `values` (n + 1,); m_k are the slopes. Left of x_0 it is constant.
    """
    slopes = np.diff(values) / np.diff(knots)
    return StepNetwork(
        np.ones(len(slopes)), 0.0 - knots[:-1], np.diff(slopes, prepend=0.0), float(values[0]),
        Activation.RELU,
    )  # fmt: skip


def jumps(heights: Floats) -> Floats:
    """The jumps (n + 1,) at the edges of a row of boxes (n,): from 0, and back to 0."""
    return np.diff(heights, prepend=0.0, append=0.0)


def exactly_summable(heights: Floats) -> Floats:
    """The heights rounded to multiples of one power of two, so that sums of jumps are exact.

    With S = Σ|jumps| and q = 2^(⌈log₂ S⌉ − 52), every jump and every partial sum of jumps, in any
    order, is a multiple of q below 2⁵³·q: float64 holds it without rounding. The heights move by at
    most q/2 ≤ 2⁻⁵²·S, less than one rounding of the sum could. Naive boxes are exact too where they
    are summed box by box.
    """
    if not len(heights) or (heights == heights[0]).all():
        return heights  # one jump up and one down: nothing to sum
    total = float(np.abs(jumps(heights)).sum())
    exponent = 52 - math.ceil(math.log2(total))
    return np.ldexp(np.round(np.ldexp(heights, exponent)), -exponent)
