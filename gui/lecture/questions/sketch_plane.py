"""A plane to sketch a curve on, with mouse or keyboard; it is the plot that all curves are on."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from engine.lessons.lesson import Question
from engine.lessons.sketching import COLUMNS, KEY_COLUMNS, Sketch, in_shares
from engine.words import say
from gui.theme import look
from gui.widgets.function_plot import FunctionPlot
from gui.widgets.function_plot_text import paint_plate
from gui.widgets.painted import line_height, text_width

#: An arrow key moves a point by this share of the height, with Shift five times as far.
KEY_HEIGHT, LARGE = 0.025, 5
#: The eraser's radius as a share of the width.
ERASER = 0.03
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}


class SketchPlane(FunctionPlot):
    """Holds the sketch, with everything that can be taken back.

    Mouse: a stroke replaces what it passes over. Keyboard: Left and Right go along, Up and Down
    draw a point there, Space draws one where the pen is, Delete takes one away.
    """

    sketched = Signal()

    def __init__(self, question: Question, parent: QWidget | None = None) -> None:
        super().__init__("", say(question.x_label), parent)
        self._question = question
        self._past: list[Sketch] = []
        self._sketch = Sketch()
        self._last: np.ndarray | None = None
        self._column = 0
        #: The sketch before the keys began to move the point at this column.
        self._base: Sketch | None = None
        self._is_locked = False
        self.set_x_range(*question.x_range, log=question.is_x_log)
        self.set_y_range(*question.y_range, log=question.is_log)
        self.set_title(say(question.y_label))
        self.setAccessibleName(self.tr("Sketch of {what}").format(
            what=say(question.y_label) or self.tr("the curve")
        ))
        self.setToolTip(self.tr(
            "Draw the curve that you expect. Keys: ← → go along, ↑ ↓ draw, Delete erases."
        ))
        self.set_mode("draw")
        self.stroke_started.connect(self._on_stroke_started)
        self.stroke_moved.connect(self._on_stroke_moved)
        self._show()

    # --- data -----------------------------------------------------------------------------------

    @property
    def sketch(self) -> Sketch:
        """What is drawn."""
        return self._sketch

    @property
    def can_undo(self) -> bool:
        """Whether there is a stroke to take back."""
        return bool(self._past) and not self._is_locked

    def undo(self) -> None:
        """Take the last stroke, or the last move of a key, back."""
        if self.can_undo:
            self._base = None
            self._show_sketch(self._past.pop())

    def clear(self) -> None:
        """Wipe everything off; that can be taken back."""
        if not self._sketch.is_empty and not self._is_locked:
            self._change(Sketch())

    def start_again(self, label: str) -> None:
        """An empty plane, on which the sketch so far stays as a ghost."""
        x, y = self._sketch.curve(self._question)
        self.set_curve(f"before {label}", x, y, "ghost", label=label, width=1.0)
        self._past, self._base = [], None
        self._show_sketch(Sketch())

    def show_given(self, x: np.ndarray, y: np.ndarray, label: str) -> None:
        """A curve that is known before, x and y (n,)."""
        self.set_curve("given", x, y, "ink", label=label, width=0.75)

    def show_truth(self, x: np.ndarray, y: np.ndarray, token: str, label: str) -> None:
        """The curve as it is, over the sketch."""
        self.set_curve("truth", x, y, token, label=label, width=1.5)

    def set_locked(self, on: bool) -> None:
        """Whether nothing can be drawn any more; the sketch then is a ghost."""
        self._is_locked = on
        self.set_mode("drag" if on else "draw")
        self._show()

    def _change(self, sketch: Sketch) -> None:
        """Another sketch, from which one step leads back."""
        self._past.append(self._sketch)
        self._base = None
        self._show_sketch(sketch)

    def _show_sketch(self, sketch: Sketch) -> None:
        self._sketch = sketch
        self._show()
        self.sketched.emit()

    def _show(self) -> None:
        x, y = self._sketch.curve(self._question)
        label = self.tr("you") if self._is_locked and not self._sketch.is_empty else ""
        token = "ghost" if self._is_locked else "muted"
        self.set_curve("sketch", x, y, token, label=label, dashed=self._is_locked, width=2.0)

    # --- mouse ----------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A stroke may begin beside the axes: it then begins at the edge."""
        if event.button() == Qt.MouseButton.LeftButton and self.mode != "drag":
            self._lower_pen(event.position())
        else:
            super().mousePressEvent(event)

    def _on_stroke_started(self) -> None:
        self._past.append(self._sketch)
        self._last, self._base = None, None

    def _on_stroke_moved(self, points: np.ndarray) -> None:
        path = in_shares(self._question, points)
        start = path if self._last is None else np.vstack([self._last, path])
        self._last = path[-1]
        self._column = round(float(np.clip(path[-1, 0], 0, 1)) * COLUMNS)
        if self.mode == "erase":
            first, last = float(path[:, 0].min()), float(path[:, 0].max())
            self._show_sketch(self._sketch.without(first - ERASER, last + ERASER))
        else:
            self._show_sketch(self._sketch.with_stroke(start))

    # --- keyboard -------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Taking a stroke back is nearer than taking a setting back."""
        if (
            event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
            and event.matches(QKeySequence.StandardKey.Undo) and self.can_undo
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if self._is_locked:
            super().keyPressEvent(event)
        elif event.matches(QKeySequence.StandardKey.Undo) and self.can_undo:
            self.undo()
        elif key in _ARROWS:
            large = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            across, up = _ARROWS[key]
            self._go(across, up * (LARGE if large else 1))
        elif key == Qt.Key.Key_Space:
            self._go(0, 0)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            half = KEY_COLUMNS / 2 / COLUMNS
            at = self._column / COLUMNS
            self._change(self._sketch.without(at - half, at + half))
        else:
            super().keyPressEvent(event)

    def _go(self, across: int, up: int) -> None:
        """Go to the next of the places that keys draw at, or draw a point at this one."""
        if across:
            self._base = None
            place = self._column / KEY_COLUMNS + across
            place = np.floor(place) if across < 0 and place != round(place) else round(place)
            self._column = int(min(max(place * KEY_COLUMNS, 0), COLUMNS))
        height = self._sketch.height_near(self._column)
        if not across:
            height = min(max(height + up * KEY_HEIGHT, 0.0), 1.0)
            if self._base is None:
                self._base = self._sketch
                self._past.append(self._base)
            self._show_sketch(self._base.with_point(self._column, height))
        self._pen = QPointF(self._column / COLUMNS, height)
        x = self.frame.x.value(self._pen.x())
        y = self.frame.y.value(height)
        self.setAccessibleDescription(self.tr("at {x}, {y}").format(x=f"{x:.3g}", y=f"{y:.3g}"))
        self.update()

    # --- drawing --------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(look().px(300), look().px(220))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(180), look().px(170))

    def _paint_on_top(self, painter: QPainter, frame) -> None:  # type: ignore[no-untyped-def]
        super()._paint_on_top(painter, frame)
        if self._sketch.is_empty and not self._is_locked:
            font, text = look().font(13), self.tr("Draw here")
            width, height = text_width(text, font), line_height(font)
            left = frame.left + (frame.width - width) / 2
            paint_plate(painter, text, "muted", QRectF(left, frame.top + 2, width, height))
