"""Targets worth fitting, from smooth to nasty, each with a sentence on what to watch."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from engine.presets import chosen_preset
from engine.spec import Choice

Constant = Callable[[float], float]


class PresetKey(Choice):
    SINE = "sine", "sin 3x"
    BUMP = "bump", "Gaussian bump"
    POLYNOMIAL = "polynomial", "x³ − x"
    SATURATION = "saturation", "tanh 5x"
    RUNGE = "runge", "1/(1 + 25x²)"
    KINK = "kink", "|x|"
    ROOT = "root", "√|x|"
    SPIKE = "spike", "spike"
    JUMP = "jump", "jump"
    SAWTOOTH = "sawtooth", "sawtooth"
    SQUARE = "square", "square wave"
    STAIRCASE = "staircase", "staircase"
    CHIRP = "chirp", "chirp sin 4x²"
    NOISE = "noise", "noise"


@dataclass(frozen=True)
class Preset:
    """A named target; `lipschitz(B)` is the exact Lipschitz constant on [−B, B], inf for jumps.

    `formula` is its text; it is empty for noise, which no formula gives.
    """

    key: PresetKey
    watch: str
    formula: str
    lipschitz: Constant


def _up_to(peak: float, slope: Constant) -> Constant:
    """The constant where |f′(x)| = `slope(x)` is even and greatest at x = `peak`."""
    return lambda half_width: slope(min(half_width, peak))


def _chirp_slope(half_width: float) -> float:
    """The greatest |8x·cos 4x²|: at B, or where tan u = 1/(2u) for the last u = 4x² before it."""
    last = 4 * half_width**2

    def slope(u: float) -> float:
        return 4 * math.sqrt(u) * abs(math.cos(u))

    best = slope(last)
    for turn in (math.floor(last / math.pi) - 1, math.floor(last / math.pi)):
        u = turn * math.pi + 0.3
        for _ in range(60):
            u = turn * math.pi + math.atan(1 / (2 * u)) if u > 0 else 0.3
        if turn >= 0 and u <= last:
            best = max(best, slope(u))
    return best


def _always(value: float) -> Constant:
    return lambda _: value


#: The noise is a polygon through this many seeded values in [−1, 1], spread over [−B, B].
NOISE_CORNERS, NOISE_SEED = 201, 1989


def noise_values() -> list[float]:
    """The seeded values (NOISE_CORNERS,) that the noise runs through."""
    state, values = NOISE_SEED, []
    for _ in range(NOISE_CORNERS):
        # The generator of Park and Miller (1988): the same on every machine and for ever.
        state = state * 48_271 % (2**31 - 1)
        values.append(2 * state / (2**31 - 1) - 1)
    return values


@cache
def _noise_slope() -> float:
    """The steepest line of the noise over [−1, 1]."""
    rises = (abs(after - before) for before, after in pairwise(noise_values()))
    return max(rises) * (NOISE_CORNERS - 1) / 2


PRESETS: dict[PresetKey, Preset] = {
    preset.key: preset
    for preset in (
        Preset(PresetKey.SINE, "Smooth: twice the pieces, half the error.", "sin(3*x)",
               _always(3.0)),
        Preset(PresetKey.BUMP, "Most pieces lie where nothing happens: try adaptive.",
               "exp(-4*x^2)", _up_to(1 / math.sqrt(8), lambda x: 8 * x * math.exp(-4 * x * x))),
        Preset(PresetKey.POLYNOMIAL, "Steepest at the ends: that is where the sup error sits.",
               "x^3 - x", lambda b: max(1.0, abs(3 * b * b - 1))),
        Preset(PresetKey.SATURATION, "Steep once and flat elsewhere.", "tanh(5*x)",
               _always(5.0)),
        Preset(PresetKey.RUNGE, "Polynomials of high degree fail on it; boxes do not.",
               "1/(1 + 25*x^2)",
               _up_to(1 / math.sqrt(75), lambda x: 50 * x / (1 + 25 * x * x) ** 2)),
        Preset(PresetKey.KINK, "A kink costs steps nothing: |x| is Lipschitz.", "abs(x)",
               _always(1.0)),
        Preset(PresetKey.ROOT, "Continuous but infinitely steep at 0: the bound says nothing.",
               "sqrt(abs(x))", _always(math.inf)),
        Preset(PresetKey.SPIKE, "Until a piece is as narrow as the spike, nobody sees it.",
               "max(0, 1 - 20*abs(x - 0.3))", lambda b: 20.0 if b > 0.25 else 0.0),
        Preset(PresetKey.JUMP, "One breakpoint in the right place is worth a thousand others.",
               "u(x - 0.1)", lambda b: math.inf if b > 0.1 else 0.0),
        Preset(PresetKey.SAWTOOTH, "At every jump the sup error stays, however large n is.",
               "mod(x, 1) - 0.5", _always(math.inf)),
        Preset(PresetKey.SQUARE, "Constant between its jumps: a few good breakpoints do it.",
               "sign(sin(pi*x))", _always(math.inf)),
        Preset(PresetKey.STAIRCASE, "A step network by birth.", "floor(2*x)/2",
               _always(math.inf)),
        Preset(PresetKey.CHIRP, "Faster towards the ends: uniform pieces run out there.",
               "sin(4*x^2)", _chirp_slope),
        Preset(PresetKey.NOISE, "Nothing to learn between the samples, but boxes copy it.", "",
               lambda b: _noise_slope() / b),
    )
}

def find_preset(key: str) -> Preset:
    """The preset `key`; raises `SpecError` with the known ones otherwise."""
    return chosen_preset(PRESETS, key)
