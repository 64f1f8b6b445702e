"""Fit a target: cut the interval, choose the heights, write the network down (homework 1b)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from engine.expressivity.adaptive import MOST_OPTIMAL, optimal_breakpoints, shared_breakpoints
from engine.expressivity.building import (
    boxes,
    exactly_summable,
    polygon,
    shared_boxes,
    sigmoid_boxes,
)
from engine.expressivity.errors_of_fit import (
    Errors,
    bound,
    measured,
    points_a_piece,
    points_in_pieces,
)
from engine.expressivity.network import StepNetwork
from engine.expressivity.spec import Breakpoints, Edges, FunctionSpec, Heights, PieceActivation
from engine.expressivity.targets import Target, make_target
from engine.formula_words import Floats
from engine.lazy import lazy

#: Points of the Gauss–Legendre rule that means are taken with, and the points to spend in all.
GAUSS_POINTS, MEAN_POINTS = 4, 40_000
#: Slopes are fitted to the last factor of ten in n, from this many pieces on, and to errors above
#: this part of the largest.
SLOPE_FROM, ROUNDING_FLOOR = 16, 1e-12


@dataclass(frozen=True, eq=False)
class Fit:
    """A target and the network built for it.

    `edges` (n + 1,) rise from −B to B; the outer two lie one float outside, so that the closed
    interval is covered whatever u(0) is. `heights` are those of the boxes (n,), or for ReLU pieces
    the values at the edges (n + 1,). `network` is in one layer what both say.
    """

    spec: FunctionSpec
    target: Target
    edges: Floats
    heights: Floats
    network: StepNetwork

    @lazy
    def errors(self) -> Errors:
        """The distances between target and network; computed when first asked for."""
        return measured(self.target, self.edges, self._on_pieces)

    @property
    def lipschitz(self) -> float:
        """L of the target: exact where known, else an estimate from below; inf for jumps."""
        return self.target.lipschitz

    @property
    def bound(self) -> float | None:
        """L·B/n for uniform pieces; see `errors_of_fit.bound`."""
        return bound(self.target, self.spec, self.edges)

    def partial(self, count: int) -> StepNetwork:
        """The network of the first `count` boxes (or ReLUs) alone: the sum being built up."""
        network = self.network
        if self.spec.activation is PieceActivation.RELU:
            return network.prefix(count)
        if self.spec.edges is Edges.NAIVE:
            return network.prefix(2 * count)
        if count == 0:
            return network.prefix(0)
        # The neuron that would lead to the next box leads back to 0 instead.
        output = np.append(network.output_weight[:count], -self.heights[count - 1])
        weight, bias = network.hidden_weight[: count + 1], network.hidden_bias[: count + 1]
        return network.replaced_arrays(weight, bias, output)

    def _on_pieces(self, x: Floats) -> Floats:
        """The network at points (n, s) that lie piece by piece: no edge has to be looked for."""
        if self.spec.activation is PieceActivation.STEP:
            return self.heights[:, None]
        if self.spec.activation is PieceActivation.SIGMOID:
            return self.network(x)
        slopes = np.diff(self.heights) / np.diff(self.edges)
        line: Floats = self.heights[:-1, None] + slopes[:, None] * (x - self.edges[:-1, None])
        return line


def fit(spec: FunctionSpec, target: Target | None = None) -> Fit:
    """The network that a spec describes, for its own target or another one.

    Adaptive breakpoints are taken only where they beat uniform ones in the norm of the heights.
    Raises `SpecError` where the target is not finite or too large.
    """
    target = target or make_target(spec)
    uniform = _fitted(spec, target, uniform_breakpoints(spec))
    if spec.breakpoints is Breakpoints.UNIFORM or spec.pieces == 1:
        return uniform
    adapted = _fitted(spec, target, adaptive_breakpoints(spec, target))
    norm = spec.heights.norm
    is_better = adapted.errors.in_norm(norm) < uniform.errors.in_norm(norm)
    return adapted if is_better else uniform


def uniform_breakpoints(spec: FunctionSpec) -> Floats:
    """Edges (n + 1,) of pieces of one width δ = 2B/n."""
    return np.linspace(-spec.half_width, spec.half_width, spec.pieces + 1)


def adaptive_breakpoints(spec: FunctionSpec, target: Target) -> Floats:
    """Edges (n + 1,) that suit the target: optimal for few pieces, by equal shares for many."""
    is_linear = spec.activation is PieceActivation.RELU
    if spec.pieces <= MOST_OPTIMAL and not is_linear:
        return optimal_breakpoints(target, spec.pieces, spec.heights)
    return shared_breakpoints(target, spec.pieces, spec.heights.norm, is_linear=is_linear)


def _fitted(spec: FunctionSpec, target: Target, edges: Floats) -> Fit:
    """Heights and network on given edges (n + 1,) from −B to B."""
    if spec.activation is PieceActivation.RELU:
        heights = target(edges)
    else:
        heights = exactly_summable(piece_heights(target, edges, spec.heights))
    edges = edges.copy()
    edges[0], edges[-1] = np.nextafter(edges[0], -np.inf), np.nextafter(edges[-1], np.inf)
    return Fit(spec, target, edges, heights, _network(spec, edges, heights))


def _network(spec: FunctionSpec, edges: Floats, heights: Floats) -> StepNetwork:
    is_naive = spec.edges is Edges.NAIVE
    if spec.activation is PieceActivation.RELU:
        return polygon(edges, heights)
    if spec.activation is PieceActivation.SIGMOID:
        return sigmoid_boxes(edges, heights, spec.steepness, is_naive=is_naive)
    return (boxes if is_naive else shared_boxes)(edges, heights, u0=spec.at_zero.number)


def piece_heights(target: Target, edges: Floats, heights: Heights) -> Floats:
    """The heights (n,) of the boxes on `edges` (n + 1,).

    The mean is a Gauss–Legendre quadrature, composite where there are few pieces; the mid-range is
    that of dense samples, the same that errors are measured on.
    """
    left, right = edges[:-1], edges[1:]
    if heights is Heights.LEFT:
        return target(left)
    if heights is Heights.MIDPOINT:
        return target(left / 2 + right / 2)
    if heights is Heights.MID_RANGE:
        y = target(points_in_pieces(edges, points_a_piece(len(left))))
        middle: Floats = y.min(axis=1) / 2 + y.max(axis=1) / 2
        return middle
    parts = max(1, MEAN_POINTS // (GAUSS_POINTS * len(left)))
    nodes, weights = np.polynomial.legendre.leggauss(GAUSS_POINTS)
    places = ((np.arange(parts)[:, None] + (nodes + 1) / 2) / parts).ravel()
    shares = np.tile(weights / (2 * parts), parts)
    y = target(left[:, None] + (right - left)[:, None] * places)
    # Around the first value, because the mean of equal numbers must be that number.
    mean: Floats = y[:, 0] + (y - y[:, :1]) @ shares
    return mean


@dataclass(frozen=True)
class CurvePoint:
    """The errors of a fit with `pieces` pieces, and its bound."""

    pieces: int
    errors: Errors
    bound: float | None


def default_counts(most: int = 1000) -> list[int]:
    """Numbers of pieces from 1 to `most`, eight in every factor of ten."""
    steps = int(np.ceil(8 * np.log10(max(most, 1))))
    counts = {round(10 ** (step / 8)) for step in range(steps)}
    return sorted({count for count in counts if count < most} | {most})


def error_curve(spec: FunctionSpec, counts: Sequence[int]) -> Iterator[CurvePoint]:
    """The errors against n: the same fit with other numbers of pieces, one by one."""
    target = make_target(spec)
    for count in counts:
        fitted = fit(spec.replaced(pieces=count), target)
        yield CurvePoint(count, fitted.errors, fitted.bound)


def fitted_slope(points: Sequence[CurvePoint], errors: Sequence[float]) -> float | None:
    """The slope of log error against log n, by least squares; None where too little is known.

    `errors` belong to `points`, e.g. their sup errors. Only the last factor of ten in n counts,
    where n is at least 16: before that a target may not be resolved yet. Errors that are only
    rounding are left out.
    """
    floor = ROUNDING_FLOOR * max(errors, default=0.0)
    known = [(point.pieces, error) for point, error in zip(points, errors, strict=True)
             if error > floor]  # fmt: skip
    least = max(SLOPE_FROM, max((pieces for pieces, _ in known), default=0) / 10)
    used = [(pieces, error) for pieces, error in known if pieces >= least]
    if len(used) < 2:
        return None
    logs = np.log(np.array(used))
    centred = logs - logs.mean(axis=0)
    return float(centred[:, 0] @ centred[:, 1] / (centred[:, 0] @ centred[:, 0]))
