"""Step networks against plain loops, PyTorch, and the mathematics of boxes."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_evaluation import evaluate

from engine.errors import ChalknetError
from engine.expressivity.building import (
    box_network,
    boxes,
    exactly_summable,
    neuron_network,
    polygon,
    shared_boxes,
    sigmoid_boxes,
)
from engine.expressivity.cases import box_cases
from engine.expressivity.network import StepNetwork, from_weights_file, points_of_difference
from engine.expressivity.spec import Activation, AtZero, BoxSpec, BoxVariant, NeuronSpec
from engine.expressivity.torch_export import to_torch

STREAM = np.random.default_rng(3)


def edges_and_heights(pieces: int, *, even: bool = True) -> tuple[np.ndarray, np.ndarray]:
    edges = np.linspace(-2, 2, pieces + 1)
    if not even:
        edges = np.sort(STREAM.uniform(-2, 2, pieces + 1))
    return edges, exactly_summable(STREAM.normal(size=pieces))


def random_network(activation: Activation, u0: float, units: int = 30) -> StepNetwork:
    """Weights of all signs and sizes, a still neuron and two equal edges among them."""
    weight = STREAM.normal(size=units) * STREAM.choice([0.1, 1, 30], units)
    bias = STREAM.normal(size=units)
    weight[3], weight[4], bias[4] = 0.0, -weight[5], -bias[5]
    return StepNetwork(weight, bias, STREAM.normal(size=units), 0.7, activation, u0)


def near(places: np.ndarray) -> np.ndarray:
    """The places, and the floats around them."""
    places = places[np.isfinite(places)]
    found = [places]
    for direction in (-np.inf, np.inf):
        beside = places
        for _ in range(3):
            beside = np.nextafter(beside, direction)
            found.append(beside)
    return np.concatenate([*found, STREAM.uniform(-3, 3, 50), [-1e9, 1e9, 0.0]])


def loops(network: StepNetwork, x: np.ndarray) -> np.ndarray:
    file = json.loads(json.dumps(network.as_builtins()))
    return np.array([evaluate(file, [float(at)])[0] for at in x])


NETWORKS = {
    f"{activation.value}, u(0) = {u0}": random_network(activation, u0)
    for activation in Activation
    for u0 in (0.0, 0.5, 1.0)
} | {
    "naive boxes": boxes(*edges_and_heights(40)),
    "shared boxes": shared_boxes(*edges_and_heights(40), u0=1.0),
    "shared uneven boxes": shared_boxes(*edges_and_heights(40, even=False), u0=0.5),
    "open boxes": boxes(*edges_and_heights(40), is_open=True),
    "sigmoid boxes": sigmoid_boxes(*edges_and_heights(40), 20.0),
    "gentle naive sigmoids": sigmoid_boxes(*edges_and_heights(40, even=False), 1.0, is_naive=True),
    "polygon": polygon(np.linspace(-2, 2, 41), STREAM.normal(size=41)),
    "no neuron": StepNetwork(np.empty(0), np.empty(0), np.empty(0), 2.5),
}  # fmt: skip


@pytest.mark.parametrize("name", NETWORKS)
def test_the_file_in_plain_loops_is_the_network(name: str):
    network = NETWORKS[name]
    x = near(network.positions())
    scale = 1 + np.abs(network.output_weight).sum() * (1 + np.abs(x).clip(max=1e3))
    if network.activation is Activation.RELU:
        x = x[np.abs(x) < 1e3]
        scale = 1e3
    assert (np.abs(network(x) - loops(network, x)) <= 1e-13 * scale).all()


@pytest.mark.parametrize("u0", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("pieces", [1, 2, 31, 200])
def test_naive_shared_loops_and_torch_agree_to_the_last_bit(pieces: int, u0: float):
    edges, heights = edges_and_heights(pieces)
    shared, naive = shared_boxes(edges, heights, u0=u0), boxes(edges, heights, u0=u0)
    assert (len(shared), len(naive)) == (pieces + 1, 2 * pieces)
    x = near(edges)
    np.testing.assert_array_equal(shared(x), naive(x))
    np.testing.assert_array_equal(shared(x), loops(shared, x))
    np.testing.assert_array_equal(shared(x), loops(naive, x))
    # A matrix product may add in any order, and the half at an edge may need one more bit.
    product = to_torch(shared)(torch.tensor(x)[:, None]).detach().numpy()[:, 0]
    np.testing.assert_array_equal(shared(x), product)
    np.testing.assert_array_equal(shared((edges[:-1] + edges[1:]) / 2), heights)
    assert points_of_difference(shared, naive).size == 0


@pytest.mark.parametrize("name", NETWORKS)
def test_torch_module(name: str):
    network = NETWORKS[name]
    if not len(network):
        pytest.skip("PyTorch initialises no layer without units")
    x = near(network.positions())
    x = x[np.abs(x) < 1e3]
    outputs = to_torch(network)(torch.tensor(x)[:, None]).detach().numpy()[:, 0]
    scale = 1 + np.abs(network.output_weight).sum() * 1e3
    # PyTorch may fuse product and sum, which moves a step by a float where w is no power of two.
    is_exact = np.isin(np.abs(network.hidden_weight), [0, 1]).all()
    if network.activation is Activation.STEP and not is_exact:
        gap = np.abs(x[:, None] - network.positions()).min(axis=1, initial=9, where=~np.isnan(
            network.positions()))
        x, outputs = x[gap > 1e-12], outputs[gap > 1e-12]
    assert len(x) > 40
    assert (np.abs(network(x) - outputs) <= 1e-13 * scale).all()


def test_open_boxes_differ_from_half_open_ones_at_the_edges_alone():
    edges, heights = edges_and_heights(20)
    half_open, opened = shared_boxes(edges, heights), boxes(edges, heights, is_open=True)
    differing = points_of_difference(half_open, opened)
    np.testing.assert_array_equal(differing, edges[1:])  # (a, b] against (a, b)
    np.testing.assert_array_equal(opened(edges), loops(opened, edges))
    assert np.abs(opened(edges)).max() < 1e-14
    x = near(edges)
    x = x[~np.isin(x, edges)]
    np.testing.assert_allclose(opened(x), half_open(x), atol=1e-13)


@pytest.mark.parametrize(
    ("variant", "u0", "outputs"),
    [("half_open", "0", (0, 0, 3, 3, 0)), ("half_open", "1", (0, 3, 3, 0, 0)),
     ("half_open", "0.5", (0, 1.5, 3, 1.5, 0)), ("open", "0", (0, 0, 3, 0, 0)),
     ("open", "1", (0, 3, 3, 3, 0)), ("open", "0.5", (0, 1.5, 3, 1.5, 0))],
)  # fmt: skip
def test_case_table(variant: str, u0: str, outputs: tuple[float, ...]):
    """Homework 1a, by hand: left of the box, at its left edge, inside, at the right edge, right."""
    spec = BoxSpec(
        height=3.0, left=0.5, width=0.25, variant=BoxVariant(variant), at_zero=AtZero(u0)
    )
    cases = box_cases(spec)
    assert tuple(case.output for case in cases) == outputs
    bias = -3.0 if variant == "open" else 0.0
    assert [sum(case.contributions) + bias for case in cases] == list(outputs)
    assert len(box_network(spec)) == 2
    assert [case.x for case in cases][1::2] == [0.5, 0.75]


def test_the_box_of_the_homework_is_the_default():
    network = box_network(BoxSpec())
    assert network.hidden_weight.tolist() == [1, 1]
    assert network.hidden_bias.tolist() == [0, -1]
    assert network.output_weight.tolist() == [1, -1]


@pytest.mark.parametrize("activation", list(Activation))
def test_one_neuron(activation: Activation):
    spec = NeuronSpec(weight=-2.0, bias=1.0, activation=activation, steepness=4.0)
    z = -2 * np.array([-1, 0.5, 0.75, 3.0]) + 1
    expected = {
        "step": z > 0, "sigmoid": 1 / (1 + np.exp(-4 * z)), "relu": z * (z > 0),
        "tanh": np.tanh(4 * z),
    }[activation.value]  # fmt: skip
    network = neuron_network(spec)
    np.testing.assert_allclose(network([-1, 0.5, 0.75, 3.0]), expected, rtol=1e-13, atol=1e-15)
    assert spec.edge == 0.5 == network.positions()[0]
    assert spec.with_edge(-3).edge == -3


def test_a_steep_sigmoid_becomes_the_step():
    x = np.array([-1.0, 0.49, 0.51, 2.0])
    step = neuron_network(NeuronSpec())(x)
    gaps = [
        np.abs(neuron_network(NeuronSpec(activation=Activation.SIGMOID, steepness=k))(x) - step)
        for k in (1.0, 10.0, 100.0, 1000.0)
    ]
    assert all(after.max() < before.max() for before, after in pairwise(gaps))
    assert gaps[-1].max() < 1e-4


def test_contributions_and_bias_sum_to_the_output():
    for network in NETWORKS.values():
        x = near(network.positions())
        x = x[np.abs(x) < 1e3]
        total = network.output_bias + sum(network.contribution(k, x) for k in range(len(network)))
        scale = 1 + np.abs(network.output_weight).sum() * 1e3
        assert (np.abs(total - network(x)) <= 1e-13 * scale).all()


def test_contribution_at_an_edge_is_u0_where_the_network_says_so():
    network = random_network(Activation.STEP, 0.5)
    edges = network.edges()
    assert len(edges) > 10
    halves = [0.5 * network.output_weight[k] for k in range(len(network))]
    for edge in edges:
        shares = [float(network.contribution(k, edge)) for k in range(len(network))]
        assert any(share == half for share, half in zip(shares, halves, strict=True))


def test_shapes_nan_and_infinity():
    network = NETWORKS["shared boxes"]
    assert network(np.zeros((2, 3))).shape == (2, 3)
    assert network(0.3).shape == ()
    assert network(np.empty(0)).shape == (0,)
    for other in NETWORKS.values():
        if len(other):
            assert np.isnan(other([np.nan, 0.0])).tolist() == [True, False]
    np.testing.assert_array_equal(network([-np.inf, np.inf, -1e308, 1e308]), 0)
    assert network.hidden(np.zeros(4)).shape == (4, 41)


@given(
    st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=60, unique=True),
    st.lists(st.floats(-1e6, 1e6), min_size=60, max_size=60),
    st.sampled_from([0.0, 0.5, 1.0]),
)
@settings(deadline=None)
def test_boxes_give_back_their_heights_exactly(places: list[float], values: list[float], u0: float):
    edges = np.sort(np.array(places))
    heights = exactly_summable(np.array(values[: len(edges) - 1]))
    total = np.abs(np.diff(heights, prepend=0, append=0)).sum()
    assert (np.abs(heights - values[: len(edges) - 1]) <= 2.0**-51 * total).all()
    shared, naive = shared_boxes(edges, heights, u0=u0), boxes(edges, heights, u0=u0)
    inside = edges[:-1] / 2 + edges[1:] / 2
    is_inside = (inside > edges[:-1]) & (inside < edges[1:])
    np.testing.assert_array_equal(shared(inside)[is_inside], heights[is_inside])
    x = np.concatenate([edges, inside, [-2e3, 2e3]])
    np.testing.assert_array_equal(shared(x), naive(x))
    assert float(shared(2e3)) == 0.0


@given(
    st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)), min_size=1, max_size=8),
    st.sampled_from([0.0, 0.5, 1.0]),
)
@settings(deadline=None)
def test_steps_flip_at_the_very_floats_of_the_plain_product(pairs: list, u0: float):
    pairs = [(w if abs(w) > 1e-6 else 1.0, b) for w, b in pairs]
    weight, bias = np.array(pairs).T
    network = StepNetwork(weight, bias, 2.0 ** np.arange(len(pairs)), 0.0, u0=u0)
    x = np.concatenate([near(network.positions()), network.edges(), [5e-324, -5e-324, 1e-310]])
    np.testing.assert_array_equal(network(x), loops(network, x))


def test_round_trip_through_the_file():
    for network in filter(len, NETWORKS.values()):
        again = from_weights_file(json.dumps(network.as_builtins()))
        for name in ("hidden_weight", "hidden_bias", "output_weight"):
            np.testing.assert_array_equal(getattr(again, name), getattr(network, name))
        assert (again.activation, again.u0, again.steepness, again.output_bias) == (
            network.activation, network.u0, network.steepness, network.output_bias,
        )  # fmt: skip


def layer(weight: object, bias: object, activation: str = "step") -> dict[str, object]:
    return {"weight": weight, "bias": bias, "activation": activation}


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"layers": 3}', '{"layers": []}', "\ud800", '{"layers": [{"weight": 1}]}',
     json.dumps({"layers": [layer([[1], [1, 2]], [0, 0]), layer([[1, 1]], [0], "linear")]}),
     json.dumps({"layers": [layer([[1]], [0, 0]), layer([[1]], [0], "linear")]}),
     json.dumps({"layers": [layer([[1]], [0], "gelu"), layer([[1]], [0], "linear")]}),
     json.dumps({"layers": [layer([[1, 2]], [0]), layer([[1]], [0], "linear")]}),
     json.dumps({"layers": [layer([[1e-200]], [0]), layer([[1]], [0], "linear")]}),
     json.dumps({"layers": [layer([[1]], [0]), layer([[1]], [0])]})],
)  # fmt: skip
def test_broken_files_are_refused_in_one_sentence(text: str):
    with pytest.raises(ChalknetError) as caught:
        from_weights_file(text)
    assert str(caught.value).endswith(".")
    assert not set("\n`") & set(str(caught.value))


def test_nothing_but_the_export_needs_torch():
    modules = ["fitting", "headless", "trained", "drawing", "csv_points", "cases", "spec"]
    code = "import sys\n" + "\n".join(f"import engine.expressivity.{name}" for name in modules)
    result = subprocess.run(
        [sys.executable, "-c", code + "\nassert 'torch' not in sys.modules"],
        cwd=Path(__file__).resolve().parents[3], capture_output=True, encoding="utf-8", timeout=60,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
