"""Choices in order, and beside them, later, the right one."""

from __future__ import annotations

import random
from collections.abc import Sequence

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from engine.lessons.truth import Truth
from gui.lecture.questions.answer import Answer
from gui.lecture.questions.order_list import OrderList
from gui.theme import look
from gui.widgets.painted import ElidedLabel


class OrderAnswer(Answer):
    """Begins with an order drawn by lot, the same for the same choices."""

    def __init__(self, choices: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choices = tuple(choices)
        self._start = list(choices)
        random.Random("|".join(choices)).shuffle(self._start)
        self._is_touched = False
        self.list = OrderList(self._start, self.tr("Your order"))
        self.list.setToolTip(self.tr("Drag a chip to its place, or move it by Alt and ↑ or ↓."))
        self.list.reordered.connect(self._on_reordered)
        self.right = OrderList((), self.tr("The right order"), is_fixed=True)
        self.headings = ElidedLabel(self.tr("Your order"), bold=True), ElidedLabel(
            self.tr("It is"), bold=True
        )
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._arrange()
        for widget in (*self.headings, self.right):
            widget.hide()
        look().changed.connect(self.on_look_changed)
        self.on_look_changed()

    def on_look_changed(self) -> None:
        """Take distances from the new look."""
        self._grid.setSpacing(look().px(6))
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Side by side, or below each other where the longest name has no room beside itself."""
        is_wide = 2 * self.list.sizeHint().width() <= self.width()
        for place, (heading, view) in enumerate(
            zip(self.headings, (self.list, self.right), strict=True)
        ):
            row, column = (0, place) if is_wide else (2 * place, 0)
            self._grid.addWidget(heading, row, column)
            self._grid.addWidget(view, row + 1, column)

    @property
    def value(self) -> tuple[str, ...] | None:
        return self.list.items if self._is_touched else None

    def text(self) -> str:
        return " · ".join(self.list.items)

    def complaint(self) -> str:
        # The order that one finds may be the one that one means.
        self._is_touched = True
        return ""

    def set_locked(self, on: bool) -> None:
        self.list.set_fixed(on)

    def start_again(self) -> None:
        self._is_touched = False
        self.list.set_items(self._start)
        self.changed.emit()

    def show_truth(self, truth: Truth) -> None:
        ranks = truth.ranks or {}
        right = sorted(self._choices, key=lambda item: ranks.get(item, 0.0))
        self.right.set_items(right)
        # Equals may stand in either order.
        places = zip(self.list.items, right, strict=True)
        self.list.set_marks({
            item: "green" if ranks.get(item) == ranks.get(other) else "vermilion"
            for item, other in places
        })
        for widget in (*self.headings, self.right):
            widget.show()

    def _on_reordered(self) -> None:
        self._is_touched = True
        self.changed.emit()
