"""One transparent sheet over the window for ink, pointer and keys. The mouse goes through it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QWidget

from gui.keys import give_keyboard_back
from gui.lecture.presentation.caption import Caption
from gui.lecture.presentation.ink import Ink
from gui.lecture.presentation.pointer import Pointer

Button = Qt.MouseButton


class Overlay(QWidget):
    """Hidden while there is nothing to see and no pen in hand, so that it then costs nothing.

    It paints only what one of its layers says has changed, and what a view below repaints.
    """

    #: The pen or, with `is_eraser`, its other end touched, moved and was lifted.
    touched = Signal(QPointF, bool)
    moved = Signal(QPointF, bool)
    lifted = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.ink, self.pointer, self.caption = Ink(self), Pointer(self), Caption(self)
        self.is_pen_in_hand = False
        #: What a key does while the pen is in hand.
        self.pen_keys: dict[int, Callable[[], object]] = {}
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(self.tr("Drawing over the view"))
        self.setAccessibleDescription(self.tr(
            "With the pen in hand: 1 to 6 choose a colour, the right button wipes single strokes, "
            "Ctrl+Z takes the last one back, Delete wipes all, Escape puts the pen away."
        ))
        for layer in (self.ink, self.pointer, self.caption):
            layer.dirtied.connect(self._on_dirtied)
            layer.changed.connect(self._show_or_hide)
        self._before: QWidget | None = None
        self.hide()

    def stop(self) -> None:
        """Nothing moves any more."""
        self.pointer.leave()
        self.caption.clear()

    def take_pen(self, on: bool) -> None:
        """With the pen in hand the mouse draws, and a few keys belong to the pen."""
        if on == self.is_pen_in_hand:
            return
        self.is_pen_in_hand = on
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, not on)
        if on:
            self._show_or_hide()
            self.setCursor(Qt.CursorShape.CrossCursor)
            self._before = self.window().focusWidget()
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        before, self._before = self._before, None
        if self.hasFocus():
            give_keyboard_back(before, Qt.FocusReason.OtherFocusReason)
        self.unsetCursor()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._show_or_hide()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """While the pen is in hand its keys stay with it, whatever is opened or closed meanwhile;
        what lies over the window for a moment gives them back by itself.
        """
        super().focusOutEvent(event)
        passing = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
        if self.is_pen_in_hand and event.reason() not in passing:
            QTimer.singleShot(0, self, self._take_keyboard)

    def _take_keyboard(self) -> None:
        if self.is_pen_in_hand and self.isVisible():
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- showing --------------------------------------------------------------------------------

    def _show_or_hide(self) -> None:
        layers = (self.ink, self.pointer, self.caption)
        is_needed = self.is_pen_in_hand or not all(layer.is_empty for layer in layers)
        if is_needed == self.isVisible():
            return
        if is_needed:
            self.setGeometry(self.window().rect())
            self.raise_()
            self.window().installEventFilter(self)
        else:
            self.window().removeEventFilter(self)
        self.setVisible(is_needed)

    def _on_dirtied(self, region: QRegion) -> None:
        self.update(region)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setClipRegion(event.region())
            self.ink.paint(painter, event.rect(), self.size(), self.devicePixelRatioF())
            self.caption.paint(painter)
            self.pointer.paint(painter)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What lies below has moved when the window has another size, so the ink goes."""
        if watched is self.window() and event.type() == QEvent.Type.Resize:
            self.ink.clear()
            self.setGeometry(self.window().rect())
        return super().eventFilter(watched, event)

    # --- hands ----------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() in (Button.LeftButton, Button.RightButton):
            self.touched.emit(event.position(), event.button() == Button.RightButton)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & (Button.LeftButton | Button.RightButton):
            self.moved.emit(event.position(), bool(event.buttons() & Button.RightButton))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self.lifted.emit()

    def event(self, event: QEvent) -> bool:
        """The pen's keys come before the window's shortcuts."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            event.setAccepted(event.keyCombination().toCombined() in self.pen_keys)
            return event.isAccepted()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        do = self.pen_keys.get(event.keyCombination().toCombined())
        if do is None or not self.is_pen_in_hand:
            super().keyPressEvent(event)
        else:
            do()
