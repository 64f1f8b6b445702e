"""How a function plot is drawn: layout, what lies beneath the curves, curves, handles."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from gui.theme import look
from gui.widgets.function_plot_model import (
    Boxes,
    Contents,
    Curve,
    Frame,
    Handle,
    Mark,
    column_spans,
)
from gui.widgets.function_plot_text import curve_width, knob_point, knob_radius, paint_plate
from gui.widgets.painted import draw_text_at, elided, line_height, text_width

BOX_SHARE, BOX_EDGE_SHARE, FILL_SHARE, HIGHLIGHT_SHARE = 0.12, 0.35, 0.18, 0.34
BAND_SHARE = 0.3
#: A curve that runs up and down this many times the plot's height is drawn column by column.
ROUGH_HEIGHTS = 60
#: Longer curves lose antialiasing, which costs three times as much as it is worth there.
LONGEST_SMOOTH_CURVE = 800
#: A plot lower than this many lines of text has no caption.
ROOMY_LINES = 6
#: Labels right of the curves take at most this share of the width.
LARGEST_MARGIN = 0.42
NARROWEST_BOX_PX = 2.5


# layout

def placed(contents: Contents, width: float, height: float) -> Frame:
    """Where the axes lie in a widget of that size, with room for every tick and label."""
    font, gap = look().font(12), look().px(6)
    line = line_height(font)
    top = gap + (line_height(look().font(bold=True)) + gap if contents.title else line / 2)
    caption = line if has_caption(contents.x_caption, height) else 0
    below = gap + line + look().px(4) + caption
    frame = Frame(0, top, 1, max(height - top - below, 1), contents.x, contents.y)
    ticks = max((text_width(t, font) for _, t in y_ticks(frame)), default=0.0)
    left = gap + ticks + look().px(8)
    names = [text_width(c.label, look().font(13, bold=True)) + look().px(8)
             for c in contents.curves.values() if c.label]
    last = max((text_width(t, font) for _, t in contents.x.ticks(5)), default=0.0) / 2
    right = max(min(max(names, default=0.0), LARGEST_MARGIN * width), last) + gap
    return Frame(left, top, max(width - left - right, 1), frame.height, contents.x, contents.y)


def has_caption(caption: str, height: float) -> bool:
    """Whether there is a caption and room for it."""
    return bool(caption) and height > (ROOMY_LINES + 2) * line_height(look().font(12))


def y_ticks(frame: Frame) -> list[tuple[float, str]]:
    """The y ticks that fit the height."""
    room = frame.height / (2.2 * line_height(look().font(12)))
    return frame.y.ticks(max(2, min(int(room), 6)))


def x_ticks(frame: Frame) -> list[tuple[float, str]]:
    """The x ticks that fit the width."""
    font, gap = look().font(12), look().px(20)
    for most in range(10, 1, -1):
        ticks = frame.x.ticks(most)
        if sum(text_width(text, font) + gap for _, text in ticks) <= frame.width:
            return ticks
    return frame.x.ticks(1)


# beneath the curves

def paint_axes(painter: QPainter, frame: Frame, x_caption: str = "") -> None:
    """Grid, tick labels and the caption below."""
    tokens, font, gap = look().tokens, look().font(12), look().px(6)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setFont(font)
    line, muted = QPen(tokens.color("line"), look().px(1)), tokens.color("muted")
    for value, text in y_ticks(frame):
        row = round(float(frame.py(value)))
        painter.setPen(line)
        painter.drawLine(QPointF(frame.left, row), QPointF(frame.right, row))
        painter.setPen(muted)
        draw_text_at(painter, text, frame.left - gap - text_width(text, font), row)
    middle = frame.bottom + look().px(4) + line_height(font) / 2
    for value, text in x_ticks(frame):
        column = round(float(frame.px(value)))
        painter.setPen(line)
        painter.drawLine(QPointF(column, frame.top), QPointF(column, frame.bottom))
        painter.setPen(muted)
        draw_text_at(painter, text, column - text_width(text, font) / 2, middle)
    left = frame.left + (frame.width - text_width(x_caption, font)) / 2
    draw_text_at(painter, x_caption, left, middle + line_height(font))


def paint_title(painter: QPainter, title: str, frame: Frame, width: float) -> None:
    """The bold line above the axes."""
    font = look().font(bold=True)
    painter.setFont(font)
    painter.setPen(look().tokens.color("ink"))
    gap = look().px(6)
    text = elided(title, font, width - frame.left - gap)
    draw_text_at(painter, text, frame.left, gap + line_height(font) / 2)


def paint_boxes(painter: QPainter, boxes: Boxes, frame: Frame) -> None:
    """Boxes one by one, or column by column where they are narrower than a few pixels."""
    tokens = look().tokens
    zero = float(np.clip(frame.py(max(0.0, frame.y.low) if frame.y.is_log else 0.0),
                         frame.top, frame.bottom))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tokens.blend(boxes.token, BOX_SHARE))
    if not len(boxes):
        return
    left, right = frame.px(boxes.left), frame.px(boxes.right)
    top = np.clip(frame.py(boxes.height), frame.top, frame.bottom)
    if float(np.mean(right - left)) < NARROWEST_BOX_PX:
        low, high = boxes.columns(frame.column_edges())
        rows = np.clip(frame.py(np.concatenate([high, low])), frame.top, frame.bottom)
        _fill_columns(painter, frame.left, rows[: len(low)], rows[len(low):])
        return
    upper, lower = np.minimum(top, zero), np.maximum(top, zero)
    painter.drawRects(_rects(left, right, upper, lower))
    painter.setPen(QPen(tokens.blend(boxes.token, BOX_EDGE_SHARE), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if float(np.mean(right - left)) >= 2 * NARROWEST_BOX_PX:
        painter.drawRects(_rects(left, right, upper, lower))


def _rects(left: np.ndarray, right: np.ndarray, top: np.ndarray, bottom: np.ndarray
           ) -> list[QRectF]:
    """Rectangles of some height, on whole columns, so that neighbours neither overlap nor gape."""
    left, right = np.round(left), np.round(right)
    some = bottom - top > 1e-3
    parts = (v[some].tolist() for v in (left, top, right - left, bottom - top))
    return [QRectF(*one) for one in zip(*parts, strict=True)]


def _fill_columns(painter: QPainter, left: float, top: np.ndarray, bottom: np.ndarray) -> None:
    """Pixel columns from `left` on, each filled from `top` to `bottom`; none where that is nan.

    As outlines, because making a thousand rectangles takes longer than filling them.
    """
    edges = np.round(left + np.arange(len(top) + 1.0))
    for part in _runs(top + bottom):
        x = np.repeat(edges[part.start : part.stop + 1], 2)[1:-1]
        upper, lower = np.repeat(top[part], 2), np.repeat(bottom[part], 2)
        painter.drawPolygon(_polygon(np.concatenate([x, x[::-1]]),
                                     np.concatenate([upper, lower[::-1]])))


def box_rect(boxes: Boxes, index: int, frame: Frame) -> QRectF:
    """One box in pixels, wide enough to be seen."""
    left, right = (float(frame.px(v[index])) for v in (boxes.left, boxes.right))
    zero, top = (float(np.clip(frame.py(v), frame.top, frame.bottom))
                 for v in (0.0, boxes.height[index]))
    least = look().px(3)
    if right - left < least:
        left, right = (left + right - least) / 2, (left + right + least) / 2
    return QRectF(left, min(zero, top), right - left, max(abs(zero - top), 1.0))


def paint_highlight(painter: QPainter, boxes: Boxes, index: int, frame: Frame) -> None:
    """The box that is being pointed at."""
    rect = box_rect(boxes, index, frame)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.fillRect(rect, look().tokens.blend(boxes.token, HIGHLIGHT_SHARE))
    painter.setPen(QPen(look().tokens.color(boxes.token), look().px(1)))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(rect)


def paint_band(painter: QPainter, contents: Contents, frame: Frame) -> None:
    """The shaded area between two curves."""
    edges = frame.column_edges()
    found = contents.band_edges((edges[1:] + edges[:-1]) / 2)
    if found is None or contents.band is None:
        return
    low, high = (np.clip(frame.py(v), frame.top, frame.bottom) for v in found)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look().tokens.blend(contents.band[2], BAND_SHARE))
    _fill_columns(painter, frame.left, high, low)


# the curves

def paint_curve(painter: QPainter, curve: Curve, frame: Frame) -> None:
    """A curve as a smooth line, or column by column where it is too rough for one."""
    px, py = curve.polyline(frame)
    color, width = look().tokens.color(curve.token), curve_width(curve.width)
    if curve.fill:
        _fill_to_zero(painter, px, py, curve, frame)
    if float(np.nansum(np.abs(np.diff(py)))) > ROUGH_HEIGHTS * frame.height:
        _paint_columns(painter, px, py, color, width, frame)
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, len(px) <= LONGEST_SMOOTH_CURVE)
    pen = QPen(color, width, c=Qt.PenCapStyle.RoundCap, j=Qt.PenJoinStyle.MiterJoin
               if curve.steps else Qt.PenJoinStyle.RoundJoin)
    if curve.dashed:
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setDashPattern([4.0, 3.0])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if curve.steps and not curve.risers and len(px) < frame.width:
        _paint_treads(painter, px, py, QPen(look().tokens.blend(curve.token, 0.5), 1))
        return
    for part in _runs(py):
        painter.drawPolyline(_polygon(px[part], py[part]))


def _paint_treads(painter: QPainter, px: np.ndarray, py: np.ndarray, riser: QPen) -> None:
    """The level parts as they are, the jumps dotted."""
    level = np.abs(np.diff(py)) < 1e-9
    tread = painter.pen()
    riser.setStyle(Qt.PenStyle.DotLine)
    riser.setWidthF(look().px(1))
    for pen, chosen in ((riser, ~level), (tread, level)):
        painter.setPen(pen)
        for k in np.flatnonzero(chosen & np.isfinite(np.diff(py))):
            painter.drawLine(QPointF(px[k], py[k]), QPointF(px[k + 1], py[k + 1]))


def _runs(py: np.ndarray) -> list[slice]:
    """The stretches without a gap."""
    known = np.concatenate([[False], np.isfinite(py), [False]])
    bounds = np.flatnonzero(np.diff(known.astype(np.int8)))
    return [slice(int(a), int(b)) for a, b in bounds.reshape(-1, 2)]


def _polygon(px: np.ndarray, py: np.ndarray) -> QPolygonF:
    polygon: QPolygonF = pg.functions.arrayToQPolygonF(px, py)
    return polygon


def _fill_to_zero(
    painter: QPainter, px: np.ndarray, py: np.ndarray, curve: Curve, frame: Frame
) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look().tokens.color(curve.token, FILL_SHARE))
    zero = float(np.clip(frame.py(0.0), frame.top, frame.bottom))
    for part in _runs(py):
        x, y = px[part], py[part]
        painter.drawPolygon(_polygon(np.concatenate([x[:1], x, x[-1:]]),
                                     np.concatenate([[zero], y, [zero]])))


def _paint_columns(
    painter: QPainter, px: np.ndarray, py: np.ndarray, color: QColor, width: float, frame: Frame
) -> None:
    top, bottom = column_spans(px, py, frame.left, max(int(frame.width), 1))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    _fill_columns(painter, frame.left, top - width / 2, bottom + width / 2)


def paint_mark(painter: QPainter, mark: Mark, frame: Frame, rect: QRectF | None) -> None:
    """A dot, hollow where it is open, and its text in `rect`."""
    tokens = look().tokens
    radius = curve_width(2.2)
    at = QPointF(float(frame.px(mark.x)), float(frame.py(mark.y)))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(tokens.color(mark.token), curve_width(0.9)))
    painter.setBrush(tokens.color(mark.token if mark.closed else "surface"))
    painter.drawEllipse(at, radius, radius)
    if rect is not None:
        paint_plate(painter, mark.label, mark.token, rect, bold=True)


# on top

def paint_handle_line(painter: QPainter, handle: Handle, frame: Frame) -> None:
    """The line of a handle that has no height of its own."""
    if handle.y is None:
        column = float(frame.px(handle.x))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look().tokens.color(handle.token), curve_width(1.0)))
        painter.drawLine(QPointF(column, frame.top), QPointF(column, frame.bottom))


def paint_knob(painter: QPainter, handle: Handle, frame: Frame, *, active: bool) -> None:
    """The ring to drag; filled where mouse or keyboard have it."""
    color = look().tokens.color(handle.token)
    radius = knob_radius() + (look().px(1) if active else 0)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(color, curve_width(1.0)))
    painter.setBrush(color if active else look().tokens.color("surface"))
    painter.drawEllipse(knob_point(handle, frame), radius, radius)
