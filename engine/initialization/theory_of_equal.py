"""Theory of the scheme “all equal”: nothing is independent, so mean-field theory has no say.

All units of a layer are one and the same: z = w·Σx, then z ← n·w·f(z), a map of one number. With
random biases units differ by them alone, and their mean is taken as that of infinitely many.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.initialization.activations import apply
from engine.initialization.quadrature import nodes
from engine.initialization.schemes import Scheme
from engine.initialization.spec import Activation, ProbeSpec
from engine.initialization.theory import LARGEST, InputMoments, Prediction

Floats = NDArray[np.float64]
BIAS_POINTS = 24


def predict_equal(spec: ProbeSpec, scheme: Scheme, inputs: InputMoments) -> Prediction:
    """The prediction: an integral over the one number that is left of an input."""
    with np.errstate(all="ignore"):
        return _Map(spec, scheme, inputs).run()


class _Map:
    """`signal` (k,) is Σ·w of an input at a layer, before the bias; `weights` (k,) sum to 1."""

    def __init__(self, spec: ProbeSpec, scheme: Scheme, inputs: InputMoments) -> None:
        self.spec = spec
        self.widths = spec.layer_widths
        self.equal = [scheme.equal_weight(fan_in) for fan_in in self.widths[:-1]]
        self.biases = [scheme.bias_variance(n, spec.bias_variance) for n in self.widths[:-1]]
        first = self.equal[0]
        if len(inputs.sums):
            self.signal = first * inputs.sums
            self.weights = np.full(len(inputs.sums), 1 / len(inputs.sums))
        else:
            t, self.weights = nodes()
            total = self.widths[0] * float(inputs.mean_squares.mean())
            self.signal = first * np.sqrt(total) * t
        self.is_drawn = inputs.is_drawn
        mean_square = float(inputs.mean_squares.mean())
        has_each = len(inputs.squares) > 0
        self.entering = inputs.squares if has_each else np.full_like(self.signal, mean_square)

    def run(self) -> Prediction:
        layers = len(self.equal)
        rows: dict[str, list[float]] = {}
        slopes: list[tuple[Floats, Floats]] = []
        squares = [self.entering]
        spreads: list[tuple[float, float]] = []
        signal = self.signal
        for layer in range(1, layers + 1):
            is_last = layer == layers
            activation = Activation.LINEAR if is_last else self.spec.activation
            points, shares = self._bias(layer)
            z = signal[:, None] + points
            a, slope = apply(activation, z)
            width = self.widths[layer]
            self._note(rows, "pre", z, shares, width)
            self._note(rows, "post", a, shares, width)
            rows.setdefault("cosine", []).append(self._cosine(a, shares))
            biased = self._of_biases(layer)
            spreads.append((
                np.hypot(self._spread(z, shares), biased), np.hypot(self._spread(a, shares), biased)
            ))
            squares.append(a * a @ shares)
            slopes.append((slope @ shares, slope * slope @ shares))
            if not is_last:
                signal = np.clip(width * self.equal[layer] * (a @ shares), -LARGEST, LARGEST)
        return self._backward(rows, slopes, squares, spreads)

    def _bias(self, layer: int) -> tuple[Floats, Floats]:
        variance = self.biases[layer - 1]
        if not variance:
            return np.zeros(1), np.ones(1)
        points, weights = np.polynomial.hermite_e.hermegauss(BIAS_POINTS)
        return np.sqrt(variance) * points, weights / weights.sum()

    def _note(
        self, rows: dict[str, list[float]], name: str, x: Floats, shares: Floats, width: int
    ) -> None:
        square = float(self.weights @ (x * x @ shares))
        own_mean, own_square = self.weights @ x, self.weights @ (x * x)
        part = 1 - 1 / self.spec.batch_size if self.is_drawn else 1.0
        unit = part * float((own_square - own_mean**2) @ shares)
        grand = float(own_mean @ shares)
        between = float(own_mean**2 @ shares) - grand**2
        rows.setdefault(name, []).append(square)
        rows.setdefault(f"unit_variance_{name}", []).append(unit)
        rows.setdefault(f"variance_{name}", []).append(unit + between * (1 - 1 / width))

    def _cosine(self, a: Floats, shares: Floats) -> float:
        """Without biases two inputs point the same way or, with other signs, the opposite one."""
        size = np.sqrt(a * a @ shares)
        unit = np.divide(a, size[:, None], out=np.zeros_like(a), where=size[:, None] > 0)
        return float((self.weights @ unit) ** 2 @ shares)

    def _of_biases(self, layer: int) -> float:
        """Relative, of means over units that differ by their biases, in this layer and before."""
        widths = [w for w, b in zip(self.widths[1:], self.biases, strict=True) if b]
        return float(np.sqrt(sum(2 / width for width in widths[:layer])))

    def _spread(self, x: Floats, shares: Floats) -> float:
        """Relative, of a mean over B inputs that were drawn; nothing else is random."""
        squares = x * x @ shares
        mean = float(self.weights @ squares)
        if not self.is_drawn or not 0 < mean < LARGEST:
            return 0.0
        relative = float(self.weights @ (squares / mean) ** 2) - 1
        return float(np.sqrt(max(relative, 0.0) / self.spec.batch_size))

    def _backward(
        self, rows: dict[str, list[float]], slopes: list[tuple[Floats, Floats]],
        squares: list[Floats], spreads: list[tuple[float, float]],
    ) -> Prediction:
        layers = len(self.equal)
        gradient, arriving = np.ones(layers), np.ones(layers)
        weight = np.full(layers, float(self.weights @ squares[-2]))
        spread = np.full(layers, np.sqrt(2 / (self.widths[-1] * self.spec.batch_size)))
        factor, product = 1.0, np.ones_like(self.signal)
        for layer in range(layers - 1, 0, -1):
            # The last layer's g are independent and add up like noise; from there on, coherently.
            width = self.widths[layer + 1]
            gain = width if layer == layers - 1 else width**2
            factor *= gain * self.equal[layer] ** 2
            arriving[layer - 1] = factor * float(self.weights @ product)
            slope, squared = slopes[layer - 1]
            own = product * squared
            mean = float(self.weights @ own)
            gradient[layer - 1] = factor * mean
            # One number decides both a and δ, so that their squares are not independent.
            weight[layer - 1] = factor * float(self.weights @ (own * squares[layer - 1]))
            relative = 3 * float(self.weights @ own**2) / mean**2 - 1 if mean > 0 else 0.0
            spread[layer - 1] = np.hypot(
                np.sqrt(max(relative, 0.0) / self.spec.batch_size), self._of_biases(layer)
            )
            # The next layer back receives the sum over all units.
            product = product * slope**2
        arrays = {name: np.array(row) for name, row in rows.items()}
        return Prediction(
            **arrays, gradient=gradient, gradient_post=arriving,
            gradient_weight=weight,
            pre_spread=np.array([pre for pre, _ in spreads]),
            post_spread=np.array([post for _, post in spreads]),
            unit_spread=np.array([post for _, post in spreads]),
            gradient_spread=np.nan_to_num(spread, posinf=0.0),
            pre_shift=np.zeros(layers), post_shift=np.zeros(layers),
            gradient_shift=np.zeros(layers),
        )
