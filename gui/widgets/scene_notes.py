"""The right-hand panel: the scene's sentence and formula, and its numbers in large type."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from gui.theme import look
from gui.widgets.math_label import MathLabel
from gui.widgets.painted import ElidedLabel
from gui.widgets.wrapped_label import WrappedLabel

TONES = {"error": "error", "train": "train", "test": "test", "twin": "validation"}


@dataclass(frozen=True)
class Number:
    """One large number of the notes; `tone` is error, train, test, twin or empty.

    `key` is the same in every language: by it the number's help is found.
    """

    name: str
    value: str
    tone: str = ""
    key: str = ""


@dataclass(frozen=True)
class SceneNotes:
    """What the right-hand panel says: a heading, a sentence, a formula in TeX, numbers."""

    heading: str
    sentence: str
    formula: str = ""
    numbers: list[Number] = field(default_factory=list)


class ScenePanel(QWidget):
    """Shows `SceneNotes`; rows are reused, so that numbers change without a flicker."""

    def __init__(self) -> None:
        super().__init__()
        self.heading = WrappedLabel(role="heading")
        self.sentence = WrappedLabel()
        self.formula = MathLabel()
        self.numbers = QGridLayout()
        self.numbers.setColumnStretch(0, 1)
        self.rows: list[tuple[ElidedLabel, QLabel]] = []
        self._shown: list[Number] = []
        self.now = QLabel(self.tr("NOW"))
        self.now.setProperty("role", "section")
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(look().px(8))
        for widget in (self.heading, self.sentence, self.formula, self.now):
            column.addWidget(widget)
        column.addLayout(self.numbers)
        column.addStretch(1)

    def add_below(self, widget: QWidget) -> None:
        """Put a scene's own widget below the numbers."""
        self._column.insertWidget(self._column.count() - 1, widget)

    def number_of(self, widget: QWidget) -> Number | None:
        """The number that a label of the panel belongs to, be it its name or its value."""
        rows = zip(self._shown, self.rows, strict=False)
        return next((number for number, row in rows if widget in row), None)

    def show_notes(self, notes: SceneNotes) -> None:
        """The notes of the scene."""
        self._shown = list(notes.numbers)
        self.heading.setText(notes.heading)
        self.sentence.setText(notes.sentence)
        self.formula.set_formula(notes.formula)
        self.formula.setVisible(bool(notes.formula))
        self.now.setVisible(bool(notes.numbers))
        while len(self.rows) < len(notes.numbers):
            self._add_row()
        for index, (name, value) in enumerate(self.rows):
            is_used = index < len(notes.numbers)
            name.setVisible(is_used)
            value.setVisible(is_used)
            if is_used:
                number = notes.numbers[index]
                name.set_text(number.name)
                tone = TONES.get(number.tone, "")
                if value.property("tone") != tone:
                    value.setProperty("tone", tone)
                    value.style().polish(value)
                value.setText(number.value)
                value.setAccessibleName(number.name)

    def _add_row(self) -> None:
        name, value = ElidedLabel(), QLabel()
        value.setProperty("role", "huge")
        value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = self.numbers.rowCount()
        self.numbers.addWidget(name, row, 0)
        self.numbers.addWidget(value, row, 1)
        self.rows.append((name, value))
