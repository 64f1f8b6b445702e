"""Field map and surface: values, colours, cells and strokes lie where they belong."""

import math
import time

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtWidgets import QApplication

from gui.theme import look
from gui.widgets.field_map import FieldMap
from gui.widgets.surface_view import HIGHEST, HOME, SurfaceView, projected, sampled

G = (np.arange(60) + 0.5) / 10 - 3
FIELD = np.sin(G)[None, :] + 0.5 * G[:, None] / 3  # grows with y, waves along x


@pytest.fixture
def field(qtbot):
    made = FieldMap("target")
    made.set_ranges((-3, 3), (-3, 3))
    made.set_field(FIELD)
    return shown(qtbot, made, 340, 320)


@pytest.fixture
def surface(qtbot):
    made = SurfaceView("network")
    made.set_field(FIELD)
    return shown(qtbot, made, 360, 280)


def shown(qtbot, widget, width, height):
    qtbot.addWidget(widget)
    widget.resize(round(width * look().scale), round(height * look().scale))
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def at(field, x, y):
    return QPoint(round(float(field.frame.px(x))), round(float(field.frame.py(y))))


@pytest.mark.usefixtures("any_look")
def test_axes_scale_cross_and_cell_have_ink_in_every_look(field, has_color):
    field.set_cells(6, 6)
    field.set_chosen((2, 3))
    field.set_cursor(0.5, 0.5)
    for token in ("muted", "ink", "orange", "line"):
        assert has_color(field, token), token


def test_each_value_is_painted_at_its_place_with_y_upwards(field):
    z = np.full((3, 2), np.nan)
    z[0, 0], z[2, 1], z[1, 1] = -1.0, 1.0, 0.0
    field.set_field(z)
    image, tokens = field.grab().toImage(), look().tokens
    for (x, y), token in {(-1.5, -2): "vermilion", (1.5, 2): "blue", (1.5, 0): "surface",
                          (-1.5, 2): "ghost"}.items():
        assert image.pixelColor(at(field, x, y)) == tokens.color(token), token


def test_shared_limits_give_equal_values_equal_colours(field, qtbot):
    other = shown(qtbot, FieldMap("network"), 340, 320)
    other.set_ranges((-3, 3), (-3, 3))
    other.set_field(np.full((2, 2), 0.5))
    field.set_field(np.array([[0.5, 2.0]]))
    colors = set()
    for limits in (None, (-2.0, 2.0)):
        for one in (field, other):
            one.set_limits(limits)
        a, b = (one.grab().toImage().pixelColor(at(one, -1.0, 1.0)).name()
                for one in (field, other))
        assert (a == b) == (limits is not None)
        colors |= {a, b}
    assert len(colors) == 2


def test_a_sequential_field_begins_at_the_ground(field, qtbot):
    error = shown(qtbot, FieldMap("error", "sequential"), 340, 320)
    error.set_field(np.array([[0.0, 1.0]]))
    error.set_ranges((-3, 3), (-3, 3))
    image = error.grab().toImage()
    assert error.limits == (0.0, 1.0)
    assert image.pixelColor(at(error, -1.5, 1)) == look().tokens.color("surface")
    assert image.pixelColor(at(error, 1.5, 1)) == look().tokens.color("vermilion")


@pytest.mark.usefixtures("any_look")
@pytest.mark.parametrize("size", [(340, 320), (150, 130), (500, 180)])
def test_the_square_is_square_and_inside_with_its_scale(field, size):
    field.resize(*(round(side * look().scale) for side in size))
    frame, bar = field.layout_.frame, field.layout_.bar
    assert frame.width == frame.height > 0
    assert frame.left > 0
    assert frame.right < bar.left()
    assert bar.right() < field.width()
    assert frame.bottom < field.height()


def test_the_cross_reads_the_value_and_is_linked(field, qtbot):
    moved = []
    field.cursor_moved.connect(lambda *args: moved.append(args))
    point = at(field, 1.0, -2.0)
    qtbot.mouseMove(field, point)
    x, y = field.frame.x_at(point.x()), field.frame.y_at(point.y())
    assert moved == [(x, y)]
    assert field.value_at(x, y) == FIELD[int((y + 3) * 10), int((x + 3) * 10)]
    assert field.readout() == field.accessibleDescription() != ""
    QApplication.sendEvent(field, QEvent(QEvent.Type.Leave))
    assert all(map(math.isnan, moved[-1]))
    with qtbot.assertNotEmitted(field.cursor_moved):
        field.set_cursor(0.0, 0.0)
        field.set_cursor(math.nan, math.nan)
    assert field.cursor_point is None


def test_the_edges_have_values_and_outside_has_none(field):
    assert field.value_at(3, 3) == FIELD[-1, -1]
    assert field.value_at(-3, -3) == FIELD[0, 0]
    assert math.isnan(field.value_at(3.1, 0))


def test_mouse_and_keyboard_choose_the_same_cells(field, qtbot):
    field.set_cells(4, 3)
    chosen = []
    field.cell_chosen.connect(lambda *cell: chosen.append(cell))
    for i in range(4):
        for j in range(3):
            qtbot.mouseClick(field, Qt.MouseButton.LeftButton,
                             pos=at(field, -3 + (i + 0.5) * 1.5, -3 + (j + 0.5) * 2))
            assert chosen[-1] == (i, j)
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Down, Qt.Key.Key_Return):
        qtbot.keyClick(field, key)
    assert chosen[-1] == (2, 1)
    for _ in range(9):
        qtbot.keyClick(field, Qt.Key.Key_Left)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert chosen[-1] == (0, 1)


def test_the_brush_passes_every_pixel_and_chooses_nothing(field, qtbot):
    field.set_brush(0.5)
    field.set_cells(4, 4)
    points, ends = [], []
    field.stroke_moved.connect(points.append)
    field.stroke_ended.connect(lambda: ends.append(1))
    start, end = at(field, -2, -2), at(field, 2.5, 1)
    with qtbot.assertNotEmitted(field.cell_chosen):
        qtbot.mousePress(field, Qt.MouseButton.LeftButton, pos=start)
        qtbot.mouseMove(field, end)
        qtbot.mouseRelease(field, Qt.MouseButton.LeftButton, pos=end)
    path = np.vstack(points)
    pixels = np.column_stack([field.frame.px(path[:, 0]), field.frame.py(path[:, 1])])
    assert np.abs(np.diff(pixels, axis=0)).max() <= 1 + 1e-6
    assert pixels[0] == pytest.approx([start.x(), start.y()])
    assert pixels[-1] == pytest.approx([end.x(), end.y()])
    assert ends == [1]


def test_the_keyboard_paints(field, qtbot):
    field.set_brush(0.5)
    points, ends = [], []
    field.stroke_moved.connect(points.append)
    field.stroke_ended.connect(lambda: ends.append(1))
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Space, Qt.Key.Key_Right, Qt.Key.Key_Space):
        qtbot.keyClick(field, key)
    path = np.vstack(points)
    assert path[-1] - path[0] == pytest.approx([0.12, 0], abs=1e-9)
    assert ends == [1]


@pytest.mark.parametrize("z", [np.zeros(3), np.zeros((0, 2))])
def test_what_is_no_field_is_refused(field, z):
    with pytest.raises(ValueError, match="A field needs a matrix"):
        field.set_field(z)


def test_a_field_without_a_number_is_painted(field, surface):
    for view in (field, surface):
        view.set_field(np.full((5, 5), np.nan))
        view.grab()
    assert field.limits[0] < field.limits[1]


def test_a_field_is_repainted_within_a_frame(field):
    field.resize(600, 560)
    big = np.random.default_rng(0).normal(size=(400, 400))
    times = []
    for _ in range(5):
        start = time.perf_counter()
        field.set_field(big)
        field.repaint()
        times.append(time.perf_counter() - start)
    # 5 ms on two slow cores; the bound leaves room for a busy machine.
    assert min(times) < 0.030


# the surface

def test_the_projection_keeps_lengths_and_turns():
    flat = np.full((5, 5), 0.5)
    for azimuth in (0.0, -60.0, 135.0):
        points = projected(flat, azimuth, 30.0)
        sides = np.linalg.norm(points[0, 0] - points[-1, 0]), np.linalg.norm(
            points[0, 0] - points[0, -1])
        assert sides == pytest.approx((1.0, 1.0))
    above = projected(np.array([[0.0, 1.0], [0.0, 1.0]]), 0.0, 0.0)
    assert above[0, 1, 1] > above[0, 0, 1]


def test_from_above_the_near_side_is_lower_on_the_screen():
    points = projected(np.full((2, 2), 0.5), -60.0, 30.0)
    order = np.argsort(points[..., 2], axis=None)
    heights = points[..., 1].ravel()[order]
    assert (np.diff(heights) < 0).all()


def test_sampling_keeps_first_and_last():
    z = np.arange(200.0 * 300).reshape(200, 300)
    small = sampled(z, 33)
    assert small.shape == (33, 33)
    assert (small[0, 0], small[-1, -1]) == (z[0, 0], z[-1, -1])
    assert sampled(z[:5, :7], 33).shape == (5, 7)


@pytest.mark.usefixtures("any_look")
def test_the_surface_has_ink_at_every_angle_and_stays_inside(surface, painted):
    surface.set_limits((-2, 2))
    surface.clearFocus()
    ground = look().tokens.color("surface")
    surface.setStyleSheet(f"background: {ground.name()}")
    for view in ((0, 5), (45, 45), (123, 85), (-60, 30)):
        surface.set_view(*view)
        inked = (painted(surface) != ground.getRgb()[:3]).any(axis=2)
        assert inked.mean() > 0.03
        assert not inked[:, [0, -1]].any()
        assert not inked[[0, -1]].any()


def test_the_mouse_and_the_keyboard_turn_it_and_home_turns_it_back(surface, qtbot):
    views = []
    surface.view_changed.connect(lambda *view: views.append(view))
    qtbot.mousePress(surface, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    qtbot.mouseMove(surface, QPoint(140, 120))
    qtbot.mouseRelease(surface, Qt.MouseButton.LeftButton, pos=QPoint(140, 120))
    assert views[-1] == ((HOME[0] - 20) % 360, HOME[1] + 10)
    for _ in range(20):
        qtbot.keyClick(surface, Qt.Key.Key_Up)
    assert surface.view[1] == HIGHEST
    qtbot.keyClick(surface, Qt.Key.Key_Home)
    assert surface.view == (HOME[0] % 360, HOME[1])


def test_what_is_no_surface_is_refused(surface):
    with pytest.raises(ValueError, match="at least 2 × 2"):
        surface.set_field(np.zeros((1, 5)))


def test_pixel_and_data_agree(field):
    for x in (-3.0, -1.2, 0.0, 2.9):
        pixel = QPointF(float(field.frame.px(x)), float(field.frame.py(-x)))
        assert field.frame.x_at(pixel.x()) == pytest.approx(x, abs=1e-9)
        assert field.frame.y_at(pixel.y()) == pytest.approx(-x, abs=1e-9)


def test_a_reader_is_told_the_new_value_where_the_cursor_is(field):
    field.set_cursor(0.5, 0.5)
    field.set_field(FIELD + 100)
    assert field.accessibleDescription() == field.readout()
    assert "100" in field.accessibleDescription()
