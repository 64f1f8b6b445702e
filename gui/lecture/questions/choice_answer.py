"""One of several choices, by large buttons or the keys 1…9, or a sign."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QHideEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from engine.lessons.truth import Truth
from gui.lecture.questions.answer import Answer
from gui.lecture.questions.choice_button import ChoiceButton
from gui.theme import look

#: Choices by the keys of a keyboard's row of figures, the tenth by 0; figures by their own.
KEYS = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "0")
#: From so many choices on they stand in two columns, unless one of them is longer than this.
MANY, SHORT = 6, 14


class ChoiceAnswer(Answer):
    """Buttons below each other; signs side by side."""

    def __init__(
        self, choices: Sequence[str], *, in_a_row: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self.buttons: dict[str, ChoiceButton] = {}
        self._shortcuts: list[QShortcut] = []
        self._is_locked = False
        is_many = len(choices) >= MANY and max(map(len, choices)) <= SHORT
        self._most_columns = len(choices) if in_a_row else 2 if is_many else 1
        self._columns = 0
        keys = choices if set(choices) <= set(KEYS) else KEYS
        for place, choice in enumerate(choices):
            key = keys[place] if place < len(keys) else ""
            button = ChoiceButton(choice, key)
            button.clicked.connect(self._chooser(choice))
            self.buttons[choice] = button
            if key:
                shortcut = QShortcut(QKeySequence(key), self)
                shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
                shortcut.activated.connect(self._chooser(choice))
                self._shortcuts.append(shortcut)
        self._arrange(self._most_columns)
        look().changed.connect(self.on_look_changed)
        self.on_look_changed()

    def on_look_changed(self) -> None:
        """Take distances from the new look."""
        self._grid.setSpacing(look().px(6))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """A single column is always possible."""
        least = max(button.minimumSizeHint().width() for button in self.buttons.values())
        return QSize(least, super().minimumSizeHint().height())

    def _fit(self) -> None:
        """As many columns as there is room for."""
        least = max(button.minimumSizeHint().width() for button in self.buttons.values())
        gap = self._grid.horizontalSpacing()
        columns = max(1, min((self.width() + gap) // (least + gap), self._most_columns))
        if columns != self._most_columns:
            columns = 1
        self._arrange(columns)

    def _arrange(self, columns: int) -> None:
        """Down the columns, as one reads a list."""
        if columns == self._columns:
            return
        self._columns = columns
        rows = -(-len(self.buttons) // columns)
        for place, button in enumerate(self.buttons.values()):
            column, row = divmod(place, rows)
            self._grid.addWidget(button, row, column)
        for column in range(self._most_columns):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)

    @property
    def value(self) -> str | None:
        return next((c for c, button in self.buttons.items() if button.isChecked()), None)

    def text(self) -> str:
        return self.value or ""

    def complaint(self) -> str:
        if self.value is None:
            return self.tr("Nothing is chosen yet; click one of the choices, or press its key.")
        return ""

    def set_locked(self, on: bool) -> None:
        self._is_locked = on
        for button in self.buttons.values():
            button.setEnabled(not on)
        for shortcut in self._shortcuts:
            shortcut.setEnabled(not on and self.isVisible())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.set_locked(self._is_locked)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        for shortcut in self._shortcuts:
            shortcut.setEnabled(False)

    def start_again(self) -> None:
        for button in self.buttons.values():
            button.setChecked(False)
        self.changed.emit()

    def show_truth(self, truth: Truth) -> None:
        for choice, button in self.buttons.items():
            is_wrong = button.isChecked() and choice != truth.text
            button.set_verdict("right" if choice == truth.text else "wrong" if is_wrong else "")

    def _chooser(self, choice: str) -> Callable[[], None]:
        def choose() -> None:
            if self._is_locked:
                return
            for other, button in self.buttons.items():
                button.setChecked(other == choice)
            self.changed.emit()

        return choose
