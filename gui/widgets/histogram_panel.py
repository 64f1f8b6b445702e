"""One histogram, large: bars on an axis, the predicted curve, and shares as bars of their own."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme import look
from gui.widgets import scales
from gui.widgets.histogram_grid import draw_share
from gui.widgets.histogram_picture import bars_picture, theory_path
from gui.widgets.painted import CENTER, LEFT, Painted, line_height, text_width


class HistogramPanel(Painted):
    """Shows `shares` (bins,) between `edges` (bins + 1,); `asides` are (name, share, token)."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._shares, self._edges = np.zeros(1), np.array([0.0, 1.0])
        self._theory: np.ndarray | None = None
        self._asides: tuple[tuple[str, float, str], ...] = ()
        self._token, self._note = "blue", ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_histogram(
        self, shares: np.ndarray, edges: np.ndarray, theory: np.ndarray | None, token: str,
        asides: tuple[tuple[str, float, str], ...] = (), note: str = "",
    ) -> None:
        """Show another one; `note` stands in place of bars where there is nothing to draw."""
        self._shares, self._edges, self._theory = shares, edges, theory
        self._token, self._asides, self._note = token, asides, note
        said = [f"{name} {scales.percent_text(share)}" for name, share, _ in asides]
        self.setAccessibleDescription(", ".join([note, *said]).strip(", "))
        self.update()

    @property
    def asides(self) -> tuple[tuple[str, float, str], ...]:
        """The shares that have bars of their own."""
        return self._asides

    def sizeHint(self) -> QSize:
        return QSize(look().px(280), look().px(220))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(160), look().px(90))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = look().font(12)
        painter.setFont(font)
        line, tokens = line_height(font), look().tokens
        top = len(self._asides) * line + look().px(4)
        body = QRectF(2, top, self.width() - 4, max(self.height() - top - line - 4, 8))
        self._draw_asides(painter, line)
        if self._note:
            painter.setPen(tokens.text("vermilion"))
            painter.drawText(body, CENTER, self._note)
        else:
            self._draw_bars(painter, body)
        painter.setPen(QPen(tokens.color("line"), 1))
        painter.drawLine(body.bottomLeft(), body.bottomRight())
        self._draw_ticks(painter, body, line)

    def _draw_bars(self, painter: QPainter, body: QRectF) -> None:
        peak = float(np.nan_to_num(self._shares).max(initial=0.0))
        if self._theory is not None and np.isfinite(self._theory).any():
            peak = max(peak, min(float(np.nanmax(self._theory)), 1.0))
        top = 1.08 * peak or 1.0
        painter.drawImage(
            body,
            bars_picture(self._shares[None], top, body.size(), self._token,
                         self.pixel_ratio),
        )
        if self._theory is not None:
            pen = QPen(look().tokens.color("ink"), look().line_px)
            pen.setDashPattern([3, 2])
            painter.setPen(pen)
            painter.drawPath(theory_path(self._theory[None], top, [body.left()], body))

    def _draw_ticks(self, painter: QPainter, body: QRectF, line: float) -> None:
        low, high = float(self._edges[0]), float(self._edges[-1])
        if not (np.isfinite(low) and np.isfinite(high) and low < high):
            return
        for tick, text in tick_texts(low, high, max(2, int(body.width() / look().px(70)))):
            x = body.left() + (tick - low) / (high - low) * body.width()
            painter.setPen(QPen(look().tokens.color("line"), 1))
            painter.drawLine(QPointF(x, body.bottom()), QPointF(x, body.bottom() + 3))
            painter.setPen(look().tokens.color("muted"))
            width = text_width(text, painter.font()) + 2
            left = min(max(x - width / 2, 0), self.width() - width)
            painter.drawText(QRectF(left, body.bottom() + 3, width, line), CENTER, text)

    def _draw_asides(self, painter: QPainter, line: float) -> None:
        names = max((text_width(name, painter.font()) for name, _, _ in self._asides), default=0)
        for index, (name, share, token) in enumerate(self._asides):
            y = index * line
            painter.setPen(look().tokens.color("muted"))
            painter.drawText(QRectF(2, y, names + 2, line), LEFT, name)
            left = names + look().px(10)
            text = scales.percent_text(share)
            width = max(self.width() - left - text_width("100.0 %", painter.font())
                        - look().px(10), 8)
            place = QRectF(left, y + line * 0.25, width, line * 0.5)
            painter.save()
            painter.translate(place.left(), place.bottom())
            painter.rotate(90)
            painter.translate(-place.height(), -place.width())
            draw_share(painter, QRectF(0, 0, place.height(), place.width()), share, token)
            painter.restore()
            painter.setPen(look().tokens.color("ink"))
            painter.drawText(
                QRectF(place.right() + look().px(6), y, self.width() - place.right(), line),
                Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text,
            )


def tick_texts(low: float, high: float, most: int) -> list[tuple[float, str]]:
    """Ticks of a linear axis of any size, and their texts."""
    step = scales.nice_step(high - low, most)
    return [(t, scales.tick_text(t, step)) for t in scales.ticks(low, high, most)]
