"""Scene 4, second page: one cell taken apart into four thresholds, an AND, and its share."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSpinBox, QVBoxLayout, QWidget

from engine.expressivity.grid import CellActivation, Dissection
from engine.expressivity.grid_fit import GridFit
from gui.tabs.expressivity.grid_conditions import ConditionTable, signed
from gui.tabs.expressivity.grid_fields_view import raster_of
from gui.tabs.expressivity.grid_sections import AXES
from gui.theme import look
from gui.widgets.card import Card
from gui.widgets.field_map import FieldMap
from gui.widgets.network_diagram import DiagramLayer, NetworkDiagram

_ARROWS = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
AND_LAYER = 2


class CellView(QWidget):
    """The cell's own network, its conditions, and a map on which a point wanders in and out of it.

    The mouse over the map is the point. A click, arrow keys on the map or the two spin boxes
    choose the cell; the bias of a threshold neuron can be dragged, and takes the cell with it.
    """

    #: Another grid, and what was done; no text for what is only looked at.
    grid_edited = Signal(object, str)
    point_moved = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.fit: GridFit | None = None
        self.cell: Dissection | None = None
        self._point: tuple[float, float] | None = None
        self._is_begun = False
        look().changed.connect(self.on_look_changed)
        self.diagram = NetworkDiagram()
        self.diagram.setAccessibleName(self.tr("The neurons of one cell"))
        self.diagram.weight_scrubbed.connect(self._on_scrubbed)
        self.table = ConditionTable()
        self.map = FieldMap(self.tr("Network"))
        self.map.setAccessibleName(self.tr("Network, with the cell and the point"))
        self.map.installEventFilter(self)
        self.map.cursor_moved.connect(self._on_cursor)
        self.map.cell_chosen.connect(self._on_cell)
        self.spins = (self._spin(self.tr("Column")), self._spin(self.tr("Row")))
        self._lay_out()

    def _spin(self, name: str) -> QSpinBox:
        spin = QSpinBox()
        spin.setMinimum(1)
        spin.setAccessibleName(name)
        spin.setToolTip(self.tr("{name} of the cell, counted from −B.").format(name=name))
        spin.valueChanged.connect(self._on_spin)
        return spin

    def _lay_out(self) -> None:
        network_card, table_card = Card(), Card(self.tr("At the point"))
        network_card.body.addWidget(self.diagram)
        self.point = QLabel()
        self.point.setProperty("role", "muted")
        table_card.add_header_widget(self.point)
        table_card.body.addWidget(self.table)
        map_card = Card()
        for text, spin in zip((self.tr("column"), self.tr("row")), self.spins, strict=True):
            label = QLabel(text)
            label.setProperty("role", "muted")
            map_card.add_header_widget(label)
            map_card.add_header_widget(spin)
        map_card.body.addWidget(self.map)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(table_card, 1)
        row.addWidget(map_card, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(network_card, 2)
        column.addLayout(row, 3)

    # --- output ---------------------------------------------------------------------------------

    def show_fit(self, fit: GridFit) -> None:
        """Show the dissected cell of a fit."""
        is_other = self.fit is None or fit.network is not self.fit.network
        self.fit = fit
        spec = fit.spec
        if is_other:
            reach, cells = spec.half_width, spec.cells
            limit = float(np.abs(fit.network.heights).max()) or 1.0
            self.map.set_ranges((-reach, reach), (-reach, reach))
            self.map.set_limits((-limit, limit))
            self.map.set_cells(cells, cells)
            self.map.set_field(fit.fields(raster_of(cells)).network.T)
            for spin in self.spins:
                with QSignalBlocker(spin):
                    spin.setMaximum(cells)
        self.cell = fit.network.dissect(spec.shown_cell)
        self.map.set_chosen(spec.shown_cell)
        for spin, index in zip(self.spins, spec.shown_cell, strict=True):
            with QSignalBlocker(spin):
                spin.setValue(index + 1)
        self._show_point()

    def on_look_changed(self) -> None:
        """Numbers beside the edges where there is room for them."""
        self.diagram.set_chosen(AND_LAYER, None)
        self._is_begun = False
        if self.cell is not None:
            self._show_point()

    @property
    def at(self) -> tuple[float, float]:
        """The point at which everything is evaluated: the mouse on the map, or the cursor."""
        assert self.fit is not None
        return self._point or self.fit.spec.cursor_at

    def _show_point(self) -> None:
        assert self.cell is not None
        x, y = self.at
        self.map.set_cursor(x, y)
        self.point.setText(f"x = {signed(x)}, y = {signed(y)}")
        now = self.cell.at((x, y))
        self.table.show_activation(self.cell, now)
        self._show_diagram(self.cell, now)

    def _show_diagram(self, cell: Dissection, now: CellActivation) -> None:
        """The 2–4–1–1 network of this cell, each threshold neuron showing what it is now."""
        assert self.fit is not None
        weights = np.array([neuron.weight for neuron in cell.neurons])
        biases = np.array([neuron.bias for neuron in cell.neurons])
        into = np.array([[neuron.to_cell for neuron in cell.neurons]], dtype=np.float64)
        step = 2 * self.fit.spec.half_width / 300
        self.diagram.set_layers([
            DiagramLayer(self.tr("point"), 2, "input", names=AXES),
            DiagramLayer(
                self.tr("thresholds"), len(biases), "step", weights=weights, biases=biases,
                names=[str(passed) for passed in now.edges], bias_step=step,
            ),
            DiagramLayer(
                self.tr("AND"), 1, "and", weights=into, biases=np.array([cell.bias]),
                names=[str(now.fires)],
            ),
            DiagramLayer(
                self.tr("sum"), 1, "sum", weights=np.array([[cell.height]]), weight_symbol="h"
            ),
        ])
        if not self._is_begun and not look().is_projector:
            # The projector's type is too large for so many numbers side by side.
            self.diagram.set_chosen(AND_LAYER, 0)
        self._is_begun = True

    # --- input ----------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrow keys on the map walk from cell to cell and leave the point where it is."""
        if watched is self.map:
            if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress \
                    and Qt.Key(event.key()) in _ARROWS:
                self._walk(*_ARROWS[Qt.Key(event.key())])
                return True
            if isinstance(event, QMouseEvent) and event.buttons() & Qt.MouseButton.LeftButton:
                self._point = None
        return super().eventFilter(watched, event)

    def _walk(self, across: int, up: int) -> None:
        assert self.fit is not None
        spec = self.fit.spec
        i, j = (
            min(max(index + step, 0), spec.cells - 1)
            for index, step in zip(spec.shown_cell, (across, up), strict=True)
        )
        self._choose(i, j)

    def _choose(self, i: int, j: int) -> None:
        assert self.fit is not None
        if (i, j) != self.fit.spec.shown_cell:
            self.grid_edited.emit(self.fit.spec.replaced(cell=(i, j)), "")

    def _on_spin(self) -> None:
        self._choose(self.spins[0].value() - 1, self.spins[1].value() - 1)

    def _on_cursor(self, x: float, y: float) -> None:
        self._point = None if math.isnan(x) else (x, y)
        self._show_point()
        self.point_moved.emit()

    def _on_cell(self, i: int, j: int) -> None:
        """A click takes the cell, and leaves the point there when the mouse goes."""
        assert self.fit is not None
        point = self.map.cursor_point or self.fit.spec.cursor_at
        self.grid_edited.emit(self.fit.spec.replaced(cell=(i, j)).with_cursor_at(*point), "")

    def _on_scrubbed(self, layer: int, index: int, name: str, value: float) -> None:
        """The edge of a threshold neuron is −bias; the cell goes where an edge is nearest to it."""
        if layer != 1 or name != "bias" or self.fit is None or self.cell is None:
            return
        neuron = self.cell.neurons[index]
        edges = self.fit.network.edges[neuron.axis]
        nearest = int(np.abs(edges + value).argmin()) - (neuron.to_cell < 0)
        cell = list(self.cell.cell)
        cell[neuron.axis] = min(max(nearest, 0), self.fit.spec.cells - 1)
        self._choose(cell[0], cell[1])
