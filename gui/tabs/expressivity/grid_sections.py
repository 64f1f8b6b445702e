"""The two cuts through the square at the cursor: f in ink, the network's staircase in blue."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from engine.expressivity.grid_fit import GridFit
from gui.widgets.function_plot import FunctionPlot, Handle

AXES = "xy"


class Sections(QWidget):
    """A plot along x and one along y, each with the cursor as a line to be dragged."""

    #: The axis, 0 or 1, and where on it the cursor was dragged to, or the mouse reads; nan when
    #: it reads no more.
    dragged = Signal(int, float)
    read = Signal(int, float)

    def __init__(self) -> None:
        super().__init__()
        self.plots = (FunctionPlot(), FunctionPlot())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for axis, plot in enumerate(self.plots):
            plot.handle_dragged.connect(lambda _k, at, _y, a=axis: self.dragged.emit(a, at))
            plot.cursor_moved.connect(lambda at, a=axis: self.read.emit(a, at))
            row.addWidget(plot, 1)

    def show_fit(self, fit: GridFit, values: tuple[float, float]) -> None:
        """The sections of a fit; `values` is the range on the whole square, one for both plots."""
        reach, cursor = fit.spec.half_width, fit.spec.cursor_at
        room = 0.08 * (values[1] - values[0]) or max(abs(values[0]), 1.0)
        low, high = values[0] - room, values[1] + room
        for axis, plot in enumerate(self.plots):
            section = fit.section(axis)
            along, across = AXES[axis], AXES[1 - axis]
            title = self.tr("along {along}, at {across} = {value}").format(
                along=along, across=across, value=f"{section.fixed:.3g}".replace("-", "−")
            )
            if title != plot.contents.title:
                plot.set_title(title)
            plot.set_x_range(-reach, reach)
            plot.set_y_range(low, high)
            plot.set_curve("target", section.positions, section.target, "ink", label=self.tr("f"))
            plot.set_curve(
                "network", section.edges, section.levels, "blue", label=self.tr("network"),
                width=1.5, steps=True, closed="left" if fit.network.at_zero else "right",
            )
            plot.set_handles([Handle(
                "cursor", cursor[axis], token="orange", grip=low,
                text=self.tr("cursor {axis}").format(axis=along),
            )])
