"""A card over the window that takes the keyboard for a moment, and gives it back as it was."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from gui.lecture.cover import Cover
from gui.theme import look

#: How much of the window is still to be seen around the card.
VEIL = 0.72


class Sheet(Cover):
    """Escape, its own shortcut, or a click beside the card puts it away. Subclasses fill `column`.
    """

    put_away = Signal()

    def __init__(self, window: QWidget, action: QAction) -> None:
        """`action` brings the sheet and, while it is there, takes it away."""
        super().__init__(window)
        self._action = action
        self.card = QFrame(self)
        self.card.setObjectName("card")
        self.column = QVBoxLayout(self.card)
        action.triggered.connect(self.bring)

    # --- coming and going -----------------------------------------------------------------------

    def bring(self) -> None:
        """Show the sheet above everything."""
        if not self.isVisible():
            self.cover()

    def leave(self) -> None:
        """Put the sheet away; the keyboard goes back to where it was."""
        if self.uncover():
            self.put_away.emit()

    def on_covered(self) -> None:
        self.fill()
        self.place_card()

    def on_resized(self) -> None:
        self.place_card()

    def fill(self) -> None:
        """Bring what the card shows up to date; subclasses do."""

    def place_card(self) -> None:
        """Give the card its size and place; subclasses do, and can rely on this widget's size."""

    # --- keyboard and mouse ---------------------------------------------------------------------

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

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), look().tokens.color("ground", VEIL))

    def center_card(self, width: int, height: int, top: int | None = None) -> None:
        """Put the card in the middle, or at a distance from the upper edge."""
        width, height = min(width, self.width()), min(height, self.height())
        left = (self.width() - width) // 2
        above = (self.height() - height) // 2 if top is None else top
        self.card.setGeometry(left, above, width, height)
