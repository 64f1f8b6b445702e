"""A neural network in NumPy, on one page (homework part 4). Rows are samples.

    forward    a[0] = x      z[k] = a[k-1] w[k] + b[k]      a[k] = f(z[k])      p = softmax(z[K])
    loss       L = −Σ y log p, averaged over the samples
    backward   δ[K] = p − y      δ[k] = (δ[k+1] w[k+1]ᵀ) ⊙ f′(z[k])
               ∇w[k] = a[k-1]ᵀ δ[k]      ∇b[k] = δ[k]
    update     w[k] ← w[k] − η ∇w[k]      b[k] ← b[k] − η ∇b[k]

Every array is made once and then written in place (`out=`, `-=`): the numbers are the same, in half
the time. `lit.py` makes it faster still where most inputs are 0.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.backprop.activations import ACTIVATIONS, Floats
from engine.backprop.flat import views


class Network:
    """Layers k = 1 … K, and the arrays of one pass over m samples; all float64.

    w[k] (n_in, n_out), b[k] (1, n_out), grad_w and grad_b alike; a[k], z[k] and delta[k] (m, n_k).
    """

    def __init__(self, sizes: Sequence[int], activation: str = "sigmoid", samples: int = 1) -> None:
        self.sizes, self.activation = tuple(sizes), activation
        self.f, self.slope = ACTIVATIONS[activation]
        self.layers = range(1, len(sizes))
        self.last = len(sizes) - 1
        # One long vector each, so that one line updates them all; w, b and so on look into it.
        self.theta, self.w, self.b = views(sizes)
        self.grad, self.grad_w, self.grad_b = views(sizes)
        self.step = np.zeros_like(self.theta)
        self.make_room(samples)

    def make_room(self, samples: int) -> None:
        """Arrays for passes over m samples."""
        self.a = {k: np.zeros((samples, n)) for k, n in enumerate(self.sizes[:-1])}
        self.z = {k: np.zeros((samples, self.sizes[k])) for k in self.layers}
        self.slopes = {k: np.zeros_like(self.a[k]) for k in self.a if k > 0}
        self.delta = {k: np.zeros_like(self.z[k]) for k in self.layers}
        self.shifted, self.exps, self.p = (np.zeros_like(self.z[self.last]) for _ in range(3))
        self.totals = np.zeros((samples, 1))
        self.over_samples, self.over_classes = np.ones((1, samples)), np.ones((self.sizes[-1], 1))

    # --- 4a -------------------------------------------------------------------------------------

    def initialise(self, rng: np.random.Generator) -> None:
        """w ~ N(0, 1/max(n_in, n_out)), one layer after the other, and b = 0."""
        for k in self.layers:
            shape = self.w[k].shape
            self.w[k][:] = rng.normal(scale=1 / np.sqrt(max(shape)), size=shape)
            self.b[k][:] = 0

    # --- 4b -------------------------------------------------------------------------------------

    @np.errstate(over="ignore")
    def forward(self, x: Floats) -> Floats:
        """The probabilities p (m, n_K) for the inputs x (m, n_0)."""
        self.a[0] = x
        for k in self.layers:
            self.pre_activate(k)
            if k < self.last:
                self.activate(k)
        self.softmax(self.z[self.last])
        return self.p

    def pre_activate(self, k: int) -> None:
        np.dot(self.a[k - 1], self.w[k], out=self.z[k])
        self.z[k] += self.b[k]

    def activate(self, k: int) -> None:
        self.f(self.z[k], out=self.a[k])

    def softmax(self, z: Floats) -> None:
        self.shift(z)
        self.exponentiate()
        self.normalise()

    def shift(self, z: Floats) -> None:
        """The same p, and exp cannot overflow."""
        np.subtract(z, z.max(axis=1, keepdims=True), out=self.shifted)

    def exponentiate(self) -> None:
        np.exp(self.shifted, out=self.exps)

    def normalise(self) -> None:
        np.dot(self.exps, self.over_classes, out=self.totals)  # their sum, as a product
        np.divide(self.exps, self.totals, out=self.p)

    def loss(self, y: Floats) -> float:
        """−Σ y log p as log Σ exp(z) − Σ y z, the mean over the samples; y (m, n_K) sum to 1."""
        return float(np.sum(np.log(self.totals)) - np.vdot(y, self.shifted)) / len(y)

    # --- 4c -------------------------------------------------------------------------------------

    def backward(self, y: Floats) -> None:
        """All gradients of the loss, after `forward`; no weight moves yet."""
        self.output_delta(y)
        for k in reversed(self.layers):
            self.gradients(k)
            if k > 1:
                self.hidden_delta(k - 1)

    def output_delta(self, y: Floats) -> None:
        np.subtract(self.p, y, out=self.delta[self.last])  # no f′ here
        self.delta[self.last] /= len(y)

    def gradients(self, k: int) -> None:
        np.dot(self.a[k - 1].T, self.delta[k], out=self.grad_w[k])
        np.dot(self.over_samples, self.delta[k], out=self.grad_b[k])

    def hidden_delta(self, k: int) -> None:
        np.dot(self.delta[k + 1], self.w[k + 1].T, out=self.delta[k])
        self.delta[k] *= self.slope(self.a[k], out=self.slopes[k])

    # --- 4d -------------------------------------------------------------------------------------

    def update(self, learning_rate: float) -> None:
        """One step of gradient descent, for all layers at once."""
        np.multiply(self.grad, learning_rate, out=self.step)
        self.theta -= self.step
