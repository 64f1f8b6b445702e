"""What lessons can say of the Expressivity tab: everything follows from its spec."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np

from engine.errors import ChalknetError
from engine.expressivity.building import box_network
from engine.expressivity.cost import cell_neurons, edge_neurons
from engine.expressivity.fitting import CurvePoint, Fit, error_curve, fit
from engine.expressivity.grid_fit import GridFit, fit_grid
from engine.expressivity.grid_spec import GridSpec
from engine.expressivity.sparsity import expected_share
from engine.expressivity.spec import (
    MOST_PIECES,
    Activation,
    BoxSpec,
    Breakpoints,
    Edges,
    FunctionSpec,
    Heights,
    Norm,
)
from engine.expressivity.tab_spec import ExpressivitySpec
from engine.lessons.teaching import Command, Curve, Fact, Floats, Points, Teaching
from engine.words import say

#: n of the points of the curve of errors.
COUNTS = (1, 2, 3, 4, 6, 8, 11, 16, 23, 32, 45, 64, 91, 128, 181, 256)

# --- one neuron and the box -----------------------------------------------------------------------


def _edge(spec: ExpressivitySpec, _: object) -> float | None:
    return spec.neuron.edge


#: f′(0), where a neuron's edge is.
SLOPES_AT_ZERO = {
    Activation.STEP: 0.0, Activation.SIGMOID: 0.25, Activation.RELU: 0.5, Activation.TANH: 1.0,
}


def _slope_at_edge(spec: ExpressivitySpec, _: object) -> float | None:
    """dy/dx of the neuron at its edge; 0 beside the jump of a step, and the mean of both sides at
    a ReLU's bend.
    """
    neuron = spec.neuron
    if neuron.edge is None:
        return None
    scale = 1.0 if neuron.activation is Activation.RELU else neuron.steepness
    return scale * neuron.weight * SLOPES_AT_ZERO[neuron.activation]


def _box_at(place: str) -> Any:
    def value(spec: ExpressivitySpec, _: object) -> float:
        box: BoxSpec = spec.box
        at = {"left": box.left, "right": box.right, "middle": box.left + box.width / 2}[place]
        return float(box_network(box)(np.array([at]))[0])

    return value


def _output_bias(spec: ExpressivitySpec, _: object) -> float:
    return float(box_network(spec.box).output_bias)


# --- any function ---------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def _fit(spec: FunctionSpec) -> Fit | None:
    """The fit, or None where there is no such target, as while a formula is being typed."""
    try:
        return fit(spec)
    except ChalknetError:
        return None


def _of_fit(read: Any) -> Any:
    def value(spec: ExpressivitySpec, _: object) -> Any:
        fitted = _fit(spec.function)
        return None if fitted is None else _finite(read(fitted))

    return value


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _sup_with(**changes: object) -> Any:
    def value(spec: ExpressivitySpec, _: object) -> float | None:
        fitted = _fit(spec.function.replaced(**changes))
        return None if fitted is None else fitted.errors.sup

    return value


def _sup_doubled(spec: ExpressivitySpec, _: object) -> float | None:
    pieces = min(2 * spec.function.pieces, MOST_PIECES)
    return _sup_with(pieces=pieces)(spec, None)  # type: ignore[no-any-return]


def _by_heights(norm: Norm) -> Any:
    def value(spec: ExpressivitySpec, _: object) -> dict[str, float] | None:
        found = {h.value: _fit(spec.function.replaced(heights=h)) for h in Heights}
        if any(fitted is None for fitted in found.values()):
            return None
        return {key: f.errors.in_norm(norm) for key, f in found.items() if f is not None}

    return value


@lru_cache(maxsize=16)
def _error_points(spec: FunctionSpec) -> tuple[CurvePoint, ...] | None:
    try:
        return tuple(error_curve(spec, COUNTS))
    except ChalknetError:
        return None


def _error_against_pieces(spec: ExpressivitySpec, _: object) -> Points | None:
    points = _error_points(spec.function.replaced(pieces=1))
    if points is None:
        return None
    return (
        np.array([float(point.pieces) for point in points]),
        np.array([point.errors.sup for point in points]),
    )


def _network_curve(spec: ExpressivitySpec, _: object) -> Points | None:
    fitted = _fit(spec.function)
    if fitted is None:
        return None
    x = np.linspace(-spec.function.half_width, spec.function.half_width, 801)
    return x, fitted.network(x)


def _target_curve(spec: ExpressivitySpec, _: object) -> Points | None:
    fitted = _fit(spec.function)
    if fitted is None:
        return None
    x: Floats = np.linspace(-spec.function.half_width, spec.function.half_width, 801)
    return x, fitted.target(x)


# --- more dimensions ------------------------------------------------------------------------------


@lru_cache(maxsize=16)
def _grid(spec: GridSpec) -> GridFit | None:
    try:
        return fit_grid(spec)
    except ChalknetError:
        return None


def _of_grid(read: Any) -> Any:
    def value(spec: ExpressivitySpec, _: object) -> Any:
        fitted = _grid(spec.grid)
        return None if fitted is None else _finite(read(fitted))

    return value


def _log10_cells(spec: ExpressivitySpec, _: object) -> float:
    return spec.sparsity.dimension * math.log10(spec.sparsity.cells_per_axis)


def _expected_share(spec: ExpressivitySpec, _: object) -> float:
    sparsity = spec.sparsity
    return expected_share(sparsity.points, sparsity.cells_per_axis, sparsity.dimension)


def _occupied_share(spec: ExpressivitySpec, _: object) -> Points:
    """The share of occupied cells that N uniform points fill on average, against d."""
    sparsity = spec.sparsity
    last = min(sparsity.dimension, 60)
    shares = [
        expected_share(sparsity.points, sparsity.cells_per_axis, d) for d in range(1, last + 1)
    ]
    return np.arange(1.0, last + 1), np.array(shares)


def _log10_cell_curve(spec: ExpressivitySpec, _: object) -> Points:
    dimensions = np.arange(1.0, spec.sparsity.dimension + 1)
    return dimensions, dimensions * math.log10(spec.sparsity.cells_per_axis)


# --- commands -------------------------------------------------------------------------------------


def _read_count(text: str) -> int:
    if not text.isdecimal() or int(text) > MOST_PIECES:
        raise ValueError(say("say how many boxes, from 0 to {most:,}.", most=MOST_PIECES))
    return int(text)


def _with_boxes(spec: ExpressivitySpec, count: int) -> ExpressivitySpec:
    return spec.replaced(added=None if count >= spec.function.pieces else count)


TEACHING = Teaching(
    facts=(
        Fact("edge", "s = −b/w of the one neuron, where it steps.", _edge),
        Fact("slope_at_edge", "dy/dx of the one neuron at its edge.", _slope_at_edge),
        Fact("box_right", "The right edge of the box, left + width.", lambda s, _: s.box.right),
        Fact("box_at_left", "The box’s value exactly at its left edge.", _box_at("left")),
        Fact("box_at_right", "The box’s value exactly at its right edge.", _box_at("right")),
        Fact("box_at_middle", "The box’s value in its middle.", _box_at("middle")),
        Fact("box_output_bias", "The output bias: −h in an open box, else 0.", _output_bias),
        Fact("delta", "δ = 2B/n, the width of a uniform piece.", lambda s, _: s.function.width),
        Fact("hidden_neurons", "Hidden neurons of the fit.",
             lambda s, _: s.function.hidden_neurons, 15),
        Fact("naive_neurons", "2n: two neurons for each box.", lambda s, _: 2 * s.function.pieces,
             28),
        Fact("shared_neurons", "n + 1: neighbouring boxes share an edge.",
             lambda s, _: s.function.pieces + 1, 15),
        Fact("sup_error", "max |f − N| on the interval.", _of_fit(lambda f: f.errors.sup)),
        Fact("sup_at", "Where the largest error is.", _of_fit(lambda f: f.errors.sup_at)),
        Fact("l2_error", "(∫|f − N|² dx)^½.", _of_fit(lambda f: f.errors.l2)),
        Fact("bound", "L·B/n, which the sup error stays below.", _of_fit(lambda f: f.bound)),
        Fact("lipschitz", "L, the target’s steepest slope.", _of_fit(lambda f: f.lipschitz)),
        Fact("sup_error_doubled", "The sup error with twice the pieces.", _sup_doubled),
        Fact("sup_error_naive", "The sup error with 2n neurons.", _sup_with(edges=Edges.NAIVE)),
        Fact("sup_error_uniform", "The sup error with uniform breakpoints.",
             _sup_with(breakpoints=Breakpoints.UNIFORM)),
        Fact("sup_error_adaptive", "The sup error with adaptive breakpoints.",
             _sup_with(breakpoints=Breakpoints.ADAPTIVE)),
        Fact("sup_by_heights", "The sup errors by kind of heights.", _by_heights(Norm.SUP),
             {"midpoint": 0.2, "mean": 0.3}),
        Fact("l2_by_heights", "The L² errors by kind of heights.", _by_heights(Norm.L2),
             {"midpoint": 0.2, "mean": 0.3}),
        Fact("grid_cells", "k², the cells of the square.", lambda s, _: s.grid.cells**2, 144),
        Fact("grid_edge_neurons", "Layer 1 of the grid network: 2·(k + 1).",
             lambda s, _: edge_neurons(2, s.grid.cells), 26),
        Fact("grid_sup_error", "max |f − N| on the square.", _of_grid(lambda f: f.errors.sup)),
        Fact("grid_bound", "The bound of the grid’s sup error.", _of_grid(lambda f: f.bound)),
        Fact("edge_neurons", "d·(k + 1), layer 1 in d dimensions.",
             lambda s, _: edge_neurons(s.sparsity.dimension, s.sparsity.cells_per_axis), 220),
        Fact("cell_neurons", "k^d, layer 2 in d dimensions.",
             lambda s, _: float(f"1e{_log10_cells(s, None):.0f}") if _log10_cells(s, None) > 18
             else cell_neurons(s.sparsity.dimension, s.sparsity.cells_per_axis), 1e20),
        Fact("log10_cells", "log10 of k^d.", _log10_cells),
        Fact("expected_share", "The share of cells that N uniform points occupy on average.",
             _expected_share),
    ),
    curves=(
        Curve("error_against_pieces", "The sup error against the number of pieces.",
              _error_against_pieces, "pieces n", "sup error", "log", "log"),
        Curve("network", "The network’s output.", _network_curve, "x", "N(x)"),
        Curve("target", "The target.", _target_curve, "x", "f(x)"),
        Curve("occupied_share", "The share of occupied cells against the dimension.",
              _occupied_share, "dimensions d", "share of occupied cells"),
        Curve("log10_cells", "log10 of the number of cells against the dimension.",
              _log10_cell_curve, "dimensions d", "log10 of the cells"),
    ),
    commands=(
        Command("add boxes until", "Add boxes until so many are in the sum.", _read_count,
                press="step", finish=_with_boxes),
    ),
)  # fmt: skip
