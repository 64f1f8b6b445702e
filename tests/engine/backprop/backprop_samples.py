"""Networks and samples at random, and a few images, for the tests of backpropagation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from hypothesis import strategies as st

from engine.backprop.building import make_network
from engine.backprop.network import Network
from engine.backprop.spec import Activation, BackpropSpec, Bug
from engine.data.images import ImageSet, load_images

#: Few images, so that an epoch takes a moment.
TINY = BackpropSpec(training_images=300, epochs=2, hidden=(12, 7), learning_rate=0.05)


@cache
def images(test: int = 200) -> ImageSet:
    """The bundled MNIST sample with a small test set."""
    full = load_images("mnist")
    return ImageSet(
        full.dataset, full.training_images, full.training_labels,
        full.test_images[:test], full.test_labels[:test], full.source,
    )


@dataclass(frozen=True)
class Case:
    """A network with a batch of samples."""

    network: Network
    x: np.ndarray
    y: np.ndarray

    def __repr__(self) -> str:
        return f"{self.network.sizes} {self.network.activation} m={len(self.x)}"


def make_case(sizes, activation="sigmoid", samples=1, seed=0, bug=Bug.NONE) -> Case:
    """Weights of moderate size, all of them and all inputs different from 0."""
    rng = np.random.default_rng(seed)
    network = make_network(tuple(sizes), activation, samples, bug, learning_rate=0.05)
    network.theta[:] = rng.uniform(0.2, 1.0, network.theta.size) * rng.choice(
        [-1, 1], network.theta.size
    )
    for w in network.w.values():
        w /= np.sqrt(len(w))
    x = rng.uniform(0.1, 1, (samples, sizes[0])) * rng.choice([-1, 1], (samples, sizes[0]))
    return Case(network, x, np.eye(sizes[-1])[rng.integers(0, sizes[-1], samples)])


def cases(
    bug: Bug = Bug.NONE, *, least_hidden: int = 0, narrowest: int = 1, activations=Activation
):
    """Networks of any sizes and activation, on one sample or some."""
    sizes = st.builds(
        lambda first, hidden, last: (first, *hidden, last),
        st.integers(1, 6),
        st.lists(st.integers(narrowest, 6), min_size=least_hidden, max_size=3),
        st.integers(2, 5),
    )
    return st.builds(
        make_case, sizes, st.sampled_from(list(activations)), st.integers(1, 4),
        st.integers(0, 2**32 - 1), st.just(bug),
    )
