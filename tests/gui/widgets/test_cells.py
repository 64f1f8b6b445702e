"""Heat map and image wall."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip

from gui.theme import look
from gui.widgets.heat_map import HeatMap
from gui.widgets.image_wall import ImageWall

NAMES = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag",
         "Ankle boot"]


def show(qtbot, widget, width, height):
    qtbot.addWidget(widget)
    widget.resize(round(width * look().scale), round(height * look().scale))
    widget.show()
    qtbot.waitExposed(widget)
    return widget


@pytest.fixture
def confusion(qtbot):
    made = HeatMap("confusion")
    made.set_labels(NAMES, NAMES)
    made.set_captions("true", "predicted")
    made.set_matrix(np.diag(np.full(10, 900.0)) + np.eye(10, k=1) * 100)
    return show(qtbot, made, 320, 300)


@pytest.mark.usefixtures("any_look")
def test_cells_labels_and_outlines_are_painted_in_every_look(confusion, has_color):
    confusion.set_chosen((0, 1))
    for token in ("muted", "line", "orange"):
        assert has_color(confusion, token), token


def test_the_confusion_matrix_is_blue_on_and_vermilion_off_the_diagonal(confusion):
    pixels = confusion._pixels()
    red, blue = (pixels >> 16) & 255, pixels & 255
    assert (blue.diagonal() > red.diagonal()).all()
    wrong = np.eye(10, k=1, dtype=bool)
    assert (red[wrong] > blue[wrong]).all()
    assert (pixels[~wrong & ~np.eye(10, dtype=bool)] == look().tokens.color("surface").rgb()).all()


def test_signed_values_diverge_around_zero_and_nan_is_ghost(qtbot):
    heat = show(qtbot, HeatMap(), 200, 200)
    heat.set_matrix(np.array([[1.0, 0.0, -1.0, np.nan]]))
    tokens = look().tokens
    expected = [tokens.color(t).rgb() for t in ("blue", "surface", "vermilion", "ghost")]
    assert heat._pixels().tolist() == [expected]


@pytest.mark.usefixtures("any_look")
def test_every_cell_lies_inside_and_is_found_again(confusion):
    for row in range(10):
        for column in range(10):
            rect = confusion.cell_rect(row, column)
            assert confusion.rect().contains(rect.toAlignedRect())
            assert confusion.cell_at(rect.center()) == (row, column)


def test_click_and_keyboard_choose_cells(confusion, qtbot):
    chosen = []
    confusion.cell_chosen.connect(lambda *cell: chosen.append(cell))
    place = confusion.cell_rect(6, 4).center().toPoint()
    qtbot.mouseClick(confusion, Qt.MouseButton.LeftButton, pos=place)
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Left, Qt.Key.Key_Return):
        qtbot.keyClick(confusion, key)
    assert chosen == [(6, 4), (5, 3)]
    for _ in range(20):
        qtbot.keyClick(confusion, Qt.Key.Key_Down)
    assert confusion.current == (9, 3)


def test_a_click_beside_the_cells_chooses_nothing(confusion, qtbot):
    with qtbot.assertNotEmitted(confusion.cell_chosen):
        qtbot.mouseClick(confusion, Qt.MouseButton.LeftButton, pos=QPoint(1, 1))


def test_the_tooltip_explains_the_cell_under_the_mouse(confusion):
    confusion.set_tooltip(lambda row, column: f"{NAMES[row]} taken for {NAMES[column]}")
    place = confusion.cell_rect(0, 1).center().toPoint()
    QApplication.sendEvent(
        confusion, QHelpEvent(QEvent.Type.ToolTip, place, confusion.mapToGlobal(place)))
    assert QToolTip.text() == "T-shirt/top taken for Trouser"
    QToolTip.hideText()


def test_numbers_are_written_only_where_they_fit(confusion):
    confusion.set_numbers(lambda value: f"{value:.0f}")
    confusion.resize(600, 500)
    assert confusion._texts()[0][:2] == ["900", "100"]
    confusion.resize(160, 150)
    assert confusion._texts() is None


def test_unchanged_data_keep_the_rendered_cells(confusion):
    confusion.grab()
    before = confusion._cells_image
    confusion.set_matrix(np.diag(np.full(10, 900.0)) + np.eye(10, k=1) * 100)
    assert confusion._cells_image is before
    confusion.set_matrix(np.eye(10))
    assert confusion._cells_image is None


def test_a_heat_map_refuses_what_it_cannot_show(qtbot):
    with pytest.raises(ValueError, match="mode"):
        HeatMap("rainbow")
    heat = show(qtbot, HeatMap(), 100, 100)
    with pytest.raises(ValueError, match="matrix"):
        heat.set_matrix(np.zeros(3))


@pytest.fixture
def wall(qtbot):
    made = ImageWall()
    made.set_images(np.arange(12 * 28 * 28, dtype=np.uint32).reshape(12, 28, 28).astype(np.uint8),
                    captions=[NAMES[i % 10] for i in range(12)],
                    marks=["green", "vermilion", None] * 4)
    return show(qtbot, made, 420, 300)


@pytest.mark.usefixtures("any_look")
def test_images_marks_and_captions_are_painted_in_every_look(wall, has_color):
    for token in ("green", "vermilion"):
        assert has_color(wall, token), token


@pytest.mark.usefixtures("any_look")
@pytest.mark.parametrize("size", [(120, 80), (200, 600), (900, 200), (420, 300)])
def test_all_images_lie_inside(wall, size):
    wall.resize(*(round(side * look().scale) for side in size))
    for index in range(12):
        rect = wall.cell_rect(*divmod(index, wall.columns))
        assert wall.rect().contains(rect.toAlignedRect()), index
        assert wall.cell_at(rect.center()) == divmod(index, wall.columns)


def test_pixels_stay_sharp(qtbot, painted):
    made = ImageWall()
    board = (np.indices((4, 4)).sum(axis=0) % 2 * 255).astype(np.uint8)
    made.set_images(board[None])
    show(qtbot, made, 100, 100)
    rect = made.cell_rect(0, 0).toRect()
    inside = painted(made)[rect.top() : rect.bottom() + 1, rect.left() : rect.right() + 1]
    assert set(np.unique(inside)) == {0, 255}
    assert rect.width() % 4 == 0


def test_weight_images_share_one_scale(qtbot):
    made = show(qtbot, ImageWall(), 200, 100)
    made.set_images(np.stack([np.full((2, 2), 1.0), np.full((2, 2), -0.5)]))
    wall = made._render()
    frame = made._place()
    assert wall.pixel(0, 0) == look().tokens.color("blue").rgb()
    other = made.cell_rect(*divmod(1, frame.columns))
    ratio = made.devicePixelRatioF()
    pixel = wall.pixel(int((other.left() - made._inset()) * ratio),
                       int((other.top() - made._inset()) * ratio))
    surface, vermilion = (look().tokens.color(t) for t in ("surface", "vermilion"))
    assert abs((pixel & 255) - (surface.blue() + vermilion.blue()) / 2) <= 1


def test_click_and_keyboard_choose_images(wall, qtbot):
    chosen = []
    wall.image_chosen.connect(chosen.append)
    place = wall.cell_rect(*divmod(1, wall.columns)).center().toPoint()
    qtbot.mouseClick(wall, Qt.MouseButton.LeftButton, pos=place)
    qtbot.keyClick(wall, Qt.Key.Key_Right)
    qtbot.keyClick(wall, Qt.Key.Key_Down)
    qtbot.keyClick(wall, Qt.Key.Key_Space)
    assert chosen == [1, 2 + wall.columns]


def test_an_empty_wall_paints_and_bad_shapes_are_refused(qtbot):
    made = show(qtbot, ImageWall(), 100, 100)
    made.set_images(np.zeros((0, 28, 28), dtype=np.uint8))
    made.grab()
    qtbot.keyClick(made, Qt.Key.Key_Return)
    with pytest.raises(ValueError, match="image wall"):
        made.set_images(np.zeros((28, 28)))
