"""The function to be fitted, f on [−B, B], wherever it comes from."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from engine.expressivity.presets import PresetKey, find_preset, noise_values
from engine.expressivity.spec import FunctionSpec, TargetKind, refuse_huge
from engine.formula import Formula
from engine.formula_words import Floats
from engine.lazy import lazy

#: The Lipschitz constant is first looked for on this many intervals, then inside the steepest ones.
LIPSCHITZ_INTERVALS, STEEPEST, HALVINGS = 20_000, 8, 20
#: Quotients after so few halvings are free of rounding.
TRUSTED = 6
#: A quotient that still grows by this factor at the last halving will never settle.
SETTLED = 1.2


@dataclass(frozen=True, eq=False)
class Target:
    """f on [−B, B], B = `half_width`; `label` is its formula or what it is.

    `known_lipschitz` is the exact Lipschitz constant on the interval, inf where f jumps, or None
    where nobody has worked it out.
    """

    half_width: float
    label: str
    function: Callable[[Floats], Floats]
    known_lipschitz: float | None = None

    def __call__(self, x: ArrayLike) -> Floats:
        """f at x, of the same shape; raises `SpecError` where it is not finite or huge."""
        points = np.asarray(x, dtype=np.float64)
        y = self.function(points)
        if points.size:
            refuse_huge(y.ravel(), points.ravel())
        return y

    def sampled(self, count: int) -> tuple[Floats, Floats]:
        """x (count,) evenly spaced from −B to B, and f there (count,)."""
        x = np.linspace(-self.half_width, self.half_width, count)
        return x, self(x)

    @lazy
    def lipschitz(self) -> float:
        """L: exact where known, else the estimate of `estimated_lipschitz`."""
        known = self.known_lipschitz
        return self.estimated_lipschitz if known is None else known

    @lazy
    def estimated_lipschitz(self) -> float:
        """The steepest difference quotient found, inf where it grows for ever as it narrows.

        Every quotient is a lower bound of L, so this is one. The steepest intervals of a dense
        sampling are halved twenty times, each time towards the steeper half: on a smooth function
        the quotient settles at |f′|, at a jump it doubles with every halving, and at a root like
        √|x| it grows by √2.
        """
        x, y = self.sampled(LIPSCHITZ_INTERVALS + 1)
        rises = np.abs(np.diff(y))
        # A rise below this may be rounding for more than a ten-millionth part.
        smallest = 1e7 * np.finfo(np.float64).eps * float(np.abs(y).max())
        coarse = quotient = float(rises.max() / (x[1] - x[0]))
        steepest = np.argsort(rises)[-STEEPEST:]
        left, right = x[steepest], x[steepest + 1]
        growth, steepest_found = 1.0, coarse
        for halving in range(HALVINGS):
            middle = left + (right - left) / 2
            first, second = np.abs(np.diff([self(left), self(middle), self(right)], axis=0))
            is_first = first > second
            left, right = np.where(is_first, left, middle), np.where(is_first, middle, right)
            rise = np.maximum(first, second)
            if rise.max() <= smallest:
                break
            before, quotient = quotient, float((rise / (right - left)).max())
            growth = quotient / before
            # Narrower ones differ by rounding alone, unless the function is really steeper there.
            if halving < TRUSTED or quotient > 1.0001 * coarse:
                steepest_found = max(steepest_found, quotient)
        return math.inf if growth >= SETTLED else steepest_found


def make_target(spec: FunctionSpec) -> Target:
    """The target of a spec; the same object for the same target, so that L is found only once."""
    kind = spec.target
    if kind is TargetKind.FORMULA:
        return _from_formula(spec.formula, spec.half_width)
    if kind is TargetKind.PRESET:
        return _from_preset(spec.preset, spec.half_width)
    if kind is TargetKind.DRAWN:
        return _from_drawing(spec.drawn, spec.half_width)
    return _from_points(spec.points, spec.half_width)


@lru_cache(maxsize=8)
def _from_formula(text: str, half_width: float) -> Target:
    return Target(half_width, text, Formula(text))


@lru_cache(maxsize=8)
def _from_preset(key: PresetKey, half_width: float) -> Target:
    preset = find_preset(key)
    lipschitz = preset.lipschitz(half_width)
    if preset.formula:
        return Target(half_width, key.label, Formula(preset.formula), lipschitz)
    values = np.array(noise_values())
    x = np.linspace(-half_width, half_width, len(values))
    return Target(half_width, key.label, lambda at: np.interp(at, x, values), lipschitz)


@lru_cache(maxsize=8)
def _from_drawing(drawn: tuple[float, ...], half_width: float) -> Target:
    x = np.linspace(-half_width, half_width, len(drawn))
    return _polygon(x, np.array(drawn), half_width, "drawing")


@lru_cache(maxsize=8)
def _from_points(points: tuple[tuple[float, float], ...], half_width: float) -> Target:
    x, y = np.array(points).T
    return _polygon(x, y, half_width, "CSV file")


def _polygon(x: Floats, y: Floats, half_width: float, label: str) -> Target:
    """Straight lines through points, constant beyond them; L is the steepest one in sight."""
    inside = (x[1:] > -half_width) & (x[:-1] < half_width)
    slopes = np.abs(np.diff(y) / np.diff(x))[inside]
    return Target(
        half_width, label, lambda at: np.interp(at, x, y), float(slopes.max(initial=0.0))
    )
