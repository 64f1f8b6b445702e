"""Named horizontal bars: probabilities, and statistics on a log axis."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme import look
from gui.widgets import scales
from gui.widgets.painted import Painted, draw_text_at, elided, line_height, text_width

#: Outside the projector theme, names may shrink down to this size before rows are left out.
SMALLEST_TEXT = 10
TALLEST_ROW = 26


@dataclass(frozen=True)
class _Rows:
    """The rows shown, their height and type, and the columns of names and bars."""

    indices: list[int]
    height: float
    font: QFont
    bold: QFont
    bar_left: float
    bar_width: float


class ProbabilityBars(Painted):
    """One bar in 0…1 for each name. Where not all rows fit, the most probable ones are shown.

    The predicted class (the greatest value) is green when it is the true one, else vermilion; the
    name of the true class is bold.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: list[str] = []
        self._values: np.ndarray | None = None
        self._ghost: np.ndarray | None = None
        self._true: int | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_values(
        self, names: Sequence[str], values: np.ndarray | None, true_index: int | None = None,
        ghost: np.ndarray | None = None,
    ) -> None:
        """Show (n,) probabilities, None for none yet; `ghost` marks the values before."""
        names = list(names)
        same = names == self._names and true_index == self._true
        if same and _equal(values, self._values) and _equal(ghost, self._ghost):
            return
        self._names, self._true = names, true_index
        self._values = None if values is None else np.array(values, dtype=np.float64)
        self._ghost = None if ghost is None else np.array(ghost, dtype=np.float64)
        self.setAccessibleDescription(self._description())
        self.update()

    @property
    def predicted(self) -> int | None:
        """The index of the greatest value."""
        if self._values is None or not np.isfinite(self._values).any():
            return None
        return int(np.nanargmax(self._values))

    def shown_rows(self) -> list[int]:
        """The indices of the rows that fit, in order."""
        return self._rows().indices

    def _description(self) -> str:
        if self._values is None:
            return ""
        ranked = np.argsort(-self._values, kind="stable")[:3]
        texts = [scales.percent_text(self._values[i], 0) for i in ranked]
        return ", ".join(f"{self._names[i]} {t}" for i, t in zip(ranked, texts, strict=True))

    def sizeHint(self) -> QSize:
        rows = max(len(self._names), 1)
        return QSize(look().px(200), int(rows * line_height(look().font(12))) + 1)

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(110), int(2 * line_height(look().font(SMALLEST_TEXT))) + 1)

    def _rows(self) -> _Rows:
        for size in range(12, SMALLEST_TEXT - 1, -1):
            font = look().font(size)
            line = 0.95 * line_height(font)
            if line * len(self._names) <= self.height():
                break
        bold = QFont(font)
        bold.setBold(True)
        must = [i for i in (self._true, self.predicted) if i is not None]
        scores = self._values if self._values is not None else np.zeros(len(self._names))
        indices = scales.top_rows(np.nan_to_num(scores).tolist(), int(self.height() / line), must)
        height = min(self.height() / max(len(indices), 1), look().px(TALLEST_ROW))
        gap = look().px(6)
        value_width = text_width(scales.percent_text(1.0, 0), bold) + gap
        widest = max((text_width(name, bold) for name in self._names), default=0.0)
        names = min(widest, max(0.72 * (self.width() - value_width), 1))
        return _Rows(indices, height, font, bold, names + gap,
                     max(self.width() - names - gap - value_width, 1.0))

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._names:
            return
        painter, rows = QPainter(self), self._rows()
        tokens, predicted = look().tokens, self.predicted
        top = (self.height() - rows.height * len(rows.indices)) / 2
        right = rows.bar_left - look().px(6)
        for place, index in enumerate(rows.indices):
            middle = top + (place + 0.5) * rows.height
            font = rows.bold if index == self._true else rows.font
            name = elided(self._names[index], font, right)
            painter.setFont(font)
            painter.setPen(tokens.color("ink" if index in (self._true, predicted) else "muted"))
            draw_text_at(painter, name, right - text_width(name, font), middle)
            foot = QRectF(rows.bar_left, middle - 0.3 * rows.height, 1, 0.6 * rows.height)
            painter.fillRect(foot, tokens.color("ghost"))
            if self._values is not None:
                self._paint_bar(painter, rows, index, middle)

    def _paint_bar(self, painter: QPainter, rows: _Rows, index: int, middle: float) -> None:
        assert self._values is not None
        tokens, value = look().tokens, self._values[index]
        value = min(max(float(value), 0.0), 1.0) if math.isfinite(value) else 0.0
        token = "ghost"
        if index == self.predicted:
            token = "green" if self._true in (index, None) else "vermilion"
        height, width = 0.6 * rows.height, value * rows.bar_width
        painter.fillRect(QRectF(rows.bar_left, middle - height / 2, width, height),
                         tokens.color(token))
        if self._ghost is not None and math.isfinite(self._ghost[index]):
            mark = rows.bar_left + float(self._ghost[index]) * rows.bar_width
            painter.fillRect(QRectF(mark - 1, middle - 0.4 * rows.height, look().px(2),
                                    0.8 * rows.height), tokens.color("muted"))
        if value >= 0.01:
            painter.setFont(rows.bold if index == self.predicted else rows.font)
            painter.setPen(tokens.text(token))
            draw_text_at(painter, scales.percent_text(value, 0),
                         rows.bar_left + width + look().px(4), middle)


class StatisticBars(Painted):
    """One bar for each name on a log10 axis, its value written behind it as a power of ten."""

    def __init__(self, token: str = "purple", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._token = token
        self._names: list[str] = []
        self._values = np.empty(0)
        self._reference: float | None = None
        self._range = (-4.0, 0.0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_range(self, low: float, high: float) -> None:
        """The exponents at the ends of the axis; values outside make it grow by whole decades."""
        self._range = (math.floor(low), math.ceil(high))
        self.update()

    def set_reference(self, exponent: float | None) -> None:
        """A dashed line at an exponent of ten; None removes it."""
        if exponent != self._reference:
            self._reference = exponent
            self.update()

    def set_values(self, names: Sequence[str], exponents: np.ndarray) -> None:
        """Show (n,) values given as log10; −inf (a value of zero) has no bar."""
        exponents, before = np.array(exponents, dtype=np.float64), self._range
        known = exponents[np.isfinite(exponents)]
        if len(known):
            low, high = self._range
            self._range = (min(low, math.floor(known.min())), max(high, math.ceil(known.max())))
        is_same = list(names) == self._names and _equal(exponents, self._values)
        if is_same and self._range == before:
            return
        self._names, self._values = list(names), exponents
        texts = zip(self._names, map(self.value_text, exponents), strict=True)
        self.setAccessibleDescription(", ".join(f"{name} {text}" for name, text in texts))
        self.update()

    @property
    def range(self) -> tuple[float, float]:
        """The exponents at the ends of the axis."""
        return self._range

    def value_text(self, exponent: float) -> str:
        """The text behind a bar."""
        return scales.power_text(exponent) if math.isfinite(exponent) else "0"

    def sizeHint(self) -> QSize:
        rows = max(len(self._names), 1) + 1
        return QSize(look().px(220), int(1.5 * rows * line_height(look().font(12))))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(120), int((len(self._names) + 1) * line_height(look().font(12))) + 1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._names:
            return
        painter, tokens, font = QPainter(self), look().tokens, look().font(12)
        gap, line = look().px(6), line_height(font)
        painter.setFont(font)
        value_width = max(text_width(t, font) for t in map(self.value_text, self._values))
        value_width = max(value_width, text_width(scales.power_text(-2.9), font)) + 2 * gap
        names = min(max(text_width(n, font) for n in self._names), 0.4 * self.width())
        left, width = names + gap, max(self.width() - names - gap - value_width, 1.0)
        row = min((self.height() - 1.3 * line) / len(self._names), look().px(34))
        bottom = row * len(self._names)
        self._paint_ticks(painter, left, width, bottom)
        low, high = self._range
        for index, (name, value) in enumerate(zip(self._names, self._values, strict=True)):
            middle = (index + 0.5) * row
            painter.setPen(tokens.color("ink"))
            text = elided(name, font, names)
            draw_text_at(painter, text, left - gap - text_width(text, font), middle)
            length = (value - low) / (high - low) * width if math.isfinite(value) else 0.0
            height = min(0.5 * row, look().px(14))
            painter.fillRect(QRectF(left, middle - height / 2, length, height),
                             tokens.color(self._token))
            painter.setPen(tokens.color("ink"))
            draw_text_at(painter, self.value_text(value), left + length + gap, middle)

    def _paint_ticks(self, painter: QPainter, left: float, width: float, bottom: float) -> None:
        tokens, font = look().tokens, look().font(12)
        low, high = self._range
        widest = max(text_width(scales.power_text(e), font) for e in (low, high)) + look().px(10)
        middle = bottom + 0.75 * line_height(font)
        for exponent in scales.ticks(low, high, max(min(int(width / widest), int(high - low)), 1)):
            column = round(left + (exponent - low) / (high - low) * width)
            painter.setPen(QPen(tokens.color("line"), look().px(1)))
            painter.drawLine(QPointF(column, 0), QPointF(column, bottom))
            painter.setPen(tokens.color("muted"))
            text = scales.power_text(exponent)
            draw_text_at(painter, text, column - text_width(text, font) / 2, middle)
        if self._reference is not None and low <= self._reference <= high:
            column = round(left + (self._reference - low) / (high - low) * width)
            painter.setPen(QPen(tokens.color("ink"), look().px(1), Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(column, 0), QPointF(column, bottom))


def _equal(a: np.ndarray | None, b: np.ndarray | None) -> bool:
    if a is None or b is None:
        return a is b
    return np.array_equal(a, b, equal_nan=True)
