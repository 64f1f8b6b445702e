"""A plot of live curves that stays calm: explicit ranges, direct labels, a cursor readout."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from gui.theme import look
from gui.widgets.painted import Painted, draw_focus_ring, line_height, text_width
from gui.widgets.plot_cursor import CursorLayer
from gui.widgets.plot_curves import FEWEST_COLUMNS, Canvas, Curves
from gui.widgets.plot_layers import ROOMY_LINES, GridLayer, LabelLayer, Placement, curve_width
from gui.widgets.plot_model import Band, PlotModel, Series

#: The labels' margin at the right takes at most this share of the plot.
LARGEST_MARGIN = 0.45


class LivePlot(Painted):
    """Named curves over a fixed x range, for data that arrive while one watches.

    Main series steer the y range, which only grows; faint ones are drawn behind and may leave it.
    """

    #: The x of the readout cursor after the user moved it; nan when it went away.
    cursor_moved = Signal(float)

    def __init__(
        self, title: str = "", caption: str = "", parent: QWidget | None = None, *,
        percent: bool = False,
    ) -> None:
        super().__init__(parent, focusable=True)
        self._model = PlotModel(is_percent=percent)
        self._margin = 0.0
        self._title = QLabel(title)
        self._title.setProperty("role", "title")
        self._title.setVisible(bool(title))
        self._canvas = Canvas(self)
        self._canvas.hovered.connect(self._on_hovered)
        self._canvas.left.connect(self._on_left)
        self._item = self._canvas.getPlotItem()
        self._curves = Curves(self._canvas, self._model)
        self._grid = GridLayer(self._item, self._model, -200)
        self._labels = LabelLayer(self._item, self._model, 100)
        self._cursor = CursorLayer(self._item, self._model, 200)
        self._grid.caption = self._cursor.caption = caption
        self._column = column = QVBoxLayout(self)
        column.setSpacing(0)
        column.addWidget(self._title)
        column.addWidget(self._canvas, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(title)
        self._item.vb.sigResized.connect(self._on_resized)
        self.on_look_changed()

    # data

    def add_series(
        self, key: str, label: str, color_token: str, *, dashed: bool = False, faint: bool = False
    ) -> None:
        """Declare a curve. Faint ones, thousands of noisy points, lie behind the others."""
        series = Series(label, color_token, dashed, faint)
        self._model.series[key] = series
        self._curves.add(series)

    def set_series(self, key: str, x: np.ndarray, y: np.ndarray) -> None:
        """Replace a curve's points, (n,) each, x ascending; what is no finite number is a gap."""
        series = self._model.series[key]
        if series.replace(x, y):
            self._curves.draw(series)
            self._arrange(ranges=self._model.follow_data())

    def clear(self) -> None:
        """Empty all series and start over with the y range; ghosts and their like stay."""
        for series in self._model.series.values():
            series.replace(np.empty(0), np.empty(0))
        self._margin = 0.0
        self._model.restart_range()
        self._redraw()

    def set_ghosts(self, ghosts: Iterable[tuple[np.ndarray, np.ndarray, str]]) -> None:
        """Show earlier runs, (x, y, label) each, dashed in the ghost colour."""
        for series in self._model.ghosts:
            self._curves.remove(series)
        self._model.ghosts = []
        for x, y, label in ghosts:
            series = Series(label, "ghost", dashed=True)
            series.replace(x, y)
            self._model.ghosts.append(series)
            self._curves.add(series)
        self._model.follow_data()
        self._redraw()

    def set_prediction(
        self, points: tuple[np.ndarray, np.ndarray] | None, label: str = ""
    ) -> None:
        """Show what somebody drew beforehand, x and y (n,), thick and dashed; None removes it."""
        if self._model.prediction is not None:
            self._curves.remove(self._model.prediction)
            self._model.prediction = None
        if points is not None:
            series = Series(label, "ghost", dashed=True, by_hand=True)
            series.replace(*points)
            self._model.prediction = series
            self._curves.add(series)
        self._model.follow_data()
        self._redraw()

    def set_markers(self, markers: Iterable[tuple[float, str]]) -> None:
        """Vertical lines with a short text at the top, (x, text) each."""
        markers = [(float(x), text) for x, text in markers]
        if markers != self._model.markers:
            self._model.markers = markers
            self._arrange()

    def set_band(
        self, key_a: str | None, key_b: str = "", x_from: float = 0.0, label: str = ""
    ) -> None:
        """Shade the area between two series from `x_from` on and name it; None removes it."""
        band = None if key_a is None else Band(key_a, key_b, x_from, label)
        if band != self._model.band:
            self._model.band = band
            self._arrange()

    # axes

    def set_x_range(self, low: float, high: float) -> None:
        """Fix the x range; it never moves by itself."""
        if not (math.isfinite(low) and math.isfinite(high) and low < high):
            raise ValueError(f"An x range needs two finite ends in order, not {low} and {high}.")
        if (low, high) != self._model.x_range:
            self._model.x_range = (float(low), float(high))
            self._redraw()

    def set_y_range(
        self, low: float | None = None, high: float | None = None, *, fixed: bool = False,
        settled_x: float = -math.inf,
    ) -> None:
        """The y range to start from; data that cross it make it grow, unless `fixed`.

        Without ends the first data decide. Points before `settled_x` do not count once the curves
        are past it: a loss that starts high then leaves the plot at the top.
        """
        model = self._model
        model.y_start = None if low is None or high is None else (float(low), float(high))
        model.y_fixed = fixed and model.y_start is not None
        model.settled_x = settled_x
        model.restart_range()
        self._redraw()

    def set_log(self, on: bool) -> None:
        """Switch the y axis to log10; values ≤ 0 become gaps."""
        if on != self._model.is_log:
            self._model.is_log = on
            self._model.restart_range()
            self._redraw()

    @property
    def x_range(self) -> tuple[float, float]:
        """The x range in force."""
        return self._model.x_range

    @property
    def y_range(self) -> tuple[float, float]:
        """The y range in force, in the data's units."""
        low, high = self._model.y_range
        return (10.0**low, 10.0**high) if self._model.is_log else (low, high)

    def set_title(self, title: str) -> None:
        """The text above the plot."""
        self._title.setText(title)
        self._title.setVisible(bool(title))
        self.setAccessibleName(title)

    def set_caption(self, caption: str) -> None:
        """The text below the x axis."""
        self._grid.caption = self._cursor.caption = caption
        self._arrange()

    @property
    def caption(self) -> str:
        """The text below the x axis."""
        return self._grid.caption

    @property
    def contents(self) -> PlotModel:
        """Everything that is shown, to be read."""
        return self._model

    def placement(self) -> Placement:
        """Where the plot stands, in the widget's own pixels."""
        place = self._grid.place
        offset = self._canvas.viewport().mapTo(self, QPoint(0, 0))
        return Placement(place.rect.translated(QPointF(offset)), place.x, place.y)

    def values_text(self) -> str:
        """The newest values as plain text, e.g. "train 0.134, test 0.386"."""
        return self._model.values_text()

    # cursor

    @property
    def cursor_x(self) -> float | None:
        """Where the readout stands, None where it is hidden."""
        return self._cursor.x

    def set_cursor(self, x: float | None) -> None:
        """Show the readout at `x`, hide it for None or nan. Emits nothing: plots can be linked."""
        x = None if x is None or math.isnan(x) else float(x)
        if x != self._cursor.x:
            self._cursor.x = x
            self._cursor.update()

    def readout(self) -> list[tuple[str, str]]:
        """The labels and value texts in the readout; empty while it is hidden."""
        if self._cursor.x is None:
            return []
        return [(series.label, text) for series, text in self._model.readout(self._cursor.x)]

    def _move_cursor(self, x: float | None) -> None:
        if x != self._cursor.x:
            self.set_cursor(x)
            self.cursor_moved.emit(math.nan if x is None else x)

    def _on_hovered(self, px: float) -> None:
        stops = self._model.stops()
        if len(stops):
            x = self._grid.place.x_at(px)
            self._move_cursor(float(stops[np.argmin(np.abs(stops - x))]))

    def _on_left(self) -> None:
        self._move_cursor(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, stops = event.key(), self._model.stops()
        if key == Qt.Key.Key_Escape and self.cursor_x is not None:
            self._move_cursor(None)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and len(stops):
            step = 1 if key == Qt.Key.Key_Right else -1
            if self.cursor_x is None:
                index = len(stops) - 1
            else:
                index = int(np.searchsorted(stops, self.cursor_x, "right" if step > 0 else "left"))
                index -= step < 0
            self._move_cursor(float(stops[min(max(index, 0), len(stops) - 1)]))
        else:
            super().keyPressEvent(event)

    # drawing

    def sizeHint(self) -> QSize:
        return QSize(look().px(420), look().px(240))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(150), look().px(100))

    def on_look_changed(self) -> None:
        """Repaint everything in the new colours and sizes."""
        super().on_look_changed()
        self._canvas.setBackground(look().tokens.color("surface"))
        ring = look().px(6)
        self._column.setContentsMargins(ring, ring, ring, ring)
        self._margin = 0.0
        self._arrange()
        self._curves.redraw(restyle=True)

    def _on_resized(self) -> None:
        self._margin = 0.0
        self._arrange()
        columns = max(int(self._grid.place.rect.width()), FEWEST_COLUMNS)
        if columns != self._curves.columns:
            self._curves.columns = columns
            self._curves.redraw()

    def _redraw(self) -> None:
        self._arrange()
        self._curves.redraw()

    def _arrange(self, *, ranges: bool = True) -> None:
        """Reserve room for tick and end labels, and place curves and layers accordingly."""
        self._labels.room = self._canvas.width()
        if ranges or self._needed_margin() > self._margin:
            font = look().font(12)
            height = line_height(font)
            roomy = self._canvas.height() > (ROOMY_LINES + 2) * height
            self._grid.has_caption_row = roomy and bool(self._grid.caption)
            below = height * (2 if self._grid.has_caption_row else 1) + look().px(4)
            # Twice, because the room that this leaves decides which ticks there are.
            for _ in range(2):
                self._margin = max(self._margin, self._needed_margin())
                widest = max(text_width(t, font) for _, t in self._grid.y_ticks())
                self._item.layout.setContentsMargins(widest + look().px(8), height / 2, 2, below)
                self._item.layout.activate()
                self._place()
        else:
            for layer in (self._grid, self._labels, self._cursor):
                layer.update()
        text = self.values_text()
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)

    def _needed_margin(self) -> float:
        """What end labels and half of the last tick's text need to the right of the last x."""
        ticks = [text_width(text, look().font(12)) for _, text in self._grid.x_ticks()]
        return max(self._labels.margin(self._item.vb.geometry().width()), max(ticks) / 2)

    def _place(self) -> None:
        rect = QRectF(self._item.vb.geometry())
        if rect.width() < 8 or rect.height() < 8:
            return
        pad = 2 * curve_width()
        margin = min(self._margin, LARGEST_MARGIN * rect.width())
        (low, high), (bottom, top) = self._model.x_range, self._model.y_range
        unit_x = (high - low) / max(rect.width() - margin - pad, 1)
        unit_y = (top - bottom) / max(rect.height() - 2 * pad, 1)
        place = Placement(
            rect, (low - pad * unit_x, high + margin * unit_x),
            (bottom - pad * unit_y, top + pad * unit_y),
        )
        self._item.vb.setRange(xRange=place.x, yRange=place.y, padding=0, disableAutoRange=True)
        for layer in (self._grid, self._labels, self._cursor):
            layer.set_place(place, self._item.boundingRect())

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self.hasFocus():
            draw_focus_ring(QPainter(self), QRectF(self.rect()))
