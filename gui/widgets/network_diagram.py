"""A network as units and edges, whose numbers can be scrubbed."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from gui.theme import look
from gui.widgets.network_diagram_model import DiagramLayer, Number, source_of
from gui.widgets.network_diagram_painter import NumberLabel
from gui.widgets.network_diagram_view import DiagramView, Unit

__all__ = ["DiagramLayer", "NetworkDiagram", "source_of"]

_CHOOSE = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
_SCRUBS = {
    Qt.Key.Key_Plus: 1, Qt.Key.Key_Equal: 1, Qt.Key.Key_Minus: -1, Qt.Key.Key_Underscore: -1,
}
#: A key changes a number as much as dragging it by this many pixels.
KEY_PIXELS = 10
FINE = 0.1


class NetworkDiagram(DiagramView):
    """Layers from left to right. The parameters of the chosen unit stand beside its edges.

    The diagram shows what it is told: a scrubbed number changes when its owner sets the layers
    anew. Keyboard: arrows walk the units, Enter chooses, Tab goes through the numbers of the chosen
    unit, + and − change the one that has the focus. Shift drags ten times as fine.
    """

    #: (layer, index) of the unit that mouse or keyboard point at; index is None for none.
    unit_hovered = Signal(int, object)
    unit_chosen = Signal(int, int)
    #: One gesture: started, any number of (layer, index, name, value), ended. The name is "bias",
    #: or "weight 3" for the weight from unit 3 of the layer before; see `source_of`.
    scrub_started = Signal()
    weight_scrubbed = Signal(int, int, str, float)
    scrub_ended = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scrub: tuple[Number, float, float] | None = None
        self.setMouseTracking(True)

    def unit_at(self, point: QPointF) -> Unit | None:
        """The unit under a point."""
        reach = self.places.radius + look().px(2)
        for layer in range(len(self._layers)):
            for slot in self.places.drawn(layer):
                if math.hypot(slot.x - point.x(), slot.y - point.y()) <= reach:
                    return layer, slot.unit or 0
        return None

    def _label_at(self, point: QPointF) -> NumberLabel | None:
        return next((one for one in self.labels() if one.rect.contains(point)), None)

    # mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        label, unit = self._label_at(event.position()), self.unit_at(event.position())
        if label is not None:
            self._number = label.number
            self._scrub = label.number, event.position().x(), label.value
            self.scrub_started.emit()
        elif unit is not None:
            self._choose(unit)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position()
        if self._scrub is not None:
            number, start, value = self._scrub
            fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._emit_scrub(number, value, (point.x() - start) * (FINE if fine else 1))
            return
        label = self._label_at(point)
        self._hover(self.unit_at(point) if label is None else None)
        shape = Qt.CursorShape.ArrowCursor
        if label is not None:
            shape = Qt.CursorShape.SizeHorCursor
        elif self._hovered is not None:
            shape = Qt.CursorShape.PointingHandCursor
        if shape != self.cursor().shape():
            self.setCursor(shape)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._finish()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if self._scrub is None:
            self._hover(None)

    def _emit_scrub(self, number: Number, value: float, pixels: float) -> None:
        """Change a value by a distance, to a multiple of a tenth of its step."""
        layer = self._layers[number.layer]
        step = layer.bias_step if number.source is None else layer.weight_step
        grain = step * FINE
        value = round(round((value + pixels * step) / grain) * grain, 12)
        self.weight_scrubbed.emit(number.layer, number.unit, number.name, value)

    def _finish(self) -> None:
        if self._scrub is not None:
            self._scrub = None
            self.scrub_ended.emit()
        self.update()

    def _hover(self, unit: Unit | None) -> None:
        if unit != self._hovered:
            before = self._hovered
            self.set_hovered(*(unit or (0, None)))
            layer = unit[0] if unit else before[0] if before else 0
            self.unit_hovered.emit(layer, unit[1] if unit else None)

    def _choose(self, unit: Unit) -> None:
        self.set_chosen(*unit)
        self._hover(unit)
        self.unit_chosen.emit(*unit)

    # keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if self._walk(key):
            self._describe()
        elif key in _CHOOSE and self._hovered is not None:
            self._choose(self._hovered)
        elif key in _SCRUBS and self.numbers():
            self._push_number(_SCRUBS[key])
        elif key == Qt.Key.Key_Escape and (self._number or self._hovered):
            self._finish()
            self._number = None
            self._hover(None)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if Qt.Key(event.key()) in _SCRUBS and not event.isAutoRepeat():
            self._finish()
        else:
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._finish()
        super().focusOutEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes through the numbers of the chosen unit before it leaves."""
        stops: list[Number | None] = [None, *(number for number, _ in self.numbers())]
        index = stops.index(self._number) if self._number in stops else 0
        index += 1 if forward else -1
        self._finish()
        inside = 0 <= index < len(stops)
        self._number = stops[index] if inside else None
        self._changed()
        self._describe()
        return inside or super().focusNextPrevChild(forward)

    def _walk(self, key: Qt.Key) -> bool:
        """Go to the next unit, also to one that was not drawn; whether the key asked for that."""
        moves = {
            Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1),
            Qt.Key.Key_Down: (0, 1), Qt.Key.Key_Home: (0, -10**9), Qt.Key.Key_End: (0, 10**9),
            Qt.Key.Key_PageUp: (0, -10), Qt.Key.Key_PageDown: (0, 10),
        }
        if key not in moves or not self._layers:
            return False
        across, down = moves[key]
        layer, index = self._hovered or self._chosen or (min(1, len(self._layers) - 1), 0)
        if self._hovered is not None or self._chosen is not None:
            layer = min(max(layer + across, 0), len(self._layers) - 1)
            index = min(max(index + down, 0), self._layers[layer].count - 1)
        self._hover((layer, index))
        return True

    def _push_number(self, way: int) -> None:
        """Change the number that has the focus; a key that is held down is one gesture."""
        numbers = dict(self.numbers())
        if self._number not in numbers:
            self._number = next(iter(numbers))
        assert self._number is not None
        if self._scrub is None:
            self._scrub = self._number, 0.0, numbers[self._number]
            self.scrub_started.emit()
        self._emit_scrub(self._number, numbers[self._number], way * KEY_PIXELS)
        self._describe()
