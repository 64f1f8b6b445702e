"""A function of two variables as colours, to be read, pointed at and painted on."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme import look
from gui.widgets import field_map_painter as draw
from gui.widgets.function_plot_model import Axis, Frame
from gui.widgets.function_plot_stroke import Stroke
from gui.widgets.painted import Pictured, draw_outline, image_of

Cell = tuple[int, int]
Point = tuple[float, float]
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
#: Without cells, an arrow key moves the cursor by this share of the side.
KEY_SHARE = 0.02
LARGE_STEPS = 5


class FieldMap(Pictured):
    """z over a rectangle, drawn as a square with axes and a colour bar.

    Mode "diverging": vermilion below, blue above 0; "sequential": from the ground to a colour.
    Keyboard: arrows move the cursor, from cell to cell where there are cells; Enter chooses the
    cell; with a brush, Space puts it down or lifts it.
    """

    #: Where the cursor is after the user moved it; nan, nan when it went away.
    cursor_moved = Signal(float, float)
    #: Cell (i, j): i counts along x from the left, j along y from below.
    cell_chosen = Signal(int, int)
    #: One stroke of the brush: its points are (k, 2), x and y in data units.
    stroke_started = Signal()
    stroke_moved = Signal(object)
    stroke_ended = Signal()

    def __init__(
        self, title: str = "", mode: str = "diverging", parent: QWidget | None = None, *,
        token: str = "vermilion",
    ) -> None:
        if mode not in draw.MODES:
            raise ValueError(f"A field's mode is one of {', '.join(draw.MODES)}, not “{mode}”.")
        super().__init__(parent, focusable=True)
        self._title, self._color_mode, self._token = title, mode, token
        self._z = np.zeros((1, 1))
        self._x, self._y = Axis(-1.0, 1.0), Axis(-1.0, 1.0)
        self._limits: tuple[float, float] | None = None
        self._cells: Cell = (0, 0)
        self._chosen: Cell | None = None
        self._cursor: Point | None = None
        self._brush = 0.0
        self._stroke: Stroke | None = None
        self._layout: draw.Layout | None = None
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(title)

    # data

    def set_field(self, z: np.ndarray) -> None:
        """Show z, (rows, columns): column k at the k-th part of the x range, row 0 at the least y.

        Each value fills its part of the square; what is no finite number is gray.
        """
        z = np.array(z, dtype=np.float64)
        if z.ndim != 2 or not z.size:
            raise ValueError(f"A field needs a matrix of values, not an array of shape {z.shape}.")
        self._z = z
        self._changed(layout=self._limits is None)
        self._describe()

    def set_ranges(self, x: tuple[float, float], y: tuple[float, float]) -> None:
        """The x and y at the edges of the square."""
        self._x, self._y = Axis(float(x[0]), float(x[1])), Axis(float(y[0]), float(y[1]))
        self._changed(layout=True)

    def set_limits(self, limits: tuple[float, float] | None) -> None:
        """The values at the ends of the colour scale, to share one scale; None follows the data."""
        if limits is not None and not (limits[0] < limits[1] and all(map(math.isfinite, limits))):
            raise ValueError(f"A colour scale needs two finite ends in order, not {limits}.")
        if limits != self._limits:
            self._limits = limits
            self._changed(layout=True)

    @property
    def limits(self) -> tuple[float, float]:
        """The limits in force."""
        return self._limits or draw.good_limits(self._z, self._color_mode)

    def set_cells(self, across: int, up: int) -> None:
        """Divide the square into cells that can be chosen; 0, 0 for none."""
        if (across, up) != self._cells:
            self._cells = (across, up)
            self._changed()

    def set_chosen(self, cell: Cell | None) -> None:
        """Outline cell (i, j) in orange; None outlines none. Emits nothing."""
        if cell != self._chosen:
            self._chosen = cell
            self.update()

    def set_cursor(self, x: float | None, y: float | None = None) -> None:
        """Show the cross at a point, hide it for None or nan. Emits nothing: maps can be linked."""
        gone = x is None or y is None or math.isnan(x) or math.isnan(y)
        cursor = None if gone else (float(x or 0.0), float(y or 0.0))
        if cursor != self._cursor:
            self._cursor = cursor
            self._describe()
            self.update()

    def set_brush(self, radius: float) -> None:
        """Paint instead of pointing, with a brush of that radius in units of x; 0 points again."""
        self._finish()
        self._brush = radius
        self.setCursor(Qt.CursorShape.CrossCursor if radius else Qt.CursorShape.ArrowCursor)
        self.update()

    @property
    def cursor_point(self) -> Point | None:
        """Where the cross is, None where it is hidden."""
        return self._cursor

    @property
    def frame(self) -> Frame:
        """Where the square lies, and the way between pixels and data."""
        return self.layout_.frame

    @property
    def layout_(self) -> draw.Layout:
        """Where the square and the colour bar lie."""
        if self._layout is None:
            self._layout = draw.placed(self._title, self._x, self._y, self.limits, self.width(),
                                       self.height())
        return self._layout

    def value_at(self, x: float, y: float) -> float:
        """z at a point, nan outside."""
        if not (self._x.low <= x <= self._x.high and self._y.low <= y <= self._y.high):
            return math.nan
        rows, columns = self._z.shape
        row = math.floor(float(self._y.share(np.array(y))) * rows)
        column = math.floor(float(self._x.share(np.array(x))) * columns)
        return float(self._z[min(row, rows - 1), min(column, columns - 1)])

    def text_at(self, x: float, y: float) -> str:
        """A point and z there, as text: "(0.5, 1)  0.254"."""
        return draw.readout_text(x, y, self.value_at(x, y))

    def cell_at(self, x: float, y: float) -> Cell | None:
        """The cell (i, j) that holds a point."""
        across, up = self._cells
        if not (across and up):
            return None
        i = math.floor(float(self._x.share(np.array(x))) * across)
        j = math.floor(float(self._y.share(np.array(y))) * up)
        return min(max(i, 0), across - 1), min(max(j, 0), up - 1)

    # mouse

    def _point_at(self, pixel: QPointF) -> Point | None:
        frame = self.frame
        if not frame.has(pixel.x(), pixel.y()):
            return None
        return frame.x_at(pixel.x()), frame.y_at(pixel.y())

    def _move_cursor(self, point: Point | None) -> None:
        if point != self._cursor:
            self.set_cursor(*(point or (None, None)))
            self.cursor_moved.emit(*(point or (math.nan, math.nan)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        point = self._point_at(event.position())
        if event.button() != Qt.MouseButton.LeftButton or point is None:
            event.ignore()
            return
        self._move_cursor(point)
        if self._brush:
            self._lower_brush(event.position())
        else:
            self._choose()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._move_cursor(self._point_at(event.position()))
        if self._stroke is not None:
            self.stroke_moved.emit(self._stroke.move(event.position(), self.frame))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._finish()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._move_cursor(None)

    def _choose(self) -> None:
        cell = self.cell_at(*self._cursor) if self._cursor is not None else None
        if cell is not None:
            self.set_chosen(cell)
            self.cell_chosen.emit(*cell)

    def _lower_brush(self, pixel: QPointF) -> None:
        self._stroke = Stroke(pixel)
        self.stroke_started.emit()
        self.stroke_moved.emit(self._stroke.begin(self.frame))

    def _finish(self) -> None:
        if self._stroke is not None:
            self._stroke = None
            self.stroke_ended.emit()
            self.update()

    # keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _ARROWS:
            large = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._push_cursor(*(n * (LARGE_STEPS if large else 1) for n in _ARROWS[key]))
        elif key == Qt.Key.Key_Space and self._brush and self._cursor is not None:
            if self._stroke is None:
                self._lower_brush(self._pixel_of(self._cursor))
            else:
                self._finish()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._cursor:
            self._choose()
        elif key == Qt.Key.Key_Escape and self._cursor is not None:
            self._finish()
            self._move_cursor(None)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._finish()
        super().focusOutEvent(event)

    def _push_cursor(self, across: int, up: int) -> None:
        point = self._cursor or (self._x.value(0.5), self._y.value(0.5))
        cells = self._cells if not self._brush else (0, 0)
        moved = []
        for axis, value, steps, count in zip((self._x, self._y), point, (across, up), cells,
                                             strict=True):
            share = float(axis.share(np.array(value)))
            if count:
                index = min(max(math.floor(share * count) + steps, 0), count - 1)
                moved.append(axis.value((index + 0.5) / count))
            else:
                moved.append(axis.value(min(max(share + steps * KEY_SHARE, 0.0), 1.0)))
        self._move_cursor((moved[0], moved[1]))
        if self._stroke is not None:
            self.stroke_moved.emit(self._stroke.move(self._pixel_of((moved[0], moved[1])),
                                                     self.frame))

    def _pixel_of(self, point: Point) -> QPointF:
        return QPointF(float(self.frame.px(point[0])), float(self.frame.py(point[1])))

    def readout(self) -> str:
        """What the cross stands on, as text: "(0.5, 1)  0.254"; empty while it is hidden."""
        if self._cursor is None:
            return ""
        return self.text_at(*self._cursor)

    def _describe(self) -> None:
        text = self.readout()
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)

    # drawing

    def _changed(self, *, layout: bool = False) -> None:
        self._picture = None
        if layout:
            self._layout = None
        self.update()

    def forget(self) -> None:
        self._changed(layout=True)

    def sizeHint(self) -> QSize:
        return QSize(look().px(300), look().px(280))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(140), look().px(120))

    def paint_above(self, painter: QPainter) -> None:
        draw.paint_title(painter, self._title, self.frame.left, self.width(), self.readout())
        if self._chosen is not None and all(self._cells):
            rect = draw.cell_rect(self.frame, self._cells, self._chosen)
            draw_outline(painter, rect, "orange", look().px(3))
        if self._cursor is not None:
            self._paint_cursor(painter, self._cursor)

    def paint_picture(self, painter: QPainter) -> None:
        layout, palette = self.layout_, draw.colors(self._color_mode, self._token)
        frame, limits = layout.frame, self.limits
        square = QRectF(frame.left, frame.top, frame.width, frame.height)
        image = image_of(draw.pixels(self._z[::-1], limits, palette))
        painter.drawImage(square, image)
        draw.paint_cells(painter, frame, self._cells)
        painter.setPen(QPen(look().tokens.color("line"), 1))
        painter.drawRect(square)
        draw.paint_ticks(painter, frame)
        draw.paint_bar(painter, layout.bar, limits, palette)

    def _paint_cursor(self, painter: QPainter, cursor: Point) -> None:
        frame, at = self.frame, self._pixel_of(cursor)
        if not frame.has(at.x(), at.y()):
            return
        color = look().tokens.color("ink")
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(color, look().px(1)))
        painter.drawLine(QPointF(at.x(), frame.top), QPointF(at.x(), frame.bottom))
        painter.drawLine(QPointF(frame.left, at.y()), QPointF(frame.right, at.y()))
        if self._brush:
            radius = self._brush / (self._x.high - self._x.low) * frame.width
            painter.setPen(QPen(look().tokens.color("orange"), look().px(2)))
            painter.drawEllipse(at, radius, radius)
