"""A batch through a network, forwards and backwards, with everything measured on the way.

The matrix products decide the time: everything else is a handful of passes over a block of rows
that stays in the processor's cache, and no array is made anew from pass to pass.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.initialization.activations import SATURATION, apply_in_place, slope_dtype
from engine.initialization.histogram import Bins
from engine.initialization.inputs import Inputs
from engine.initialization.results import Quantity
from engine.initialization.spec import Activation

Array = NDArray[Any]
Floats = NDArray[np.float64]

#: Numbers in a block of rows: 128 Ki float32 are 512 KiB.
BLOCK = 131_072
#: A product of so many is over in some hundredths of a second.
MOST_MULTIPLICATIONS = 1_000_000_000
#: Squares beyond these bounds lose digits in float32, and are summed in float64.
SMALLEST_SQUARE, LARGEST_SQUARE = 1e-30, 1e30
#: A variance below this share of its mean square is centred first; the difference would cancel.
CANCELS = 0.05


@dataclass(eq=False)
class Weights:
    """The network as it is used: W_l = scales[l]·standard[l], and biases or None.

    Schemes of one law share the standard draws: they then differ in σ alone.
    """

    standard: list[Array]
    scales: list[float]
    biases: list[Array | None]


@dataclass(eq=False)
class Measured:
    """One pass: (L,) float64 arrays named as in `results.SchemeResult`; inf after an overflow."""

    layers: int
    values: dict[str, Floats] = field(default_factory=dict)
    counts: dict[Quantity, Floats] = field(default_factory=dict)
    loss: float | None = None
    #: The mean square of what enters layer 1.
    input_square: float = np.nan

    NAMES = (
        "pre", "post", "variance_pre", "variance_post", "unit_variance_pre", "unit_variance_post",
        "gradient", "gradient_post", "gradient_weight", "cosine", "zeros_pre", "zeros_post",
        "zeros_gradient", "saturated", "weights",
    )

    def __post_init__(self) -> None:
        self.values = {name: np.full(self.layers, np.nan) for name in self.NAMES}


class Workspace:
    """Arrays that passes use one after the other; by purpose and shape."""

    def __init__(self) -> None:
        self._arrays: dict[tuple[str, int], Array] = {}

    def take(self, purpose: str, index: int, shape: tuple[int, int], dtype: Any) -> Array:
        """An array of a shape with whatever is in it."""
        key = (purpose, index)
        found = self._arrays.get(key)
        if found is None or found.shape != shape or found.dtype != dtype:
            found = self._arrays[key] = np.empty(shape, dtype)
        return found


class Walk:
    """One pass. `run` yields after each layer, so that whoever runs it can stop."""

    def __init__(
        self, inputs: Inputs, weights: Weights, activation: Activation, bins: dict[Quantity, Bins],
        workspace: Workspace, pairs: bool = False,
    ) -> None:
        self.inputs, self.weights, self.activation = inputs, weights, activation
        self.bins, self.workspace, self.pairs = bins, workspace, pairs
        self.layers = len(weights.standard)
        self.batch = len(inputs.x)
        self.measured = Measured(self.layers)
        for quantity, found in bins.items():
            self.measured.counts[quantity] = np.zeros((self.layers, found.count + 2))
        self.slopes: list[Array] = []
        #: Mean squares (B,) of what enters each layer, for ∂L/∂W of every input.
        self.entering: list[Floats] = [_row_mean_squares(inputs.x)]
        self.measured.input_square = float(self.entering[0].mean())

    def run(self, start: Array | None) -> Iterator[None]:
        """Forwards, then backwards from `start` (B, n) = ∂L/∂z of the last layer.

        Without `start` it is p − y, of cross-entropy on the inputs' labels. To be run with NumPy's
        warnings off: what overflows is noted.
        """
        arriving = self.inputs.x
        for layer in range(self.layers):
            standard = self.weights.standard[layer]
            shape = self.batch, standard.shape[1]
            z = self.workspace.take("activation", layer % 2, shape, arriving.dtype)
            yield from _multiply(arriving, standard, z)
            self._forward(layer, arriving, z)
            arriving = z
            yield
            if not np.isfinite(self.measured.values["post"][layer]):
                self._overflow_from(layer)
                return
        if start is None:
            start = self._cross_entropy(arriving)
        yield from self._backward(start)

    def let_go(self) -> None:
        """Give the workspace's arrays up, and sum the weights, which are still needed."""
        for layer, standard in enumerate(self.weights.standard):
            flat = standard.ravel()
            square = float(np.dot(flat, flat)) / flat.size
            self.measured.values["weights"][layer] = square * self.weights.scales[layer] ** 2
        self.weights.standard = []
        self.slopes = []

    # --- forwards -------------------------------------------------------------------------------

    def _forward(self, layer: int, arriving: Array, z: Array) -> None:
        """Scale z, which is a product with a standard draw so far, measure it, and make it f(z)."""
        bias, width, dtype = self.weights.biases[layer], z.shape[1], z.dtype
        is_last = layer == self.layers - 1
        slope = None
        if not is_last and self.activation is not Activation.LINEAR:
            shape = self.batch, width
            slope = self.workspace.take("slope", layer, shape, slope_dtype(self.activation, dtype))
            self.slopes.append(slope)
        pre, post = _Moments(z.shape), _Moments(z.shape)
        scale = dtype.type(self.weights.scales[layer])
        zeros = 0
        for rows in _blocks(self.batch, width):
            block = z[rows]
            block *= scale
            if bias is not None:
                block += bias
            pre.add(block, rows)
            self._count(Quantity.PRE, layer, block, rows)
            zeros += block.size - int(np.count_nonzero(block != 0))
            if slope is not None:
                apply_in_place(self.activation, block, slope[rows])
                post.add(block, rows)
        self.measured.values["zeros_pre"][layer] = zeros / z.size
        self._note("pre", layer, pre, z if slope is None else None)
        if pre.needs_centring and slope is not None:
            self._centre_pre(layer, arriving, pre, scale)
        self._note_post(layer, z, pre if slope is None else post, slope)

    def _note_post(self, layer: int, a: Array, moments: _Moments, slope: Array | None) -> None:
        values = self.measured.values
        if slope is not None:
            self._note("post", layer, moments, a)
        else:
            for name in ("", "unit_variance_", "variance_"):
                values[f"{name}post"][layer] = values[f"{name}pre"][layer]
        self.entering.append(moments.rows)
        values["cosine"][layer] = self._cosine(a, moments.rows)
        low, high = SATURATION.get(self.activation, (-np.inf, np.inf))
        zeros = ends = 0
        for rows in _blocks(self.batch, a.shape[1]):
            block = a[rows]
            zeros += block.size - int(np.count_nonzero(block != 0))
            if slope is not None and np.isfinite(high):
                ends += int(np.count_nonzero(block > high)) + int(np.count_nonzero(block < low))
            self._count(Quantity.POST, layer, block, rows)
        values["zeros_post"][layer] = zeros / a.size
        values["saturated"][layer] = ends / a.size

    def _note(self, name: str, layer: int, moments: _Moments, x: Array | None) -> None:
        values = self.measured.values
        square, unit, variance = moments.estimates(x)
        values[name][layer] = square
        values[f"unit_variance_{name}"][layer] = unit
        values[f"variance_{name}"][layer] = variance

    def _centre_pre(self, layer: int, arriving: Array, pre: _Moments, scale: Any) -> None:
        """z is overwritten by a; where inputs are all but alike, make its deviations anew."""
        mean = arriving.mean(axis=0, dtype=np.float64)
        deviations = (arriving - mean).astype(arriving.dtype) @ self.weights.standard[layer]
        deviations *= scale
        unit = float(_row_mean_squares(deviations).mean())
        between = pre.between_units()
        self.measured.values["unit_variance_pre"][layer] = unit
        self.measured.values["variance_pre"][layer] = unit + between

    def _cosine(self, a: Array, squares: Floats) -> float:
        """Mean over all pairs of different inputs; over the spec's pairs where it has some."""
        lengths = np.sqrt(squares * a.shape[1])
        inverse = np.divide(1.0, lengths, out=np.zeros_like(lengths), where=lengths > 0)
        if self.pairs:
            products = np.einsum("ij,ij->i", a[::2], a[1::2], dtype=np.float64)
            return float((products * inverse[::2] * inverse[1::2]).mean())
        total = np.zeros(a.shape[1])
        for rows in _blocks(self.batch, a.shape[1]):
            # Dividing first: 1/length may be too large for float32, a/length is at most 1.
            total += (inverse[rows].astype(a.dtype) @ a[rows]).astype(np.float64)
        alone = float(np.count_nonzero(inverse))
        return float((total @ total - alone) / (self.batch * (self.batch - 1)))

    def _overflow_from(self, layer: int) -> None:
        for name in ("pre", "post", "variance_pre", "variance_post", "unit_variance_pre",
                     "unit_variance_post"):
            later = self.measured.values[name]
            later[layer:] = np.where(np.isfinite(later[layer:]), later[layer:], np.inf)

    # --- backwards ------------------------------------------------------------------------------

    def _cross_entropy(self, logits: Array) -> Array:
        """p − y (B, 10), the gradient of each input's loss; notes the mean loss in nats."""
        assert self.inputs.labels is not None
        shifted = logits.astype(np.float64)
        shifted -= shifted.max(axis=1, keepdims=True)
        probabilities = np.exp(shifted)
        totals = probabilities.sum(axis=1)
        chosen = np.arange(self.batch), self.inputs.labels
        self.measured.loss = float((np.log(totals) - shifted[chosen]).mean())
        probabilities /= totals[:, None]
        probabilities[chosen] -= 1
        return probabilities.astype(logits.dtype)

    def _backward(self, start: Array) -> Iterator[None]:
        delta = start
        squares = self._note_gradient(self.layers - 1, delta)
        self.measured.values["gradient_post"][-1] = squares.mean()
        for layer in range(self.layers - 1, 0, -1):
            standard = self.weights.standard[layer]
            width, dtype = standard.shape[0], delta.dtype
            arriving = self.workspace.take("delta", layer % 2, (self.batch, width), dtype)
            yield from _multiply(delta, standard.T, arriving)
            self._through_slope(layer, arriving)
            delta = arriving
            yield
            if not np.isfinite(self.measured.values["gradient"][layer - 1]):
                for name in ("gradient", "gradient_post", "gradient_weight"):
                    self.measured.values[name][:layer] = np.inf
                return

    def _through_slope(self, layer: int, arriving: Array) -> None:
        scale = arriving.dtype.type(self.weights.scales[layer])
        slope = self.slopes[layer - 1] if self.slopes else None
        before = np.empty(self.batch)
        for rows in _blocks(self.batch, arriving.shape[1]):
            block = arriving[rows]
            block *= scale
            before[rows] = _row_mean_squares(block)
            if slope is not None:
                block *= slope[rows]
        self.measured.values["gradient_post"][layer - 1] = _finite_or_inf(_mean(before))
        self._note_gradient(layer - 1, arriving)

    def _note_gradient(self, layer: int, delta: Array) -> Floats:
        values = self.measured.values
        squares = np.empty(self.batch)
        zeros = 0
        for rows in _blocks(self.batch, delta.shape[1]):
            block = delta[rows]
            squares[rows] = _row_mean_squares(block)
            zeros += block.size - int(np.count_nonzero(block != 0))
            self._count(Quantity.GRADIENT, layer, block, rows)
        values["gradient"][layer] = _finite_or_inf(_mean(squares))
        # ∂L/∂W of one input is the product of its a_i and δ_j, and so is its mean square.
        values["gradient_weight"][layer] = _finite_or_inf(_mean(squares * self.entering[layer]))
        values["zeros_gradient"][layer] = zeros / delta.size
        return squares

    def _count(self, quantity: Quantity, layer: int, block: Array, rows: slice) -> None:
        bins = self.bins.get(quantity)
        if bins is not None:
            left = bins.inputs(block.shape[1], self.batch) - rows.start
            if left > 0:
                self.count(quantity, layer, block[:left])

    def count(self, quantity: Quantity, layer: int, values: Array) -> None:
        """Sort values into the histogram of a layer."""
        self.measured.counts[quantity][layer] += self.bins[quantity].counts(values)


class _Moments:
    """Row and column sums of an array (B, n), gathered block by block."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.rows = np.zeros(shape[0])
        self.columns = np.zeros(shape[1])
        self.needs_centring = False

    def add(self, block: Array, rows: slice) -> None:
        self.rows[rows] = _row_mean_squares(block)
        self.columns += block.sum(axis=0)

    def between_units(self) -> float:
        """The variance of the units' means."""
        means = self.columns / len(self.rows)
        means -= _mean(means)
        return float(means @ means) / len(means)

    def estimates(self, x: Array | None) -> tuple[float, float, float]:
        """Mean square, per-unit variance over the batch, and variance over everything.

        The last is the per-unit variance plus that of the units' means. Where a difference would
        cancel, `x` (B, n) is centred unit by unit instead.
        """
        means = self.columns / len(self.rows)
        square = _finite_or_inf(_mean(self.rows))
        if not np.isfinite(square):
            return np.inf, np.inf, np.inf
        unit = square - float(means @ means) / len(means)
        self.needs_centring = bool(unit < CANCELS * square)
        if self.needs_centring and x is not None:
            # The means are float64: rounded to float32 they would add their own error to each.
            deviations = x - means
            unit = float(np.einsum("ij,ij->", deviations, deviations)) / deviations.size
        unit = max(unit, 0.0)
        return square, unit, unit + self.between_units()


def _row_mean_squares(block: Array) -> Floats:
    """The mean square of every row (B,) in float64, where squares leave float32's range, too."""
    squares = np.vecdot(block, block)
    if block.dtype == np.float32 and not (
        squares.max(initial=0.0) < LARGEST_SQUARE and squares.min(initial=1.0) > SMALLEST_SQUARE
    ):
        wide = block.astype(np.float64)
        squares = np.vecdot(wide, wide)
    means: Floats = squares.astype(np.float64) / block.shape[1]
    return means


def _multiply(x: Array, weights: Array, out: Array) -> Iterator[None]:
    """x·W into `out`; a product that takes long is made in parts, with a yield between."""
    rows = max(MOST_MULTIPLICATIONS // weights.size, 32)
    for start in range(0, len(x), rows):
        if start:
            yield
        np.matmul(x[start : start + rows], weights, out=out[start : start + rows])


def _mean(values: Floats) -> float:
    """A plain mean: NumPy's own takes longer than the sum itself, and is asked for a lot."""
    return float(np.add.reduce(values)) / len(values)


def _finite_or_inf(value: Any) -> float:
    return float(value) if np.isfinite(value) else float("inf")


def _blocks(batch: int, width: int) -> Iterator[slice]:
    step = max(1, BLOCK // width)
    return (slice(start, start + step) for start in range(0, batch, step))
