"""Histograms on bins that all layers and schemes share."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.initialization.results import Histograms, Quantity
from engine.initialization.schemes import SchemeKey
from engine.initialization.spec import Activation, Loss, ProbeSpec
from engine.initialization.theory import Prediction

Array = NDArray[Any]
Floats = NDArray[np.float64]

BINS = 60
#: A histogram is drawn well from so many numbers a layer and seed.
SAMPLES, FEWEST_INPUTS = 8_192, 8
#: The bins reach so many standard deviations of the widest first layer.
REACH = 4.0


@dataclass(frozen=True)
class Bins:
    """`count` bins of equal width from `low` to `high`."""

    low: float
    high: float
    count: int = BINS
    samples: int = SAMPLES

    @property
    def edges(self) -> Floats:
        """All edges (count + 1,)."""
        return np.linspace(self.low, self.high, self.count + 1)

    def inputs(self, width: int, batch: int) -> int:
        """How many inputs of the batch are counted in a layer of `width` units."""
        return min(batch, max(FEWEST_INPUTS, self.samples // width))

    def counts(self, values: Array) -> Floats:
        """How many values other than 0 lie below, in each bin, and above: (count + 2,)."""
        scaled = self._places(values.ravel())
        found = np.bincount(scaled.astype(np.intp), minlength=self.count + 2).astype(np.float64)
        zeros = values.size - int(np.count_nonzero(values))
        if zeros and self.low <= 0 < self.high:
            found[self.zero_bin] -= zeros
        return found

    def _places(self, values: Array) -> Array:
        """The entry of `counts` that each value falls into, float32.

        Values are scaled, and not shifted: float32 would push those near 0 over an edge there.
        """
        before, part = divmod(self.low * self.count / (self.high - self.low), 1.0)
        places = values.astype(np.float32)
        places *= np.float32(self.count / (self.high - self.low))
        if part:
            places -= np.float32(part)
        np.floor(places, out=places)
        places += np.float32(1 - before)
        # nan came from inf − inf: it belongs with what is too large.
        np.copyto(places, np.float32(np.inf), where=np.isnan(places))
        np.clip(places, 0, self.count + 1, out=places)
        return places

    @property
    def zero_bin(self) -> int:
        """The entry of `counts` that a 0 would fall into."""
        return int(self._places(np.zeros(1))[0])


def common_bins(
    spec: ProbeSpec, predictions: list[Prediction], samples: int = SAMPLES
) -> dict[Quantity, Bins]:
    """Bins wide enough for layer 1 of every scheme, and for the gradient at the output.

    Where others are shown beside it, “constant σ” has no say: bins stay while σ is dragged.
    """
    squares = [p.pre[0] for p in predictions]
    fixed = [
        square for square, scheme in zip(squares, spec.scheme_list, strict=True)
        if scheme.key is not SchemeKey.CONSTANT
    ]
    usable = [square for square in fixed or squares if 0 < square < np.inf]
    reach = REACH * math.sqrt(max(usable, default=1.0))
    pre = Bins(-reach, reach, samples=samples)
    # A little wider than the activation's own range, so that its ends lie within a bin.
    bounded = {
        Activation.TANH: Bins(-1.05, 1.05, samples=samples),
        Activation.SIGMOID: Bins(-0.05, 1.05, samples=samples),
    }
    gradient = 1.0 if spec.loss is Loss.CROSS_ENTROPY else REACH
    return {
        Quantity.PRE: pre,
        Quantity.POST: bounded.get(spec.activation, pre),
        Quantity.GRADIENT: Bins(-gradient, gradient, samples=samples),
    }


def as_histograms(counts: Floats, zeros: Floats, inputs: int) -> Histograms:
    """Shares from counts (L, bins + 2) of numbers other than 0 and the share (L,) of zeros."""
    totals = counts.sum(axis=1, keepdims=True)
    rest = np.nan_to_num(1 - zeros)[:, None]
    shares = np.divide(counts, totals, out=np.zeros_like(counts), where=totals > 0) * rest
    return Histograms(
        shares[:, 1:-1].astype(np.float32), shares[:, 0], shares[:, -1], np.nan_to_num(zeros),
        inputs,
    )
