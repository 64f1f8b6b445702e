"""One pass told for every σ: where f(s·z) = s·f(z), another σ only changes the scale of a network.

With all weights s times as large, and no biases, layer l is s^l times what it was, and its gradient
s^(L − l) times. So a σ that is dragged sends nothing through the network again.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.initialization.histogram import Bins
from engine.initialization.results import Quantity
from engine.initialization.theory import FORWARDS
from engine.initialization.walk import Measured, Walk

Array = NDArray[Any]
Floats = NDArray[np.float64]

#: Beyond these mean squares float32 numbers overflow or lose their digits: that has to be seen,
#: and not computed.
SMALLEST, LARGEST = 1e-56, 1e56
UNCHANGED = ("cosine", "zeros_pre", "zeros_post", "zeros_gradient", "saturated")


class KeptWalk(Walk):
    """A pass that keeps the numbers its histograms are drawn from, sorted, layer by layer."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._samples: dict[Quantity, list[Array]] = {
            quantity: [np.empty(0)] * self.layers for quantity in self.bins
        }

    def count(self, quantity: Quantity, layer: int, values: Array) -> None:
        found = np.concatenate([self._samples[quantity][layer], values[values != 0]])
        self._samples[quantity][layer] = np.sort(found)

    def at(self, factor: float, bins: dict[Quantity, Bins]) -> Measured | None:
        """What the pass would measure with `factor` times the weights, counted on these bins.

        None where numbers would leave the range in which they only change their scale.
        """
        layers, found = np.arange(1, self.layers + 1), self.measured.values
        with np.errstate(all="ignore"):
            forwards, backwards = factor**layers, factor ** (self.layers - layers)
            sizes = np.concatenate([
                found["pre"] * forwards**2, found["post"] * forwards**2,
                found["gradient"] * backwards**2,
            ])
        if not np.all((sizes > SMALLEST) & (sizes < LARGEST)):
            return None
        measured = Measured(self.layers, input_square=self.measured.input_square)
        for name in FORWARDS:
            measured.values[name] = found[name] * forwards**2
        for name in ("gradient", "gradient_post"):
            measured.values[name] = found[name] * backwards**2
        # ∂L/∂W has both: what enters the layer, and what comes back to it.
        measured.values["gradient_weight"] = found["gradient_weight"] * factor ** (
            2.0 * (self.layers - 1)
        )
        measured.values["weights"] = found["weights"] * factor**2
        for name in UNCHANGED:
            measured.values[name] = found[name]
        for quantity, one in bins.items():
            scales = backwards if quantity is Quantity.GRADIENT else forwards
            edges = one.edges / scales[:, None]
            measured.counts[quantity] = np.stack([
                counted(*pair) for pair in zip(self._samples[quantity], edges, strict=True)
            ])
        return measured


def counted(samples: Array, edges: Floats) -> Floats:
    """How many of the ascending samples lie below all edges, between each two, and above."""
    places = np.empty(len(edges) + 2)
    places[0], places[-1] = 0, len(samples)
    places[1:-1] = samples.searchsorted(edges)
    counts: Floats = places[1:] - places[:-1]
    return counts
