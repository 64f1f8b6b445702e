"""Curves with bands over a common x, each with its prediction dashed and its verdict in words."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme import look
from gui.widgets import scales
from gui.widgets.band_plot_marks import (
    MARKS,
    band_path,
    curve_path,
    draw_by_hand,
    draw_legend,
    draw_readout,
    marks_path,
)
from gui.widgets.band_plot_model import BandSeries, good_range, on_axis
from gui.widgets.painted import CENTER, RIGHT, Canvas, Pictured, line_height, paste, text_width

#: More points than these get no marks of their own.
MOST_MARKS = 40


class BandPlot(Pictured):
    """Shows `BandSeries` over x; a readout follows the mouse, or the arrow keys."""

    #: The index of the point read off, -1 for none.
    point_hovered = Signal(int)

    def __init__(
        self, name: str, caption: str = "", parent: QWidget | None = None, *, is_log: bool = True
    ) -> None:
        super().__init__(parent, focusable=True)
        self.setAccessibleName(name)
        self.setAccessibleDescription(self.tr("Left and right read it off."))
        self._caption, self._is_log = caption, is_log
        self._x = np.empty(0)
        self._series: tuple[BandSeries, ...] = ()
        #: The series that changed last, and a picture of axes and all others: while one of many is
        #: dragged, the others are not drawn anew.
        self._moving: frozenset[int] = frozenset()
        self._still: Canvas | None = None
        self._range = (-1.0, 1.0)
        self._fixed: tuple[float, float] | None = None
        self._drawn: tuple[np.ndarray, np.ndarray, str] | None = None
        self._lit: int | None = None
        self._cursor = -1
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    # --- data -----------------------------------------------------------------------------------

    def set_series(self, x: np.ndarray, series: Sequence[BandSeries]) -> None:
        """Show other curves over `x` (points,), ascending."""
        if len(series) != len(self._series):
            self.updateGeometry()
        before, axes = self._series, (self._x, self._range)
        self._x, self._series = np.asarray(x, dtype=np.float64), tuple(series)
        self._range = self._fixed or self._good_range()
        self._cursor = min(self._cursor, len(self._x) - 1)
        self.setAccessibleDescription("; ".join(f"{s.label}: {s.words}" for s in series))
        is_alike = len(before) == len(series) and np.array_equal(axes[0], self._x)
        changed = frozenset(k for k, s in enumerate(series) if not is_alike or s is not before[k])
        if not is_alike or axes[1] != self._range or changed not in (frozenset(), self._moving):
            self._moving, self._still = changed, None
        self._picture = None
        self.update()

    def forget(self) -> None:
        super().forget()
        self._still = None

    def _good_range(self) -> tuple[float, float]:
        drawn = [] if self._drawn is None else [BandSeries("", "ghost", self._drawn[1])]
        return good_range([*self._series, *drawn], self._is_log)

    def set_fixed_range(self, low: float, high: float) -> None:
        """Keep to this range, in axis units."""
        self._fixed = self._range = (low, high)
        self.forget()

    def set_prediction(
        self, points: tuple[np.ndarray, np.ndarray] | None, label: str = ""
    ) -> None:
        """Show what somebody drew beforehand, x and y (n,), thick and dashed; None removes it."""
        if points is None and self._drawn is None:
            return
        self._drawn = None if points is None else (*points, label)
        self._range = self._fixed or self._good_range()
        self.forget()
        self.update()

    def set_lit(self, points: int | None) -> None:
        """Show what was measured at the first `points` points only; None shows all."""
        if points != self._lit:
            self._lit = points
            self.forget()
            self.update()

    def set_cursor(self, index: int) -> None:
        """Read off the point `index`, -1 for none. Emits nothing: plots can be linked."""
        index = index if 0 <= index < len(self._x) else -1
        if index != self._cursor:
            self._cursor = index
            self.update()

    @property
    def series(self) -> tuple[BandSeries, ...]:
        """What is shown."""
        return self._series

    @property
    def positions(self) -> np.ndarray:
        """The x of every point, (points,)."""
        return self._x

    @property
    def caption(self) -> str:
        """The text below the x axis."""
        return self._caption

    def places(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Where values (points,) over x lie, as pixel columns and rows; nan where there is none."""
        heights = on_axis(values, self._is_log)
        frame = self.frame()
        rows = self._py(heights, frame)
        return self._px(self._x, frame), np.where(np.isfinite(heights), rows, np.nan)

    def readout(self) -> list[tuple[str, str]]:
        """Label and value at the cursor."""
        if self._cursor < 0:
            return []
        return [(s.label, self._value(s)) for s in self._series]

    def _value(self, series: BandSeries) -> str:
        def text(value: float) -> str:
            return "inf" if math.isinf(value) else scales.number_text(value)

        measured = text(float(series.measured[self._cursor]))
        if not len(series.theory):
            return measured
        return self.tr("{measured}  theory {theory}").format(
            measured=measured, theory=text(float(series.theory[self._cursor]))
        )

    # --- hands ----------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        frame = self.frame()
        if len(self._x) and frame.adjusted(-8, 0, 8, 0).contains(event.position()):
            at = self._px(self._x, frame)
            self._move(int(np.argmin(np.abs(at - event.position().x()))))
        else:
            self._move(-1)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._move(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is not None and len(self._x):
            now = self._cursor if self._cursor >= 0 else len(self._x) - 1 - step
            self._move(min(max(now + step, 0), len(self._x) - 1))
        elif event.key() == Qt.Key.Key_Escape and self._cursor >= 0:
            self._move(-1)
        else:
            super().keyPressEvent(event)

    def _move(self, index: int) -> None:
        if index != self._cursor:
            self.set_cursor(index)
            self.point_hovered.emit(index)

    # --- places ---------------------------------------------------------------------------------

    def frame(self) -> QRectF:
        """Where the curves are drawn."""
        font = look().font(12)
        height = line_height(font)
        widest = max((text_width(text, font) for _, text in self._y_ticks()), default=0.0)
        legend = len(self._legend()) * line_height(look().font(13)) + look().px(4)
        below = height * (2 if self._caption else 1) + look().px(4)
        return QRectF(
            widest + look().px(8), legend + look().px(6), self.width() - widest - look().px(20),
            max(self.height() - legend - below - look().px(8), 8),
        )

    def _legend(self) -> list[BandSeries]:
        """The series that a line is written about; where there is little room, none."""
        line = line_height(look().font(13))
        return list(self._series) if self.height() > (len(self._series) + 5) * line else []

    def _px(self, x: np.ndarray, frame: QRectF) -> np.ndarray:
        low, high = (self._x[0], self._x[-1]) if len(self._x) else (0.0, 1.0)
        span = high - low or 1.0
        shift = 0.5 if high == low else 0.0
        return np.asarray(frame.left() + ((x - low) / span + shift) * frame.width())

    def _py(self, heights: np.ndarray, frame: QRectF) -> np.ndarray:
        low, high = self._range
        share = (heights - low) / (high - low)
        return np.asarray(frame.bottom() - np.clip(share, -0.0, 1.0) * frame.height())

    def _y_ticks(self) -> list[tuple[float, str]]:
        low, high = self._range
        most = max(2, int(self.height() / look().px(52)))
        if self._is_log:
            found = scales.log_ticks(low, high, most)
            is_even = all(t == round(t) for t in found)
            return [
                (t, scales.power_text(t) if is_even or abs(t) > 4
                 else scales.tick_text(10.0**t, 10.0**t))
                for t in found
            ]
        step = scales.nice_step(high - low, most)
        return [(t, scales.tick_text(t, step)) for t in scales.ticks(low, high, most)]

    # --- drawing --------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(look().px(380), look().px(280))

    def minimumSizeHint(self) -> QSize:
        # Where type is large, the curves come before what is said of many.
        crowded = look().is_projector and len(self._series) > 2
        lines = 6 if crowded else len(self._series) + 7
        return QSize(look().px(170), int(lines * line_height(look().font(13))))

    def paint_above(self, painter: QPainter) -> None:
        if self._cursor >= 0:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._draw_readout(painter)

    def paint_picture(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = self.frame()
        if self._still is None:
            self._still = self.canvas()
            with QPainter(self._still) as beneath:
                beneath.setRenderHint(QPainter.RenderHint.Antialiasing)
                self._draw_axes(beneath, frame)
                self._draw_series(beneath, frame, set(range(len(self._series))) - self._moving)
        paste(painter, self._still)
        self._draw_series(painter, frame, self._moving)
        if self._drawn is not None:
            self._draw_prediction(painter, frame, *self._drawn)

    def _draw_series(self, painter: QPainter, frame: QRectF, numbers: Collection[int]) -> None:
        """These series with their lines in the legend: bands, above them curves, then theory."""
        if not len(self._x):
            return
        px = self._px(self._x, frame)
        shown = [(k, self._series[k]) for k in sorted(numbers)]
        for _, series in shown:
            self._draw_band(painter, series, px, frame)
        for index, series in shown:
            self._draw_curve(painter, series, px, frame, index)
        for _, series in shown:
            if len(series.theory):
                self._draw_theory(painter, series.theory, px, frame)
        draw_legend(painter, self._legend(), self.width(), numbers)

    def _draw_axes(self, painter: QPainter, frame: QRectF) -> None:
        tokens, font = look().tokens, look().font(12)
        painter.setFont(font)
        height = line_height(font)
        for tick, text in self._y_ticks():
            y = float(self._py(np.array([tick]), frame)[0])
            painter.setPen(QPen(tokens.color("line"), 1))
            painter.drawLine(QPointF(frame.left(), y), QPointF(frame.right(), y))
            painter.setPen(tokens.color("muted"))
            painter.drawText(
                QRectF(0, y - height / 2, frame.left() - look().px(6), height), RIGHT, text
            )
        if not len(self._x):
            return
        low, high = float(self._x[0]), float(self._x[-1])
        most = max(2, int(frame.width() / look().px(56)))
        step = max(1.0, scales.nice_step(max(high - low, 1), most))
        step = math.ceil(step) if step != round(step) else step
        stops = [t for t in np.arange(step, high + 1e-9, step) if t - low >= 0.6 * step]
        for tick in (low, *stops):
            x = float(self._px(np.array([tick]), frame)[0])
            painter.setPen(QPen(tokens.color("line"), 1))
            painter.drawLine(QPointF(x, frame.top()), QPointF(x, frame.bottom()))
            painter.setPen(tokens.color("muted"))
            text = f"{tick:g}"
            width = text_width(text, font) + 1  # the last may be wider than its room
            left = min(x - width / 2, self.width() - width)
            painter.drawText(QRectF(left, frame.bottom() + 3, width, height), CENTER, text)
        if self._caption:
            painter.drawText(
                QRectF(frame.left(), frame.bottom() + 2 + height, frame.width(), height), CENTER,
                self._caption,
            )

    def _draw_band(
        self, painter: QPainter, series: BandSeries, px: np.ndarray, frame: QRectF
    ) -> None:
        if np.array_equal(series.lowest, series.highest):  # none, or that of a single seed
            return
        low, high = on_axis(series.lowest, self._is_log), on_axis(series.highest, self._is_log)
        known = ~(np.isnan(low) | np.isnan(high))
        if self._lit is not None:
            known[self._lit :] = False
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look().tokens.color(series.token, 0.2))
        top = np.where(known, self._py(high, frame), np.nan)
        painter.drawPath(band_path(px, top, self._py(low, frame)))

    def _draw_curve(
        self, painter: QPainter, series: BandSeries, px: np.ndarray, frame: QRectF, index: int
    ) -> None:
        heights = on_axis(series.measured, self._is_log)
        known = ~np.isnan(heights)
        if self._lit is not None:
            known[self._lit :] = False
        color = look().tokens.color(series.token)
        y = self._py(heights, frame)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(color, look().line_px))
        within = known & np.isfinite(heights)
        painter.drawPath(curve_path(px, np.where(within, y, np.nan)))
        painter.setPen(QPen(look().tokens.color("surface"), 1))
        painter.setBrush(color)
        if len(px) <= MOST_MARKS:
            shape = MARKS[index % len(MARKS)]
            painter.drawPath(marks_path(shape, px[within], y[within], look().line_px + 1.5))
        # What is beyond the axis is not left out: it is marked at its edge.
        beyond = np.flatnonzero(known & np.isinf(heights))
        # Too many for marks of their own are told by the first one and the word beside it.
        for up, text in ((True, "inf"), (False, "0")):
            there = beyond[(heights[beyond] > 0) == up]
            if not len(there):
                continue
            marked = px[there if len(px) <= MOST_MARKS else there[:1]]
            edge = np.full(len(marked), frame.top() + 5 if up else frame.bottom() - 5)
            radius = look().line_px + 2.5
            painter.drawPath(marks_path("^" if up else "v", marked, edge, radius))
            self._say(painter, text, marked[0], frame, up, series.token)

    def _say(
        self, painter: QPainter, text: str, x: float, frame: QRectF, up: bool, token: str
    ) -> None:
        font = look().font(12, bold=True)
        painter.save()
        painter.setFont(font)
        painter.setPen(look().tokens.text(token))
        height = line_height(font)
        y = frame.top() + 10 if up else frame.bottom() - 10 - height
        painter.drawText(QRectF(x - 30, y, 60, height), CENTER, text)
        painter.restore()

    def _draw_theory(
        self, painter: QPainter, theory: np.ndarray, px: np.ndarray, frame: QRectF
    ) -> None:
        heights = on_axis(theory, self._is_log)
        y = self._py(heights, frame)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        pen = QPen(look().tokens.color("ink"), max(1.2, 0.65 * look().line_px))
        pen.setDashPattern([3, 3])
        painter.setPen(pen)
        painter.drawPath(curve_path(px, np.where(np.isfinite(heights), y, np.nan)))

    def _draw_prediction(
        self, painter: QPainter, frame: QRectF, x: np.ndarray, y: np.ndarray, label: str
    ) -> None:
        """As by chalk; its name stands where it ends."""
        heights = on_axis(np.asarray(y, dtype=np.float64), self._is_log)
        px, py = self._px(np.asarray(x, dtype=np.float64), frame), self._py(heights, frame)
        draw_by_hand(painter, px, py, frame, label)

    def _draw_readout(self, painter: QPainter) -> None:
        frame = self.frame()
        x = float(self._px(self._x[self._cursor : self._cursor + 1], frame)[0])
        head = f"{self._caption} {self._x[self._cursor]:g}"
        rows = [(head, "", "ink")] + [(s.label, self._value(s), s.token) for s in self._series]
        draw_readout(painter, frame, x, rows, self.width())
