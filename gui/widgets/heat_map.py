"""A matrix as coloured cells with row and column labels."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from gui.theme import look
from gui.widgets.cell_grid import Cell, CellGrid
from gui.widgets.painted import (
    CENTER,
    Canvas,
    diverging,
    draw_text_at,
    elided,
    image_of,
    is_bright,
    line_height,
    paste,
    text_width,
)

#: Cells smaller than this, or more than this, are drawn without gaps, as one image.
SMALLEST_SEPARATE_PX = 5
MOST_SEPARATE_CELLS = 400
WIDEST_CELL = 1.7
MODES = ("diverging", "confusion")


@dataclass(frozen=True)
class CellFrame:
    """Where cells lie: the origin, the size of a cell, and whether column labels stand up."""

    left: float
    top: float
    width: float
    height: float
    upright: bool


class HeatMap(CellGrid):
    """A (rows, columns) matrix.

    Mode "diverging": blue for positive, vermilion for negative values, white at 0. Mode
    "confusion": counts, coloured by the square root of their share of the row, so that rare errors
    show; blue on the diagonal, vermilion off it.
    """

    cell_chosen = Signal(int, int)

    def __init__(self, mode: str = "diverging", parent: QWidget | None = None) -> None:
        if mode not in MODES:
            raise ValueError(f"A heat map's mode is one of {', '.join(MODES)}, not “{mode}”.")
        super().__init__(parent)
        self._mode = mode
        self._matrix = np.zeros((0, 0))
        self._limit: float | None = None
        self._rows: list[str] = []
        self._columns: list[str] = []
        self._captions = ("", "")
        self._chosen: Cell | None = None
        self._tip: Callable[[int, int], str] | None = None
        self._number: Callable[[float], str] | None = None
        self._frame: CellFrame | None = None
        self._labels_image: Canvas | None = None
        self._cells_image: Canvas | None = None

    def set_matrix(self, matrix: np.ndarray, limit: float | None = None) -> None:
        """Show a (rows, columns) matrix; ±`limit`, else the greatest |value|, gets full colour."""
        matrix = np.array(matrix, dtype=np.float64)
        if matrix.ndim != 2:
            raise ValueError(f"A heat map needs a matrix, not an array of shape {matrix.shape}.")
        if limit == self._limit and np.array_equal(matrix, self._matrix, equal_nan=True):
            return
        if matrix.shape != self._matrix.shape:
            self.forget()
        self._matrix, self._limit, self._cells_image = matrix, limit, None
        self.update()

    def set_labels(self, rows: Sequence[str], columns: Sequence[str]) -> None:
        """Name the rows and columns."""
        if (list(rows), list(columns)) != (self._rows, self._columns):
            self._rows, self._columns = list(rows), list(columns)
            self.on_look_changed()

    def set_captions(self, row: str, column: str) -> None:
        """Say what rows and columns are: "true", "predicted"."""
        self._captions = (row, column)
        self.on_look_changed()

    def set_tooltip(self, tip: Callable[[int, int], str] | None) -> None:
        """Take the function that explains a cell (row, column)."""
        self._tip = tip

    def set_numbers(self, number: Callable[[float], str] | None) -> None:
        """Write numbers into the cells, made by `number`, wherever they all fit."""
        self._number, self._cells_image = number, None
        self.update()

    def set_chosen(self, cell: Cell | None) -> None:
        """Outline a cell in orange; None outlines none."""
        if cell != self._chosen:
            self._chosen = cell
            self.update()

    def has_cell(self, row: int, column: int) -> bool:
        return 0 <= row < self._matrix.shape[0] and 0 <= column < self._matrix.shape[1]

    def cell_rect(self, row: int, column: int) -> QRectF:
        frame = self._place()
        left = round(frame.left + column * frame.width)
        top = round(frame.top + row * frame.height)
        right = round(frame.left + (column + 1) * frame.width)
        bottom = round(frame.top + (row + 1) * frame.height)
        return QRectF(left, top, right - left, bottom - top)

    def cell_at(self, point: QPointF) -> Cell | None:
        frame = self._place()
        row = math.floor((point.y() - frame.top) / frame.height)
        column = math.floor((point.x() - frame.left) / frame.width)
        return (row, column) if self.has_cell(row, column) else None

    def cell_text(self, row: int, column: int) -> str:
        return self._tip(row, column) if self._tip is not None else ""

    def choose(self, row: int, column: int) -> None:
        self.set_chosen((row, column))
        self.cell_chosen.emit(row, column)

    def forget(self) -> None:
        self._frame = self._labels_image = self._cells_image = None

    def sizeHint(self) -> QSize:
        return QSize(look().px(280), look().px(240))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(120), look().px(100))

    # drawing

    def _place(self) -> CellFrame:
        if self._frame is None:
            self._frame = self._measured()
        return self._frame

    def _measured(self) -> CellFrame:
        font, gap = look().font(12), look().px(6)
        line = line_height(font)
        rows, columns = (max(n, 1) for n in self._matrix.shape)
        widest_row = max((text_width(t, font) for t in self._rows), default=0)
        widest_column = max((text_width(t, font) for t in self._columns), default=0)
        left = min(widest_row, 0.32 * self.width()) + 2 * gap + (line if self._captions[0] else 0)
        caption = line + gap if self._captions[1] else 0.0
        cell_width = (self.width() - left - gap) / columns
        upright = widest_column + 4 > cell_width
        above = float(gap)
        if self._columns:
            above = (min(widest_column, 0.28 * self.height()) if upright else line) + 2 * gap
        top = above + caption
        cell_height = max((self.height() - top - gap) / rows, 1.0)
        cell_width = max(min(cell_width, WIDEST_CELL * cell_height), 1.0)
        cell_height = min(cell_height, WIDEST_CELL * cell_width)
        return CellFrame(left, top, cell_width, cell_height, widest_column + 4 > cell_width)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._matrix.size:
            if self._labels_image is None:
                self._labels_image = self.canvas()
                self._paint_labels(QPainter(self._labels_image))
            if self._cells_image is None:
                self._cells_image = self.canvas()
                self._paint_cells(QPainter(self._cells_image))
            paste(painter, self._labels_image)
            paste(painter, self._cells_image)
        self.paint_cursor(painter, self._chosen)

    def _pixels(self) -> np.ndarray:
        matrix = self._matrix
        if self._mode == "confusion":
            total = matrix.sum(axis=1, keepdims=True)
            share = np.divide(matrix, total, out=np.zeros_like(matrix), where=total > 0)
            sign = np.where(np.eye(*matrix.shape, dtype=bool), 1.0, -1.0)
            return diverging(sign * np.sqrt(share), 1.0)
        known = np.abs(matrix[np.isfinite(matrix)])
        limit = self._limit or float(known.max(initial=0.0))
        return diverging(matrix, limit)

    def _paint_cells(self, painter: QPainter) -> None:
        pixels, frame = self._pixels(), self._place()
        rows, columns = pixels.shape
        whole = self.cell_rect(0, 0).united(self.cell_rect(rows - 1, columns - 1))
        small = min(frame.width, frame.height) < SMALLEST_SEPARATE_PX
        if small or pixels.size > MOST_SEPARATE_CELLS:
            painter.drawImage(whole, image_of(pixels))
            return
        painter.fillRect(whole, look().tokens.color("line"))
        texts = self._texts()
        painter.setFont(look().font(12))
        for (row, column), pixel in np.ndenumerate(pixels):
            color, rect = QColor.fromRgb(int(pixel)), self.cell_rect(row, column)
            painter.fillRect(rect.adjusted(0, 0, -1, -1), color)
            if texts is not None:
                painter.setPen(Qt.GlobalColor.black if is_bright(color) else Qt.GlobalColor.white)
                painter.drawText(rect, CENTER, texts[row][column])

    def _texts(self) -> list[list[str]] | None:
        """The numbers for the cells, or None where they do not fit."""
        if self._number is None:
            return None
        font, frame = look().font(12), self._place()
        texts = [[self._number(float(v)) for v in row] for row in self._matrix]
        widest = max(text_width(t, font) for row in texts for t in row)
        fits = widest + 4 <= frame.width and line_height(font) <= frame.height
        return texts if fits else None

    def _paint_labels(self, painter: QPainter) -> None:
        frame, font, gap = self._place(), look().font(12), look().px(6)
        painter.setFont(font)
        painter.setPen(look().tokens.color("muted"))
        line = line_height(font)
        side = gap + (line if self._captions[0] else 0.0)
        every = math.ceil(0.9 * line / frame.height)
        for row in range(0, min(len(self._rows), self._matrix.shape[0]), every):
            text = elided(self._rows[row], font, frame.left - gap - side)
            left = frame.left - gap - text_width(text, font)
            draw_text_at(painter, text, left, self.cell_rect(row, 0).center().y())
        self._paint_column_labels(painter, font, gap)
        rows, columns = self._matrix.shape
        if self._captions[1]:
            left = frame.left + (columns * frame.width - text_width(self._captions[1], font)) / 2
            left = min(left, self.width() - text_width(self._captions[1], font))
            draw_text_at(painter, self._captions[1], max(left, gap), gap + line / 2)
        if self._captions[0]:
            text = elided(self._captions[0], font, rows * frame.height)
            middle = frame.top + (rows * frame.height + text_width(text, font)) / 2
            painter.translate(gap + line / 2, middle)
            painter.rotate(-90)
            draw_text_at(painter, text, 0, 0)

    def _paint_column_labels(self, painter: QPainter, font: QFont, gap: float) -> None:
        frame, line = self._place(), line_height(font)
        caption = gap + (line + gap if self._captions[1] else 0.0)
        every = math.ceil(0.9 * line / frame.width) if frame.upright else 1
        for column in range(0, min(len(self._columns), self._matrix.shape[1]), every):
            center = self.cell_rect(0, column).center().x()
            if frame.upright:
                text = elided(self._columns[column], font, frame.top - gap - caption)
                painter.save()
                painter.translate(center, frame.top - gap)
                painter.rotate(-90)
                draw_text_at(painter, text, 0, 0)
                painter.restore()
            else:
                width = text_width(self._columns[column], font)
                rect = QRectF(center - width / 2 - 2, frame.top - gap - line, width + 4, line)
                painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self._columns[column])
