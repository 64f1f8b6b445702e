"""Breakpoints that lie where the target needs them.

Up to `MOST_OPTIMAL` pieces they are optimal among all choices from many candidates, by dynamic
programming; beyond, every piece gets an equal share of what the error grows with.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.expressivity.errors_of_fit import points_in_pieces
from engine.expressivity.spec import Heights, Norm
from engine.expressivity.targets import Target
from engine.formula_words import Floats

MOST_OPTIMAL = 100
#: Candidates of the dynamic programme, evenly spread and as many again where f is steep; and the
#: points that are looked at between two of them.
CELLS, POINTS_A_CELL = 200, 9
#: Cells by which the shares are found, and the least share of a cell, in units of the mean.
SHARE_CELLS, LEAST_SHARE = 20_000, 0.05


def optimal_breakpoints(target: Target, pieces: int, heights: Heights) -> Floats:
    """The best edges (n + 1,) among m ≈ 400 candidates; O(m²) memory and O(n·m²) time."""
    grid = candidates(target, pieces, heights.norm)
    costs = cost_table(target, grid, heights)
    return grid[optimal_partition(costs, pieces, heights.norm)]


def candidates(target: Target, pieces: int, norm: Norm) -> Floats:
    """Where edges may lie (m + 1,): the uniform edges, points between, more where f is steep."""
    reach, cells = target.half_width, pieces * max(1, CELLS // pieces)
    even = np.linspace(-reach, reach, cells + 1)
    dense = shared_breakpoints(target, CELLS, norm, is_linear=False)
    # Two candidates a rounding apart would make a piece without an inside.
    nearest = even[np.rint((dense + reach) / (2 * reach) * cells).astype(np.int64)]
    return np.union1d(even, dense[np.abs(dense - nearest) > 1e-6 * reach / cells])


def cost_table(target: Target, grid: Floats, heights: Heights) -> Floats:
    """costs[i, j] of one piece over the cells i … j (m, m), inf where i > j.

    In sup norm max |f − h| on the piece, in L² norm ∫|f − h|² dx, h as `heights` says.
    """
    x = points_in_pieces(grid, POINTS_A_CELL)
    y = target(x)
    if heights.norm is Norm.L2:
        return _square_costs(grid, y)
    cells = len(grid) - 1
    before = np.tri(cells, k=-1, dtype=bool)
    highest = np.where(before, -np.inf, y.max(axis=1))
    lowest = np.where(before, np.inf, y.min(axis=1))
    highest = np.maximum.accumulate(highest, axis=1)
    lowest = np.minimum.accumulate(lowest, axis=1)
    if heights is Heights.MID_RANGE:
        costs = (highest - lowest) / 2
    else:
        if heights is Heights.LEFT:
            height = target(grid[:-1])[:, None]
        else:
            height = target(grid[:-1, None] / 2 + grid[None, 1:] / 2)
        costs = np.maximum(highest - height, height - lowest)
    costs[before] = np.inf
    return costs


def _square_costs(grid: Floats, y: Floats) -> Floats:
    """∫f² − (∫f)²/width by running sums; f is centred first, or the difference would cancel."""
    cells, count = y.shape
    simpson = np.ones(count)
    simpson[1:-1:2], simpson[2:-1:2] = 4, 2
    weights = np.diff(grid)[:, None] * simpson / (3 * (count - 1))
    centred = y - y.mean()
    total, square = (
        np.concatenate(([0.0], np.cumsum((values * weights).sum(axis=1))))
        for values in (centred, centred**2)
    )
    width = grid[None, 1:] - grid[:-1, None]
    before = np.tri(cells, k=-1, dtype=bool)
    width[before] = np.inf
    costs = square[None, 1:] - square[:-1, None] - (total[None, 1:] - total[:-1, None]) ** 2 / width
    costs = np.maximum(costs, 0.0)
    costs[before] = np.inf
    return costs


def optimal_partition(costs: Floats, pieces: int, norm: Norm) -> NDArray[np.int64]:
    """The ends (n + 1,) of the best cut of m cells into n pieces, by the costs (m, m).

    Best is the least maximum in sup norm and the least sum in L² norm (R. Bellman, On the
    approximation of curves by line segments using dynamic programming, 1961).
    """
    cells = len(costs)
    combine = np.maximum if norm is Norm.SUP else np.add
    best = costs[0]
    choices = np.zeros((pieces, cells), dtype=np.int64)
    columns = np.arange(cells)
    for piece in range(1, pieces):
        totals = combine(best[:-1, None], costs[1:])
        choice = totals.argmin(axis=0)
        best, choices[piece] = totals[choice, columns], choice + 1
    ends = [cells]
    for piece in range(pieces - 1, 0, -1):
        ends.append(int(choices[piece, ends[-1] - 1]))
    return np.array([0, *ends[:0:-1], cells])


def shared_breakpoints(target: Target, pieces: int, norm: Norm, *, is_linear: bool) -> Floats:
    """Edges (n + 1,) with an equal share of the error's density in every piece.

    The error of a constant on a narrow piece grows with |f′|·δ in sup norm and the density is
    |f′|; in L² norm it is |f′|^⅔, and for linear pieces in sup norm |f″|^½ (C. de Boor, A
    practical guide to splines, 1978, chapters III and XII).
    """
    cells = max(SHARE_CELLS, 4 * pieces)
    x, y = target.sampled(cells + 1)
    rise = np.abs(np.diff(y))
    if is_linear:
        bend = np.abs(np.diff(y, 2, prepend=2 * y[0] - y[1], append=2 * y[-1] - y[-2]))
        density = np.sqrt(np.maximum(bend[:-1], bend[1:]))
    else:
        density = rise if norm is Norm.SUP else rise ** (2 / 3)
    mean = float(density.mean())
    shares = np.cumsum(np.concatenate(([0.0], density + (LEAST_SHARE * mean if mean else 1.0))))
    return np.interp(np.linspace(0, shares[-1], pieces + 1), shares, x)
