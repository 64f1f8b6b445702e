"""The layers of a live plot beneath and above its curves: grid and band, labels, cursor readout.

Layers paint in the pixels of the plot item. Axes are drawn here, not by pyqtgraph's AxisItem,
because ranges are explicit and tick labels may neither overlap nor be clipped.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from gui.theme import look
from gui.widgets import scales
from gui.widgets.painted import draw_text_at, elided, line_height, text_width
from gui.widgets.plot_model import PlotModel, Series

DASHES = [5.0, 3.0]
BAND_SHARE = 0.14
FAINT_SHARE = 0.22
#: A plot lower than this many lines of text keeps to curves, ticks and end labels.
ROOMY_LINES = 6


def curve_width() -> float:
    """The width of a main curve in pixels."""
    return look().line_px * max(look().zoom, 1.0)


def curve_color(series: Series) -> QColor:
    """The colour of a series: its token, or a faint opaque mixture of it."""
    return look().tokens.blend(series.token, FAINT_SHARE if series.faint else 1.0)


@dataclass(frozen=True)
class Placement:
    """Where the plot stands: `rect` in pixels, and the x and y at its edges (axis units)."""

    rect: QRectF
    x: tuple[float, float]
    y: tuple[float, float]

    def px(self, x: float) -> float:
        """The pixel column of an x."""
        return self.rect.left() + (x - self.x[0]) / (self.x[1] - self.x[0]) * self.rect.width()

    def py(self, y: float) -> float:
        """The pixel row of a height in axis units."""
        return self.rect.bottom() - (y - self.y[0]) / (self.y[1] - self.y[0]) * self.rect.height()

    def x_at(self, px: float) -> float:
        """The x of a pixel column."""
        return self.x[0] + (px - self.rect.left()) / self.rect.width() * (self.x[1] - self.x[0])


class Layer(pg.GraphicsObject):  # type: ignore[misc]
    """A layer over the whole plot item."""

    def __init__(self, parent: QGraphicsItem, model: PlotModel, z: float) -> None:
        super().__init__(parent)
        self.model = model
        self.place = Placement(QRectF(0, 0, 1, 1), (0, 1), (0, 1))
        self.area = QRectF()
        self.setZValue(z)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def set_place(self, place: Placement, area: QRectF) -> None:
        """Take a new placement; `area` is the whole plot item."""
        if area != self.area:
            self.prepareGeometryChange()
        self.place, self.area = place, area
        self.update()

    def boundingRect(self) -> QRectF:
        return self.area

    def is_roomy(self) -> bool:
        """Whether there is room for more than the necessary."""
        return self.place.rect.height() > ROOMY_LINES * line_height(look().font(12))


class GridLayer(Layer):
    """Beneath the curves: band, grid, tick labels, axis caption, marker lines."""

    caption = ""
    has_caption_row = False
    _x_key: tuple[object, ...] = ()
    _x_ticks: list[tuple[float, str]]

    def y_ticks(self) -> list[tuple[float, str]]:
        """The y ticks that fit the height."""
        room = self.place.rect.height() / (2.2 * line_height(look().font(12)))
        return self.model.y_ticks(max(2, min(int(room), 6)))

    def x_ticks(self) -> list[tuple[float, str]]:
        """The x ticks that fit the width."""
        low, high = self.model.x_range
        # The view is wider than its axis by the room of the labels at the curves' ends.
        width = round(self.place.px(high) - self.place.px(low))
        key = (self.model.x_range, width, look().font(12).pixelSize())
        if key != self._x_key:
            self._x_key, self._x_ticks = key, self._fitting_x_ticks(width)
        return self._x_ticks

    def _fitting_x_ticks(self, width: int) -> list[tuple[float, str]]:
        font, gap = look().font(12), look().px(20)
        for most in range(10, 1, -1):
            ticks = self.model.x_ticks(most)
            if sum(text_width(text, font) + gap for _, text in ticks) <= width:
                return ticks
        return self.model.x_ticks(1)

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem,
        _widget: QWidget | None = None,
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._paint_band(painter)
        place, tokens = self.place, look().tokens
        left, right = place.px(self.model.x_range[0]), place.px(self.model.x_range[1])
        top, bottom = place.py(self.model.y_range[1]), place.py(self.model.y_range[0])
        font = look().font(12)
        painter.setFont(font)
        line, muted = QPen(tokens.color("line"), look().px(1)), tokens.color("muted")
        gap = look().px(6)
        for height, text in self.y_ticks():
            y = round(place.py(height))
            painter.setPen(line)
            painter.drawLine(QPointF(left, y), QPointF(right, y))
            painter.setPen(muted)
            draw_text_at(painter, text, left - gap - text_width(text, font), y)
        middle = bottom + look().px(4) + line_height(font) / 2
        for x, text in self.x_ticks():
            column = round(place.px(x))
            painter.setPen(line)
            painter.drawLine(QPointF(column, top), QPointF(column, bottom))
            painter.setPen(muted)
            width = text_width(text, font)
            draw_text_at(painter, text, max(column - width / 2, self.area.left()), middle)
        if self.has_caption_row:
            width = text_width(self.caption, font)
            draw_text_at(painter, self.caption, (left + right - width) / 2,
                         middle + line_height(font))
        painter.setPen(QPen(muted, look().px(1), Qt.PenStyle.DotLine))
        for x, _ in self.model.markers:
            painter.drawLine(QPointF(place.px(x), top), QPointF(place.px(x), bottom))

    def _paint_band(self, painter: QPainter) -> None:
        edges = self.model.band_edges()
        if edges is None:
            return
        x, low, high = edges
        place = self.place
        upper = [QPointF(place.px(a), place.py(b)) for a, b in zip(x, high, strict=True)]
        lower = [QPointF(place.px(a), place.py(b)) for a, b in zip(x, low, strict=True)]
        painter.save()
        painter.setClipRect(place.rect)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look().tokens.blend("vermilion", BAND_SHARE))
        painter.drawPolygon(QPolygonF([*upper, *reversed(lower)]))
        painter.restore()


@dataclass
class Label:
    """A text beside the end of a curve, in pixels."""

    text: str
    token: str
    bold: bool
    point: QPointF
    rect: QRectF


class LabelLayer(Layer):
    """Above the curves: end labels with their dots, the band's name, marker texts."""

    #: The width that labels have to share with curves, in pixels.
    room = 0.0

    def margin(self, width: float) -> float:
        """The room to keep free on the right of a plot `width` wide, so that every label fits.

        A label whose curve is still short needs none: it stands on the part yet to come.
        """
        low, high = self.model.x_range
        needed = 0.0
        for series, text, bold in self._texts():
            if series.by_hand:  # its name stands on it
                continue
            share = ((series.last() or (low, 0.0))[0] - low) / (high - low)
            label = text_width(text, look().font(13, bold=bold)) + look().px(12)
            if share > 0:
                needed = max(needed, width - (width - label) / share)
        return needed

    def _texts(self) -> list[tuple[Series, str, bool]]:
        """Series, text and boldness of the end labels; in a narrow plot just the values."""
        found, narrow = [], False
        for series in self.model.shown():
            last = series.last()
            if series.label and not series.faint and last is not None:
                ghost = series.token == "ghost"
                text = series.label if ghost else f"{series.label} {self.model.value_text(last[1])}"
                wide = text_width(text, look().font(13, bold=not ghost)) > self.room / 3
                if series.by_hand or not (ghost and wide):
                    found.append((series, text, not ghost))
                    narrow |= wide and not ghost
        if narrow:
            found = [(s, text if s.by_hand else self.model.value_text((s.last() or (0, 0))[1]), b)
                     for s, text, b in found if b or s.by_hand]
        return found

    def end_labels(self) -> list[Label]:
        """The labels where they stand: right of the last point, or left where that is full."""
        place, gap = self.place, look().px(8)
        labels = []
        for series, text, bold in self._texts():
            x, y = series.last() or (0.0, 0.0)
            height = float(self.model.axis_y(np.array([y]))[0])
            if not np.isfinite(height) or x > place.x[1]:
                continue
            font = look().font(13, bold=bold)
            size = text_width(text, font), line_height(font)
            point = QPointF(place.px(x), min(max(place.py(height), place.rect.top()),
                                             place.rect.bottom()))
            left, middle = point.x() + gap, point.y()
            if left + size[0] > place.rect.right():
                left, middle = max(point.x() - gap - size[0], place.rect.left()), middle - size[1]
            token = "muted" if series.token == "ghost" else series.token
            labels.append(Label(text, token, bold, point,
                                QRectF(left, middle - size[1] / 2, *size)))
        return self._spread(labels)

    def _spread(self, labels: list[Label]) -> list[Label]:
        """Push labels apart that share columns; the last ones go where not all fit."""
        rect = self.place.rect
        groups: list[list[Label]] = []
        for label in sorted(labels, key=lambda one: one.rect.left()):
            if groups and label.rect.left() < max(one.rect.right() for one in groups[-1]):
                groups[-1].append(label)
            else:
                groups.append([label])
        kept = []
        for group in groups:
            group.sort(key=lambda one: not one.bold)
            while len(group) > 1 and sum(one.rect.height() for one in group) > rect.height():
                group.pop()
            middles = scales.push_apart(
                [one.rect.center().y() for one in group], [one.rect.height() for one in group],
                rect.top(), rect.bottom(),
            )
            for label, middle in zip(group, middles, strict=True):
                label.rect.moveTop(middle - label.rect.height() / 2)
            kept += group
        return kept

    def band_label(self) -> tuple[str, QRectF] | None:
        """The band's name and its place: where the band is widest, or else just beside it."""
        edges, band = self.model.band_edges(), self.model.band
        font = look().font(13, bold=True)
        if edges is None or band is None or not band.label or not self.is_roomy():
            return None
        x, low, high = edges
        width, height = text_width(band.label, font), line_height(font)
        if width > self.place.rect.width() / 2:
            return None
        rect, place = self.place.rect, self.place
        columns = np.array([place.px(v) for v in x])
        top, bottom = (np.array([place.py(v) for v in edge]) for edge in (high, low))
        last = max(columns[-1] - width / 2 - look().px(4), rect.left() + width / 2)
        best = (-np.inf, last, rect.top())
        for center in np.linspace(min(max(columns[0] + width / 2, rect.left()), last), last, 25):
            within = np.append(np.linspace(center - width / 2, center + width / 2, 9), center)
            upper = max(np.interp(within, columns, top).max(), rect.top())
            lower = min(np.interp(within, columns, bottom).min(), rect.bottom())
            inside = columns[0] <= center - width / 2
            if lower - upper > best[0] and inside:
                best = (lower - upper, center, (lower + upper) / 2)
        clear, center, middle = best
        if clear >= height:
            return band.label, QRectF(center - width / 2, middle - height / 2, width, height)
        within = np.linspace(center - width / 2, center + width / 2, 9)
        above = np.interp(within, columns, top).min() - 1.2 * height
        below = np.interp(within, columns, bottom).max() + 0.2 * height
        taken = [one.rect for one in self.end_labels()] + [r for _, r in self.marker_labels()]
        for y in (above, below):
            found = QRectF(center - width / 2, y, width, height)
            if rect.contains(found) and not any(found.intersects(other) for other in taken):
                return band.label, found
        return None

    def marker_labels(self) -> list[tuple[str, QRectF]]:
        """Marker texts in up to three rows at the top; one that finds no room is left out."""
        font, gap = look().font(12), look().px(4)
        height, rect = line_height(font), self.place.rect
        ends = [-np.inf] * 3
        found: list[tuple[str, QRectF]] = []
        if not self.is_roomy():
            return found
        for x, text in sorted(self.model.markers):
            text = elided(text, font, rect.width() / 2)
            width = text_width(text, font)
            left = self.place.px(x) + gap
            if left + width > rect.right():
                left = self.place.px(x) - gap - width
            row = next((i for i, end in enumerate(ends) if left > end + gap), None)
            if row is not None and rect.top() + (row + 1) * height < rect.bottom():
                ends[row] = left + width
                found.append((text, QRectF(left, rect.top() + row * height, width, height)))
        return found

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem,
        _widget: QWidget | None = None,
    ) -> None:
        tokens = look().tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for text, rect in self.marker_labels():
            painter.setFont(look().font(12))
            self._paint_text(painter, text, rect, "muted")
        radius = curve_width() * 1.5
        for label in self.end_labels():
            if label.bold:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(tokens.color(label.token))
                painter.drawEllipse(label.point, radius, radius)
            painter.setFont(look().font(13, bold=label.bold))
            self._paint_text(painter, label.text, label.rect, label.token)
        named = self.band_label()
        if named is not None:
            painter.setFont(look().font(13, bold=True))
            self._paint_text(painter, *named, "vermilion", BAND_SHARE)

    def _paint_text(
        self, painter: QPainter, text: str, rect: QRectF, token: str, share: float = 0.0
    ) -> None:
        """Text on a plate of the ground's colour, legible where it crosses a line."""
        painter.fillRect(rect.adjusted(-1, 1, 1, -1), look().tokens.blend(token, share))
        painter.setPen(look().tokens.text(token))
        draw_text_at(painter, text, rect.left(), rect.center().y())
