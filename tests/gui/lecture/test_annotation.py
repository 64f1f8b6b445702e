"""Pointer, pen and key presses: over any view, without taking the mouse, and gone in time."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPointF, QRect, Qt
from PySide6.QtGui import QRegion
from stage_driving import CTRL, RIGHT, SHIFT, Key

from engine.expressivity.tab_spec import GridPage, Scene
from gui.lecture.presentation.annotation import COLORS
from gui.lecture.presentation.ink import Ink, Stroke
from gui.theme import look

LINE = [(500, 300), (540, 320), (580, 310), (620, 330), (660, 300)]
#: The curve that is made of it rounds its second corner off, and passes here.
ON_THE_LINE = (540, 316)


def strokes(theatre):
    return theatre.overlay.ink.strokes


class Paints(QObject):
    """What a widget paints from now on."""

    def __init__(self, widget) -> None:
        super().__init__(widget)
        self.regions: list[QRegion] = []
        widget.installEventFilter(self)

    def eventFilter(self, watched, event) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.regions.append(QRegion(event.region()))
        return False


def difference(one, other) -> np.ndarray:
    """How far the colours of two pictures are apart, at most, in each pixel."""
    arrays = []
    for image in (one, other):
        image = image.convertToFormat(image.Format.Format_RGB32)
        pixels = np.frombuffer(image.constBits(), np.uint8)
        arrays.append(pixels.reshape(image.height(), image.width(), 4).astype(int))
    return np.abs(arrays[0] - arrays[1]).max(axis=2)


# --- the pen ------------------------------------------------------------------------------------


def test_the_pen_draws_what_the_hand_does(theatre):
    before = theatre.looks()
    theatre.press(Key.Key_F7)
    theatre.draw(*LINE)
    (stroke,) = strokes(theatre)
    assert [(p.x(), p.y()) for p in stroke.points] == [pytest.approx(place) for place in LINE]
    assert stroke.token == COLORS[0]
    theatre.press(Key.Key_Escape)
    assert not theatre.lecture.annotation.actions_["pen"].isChecked()
    after = theatre.looks()
    color = look().tokens.color(COLORS[0])
    assert after.pixelColor(*ON_THE_LINE) == color
    assert before.pixelColor(*ON_THE_LINE) != color
    look().set_theme("dark")
    assert theatre.looks().pixelColor(*ON_THE_LINE) == look().tokens.color(COLORS[0])


def test_colours_by_key_by_click_and_in_turn(theatre):
    annotation = theatre.lecture.annotation
    theatre.press(Key.Key_F7)
    theatre.press(Key.Key_3)
    assert annotation.color == COLORS[2]
    theatre.press(Key.Key_F7, SHIFT)
    assert annotation.color == COLORS[3]
    dot = annotation.bar.dots[COLORS[1]]
    theatre.qtbot.mouseClick(dot, Qt.MouseButton.LeftButton)
    theatre.draw(*LINE)
    assert strokes(theatre)[0].token == COLORS[1]
    assert [token for token, dot in annotation.bar.dots.items() if dot.isChecked()] == [COLORS[1]]
    # What is painted bit by bit is what is painted at once.
    theatre.draw((500, 400), (510, 420), (560, 380))
    theatre.draw((700, 400))
    step_by_step = theatre.looks()
    theatre.overlay.ink.forget()
    theatre.overlay.update()
    apart = difference(theatre.looks(), step_by_step)
    # Where two pieces meet, the soft edge is painted twice; nowhere is a pixel more or less.
    assert apart.max() < 110
    assert (apart > 0).sum() < 200


def test_a_stroke_is_taken_back_by_the_undo_of_the_pen_and_no_setting_is(theatre):
    theatre.focus(theatre.tab.form_content.form.function.fields["pieces"].slider)
    theatre.press(Key.Key_Right)
    spec = theatre.spec
    theatre.press(Key.Key_F7)
    theatre.draw(*LINE)
    theatre.draw((500, 400), (560, 380))
    theatre.press(Key.Key_Z, CTRL)
    assert len(strokes(theatre)) == 1
    theatre.press(Key.Key_F7, CTRL)
    assert not strokes(theatre)
    assert theatre.spec == spec
    theatre.press(Key.Key_Escape)
    theatre.press(Key.Key_Z, CTRL)
    assert theatre.spec != spec


def test_the_eraser_takes_whole_strokes_and_one_key_all_of_them(theatre):
    theatre.press(Key.Key_F7)
    theatre.draw(*LINE)
    theatre.draw((500, 450), (700, 450))
    theatre.draw((600, 440), (600, 460), button=RIGHT)
    assert [s.points[0].y() for s in strokes(theatre)] == [LINE[0][1]]
    theatre.press(Key.Key_Z, CTRL)
    assert len(strokes(theatre)) == 2
    theatre.press(Key.Key_F8)
    theatre.draw((600, 440), (600, 460))
    assert len(strokes(theatre)) == 1
    theatre.press(Key.Key_F8)
    # One key wipes everything, with and without the pen.
    for key in (Key.Key_Delete, Key.Key_Backspace):
        theatre.draw(*LINE)
        theatre.press(key)
        assert not strokes(theatre)
        assert not theatre.lecture.annotation.actions_["clear_ink"].isEnabled()
    theatre.draw(*LINE)
    theatre.press(Key.Key_Escape)
    assert theatre.overlay.isVisible()
    theatre.press(Key.Key_F8, SHIFT)
    assert not strokes(theatre)
    assert not theatre.overlay.isVisible()


def test_the_drawing_goes_with_its_page(theatre):
    window = theatre.window

    def turn(**fields) -> None:
        theatre.tab.store.apply(theatre.spec.replaced(**fields), "")

    for change, do in {
        "scene": lambda: turn(scene=Scene.DIMENSIONS),
        "page of the scene": lambda: turn(grid_page=GridPage.COST),
        "size of the window": lambda: window.resize(1100, 700),
        "room of the views": lambda: theatre.press(Key.Key_L, CTRL),
        "type": lambda: look().set_zoom(1.25),
        "tab": lambda: window.show_tab("initialization"),
    }.items():
        theatre.press(Key.Key_F7)
        theatre.draw(*LINE)
        theatre.press(Key.Key_Escape)
        turn(added=3)
        assert strokes(theatre), change
        do()
        theatre.until(lambda: not strokes(theatre))
        theatre.settle()


def test_mouse_and_keyboard_are_the_pens_only_while_it_is_in_hand(theatre):
    theatre.press(Key.Key_F7)
    button = theatre.tab.pages.buttons[Scene.BOX.value]
    place = button.mapTo(theatre.window, button.rect().center())
    theatre.draw((place.x(), place.y()), (place.x() + 30, place.y()))
    assert theatre.spec.scene is Scene.FUNCTION
    assert len(strokes(theatre)) == 1
    theatre.press(Key.Key_F7)
    theatre.draw((place.x(), place.y()))
    assert theatre.spec.scene is Scene.BOX
    theatre.tab.store.apply(theatre.spec.replaced(scene=Scene.FUNCTION), "")
    box = theatre.tab.pages.buttons[Scene.FUNCTION.value]
    theatre.focus(box)
    theatre.press(Key.Key_F7)
    assert theatre.overlay.hasFocus()
    theatre.press(Key.Key_S)  # other keys do what they always do
    assert theatre.spec.added == 1
    theatre.press(Key.Key_Escape)
    assert box.hasFocus()


# --- ink by itself ------------------------------------------------------------------------------


def test_a_dot_is_a_stroke_and_is_hit_where_it_is(qapp):
    parent = QObject()
    ink = Ink(parent)
    ink.begin(QPointF(10, 10), "ink", 4)
    ink.end()
    assert len(ink.strokes) == 1
    ink.erase(QPointF(30, 10), 10)
    assert len(ink.strokes) == 1
    ink.erase(QPointF(19, 10), 8)
    assert ink.is_empty
    ink.undo()
    ink.undo()
    ink.undo()
    assert ink.is_empty
    assert not ink.can_undo


def test_a_stroke_stays_within_the_rectangle_that_it_tells(qapp):
    stroke = Stroke(tuple(QPointF(*place) for place in LINE), "ink", 6)
    xs, ys = zip(*LINE, strict=True)
    inner = QRect(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))
    assert stroke.rect().contains(inner.adjusted(0, 0, 0, -8))
    assert not stroke.rect().adjusted(8, 8, -8, -8).contains(inner)


# --- the pointer --------------------------------------------------------------------------------


def test_the_pointer_follows_the_mouse_and_its_trail_fades(theatre):
    theatre.press(Key.Key_F6)
    pointer = theatre.overlay.pointer
    theatre.move((400, 300), (450, 310), (500, 320))
    assert (pointer.place.x(), pointer.place.y()) == (500, 320)
    assert theatre.overlay.isVisible()
    theatre.until(lambda: not pointer.is_moving)
    seen = theatre.looks().pixelColor(500 + look().px(3), 320)
    red = look().tokens.color("vermilion")
    assert max(abs(a - b) for a, b in zip(seen.getRgb(), red.getRgb(), strict=True)) < 16
    button = theatre.tab.pages.buttons[Scene.NEURON.value]
    place = button.mapTo(theatre.window, button.rect().center())
    theatre.move((place.x(), place.y()))
    theatre.draw((place.x(), place.y()))  # the pointer takes no click away
    assert theatre.spec.scene is Scene.NEURON
    theatre.press(Key.Key_F6)
    assert pointer.is_empty
    theatre.move((400, 300), (450, 310))
    assert not theatre.overlay.isVisible()


def test_a_resting_pointer_paints_nothing_and_a_moving_one_small_pieces(theatre):
    theatre.press(Key.Key_F6)
    theatre.move((600, 22), (620, 22))
    theatre.qtbot.wait(400)  # the views below have painted what came from their workers
    paints = Paints(theatre.overlay)
    theatre.qtbot.wait(200)
    assert paints.regions == []
    theatre.move(*((620 + 6 * k, 22) for k in range(40)))  # where nothing below follows the mouse
    theatre.until(lambda: not theatre.overlay.pointer.is_moving)
    areas = [sum(r.width() * r.height() for r in region) for region in paints.regions]
    assert len(areas) >= 5
    assert max(areas) < 0.02 * theatre.window.width() * theatre.window.height()
    # A long way is many small pieces rather than one large one.
    told: list[QRegion] = []
    pointer = theatre.overlay.pointer
    pointer.dirtied.connect(lambda region: told.append(QRegion(region)))
    theatre.move(*((300 + 20 * k, 150 + 12 * k) for k in range(30)))
    theatre.until(lambda: not pointer.is_moving)
    areas = [sum(r.width() * r.height() for r in region) for region in told]
    assert 0 < max(areas) < 0.06 * theatre.window.width() * theatre.window.height()


# --- keys ---------------------------------------------------------------------------------------


def test_a_key_is_told_with_what_it_does(theatre):
    caption = theatre.overlay.caption
    theatre.press(Key.Key_S)
    assert caption.is_empty
    theatre.press(Key.Key_F9)
    theatre.press(Key.Key_S)
    assert (caption.keys, caption.text) == ("S", "Step")
    theatre.press(Key.Key_0, CTRL)
    assert (caption.keys, caption.text) == ("Ctrl+0", "Normal size")
    theatre.press(Key.Key_Left)
    assert (caption.keys, caption.text) == ("Left", "")
    caption._timer.start(100)
    theatre.until(lambda: caption.is_empty)
    assert not theatre.overlay.isVisible()
    # What is typed is to be seen where it is typed.
    edit = theatre.tab.form_content.form.function.fields["formula"].edit
    theatre.focus(edit)
    theatre.press(Key.Key_S)
    assert edit.text().endswith("s")
    assert caption.is_empty
    theatre.press(Key.Key_0, CTRL)
    assert caption.keys == "Ctrl+0"
