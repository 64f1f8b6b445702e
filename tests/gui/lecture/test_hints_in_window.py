"""Hints in the window: one at a time, in a place of its own, answered with a click."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.lessons.hints import find_hint
from gui.lecture.hints import hints as hints_module
from gui.lecture.hints.hints import SILENCED
from gui.settings import Settings
from gui.theme import look

LEFT = Qt.MouseButton.LeftButton


class Watcher:
    """A window with a spec that is worth a hint."""

    def __init__(self, theatre) -> None:
        self.theatre, self.window = theatre, theatre.window
        self.hints = theatre.lecture.hints
        self.line, self.card = self.hints.line, theatre.lecture.asking.card

    def change(self, **changes: object) -> None:
        store = self.theatre.tab.store
        store.apply(store.spec.with_function(store.spec.function.replaced(**changes)), "Change")

    def look(self) -> str:
        """Look as the clock would have it, and wait until that is done."""
        self.hints.look_again()
        self.theatre.until(lambda: not self.hints.is_busy)
        QApplication.processEvents()
        return self.line.text

    def click(self, widget) -> None:
        assert widget.isVisible()
        QTest.mouseClick(widget, LEFT)
        QApplication.processEvents()


@pytest.fixture
def watcher(open_theatre, monkeypatch) -> Watcher:
    # The clock is the test's own.
    monkeypatch.setattr(hints_module, "LOOK_EVERY_MS", 10_000_000)
    Settings().set_texts(SILENCED, [])
    return Watcher(open_theatre(size=(1920, 900)))


def test_a_hint_comes_and_goes_with_what_it_is_about_and_moves_nothing(watcher):
    assert watcher.look() == ""
    before = [QRect(w.geometry()) for w in (watcher.window.tab_bar, watcher.window.pages,
                                            *watcher.window.header_buttons)]
    watcher.change(edges="naive")
    assert watcher.look() == "28 neurons are in use, and 15 give the very same function."
    for widget in (watcher.line.sentence, watcher.line.why, watcher.line.show_button):
        assert widget.isVisible()
    after = [QRect(w.geometry()) for w in (watcher.window.tab_bar, watcher.window.pages,
                                           *watcher.window.header_buttons)]
    assert after == before
    # Its room is in the header, above all views.
    bottom = watcher.line.mapTo(watcher.window, QPoint(0, watcher.line.height())).y()
    top = watcher.theatre.tab.mapTo(watcher.window, QPoint(0, 0)).y()
    assert bottom <= top
    watcher.change(edges="shared")
    assert watcher.look() == ""
    assert not watcher.line.bulb.isVisible()


def test_show_me_is_one_change_that_undo_takes_back(watcher):
    watcher.change(edges="naive")
    watcher.look()
    count = watcher.window.undo_stack.count()
    watcher.click(watcher.line.show_button)
    assert watcher.theatre.spec.function.edges.value == "shared"
    assert watcher.window.undo_stack.count() == count + 1
    assert watcher.window.undo_stack.undoText() == "Shared edges"
    assert watcher.look() == ""
    watcher.window.undo_stack.undo()
    assert watcher.theatre.spec.function.edges.value == "naive"
    # It had ceased to hold in between, so it may be said again.
    assert watcher.look() != ""


def test_an_answered_hint_is_not_said_again_while_it_goes_on(watcher):
    watcher.change(target="preset", preset="jump")
    assert watcher.look().startswith("f jumps")
    watcher.click(watcher.line.show_button)
    assert watcher.theatre.spec.function.pieces == 56
    assert watcher.look() == ""
    watcher.change(pieces=20)
    assert watcher.look() == ""
    watcher.change(target="preset", preset="sine")
    watcher.look()
    watcher.change(target="preset", preset="jump")
    assert watcher.look().startswith("f jumps")


def test_why_says_it_in_full_with_its_formula(watcher):
    watcher.change(edges="naive")
    sentence = watcher.look()
    watcher.theatre.until(lambda: watcher.theatre.lecture.lecturer.library is not None)
    watcher.click(watcher.line.why)
    card = watcher.card
    assert card.isVisible()
    assert card.value.text() == sentence
    assert "box" in card.text.text()
    assert r"\sum_k" in card.formula.tex
    names = [button.text() for button in card.buttons]
    assert names == ["Shared edges", "More: What does it cost?", "Silence"]
    for button in card.buttons:
        assert button.width() >= button.sizeHint().width(), button.text()
        assert card.rect().contains(button.geometry())
    assert card.geometry().top() >= watcher.line.mapTo(watcher.window, QPoint(0, 0)).y()
    watcher.click(card.buttons[0])
    assert not card.isVisible()
    assert watcher.theatre.spec.function.edges.value == "shared"


def test_one_click_silences_and_the_menu_brings_back(watcher, open_theatre):
    watcher.change(edges="naive")
    watcher.look()
    back = watcher.hints.actions_["hints_back"]
    assert not back.isEnabled()
    watcher.click(watcher.line.silence)
    assert watcher.line.text == ""
    assert watcher.look() == ""
    assert Settings().texts(SILENCED) == ["expressivity/naive"]
    again = Watcher(open_theatre(size=(1920, 900)))
    again.change(edges="naive")
    assert again.look() == ""
    assert again.hints.actions_["hints_back"] in again.theatre.lecture.tools_menu.menu.actions()
    again.hints.actions_["hints_back"].trigger()
    assert again.look() != ""
    assert Settings().texts(SILENCED) == []


def test_never_while_somebody_predicts(watcher):
    watcher.change(edges="naive")
    assert watcher.look() != ""
    predictor = watcher.theatre.lecture.predictor
    predictor.action.trigger()
    assert predictor.is_open
    watcher.hints.look_again()
    assert watcher.line.text == ""
    predictor.action.trigger()
    assert watcher.look() != ""


def test_nothing_is_looked_at_where_nothing_has_changed(watcher, monkeypatch):
    looked: list[object] = []

    def count(facts, silenced):
        looked.append(facts.spec)
        return find_hint(facts, silenced)

    monkeypatch.setattr(hints_module, "find_hint", count)
    watcher.change(edges="naive")
    for _ in range(3):
        watcher.look()
    assert len(looked) == 1
    watcher.change(pieces=9)
    watcher.look()
    watcher.look()
    assert len(looked) == 2


def test_another_tab_has_its_own(watcher):
    watcher.change(edges="naive")
    watcher.look()
    watcher.window.show_tab("initialization")
    assert watcher.line.text == ""
    tab = watcher.theatre.tab
    probe = tab.store.spec.probe.replaced(
        widths="32x6", schemes=["1/n_in"], seeds=1, batch_size=16
    )
    tab.store.apply(tab.store.spec.with_probe(probe), "")
    watcher.theatre.until(lambda: tab.results() is not None and not tab.measuring.is_busy)
    assert watcher.look().startswith("1/n_in: the signal vanishes")


@pytest.mark.parametrize(
    ("theme", "width", "shown"), [("light", 1280, "sentence"), ("projector", 1280, "bulb")]
)
def test_where_room_is_short_the_bulb_remains(watcher, theme, width, shown):
    watcher.window.resize(width, 720)
    look().set_theme(theme)
    QApplication.processEvents()
    watcher.change(edges="naive")
    sentence = watcher.look()
    line = watcher.line
    assert line.bulb.isVisible()
    assert line.sentence.isVisible() is (shown == "sentence")
    assert not line.silence.isVisible()
    assert line.bulb.toolTip() == sentence
    tabs = watcher.window.tab_bar
    assert tabs.width() >= tabs.sizeHint().width()
    watcher.click(line.bulb)
    assert watcher.card.value.text() == sentence
    assert watcher.window.rect().contains(watcher.card.geometry())


@pytest.mark.parametrize("width", [1280, 1920])
def test_a_window_that_opens_with_large_type_shows_the_names_of_all_tabs(open_theatre, width):
    look().set_theme("projector")
    window = open_theatre(size=(width, round(width * 9 / 16))).window
    QApplication.processEvents()
    assert window.tab_bar.width() >= window.tab_bar.sizeHint().width()
    # What is added takes its room at once, not when the layout gets round to showing it.
    assert window.add_header_button(QAction(window)).isVisible()
