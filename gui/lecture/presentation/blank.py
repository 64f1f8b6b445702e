"""A dark screen, so that all eyes are on whoever speaks; any key or click brings the view back."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from gui.lecture.cover import Cover

#: Keys that are only held while another is pressed.
MODIFIERS = (
    Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Meta,
    Qt.Key.Key_CapsLock, Qt.Key.Key_unknown,
)


class Blank(Cover):
    """Covers the window. The key that ends it does nothing else."""

    ended = Signal()
    focus_reason = Qt.FocusReason.OtherFocusReason

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Blank screen"))
        self.setAccessibleDescription(self.tr("Any key or click brings the view back."))
        self.setCursor(Qt.CursorShape.BlankCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def begin(self) -> None:
        """Darken everything."""
        self.cover()

    def end(self) -> None:
        """The view is there again, and the keyboard where it was."""
        if self.uncover():
            self.ended.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in MODIFIERS:
            self.end()
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.end()
        event.accept()

    def focusNextPrevChild(self, _onwards: bool) -> bool:
        """Tab is a key like any other."""
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), Qt.GlobalColor.black)
