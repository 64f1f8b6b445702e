"""The Expressivity tab, driven as a person would: by mouse and keyboard."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from bench import SceneBench
from driving import LEFT, handle_width
from driving import handle as slider_handle
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QApplication, QWidget

from engine.expressivity.spec import FunctionSpec
from gui.tabs.expressivity.function_scene import FunctionScene
from gui.tabs.expressivity.tab import ExpressivityTab
from gui.widgets.function_plot import FunctionPlot
from gui.widgets.network_diagram import NetworkDiagram
from gui.widgets.network_diagram_model import Number
from gui.widgets.spec_fields import ChoiceField, Field, NumberField
from gui.widgets.spec_form import SpecForm

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


class Bench(SceneBench):
    """The tab in a window, and hands."""

    def __init__(self, qtbot) -> None:
        super().__init__(qtbot, ExpressivityTab)

    # --- seen -----------------------------------------------------------------------------------

    @property
    def function(self) -> FunctionSpec:
        return self.spec.function

    @property
    def third(self) -> FunctionScene:
        return self.tab.function

    @property
    def plot(self) -> FunctionPlot:
        return self.scene.plot

    @property
    def diagram(self) -> NetworkDiagram:
        return self.scene.diagram

    @property
    def undo_count(self) -> int:
        return self.tab.undo_stack.index()

    def curve(self, key: str):
        return self.plot.contents.curves[key]

    def handle(self, key: str, plot: FunctionPlot | None = None):
        return next((h for h in (plot or self.plot).contents.handles if h.key == key), None)

    def number(self, layer: int, unit: int, source: int | None = None) -> float:
        """A parameter of the chosen unit, as the diagram has it."""
        return dict(self.diagram.numbers())[Number(layer, unit, source)]

    # --- done -----------------------------------------------------------------------------------

    def undo(self) -> None:
        self.tab.undo_stack.undo()
        self.settle()

    def redo(self) -> None:
        self.tab.undo_stack.redo()
        self.settle()

    def key(self, key: Qt.Key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
        """A key, for whatever has the focus."""
        self.qtbot.keyClick(QApplication.focusWidget() or self.window, key, modifier)

    def click(self, widget: QWidget) -> None:
        assert widget.isEnabled()
        self.qtbot.mouseClick(widget, LEFT)
        self.settle()

    def at(self, x: float, y: float, plot: FunctionPlot | None = None) -> QPoint:
        """The pixel of a point of the plot."""
        frame = (plot or self.plot).frame
        return QPointF(float(frame.px(x)), float(frame.py(y))).toPoint()

    def trace(self, widget: QWidget, path: Sequence[QPoint]) -> None:
        """Press at the first point, move through the others, let go."""
        self.qtbot.mouseMove(widget, path[0])
        self.qtbot.mousePress(widget, LEFT, pos=path[0])
        for point in path[1:]:
            self.qtbot.mouseMove(widget, point)
        self.qtbot.mouseRelease(widget, LEFT, pos=path[-1])
        self.settle()

    def drag(self, key: str, x: float, y: float = 0.0, plot: FunctionPlot | None = None,
             moves: int = 6) -> None:
        """Take a handle by its knob and drag it, in some moves, to a point of the plot."""
        from gui.widgets.function_plot_text import knob_point

        plot = plot or self.plot
        handle = self.handle(key, plot)
        assert handle is not None
        start, end = knob_point(handle, plot.frame).toPoint(), self.at(x, y, plot)
        if handle.y is None:
            end.setY(start.y())
        path = [start + (end - start) * k / moves for k in range(moves + 1)]
        self.trace(plot, path)

    def choose_unit(self, layer: int, unit: int) -> None:
        """Click a unit of the diagram."""
        slot = self.diagram.places.place_of(layer, unit)
        assert slot is not None
        self.qtbot.mouseClick(self.diagram, LEFT, pos=QPointF(slot.x, slot.y).toPoint())
        self.settle()

    def scrub(self, layer: int, unit: int, source: int | None, pixels: int, *,
              back: int = 0) -> None:
        """Drag a number of the diagram sideways, and `back` again before letting go."""
        wanted = Number(layer, unit, source)
        label = next(one for one in self.diagram.labels() if one.number == wanted)
        start = label.rect.center().toPoint()
        way = 1 if pixels > 0 else -1
        stops = [*range(0, pixels, 3 * way), pixels]
        stops += [pixels - way * back] if back else []
        self.trace(self.diagram, [start + QPoint(stop, 0) for stop in stops])

    def field(self, form: SpecForm, name: str) -> Field:
        """A field of a form, its group unfolded and scrolled to."""
        field = form.fields[name]
        group = form.groups[field.knob.group]
        if not group.is_expanded:
            self.click(group.heading)
        self.tab.form_panel.ensureWidgetVisible(field)
        assert field.isVisible()
        return field

    def type_into(self, form: SpecForm, name: str, text: str) -> None:
        """Type a value into a field of the form, and Enter."""
        field = self.field(form, name)
        self.type_text(field.edit, text)  # type: ignore[attr-defined]

    def choose(self, form: SpecForm, name: str, value: str) -> None:
        """Choose an entry of a box in its open list."""
        field = self.field(form, name)
        assert isinstance(field, ChoiceField)
        self.choose_in_list(field.box, field.box.findData(value))

    def slide(self, form: SpecForm, name: str, shares: Sequence[float]) -> None:
        """Drag the slider of a field to places along the groove, and let go."""
        field = self.field(form, name)
        assert isinstance(field, NumberField)
        slider, pad = field.slider, handle_width(field.slider) // 2
        self.settle()
        path = [slider_handle(slider)]
        path += [QPoint(round(pad + share * (slider.width() - 2 * pad)), slider.height() // 2)
                 for share in shares]
        self.trace(slider, path)

def text_of(form: SpecForm, name: str) -> str:
    """What stands in a field's editor."""
    return form.fields[name].edit.text()  # type: ignore[attr-defined]


def problem_of(form: SpecForm, name: str) -> str:
    """What a field says is wrong with it."""
    problem = form.fields[name].problem
    return problem.text() if not problem.isHidden() else ""


def assert_draws(curve, network, edges: np.ndarray) -> None:
    """A plotted curve has the network's values, off the edges between its pieces."""
    low, high = float(curve.x[0]), float(curve.x[-1])
    x = np.linspace(low, high, 1013) if curve.steps else curve.x
    x = x[np.abs(x[:, None] - edges).min(axis=1, initial=np.inf) > 1e-12 * (high - low)]
    np.testing.assert_allclose(curve.at(x), network(x), rtol=1e-9, atol=1e-9)
