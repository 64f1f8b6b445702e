"""A number that is dragged to change it, or clicked to type it."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from engine.spec import Knob, expectation
from gui.theme import look
from gui.widgets.painted import (
    Painted,
    draw_focus_ring,
    draw_text_at,
    elided,
    line_height,
    text_width,
)
from gui.widgets.spec_fields import value_text

#: Dragging by this many pixels, at normal size, goes from one bound to the other.
FULL_DRAG_PX = 300
#: Less than this is a click.
CLICK_PX = 3
FINE = 0.1
_STEPS = {
    Qt.Key.Key_Up: 1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: -1, Qt.Key.Key_Left: -1,
    Qt.Key.Key_PageUp: 10, Qt.Key.Key_PageDown: -10,
}
_END = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)
_TYPE = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2)


class ScrubField(Painted):
    """A spec field as "δ = 0.429". Shows what it is told; `edited` asks for another value.

    Keyboard: arrows and Page keys change it, Enter or a figure starts typing, Enter ends it,
    Escape takes it back. Shift drags ten times as fine. The wheel works only where the focus is.
    """

    #: A figure is the first of a number that is typed, before it is anybody's shortcut.
    takes_figures = True
    #: A value, or the text that was typed, and the gesture that it belongs to ("" for none).
    edited = Signal(object, str)

    def __init__(
        self, knob: Knob, context: str = "", parent: QWidget | None = None, *, symbol: str = "",
    ) -> None:
        super().__init__(parent, focusable=True)
        self.knob = knob
        self._symbol = symbol
        self._value: float = knob.default
        self._problem = ""
        self._press: tuple[QPointF, float] | None = None
        self._is_scrubbing = False
        self._gesture = 0
        self._edit = QLineEdit(self)
        self._edit.hide()
        self._edit.installEventFilter(self)
        self._edit.editingFinished.connect(self._on_typed)
        label = QCoreApplication.translate(context, knob.label)
        self._help = QCoreApplication.translate(context, knob.help)
        self._edit.setAccessibleName(label)
        self.setAccessibleName(label)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self.show_value(knob.default)

    @property
    def value(self) -> float:
        """The value that is shown."""
        return self._value

    @property
    def text(self) -> str:
        """What is shown: "δ = 0.429"."""
        text = value_text(self.knob, self._value).replace("-", "−")
        return f"{self._symbol} = {text}" if self._symbol else text

    @property
    def help_text(self) -> str:
        """What the field is, in a sentence or two."""
        return self._help

    def show_value(self, value: float) -> None:
        """Show the spec's value; emits nothing."""
        self._value = value
        self.show_problem("")
        self.updateGeometry()

    def show_problem(self, sentence: str) -> None:
        """What is wrong with the last input; empty when nothing is."""
        self._problem = sentence
        now = self.tr("Now {value}. Accepts {expectation}. Drag, or click to type.").format(
            value=value_text(self.knob, self._value), expectation=expectation(self.knob))
        first = f"<p><b>{sentence}</b></p>" if sentence else ""
        self.setToolTip(f"{first}<p>{self._help}</p><p>{now}</p>")
        self.setAccessibleDescription(sentence or self.text)
        self.update()

    # the value somewhere else

    def value_after(self, value: float, pixels: float, *, fine: bool = False) -> float:
        """The value that dragging by a distance makes of another, within the bounds."""
        knob = self.knob
        if fine:
            pixels *= FINE
        low, high = knob.minimum, knob.maximum
        if low is None or high is None:
            value += round(pixels / look().scale) * knob.step
            value = max(value, low) if low is not None else value
            value = min(value, high) if high is not None else value
            return round(value) if knob.kind is int else round(value, 10)
        share = knob.share_of(value) + pixels / look().px(FULL_DRAG_PX)
        share = min(max(share, 0.0), 1.0)
        if fine and knob.scale == "log":
            value = min(max(float(f"{low * (high / low) ** share:.3g}"), low), high)
            return round(value) if knob.kind is int else value
        return knob.value_at(share)

    def _next_value(self, steps: int) -> float:
        """The value some steps on; a step is the least that can be told apart from none."""
        value = self._value
        for _ in range(abs(steps)):
            way = math.copysign(1, steps)
            reach = look().px(FULL_DRAG_PX)
            for distance in range(1, reach + 1):
                found = self.value_after(value, way * distance)
                if (found - value) * way > 0:
                    value = found
                    break
        return value

    def _ask_for(self, value: Any, gesture: str = "") -> None:
        if value != self._value:
            self.edited.emit(value, gesture)

    # mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._press, self._is_scrubbing = (event.position(), self._value), False
        else:
            event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._press is None:
            return
        start, value = self._press
        pixels = event.position().x() - start.x()
        if not self._is_scrubbing and abs(pixels) >= CLICK_PX:
            self._is_scrubbing = True
            self._gesture += 1
        if self._is_scrubbing:
            fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._ask_for(self.value_after(value, pixels, fine=fine),
                          f"{self.knob.name} scrub {self._gesture}")
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._press is not None:
            clicked = not self._is_scrubbing
            self._press, self._is_scrubbing = None, False
            if clicked and QRectF(self.rect()).contains(event.position()):
                self.start_typing()
            self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self.hasFocus():
            event.ignore()
            return
        turned = event.angleDelta().y() or event.angleDelta().x()
        if turned:
            self._ask_for(self._next_value(1 if turned > 0 else -1))

    # keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, typed = Qt.Key(event.key()), event.text()
        if key in _STEPS:
            self._ask_for(self._next_value(_STEPS[key]))
        elif key in _TYPE:
            self.start_typing()
        elif typed and typed in "0123456789.-" and not event.modifiers() & (
                Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            self.start_typing(typed)
        else:
            super().keyPressEvent(event)

    def start_typing(self, first: str = "") -> None:
        """Open the editor with the value selected, or with what was typed first."""
        self._edit.setGeometry(self.rect())
        self._edit.setText(first or value_text(self.knob, self._value))
        self._edit.show()
        self._edit.setFocus(Qt.FocusReason.OtherFocusReason)
        if not first:
            self._edit.selectAll()

    @property
    def is_typing(self) -> bool:
        """Whether the editor is open."""
        return self._edit.isVisibleTo(self)

    def _on_typed(self) -> None:
        if not self.is_typing:
            return
        text, had_focus = self._edit.text().replace("−", "-"), self._edit.hasFocus()
        self._edit.hide()
        if had_focus:
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        if text != value_text(self.knob, self._value):
            self.edited.emit(text, "")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Escape brings the value in force back. Enter would reach the field, and open it anew."""
        if watched is self._edit and isinstance(event, QKeyEvent) and \
                event.type() == QEvent.Type.KeyPress and event.key() in _END:
            if event.key() == Qt.Key.Key_Escape:
                self._edit.setText(value_text(self.knob, self._value))
            self._on_typed()
            return True
        return super().eventFilter(watched, event)

    # drawing

    def sizeHint(self) -> QSize:
        font = look().font(bold=True)
        widest = max(text_width(self.text, font), text_width("−0.000", font))
        return QSize(int(widest) + look().px(16), int(line_height(font)) + look().px(8))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(48), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            self._paint(painter)

    def _paint(self, painter: QPainter) -> None:
        tokens, pad = look().tokens, look().px(8)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(tokens.color("line"), 1))
        painter.setBrush(tokens.color("soft" if self._is_scrubbing else "ground"))
        rect, corner = QRectF(self.rect()), look().px(6)
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), corner, corner)
        font = look().font(bold=True)
        painter.setFont(font)
        token = "vermilion" if self._is_scrubbing or self._problem else "ink"
        painter.setPen(tokens.text(token))
        text = elided(self.text, font, rect.width() - 2 * pad)
        width = text_width(text, font)
        draw_text_at(painter, text, rect.right() - pad - width, rect.center().y())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(tokens.color(token if self._problem else "muted"), look().px(1),
                            Qt.PenStyle.SolidLine if self._problem else Qt.PenStyle.DotLine))
        base = rect.bottom() - look().px(4)
        painter.drawLine(QPointF(rect.right() - pad - width, base),
                         QPointF(rect.right() - pad, base))
        if self.hasFocus():
            draw_focus_ring(painter, rect, corner)
