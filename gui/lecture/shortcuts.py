"""Every key and gesture there is, read off the actions and views themselves: no second list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QWidget

from gui.lecture.titles import tab_groups, tab_title, title_of, window_groups
from gui.widgets.painted import Painted

if TYPE_CHECKING:
    from gui.main_window import MainWindow


@dataclass(frozen=True)
class Shortcut:
    """One line: the keys, each of which does it, what that is, and a sentence about it."""

    keys: tuple[str, ...]
    text: str
    help: str

    def fits(self, typed: str) -> bool:
        """Whether every word of a text is found in it."""
        everything = " ".join((*self.keys, self.text, self.help)).lower()
        return all(word in everything for word in typed.lower().split())


@dataclass(frozen=True)
class ShortcutGroup:
    """What belongs together, and what it is called."""

    title: str
    rows: tuple[Shortcut, ...]

    def fitting(self, typed: str) -> ShortcutGroup:
        """The group with only the lines that fit; all of them where its title does."""
        if typed and typed.lower() in self.title.lower():
            return self
        return ShortcutGroup(self.title, tuple(row for row in self.rows if row.fits(typed)))


def gather(window: MainWindow) -> list[ShortcutGroup]:
    """The keys of the tab in front, those that work everywhere, and what the mouse can do."""
    named = [*tab_groups(window), *window_groups(window)]
    groups: dict[str, list[Shortcut]] = {}
    for title, actions in named:
        groups.setdefault(title, []).extend(_rows(actions))
    tab = window.tab(window.tab_key)
    views = QCoreApplication.translate("ShortcutSheet", "{tab}: in the views").format(
        tab=tab_title(window, window.tab_key)
    )
    groups[views] = _views(tab)
    if window.lecture is not None:
        pen = window.lecture.annotation.overlay
        row = Shortcut((), pen.accessibleName(), pen.accessibleDescription())
        groups.setdefault(title_of("Annotation"), []).append(row)
    return [ShortcutGroup(title, tuple(rows)) for title, rows in groups.items() if rows]


def _rows(actions: Iterable[QAction]) -> list[Shortcut]:
    return [
        Shortcut(keys, action.text().replace("&", ""), _plain_help(action, keys))
        for action in actions if (keys := keys_of(action)) and action.isVisible()
    ]


def keys_of(action: QAction) -> tuple[str, ...]:
    """An action's shortcuts as the platform writes them."""
    native = QKeySequence.SequenceFormat.NativeText
    return tuple(sequence.toString(native) for sequence in action.shortcuts())


def _plain_help(action: QAction, keys: Sequence[str]) -> str:
    """The tooltip without the keys that it ends with."""
    return action.toolTip().removesuffix(f" ({', '.join(keys)})")


def _views(tab: QWidget) -> list[Shortcut]:
    """What can be done in the views that are to be seen, as their tooltips have it."""
    found = {}
    for view in tab.findChildren(Painted):
        is_view = view.focusPolicy() != Qt.FocusPolicy.NoFocus and view.isVisible()
        text = view.toolTip() if is_view and not isinstance(view, QAbstractButton) else ""
        if text and "<" not in text:
            found[text] = Shortcut((), view.accessibleName(), text)
    return list(found.values())
