"""The shapes of a band plot: its curves, bands and marks as paths, and the lines of words above.

A curve's marks are one path: twenty polygons would each cost as much as all of them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen

from gui.theme import look
from gui.widgets.band_plot_model import BandSeries, runs
from gui.widgets.painted import LEFT, RIGHT, elided, line_height, text_width

#: Circle, square, diamond, triangles: a shape says again what the colour says.
MARKS = "osd^v"
#: Their corners around the middle, in radii; so many make a circle at this size.
CIRCLE = np.linspace(0, 2 * np.pi, 16, endpoint=False)
CORNERS = {
    "o": np.stack([np.cos(CIRCLE), np.sin(CIRCLE)], axis=1),
    "s": np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]),
    "d": np.array([(0, -1), (1, 0), (0, 1), (-1, 0)]),
    "^": np.array([(0, -1), (1, 1), (-1, 1)]),
    "v": np.array([(0, 1), (1, -1), (-1, -1)]),
}


def curve_path(x: np.ndarray, y: np.ndarray) -> QPainterPath:
    """A line through points (n,); a nan in `y` lifts the pen."""
    path: QPainterPath = pg.arrayToQPath(x, y, connect="finite")
    return path


def band_path(x: np.ndarray, top: np.ndarray, bottom: np.ndarray) -> QPainterPath:
    """The area between two lines (n,), to be filled; a nan in both interrupts it."""
    parts = [slice(first, last + 1) for first, last in runs(np.isfinite(top))]
    if not parts:
        return QPainterPath()
    gap = [np.nan]
    around_x = [part for s in parts for part in (x[s], x[s][::-1], gap)]
    around_y = [part for s in parts for part in (top[s], bottom[s][::-1], gap)]
    return curve_path(np.concatenate(around_x), np.concatenate(around_y))


def marks_path(shape: str, x: np.ndarray, y: np.ndarray, radius: float) -> QPainterPath:
    """The mark `shape`, one of `MARKS`, at each of the points (n,)."""
    corners = radius * np.vstack([CORNERS[shape], CORNERS[shape][:1]])
    joined = np.ones((len(x), len(corners)), np.int32)
    joined[:, -1] = 0  # the pen is lifted after each
    path: QPainterPath = pg.arrayToQPath(
        np.add.outer(x, corners[:, 0]).ravel(), np.add.outer(y, corners[:, 1]).ravel(),
        connect=joined.ravel(), finiteCheck=False,
    )
    path.setFillRule(Qt.FillRule.WindingFill)  # where marks overlap there is no hole
    return path


def draw_legend(
    painter: QPainter, shown: Sequence[BandSeries], width: float, numbers: Collection[int]
) -> None:
    """A line for each series of these `numbers`: mark, name, and what is said of it."""
    bold, plain = look().font(13, bold=True), look().font(13)
    line, pad = line_height(plain), float(look().px(8))
    column = max((text_width(s.label, bold) for s in shown), default=0.0)
    column = min(column, 0.45 * width)
    for index, series in enumerate(shown):
        if index not in numbers:
            continue
        y = index * line
        color = look().tokens.color(series.token)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        shape, middle = MARKS[index % len(MARKS)], np.array([y + line / 2])
        painter.drawPath(marks_path(shape, np.array([pad]), middle, look().px(4)))
        painter.setFont(bold)
        painter.setPen(look().tokens.text(series.token))
        left = pad + look().px(12)
        painter.drawText(QRectF(left, y, column, line), LEFT, elided(series.label, bold, column))
        left += column + look().px(10)
        painter.setFont(plain)
        painter.setPen(look().tokens.color("ink"))
        room = width - left
        words = series.words if text_width(series.words, plain) <= room else series.brief
        painter.drawText(QRectF(left, y, room, line), LEFT, elided(words or series.words, plain,
                                                                   room))


def draw_readout(
    painter: QPainter, frame: QRectF, x: float, rows: Sequence[tuple[str, str, str]], width: float
) -> None:
    """A line at `x` and beside it a box of rows: name, value, and the token of the name."""
    tokens, font, pad = look().tokens, look().font(12), look().px(8)
    line = line_height(font)
    painter.setPen(QPen(tokens.color("muted"), 1))
    painter.drawLine(QPointF(x, frame.top()), QPointF(x, frame.bottom()))
    names = max(text_width(name, font) for name, _, _ in rows)
    values = max(text_width(value, font) for _, value, _ in rows)
    box = QRectF(x + 10, frame.top() + 4, names + values + 3.5 * pad, len(rows) * line + pad)
    if box.right() > width:
        box.moveRight(max(x - 10, box.width()))
    painter.setPen(QPen(tokens.color("line"), 1))
    painter.setBrush(tokens.color("surface", 0.94))
    painter.drawRoundedRect(box, 4, 4)
    painter.setFont(font)
    for index, (name, value, token) in enumerate(rows):
        row = box.adjusted(pad, pad / 2 + index * line, -pad, 0)
        row.setHeight(line)
        painter.setPen(tokens.text(token))
        painter.drawText(row, LEFT, name)
        painter.setPen(tokens.color("ink"))
        painter.drawText(row, RIGHT, value)


def draw_by_hand(
    painter: QPainter, px: np.ndarray, py: np.ndarray, frame: QRectF, label: str
) -> None:
    """What somebody drew, in pixels (n,), nan for gaps: thick, dashed, round; its name at its end.
    """
    known = np.isfinite(px) & np.isfinite(py)
    known &= (px >= frame.left() - 1) & (px <= frame.right() + 1)
    if not known.any():
        return
    pen = QPen(look().tokens.color("ghost"), 1.75 * look().line_px)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setDashPattern([3, 2.5])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(curve_path(px, np.where(known, py, np.nan)))
    font = look().font(13)
    width, height = text_width(label, font), line_height(font)
    last = int(np.flatnonzero(known)[-1])
    left = max(min(px[last] - width, frame.right() - width - 2), frame.left())
    top = py[last] - 1.4 * height
    rect = QRectF(left, top if top > frame.top() else py[last] + 0.4 * height, width, height)
    painter.fillRect(rect.adjusted(-2, 1, 2, -1), look().tokens.color("surface"))
    painter.setFont(font)
    painter.setPen(look().tokens.color("muted"))
    painter.drawText(rect, LEFT, label)
