"""What was just pressed, large, for those who want to do the same at home."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QRegion

from gui.theme import look
from gui.widgets.painted import CENTER, draw_text_at, elided, line_height, text_width

SHOWN_MS = 1800
#: How far above the lower edge, at normal text: the transport bar stays in sight.
ABOVE_PX = 60


class Caption(QObject):
    """A key and, where one is known, the name of what it does."""

    dirtied = Signal(QRegion)
    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.keys, self.text = "", ""
        self._area = QRect()
        self._timer = QTimer(self, interval=SHOWN_MS, singleShot=True)
        self._timer.timeout.connect(self.clear)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to see."""
        return not self.keys

    def say(self, keys: str, text: str, area: QSize) -> None:
        """Show a key over an area of that size, for a while."""
        before = self._area
        self.keys, self.text = keys, text
        width = self._width()
        height = round(line_height(look().font(22)) + look().px(14))
        left = round((area.width() - width) / 2)
        self._area = QRect(left, area.height() - look().px(ABOVE_PX) - height, round(width), height)
        self._timer.start()
        self.dirtied.emit(QRegion(before) + self._area)
        self.changed.emit()

    def clear(self) -> None:
        """Show nothing any more."""
        self._timer.stop()
        self.keys = self.text = ""
        self.dirtied.emit(QRegion(self._area))
        self.changed.emit()

    def _width(self) -> float:
        width = text_width(self.keys, look().font(22, bold=True)) + 2 * look().px(16)
        if self.text:
            width += look().px(14) + text_width(self.text, look().font(18))
        return width

    def paint(self, painter: QPainter) -> None:
        """Paint it on a ground of its own, in the colours of the theme turned round."""
        if self.is_empty:
            return
        tokens, pad = look().tokens, look().px(16)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tokens.color("ink", 0.92))
        painter.drawRoundedRect(QRectF(self._area), look().px(10), look().px(10))
        painter.setPen(tokens.color("ground"))
        font = look().font(22, bold=True)
        painter.setFont(font)
        left, middle = float(self._area.left() + pad), self._area.center().y() + 0.5
        if not self.text:
            painter.drawText(QRectF(self._area), CENTER, self.keys)
            return
        draw_text_at(painter, self.keys, left, middle)
        left += text_width(self.keys, font) + look().px(14)
        painter.setFont(look().font(18))
        room = self._area.right() - pad - left + 2
        draw_text_at(painter, elided(self.text, look().font(18), room), left, middle)
