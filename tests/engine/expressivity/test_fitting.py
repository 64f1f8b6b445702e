"""Fits: errors against independent measurements, bounds, slopes, and optimal breakpoints."""

from __future__ import annotations

import math
import time
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.expressivity.adaptive import cost_table, optimal_partition
from engine.expressivity.fitting import (
    Fit,
    default_counts,
    error_curve,
    fit,
    fitted_slope,
    uniform_breakpoints,
)
from engine.expressivity.presets import PRESETS, PresetKey
from engine.expressivity.spec import FunctionSpec, Heights, Norm, PieceActivation, TargetKind
from engine.expressivity.targets import make_target

COUNTS = [1, 2, 3, 7, 64, 1000, 30_000]
SMOOTH = ["sin(3*x)", "exp(-4*x^2)", "x^3 - x", "1/(1 + 25*x^2)"]


def fitted(**fields: object) -> Fit:
    return fit(FunctionSpec().replaced(**fields))


def random_points(half_width: float, count: int = 20_000) -> np.ndarray:
    inside = np.random.default_rng(1).uniform(-half_width, half_width, count)
    return np.concatenate([inside, [-half_width, half_width, 0.0]])


# --- errors and bounds ----------------------------------------------------------------------------


@pytest.mark.parametrize("activation", ["step", "sigmoid", "relu"])
@pytest.mark.parametrize("breakpoints", ["uniform", "adaptive"])
@pytest.mark.parametrize("edges", ["naive", "shared"])
@pytest.mark.parametrize("pieces", [1, 2, 15, 150])
def test_errors_are_those_of_the_network(
    activation: str, breakpoints: str, edges: str, pieces: int
):
    """Measured again at other points, through the network's own evaluation."""
    result = fitted(
        formula="sin(3*x) + 0.3*x", activation=activation, breakpoints=breakpoints, edges=edges,
        pieces=pieces, half_width=2.0,
    )  # fmt: skip
    x = random_points(2.0)
    error = np.abs(result.network(x) - result.target(x))
    errors = result.errors
    assert error.max() <= errors.sup * (1 + 1e-4) + 1e-12
    assert error.max() >= errors.sup * 0.97
    grid = np.linspace(-2, 2, 400_001)
    dense = np.abs(result.network(grid) - result.target(grid))
    assert errors.l2 == pytest.approx(math.sqrt(np.trapezoid(dense**2, grid)), rel=1e-3)
    assert errors.l1 == pytest.approx(np.trapezoid(dense, grid), rel=1e-3)
    assert errors.mean_square == pytest.approx(errors.l2**2 / 4)
    beside = np.clip(errors.sup_at + np.array([-1e-9, 0, 1e-9]), -2, 2)
    gap = np.abs(result.network(beside) - result.target(beside)).max()
    assert gap == pytest.approx(errors.sup, rel=1e-4)


@pytest.mark.parametrize("heights", list(Heights))
@pytest.mark.parametrize("key", PRESETS)
def test_sup_error_is_below_the_bound(key: PresetKey, heights: Heights):
    target = TargetKind.PRESET
    for half_width in (1e-6, 0.3, 3.0):
        for pieces in COUNTS:
            spec = FunctionSpec(
                target=target, preset=key, half_width=half_width, pieces=pieces, heights=heights
            )
            result = fit(spec)
            lipschitz = result.target.known_lipschitz
            assert lipschitz is not None
            assert result.bound is not None
            assert result.errors.sup <= result.bound
            factor = 2 if heights is Heights.LEFT else 1
            if math.isfinite(lipschitz):
                plain = factor * lipschitz * half_width / pieces
                assert result.bound == pytest.approx(plain, rel=1e-6, abs=1e-13)


@pytest.mark.parametrize(
    ("activation", "breakpoints"), [("relu", "uniform"), ("relu", "adaptive"),
                                    ("step", "adaptive"), ("sigmoid", "uniform")],
)  # fmt: skip
def test_other_pieces_stay_below_their_bounds(activation: str, breakpoints: str):
    for key in PRESETS:
        for pieces in (1, 5, 150):
            result = fitted(
                target="preset", preset=key, pieces=pieces, activation=activation,
                breakpoints=breakpoints, steepness=5.0,
            )  # fmt: skip
            assert result.bound is not None
            assert result.errors.sup <= result.bound


@pytest.mark.parametrize("formula", [FunctionSpec().formula, *SMOOTH, "sin(50*x)", "x", "5 - 2*x"])
def test_estimated_constants_bound_the_error_too(formula: str):
    for pieces in (1, 30, 1000, 100_000):
        result = fitted(formula=formula, pieces=pieces)
        assert result.target.known_lipschitz is None
        assert result.bound is not None
        assert result.errors.sup <= result.bound


def test_sigmoids_of_different_steepness_have_no_bound():
    fields = {"formula": "tanh(5*x)", "activation": "sigmoid", "breakpoints": "adaptive"}
    assert fitted(**fields).bound is None


@pytest.mark.parametrize("u0", ["0", "0.5", "1"])
@pytest.mark.parametrize("half_width", [1e-6, 2.0, 1e6])
def test_the_closed_interval_is_covered_whatever_u0_is(u0: str, half_width: float):
    result = fitted(formula="3", half_width=half_width, at_zero=u0, pieces=6)
    x = np.linspace(-half_width, half_width, 1001)
    np.testing.assert_array_equal(result.network(x), 3.0)
    outside = np.array([-1.01, 1.01]) * half_width
    np.testing.assert_array_equal(result.network(outside), 0.0)


@pytest.mark.parametrize("heights", list(Heights))
@pytest.mark.parametrize("edges", ["naive", "shared"])
@pytest.mark.parametrize("activation", ["step", "relu", "sigmoid"])
def test_a_constant_is_fitted_without_error(heights: str, edges: str, activation: str):
    result = fitted(
        formula="0.3", heights=heights, edges=edges, activation=activation, pieces=37
    )
    assert result.errors.sup < (1e-15 if activation == "sigmoid" else 1e-300)
    assert (result.lipschitz, result.bound) == (0.0, 0.0)


@pytest.mark.parametrize("half_width", [1e-6, 1.0, 1e6])
@pytest.mark.parametrize("activation", list(PieceActivation))
def test_tiny_and_huge_intervals_are_the_same_function_scaled(
    half_width: float, activation: PieceActivation
):
    spec = FunctionSpec(
        formula=f"sin(3*x/{half_width:g})", half_width=half_width, activation=activation, pieces=25
    )
    unit = fitted(formula="sin(3*x)", half_width=1.0, activation=activation, pieces=25)
    errors = fit(spec).errors
    assert errors.sup == pytest.approx(unit.errors.sup, rel=1e-6)
    assert errors.l1 == pytest.approx(unit.errors.l1 * half_width, rel=1e-6)


def test_edge_points_where_open_and_closed_conventions_differ_are_the_inner_edges():
    zero, one = (fitted(formula="x", pieces=8, half_width=2.0, at_zero=u) for u in "01")
    edges = zero.network.edges()
    np.testing.assert_allclose(edges, np.linspace(-2, 2, 9))
    inner = edges[1:-1]
    np.testing.assert_array_equal(one.network(inner) - zero.network(inner), 0.5)
    between = random_points(2.0)
    between = between[~np.isin(between, edges)]
    np.testing.assert_array_equal(zero.network(between), one.network(between))


# --- heights --------------------------------------------------------------------------------------


def test_each_height_is_best_in_the_norm_that_it_claims():
    results = {h: fitted(formula="exp(x)", heights=h, pieces=9, half_width=2.0) for h in Heights}
    sups = {h: r.errors.sup for h, r in results.items()}
    squares = {h: r.errors.l2 for h, r in results.items()}
    assert min(sups, key=sups.__getitem__) is Heights.MID_RANGE
    assert min(squares, key=squares.__getitem__) is Heights.MEAN
    assert max(sups, key=sups.__getitem__) is Heights.LEFT


def test_means_are_integrals():
    result = fitted(formula="exp(x)", heights="mean", pieces=5, half_width=1.0)
    edges = np.linspace(-1, 1, 6)
    np.testing.assert_allclose(result.heights, np.diff(np.exp(edges)) / 0.4, rtol=1e-14)


def test_other_heights_by_hand():
    spec = {"formula": "x^2", "pieces": 2, "half_width": 2.0}
    assert fitted(**spec).heights.tolist() == [1, 1]
    assert fitted(**spec, heights="left").heights.tolist() == [4, 0]
    np.testing.assert_allclose(fitted(**spec, heights="mid_range").heights, [2, 2])
    assert fitted(**spec, activation="relu").heights.tolist() == [4, 0, 4]


# --- slopes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("formula", SMOOTH)
@pytest.mark.parametrize(("activation", "slope"), [("step", -1.0), ("relu", -2.0)])
def test_slopes(formula: str, activation: str, slope: float):
    spec = FunctionSpec().replaced(formula=formula, activation=activation, half_width=2.0)
    points = list(error_curve(spec, [32, 64, 128, 256, 512, 1024]))
    for errors in ([p.errors.sup for p in points], [p.errors.l2 for p in points]):
        assert fitted_slope(points, errors) == pytest.approx(slope, abs=0.06)


def test_slope_of_few_points_or_of_rounding_is_none():
    spec = FunctionSpec(formula="1")
    points = list(error_curve(spec, [1, 2, 32, 64]))
    assert fitted_slope(points, [p.errors.sup for p in points]) is None
    assert fitted_slope(points[:3], [1.0, 0.5, 0.1]) is None


def test_default_counts_rise_from_one_to_the_most():
    for most in (1, 2, 14, 1000, 100_000):
        counts = default_counts(most)
        assert counts[0] == 1
        assert counts[-1] == most
        assert counts == sorted(set(counts))


# --- adaptive breakpoints -------------------------------------------------------------------------


@pytest.mark.parametrize("heights", list(Heights))
@pytest.mark.parametrize("formula", ["sin(3*x)", "exp(2*x)", "u(x - 0.3) + 0.1*x", "abs(x)"])
def test_the_programme_finds_what_brute_force_finds(heights: Heights, formula: str):
    cells = 9
    target = make_target(FunctionSpec(formula=formula, half_width=1.0))
    grid = np.linspace(-1, 1, cells + 1)
    costs = cost_table(target, grid, heights)
    join = max if heights.norm is Norm.SUP else sum
    for pieces in range(1, cells + 1):
        best = min(
            join([costs[a, b - 1] for a, b in zip((0, *cut), (*cut, cells), strict=True)])
            for cut in combinations(range(1, cells), pieces - 1)
        )
        ends = optimal_partition(costs, pieces, heights.norm)
        assert (ends[0], ends[-1], len(ends)) == (0, cells, pieces + 1)
        assert (np.diff(ends) > 0).all()
        found = join([costs[a, b - 1] for a, b in pairwise(ends)])
        assert found == pytest.approx(best, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("heights", list(Heights))
def test_costs_are_the_errors_of_single_pieces(heights: Heights):
    target = make_target(FunctionSpec(formula="exp(x) - x", half_width=1.0))
    grid = np.linspace(-1, 1, 13)
    costs = cost_table(target, grid, heights)
    for first, last in ((0, 0), (0, 11), (3, 7), (10, 11)):
        left, right = grid[first], grid[last + 1]
        x = np.linspace(left, right, 20_001)
        y = np.exp(x) - x
        height = {
            Heights.MIDPOINT: math.exp((left + right) / 2) - (left + right) / 2,
            Heights.LEFT: y[0],
            Heights.MID_RANGE: (y.max() + y.min()) / 2,
            Heights.MEAN: np.trapezoid(y, x) / (right - left),
        }[heights]
        expected = (
            np.trapezoid((y - height) ** 2, x)
            if heights is Heights.MEAN
            else np.abs(y - height).max()
        )
        # The programme sees nine points a cell, and so may miss a minimum by a little.
        assert costs[first, last] == pytest.approx(expected, rel=2e-3, abs=1e-7)
    assert np.isinf(costs[3, 2])


@pytest.mark.parametrize("activation", list(PieceActivation))
@pytest.mark.parametrize("key", PRESETS)
def test_adaptive_is_never_worse(key: PresetKey, activation: PieceActivation):
    for heights in (Heights.MIDPOINT, Heights.MEAN):
        for pieces in (1, 2, 9, 101) if activation == "sigmoid" else (1, 2, 9, 100, 101, 1000):
            fields = {"target": "preset", "preset": key, "pieces": pieces, "heights": heights,
                      "activation": activation}  # fmt: skip
            adaptive = fitted(**fields, breakpoints="adaptive")
            uniform = fitted(**fields, breakpoints="uniform")
            norm = heights.norm
            assert adaptive.errors.in_norm(norm) <= uniform.errors.in_norm(norm)
            assert len(adaptive.network) == len(uniform.network)
            assert (np.diff(adaptive.edges) > 0).all()


def test_adaptive_is_much_better_where_little_happens():
    fields = {"formula": "tanh(20*x)", "pieces": 20, "heights": "mid_range"}
    adaptive, uniform = (fitted(**fields, breakpoints=b) for b in ("adaptive", "uniform"))
    assert adaptive.errors.sup < uniform.errors.sup / 8
    # 20 boxes cannot do better than an even split of the range of height 2.
    assert adaptive.errors.sup == pytest.approx(2 / 20 / 2, rel=0.2)


# --- networks -------------------------------------------------------------------------------------


@pytest.mark.parametrize("activation", list(PieceActivation))
@pytest.mark.parametrize("edges", ["naive", "shared"])
def test_neuron_counts(activation: PieceActivation, edges: str):
    result = fitted(pieces=12, activation=activation, edges=edges)
    expected = 12 if activation is PieceActivation.RELU else 24 if edges == "naive" else 13
    assert len(result.network) == expected == result.spec.hidden_neurons
    assert result.network.layer_sizes == (1, expected, 1)


@given(
    pieces=st.integers(1, 300),
    half_width=st.sampled_from([1e-6, 0.7, 3.0, 1e6]),
    heights=st.sampled_from(list(Heights)),
    u0=st.sampled_from(["0", "0.5", "1"]),
    key=st.sampled_from(list(PRESETS)),
)
@settings(deadline=None, max_examples=60)
def test_naive_and_shared_are_one_function(
    pieces: int, half_width: float, heights: str, u0: str, key: str
):
    fields = {"target": "preset", "preset": key, "pieces": pieces, "half_width": half_width,
              "heights": heights, "at_zero": u0}  # fmt: skip
    naive, shared = (fitted(**fields, edges=edges).network for edges in ("naive", "shared"))
    edges = shared.edges()
    x = np.concatenate([edges, np.nextafter(edges, -9e9), np.nextafter(edges, 9e9),
                        random_points(half_width, 500)])  # fmt: skip
    np.testing.assert_array_equal(naive(x), shared(x))


@pytest.mark.parametrize("activation", list(PieceActivation))
@pytest.mark.parametrize("edges", ["naive", "shared"])
def test_boxes_can_be_added_one_by_one(activation: PieceActivation, edges: str):
    result = fitted(pieces=10, activation=activation, edges=edges, half_width=2.0, steepness=100.0)
    x = np.linspace(-2, 2, 81) + 0.013
    whole = result.network(x)
    for count in range(11):
        partial = result.partial(count)(x)
        covered = x < result.edges[count] - 0.2
        np.testing.assert_allclose(partial[covered], whole[covered], atol=1e-7)
        if activation is not PieceActivation.RELU:
            np.testing.assert_allclose(partial[x > result.edges[count] + 0.2], 0, atol=1e-7)
    np.testing.assert_array_equal(result.partial(10)(x[:-1]), whole[:-1])


def test_midpoint_heights_are_the_target_to_the_last_bits():
    for pieces in (10, 1000, 100_000):
        result = fitted(formula="sin(3*x)", pieces=pieces, half_width=2.0)
        edges = uniform_breakpoints(result.spec)
        middle = (edges[:-1] + edges[1:]) / 2
        np.testing.assert_allclose(result.heights, np.sin(3 * middle), rtol=0, atol=5e-15)
        np.testing.assert_array_equal(result.network(middle), result.heights)


def test_a_hundred_thousand_pieces_are_as_fast_as_a_search():
    """Loosely, because tests share the machine; the benchmark measures it."""
    spec = FunctionSpec(formula="sin(3*x)", pieces=100_000)
    x = random_points(3.0, 1_000_000)
    edges = uniform_breakpoints(spec)
    heights = np.append(fit(spec).heights, 0.0)

    def best(run) -> float:
        times = []
        for _ in range(3):
            began = time.perf_counter()
            run()
            times.append(time.perf_counter() - began)
        return min(times)

    bare = best(lambda: heights.take(np.searchsorted(edges, x) - 1, mode="clip"))
    assert best(lambda: fit(spec).network(x)) < 1.5 * bare
