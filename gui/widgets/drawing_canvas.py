"""A blackboard to draw strokes on with mouse or keyboard, and to wipe them off again."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme import look
from gui.widgets.painted import Painted, draw_focus_ring, gray, image_of

Point = tuple[float, float]
TOOLS = ("draw", "erase")
#: Board and chalk, the same in every theme: what is drawn is an image, not a part of the window.
BOARD, CHALK, HINT = QColor("#101214"), QColor("#FFFFFF"), QColor("#9AA4AF")
#: Points of a stroke closer together than this share of the side tell nothing new.
STEP = 0.008
#: An arrow key moves the pen by this share of the side, with Shift five times as far.
KEY_STEP, LARGE = 0.02, 5
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class DrawingCanvas(Painted):
    """Shows what it is told; a stroke in progress is passed on point by point.

    Points are (x, y) in 0…1, y downwards. Keyboard: arrows move the pen, Space puts it down or
    lifts it, Escape lifts it.
    """

    #: One stroke of pen or eraser: it began, it goes on with these points (a list), it is over.
    stroke_started = Signal()
    stroke_moved = Signal(list)
    stroke_ended = Signal()

    def __init__(self, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent, focusable=True)
        self._hint = hint
        self._strokes: tuple[tuple[Point, ...], ...] = ()
        self._pen, self._eraser, self._tool = 0.08, 0.06, "draw"
        self._picture: np.ndarray | None = None
        self._stroke: list[Point] | None = None
        self._cursor: Point | None = None
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleDescription(
            self.tr("Arrow keys move the pen, Space puts it down and lifts it.")
        )

    # data

    def set_strokes(self, strokes: Sequence[Sequence[Point]], pen: float) -> None:
        """Show these strokes, with a pen of that width as a share of the side."""
        new = tuple(tuple(stroke) for stroke in strokes)
        if (new, pen) != (self._strokes, self._pen):
            self._strokes, self._pen = new, pen
            self.update()

    def set_picture(self, levels: np.ndarray | None) -> None:
        """An image (height, width) of uint8 gray levels under the strokes; None for none."""
        if levels is not self._picture:
            self._picture = levels
            self.update()

    def set_tool(self, tool: str, eraser: float = 0.06) -> None:
        """Draw or erase; `eraser` is the radius of the sponge as a share of the side."""
        if tool not in TOOLS:
            raise ValueError(f"A tool is one of {', '.join(TOOLS)}, not “{tool}”.")
        self._finish()
        self._tool, self._eraser = tool, eraser
        self.update()

    @property
    def tool(self) -> str:
        """What the mouse does."""
        return self._tool

    @property
    def square(self) -> QRectF:
        """The board, in pixels."""
        side = float(min(self.width(), self.height()) - look().px(8))
        return QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)

    def pixel_of(self, point: Point) -> QPointF:
        """Where a point lies in the widget."""
        square = self.square
        return QPointF(square.left() + point[0] * square.width(),
                       square.top() + point[1] * square.height())

    def _point_at(self, pixel: QPointF) -> Point:
        square = self.square
        x = (pixel.x() - square.left()) / max(square.width(), 1)
        y = (pixel.y() - square.top()) / max(square.height(), 1)
        return round(min(max(x, 0.0), 1.0), 4), round(min(max(y, 0.0), 1.0), 4)

    # strokes

    def _begin(self, point: Point) -> None:
        self._stroke = [point]
        self.stroke_started.emit()
        self.stroke_moved.emit([point])
        self.update()

    def _go_on(self, point: Point) -> None:
        if self._stroke is not None and math.dist(self._stroke[-1], point) >= STEP:
            self._stroke.append(point)
            self.stroke_moved.emit([point])
            self.update()

    def _finish(self) -> None:
        if self._stroke is not None:
            self._stroke = None
            self.stroke_ended.emit()
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.square.contains(event.position()):
            self._cursor = self._point_at(event.position())
            self._begin(self._cursor)
        else:
            event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._cursor = self._point_at(event.position())
        self._go_on(self._cursor)
        if self._tool == "erase":
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._finish()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _ARROWS:
            large = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            step = KEY_STEP * (LARGE if large else 1)
            x, y = self._cursor or (0.5, 0.5)
            right, down = _ARROWS[key]
            self._cursor = (round(min(max(x + step * right, 0.0), 1.0), 4),
                            round(min(max(y + step * down, 0.0), 1.0), 4))
            self._go_on(self._cursor)
            self.update()
        elif key == Qt.Key.Key_Space:
            self._cursor = self._cursor or (0.5, 0.5)
            if self._stroke is None:
                self._begin(self._cursor)
            else:
                self._finish()
        elif key == Qt.Key.Key_Escape and self._stroke is not None:
            self._finish()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._finish()
        super().focusOutEvent(event)

    # drawing

    def sizeHint(self) -> QSize:
        return QSize(look().px(340), look().px(340))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(150), look().px(150))

    def paintEvent(self, _event: QPaintEvent) -> None:
        square = self.square
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(square, BOARD)
            painter.save()
            painter.setClipRect(square)
            if self._picture is not None:
                painter.drawImage(square, image_of(gray(self._picture)))
            self._paint_strokes(painter, square)
            painter.restore()
            is_empty = not self._strokes and self._picture is None and self._stroke is None
            if is_empty and self._hint:
                painter.setFont(look().font())
                painter.setPen(HINT)
                inner = square.adjusted(*(look().px(d) for d in (16, 16, -16, -16)))
                flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
                painter.drawText(inner, flags, self._hint)
            self._paint_cursor(painter, square)
            if self.hasFocus():
                draw_focus_ring(painter, QRectF(self.rect()))

    def _paint_strokes(self, painter: QPainter, square: QRectF) -> None:
        strokes = list(self._strokes)
        if self._stroke is not None and self._tool == "draw":
            strokes.append(tuple(self._stroke))
        pen = QPen(CHALK, self._pen * square.width(), Qt.PenStyle.SolidLine,
                   Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for stroke in strokes:
            if len(stroke) == 1:
                painter.drawPoint(self.pixel_of(stroke[0]))
                continue
            path = QPainterPath(self.pixel_of(stroke[0]))
            for point in stroke[1:]:
                path.lineTo(self.pixel_of(point))
            painter.drawPath(path)

    def _paint_cursor(self, painter: QPainter, square: QRectF) -> None:
        """The sponge, and the keyboard's pen."""
        is_wiping = self._tool == "erase" and self.underMouse()
        if self._cursor is None or not (is_wiping or self.hasFocus()):
            return
        radius = self._eraser if self._tool == "erase" else self._pen / 2
        painter.setPen(QPen(look().tokens.color("orange"), look().px(2)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(self.pixel_of(self._cursor), radius * square.width(),
                            radius * square.width())
