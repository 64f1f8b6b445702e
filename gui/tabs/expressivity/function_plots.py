"""The two plots of scene 3: target and network on the interval, and the error against n."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.expressivity.fitting import CurvePoint, Fit
from engine.expressivity.network import StepNetwork
from engine.expressivity.spec import AtZero, FunctionSpec, PieceActivation
from engine.words import grouped
from gui.widgets.function_plot import FunctionPlot, Handle, Mark

TARGET_POINTS = 2001
#: Beyond this many pieces single neurons are too close to be pointed at on the plot.
MOST_POINTED = 400
#: Nothing smaller has a place on a log axis, whose ends would be no normal floats any more.
SMALLEST_ERROR = 1e-300


class FitPlot(FunctionPlot):
    """f in ink, the network in blue, and whatever else is asked for."""

    def show_target(self, fit: Fit, *, keep_axes: bool) -> None:
        """The target, and unless a pen is drawing on them, axes with room to draw in."""
        reach = fit.spec.half_width
        x, y = fit.target.sampled(TARGET_POINTS)
        if not keep_axes:
            low, high = float(y.min()), float(y.max())
            # A constant has room too, even one so large that adding 1 would not change it.
            room = max(0.2 * (high - low), 1e-6 * max(abs(low), abs(high))) or 1.0
            self.set_x_range(-reach, reach)
            self.set_y_range(low - room, high + room)
        self.set_curve("f", x, y, "ink", label="f", width=1.0)

    def show_network(self, fit: Fit, network: StepNetwork, *, is_fitted: bool, label: str) -> None:
        """The network: exact steps or lines where it is as fitted, else sampled finely."""
        spec, edges = fit.spec, fit.edges
        if not is_fitted or spec.activation is PieceActivation.SIGMOID:
            x = np.union1d(
                np.linspace(-spec.half_width, spec.half_width, 4001), _both_sides(network, spec)
            )
            self.set_curve("network", x, network(x), "blue", label=label, width=1.5)
        elif spec.activation is PieceActivation.RELU:
            self.set_curve("network", edges, fit.heights, "blue", label=label, width=1.5)
        else:
            closed = "left" if spec.at_zero is AtZero.ONE else "right"
            self.set_curve(
                "network", edges, fit.heights, "blue", label=label, width=1.5, steps=True,
                closed=closed,
            )

    def show_boxes(self, fit: Fit, *, shown: bool, count: int | None) -> None:
        """The single boxes; hovering finds a piece whether they are shown or not."""
        heights = fit.heights
        if fit.spec.activation is PieceActivation.RELU:
            heights = (heights[:-1] + heights[1:]) / 2
        visible = heights if count is None else heights[:count]
        is_box = fit.spec.activation is not PieceActivation.RELU
        self.set_boxes(
            fit.edges[: len(visible)], fit.edges[1 : len(visible) + 1], visible, "blue",
            shown=shown and is_box,
        )

    def show_contribution(
        self, network: StepNetwork | None, index: int | None, label: str
    ) -> None:
        """What one neuron adds to the sum, lit up; None for none."""
        if network is None or index is None or index >= len(network):
            self.remove_curve("contribution")
            return
        axis = self.contents.x
        place = network.positions()[index]
        x = np.linspace(axis.low, axis.high, TARGET_POINTS)
        if np.isfinite(place):
            sides = [np.nextafter(place, -np.inf), place, np.nextafter(place, np.inf)]
            x = np.union1d(x, np.clip(sides, axis.low, axis.high))
        self.set_curve(
            "contribution", x, network.contribution(index, x), "orange",
            label=label.format(number=index + 1), width=1.5,
        )

    def show_step_handle(self, network: StepNetwork | None, index: int | None, text: str) -> None:
        """The chosen neuron's step, to be dragged."""
        if network is None or index is None or index >= len(network):
            self.set_handles([])
            return
        place = float(network.positions()[index])
        label = text.format(s=place)
        handle = Handle("step", place, label=label, text=label)
        self.set_handles([handle] if np.isfinite(place) else [])

    def show_worst(self, fit: Fit, x: float, error: float, text: str) -> None:
        """Where the largest error is attained."""
        y = float(fit.target(np.array([x]))[0])
        self.set_marks([Mark(x, y, "vermilion", label=text.format(error=error))])


def _both_sides(network: StepNetwork, spec: FunctionSpec) -> np.ndarray:
    """The floats around every jump within the interval, for as many as can be told apart."""
    places = network.positions()
    places = places[np.isfinite(places) & (np.abs(places) <= spec.half_width)]
    if len(places) > MOST_POINTED:
        return np.empty(0)
    return np.concatenate([np.nextafter(places, -np.inf), places, np.nextafter(places, np.inf)])


class ErrorPlot(FunctionPlot):
    """The error against the number of pieces on log axes, with the bound and a handle at n."""

    def __init__(self, x_caption: str) -> None:
        super().__init__(x_caption=x_caption)
        self._shown: tuple[list[CurvePoint], bool] = ([], False)

    def show_curve(
        self, points: Sequence[CurvePoint], errors: Sequence[float], pieces: int,
        error: float | None, label: str, bound_label: str, *, is_stale: bool,
    ) -> None:
        """`errors` belong to `points`; the handle stands at (pieces, error).

        Without an error the handle is a line. A stale curve, of the function before, is a ghost.
        """
        n = np.array([point.pieces for point in points], dtype=np.float64)
        measured = np.array(errors, dtype=np.float64)
        bounds = np.array([point.bound or np.nan for point in points])
        values = np.concatenate([measured, bounds, [error or np.nan]])
        values = values[np.isfinite(values) & (values > SMALLEST_ERROR)]
        if len(values):
            self.set_y_range(0.5 * float(values.min()), 2.0 * float(values.max()), log=True)
        self.set_x_range(1.0, max(1000.0, float(n.max(initial=0)), float(pieces)), log=True)
        if (points, is_stale) != self._shown:  # else only the handle has moved
            self._shown = list(points), is_stale
            self._show_curves(n, measured, bounds, label, bound_label, is_stale)
        text = f"n = {grouped(pieces)}" + ("" if error is None else f": {error:.3g}")
        height = error if error and error > SMALLEST_ERROR else None
        self.set_handles([Handle("pieces", float(pieces), height, label=text)])

    def _show_curves(
        self, n: np.ndarray, errors: np.ndarray, bounds: np.ndarray, label: str, bound_label: str,
        is_stale: bool,
    ) -> None:
        self.set_curve("error", n, np.where(errors > 0, errors, np.nan),
                       "ghost" if is_stale else "blue", label=label, width=1.5)
        if np.isfinite(bounds).any():
            self.set_curve("bound", n, bounds, "ghost" if is_stale else "muted",
                           label=bound_label, dashed=True)
        else:
            self.remove_curve("bound")
