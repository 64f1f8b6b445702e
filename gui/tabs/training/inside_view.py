"""Inside the network: which classes it confuses, what layer 1 looks for, how each layer fares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from engine.training.events import TestResult
from engine.training.tab_spec import Statistic
from engine.words import grouped
from gui.keys import calm_wheel
from gui.theme import look
from gui.widgets.bar_list import StatisticBars
from gui.widgets.card import Card
from gui.widgets.heat_map import HeatMap
from gui.widgets.image_wall import ImageWall
from gui.widgets.scrolled import scrolled

if TYPE_CHECKING:
    from engine.data.images import ImageSet
    from engine.training.inspection import Inspection, LayerReport

#: Images shown of one cell of the confusion matrix.
MOST_OF_A_CELL = 60
#: The exponents of ten at the ends of the layers' axis, until values lie beyond.
FIRST_RANGE = (-4.0, 0.0)


@dataclass(frozen=True)
class Reading:
    """How a statistic is read off a layer; `reference` is log10 of what is healthy, if known."""

    help: str
    value: Callable[[LayerReport], float | None]
    reference: float | None = None


READINGS = {
    Statistic.UPDATE: Reading(
        "Root mean square of the last update over that of the weights; about 10⁻³ is healthy.",
        lambda layer: layer.update_ratio,
        -3.0,
    ),
    Statistic.GRADIENT: Reading(
        "Root mean square of ∂L/∂W of the last batch; where it shrinks towards layer 1, "
        "gradients vanish.",
        lambda layer: layer.gradient_rms,
    ),
    Statistic.ACTIVATION: Reading(
        "Root mean square of what the layer passes on, over 256 test images (logits at the last).",
        lambda layer: layer.activation_rms,
    ),
    Statistic.WEIGHT: Reading("Root mean square of the weights.", lambda layer: layer.weight_rms),
    Statistic.DEAD: Reading(
        "Share of units that give exactly 0 for all of 256 test images: 10⁰ is every unit.",
        lambda layer: layer.dead_share,
    ),
}


class ConfusionCard(Card):
    """The confusion matrix of the test set; a click on a cell shows its images beside it."""

    image_chosen = Signal(int)
    cell_chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__(self.tr("Confusion on the test set"))
        self.map = HeatMap("confusion")
        self.map.set_captions(self.tr("true"), self.tr("predicted"))
        self.map.set_tooltip(self._cell_text)
        self.map.set_numbers(lambda count: f"{count:.0f}" if count else "")
        self.map.setAccessibleName(self.tr("Confusion matrix"))
        self.map.cell_chosen.connect(self._on_cell_chosen)
        self.map.set_matrix(np.zeros((10, 10)))
        self.wall = ImageWall()
        self.wall.setAccessibleName(self.tr("Images of the chosen cell"))
        self.wall.set_tooltip(self._image_text)
        self.wall.image_chosen.connect(self._on_image_chosen)
        self.wall.hide()
        row = QHBoxLayout()
        row.addWidget(self.map, 3)
        row.addWidget(self.wall, 2)
        self.body.addLayout(row)
        self._images: ImageSet | None = None
        self._result: TestResult | None = None
        self._cell: tuple[int, int] | None = None
        self._indices = np.empty(0, dtype=np.int64)

    def show_images(self, images: ImageSet) -> None:
        """The data set whose classes and test images are shown."""
        self._images = images
        names = images.dataset.class_names
        self.map.set_labels(names, names)
        self._fill_wall()

    def show_result(self, result: TestResult | None) -> None:
        """The latest evaluation's counts."""
        if result is self._result:
            return
        self._result = result
        self.map.set_matrix(np.zeros((10, 10)) if result is None else result.confusion)
        self._fill_wall()

    def show_cell(self, cell: tuple[int, int] | None) -> None:
        """Open the cell (true, predicted), or none."""
        self._cell = cell
        self.map.set_chosen(cell)
        self._fill_wall()

    def _fill_wall(self) -> None:
        """The images of the open cell, and what they are as the title."""
        if self._images is None or self._result is None or self._cell is None:
            self.wall.hide()
            self.set_title(self.tr("Confusion on the test set"))
            return
        true, predicted = self._cell
        hits = (self._images.test_labels == true) & (self._result.predicted == predicted)
        self._indices = np.flatnonzero(hits)[:MOST_OF_A_CELL]
        self.wall.set_images(self._images.test_images[self._indices])
        self.wall.show()
        names = self._images.dataset.class_names
        template = (
            self.tr("{true} recognised: {count}")
            if true == predicted
            else self.tr("{true} taken for {predicted}: {count}")
        )
        count = grouped(int(hits.sum()))
        self.set_title(
            template.format(true=names[true], predicted=names[predicted], count=count)
        )

    def _on_cell_chosen(self, row: int, column: int) -> None:
        self.cell_chosen.emit(None if self._cell == (row, column) else (row, column))

    def _on_image_chosen(self, place: int) -> None:
        self.image_chosen.emit(int(self._indices[place]))

    def _cell_text(self, row: int, column: int) -> str:
        if self._images is None or self._result is None:
            return ""
        names = self._images.dataset.class_names
        counts = self._result.confusion[row]
        return self.tr("{count} of {total} “{true}” are taken for “{predicted}”").format(
            count=grouped(int(counts[column])), total=grouped(int(counts.sum())),
            true=names[row], predicted=names[column],
        )

    def _image_text(self, place: int) -> str:
        return self.tr("Test image no. {number}; click to pin it").format(
            number=grouped(int(self._indices[place]))
        )


class LayersCard(Card):
    """One statistic of every layer, on a logarithmic axis."""

    statistic_chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__(self.tr("Layers"))
        self.choice = QComboBox()
        for statistic, reading in READINGS.items():
            self.choice.addItem(self.tr(statistic.label), statistic.value)
            tip = Qt.ItemDataRole.ToolTipRole
            self.choice.setItemData(self.choice.count() - 1, self.tr(reading.help), tip)
        self.choice.setAccessibleName(self.tr("Statistic"))
        calm_wheel(self.choice)
        self.choice.activated.connect(
            lambda: self.statistic_chosen.emit(Statistic(self.choice.currentData()))
        )
        self.add_header_widget(self.choice)
        self.bars = StatisticBars()
        self.body.addWidget(scrolled(self.bars, self.tr("Layers"), sideways=True))
        self._layers: tuple[LayerReport, ...] = ()
        self._reading = READINGS[Statistic.UPDATE]

    def show_statistic(self, statistic: Statistic) -> None:
        """Which number of each layer is shown."""
        self._reading = READINGS[statistic]
        self.choice.setCurrentIndex(self.choice.findData(statistic.value))
        self.choice.setToolTip(self.tr(self._reading.help))
        self.bars.setAccessibleName(self.tr(statistic.label))
        self.bars.set_range(*FIRST_RANGE)
        self.bars.set_reference(self._reading.reference)
        self.show_layers(self._layers)

    def restart(self) -> None:
        """Another run begins: what the axis grew to was for the one before."""
        self.bars.set_range(*FIRST_RANGE)

    def show_layers(self, layers: tuple[LayerReport, ...]) -> None:
        """The latest look inside."""
        self._layers = layers
        values = [self._reading.value(layer) for layer in layers]
        known = {i: value for i, value in enumerate(values, start=1) if value is not None}
        names = [self.tr("layer {number}").format(number=i) for i in known]
        with np.errstate(divide="ignore"):
            self.bars.set_values(names, np.log10(list(known.values())))


class InsideView(QWidget):
    """The three cards in a row."""

    image_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.confusion = ConfusionCard()
        self.confusion.image_chosen.connect(self.image_chosen)
        self.first_layer = ImageWall()
        self.first_layer.setAccessibleName(self.tr("Weights of the first layer"))
        self.first_layer.set_tooltip(
            lambda place: self.tr(
                "Unit {number} of layer 1: its 784 weights; blue adds, orange subtracts"
            ).format(number=place + 1)
        )
        weights = Card(self.tr("What layer 1 looks for"))
        weights.body.addWidget(self.first_layer)
        self.layers = LayersCard()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(look().px(12))
        row.addWidget(self.confusion, 5)
        row.addWidget(weights, 4)
        row.addWidget(self.layers, 4)

    def clear(self) -> None:
        """There is no network."""
        self.layers.restart()
        self.first_layer.set_images(np.empty((0, 28, 28)))
        self.layers.show_layers(())

    def show_inspection(self, inspection: Inspection) -> None:
        """First-layer weights and layer statistics."""
        if not inspection.step:
            self.layers.restart()
        self.first_layer.set_images(inspection.first_layer)
        self.layers.show_layers(inspection.layers)
