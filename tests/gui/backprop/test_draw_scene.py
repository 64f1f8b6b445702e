"""Scene “Draw a digit”: what is drawn is what is read, and every stroke can be taken back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from backprop_driving import Bench
from bench import Key
from driving import LEFT, is_one_sentence
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QImage, QPainter, QPen
from PySide6.QtWidgets import QApplication

from engine.backprop.building import build_network
from engine.backprop.bundled import bundled_network
from engine.backprop.drawing import prepare_drawing
from engine.backprop.tab_spec import Scene, Split, Weights
from engine.backprop.why import look
from gui.tabs.backprop.scene import SEVEN


class Board:
    """The scene, and hands to draw with."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        bench.open(Scene.DRAW)
        self.scene = bench.scene
        self.canvas = self.scene.canvas
        self.wait()

    @property
    def drawing(self):
        return self.bench.spec.drawing

    @property
    def p(self) -> np.ndarray:
        """The probabilities as the bars show them."""
        return self.scene.answer.bars._values

    def wait(self) -> None:
        """Until what is drawn is read."""
        scene = self.scene
        self.bench.until(lambda: not scene.is_busy and not scene._must_ask_again)
        self.bench.settle()

    def wait_file(self) -> None:
        self.bench.until(lambda: not self.scene._files.is_busy)
        self.wait()

    def stroke(self, *points: tuple[float, float]) -> None:
        """Press at the first point, move through the others, let go."""
        pixels = [self.canvas.pixel_of(point).toPoint() for point in points]
        qtbot = self.bench.qtbot
        qtbot.mouseMove(self.canvas, pixels[0])
        qtbot.mousePress(self.canvas, LEFT, pos=pixels[0])
        for pixel in pixels[1:]:
            qtbot.mouseMove(self.canvas, pixel)
        qtbot.mouseRelease(self.canvas, LEFT, pos=pixels[-1])
        self.wait()

    def undo(self) -> None:
        self.bench.tab.undo_stack.undo()
        self.wait()


@pytest.fixture
def board(bench) -> Board:
    """The scene as it starts, with a 7 on its board."""
    return Board(bench)


def expected(strokes, network=None) -> np.ndarray:
    """The probabilities without any window."""
    image = prepare_drawing(strokes, 0.08).image
    return look(network or bundled_network().network, image).p


def test_it_starts_with_a_seven_that_is_read_and_says_by_whom(board):
    np.testing.assert_array_equal(board.p, expected(SEVEN))
    assert board.scene.answer.title == "It says: 7"
    headline = board.bench.tab.headline.text
    assert "trained beforehand" in headline
    assert "92.9 % of 10,000 test images" in headline
    np.testing.assert_array_equal(
        board.scene.input.map._matrix, prepare_drawing(SEVEN, 0.08).image / np.float32(255)
    )


def test_the_pixels_shares_add_up_to_what_the_drawing_does_to_the_logit(board):
    why, shown = board.scene.reading.why, board.scene.why.map._matrix
    assert shown.sum() == pytest.approx(why.logit - why.black, abs=1e-9)
    assert board.scene.why.legend.limit == np.abs(shown).max()
    notes = board.bench.notes
    assert notes["logit"] == f"{why.logit:.3f}"
    row, column = np.argwhere(board.scene.reading.image == 0)[0]
    assert "black, so exactly 0" in board.scene.why.map.cell_text(row, column)
    # Every layer is there, with the numbers of the network.
    seen = board.scene.reading.seen
    shown = [view for _, view in board.scene.layers.rows if view.isVisible()]
    assert [view.name for view in shown] == ["a¹", "a²", "z³"]
    np.testing.assert_array_equal(shown[0]._matrix[0], seen.activations[1])
    np.testing.assert_array_equal(shown[2]._matrix[0], seen.logits)


def test_each_stroke_is_one_step_to_undo_and_is_read_at_once(board):
    board.bench.click(board.scene.clear)
    board.wait()
    assert board.drawing.strokes == ()
    assert board.p is None
    assert board.scene.input.note.text == "Nothing is drawn yet; draw a digit with the mouse."
    assert board.bench.callout == ""  # an empty board is no mistake
    assert not board.scene.controls.walk.isEnabled()
    board.stroke((0.5, 0.15), (0.5, 0.4), (0.5, 0.6), (0.5, 0.85))
    (one,) = board.drawing.strokes
    np.testing.assert_allclose(one, [(0.5, 0.15), (0.5, 0.4), (0.5, 0.6), (0.5, 0.85)], atol=0.01)
    assert board.scene.answer.bars.predicted == 1
    board.stroke((0.3, 0.3), (0.5, 0.15))
    assert len(board.drawing.strokes) == 2
    board.undo()
    assert board.drawing.strokes == (one,)
    board.undo()
    assert board.drawing.strokes == ()
    board.undo()
    assert board.drawing.strokes == SEVEN
    np.testing.assert_array_equal(board.p, expected(SEVEN))


def test_the_sponge_wipes_what_it_touches_and_the_pen_has_a_width(board):
    board.bench.click(board.scene.clear)
    board.stroke((0.2, 0.5), (0.8, 0.5))
    board.bench.click(board.scene.tools.buttons["erase"])
    board.stroke((0.5, 0.3), (0.5, 0.7))
    left, right = board.drawing.strokes
    assert max(x for x, _ in left) < 0.45
    assert min(x for x, _ in right) > 0.55
    board.stroke((0.5, 0.9), (0.6, 0.9))  # nothing there: nothing to undo
    assert board.bench.tab.undo_stack.undoText() == "Sponge"
    board.undo()
    assert len(board.drawing.strokes) == 1
    before = board.scene.reading.image.sum()
    board.bench.click(board.scene.controls.pens.buttons["thick"])
    board.wait()
    assert board.drawing.pen == 0.12
    assert board.scene.reading.image.sum() != before


def test_the_keyboard_draws_too(board):
    board.bench.click(board.scene.clear)
    board.canvas.setFocus(Qt.FocusReason.TabFocusReason)
    board.bench.key(Key.Key_Space)
    for _ in range(3):
        board.bench.key(Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    board.bench.key(Key.Key_Space)
    board.wait()
    ((start, *_, end),) = board.drawing.strokes
    assert start == (0.5, 0.5)
    assert end == pytest.approx((0.5, 0.8))
    assert board.p is not None


def test_a_board_that_is_white_all_over_is_one_sentence_and_keeps_its_strokes(board):
    lines = tuple(((0.0, y), (1.0, y)) for y in np.linspace(0, 1, 12).round(3).tolist())
    drawing = board.drawing.replaced(strokes=lines, pen=0.2)
    board.bench.look(drawing=drawing)
    board.wait()
    assert is_one_sentence(board.bench.callout)
    assert "white" in board.bench.callout
    assert board.p is None
    assert board.drawing.strokes == lines
    board.bench.click(board.scene.clear)
    board.wait()
    assert board.bench.callout == ""


# --- pictures -------------------------------------------------------------------------------------


def photo(path: Path, width: int, height: int) -> Path:
    """A dark 1 with a foot on light paper, as a phone sees it."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("#E8E4DA"))
    with QPainter(image) as painter:
        painter.setPen(QPen(QColor("#20242A"), height / 14))
        x, top, bottom = width / 2, height / 4, 3 * height / 4
        painter.drawLine(QPointF(x, top), QPointF(x, bottom))
    assert image.save(str(path))
    return path


def drop(board: Board, path: Path) -> None:
    """Let a file fall on the tab, as the desktop does."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    copy, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(400, 300), copy, data, LEFT, none)
    QApplication.sendEvent(board.bench.tab, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(board.bench.tab, QDropEvent(QPointF(400, 300), copy, data, LEFT, none))


def test_a_photo_of_15_million_pixels_is_read_beside_the_window(board, tmp_path):
    path = photo(tmp_path / "one.jpg", 5000, 3000)
    board.bench.look(scene=Scene.STEPS)  # wherever one is, a picture is for the board
    drop(board, path)
    assert board.bench.spec.scene is Scene.DRAW
    assert board.drawing.strokes == SEVEN  # it is still being read; the window is not held up
    board.wait_file()
    assert len(board.drawing.pixels) == 784
    assert board.drawing.strokes == ()
    assert board.scene.answer.bars.predicted == 1
    assert board.scene.input.note.text.startswith("one.jpg: dark on light, so inverted")
    board.undo()
    assert board.drawing.strokes == SEVEN
    # Drawing on takes its place.
    board.bench.tab.undo_stack.redo()
    board.wait()
    board.stroke((0.2, 0.5), (0.8, 0.5))
    assert board.drawing.pixels == ()
    assert len(board.drawing.strokes) == 1


@pytest.mark.parametrize("content", [b"this is no picture", b""])
def test_what_is_no_picture_is_one_sentence_and_changes_nothing(board, tmp_path, content):
    path = tmp_path / "seven.png"
    path.write_bytes(content)
    drop(board, path)
    board.wait_file()
    assert is_one_sentence(board.bench.callout)
    assert "seven.png" in board.bench.callout
    assert board.drawing.strokes == SEVEN
    np.testing.assert_array_equal(board.p, expected(SEVEN))


def test_blank_paper_is_one_sentence(board, tmp_path):
    image = QImage(60, 60, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    assert image.save(str(tmp_path / "blank.png"))
    drop(board, tmp_path / "blank.png")
    board.wait_file()
    assert is_one_sentence(board.bench.callout)
    assert "white" in board.bench.callout
    assert board.drawing.strokes == SEVEN


# --- who reads, and what next ---------------------------------------------------------------------


def test_the_reader_is_chosen_and_named(board):
    bench, box = board.bench, board.scene.controls.reader
    bench.choose(box, Weights.FIRST.label)
    board.wait()
    assert bench.spec.reader is Weights.FIRST
    network, _ = build_network(bench.spec.backprop)
    np.testing.assert_array_equal(board.p, expected(SEVEN, network))
    assert "not trained at all" in bench.tab.headline.text
    board.undo()
    assert bench.spec.reader is Weights.TRAINED
    # Whatever a training hands out reads the drawing at once.
    network.theta[:] = bundled_network().network.theta * 0.5
    bench.tab.material.publish(network, bench.spec.backprop, 1234)
    board.wait()
    np.testing.assert_array_equal(board.p, expected(SEVEN, network))
    assert "as trained here for 1,234 updates" in bench.tab.headline.text
    bench.choose(box, Weights.BUNDLED.label)
    board.wait()
    np.testing.assert_array_equal(board.p, expected(SEVEN))


def test_the_drawing_walks_through_the_network_that_read_it(board):
    bench = board.bench
    p = board.p.copy()
    bench.choose(board.scene.controls.label, "1")
    bench.click(board.scene.controls.walk)
    assert (bench.spec.scene, bench.spec.split) == (Scene.STEPS, Split.DRAWN)
    bench.wait_prepared()
    assert bench.spec.weights is Weights.BUNDLED
    assert bench.sample.label == 1
    np.testing.assert_array_equal(bench.sample.image, prepare_drawing(SEVEN, 0.08).image)
    bench.look(step=len(bench.stepper.steps))
    np.testing.assert_array_equal(bench.stepper.array("p"), p)


def test_reset_brings_the_seven_back(board):
    board.bench.click(board.scene.clear)
    board.wait()
    board.bench.key(Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    board.wait()
    assert board.drawing.strokes == SEVEN
    assert board.canvas.square.contains(board.canvas.pixel_of((1.0, 1.0)) - QPoint(1, 1))
