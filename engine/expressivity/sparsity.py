"""How empty space is: the share of a grid's cells that N points occupy, as d grows (part 1c).

With k cells per axis there are k^d cells, and N points occupy at most N of them. Nothing here
allocates k^d of anything: points are grouped by their cell, one axis after the other.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.expressivity.grid_spec import PointSource, SparsitySpec

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

#: Images that the principal axes are computed from; more change them little and cost seconds.
MOST_PCA_IMAGES = 10_000


@dataclass(frozen=True)
class Sparsity:
    """N points in the unit cube of `dimension` d, cut into `cells` = k^d cells, exactly.

    `occupied` cells hold a point. Shares below 10^-308 are 0 as a float, so log10 stands beside
    them. `expected` is what N uniform points occupy on average.
    """

    dimension: int
    points: int
    cells: int
    occupied: int
    log10_occupied_share: float
    expected: float
    log10_expected: float

    @property
    def occupied_share(self) -> float:
        """The share of the cells that hold at least one point."""
        return self.occupied / self.cells

    @property
    def empty_share(self) -> float:
        """The share of the cells that hold no point."""
        return (self.cells - self.occupied) / self.cells

    @property
    def points_per_cell(self) -> float:
        """The mean number of points in a cell, empty ones counted."""
        return self.points / self.cells

    @property
    def points_per_occupied_cell(self) -> float:
        """The mean number of points in a cell that holds any; 1 means that no two share one."""
        return self.points / self.occupied


def expected_share(points: int, cells_per_axis: int, dimension: int) -> float:
    """E[share of occupied cells] for N uniform points: 1 − (1 − k^−d)^N, exact to rounding.

    A cell stays empty when all N points miss it, each with probability 1 − k^−d.
    """
    chance = 1 / cells_per_axis**dimension
    return 1.0 if chance == 1 else abs(math.expm1(points * math.log1p(-chance)))


def measure_sparsity(
    spec: SparsitySpec, images: NDArray[np.uint8] | None = None
) -> Iterator[Sparsity]:
    """Yield the occupation for d = 1, 2, … `spec.dimension`, the same points seen on more axes.

    `images` (m, 28, 28) are needed where the points are images; N of them are drawn, or all are
    used where there are fewer. Raises `ValueError` where they are missing.
    """
    if spec.source is PointSource.UNIFORM:
        columns = uniform_columns(spec.points, spec.dimension, spec.seed)
    elif images is None:
        raise ValueError("points that are images need images")
    else:
        drawn = np.random.default_rng(spec.seed).permutation(len(images))[: spec.points]
        columns = image_columns(images[drawn], spec.dimension, spec.source)
    yield from occupation(columns, spec.cells_per_axis)


def uniform_columns(points: int, dimension: int, seed: int) -> Iterator[Floats]:
    """The coordinates of N uniform points in [0, 1)^d, one axis (N,) at a time.

    A greater d adds axes and leaves the first ones as they were.
    """
    stream = np.random.default_rng(seed)
    for _ in range(dimension):
        yield stream.random(points)


def image_columns(
    images: NDArray[np.uint8], dimension: int, source: PointSource
) -> Iterator[Floats]:
    """Images (m, 28, 28) on d axes, one axis (m,) at a time, each scaled to just fill [0, 1].

    The axes are principal axes, the one with the greatest variance first, or single pixels, the
    most varied first.
    """
    # float32 holds every pixel exactly, and halves memory and time.
    flat = images.reshape(len(images), -1).astype(np.float32)
    if source is PointSource.PCA:
        for axis in principal_axes(flat[:MOST_PCA_IMAGES])[:dimension]:
            yield scaled(flat @ axis)
    else:
        for pixel in np.argsort(-flat.var(axis=0), kind="stable")[:dimension]:
            yield scaled(flat[:, pixel])


def principal_axes(flat: NDArray[np.float32]) -> NDArray[np.float32]:
    """The principal axes of images (m, p) as rows (p, p), by falling variance."""
    centred = flat - flat.mean(axis=0)
    _, vectors = np.linalg.eigh(centred.T @ centred)
    return np.ascontiguousarray(vectors.T[::-1])


def scaled(values: NDArray[np.float32]) -> Floats:
    """Values (m,) moved and stretched to [0, 1]; all 0 where they are all the same."""
    wide = values.astype(np.float64)
    wide -= wide.min()
    spread = wide.max()
    return wide / spread if spread > 0 else wide


def occupation(columns: Iterator[Floats], cells_per_axis: int) -> Iterator[Sparsity]:
    """Yield the occupation after each axis; `columns` are coordinates (N,) in [0, 1]."""
    groups: Indices | None = None
    occupied = 1
    for dimension, column in enumerate(columns, start=1):
        points = len(column)
        if occupied < points:
            slots = np.minimum((column * cells_per_axis).astype(np.int64), cells_per_axis - 1)
            # Groups are numbered anew after every axis, so keys stay below N·k and never overflow.
            keys = slots if groups is None else groups * cells_per_axis + slots
            distinct, groups = np.unique(keys, return_inverse=True)
            occupied = len(distinct)
        yield _sparsity(dimension, points, cells_per_axis, occupied)


def _sparsity(dimension: int, points: int, cells_per_axis: int, occupied: int) -> Sparsity:
    log10_cells = dimension * math.log10(cells_per_axis)
    expected = expected_share(points, cells_per_axis, dimension)
    # Below that the points never meet, N cells are occupied, and floats lose their digits.
    is_tiny = expected < 1e-200
    log10_expected = math.log10(points) - log10_cells if is_tiny else math.log10(expected)
    return Sparsity(
        dimension=dimension,
        points=points,
        cells=cells_per_axis**dimension,
        occupied=occupied,
        log10_occupied_share=math.log10(occupied) - log10_cells,
        expected=expected,
        log10_expected=log10_expected,
    )
