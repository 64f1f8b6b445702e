"""One sentence under the header, with what can be done about it; nothing waits for an answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from gui.widgets.icon_button import IconButton
from gui.widgets.wrapped_label import WrappedLabel

#: A button's text, and what it does.
Choice = tuple[str, Callable[[], object]]


class NoticeBar(QWidget):
    """Hidden while there is nothing to tell."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("notice")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.label = WrappedLabel(role="callout")
        self.close_button = IconButton("mdi6.close", self.tr("Close this notice"), size=16)
        self.close_button.clicked.connect(self.clear)
        self.buttons: list[QPushButton] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 8, 12, 0)
        self._row.setSpacing(8)
        self._row.addWidget(self.label, 1)
        self._row.addWidget(self.close_button)
        self.hide()

    def tell(self, text: str, *, is_problem: bool = False) -> None:
        """Say something."""
        self.ask(text, (), is_problem=is_problem)

    def ask(self, text: str, choices: Sequence[Choice], *, is_problem: bool = False) -> None:
        """Say something with buttons; a click on any of them, or on the cross, ends it."""
        self.clear()
        self.label.setText(text)
        self.label.setProperty("tone", "problem" if is_problem else "")
        self.label.style().polish(self.label)
        for place, (words, act) in enumerate(choices):
            button = QPushButton(words)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setToolTip(text)
            if place == 0:
                button.setProperty("role", "primary")
            button.clicked.connect(self._answer(act))
            self._row.insertWidget(1 + place, button)
            self.buttons.append(button)
        self.show()

    def clear(self) -> None:
        """Nothing to tell any more."""
        for button in self.buttons:
            button.hide()
            button.deleteLater()
        self.buttons = []
        self.hide()

    def _answer(self, act: Callable[[], object]) -> Callable[[], None]:
        def answer() -> None:
            self.clear()
            act()

        return answer
