"""A handful of test images, and what the network says of them right now."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSpinBox, QWidget

from engine.training.tab_spec import MOST_WATCHED, Follow, TrainingSpec
from engine.words import grouped
from gui.keys import calm_wheel
from gui.theme import look
from gui.widgets.chip import chip
from gui.widgets.painted import ElidedLabel
from gui.widgets.prediction_card import PredictionCard

if TYPE_CHECKING:
    from engine.data.images import ImageSet
    from engine.training.inspection import Inspection

#: The width that a card needs to be worth having, in pixels at normal text.
CARD_WIDTH_PX = 230


class PredictionsView(QWidget):
    """Cards in a grid, and the controls that choose their images."""

    count_chosen = Signal(int)
    random_asked = Signal()
    follow_chosen = Signal(bool)
    index_typed = Signal(int)
    pin_toggled = Signal(int, bool)
    image_closed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.cards: list[PredictionCard] = []
        self._images: ImageSet | None = None
        self._shown = np.empty(0, dtype=np.int64)
        self._pinned: tuple[int, ...] = ()
        self.grid = QGridLayout()
        self.grid.setContentsMargins(0, 0, 0, 0)
        column = QGridLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setVerticalSpacing(6)
        self._controls_row = self._controls()
        column.addWidget(self._controls_row, 0, 0)
        column.addLayout(self.grid, 1, 0)
        column.setRowStretch(1, 1)
        look().changed.connect(self._spread)

    def _controls(self) -> QWidget:
        self.title = ElidedLabel(self.tr("Predictions on test images"), bold=True)
        self.count = QSpinBox()
        self.count.setSuffix(self.tr(" images"))
        self.count.setRange(1, MOST_WATCHED)
        self.count.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.count.setAccessibleName(self.tr("Number of images"))
        self.count.setToolTip(self.tr("How many test images are shown, 1 to 12."))
        self.count.valueChanged.connect(self.count_chosen)
        self.number = QSpinBox()
        self.number.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.number.setAccessibleName(self.tr("Test image number"))
        self.number.setToolTip(self.tr("Pin a test image by its number: type it, press Enter."))
        for box in (self.count, self.number):
            calm_wheel(box)
        self.number.setPrefix(self.tr("no. "))
        self.number.lineEdit().returnPressed.connect(
            lambda: self.index_typed.emit(self.number.value())
        )
        self.random_button = chip(
            self.tr("random"), self.tr("Draw the images that are not pinned anew (N).")
        )
        self.random_button.clicked.connect(self.random_asked)
        self.wrong_button = chip(
            self.tr("most wrong"),
            self.tr("Show the test images with the greatest loss, renewed at every evaluation."),
        )
        self.wrong_button.setCheckable(True)
        self.wrong_button.clicked.connect(self.follow_chosen)
        controls = QWidget()
        row = QHBoxLayout(controls)
        row.setContentsMargins(4, 0, 4, 0)
        row.addWidget(self.title, 1)
        for widget in (self.count, self.random_button, self.wrong_button, self.number):
            row.addWidget(widget)
        return controls

    def show_spec(self, spec: TrainingSpec) -> None:
        """Controls and pins as the spec has them."""
        with QSignalBlocker(self.count):
            self.count.setValue(len(spec.watched))
        with QSignalBlocker(self.wrong_button):
            self.wrong_button.setChecked(spec.follow is Follow.MOST_WRONG)
        self._pinned = spec.pinned
        if self._images is None:
            self._arrange(len(spec.watched))

    def show_images(self, images: ImageSet, shown: np.ndarray) -> None:
        """Test images `shown` (k,) of a data set, with no prediction yet."""
        self._images = images
        self.number.setRange(0, len(images.test_labels) - 1)
        self._arrange(len(shown))
        self._shown = shown
        for card, index in zip(self.cards, shown.tolist(), strict=True):
            self._fill(card, index, None)

    def show_inspection(self, inspection: Inspection) -> None:
        """What the network says; a look at images that are no longer shown is ignored."""
        if not np.array_equal(inspection.watched, self._shown):
            return
        for card, index, row in zip(
            self.cards, self._shown.tolist(), inspection.probabilities, strict=True
        ):
            self._fill(card, index, row)

    def _fill(self, card: PredictionCard, index: int, probabilities: np.ndarray | None) -> None:
        assert self._images is not None
        card.set_prediction(
            self._images.test_images[index],
            self._images.dataset.class_names,
            probabilities,
            int(self._images.test_labels[index]),
        )
        card.set_pinned(index in self._pinned)
        tip = self.tr("Test image no. {number}").format(number=grouped(index))
        if card.toolTip() != tip:
            card.setToolTip(tip)

    def _arrange(self, count: int) -> None:
        """Make cards come and go, and spread them over as few rows as their width allows."""
        while len(self.cards) > count:
            card = self.cards.pop()
            self.grid.removeWidget(card)
            card.hide()
            card.deleteLater()
        while len(self.cards) < count:
            card = PredictionCard()
            card.pinned.connect(lambda on, c=card: self.pin_toggled.emit(self._index_of(c), on))
            card.closed.connect(lambda c=card: self.image_closed.emit(self._index_of(c)))
            self.cards.append(card)
        columns = self._columns(count)
        for place, card in enumerate(self.cards):
            self.grid.addWidget(card, place // columns, place % columns)
        for number in range(MOST_WATCHED):
            self.grid.setColumnStretch(number, 1 if number < columns else 0)
            self.grid.setRowStretch(number, 1 if number < ceil(count / columns) else 0)
        self.grid.setSpacing(look().px(12))
        self._last_columns = columns

    def _columns(self, count: int) -> int:
        fitting = max(1, self.width() // look().px(CARD_WIDTH_PX))
        rows = ceil(count / fitting)
        return ceil(count / rows)

    def resizeEvent(self, event) -> None:  # type: ignore[no-untyped-def]
        super().resizeEvent(event)
        self._spread()

    def _spread(self) -> None:
        if self.cards and self._columns(len(self.cards)) != self._last_columns:
            self._arrange(len(self.cards))

    def minimumSizeHint(self) -> QSize:
        # Cards that have no room side by side stand below each other.
        least = super().minimumSizeHint()
        return QSize(self._controls_row.minimumSizeHint().width(), least.height())

    def _index_of(self, card: PredictionCard) -> int:
        return int(self._shown[self.cards.index(card)])
