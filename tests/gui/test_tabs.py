"""The tabs of the window: made when they are opened, each with an undo of its own."""

from __future__ import annotations

from gui.main_window import FIRST_TAB
from gui.tabs import TABS


def test_only_the_first_tab_is_made_before_it_is_asked_for(lab):
    assert [type(tab).__name__ for tab in lab.window.tabs] == ["TrainingTab"]
    assert FIRST_TAB in [info.key for info in TABS]


def test_tabs_are_in_the_order_of_the_homework():
    assert [info.part for info in TABS] == sorted(info.part for info in TABS)
