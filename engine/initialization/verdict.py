"""What becomes of a signal, in a few words and in a sentence."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from engine.initialization.results import Verdict
from engine.initialization.spec import Precision

Floats = NDArray[np.float64]

#: A signal holds while a layer changes its mean square by less than this factor, and all layers …
HOLDS_PER_LAYER, HOLDS_WITHIN = 1.25, 10.0
#: … or while it drifts by less than this share per layer and has not yet come out at 100 times.
SLOW, FAR = 0.02, 100.0

_DIGITS = {Precision.FLOAT32: 23, Precision.FLOAT64: 52}
_LARGEST = {
    Precision.FLOAT32: float(np.finfo(np.float32).max), Precision.FLOAT64: np.finfo(np.float64).max,
}


def judge(squares: Floats, start: float, precision: Precision, direction: str) -> Verdict:
    """The verdict on mean squares (k,) after each of k layers, from `start` before them.

    `direction` is "forward" or "backward"; backwards the layers are counted from the back. A
    signal is gone where its mean square is below the precision's resolution (2⁻²³ for float32) of
    what it was, and overflows where its root does.
    """
    name = "gradient" if direction == "backward" else "signal"
    where = " from the back" if direction == "backward" else ""
    infinite = np.flatnonzero(np.isposinf(squares))
    if len(infinite):
        return _overflow(int(infinite[0]) + 1, squares, start, precision, name, where)
    if len(squares) == 0 or not start > 0 or np.isnan(squares).any():
        return _nothing(name, start)
    if squares[-1] <= 0:
        layer = int(np.flatnonzero(squares <= 0)[0]) + 1
        return Verdict(
            "vanishes", 0.0, layer, f"0 from layer {layer}{where}",
            f"The {name} is exactly 0 from layer {layer}{where} on: nothing passes.",
        )
    log_factor = math.log(squares[-1] / start) / len(squares)
    return _growth(math.exp(log_factor), squares, start, precision, name, where)


def _growth(
    factor: float, squares: Floats, start: float, precision: Precision, name: str, where: str
) -> Verdict:
    total = float(squares[-1] / start)
    layers = len(squares)
    ratio = max(total, 1 / total)
    is_even = max(factor, 1 / factor) <= HOLDS_PER_LAYER
    if (is_even and ratio <= HOLDS_WITHIN) or (abs(factor - 1) < SLOW and ratio < FAR):
        return Verdict(
            "holds", factor, None, "holds",
            f"The {name} holds: after {_layers(layers)} its mean square is {_number(total)} times "
            "what it was.",
        )
    words = f"× {_factor(factor)} per layer"
    if factor < 1:
        bits = _DIGITS[precision]
        layer = _first(squares < start * 2.0**-bits) or math.ceil(
            -bits * math.log(2) / math.log(factor) - 1e-9
        )
        return Verdict(
            "vanishes", factor, layer, f"{words}: gone by layer {layer} in {precision.value}",
            f"The {name}'s mean square is multiplied with {_factor(factor)} per layer: by layer "
            f"{layer}{where} it is below 2⁻{_raised(bits)} of what it was, the resolution of "
            f"{precision.value}.",
        )
    log_room = 2 * math.log(_LARGEST[precision]) - math.log(squares[-1])
    layer = layers + math.ceil(log_room / math.log(factor))
    return Verdict(
        "explodes", factor, layer, f"{words}: inf by layer {layer}",
        f"The {name}'s mean square is multiplied with {_factor(factor)} per layer: after "
        f"{_layers(layers)} it is {_number(total)} times what it was, and by layer {layer}{where} "
        f"{precision.value} would overflow.",
    )


def _overflow(
    layer: int, squares: Floats, start: float, precision: Precision, name: str, where: str
) -> Verdict:
    finite = squares[: layer - 1]
    factor = math.inf
    if len(finite) and start > 0 and finite[-1] > 0:
        factor = math.exp(math.log(finite[-1] / start) / len(finite))
    growth = f" after a factor of {_factor(factor)} per layer" if math.isfinite(factor) else ""
    return Verdict(
        "overflows", factor, layer, f"inf from layer {layer}{where}",
        f"The {name} is infinite from layer {layer}{where} on{growth}: {precision.value} ends at "
        f"{_number(_LARGEST[precision])}.",
    )


def _nothing(name: str, start: float) -> Verdict:
    if name == "gradient":
        return Verdict(
            "overflows" if start > 0 else "vanishes", math.nan, None, "no gradient",
            "There is no gradient: the forward pass overflowed, or the network has one layer only.",
        )
    return Verdict("vanishes", math.nan, None, "no signal", "Every input is 0: nothing to follow.")


def _first(hits: NDArray[np.bool_]) -> int | None:
    found = np.flatnonzero(hits)
    return int(found[0]) + 1 if len(found) else None


def _layers(count: int) -> str:
    return "1 layer" if count == 1 else f"{count} layers"


def _factor(value: float) -> str:
    """0.50, 0.953, 1.02, 12, 3.4·10⁵: three digits, and two decimals where that suffices."""
    if 0.1 <= value < 10:
        return f"{value:.3f}" if 0.9 < value < 1.1 else f"{value:.2f}"
    return _number(value)


def _number(value: float) -> str:
    """A number for a sentence: 0.27, 1,050, 9.5·10⁻⁷."""
    if value == 0 or 0.01 <= abs(value) < 1e5:
        return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"
    mantissa, exponent = f"{value:.1e}".split("e")
    return f"{mantissa}·10{_raised(int(exponent))}"


def _raised(number: int) -> str:
    return str(number).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
