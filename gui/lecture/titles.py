"""What the groups of actions are called, for whoever lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from gui.actions import Actions

if TYPE_CHECKING:
    from gui.main_window import MainWindow


def window_groups(window: MainWindow) -> list[tuple[str, Actions]]:
    """The actions that work everywhere, group by group, in the order in which they were made."""
    found = [a for a in window.findChildren(Actions) if a.parent() is window]
    return [(title_of(actions.context), actions) for actions in found]


def tab_groups(window: MainWindow) -> list[tuple[str, Actions]]:
    """The actions of the tab in front."""
    tab = window.tab(window.tab_key)
    title = tab_title(window, window.tab_key)
    return [(title, actions) for actions in tab.findChildren(Actions)]


def tab_title(window: MainWindow, key: str) -> str:
    """A tab's name without its number."""
    return window.tab_bar.tabText(window.tab_keys.index(key)).partition(" · ")[2]


def title_of(context: str) -> str:
    """A group's name; what has none of its own belongs to the lecture."""
    translate = QCoreApplication.translate
    return {
        "MainWindow": translate("Titles", "Everywhere"),
        "Palette": translate("Titles", "Everywhere"),
        "ShortcutSheet": translate("Titles", "Everywhere"),
        "Presentation": translate("Titles", "On stage"),
        "Annotation": translate("Titles", "On stage"),
        "Lecturer": translate("Titles", "Lesson"),
        "LessonPanel": translate("Titles", "Lesson"),
    }.get(context, translate("Titles", "Lecture"))
