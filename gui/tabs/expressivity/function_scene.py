"""Scene 3 (homework 1b): any function, from as many boxes as one can afford."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.errors import ChalknetError, SpecError
from engine.expressivity.drawing import erased, traced, with_stroke
from engine.expressivity.errors_of_fit import Errors, measured
from engine.expressivity.fitting import (
    CurvePoint,
    Fit,
    default_counts,
    error_curve,
    fit,
    fitted_slope,
)
from engine.expressivity.network import StepNetwork
from engine.expressivity.spec import FunctionSpec, PieceActivation, TargetKind
from engine.expressivity.tab_spec import ExpressivitySpec, Show
from engine.words import grouped
from gui.latest import Latest
from gui.tabs.expressivity.function_diagram import network_layers
from gui.tabs.expressivity.function_notes import function_notes
from gui.tabs.expressivity.function_plots import ErrorPlot, FitPlot
from gui.tabs.expressivity.scene import SceneView
from gui.tabs.expressivity.twin import Twin
from gui.widgets.card import Card
from gui.widgets.network_diagram import NetworkDiagram
from gui.widgets.scene_notes import SceneNotes

#: The error curve is measured when the hand has come to rest.
CURVE_AFTER_MS, ERRORS_AFTER_MS = 250, 60
#: The errors of more pieces than this take longer than a frame; they follow a moment later.
LIVE_PIECES = 2_000
#: So do those of sigmoids so flat that many of them are felt at every point.
LIVE_STEEPNESS = 10.0
LARGEST_N = 10_000


class FunctionScene(SceneView):
    """Target, network and error; the network's diagram; the trained twin beside them."""

    def __init__(self) -> None:
        super().__init__()
        self.plot = FitPlot(x_caption="x")
        self.plot.setAccessibleName(self.tr("Target and network"))
        self.errors = ErrorPlot(x_caption=self.tr("pieces n"))
        self.errors.setAccessibleName(self.tr("Largest error against n"))
        self.diagram = NetworkDiagram()
        self.diagram.setAccessibleName(self.tr("The network"))
        self.twin = Twin()
        self.twin.advanced.connect(self._on_twin_advanced)
        self.fit: Fit | None = None
        self._network: StepNetwork | None = None
        self._measured: Errors | None = None
        self._hovered: int | None = None
        self._is_drawing = False
        self._last_point: tuple[float, float] | None = None
        self._prepared: Fit | None = None
        self._points: list[CurvePoint] = []
        self._curve_key: object = None
        #: Whether the error curve is still that of the function before.
        self._is_stale = False
        self._curve = Latest(CURVE_AFTER_MS, self)
        self._curve.arrived.connect(self._on_curve_arrived)
        self._curve.ended.connect(self.noted)
        self._errors = Latest(ERRORS_AFTER_MS, self)
        self._errors.arrived.connect(self._on_errors_arrived)
        self._errors.ended.connect(self.noted)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.plot_card = Card(self.tr("f and its network"))
        self.plot_card.body.addWidget(self.plot)
        error_card, network_card = Card(self.tr("Largest error against n")), Card("")
        error_card.body.addWidget(self.errors)
        network_card.body.addWidget(self.diagram)
        self.network_card = network_card
        below = QHBoxLayout()
        below.setSpacing(12)
        below.addWidget(error_card, 1)
        below.addWidget(network_card, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.plot_card, 3)
        column.addLayout(below, 2)

    def _connect(self) -> None:
        for started in (
            self.plot.handle_pressed, self.errors.handle_pressed, self.diagram.scrub_started
        ):
            started.connect(self.begin_gesture)
        self.plot.handle_dragged.connect(self._on_step_dragged)
        self.plot.stroke_started.connect(self._on_stroke_started)
        self.plot.stroke_moved.connect(self._on_stroke_moved)
        self.plot.stroke_ended.connect(self._on_stroke_ended)
        self.plot.piece_hovered.connect(self._on_piece_hovered)
        self.plot.piece_chosen.connect(lambda piece: self._choose(self._neuron_of(piece)))
        self.errors.handle_dragged.connect(self._on_pieces_dragged)
        self.diagram.unit_hovered.connect(self._on_unit_hovered)
        self.diagram.unit_chosen.connect(
            lambda layer, index: self._choose(index) if layer == 1 else None
        )
        self.diagram.weight_scrubbed.connect(self._on_scrubbed)

    # --- output ---------------------------------------------------------------------------------

    def prepare(self, spec: ExpressivitySpec) -> None:
        """Fit what the spec says, ahead of showing it.

        Raises `ChalknetError` where the target is finite on the samples that the spec is judged by,
        but not on all of those that the fit needs.
        """
        before = self._prepared or self.fit
        if before is not None and before.spec == spec.function:
            return
        target = before.target if before and _same_target(before.spec, spec.function) else None
        found = fit(spec.function, target)
        if _is_live(spec.function):
            _ = found.errors
        self._prepared = found

    def show_spec(self, spec: ExpressivitySpec) -> None:
        before = self.spec
        super().show_spec(spec)
        self.prepare(spec)
        found, last = self._prepared or self.fit, self.fit
        assert found is not None
        self.fit, self._prepared = found, None
        if found is not last:
            self._hovered = None
            if last is None or last.target is not found.target:
                self.plot.show_target(found, keep_axes=self._is_drawing)
            self._ask_for_curve()
        if found is not last or before.tweaks != spec.tweaks:
            self._network = spec.tweaked(found.network)
            self._measure()
            self._show_diagram()
        self.twin.show_spec(spec, found)
        self._show_plot()
        self._show_chosen()
        self._show_errors()

    @property
    def network(self) -> StepNetwork:
        """The network shown: as fitted, or as changed by hand."""
        assert self._network is not None
        return self._network

    @property
    def measured(self) -> Errors | None:
        """The errors of the network shown; None while they are being measured."""
        return self._measured

    @property
    def is_at_rest(self) -> bool:
        return not (self._errors.is_busy or self._curve.is_busy)

    def answering(self, of: str) -> Sequence[QWidget]:
        if of == "network":
            return self.plot, self.diagram
        if of == "error_against_pieces" or of.startswith(("sup_error", "sup_by", "l2_")):
            return self.errors, *([self.plot] if of == "sup_error" else [])
        return ()

    @property
    def problem(self) -> str:
        """What kept the errors from being measured."""
        return self._errors.problem or self._curve.problem

    def _measure(self) -> None:
        """The errors now where there is time, and else from a job."""
        found, network, is_tweaked = self.fit, self.network, bool(self.spec.tweaks)
        assert found is not None

        def measure() -> Errors:
            return measured(found.target, found.edges, network) if is_tweaked else found.errors

        def job() -> Iterator[Errors]:
            yield measure()

        if _is_live(self.spec.function):
            self._errors.cancel()
            self._measured = measure()
        else:
            self._measured = None
            self._errors.ask(job)

    def _on_errors_arrived(self, items: list[Errors]) -> None:
        self._measured = items[-1]
        self._show_worst()
        self._show_errors()
        self.noted.emit()

    def _show_plot(self) -> None:
        assert self.fit is not None
        spec, found = self.spec, self.fit
        added, is_partial = spec.added, self._is_partial
        network = found.partial(added) if is_partial and added is not None else self.network
        label = (
            self.tr("{count} of {all} boxes").format(count=added, all=spec.function.pieces)
            if is_partial else self.tr("network")
        )
        is_fitted = not is_partial and not spec.tweaks
        self.plot.show_network(found, network, is_fitted=is_fitted, label=label)
        self.plot.show_boxes(
            found, shown=Show.BOXES in spec.shown, count=added if is_partial else None
        )
        self.plot.set_band("f" if Show.ERROR in spec.shown else None, "network")
        self._show_worst()
        self._show_twin()

    @property
    def _is_partial(self) -> bool:
        """Whether some boxes are left out of the sum."""
        return self.spec.added is not None and self.spec.added < self.spec.function.pieces

    def _show_worst(self) -> None:
        """Where the largest error is, once it is known."""
        errors = self.measured
        if errors is None or self._is_partial:
            self.plot.set_marks([])
        else:
            assert self.fit is not None
            self.plot.show_worst(self.fit, errors.sup_at, errors.sup, self.tr("{error:.3g} off"))

    def _show_diagram(self) -> None:
        network, function = self.network, self.spec.function
        count = len(network)
        self.network_card.set_title(
            self.tr("The network: {count} hidden neurons").format(count=grouped(count))
        )
        self.diagram.set_layers(network_layers(network, function))

    def _show_chosen(self) -> None:
        chosen = self.spec.chosen_neuron
        if chosen is not None or (self.diagram.chosen or (1, 0))[0] == 1:
            self.diagram.set_chosen(1, chosen)
        self.plot.show_step_handle(self.network, chosen, self.tr("s = −b/w = {s:.4g}, drag me"))
        self._show_contribution()

    def _show_contribution(self) -> None:
        """What the neuron that is pointed at adds, or else the chosen one."""
        index = self.spec.chosen_neuron if self._hovered is None else self._hovered
        self.plot.show_contribution(self.network, index, self.tr("neuron {number}"))

    def _show_errors(self) -> None:
        points = self._points
        self.errors.show_curve(
            points, [point.errors.sup for point in points], self.spec.function.pieces,
            self.measured.sup if self.measured else None,
            self.tr("largest error"), self.tr("bound"), is_stale=self._is_stale,
        )

    def _show_twin(self) -> None:
        if Show.TWIN in self.spec.shown and self.twin.curve is not None:
            x, y = self.twin.curve
            self.plot.set_curve("twin", x, y, "purple", label=self.tr("trained"), width=1.5)
        else:
            self.plot.remove_curve("twin")

    def _on_twin_advanced(self) -> None:
        self._show_twin()
        self.noted.emit()

    def notes(self) -> SceneNotes:
        assert self.fit is not None
        points = [] if self._is_stale else self._points
        trained = self.twin.sup_error if Show.TWIN in self.spec.shown else None
        return function_notes(
            self.fit, self.measured, len(self.network),
            fitted_slope(points, [point.errors.sup for point in points]), trained,
        )

    # --- input ----------------------------------------------------------------------------------

    def _change(self, function: FunctionSpec, text: str) -> None:
        self.edited.emit(self.spec.with_function(function), text, self.gesture)

    def _on_pieces_dragged(self, _key: str, n: float, _error: float) -> None:
        pieces = max(1, round(n))
        self._change(self.spec.function.replaced(pieces=pieces), self.tr("Pieces"))

    def _on_step_dragged(self, _key: str, x: float, _y: float) -> None:
        chosen = self.spec.chosen_neuron
        if chosen is not None and chosen < len(self.network):
            weight = float(self.network.hidden_weight[chosen])
            self._tweak(chosen, "bias", 0.0 - weight * x)

    def _on_scrubbed(self, layer: int, index: int, name: str, value: float) -> None:
        if layer == 1:
            self._tweak(index, "bias" if name == "bias" else "weight", value)
        elif name != "bias":
            self._tweak(int(name.removeprefix("weight ")), "output", value)

    def _tweak(self, neuron: int, name: str, value: float) -> None:
        try:
            spec = self.spec.with_tweak(neuron, name, value)
            spec.tweaked(self.network)
        except (SpecError, ChalknetError):
            return  # out of bounds: the last good network stays
        self.edited.emit(spec, self.tr("Change a weight"), self.gesture)

    def _choose(self, index: int) -> None:
        chosen = None if index == self.spec.chosen_neuron else index
        self.edited.emit(self.spec.replaced(chosen_neuron=chosen), "", "")

    def _on_piece_hovered(self, piece: int | None) -> None:
        self._hovered = None if piece is None else self._neuron_of(piece)
        self.diagram.set_hovered(1, self._hovered)
        self._show_contribution()

    def _on_unit_hovered(self, layer: int, index: int | None) -> None:
        self._hovered = index if layer == 1 else None
        piece = None if self._hovered is None else self._piece_of(self._hovered)
        self.plot.set_hovered_piece(piece)
        self._show_contribution()

    @property
    def _neurons_a_piece(self) -> int:
        return 2 if len(self.network) == 2 * self.spec.function.pieces else 1

    def _neuron_of(self, piece: int) -> int:
        """A piece begins at the edge of its neuron (of its first one, where there are two)."""
        return self._neurons_a_piece * piece

    def _piece_of(self, neuron: int) -> int | None:
        """The piece that a neuron begins; the last of the shared edges begins none."""
        piece = neuron // self._neurons_a_piece
        return piece if piece < self.spec.function.pieces else None

    def _on_stroke_started(self) -> None:
        self.begin_gesture()
        self._is_drawing, self._last_point = True, None

    def _on_stroke_ended(self) -> None:
        self._is_drawing = False

    def _on_stroke_moved(self, points: Sequence[Sequence[float]]) -> None:
        """The pen's new points replace what they pass over; the eraser sets it to 0."""
        assert self.fit is not None
        function, reach = self.spec.function, self.spec.function.half_width
        is_drawing = function.target is TargetKind.DRAWN
        drawn = function.drawn if is_drawing else traced(self.fit.target)
        path = [(float(x), float(y)) for x, y in points]
        if self.plot.mode == "erase":
            places = [x for x, _ in path]
            drawn = erased(drawn, min(places) - reach / 60, max(places) + reach / 60, reach)
        else:
            last = self._last_point
            start = [] if last is None else [last]
            drawn = with_stroke(drawn, start + path, reach, continues=last is not None)
        self._last_point = path[-1]
        function = function.replaced(target=TargetKind.DRAWN, drawn=drawn)
        self._change(function, self.tr("Draw"))

    # --- the error against n, measured in a job ---------------------------------------------------

    def _ask_for_curve(self) -> None:
        """Measure the curve, unless it is the one that is there: it does not depend on n."""
        spec = self.spec.function
        most = min(LARGEST_N, max(1000, spec.pieces))
        key = (msgspec.structs.replace(spec, pieces=1), most)
        if key != self._curve_key:
            self._curve_key, self._is_stale = key, True
            self._curve.ask(lambda: error_curve(spec, default_counts(most)))

    def _on_curve_arrived(self, points: list[CurvePoint]) -> None:
        self._points = points if self._is_stale else self._points + points
        self._is_stale = False
        self._show_errors()
        self.noted.emit()

    def stop(self) -> None:
        self._curve.stop()
        self._errors.stop()
        self.twin.stop()


def _same_target(before: FunctionSpec, after: FunctionSpec) -> bool:
    """Whether two specs have one target."""
    names = ("target", "formula", "preset", "drawn", "points", "half_width")
    return all(getattr(before, name) == getattr(after, name) for name in names)


def _is_live(function: FunctionSpec) -> bool:
    """Whether its errors are measured in less than a frame."""
    is_flat = (
        function.activation is PieceActivation.SIGMOID and function.steepness < LIVE_STEEPNESS
    )
    return function.pieces <= LIVE_PIECES and not is_flat
