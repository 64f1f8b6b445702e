"""The sheet of glass over the window while one asks: it takes every click, and outlines."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget

from gui.theme import look


class Cover(QWidget):
    """Nothing below it feels the mouse. `pointed` and `asked` carry points of the window."""

    pointed = Signal(QPoint)
    asked = Signal(QPoint)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._outlined: QRect | None = None
        self._chosen: QRect | None = None
        self._spot: QPoint | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.WhatsThisCursor)
        self.setAccessibleName(self.tr("Ask"))
        self.setAccessibleDescription(self.tr("Click anything to be told what it is."))
        self.hide()

    def set_outlined(self, rect: QRect | None) -> None:
        """Outline what the mouse is over, a rectangle of the window."""
        if rect != self._outlined:
            self._outlined = rect
            self.update()

    def set_chosen(self, rect: QRect | None, spot: QPoint | None = None) -> None:
        """Outline what the card is about; the ring shows which point of it."""
        self._chosen, self._spot = rect, spot
        self.update()

    @property
    def outlined(self) -> QRect | None:
        """What is outlined under the mouse."""
        return self._outlined

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.pointed.emit(event.position().toPoint())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.asked.emit(event.position().toPoint())
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.accept()

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for rect, token in ((self._outlined, "blue"), (self._chosen, "orange")):
                if rect is not None:
                    self._outline(painter, rect, token)
            if self._spot is not None:
                painter.setPen(QPen(look().tokens.color("orange"), look().px(2)))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(self._spot, look().px(7), look().px(7))

    def _outline(self, painter: QPainter, rect: QRect, token: str) -> None:
        width, corner = look().px(2), look().px(6)
        painter.setPen(QPen(look().tokens.color(token), width))
        painter.setBrush(look().tokens.color(token, 0.06))
        inside = QRectF(rect.adjusted(-2, -2, 2, 2) & self.rect().adjusted(1, 1, -2, -2))
        painter.drawRoundedRect(inside, corner, corner)
