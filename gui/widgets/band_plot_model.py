"""What a band plot shows and which range it takes; no Qt."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from gui.widgets import scales

EMPTY = np.empty(0)
#: A log axis ends at a multiple of the first of these, in decades, of which there are few enough.
STEPS, MOST_STEPS = (1, 2, 5, 10), 10


@dataclass(frozen=True, eq=False)
class BandSeries:
    """A measured curve with its band and what theory says, all (points,) over common x.

    `words` is said of it in a line of its own. Infinite values are told by a mark at the top edge,
    and zeros on a log axis by one at the bottom.
    """

    label: str
    token: str
    measured: np.ndarray
    lowest: np.ndarray = field(default_factory=lambda: EMPTY)
    highest: np.ndarray = field(default_factory=lambda: EMPTY)
    theory: np.ndarray = field(default_factory=lambda: EMPTY)
    words: str = ""
    #: Said instead where there is little room.
    brief: str = ""


def on_axis(values: np.ndarray, is_log: bool) -> np.ndarray:
    """Heights in axis units: nan where there is none, ±inf beyond the edges."""
    values = np.asarray(values, dtype=np.float64)
    if not is_log:
        return values
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(values >= 0, np.log10(values), np.nan)


def good_range(series: Sequence[BandSeries], is_log: bool) -> tuple[float, float]:
    """A range, in axis units, that holds everything finite; whole decades on a log axis, and where
    there are many, whole steps of several: then it seldom moves under what is dragged.

    What is predicted beyond an overflow would squeeze all that was measured, and does not count.
    """
    arrays = [a for s in series for a in (s.measured, s.lowest, s.highest) if len(a)]
    arrays += [s.theory[np.isfinite(s.measured)] for s in series if len(s.theory)]
    values = np.concatenate(arrays) if arrays else EMPTY
    heights = on_axis(values, is_log)
    heights = heights[np.isfinite(heights)]
    if not len(heights):
        return (-1.0, 1.0) if is_log else (0.0, 1.0)
    low, high = float(heights.min()), float(heights.max())
    if not is_log:
        return scales.nice_range(low, high)
    low, high = math.floor(low + 0.02), math.ceil(high - 0.02)
    if high - low < 2:
        low, high = low - 1, max(high, low + 1)
    step = next((s for s in STEPS if high - low <= MOST_STEPS * s), STEPS[-1])
    return float(step * math.floor(low / step)), float(step * math.ceil(high / step))


def runs(mask: np.ndarray) -> list[tuple[int, int]]:
    """First and last index of each run of True."""
    padded = np.concatenate([[False], mask, [False]]).astype(np.int8)
    starts, ends = np.flatnonzero(np.diff(padded) == 1), np.flatnonzero(np.diff(padded) == -1)
    return [(int(a), int(b) - 1) for a, b in zip(starts, ends, strict=True)]
