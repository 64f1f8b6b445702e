"""Formulas with ink, and numbers that are dragged, typed and walked."""

import logging

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QVBoxLayout, QWidget

from engine.spec import Knob
from gui.theme import look
from gui.widgets.math_label import MathLabel, formula_pixmap, plain_formula, typeset
from gui.widgets.scrub_field import FULL_DRAG_PX, ScrubField

SUM = r"y = \sum_k (h_k - h_{k-1})\, u(x - x_k)"
FORMULAS = [SUM, r"\sup_x |f(x)-g(x)| \le \frac{L\,B}{n}", r"s = -\frac{b}{w}", r"n^d",
            r"h\cdot\prod_{i=1}^{d}\left(u(x_i-a_i)-u(x_i-b_i)\right)", r"\sqrt{\frac{6}{n}}"]


def shown(qtbot, widget):
    qtbot.addWidget(widget)
    widget.resize(widget.sizeHint())
    widget.show()
    qtbot.waitExposed(widget)
    return widget


# formulas

@pytest.mark.usefixtures("any_look")
@pytest.mark.parametrize("tex", FORMULAS)
def test_a_formula_has_ink_of_the_themes_colour_all_over(qtbot, painted, tex):
    label = shown(qtbot, MathLabel(tex, token="blue", size=24))
    label.setStyleSheet(f"background: {look().tokens.surface}")
    image = painted(label)
    assert label.is_typeset
    wanted = np.array(look().tokens.color("blue").getRgb()[:3])
    ground = np.array(look().tokens.color("surface").getRgb()[:3])
    # Small letters are all rim: what is nearer to the ink than to the ground counts.
    away = [np.abs(image.astype(int) - color).sum(axis=2) for color in (wanted, ground)]
    assert (away[0] < away[1]).sum() > 10
    assert (away[0] < 40).any()
    inked = (image != ground).any(axis=2).any(axis=0)
    # Ink from the left end to the right one: a formula that QtSvg shows in part stops earlier.
    assert np.flatnonzero(inked)[0] < 0.15 * label.width()
    assert np.flatnonzero(inked)[-1] > 0.85 * label.width()


def test_the_baseline_is_where_the_letters_stand(qtbot, painted):
    label = shown(qtbot, MathLabel("xxx", size=40))
    label.setStyleSheet(f"background: {look().tokens.surface}")
    rows = (painted(label) != 255).any(axis=2).any(axis=1)
    assert np.flatnonzero(rows)[-1] + 1 == pytest.approx(label.baseline, abs=1.5)


def test_a_formula_is_set_once_for_each_size_and_colour():
    first = formula_pixmap(SUM, 20, "#123456", 1.0)
    assert formula_pixmap(SUM, 20, "#123456", 1.0) is first
    assert formula_pixmap(SUM, 20, "#654321", 1.0) is not first
    double = formula_pixmap(SUM, 20, "#123456", 2.0)
    assert double.width() == pytest.approx(2 * first.width(), abs=2)
    assert double.deviceIndependentSize().width() == pytest.approx(first.width(), abs=1)


@pytest.mark.parametrize("tex", [r"\frac{1", "", r"x^"])
def test_what_cannot_be_set_is_shown_as_text(qtbot, painted, tex, caplog):
    typeset.cache_clear()
    with caplog.at_level(logging.WARNING):
        label = shown(qtbot, MathLabel(tex, "one over"))
    assert label.accessibleName() == "one over"
    label.setStyleSheet(f"background: {look().tokens.surface}")
    if not label.is_typeset and tex:
        assert "Cannot set the formula" in caplog.text
        assert (painted(label) != 255).any()


def test_a_wide_formula_is_set_smaller_rather_than_cut(qtbot):
    label = shown(qtbot, MathLabel(SUM, size=24))
    full = label.sizeHint().width()
    label.resize(int(0.7 * full), label.height())
    pixmap = formula_pixmap(SUM, label._size_px(), look().tokens.ink, 1.0, label._share())
    assert pixmap.width() <= label.width() + 1
    assert label.minimumSizeHint().width() < full


def test_screen_readers_get_the_formula_as_text(qtbot):
    label = shown(qtbot, MathLabel(r"s = -\frac{b}{w}"))
    assert label.accessibleName() == "s = −(b)/(w)"
    label.set_formula(SUM)
    assert label.accessibleName() == "y = Σ_k (h_k − h_(k−1)) u(x − x_k)"
    label.set_formula(SUM, "the sum of the jumps")
    assert label.accessibleName() == "the sum of the jumps"
    assert plain_formula(r"\text{var}(a) \approx 2\sigma^{2}") == "var(a) ≈ 2σ^2"


def test_a_formula_that_goes_on_has_one_size_in_both_lines(qtbot, painted):
    first, second = (shown(qtbot, MathLabel(tex, size=24)) for tex in (SUM, "= xxx"))
    whole = inked_rows(second, painted)
    first.go_on_in(second)
    first.resize(round(0.7 * first.sizeHint().width()), first.height())
    assert inked_rows(second, painted) < 0.85 * whole
    first.hide()
    second.update()
    assert inked_rows(second, painted) == whole


def inked_rows(label: MathLabel, painted) -> int:
    label.setStyleSheet(f"background: {look().tokens.surface}")
    picture = painted(label)
    return int((picture != picture[0, 0]).any(axis=2).any(axis=1).sum())


# numbers to scrub

WIDTH = Knob("width", float, 0.5, "Width", "The width of a piece.", "net", 0.0, 2.0, step=0.001)
PIECES = Knob("pieces", int, 14, "Pieces", "How many.", "net", 1, 100_000, scale="log")
BIAS = Knob("bias", float, 0.0, "Bias", "Where the step is.", "net", step=0.01)


@pytest.fixture(params=[WIDTH, PIECES, BIAS], ids=lambda knob: knob.name)
def field(request, qtbot):
    return following(qtbot, request.param)


def following(qtbot, knob, symbol="δ"):
    """A field whose owner shows what was asked for."""
    return shown(qtbot, follower(knob, symbol))


def follower(knob, symbol="δ"):
    made = ScrubField(knob, symbol=symbol)
    made.asked = []

    def follow(value, gesture):
        made.asked.append((value, gesture))
        if not isinstance(value, str):
            made.show_value(value)

    made.edited.connect(follow)
    return made


def drag(qtbot, field, pixels, modifier=Qt.KeyboardModifier.NoModifier):
    start = field.rect().center()
    qtbot.mousePress(field, Qt.MouseButton.LeftButton, pos=start)
    step = 1 if pixels > 0 else -1
    for k in range(step, pixels + step, step):
        QApplication.sendEvent(field, _move(field, start + QPoint(k, 0), modifier))
    qtbot.mouseRelease(field, Qt.MouseButton.LeftButton, pos=start + QPoint(pixels, 0))


def _move(field, pos, modifier):
    return QMouseEvent(QEvent.Type.MouseMove, QPointF(pos), QPointF(field.mapToGlobal(pos)),
                       Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton, modifier)


@pytest.mark.usefixtures("any_look")
def test_the_number_has_ink_in_every_look(qtbot, has_color):
    made = shown(qtbot, ScrubField(WIDTH, symbol="δ"))
    for token in ("ink", "muted"):
        assert has_color(made, token), token
    made.show_problem("Too wide.")
    assert has_color(made, "vermilion")


def test_a_drag_is_one_gesture_and_ends_where_the_scale_says(field, qtbot):
    start = field.value
    drag(qtbot, field, 60)
    gestures = {gesture for _, gesture in field.asked}
    assert gestures == {f"{field.knob.name} scrub 1"}
    assert not field.is_typing
    assert field.value == field.value_after(start, 60)
    if field.knob is WIDTH:
        assert field.value == pytest.approx(0.5 + 2 * 60 / FULL_DRAG_PX)
    elif field.knob is PIECES:
        assert field.value == PIECES.value_at(PIECES.share_of(14) + 60 / FULL_DRAG_PX)
    else:
        assert field.value == pytest.approx(0.60)
    values = [value for value, _ in field.asked]
    assert values == sorted(values)
    drag(qtbot, field, -5)
    assert field.asked[-1][1] == f"{field.knob.name} scrub 2"


@pytest.mark.parametrize("way", [-1, 1])
@pytest.mark.parametrize("knob", [WIDTH, PIECES], ids=lambda knob: knob.name)
def test_a_drag_stops_at_the_bounds(qtbot, knob, way):
    field = following(qtbot, knob)
    drag(qtbot, field, way * 400)
    assert field.value == (knob.maximum if way > 0 else knob.minimum)
    assert isinstance(field.value, knob.kind)


def test_shift_drags_ten_times_as_fine(qtbot):
    field = following(qtbot, WIDTH)
    drag(qtbot, field, 60, Qt.KeyboardModifier.ShiftModifier)
    assert field.value == pytest.approx(0.5 + 0.2 * 60 / FULL_DRAG_PX, abs=1e-3)


def test_a_click_opens_the_editor_and_enter_asks_for_what_was_typed(field, qtbot):
    qtbot.mouseClick(field, Qt.MouseButton.LeftButton, pos=field.rect().center())
    assert field.is_typing
    editor = field.findChild(QLineEdit)
    assert editor.selectedText() == editor.text()
    qtbot.keyClicks(editor, "0.25")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert field.asked == [("0.25", "")]
    assert not field.is_typing
    assert field.hasFocus()


def test_a_figure_starts_typing_and_escape_takes_it_back(field, qtbot):
    qtbot.keyClick(field, Qt.Key.Key_7)
    editor = field.findChild(QLineEdit)
    assert field.is_typing
    assert editor.text() == "7"
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    assert not field.is_typing
    assert field.asked == []


def test_arrows_move_on_even_from_a_value_between_the_nice_ones(qtbot):
    field = following(qtbot, PIECES, "n")
    field.show_value(13)
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Left):
        qtbot.keyClick(field, key)
    assert [value for value, _ in field.asked] == [15, 20, 15]
    qtbot.keyClick(field, Qt.Key.Key_PageUp)
    assert field.value > 100
    field.show_value(100_000)
    field.asked.clear()
    qtbot.keyClick(field, Qt.Key.Key_Up)
    assert field.asked == []


def test_the_wheel_is_the_pages_unless_the_field_has_the_focus(qtbot):
    window = QWidget()
    column = QVBoxLayout(window)
    other, field = QPushButton("other"), follower(WIDTH)
    column.addWidget(other)
    column.addWidget(field)
    with qtbot.waitActive(window):
        shown(qtbot, window)
    other.setFocus()

    def turn():
        event = QWheelEvent(QPointF(5, 5), QPointF(field.mapToGlobal(QPoint(5, 5))), QPoint(),
                            QPoint(0, 120), Qt.MouseButton.NoButton,
                            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False)
        QApplication.sendEvent(field, event)

    turn()
    assert field.asked == []
    field.setFocus()
    turn()
    assert len(field.asked) == 1
    assert field.value > 0.5


def test_it_says_what_it_is_what_it_accepts_and_what_is_wrong(qtbot):
    field = following(qtbot, PIECES, "n")
    assert field.accessibleName() == "Pieces"
    assert field.accessibleDescription() == "n = 14"
    assert "from 1 to 100,000" in field.toolTip()
    field.show_problem("Pieces must be a whole number from 1 to 100,000.")
    assert "must be a whole number" in field.accessibleDescription()
    field.show_value(20)
    assert field.accessibleDescription() == "n = 20"
