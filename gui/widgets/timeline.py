"""A slim line that says how far a run has come."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme import look
from gui.widgets.painted import Painted

#: The knob at the end of the line.
RADIUS_PX = 7


class Timeline(Painted):
    """Progress in 0…1, with a tick for each of `parts` where they are far enough apart.

    Where it is made so, the mouse takes the knob along, or brings it to where one clicks.
    """

    #: Where the mouse wants to be, in 0…1.
    sought = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._progress, self._parts = 0.0, 0
        self._is_seekable = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Progress"))

    @property
    def progress(self) -> float:
        """How far the run has come."""
        return self._progress

    def set_progress(self, progress: float) -> None:
        """Show progress in 0…1."""
        progress = min(max(progress, 0.0), 1.0)
        if round(progress, 4) != round(self._progress, 4):
            self._progress = progress
            self.setAccessibleDescription(f"{100 * progress:.0f} %")
            self.update()

    def set_parts(self, parts: int) -> None:
        """Divide the line, for example by epochs; 0 for none."""
        if parts != self._parts:
            self._parts = parts
            self.update()

    def set_seekable(self, on: bool) -> None:
        """Whether the mouse can move about on it."""
        if on != self._is_seekable:
            self._is_seekable = on
            self.setCursor(Qt.CursorShape.PointingHandCursor if on else Qt.CursorShape.ArrowCursor)
            self.setToolTip(self.tr("Drag along it to go to any step.") if on else "")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._is_seekable and event.button() == Qt.MouseButton.LeftButton:
            self._seek(event)
        else:
            event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._is_seekable and event.buttons() & Qt.MouseButton.LeftButton:
            self._seek(event)

    def _seek(self, event: QMouseEvent) -> None:
        radius = look().px(RADIUS_PX)
        share = (event.position().x() - radius) / max(self.width() - 2 * radius, 1)
        self.sought.emit(min(max(share, 0.0), 1.0))

    def sizeHint(self) -> QSize:
        return QSize(look().px(160), look().px(20))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(48), look().px(20))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, tokens = QPainter(self), look().tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        radius, thick = look().px(RADIUS_PX), look().px(4)
        middle, width = self.height() / 2, self.width() - 2 * radius
        done = self._progress * width
        painter.setBrush(tokens.color("line"))
        top, round_px = middle - thick / 2, thick / 2
        painter.drawRoundedRect(QRectF(radius, top, width, thick), round_px, round_px)
        if 1 < self._parts <= width / look().px(8):
            for part in range(1, self._parts):
                x = radius + part * width / self._parts
                painter.fillRect(QRectF(x, middle - thick, 1, 2 * thick), tokens.color("ghost"))
        painter.setBrush(tokens.color("blue"))
        painter.drawRoundedRect(QRectF(radius, top, done, thick), round_px, round_px)
        painter.drawEllipse(QRectF(done, middle - radius, 2 * radius, 2 * radius))
        painter.setBrush(tokens.color("surface"))
        inner = radius - look().px(2)
        painter.drawEllipse(QRectF(radius + done - inner, middle - inner, 2 * inner, 2 * inner))
