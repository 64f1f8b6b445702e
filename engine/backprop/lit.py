"""The lecture page made fast for one image at a time, most of which is black.

A black pixel adds nothing to z[1] and its row of ∇w[1] is exactly 0, so only the rows of lit
pixels, a fifth of them in a digit, are read and moved. Everything else is the page's arithmetic in
the page's order, on arrays that are looked up once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from engine.backprop.activations import PIXEL_VALUES, Floats
from engine.backprop.network import Network

#: Images whose lit pixels are looked for at once.
CHUNK = 1000


@dataclass(frozen=True, eq=False)
class LitPixels:
    """The lit pixels of n images, one image after the other: three bytes each.

    Those of image i are `places` and `values` from `starts[i]` to `starts[i + 1]`.
    """

    places: NDArray[np.int16]
    values: NDArray[np.uint8]
    starts: list[int]

    @classmethod
    def of(cls, images: NDArray[np.uint8]) -> LitPixels:
        """Find them in images (n, n_0)."""
        counts = np.count_nonzero(images, axis=1)
        starts = np.concatenate([[0], np.cumsum(counts)])
        places = np.empty(starts[-1], np.int16)
        for first in range(0, len(images), CHUNK):
            last = min(first + CHUNK, len(images))
            places[starts[first] : starts[last]] = np.nonzero(images[first:last])[1]
        return cls(places, images[images > 0], starts.tolist())

    def image(self, i: int) -> tuple[NDArray[np.intp], Floats]:
        """Places (k,), and the inputs (1, k) that the pixels there are, of an image."""
        part = slice(self.starts[i], self.starts[i + 1])
        x = PIXEL_VALUES.take(self.values[part])
        return self.places[part].astype(np.intp), x[None]


class LitNetwork(Network):
    """A network that learns one image at a time."""

    def __init__(self, sizes: Sequence[int], activation: str = "sigmoid") -> None:
        super().__init__(sizes, activation)
        # For one sample ∇b = δ: one array is both.
        self.delta = self.grad_b
        # A row as one item, so that NumPy copies rows and not numbers.
        self._rows = self.w[1].view(f"V{self.w[1].strides[0]}")[:, 0]
        behind = slice(self.w[1].size, None)
        self._others, self._steps = self.theta[behind], self.grad[behind]
        self._up = [
            (self.z[k - 1], self.a[k - 1], self.w[k], self.z[k], self.b[k])
            for k in range(2, self.last + 1)
        ]
        self._down = [
            (self.delta[k], self.a[k - 1], self.a[k - 1].T, self.grad_w[k], self.w[k].T,
             self.delta[k - 1], self.slopes[k - 1])
            for k in range(self.last, 1, -1)
        ]  # fmt: skip

    def learn(
        self, places: NDArray[np.intp], x: Floats, label: int, learning_rate: float
    ) -> float:
        """One step on the lit pixels x (1, k) of an image; its loss before the step.

        The backward pass is linear in δ, so the learning rate is put in at its beginning, and the
        gradients come out as steps.
        """
        dot, f, slope = np.dot, self.f, self.slope
        z, delta = self.z[self.last], self.delta[self.last]
        first, w_lit = self.z[1], self.w[1].take(places, axis=0)

        dot(x, w_lit, out=first)
        first += self.b[1]
        for z_below, a, w, z_above, b in self._up:
            f(z_below, out=a)
            dot(a, w, out=z_above)
            z_above += b

        logits: list[float] = z[0].tolist()
        top = max(logits)  # of so few numbers Python finds it sooner
        np.subtract(z, top, out=delta)
        np.exp(delta, out=delta)
        total = sum(delta[0].tolist())
        delta *= learning_rate / total
        delta[0, label] -= learning_rate

        for delta_above, a, a_turned, grad_w, w_turned, delta_below, slopes in self._down:
            dot(a_turned, delta_above, out=grad_w)
            dot(delta_above, w_turned, out=delta_below)
            delta_below *= slope(a, out=slopes)

        self._others -= self._steps
        w_lit -= dot(x.T, self.delta[1])
        self._rows[places] = w_lit.view(self._rows.dtype)[:, 0]
        return log(total) + top - logits[label]
