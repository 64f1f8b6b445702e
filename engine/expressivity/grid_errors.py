"""Norms of an error that is sampled on a lattice in every cell of a grid."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from engine.lazy import lazy

Floats = NDArray[np.float64]

#: Sample positions along each axis of the square, about; never fewer than five in a cell.
SAMPLES = 480
#: How far from an edge the outermost samples of a cell are, as a share of its width.
RIM = 1e-9


@dataclass(frozen=True, eq=False)
class GridErrors:
    """Norms of f − network over the square.

    `sup` is attained at `sup_at` (x, y), to the density of the samples. The other norms are
    computed when they are first asked for, because they take longer than a frame of a drag: on
    200 × 200 cells ten times as long as the fit. `samples` (k, q, k, q) is the error they need.
    """

    sup: float
    sup_at: tuple[float, float]
    samples: Floats
    half_width: float

    @lazy
    def rms(self) -> float:
        """The root of the mean square error, by Gauss–Legendre quadrature on every cell."""
        _, weights = samples_in_cell(len(self.samples))
        return self.sup * math.sqrt(float(cell_means(self._scaled() ** 2, weights).mean()))

    @property
    def l2(self) -> float:
        """(∫∫ e²)^½ over the square."""
        return self.rms * 2 * self.half_width

    @lazy
    def l1(self) -> float:
        """∫∫ |e| over the square."""
        offsets, _ = samples_in_cell(len(self.samples))
        return self.sup * mean_absolute(self._scaled(), offsets) * (2 * self.half_width) ** 2

    def _scaled(self) -> Floats:
        """The error in units of its sup: no square of it leaves the range of floats."""
        return self.samples / self.sup if self.sup > 0 else self.samples


@lru_cache(maxsize=256)
def samples_in_cell(cells: int) -> tuple[Floats, Floats]:
    """Offsets (q,) in [0, 1] of a cell's samples along an axis, and quadrature weights (q,).

    Three Gauss–Legendre nodes on each of an odd number of equal panels, so that the centre is one,
    and the two rims with weight 0, because a cell is worst towards its corners.
    """
    panels = 2 * (SAMPLES // (6 * cells)) + 1
    nodes, node_weights = np.polynomial.legendre.leggauss(3)
    inner = ((np.arange(panels)[:, None] + (nodes + 1) / 2) / panels).ravel()
    offsets = np.concatenate([[RIM], inner, [1 - RIM]])
    weights = np.concatenate([[0.0], np.tile(node_weights / (2 * panels), panels), [0.0]])
    offsets.flags.writeable = weights.flags.writeable = False
    return offsets, weights


def cell_means(values: Floats, weights: Floats) -> Floats:
    """Means (k, k) of samples (k, q, k, q) over every cell, by quadrature weights (q,)."""
    means: Floats = np.tensordot(values @ weights, weights, axes=(1, 0))
    return means


def measure_errors(error: Floats, positions: Floats, half_width: float) -> GridErrors:
    """The norms of an error (k, q, k, q), sampled at `positions` (k, q) along both axes."""
    size = np.abs(error)
    worst = np.unravel_index(int(size.argmax()), error.shape)
    at = float(positions[worst[0], worst[1]]), float(positions[worst[2], worst[3]])
    return GridErrors(float(size[worst]), at, error, half_width)


def mean_absolute(error: Floats, offsets: Floats) -> float:
    """The mean of |e| over the square, from samples (k, q, k, q) at `offsets` (q,) of the cells.

    |e| has a kink where e changes its sign, and on a fine grid that is in every cell: quadrature
    would be off by several per cent. So e is taken as linear on triangles between the samples, and
    the integral over those that it changes sign in is exact.
    """
    gaps = np.diff(offsets)
    trapezoid = (np.append(gaps, 0) + np.append(0, gaps)) / 2
    corners = (
        error[:, :-1, :, :-1], error[:, 1:, :, :-1], error[:, 1:, :, 1:], error[:, :-1, :, 1:]
    )  # fmt: skip
    positive = error > 0
    first = positive[:, :-1, :, :-1]
    is_mixed = (
        (first != positive[:, 1:, :, :-1])
        | (first != positive[:, 1:, :, 1:])
        | (first != positive[:, :-1, :, 1:])
    )
    where = np.nonzero(is_mixed)
    a, b, c, d = (corner[where] for corner in corners)
    exact = (_triangle_mean(a, b, c) + _triangle_mean(c, d, a)) / 2
    plain = (np.abs(a) + np.abs(b) + np.abs(c) + np.abs(d)) / 4
    correction = float(((exact - plain) * gaps[where[1]] * gaps[where[3]]).sum())
    return float(cell_means(np.abs(error), trapezoid).mean()) + correction / len(error) ** 2


def _triangle_mean(a: Floats, b: Floats, c: Floats) -> Floats:
    """The mean of |e| over triangles on which e is linear, with the values a, b, c (m,) at corners.

    Where one corner's sign differs, the part about it is a triangle too, with sides cut in the
    ratios a/(a + b) and a/(a + c) of the absolute values.
    """
    is_b = (a > 0) == (c > 0)
    is_c = (a > 0) == (b > 0)
    lone = np.abs(np.where(is_b, b, np.where(is_c, c, a)))
    one = np.abs(np.where(is_b, a, b))
    other = np.abs(np.where(is_c & ~is_b, a, c))
    same = is_b & is_c
    denominator = np.where(same, 1.0, (lone + one) * (lone + other))
    mixed = (one + other - lone) / 3 + 2 * lone**3 / (3 * denominator)
    mean: Floats = np.where(same, (lone + one + other) / 3, mixed)
    return mean
