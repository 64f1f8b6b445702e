"""A long curve in few points, kept up to date while it grows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Thinned:
    """Means of neighbouring values: at most `most` whole bins, and what is left over as one more.

    Where the bins get too many, two become one, so that between two such moments no bin changes
    any more and a plot of them stands still. Adding takes time in proportion to what is added.
    """

    def __init__(self, most: int) -> None:
        if most < 2:
            raise ValueError(f"A thinned curve needs room for two bins or more, not {most}.")
        self.most = most
        #: Values that make up a bin, a power of two.
        self.size = 1
        self.count = 0
        self._bins: Floats = np.empty(0)
        self._rest: Floats = np.empty(0)

    def add(self, values: Floats) -> None:
        """Go on with more values (n,)."""
        self.count += len(values)
        rest = np.concatenate([self._rest, values])
        whole = len(rest) // self.size * self.size
        self._bins = np.concatenate([self._bins, _means(rest[:whole], self.size)])
        self._rest = rest[whole:]
        while len(self._bins) > self.most:
            self._merge()

    def _merge(self) -> None:
        paired = len(self._bins) // 2 * 2
        # An odd bin waits for its partner: its mean, so many times, is as good as its values.
        lone = np.repeat(self._bins[paired:], self.size)
        self._rest = np.concatenate([lone, self._rest])
        self._bins = _means(self._bins[:paired], 2)
        self.size *= 2

    def curve(self) -> tuple[Floats, Floats]:
        """Where the bins lie, as the number of the value in their middle from 1, and their means.
        """
        places: Floats = np.arange(len(self._bins), dtype=np.float64)
        places = places * self.size + (self.size + 1) / 2
        if not len(self._rest):
            return places, self._bins
        middle = self.size * len(self._bins) + (len(self._rest) + 1) / 2
        rest: Floats = np.concatenate([self._bins, [self._rest.mean()]])
        return np.concatenate([places, [middle]]), rest


def _means(values: Floats, size: int) -> Floats:
    means: Floats = values.reshape(-1, size).mean(axis=1)
    return means
