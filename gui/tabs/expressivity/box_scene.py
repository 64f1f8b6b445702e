"""Scene 2 (homework 1a): two neurons make a box, checked case by case."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from engine.errors import SpecError
from engine.expressivity.building import box_network
from engine.expressivity.cases import box_cases
from engine.expressivity.spec import BoxSpec, BoxVariant
from engine.expressivity.tab_spec import ExpressivitySpec
from gui.tabs.expressivity.scene import SceneView
from gui.widgets.card import Card
from gui.widgets.function_plot import FunctionPlot, Handle, Mark
from gui.widgets.network_diagram import DiagramLayer, NetworkDiagram, source_of
from gui.widgets.scene_notes import Number, SceneNotes


class CaseTable(QWidget):
    """The five cases of 1a, with what each neuron and their sum are there, as computed."""

    def __init__(self) -> None:
        super().__init__()
        self.grid = QGridLayout(self)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.cells: list[list[QLabel]] = []
        for column, title in enumerate(
            (self.tr("where"), self.tr("neuron 1"), self.tr("neuron 2"), self.tr("sum"))
        ):
            self.grid.addWidget(self._cell(title, "muted", column), 0, column)
        for row in range(5):
            cells = [self._cell("", "", column) for column in range(4)]
            for column, cell in enumerate(cells):
                self.grid.addWidget(cell, row + 1, column)
            self.cells.append(cells)
        self.grid.setRowStretch(6, 1)

    @staticmethod
    def _cell(text: str, role: str, column: int) -> QLabel:
        cell = QLabel(text)
        cell.setProperty("role", role)
        side = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
        cell.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        return cell

    def show_box(self, box: BoxSpec) -> None:
        """The cases as the network computes them."""
        digits = _telling_digits(box.left, box.right)
        a, b = f"{box.left:.{digits}g}", f"{box.right:.{digits}g}"
        where = (f"x < {a}", f"x = {a}", f"{a} < x < {b}", f"x = {b}", f"x > {b}")
        for place, case, cells in zip(where, box_cases(box), self.cells, strict=True):
            texts = [place, *(f"{value:g}" for value in case.activations), f"{case.output:.4g}"]
            for cell, text in zip(cells, texts, strict=True):
                cell.setText(text)


def _telling_digits(left: float, right: float) -> int:
    """As many digits as it takes to tell the edges of a narrow box apart, and at least three."""
    digits = 3
    while f"{left:.{digits}g}" == f"{right:.{digits}g}" and digits < 17:
        digits += 1
    return digits


class BoxScene(SceneView):
    """The two steps, their sum, the table of cases, and the network."""

    def __init__(self) -> None:
        super().__init__()
        self.plot = FunctionPlot(x_caption="x")
        self.plot.setAccessibleName(self.tr("The box and its two steps"))
        self.plot.handle_pressed.connect(self.begin_gesture)
        self.plot.handle_dragged.connect(self._on_dragged)
        self.table = CaseTable()
        self.diagram = NetworkDiagram()
        self.diagram.setAccessibleName(self.tr("The box as a network"))
        self.diagram.scrub_started.connect(self._on_scrub_started)
        self.diagram.weight_scrubbed.connect(self._on_scrubbed)
        self.diagram.unit_hovered.connect(self._on_unit_hovered)
        self._lit: int | None = None
        self._scrubbed = self.spec.box
        plot_card = Card(self.tr("A step up and a step down"))
        plot_card.body.addWidget(self.plot)
        table_card, network_card = Card(self.tr("Case by case")), Card(self.tr("The network"))
        table_card.body.addWidget(self.table)
        network_card.body.addWidget(self.diagram)
        below = QHBoxLayout()
        below.setSpacing(12)
        below.addWidget(table_card, 2)
        below.addWidget(network_card, 3)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(plot_card, 3)
        column.addLayout(below, 2)

    def show_spec(self, spec: ExpressivitySpec) -> None:
        super().show_spec(spec)
        box = spec.box
        self.network = box_network(box)
        reach = box.half_width
        self.plot.set_x_range(-reach, reach)
        high = 1.35 * max(abs(box.height), 0.1)
        self.plot.set_y_range(-high, high)
        self._show_curves()
        self._show_edges()
        handles = [
            Handle("left", box.left, label=f"a = {box.left:.3g}", text=self.tr("left edge"),
                   grip=-0.9 * high),
            Handle("right", box.right, label=f"b = {box.right:.3g}", text=self.tr("right edge"),
                   grip=-0.9 * high),
            Handle("height", (box.left + box.right) / 2, box.height, moves="y",
                   label=f"h = {box.height:.3g}", text=self.tr("height")),
        ]
        self.plot.set_handles(handles)
        self.table.show_box(box)
        self.diagram.set_layers([
            DiagramLayer("x", 1, "input", names=("x",)),
            DiagramLayer(
                self.tr("2 step neurons"), 2, "step",
                weights=self.network.hidden_weight[:, None], biases=self.network.hidden_bias,
                weight_step=0.02, bias_step=0.01,
            ),
            DiagramLayer(
                "y", 1, "sum", weights=self.network.output_weight[None, :],
                biases=np.array([self.network.output_bias]), weight_symbol="v", bias_symbol="c",
                weight_step=0.01,
            ),
        ])

    def _show_curves(self) -> None:
        """Each neuron's share dashed, the sum solid; the lit one is stressed."""
        box, reach = self.spec.box, self.spec.box.half_width
        for index, name in enumerate(("one", "two")):
            place = float(self.network.positions()[index])
            edges = np.clip([-reach, place, reach], -reach, reach)
            shares = self.network.contribution(index, np.array([place - 1, place + 1]))
            is_lit = self._lit == index
            self.plot.set_curve(
                name, edges, shares, "orange" if is_lit else "muted",
                label=self.tr("neuron {number}").format(number=index + 1), dashed=not is_lit,
                width=1.5 if is_lit else 1.0, steps=True,
            )
        edges = np.clip([-reach, box.left, box.right, reach], -reach, reach)
        middles = np.array([box.left - 1, (box.left + box.right) / 2, box.right + 1])
        self.plot.set_curve(
            "sum", edges, self.network(middles), "blue", label=self.tr("sum"), width=1.5,
            steps=True, fill=True,
        )

    def _show_edges(self) -> None:
        """Which of the two edge points belong to the box, as u(0) decides."""
        box = self.spec.box
        marks = []
        for x in (box.left, box.right):
            at_edge = float(self.network(np.array([x]))[0])
            marks += [Mark(x, y, closed=False) for y in (0.0, box.height) if y != at_edge]
            marks.append(Mark(x, at_edge))
        self.plot.set_marks(marks)

    def answering(self, of: str) -> Sequence[QWidget]:
        return (self.plot, self.table) if of.startswith("box_at") else ()

    def notes(self) -> SceneNotes:
        box = self.spec.box
        ends = self.network(np.array([box.left, box.right]))
        brackets = "".join(
            closed if value == box.height else opened
            for value, opened, closed in zip(ends, "()", "[]", strict=True)
        )
        interval = f"{brackets[0]}{box.left:.3g}, {box.right:.3g}{brackets[1]}"
        if box.variant is BoxVariant.OPEN:
            formula = r"y = h (u(x - a) + u(b - x) - 1)"
            cost = self.tr("Both ends alike, but n boxes in a row cost 2n neurons.")
        else:
            formula = r"y = h (u(x - a) - u(x - b))"
            cost = self.tr("Neighbours can share an edge: n boxes in a row cost n + 1 neurons.")
        sentence = self.tr("The full height is reached on {interval}.").format(interval=interval)
        return SceneNotes(
            self.tr("Two neurons make a box"), f"{sentence} {cost}", formula,
            [
                Number(self.tr("height h"), f"{box.height:.4g}", key="height"),
                Number(self.tr("left edge a"), f"{box.left:.4g}", key="left"),
                Number(self.tr("width δ"), f"{box.width:.4g}", key="width"),
                Number(self.tr("hidden neurons"), str(len(self.network)), "train",
                       key="hidden_neurons"),
            ],
        )

    def _on_dragged(self, key: str, x: float, y: float) -> None:
        box = self.spec.box
        if key == "left":
            self._change(left=x, width=box.right - x)
        elif key == "right":
            self._change(width=x - box.left)
        else:
            self._change(height=y)

    def _on_scrub_started(self) -> None:
        self.begin_gesture()
        self._scrubbed = self.spec.box

    def _on_scrubbed(self, layer: int, index: int, name: str, value: float) -> None:
        """A number of the diagram stands for one of the box's three; the others follow from it.

        The box is always written with w = ±1, so another w moves the edge s = −b/w, as seen from
        where the scrubbing began: going back restores it.
        """
        box, network = self._scrubbed, box_network(self._scrubbed)
        is_open = box.variant is BoxVariant.OPEN
        if layer == 2:
            source = source_of(name)
            if source is None and not is_open:
                return  # a half-open box has no output bias
            self._change(height=value if source == 0 or (is_open and source == 1) else -value)
        elif layer == 1:
            before = float(network.hidden_weight[index])
            bias = value if name == "bias" else float(network.hidden_bias[index])
            weight = before if name == "bias" else value
            if weight * before <= 0:
                return  # the box has no direction left
            edge = 0.0 - bias / weight
            if index == 0:
                self._change(left=edge, width=box.right - edge)
            else:
                self._change(width=edge - box.left)

    def _on_unit_hovered(self, layer: int, index: int | None) -> None:
        self._lit = index if layer == 1 else None
        self._show_curves()

    def _change(self, **values: float) -> None:
        try:
            box = self.spec.box.replaced(**values)
        except SpecError:
            return  # dragged beyond the bounds: it stays at them
        self.edited.emit(self.spec.replaced(box=box), self.tr("Box"), self.gesture)
