"""What comes and goes over the window or beside it: lists, sheets, cards, the speaker's window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from PySide6.QtWidgets import QWidget
from rounds import LESSON, LESSON_KEY, Look, Round
from walking import complaints

from gui.panels import FORM, NOTES

TAB_KEYS = ("expressivity", "initialization", "training", "backprop")

Guest = Callable[[Round], Any]


@contextmanager
def palette(round_: Round, typed: str) -> Iterator[QWidget]:
    sheet = round_.lecture.palette
    sheet.bring()
    sheet.edit.setText(typed)
    yield round_.window
    sheet.leave()


@contextmanager
def sheet(round_: Round, name: str) -> Iterator[QWidget]:
    found = {
        "keys": round_.lecture.shortcut_sheet, "settings": round_.lecture.presentation.controls,
    }[name]
    found.bring()
    yield round_.window
    found.leave()


@contextmanager
def panel_page(round_: Round, name: str) -> Iterator[QWidget]:
    panel = round_.lecture.panel
    was_open = panel.isVisible()
    panel.action.setChecked(True)
    round_.until(lambda: round_.lecture.lecturer.library is not None)
    panel.show_page(name)
    yield round_.window
    panel.show_page("step" if round_.lecture.lecturer.lesson is not None else "contents")
    panel.action.setChecked(was_open)


@contextmanager
def notes(round_: Round) -> Iterator[QWidget]:
    lecturer, window = round_.lecture.lecturer, round_.lecture.notes_window
    if lecturer.lesson is None:
        round_.until(lambda: lecturer.library is not None)
        lecturer.open(LESSON_KEY)
        round_.until(lambda: lecturer.lesson is not None)
        if round_.look is None or round_.look.mode != LESSON:
            round_.lecture.panel.action.setChecked(False)
    window.set_open(True)
    yield window
    window.set_open(False)


@contextmanager
def asked(round_: Round) -> Iterator[QWidget]:
    asking, tab = round_.lecture.asking, round_.window.tab(round_.window.tab_key)
    asking.begin()
    asking.ask_about(tab.pages)
    assert asking.card.isVisible()
    yield round_.window
    asking.end()


@contextmanager
def predicting(round_: Round, tab_key: str) -> Iterator[QWidget]:
    round_.window.show_tab(tab_key)
    predictor = round_.lecture.predictor
    predictor.action.setChecked(True)
    round_.until(lambda: predictor.current is not None)
    yield round_.window
    predictor.action.setChecked(False)


@contextmanager
def side_panel(round_: Round, tab_key: str, name: str) -> Iterator[QWidget]:
    """The form or the notes of a tab, also where they are put away by default."""
    tab = round_.window.show_tab(tab_key)
    panel = {FORM: tab.form_panel, NOTES: tab.notes_panel}[name]
    was_open = panel.isVisible()
    if not was_open:
        tab.actions_[name].trigger()
    round_.until(panel.isVisible)
    yield round_.window
    if not was_open:
        tab.actions_[name].trigger()


GUESTS: dict[str, Guest] = {
    "palette": lambda round_: palette(round_, ""),
    "palette, many": lambda round_: palette(round_, "var"),
    "palette, none": lambda round_: palette(round_, "qqqqqq"),
    "keys": lambda round_: sheet(round_, "keys"),
    "settings in sight": lambda round_: sheet(round_, "settings"),
    "contents": lambda round_: panel_page(round_, "contents"),
    "goals": lambda round_: panel_page(round_, "goals"),
    "speaker notes": notes,
    "asked": asked,
} | {
    f"predicting {key}": lambda round_, key=key: predicting(round_, key) for key in TAB_KEYS
} | {
    f"{name} of {key}": lambda round_, key=key, name=name: side_panel(round_, key, name)
    for name in (FORM, NOTES) for key in TAB_KEYS
}


def receive(round_: Round, name: str, wanted: Look) -> list[str]:
    """What has too little room while a guest is there."""
    round_.take(wanted)
    with GUESTS[name](round_) as window:
        round_.rest()
        return [f"{name}, {round_.language}, {wanted}: {line}" for line in complaints(window)]
