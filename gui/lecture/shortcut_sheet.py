"""F12: all keys on one sheet, to look at, to search, or to hang beside the lectern."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractSlider,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gui.actions import ActionInfo, Actions
from gui.lecture.sheet import Sheet
from gui.lecture.shortcuts import Shortcut, ShortcutGroup, gather
from gui.theme import look
from gui.widgets.icon_button import IconButton
from gui.widgets.wrapped_label import WrappedLabel

if TYPE_CHECKING:
    from gui.main_window import MainWindow

ACTIONS = (
    ActionInfo("shortcuts", "All keys", "What every key does, here and everywhere.",
               "", ("F12",)),
)
COLUMN_PX, MOST_COLUMNS = 330, 3
#: So many lines a sentence takes, about.
SENTENCE_LINES = 3


class ShortcutSheet(Sheet):
    """Made anew from the actions whenever it is opened, so that it cannot be out of date."""

    def __init__(self, window: MainWindow) -> None:
        self.actions_ = Actions(window, "ShortcutSheet", ACTIONS)
        super().__init__(window, self.actions_["shortcuts"])
        self._window = window
        self._groups: list[ShortcutGroup] = []
        self.page = QWidget()
        title = QLabel(self.tr("All keys"))
        title.setProperty("role", "heading")
        self.edit = QLineEdit()
        self.edit.setPlaceholderText(self.tr("Search"))
        self.edit.setAccessibleName(self.tr("Search the keys"))
        self.edit.setToolTip(self.tr("Show only the lines that have these words in them."))
        self.edit.textChanged.connect(self._show)
        close = IconButton("mdi6.close", self.tr("Close"), size=18)
        close.setToolTip(self.tr("Put the sheet away, as Escape does."))
        close.clicked.connect(self.leave)
        head = QHBoxLayout()
        head.addWidget(title)
        head.addStretch(1)
        head.addWidget(self.edit)
        head.addWidget(close)
        self.nothing = QLabel(self.tr("No key does anything of that name; try fewer letters."))
        self.nothing.setProperty("role", "muted")
        self.area = QScrollArea()
        self.area.setAccessibleName(self.tr("All keys"))
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.column.addLayout(head)
        self.column.addWidget(self.nothing)
        self.column.addWidget(self.area, 1)
        look().changed.connect(self.on_look_changed)

    def fill(self) -> None:
        self._groups = gather(self._window)
        self.edit.clear()

    def place_card(self) -> None:
        pad = look().px(16)
        self.column.setContentsMargins(pad, look().px(12), pad, look().px(12))
        gap = look().px(24)
        wanted = look().px(COLUMN_PX) * MOST_COLUMNS + (MOST_COLUMNS + 2) * gap
        self.column.setSpacing(look().px(10))
        self.edit.setFixedWidth(look().px(180))
        width, highest = min(wanted, self.width() - 2 * gap), self.height() - 2 * gap
        self.center_card(width, highest, gap)
        self._show()
        # As high as all of it, so that nothing jumps while one searches.
        head = self.edit.sizeHint().height() + 3 * look().px(12)
        page = self.page.sizeHint().height() + look().px(8)
        self.center_card(width, min(highest, head + page), gap)

    def first_focus(self) -> QWidget:
        return self.edit

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """While one types, the sheet scrolls by keys."""
        actions = QAbstractSlider.SliderAction
        moves = {
            Qt.Key.Key_Down: actions.SliderSingleStepAdd,
            Qt.Key.Key_Up: actions.SliderSingleStepSub,
            Qt.Key.Key_PageDown: actions.SliderPageStepAdd,
            Qt.Key.Key_PageUp: actions.SliderPageStepSub,
        }
        move = moves.get(Qt.Key(event.key()))
        if move is not None:
            self.area.verticalScrollBar().triggerAction(move)
        super().keyPressEvent(event)

    def on_look_changed(self) -> None:
        """Other type, other columns."""
        if self.isVisible():
            self.place_card()

    # --- lines ----------------------------------------------------------------------------------

    def _show(self) -> None:
        fitting = [group.fitting(self.edit.text().strip()) for group in self._groups]
        groups = [group for group in fitting if group.rows]
        self.nothing.setVisible(not groups)
        room = self.card.width() - 2 * look().px(16)
        count = min(max(1, room // look().px(COLUMN_PX)), MOST_COLUMNS)
        self.page = page = QWidget()
        row = QHBoxLayout(page)
        row.setContentsMargins(0, 0, look().px(8), 0)
        row.setSpacing(look().px(28))
        for column in _balanced(groups, count):
            lines = QVBoxLayout()
            lines.setSpacing(look().px(14))
            for group in column:
                lines.addWidget(_GroupView(group))
            lines.addStretch(1)
            row.addLayout(lines, 1)
        self.area.setWidget(page)
        self.area.viewport().setAutoFillBackground(False)
        page.setAutoFillBackground(False)


class _GroupView(QWidget):
    """A group's name over its lines."""

    def __init__(self, group: ShortcutGroup) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(look().px(10))
        grid.setVerticalSpacing(look().px(5))
        grid.setColumnStretch(1, 1)
        title = QLabel(group.title.upper())
        title.setProperty("role", "section")
        grid.addWidget(title, 0, 0, 1, 2)
        for number, shortcut in enumerate(group.rows, 1):
            text = WrappedLabel(shortcut.text if shortcut.keys else shortcut.help)
            text.setToolTip(shortcut.help)
            text.setAccessibleName(f"{', '.join(shortcut.keys)} {shortcut.text}".strip())
            if shortcut.keys:
                grid.addWidget(_keys(shortcut), number, 0, Qt.AlignmentFlag.AlignTop)
                grid.addWidget(text, number, 1)
            else:
                grid.addWidget(text, number, 0, 1, 2)


def _keys(shortcut: Shortcut) -> QWidget:
    caps = QWidget()
    row = QHBoxLayout(caps)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(look().px(4))
    for key in shortcut.keys:
        cap = QLabel(key)
        cap.setProperty("role", "key")
        row.addWidget(cap)
    row.addStretch(1)
    return caps


def _balanced(groups: Sequence[ShortcutGroup], count: int) -> list[list[ShortcutGroup]]:
    """The groups in columns of about the same length: each whole, the long ones placed first."""
    columns: list[list[int]] = [[] for _ in range(count)]
    lengths = [0] * count
    lines = [2 + sum(1 if row.keys else SENTENCE_LINES for row in g.rows) for g in groups]
    for number in sorted(range(len(groups)), key=lambda n: -lines[n]):
        shortest = lengths.index(min(lengths))
        columns[shortest].append(number)
        lengths[shortest] += lines[number]
    # What comes first is read first: the tab in front.
    ordered = sorted((sorted(column) for column in columns), key=lambda c: c or [len(groups)])
    return [[groups[number] for number in column] for column in ordered]
