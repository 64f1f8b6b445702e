"""Mouse and keyboard on a function plot: the readout, pieces, handles, strokes."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from gui.theme import look
from gui.widgets.function_plot_model import Contents, Frame, Handle
from gui.widgets.function_plot_stroke import MODES, Stroke
from gui.widgets.function_plot_text import knob_point
from gui.widgets.painted import Painted

_ARROWS = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
_CHOOSE = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
KEY_SHARE = 0.01
LARGE_STEPS = 10


class PlotInput(Painted):
    """What the user does to a plot, as signals. The subclass holds contents and frame.

    Keyboard: Tab goes through the handles, arrows move one (ten times as far with Shift); without
    a handle, arrows walk the readout and the pieces, Enter chooses a piece. With a pen, arrows
    move it and Space puts it down or lifts it.
    """

    #: The x of the readout after the user moved it; nan when it went away.
    cursor_moved = Signal(float)
    #: The box under mouse or keyboard, an int or None.
    piece_hovered = Signal(object)
    piece_chosen = Signal(int)
    #: One gesture: pressed, any number of moves (key, x, y), released. y is nan for a line.
    handle_pressed = Signal(str)
    handle_dragged = Signal(str, float, float)
    handle_released = Signal(str)
    #: One stroke of the pen: its points are (k, 2), x and y in data units.
    stroke_started = Signal()
    stroke_moved = Signal(object)
    stroke_ended = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, focusable=True)
        self.mode = MODES[0]
        self.cursor_x: float | None = None
        self.hovered_piece: int | None = None
        self.hovered_handle: str | None = None
        self.active_handle: str | None = None
        self.is_dragging = False
        self._grip = QPointF()
        self._stroke: Stroke | None = None
        self._pen = QPointF(0.5, 0.5)
        self.setMouseTracking(True)

    @property
    def contents(self) -> Contents:
        """What is shown."""
        return Contents()

    @property
    def frame(self) -> Frame:
        """Where it is shown."""
        return Frame(0, 0, 1, 1, self.contents.x, self.contents.y)

    @property
    def handle(self) -> Handle | None:
        """The handle that mouse or keyboard hold."""
        return next((h for h in self.contents.handles if h.key == self.active_handle), None)

    def set_mode(self, mode: str) -> None:
        """What the mouse does: "drag" handles and point, or "draw" or "erase" strokes."""
        if mode not in MODES:
            raise ValueError(f"A plot's mode is one of {', '.join(MODES)}, not “{mode}”.")
        self._finish()
        self.mode, self.active_handle = mode, None
        self._hover(None)
        self._show_shape()
        self.update()

    def set_cursor(self, x: float | None) -> None:
        """Show the readout at x, hide it for None or nan. Emits nothing: plots can be linked."""
        x = None if x is None or math.isnan(x) else float(x)
        if x != self.cursor_x:
            self.cursor_x = x
            self.update()

    def set_hovered_piece(self, index: int | None) -> None:
        """Light a piece up as if the mouse were over it. Emits nothing: views can be linked."""
        if index != self.hovered_piece:
            self.hovered_piece = index
            self.update()

    def describe(self) -> None:
        """Tell screen readers what the keyboard holds, or what the curves are at the readout."""
        handle = self.handle
        if handle is not None:
            text = f"{handle.text or handle.label or handle.key}: x {handle.x:.4g}"
            text += f", y {handle.y:.4g}" if handle.y is not None else ""
        elif self.cursor_x is not None:
            text = f"x {self.cursor_x:.4g}: {self.values_text(self.cursor_x)}"
        else:
            text = self.tr("Left and right read the curves, Tab goes to what can be dragged.")
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)

    def values_text(self, x: float) -> str:  # noqa: ARG002  for the subclass
        """The curves' values at x."""
        return ""

    # pointing

    def _move_cursor(self, x: float | None) -> None:
        if x != self.cursor_x:
            self.set_cursor(x)
            self.cursor_moved.emit(math.nan if x is None else x)

    def _hover(self, x: float | None) -> None:
        boxes = self.contents.boxes
        self._move_cursor(x)
        self._hover_piece(None if x is None or boxes is None else boxes.index_at(x))

    def _hover_piece(self, index: int | None) -> None:
        if index != self.hovered_piece:
            self.set_hovered_piece(index)
            self.piece_hovered.emit(index)

    def handle_at(self, point: QPointF) -> Handle | None:
        """The handle under a point: knobs before lines, the nearest first."""
        frame, reach, found = self.frame, look().px(8), []
        for handle in self.contents.handles:
            knob = knob_point(handle, frame)
            away = math.hypot(point.x() - knob.x(), point.y() - knob.y())
            across = abs(point.x() - knob.x())
            if away <= 1.5 * reach:
                found.append((0, away, handle))
            elif handle.y is None and across <= reach / 2 and \
                    frame.top <= point.y() <= frame.bottom:
                found.append((1, across, handle))
        return min(found, key=lambda one: one[:2])[2] if found else None

    def _show_shape(self) -> None:
        shape = Qt.CursorShape.ArrowCursor
        handle = next((h for h in self.contents.handles if h.key == self.hovered_handle), None)
        if self.mode != "drag":
            shape = Qt.CursorShape.CrossCursor
        elif handle is not None:
            shape = {"x": Qt.CursorShape.SizeHorCursor, "y": Qt.CursorShape.SizeVerCursor}.get(
                handle.moves, Qt.CursorShape.SizeAllCursor)
        if shape != self.cursor().shape():
            self.setCursor(shape)

    # mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        point, frame = event.position(), self.frame
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        if self.mode != "drag":
            if frame.has(point.x(), point.y()):
                self._lower_pen(point)
            return
        handle = self.handle_at(point)
        if handle is not None:
            self.active_handle, self.is_dragging = handle.key, True
            knob = knob_point(handle, frame)
            self._grip = QPointF(point.x() - knob.x(), point.y() - knob.y())
            self.handle_pressed.emit(handle.key)
        elif frame.has(point.x(), point.y()):
            self.active_handle = None
            self._hover(frame.x.clipped(frame.x_at(point.x())))
            if self.hovered_piece is not None:
                self.piece_chosen.emit(self.hovered_piece)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point, frame = event.position(), self.frame
        if self.mode != "drag":
            self._pen = QPointF((point.x() - frame.left) / frame.width,
                                (frame.bottom - point.y()) / frame.height)
            if self._stroke is not None:
                self.stroke_moved.emit(self._stroke.move(point, frame))
            self.update()
        elif self.is_dragging and self.handle is not None:
            at = point - self._grip
            self._emit_drag(self.handle, frame.x_at(at.x()), frame.y_at(at.y()))
        else:
            handle = self.handle_at(point)
            key = handle.key if handle is not None else None
            if key != self.hovered_handle:
                self.hovered_handle = key
                self._show_shape()
                self.update()
            inside = frame.has(point.x(), point.y()) and handle is None
            self._hover(frame.x.clipped(frame.x_at(point.x())) if inside else None)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._finish()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if not self.is_dragging:
            self.hovered_handle = None
            self._hover(None)
            self.update()

    def _emit_drag(self, handle: Handle, x: float, y: float) -> None:
        x = self.frame.x.clipped(x) if handle.moves != "y" else handle.x
        if handle.y is None:
            y = math.nan
        elif handle.moves == "x":
            y = handle.y
        else:
            y = self.frame.y.clipped(y)
        if (x, y) != (handle.x, handle.y):
            self.handle_dragged.emit(handle.key, x, y)

    def _lower_pen(self, point: QPointF) -> None:
        self._stroke = Stroke(point)
        self.stroke_started.emit()
        self.stroke_moved.emit(self._stroke.begin(self.frame))

    def _finish(self) -> None:
        """End the gesture in progress, if there is one."""
        if self._stroke is not None:
            self._stroke = None
            self.stroke_ended.emit()
        if self.is_dragging:
            self.is_dragging = False
            self.handle_released.emit(self.active_handle or "")
        self.update()

    # keyboard

    def event(self, event: QEvent) -> bool:
        """Space is the pen's before it is a shortcut."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and \
                self.mode != "drag" and event.key() == Qt.Key.Key_Space:
            event.accept()
            return True
        return super().event(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes through the handles before it leaves."""
        keys: Sequence[str | None] = [None]
        if self.mode == "drag":
            keys = [None, *(h.key for h in self.contents.handles)]
        index = keys.index(self.active_handle) if self.active_handle in keys else 0
        index += 1 if forward else -1
        self._finish()
        if not 0 <= index < len(keys):
            self.active_handle = None
            return super().focusNextPrevChild(forward)
        self.active_handle = keys[index]
        self.describe()
        self.update()
        return True

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._finish()
        super().focusOutEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        large = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        across, up = (n * (LARGE_STEPS if large else 1) for n in _ARROWS.get(key, (0, 0)))
        moves = key in _ARROWS
        if self.mode != "drag" and moves:
            self._push_pen(across, up)
        elif self.mode != "drag" and key == Qt.Key.Key_Space:
            self._toggle_pen()
        elif self.mode == "drag" and moves and self.handle is not None:
            self._push_handle(self.handle, across, up)
        elif self.mode == "drag" and key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._walk(across)
        elif key in _CHOOSE and self.hovered_piece is not None:
            self.piece_chosen.emit(self.hovered_piece)
        elif key == Qt.Key.Key_Escape and (self.cursor_x is not None or self.active_handle):
            self._finish()
            self.active_handle = None
            self._hover(None)
        else:
            super().keyPressEvent(event)
            return
        self.describe()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if self.mode == "drag" and not event.isAutoRepeat() and Qt.Key(event.key()) in _ARROWS:
            self._finish()
        else:
            super().keyReleaseEvent(event)

    def _push_handle(self, handle: Handle, across: int, up: int) -> None:
        """Move a handle by steps; a key that is held down is one gesture."""
        x_axis, y_axis = self.frame.x, self.frame.y
        if not self.is_dragging:
            self.is_dragging = True
            self.handle_pressed.emit(handle.key)
        if handle.step is not None:
            x, y = handle.x + across * handle.step, (handle.y or 0.0) + up * handle.step
        else:
            x = x_axis.moved(handle.x, across * KEY_SHARE) if across else handle.x
            y = handle.y or 0.0
            y = y_axis.moved(y, up * KEY_SHARE) if up else y
        self._emit_drag(handle, x, y)

    def _walk(self, across: int) -> None:
        """Take the readout to the next piece, or a little along the axis where there is none."""
        boxes, axis = self.contents.boxes, self.frame.x
        if boxes is None or not len(boxes):
            at = axis.value(0.5) if self.cursor_x is None else self.cursor_x
            self._hover(axis.moved(at, across * KEY_SHARE))
            return
        last = len(boxes) - 1
        now = self.hovered_piece
        index = (0 if across > 0 else last) if now is None else min(max(now + across, 0), last)
        self._move_cursor(float(boxes.left[index] + boxes.right[index]) / 2)
        self._hover_piece(index)

    def _pen_point(self) -> QPointF:
        frame = self.frame
        return QPointF(frame.left + self._pen.x() * frame.width,
                       frame.bottom - self._pen.y() * frame.height)

    def _push_pen(self, across: int, up: int) -> None:
        self._pen = QPointF(min(max(self._pen.x() + across * KEY_SHARE, 0), 1),
                            min(max(self._pen.y() + up * KEY_SHARE, 0), 1))
        if self._stroke is not None:
            self.stroke_moved.emit(self._stroke.move(self._pen_point(), self.frame))
        self.update()

    def _toggle_pen(self) -> None:
        if self._stroke is None:
            self._lower_pen(self._pen_point())
        else:
            self._finish()

    def paint_pen(self, painter: QPainter) -> None:
        """The tip of the pen, larger for the eraser."""
        at, radius = self._pen_point(), look().px(5 if self.mode == "draw" else 12)
        if not (self.underMouse() or self.hasFocus()):
            return
        tokens = look().tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(tokens.color("vermilion"), look().px(2)))
        filled = self._stroke is not None
        painter.setBrush(tokens.color("vermilion", 0.4) if filled else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(at, radius, radius)
