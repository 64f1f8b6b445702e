"""Who gets a key: shortcuts work everywhere, except where the focused widget needs it itself.

And where the focus goes: a click works a button or a box without taking the keyboard there, so that
Space goes on to play and pause. Tab still reaches everything.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QComboBox, QSlider, QWidget
from shiboken6 import isValid


def is_own_key(widget: QWidget | None, event: QKeyEvent) -> bool:
    """Whether a key belongs to the focused widget although a shortcut asks for it.

    Text fields see to that themselves; buttons and boxes do not, nor does what begins to be typed
    in by a figure (`takes_figures`).
    """
    commands = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    is_typed = bool(event.text()) and event.text().isprintable()
    is_typed = is_typed and not event.modifiers() & commands
    if isinstance(widget, QComboBox):
        return is_typed
    if getattr(widget, "takes_figures", False):
        return is_typed and event.text() in "0123456789.-"
    return isinstance(widget, QAbstractButton) and event.key() == Qt.Key.Key_Space


def leave_keyboard(window: QWidget) -> None:
    """Let clicks on buttons and boxes in `window` leave the keyboard where it is."""
    for kind in (QAbstractButton, QComboBox):
        for widget in window.findChildren(kind):
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
                widget.setFocusPolicy(Qt.FocusPolicy.TabFocus)


def give_keyboard_back(widget: QWidget | None, reason: Qt.FocusReason) -> None:
    """To what had it before, if that is still there and to be seen."""
    if widget is not None and isValid(widget) and widget.isVisible():
        widget.setFocus(reason)


class _IgnoreWheel(QObject):
    """Scrolling a page must not change what the mouse happens to pass over."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QWheelEvent) and isinstance(watched, QWidget):
            event.ignore()
            return not watched.hasFocus()
        return False


def calm_wheel(widget: QComboBox | QSlider | QAbstractSpinBox) -> None:
    """Let the wheel change a value only where the keyboard is, and never bring it there."""
    if widget.focusPolicy() == Qt.FocusPolicy.WheelFocus:
        widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    widget.installEventFilter(_IgnoreWheel(widget))


def order_focus(rooms: Sequence[QWidget]) -> None:
    """Let Tab walk through `rooms` one after the other, whenever their contents were made.

    Within a room the order stays: that in which its widgets were made.
    """
    chain = [room for room in rooms if room.isVisible()]
    inside: dict[QWidget, list[QWidget]] = {room: [] for room in chain}
    widget: QWidget | None = rooms[0]
    seen: set[QWidget] = set()
    while widget is not None and widget not in seen:
        seen.add(widget)
        room = next((r for r in chain if r is widget or r.isAncestorOf(widget)), None)
        if room is not None and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            inside[room].append(widget)
        widget = widget.nextInFocusChain()
    ordered = [widget for room in chain for widget in inside[room]]
    for before, after in pairwise(ordered):
        if before.nextInFocusChain() is not after:
            QWidget.setTabOrder(before, after)
