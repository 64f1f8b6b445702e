"""What d dimensions cost: counts against grids that are really built, markers, and big numbers."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.expressivity.cost import (
    MARKERS,
    MOST_DIMENSIONS,
    cell_neurons,
    cost_curve,
    dimension_passing,
    edge_neurons,
    marker_dimensions,
    written,
)
from engine.expressivity.grid import uniform_grid


@pytest.mark.parametrize(("d", "n"), list(itertools.product((1, 2, 3), (1, 2, 5))))
def test_counts_are_those_of_a_grid_that_is_built(d: int, n: int):
    network = uniform_grid(np.zeros((n,) * d), 1.0)
    weight, bias = network.edge_weights()
    assert edge_neurons(d, n) == len(weight) == len(bias)
    assert cell_neurons(d, n) == len(list(itertools.product(range(n), repeat=d)))


def test_the_numbers_of_the_homework():
    assert [cell_neurons(d, 10) for d in (1, 2, 3)] == [10, 100, 1000]
    assert cell_neurons(100, 10) == 10**100
    assert edge_neurons(100, 10) == 1100
    assert cell_neurons(784, 200) == 200**784
    assert isinstance(cell_neurons(784, 200), int)


@pytest.mark.parametrize("n", [1, 2, 10, 200])
def test_the_curve_is_the_logarithm_of_the_counts(n: int):
    curve = cost_curve(n)
    assert curve.dimensions.tolist() == list(range(1, MOST_DIMENSIONS + 1))
    for d in (1, 2, 17, 784):
        assert curve.log10_cell_neurons[d - 1] == pytest.approx(math.log10(n**d))
        assert curve.log10_edge_neurons[d - 1] == pytest.approx(math.log10(d * (n + 1)))


@given(st.integers(0, 10**90), st.integers(2, 200))
def test_a_count_is_passed_there_and_not_before(count: int, n: int):
    d = dimension_passing(count, n)
    assert d is not None
    assert d >= 1
    assert n**d > count
    assert d == 1 or n ** (d - 1) <= count


@pytest.mark.parametrize("exponent", [1, 2, 15, 18, 80, 300])
def test_reaching_a_count_is_not_passing_it(exponent: int):
    assert dimension_passing(10**exponent, 10) == exponent + 1
    assert dimension_passing(10**exponent - 1, 10) == exponent


def test_one_cell_never_grows():
    assert dimension_passing(1000, 1) is None
    assert all(d is None for _, d in marker_dimensions(1))


def test_markers_rise_and_say_where_they_come_from():
    assert all(a.high < b.low for a, b in itertools.pairwise(MARKERS))
    assert all(m.low <= m.high and m.source and m.name for m in MARKERS)
    assert all(math.log10(m.low) <= m.log10 <= math.log10(m.high) for m in MARKERS)


def test_ten_cells_per_axis_meet_the_universe_at_eighty_one():
    found = {marker.name: d for marker, d in marker_dimensions(10)}
    assert list(found.values()) == [5, 11, 19, 25, 81]
    assert found["atoms in the observable universe"] == 81


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1,000"),
        (999_999_999, "999,999,999"),
        (10**9, "10^9"),
        (-(10**9), "−10^9"),
        (10**9 + 1, "1.0·10^9"),
        (1_049_999_999, "1.0·10^9"),
        (1_050_000_000, "1.1·10^9"),
        (75 * 10**17, "7.5·10^18"),
        (994 * 10**7, "9.9·10^9"),
        (995 * 10**7, "1.0·10^10"),
        (10**100, "10^100"),
        (2**784, "1.0·10^236"),
        (200**784, f"{str(200**784)[0]}.{str(200**784)[1]}·10^{len(str(200**784)) - 1}"),
    ],
)
def test_big_numbers_for_reading(number: int, text: str):
    assert written(number) == text


@given(st.integers(10**9, 10**400))
def test_what_is_written_is_within_its_two_figures(number: int):
    text = written(number)
    mantissa, _, exponent = text.rpartition("10^")
    tenths = round(float(mantissa.rstrip("·") or "1") * 10)
    assert 10 <= tenths <= 99
    shown = tenths * 10 ** (int(exponent) - 1)
    assert abs(shown - number) * 20 <= 10 ** int(exponent) * 1
