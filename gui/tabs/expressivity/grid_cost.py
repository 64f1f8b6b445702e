"""Scene 4, third page: what a grid of k cells per axis costs in d dimensions."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from engine.expressivity.cost import (
    MOST_DIMENSIONS,
    CostCurve,
    cell_neurons,
    cost_curve,
    edge_neurons,
    marker_dimensions,
    written,
)
from engine.words import say
from gui.theme import look
from gui.widgets.card import Card
from gui.widgets.function_plot import FunctionPlot, Handle, Mark

#: The chart ends here; what is larger leaves it at the top.
HIGHEST = 100
#: Powers of ten that are too large for a float are off the chart anyway.
LARGEST_EXPONENT = 300
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def readable(number: int) -> str:
    """A whole number of any size: "1,728", "3.8·10²¹"."""
    text, _, exponent = written(number).partition("^")
    return text + exponent.translate(_RAISED)


class Counters(QWidget):
    """Neurons of both layers in a few dimensions; the row of the chosen d is the large one."""

    def __init__(self) -> None:
        super().__init__()
        self.grid = QGridLayout(self)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.grid.setHorizontalSpacing(24)
        titles = ("", self.tr("layer 1: d(k + 1) thresholds"), self.tr("layer 2: kᵈ ANDs"))
        self.heads = [self._label() for _ in titles]
        for column, (head, title) in enumerate(zip(self.heads, titles, strict=True)):
            head.setText(title)
            head.setProperty("role", "muted")
            self.grid.addWidget(head, 0, column)
        self.rows = [[self._label() for _ in range(3)] for _ in range(4)]
        for row, labels in enumerate(self.rows, start=1):
            for column, label in enumerate(labels):
                self.grid.addWidget(label, row, column)
        for label, tone in zip(self.rows[2], ("", "train", "validation"), strict=True):
            label.setProperty("role", "huge")
            label.setProperty("tone", tone)
        for column in range(3):
            self.grid.setColumnStretch(column, 1)

    @staticmethod
    def _label() -> QLabel:
        label = QLabel()
        label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return label

    def show_cost(self, cells: int, dimension: int) -> None:
        """The plane, space, the chosen d and an image."""
        self.heads[0].setText(self.tr("k = {cells} cells per axis").format(cells=cells))
        names = {2: self.tr("the plane: 2"), 3: self.tr("space: 3"),
                 MOST_DIMENSIONS: self.tr("an image: 784")}
        for labels, d in zip(self.rows, (2, 3, dimension, MOST_DIMENSIONS), strict=True):
            is_chosen = labels is self.rows[2]
            labels[0].setText(f"d = {d}" if is_chosen else names[d])
            labels[1].setText(readable(edge_neurons(d, cells)))
            labels[2].setText(readable(cell_neurons(d, cells)))


class CostView(QWidget):
    """The counters, and both layers against d; the line at d can be dragged."""

    dimension_pressed = Signal()
    dimension_dragged = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.counters = Counters()
        #: The markers in the engine's order, and in short for the projector.
        self.names = (
            self.tr("training images of FashionMNIST"), self.tr("bytes of a laptop’s memory"),
            self.tr("grains of sand on all beaches"), self.tr("stars in the universe"),
            self.tr("atoms in the universe"),
        )
        self.short_names = (
            self.tr("training images"), self.tr("bytes of memory"), self.tr("grains of sand"),
            self.tr("stars"), self.tr("atoms"),
        )
        look().changed.connect(self.on_look_changed)
        self.plot = FunctionPlot(self.tr("Neurons in each layer"), self.tr("dimensions d"))
        self.plot.setAccessibleName(self.tr("Neurons of both layers against d"))
        self.plot.set_x_range(1, MOST_DIMENSIONS, log=True)
        self.plot.set_y_range(1, 10.0**HIGHEST, log=True)
        self.plot.handle_pressed.connect(self.dimension_pressed)
        self.plot.handle_dragged.connect(lambda _key, x, _y: self.dimension_dragged.emit(round(x)))
        count_card, plot_card = Card(), Card()
        count_card.body.addWidget(self.counters)
        plot_card.body.addWidget(self.plot)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(count_card)
        column.addWidget(plot_card, 1)
        self._shown = 0

    def show_cost(self, cells: int, dimension: int) -> None:
        """Cells per axis k, and the d at which the counters stand."""
        self.counters.show_cost(cells, dimension)
        if cells != self._shown:
            self._show_curves(cells)
            self._shown = cells
        self.plot.set_handles([Handle(
            "d", float(dimension), token="vermilion", grip=10.0, step=1.0,
            label=f"d = {dimension}", text=self.tr("dimensions d"),
        )])

    def on_look_changed(self) -> None:
        """Shorter names on the projector."""
        if self._shown:
            self._show_curves(self._shown)

    def _show_curves(self, cells: int) -> None:
        curve = cost_curve(cells)
        exponents = curve.log10_cell_neurons
        self.plot.set_curve(
            "layer 2", curve.dimensions,
            np.where(exponents <= LARGEST_EXPONENT,
                     10.0 ** np.minimum(exponents, LARGEST_EXPONENT), np.nan),
            "purple", label=self.tr("layer 2"), width=1.5,
        )
        self.plot.set_curve(
            "layer 1", curve.dimensions, 10.0**curve.log10_edge_neurons, "blue",
            label=self.tr("layer 1"), width=1.5,
        )
        marks, lines = [], []
        # The largest first: where there is no room for all names, the small ones are left out.
        names = self.short_names if look().is_projector else self.names
        found = list(zip(marker_dimensions(cells), names, strict=True))[::-1]
        for index, ((marker, d), name) in enumerate(found):
            label = name if d is None else f"d = {d}: {name}"
            lines.append(f"{label}. {say(marker.name)}: {say(marker.source)}")
            ends, level = np.array([1.0, MOST_DIMENSIONS]), np.full(2, 10.0**marker.log10)
            self.plot.set_curve(
                f"marker {index}", ends, level, "muted",
                label=label, dashed=True,
            )
            if d is not None and d <= MOST_DIMENSIONS:
                marks.append(Mark(float(d), cells_of(curve, d), "purple"))
        self.plot.set_marks(marks)
        self.plot.setToolTip("<br>".join(reversed(lines)))


def cells_of(curve: CostCurve, dimension: int) -> float:
    """k^d as a float, for a d that the chart shows."""
    return float(10.0 ** min(curve.log10_cell_neurons[dimension - 1], LARGEST_EXPONENT))
