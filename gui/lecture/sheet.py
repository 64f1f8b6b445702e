"""A card over the window that takes the keyboard for a moment, and gives it back as it was."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from gui.theme import look

#: How much of the window is still to be seen around the card.
VEIL = 0.72


class Sheet(QWidget):
    """Escape, its own shortcut, or a click beside the card puts it away. Subclasses fill `column`.

    It is a child of the window rather than a window of its own: on a projector nothing moves.
    """

    put_away = Signal()

    def __init__(self, window: QWidget, action: QAction) -> None:
        """`action` brings the sheet and, while it is there, takes it away."""
        super().__init__(window)
        self._action = action
        self._before: QWidget | None = None
        self.card = QFrame(self)
        self.card.setObjectName("card")
        self.column = QVBoxLayout(self.card)
        self.hide()
        action.triggered.connect(self.bring)

    # --- coming and going -----------------------------------------------------------------------

    def bring(self) -> None:
        """Show the sheet above everything."""
        if self.isVisible():
            return
        window = self.window()
        self._before = window.focusWidget()
        self.setGeometry(window.rect())
        self.fill()
        self.place_card()
        self.raise_()
        self.show()
        self.first_focus().setFocus(Qt.FocusReason.PopupFocusReason)
        window.installEventFilter(self)

    def leave(self) -> None:
        """Put the sheet away; the keyboard goes back to where it was."""
        if not self.isVisible():
            return
        self.window().removeEventFilter(self)
        before, self._before = self._before, None
        self.hide()
        if before is not None and before.isVisible():
            before.setFocus(Qt.FocusReason.PopupFocusReason)
        self.put_away.emit()

    def fill(self) -> None:
        """Bring what the card shows up to date; subclasses do."""

    def place_card(self) -> None:
        """Give the card its size and place; subclasses do, and can rely on this widget's size."""

    def first_focus(self) -> QWidget:
        """What gets the keyboard first."""
        return self

    # --- keyboard and mouse ---------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """No shortcut of the window works through the sheet."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.ends(event):
            self.leave()
        event.accept()

    def ends(self, event: QKeyEvent) -> bool:
        """Whether a key puts the sheet away."""
        pressed = QKeySequence(event.keyCombination())
        return event.key() == Qt.Key.Key_Escape or pressed in self._action.shortcuts()

    def focusNextPrevChild(self, onwards: bool) -> bool:
        """Tab goes round within the card."""
        stops = [
            w for w in self.card.findChildren(QWidget)
            if w.isVisible() and w.isEnabled() and w.focusPolicy() & Qt.FocusPolicy.TabFocus
        ]
        if stops:
            now = self.window().focusWidget()
            at = stops.index(now) if now in stops else -1
            reason = Qt.FocusReason.TabFocusReason
            stops[(at + (1 if onwards else -1)) % len(stops)].setFocus(reason)
        return True

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.card.geometry().contains(event.position().toPoint()):
            self.leave()
        event.accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.window() and event.type() == QEvent.Type.Resize:
            self.setGeometry(self.window().rect())
            self.place_card()
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), look().tokens.color("ground", VEIL))

    def center_card(self, width: int, height: int, top: int | None = None) -> None:
        """Put the card in the middle, or at a distance from the upper edge."""
        width, height = min(width, self.width()), min(height, self.height())
        left = (self.width() - width) // 2
        above = (self.height() - height) // 2 if top is None else top
        self.card.setGeometry(left, above, width, height)
