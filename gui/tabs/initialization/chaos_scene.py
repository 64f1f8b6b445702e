"""Scene 2: where signals fall into order or chaos, and the network of a point of that map."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from engine.errors import ChalknetError
from engine.initialization.chaos import (
    FixedPoints,
    chaos_map,
    correlation_path,
    edge_of_chaos,
    fixed_points,
    variance_path,
)
from engine.initialization.results import Quantity, Snapshot
from engine.initialization.spec import Activation, Input, Loss, ProbeSpec
from engine.initialization.tab_spec import (
    LARGEST_BIAS_VARIANCE,
    ChaosPoint,
    InitializationSpec,
)
from gui.latest import Latest
from gui.tabs.initialization.chaos_map import ChaosMap
from gui.tabs.initialization.measuring import Measuring
from gui.tabs.initialization.scene import SceneView
from gui.widgets.band_plot import BandPlot
from gui.widgets.band_plot_model import BandSeries
from gui.widgets.card import Card
from gui.widgets.scales import number_text
from gui.widgets.scene_notes import Number, SceneNotes

COLUMNS, ROWS = 100, 80
#: The part of the map that is worth seeing: a sigmoid needs much larger weights for chaos.
LARGEST_GAIN = {Activation.SIGMOID: 16.0}
STARTS = (0.0, 0.5, 0.9)
TOKENS = ("purple", "blue", "green")


class ChaosScene(SceneView):
    """The map with its point; beside it variance and correlation through depth."""

    def __init__(self, measuring: Measuring) -> None:
        super().__init__(measuring)
        self._drawn: Activation | None = None
        self._fixed: FixedPoints | None = None
        self._shown: tuple[object, ...] = ()
        #: The point's network is another one than that of the other scenes.
        self.network = Measuring(measuring.data_dir, self)
        self.network.changed.connect(self._on_measured)
        self._maps = Latest(0, self)
        self._maps.arrived.connect(self._on_map)
        self.map = ChaosMap(self.tr("ln χ₁ over σ_w² → and σ_b² ↑"))
        self.map.setToolTip(self.tr(
            "Drag the point: its network is shown beside. Above 0 two nearby inputs part, below 0 "
            "they merge; on the line, χ₁ = 1, signals and gradients reach deepest."
        ))
        self.map.grabbed.connect(self.begin_gesture)
        self.map.point_dragged.connect(self._on_dragged)
        self.variance = BandPlot(self.tr("Mean square through depth"), self.tr("layer"))
        self.correlation = BandPlot(
            self.tr("Correlation of two inputs through depth"), self.tr("layer"), is_log=False
        )
        self.correlation.set_fixed_range(0.0, 1.0)
        self.variance.point_hovered.connect(self.correlation.set_cursor)
        self.correlation.point_hovered.connect(self.variance.set_cursor)
        left = Card()
        left.body.addWidget(self.map, 1)
        upper = Card(self.tr("E[z²] of this point's network"))
        upper.body.addWidget(self.variance, 1)
        lower = Card(self.tr("Correlation of two inputs, from 0, 0.5 and 0.9"))
        lower.body.addWidget(self.correlation, 1)
        row, column = QHBoxLayout(self), QVBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        column.setSpacing(10)
        column.addWidget(upper, 1)
        column.addWidget(lower, 1)
        row.addWidget(left, 1)
        row.addLayout(column, 1)

    @property
    def largest_gain(self) -> float:
        """The right end of the map."""
        return LARGEST_GAIN.get(self.spec.probe.activation, 6.0)

    # --- output ---------------------------------------------------------------------------------

    def show_spec(self, spec: InitializationSpec) -> None:
        super().show_spec(spec)
        activation, point = spec.probe.activation, spec.point
        if activation is not self._drawn:
            self._drawn = activation
            largest = self.largest_gain
            self.map.set_ends(largest, LARGEST_BIAS_VARIANCE)
            self._maps.ask(lambda: _draw_map(activation, largest))
        self.map.set_point(min(point.weight_gain, self.largest_gain), point.bias_variance)
        self._fixed = fixed_points(activation, point.weight_gain, point.bias_variance)
        self._show_correlation()
        self.network.show_spec(point_probe(spec))

    def _on_map(self, items: list[object]) -> None:
        for item in items:
            assert isinstance(item, tuple)
            self.map.set_map(*item)

    def _show_correlation(self) -> None:
        spec = self.spec
        depth = min(len(spec.probe.layer_widths) - 1, 100)
        series = []
        for start, token in zip(STARTS, TOKENS, strict=True):
            path = correlation_path(
                spec.probe.activation, spec.point.weight_gain, spec.point.bias_variance, start,
                depth,
            )
            last = path[-1]
            series.append(BandSeries(
                label=f"c = {start:g}", token=token, measured=path,
                words=self.tr("{value} after {depth} layers").format(
                    value=number_text(float(last)), depth=depth
                ),
            ))
        self.correlation.set_series(np.arange(depth + 1), series)

    def _on_measured(self) -> None:
        snapshot = self.network.snapshot
        if snapshot is not None and self._shown != (snapshot,):
            self._shown = (snapshot,)
            self._show_variance(snapshot)
        self.noted.emit()

    def _show_variance(self, snapshot: Snapshot) -> None:
        result = snapshot.results[0]
        found = result.at(Quantity.PRE)
        layers = np.arange(1, len(result.fan_in) + 1)
        point = self.spec.point
        limit = variance_path(
            snapshot.spec.activation, point.weight_gain, point.bias_variance,
            snapshot.spec.v ** 2, len(layers),
        )
        self.variance.set_series(layers, [BandSeries(
            label=self.tr("E[z²]"), token="blue", measured=found.measured, lowest=found.lowest,
            highest=found.highest, theory=limit, words=result.forward.words,
        )])

    def headline(self) -> str:
        return self._fixed.sentence if self._fixed is not None else ""

    def problem(self) -> str:
        return self.network.problem

    def notes(self) -> SceneNotes:
        fixed, point = self._fixed, self.spec.point
        if fixed is None:
            return SceneNotes("", "")
        names = {"order": self.tr("Order"), "edge": self.tr("The edge of chaos"),
                 "chaos": self.tr("Chaos")}
        return SceneNotes(
            names[fixed.phase], fixed.sentence,
            r"\chi_1 = \sigma_w^2 \, E[f'(z)^2]",
            [
                Number("σ_w²", f"{point.weight_gain:g}", "test", key="weight_gain"),
                Number("σ_b²", f"{point.bias_variance:g}", "test", key="bias_variance"),
                Number("χ₁", number_text(fixed.slope), key="chi"),
                Number("q*", _text(fixed.variance), key="q_star"),
                Number("c*", _text(fixed.correlation), key="c_star"),
                Number(self.tr("depth"), _text(fixed.depth), key="depth"),
            ],
        )

    # --- hands ----------------------------------------------------------------------------------

    def _on_dragged(self, gain: float, bias: float) -> None:
        spec = self.spec.replaced(point=ChaosPoint(gain, bias))
        try:
            point_probe(spec)
        except ChalknetError:
            return  # where no network can be drawn, the point stays
        self.edited.emit(spec, self.tr("Order and chaos"), self.gesture)

    def stop(self) -> None:
        self._maps.stop()
        self.network.stop()


def point_probe(spec: InitializationSpec) -> ProbeSpec:
    """The probe of the network at the point: Gaussian inputs, biases and weights of its variances.

    The weight gain is σ_w² = n_in σ². Raises `SpecError`.
    """
    probe, point = spec.probe, spec.point
    return probe.replaced(
        schemes=("formula",), formula=f"{point.weight_gain:g}/n_in",
        bias_variance=point.bias_variance, input=Input.GAUSSIAN, loss=Loss.RANDOM,
    )


def _draw_map(activation: Activation, largest: float) -> Iterator[object]:
    gains = (np.arange(COLUMNS) + 0.5) / COLUMNS * largest
    biases = (np.arange(ROWS) + 0.5) / ROWS * LARGEST_BIAS_VARIANCE
    with np.errstate(all="ignore"):
        field = np.log(chaos_map(activation, gains, biases))
    yield field, edge_of_chaos(activation, largest, LARGEST_BIAS_VARIANCE)


def _text(value: float) -> str:
    return "∞" if np.isposinf(value) else number_text(value)
