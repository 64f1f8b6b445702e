"""What a network sees in an image, and which pixels speak for the class that wins.

Integrated gradients (Sundararajan, Taly and Yan, 2017) from a black image x = 0: pixel i gets
x_i · ∫₀¹ ∂z_c(t·x)/∂x_i dt, so that all pixels together are exactly z_c(x) − z_c(0), and a black
pixel gets 0. Gradient times input would not add up to anything behind a sigmoid.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.backprop.activations import Floats
from engine.backprop.building import as_inputs, copy_of
from engine.backprop.network import Network
from engine.backprop.spec import Bug
from engine.words import later

#: Nodes of the Gauss–Legendre rule; sigmoid and tanh are smooth enough for 10⁻⁹ and better.
NODES = 64
METHOD = later("integrated gradients from black: pixels add up to z − z(black)")


@dataclass(frozen=True, eq=False)
class Seen:
    """One image in the network: `p` and `logits` (n_K,), `activations` of the hidden layers."""

    p: Floats
    logits: Floats
    activations: dict[int, Floats]

    @property
    def winner(self) -> int:
        """The class with the largest logit."""
        return int(np.argmax(self.logits))


@dataclass(frozen=True, eq=False)
class Why:
    """`contributions` (28, 28) of the pixels to the logit of class `winner`.

    They add up to `logit` − `black`, the logit of a black image, but for `residual`.
    """

    winner: int
    contributions: Floats
    logit: float
    black: float

    @property
    def residual(self) -> float:
        """What is missing in the sum: rounding, and the error of the quadrature."""
        return self.logit - self.black - float(self.contributions.sum())


def look(network: Network, image: NDArray[np.uint8]) -> Seen:
    """An image (28, 28) in the network; `network` is left alone."""
    own = copy_of(network)
    with np.errstate(all="ignore"):
        own.forward(as_inputs(image))
    hidden = {k: own.a[k][0].copy() for k in own.layers if k < own.last}
    return Seen(own.p[0].copy(), own.z[own.last][0].copy(), hidden)


def explain_image(network: Network, image: NDArray[np.uint8], winner: int | None = None) -> Why:
    """The pixels' contributions to the logit of `winner`, by default the class that wins."""
    x = as_inputs(image)[0]
    seen = look(network, image)
    c = seen.winner if winner is None else winner
    if network.activation == "relu":
        edges = _switches(network, x)
        nodes, weights = (edges[1:] + edges[:-1]) / 2, np.diff(edges)
    else:
        nodes, weights = np.polynomial.legendre.leggauss(NODES)
        nodes, weights = (nodes + 1) / 2, weights / 2
    gradients = _logit_gradients(network, nodes[:, None] * x, c)
    contributions = x * (weights @ gradients)
    black = look(network, np.zeros((28, 28), np.uint8))
    return Why(c, contributions.reshape(28, 28), float(seen.logits[c]), float(black.logits[c]))


def _logit_gradients(network: Network, x: Floats, c: int) -> Floats:
    """∂z_c/∂x at every row of x, as (m, n_0): backward from a one at the logit."""
    own = copy_of(network, len(x), Bug.NONE)
    with np.errstate(all="ignore"):
        own.forward(x)
        own.delta[own.last][:] = 0
        own.delta[own.last][:, c] = 1
        for k in range(own.last - 1, 0, -1):
            own.hidden_delta(k)
        gradients: Floats = np.dot(own.delta[1], own.w[1].T)
        return gradients


def _switches(network: Network, x: Floats) -> Floats:
    """0, 1 and every t between at which a ReLU switches along t·x; between two, all is linear."""
    edges = np.array([0.0, 1.0])
    for k in range(1, network.last):
        own = copy_of(network, len(edges))
        own.forward(edges[:, None] * x)
        before, after = own.z[k][:-1], own.z[k][1:]
        segment, unit = np.nonzero(before * after < 0)
        start, end = before[segment, unit], after[segment, unit]
        roots = edges[segment] + np.diff(edges)[segment] * start / (start - end)
        edges = np.unique(np.concatenate([edges, roots]))
    return edges
