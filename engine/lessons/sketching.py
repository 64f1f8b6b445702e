"""A sketch as it is drawn: one height for every column of the plane, none where nothing is drawn.

Columns and heights are shares of the plane, 0…1, so that a plane with logarithmic axes is drawn on
as it is seen.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from engine.lessons.lesson import Question
from engine.lessons.teaching import Floats, Points

#: Steps across the plane, and of how many of them a key moves on.
COLUMNS, KEY_COLUMNS = 160, 8


def _nothing() -> Floats:
    heights = np.full(COLUMNS + 1, np.nan)
    heights.setflags(write=False)
    return heights


@dataclass(frozen=True, eq=False)
class Sketch:
    """`heights` is (COLUMNS + 1,), nan where nothing is drawn. Never changed: drawing makes another
    one."""

    heights: Floats = field(default_factory=_nothing)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing on it."""
        return not bool(np.isfinite(self.heights).any())

    @property
    def coverage(self) -> float:
        """The share of the columns that are drawn."""
        return float(np.isfinite(self.heights).mean())

    def with_stroke(self, path: ArrayLike) -> Sketch:
        """The pen's path (n, 2) replaces what it passes over; where it turns back, the end counts.

        What leaves the plane is drawn at its edge.
        """
        points = np.clip(np.asarray(path, dtype=np.float64).reshape(-1, 2), 0.0, 1.0)
        heights = self.heights.copy()
        columns = points[:, 0] * COLUMNS
        if len(points):
            heights[round(columns[0])] = points[0, 1]
        stops = zip(columns.tolist(), points[:, 1].tolist(), strict=True)
        for (start, low), (end, high) in pairwise(stops):
            first, last = sorted((start, end))
            passed = np.arange(math.ceil(first - 1e-9), math.floor(last + 1e-9) + 1)
            run = end - start
            share = (passed - start) / run if run else np.ones(len(passed))
            heights[passed] = low + np.clip(share, 0.0, 1.0) * (high - low)
        return _frozen(heights)

    def without(self, first: float, last: float) -> Sketch:
        """Nothing from one share of the width to another."""
        heights = self.heights.copy()
        first, last = sorted((first, last))
        start = max(math.ceil(first * COLUMNS - 1e-9), 0)
        heights[start : max(math.floor(last * COLUMNS + 1e-9) + 1, 0)] = np.nan
        return _frozen(heights)

    def with_point(self, column: int, height: float) -> Sketch:
        """A point of its own at a column, joined to what is drawn left and right of it.

        A point beside others bends the curve; one beyond its end makes it longer.
        """
        known = np.flatnonzero(np.isfinite(self.heights))
        before, after = known[known <= column - KEY_COLUMNS], known[known >= column + KEY_COLUMNS]
        path = [(k, self.heights[k]) for k in before[-1:]]
        path += [(column, height), *((k, self.heights[k]) for k in after[:1])]
        return self.with_stroke([(k / COLUMNS, h) for k, h in path])

    def height_near(self, column: int) -> float:
        """The height at a column, or at the nearest one that is drawn; the middle of an empty
        plane."""
        known = np.flatnonzero(np.isfinite(self.heights))
        if not len(known):
            return 0.5
        return float(self.heights[known[np.abs(known - column).argmin()]])

    def points(self, question: Question) -> Points:
        """What is drawn, x and y (n,) in the question's units; the gaps are left out."""
        x, y = self.curve(question)
        known = np.isfinite(y)
        return x[known], y[known]

    def curve(self, question: Question) -> Points:
        """x and y (COLUMNS + 1,) in the question's units, y nan where nothing is drawn."""
        share = np.linspace(0.0, 1.0, COLUMNS + 1)
        return (
            _values(share, question.x_range, question.is_x_log),
            _values(self.heights, question.y_range, question.is_log),
        )


def in_shares(question: Question, path: ArrayLike) -> Floats:
    """Points (n, 2) in the question's units as shares of its plane."""
    points = np.asarray(path, dtype=np.float64).reshape(-1, 2)
    return np.column_stack([
        _shares(points[:, 0], question.x_range, question.is_x_log),
        _shares(points[:, 1], question.y_range, question.is_log),
    ])


def _frozen(heights: Floats) -> Sketch:
    heights.setflags(write=False)
    return Sketch(heights)


def _values(shares: Floats, ends: tuple[float, float], is_log: bool) -> Floats:
    low, high = ends
    values: Floats = low * (high / low) ** shares if is_log else low + shares * (high - low)
    return values


def _shares(values: Floats, ends: tuple[float, float], is_log: bool) -> Floats:
    low, high = ends
    if not is_log:
        return np.asarray((values - low) / (high - low))
    smallest = np.finfo(np.float64).tiny
    return np.asarray(np.log(np.maximum(values, smallest) / low) / math.log(high / low))
