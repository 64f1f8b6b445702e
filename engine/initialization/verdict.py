"""What becomes of a signal, in a few words and in a sentence."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from engine.initialization.results import Verdict
from engine.initialization.spec import Precision
from engine.words import grouped, say

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
    is_gradient = direction == "backward"
    infinite = np.flatnonzero(np.isposinf(squares))
    if len(infinite):
        return _overflow(int(infinite[0]) + 1, squares, start, precision, is_gradient)
    if len(squares) == 0 or not start > 0 or np.isnan(squares).any():
        return _nothing(start, is_gradient)
    if squares[-1] <= 0:
        layer = int(np.flatnonzero(squares <= 0)[0]) + 1
        place = _place(layer, is_gradient)
        return Verdict(
            "vanishes", 0.0, layer, say("0 from {place}", place=place),
            say("{signal} is exactly 0 from {place} on: nothing passes.",
                signal=_signal(is_gradient), place=place),
        )
    log_factor = math.log(squares[-1] / start) / len(squares)
    return _growth(math.exp(log_factor), squares, start, precision, is_gradient)


def _growth(
    factor: float, squares: Floats, start: float, precision: Precision, is_gradient: bool
) -> Verdict:
    total = float(squares[-1] / start)
    layers = len(squares)
    ratio = max(total, 1 / total)
    is_even = max(factor, 1 / factor) <= HOLDS_PER_LAYER
    if (is_even and ratio <= HOLDS_WITHIN) or (abs(factor - 1) < SLOW and ratio < FAR):
        return Verdict(
            "holds", factor, None, say("holds"),
            say("{signal} holds: after {layers} its mean square is {times} times what it was.",
                signal=_signal(is_gradient), layers=_layers(layers), times=_number(total)),
        )
    values = {
        "square": say("The gradient's mean square") if is_gradient
        else say("The signal's mean square"),
        "factor": _factor(factor), "precision": precision.value,
    }
    if factor < 1:
        bits = _DIGITS[precision]
        layer = _first(squares < start * 2.0**-bits) or math.ceil(
            -bits * math.log(2) / math.log(factor) - 1e-9
        )
        return Verdict(
            "vanishes", factor, layer,
            say("× {factor} per layer: gone by layer {layer} in {precision}", layer=layer,
                **values),
            say("{square} is multiplied with {factor} per layer: by {place} it is below "
                "2⁻{bits} of what it was, the resolution of {precision}.",
                place=_place(layer, is_gradient), bits=_raised(bits), **values),
        )
    log_room = 2 * math.log(_LARGEST[precision]) - math.log(squares[-1])
    layer = layers + math.ceil(log_room / math.log(factor))
    return Verdict(
        "explodes", factor, layer,
        say("× {factor} per layer: inf by layer {layer}", layer=layer, **values),
        say("{square} is multiplied with {factor} per layer: after {layers} it is {times} times "
            "what it was, and by {place} {precision} would overflow.",
            layers=_layers(layers), times=_number(total), place=_place(layer, is_gradient),
            **values),
    )


def _overflow(
    layer: int, squares: Floats, start: float, precision: Precision, is_gradient: bool
) -> Verdict:
    finite = squares[: layer - 1]
    factor = math.inf
    if len(finite) and start > 0 and finite[-1] > 0:
        factor = math.exp(math.log(finite[-1] / start) / len(finite))
    place = _place(layer, is_gradient)
    values = {
        "signal": _signal(is_gradient), "place": place, "precision": precision.value,
        "largest": _number(_LARGEST[precision]),
    }
    sentence = (
        say("{signal} is infinite from {place} on after a factor of {factor} per layer: "
            "{precision} ends at {largest}.", factor=_factor(factor), **values)
        if math.isfinite(factor)
        else say("{signal} is infinite from {place} on: {precision} ends at {largest}.", **values)
    )
    return Verdict("overflows", factor, layer, say("inf from {place}", place=place), sentence)


def _nothing(start: float, is_gradient: bool) -> Verdict:
    if is_gradient:
        return Verdict(
            "overflows" if start > 0 else "vanishes", math.nan, None, say("no gradient"),
            say("There is no gradient: the forward pass overflowed, or the network has one layer "
                "only."),
        )
    return Verdict("vanishes", math.nan, None, say("no signal"),
                   say("Every input is 0: nothing to follow."))


def _signal(is_gradient: bool) -> str:
    return say("The gradient") if is_gradient else say("The signal")


def _place(layer: int, is_gradient: bool) -> str:
    """A layer; backwards they are counted from the back."""
    if is_gradient:
        return say("layer {layer} from the back", layer=layer)
    return say("layer {layer}", layer=layer)


def _first(hits: NDArray[np.bool_]) -> int | None:
    found = np.flatnonzero(hits)
    return int(found[0]) + 1 if len(found) else None


def _layers(count: int) -> str:
    return say("1 layer") if count == 1 else say("{count} layers", count=count)


def _factor(value: float) -> str:
    """0.50, 0.953, 1.02, 12, 3.4·10⁵: three digits, and two decimals where that suffices."""
    if 0.1 <= value < 10:
        return f"{value:.3f}" if 0.9 < value < 1.1 else f"{value:.2f}"
    return _number(value)


def _number(value: float) -> str:
    """A number for a sentence: 0.27, 1,050, 9.5·10⁻⁷."""
    if value == 0 or 0.01 <= abs(value) < 1e5:
        return f"{value:.3g}" if abs(value) < 1000 else grouped(value, ",.0f")
    mantissa, exponent = f"{value:.1e}".split("e")
    return f"{mantissa}·10{_raised(int(exponent))}"


def _raised(number: int) -> str:
    return str(number).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
