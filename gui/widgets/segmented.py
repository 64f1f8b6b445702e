"""A row of buttons of which one is on: "Overview | Inside | Images | Model"."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from gui.theme import look


class SegmentedControl(QWidget):
    """Exclusive choices, (key, text) each. Tab goes to the one that is on, arrow keys move on."""

    chosen = Signal(str)

    def __init__(
        self, choices: Sequence[tuple[str, str]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.buttons: dict[str, QPushButton] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        for key, text in choices:
            button = QPushButton(text)
            button.setProperty("role", "chip")
            button.setCheckable(True)
            button.setAccessibleName(text)
            button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            button.installEventFilter(self)
            button.clicked.connect(self._on_clicked)
            self.buttons[key] = button
            self._row.addWidget(button)
        self._row.addStretch(1)
        self._current = choices[0][0]
        self._mark()
        look().changed.connect(self.on_look_changed)
        self.on_look_changed()

    def set_help(self, text: str) -> None:
        """One sentence on what is chosen here, for the mouse and for screen readers."""
        self.setToolTip(text)
        for button in self.buttons.values():
            button.setAccessibleDescription(text)

    @property
    def current(self) -> str:
        """The key of the choice that is on."""
        return self._current

    def set_current(self, key: str) -> None:
        """Switch without telling anyone."""
        if key not in self.buttons:
            raise KeyError(key)
        self._current = key
        self._mark()

    def on_look_changed(self) -> None:
        """Take distances from the new look."""
        self._row.setSpacing(look().px(4))

    def _mark(self) -> None:
        for key, button in self.buttons.items():
            on = key == self._current
            button.setChecked(on)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus if on else Qt.FocusPolicy.NoFocus)

    def _choose(self, key: str) -> None:
        changed = key != self._current
        self.set_current(key)
        if changed:
            self.chosen.emit(key)

    def _on_clicked(self) -> None:
        sender = self.sender()
        self._choose(next(key for key, button in self.buttons.items() if button is sender))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        keys = list(self.buttons)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            index = keys.index(self._current)
            target = {
                Qt.Key.Key_Left: index - 1, Qt.Key.Key_Right: index + 1,
                Qt.Key.Key_Home: 0, Qt.Key.Key_End: len(keys) - 1,
            }.get(Qt.Key(event.key()))
            if target is not None:
                key = keys[min(max(target, 0), len(keys) - 1)]
                self._choose(key)
                self.buttons[key].setFocus(Qt.FocusReason.OtherFocusReason)
                return True
        return super().eventFilter(watched, event)
