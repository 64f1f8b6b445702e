"""The card that says what a thing is: its name, its value now, its formula, where it belongs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gui.theme import look
from gui.widgets.chip import chip
from gui.widgets.icon_button import IconButton
from gui.widgets.math_label import MathLabel
from gui.widgets.wrapped_label import WrappedLabel

WIDTH_PX, GAP_PX = 380, 12


@dataclass(frozen=True)
class Choice:
    """A button at the foot of the card, and what it does."""

    text: str
    tip: str
    act: Callable[[], object]


@dataclass(frozen=True)
class Sheet:
    """What stands on the card; empty texts leave their line out."""

    title: str
    value: str = ""
    text: str = ""
    tex: str = ""
    part: str = ""
    choices: tuple[Choice, ...] = ()


class AskCard(QFrame):
    """Lies over the window beside what it is about, and takes no more room than it needs."""

    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self.setObjectName("card")
        self.setProperty("role", "asked")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.title, self.value = WrappedLabel(role="heading"), WrappedLabel(role="now")
        self.text, self.part = WrappedLabel(), WrappedLabel(role="muted")
        for label in self._labels:
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.formula = MathLabel(size=18)
        self.buttons: list[QPushButton] = []
        self.close_button = IconButton("mdi6.close", self.tr("Close this card"), size=16)
        self.close_button.clicked.connect(self.closed)
        self._head, self._foot = QHBoxLayout(), QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._head.addWidget(self.title, 1)
        self._head.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._head)
        for widget in (self.value, self.text, self.formula, self.part):
            self._column.addWidget(widget)
        self._column.addLayout(self._foot)
        look().changed.connect(self.on_look_changed)
        self.on_look_changed()
        self.hide()

    @property
    def _labels(self) -> tuple[WrappedLabel, ...]:
        return self.title, self.value, self.text, self.part

    def on_look_changed(self) -> None:
        """Take distances from the new look."""
        pad = look().px(16)
        self._column.setContentsMargins(pad, look().px(12), pad, look().px(12))
        self._column.setSpacing(look().px(8))

    def show_sheet(self, sheet: Sheet, about: QRect, *, below: bool = False) -> None:
        """Say it, beside `about`, a rectangle of the parent's, or `below` it."""
        said = (sheet.title, sheet.value, sheet.text, sheet.part)
        for label, text in zip(self._labels, said, strict=True):
            label.setText(text)
            label.setVisible(bool(text))
        self._show_choices(sheet.choices)
        self.formula.set_formula(sheet.tex)
        self.formula.setVisible(bool(sheet.tex))
        self.setAccessibleName(sheet.title)
        described = (sheet.value, sheet.text, self.formula.accessibleName(), sheet.part)
        self.setAccessibleDescription(" ".join(filter(None, described)))
        self._place(about, below=below)
        self.show()
        self.raise_()

    def _show_choices(self, choices: tuple[Choice, ...]) -> None:
        for button in self.buttons:
            button.hide()
            button.deleteLater()
        self.buttons = []
        for choice in choices:
            button = chip(choice.text, choice.tip)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAccessibleName(choice.text)
            button.clicked.connect(choice.act)
            self._foot.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
            self.buttons.append(button)

    def _place(self, about: QRect, *, below: bool) -> None:
        room = self._window.rect().adjusted(8, 8, -8, -8)
        width = min(look().px(WIDTH_PX), room.width())
        inner = width - 2 * look().px(16)
        self.formula.setMaximumWidth(inner)
        self._lay_choices(inner)
        for layout in (self._head, self._foot, self._column):  # none passes it on to those within
            layout.invalidate()
        size = QSize(width, min(self._column.totalHeightForWidth(width), room.height()))
        self.setGeometry(QRect(beside(about, size, room, look().px(GAP_PX), below=below), size))

    def _lay_choices(self, room: int) -> None:
        """Side by side where that fits, else one below the other."""
        needed = sum(b.sizeHint().width() + self._foot.spacing() for b in self.buttons)
        fits = needed - self._foot.spacing() <= room
        way = QBoxLayout.Direction
        self._foot.setDirection(way.LeftToRight if fits else way.TopToBottom)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)


def beside(
    about: QRect, size: QSize, room: QRect, gap: int, *, below: bool = False
) -> QPoint:
    """A place in `room` for a card of `size`: right of a thing, left, below, above, or within.

    It covers the thing only where that is so large that no place beside it is left.
    """
    middle = about.center().y() - size.height() // 2
    center = about.center().x() - size.width() // 2
    places = [
        QPoint(about.right() + gap, middle), QPoint(about.left() - gap - size.width(), middle),
        QPoint(center, about.bottom() + gap), QPoint(center, about.top() - gap - size.height()),
        QPoint(about.right() - gap - size.width(), about.top() + gap),
    ]
    if below:
        places.insert(0, places[2])
    inside = [_moved_into(QRect(place, size), room) for place in places]
    return next((rect for rect in inside if not rect.intersects(about)), inside[-1]).topLeft()


def _moved_into(rect: QRect, room: QRect) -> QRect:
    left = min(max(rect.left(), room.left()), max(room.right() - rect.width() + 1, room.left()))
    top = min(max(rect.top(), room.top()), max(room.bottom() - rect.height() + 1, room.top()))
    return QRect(QPoint(left, top), rect.size())
