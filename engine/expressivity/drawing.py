"""A target drawn by hand: values at equally spaced points, replaced stroke by stroke.

A drawing is a tuple of floats and never changes; every function returns a new one, so that undo is
a list of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from engine.expressivity.spec import DRAWN_SAMPLES, LARGEST_VALUE
from engine.expressivity.targets import Target
from engine.formula_words import Floats

Drawing = tuple[float, ...]
Point = tuple[float, float]


def blank(samples: int = DRAWN_SAMPLES) -> Drawing:
    """A drawing that is 0 everywhere."""
    return (0.0,) * samples


def traced(target: Target, samples: int = DRAWN_SAMPLES) -> Drawing:
    """Another target as a drawing, to draw on from there."""
    return tuple(target.sampled(samples)[1].tolist())


def with_stroke(
    drawing: Drawing, stroke: Sequence[Point], half_width: float, *, continues: bool = False
) -> Drawing:
    """The drawing with the pen's path (x, y), in the order drawn, over what it passes.

    The path is joined by straight lines; where it passes a sample twice, the later pass counts.
    Its first point, and the end of a vertical line, are set at the nearest sample; a slanting line
    sets only what it passes, because the samples beside it would be as rough as the pixels of a
    mouse. With `continues` the first point is the last one of the part of the stroke before. Points
    that are not finite are left out; beyond ±B the path is cut off.
    """
    points = [(x, y) for x, y in stroke if np.isfinite(x) and np.isfinite(y)]
    if not points:
        return drawing
    values = np.array(drawing or blank())
    places = np.linspace(-half_width, half_width, len(values))
    spacing = places[1] - places[0]
    if not continues:
        _set_nearest(values, places, *points[0], spacing)
    for (x0, y0), (x1, y1) in pairwise(points):
        low, high = sorted((x0, x1))
        first, after = np.searchsorted(places, low), np.searchsorted(places, high, side="right")
        if low < high:
            share = (places[first:after] - x0) / (x1 - x0)
            values[first:after] = y0 + share * (y1 - y0)
        elif y0 != y1:
            _set_nearest(values, places, x1, y1, spacing)
    return tuple(np.clip(values, -LARGEST_VALUE, LARGEST_VALUE).tolist())


def _set_nearest(values: Floats, places: Floats, x: float, y: float, spacing: float) -> None:
    """The pen's own place reaches the nearest sample, unless it is beyond the interval."""
    if abs(x) <= places[-1] + spacing / 2:
        values[int(np.abs(places - x).argmin())] = y


def smoothed(drawing: Drawing, radius: int = 3) -> Drawing:
    """Every value replaced by a bell-shaped mean over `radius` neighbours to each side.

    The ends are continued by their last value, so that a constant stays what it is.
    """
    values = np.array(drawing)
    offsets = np.arange(-radius, radius + 1)
    bell = np.exp(-0.5 * (2 * offsets / max(radius, 1)) ** 2)
    padded = np.pad(values, radius, mode="edge")
    # Of differences to the value itself, because a mean of equal numbers need not be that number.
    windows = np.lib.stride_tricks.sliding_window_view(padded, len(bell)) - values[:, None]
    return tuple((values + windows @ (bell / bell.sum())).tolist())


def erased(drawing: Drawing, left: float, right: float, half_width: float) -> Drawing:
    """The drawing set back to 0 from `left` to `right`, in either order."""
    values = np.array(drawing)
    places = np.linspace(-half_width, half_width, len(values))
    low, high = sorted((left, right))
    values[(places >= low) & (places <= high)] = 0.0
    return tuple(values.tolist())
