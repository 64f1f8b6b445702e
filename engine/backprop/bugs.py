"""The usual mistakes, each one function of the lecture page written wrongly.

`BUGS` says where a mistake sits, what the formula there becomes, and which networks hide it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.backprop.activations import Floats
from engine.backprop.network import Network
from engine.backprop.spec import Bug
from engine.words import later

#: Far larger than the usual 10⁻⁸, whose effect on the gradient, ε/p, few would ever measure.
LOG_EPSILON = 1e-3


class MissingSlope(Network):
    """The error passes a hidden unit as if it were linear."""

    def hidden_delta(self, k: int) -> None:
        np.dot(self.delta[k + 1], self.w[k + 1].T, out=self.delta[k])


class DoubleSoftmax(Network):
    """Probabilities are taken for logits, by the loss and by δ = p − y."""

    def softmax(self, z: Floats) -> None:
        super().softmax(z)
        super().softmax(self.p.copy())


class WrongTranspose(Network):
    """`reshape` makes the shapes fit where `.T` was needed; on a square layer it is w itself."""

    def hidden_delta(self, k: int) -> None:
        wrong = self.w[k + 1].reshape(self.w[k + 1].T.shape)
        np.dot(self.delta[k + 1], wrong, out=self.delta[k])
        self.delta[k] *= self.slope(self.a[k], out=self.slopes[k])


class ForgottenBias(Network):
    """No bias ever moves."""

    def gradients(self, k: int) -> None:
        np.dot(self.a[k - 1].T, self.delta[k], out=self.grad_w[k])


class EarlyUpdate(Network):
    """Each layer moves, by `learning_rate`, as soon as its gradient is there: the error walks back
    through new weights.
    """

    learning_rate = 0.003

    def backward(self, y: Floats) -> None:
        """The gradients that this mistake gives; the weights are put back for `update`."""
        before = self.theta.copy()
        self.output_delta(y)
        for k in reversed(self.layers):
            self.gradients(k)
            self.update_layer(k, self.learning_rate)
            if k > 1:
                self.hidden_delta(k - 1)
        self.theta[:] = before

    def update_layer(self, k: int, learning_rate: float) -> None:
        """One layer's step of gradient descent."""
        self.w[k] -= learning_rate * self.grad_w[k]
        self.b[k] -= learning_rate * self.grad_b[k]


class LogEpsilon(Network):
    """The loss is −Σ y log(p + ε), the gradient still that of −Σ y log p."""

    def loss(self, y: Floats) -> float:
        return -float(np.vdot(y, np.log(self.p + LOG_EPSILON))) / len(y)


NETWORKS: dict[Bug, type[Network]] = {
    Bug.NONE: Network,
    Bug.MISSING_SLOPE: MissingSlope,
    Bug.DOUBLE_SOFTMAX: DoubleSoftmax,
    Bug.WRONG_TRANSPOSE: WrongTranspose,
    Bug.FORGOTTEN_BIAS: ForgottenBias,
    Bug.EARLY_UPDATE: EarlyUpdate,
    Bug.LOG_EPSILON: LogEpsilon,
}


def bug_of(network: Network) -> Bug:
    """The bug that a network has."""
    return next((bug for bug, kind in NETWORKS.items() if type(network) is kind), Bug.NONE)


@dataclass(frozen=True)
class BugInfo:
    """A mistake as a class is told of it. `steps` are the kinds of step that it sits in ("delta"
    for hidden layers, "loss", …), `wrong` and `right` are TeX, `symptom` says what training shows,
    `hidden_by` which networks and samples it leaves no trace on.
    """

    steps: tuple[str, ...]
    wrong: str
    right: str
    symptom: str
    hidden_by: str


BUGS: dict[Bug, BugInfo] = {
    Bug.MISSING_SLOPE: BugInfo(
        steps=("delta",),
        wrong=r"\delta^{k} = W^{k+1}\delta^{k+1}",
        right=r"\delta^{k} = (W^{k+1}\delta^{k+1}) \odot f'(z^{k})",
        symptom="Training works all the same, only not downhill: every layer below the last is off "
        "by the slope it left out.",
        hidden_by="Without a hidden layer there is no slope to forget; with ReLU it shows only "
        "where a unit is off.",
    ),
    Bug.DOUBLE_SOFTMAX: BugInfo(
        steps=("shift",),
        wrong=r"p = \mathrm{softmax}(\mathrm{softmax}(z))",
        right=r"p = \mathrm{softmax}(z)",
        symptom="The loss cannot fall below 1.461, and every layer's gradient is wrong, for "
        "δ = p − y forgets the first softmax.",
        hidden_by="Nothing hides it.",
    ),
    Bug.WRONG_TRANSPOSE: BugInfo(
        steps=("delta",),
        wrong=r"\delta^{k} = \mathrm{reshape}(W^{k+1})\,\delta^{k+1} \odot f'(z^{k})",
        right=r"\delta^{k} = (W^{k+1}\delta^{k+1}) \odot f'(z^{k})",
        symptom="The shapes fit, so nothing complains; layers below the last one get an error that "
        "belongs to other units.",
        hidden_by="Without a hidden layer, or where the layer above has one unit in or out, a "
        "transpose and a reshape are the same.",
    ),
    Bug.FORGOTTEN_BIAS: BugInfo(
        steps=("grad",),
        wrong=r"\nabla b^{k} = 0",
        right=r"\nabla b^{k} = \delta^{k}",
        symptom="Weights learn and biases stay at 0; accuracy hardly tells.",
        hidden_by="Nothing hides it, unless the error itself is 0.",
    ),
    Bug.EARLY_UPDATE: BugInfo(
        steps=("update",),
        wrong=later(
            r"W^{k+1} \leftarrow W^{k+1} - \eta\nabla W^{k+1}\ \mathrm{before}\ \delta^{k}"
        ),
        right=later(r"W^{k} \leftarrow W^{k} - \eta\nabla W^{k}\ \mathrm{after\ all}\ \delta"),
        symptom="Wrong by about the learning rate: layers below the last see weights of the next "
        "step.",
        hidden_by="Without a hidden layer nothing comes too early; with a tiny learning rate the "
        "error sinks below what differences can see.",
    ),
    Bug.LOG_EPSILON: BugInfo(
        steps=("loss",),
        wrong=r"L = -\sum_c y_c \log(p_c + \varepsilon),\ \varepsilon = 10^{-3}",
        right=r"L = \log\sum_c e^{z_c} - \sum_c y_c z_c",
        symptom="The gradient is right, and autograd agrees with it; but the loss shown is another "
        "function, and differences of it are off by ε/p, so most where p is small.",
        hidden_by="With the usual ε = 10⁻⁸ hardly any check would see it, which is why 10⁻³ "
        "stands here.",
    ),
}
