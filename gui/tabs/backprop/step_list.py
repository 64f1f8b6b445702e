"""The steps by name: what is done, where we are, what comes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QWidget

from engine.backprop.trace import TraceStep
from gui.theme import look
from gui.widgets.cell_grid import Cell, CellGrid
from gui.widgets.painted import draw_focus_ring, draw_text_at, elided

ROW_PX = 23


class StepList(CellGrid):
    """One row for each step; a click jumps there."""

    jump_asked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: list[str] = []
        self._titles: list[str] = []
        self._bugs: list[bool] = []
        self._position = 0
        self.setAccessibleName(self.tr("Steps"))
        self.setToolTip(self.tr("All steps in their order; a click jumps to one."))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_steps(
        self, steps: Sequence[TraceStep], names: Sequence[str], titles: Sequence[str],
        position: int, *, shows_bugs: bool,
    ) -> None:
        """All steps, of which `position` are done."""
        bugs = [shows_bugs and step.has_bug for step in steps]
        if list(names) != self._names:
            self.updateGeometry()
        self._names, self._titles, self._bugs = list(names), list(titles), bugs
        has_moved = position != self._position
        self._position = position
        self._current = (max(position - 1, 0), 0)
        self.update()
        if has_moved:
            self._reveal()

    def _reveal(self) -> None:
        """Scroll the panel, if it is too low for the list, to where we are."""
        parent = self.parentWidget()
        while parent is not None and not isinstance(parent, QScrollArea):
            parent = parent.parentWidget()
        content = parent.widget() if parent is not None else None
        if parent is not None and content is not None and self.isVisible():
            place = self.cell_rect(*self._current).center().toPoint()
            inside = self.mapTo(content, place)
            parent.ensureVisible(0, inside.y(), 0, 2 * look().px(ROW_PX))

    @property
    def names(self) -> list[str]:
        """What the rows say."""
        return self._names

    def has_cell(self, row: int, column: int) -> bool:
        return column == 0 and 0 <= row < len(self._names)

    def cell_rect(self, row: int, column: int) -> QRectF:  # noqa: ARG002  one column
        return QRectF(0, row * look().px(ROW_PX), self.width(), look().px(ROW_PX))

    def cell_at(self, point: QPointF) -> Cell | None:
        row = int(point.y() // look().px(ROW_PX))
        return (row, 0) if self.has_cell(row, 0) else None

    def cell_text(self, row: int, column: int) -> str:  # noqa: ARG002  one column
        return f"{self._names[row]}\n{self._titles[row]}"

    def choose(self, row: int, column: int) -> None:  # noqa: ARG002  one column
        self.jump_asked.emit(row + 1)

    def sizeHint(self) -> QSize:
        return QSize(look().px(200), max(len(self._names), 1) * look().px(ROW_PX))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(80), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, tokens = QPainter(self), look().tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for row, name in enumerate(self._names):
            rect, is_current = self.cell_rect(row, 0), row == self._position - 1
            if is_current:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(tokens.color("soft"))
                painter.drawRoundedRect(rect, look().px(4), look().px(4))
                painter.fillRect(QRectF(0, rect.top(), look().px(3), rect.height()),
                                 tokens.color("orange"))
            is_done = row < self._position
            font = look().font(13, bold=is_current)
            painter.setFont(font)
            token = "vermilion" if self._bugs[row] else "ink" if is_done else "muted"
            painter.setPen(tokens.text(token))
            mark = "✗" if self._bugs[row] else "✓" if is_done and not is_current else ""
            draw_text_at(painter, mark, look().px(8), rect.center().y())
            left = look().px(25)
            text = elided(name, font, self.width() - left)
            draw_text_at(painter, text, left, rect.center().y())
        if self.hasFocus():
            painter.setPen(tokens.color("blue"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.cell_rect(*self._current).adjusted(1, 1, -1, -1))
            draw_focus_ring(painter, QRectF(self.rect()))
