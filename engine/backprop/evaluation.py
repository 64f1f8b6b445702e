"""Loss and accuracy on a whole set of images, in batches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.backprop.building import as_inputs, copy_of, one_hot
from engine.backprop.network import Network

CHUNK = 1000


@dataclass
class Tally:
    """Summed loss (nats) and hits of the `done` images seen so far, of `total`."""

    total: int
    done: int = 0
    summed_loss: float = 0.0
    correct: int = 0

    @property
    def loss(self) -> float:
        """The mean loss of the images seen so far."""
        return self.summed_loss / self.done

    @property
    def accuracy(self) -> float:
        """The share of hits among the images seen so far, in 0…1."""
        return self.correct / self.done


def evaluate_in_chunks(
    network: Network, images: NDArray[np.uint8], labels: NDArray[np.uint8]
) -> Iterator[Tally]:
    """Evaluate images (n, 28, 28), a thousand at a time, on the weights as they are at the start.

    The same tally is yielded after every chunk; the last time it is complete. `network` is left
    alone.
    """
    batch = copy_of(network, min(CHUNK, len(labels)))
    tally = Tally(len(labels))
    for start in range(0, len(labels), CHUNK):
        true = labels[start : start + CHUNK]
        if len(true) != len(batch.p):
            batch.make_room(len(true))
        with np.errstate(all="ignore"):  # a diverged network scores nan
            p = batch.forward(as_inputs(images[start : start + CHUNK]))
            loss = batch.loss(one_hot(true, p.shape[1]))
        tally.done += len(true)
        tally.summed_loss += len(true) * loss
        tally.correct += int(np.count_nonzero(p.argmax(axis=1) == true))
        yield tally


def evaluate(network: Network, images: NDArray[np.uint8], labels: NDArray[np.uint8]) -> Tally:
    """The complete tally of a set of images."""
    *_, tally = evaluate_in_chunks(network, images, labels)
    return tally
