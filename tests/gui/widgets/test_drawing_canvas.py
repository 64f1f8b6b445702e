"""The board: strokes in, strokes out, by mouse and keyboard."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor

from gui.widgets.color_bar import ColorBar
from gui.widgets.drawing_canvas import BOARD, DrawingCanvas

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def canvas(qtbot) -> DrawingCanvas:
    canvas = DrawingCanvas("Draw here")
    qtbot.addWidget(canvas)
    canvas.resize(300, 240)
    canvas.show()
    return canvas


@pytest.fixture
def heard(canvas) -> list:
    """What the canvas said, in order."""
    heard = []
    canvas.stroke_started.connect(lambda: heard.append("down"))
    canvas.stroke_moved.connect(heard.extend)
    canvas.stroke_ended.connect(lambda: heard.append("up"))
    return heard


def color_at(canvas, point) -> QColor:
    return canvas.grab().toImage().pixelColor(canvas.pixel_of(point).toPoint())


def test_a_stroke_is_told_in_shares_of_the_square(qtbot, canvas, heard):
    square = canvas.square
    assert square.width() == square.height() == 232
    for share in (0.25, 0.5, 0.75):
        at = canvas.pixel_of((share, 0.5)).toPoint()
        if share == 0.25:
            qtbot.mousePress(canvas, LEFT, pos=at)
        qtbot.mouseMove(canvas, at)
    qtbot.mouseMove(canvas, QPoint(1000, -1000))  # beyond the board it stays at the edge
    qtbot.mouseRelease(canvas, LEFT, pos=QPoint(1000, -1000))
    assert heard[0] == "down"
    assert heard[-1] == "up"
    np.testing.assert_allclose(heard[1:-1], [(0.25, 0.5), (0.5, 0.5), (0.75, 0.5), (1, 0)],
                               atol=0.005)


def test_moves_that_tell_nothing_new_are_not_told(qtbot, canvas, heard):
    at = canvas.pixel_of((0.5, 0.5)).toPoint()
    qtbot.mousePress(canvas, LEFT, pos=at)
    qtbot.mouseMove(canvas, at + QPoint(1, 0))
    qtbot.mouseRelease(canvas, LEFT, pos=at + QPoint(1, 0))
    assert len(heard) == 3


def test_a_press_beside_the_board_is_none(qtbot, canvas, heard):
    qtbot.mousePress(canvas, LEFT, pos=QPoint(3, 100))
    qtbot.mouseRelease(canvas, LEFT, pos=QPoint(3, 100))
    assert heard == []


def test_it_shows_strokes_dots_and_pictures_until_they_are_taken_away(canvas):
    assert color_at(canvas, (0.25, 0.25)) == BOARD
    canvas.set_strokes([[(0.2, 0.25), (0.4, 0.25)], [(0.7, 0.7)]], 0.1)
    assert color_at(canvas, (0.25, 0.25)).lightness() > 240
    assert color_at(canvas, (0.7, 0.7)).lightness() > 240
    canvas.set_strokes([], 0.1)
    assert color_at(canvas, (0.25, 0.25)) == BOARD
    picture = np.zeros((28, 28), np.uint8)
    picture[:14, :14] = 200
    canvas.set_picture(picture)
    assert color_at(canvas, (0.25, 0.25)) == QColor(200, 200, 200)
    canvas.set_picture(None)
    assert color_at(canvas, (0.25, 0.25)) == BOARD


def test_the_keyboard_draws_and_loses_the_pen_with_the_focus(qtbot, canvas, heard):
    canvas.setFocus()
    qtbot.waitUntil(canvas.hasFocus)
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    assert heard == []
    qtbot.keyClick(canvas, Qt.Key.Key_Space)
    qtbot.keyClick(canvas, Qt.Key.Key_Down)
    qtbot.keyClick(canvas, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert heard == ["down", (0.52, 0.5), (0.52, 0.52), (0.42, 0.52)]
    canvas.clearFocus()
    assert heard[-1] == "up"


def test_there_is_no_third_tool(canvas):
    canvas.set_tool("erase")
    assert canvas.tool == "erase"
    with pytest.raises(ValueError, match="draw, erase"):
        canvas.set_tool("spray")


def test_a_colour_bar_names_its_ends_and_is_empty_without_a_limit(qtbot):
    bar = ColorBar("speaks against", "speaks for")
    qtbot.addWidget(bar)
    bar.resize(300, 40)
    bar.show()
    blank = bar.grab().toImage()
    bar.set_limit(0.432)
    assert bar.accessibleName() == "−0.432 speaks against, +0.432 speaks for"
    image = bar.grab().toImage()
    assert image != blank
    left, right = (image.pixelColor(QPointF(x, 8).toPoint()) for x in (70, 230))
    assert left.red() > left.blue()
    assert right.blue() > right.red()
