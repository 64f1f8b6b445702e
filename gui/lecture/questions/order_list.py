"""Chips below each other that are brought into order by the mouse, or by Alt and the arrow keys."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme import look
from gui.widgets.painted import (
    Painted,
    draw_focus_ring,
    draw_text_at,
    elided,
    line_height,
    text_width,
)

TEXT_PX = 15


class OrderList(Painted):
    """The first stands at the top. Up and Down walk, with Alt they move the chip; a drag does, too.

    A mark, ✓ or ✗, takes the place of the number in front.
    """

    #: The order is another one.
    reordered = Signal()

    def __init__(
        self, items: Sequence[str], name: str, parent: QWidget | None = None, *,
        is_fixed: bool = False,
    ) -> None:
        super().__init__(parent, focusable=not is_fixed)
        self._items = list(items)
        self._marks: dict[str, str] = {}
        self._is_fixed = is_fixed
        self._current = 0
        #: The chip in hand, and where it is held below its top.
        self._grip: float | None = None
        self._hand_y = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)
        self._describe()
        if not is_fixed:
            self.setCursor(Qt.CursorShape.OpenHandCursor)

    @property
    def items(self) -> tuple[str, ...]:
        """The order, first to last."""
        return tuple(self._items)

    def set_items(self, items: Sequence[str]) -> None:
        """Show another order; emits nothing."""
        self._items = list(items)
        self._marks = {}
        self._current = min(self._current, max(len(self._items) - 1, 0))
        self._describe()
        self.updateGeometry()
        self.update()

    def set_marks(self, marks: dict[str, str]) -> None:
        """A token for each chip that has one: "green" is in its place, "vermilion" is not."""
        self._marks = dict(marks)
        self.update()

    def set_fixed(self, on: bool) -> None:
        """Whether nothing can be moved any more."""
        self._is_fixed = on
        self._grip = None
        if on:
            self.unsetCursor()
        else:
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.update()

    # --- moving ---------------------------------------------------------------------------------

    def move_to(self, place: int) -> None:
        """Bring the current chip to another place."""
        place = min(max(place, 0), len(self._items) - 1)
        if place == self._current or self._is_fixed:
            return
        self._items.insert(place, self._items.pop(self._current))
        self._current = place
        self._describe()
        self.update()
        self.reordered.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        elif event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.move_to(self._current + step)
        else:
            self._current = min(max(self._current + step, 0), len(self._items) - 1)
            self._describe()
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position().y())
        if event.button() != Qt.MouseButton.LeftButton or self._is_fixed:
            event.ignore()
            return
        self._current = place
        self._grip = event.position().y() - self._row(place).top()
        self._hand_y = event.position().y()
        self.setCursor(Qt.CursorShape.ClosedHandCursor)
        self._describe()
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is None:
            return
        self._hand_y = event.position().y()
        middle = self._hand_y - self._grip + self._row(0).height() / 2
        self.move_to(self._place_at(middle))
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._grip is not None:
            self._grip = None
            self.setCursor(Qt.CursorShape.OpenHandCursor)
            self.update()

    def _describe(self) -> None:
        order = ", ".join(f"{i}. {item}" for i, item in enumerate(self._items, 1))
        if self._is_fixed or not self._items:
            self.setAccessibleDescription(order)
            return
        self.setAccessibleDescription(self.tr(
            "{order}; now at {item}. Up and Down walk, with Alt they move it."
        ).format(order=order, item=self._items[self._current]))

    # --- drawing --------------------------------------------------------------------------------

    def _pitch(self) -> float:
        return line_height(look().font(TEXT_PX)) + look().px(18)

    def _row(self, place: int) -> QRectF:
        gap = look().px(3)
        return QRectF(gap, place * self._pitch() + gap, self.width() - 2 * gap,
                      self._pitch() - 2 * gap)

    def _place_at(self, y: float) -> int:
        return min(max(int(y // self._pitch()), 0), len(self._items) - 1)

    def point_of(self, place: int) -> QPointF:
        """The middle of a chip, for a mouse."""
        return self._row(place).center()

    def sizeHint(self) -> QSize:
        font = look().font(TEXT_PX)
        widest = max((text_width(item, font) for item in self._items), default=0.0)
        return QSize(int(widest + look().px(64)), int(len(self._items) * self._pitch()) + 1)

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(90), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            held = self._current if self._grip is not None else None
            for place in range(len(self._items)):
                if place != held:
                    self._paint_chip(painter, place, self._row(place), is_held=False)
            if held is not None and self._grip is not None:
                rect = self._row(held)
                top = self._hand_y - self._grip
                rect.moveTop(min(max(top, 0.0), self.height() - rect.height()))
                self._paint_chip(painter, held, rect, is_held=True)

    def _paint_chip(
        self, painter: QPainter, place: int, rect: QRectF, *, is_held: bool
    ) -> None:
        tokens, item = look().tokens, self._items[place]
        mark = self._marks.get(item, "")
        is_current = self.hasFocus() and place == self._current and not self._is_fixed
        edge = "vermilion" if is_held else mark or "line"
        painter.setPen(QPen(tokens.color(edge), look().px(2) if edge != "line" else 1))
        painter.setBrush(tokens.color("soft" if is_held or not self._is_fixed else "surface"))
        corner = look().px(8)
        painter.drawRoundedRect(rect, corner, corner)
        # The place is seen; in front of it there is room for the verdict.
        sign = {"green": "✓", "vermilion": "✗"}.get(mark, f"{place + 1}.")
        bold, font = look().font(TEXT_PX, bold=True), look().font(TEXT_PX)
        column = text_width("9.", bold)
        left, middle = rect.left() + look().px(6), rect.center().y()
        painter.setFont(bold)
        painter.setPen(tokens.text(mark or "muted"))
        draw_text_at(painter, sign, left + column - text_width(sign, bold), middle)
        left += column + look().px(6)
        room = rect.right() - left - look().px(6 if self._is_fixed else 28)
        painter.setFont(font)
        painter.setPen(tokens.color("ink"))
        draw_text_at(painter, elided(item, font, room), left, middle)
        if not self._is_fixed:
            self._paint_grip(painter, rect)
        if is_current:
            draw_focus_ring(painter, rect, corner)

    def _paint_grip(self, painter: QPainter, rect: QRectF) -> None:
        """Three short lines that ask to be taken hold of."""
        painter.setPen(QPen(look().tokens.color("ghost"), look().px(2)))
        right, half = rect.right() - look().px(10), look().px(6)
        for shift in (-1, 0, 1):
            y = rect.center().y() + shift * look().px(4)
            painter.drawLine(QPointF(right - 2 * half, y), QPointF(right, y))
