"""A step network in d dimensions: thresholds, then an AND for every cell, then a sum (part 1c).

A product of steps is no neuron. The honest network of a grid of n^d cells has two hidden layers:

    layer 1   d·(n + 1) threshold neurons u(x_i − e_ij), one per axis i and edge j, shared by all
    layer 2   n^d threshold neurons, one per cell: u(Σ_i [u(x_i − a_i) − u(x_i − b_i)] − (d − ½))
    output    linear, the height of a cell as the weight of its neuron, bias 0

A cell with lower corner a and upper corner b has weight +1 from the d neurons of its lower edges
and −1 from those of its upper edges. The sum is d inside and at most d − 1 elsewhere, so that with
the threshold d − ½ the neuron fires inside only, and its own argument is never 0. With u(0) = 0 a
cell is (a, b], with u(0) = 1 it is [a, b). Outside of all cells the network is 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.errors import SpecError
from engine.expressivity.cost import cell_neurons, edge_neurons, written
from engine.words import say

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

#: Cells whose heights are still kept in memory.
MOST_HEIGHTS = 20_000_000


@dataclass(frozen=True)
class EdgeNeuron:
    """A neuron of layer 1, u(x_axis − edge), as one condition of a cell.

    `index` is its place in layer 1, `weight` (d,) and `bias` are its own, `to_cell` is its weight
    in the cell's neuron: +1 where the edge must have been passed, −1 where it must not.
    """

    axis: int
    index: int
    edge: float
    weight: tuple[float, ...]
    bias: float
    to_cell: int


@dataclass(frozen=True)
class CellActivation:
    """A dissected cell at one point: the 2d conditions, the AND neuron, what it adds to the output.

    `edges` are the activations of the 2d neurons of layer 1, in the order of the dissection.
    """

    edges: tuple[int, ...]
    pre_activation: float
    fires: int
    contribution: float


@dataclass(frozen=True)
class Dissection:
    """One cell taken apart.

    `neurons` are its 2d conditions, axis by axis, lower edge before upper. `index` is the place of
    its neuron in layer 2, `bias` = ½ − d that neuron's bias, `height` its weight to the output.
    """

    cell: tuple[int, ...]
    neurons: tuple[EdgeNeuron, ...]
    index: int
    bias: float
    height: float
    at_zero: int

    def at(self, point: ArrayLike) -> CellActivation:
        """What happens in this cell's neurons for a point (d,)."""
        x = np.asarray(point, dtype=np.float64)
        passed = tuple(
            int(np.heaviside(x[n.axis] + n.bias, self.at_zero)) for n in self.neurons
        )
        weighted = sum(n.to_cell * u for n, u in zip(self.neurons, passed, strict=True))
        z = weighted + self.bias
        fires = int(z > 0)
        return CellActivation(passed, z, fires, self.height * fires)


@dataclass(frozen=True, eq=False)
class GridNetwork:
    """The network of a grid, with every weight implied by two arrays.

    `edges` (d, n + 1) rise along every axis, `heights` has the shape (n,)·d and belongs to the
    cells in order of their axes. `at_zero` is u(0), 0 or 1. Neuron i·(n + 1) + j of layer 1 sits at
    edge j of axis i; the neurons of layer 2 are in C order, the last axis fastest.

    Raises `SpecError` where the edges do not rise or the heights do not fit them.
    """

    edges: Floats
    heights: Floats
    at_zero: int = 0

    def __post_init__(self) -> None:
        edges = np.array(self.edges, dtype=np.float64, ndmin=2)
        heights = np.array(self.heights, dtype=np.float64)
        if edges.ndim != 2 or edges.shape[1] < 2 or not np.isfinite(edges).all():
            raise SpecError(say("A grid needs at least two finite edges on every axis; add some."))
        if not (np.diff(edges, axis=1) > 0).all():
            raise SpecError(
                say("The edges of the cells must rise along every axis, and two of them fall "
                    "together; use fewer cells or a wider interval.")
            )
        shape = (edges.shape[1] - 1,) * len(edges)
        if heights.shape != shape or not np.isfinite(heights).all():
            raise SpecError(
                say("The grid has {shape} cells, and each needs one finite height; give as many.",
                    shape=" × ".join(map(str, shape)))
            )
        if self.at_zero not in (0, 1):
            raise SpecError(
                say("u(0) must be 0 or 1 here, so that every edge belongs to one cell.")
            )
        edges.flags.writeable = heights.flags.writeable = False
        object.__setattr__(self, "edges", edges)
        object.__setattr__(self, "heights", heights)

    @property
    def dimensions(self) -> int:
        """The number of inputs d."""
        return len(self.edges)

    @property
    def cells_per_axis(self) -> int:
        """The number n of cells along each axis."""
        return int(self.edges.shape[1]) - 1

    def layer_sizes(self) -> tuple[int, int, int, int]:
        """(inputs d, layer 1 d·(n + 1), layer 2 n^d, outputs 1)."""
        d, n = self.dimensions, self.cells_per_axis
        return d, edge_neurons(d, n), cell_neurons(d, n), 1

    @property
    def hidden_neurons(self) -> int:
        """Threshold neurons of both layers: d·(n + 1) + n^d."""
        _, first, second, _ = self.layer_sizes()
        return first + second

    def __call__(self, points: ArrayLike) -> Floats:
        """The output (m,) at points (m, d), in O(m·d·log n), equal to the dense network's.

        The active neurons of an axis are those whose edges x has passed, and they are the first
        ones. Their number therefore says all that layer 2 needs.
        """
        x = np.atleast_2d(np.asarray(points, dtype=np.float64))
        if x.shape[1] != self.dimensions:
            raise ValueError(f"points need the shape (m, {self.dimensions}), not {x.shape}")
        found = [self._cells_along(axis, x[:, axis]) for axis in range(self.dimensions)]
        inside = np.logical_and.reduce([ok for _, ok in found])
        return np.where(inside, self.heights[tuple(index for index, _ in found)], 0.0)

    def on_mesh(self, *axes: ArrayLike) -> Floats:
        """The output (m_1, …, m_d) on the mesh of d coordinate arrays (m_i,)."""
        found = [
            self._cells_along(axis, np.asarray(values, dtype=np.float64))
            for axis, values in enumerate(axes)
        ]
        values: Floats = self.heights[np.ix_(*(index for index, _ in found))]
        for axis, (_, inside) in enumerate(found):
            if not inside.all():
                values[(slice(None),) * axis + (~inside,)] = 0.0
        return values

    def edge_activations(self, points: ArrayLike) -> NDArray[np.int8]:
        """Layer 1 at points (m, d): 0 or 1, shape (m, d·(n + 1))."""
        x = np.atleast_2d(np.asarray(points, dtype=np.float64))
        passed = np.heaviside(x[:, :, None] - self.edges, self.at_zero)
        return passed.reshape(len(x), -1).astype(np.int8)

    def dissect(self, cell: tuple[int, ...]) -> Dissection:
        """Take the cell (i_1, …, i_d) apart. Raises `SpecError` where there is no such cell."""
        n = self.cells_per_axis
        if len(cell) != self.dimensions or not all(0 <= c < n for c in cell):
            raise SpecError(say("There is no cell {cell}; its indices go from 0 to {last}.",
                                cell=cell, last=n - 1), "cell")
        neurons = []
        for axis, lower in enumerate(cell):
            weight = tuple(float(axis == other) for other in range(self.dimensions))
            for edge, sign in ((lower, 1), (lower + 1, -1)):
                at = float(self.edges[axis, edge])
                neurons.append(EdgeNeuron(axis, axis * (n + 1) + edge, at, weight, -at, sign))
        return Dissection(
            cell=cell,
            neurons=tuple(neurons),
            index=int(np.ravel_multi_index(cell, self.heights.shape)),
            bias=0.5 - self.dimensions,
            height=float(self.heights[cell]),
            at_zero=self.at_zero,
        )

    def edge_weights(self) -> tuple[NDArray[np.int8], Floats]:
        """Layer 1: weight (d·(n + 1), d), a single 1 per row, and bias (d·(n + 1),) = −edge."""
        weight = np.repeat(np.eye(self.dimensions, dtype=np.int8), self.edges.shape[1], axis=0)
        # Adding 0 turns the bias −0.0 of an edge at 0 into a plain 0.
        return weight, 0.0 - self.edges.ravel()

    def cell_weights(self, start: int, stop: int) -> NDArray[np.int8]:
        """Rows `start` to `stop` of layer 2's weight (n^d, d·(n + 1)): +1, −1, else 0."""
        n, count = self.cells_per_axis, stop - start
        rows = np.zeros((count, edge_neurons(self.dimensions, n)), dtype=np.int8)
        cells = np.unravel_index(np.arange(start, stop), self.heights.shape)
        for axis, lower in enumerate(cells):
            rows[np.arange(count), axis * (n + 1) + lower] = 1
            rows[np.arange(count), axis * (n + 1) + lower + 1] = -1
        return rows

    def _cells_along(self, axis: int, x: Floats) -> tuple[Indices, NDArray[np.bool_]]:
        """The cell of each coordinate (m,) on an axis, and whether it lies in any; else cell 0."""
        passed = np.searchsorted(self.edges[axis], x, "right" if self.at_zero else "left")
        inside = (passed > 0) & (passed <= self.cells_per_axis)
        return np.where(inside, passed - 1, 0), inside


def uniform_grid(heights: Floats, half_width: float, at_zero: int = 0) -> GridNetwork:
    """A grid of equal cells on [−B, B]^d for heights of shape (n,)·d.

    Raises `SpecError` where they are too many, or the cells too narrow for floating point.
    """
    if heights.size > MOST_HEIGHTS:
        raise SpecError(
            say("{count} cells are more than fit into memory; use fewer cells or dimensions.",
                count=written(heights.size))
        )
    edges = uniform_edges(half_width, heights.shape[0])
    return GridNetwork(np.tile(edges, (heights.ndim, 1)), heights, at_zero)


def uniform_edges(half_width: float, cells: int) -> Floats:
    """n + 1 edges (n + 1,) from −B to B, symmetric about 0 to the last bit."""
    # Twice the distance from the middle, in cells: a whole number, so that rounding is symmetric.
    return half_width * (np.arange(-cells, cells + 1, 2) / cells)
