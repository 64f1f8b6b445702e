"""A step's formula with the current numbers of one unit put in, for the line below the formula."""

from __future__ import annotations

import numpy as np

from engine.backprop.activations import Floats
from engine.backprop.bugs import LOG_EPSILON
from engine.backprop.formulas import F_TEX
from engine.backprop.network import Network
from engine.backprop.spec import Bug
from engine.backprop.texts import factor, number, product_sum
from engine.backprop.trace import Stepper, TraceStep, below
from engine.words import say


def numbers_of(stepper: Stepper, index: int, unit: int | None = None) -> str:
    """Step `index` in TeX, with the numbers of a unit; "" where the step is not done.

    Without `unit` it is the one with the largest value of what the step wrote. A unit is counted
    from 0 as everywhere, so that the ten outputs are the ten digits.
    """
    if not 0 <= index < stepper.position:
        return ""
    step = stepper.steps[index]
    write = {
        "input": _input, "z": _z, "a": _a, "shift": _shift, "exp": _exp, "normalise": _normalise,
        "loss": _loss, "delta": _delta, "grad": _grad, "update": _update,
    }[step.kind]  # fmt: skip
    return write(_Moment(stepper, index), step, unit)


def used_above(network: Network, k: int, bug: Bug, learning_rate: float) -> Floats:
    """The matrix (n_k, n_{k+1}) that δ[k+1] really walks back through, with the bug."""
    w = network.w[k + 1]
    if bug is Bug.WRONG_TRANSPOSE:
        return w.reshape(w.T.shape).T
    if bug is Bug.EARLY_UPDATE:
        return w - learning_rate * network.grad_w[k + 1]
    return w


class _Moment:
    """A stepper's arrays as they were when a step was done."""

    def __init__(self, stepper: Stepper, index: int) -> None:
        self.network, self.bug, self.y = stepper.network, stepper.bug, stepper.y
        self.learning_rate = stepper.learning_rate
        self._stepper, self._index = stepper, index

    def __getitem__(self, name: str) -> Floats:
        found = self._stepper.array_after(name, self._index)
        if found is None:
            raise KeyError(name)
        return found


def _chosen(values: Floats, unit: int | None) -> int:
    if unit is not None and 0 <= unit < values.shape[-1]:
        return unit
    return int(np.argmax(np.abs(values)))


def _input(now: _Moment, _step: TraceStep, _unit: int | None) -> str:
    x = now["x"]
    lit = np.count_nonzero(x)
    of, are_not = say(r"\mathrm{of}"), say(r"\mathrm{are\ not}")
    return rf"x \in [{number(x.min(), 3)}, {number(x.max(), 3)}],\quad " \
           rf"{lit}\ {of}\ {x.size}\ {are_not}\ 0"


def _z(now: _Moment, step: TraceStep, unit: int | None) -> str:
    k = step.layer
    z, b, w = (now[f"{name}{k}"] for name in "zbW")
    j = _chosen(z, unit)
    terms = product_sum(w[:, j], now[below(k)])
    return rf"z^{{{k}}}_{{{j}}} = {terms} + {factor(b[j], 3)} = {number(z[j])}"


def _a(now: _Moment, step: TraceStep, unit: int | None) -> str:
    k = step.layer
    z, a = now[f"z{k}"], now[f"a{k}"]
    j = _chosen(a, unit)
    f = F_TEX[now.network.activation]
    return rf"a^{{{k}}}_{{{j}}} = {f}({number(z[j])}) = {number(a[j])}"


def _source(now: _Moment, step: TraceStep) -> Floats:
    """What is shifted: the logits, or after a second softmax what they were."""
    return now[f"z{step.layer}"]


def _shift(now: _Moment, step: TraceStep, unit: int | None) -> str:
    shifted = now["shifted"]
    c = unit if unit is not None and 0 <= unit < shifted.size else int(np.argmax(now.y))
    if step.key.endswith("_again"):
        return rf"s_{{{c}}} = p_{{{c}}} - \max_j p_j = {number(shifted[c])}"
    z = _source(now, step)
    return rf"s_{{{c}}} = {number(z[c])} - {factor(z.max())} = {number(z[c] - z.max())}"


def _exp(now: _Moment, _step: TraceStep, unit: int | None) -> str:
    shifted, exps = now["shifted"], now["exps"]
    c = unit if unit is not None and 0 <= unit < exps.size else int(np.argmax(now.y))
    return rf"e_{{{c}}} = e^{{{number(shifted[c], 3)}}} = {number(exps[c])}"


def _normalise(now: _Moment, _step: TraceStep, unit: int | None) -> str:
    exps, p = now["exps"], now["p"]
    c = unit if unit is not None and 0 <= unit < p.size else int(np.argmax(now.y))
    total = now["totals"][0]
    return rf"p_{{{c}}} = \frac{{{number(exps[c])}}}{{{number(total)}}} = {number(p[c])}"


def _loss(now: _Moment, _step: TraceStep, _unit: int | None) -> str:
    p, y, loss = (now[name] for name in ("p", "y", "loss"))
    c = int(np.argmax(y))
    if np.count_nonzero(y) > 1:
        return rf"L = {number(loss[0])}"
    epsilon = rf" + {number(LOG_EPSILON)}" if now.bug is Bug.LOG_EPSILON else ""
    return rf"L = -\log({number(p[c])}{epsilon}) = {number(loss[0])}"


def _delta(now: _Moment, step: TraceStep, unit: int | None) -> str:
    k, net = step.layer, now.network
    delta = now[f"delta{k}"]
    j = _chosen(delta, unit)
    start = rf"\delta^{{{k}}}_{{{j}}}"
    if k == net.last:
        p, y = now["p"], now["y"]
        return rf"{start} = {number(p[j])} - {number(y[j])} = {number(delta[j])}"
    w = now[f"W{k + 1}"]  # an early update has moved it already
    if now.bug is Bug.WRONG_TRANSPOSE:
        w = w.reshape(w.T.shape).T
    above = now[f"delta{k + 1}"]
    summed = float(w[j] @ above)
    if now.bug is Bug.MISSING_SLOPE:
        return rf"{start} = {product_sum(w[j], above)} = {number(delta[j])}"
    slope = net.slopes[k][0, j]
    return (
        rf"{start} = ({product_sum(w[j], above, most=2)})\cdot {number(slope)} = "
        rf"{factor(summed)}\cdot {number(slope)} = {number(delta[j])}"
    )


def _grad(now: _Moment, step: TraceStep, unit: int | None) -> str:
    k = step.layer
    grad, delta = now[f"grad_W{k}"], now[f"delta{k}"]
    below_it = now[below(k)]
    j = _chosen(delta, unit)
    i = int(np.argmax(np.abs(below_it)))
    return (
        rf"\nabla W^{{{k}}}_{{{i},{j}}} = {factor(below_it[i])}\cdot {factor(delta[j])} = "
        rf"{number(grad[i, j])},\quad \nabla b^{{{k}}}_{{{j}}} = "
        rf"{number(now[f'grad_b{k}'][j])}"
    )


def _update(now: _Moment, step: TraceStep, unit: int | None) -> str:
    k = step.layer or now.network.last
    grad = now[f"grad_W{k}"]
    j = _chosen(np.abs(grad).max(axis=0), unit)
    i = int(np.argmax(np.abs(grad[:, j])))
    after = float(now[f"W{k}"][i, j])
    moved = now.learning_rate * float(grad[i, j])
    return (
        rf"W^{{{k}}}_{{{i},{j}}} = {number(after + moved, 6)} - "
        rf"{number(now.learning_rate)}\cdot {factor(grad[i, j])} = {number(after, 6)}"
    )
