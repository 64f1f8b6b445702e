"""A dark screen, so that all eyes are on whoever speaks; any key or click brings the view back."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

#: Keys that are only held while another is pressed.
MODIFIERS = (
    Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Meta,
    Qt.Key.Key_CapsLock, Qt.Key.Key_unknown,
)


class Blank(QWidget):
    """Covers the window. The key that ends it does nothing else."""

    ended = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Blank screen"))
        self.setAccessibleDescription(self.tr("Any key or click brings the view back."))
        self.setCursor(Qt.CursorShape.BlankCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._before: QWidget | None = None
        self.hide()

    def begin(self) -> None:
        """Darken everything."""
        self._before = self.window().focusWidget()
        self.setGeometry(self.window().rect())
        self.raise_()
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.window().installEventFilter(self)

    def end(self) -> None:
        """The view is there again, and the keyboard where it was."""
        if not self.isVisible():
            return
        self.window().removeEventFilter(self)
        before, self._before = self._before, None
        self.hide()
        if before is not None and before.isVisible():
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        self.ended.emit()

    def event(self, event: QEvent) -> bool:
        """No shortcut works in the dark."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

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

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.window() and event.type() == QEvent.Type.Resize:
            self.setGeometry(self.window().rect())
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), Qt.GlobalColor.black)
