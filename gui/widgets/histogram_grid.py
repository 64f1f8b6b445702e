"""Histograms side by side on common bins and axes: a row for each series, a column for each stage.

All bars are computed as one picture and drawn at once, so that a wall of 120 follows a drag.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme import look
from gui.widgets.histogram_picture import bars_picture, theory_path
from gui.widgets.painted import (
    CENTER,
    LEFT,
    Painted,
    draw_focus_ring,
    elided,
    line_height,
    text_width,
)

#: The narrowest panel, in pixels at normal text; columns that do not fit are left out evenly.
NARROWEST, GAP = 38, 3
LABEL_SHARE = 0.2


@dataclass(frozen=True, eq=False)
class HistogramRow:
    """One row. `shares` (columns, bins), each panel's share of values per bin; `zeros` and `ends`
    (columns,), shares that get bars of their own; `theory` (columns, bins) or None.

    `notes` (columns,) is what stands in a panel that has nothing to draw, such as "inf".
    """

    label: str
    token: str
    shares: np.ndarray
    zeros: np.ndarray
    ends: np.ndarray
    theory: np.ndarray | None = None
    notes: tuple[str, ...] = ()


class HistogramGrid(Painted):
    """Shows `HistogramRow`s; a click chooses a panel."""

    #: Row and column, from 0; -1, -1 when the choice was taken back.
    panel_chosen = Signal(int, int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, focusable=True)
        self.setAccessibleName(name)
        self._rows: tuple[HistogramRow, ...] = ()
        self._columns: tuple[str, ...] = ()
        self._chosen: tuple[int, int] | None = None
        self._lit = 0
        self._picture: QPixmap | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_rows(self, rows: Sequence[HistogramRow], columns: Sequence[str]) -> None:
        """Show other histograms; `columns` names the columns."""
        self._rows, self._columns = tuple(rows), tuple(columns)
        self._lit = len(self._columns)
        self.setAccessibleDescription(
            self.tr("{rows} rows of {columns} histograms: {names}").format(
                rows=len(rows), columns=len(columns), names=", ".join(r.label for r in rows)
            )
        )
        self.forget()
        self.update()

    def set_lit(self, columns: int) -> None:
        """Show the first `columns` columns, and the others empty."""
        columns = min(columns, len(self._columns))
        if columns != self._lit:
            self._lit = columns
            self.forget()
            self.update()

    def set_chosen(self, panel: tuple[int, int] | None) -> None:
        """Outline a panel. Emits nothing."""
        if panel != self._chosen:
            self._chosen = panel
            self.forget()
            self.update()

    @property
    def rows(self) -> tuple[HistogramRow, ...]:
        """What is shown."""
        return self._rows

    def forget(self) -> None:
        self._picture = None

    # --- places ---------------------------------------------------------------------------------

    def shown_columns(self) -> list[int]:
        """The columns that there is room for: first, last, and evenly between."""
        count = len(self._columns)
        room = max(int((self.width() - self._label_width()) / look().px(NARROWEST + GAP)), 1)
        if count <= room:
            return list(range(count))
        wanted = set(np.linspace(0, count - 1, room).round().astype(int).tolist())
        if self._chosen is not None and self._chosen[1] < count:
            wanted.add(self._chosen[1])
            spare = sorted(wanted - {0, count - 1, self._chosen[1]})
            if len(wanted) > room and spare:
                wanted.discard(min(spare, key=lambda c: abs(c - self._chosen[1])))  # type: ignore[index]
        return sorted(wanted)

    def panel_rect(self, row: int, column: int) -> QRectF:
        """Where a panel stands; `column` is one of `shown_columns`."""
        shown = self.shown_columns()
        left, top, gap = self._label_width(), self._head(), look().px(GAP)
        width = (self.width() - left) / len(shown)
        height = (self.height() - top) / max(len(self._rows), 1)
        return QRectF(
            round(left + shown.index(column) * width), round(top + row * height),
            round(width) - gap, round(height) - gap,
        )

    def _label_width(self) -> float:
        font = look().font(13, bold=True)
        widest = max((text_width(row.label, font) for row in self._rows), default=0.0)
        return min(widest + look().px(14), LABEL_SHARE * self.width())

    def _head(self) -> float:
        return line_height(look().font(12)) + look().px(2)

    # --- hands ----------------------------------------------------------------------------------

    def panel_at(self, point: QPointF) -> tuple[int, int] | None:
        """The panel under a point."""
        for row in range(len(self._rows)):
            for column in self.shown_columns():
                if self.panel_rect(row, column).contains(point):
                    return row, column
        return None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        panel = self.panel_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and panel is not None:
            self._choose(None if panel == self._chosen else panel)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0),
        }
        step = steps.get(Qt.Key(event.key()))
        if event.key() == Qt.Key.Key_Escape and self._chosen is not None:
            self._choose(None)
        elif step is not None and self._rows:
            row, column = self._chosen or (0, -1)
            self._choose((
                min(max(row + step[0], 0), len(self._rows) - 1),
                min(max(column + step[1], 0), len(self._columns) - 1),
            ))
        else:
            super().keyPressEvent(event)

    def _choose(self, panel: tuple[int, int] | None) -> None:
        self.set_chosen(panel)
        self.panel_chosen.emit(*(panel or (-1, -1)))

    # --- drawing --------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(look().px(560), look().px(240))

    def minimumSizeHint(self) -> QSize:
        rows = max(len(self._rows), 2)
        return QSize(look().px(220), int(self._head()) + rows * look().px(30))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.forget()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._picture is None:
            self._picture = self.canvas()
            with QPainter(self._picture) as inside:
                inside.setRenderHint(QPainter.RenderHint.Antialiasing)
                self._draw(inside)
        painter.drawPixmap(0, 0, self._picture)
        if self.hasFocus():
            draw_focus_ring(painter, QRectF(self.rect()))

    def _draw(self, painter: QPainter) -> None:
        if not self._rows or not self._columns:
            return
        shown = self.shown_columns()
        self._draw_names(painter, shown)
        top = common_top(self._rows)
        has_zeros = any(row.zeros.any() for row in self._rows)
        has_ends = any(row.ends.any() for row in self._rows)
        for index, row in enumerate(self._rows):
            for column in shown:
                self._draw_panel(painter, row, index, column, top, has_zeros, has_ends)

    def _draw_names(self, painter: QPainter, shown: list[int]) -> None:
        tokens = look().tokens
        painter.setFont(look().font(12))
        painter.setPen(tokens.color("muted"))
        right = -math.inf
        for column in shown:
            rect = self.panel_rect(0, column)
            name = self._columns[column]
            width = text_width(name, painter.font())
            if rect.center().x() - width / 2 < right and column != shown[-1]:
                continue
            place = QRectF(rect.center().x() - width / 2 - 1, 0, width + 2, self._head())
            place.moveRight(min(place.right(), self.width()))
            if place.left() >= right:
                painter.drawText(place, CENTER, name)
                right = place.right() + look().px(4)
        font = look().font(13, bold=True)
        painter.setFont(font)
        for index, row in enumerate(self._rows):
            rect = self.panel_rect(index, shown[0])
            painter.setPen(tokens.color(row.token))
            width = self._label_width() - look().px(6)
            place = QRectF(0, rect.top(), width, rect.height())
            painter.drawText(place, LEFT, elided(row.label, font, width))

    def _draw_panel(
        self, painter: QPainter, row: HistogramRow, index: int, column: int, top: float,
        has_zeros: bool, has_ends: bool,
    ) -> None:
        tokens, rect = look().tokens, self.panel_rect(index, column)
        is_chosen = (index, column) == self._chosen
        if is_chosen:
            painter.fillRect(rect, tokens.color("soft"))
        if column < self._lit:
            inner = rect.adjusted(2, 2, -2, -1)
            side = max(2.0, min(look().px(6), 0.12 * inner.width()))
            body = inner.adjusted(side + 2 if has_zeros else 0, 0,
                                  -(side + 2) if has_ends else 0, 0)
            note = row.notes[column] if row.notes else ""
            if note:
                painter.setFont(look().font(11))
                painter.setPen(tokens.color("vermilion"))
                painter.drawText(rect, CENTER, elided(note, painter.font(), rect.width()))
            else:
                self._draw_bars(painter, row, column, body, top, is_chosen=is_chosen)
            if has_zeros:
                draw_share(painter, QRectF(inner.left(), inner.top(), side, inner.height()),
                           float(row.zeros[column]), row.token)
            if has_ends:
                draw_share(painter, QRectF(inner.right() - side, inner.top(), side,
                                           inner.height()),
                           float(row.ends[column]), "vermilion")
        painter.setPen(QPen(tokens.color("orange" if is_chosen else "line"),
                            2 if is_chosen else 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)

    def _draw_bars(
        self, painter: QPainter, row: HistogramRow, column: int, body: QRectF, top: float,
        *, is_chosen: bool,
    ) -> None:
        picture = bars_picture(
            row.shares[column], top, body, row.token, self.devicePixelRatioF(),
            soft=is_chosen,
        )
        painter.drawImage(body, picture)
        if row.theory is not None:
            painter.setPen(QPen(look().tokens.color("ink"), 1, Qt.PenStyle.DotLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(theory_path(row.theory[column], top, body))


def draw_share(painter: QPainter, place: QRectF, share: float, token: str) -> None:
    """A share of all values, from 0 at the bottom to 1 at the top, as a bar of its own."""
    painter.fillRect(place, look().tokens.color("line"))
    if not math.isfinite(share) or share <= 0:
        return
    height = max(1.0, share * place.height())
    painter.fillRect(
        QRectF(place.left(), place.bottom() - height, place.width(), height),
        look().tokens.blend(token, 0.6) if token != "vermilion" else look().tokens.color(token),
    )


def common_top(rows: Sequence[HistogramRow]) -> float:
    """The share at the top of all panels: what a broad panel needs; narrower ones are cut there."""
    peaks = np.concatenate([np.nan_to_num(row.shares).max(axis=1) for row in rows])
    peaks = peaks[peaks > 0]
    return 1.25 * float(np.quantile(peaks, 0.2)) if len(peaks) else 1.0
