"""The grid network against networks written out neuron by neuron, inside, on edges, in corners."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import SpecError
from engine.expressivity.grid import GridNetwork, uniform_edges, uniform_grid


def step(z: float, at_zero: int) -> int:
    return at_zero if z == 0 else int(z > 0)


def plain_output(network: GridNetwork, point: list[float]) -> float:
    """The three layers as loops over neurons, from the definition and from no weight matrix."""
    edges, u0 = network.edges.tolist(), network.at_zero
    layer_one = [[step(x - e, u0) for e in axis] for x, axis in zip(point, edges, strict=True)]
    total = 0.0
    for cell in itertools.product(range(network.cells_per_axis), repeat=network.dimensions):
        conditions = sum(
            layer_one[axis][c] - layer_one[axis][c + 1] for axis, c in enumerate(cell)
        )
        total += float(network.heights[cell]) * step(conditions - (network.dimensions - 0.5), u0)
    return total


def product_of_steps(network: GridNetwork, point: list[float]) -> float:
    """h·Π_i (u(x_i − a_i) − u(x_i − b_i)), summed over the boxes, as part 1c writes it."""
    total, u0 = 0.0, network.at_zero
    for cell in itertools.product(range(network.cells_per_axis), repeat=network.dimensions):
        box = float(network.heights[cell])
        for x, edges, c in zip(point, network.edges, cell, strict=True):
            box *= step(x - edges[c], u0) - step(x - edges[c + 1], u0)
        total += box
    return total


def some_network(d: int, n: int, at_zero: int = 0, seed: int = 3) -> GridNetwork:
    rng = np.random.default_rng(seed)
    edges = np.sort(rng.normal(size=(d, n + 1)), axis=1)
    return GridNetwork(edges, rng.normal(size=(n,) * d), at_zero)


def points_for(network: GridNetwork, count: int = 200) -> np.ndarray:
    """Random points, every combination of edges, and both neighbours of each edge as floats."""
    rng = np.random.default_rng(8)
    scattered = rng.normal(size=(count, network.dimensions)) * 1.5
    corners = np.array(list(itertools.product(*network.edges)))
    mixed = scattered.copy()
    mixed[:, 0] = rng.choice(network.edges[0], count)
    around = [np.nextafter(corners, end) for end in (-np.inf, np.inf)]
    return np.concatenate([scattered, corners, mixed, *around])


CASES = [(1, 1), (1, 5), (2, 1), (2, 2), (2, 5), (3, 1), (3, 3), (4, 2)]


@pytest.mark.parametrize("at_zero", [0, 1])
@pytest.mark.parametrize(("d", "n"), CASES)
def test_every_point_gets_what_the_neurons_say(d: int, n: int, at_zero: int):
    network = some_network(d, n, at_zero)
    points = points_for(network)
    wanted = [plain_output(network, p) for p in points.tolist()]
    assert network(points).tolist() == wanted
    assert any(wanted)
    assert not all(wanted)


@pytest.mark.parametrize("at_zero", [0, 1])
@pytest.mark.parametrize(("d", "n"), CASES)
def test_the_and_is_the_product_of_steps(d: int, n: int, at_zero: int):
    network = some_network(d, n, at_zero)
    points = points_for(network, 60)
    assert network(points).tolist() == [product_of_steps(network, p) for p in points.tolist()]


@pytest.mark.parametrize("at_zero", [0, 1])
@pytest.mark.parametrize(("d", "n"), CASES)
def test_the_weight_matrices_give_the_same(d: int, n: int, at_zero: int):
    network = some_network(d, n, at_zero)
    points = points_for(network)
    weight, bias = network.edge_weights()
    cells = network.cell_weights(0, n**d)
    assert weight.shape == (d * (n + 1), d)
    assert cells.shape == (n**d, d * (n + 1))
    a1 = np.heaviside(points @ weight.T + bias, at_zero)
    a2 = np.heaviside(a1 @ cells.T - (d - 0.5), at_zero)
    assert np.array_equal(network(points), a2 @ network.heights.ravel())
    assert np.array_equal(network.edge_activations(points), a1)
    assert (a2.sum(axis=1) <= 1).all(), "two cells fire at once"
    assert ((a1 @ cells.T - (d - 0.5)) != 0).all(), "u(0) decides in layer 2"


@given(
    st.lists(st.floats(-50, 50), min_size=2, max_size=6, unique=True),
    st.integers(0, 1),
    st.integers(1, 3),
    st.data(),
)
@settings(max_examples=60, deadline=None)
def test_any_edges_and_points(edges: list[float], at_zero: int, d: int, data: st.DataObject):
    n = len(edges) - 1
    heights = np.arange(1.0, n**d + 1).reshape((n,) * d)
    network = GridNetwork(np.tile(sorted(edges), (d, 1)), heights, at_zero)
    value = st.one_of(st.sampled_from(edges), st.floats(-60, 60))
    point = data.draw(st.lists(value, min_size=d, max_size=d))
    assert network([point]).tolist() == [plain_output(network, point)]


def test_an_edge_belongs_to_the_side_that_u0_says():
    heights = np.array([[1.0, 2.0], [3.0, 4.0]])
    below, above = (uniform_grid(heights, 1.0, at_zero) for at_zero in (0, 1))
    # The corner that all four cells share, and the two outer corners of the diagonal.
    corners = [[0.0, 0.0], [-1.0, -1.0], [1.0, 1.0], [0.0, 0.5]]
    assert below(corners).tolist() == [1.0, 0.0, 4.0, 2.0]
    assert above(corners).tolist() == [4.0, 1.0, 0.0, 4.0]


@pytest.mark.parametrize("at_zero", [0, 1])
def test_a_mesh_is_its_points(at_zero: int):
    network = some_network(3, 4, at_zero)
    axes = [np.append(edges, np.linspace(-3, 3, 5 + i)) for i, edges in enumerate(network.edges)]
    mesh = network.on_mesh(*axes)
    points = np.array(list(itertools.product(*axes)))
    assert mesh.shape == tuple(map(len, axes))
    assert np.array_equal(mesh.ravel(), network(points))


@pytest.mark.parametrize(("d", "n"), CASES)
def test_counts_are_those_of_the_homework(d: int, n: int):
    network = some_network(d, n)
    assert network.layer_sizes() == (d, d * (n + 1), n**d, 1)
    assert network.hidden_neurons == d * (n + 1) + n**d
    assert (network.dimensions, network.cells_per_axis) == (d, n)


@pytest.mark.parametrize("at_zero", [0, 1])
@pytest.mark.parametrize(("d", "n"), CASES)
def test_a_dissected_cell_agrees_with_the_matrices(d: int, n: int, at_zero: int):
    network = some_network(d, n, at_zero)
    weight, bias = network.edge_weights()
    for cell in itertools.product(range(n), repeat=d):
        parts = network.dissect(cell)
        row = network.cell_weights(parts.index, parts.index + 1)[0]
        assert len(parts.neurons) == 2 * d
        assert {p.index: p.to_cell for p in parts.neurons} == {
            int(j): int(row[j]) for j in np.flatnonzero(row)
        }
        for neuron in parts.neurons:
            assert weight[neuron.index].tolist() == list(neuron.weight)
            assert bias[neuron.index] == neuron.bias == -neuron.edge
        assert parts.height == network.heights.ravel()[parts.index]


@pytest.mark.parametrize("at_zero", [0, 1])
def test_a_dissected_cell_is_live(at_zero: int):
    network = some_network(2, 4, at_zero)
    points = points_for(network)
    sums = np.zeros(len(points))
    for cell in itertools.product(range(4), repeat=2):
        parts = network.dissect(cell)
        active = [parts.at(p) for p in points]
        layer_one = network.edge_activations(points)[:, [p.index for p in parts.neurons]]
        assert [list(a.edges) for a in active] == layer_one.tolist()
        assert all(a.fires == (a.pre_activation > 0) for a in active)
        sums += [a.contribution for a in active]
    assert np.array_equal(sums, network(points))


def test_a_cell_in_words():
    parts = uniform_grid(np.arange(9.0).reshape(3, 3), 3.0).dissect((2, 0))
    assert [(p.axis, p.edge, p.to_cell) for p in parts.neurons] == [
        (0, 1.0, 1), (0, 3.0, -1), (1, -3.0, 1), (1, -1.0, -1),
    ]  # fmt: skip
    assert (parts.bias, parts.height) == (-1.5, 6.0)
    inside, beside = parts.at([2.0, -2.0]), parts.at([0.0, -2.0])
    assert (inside.edges, inside.pre_activation, inside.contribution) == ((1, 0, 1, 0), 0.5, 6.0)
    assert (beside.edges, beside.pre_activation, beside.contribution) == ((0, 0, 1, 0), -0.5, 0.0)


@pytest.mark.parametrize("half_width", [5e-324, 1e-300, 1e-6, 0.1, 1.0, 3.0, 1e6, 1e300])
@pytest.mark.parametrize("cells", [1, 2, 3, 7, 200])
def test_uniform_edges_are_symmetric_and_end_at_the_border(half_width: float, cells: int):
    edges = uniform_edges(half_width, cells)
    assert len(edges) == cells + 1
    assert np.array_equal(edges, -edges[::-1])
    assert (edges[0], edges[-1]) == (-half_width, half_width)


def test_the_network_keeps_its_own_arrays():
    heights = np.ones((2, 2))
    network = uniform_grid(heights, 1.0)
    heights[:] = 9
    assert network([[0.5, 0.5]]).tolist() == [1.0]
    with pytest.raises(ValueError, match="read-only"):
        network.heights[0, 0] = 5


@pytest.mark.parametrize(
    ("edges", "heights", "at_zero", "sentence"),
    [
        ([[0.0]], [], 0, "at least two finite edges"),
        ([[0.0, np.nan]], [1.0], 0, "at least two finite edges"),
        ([[0.0, 1.0, 1.0]], [1.0, 2.0], 0, "must rise along every axis"),
        ([[1.0, 0.0]], [1.0], 0, "must rise along every axis"),
        ([[0.0, 1.0]], [1.0, 2.0], 0, "one finite height"),
        ([[0.0, 1.0]] * 2, [1.0], 0, "1 × 1 cells"),
        ([[0.0, 1.0]], [np.inf], 0, "one finite height"),
        ([[0.0, 1.0]], [1.0], 2, "must be 0 or 1"),
    ],
)
def test_what_is_no_grid(edges: list, heights: list, at_zero: int, sentence: str):
    with pytest.raises(SpecError, match=sentence):
        GridNetwork(np.array(edges), np.array(heights), at_zero)


def test_cells_too_narrow_for_floats_and_too_many_for_memory():
    with pytest.raises(SpecError, match="wider interval"):
        uniform_grid(np.zeros(9), 5e-324)
    vast = np.broadcast_to(0.0, (3000,) * 3)
    with pytest.raises(SpecError, match=r"2\.7·10\^10 cells are more than fit into memory"):
        uniform_grid(vast, 1.0)


@pytest.mark.parametrize("cell", [(0, 3), (-1, 0), (0,), (0, 0, 0)])
def test_a_cell_that_is_not_there(cell: tuple[int, ...]):
    with pytest.raises(SpecError, match="from 0 to 2"):
        some_network(2, 3).dissect(cell)


def test_points_of_another_dimension():
    with pytest.raises(ValueError, match="shape"):
        some_network(2, 3)([[1.0, 2.0, 3.0]])
