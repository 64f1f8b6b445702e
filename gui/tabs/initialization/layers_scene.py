"""Scene 1: histograms of every layer above mean squares against depth, forwards and backwards."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QSignalBlocker, QTimer
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from engine.initialization.results import Quantity, SchemeResult, Snapshot, Statistic
from engine.initialization.tab_spec import Chosen, InitializationSpec
from gui.keys import calm_wheel
from gui.scene import TransportState
from gui.tabs.initialization.colors import scheme_tokens
from gui.tabs.initialization.layers_view import (
    Kept,
    depth_series,
    histogram_rows,
    note_of,
    predicted_shares,
    saturated,
)
from gui.tabs.initialization.measuring import Measuring
from gui.tabs.initialization.scene import SceneView
from gui.theme import look
from gui.widgets.band_plot import BandPlot
from gui.widgets.band_plot_model import BandSeries
from gui.widgets.card import Card
from gui.widgets.histogram_grid import HistogramGrid, HistogramRow
from gui.widgets.histogram_panel import HistogramPanel
from gui.widgets.math_label import MathLabel
from gui.widgets.painted import text_width
from gui.widgets.scales import number_text
from gui.widgets.scene_notes import Number, SceneNotes
from gui.widgets.segmented import SegmentedControl

LAYER_EVERY_MS = 350
#: In a narrow card the statistic's name is cut before its formula is.
LEAST_STATISTIC_PX = 90
#: What a box needs beside its text.
ARROW_PX = 40
#: However deep the network, the signal is through after about this many beats.
MOST_BEATS = 40
#: The curves that can be sketched beforehand, and what shows them.
SKETCHED = {
    "pre": (Quantity.PRE, Statistic.MEAN_SQUARE),
    "unit_variance": (Quantity.POST, Statistic.UNIT_VARIANCE),
    "gradient": (Quantity.GRADIENT, Statistic.MEAN_SQUARE),
}


class LayersScene(SceneView):
    """Histograms with one of them enlarged, and two plots against depth."""

    def __init__(self, measuring: Measuring) -> None:
        super().__init__(measuring)
        self._beat = QTimer(self, interval=LAYER_EVERY_MS)
        self._beat.timeout.connect(self._on_beat)
        self._shown: tuple[object, ...] = ()
        self._rows: Kept[HistogramRow] = Kept()
        self._ahead: Kept[BandSeries] = Kept()
        self._back: Kept[BandSeries] = Kept()
        #: A sketch: of what, x and y.
        self._drawn: tuple[str, np.ndarray, np.ndarray] | None = None
        self.grid = HistogramGrid(self.tr("Histograms of every layer and scheme"))
        self.grid.setToolTip(self.tr(
            "One row per scheme on common axes, theory's Gaussian dotted; the narrow bars left and "
            "right are the shares of exact zeros and of saturated units. Click one to enlarge it."
        ))
        self.grid.panel_chosen.connect(self._on_panel)
        self.panel = HistogramPanel(self.tr("The chosen histogram"))
        self.forward = BandPlot(self.tr("Forward signal against depth"), self.tr("layer"))
        self.backward = BandPlot(self.tr("Gradient against depth"), self.tr("layer"))
        for plot, other in ((self.forward, self.backward), (self.backward, self.forward)):
            plot.setToolTip(self.tr("Mean over the seeds with their range as a band; theory is "
                                    "dashed. Backwards, layer 1 is the last to be reached, by "
                                    "the gradient of each input's own loss."))
            plot.point_hovered.connect(other.set_cursor)
        self._build()

    def _build(self) -> None:
        self.quantities = SegmentedControl([
            (Quantity.PRE.value, self.tr("before: z")), (Quantity.POST.value, self.tr("after: a")),
            (Quantity.GRADIENT.value, self.tr("gradient")),
        ])
        self.quantities.set_help(self.tr("What of every layer is shown: z, a = f(z) or ∂L/∂z."))
        self.quantities.chosen.connect(
            lambda key: self.edited.emit(self.spec.replaced(quantity=Quantity(key)), "", "")
        )
        self.statistics = QComboBox()
        self.statistics.setAccessibleName(self.tr("Statistic"))
        self.statistics.setToolTip(self.tr("Which number stands for a layer; its definition is "
                                           "beside it."))
        calm_wheel(self.statistics)
        self.statistics.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.statistics.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        for statistic in Statistic:
            self.statistics.addItem(self.tr(statistic.label), statistic.value)
        self.statistics.activated.connect(lambda: self.edited.emit(
            self.spec.replaced(statistic=Statistic(self.statistics.currentData())), "", ""
        ))
        self.definition = MathLabel(size=12, token="muted")
        self.upper, self.large = Card(" "), Card(" ")
        self.upper.add_header_widget(self.quantities)
        self.upper.body.addWidget(self.grid, 1)
        self.large.body.addWidget(self.panel, 1)
        self.fore, self.back = Card(" "), Card(" ")
        self.fore.add_header_widget(self.definition, gives_way=True)
        self.fore.add_header_widget(self.statistics)
        self.fore.body.addWidget(self.forward, 1)
        self.back.body.addWidget(self.backward, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        above, below = QHBoxLayout(), QHBoxLayout()
        for row, cards in ((above, (self.upper, self.large)), (below, (self.fore, self.back))):
            row.setSpacing(10)
            for card in cards:
                row.addWidget(card, 1)
        above.setStretch(0, 5)
        above.setStretch(1, 2)
        column.addLayout(above, 5)
        column.addLayout(below, 6)
        self.large.hide()
        look().changed.connect(self._fit_definition)

    # --- output ---------------------------------------------------------------------------------

    def show_spec(self, spec: InitializationSpec) -> None:
        super().show_spec(spec)
        self.quantities.set_current(spec.quantity.value)
        with QSignalBlocker(self.statistics):
            self.statistics.setCurrentIndex(self.statistics.findData(spec.statistic.value))
        forward = self._forward_quantity()
        self.definition.set_formula(spec.statistic.tex.replace("x", forward.tex))
        self._fit_definition()
        self.upper.set_title(self.tr("Every layer: {quantity}").format(
            quantity=self.tr(spec.quantity.label)
        ))
        self.fore.set_title(
            self.tr("Forward: a") if forward is Quantity.POST else self.tr("Forward: z")
        )
        self.back.set_title(self.tr("Backward: mean square of ∂L/∂z"))
        self._show_drawn()
        if spec.passed_layers is None:
            self._beat.stop()
        self.show_snapshot()

    def _fit_definition(self) -> None:
        """A header would rather cut its formula than the views below it; and the box takes no
        more room than its present choice, which leaves the title its own."""
        self.definition.setMinimumHeight(self.definition.sizeHint().height())
        self.statistics.setMinimumWidth(look().px(LEAST_STATISTIC_PX))
        chosen = text_width(self.statistics.currentText(), look().font())
        self.statistics.setMaximumWidth(
            max(round(chosen) + look().px(ARROW_PX), look().px(LEAST_STATISTIC_PX))
        )

    def _forward_quantity(self) -> Quantity:
        return Quantity.POST if self.spec.quantity is Quantity.POST else Quantity.PRE

    def show_snapshot(self) -> None:
        snapshot, spec = self._snapshot(), self.spec
        if snapshot is None:
            return
        key = (snapshot, spec.quantity, spec.statistic)
        if key != self._shown:
            self._shown = key
            layers = np.arange(1, len(snapshot.results[0].fan_in) + 1)
            self.grid.set_rows(histogram_rows(snapshot, spec.quantity, self._rows),
                               [str(layer) for layer in layers])
            self.forward.set_series(layers, depth_series(
                snapshot, self._forward_quantity(), spec.statistic, self._ahead
            ))
            self.backward.set_series(layers, depth_series(
                snapshot, Quantity.GRADIENT, Statistic.MEAN_SQUARE, self._back
            ))
        passed = spec.passed_layers
        self.grid.set_lit(len(snapshot.results[0].fan_in) if passed is None else passed)
        self.forward.set_lit(passed)
        self._show_large(snapshot)

    def _snapshot(self) -> Snapshot | None:
        """What is measured, as long as it is about the schemes and layers of the spec."""
        snapshot, probe = self.measuring.snapshot, self.spec.probe
        if snapshot is None or snapshot.spec.schemes != probe.schemes:
            return None
        return snapshot if snapshot.spec.layer_widths == probe.layer_widths else None

    def _show_large(self, snapshot: Snapshot) -> None:
        chosen, quantity = self.spec.chosen, self.spec.quantity
        self.large.setVisible(chosen is not None)
        if chosen is None:
            self.grid.set_chosen(None)
            return
        self.grid.set_chosen((chosen.scheme, chosen.layer - 1))
        result, index = snapshot.results[chosen.scheme], chosen.layer - 1
        found, edges = result.histograms[quantity], snapshot.edges[quantity]
        asides = (
            (self.tr("exactly 0"), float(found.zeros[index]), "muted"),
            (self.tr("saturated"), float(saturated(result, quantity)[index]), "vermilion"),
            (self.tr("off the axis"), float(found.below[index] + found.above[index]), "muted"),
        )
        self.large.set_title(self.tr("Layer {layer}, {scheme}").format(
            layer=chosen.layer, scheme=result.scheme.label
        ))
        note = note_of(float(result.at(quantity).measured[index]),
                       float(found.below[index] + found.above[index]))
        self.panel.set_histogram(
            found.shares[index], edges, predicted_shares(result, quantity, chosen.layer, edges),
            scheme_tokens(self.spec.probe)[chosen.scheme], asides,
            {"inf": self.tr("infinite"), "↔": self.tr("wider than the common axis"),
             "–": self.tr("no gradient: the forward pass overflowed")}.get(note, ""),
        )

    # --- predictions ----------------------------------------------------------------------------

    def show_prediction(self, of: str, x: np.ndarray, y: np.ndarray) -> bool:
        if of not in SKETCHED:
            return False
        self._drawn = of, x, y
        self._show_drawn()
        return True

    def clear_prediction(self) -> None:
        self._drawn = None
        self._show_drawn()

    def _show_drawn(self) -> None:
        """The sketch, on the plot of what was sketched, while that plot shows it."""
        forward, backward = None, None
        if self._drawn is not None:
            of, x, y = self._drawn
            quantity, statistic = SKETCHED[of]
            if quantity is Quantity.GRADIENT:
                backward = x, y
            elif (quantity, statistic) == (self._forward_quantity(), self.spec.statistic):
                forward = x, y
        self.forward.set_prediction(forward, self.tr("your prediction"))
        self.backward.set_prediction(backward, self.tr("your prediction"))

    def answering(self, of: str) -> Sequence[QWidget]:
        if of.startswith("gradient"):
            return self.backward, self.grid, self.panel
        if of.startswith(("pre", "post", "unit", "cosine", "gain", "share", "variance")):
            return self.forward, self.grid, self.panel
        return ()

    def headline(self) -> str:
        snapshot = self._snapshot()
        if snapshot is None:
            return self.tr("measuring …")
        return self.tr("{activation} · {inputs} inputs · {done} of {all} seeds").format(
            activation=self.tr(self.spec.probe.activation.label),
            inputs=snapshot.spec.batch_size, done=snapshot.seeds_done, all=self.spec.probe.seeds,
        )

    def _speaker(self, snapshot: Snapshot) -> tuple[int, SchemeResult]:
        """The scheme that the notes are about: the chosen one, or the first that does not hold."""
        if self.spec.chosen is not None:
            index = self.spec.chosen.scheme
        else:
            kinds = [result.forward.kind for result in snapshot.results]
            index = next((k for k, kind in enumerate(kinds) if kind != "holds"), 0)
        return index, snapshot.results[index]

    def notes(self) -> SceneNotes:
        snapshot = self._snapshot()
        if snapshot is None:
            return SceneNotes(self.tr("Measuring"), "")
        _, result = self._speaker(snapshot)
        layer = self.spec.chosen.layer if self.spec.chosen else len(result.fan_in)
        series = result.at(self.spec.quantity, self.spec.statistic)
        at = layer - 1
        numbers = [
            Number(self.tr("measured"),
                   value_text(float(series.measured[at])), "train", key="measured"),
            Number(self.tr("±"), value_text(float(series.standard_error[at])),
                   key="standard_error"),
            Number(self.tr("theory"), value_text(float(series.theory[at])), key="theory"),
            Number(self.tr("n_in · σ²"), value_text(
                float(result.fan_in[at] * result.standard_deviation[at] ** 2)
            ), key="gain"),
        ]
        where = self.tr("Below: {quantity}, layer {layer}.").format(
            quantity=self.tr(self.spec.quantity.label), layer=layer
        )
        sentence = f"{result.forward.sentence} {result.backward.sentence} {where}"
        return SceneNotes(result.scheme.label, sentence, result.scheme.tex, numbers)

    # --- hands ----------------------------------------------------------------------------------

    def _on_panel(self, row: int, column: int) -> None:
        chosen = Chosen(row, column + 1) if row >= 0 else None
        self.edited.emit(self.spec.replaced(chosen=chosen), "", "")

    def transport(self) -> TransportState:
        layers = len(self.spec.probe.layer_widths) - 1
        passed = layers if self.spec.passed_layers is None else self.spec.passed_layers
        return TransportState(
            status=self.tr("signal through the layers: {passed} of {layers}").format(
                passed=passed, layers=layers
            ),
            progress=passed / layers, parts=layers if layers <= look().px(60) else 0,
            is_playing=self._beat.isActive(), can_play=True, can_step=True, can_step_back=True,
            can_jump=True,
        )

    def play(self) -> None:
        if self._beat.isActive():
            self._beat.stop()
        else:
            if self.spec.passed_layers is None:
                self._pass(1)
            self._beat.start()
        self.noted.emit()

    def _on_beat(self) -> None:
        layers = len(self.spec.probe.layer_widths) - 1
        self._go(max(1, layers // MOST_BEATS))

    def step(self) -> None:
        self._go(1)

    def step_back(self) -> None:
        self._go(-1)

    def to_end(self) -> None:
        self.edited.emit(self.spec.replaced(passed_layers=None), "", "")

    def _go(self, layers: int) -> None:
        depth = len(self.spec.probe.layer_widths) - 1
        now = self.spec.passed_layers
        if now is None:
            now = depth if layers < 0 else 0
        self._pass(now + layers)

    def _pass(self, layers: int) -> None:
        depth = len(self.spec.probe.layer_widths) - 1
        passed = None if layers >= depth else max(layers, 1)
        self.edited.emit(self.spec.replaced(passed_layers=passed), "", "")

    def leave(self) -> None:
        self._beat.stop()

    def stop(self) -> None:
        self._beat.stop()


def value_text(value: float) -> str:
    """A number for the notes; infinity is one, too."""
    return "inf" if np.isposinf(value) else number_text(value)
