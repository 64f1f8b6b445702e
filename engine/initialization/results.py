"""What a probe hands out. Arrays are copies; L is the number of layers, entry l − 1 is layer l."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.initialization.schemes import Scheme
from engine.initialization.spec import ProbeSpec
from engine.spec import Choice

Floats = NDArray[np.float64]


class Statistic(Choice):
    """Which number stands for a layer. Means run over all units and all inputs of the batch."""

    MEAN_SQUARE = "mean_square", "mean square"
    VARIANCE = "variance", "variance over all"
    UNIT_VARIANCE = "unit_variance", "per-unit variance over the batch"

    @property
    def tex(self) -> str:
        """The estimator as TeX; s is an input of the batch, j a unit."""
        return {
            "mean_square": r"\frac{1}{nB}\sum_{j,s} x_{js}^2",
            "variance": r"\frac{1}{nB}\sum_{j,s} (x_{js}-\bar{x})^2",
            "unit_variance": r"\frac{1}{nB}\sum_{j,s} (x_{js}-\bar{x}_j)^2",
        }[self.value]


class Quantity(Choice):
    """What of a layer is looked at."""

    PRE = "pre", "pre-activation z"
    POST = "post", "post-activation a"
    GRADIENT = "gradient", "gradient ∂L/∂z"

    @property
    def tex(self) -> str:
        """Its symbol."""
        return {"pre": "z", "post": "a", "gradient": r"\partial L/\partial z"}[self.value]


@dataclass(frozen=True, eq=False)
class Series:
    """One number per layer: all (L,) float64.

    `measured` is the mean over the seeds so far; `inf` where the arithmetic overflowed. `lowest`
    and `highest` are the extremes over the seeds, for a band. `theory` is exact for infinite width,
    and for the mean squares of linear, ReLU and leaky ReLU for every width; `finite_width` is the
    shift of the mean that is to be expected beyond it, to first order in 1/n.

    `standard_error` is that of `measured` about `theory`: spread/√seeds, where the spread between
    seeds is the larger of the one observed and the one predicted for this width, because ten draws
    of a skewed quantity often show too little; and, in quadrature, `finite_width` and what rounding
    adds to a variance.
    """

    measured: Floats
    lowest: Floats
    highest: Floats
    standard_error: Floats
    theory: Floats
    finite_width: Floats

    @property
    def deviation(self) -> Floats:
        """(measured − theory) / standard_error, (L,); nan where nothing is finite."""
        with np.errstate(all="ignore"):
            difference = self.measured - self.theory
            scaled = difference / self.standard_error
        return np.where(difference == 0, 0.0, scaled)


@dataclass(frozen=True, eq=False)
class Histograms:
    """Counts per layer on common bins, as shares of all values.

    `shares` (L, bins) float32 sum to 1 − `below` − `above` − `zeros`, each (L,): values beyond the
    outer edges, and exact zeros, which stand in no bin. `zeros` counts every value of the batch;
    the bins hold those of the first `inputs` inputs of each seed.
    """

    shares: NDArray[np.float32]
    below: Floats
    above: Floats
    zeros: Floats
    inputs: int


@dataclass(frozen=True)
class Verdict:
    """What becomes of a signal. `factor` is the mean factor per layer of its mean square.

    `kind` is "holds", "vanishes", "explodes" or "overflows"; `layer` the one at which it is gone or
    infinite, None where that lies beyond the network. `words` is short, for a plot: "× 0.50 per
    layer: gone by layer 23 in float32"; `sentence` says it in full, with the numbers.
    """

    kind: str
    factor: float
    layer: int | None
    words: str
    sentence: str


@dataclass(frozen=True, eq=False)
class SchemeResult:
    """One scheme, measured over the seeds so far.

    `series` is keyed by (quantity, statistic): all six of PRE and POST, and (GRADIENT,
    MEAN_SQUARE). `gradient_post` is the mean square of ∂L/∂a, `gradient_weight` that of ∂L/∂W of
    one input's loss, averaged over the batch. `cosine` is the mean cosine of two different inputs'
    post-activations (of the two inputs of a pair, with correlated pairs). `saturated` (L,) is the
    share of units at an end of their activation: |tanh| > 0.99, sigmoid < 0.01 or > 0.99; 0 for
    others. `standard_deviation` (L,) is σ. `weights_mean_square` (L,) is Σw²/(n_in·n_out) as drawn,
    for the derivation. `input_mean_square` is E[x²] as measured.
    """

    scheme: Scheme
    fan_in: NDArray[np.int64]
    fan_out: NDArray[np.int64]
    standard_deviation: Floats
    weights_mean_square: Floats
    input_mean_square: float
    series: dict[tuple[Quantity, Statistic], Series]
    gradient_post: Series
    gradient_weight: Series
    cosine: Series
    saturated: Floats
    histograms: dict[Quantity, Histograms]
    loss: float | None
    forward: Verdict
    backward: Verdict

    def at(self, quantity: Quantity, statistic: Statistic = Statistic.MEAN_SQUARE) -> Series:
        """One series; a gradient has only its mean square."""
        if quantity is Quantity.GRADIENT:
            statistic = Statistic.MEAN_SQUARE
        return self.series[quantity, statistic]

    def predicted_density(self, quantity: Quantity, layer: int, values: Floats) -> Floats:
        """The Gaussian density that theory predicts for `values` (k,) of a layer, (k,).

        For z and ∂L/∂z N(0, theory's mean square); for a the same Gaussian of z, to be drawn over
        the histogram of z. Zero everywhere where theory has no finite, positive number.
        """
        source = Quantity.GRADIENT if quantity is Quantity.GRADIENT else Quantity.PRE
        variance = self.at(source).theory[layer - 1]
        if not (np.isfinite(variance) and variance > 0):
            return np.zeros_like(values)
        with np.errstate(all="ignore"):
            density: Floats = np.exp(-values**2 / (2 * variance)) / np.sqrt(2 * np.pi * variance)
        return density


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The measurement so far: one result per scheme of the spec, in its order.

    `edges` are the common bin edges (bins + 1,) of each quantity. `seeds_done` of `spec.seeds` are
    in it, the first one at once; the last snapshot has all.
    """

    spec: ProbeSpec
    results: tuple[SchemeResult, ...]
    edges: dict[Quantity, Floats]
    seeds_done: int

    @property
    def is_complete(self) -> bool:
        """Whether all seeds are in."""
        return self.seeds_done == self.spec.seeds


@dataclass(frozen=True)
class Progress:
    """A chance to stop: `done` of `total` passes through a layer, forwards or backwards."""

    done: int
    total: int
