"""The marks of a band plot's curves, and the lines of words above them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from gui.theme import look
from gui.widgets.band_plot_model import BandSeries
from gui.widgets.painted import LEFT, elided, line_height, text_width

#: Circle, square, diamond, triangles: a shape says again what the colour says.
MARKS = "osd^v"


def draw_legend(painter: QPainter, shown: Sequence[BandSeries], width: float) -> None:
    """A line for each series: mark, name, and what is said of it."""
    bold, plain = look().font(13, bold=True), look().font(13)
    line, pad = line_height(plain), float(look().px(8))
    column = max((text_width(s.label, bold) for s in shown), default=0.0)
    column = min(column, 0.45 * width)
    for index, series in enumerate(shown):
        y = index * line
        color = look().tokens.color(series.token)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        draw_mark(painter, MARKS[index % len(MARKS)], pad, y + line / 2, look().px(4))
        painter.setFont(bold)
        painter.setPen(color)
        left = pad + look().px(12)
        painter.drawText(QRectF(left, y, column, line), LEFT, elided(series.label, bold, column))
        left += column + look().px(10)
        painter.setFont(plain)
        painter.setPen(look().tokens.color("ink"))
        room = width - left
        painter.drawText(QRectF(left, y, room, line), LEFT, elided(series.words, plain, room))


def draw_mark(painter: QPainter, shape: str, x: float, y: float, radius: float) -> None:
    """A small filled mark: circle, square, diamond, triangle up or down."""
    r = radius
    if shape == "o":
        painter.drawEllipse(QPointF(x, y), r, r)
        return
    corners = {
        "s": [(-r, -r), (r, -r), (r, r), (-r, r)], "d": [(0, -r), (r, 0), (0, r), (-r, 0)],
        "^": [(0, -r), (r, r), (-r, r)], "v": [(0, r), (r, -r), (-r, -r)],
    }[shape]
    painter.drawPolygon(QPolygonF([QPointF(x + dx, y + dy) for dx, dy in corners]))
