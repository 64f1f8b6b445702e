"""Homework 2a to 2e in steps: the formula, the current numbers put in, and the measurement beside.

All steps are about one layer of the probed network and one scheme. What 2a to 2e assume (no biases,
independent inputs) is said where the network does otherwise.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from engine.initialization.results import Quantity, SchemeResult, Series, Snapshot
from engine.initialization.schemes import Law
from engine.initialization.spec import Activation
from engine.words import say


@dataclass(frozen=True)
class Step:
    """One step. `formula` and `numbers` are TeX: the law, and the law with the numbers put in.

    `prediction` is what they give and `measured` ± `standard_error` the measurement of the same
    quantity; nan where there is none to measure. `sentence` says what follows.
    """

    part: str
    title: str
    formula: str
    numbers: str
    prediction: float
    measured: float
    standard_error: float
    sentence: str


def derivation(snapshot: Snapshot, scheme: int = 0, layer: int = 2) -> tuple[Step, ...]:
    """The steps for a scheme (0-based) and a layer (from 1) of a snapshot.

    A layer that the network does not have is replaced by its nearest. In layer 1 what enters is
    the input itself, with E[x²]; in later ones the activations of the layer before.
    """
    result = snapshot.results[scheme]
    last = len(result.fan_in)
    return _Derivation(snapshot, result, min(max(layer, 1), last)).steps()


class _Derivation:
    def __init__(self, snapshot: Snapshot, result: SchemeResult, layer: int) -> None:
        self.spec, self.result, self.layer = snapshot.spec, result, layer
        self.last = len(result.fan_in)
        self.n_in = int(result.fan_in[layer - 1])
        self.n_out = int(result.fan_out[layer - 1])
        # Σw²/(n_in·n_out) is what a weight's mean square was; σ² is what it should be.
        self.variance = float(result.standard_deviation[layer - 1] ** 2)
        self.bias = result.scheme.bias_variance(self.n_in, self.spec.bias_variance)
        self.entering = self._entering()

    def steps(self) -> tuple[Step, ...]:
        """2a, 2b, 2c (with an activation), 2d and 2e."""
        steps = [self._sum(), self._keep()]
        if self.layer < self.last and self.spec.activation is not Activation.LINEAR:
            steps.append(self._activation())
        if self.layer > 1:
            steps.append(self._backward())
        return (*steps, *self._compromise())

    def _entering(self) -> float:
        """E[a²] that enters the layer, as theory has it."""
        if self.layer == 1:
            return self.spec.v**2 if not self.spec.input.is_pixels else (
                self.result.input_mean_square
            )
        return float(self.result.at(Quantity.POST).theory[self.layer - 2])

    def _sum(self) -> Step:
        """2a."""
        series = self.result.at(Quantity.PRE)
        v2 = "v^2" if self.layer == 1 else r"E[a_{in}^2]"
        formula = rf"E[z_j^2] = n_{{in}} \, \sigma^2 \, {v2}"
        numbers = (
            rf"{self.n_in} \cdot {_tex(self.variance)} \cdot {_tex(self.entering)}"
        )
        if self.bias:
            formula += r" + \sigma_b^2"
            numbers += f" + {_tex(self.bias)}"
        value = self.n_in * self.variance * self.entering + self.bias
        if self.result.scheme.law is Law.EQUAL:
            value = float(series.theory[self.layer - 1])
            sentence = say(
                "Weights that are all equal have no variance: their products add up coherently, "
                "and 2a does not hold."
            )
        else:
            sentence = say(
                "{n_in} independent terms, each of variance σ²·E[a²]: variances add, covariances "
                "are 0.", n_in=self.n_in,
            )
        return self._step("2a", say("A sum of products"), formula, f"{numbers} = {_tex(value)}",
                          value, series, sentence)

    def _keep(self) -> Step:
        """2b: the gain, measured as the ratio of what leaves to what enters."""
        gain = self.n_in * self.variance
        pre = self.result.at(Quantity.PRE)
        entering, relative = self._measured_entering()
        measured = (float(pre.measured[self.layer - 1]) - self.bias) / entering if entering else (
            math.nan
        )
        ideal = 1 / self.n_in
        verdict = say("keeps the signal") if abs(gain - 1) < 0.01 else (
            say("shrinks it") if gain < 1 else say("blows it up")
        )
        return Step(
            "2b", say("Keep it"),
            r"n_{in} \, \sigma^2 = 1 \;\Rightarrow\; \sigma^2 = \frac{1}{n_{in}}",
            rf"\sigma^2 = {_tex(self.variance)}:\;\; n_{{in}} \, \sigma^2 = {_tex(gain)}",
            gain, measured, self._relative_error(pre, relative) * abs(measured),
            say("The layer multiplies the mean square with {gain:.3g}: it {verdict}. "
                "1/n_in = {ideal:.3g} would keep it, without an activation.",
                gain=gain, verdict=verdict, ideal=ideal),
        )

    def _activation(self) -> Step:
        """2c: what the activation leaves of E[z²]."""
        activation = self.spec.activation
        pre, post = self.result.at(Quantity.PRE), self.result.at(Quantity.POST)
        q = float(pre.theory[self.layer - 1])
        predicted = float(post.theory[self.layer - 1])
        share = predicted / q if q > 0 else math.nan
        before, after = float(pre.measured[self.layer - 1]), float(post.measured[self.layer - 1])
        measured = after / before if before > 0 else math.nan
        error = self._relative_error(post, 0.0) * abs(measured) if math.isfinite(measured) else (
            math.nan
        )
        if activation is Activation.RELU:
            formula = r"E[\mathrm{ReLU}(z)^2] = \frac{1}{2} E[z^2]"
            formula += r" \;\Rightarrow\; \sigma^2 = \frac{2}{n_{in}}"
            sentence = say(
                "The mean square is halved, and a factor of 2 repairs it. The variance falls to "
                "0.341 of E[z²], not to half of it, because the mean is no longer 0."
            )
        else:
            formula = r"\frac{E[f(z)^2]}{E[z^2]} = \frac{1}{q} \int f(\sqrt{q} \, t)^2 \, "
            formula += r"\frac{e^{-t^2/2}}{\sqrt{2 \pi}} \, dt"
            sentence = (
                say("{activation} leaves {share:.3g} of the mean square at E[z²] = {q:.3g}; to "
                    "keep it, σ² would have to be {needed:.3g}/n_in here.",
                    activation=activation.label, share=share, q=q, needed=1 / share)
                if share > 0 else say("Nothing arrives, and nothing leaves.")
            )
        numbers = rf"\frac{{{_tex(predicted)}}}{{{_tex(q)}}} = {_tex(share)}"
        title = say("Through {activation}", activation=activation.label)
        return Step("2c", title, formula, numbers, share, measured, error, sentence)

    def _backward(self) -> Step:
        """2d, for the layer's own weights: from ∂L/∂z of this layer to ∂L/∂a of the one before."""
        gradient, arriving = self.result.at(Quantity.GRADIENT), self.result.gradient_post
        gain = self.n_out * self.variance
        before = float(gradient.measured[self.layer - 1])
        after = float(arriving.measured[self.layer - 2])
        predicted, sentence = gain, say(
            "Gradients come through {n_out} weights of a unit, not {n_in}: the layer multiplies "
            "their mean square with {gain:.3g}, and 1/n_out = {ideal:.3g} would keep it.",
            n_out=self.n_out, n_in=self.n_in, gain=gain, ideal=1 / self.n_out,
        )
        if self.result.scheme.law is Law.EQUAL:
            told = float(gradient.theory[self.layer - 1])
            predicted = float(arriving.theory[self.layer - 2]) / told if told > 0 else math.nan
            sentence = say(
                "Equal weights hand every unit the same gradient, so that no step of learning can "
                "ever tell units apart; 2d holds for the last layer alone, whose g are independent."
            )
        measured = after / before if before > 0 else math.nan
        return Step(
            "2d", say("Backwards"),
            r"E[(\partial L/\partial x_i)^2] = n_{out} \, \sigma^2 \, g^2"
            r" \;\Rightarrow\; \sigma^2 = \frac{1}{n_{out}}",
            rf"n_{{out}} \, \sigma^2 = {self.n_out} \cdot {_tex(self.variance)} = {_tex(gain)}",
            predicted, measured, self._relative_error(gradient, 0.0) * abs(measured), sentence,
        )

    def _compromise(self) -> tuple[Step, Step]:
        """2e: the rule, and the limit of a uniform draw."""
        both = 2 / (self.n_in + self.n_out)
        limit = math.sqrt(6 / (self.n_in + self.n_out))
        drawn = float(self.result.weights_mean_square[self.layer - 1])
        # A mean of w² over N weights errs by σ²·√(2/N), less for bounded ones.
        error = self.variance * math.sqrt(2 / (self.n_in * self.n_out * self.spec.seeds))
        return (
            Step(
                "2e", say("Both at once"),
                r"\sigma^2 = \frac{2}{n_{in} + n_{out}}",
                rf"\frac{{2}}{{{self.n_in} + {self.n_out}}} = {_tex(both)}",
                both, math.nan, math.nan,
                say("The harmonic mean of 1/{n_in} and 1/{n_out}: forwards it gives a factor of "
                    "{forwards:.3g}, backwards {backwards:.3g}.",
                    n_in=self.n_in, n_out=self.n_out, forwards=self.n_in * both,
                    backwards=self.n_out * both),
            ),
            Step(
                "2e", say("As drawn"),
                r"\mathrm{var}\,U[-a, a] = \frac{a^2}{3} \;\Rightarrow\; "
                r"a = \sqrt{3} \, \sigma = \sqrt{\frac{6}{n_{in} + n_{out}}}",
                rf"a = {_tex(limit)}, \;\; \sigma^2 = {_tex(self.variance)}",
                self.variance, drawn, error,
                say("The weights of layer {layer} as {scheme} drew them, their mean square beside "
                    "σ².", layer=self.layer, scheme=self.result.scheme.label),
            ),
        )

    def _measured_entering(self) -> tuple[float, float]:
        """The mean square that entered as measured, and its relative standard error."""
        if self.layer == 1:
            return self.result.input_mean_square, 0.0
        post = self.result.at(Quantity.POST)
        index = self.layer - 2
        value = float(post.measured[index])
        error = float(post.standard_error[index])
        return value, error / value if value > 0 else 0.0

    def _relative_error(self, series: Series, other: float) -> float:
        """Relative standard error of a ratio.

        Numerator and denominator share the history of the layers before: what is new is a layer's
        own spread, and no more than the whole is claimed.
        """
        measured = float(series.measured[self.layer - 1])
        own = float(series.standard_error[self.layer - 1]) / measured if measured > 0 else 0.0
        return math.hypot(own, other)

    def _step(
        self, part: str, title: str, formula: str, numbers: str, value: float, series: Series,
        sentence: str,
    ) -> Step:
        index = self.layer - 1
        return Step(part, title, formula, numbers, value, float(series.measured[index]),
                    float(series.standard_error[index]), sentence)


def _tex(value: float) -> str:
    """A number in TeX: 0.0078, 2.0, 1.2·10⁻⁷."""
    if not math.isfinite(value):
        return r"\infty" if value == math.inf else r"\mathrm{?}"
    if value == 0 or 1e-3 <= abs(value) < 1e5:
        text = f"{value:.4g}"
        return text if "." in text or "e" in text or value >= 1000 else f"{value:.1f}"
    mantissa, exponent = f"{value:.2e}".split("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}"
