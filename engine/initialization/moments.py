"""What an activation makes of a Gaussian pre-activation z ~ N(0, q), and of a correlated pair.

Closed forms: linear; ReLU and leaky ReLU (Cho and Saul, 2009, for the pair: E[f(u)·f(v)] =
q·(sin θ + (π − θ)·cos θ)/2π with cos θ = c). All others by quadrature: see `quadrature`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from engine.initialization.activations import HOMOGENEOUS, LEAK, apply
from engine.initialization.quadrature import DEGREES, hermite_weights, nodes
from engine.initialization.spec import Activation

Floats = NDArray[np.float64]

#: A tail below this share of the whole needs no shape.
NEGLIGIBLE = 1e-10
#: f(z) = leak·z + (1 − leak)·ReLU(z).
_LEAKS = {Activation.LINEAR: 1.0, Activation.RELU: 0.0, Activation.LEAKY_RELU: LEAK}


@dataclass(frozen=True, eq=False)
class Moments:
    """For z ~ N(0, q), all (k,) for k values of q.

    `mean` E[f], `second` E[f²], `fourth` E[f⁴]; `slope_second` E[f′²], `slope_fourth` E[f′⁴].
    """

    variance: Floats
    mean: Floats
    second: Floats
    fourth: Floats
    slope_second: Floats
    slope_fourth: Floats


def moments(activation: Activation, variance: Floats) -> Moments:
    """The moments at each q of `variance` (k,); exact, in closed form or to about 1e-14."""
    q = np.asarray(variance, dtype=np.float64)
    if activation in HOMOGENEOUS:
        return _homogeneous(_LEAKS[activation], q)
    t, weights = nodes()
    with np.errstate(all="ignore"):
        f, slope = apply(activation, np.sqrt(q)[:, None] * t)
        f2, slope2 = f * f, slope * slope
        return Moments(
            q, f @ weights, f2 @ weights, (f2 * f2) @ weights, slope2 @ weights,
            (slope2 * slope2) @ weights,
        )


def _homogeneous(leak: float, q: Floats) -> Moments:
    """Half of a Gaussian is kept, half multiplied with `leak` (1 for linear, 0 for ReLU)."""
    with np.errstate(all="ignore"):
        return Moments(
            variance=q,
            mean=(1 - leak) * np.sqrt(q / (2 * math.pi)),
            second=q * (1 + leak**2) / 2,
            fourth=q * q * 3 * (1 + leak**4) / 2,
            slope_second=np.full_like(q, (1 + leak**2) / 2),
            slope_fourth=np.full_like(q, (1 + leak**4) / 2),
        )


def relu_variance(second_moment: float) -> float:
    """Var(ReLU(z)) for z ~ N(0, s²): s²·(½ − 1/2π) = 0.341·s², not half of it."""
    return second_moment * (0.5 - 1 / (2 * math.pi))


@dataclass(frozen=True, eq=False)
class Expansion:
    """Hermite coefficients (k, DEGREES) of f, f², f′ and f′² at k values of q.

    What is beyond the last degree is the missing part of each second moment, `value_tail` (k,);
    its squares are taken to fall like k^(−3/2)·exp(−`tail_rate`·k), as those of a smoothed step.
    """

    value: Floats
    value_tail: Floats
    tail_rate: Floats
    square: Floats
    slope: Floats
    slope_square: Floats


def expansion(activation: Activation, variance: Floats) -> Expansion:
    """The coefficients at each q of `variance` (k,)."""
    q = np.asarray(variance, dtype=np.float64)
    if activation in HOMOGENEOUS:
        one = _unit_expansion(activation)
        size = np.sqrt(q)[:, None]
        with np.errstate(all="ignore"):
            return Expansion(
                size * one.value, q * one.value_tail, np.zeros_like(q), size**2 * one.square,
                np.broadcast_to(one.slope, (len(q), DEGREES)),
                np.broadcast_to(one.slope_square, (len(q), DEGREES)),
            )
    return _expanded(activation, q.tobytes())


@cache
def _unit_expansion(activation: Activation) -> Expansion:
    return _expanded(activation, np.ones(1).tobytes())


# The correlation of two inputs and the spread between seeds ask for the same q in turn.
@lru_cache(maxsize=16)
def _expanded(activation: Activation, variances: bytes) -> Expansion:
    t, weights = nodes()
    q = np.frombuffer(variances)
    with np.errstate(all="ignore"):
        f, slope = apply(activation, np.sqrt(q)[:, None] * t)
        stacked = np.concatenate([f, f * f, slope, slope * slope]) @ hermite_weights()
        value, square, slope_value, slope_square = stacked.reshape(4, len(q), DEGREES)
        second = (f * f) @ weights
        tail = np.maximum(second - (value * value).sum(axis=1), 0.0)
        # Σ k·f_k² is q·E[f′²]: what the tail has of it, over its size, is its mean degree.
        below = (value * value) @ np.arange(DEGREES)
        degree = (q * ((slope * slope) @ weights) - below) / np.maximum(tail, 1e-300)
    rates = [
        _tail_rate(float(mean)) if size > NEGLIGIBLE * whole else 0.0
        for mean, size, whole in zip(degree, tail, second, strict=True)
    ]
    return Expansion(value, tail, np.array(rates), square, slope_value, slope_square)


def _tail_rate(degree: float) -> float:
    """The rate at which a smoothed step's tail has this mean degree; 0 for a sharp step."""
    low, high = -12.0, math.log10(300 / DEGREES)
    for _ in range(40):
        middle = (low + high) / 2
        rate = 10**middle
        root = math.sqrt(DEGREES * rate)
        size = 2 / math.sqrt(DEGREES) * _step_integral(root)
        mean = math.sqrt(math.pi / rate) * math.erfc(root) / size if size > 0 else 0.0
        low, high = (middle, high) if mean > degree else (low, middle)
    return float(10**low)


def _step_integral(root: float) -> float:
    """½·√K·∫ k^(−3/2)·exp(−r·k) dk from K on, for root = √(r·K); 1 for r = 0."""
    return max(math.exp(-root * root) - math.sqrt(math.pi) * root * math.erfc(root), 0.0)


def pair_gap(
    activation: Activation, first: Floats, second: Floats, gap: Floats
) -> Floats:
    """½·E[(f(u) − f(v))²] for Gaussian pairs with ½·E[(u − v)²] = `gap`, all (m,).

    `first` and `second` are E[u²] and E[v²]. The gap is what is left of two inputs' difference; it
    is followed rather than their correlation because it does not cancel as that tends to 1.
    """
    if activation in HOMOGENEOUS:
        return _homogeneous_gap(_LEAKS[activation], first, second, gap)
    with np.errstate(all="ignore"):
        one = expansion(activation, first)
        two = one if second is first else expansion(activation, second)
        away = _one_minus_correlation(first, second, gap)
        tails = np.sqrt(one.value_tail * two.value_tail)
        products = one.value * two.value
        total = (products * _one_minus_powers(away)).sum(axis=1)
        rate = (one.tail_rate + two.tail_rate) / 2
        total += tails * (1 - _tail_power(activation, 1 - away, rate))
        if two is one:
            return np.asarray(total)
        own = 0.5 * ((one.value - two.value) ** 2).sum(axis=1)
        spread = 0.5 * (np.sqrt(one.value_tail) - np.sqrt(two.value_tail)) ** 2
        return np.asarray(total + own + spread)


def _one_minus_correlation(first: Floats, second: Floats, gap: Floats) -> Floats:
    """1 − c from 0 to 2; 0 where a variance is 0."""
    product = np.sqrt(first) * np.sqrt(second)
    rest = gap - 0.5 * (np.sqrt(first) - np.sqrt(second)) ** 2
    away = np.divide(rest, product, out=np.zeros_like(rest), where=product > 0)
    return np.asarray(np.clip(away, 0.0, 2.0))


def _one_minus_powers(away: Floats) -> Floats:
    """1 − c^k (m, DEGREES) for c = 1 − `away`, without cancellation near c = 1."""
    k = np.arange(DEGREES)
    close = -np.expm1(k * np.log1p(-np.minimum(away, 0.5))[:, None])
    plain = 1 - (1 - away)[:, None] ** k
    powers: Floats = np.where((away < 0.5)[:, None], close, plain)
    return powers


def _tail_power(activation: Activation, c: Floats, rate: Floats) -> Floats:
    """The mean of c^k over the degrees k beyond the last, by the squares of their coefficients.

    A tail remains only where √q is large. There tanh and sigmoid are smoothed steps, odd with
    squares as `Expansion` says, and GELU and SiLU kinks, even with squares like k^(−5/2).
    """
    own = -np.log(np.maximum(np.abs(c), 1e-300))
    if activation in (Activation.TANH, Activation.SIGMOID):
        rate = np.broadcast_to(rate, own.shape)
        roots = zip(np.sqrt(DEGREES * (own + rate)), np.sqrt(DEGREES * rate), strict=True)
        sizes = [(_step_integral(both), _step_integral(alone)) for both, alone in roots]
        mean = np.array([both / alone if alone > 0 else 0.0 for both, alone in sizes])
        return np.asarray(np.sign(c) * mean)
    own *= DEGREES
    step = np.array([_step_integral(root) for root in np.sqrt(own)])
    return np.asarray(np.maximum(np.exp(-own) - 2 * own * step, 0.0))


def _homogeneous_gap(leak: float, first: Floats, second: Floats, gap: Floats) -> Floats:
    """From E[f(u)·f(v)] = √(q₁q₂)·(leak·c + (1 − leak)²·κ(θ)), written as a difference."""
    with np.errstate(all="ignore"):
        away = _one_minus_correlation(first, second, gap)
        angle = 2 * np.arcsin(np.sqrt(away / 2))
        size = np.sqrt(first) * np.sqrt(second)
        shared = leak * away + (1 - leak) ** 2 * _half_minus_kernel(angle)
        sizes = (1 + leak**2) / 4 * (np.sqrt(first) - np.sqrt(second)) ** 2
        return np.asarray(size * shared + sizes)


def _half_minus_kernel(angle: Floats) -> Floats:
    """½ − κ(θ) = (π·(1 − cos θ) − sin θ + θ·cos θ)/2π."""
    plain = np.sin(angle) - angle * np.cos(angle)
    series = angle**3 / 3 - angle**5 / 30
    lost = np.where(angle < 1e-2, series, plain)
    half: Floats = (2 * math.pi * np.sin(angle / 2) ** 2 - lost) / (2 * math.pi)
    return half


def slope_pair(activation: Activation, variance: float, correlation: float) -> float:
    """E[f′(u)·f′(v)] for u, v ~ N(0, q) with correlation c."""
    if activation in HOMOGENEOUS:
        leak = _LEAKS[activation]
        both = 0.25 + math.asin(max(-1.0, min(1.0, correlation))) / (2 * math.pi)
        return leak**2 + 2 * leak * (1 - leak) / 2 + (1 - leak) ** 2 * both
    q = np.array([variance])
    if correlation == 1.0:
        return float(moments(activation, q).slope_second[0])
    coefficients = expansion(activation, q).slope[0]
    return float((coefficients**2 * correlation ** np.arange(DEGREES)).sum())
