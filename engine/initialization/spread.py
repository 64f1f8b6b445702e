"""How much a layer's mean square differs from draw to draw of the weights, to first order in 1/n.

Every layer multiplies the mean square with a random factor: a mean over n independent units of a
mean over B inputs. Its relative variance is (1/n)·[D(1)/B + (1 − 1/B)·E D(c)], where D(c) is the
relative covariance of a unit's squares for two inputs of correlation c: few inputs that point in
all directions average it away, inputs that are aligned do not. The factors of all layers add up
(for B = 1 and ReLU that gives 5/n per layer: Hanin and Rolnick, 2018), and as they multiply, the
result is nearly log-normal: skewed to the right, so that ten draws often show too little of it.

A curved activation also turns spread into a shift of the mean: E[p(q̂)] = p(q) + ½·p″·Var(q̂), less
what orthogonal or uniform weights lack of a Gaussian's spread. It is stated, not added to theory.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.initialization.moments import expansion, slope_pair
from engine.initialization.quadrature import DEGREES
from engine.initialization.schemes import Law
from engine.initialization.spec import Activation, ProbeSpec

Floats = NDArray[np.float64]
#: A variance of a logarithm beyond this is as good as infinite.
LARGEST_LOG_VARIANCE = 40.0


@dataclass(frozen=True)
class _Gates:
    """What a layer does to gradients: overlap kept by two inputs, and D of the squared slope."""

    width: int
    kept: float
    own: float
    shared: float
    drift: float
    shift: float


class Spread:
    """Collects relative standard deviations, layer by layer, as the recursion goes forwards."""

    def __init__(self, spec: ProbeSpec, law: Law, is_drawn: bool) -> None:
        self.widths = spec.layer_widths
        self.batch = spec.batch_size
        self.law = law
        self.pre: list[float] = []
        self.post: list[float] = []
        self.unit: list[float] = []
        #: Relative shifts of the mean by the finite width.
        self.pre_shift: list[float] = []
        self.post_shift: list[float] = []
        self._gates: list[_Gates] = []
        #: Relative variance of the last mean square, over the batch and of one input alone; of the
        #: cosine of two inputs, and of their gap.
        self._variance = 2 / (self.widths[0] * self.batch) if is_drawn else 0.0
        self._own = 2 / self.widths[0] if is_drawn else 0.0
        self._wobble = 1 / self.widths[0] if is_drawn else 0.0
        self._gap = 0.0
        self._tailedness = 3.0

    def forward(
        self, activation: Activation, pre: Floats, gap: float, bias: float, layer: int
    ) -> None:
        """One layer more; `pre` (k,) are E[z²] of the inputs, `gap` their mean ½E[(z − z′)²]."""
        fan_in, width = self.widths[layer - 1], self.widths[layer]
        q = float(pre[0] if len(pre) == 1 else pre.mean())
        if not (math.isfinite(q) and q > 0):
            self._note_nothing(width)
            return
        c = min(max(1 - gap / q, -1.0), 1.0)
        random_part = max(1 - bias / q, 0.0)
        wobble = self._wobble * random_part**2
        # Rows or columns that are orthogonal keep the length of what passes them.
        loose = 1.0 if self.law is not Law.ORTHOGONAL else 1 - width / max(fan_in, width)
        arrived, own = self._variance * random_part**2, self._own * random_part**2
        fresh = loose * self._pooled(2.0, 2 * min(c * c + wobble, 1.0)) / width
        self.pre.append(_from_log(arrived + fresh))

        found = expansion(activation, np.array([q]))
        square = found.square[0] / max(found.square[0, 0], 1e-300)
        products = square**2
        products[0] = 0.0
        tailedness = 1 + float(products.sum())
        products[2] *= loose
        powers: Floats = np.power(c, np.arange(DEGREES, dtype=np.float64))
        shared = min(float(products @ powers) + products[2] * wobble, float(products.sum()))
        sensitivity = square[2] / math.sqrt(2)
        self._variance = sensitivity**2 * arrived + self._pooled(products.sum(), shared) / width
        self._own = sensitivity**2 * own + float(products.sum()) / width
        self.post.append(_from_log(self._variance))

        missing = own - self._lacking(fan_in, width)
        shift = random_part * (self.post_shift[-1] if self.post_shift else 0.0)
        self.pre_shift.append(shift)
        self.post_shift.append(sensitivity * shift + _bend(square) * missing)
        gates = self._gate(activation, found.slope_square[0], q, c, powers, layer)
        relative = found.slope_square[0] / max(found.slope_square[0, 0], 1e-300)
        bent = relative[2] / math.sqrt(2) * shift + _bend(relative) * missing
        self._gates.append(replace(gates, shift=gates.shift + bent))
        self._tailedness = tailedness
        self._wobble = self._next_wobble(found.value[0], c, wobble, width)
        turned = (1 + 2 * min(wobble, 1.0)) * (1 + gates.shared) - 1
        self._gap += self._pooled(3 * (1 + gates.own) - 1, turned) / width
        self.unit.append(_from_log(self._variance + self._gap))

    def _lacking(self, fan_in: int, width: int) -> float:
        """What z² of one input varies less than a Gaussian's, given the layer before."""
        if self.law is Law.ORTHOGONAL:
            return 2 / max(fan_in, width)
        # A uniform variable's fourth cumulant is −1.2·σ⁴.
        return 0.4 * self._tailedness / fan_in if self.law is Law.UNIFORM else 0.0

    def _pooled(self, own: float, shared: float) -> float:
        return float(own / self.batch + (1 - 1 / self.batch) * shared)

    def _next_wobble(self, value: Floats, c: float, wobble: float, width: int) -> float:
        products = value**2 / max(float((value**2).sum()), 1e-300)
        degrees = np.arange(DEGREES)
        cosine = min(float(products @ c**degrees), 1.0)
        slope = float((products * degrees)[1:] @ c ** degrees[:-1])
        return min(slope**2 * wobble + (1 - cosine**2) ** 2 / width, 1.0)

    def _gate(
        self, activation: Activation, squares: Floats, q: float, c: float, powers: Floats,
        layer: int,
    ) -> _Gates:
        width, mean = self.widths[layer], squares[0]
        if not mean > 0:
            return _Gates(width, 0.0, 0.0, 0.0, 0.0, 0.0)
        relative = (squares / mean) ** 2
        relative[0] = 0.0
        kept = min(slope_pair(activation, q, c) / mean, 1.0)
        drift = squares[2] / mean / math.sqrt(2) * self.pre[-1]
        # The weights that made z carry the gradient back, and along the input they know of f′(z).
        own = 0.0 if self.law is Law.ORTHOGONAL else math.sqrt(2) * squares[2] / mean
        shared = max(float(relative @ powers), 0.0)
        return _Gates(width, kept, relative.sum(), shared, drift, own / self.widths[layer - 1])

    def _note_nothing(self, width: int) -> None:
        for row in (self.pre, self.post, self.unit, self.pre_shift, self.post_shift):
            row.append(0.0)
        self._gates.append(_Gates(width, 0.0, 0.0, 0.0, 0.0, 0.0))

    def backward(self) -> tuple[Floats, Floats]:
        """Of the mean squares of ∂L/∂z: relative standard deviations (L,) and shifts (L,)."""
        layers = len(self._gates)
        spread, shifts = np.empty(layers), np.zeros(layers)
        variance, drift = 2 / (self.widths[-1] * self.batch), 0.0
        overlap, wobble = 0.0, 1 / self.widths[-1]
        spread[-1] = _from_log(variance)
        for layer in range(layers - 1, 0, -1):
            gates = self._gates[layer - 1]
            turned = min(overlap**2 + wobble, 1.0)
            shared = (1 + 2 * turned) * (1 + gates.shared) - 1
            variance += self._pooled(3 * (1 + gates.own) - 1, shared) / gates.width
            # A signal that is larger than expected stays so for layers, and its slopes with it.
            drift += gates.drift
            spread[layer - 1] = _from_log(variance + drift**2)
            shifts[layer - 1] = shifts[layer] + gates.shift
            overlap *= gates.kept
            fresh = (1 - min(overlap**2, 1.0)) ** 2 * (1 + gates.shared) / gates.width
            wobble = min(wobble * gates.kept**2 + fresh, 1.0)
        return spread, shifts


def _bend(relative: Floats) -> float:
    """½·q²·p″/p from the Hermite coefficients of the function whose mean is p, relative to p."""
    return float(relative[4]) * math.sqrt(24) / 8


def _from_log(variance: float) -> float:
    """The relative standard deviation of a log-normal variable from the variance of its log."""
    return math.sqrt(math.expm1(min(variance, LARGEST_LOG_VARIANCE)))
