"""The V: the error of a difference quotient against ε, falling with truncation, rising with
rounding.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QCoreApplication, Signal

from engine.backprop.check import TOLERANCE, Sweep
from gui.tabs.backprop.chain_card import EPSILON
from gui.widgets.function_plot import FunctionPlot, Handle, Mark
from gui.widgets.scales import number_text

#: Exact agreement has no place on a log axis; the smallest error that is drawn.
SMALLEST_ERROR = 1e-17
LOWEST, HIGHEST = 1e-12, 0.1
#: Where the two branches are named.
ROUNDING_AT, TRUNCATION_AT = 1e-10, 1e-2


class VPlot(FunctionPlot):
    """Two curves on log-log axes, and ε to be dragged along them."""

    epsilon_dragged = Signal(float)

    def __init__(self) -> None:
        super().__init__(x_caption="ε")
        self.setAccessibleName(self.tr("Relative error against ε"))
        self.setToolTip(self.tr("Drag ε: too large, and the quotient bends away from the slope; "
                                "too small, and rounding is all that is left."))
        self._sweep: Sweep | None = None
        self._epsilon = EPSILON.default
        self.set_x_range(1e-12, 1.0, log=True)
        self.set_y_range(1e-12, 10.0, log=True)
        self.handle_dragged.connect(self._on_dragged)

    def show_sweep(self, sweep: Sweep | None, epsilon: float) -> None:
        """The curves, as far as they are there, and the handle at ε."""
        self._epsilon = epsilon
        if sweep is not self._sweep and sweep is not None:
            self._sweep = sweep
            self._show_curves(sweep)
        self._show_handle()

    @property
    def sweep(self) -> Sweep | None:
        """What is drawn."""
        return self._sweep

    def _show_curves(self, sweep: Sweep) -> None:
        both = np.concatenate([sweep.central, sweep.one_sided])
        known = both[np.isfinite(both) & (both > SMALLEST_ERROR)]
        # The same decades with a bug and without: a plateau then looks like one.
        low = min(float(known.min(initial=LOWEST)), LOWEST)
        high = max(float(known.max(initial=HIGHEST)), HIGHEST)
        self.set_y_range(10.0 ** (np.floor(np.log10(low)) - 0.3),
                         10.0 ** min(np.ceil(np.log10(high)), 3.0), log=True)
        self.set_curve("one_sided", sweep.epsilons, _drawn(sweep.one_sided), "muted",
                       label=self.tr("one-sided"), dashed=True)
        self.set_curve("central", sweep.epsilons, _drawn(sweep.central), "blue",
                       label=self.tr("central"), width=1.5)
        is_v = float(np.nanmin(sweep.central)) < TOLERANCE
        self.set_marks([
            Mark(at, self._height(at), "muted", closed=False, label=label)
            for at, label in ((ROUNDING_AT, self.tr("rounding")),
                              (TRUNCATION_AT, self.tr("truncation")))
            if is_v
        ])

    def _height(self, epsilon: float) -> float:
        """The central curve at ε, between its points along the log axes."""
        sweep = self._sweep
        assert sweep is not None
        logs = np.log10(np.maximum(sweep.central, SMALLEST_ERROR))
        return float(10.0 ** np.interp(np.log10(epsilon), np.log10(sweep.epsilons), logs))

    def _show_handle(self) -> None:
        text, height = f"ε = {self._epsilon:g}", None
        if self._sweep is not None:
            height = self._height(self._epsilon)
            text += f": {number_text(height)}"
        self.set_handles([
            Handle("epsilon", self._epsilon, height, label=text, text=QCoreApplication.translate(
                "VPlot", "ε of the check"))
        ])

    def _on_dragged(self, _key: str, x: float, _y: float) -> None:
        low, high = EPSILON.minimum, EPSILON.maximum
        assert low is not None
        assert high is not None
        value = EPSILON.value_at(EPSILON.share_of(min(max(x, low), high)))
        if value != self._epsilon:
            self.epsilon_dragged.emit(value)


def _drawn(errors: np.ndarray) -> np.ndarray:
    return np.where(errors > SMALLEST_ERROR, errors, np.nan)
