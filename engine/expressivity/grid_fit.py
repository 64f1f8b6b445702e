"""Fitting f(x, y) on a square with k × k cells, the errors of it, and what there is to plot.

The bound. A point of a cell is at most half its diagonal, √2·B/k, away from its centre, so that
midpoint heights are off by at most L·√2·B/k. The mid-range is off by half of f's range on the
cell, which is at most L times half the diagonal as well. The mean is off by at most L times the
mean distance to the points of the cell; that is convex in the point, so it is greatest in a
corner, and there it is (√2 + ln(1 + √2))/3 = 0.765 of the cell's side 2B/k.

Errors belong to the open cells: on the edges themselves u(0) decides which height counts, and on
the left or the right border of the square that is none.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.errors import SpecError
from engine.expressivity.grid import GridNetwork, uniform_edges, uniform_grid
from engine.expressivity.grid_errors import (
    GridErrors,
    cell_means,
    measure_errors,
    samples_in_cell,
)
from engine.expressivity.grid_spec import GridHeights, GridSpec
from engine.expressivity.grid_targets import GridFunction, grid_function
from engine.words import say

Floats = NDArray[np.float64]

#: The mean distance of the unit square's points from one of its corners.
CORNER_DISTANCE = (math.sqrt(2) + math.asinh(1)) / 3


@dataclass(frozen=True, eq=False)
class GridFields:
    """Values for heat maps at pixel centres `x` (m,) and `y` (m,), each (m, m): [i, j] at x_i, y_j.

    `error` is network − target.
    """

    x: Floats
    y: Floats
    target: Floats
    network: Floats
    error: Floats


@dataclass(frozen=True, eq=False)
class GridSection:
    """A cut through the square along one axis, at a fixed value of the other.

    `axis` 0 runs along x at y = `fixed`, 1 along y at x = `fixed`. `target` (m,) belongs to
    `positions` (m,); the network is a staircase: `levels` (k,) between `edges` (k + 1,).
    """

    axis: int
    fixed: float
    positions: Floats
    target: Floats
    edges: Floats
    levels: Floats


@dataclass(frozen=True, eq=False)
class GridFit:
    """A fitted grid; `bound` is of the sup error, inf where f is not Lipschitz."""

    spec: GridSpec
    function: GridFunction
    network: GridNetwork
    errors: GridErrors
    bound: float

    def fields(self, pixels: int = 300) -> GridFields:
        """Target, network and error on a raster of `pixels` × `pixels`."""
        centres = self.spec.half_width * (np.arange(1 - pixels, pixels, 2) / pixels)
        target = self.function.on_mesh(centres, centres)
        network = self.network.on_mesh(centres, centres)
        return GridFields(centres, centres, target, network, network - target)

    def section(self, axis: int, points: int = 600) -> GridSection:
        """The section along an axis, 0 or 1, through the spec's cursor."""
        half_width = self.spec.half_width
        fixed = self.spec.cursor_at[1 - axis]
        positions = np.linspace(-half_width, half_width, points)
        edges = self.network.edges[axis]
        middles = (edges[:-1] + edges[1:]) / 2
        at = np.array([fixed])
        if axis == 0:
            target = self.function.on_mesh(positions, at)[:, 0]
            levels = self.network.on_mesh(middles, at)[:, 0]
        else:
            target = self.function.on_mesh(at, positions)[0]
            levels = self.network.on_mesh(at, middles)[0]
        return GridSection(axis, fixed, positions, target, edges, levels)


def fit_grid(spec: GridSpec, function: GridFunction | None = None) -> GridFit:
    """Choose the heights of all cells, and measure the errors.

    Raises `FormulaError` for a formula that cannot be used on the square, `SpecError` for values
    too large to compute with.
    """
    function = function or grid_function(spec)
    k, half_width = spec.cells, spec.half_width
    edges = uniform_edges(half_width, k)
    offsets, weights = samples_in_cell(k)
    positions = edges[:-1, None] + np.diff(edges)[:, None] * offsets
    along = positions.ravel()
    values = function.on_mesh(along, along).reshape(k, len(offsets), k, len(offsets))
    with np.errstate(over="ignore", invalid="ignore"):
        heights = _heights(spec, function, values, weights, edges)
        error = values - heights[:, None, :, None]
    if not np.isfinite(error).all():
        raise SpecError(say("The target’s values are too large to compute with; scale it down."))
    network = uniform_grid(heights, half_width, spec.at_zero.number)
    errors = measure_errors(error, positions, half_width)
    bound = sup_bound(function.lipschitz.value, half_width, k, spec.heights)
    return GridFit(spec, function, network, errors, bound)


def sup_bound(lipschitz: float, half_width: float, cells: int, heights: GridHeights) -> float:
    """The largest possible sup error of k × k cells for a Lipschitz constant; see the module."""
    side = 2 * half_width / cells
    reach = CORNER_DISTANCE if heights is GridHeights.MEAN else math.sqrt(2) / 2
    return lipschitz * reach * side


def _heights(
    spec: GridSpec, function: GridFunction, values: Floats, weights: Floats, edges: Floats
) -> Floats:
    """Heights (k, k) from samples (k, q, k, q)."""
    if spec.heights is GridHeights.MIDPOINT:
        middles = (edges[:-1] + edges[1:]) / 2
        return function.on_mesh(middles, middles)
    if spec.heights is GridHeights.MEAN:
        return cell_means(values, weights)
    highest, lowest = values.max(axis=3).max(axis=1), values.min(axis=3).min(axis=1)
    middle: Floats = highest / 2 + lowest / 2
    return middle
