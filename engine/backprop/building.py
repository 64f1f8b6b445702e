"""A network from a spec, with its first weights, and copies of it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from engine.backprop.activations import PIXEL_VALUES, Floats
from engine.backprop.bugs import NETWORKS, EarlyUpdate, bug_of
from engine.backprop.network import Network
from engine.backprop.spec import BackpropSpec, Bug, Initialization

#: The variance of a first weight, where it is not the homework's.
_VARIANCES: dict[Initialization, Callable[[int, int], float]] = {
    Initialization.FAN_IN: lambda n_in, _: 1 / n_in,
    Initialization.HE: lambda n_in, _: 2 / n_in,
    Initialization.XAVIER: lambda n_in, n_out: 2 / (n_in + n_out),
    Initialization.ZEROS: lambda *_: 0.0,
}


def build_network(spec: BackpropSpec, samples: int = 1) -> tuple[Network, np.random.Generator]:
    """The network of a spec with its first weights, its bug in it, and room for m samples.

    The generator has drawn the weights, and draws the orders of the epochs next.
    """
    spec.check()
    network = make_network(spec.sizes, spec.activation, samples, spec.bug, spec.learning_rate)
    rng = np.random.default_rng(spec.seed)
    network.initialise(rng)
    if variance_of := _VARIANCES.get(spec.initialization):
        for w in network.w.values():
            w *= np.sqrt(variance_of(*w.shape) * max(w.shape))
    return network, rng


def make_network(
    sizes: tuple[int, ...], activation: str, samples: int = 1, bug: Bug = Bug.NONE,
    learning_rate: float = 0.003,
) -> Network:
    """A network of zeros; an update that comes too early takes the learning rate."""
    network = NETWORKS[bug](sizes, activation, samples)
    if isinstance(network, EarlyUpdate):
        network.learning_rate = learning_rate
    return network


def copy_of(network: Network, samples: int = 1, bug: Bug | None = None) -> Network:
    """The same parameters in arrays of their own, room for m samples, another `bug` if given."""
    kind = NETWORKS[bug_of(network) if bug is None else bug]
    twin = kind(network.sizes, network.activation, samples)
    twin.theta[:] = network.theta
    if isinstance(network, EarlyUpdate) and isinstance(twin, EarlyUpdate):
        twin.learning_rate = network.learning_rate
    return twin


def one_hot(labels: object, classes: int = 10) -> Floats:
    """Targets y (m, classes): 1 in the column of the label, else 0."""
    return np.eye(classes)[np.atleast_1d(np.asarray(labels, dtype=np.int64))]


def as_inputs(images: NDArray[np.uint8]) -> Floats:
    """uint8 images (m, 28, 28), or one of them, as inputs x (m, 784)."""
    return PIXEL_VALUES[np.asarray(images).reshape(-1, 28 * 28)]
