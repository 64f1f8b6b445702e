"""A few controls by themselves, lent from the forms where they stand, and given back exactly."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from gui.theme import look


class LentFields(QWidget):
    """The widgets themselves, so that whatever they are connected to goes on working."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fields: tuple[QWidget, ...] = ()
        self._homes: list[tuple[QWidget, QBoxLayout, int]] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 12, 16, 12)
        self._column.addStretch(1)

    def lend(self, fields: Sequence[QWidget]) -> None:
        """Take these widgets in, each out of a column of its form; others go home first."""
        if tuple(fields) == self.fields:
            return
        self.give_back()
        self._column.setSpacing(look().px(14))
        for place, field in enumerate(fields):
            home = _column_of(field)
            self._homes.append((field, home, home.indexOf(field)))
            self._column.insertWidget(place, field)
        self.fields = tuple(fields)

    def give_back(self) -> None:
        """Every widget stands again where it was taken from."""
        for field, home, place in reversed(self._homes):
            home.insertWidget(place, field)
        self._homes = []
        self.fields = ()


def _column_of(field: QWidget) -> QBoxLayout:
    parent = field.parentWidget()
    layout = parent.layout() if parent is not None else None
    assert isinstance(layout, QBoxLayout)
    return layout
