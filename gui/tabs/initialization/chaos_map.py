"""The map of order and chaos: a point to be dragged over σ_w² and σ_b², and the edge between."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF

from gui.theme import look
from gui.widgets.field_map import FieldMap

KEY_SHARE = 0.02


class ChaosMap(FieldMap):
    """A field map with a curve over it and a point that the mouse or the arrow keys move."""

    #: The drag begins.
    grabbed = Signal()
    #: x and y of the point.
    point_dragged = Signal(float, float)

    def __init__(self, title: str) -> None:
        super().__init__(title, "diverging")
        self._edge = np.zeros((0, 2))
        self._point = (0.0, 0.0)
        self._ends = (1.0, 1.0)
        self._is_held = False
        self.setAccessibleName(title)

    def set_ends(self, x: float, y: float) -> None:
        """The largest σ_w² and σ_b²; they hold before there is a map of them."""
        self._ends = (x, y)
        self.set_ranges((0.0, x), (0.0, y))

    def set_map(self, field: np.ndarray, edge: np.ndarray) -> None:
        """ln χ₁ (rows, columns) up to the ends, and the edge (k, 2)."""
        self._edge = edge
        self.set_limits((-1.5, 1.5))
        self.set_field(np.clip(field, -1.5, 1.5))

    def set_point(self, x: float, y: float) -> None:
        """Move the point. Emits nothing."""
        self._point = (x, y)
        self.update()

    @property
    def point(self) -> tuple[float, float]:
        """Where the point is."""
        return self._point

    @property
    def edge(self) -> np.ndarray:
        """The curve over the map."""
        return self._edge

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._is_held = True
            self.grabbed.emit()
            self._drag_to(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if self._is_held:
            self._drag_to(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._is_held = False
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {
            Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Down: (0, -1), Qt.Key.Key_Up: (0, 1),
        }.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        if not event.isAutoRepeat():
            self.grabbed.emit()
        self._move(self._point[0] + step[0] * KEY_SHARE * self._ends[0],
                   self._point[1] + step[1] * KEY_SHARE * self._ends[1])

    def _drag_to(self, pixel: QPointF) -> None:
        frame = self.frame
        x = min(max(pixel.x(), frame.left), frame.right)
        y = min(max(pixel.y(), frame.top), frame.bottom)
        self._move(frame.x_at(x), frame.y_at(y))

    def _move(self, x: float, y: float) -> None:
        x, y = min(max(x, 0.0), self._ends[0]), min(max(y, 0.0), self._ends[1])
        self.point_dragged.emit(float(f"{x:.3g}"), float(f"{y:.3g}"))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame, tokens = self.frame, look().tokens
        if len(self._edge) > 1:
            line = [QPointF(float(frame.px(x)), float(frame.py(y))) for x, y in self._edge]
            painter.setPen(QPen(tokens.color("ink"), look().line_px))
            painter.drawPolyline(QPolygonF(line))
        at = QPointF(float(frame.px(self._point[0])), float(frame.py(self._point[1])))
        painter.setPen(QPen(tokens.color("surface"), 2))
        painter.setBrush(tokens.color("orange"))
        painter.drawEllipse(at, look().px(8), look().px(8))
