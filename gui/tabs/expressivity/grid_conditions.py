"""What the neurons of one cell ask for, and which of it holds at a point."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from engine.expressivity.grid import CellActivation, Dissection, EdgeNeuron
from gui.tabs.expressivity.grid_sections import AXES


def signed(value: float, digits: str = ".3g") -> str:
    """A number with a real minus sign."""
    return f"{0.0 + value:{digits}}".replace("-", "−")


def condition_text(neuron: EdgeNeuron, at_zero: int) -> str:
    """What the neuron asks for: "x > −1.5", or "x ≤ −1" where it must not have been passed."""
    signs = {1: (">", "≥"), -1: ("≤", "<")}
    return f"{AXES[neuron.axis]} {signs[neuron.to_cell][at_zero]} {signed(neuron.edge)}"


def is_met(neuron: EdgeNeuron, passed: int) -> bool:
    """Whether the point is on the side of the edge that the cell is on."""
    return passed == (neuron.to_cell > 0)


class ConditionTable(QWidget):
    """The four conditions, the AND of them, and what the cell adds, as computed at a point."""

    def __init__(self) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        titles = (self.tr("condition"), self.tr("neuron"), self.tr("holds"))
        for column, title in enumerate(titles):
            head = self._label(column)
            head.setText(title)
            head.setProperty("role", "muted")
            grid.addWidget(head, 0, column)
        self.rows = [[self._label(column) for column in range(3)] for _ in range(6)]
        for row, labels in enumerate(self.rows, start=1):
            for column, label in enumerate(labels):
                grid.addWidget(label, row, column)
        grid.setColumnStretch(1, 1)
        grid.setHorizontalSpacing(16)
        grid.setRowStretch(7, 1)

    @staticmethod
    def _label(column: int) -> QLabel:
        label = QLabel()
        side = (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight,
                Qt.AlignmentFlag.AlignRight)[column]
        label.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        return label

    def show_activation(self, cell: Dissection, now: CellActivation) -> None:
        """The cell's neurons at a point."""
        yes, no = self.tr("yes"), self.tr("no")
        for labels, neuron, passed in zip(self.rows, cell.neurons, now.edges, strict=False):
            met = is_met(neuron, passed)
            sign = "+" if neuron.bias >= 0 else "−"
            name = f"u({AXES[neuron.axis]} {sign} {abs(neuron.bias):.3g})"
            self._set(labels, condition_text(neuron, cell.at_zero), f"{name} = {passed}",
                      yes if met else no, "" if met else "error")
        terms = " ".join(
            f"{'+' if neuron.to_cell > 0 else '−'} {passed}"
            for neuron, passed in zip(cell.neurons, now.edges, strict=True)
        ).removeprefix("+ ")
        self._set(
            self.rows[4], self.tr("AND of all"),
            f"{terms} > {-cell.bias:g}",
            yes if now.fires else no, "" if now.fires else "error",
        )
        self._set(
            self.rows[5], self.tr("adds to the sum"),
            f"{signed(cell.height)} · {now.fires}", signed(now.contribution), "train",
        )

    @staticmethod
    def _set(labels: list[QLabel], first: str, second: str, third: str, tone: str) -> None:
        for label, text in zip(labels, (first, second, third), strict=True):
            label.setText(text)
        last = labels[2]
        if last.property("tone") != tone:
            last.setProperty("tone", tone)
            last.style().polish(last)
