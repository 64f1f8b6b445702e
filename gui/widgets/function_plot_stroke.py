"""The path of a pen: every pixel that it passes, even where the mouse jumps."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF

from gui.widgets.function_plot_model import Frame

#: What a pen does with the mouse: nothing, or leave a stroke, or take one away.
MODES = ("drag", "draw", "erase")


def points_between(start: QPointF, end: QPointF) -> np.ndarray:
    """(k, 2) pixels from `start`, left out, to `end`, at most one pixel apart; k is at least 1."""
    run, rise = end.x() - start.x(), end.y() - start.y()
    count = max(math.ceil(max(abs(run), abs(rise))), 1)
    share = np.arange(1, count + 1)[:, None] / count
    return np.column_stack([start.x() + share * run, start.y() + share * rise])


class Stroke:
    """One stroke in progress. Its points are kept within the plot."""

    def __init__(self, point: QPointF) -> None:
        self.last = point

    def begin(self, frame: Frame) -> np.ndarray:
        """The first point, (1, 2) in data units."""
        return _to_data(np.array([[self.last.x(), self.last.y()]]), frame)

    def move(self, point: QPointF, frame: Frame) -> np.ndarray:
        """The points passed since the last one, (k, 2) in data units."""
        passed = points_between(self.last, point)
        self.last = point
        return _to_data(passed, frame)


def _to_data(pixels: np.ndarray, frame: Frame) -> np.ndarray:
    across = np.clip(pixels[:, 0], frame.left, frame.right)
    down = np.clip(pixels[:, 1], frame.top, frame.bottom)
    return np.array([[frame.x_at(a), frame.y_at(b)] for a, b in zip(across, down, strict=True)])
