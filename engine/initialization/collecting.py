"""From passes over seeds to one result: means, standard errors, and theory beside them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.initialization.histogram import Bins, as_histograms
from engine.initialization.results import (
    Histograms,
    Quantity,
    SchemeResult,
    Series,
    Statistic,
)
from engine.initialization.schemes import Scheme
from engine.initialization.spec import Loss, ProbeSpec
from engine.initialization.theory import Prediction
from engine.initialization.verdict import judge
from engine.initialization.walk import Measured

Floats = NDArray[np.float64]


class Collected:
    """The passes of one scheme so far."""

    def __init__(
        self, spec: ProbeSpec, scheme: Scheme, prediction: Prediction, bins: dict[Quantity, Bins]
    ) -> None:
        self.spec, self.scheme, self.prediction, self.bins = spec, scheme, prediction, bins
        self.layers = len(spec.layer_widths) - 1
        self._passes: list[Measured] = []

    def add(self, measured: Measured) -> None:
        """One pass more."""
        self._passes.append(measured)

    def result(self) -> SchemeResult:
        """What is known of the scheme now."""
        pairs, zeros = list(pairwise(self.spec.layer_widths)), np.zeros(self.layers)
        gradient = self._gradients()
        input_square = float(np.mean([one.input_square for one in self._passes]))
        precision = self.spec.precision
        pre_and_post = self._forward_series()
        post = pre_and_post[Quantity.POST, Statistic.MEAN_SQUARE].measured
        backward = gradient["gradient"].measured[::-1]
        first = 1 if self.layers > 2 else 0
        return SchemeResult(
            scheme=self.scheme,
            fan_in=np.array([fan_in for fan_in, _ in pairs], np.int64),
            fan_out=np.array([fan_out for _, fan_out in pairs], np.int64),
            standard_deviation=np.sqrt([self.scheme.variance(*pair) for pair in pairs]),
            weights_mean_square=self._mean("weights"),
            input_mean_square=input_square,
            series={
                **pre_and_post, (Quantity.GRADIENT, Statistic.MEAN_SQUARE): gradient["gradient"],
            },
            gradient_post=gradient["gradient_post"],
            gradient_weight=gradient["gradient_weight"],
            cosine=self._series("cosine", self.prediction.cosine, zeros, zeros),
            saturated=np.nan_to_num(self._mean("saturated")),
            histograms={quantity: self._histograms(quantity) for quantity in Quantity},
            loss=self._loss(),
            # The output layer has no activation to make up for, and is left out where it can be.
            forward=judge(post[: max(1, self.layers - 1)], input_square, precision, "forward"),
            # So is its width, which hands the gradient to the hidden layers only once.
            backward=judge(
                backward[first + 1 :], float(backward[first]), precision, "backward"
            ),
        )

    def _forward_series(self) -> dict[tuple[Quantity, Statistic], Series]:
        theory = self.prediction
        widths = np.array(self.spec.layer_widths[1:])
        found = {}
        for quantity in (Quantity.PRE, Quantity.POST):
            name = quantity.value
            spread, shift = getattr(theory, f"{name}_spread"), getattr(theory, f"{name}_shift")
            found[quantity, Statistic.MEAN_SQUARE] = self._series(
                name, getattr(theory, name), spread, shift, self._rounding(quantity, 1)
            )
            whole = getattr(theory, f"variance_{name}")
            unit = getattr(theory, f"unit_variance_{name}")
            rounding = self._rounding(quantity, 2) + np.nan_to_num(unit, posinf=0.0) * (
                self._relative_rounding()
            )
            with np.errstate(all="ignore"):
                # What lies between the units is a variance over n of them, with a spread of 2/n.
                between = np.nan_to_num(np.clip(1 - unit / whole, 0, 1), posinf=0.0)
            found[quantity, Statistic.VARIANCE] = self._series(
                f"variance_{name}", whole, np.hypot(spread, np.sqrt(2 / widths) * between), shift,
                rounding,
            )
            found[quantity, Statistic.UNIT_VARIANCE] = self._series(
                f"unit_variance_{name}", unit, np.hypot(spread, theory.unit_spread), shift,
                rounding,
            )
        return found

    def _gradients(self) -> dict[str, Series]:
        """Theory starts from 1 at the last layer or, for cross-entropy, from what was measured."""
        theory, start = self.prediction, 1.0
        if self.spec.loss is Loss.CROSS_ENTROPY:
            start = float(self._mean("gradient")[-1])
        spread = theory.gradient_spread
        entering = np.concatenate([[0.0], theory.post_spread[:-1]])
        shifted = np.concatenate([[0.0], theory.post_shift[:-1]])
        return {
            name: self._series(name, start * getattr(theory, name), relative, shift)
            for name, relative, shift in (
                ("gradient", spread, theory.gradient_shift),
                ("gradient_post", spread, theory.gradient_shift),
                ("gradient_weight", np.hypot(spread, entering), theory.gradient_shift + shifted),
            )
        }

    def _rounding(self, quantity: Quantity, power: int) -> Floats:
        """What rounding may add to a mean square (`power` 1) or to a variance (2).

        A sum of n_in products errs by some √n_in·ε of its size, anew in every layer. Where inputs
        have become alike, their variance is ε² and no less.
        """
        square = self._mean(quantity.value)
        relative = self._relative_rounding() ** power
        return np.asarray(np.where(np.isfinite(square), square, 0.0) * relative)

    def _relative_rounding(self) -> Floats:
        epsilon = float(np.finfo(self.spec.precision.value).eps)
        fan_in = np.array(self.spec.layer_widths[:-1])
        return np.asarray(np.sqrt(fan_in * np.arange(1, self.layers + 1)) * epsilon)

    def _rows(self, name: str) -> Floats:
        return np.array([measured.values[name] for measured in self._passes])

    def _mean(self, name: str) -> Floats:
        with np.errstate(all="ignore"):
            return np.asarray(self._rows(name).mean(axis=0))

    def _series(
        self, name: str, theory: Floats, relative_spread: Floats, relative_shift: Floats,
        rounding: Floats | float = 0.0,
    ) -> Series:
        rows = self._rows(name)
        with np.errstate(all="ignore"):
            measured = rows.mean(axis=0)
            observed = rows.std(axis=0, ddof=1) if len(rows) > 1 else np.zeros(self.layers)
            size = np.where(np.isfinite(theory), np.abs(theory), np.abs(measured))
            spread = np.fmax(observed, relative_spread * size)
            shift = np.where(np.isfinite(theory), relative_shift * theory, 0.0)
            error = np.sqrt(spread**2 / len(rows) + shift**2 + np.asarray(rounding) ** 2)
        return Series(
            measured, rows.min(axis=0), rows.max(axis=0), error, theory.copy(), shift
        )

    def _histograms(self, quantity: Quantity) -> Histograms:
        counts = np.sum([measured.counts[quantity] for measured in self._passes], axis=0)
        width = max(self.spec.layer_widths[1:])
        inputs = self.bins[quantity].inputs(width, self.spec.batch_size)
        return as_histograms(counts, self._mean(f"zeros_{quantity.value}"), inputs)

    def _loss(self) -> float | None:
        losses = [measured.loss for measured in self._passes if measured.loss is not None]
        return float(np.mean(losses)) if len(losses) == len(self._passes) else None
