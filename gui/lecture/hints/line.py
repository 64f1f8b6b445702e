"""The line in the header that says what is noteworthy: a sentence, and what one can do about it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from gui.theme import look
from gui.widgets.chip import chip
from gui.widgets.icon_button import IconButton
from gui.widgets.painted import ElidedLabel

#: The width, at normal text, from which the sentence has room, and that from which all has.
SENTENCE_PX, ALL_PX = 190, 460


class HintLine(QWidget):
    """Keeps its place in the header whether it says something or not, so that nothing ever jumps.

    Where there is little room, the sentence gives way first to an ellipsis and then to the bulb.
    """

    #: The whole of it is asked for: a click on bulb or sentence.
    why_asked = Signal()
    show_asked = Signal()
    silence_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.bulb = IconButton("mdi6.lightbulb-on-outline", self.tr("Hint"), size=20)
        self.sentence = ElidedLabel()
        self.why = chip(self.tr("why?"), self.tr("Explain this hint."))
        self.show_button = chip(self.tr("show me"), self.tr("Show it, or mend it; undo takes it "
                                                            "back."))
        self.silence = IconButton("mdi6.close", self.tr("Silence this hint"), size=16)
        self.silence.setToolTip(self.tr("Silence this hint; the lecture tools bring all hints "
                                        "back."))
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addStretch(1)
        for widget in self._parts:
            self._row.addWidget(widget)
        for button in (self.why, self.show_button):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAccessibleName(button.text())
        for asked in (self.bulb.clicked, self.why.clicked):
            asked.connect(self.why_asked)
        self.show_button.clicked.connect(self.show_asked)
        self.silence.clicked.connect(self.silence_asked)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        look().changed.connect(self.on_look_changed)
        self.on_look_changed()
        self.show_sentence("")

    @property
    def _parts(self) -> tuple[QWidget, ...]:
        return self.bulb, self.sentence, self.why, self.show_button, self.silence

    @property
    def text(self) -> str:
        """The sentence that is said, in full; empty for none."""
        return self.sentence.text

    def show_sentence(self, sentence: str) -> None:
        """Say a sentence; empty says nothing."""
        self.sentence.set_text(sentence)
        self.bulb.setToolTip(sentence or self.tr("Nothing to say now."))
        self.bulb.setAccessibleDescription(self.bulb.toolTip())
        self._fit()

    def on_look_changed(self) -> None:
        """Take distances from the new look."""
        self._row.setSpacing(look().px(6))
        self._fit()

    def _fit(self) -> None:
        room = self.width() / look().scale
        is_on = bool(self.text)
        for widget in self._parts:
            least = {self.bulb: 0, self.sentence: SENTENCE_PX}.get(widget, ALL_PX)
            widget.setVisible(is_on and room >= least)

    def sizeHint(self) -> QSize:
        # Whatever it says: the header's other parts stay where they are.
        return QSize(self.bulb.sizeHint().width(), self.bulb.sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.sentence.geometry().contains(event.position().toPoint()) and self.text:
            self.why_asked.emit()
        else:
            super().mouseReleaseEvent(event)
