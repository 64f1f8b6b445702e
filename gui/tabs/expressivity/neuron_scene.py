"""Scene 1: one hidden neuron. Its step sits at s = −b/w, wherever one drags it."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QHBoxLayout

from engine.errors import SpecError
from engine.expressivity.building import neuron_network
from engine.expressivity.spec import Activation
from engine.expressivity.tab_spec import ExpressivitySpec
from gui.tabs.expressivity.scene import SceneView
from gui.widgets.card import Card
from gui.widgets.function_plot import FunctionPlot, Handle, Mark
from gui.widgets.network_diagram import DiagramLayer, NetworkDiagram
from gui.widgets.scene_notes import Number, SceneNotes

POINTS = 1001
FORMULAS = {
    Activation.STEP: r"y = u(w x + b)",
    Activation.SIGMOID: r"y = \sigma(k (w x + b)) = \frac{1}{1 + e^{-k (w x + b)}}",
    Activation.RELU: r"y = \max(0, w x + b)",
    Activation.TANH: r"y = \tanh(k (w x + b))",
}


class NeuronScene(SceneView):
    """The neuron's curve beside its diagram."""

    def __init__(self) -> None:
        super().__init__()
        self.plot = FunctionPlot(x_caption="x")
        self.plot.setAccessibleName(self.tr("Output of the neuron"))
        self.plot.handle_pressed.connect(self.begin_gesture)
        self.plot.handle_dragged.connect(self._on_dragged)
        self.diagram = NetworkDiagram()
        self.diagram.setAccessibleName(self.tr("The neuron as a network"))
        self.diagram.scrub_started.connect(self.begin_gesture)
        self.diagram.weight_scrubbed.connect(self._on_scrubbed)
        plot_card, network_card = Card(self.tr("What it computes")), Card(self.tr("The network"))
        plot_card.body.addWidget(self.plot)
        network_card.body.addWidget(self.diagram)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(plot_card, 3)
        row.addWidget(network_card, 2)

    def show_spec(self, spec: ExpressivitySpec) -> None:
        super().show_spec(spec)
        neuron = spec.neuron
        self.network = neuron_network(neuron)
        reach = neuron.half_width
        x = np.linspace(-reach, reach, POINTS)
        y = self.network(x)
        edge = neuron.edge
        has_edge = edge is not None and abs(edge) < reach
        is_step = neuron.activation is Activation.STEP
        self.plot.set_x_range(-reach, reach)
        low, high = min(-0.25, float(y.min())), max(1.25, float(y.max()))
        self.plot.set_y_range(1.1 * low, 1.1 * high if high > 1.25 else high)
        if is_step and edge is not None and has_edge:
            before, after = self.network(np.array([-reach, reach]))
            self.plot.set_curve(
                "y", np.array([-reach, edge, reach]), np.array([before, after]), "blue",
                label="y", width=1.5, steps=True, risers=False,
            )
            # Not the network at the float nearest to s, where w·s + b need not be exactly 0.
            at_edge = neuron.at_zero.number
            ends = [Mark(edge, value, closed=False) for value in (before, after)
                    if value != at_edge]
            self.plot.set_marks([*ends, Mark(edge, at_edge, label=f"u(0) = {at_edge:g}")])
        else:
            self.plot.set_curve("y", x, y, "blue", label="y", width=1.5)
            self.plot.set_marks([])
        if edge is not None and has_edge:
            self.plot.set_handles([
                Handle("edge", edge, label=self.tr("s = −b/w = {s:.3g}, drag me").format(s=edge),
                       text=self.tr("the step"))
            ])
        else:
            self.plot.set_handles([])
        self.diagram.set_layers([
            DiagramLayer("x", 1, "input", names=("x",)),
            DiagramLayer(
                neuron.activation.label, 1, neuron.activation.value,
                weights=np.array([[neuron.weight]]), biases=np.array([neuron.bias]),
                weight_step=0.02, bias_step=0.02,
            ),
            DiagramLayer("y", 1, "linear", weights=np.ones((1, 1)), names=("y",),
                         weight_symbol="v"),
        ])
        self.diagram.set_chosen(1, 0)

    def notes(self) -> SceneNotes:
        neuron = self.spec.neuron
        edge = neuron.edge
        if edge is None:
            sentence = self.tr("With w = 0 the neuron sees no x: its output is one constant.")
        elif neuron.weight > 0:
            sentence = self.tr("It switches on at s = −b/w and stays on to the right of it.")
        else:
            sentence = self.tr("w is negative: it is on to the left of s = −b/w, off to the right.")
        if neuron.activation is Activation.SIGMOID:
            sentence += " " + self.tr("The larger k, the closer the sigmoid comes to the step.")
        numbers = [
            Number(self.tr("weight w"), f"{neuron.weight:.4g}", key="weight"),
            Number(self.tr("bias b"), f"{neuron.bias:.4g}", key="bias"),
            Number(self.tr("step at s"), "–" if edge is None else f"{edge:.4g}", "error",
                   key="edge"),
        ]
        if neuron.activation is Activation.STEP:
            numbers.append(Number(self.tr("u(0)"), f"{neuron.at_zero.number:g}", key="at_zero"))
        return SceneNotes(
            self.tr("One neuron is one step"), sentence, FORMULAS[neuron.activation], numbers
        )

    def _on_dragged(self, _key: str, x: float, _y: float) -> None:
        self._change(lambda: self.spec.neuron.with_edge(x))

    def _on_scrubbed(self, layer: int, _index: int, name: str, value: float) -> None:
        if layer == 1:
            field = "bias" if name == "bias" else "weight"
            self._change(lambda: self.spec.neuron.replaced(**{field: value}))

    def _change(self, make) -> None:  # type: ignore[no-untyped-def]
        try:
            neuron = make()
        except SpecError:
            return  # dragged beyond the bounds: it stays at them
        self.edited.emit(self.spec.replaced(neuron=neuron), self.tr("Neuron"), self.gesture)
