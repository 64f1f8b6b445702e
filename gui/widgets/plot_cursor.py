"""The readout of a live plot: a vertical line and a box with all values there."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from gui.theme import look
from gui.widgets.painted import draw_text_at, line_height, text_width
from gui.widgets.plot_layers import Layer, curve_color, curve_width
from gui.widgets.plot_model import Series


class CursorLayer(Layer):
    """On top: a vertical line and a box with the values of all curves there."""

    caption = ""
    x: float | None = None

    def box(self) -> tuple[QRectF, str, list[tuple[Series, str]]] | None:
        """The box, its heading and as many rows as fit."""
        if self.x is None:
            return None
        font, bold, pad = look().font(12), look().font(12, bold=True), look().px(8)
        row = line_height(font)
        rows = self.model.readout(self.x)
        rows = rows[: max(1, int((self.area.height() - 2 * pad) / row) - 1)]
        heading = f"{self.caption} {self.x:,.4g}".strip().replace("-", "−")
        width = max([text_width(heading, bold)] + [
            text_width(s.label, font) + text_width(t, bold) + look().px(20) + 2 * pad
            for s, t in rows
        ]) + 2 * pad
        height = (len(rows) + 1) * row + 2 * pad
        rect, gap = self.place.rect, look().px(12)
        left = self.place.px(self.x) + gap
        if left + width > self.area.right():
            left = max(self.place.px(self.x) - gap - width, self.area.left())
        top = min(rect.top() + look().px(4), max(self.area.bottom() - height, 0))
        return QRectF(left, top, width, height), heading, rows

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem,
        _widget: QWidget | None = None,
    ) -> None:
        found = self.box()
        if found is None or self.x is None:
            return
        rect, heading, rows = found
        tokens, pad = look().tokens, look().px(8)
        column = round(self.place.px(self.x))
        painter.setPen(QPen(tokens.color("ink"), look().px(1)))
        painter.drawLine(QPointF(column, self.place.rect.top()),
                         QPointF(column, self.place.rect.bottom()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(tokens.color("muted"), 1))
        painter.setBrush(tokens.color("surface"))
        painter.drawRoundedRect(rect, look().px(4), look().px(4))
        font, bold = look().font(12), look().font(12, bold=True)
        step = line_height(font)
        middle = rect.top() + pad + step / 2
        painter.setFont(bold)
        painter.setPen(tokens.color("ink"))
        draw_text_at(painter, heading, rect.left() + pad, middle)
        for series, text in rows:
            middle += step
            self._paint_row(painter, series, text, rect, middle)

    def _paint_row(
        self, painter: QPainter, series: Series, text: str, rect: QRectF, middle: float
    ) -> None:
        tokens, pad, swatch = look().tokens, look().px(8), look().px(14)
        width = curve_width()
        pen = QPen(curve_color(series), width, c=Qt.PenCapStyle.FlatCap)
        if series.dashed:
            pen.setDashPattern([swatch * 0.4 / width, swatch * 0.2 / width])
        painter.setPen(pen)
        left = rect.left() + pad
        painter.drawLine(QPointF(left, middle), QPointF(left + swatch, middle))
        painter.setFont(look().font(12))
        painter.setPen(tokens.color("ink"))
        draw_text_at(painter, series.label, left + swatch + look().px(6), middle)
        bold = look().font(12, bold=True)
        painter.setFont(bold)
        draw_text_at(painter, text, rect.right() - pad - text_width(text, bold), middle)
