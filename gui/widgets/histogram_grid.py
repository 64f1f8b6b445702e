"""Histograms side by side on common bins and axes: a row for each series, a column for each stage.

All bars are computed as one picture and drawn at once, so that a wall of 120 follows a drag.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme import look
from gui.widgets.histogram_picture import bars_picture, theory_path
from gui.widgets.painted import (
    CENTER,
    LEFT,
    Canvas,
    Pictured,
    elided,
    line_height,
    paste,
    text_width,
)

#: The narrowest panel, in pixels at normal text; columns that do not fit are left out evenly.
NARROWEST, GAP = 38, 3
LABEL_SHARE = 0.2
#: The height of all axes takes steps of this ratio, and stays while one row of many is dragged.
TOP_STEP = 1.15


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


class HistogramGrid(Pictured):
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
        #: Each row with all that its picture depends on, and the picture.
        self._pictures: dict[int, tuple[HistogramRow, tuple[object, ...], Canvas]] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_rows(self, rows: Sequence[HistogramRow], columns: Sequence[str]) -> None:
        """Show other histograms; `columns` names the columns."""
        if len(rows) != len(self._rows):
            self.updateGeometry()
        self._rows, self._columns = tuple(rows), tuple(columns)
        self._lit = len(self._columns)
        self.setAccessibleDescription(
            self.tr("{rows} rows of {columns} histograms: {names}").format(
                rows=len(rows), columns=len(columns), names=", ".join(r.label for r in rows)
            )
        )
        self._picture = None
        self.update()

    def forget(self) -> None:
        super().forget()
        self._pictures = {}

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

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns."""
        return self._columns

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

    def paint_picture(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._rows or not self._columns:
            return
        shown = self.shown_columns()
        top = common_top(self._rows)
        side = look().px(6)
        zeros = side if any(row.zeros.any() for row in self._rows) else 0
        ends = side if any(row.ends.any() for row in self._rows) else 0
        first = self.panel_rect(0, shown[0])
        pitch = (self.width() - first.left()) / len(shown)
        lefts = [round(first.left() + k * pitch) for k in range(len(shown))]
        key = (top, zeros, ends, self._lit, tuple(lefts), tuple(shown), len(self._rows))
        self._draw_columns(painter, shown, lefts, first.width())
        height = (self.height() - first.top()) / len(self._rows)
        for index, row in enumerate(self._rows):
            rect = first.translated(0, round(first.top() + index * height) - first.top())
            self._draw_name(painter, row, rect)
            known = self._pictures.get(index)
            if known is None or known[0] is not row or known[1] != key:
                sheet = self.canvas(QSizeF(self.width(), rect.height() + 2))
                with QPainter(sheet) as inner:
                    inner.setRenderHint(QPainter.RenderHint.Antialiasing)
                    self._draw_row(inner, row, index, shown, lefts, rect.translated(0, -rect.top()),
                                   top, zeros, ends)
                known = self._pictures[index] = (row, key, sheet)
            paste(painter, known[2], rect.top())

    def _draw_row(
        self, painter: QPainter, row: HistogramRow, index: int, shown: list[int],
        lefts: list[int], rect: QRectF, top: float, zeros: int, ends: int,
    ) -> None:
        """A row's panels, all like `rect` but for where they begin."""
        chosen = self._chosen[1] if self._chosen and self._chosen[0] == index else -1
        body = rect.adjusted(2 + zeros, 2, -2 - ends, -1)
        columns = np.array(shown)
        drawn = [c < self._lit and not (row.notes and row.notes[c]) for c in shown]
        shares = np.where(np.array(drawn)[:, None], row.shares[columns], 0.0)
        picture = bars_picture(shares, top, body.size(), row.token, self.pixel_ratio,
                               soft=shown.index(chosen) if chosen in shown else -1)
        part = picture.width() / len(shown)
        shift = body.left() - rect.left()
        for k, left in enumerate(lefts):
            place = QRectF(left + shift, body.top(), body.width(), body.height())
            source = QRectF(k * part, 0, part, picture.height())
            if self.keeps_strokes:  # vectors know no part of an image
                painter.drawImage(place, picture.copy(source.toRect()))
            else:
                painter.drawImage(place, picture, source)
        if row.theory is not None and any(drawn):
            theory = row.theory[columns[drawn]]
            starts = [left + shift for left, is_drawn in zip(lefts, drawn, strict=True)
                      if is_drawn]
            painter.setPen(QPen(look().tokens.color("ink"), 1, Qt.PenStyle.DotLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(theory_path(theory, top, starts, body))
        frames = QPainterPath()
        for column, left in zip(shown, lefts, strict=True):
            place = rect.translated(left - rect.left(), 0)
            if column < self._lit:
                self._draw_sides(painter, row, column, place, zeros, ends)
            if column != chosen:
                frames.addRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(look().tokens.color("line"), 1))
        painter.drawPath(frames)
        if chosen in shown:
            place = rect.translated(lefts[shown.index(chosen)] - rect.left(), 0)
            painter.setPen(QPen(look().tokens.color("orange"), 2))
            painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)

    def _draw_sides(
        self, painter: QPainter, row: HistogramRow, column: int, rect: QRectF, zeros: int,
        ends: int,
    ) -> None:
        inner = rect.adjusted(2, 2, -2, -1)
        if row.notes and row.notes[column]:
            painter.setFont(look().font(11))
            painter.setPen(look().tokens.text("vermilion"))
            note = elided(row.notes[column], painter.font(), rect.width())
            painter.drawText(rect, CENTER, note)
        if zeros:
            place = QRectF(inner.left(), inner.top(), zeros - 2, inner.height())
            draw_share(painter, place, float(row.zeros[column]), row.token)
        if ends:
            place = QRectF(inner.right() - ends + 2, inner.top(), ends - 2, inner.height())
            draw_share(painter, place, float(row.ends[column]), "vermilion")

    def _draw_columns(
        self, painter: QPainter, shown: list[int], lefts: list[int], width: float
    ) -> None:
        """The columns' names above them, as far as one leaves room for the next."""
        painter.setFont(look().font(12))
        painter.setPen(look().tokens.color("muted"))
        head, right = self._head(), -math.inf
        for column, left in zip(shown, lefts, strict=True):
            name, middle = self._columns[column], left + width / 2
            needed = text_width(name, painter.font())
            if middle - needed / 2 < right and column != shown[-1]:
                continue
            place = QRectF(middle - needed / 2 - 1, 0, needed + 2, head)
            place.moveRight(min(place.right(), self.width()))
            if place.left() >= right:
                painter.drawText(place, CENTER, name)
                right = place.right() + look().px(4)

    def _draw_name(self, painter: QPainter, row: HistogramRow, rect: QRectF) -> None:
        font = look().font(13, bold=True)
        painter.setFont(font)
        painter.setPen(look().tokens.text(row.token))
        width = rect.left() - look().px(6)
        place = QRectF(0, rect.top(), width, rect.height())
        painter.drawText(place, LEFT, elided(row.label, font, width))


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
    if not len(peaks):
        return 1.0
    needed = 1.25 * float(np.quantile(peaks, 0.2))
    return TOP_STEP ** math.ceil(math.log(needed, TOP_STEP))
