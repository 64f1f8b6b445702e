"""The texts on a function plot: names of curves, labels of handles and marks, the readout."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from gui.theme import look
from gui.widgets import scales
from gui.widgets.function_plot_model import Contents, Curve, Frame, Handle
from gui.widgets.painted import draw_text_at, elided, line_height, text_width


def curve_width(width: float) -> float:
    """The width in pixels of a curve that is `width` times the usual one."""
    return width * look().line_px * max(look().zoom, 1.0)


def curve_labels(contents: Contents, frame: Frame, width: float) -> list[tuple[Curve, str, QRectF]]:
    """The curves' names right of where they end, pushed apart."""
    font = look().font(13, bold=True)
    height, gap = line_height(font), look().px(8)
    left = frame.right + gap
    found = []
    for curve in contents.curves.values():
        row = _end_row(curve, frame) if curve.label else math.nan
        if math.isfinite(row):
            found.append((curve, min(max(row, frame.top), frame.bottom)))
    found = found[: max(int(frame.height / height), 1)]
    rows = scales.push_apart([row for _, row in found], [height] * len(found),
                             frame.top, frame.bottom)
    room = width - left - 1
    return [(curve, text, QRectF(left, row - height / 2, text_width(text, font), height))
            for (curve, _), row in zip(found, rows, strict=True)
            for text in [elided(curve.label, font, room)]]


def _end_row(curve: Curve, frame: Frame) -> float:
    """The pixel row at which a curve leaves the plot on the right; nan where it is nowhere."""
    if len(curve.x):
        row = float(frame.py(curve.at(min(frame.x.high, float(curve.x[-1])))))
        if math.isfinite(row):
            return row
    rows = frame.py(curve.at(frame.column_edges()))
    known = np.flatnonzero(np.isfinite(rows))
    return float(rows[known[-1]]) if len(known) else math.nan


def free_rect(
    text: str, at: QPointF, taken: Sequence[QRectF], frame: Frame, gap: float
) -> QRectF | None:
    """A place beside a point for a bold text, within the plot and free of others, or None."""
    font = look().font(13, bold=True)
    width, height = text_width(text, font) + 2, line_height(font)
    area = QRectF(frame.left, frame.top, frame.width, frame.height)
    for dx, dy in ((gap, -1.2), (gap, 0.2), (-gap - width, -1.2), (-gap - width, 0.2),
                   (gap, -0.5), (-gap - width, -0.5), (-width / 2, -2), (-width / 2, 1)):
        rect = QRectF(at.x() + dx, at.y() + dy * height, width, height)
        if area.contains(rect) and not any(rect.intersects(other) for other in taken):
            return rect
    return None


def knob_point(handle: Handle, frame: Frame) -> QPointF:
    """Where a handle's ring stands: a line's at its grip, or half way up without one in view."""
    y = handle.y
    if y is None:
        y = handle.grip if frame.y.low <= handle.grip <= frame.y.high else frame.y.value(0.5)
    return QPointF(float(frame.px(handle.x)), float(frame.py(y)))


def knob_radius() -> float:
    """The radius of a handle's ring in pixels."""
    return float(look().px(6))


def handle_rects(handles: Sequence[Handle], frame: Frame) -> dict[str, QRectF]:
    """Where the handles' texts stand: lines' in rows at the top, knobs' beside them.

    A text keeps clear of other texts, rings and lines; one that finds no room is left out.
    """
    shown = [h for h in handles if frame.x.low <= h.x <= frame.x.high]
    radius, gap = knob_radius() + 2, look().px(8)
    taken = []
    for handle in shown:
        at = knob_point(handle, frame)
        taken.append(QRectF(at.x() - radius, at.y() - radius, 2 * radius, 2 * radius))
        if handle.y is None:
            taken.append(QRectF(at.x() - 2, frame.top, 4, frame.height))
    found: dict[str, QRectF] = {}
    for handle in sorted(shown, key=lambda one: (one.y is not None, one.x)):
        at = knob_point(handle, frame)
        if not handle.label:
            continue
        if handle.y is None:
            rect = _row_rect(handle.label, at.x(), taken, frame, gap)
        else:
            rect = free_rect(handle.label, at, taken, frame, radius + gap / 2)
        if rect is not None:
            found[handle.key] = rect
            taken.append(rect)
    return found


def _row_rect(
    text: str, column: float, taken: Sequence[QRectF], frame: Frame, gap: float
) -> QRectF | None:
    """A place at the top, right or left of a column, that is free; else None."""
    font = look().font(13, bold=True)
    width, height = text_width(text, font) + 2, line_height(font)
    area = QRectF(frame.left, frame.top, frame.width, frame.height)
    for row in range(4):
        for left in (column + gap, column - gap - width):
            rect = QRectF(left, frame.top + look().px(4) + row * height, width, height)
            if area.contains(rect) and not any(rect.intersects(one) for one in taken):
                return rect
    return None


def paint_plate(
    painter: QPainter, text: str, token: str, rect: QRectF, *, bold: bool = False
) -> None:
    """Text on a plate of the ground's colour, legible where it crosses a line."""
    painter.setFont(look().font(13, bold=bold))
    painter.fillRect(rect.adjusted(-2, 1, 1, -1), look().tokens.color("surface"))
    painter.setPen(look().tokens.text(token))
    draw_text_at(painter, text, rect.left(), rect.center().y())


def _paint_swatch(
    painter: QPainter, token: str, dashed: bool, left: QPointF, length: float
) -> None:
    pen = QPen(look().tokens.color(token), curve_width(1), c=Qt.PenCapStyle.FlatCap)
    if dashed:
        pen.setDashPattern([0.4 * length / pen.widthF(), 0.2 * length / pen.widthF()])
    painter.setPen(pen)
    painter.drawLine(left, left + QPointF(length, 0))


def _readout_rect(
    at: QPointF, area: QRectF, width: float, height: float, taken: Sequence[QRectF]
) -> QRectF:
    """Right of the point, else left; at its height, else at the bottom."""
    gap = look().px(12)
    lefts = [x for x in (at.x() + gap, at.x() - gap - width)
             if area.left() <= x and x + width <= area.right()]
    tops = [max(min(at.y(), area.bottom() - height), area.top()),
            max(area.bottom() - gap - height, area.top())]
    places = [QRectF(left, top, width, height)
              for top in tops for left in lefts or [area.left()]]
    return next((p for p in places if not any(p.intersects(t) for t in taken)), places[0])


def paint_readout(
    painter: QPainter, at: QPointF, area: QRectF, heading: str,
    rows: Sequence[tuple[str, bool, str, str]], taken: Sequence[QRectF] = (),
) -> None:
    """A box beside a point: a heading, and for each row token, dashed, label and value.

    An empty token draws no swatch. The box keeps clear of `taken` where it can.
    """
    font, bold, pad = look().font(12), look().font(12, bold=True), look().px(8)
    step, swatch = line_height(font), look().px(14)
    rows = rows[: max(1, int((area.height() - 2 * pad) / step) - 1)]
    width = max([text_width(heading, bold)] + [
        swatch + text_width(label, font) + text_width(value, bold) + 3 * pad
        for _, _, label, value in rows]) + 2 * pad
    height = (len(rows) + 1) * step + 2 * pad
    box = _readout_rect(at, area, width, height, taken)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(look().tokens.color("muted"), 1))
    painter.setBrush(look().tokens.color("surface"))
    painter.drawRoundedRect(box, look().px(4), look().px(4))
    painter.setPen(look().tokens.color("ink"))
    painter.setFont(bold)
    middle = box.top() + pad + step / 2
    draw_text_at(painter, heading, box.left() + pad, middle)
    for token, dashed, label, value in rows:
        middle += step
        if token:
            _paint_swatch(painter, token, dashed, QPointF(box.left() + pad, middle), swatch)
        painter.setPen(look().tokens.color("ink"))
        painter.setFont(font)
        draw_text_at(painter, label, box.left() + pad + swatch + pad * 0.75, middle)
        painter.setFont(bold)
        draw_text_at(painter, value, box.right() - pad - text_width(value, bold), middle)
