"""Activations f and their slopes f′, written in place; the slope is taken from a = f(z)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
#: Takes an array, writes `out` of the same shape, returns it.
InPlace = Callable[..., Floats]


def sigmoid(z: Floats, *, out: Floats) -> Floats:
    """σ(z) = 1/(1 + exp(−z)); where exp overflows, 1/∞ is the 0 that it should be."""
    np.negative(z, out=out)
    np.exp(out, out=out)
    out += 1.0
    return np.reciprocal(out, out=out)


def sigmoid_slope(a: Floats, *, out: Floats) -> Floats:
    """σ′(z) = a (1 − a)."""
    np.subtract(1.0, a, out=out)
    out *= a
    return out


def tanh(z: Floats, *, out: Floats) -> Floats:
    """tanh(z)."""
    return np.tanh(z, out=out)


def tanh_slope(a: Floats, *, out: Floats) -> Floats:
    """tanh′(z) = 1 − a²."""
    np.multiply(a, a, out=out)
    return np.subtract(1.0, out, out=out)


def relu(z: Floats, *, out: Floats) -> Floats:
    """max(z, 0)."""
    return np.maximum(z, 0.0, out=out)


def relu_slope(a: Floats, *, out: Floats) -> Floats:
    """1 where z > 0, else 0; at z = 0, where there is no slope, it is 0, as in PyTorch."""
    return np.greater(a, 0.0, out=out, casting="unsafe")


#: By name: f and f′.
ACTIVATIONS: dict[str, tuple[InPlace, InPlace]] = {
    "sigmoid": (sigmoid, sigmoid_slope),
    "tanh": (tanh, tanh_slope),
    "relu": (relu, relu_slope),
}

#: Pixels are float32/255 and then float64, so each of the 256 values is rounded as in float32.
PIXEL_VALUES: Floats = (np.arange(256, dtype=np.float32) / np.float32(255)).astype(np.float64)
