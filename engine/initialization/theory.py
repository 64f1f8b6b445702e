"""What is to be expected of every layer: the recursions of mean-field theory, on real widths.

Forwards (homework 2a to 2c): q_l = n_in·σ²·p_{l−1} + σ_b², p_l = E[f(z)²] for z ~ N(0, q_l), from
p_0 = E[x²], which is not Var(x). Backwards (2d): E[(∂L/∂z_{l−1})²] = n_out·σ²·E[(∂L/∂z_l)²]·E[f′²].
Two inputs: their gap ½E[(z − z′)²] is followed alike (Poole et al., 2016; Schoenholz et al., 2017).

For linear, ReLU and leaky ReLU the mean squares are exact at every width, since weights are
symmetric; for the others they are those of wide layers, with errors of order depth/width.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.initialization.moments import Moments, moments, pair_gap
from engine.initialization.schemes import Law, Scheme
from engine.initialization.spec import Activation, ProbeSpec
from engine.initialization.spread import Spread

Floats = NDArray[np.float64]
#: Beyond this a second moment counts as infinite; it keeps squares of it representable.
LARGEST = 1e300


@dataclass(frozen=True, eq=False)
class InputMoments:
    """What theory has to know of the inputs.

    `mean_squares` (k,) are |x|²/n of inputs that stand for equal shares of the batch; one suffices
    for Gaussian ones. `first`, `second` (m,) are indices of pairs among them, `gaps` (m,) are
    ½·mean (x − x′)², `weights` (m,) sum to 1. `tracked` is the pair whose cosine is followed, None
    for the mean over all. `sums` and `squares` (s,) are Σx and |x|²/n of every input, for the
    scheme “all equal” alone; empty for Gaussian ones. `is_drawn` is whether inputs are drawn anew
    for every seed.
    """

    mean_squares: Floats
    first: NDArray[np.intp]
    second: NDArray[np.intp]
    gaps: Floats
    weights: Floats
    tracked: int | None = None
    sums: Floats = field(default_factory=lambda: np.zeros(0))
    squares: Floats = field(default_factory=lambda: np.zeros(0))
    is_drawn: bool = True


def gaussian_inputs(v: float) -> InputMoments:
    """Independent inputs N(0, v²)."""
    zero = np.zeros(1, np.intp)
    return InputMoments(np.array([v * v]), zero, zero, np.array([v * v]), np.ones(1))


def paired_inputs(v: float, correlation: float, batch: int) -> InputMoments:
    """Pairs of N(0, v²) with a correlation; of two inputs, 1 in B − 1 couples is a pair."""
    zeros = np.zeros(2, np.intp)
    share = 1 / (batch - 1)
    return InputMoments(
        np.array([v * v]), zeros, zeros, v * v * np.array([1 - correlation, 1.0]),
        np.array([share, 1 - share]), tracked=0,
    )


@dataclass(frozen=True, eq=False)
class Prediction:
    """What theory predicts per layer, all (L,) float64; inf where it exceeds float64.

    `gradient` is E[(∂L/∂z)²] where that of the last layer is 1; `gradient_post` and
    `gradient_weight` belong to it. The `…_spread` are relative standard deviations between seeds
    to first order in 1/width, the `…_shift` relative shifts of the mean: see `spread`.
    """

    pre: Floats
    post: Floats
    variance_pre: Floats
    variance_post: Floats
    unit_variance_pre: Floats
    unit_variance_post: Floats
    cosine: Floats
    gradient: Floats
    gradient_post: Floats
    gradient_weight: Floats
    pre_spread: Floats
    post_spread: Floats
    unit_spread: Floats
    gradient_spread: Floats
    pre_shift: Floats
    post_shift: Floats
    gradient_shift: Floats


def predict(spec: ProbeSpec, scheme: Scheme, inputs: InputMoments) -> Prediction:
    """The prediction for one scheme."""
    if scheme.law is Law.EQUAL:
        from engine.initialization.theory_of_equal import predict_equal

        return predict_equal(spec, scheme, inputs)
    with np.errstate(all="ignore"):
        return _Recursion(spec, scheme, inputs).run()


class _Recursion:
    """Forwards, then backwards, keeping what the second needs of the first."""

    def __init__(self, spec: ProbeSpec, scheme: Scheme, inputs: InputMoments) -> None:
        self.spec, self.inputs = spec, inputs
        widths = spec.layer_widths
        self.fans = list(pairwise(widths))
        self.variances = [scheme.variance(*fans) for fans in self.fans]
        self.bias_variances = [scheme.bias_variance(n, spec.bias_variance) for n, _ in self.fans]
        self.spread = Spread(spec, scheme.law, inputs.is_drawn)
        self.rows: dict[str, list[float]] = {
            name: [] for name in (
                "pre", "post", "variance_pre", "variance_post", "unit_variance_pre",
                "unit_variance_post", "cosine",
            )
        }  # fmt: skip
        self.slopes: list[Floats] = []

    def run(self) -> Prediction:
        post, gaps = self.inputs.mean_squares, self.inputs.gaps
        posts = [post]
        for layer, (fan_in, _) in enumerate(self.fans, start=1):
            gain, bias = fan_in * self.variances[layer - 1], self.bias_variances[layer - 1]
            pre = np.minimum(gain * post + bias, LARGEST)
            gaps = np.minimum(gain * gaps, LARGEST)
            is_last = layer == len(self.fans)
            activation = Activation.LINEAR if is_last else self.spec.activation
            found = moments(activation, pre)
            self.spread.forward(activation, pre, self._mean_gap(gaps), bias, layer)
            self._note("pre", self.fans[layer - 1][1], pre, np.zeros_like(pre), gaps)
            gaps = self._gaps_after(activation, pre, gaps)
            post = found.second
            self._note("post", self.fans[layer - 1][1], post, found.mean, gaps)
            self._note_cosine(post, gaps)
            self._keep_slopes(found)
            posts.append(post)
        return self._backward(posts)

    def _gaps_after(self, activation: Activation, pre: Floats, gaps: Floats) -> Floats:
        first, second = self.inputs.first, self.inputs.second
        one = pre[first]
        two = one if first is second else pre[second]
        return pair_gap(activation, one, two, gaps)

    def _mean_gap(self, gaps: Floats) -> float:
        return float(self.inputs.weights @ gaps)

    def _note(self, name: str, width: int, second: Floats, mean: Floats, gaps: Floats) -> None:
        """Mean square, and both variances as a batch of B inputs and n units estimates them."""
        square, grand = _average(second), _average(mean) ** 2
        unit = (1 - 1 / self.spec.batch_size) * self._mean_gap(gaps)
        self.rows[name].append(square)
        self.rows[f"unit_variance_{name}"].append(unit)
        # A mean over n units is itself random: its square exceeds the square of the true mean.
        excess = max(square - unit - grand, 0.0) / width
        self.rows[f"variance_{name}"].append(square - grand - excess)

    def _note_cosine(self, post: Floats, gaps: Floats) -> None:
        first, second = post[self.inputs.first], post[self.inputs.second]
        shared = (first + second) / 2 - gaps
        size = np.sqrt(first) * np.sqrt(second)
        cosines = np.divide(shared, size, out=np.zeros_like(size), where=size > 0)
        tracked = self.inputs.tracked
        self.rows["cosine"].append(
            float(self.inputs.weights @ cosines if tracked is None else cosines[tracked])
        )

    def _keep_slopes(self, found: Moments) -> None:
        self.slopes.append(found.slope_second)

    def _backward(self, posts: list[Floats]) -> Prediction:
        layers = len(self.fans)
        gradient, gradient_post, weight = np.empty(layers), np.empty(layers), np.empty(layers)
        now = np.ones_like(self.inputs.mean_squares)
        gradient[-1] = gradient_post[-1] = 1.0
        weight[-1] = posts[-2].mean()
        for layer in range(layers - 1, 0, -1):
            arriving = self.fans[layer][1] * self.variances[layer] * now
            gradient_post[layer - 1] = _average(arriving)
            now = np.minimum(arriving * self.slopes[layer - 1], LARGEST)
            gradient[layer - 1] = _average(now)
            # Input by input: a bright image has large activations, and saturates more.
            weight[layer - 1] = _average(posts[layer - 1] * now)
        gradient_spread, gradient_shift = self.spread.backward()
        rows = {name: _unbounded(np.array(row)) for name, row in self.rows.items()}
        return Prediction(
            **rows,
            gradient=_unbounded(gradient),
            gradient_post=_unbounded(gradient_post),
            gradient_weight=_unbounded(weight),
            pre_spread=np.array(self.spread.pre),
            post_spread=np.array(self.spread.post),
            unit_spread=np.array(self.spread.unit),
            gradient_spread=gradient_spread,
            pre_shift=np.array(self.spread.pre_shift),
            post_shift=np.array(self.spread.post_shift),
            gradient_shift=gradient_shift,
        )


def _average(values: Floats) -> float:
    """The mean over inputs; of one, as it is for Gaussian ones, that one."""
    return float(values[0]) if len(values) == 1 else float(values.mean())


def _unbounded(values: Floats) -> Floats:
    return np.where(values >= LARGEST / 10, np.inf, values)


def rescaled(prediction: Prediction, factor: float) -> Prediction:
    """The prediction where every σ² is `factor` times what it was, without biases.

    For linear, ReLU and leaky ReLU alone: there every mean square of layer l is proportional to
    factor^l, and every gradient's to factor^(L − l); what is relative stays.
    """
    layers = np.arange(1, len(prediction.pre) + 1)
    with np.errstate(all="ignore"):
        forwards, backwards = factor**layers, factor ** (layers[-1] - layers)
        after_weights = np.append(factor ** (layers[-1] - layers[:-1]), 1.0)
        return replace(
            prediction,
            **{name: getattr(prediction, name) * forwards for name in FORWARDS},
            gradient=prediction.gradient * backwards,
            gradient_post=prediction.gradient_post * after_weights,
            gradient_weight=prediction.gradient_weight * factor ** (layers[-1] - 1.0),
        )


#: What grows with the layers' weights on the way forwards.
FORWARDS = (
    "pre", "post", "variance_pre", "variance_post", "unit_variance_pre", "unit_variance_post",
)
