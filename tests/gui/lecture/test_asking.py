"""Ask anything: F1 and a click say what a thing is, and nothing else happens."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from engine import words
from gui import language
from gui.lecture.asking.card import beside
from gui.lecture.asking.parts import nearest_on
from gui.theme import look

Key = Qt.Key
LEFT = Qt.MouseButton.LeftButton


class Asker:
    """A window in which one asks, by mouse and keyboard."""

    def __init__(self, theatre) -> None:
        self.theatre, self.window = theatre, theatre.window
        self.asking = theatre.lecture.asking
        self.cover, self.card = self.asking.cover, self.asking.card

    def press(self, key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifier)

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        """A click where a widget is to be seen, for whatever lies on top there."""
        inside = at if at is not None else widget.rect().center()
        point = widget.mapTo(self.window, inside)
        QTest.mouseClick(self.window.childAt(point), LEFT, pos=self.cover.mapFrom(
            self.window, point))

    def hover(self, widget: QWidget) -> None:
        point = QPointF(widget.mapTo(self.window, widget.rect().center()))
        QApplication.sendEvent(self.cover, QMouseEvent(
            QEvent.Type.MouseMove, point, self.window.mapToGlobal(point),
            Qt.MouseButton.NoButton, Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier))

    def ask(self, widget: QWidget, at: QPoint | None = None) -> dict[str, str]:
        """What the card says of it."""
        self.click(widget, at)
        return self.said

    @property
    def said(self) -> dict[str, str]:
        card = self.card
        assert card.isVisible()
        return {
            "title": card.title.text(), "value": card.value.text(), "text": card.text.text(),
            "part": card.part.text(), "tex": card.formula.tex,
        }

    def field(self, name: str, form: str = "function"):
        field = getattr(self.theatre.tab.forms, form).fields[name]
        self.theatre.tab.form_panel.ensureWidgetVisible(field)
        QApplication.processEvents()
        return field


@pytest.fixture
def asker(theatre) -> Asker:
    made = Asker(theatre)
    made.press(Key.Key_F1)
    assert made.asking.is_on
    return made


def test_f1_begins_and_escape_ends_as_does_the_button(asker):
    assert asker.cover.isVisible()
    assert asker.cover.cursor().shape() is Qt.CursorShape.WhatsThisCursor
    field = asker.field("pieces")
    asker.hover(field.label)
    assert asker.cover.outlined == QRect(field.mapTo(asker.window, QPoint(0, 0)), field.size())
    asker.press(Key.Key_Escape)
    assert not asker.asking.is_on
    assert not asker.cover.isVisible()
    assert asker.cover.outlined is None
    assert not asker.asking.actions_["ask"].isChecked()
    asker.press(Key.Key_F1)
    asker.press(Key.Key_F1)
    assert not asker.asking.is_on
    assert asker.asking.button.accessibleName() == "What is this?"
    QTest.mouseClick(asker.asking.button, LEFT)
    assert asker.asking.is_on
    asker.ask(asker.asking.button)
    assert asker.said["title"] == "Ask"


def test_a_field_says_what_it_is_now_and_nothing_else_happens(asker):
    said = asker.ask(asker.field("pieces").label)
    assert said["title"] == "Pieces n"
    assert said["value"] == "Now: 14"
    assert "δ = 2B/n" in said["text"]
    assert said["tex"] == r"\delta = \frac{2B}{n}"
    assert said["part"] == "Homework 1b"
    store = asker.theatre.tab.store
    store.apply(store.spec.with_function(store.spec.function.replaced(pieces=21)), "")
    assert asker.ask(asker.field("pieces").slider)["value"] == "Now: 21"
    assert asker.ask(asker.field("heights").box)["value"].startswith("Now: midpoint")
    theatre, before = asker.theatre, asker.theatre.spec
    tab, changes = theatre.tab, theatre.window.undo_stack.count()
    for target in (
        tab.transport.buttons["large_step"], tab.transport.buttons["play"], tab.forms.draw,
        tab.pages.buttons["box"], asker.field("pieces").slider, asker.field("edges").box,
        theatre.window.header_buttons[0], tab.function.plot, tab.function.errors,
        theatre.window.tab_bar,
    ):
        asker.ask(target)
    QApplication.processEvents()
    assert theatre.spec == before
    assert theatre.window.undo_stack.count() == changes
    assert not tab.forms.draw.isChecked()
    assert theatre.window.tab_key == "expressivity"
    assert QApplication.activePopupWidget() is None


def test_keys_ask_walk_and_end_and_do_nothing_else(asker):
    theatre, before = asker.theatre, asker.theatre.spec
    box = asker.field("edges").box
    box.setFocus(Qt.FocusReason.TabFocusReason)
    for key in (Key.Key_Down, Key.Key_S, Key.Key_D, Key.Key_F2):
        asker.press(key)
    asker.press(Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert theatre.spec == before
    asker.press(Key.Key_Return)
    assert asker.said["title"] == "Edges"
    asker.press(Key.Key_Tab)
    assert not box.hasFocus()
    asker.press(Key.Key_Space)
    assert asker.said["title"] != "Edges"
    assert theatre.spec == before
    asker.press(Key.Key_Escape)
    assert not asker.asking.is_on
    asker.press(Key.Key_F2)
    assert not theatre.tab.form_panel.isVisible()


def test_curves_numbers_and_what_is_switched_off(asker):
    tab = asker.theatre.tab
    said = asker.ask(tab.forms.smooth)
    assert (said["title"], said["value"]) == ("Smooth", "Now: not possible")
    plot, x = tab.function.plot, 1.0
    y = float(plot.contents.curves["f"].at(x))
    said = asker.ask(plot, pixel(plot, x, y))
    assert said["title"] in ("The target f", "The network")
    assert abs(float(said["value"].split()[1].replace("−", "-")) - y) < 0.3

    tab.store.apply(tab.store.spec.replaced(scene="box"), "")
    QApplication.processEvents()
    plot = next(scene for scene in tab.scenes.values() if scene.isVisible()).plot
    assert asker.ask(plot, pixel(plot, -2, 0.0))["title"] == "The sum"
    assert asker.ask(plot, pixel(plot, 2, 1.0))["title"] == "What one neuron adds"
    assert asker.ask(plot, pixel(plot, 0.5, 1.0))["title"] == "The height"
    left = asker.ask(plot, pixel(plot, 0, -0.9 * 1.35))
    assert (left["title"], left["value"]) == ("An edge of the box", "Now: a = 0")
    assert asker.ask(plot, pixel(plot, -2.5, -0.7))["title"] == "The box and its two steps"

    asker.theatre.window.resize(1800, 900)
    QApplication.processEvents()
    name, value = tab.notes.rows[3]
    for label in (name, value):
        said = asker.ask(label)
        assert said["title"] == "hidden neurons"
        assert said["value"] == "Now: 2"


def pixel(plot, x: float, y: float) -> QPoint:
    """A point of a plot in its own pixels."""
    return QPoint(round(float(plot.frame.px(x))), round(float(plot.frame.py(y))))


def test_the_card_lies_in_the_window_beside_what_it_is_about(theatre):
    asker = Asker(theatre)
    for theme, zoom in (("light", 1.0), ("dark", 1.5), ("projector", 1.0)):
        look().set_zoom(zoom)
        look().set_theme(theme)
        QApplication.processEvents()
        asker.asking.begin()
        for target in (theatre.tab.transport.buttons["play"], theatre.window.tab_bar,
                       theatre.tab.pages.buttons["box"], theatre.window.header_buttons[-1]):
            asker.ask(target)
            card = QRect(asker.card.geometry())
            assert asker.window.rect().contains(card)
            about = asker.asking.asked.widget
            assert not card.intersects(
                QRect(about.mapTo(asker.window, QPoint(0, 0)), about.size())
            )
            for label in (asker.card.title, asker.card.text):
                assert label.heightForWidth(label.width()) <= label.height()
        asker.asking.end()


def test_more_opens_the_step_that_treats_it(asker, monkeypatch):
    lecturer = asker.theatre.lecture.lecturer
    with monkeypatch.context() as context:
        context.setattr(type(lecturer), "library", property(lambda _: None))
        asker.ask(asker.field("pieces"))
        assert asker.card.buttons == []
    asker.theatre.until(lambda: lecturer.library is not None)
    asker.ask(asker.field("pieces"))
    (button,) = asker.card.buttons
    assert button.text() == "More: More pieces"
    QTest.mouseClick(button, LEFT)
    assert not asker.asking.is_on
    asker.theatre.until(lambda: lecturer.lesson is not None)
    assert lecturer.lesson.key == "1b"
    assert lecturer.step.title == "More pieces"

    asker.press(Key.Key_F1)
    asker.ask(asker.field("pieces"))
    asker.cover.asked.emit(QPoint(-50, -50))
    assert not asker.card.isVisible()
    asker.ask(asker.field("pieces"))
    asker.window.resize(1100, 700)
    QApplication.processEvents()
    assert not asker.card.isVisible()
    assert asker.cover.size() == asker.window.size()
    asker.ask(asker.field("pieces"))
    asker.window.show_tab("initialization")
    assert not asker.card.isVisible()
    assert asker.asking.is_on


@pytest.fixture
def foreign() -> None:
    """A language in which the window calls things by other names."""
    words.use("xx", words.Catalogue({"Pieces n": "Stücke n"}))
    language.install()
    yield
    words.use(words.SOURCE, words.ENGLISH)
    language.install()


def test_things_are_known_in_every_language(foreign, open_theatre):
    asker = Asker(open_theatre())
    asker.asking.begin()
    said = asker.ask(asker.field("pieces"))
    assert said["title"] == "Stücke n"
    assert said["tex"] == r"\delta = \frac{2B}{n}"


def test_beside_finds_a_place_that_covers_nothing():
    room, size = QRect(0, 0, 1000, 600), QSize(300, 200)
    for about in (QRect(10, 10, 200, 40), QRect(790, 500, 200, 60), QRect(300, 100, 400, 40)):
        rect = QRect(beside(about, size, room, 10), size)
        assert room.contains(rect)
        assert not rect.intersects(about)
    large = QRect(50, 50, 900, 500)
    assert room.contains(QRect(beside(large, size, room, 10), size))
    under = QRect(beside(QRect(400, 10, 50, 20), size, room, 10, below=True), size)
    assert under.top() == 39


def test_the_distance_to_a_curve_is_that_to_its_segments():
    import numpy as np

    px, py = np.array([0.0, 100.0, np.nan, 200.0]), np.array([0.0, 0.0, 50.0, 80.0])
    hit = nearest_on(px, py, QPointF(50, 7))
    assert (round(hit.distance, 9), hit.index) == (7.0, 0)
    assert round(nearest_on(px, py, QPointF(200, 90)).distance, 9) == 10.0
    # Nothing is drawn across a gap.
    assert nearest_on(px, py, QPointF(150, 40)).distance > 60
    assert nearest_on(px * np.nan, py, QPointF(0, 0)) is None
