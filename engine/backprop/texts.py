"""Numbers and short sums in TeX."""

from __future__ import annotations

from math import isfinite

import numpy as np

from engine.backprop.activations import Floats


def number(value: float, digits: int = 4) -> str:
    """A number in TeX: 0.2174, -1.2·10⁻⁵."""
    value = float(value)
    if not isfinite(value):
        return r"\mathrm{nan}" if value != value else r"\infty" if value > 0 else r"-\infty"
    text = f"{value:.{digits}g}"
    mantissa, _, exponent = text.partition("e")
    return rf"{mantissa}\cdot 10^{{{int(exponent)}}}" if exponent else text


def factor(value: float, digits: int = 4) -> str:
    """A number as a factor: in brackets if it is negative."""
    text = number(value, digits)
    return f"({text})" if text.startswith("-") else text


def product_sum(left: Floats, right: Floats, most: int = 3, digits: int = 3) -> str:
    """Σ left·right in TeX with its largest terms, and dots where there are more; both (n,)."""
    products = left * right
    order = np.argsort(-np.abs(products), kind="stable")[:most]
    shown = [i for i in sorted(order.tolist()) if products[i] != 0] or [0]
    terms = [rf"{factor(left[i], digits)}\cdot {factor(right[i], digits)}" for i in shown]
    more = np.count_nonzero(products) > len(shown)
    return " + ".join([*terms, r"\cdots"] if more else terms)

