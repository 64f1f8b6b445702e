"""How a field map is drawn: where its parts lie, its colours, the colour bar."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter, QPen

from gui.theme import look
from gui.widgets import scales
from gui.widgets.function_plot_model import Axis, Frame
from gui.widgets.function_plot_painter import x_ticks, y_ticks
from gui.widgets.painted import draw_text_at, elided, image_of, line_height, ramp, text_width

MODES = ("diverging", "sequential")
#: Grid lines closer than this would hide the field.
CLOSEST_LINES_PX = 4


@dataclass(frozen=True)
class Layout:
    """The square of the field and the colour bar's rectangle."""

    frame: Frame
    bar: QRectF


def placed(
    title: str, x_axis: Axis, y_axis: Axis, limits: tuple[float, float], width: float, height: float
) -> Layout:
    """The largest square that leaves room for title, ticks and colour bar."""
    font, gap = look().font(12), look().px(6)
    line = line_height(font)
    top = gap + (line_height(look().font(bold=True)) + gap if title else line / 2)
    below = 2 * gap + line
    rough = Frame(0, top, 1, max(height - top - below, 1), x_axis, y_axis)
    left = gap + look().px(8) + max((text_width(t, font) for _, t in y_ticks(rough)), default=0)
    thick = look().px(10)
    # The square, which this decides, may be lower and have other ticks.
    numbers = max(text_width(t, font) for share in (0, 0.5, 1)
                  for _, t in bar_ticks(limits, share * rough.height))
    beside = 2 * gap + thick + gap + numbers + gap
    side = max(min(rough.height, width - left - beside), 1.0)
    shift = max((width - left - beside - side) / 2, 0)
    frame = Frame(round(left + shift), round(top + (rough.height - side) / 2), round(side),
                  round(side), x_axis, y_axis)
    return Layout(frame, QRectF(frame.right + 2 * gap, frame.top, thick, side))


def bar_ticks(limits: tuple[float, float], height: float) -> list[tuple[float, str]]:
    """The values beside the colour bar."""
    room = height / (2.2 * line_height(look().font(12)))
    return Axis(*limits).ticks(max(1, min(int(room), 5)))


def colors(mode: str, token: str) -> np.ndarray:
    """511 colours from the lowest to the highest limit, as uint32 pixels."""
    tokens = look().tokens
    if mode == "diverging":
        return ramp(tokens.vermilion, tokens.surface, tokens.blue)
    return ramp(tokens.surface, tokens.blend(token, 0.5).name(), getattr(tokens, token))


def pixels(z: np.ndarray, limits: tuple[float, float], palette: np.ndarray) -> np.ndarray:
    """Values as uint32 pixels; what is not a number gets the ghost colour."""
    low, high = limits
    known = np.isfinite(z)
    share = np.clip((np.where(known, z, low) - low) / (high - low), 0, 1)
    found = palette[np.round(share * (len(palette) - 1)).astype(np.intp)]
    return np.where(known, found, np.uint32(look().tokens.color("ghost").rgb()))


def paint_ticks(painter: QPainter, frame: Frame) -> None:
    """Tick labels left and below, without a grid over the field."""
    font, gap = look().font(12), look().px(6)
    painter.setFont(font)
    painter.setPen(look().tokens.color("muted"))
    for value, text in y_ticks(frame):
        draw_text_at(painter, text, frame.left - gap - text_width(text, font),
                     float(frame.py(value)))
    middle = frame.bottom + gap + line_height(font) / 2
    for value, text in x_ticks(frame):
        draw_text_at(painter, text, float(frame.px(value)) - text_width(text, font) / 2, middle)


def paint_bar(
    painter: QPainter, bar: QRectF, limits: tuple[float, float], palette: np.ndarray
) -> None:
    """The colour bar with its values."""
    painter.drawImage(bar, image_of(palette[::-1, None]))
    painter.setPen(QPen(look().tokens.color("line"), 1))
    painter.drawRect(bar)
    painter.setFont(look().font(12))
    painter.setPen(look().tokens.color("muted"))
    low, high = limits
    for value, text in bar_ticks(limits, bar.height()):
        row = bar.bottom() - (value - low) / (high - low) * bar.height()
        draw_text_at(painter, text, bar.right() + look().px(6), row)


def paint_title(
    painter: QPainter, title: str, left: float, width: float, readout: str = ""
) -> None:
    """The bold line on top; a readout stands at its right, or instead of it where both do not fit.
    """
    font, plain, gap = look().font(bold=True), look().font(13), look().px(6)
    middle = gap + line_height(font) / 2
    room = width - left - gap
    wide = text_width(readout, plain)
    if readout:
        painter.setFont(plain)
        painter.setPen(look().tokens.color("ink"))
        shown = elided(readout, plain, width - 2 * gap)
        draw_text_at(painter, shown, max(width - gap - wide, gap), middle)
        if wide + 2 * gap + text_width(title, font) > room:
            return
        room -= wide + 2 * gap
    painter.setFont(font)
    painter.setPen(look().tokens.color("ink"))
    draw_text_at(painter, elided(title, font, room), left, middle)


def paint_cells(painter: QPainter, frame: Frame, cells: tuple[int, int]) -> None:
    """The lines between cells, where they are not too close."""
    # One image of all lines: blending upright lines one by one takes most of a frame.
    width, height = round(frame.width), round(frame.height)
    lines = np.zeros((height, width), np.uint32)
    ink = np.uint32(look().tokens.color("ink", 0.28).rgba())
    across, up = cells
    if across > 1 and frame.width / across >= CLOSEST_LINES_PX:
        lines[:, np.round(np.arange(1, across) * frame.width / across).astype(np.intp)] = ink
    if up > 1 and frame.height / up >= CLOSEST_LINES_PX:
        lines[np.round(np.arange(1, up) * frame.height / up).astype(np.intp)] = ink
    image = QImage(lines.data, width, height, 4 * width, QImage.Format.Format_ARGB32)
    painter.drawImage(QRectF(frame.left, frame.top, width, height), image)


def cell_rect(frame: Frame, cells: tuple[int, int], cell: tuple[int, int]) -> QRectF:
    """Cell (i, j) in pixels: i counts along x, j upwards along y."""
    (across, up), (i, j) = cells, cell
    left, right = (round(frame.width * k / across) for k in (i, i + 1))
    low, high = (round(frame.height * k / up) for k in (j, j + 1))
    return QRectF(frame.left + left, frame.bottom - high, max(right - left, 2), max(high - low, 2))


def good_limits(z: np.ndarray, mode: str) -> tuple[float, float]:
    """The limits that show all of a field: symmetric around 0 when diverging, from 0 if need be."""
    known = z[np.isfinite(z)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    if mode == "diverging":
        most = max(abs(low), abs(high)) or 1.0
        return -most, most
    low = min(low, 0.0)
    return low, high if high > low else low + 1.0


def readout_text(x: float, y: float, z: float) -> str:
    """What the cursor reads, in one line."""
    value = scales.number_text(z) if math.isfinite(z) else "–"
    return f"({x:.3g}, {y:.3g})  {value}".replace("-", "−")
