"""What an eraser leaves of strokes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.backprop.activations import Floats

Point = tuple[float, float]
#: Lines are erased point by point, the points being this share of the radius apart.
FINENESS = 0.5


def erased(
    strokes: Sequence[Sequence[Point]], path: Sequence[Point], radius: float
) -> tuple[tuple[Point, ...], ...]:
    """The strokes without what lies within `radius` of the polyline `path`.

    A stroke that the eraser crosses falls into pieces; one that it does not touch stays as it is.
    """
    left: list[tuple[Point, ...]] = []
    for stroke in strokes:
        points = _divided(stroke, FINENESS * radius)
        is_gone = _is_near(points, path, radius)
        if not is_gone.any():
            left.append(tuple(stroke))
            continue
        ends = np.flatnonzero(np.diff(is_gone)) + 1
        pieces = zip(np.split(points, ends), np.split(is_gone, ends), strict=True)
        left += [tuple((x, y) for x, y in piece.tolist()) for piece, gone in pieces if not gone[0]]
    return tuple(left)


def _divided(stroke: Sequence[Point], step: float) -> Floats:
    """The points of a stroke (k, 2), with more between those that are further apart than `step`."""
    found = [np.array(stroke[:1], dtype=np.float64)]
    for start, end in pairwise(np.array(stroke, dtype=np.float64)):
        count = max(int(np.ceil(np.hypot(*(end - start)) / step)), 1)
        share = np.arange(1, count + 1)[:, None] / count
        found.append(start + share * (end - start))
    return np.concatenate(found)


def _is_near(points: Floats, path: Sequence[Point], radius: float) -> NDArray[np.bool_]:
    """Which of the points (k, 2) are within `radius` of the path."""
    corners = np.array(path, dtype=np.float64)
    starts, ends = corners, np.concatenate([corners[1:], corners[-1:]])
    along = ends - starts
    length = np.maximum((along**2).sum(axis=1), 1e-30)
    to_point = points[:, None] - starts
    share = np.clip((to_point * along).sum(axis=2) / length, 0, 1)
    distance = np.linalg.norm(to_point - share[:, :, None] * along, axis=2)
    is_near: NDArray[np.bool_] = distance.min(axis=1) <= radius
    return is_near
