"""What the pen passes over, it replaces; what it does not, it leaves alone."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.lessons.lesson import Question, QuestionKind
from engine.lessons.scoring import score
from engine.lessons.sketching import COLUMNS, KEY_COLUMNS, Sketch, in_shares
from engine.lessons.truth import Truth

LINEAR = Question(QuestionKind.SKETCH, "?", 0, of="f", x_range=(-3, 3), y_range=(-1, 2))
LOGS = Question(QuestionKind.SKETCH, "?", 0, of="f", x_range=(1, 256), y_range=(1e-3, 10),
                is_log=True, is_x_log=True)
SHARES = st.floats(0, 1)
PATHS = st.lists(st.tuples(SHARES, SHARES), min_size=1, max_size=12)


def brute_force(path):
    """The stroke walked in tiny steps, and what it left in each column."""
    heights = np.full(COLUMNS + 1, np.nan)
    for (x0, y0), (x1, y1) in pairwise(path):
        for t in np.linspace(0, 1, 4000):
            x = (x0 + t * (x1 - x0)) * COLUMNS
            if abs(x - round(x)) < 0.02:
                heights[round(x)] = y0 + t * (y1 - y0)
    return heights


@pytest.mark.parametrize("path", [
    [(0.1, 0.2), (0.9, 0.8)], [(0.9, 0.8), (0.1, 0.2)],
    [(0.2, 0.1), (0.7, 0.9), (0.4, 0.5)], [(0.0, 0.0), (1.0, 1.0)],
])
def test_a_stroke_leaves_what_walking_along_it_leaves(path):
    drawn = Sketch().with_stroke(path).heights
    walked = brute_force(path)
    both = np.isfinite(drawn) & np.isfinite(walked)
    assert both.sum() >= np.isfinite(walked).sum() - 2
    assert drawn[both] == pytest.approx(walked[both], abs=0.02)


@settings(max_examples=150, deadline=None)
@given(PATHS, PATHS)
def test_a_second_stroke_changes_only_the_columns_that_it_passes(first, second):
    before = Sketch().with_stroke(first)
    kept = before.heights.copy()
    after = before.with_stroke(second)
    columns = np.array([x for x, _ in second]) * COLUMNS
    passed = np.arange(COLUMNS + 1)
    passed = (passed >= np.floor(columns.min())) & (passed <= np.ceil(columns.max()))
    np.testing.assert_array_equal(after.heights[~passed], kept[~passed])
    # Nobody can change a sketch that somebody else may take back to.
    np.testing.assert_array_equal(before.heights, kept)
    known = after.heights[np.isfinite(after.heights)]
    assert len(known)
    assert ((known >= 0) & (known <= 1)).all()


@settings(max_examples=100, deadline=None)
@given(PATHS, SHARES, SHARES)
@example([(0.0, 0.0)], 1.0, 1e-9)
def test_what_is_erased_is_gone_and_nothing_else(path, a, b):
    before = Sketch().with_stroke(path)
    after = before.without(a, b)
    share = np.arange(COLUMNS + 1) / COLUMNS
    # A column right at an end may fall to either side.
    inside = (share > min(a, b) + 1e-6) & (share < max(a, b) - 1e-6)
    outside = (share < min(a, b) - 1e-6) | (share > max(a, b) + 1e-6)
    assert not np.isfinite(after.heights[inside]).any()
    np.testing.assert_array_equal(after.heights[outside], before.heights[outside])


@settings(max_examples=100, deadline=None)
@given(PATHS, st.sampled_from([LINEAR, LOGS]))
def test_units_there_and_back(path, question):
    sketch = Sketch().with_stroke(path)
    x, y = sketch.points(question)
    shares = in_shares(question, np.column_stack([x, y]))
    known = np.isfinite(sketch.heights)
    assert shares[:, 0] == pytest.approx(np.flatnonzero(known) / COLUMNS, abs=1e-9)
    assert shares[:, 1] == pytest.approx(sketch.heights[known], abs=1e-9)


def test_a_point_by_key_bends_the_curve_and_lengthens_it_at_its_end():
    sketch = Sketch().with_point(0, 0.9).with_point(5 * KEY_COLUMNS, 0.4)
    # The gap between is bridged by a straight line.
    assert sketch.heights[: 5 * KEY_COLUMNS + 1] == pytest.approx(
        np.linspace(0.9, 0.4, 5 * KEY_COLUMNS + 1)
    )
    assert not np.isfinite(sketch.heights[5 * KEY_COLUMNS + 1 :]).any()
    bent = sketch.with_point(2 * KEY_COLUMNS, 0.2)
    assert bent.heights[2 * KEY_COLUMNS] == pytest.approx(0.2)
    assert bent.heights[[KEY_COLUMNS, 3 * KEY_COLUMNS]] == pytest.approx(
        sketch.heights[[KEY_COLUMNS, 3 * KEY_COLUMNS]]
    )
    assert bent.height_near(COLUMNS) == pytest.approx(0.4)
    assert Sketch().height_near(7) == 0.5
    assert Sketch().is_empty
    assert not bent.is_empty


def test_a_straight_line_on_two_logarithmic_axes_is_a_power_and_scores_as_one():
    n = np.array([1, 2, 4, 8, 16, 32, 64, 128, 256], dtype=float)
    truth = Truth((n, 5.0 / n))
    top, bottom = in_shares(LOGS, [(1, 5.0), (256, 5.0 / 256)])
    drawn = Sketch().with_stroke([top, bottom]).points(LOGS)
    assert score(LOGS, drawn, truth).points > 0.95
    # On a linear axis of x, as if it were one, the same sketch would be far off.
    level = Sketch().with_stroke([(0, top[1]), (1, top[1])]).points(LOGS)
    assert score(LOGS, level, truth).points < 0.3
