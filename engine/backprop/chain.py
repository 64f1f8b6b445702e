"""One number of the network: its whole chain with the numbers put in, and what a nudge does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.backprop.activations import Floats
from engine.backprop.bugs import bug_of
from engine.backprop.building import copy_of
from engine.backprop.flat import Place, index_of
from engine.backprop.formulas import F_TEX, below_tex
from engine.backprop.network import Network
from engine.backprop.spec import Bug
from engine.backprop.step_numbers import used_above
from engine.backprop.tab_spec import Chosen, Part
from engine.backprop.texts import factor, number, product_sum
from engine.errors import SpecError
from engine.words import say


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a chain: what it is, in a word or two, the formula in TeX, and the numbers."""

    label: str
    formula: str
    numbers: str


@dataclass(frozen=True, slots=True)
class Chain:
    """Everything that makes one number's gradient. `value` is the number, `gradient` ∂L/∂ of it."""

    title: str
    value: float
    gradient: float
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Nudge:
    """The loss with one number moved by ±ε, the difference quotient, and the gradient beside it.

    `relative_error` is |quotient − gradient| relative to the larger one.
    """

    epsilon: float
    value: float
    loss: float
    loss_above: float
    loss_below: float
    gradient: float

    @property
    def quotient(self) -> float:
        """(L(v + ε) − L(v − ε))/2ε."""
        return (self.loss_above - self.loss_below) / (2 * self.epsilon)

    @property
    def relative_error(self) -> float:
        """0 where both are 0."""
        size = max(abs(self.quotient), abs(self.gradient))
        return abs(self.quotient - self.gradient) / size if size else 0.0

    @property
    def sentence(self) -> str:
        """What the nudge shows."""
        change = self.loss_above - self.loss
        if change == 0 and self.gradient == 0:
            return say(
                "The loss does not change at all: this number has no influence on this sample."
            )
        return say(
            "Moved by {epsilon:g}, it changes the loss by {change:.4g}; the gradient promises "
            "{promised:.4g}.",
            epsilon=self.epsilon, change=change, promised=self.gradient * self.epsilon,
        )


def check_chosen(sizes: tuple[int, ...], chosen: Chosen) -> None:
    """Raise `SpecError` where the network has no such number."""
    is_input = chosen.part is Part.INPUT
    layer = 0 if is_input else chosen.layer
    fits = (is_input or 1 <= layer < len(sizes)) and chosen.column < sizes[layer]
    if chosen.part is Part.WEIGHT and fits:
        fits = chosen.row < sizes[layer - 1]
    if not fits:
        raise SpecError(say(
            "The network {sizes} has no such {part}; choose another one.",
            sizes="-".join(map(str, sizes)), part=chosen.part.label,
        ))


def explain(
    network: Network, x: Floats, y: Floats, chosen: Chosen, learning_rate: float
) -> Chain:
    """The chain of a number for the sample x (n_0,), y (n_K,), as the network has it, bug included.

    Raises `SpecError` where the network has no such number.
    """
    check_chosen(network.sizes, chosen)
    return _Explainer(network, x, y, learning_rate).chain(chosen)


def nudge(network: Network, x: Floats, y: Floats, chosen: Chosen, epsilon: float) -> Nudge:
    """Move a weight, bias, unit (its z) or input by ±ε; raises `SpecError` where there is none."""
    check_chosen(network.sizes, chosen)
    own = copy_of(network)
    inputs, targets = np.array(x, dtype=np.float64)[None], np.atleast_2d(y)
    if chosen.part is Part.INPUT:
        numbers, at = inputs[0], chosen.column
    else:
        # To move z is to move the bias that it is a sum with.
        kind = "W" if chosen.part is Part.WEIGHT else "b"
        row = chosen.row if kind == "W" else 0
        numbers = own.theta
        at = index_of(own.sizes, Place(kind, chosen.layer, row, chosen.column))
    with np.errstate(all="ignore"):
        own.forward(inputs)
        loss = own.loss(targets)
        own.backward(targets)
        gradient = _gradient_of(own, chosen)
        value, losses = float(numbers[at]), []
        for moved in (value + epsilon, value - epsilon):
            numbers[at] = moved
            own.forward(inputs)
            losses.append(own.loss(targets))
    if chosen.part is Part.UNIT:
        numbers[at] = value
        own.forward(inputs)
        value = float(own.z[chosen.layer][0, chosen.column])
    return Nudge(epsilon, value, loss, losses[0], losses[1], gradient)


def _gradient_of(network: Network, chosen: Chosen) -> float:
    k, j = chosen.layer, chosen.column
    if chosen.part is Part.WEIGHT:
        return float(network.grad_w[k][chosen.row, j])
    if chosen.part is Part.BIAS:
        return float(network.grad_b[k][0, j])
    if chosen.part is Part.UNIT:
        return float(network.delta[k][0, j])
    return float(network.w[1][j] @ network.delta[1][0])


class _Explainer:
    """A network after one pass there and back."""

    def __init__(self, network: Network, x: Floats, y: Floats, learning_rate: float) -> None:
        self.bug, self.learning_rate = bug_of(network), learning_rate
        self.network = copy_of(network)
        self.y = np.atleast_2d(y)
        with np.errstate(all="ignore"):
            self.network.forward(np.array(x, dtype=np.float64)[None])
            self.network.backward(self.y)

    def chain(self, chosen: Chosen) -> Chain:
        network, k, i, j = self.network, chosen.layer, chosen.row, chosen.column
        gradient = _gradient_of(network, chosen)
        if chosen.part is Part.INPUT:
            value = float(network.a[0][0, j])
            w, delta = network.w[1][j], network.delta[1][0]
            slope = Line(
                say("gradient"),
                rf"\partial L/\partial x_{{{j}}} = \sum_j w_{{{j},j}}\,\delta^1_j",
                rf"{product_sum(w, delta)} = {number(gradient)}",
            )
            title = say("input x[{j}]", j=j)
            return Chain(title, value, gradient, (slope, *self._deltas(1, None)))
        if chosen.part is Part.UNIT:
            value = float(network.z[k][0, j])
            return Chain(
                say("unit {j} of layer {k}", j=j, k=k), value, gradient,
                (*self._forward(k, j), *self._deltas(k, j)),
            )
        if chosen.part is Part.BIAS:
            value = float(network.b[k][0, j])
            right = rf"\delta^{{{k}}}_{{{j}}}" if self.bug is not Bug.FORGOTTEN_BIAS else "0"
            formula = rf"\partial L/\partial b^{{{k}}}_{{{j}}} = {right}"
            lines = [Line(say("gradient"), formula, number(gradient))]
            title = say("bias b{k}[{j}]", k=k, j=j)
        else:
            value = float(network.w[k][i, j])
            a, delta = network.a[k - 1][0, i], network.delta[k][0, j]
            lines = [Line(
                say("gradient"),
                rf"\partial L/\partial w^{{{k}}}_{{{i},{j}}} = {below_tex(k)}_{{{i}}}\,"
                rf"\delta^{{{k}}}_{{{j}}}",
                rf"{factor(a)}\cdot {factor(delta)} = {number(gradient)}",
            )]
            title = say("weight W{k}[{i}, {j}]", k=k, i=i, j=j)
        lines += [*self._deltas(k, j), *self._forward(k, j), self._update(value, gradient)]
        return Chain(title, value, gradient, tuple(lines))

    def _forward(self, k: int, j: int) -> list[Line]:
        network = self.network
        z, b = network.z[k][0, j], network.b[k][0, j]
        terms = product_sum(network.w[k][:, j], network.a[k - 1][0], most=2)
        lines = [Line(
            say("forward"),
            rf"z^{{{k}}}_{{{j}}} = \sum_i w_{{i,{j}}}\,{below_tex(k)}_i + b_{{{j}}}",
            rf"{terms} + {factor(b)} = {number(z)}",
        )]
        if k < network.last:
            f = F_TEX[network.activation]
            lines.append(Line(
                say("forward"), rf"a^{{{k}}}_{{{j}}} = {f}(z^{{{k}}}_{{{j}}})",
                rf"{f}({number(z)}) = {number(network.a[k][0, j])}",
            ))
        return lines

    def _deltas(self, k: int, unit: int | None) -> list[Line]:
        """From δ of a unit up to the output, each time by the unit that contributes most."""
        network, lines = self.network, []
        j = int(np.argmax(np.abs(network.delta[k]))) if unit is None else unit
        for layer in range(k, network.last):
            w = used_above(network, layer, self.bug, self.learning_rate)[j]
            above = network.delta[layer + 1][0]
            lines.append(self._hidden_delta(layer, j, w, above))
            j = int(np.argmax(np.abs(w * above)))
        last = network.last
        p, y = network.p[0, j], self.y[0, j]
        lines.append(Line(
            say("error"), rf"\delta^{{{last}}}_{{{j}}} = p_{{{j}}} - y_{{{j}}}",
            rf"{number(p)} - {number(y)} = {number(network.delta[last][0, j])}",
        ))
        return lines

    def _hidden_delta(self, k: int, j: int, w: Floats, above: Floats) -> Line:
        network, f = self.network, F_TEX[self.network.activation]
        left = rf"\delta^{{{k}}}_{{{j}}} = "
        sums = rf"\sum_m w^{{{k + 1}}}_{{{j},m}}\,\delta^{{{k + 1}}}_m"
        delta = number(network.delta[k][0, j])
        if self.bug is Bug.MISSING_SLOPE:
            return Line(say("error"), left + sums, rf"{product_sum(w, above)} = {delta}")
        slope = number(network.slopes[k][0, j])
        return Line(
            say("error"), rf"{left}({sums})\cdot {f}'(z^{{{k}}}_{{{j}}})",
            rf"({product_sum(w, above, most=2)})\cdot {slope} = "
            rf"{factor(float(w @ above))}\cdot {slope} = {delta}",
        )

    def _update(self, value: float, gradient: float) -> Line:
        rate = self.learning_rate
        return Line(
            say("update"), r"v \leftarrow v - \eta\,\partial L/\partial v",
            rf"{number(value, 6)} - {number(rate)}\cdot {factor(gradient)} = "
            rf"{number(value - rate * gradient, 7)}",
        )
