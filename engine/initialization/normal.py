"""The distribution function Φ of the standard normal on whole arrays; NumPy has none."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

#: erfc(x)·exp(x²) is smooth in (x − 3)/(x + 3), on all of 0 ≤ x < ∞ (Schonfelder, 1978).
_CENTRE = 3.0
_DEGREE = {np.dtype(np.float64): 26, np.dtype(np.float32): 12}


def _scaled_erfc(x: float) -> float:
    """erfc(x)·exp(x²) for x ≥ 0."""
    if x < 15:
        return math.exp(x * x) * math.erfc(x)
    inverse = 1 / (2 * x * x)
    series = 1 - inverse * (1 - 3 * inverse * (1 - 5 * inverse * (1 - 7 * inverse)))
    return series / (x * math.sqrt(math.pi))


@cache
def _coefficients(dtype: np.dtype[Any]) -> tuple[float, ...]:
    """Chebyshev coefficients, fitted once to the standard library's own erfc."""
    count = 64
    u = np.cos(np.pi * (np.arange(count) + 0.5) / count)
    values = [_scaled_erfc(_CENTRE * (1 + point) / (1 - point)) for point in u]
    fitted = np.polynomial.chebyshev.chebfit(u, values, count - 1)
    return tuple(float(c) for c in fitted[: _DEGREE[dtype] + 1])


def normal_cdf_and_density(z: Array) -> tuple[Array, Array]:
    """Φ(z) and φ(z), of the shape and dtype of z (float32 or float64).

    Accurate to about 1e-15 in float64 and 1e-7 in float32.
    """
    kind = z.dtype.type
    x = np.abs(z)
    x *= kind(math.sqrt(0.5))
    u = (x - kind(_CENTRE)) / (x + kind(_CENTRE))
    twice = u + u
    later = np.zeros_like(u)
    latest = np.zeros_like(u)
    coefficients = _coefficients(z.dtype)
    for coefficient in reversed(coefficients[1:]):  # Clenshaw
        later, latest = twice * later - latest + kind(coefficient), later
    tail = u * later - latest + kind(coefficients[0])
    x *= x
    density = np.exp(-x)
    tail *= density
    tail *= kind(0.5)
    density *= kind(1 / math.sqrt(2 * math.pi))
    return np.where(z > 0, 1 - tail, tail), density
