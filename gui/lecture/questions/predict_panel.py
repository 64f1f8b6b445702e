"""The column on the right in which the tab in front is predicted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QSignalBlocker, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gui.keys import calm_wheel
from gui.lecture.column import ColumnWidth
from gui.lecture.questions.card import QuestionCard
from gui.panels import SidePanel
from gui.theme import look
from gui.widgets.icon_button import IconButton
from gui.widgets.prediction_card import PixelImage
from gui.widgets.wrapped_label import WrappedLabel

PICTURE_PX = 84


class PredictPanel(SidePanel):
    """Which question, the question, and what to do next."""

    question_chosen = Signal(int)
    reveal_asked = Signal()
    closed = Signal()

    def __init__(self, window: QWidget) -> None:
        content = QWidget()
        super().__init__(content, "left", self.tr("Predict"))
        self.title = QLabel(self.tr("Predict"))
        self.title.setProperty("role", "heading")
        self.close_button = IconButton("mdi6.close", self.tr("Close"), size=18)
        self.close_button.setToolTip(self.tr("Close the prediction (Ctrl+P)."))
        self.close_button.clicked.connect(self.closed)
        self.questions = QComboBox()
        self.questions.setAccessibleName(self.tr("Question"))
        self.questions.setToolTip(self.tr("What of this tab is to be predicted."))
        self.questions.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.questions.setMinimumContentsLength(12)
        calm_wheel(self.questions)
        self.questions.activated.connect(self.question_chosen)
        self.picture = PixelImage()
        self.picture.setAccessibleName(self.tr("The image that is asked about"))
        self.picture.hide()
        self.card = QuestionCard()
        self.reveal_button = QPushButton(self.tr("Reveal"))
        self.reveal_button.setToolTip(self.tr("Show what is true, and what was missed."))
        self.reveal_button.setProperty("role", "primary")
        self.reveal_button.clicked.connect(self.reveal_asked)
        self.reveal_button.hide()
        self.status = WrappedLabel(role="muted")
        self.status.hide()
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.close_button)
        buttons = QHBoxLayout()
        buttons.addWidget(self.reveal_button)
        buttons.addStretch(1)
        self._column = column = QVBoxLayout(content)
        column.addLayout(head)
        for widget in (self.questions, self.picture, self.card, self.status):
            column.addWidget(widget)
        column.addLayout(buttons)
        column.addStretch(1)
        self.width_ = ColumnWidth(window, self)
        self.width_.changed.connect(self.set_width)
        look().changed.connect(self.on_look_changed)
        self.on_look_changed()

    def on_look_changed(self) -> None:
        """Take sizes from the new look."""
        self.set_width(self.width_.px)
        side, pad = look().px(PICTURE_PX), look().px(12)
        self.picture.setFixedSize(side, side)
        self._column.setContentsMargins(pad, look().px(12), pad, look().px(12))
        self._column.setSpacing(look().px(10))

    def show_questions(self, titles: Sequence[str], chosen: int) -> None:
        """List what can be asked."""
        with QSignalBlocker(self.questions):
            if titles != [self.questions.itemText(k) for k in range(self.questions.count())]:
                self.questions.clear()
                self.questions.addItems(list(titles))
            self.questions.setCurrentIndex(chosen)
        self.questions.setVisible(bool(titles))

    def show_picture(self, levels: np.ndarray | None) -> None:
        """The image that is asked about, (height, width) uint8."""
        if levels is not None:
            self.picture.set_image(levels)
        self.picture.setVisible(levels is not None)

    def show_verdict(self) -> None:
        """Scroll to what the prediction was worth, once it has its place."""
        QTimer.singleShot(0, self, lambda: self.ensureWidgetVisible(self.card.verdict))

    def say(self, sentence: str) -> None:
        """What happens next, below the question."""
        self.status.setText(sentence)
        self.status.setVisible(bool(sentence))
