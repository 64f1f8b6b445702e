"""Ctrl+K: a few letters of anything there is to do, and Enter does it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from engine.starts import starts
from gui.actions import ActionInfo, Actions
from gui.latest import Latest
from gui.lecture.palette_entries import Entry, gather
from gui.lecture.palette_list import Found, FoundList
from gui.lecture.palette_matching import match
from gui.lecture.sheet import Sheet
from gui.theme import look
from gui.widgets.wrapped_label import WrappedLabel

if TYPE_CHECKING:
    from gui.main_window import MainWindow

ACTIONS = (
    ActionInfo("palette", "Command palette", "Find any action, preset, lesson or setting by a few "
               "letters.", "", ("Ctrl+K",)),
)
WIDTH_PX, TOP_SHARE, HEIGHT_SHARE = 680, 0.1, 0.72
#: So many commands are remembered, and what was used last counts like this many points.
MOST_RECENT, RECENT_BONUS = 30, 14.0
RECENT = "recent_commands"
#: What "?" means, whatever else has a question mark in it.
HELP, HELP_KEY = "?", "ShortcutSheet.shortcuts"


class Palette(Sheet):
    """The keyboard is enough: type, ↑ ↓ choose, Enter does it, Escape leaves all as it was."""

    def __init__(self, window: MainWindow) -> None:
        self.actions_ = Actions(window, "Palette", ACTIONS)
        super().__init__(window, self.actions_["palette"])
        self._window = window
        self._entries: list[Entry] = []
        # Else the presets of tabs that were not opened would be imported while one waits.
        self._warming = Latest(0, self)
        self._warming.ask(lambda: (starts(key) for key in window.tab_keys))
        self.edit = QLineEdit()
        self.edit.setPlaceholderText(self.tr("What do you want to do?"))
        self.edit.setAccessibleName(self.tr("Command"))
        self.edit.setAccessibleDescription(
            self.tr("Type a few letters; arrow keys choose, Enter does it, Escape leaves.")
        )
        self.edit.setClearButtonEnabled(False)
        self.edit.textChanged.connect(self._on_typed)
        self.edit.installEventFilter(self)
        self.list = FoundList()
        self.list.clicked.connect(self._on_clicked)
        self.nothing = WrappedLabel(role="muted")
        self.hint = QLabel(self.tr("↑ ↓ choose   Enter does it   Esc leaves   ? all keys"))
        self.hint.setProperty("role", "small")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.column.addWidget(self.edit)
        for one_of in (self.nothing, self.list):
            self.column.addWidget(one_of, 1)
        self.column.addWidget(self.hint)

    def stop(self) -> None:
        """The window closes."""
        self._warming.stop()

    # --- coming ---------------------------------------------------------------------------------

    def fill(self) -> None:
        self._entries = gather(self._window)
        self.edit.clear()
        self._on_typed("")

    def place_card(self) -> None:
        pad = look().px(12)
        self.column.setContentsMargins(pad, pad, pad, look().px(6))
        self.column.setSpacing(look().px(6))
        width = min(look().px(WIDTH_PX), self.width() - 2 * pad)
        top = round(TOP_SHARE * self.height())
        self.center_card(width, round(HEIGHT_SHARE * self.height()), top)

    def first_focus(self) -> QWidget:
        return self.edit

    # --- choosing -------------------------------------------------------------------------------

    def _on_typed(self, typed: str) -> None:
        recent = {
            key: RECENT_BONUS * (1 - place / MOST_RECENT)
            for place, key in enumerate(self._window.settings.texts(RECENT))
        }
        ranked: list[tuple[float, Found]] = []
        for entry in self._entries:
            if typed.strip() == HELP and entry.key == HELP_KEY:
                ranked.append((math.inf, Found(entry)))
                continue
            found = match(typed, entry.title, f"{entry.place} {entry.also}")
            if found is not None:
                score = (found.score if typed else 0.0) + recent.get(entry.key, 0.0)
                ranked.append((score, Found(entry, found.places)))
        # Of those that fit alike, the one that is nearest stays in front.
        ranked.sort(key=lambda pair: -pair[0])
        self.list.show_found([found for _, found in ranked])
        self.nothing.setVisible(not ranked)
        self.list.setVisible(bool(ranked))
        self.nothing.setText(
            self.tr("Nothing here is called “{typed}”; try fewer letters.").format(typed=typed)
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """While one types, the list moves by keys."""
        is_press = event.type() == QEvent.Type.KeyPress
        if watched is self.edit and is_press and isinstance(event, QKeyEvent):
            return self._on_key(event)
        return super().eventFilter(watched, event)

    def _on_key(self, event: QKeyEvent) -> bool:
        key, rows = Qt.Key(event.key()), self.list.page_rows
        moves = {
            Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: rows,
            Qt.Key.Key_PageUp: -rows,
        }
        if self.ends(event):
            self.leave()
        elif key in moves:
            self.list.move_by(moves[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.do_chosen()
        else:
            return False
        return True

    def _on_clicked(self, index: QModelIndex) -> None:
        self.list.choose(index.row())
        self.do_chosen()

    def do_chosen(self) -> None:
        """Do what is chosen, and remember that it was; without anything chosen, nothing."""
        entry = self.list.chosen
        if entry is None:
            return
        settings = self._window.settings
        others = [key for key in settings.texts(RECENT) if key != entry.key]
        settings.set_texts(RECENT, [entry.key, *others][:MOST_RECENT])
        self.leave()
        entry.run()
