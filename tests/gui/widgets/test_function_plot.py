"""Function plot: what is drawn is what is there, and every gesture arrives whole."""

import itertools
import math
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget

from gui.theme import look
from gui.widgets import function_plot_text as texts
from gui.widgets.function_plot import FunctionPlot, Handle, Mark
from gui.widgets.function_plot_model import (
    Axis,
    Boxes,
    Curve,
    Frame,
    column_spans,
    extremes,
    straightened,
)
from gui.widgets.function_plot_stroke import points_between

X = np.linspace(-3, 3, 601)
EDGES = np.linspace(-3, 3, 15)
HEIGHTS = np.sin((EDGES[1:] + EDGES[:-1]) / 2)


@pytest.fixture
def plot(qtbot):
    made = FunctionPlot("f and its network", "x")
    made.set_x_range(-3, 3)
    made.set_y_range(-1.25, 1.25)
    made.set_curve("f", X, np.sin(X), "ink", label="f")
    made.set_curve("net", EDGES, HEIGHTS, "blue", label="network", steps=True)
    qtbot.addWidget(made)
    made.resize(round(620 * look().scale), round(340 * look().scale))
    made.show()
    qtbot.waitExposed(made)
    return made


def record(signal):
    seen = []
    signal.connect(lambda *args: seen.append(args if len(args) != 1 else args[0]))
    return seen


def at(plot, x, y):
    return QPoint(round(float(plot.frame.px(x))), round(float(plot.frame.py(y))))


# arithmetic

finite = st.floats(-1e6, 1e6, allow_nan=False)


@given(st.lists(st.tuples(st.floats(0, 10), finite), min_size=1, max_size=400),
       st.integers(1, 12))
def test_decimation_loses_no_extreme_of_any_column(points, columns):
    points.sort()
    x, y = (np.array(v) for v in zip(*points, strict=True))
    edges = np.linspace(0, 10, columns + 1)
    out_x, out_y = extremes(x, y, edges)
    assert len(out_x) <= max(len(x), 4 * (columns + 2))
    assert (np.diff(out_x) >= 0).all()
    for low, high in itertools.pairwise(edges):
        inside, kept = (x >= low) & (x < high), (out_x >= low) & (out_x < high)
        assert inside.any() == kept.any()
        if inside.any():
            found = out_y[kept]
            assert (found.min(), found.max()) == (y[inside].min(), y[inside].max())
            assert (found[0], found[-1]) == (y[inside][0], y[inside][-1])


@settings(max_examples=50)
@given(st.integers(0, 2**32 - 1), st.floats(0, 60))
def test_a_straightened_line_is_the_same_line_to_a_third_of_a_pixel(seed, roughness):
    rng = np.random.default_rng(seed)
    px = np.sort(rng.uniform(0, 1000, 900))
    py = 200 * np.sin(px / 90) + rng.normal(0, roughness, 900)
    out_x, out_y = straightened(px, py)
    assert len(out_x) <= len(px)
    assert np.abs(np.interp(px, out_x, out_y) - py).max() <= 0.33


def test_a_smooth_curve_needs_few_points_and_a_riser_stays():
    px = np.linspace(0, 1000, 4000)
    assert len(straightened(px, 300 + 200 * np.sin(px / 150))[0]) < 800
    stairs = np.repeat(np.arange(100.0), 2)
    out_x, out_y = straightened(np.append(stairs[1:], 100), 50 * stairs)
    assert set(zip(out_x, out_y, strict=True)) <= set(
        zip(np.append(stairs[1:], 100), 50 * stairs, strict=True))
    assert np.isin(50 * np.arange(100.0), out_y).all()


@given(st.lists(st.tuples(st.floats(-2, 12), finite), min_size=2, max_size=60))
def test_column_spans_hold_every_point_and_every_crossing(points):
    points.sort()
    px, py = (np.array(v) for v in zip(*points, strict=True))
    low, high = column_spans(px, py, 0.0, 10)
    for x, y in points:
        if 0 <= x < 10:
            assert low[int(x)] <= y <= high[int(x)]
    for edge in range(1, 10):
        if px[0] < edge < px[-1]:
            y = np.interp(edge, px, py)
            for column in (edge - 1, edge):
                assert low[column] <= y <= high[column]


@given(st.lists(st.tuples(st.floats(0.01, 1), st.floats(0, 0.5), st.floats(-5, 5)), min_size=1,
                max_size=60), st.integers(1, 25))
def test_boxes_fill_the_columns_that_they_fill_one_by_one(parts, columns):
    widths, gaps, heights = (np.array(v) for v in zip(*parts, strict=True))
    right = np.cumsum(widths + gaps)
    boxes = Boxes(right - widths, right, heights)
    edges = np.linspace(0, float(right[-1]), columns + 1)
    low, high = boxes.columns(edges)
    for k in range(columns):
        hit = (boxes.left < edges[k + 1]) & (boxes.right > edges[k])
        assert low[k] == min(0, *heights[hit], 0)
        assert high[k] == max(0, *heights[hit], 0)


@pytest.mark.parametrize("closed", ["left", "right"])
def test_a_step_function_takes_the_value_that_its_edges_say(closed):
    curve = Curve([0, 1, 2], [5, 7], "blue", steps=True, closed=closed)
    assert curve.at(np.array([0.5, 1.5])).tolist() == [5, 7]
    assert float(curve.at(1.0)) == (5 if closed == "right" else 7)
    assert np.isnan(curve.at(np.array([-0.1, 2.1]))).all()


@pytest.mark.parametrize("axis", [Axis(-3, 3), Axis(1, 1e5, is_log=True), Axis(1e-9, 2e-9)])
def test_pixels_and_data_are_inverse(axis):
    frame = Frame(37.5, 12, 611, 287, axis, axis)
    for pixel in np.linspace(37.5, 648.5, 97):
        assert float(frame.px(frame.x_at(pixel))) == pytest.approx(pixel, abs=1e-6)
    for pixel in np.linspace(12, 299, 97):
        assert float(frame.py(frame.y_at(pixel))) == pytest.approx(pixel, abs=1e-6)
    assert frame.x_at(37.5) == axis.low
    assert frame.x_at(648.5) == axis.high


@pytest.mark.parametrize("make", [
    lambda: Axis(1, 1), lambda: Axis(0, math.inf), lambda: Axis(0, 1, is_log=True),
    lambda: Curve([0, 1], [1], "ink"), lambda: Curve([1, 0], [1, 2], "ink"),
    lambda: Curve([0, math.nan], [1, 2], "ink"), lambda: Boxes([0], [1, 2], [1]),
    lambda: Boxes([0, 1], [1.5, 2], [1, 1]), lambda: Boxes([1], [0], [1]),
])
def test_what_cannot_be_drawn_is_refused_in_one_sentence(make):
    with pytest.raises(ValueError, match=r"^[A-Z][^.]*\.?[^.]*\.$"):
        make()


# what is painted

@pytest.mark.usefixtures("any_look")
def test_curves_handles_and_error_have_ink_in_every_look(plot, has_color):
    plot.set_band("f", "net")
    plot.set_handles([Handle("s", 0.86, label="s = 0.86")])
    plot.set_marks([Mark(1, 0.5, "purple", label="here")])
    plot.set_boxes(EDGES[:-1], EDGES[1:], HEIGHTS)
    for token in ("ink", "blue", "vermilion", "purple", "line", "muted"):
        assert has_color(plot, token), token


@pytest.mark.parametrize("n", [5, 40, 3_000, 100_000])
def test_the_step_curve_is_painted_where_it_is(plot, n):
    edges = np.linspace(-3, 3, n + 1)
    plot.remove_curve("f")
    plot.set_curve("net", edges, np.sin((edges[1:] + edges[:-1]) / 2), "blue", steps=True)
    image = plot.grab().toImage()
    for x in np.linspace(-2.9, 2.9, 41):
        y = float(plot.contents.curves["net"].at(x))
        point = at(plot, x, y)
        reds = [image.pixelColor(point.x(), point.y() + k).red() for k in (-1, 0, 1)]
        assert min(reds) < 120, x


def test_a_single_extreme_point_among_a_million_is_seen(plot, painted):
    y = np.zeros(1_000_000)
    y[654_321] = 1.0
    plot.remove_curve("net")
    plot.set_curve("f", np.linspace(-3, 3, len(y)), y, "vermilion")
    ink = (painted(plot) == look().tokens.color("vermilion").getRgb()[:3]).all(axis=2)
    top = at(plot, -3 + 6 * 0.654321, 1.0)
    assert ink[top.y() + 3 : top.y() + 20, top.x() - 2 : top.x() + 3].any(axis=1).all()


def test_open_and_closed_ends_differ(plot):
    plot.remove_curve("f")
    plot.remove_curve("net")
    plot.set_marks([Mark(-1, 0.5, closed=False), Mark(1, 0.5, closed=True)])
    image = plot.grab().toImage()
    opened, closed = (image.pixelColor(at(plot, x, 0.5)) for x in (-1, 1))
    assert opened == look().tokens.color("surface")
    assert closed == look().tokens.color("blue")


@pytest.mark.usefixtures("any_look")
@pytest.mark.parametrize("size", [(620, 340), (300, 190)])
def test_no_text_lies_on_another_or_outside(plot, size):
    plot.resize(*(round(side * look().scale) for side in size))
    plot.set_handles([
        Handle("left", 0.0, label="left = 0"), Handle("right", 0.2, label="right = 0.2"),
        Handle("third", 0.3, label="s = 0.3"), Handle("h", 0.1, 0.5, "h = 0.5", moves="y"),
    ])
    plot.grab()
    frame = plot.frame
    rects = list(texts.handle_rects(plot.contents.handles, frame).values())
    names = [rect for _, _, rect in texts.curve_labels(plot.contents, frame, plot.width())]
    assert rects
    assert len(names) == 2
    for i, rect in enumerate(rects + names):
        assert plot.rect().toRectF().contains(rect)
        assert not any(rect.adjusted(0.1, 0.1, -0.1, -0.1).intersects(other)
                       for other in (rects + names)[i + 1 :])


def test_empty_constant_and_broken_curves_are_painted_without_fuss(plot):
    plot.set_curve("f", [], [], "ink", label="f")
    plot.set_curve("net", [0, 1], [math.nan, math.inf], "blue", label="network")
    plot.set_curve("huge", [-3, 0, 3], [1e300, -1e300, 0], "orange")
    plot.set_boxes([], [], [])
    plot.set_band("f", "net")
    plot.grab()
    assert plot.values_text(0.5) == ""


def test_a_hundred_thousand_points_are_drawn_within_a_frame(plot):
    plot.resize(1400, 600)
    rng = np.random.default_rng(1)
    x = np.linspace(-3, 3, 100_000)
    plot.set_curve("f", x, np.sin(x) + 0.1 * rng.normal(size=len(x)), "ink")
    QApplication.processEvents()
    times = []
    for _ in range(7):
        plot.forget()
        start = time.perf_counter()
        plot.repaint()
        times.append(time.perf_counter() - start)
    # 10 ms on two slow cores; the bound leaves room for a busy machine.
    assert min(times) < 0.040


# pointing

def test_hovering_reads_all_curves_and_finds_the_piece(plot, qtbot):
    plot.set_boxes(EDGES[:-1], EDGES[1:], HEIGHTS, shown=False)
    moved, pieces = record(plot.cursor_moved), record(plot.piece_hovered)
    point = at(plot, 1.0, 0.9)
    qtbot.mouseMove(plot, point)
    x = plot.frame.x_at(point.x())
    assert moved[-1] == x
    assert pieces[-1] == int(np.searchsorted(EDGES, x)) - 1
    assert plot.values_text(x).startswith("f 0.8")
    qtbot.mouseClick(plot, Qt.MouseButton.LeftButton, pos=point)
    QApplication.sendEvent(plot, QEvent(QEvent.Type.Leave))
    assert math.isnan(moved[-1])
    assert pieces[-1] is None


def test_a_click_chooses_the_piece_and_so_does_the_keyboard(plot, qtbot):
    plot.set_boxes(EDGES[:-1], EDGES[1:], HEIGHTS)
    chosen = record(plot.piece_chosen)
    qtbot.mouseClick(plot, Qt.MouseButton.LeftButton, pos=at(plot, -2.9, 0))
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Return, Qt.Key.Key_Left,
                Qt.Key.Key_Return):
        qtbot.keyClick(plot, key)
    assert chosen == [0, 2, 1]
    assert "network" in plot.accessibleDescription()


def test_linking_emits_nothing(plot, qtbot):
    with qtbot.assertNotEmitted(plot.cursor_moved), qtbot.assertNotEmitted(plot.piece_hovered):
        plot.set_cursor(1.0)
        plot.set_hovered_piece(2)
        plot.set_cursor(math.nan)
    assert plot.cursor_x is None


# handles

@pytest.fixture
def gestures(plot):
    return followed(plot)


def followed(plot):
    """The plot's handles follow every drag, as a tab makes it."""
    plot.set_handles([Handle("s", 0.5, label="s"), Handle("h", -1.0, 0.75, "h", moves="y")])
    seen = []

    def follow(key, x, y):
        seen.append((key, x, y))
        plot.set_handles([
            Handle(h.key, x, y if h.y is not None else None, h.label, moves=h.moves)
            if h.key == key else h for h in plot.contents.handles
        ])

    plot.handle_pressed.connect(lambda key: seen.append(("pressed", key)))
    plot.handle_dragged.connect(follow)
    plot.handle_released.connect(lambda key: seen.append(("released", key)))
    return seen


def test_a_dragged_line_goes_where_the_mouse_goes_in_one_gesture(plot, gestures, qtbot):
    start, off = at(plot, 0.5, -1.0), QPoint(1, 0)
    qtbot.mousePress(plot, Qt.MouseButton.LeftButton, pos=start + off)
    for step in range(1, 41):
        qtbot.mouseMove(plot, start + off + QPoint(2 * step, -step))
    qtbot.mouseRelease(plot, Qt.MouseButton.LeftButton, pos=start + off + QPoint(80, -40))
    assert gestures[0] == ("pressed", "s")
    assert gestures[-1] == ("released", "s")
    assert len(gestures) == 42
    assert all(math.isnan(y) for _, _, y in gestures[1:-1])
    # The line keeps its distance to the mouse: it does not jump on the press.
    expected = plot.frame.x_at(float(plot.frame.px(0.5)) + 80)
    assert plot.contents.handles[0].x == pytest.approx(expected, abs=1e-9)


def test_a_knob_moves_along_its_own_direction_and_stays_inside(plot, gestures, qtbot):
    start = at(plot, -1.0, 0.75)
    qtbot.mousePress(plot, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(plot, start + QPoint(50, -500))
    qtbot.mouseRelease(plot, Qt.MouseButton.LeftButton, pos=start)
    assert gestures[1] == ("h", -1.0, 1.25)


def test_tab_reaches_the_handles_and_arrows_move_them(qtbot):
    window = QWidget()
    column = QVBoxLayout(window)
    first, plot, last = QPushButton("before"), FunctionPlot(), QPushButton("after")
    for widget in (first, plot, last):
        column.addWidget(widget)
    plot.set_x_range(-3, 3)
    gestures = followed(plot)
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Tab)
    assert plot.hasFocus()
    assert plot.active_handle is None
    qtbot.keyClick(plot, Qt.Key.Key_Tab)
    assert plot.active_handle == "s"
    assert "s: x 0.5" in plot.accessibleDescription()
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    qtbot.keyClick(plot, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert plot.contents.handles[0].x == pytest.approx(0.5 - 9 * 0.06)
    assert [g[0] for g in gestures] == ["pressed", "s", "released"] * 2
    qtbot.keyClick(plot, Qt.Key.Key_Tab)
    assert plot.active_handle == "h"
    qtbot.keyClick(plot, Qt.Key.Key_Tab)
    assert last.hasFocus()


def test_a_key_that_is_held_is_one_gesture(plot, gestures):
    plot.active_handle = "s"
    for _ in range(3):
        QTest.keyPress(plot, Qt.Key.Key_Right)
    QTest.keyRelease(plot, Qt.Key.Key_Right)
    assert [g[0] for g in gestures] == ["pressed", "s", "s", "s", "released"]


# drawing

@pytest.fixture
def stroke(plot):
    seen = {"started": 0, "ended": 0, "points": []}
    plot.set_mode("draw")

    def count(name):
        seen[name] += 1

    plot.stroke_started.connect(lambda: count("started"))
    plot.stroke_ended.connect(lambda: count("ended"))
    plot.stroke_moved.connect(lambda points: seen["points"].append(points))
    return seen


def test_a_stroke_passes_every_column_even_where_the_mouse_jumps(plot, stroke, qtbot):
    path = [at(plot, x, y) for x, y in ((-2.5, 0), (-2.4, 0.4), (1.0, -1.0), (0.0, 1.0), (2, 1))]
    qtbot.mousePress(plot, Qt.MouseButton.LeftButton, pos=path[0])
    for point in path[1:]:
        qtbot.mouseMove(plot, point)
    qtbot.mouseRelease(plot, Qt.MouseButton.LeftButton, pos=path[-1])
    assert (stroke["started"], stroke["ended"]) == (1, 1)
    points = np.vstack(stroke["points"])
    columns, rows = plot.frame.px(points[:, 0]), plot.frame.py(points[:, 1])
    assert np.abs(np.diff(columns)).max() <= 1 + 1e-6
    assert np.abs(np.diff(rows)).max() <= 1 + 1e-6
    for corner in path:
        away = np.hypot(columns - corner.x(), rows - corner.y())
        assert away.min() < 1e-6
    assert plot.mode == "draw"


def test_a_stroke_beyond_the_edge_stays_within_the_axes(plot, stroke, qtbot):
    start = at(plot, 2.5, 1.0)
    qtbot.mousePress(plot, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(plot, start + QPoint(400, -300))
    qtbot.mouseRelease(plot, Qt.MouseButton.LeftButton, pos=start)
    points = np.vstack(stroke["points"])
    assert points[-1].tolist() == [3.0, 1.25]
    assert points[:, 0].max() == 3.0
    assert points[:, 1].max() == 1.25


def test_a_vertical_stroke_and_a_click_have_points(plot, stroke, qtbot):
    start = at(plot, 0.0, 0.0)
    qtbot.mousePress(plot, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(plot, start - QPoint(0, 30))
    qtbot.mouseRelease(plot, Qt.MouseButton.LeftButton, pos=start)
    assert len(np.vstack(stroke["points"])) == 31
    qtbot.mouseClick(plot, Qt.MouseButton.LeftButton, pos=start)
    assert (stroke["started"], stroke["ended"]) == (2, 2)


def test_the_keyboard_draws_and_leaving_the_mode_ends_the_stroke(plot, stroke, qtbot):
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Right, Qt.Key.Key_Up):
        qtbot.keyClick(plot, key)
    plot.set_mode("erase")
    assert (stroke["started"], stroke["ended"]) == (1, 1)
    points = np.vstack(stroke["points"])
    assert points[-1] - points[0] == pytest.approx([0.06, 0.025], abs=1e-9)


@given(*[st.floats(-500, 500)] * 4)
def test_points_between_end_at_the_end_without_leaps(a, b, c, d):
    found = points_between(QPointF(a, b), QPointF(c, d))
    assert found[-1] == pytest.approx([c, d])
    assert np.abs(np.diff(np.vstack([[a, b], found]), axis=0)).max() <= 1 + 1e-9
