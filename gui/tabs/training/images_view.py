"""A browser for the data: where it comes from, how many of each class, and what it looks like."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from engine.training.tab_spec import Split
from engine.words import grouped, say
from gui.tabs.training.download import DownloadBar
from gui.theme import look
from gui.widgets.card import Card
from gui.widgets.chip import chip
from gui.widgets.image_wall import ImageWall
from gui.widgets.prediction_card import PixelImage
from gui.widgets.scrolled import scrolled
from gui.widgets.segmented import SegmentedControl
from gui.widgets.wrapped_label import WrappedLabel

if TYPE_CHECKING:
    from engine.data.images import ImageSet

IMAGES_PER_CLASS = 12


class ImagesView(QWidget):
    """An image wall with one class a row, counts beside it, and the chosen image enlarged."""

    split_chosen = Signal(str)
    pin_asked = Signal(int)
    downloaded = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._images: ImageSet | None = None
        self._split = Split.TRAINING
        self._seed = 0
        self._indices = np.empty(0, dtype=np.int64)
        self._chosen = 0
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(look().px(12))
        row.addWidget(self._wall_card(), 3)
        row.addWidget(self._side(), 2)

    def _wall_card(self) -> QWidget:
        self.card = Card(self.tr("Images, a row for each class"))
        self.splits = SegmentedControl([(split.value, self.tr(split.label)) for split in Split])
        self.splits.set_help(self.tr("Which images are shown."))
        self.splits.chosen.connect(self.split_chosen)
        self.card.add_header_widget(self.splits)
        self.shuffle = chip(self.tr("others"), self.tr("Show other images of each class."))
        self.shuffle.clicked.connect(self._on_shuffle)
        self.card.add_header_widget(self.shuffle)
        self.rows = QGridLayout()
        self.rows.setVerticalSpacing(2)
        self.rows.setHorizontalSpacing(8)
        self.rows.setColumnStretch(2, 1)
        self.names: list[QLabel] = []
        self.counts: list[QLabel] = []
        self.walls: list[ImageWall] = []
        for number in range(10):
            name, count, wall = QLabel(), QLabel(), ImageWall()
            count.setProperty("role", "muted")
            name.setAlignment(Qt.AlignmentFlag.AlignTop)
            count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
            # Ten rows share the height that there is; a name needs more than an image.
            wall.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
            wall.set_tooltip(self._tip_of(number))
            wall.image_chosen.connect(lambda place, n=number: self._on_image_chosen(n, place))
            for column, widget in enumerate((name, count, wall)):
                self.rows.addWidget(widget, number, column)
            self.rows.setRowStretch(number, 1)
            self.names.append(name)
            self.counts.append(count)
            self.walls.append(wall)
        self.card.body.addLayout(self.rows, 1)
        return self.card

    def _side(self) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look().px(12))
        self.large_card = Card()
        self.large = PixelImage()
        self.large.setMinimumSize(look().px(140), look().px(140))
        self.pin_button = QPushButton(self.tr("Pin it to the predictions"))
        self.pin_button.setToolTip(self.tr("Watch what the network says of this test image."))
        self.pin_button.clicked.connect(self._on_pin)
        self.pin_button.hide()
        self.large_card.body.addWidget(self.large, 1, Qt.AlignmentFlag.AlignCenter)
        self.large_card.body.addWidget(self.pin_button)
        column.addWidget(self.large_card, 1)
        source_card = Card(self.tr("Where they come from"))
        self.source = WrappedLabel()
        self.source.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.source.setAccessibleDescription(self.tr("Source, licence and citation."))
        self.problems = WrappedLabel(role="problem")
        self.download = DownloadBar()
        self.download.downloaded.connect(self.downloaded)
        source_card.body.addWidget(self._scrolled(self.source, self.problems))
        source_card.body.addWidget(self.download)
        column.addWidget(source_card, 1)
        return side

    def _scrolled(self, *texts: QWidget) -> QScrollArea:
        """On the projector the texts are longer than the card."""
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        for text in texts:
            column.addWidget(text)
        column.addStretch(1)
        return scrolled(content, self.tr("Where the images come from"))

    def show_images(self, images: ImageSet) -> None:
        """A data set."""
        if images is self._images:
            return
        self._images = images
        dataset = images.dataset
        folder = str(images.source.folder)
        origin = self.tr("{what}, from {origin}: {folder}").format(
            what=images.describe(), origin=say(images.source.origin),
            folder=re.sub(r"([/\\])", "\\1\u200b", folder),  # a long path breaks there
        )
        licence = self.tr("Licence: {licence}. {citation}").format(
            licence=dataset.licence, citation=dataset.citation
        )
        self.source.setText(f"<p><b>{origin}</b></p><p>{licence}</p>")
        self.problems.setText("\n".join(images.problems))
        self.problems.setVisible(bool(images.problems))
        self.download.offer(dataset if images.source.kind == "sample" else None)
        self._fill()

    def show_split(self, split: Split) -> None:
        """Training or test images."""
        self.splits.set_current(split.value)
        if split is not self._split:
            self._split = split
            self._fill()

    def _fill(self) -> None:
        if self._images is None:
            return
        split = self._split.key
        self._indices = self._images.balanced_indices(split, IMAGES_PER_CLASS, self._seed)
        counts = self._images.class_counts(split)
        images = self._images.images(split)
        for number, (name, wall) in enumerate(zip(self.names, self.walls, strict=True)):
            name.setText(self._images.dataset.class_names[number])
            self.counts[number].setText(grouped(counts[number]))
            wall.setAccessibleName(name.text())
            wall.set_images(images[self._indices[number]])
            wall.set_chosen(0 if number == 0 else None)
        self._chosen = int(self._indices[0, 0])
        self._show_large()

    def _show_large(self) -> None:
        assert self._images is not None
        index, split = self._chosen, self._split.key
        label = int(self._images.labels(split)[index])
        self.large.set_image(self._images.images(split)[index])
        self.large_card.set_title(
            self.tr("{name}, {split} no. {index}").format(
                name=self._images.dataset.class_names[label],
                split=self.tr("training") if split == "training" else self.tr("test"),
                index=grouped(index),
            )
        )
        self.pin_button.setVisible(split == "test")

    def _tip_of(self, number: int):  # type: ignore[no-untyped-def]
        return lambda place: self.tr("no. {index}").format(
            index=grouped(int(self._indices[number, place]))
        )

    def _on_image_chosen(self, number: int, place: int) -> None:
        self._chosen = int(self._indices[number, place])
        for other, wall in enumerate(self.walls):
            if other != number:
                wall.set_chosen(None)
        self._show_large()

    def _on_shuffle(self) -> None:
        self._seed += 1
        self._fill()

    def _on_pin(self) -> None:
        self.pin_asked.emit(self._chosen)
