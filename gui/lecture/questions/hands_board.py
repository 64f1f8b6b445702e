"""A show of hands: the counts typed in for every choice, and bars that show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QGridLayout, QSpinBox, QWidget

from engine.lessons.truth import Truth
from gui.keys import calm_wheel
from gui.lecture.questions.answer import Answer
from gui.lecture.questions.hands_bar import HandsBar
from gui.theme import look
from gui.widgets.wrapped_label import WrappedLabel

MOST_HANDS = 9_999


class HandsBoard(Answer):
    """Its value is the number of hands by choice, once there is one hand at least."""

    def __init__(self, choices: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._earlier: list[Mapping[str, int]] = []
        self._is_over = False
        self.fields: dict[str, QSpinBox] = {}
        self.bars: dict[str, HandsBar] = {}
        self.labels: dict[str, WrappedLabel] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(0, 1)
        for place, choice in enumerate(choices):
            field, bar, label = QSpinBox(), HandsBar(choice), WrappedLabel(choice)
            field.setRange(0, MOST_HANDS)
            field.setAlignment(Qt.AlignmentFlag.AlignRight)
            field.setAccessibleName(self.tr("Hands for “{choice}”").format(choice=choice))
            field.setToolTip(self.tr("How many raised their hand for it: type it, or ↑ and ↓."))
            calm_wheel(field)
            field.valueChanged.connect(self._on_counted)
            self.fields[choice], self.bars[choice], self.labels[choice] = field, bar, label
            self._grid.addWidget(label, 2 * place, 0)
            self._grid.addWidget(field, 2 * place, 1)
            self._grid.addWidget(bar, 2 * place + 1, 0, 1, 2)
        look().changed.connect(self.on_look_changed)
        self.on_look_changed()
        self._show()

    def on_look_changed(self) -> None:
        """Take distances from the new look."""
        self._grid.setVerticalSpacing(look().px(4))
        self._grid.setHorizontalSpacing(look().px(8))
        for field in self.fields.values():
            field.setFixedWidth(look().px(64))

    @property
    def value(self) -> dict[str, int] | None:
        counts = {choice: field.value() for choice, field in self.fields.items()}
        return counts if any(counts.values()) else None

    @property
    def total(self) -> int:
        """How many hands there are."""
        return sum(field.value() for field in self.fields.values())

    def text(self) -> str:
        return self.tr("{count:,} hands").format(count=self.total)

    def complaint(self) -> str:
        if self.value is None:
            return self.tr("Nobody has answered yet; type the number of hands for each choice.")
        return ""

    def set_locked(self, on: bool) -> None:
        for field in self.fields.values():
            field.setReadOnly(on)

    def start_again(self) -> None:
        self._earlier.append(self.value or {})
        for field in self.fields.values():
            with QSignalBlocker(field):
                field.setValue(0)
        self._on_counted()

    def show_truth(self, truth: Truth) -> None:
        self._is_over = True
        self._show()
        for field in self.fields.values():
            field.hide()
        for choice, bar in self.bars.items():
            bar.set_right(choice == truth.text)
            mark = "✓ " if choice == truth.text else ""
            self.labels[choice].setText(mark + choice)

    def _on_counted(self) -> None:
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        now = [] if self._is_over and self.value is None else [self.value or {}]
        rounds = [*self._earlier, *now] or [{}]
        for choice, bar in self.bars.items():
            bar.set_shares([_share(counts, choice) for counts in rounds])


def _share(counts: Mapping[str, int], choice: str) -> float | None:
    total = sum(counts.values())
    return counts.get(choice, 0) / total if total else None
