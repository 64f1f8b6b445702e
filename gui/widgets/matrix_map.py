"""A named matrix in all the room it has: its shape, what changed, and what is exactly zero."""

from __future__ import annotations

from enum import Enum

import numpy as np
from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme import look
from gui.widgets.cell_grid import Cell
from gui.widgets.heat_map import CellFrame, HeatMap
from gui.widgets.painted import (
    diverging,
    draw_text_at,
    elided,
    image_of,
    text_width,
)

#: What stands before a strip, and before every other matrix above or below it.
GUTTER_PX = 30
STRIP_PX = 15
#: From this size on cells are separated by hairlines.
GAP_FROM_PX = 6
GHOST_SHARE = 0.3


class Tone(Enum):
    """Why a matrix is stressed: it is as before, was read by the step, or was written by it."""

    PLAIN = "plain"
    READ = "read"
    CHANGED = "changed"


class MatrixMap(HeatMap):
    """Blue for positive, vermilion for negative numbers, a grey of its own for exact zeros.

    Where several cells share a pixel, the number that is furthest from zero is shown, so that none
    vanishes. A strip is one row with its name before it, aligned with the matrices above and below.
    """

    #: The cell under the mouse, (row, column), or None.
    cell_hovered = Signal(object)

    def __init__(
        self, name: str, *, is_strip: bool = False, gutter: bool = True, square: bool = False,
        marks_zeros: bool = True, parent: QWidget | None = None,
    ) -> None:
        super().__init__("diverging", parent)
        self._name, self._is_strip, self._square = name, is_strip, square
        self._gutter, self._marks_zeros = gutter, marks_zeros
        self._shape: tuple[int, int] = (1, 1)
        self._is_there = False
        self._tone = Tone.PLAIN
        self._guide: tuple[int | None, int | None] = (None, None)
        self._hovered: Cell | None = None
        self._ghost: np.ndarray | None = None
        self._image: QPixmap | None = None
        self.setMouseTracking(True)
        self.setAccessibleName(name)
        if is_strip:
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    # data

    def show_array(
        self, array: np.ndarray | None, shape: tuple[int, ...], ghost: np.ndarray | None = None,
        limit: float | None = None,
    ) -> None:
        """Show a (rows, columns) or (n,) array, or None: it has this shape but is not there yet.

        A `ghost`, the same array before, takes the left part of every cell. ±`limit`, else the
        greatest |value|, gets full colour.
        """
        rows, columns = shape if len(shape) == 2 else (1, shape[0])
        if ghost is not None or self._ghost is not None:
            self._ghost = None if ghost is None else np.reshape(ghost, (rows, columns))
            self._image = None
            self.update()
        self._shape = (rows, columns)
        is_there = array is not None
        if is_there != self._is_there:
            self._is_there, self._image = is_there, None
            self.update()
        self.set_matrix(np.zeros((rows, columns)) if array is None else
                        np.reshape(array, (rows, columns)), limit)

    def set_matrix(self, matrix: np.ndarray, limit: float | None = None) -> None:
        before = self._matrix
        super().set_matrix(matrix, limit)
        if self._matrix is not before:
            self._image = None

    def set_tone(self, tone: Tone) -> None:
        """Stress it, or not."""
        if tone is not self._tone:
            self._tone = tone
            self.update()

    def set_guide(self, row: int | None, column: int | None) -> None:
        """Hairlines along a row and a column: where a unit is found in this matrix."""
        if (row, column) != self._guide:
            self._guide = (row, column)
            self.update()

    def set_name(self, name: str) -> None:
        """Call it something else."""
        if name != self._name:
            self._name = name
            self.setAccessibleName(name)
            self.update()

    @property
    def name(self) -> str:
        """What the matrix is called."""
        return self._name

    @property
    def is_there(self) -> bool:
        """Whether there are numbers to show."""
        return self._is_there

    @property
    def tone(self) -> Tone:
        """How it is stressed."""
        return self._tone

    def has_cell(self, row: int, column: int) -> bool:
        return self._is_there and super().has_cell(row, column)

    def forget(self) -> None:
        super().forget()
        self._image = None

    # mouse

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position())
        if cell != self._hovered:
            self._hovered = cell
            self.cell_hovered.emit(cell)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if self._hovered is not None:
            self._hovered = None
            self.cell_hovered.emit(None)

    # drawing

    def sizeHint(self) -> QSize:
        if self._is_strip:
            return QSize(look().px(140), look().px(STRIP_PX))
        return QSize(look().px(140), look().px(110))

    def minimumSizeHint(self) -> QSize:
        if self._is_strip:
            return QSize(look().px(50), look().px(STRIP_PX))
        return QSize(look().px(50), look().px(40))

    def _measured(self) -> CellFrame:
        rows, columns = (max(n, 1) for n in self._matrix.shape)
        inset = look().px(2)
        left = float(inset + (look().px(GUTTER_PX) if self._gutter else 0))
        width, height = self.width() - left - inset, float(self.height() - 2 * inset)
        top = float(inset)
        if self._square:
            side = max(min(width / columns, height / rows), 0.1)
            return CellFrame(left, top, side, side, False)
        return CellFrame(left, top, max(width / columns, 0.1), max(height / rows, 0.01), False)

    def _area(self) -> QRectF:
        frame, (rows, columns) = self._place(), self._matrix.shape
        return QRectF(frame.left, frame.top, columns * frame.width, rows * frame.height)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, area = QPainter(self), self._area()
        if self._tone is Tone.CHANGED:
            ground = area.adjusted(-area.left(), 0, 0, 0) if self._gutter else area
            painter.fillRect(ground, look().tokens.color("soft"))
        if self._is_there:
            if self._image is None:
                self._image = self._painted(area)
            painter.drawPixmap(area.topLeft(), self._image)
        else:
            self._paint_absence(painter, area)
        self._paint_name(painter, area)
        self._paint_guides(painter, area)
        self._paint_tone(painter, area)
        self.paint_cursor(painter, self._chosen)

    def _painted(self, area: QRectF) -> QPixmap:
        """The cells, each device pixel one number."""
        ratio = self.pixel_ratio
        width, height = max(round(area.width() * ratio), 1), max(round(area.height() * ratio), 1)
        known = np.abs(self._matrix[np.isfinite(self._matrix)])
        limit = self._limit or float(known.max(initial=0.0))
        values = pooled(pooled(self._matrix, height).T, width).T
        rows = np.arange(height) * values.shape[0] // height
        columns = np.arange(width) * values.shape[1] // width
        spread = self._colors(values, limit)[np.ix_(rows, columns)]
        if self._ghost is not None:
            before = pooled(pooled(self._ghost, height).T, width).T
            is_left = np.arange(width) * values.shape[1] % width < GHOST_SHARE * width
            old = self._colors(before, limit)[np.ix_(rows, columns)]
            spread[:, is_left] = old[:, is_left]
        gap = GAP_FROM_PX * ratio
        if width >= gap * values.shape[1] and height >= gap * values.shape[0]:
            rule = np.uint32(look().tokens.color("surface").rgb())
            spread[np.flatnonzero(np.diff(rows))] = rule
            spread[:, np.flatnonzero(np.diff(columns))] = rule
        pixmap = QPixmap.fromImage(image_of(spread))
        pixmap.setDevicePixelRatio(ratio)
        return pixmap

    def _colors(self, values: np.ndarray, limit: float) -> np.ndarray:
        pixels = diverging(values, limit)
        if self._marks_zeros:
            pixels[values == 0] = np.uint32(look().tokens.blend("ghost", 0.22).rgb())
        return pixels

    def _paint_absence(self, painter: QPainter, area: QRectF) -> None:
        tokens = look().tokens
        painter.setPen(QPen(tokens.color("ghost"), 1, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(area.adjusted(0.5, 0.5, -1, -1))

    def _paint_name(self, painter: QPainter, area: QRectF) -> None:
        if not (self._is_strip and self._gutter):
            return
        font = look().font(12, bold=self._tone is Tone.CHANGED)
        painter.setFont(font)
        token = "ink" if self._tone is not Tone.PLAIN else "muted"
        painter.setPen(look().tokens.text(token if self._is_there else "ghost"))
        text = elided(self._name, font, area.left())
        left = area.left() - text_width(text, font) - look().px(5)
        draw_text_at(painter, text, left, area.center().y())

    def _paint_guides(self, painter: QPainter, area: QRectF) -> None:
        row, column = self._guide
        painter.setPen(QPen(look().tokens.color("ink"), 1))
        if column is not None and 0 <= column < self._matrix.shape[1]:
            cell = self.cell_rect(0, column)
            for x in {cell.left(), max(cell.right(), cell.left() + 1)}:
                painter.drawLine(round(x), round(area.top()), round(x), round(area.bottom()))
        if row is not None and 0 <= row < self._matrix.shape[0]:
            cell = self.cell_rect(row, 0)
            for y in {cell.top(), max(cell.bottom(), cell.top() + 1)}:
                painter.drawLine(round(area.left()), round(y), round(area.right()), round(y))

    def _paint_tone(self, painter: QPainter, area: QRectF) -> None:
        if self._tone is Tone.PLAIN:
            return
        changed = self._tone is Tone.CHANGED
        painter.setPen(QPen(look().tokens.color("orange"), look().px(2 if changed else 1),
                            Qt.PenStyle.SolidLine if changed else Qt.PenStyle.DotLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(area.adjusted(-0.5, -0.5, 0.5, 0.5))


def pooled(values: np.ndarray, most: int) -> np.ndarray:
    """(rows, columns) with at most `most` rows: of those that fall together, what is furthest from
    zero in each column, with its sign.
    """
    rows = len(values)
    if rows <= most:
        return values
    starts = np.arange(most) * rows // most
    ends = np.append(starts[1:], rows)
    # Groups of one size, the last member of a smaller one twice: NumPy's `reduceat` takes ten times
    # as long as a maximum over an axis.
    members = starts[:, None] + np.arange((ends - starts).max())
    groups = values[np.minimum(members, ends[:, None] - 1)]
    high, low = groups.max(axis=1), groups.min(axis=1)
    return np.asarray(np.where(-low > high, low, high))
