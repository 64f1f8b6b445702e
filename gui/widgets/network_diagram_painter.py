"""How a network diagram is drawn: edges, units with their glyphs, numbers beside the edges."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen

from engine.words import grouped
from gui.theme import look
from gui.widgets.network_diagram_model import Arrangement, DiagramLayer, Number, Slot
from gui.widgets.painted import (
    CENTER,
    draw_outline,
    draw_text_at,
    elided,
    line_height,
    text_width,
)
from gui.widgets.scales import number_text

LETTERS = {"sum": "Σ", "and": "∧"}


@dataclass
class NumberLabel:
    """A parameter's text and where it stands."""

    number: Number
    value: float
    text: str
    rect: QRectF


def edge_pen(weight: float, largest: float, *, neutral: bool) -> QPen:
    """Blue for positive, vermilion and dashed for negative weights, wide for large ones."""
    tokens = look().tokens
    share = min(abs(weight) / largest, 1.0) if largest > 0 else 0.0
    scale = look().line_px * max(look().zoom, 1.0) / 2
    if neutral:
        return QPen(tokens.color("ghost"), scale)
    pen = QPen(tokens.color("blue" if weight > 0 else "vermilion"), scale * (1 + 2 * share))
    if weight < 0:
        pen.setDashPattern([4.0, 2.0])
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen


def paint_edges(
    painter: QPainter, layers: Sequence[DiagramLayer], places: Arrangement,
    only: tuple[int, int] | None = None,
) -> None:
    """All edges between drawn units, or only those of one unit, in full colour."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for index in range(1, len(layers)):
        targets, sources = places.drawn(index), places.drawn(index - 1)
        weights = layers[index].weights_between(_units(targets), _units(sources))
        largest = float(np.abs(weights).max(initial=0.0))
        neutral = layers[index].neutral and only is None
        for (row, column), weight in np.ndenumerate(weights):
            target, source = targets[row], sources[column]
            mine = only in ((index, target.unit), (index - 1, source.unit))
            if weight and (mine or only is None):
                painter.setPen(edge_pen(float(weight), largest, neutral=neutral))
                painter.drawLine(_edge(source, target, places.radius))


def _units(slots: Sequence[Slot]) -> np.ndarray:
    return np.array([slot.unit for slot in slots], dtype=np.intp)


def _edge(source: Slot, target: Slot, radius: float) -> QLineF:
    """From rim to rim."""
    line = QLineF(source.x, source.y, target.x, target.y)
    share = min(radius / line.length(), 0.5) if line.length() else 0.0
    return QLineF(line.pointAt(share), line.pointAt(1 - share))


def paint_units(
    painter: QPainter, layers: Sequence[DiagramLayer], places: Arrangement
) -> None:
    """Every unit with its glyph, and the ellipses."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for index, layer in enumerate(layers):
        for slot in places.slots[index]:
            if slot.unit is None:
                _paint_ellipsis(painter, slot, places.radius)
            else:
                paint_unit(painter, layer, slot, places.radius)


def paint_unit(
    painter: QPainter, layer: DiagramLayer, slot: Slot, radius: float, token: str = "",
) -> None:
    """A circle with a glyph; `token` colours the rim of the one that is pointed at."""
    tokens = look().tokens
    known = layer.glyph in ("input", "sum", "linear")
    width = look().line_px * max(look().zoom, 1) * (0.75 if not token else 1.25)
    painter.setPen(QPen(tokens.color(token or ("muted" if known else "blue")), width))
    painter.setBrush(tokens.color("soft" if known else "surface"))
    center = QPointF(slot.x, slot.y)
    painter.drawEllipse(center, radius, radius)
    name = layer.names[slot.unit] if slot.unit is not None and slot.unit < len(layer.names) else ""
    letter = name or LETTERS.get(layer.glyph, "")
    painter.setPen(QPen(tokens.color(token or "ink"), width))
    if letter:
        painter.setPen(tokens.text(token or "ink"))
        _paint_letter(painter, letter, center, radius)
    elif layer.glyph != "input":
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(glyph_path(layer.glyph, center, radius * 0.5))


def _paint_letter(painter: QPainter, letter: str, center: QPointF, radius: float) -> None:
    font = look().font(12, bold=True)
    font.setPixelSize(max(round(min(radius * 1.1, 1.6 * radius / max(len(letter) / 2, 1))), 6))
    painter.setFont(font)
    painter.drawText(QRectF(center.x() - 2 * radius, center.y() - radius, 4 * radius, 2 * radius),
                     CENTER, letter)


def glyph_path(glyph: str, center: QPointF, half: float) -> QPainterPath:
    """The graph of an activation, `half` as high and wide as the glyph."""
    shape: dict[str, Callable[[float], float]] = {
        "step": lambda t: 1.0 if t > 0 else -1.0,
        "sigmoid": lambda t: math.tanh(2.5 * t),
        "tanh": lambda t: math.tanh(3.5 * t),
        "relu": lambda t: max(t, 0.0) * 1.6 - 0.6,
        "linear": lambda t: t,
    }
    path = QPainterPath()
    places = [-1.0, -1e-9, 1e-9, 1.0] if glyph == "step" else np.linspace(-1, 1, 17).tolist()
    if glyph == "relu":
        places = [-1.0, 0.0, 1.0]
    for k, t in enumerate(places):
        point = QPointF(center.x() + half * t, center.y() - half * 0.8 * shape[glyph](t))
        if k:
            path.lineTo(point)
        else:
            path.moveTo(point)
    return path


def _paint_ellipsis(painter: QPainter, slot: Slot, radius: float) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look().tokens.color("muted"))
    dot = max(radius * 0.12, 1.2)
    for k in (-1, 0, 1):
        painter.drawEllipse(QPointF(slot.x, slot.y + 0.45 * k * radius), dot, dot)
    rect = _hidden_rect(slot, radius)
    painter.setFont(look().font(12))
    painter.fillRect(rect.adjusted(0, 1, 0, -1), look().tokens.color("surface"))
    painter.setPen(look().tokens.color("muted"))
    draw_text_at(painter, grouped(slot.hidden), rect.left() + 2, rect.center().y())


def _hidden_rect(slot: Slot, radius: float) -> QRectF:
    """Where an ellipsis says how many units it stands for."""
    font = look().font(12)
    height = line_height(font)
    return QRectF(slot.x + 0.5 * radius, slot.y - height / 2,
                  text_width(grouped(slot.hidden), font) + 4, height)


def paint_titles(
    painter: QPainter, layers: Sequence[DiagramLayer], places: Arrangement, width: float
) -> None:
    """Each layer's title and count above its column."""
    painter.setFont(look().font(12))
    painter.setPen(look().tokens.color("muted"))
    for text, rect in title_rects(layers, places, width):
        draw_text_at(painter, text, rect.left(), rect.center().y())


def title_rects(
    layers: Sequence[DiagramLayer], places: Arrangement, width: float
) -> list[tuple[str, QRectF]]:
    """The titles and their places; without counts, then shortened, where they would overlap."""
    font, gap = look().font(12), look().px(6)
    whole = [
        f"{one.title} · {grouped(one.count)}" if one.count > 1 else one.title for one in layers
    ]
    room = width / max(len(layers), 1) - gap
    for texts in (whole, [one.title for one in layers],
                  [elided(one.title, font, room) for one in layers]):
        rects = []
        for text, slots in zip(texts, places.slots, strict=True):
            wide = text_width(text, font)
            left = min(max(slots[0].x - wide / 2, gap), width - gap - wide)
            rects.append(QRectF(left, gap, wide, line_height(font)))
        if all(a.right() + gap <= b.left() for a, b in pairwise(rects)):
            break
    return list(zip(texts, rects, strict=True))


def short_text(value: float) -> str:
    """A value as in a formula: 1 and −3.5 rather than 1.000 and −3.500."""
    text = number_text(value)
    return text.rstrip("0").rstrip(".") if "." in text and "×" not in text else text


def number_labels(
    layers: Sequence[DiagramLayer], places: Arrangement, numbers: Sequence[tuple[Number, float]],
    area: QRectF,
) -> list[NumberLabel]:
    """The texts of parameters beside their edges, just the value where the whole does not fit.

    Later ones that find no room at all are left out.
    """
    font = look().font(12, bold=True)
    height, radius = line_height(font), places.radius
    taken = [QRectF(s.x - radius, s.y - radius, 2 * radius, 2 * radius)
             for column in places.slots for s in column if s.unit is not None]
    taken += [_hidden_rect(s, radius) for column in places.slots for s in column if s.hidden]
    found = []
    for number, value in numbers:
        layer = layers[number.layer]
        symbol = layer.bias_symbol if number.source is None else layer.weight_symbol
        for text in (f"{symbol} = {short_text(value)}", short_text(value)):
            size = text_width(text, font) + look().px(6), height
            rect = _free(_candidates(number, places, size), taken, area)
            if rect is not None:
                taken.append(rect)
                found.append(NumberLabel(number, value, text, rect))
                break
    return found


def _candidates(number: Number, places: Arrangement, size: tuple[float, float]) -> list[QRectF]:
    """Places for a text, the best first: along its edge, or around its unit for a bias."""
    width, height = size
    unit = places.place_of(number.layer, number.unit)
    if unit is None:
        return []
    if number.source is None:
        away = places.radius + height / 2 + 2
        centers = [(unit.x, unit.y + away), (unit.x, unit.y - away),
                   (unit.x + width / 2 + places.radius + 4, unit.y + away),
                   (unit.x - width / 2 - places.radius - 4, unit.y + away),
                   (unit.x + width / 2 + places.radius + 4, unit.y - away),
                   (unit.x + width / 2 + places.radius + 4, unit.y),
                   (unit.x - width / 2 - places.radius - 4, unit.y)]
    else:
        source = places.place_of(number.layer - 1, number.source)
        if source is None:
            return []
        line = QLineF(source.x, source.y, unit.x, unit.y)
        points = [line.pointAt(t) for t in (0.5, 0.6, 0.4, 0.7, 0.3, 0.8, 0.2)]
        slant = abs(line.dy()) / max(abs(line.dx()), 1.0)
        clear = height / 2 + 2 + min(slant * width / 2, height)
        centers = [(p.x(), p.y() + side * clear) for p in points for side in (-1, 1, 0, -2, 2)]
    return [QRectF(x - width / 2, y - height / 2, width, height) for x, y in centers]


def _free(
    candidates: Sequence[QRectF], taken: Sequence[QRectF], area: QRectF
) -> QRectF | None:
    return next((rect for rect in candidates if area.contains(rect)
                 and not any(rect.intersects(other) for other in taken)), None)


def paint_number(painter: QPainter, label: NumberLabel, *, active: bool) -> None:
    """A parameter's text on a plate, dotted beneath because it can be dragged."""
    tokens = look().tokens
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.fillRect(label.rect, tokens.color("soft" if active else "surface"))
    painter.setFont(look().font(12, bold=True))
    painter.setPen(tokens.text("vermilion" if active else "ink"))
    draw_text_at(painter, label.text, label.rect.left() + look().px(3), label.rect.center().y())
    painter.setPen(QPen(tokens.color("muted"), look().px(1), Qt.PenStyle.DotLine))
    painter.drawLine(label.rect.bottomLeft(), label.rect.bottomRight())
    if active:
        draw_outline(painter, label.rect, "vermilion", look().px(1))
