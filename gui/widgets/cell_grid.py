"""What heat maps and image walls share: cells that mouse and keyboard walk, ask and choose."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gui.theme import look
from gui.widgets.painted import Painted, draw_focus_ring, draw_outline

Cell = tuple[int, int]
_MOVES = {
    Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
_CHOOSE = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class CellGrid(Painted):
    """A grid of cells (row, column). Subclasses say where cells lie and what choosing one means."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, focusable=True)
        self._current: Cell = (0, 0)
        self.setAccessibleDescription(self.tr("Arrow keys walk about in it, Enter chooses."))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def has_cell(self, row: int, column: int) -> bool:  # noqa: ARG002  for subclasses
        """Whether there is such a cell."""
        return False

    def cell_rect(self, row: int, column: int) -> QRectF:  # noqa: ARG002  for subclasses
        """Where a cell lies, in pixels of the widget."""
        return QRectF()

    def cell_at(self, point: QPointF) -> Cell | None:  # noqa: ARG002  for subclasses
        """The cell under a point."""
        return None

    def cell_text(self, row: int, column: int) -> str:  # noqa: ARG002  for subclasses
        """What there is to say about a cell: tooltip and description."""
        return ""

    def choose(self, row: int, column: int) -> None:
        """Tell others that the user chose a cell."""

    @property
    def current(self) -> Cell:
        """The cell that the keyboard is on."""
        return self._current

    def _move_to(self, row: int, column: int) -> None:
        if self.has_cell(row, column):
            self._current = (row, column)
            self.setAccessibleDescription(self.cell_text(row, column))
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _MOVES:
            down, right = _MOVES[key]
            self._move_to(self._current[0] + down, self._current[1] + right)
        elif key in _CHOOSE and self.has_cell(*self._current):
            self.choose(*self._current)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position())
        if cell is None or event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self._move_to(*cell)
        self.choose(*cell)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            cell = self.cell_at(QPointF(event.pos()))
            text = self.cell_text(*cell) if cell else self.toolTip()
            if text:
                QToolTip.showText(event.globalPos(), text, self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def resizeEvent(self, _event: QResizeEvent) -> None:
        self.forget()

    def paint_cursor(self, painter: QPainter, chosen: Cell | None) -> None:
        """The outlines of the chosen and of the keyboard's cell, and the focus ring."""
        width = look().px(2)
        if chosen is not None and self.has_cell(*chosen):
            draw_outline(painter, self.cell_rect(*chosen), "orange", 1.5 * width)
        if self.hasFocus():
            if self.has_cell(*self._current) and self._current != chosen:
                draw_outline(painter, self.cell_rect(*self._current), "blue", width)
            draw_focus_ring(painter, QRectF(self.rect()))
