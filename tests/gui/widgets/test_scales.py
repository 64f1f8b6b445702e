import itertools
import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gui.widgets import scales

NUMBERS = st.floats(-1e9, 1e9, allow_nan=False)


@given(NUMBERS, NUMBERS)
def test_a_nice_range_holds_its_data_and_wastes_little(a, b):
    low, high = sorted((a, b))
    bottom, top = scales.nice_range(low, high)
    slack = 1e-6 * max(abs(low), abs(high), 1e-12) + 1e-8 * (top - bottom)
    assert bottom <= low + slack
    assert high - slack <= top
    assert top > bottom
    # A tenth of it must still be a number.
    if high - low > max(1e-5 * max(abs(low), abs(high)), 1e-300):
        assert top - bottom <= 2.01 * (high - low)


@given(NUMBERS, NUMBERS, NUMBERS, NUMBERS)
def test_a_range_grows_only_where_data_cross_it(a, b, c, d):
    current = scales.nice_range(*sorted((a, b)))
    low, high = sorted((c, d))
    new = scales.grown(current, low, high)
    if current[0] <= low and high <= current[1]:
        assert new == current
    else:
        slack = 1e-6 * max(map(abs, (*current, low, high)))
        assert new[0] <= min(current[0], low) + slack
        assert new[1] >= max(current[1], high) - slack


@pytest.mark.parametrize(("low", "high"), [(math.nan, 1), (0, math.inf), (2, 1)])
def test_a_range_needs_finite_ends_in_order(low, high):
    with pytest.raises(ValueError, match="finite ends"):
        scales.nice_range(low, high)
    with pytest.raises(ValueError, match="finite ends"):
        scales.nice_log_range(low, high)


@given(st.floats(-300, 300), st.floats(0, 20))
def test_a_log_range_holds_its_data(low, span):
    bottom, top = scales.nice_log_range(low, low + span)
    assert bottom <= low + 1e-6
    assert top >= low + span - 1e-6
    assert scales.log_ticks(bottom, top)


@pytest.mark.parametrize(("low", "high", "most", "expected"), [
    (0.0, 3.0, 5, [0, 1, 2, 3]), (-10.0, 2.0, 4, [-10, -5, 0]), (-220.0, 10.0, 5,
    [-200, -150, -100, -50, 0]), (-1.0, 80.0, 4, [0, 20, 40, 60, 80]),
])
def test_many_decades_are_told_in_nice_steps(low, high, most, expected):
    assert scales.log_ticks(low, high, most) == expected


@given(st.floats(-300, 300), st.floats(13, 600), st.integers(2, 12))
def test_ticks_of_many_decades_are_whole_and_few(low, span, most):
    found = scales.log_ticks(low, low + span, most)
    assert 1 <= len(found) <= most + 1
    assert all(tick == round(tick) for tick in found)


@given(NUMBERS, st.floats(1e-3, 1e6), st.integers(1, 12))
def test_ticks_lie_within_the_range_and_are_few(low, span, most):
    assume(span > 1e-6 * abs(low))
    found = scales.ticks(low, low + span, most)
    assert len(found) <= most + 1
    assert all(low - 1e-6 * span <= t <= low + span * (1 + 1e-6) for t in found)


@given(st.lists(st.tuples(st.floats(-50, 550), st.floats(5, 40)), min_size=1, max_size=12))
def test_labels_pushed_apart_do_not_overlap_and_stay_inside(labels):
    centers, heights = zip(*labels, strict=True)
    assume(sum(heights) <= 500)
    placed = scales.push_apart(centers, heights, 0, 500)
    spans = sorted((c - h / 2, c + h / 2) for c, h in zip(placed, heights, strict=True))
    assert spans[0][0] >= -1e-6
    assert max(end for _, end in spans) <= 500 + 1e-6
    order = sorted(range(len(centers)), key=lambda i: centers[i])
    for i, j in itertools.pairwise(order):
        assert placed[i] + heights[i] / 2 <= placed[j] - heights[j] / 2 + 1e-6


def test_labels_that_are_apart_already_stay():
    assert scales.push_apart([10, 50, 90], [20, 20, 20], 0, 100) == [10, 50, 90]


@given(st.integers(0, 3000), st.integers(1, 200))
def test_decimation_keeps_the_extremes_and_at_most_two_points_a_column(count, columns):
    rng = np.random.default_rng(count)
    x = np.arange(count) / max(count, 1)
    y = rng.standard_normal(count)
    y[rng.random(count) < 0.1] = np.nan
    thin_x, thin_y = scales.decimated(x, y, 0, 1, columns)
    assert len(thin_x) <= 2 * columns + 2
    assert (np.diff(thin_x) >= 0).all()
    known = y[np.isfinite(y)]
    if len(known):
        assert np.nanmin(thin_y) == known.min()
        assert np.nanmax(thin_y) == known.max()


@given(st.lists(st.floats(0, 1), min_size=1, max_size=15), st.integers(1, 15), st.data())
def test_the_rows_shown_hold_the_ones_that_must_be_there(scores, capacity, data):
    must = data.draw(st.lists(st.integers(0, len(scores) - 1), max_size=min(2, capacity)))
    rows = scales.top_rows(scores, capacity, must)
    assert len(rows) == min(capacity, len(scores))
    assert set(must) <= set(rows)
    assert rows == sorted(rows)


@pytest.mark.parametrize(("text", "expected"), [
    (scales.number_text(0.3861), "0.386"),
    (scales.number_text(-12.345), "−12.35"),
    (scales.number_text(2_400_000), "2.4×10⁶"),
    (scales.number_text(math.nan), "–"),
    (scales.percent_text(0.8894), "88.9 %"),
    (scales.power_text(-2.9), "10⁻²·⁹"),
    (scales.power_text(-3.0), "10⁻³"),
    (scales.power_text(-0.01), "10⁰"),
    (scales.tick_text(0.30000000000000004, 0.1), "0.3"),
    (scales.tick_text(-1e-17, 0.5), "0.0"),
    (scales.tick_text(0.7, 0.05, percent=True), "70 %"),
])
def test_number_texts(text, expected):
    assert text == expected
