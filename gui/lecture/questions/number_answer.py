"""A number, typed: 0.1, 1e-3, 1/3; its unit stands behind the field."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget

from engine.errors import SpecError
from engine.lessons.guessing import read_number
from gui.lecture.questions.answer import Answer
from gui.theme import look

TEXT_PX = 20


class NumberAnswer(Answer):
    """A field, with the unit behind it."""

    def __init__(self, unit: str, prompt: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._unit = unit
        self.field = QLineEdit()
        self.field.setAccessibleName(self.tr("Your guess"))
        self.field.setAccessibleDescription(prompt)
        self.field.setPlaceholderText(self.tr("0.5, 2e-3, 1/3"))
        self.field.setToolTip(self.tr("Type a number, e.g. 0.5, 2e-3 or 1/3, and press Enter."))
        self.field.textEdited.connect(self._on_edited)
        self.field.returnPressed.connect(self.submitted)
        self.unit = QLabel(unit)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.field, 1)
        if unit:
            row.addWidget(self.unit)
        look().changed.connect(self.on_look_changed)
        self.on_look_changed()

    def on_look_changed(self) -> None:
        """Large figures."""
        for widget in (self.field, self.unit):
            # A stylesheet's font would win over one that is set.
            widget.setStyleSheet(f"font-size: {look().font(TEXT_PX).pixelSize()}px")

    @property
    def value(self) -> float | None:
        try:
            return read_number(self.field.text(), self._unit)
        except SpecError:
            return None

    def text(self) -> str:
        return f"{self.field.text().strip()} {self._unit}".strip()

    def complaint(self) -> str:
        try:
            read_number(self.field.text(), self._unit)
        except SpecError as error:
            return str(error)
        return ""

    def show_invalid(self, on: bool) -> None:
        """Colour the field where what stands in it cannot be read."""
        self.field.setProperty("invalid", on)
        self.field.style().polish(self.field)

    def set_locked(self, on: bool) -> None:
        self.field.setReadOnly(on)

    def start_again(self) -> None:
        self.field.clear()
        self.changed.emit()

    def _on_edited(self) -> None:
        self.show_invalid(False)
        self.changed.emit()
