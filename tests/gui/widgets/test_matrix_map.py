"""A matrix in all the room it has: what shares a pixel, what is exactly zero, what is not there."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from gui.theme import look
from gui.widgets.matrix_map import MatrixMap, Tone, pooled


def shown(qtbot, view: MatrixMap, width: int = 200, height: int = 120) -> MatrixMap:
    qtbot.addWidget(view)
    view.resize(width, height)
    view.show()
    return view


@given(hnp.arrays(np.float64, st.tuples(st.integers(1, 40), st.integers(1, 5)),
                  elements=st.floats(-5, 5)), st.integers(1, 45))
def test_of_rows_that_fall_together_the_furthest_from_zero_is_kept(values, most):
    found = pooled(values, most)
    rows = min(len(values), most)
    assert len(found) == rows
    for place in range(rows):
        part = values[place * len(values) // rows : (place + 1) * len(values) // rows]
        expected = part[np.abs(part).argmax(axis=0), np.arange(values.shape[1])]
        np.testing.assert_array_equal(np.abs(found[place]), np.abs(expected))
        assert all(found[place, c] in part[:, c] for c in range(values.shape[1]))


def test_a_single_number_in_a_thousand_rows_is_seen(qtbot, painted):
    view = shown(qtbot, MatrixMap("W", gutter=False))
    matrix = np.zeros((1000, 4))
    view.show_array(matrix, matrix.shape)
    blank = painted(view)
    matrix[537, 2] = 1.0
    view.show_array(matrix, matrix.shape)
    assert (painted(view) != blank).any()


def test_exact_zeros_look_different_from_small_numbers(qtbot, painted):
    view = shown(qtbot, MatrixMap("W", gutter=False))
    matrix = np.array([[0.0, 1e-12], [1.0, -1.0]])
    view.show_array(matrix, matrix.shape)
    picture = painted(view)

    def color_of(row: int, column: int) -> tuple[int, ...]:
        point = view.cell_rect(row, column).center().toPoint()
        return tuple(picture[point.y(), point.x()])

    assert color_of(0, 1) == look().tokens.color("surface").getRgb()[:3]
    assert color_of(0, 0) != color_of(0, 1)
    assert color_of(1, 0) == look().tokens.color("blue").getRgb()[:3]
    assert color_of(1, 1) == look().tokens.color("vermilion").getRgb()[:3]


def test_the_ghost_takes_the_left_part_of_a_cell(qtbot, painted):
    view = shown(qtbot, MatrixMap("b", gutter=False))
    view.show_array(np.array([[1.0]]), (1, 1), np.array([[-1.0]]))
    picture, rect = painted(view), view.cell_rect(0, 0)
    row = round(rect.center().y())
    before = tuple(picture[row, round(rect.left() + 0.1 * rect.width())])
    after = tuple(picture[row, round(rect.left() + 0.8 * rect.width())])
    assert before == look().tokens.color("vermilion").getRgb()[:3]
    assert after == look().tokens.color("blue").getRgb()[:3]
    view.show_array(np.array([[1.0]]), (1, 1))
    picture = painted(view)
    assert tuple(picture[row, round(rect.left() + 0.1 * rect.width())]) == after


def test_what_is_not_there_yet_has_no_cells(qtbot):
    view = shown(qtbot, MatrixMap("z", is_strip=True))
    view.show_array(None, (32,))
    assert not view.is_there
    assert not view.has_cell(0, 3)
    view.show_array(np.arange(32.0), (32,))
    assert view.has_cell(0, 31)
    assert not view.has_cell(1, 0)


def test_the_mouse_finds_the_cell_that_is_drawn_there(qtbot):
    view = shown(qtbot, MatrixMap("W"))
    view.show_array(np.arange(24.0).reshape(4, 6), (4, 6))
    for row in range(4):
        for column in range(6):
            assert view.cell_at(view.cell_rect(row, column).center()) == (row, column)


@pytest.mark.parametrize("tone", [Tone.READ, Tone.CHANGED])
def test_a_stressed_matrix_is_framed_in_orange(qtbot, any_look, has_color, tone):
    view = shown(qtbot, MatrixMap("δ"))
    view.show_array(np.ones((3, 3)), (3, 3))
    assert not has_color(view, "orange")
    view.set_tone(tone)
    assert has_color(view, "orange")
