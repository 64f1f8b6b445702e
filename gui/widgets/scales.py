"""Ranges, ticks, number texts and label places: the arithmetic of axes, free of Qt."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np

from engine.words import grouped

_SUPERSCRIPTS = str.maketrans("0123456789-−.", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻·")
#: Rounding noise, as a share of a step, that does not count as crossing a tick.
_NOISE = 1e-9


def nice_step(span: float, intervals: int = 5) -> float:
    """The smallest of 1, 2, 2.5, 5 × 10ᵏ that divides `span` > 0 into at most `intervals`."""
    raw = span / intervals
    power = 10.0 ** math.floor(math.log10(raw))
    return next((m * power for m in (1, 2, 2.5, 5) if m * power >= raw * (1 - _NOISE)), 10 * power)


def nice_range(low: float, high: float, intervals: int = 5) -> tuple[float, float]:
    """The tightest range between multiples of a nice step that holds `low` ≤ `high`."""
    if not (math.isfinite(low) and math.isfinite(high) and low <= high):
        raise ValueError(f"An axis needs two finite ends in order, not {low} and {high}.")
    least = 1e-6 * max(abs(low), abs(high)) or 1.0
    if high - low < least:
        low, high = low - least / 2, high + least / 2
    step = nice_step(high - low, intervals)
    return math.floor(low / step + _NOISE) * step, math.ceil(high / step - _NOISE) * step


def grown(current: tuple[float, float], low: float, high: float) -> tuple[float, float]:
    """`current` where it already holds `low` and `high`, else a nice range around all of it."""
    if current[0] <= low and high <= current[1]:
        return current
    return nice_range(min(current[0], low), max(current[1], high))


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Multiples of a nice step within the range, at most `most` + 1 of them."""
    step = nice_step(high - low, max(most, 1))
    first, last = math.ceil(low / step - _NOISE), math.floor(high / step + _NOISE)
    return [k * step for k in range(first, last + 1)]


def nice_log_range(low: float, high: float) -> tuple[float, float]:
    """Like `nice_range` for exponents of ten: the ends are log10 of 1, 2 or 5 × 10ᵏ."""
    if not (math.isfinite(low) and math.isfinite(high) and low <= high):
        raise ValueError(f"An axis needs two finite ends in order, not {low} and {high}.")
    marks = [math.log10(m) for m in (1, 2, 5)]

    def beside(exponent: float, *, up: bool) -> float:
        decade = math.floor(exponent)
        near = [decade + k + mark for k in (-1, 0, 1) for mark in marks]
        if up:
            return min(m for m in near if m >= exponent - _NOISE)
        return max(m for m in near if m <= exponent + _NOISE)

    bottom, top = beside(low, up=False), beside(high, up=True)
    return (bottom, top) if top - bottom > 0.1 else (beside(bottom - 0.2, up=False), top)


def log_ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Exponents of the ticks of a log axis: 1, 2, 5 × 10ᵏ in a short range, else whole decades, in
    steps of 2, 5, 10, 20 … of them where there are many.
    """
    decades = range(math.floor(low) - 1, math.ceil(high) + 1)
    for marks in ((1, 2, 5), (1, 3), (1,)):
        found = [k + math.log10(m) for k in decades for m in marks]
        found = [t for t in found if low - _NOISE <= t <= high + _NOISE]
        if len(found) <= most + 1:
            return found
    for step in (m * 10**k for k in itertools.count() for m in (1, 2, 5)):
        first, last = math.ceil(low / step - _NOISE), math.floor(high / step + _NOISE)
        if last - first <= max(most, 1):
            break
    return [float(k * step) for k in range(first, last + 1)]


def number_text(value: float) -> str:
    """A value with about three significant figures and a real minus sign."""
    if not math.isfinite(value):
        return "–"
    size = abs(value)
    if size and not 1e-3 <= size < 1e5:
        exponent = math.floor(math.log10(size))
        text = f"{value / 10.0**exponent:.1f}×{power_text(exponent)}"
    else:
        decimals = 3 if size < 10 else 2 if size < 100 else 1 if size < 1000 else 0
        text = grouped(value, f",.{decimals}f")
    return text.replace("-", "−")


def percent_text(value: float, decimals: int = 1) -> str:
    """A share in 0…1 as "88.9 %"."""
    return f"{100 * value:.{decimals}f} %".replace("-", "−") if math.isfinite(value) else "–"


def power_text(exponent: float) -> str:
    """Ten to a power: 10⁻²·⁹."""
    figures = f"{exponent:.1f}".removesuffix(".0")
    return "10" + ("0" if figures == "-0" else figures).translate(_SUPERSCRIPTS)


def tick_text(value: float, step: float, *, percent: bool = False) -> str:
    """The text of a tick on an axis whose ticks are `step` apart."""
    if percent:
        value, step = 100 * value, 100 * step
    size = max(abs(value), step)
    if not 1e-4 <= size < 1e6:
        return "0" if abs(value) < step / 2 else f"{value:.3g}".replace("-", "−")
    decimals = next((d for d in range(8) if abs(step - round(step, d)) < step * 1e-6), 8)
    text = grouped(value, f",.{decimals}f")
    if not text.strip("-0."):
        text = text.lstrip("-")
    return text.replace("-", "−") + (" %" if percent else "")


def push_apart(
    centers: Sequence[float], heights: Sequence[float], low: float, high: float
) -> list[float]:
    """New centers for labels so that none overlap and all lie in [low, high], moved least.

    Labels keep their order. Isotonic regression: with the heights of the labels above taken off,
    "no overlap" reads "non-decreasing", and pooling adjacent violators is its least-squares answer.
    Where the labels do not all fit, they overflow at `high`.
    """
    order = sorted(range(len(centers)), key=lambda i: centers[i])
    offsets, used = [], 0.0
    for i in order:
        offsets.append(used + heights[i] / 2)
        used += heights[i]
    pools: list[list[float]] = []
    for i, offset in zip(order, offsets, strict=True):
        pools.append([centers[i] - offset, 1])
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (mean, count), (other, others) = pools[-2:]
            pools[-2:] = [[(mean * count + other * others) / (count + others), count + others]]
    free = [mean for mean, count in pools for _ in range(int(count))]
    placed = [0.0] * len(centers)
    for i, offset, top in zip(order, offsets, free, strict=True):
        placed[i] = max(low, min(top, high - used)) + offset
    return placed


def decimated(
    x: np.ndarray, y: np.ndarray, low: float, high: float, columns: int
) -> tuple[np.ndarray, np.ndarray]:
    """At most two points, least and greatest y, for each of `columns` pixel columns.

    `x` is ascending; points outside [low, high] are dropped, save the nearest on either side, so
    that lines leave the plot where they should. Curves that are sparse already stay as they are.
    """
    first = max(int(np.searchsorted(x, low, "left")) - 1, 0)
    last = int(np.searchsorted(x, high, "right")) + 1
    x, y = x[first:last], y[first:last]
    if len(x) <= 2 * columns or high <= low:
        return x, y
    column = np.clip((x - low) * (columns / (high - low)), -1, columns).astype(np.int64)
    starts = np.flatnonzero(np.diff(column, prepend=column[0] - 1))
    lowest, highest = np.fmin.reduceat(y, starts), np.fmax.reduceat(y, starts)
    ends = np.append(starts[1:], len(x)) - 1
    rising = y[ends] >= y[starts]
    out_x = np.column_stack([x[starts], x[ends]]).ravel()
    out_y = np.column_stack(
        [np.where(rising, lowest, highest), np.where(rising, highest, lowest)]
    ).ravel()
    return out_x, out_y


def top_rows(scores: Sequence[float], capacity: int, must: Sequence[int] = ()) -> list[int]:
    """The indices to show where only `capacity` rows fit: `must`, then the highest, in order."""
    if len(scores) <= capacity:
        return list(range(len(scores)))
    ranked = sorted(range(len(scores)), key=lambda i: (i not in must, -scores[i], i))
    return sorted(ranked[: max(capacity, 1)])
