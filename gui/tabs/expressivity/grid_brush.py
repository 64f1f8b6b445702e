"""The brush that paints a target of two variables, one stroke at a time."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QCoreApplication

from engine.expressivity.grid_fit import GridFit
from engine.expressivity.grid_spec import GridSpec, GridTarget
from engine.expressivity.grid_targets import Brush, painted_stroke, traced
from gui.widgets.segmented import SegmentedControl

#: In units of B: the brush, and how close together the points of a stroke are worth keeping.
RADIUS, STEP = 0.22, 0.04
#: How much one stroke raises the target, as a share of its largest value.
SHARE = 0.4


class TargetBrush(SegmentedControl):
    """What the brush does, to be chosen, and the stroke that is going on."""

    def __init__(self) -> None:
        tr = QCoreApplication.translate
        super().__init__([
            ("raise", tr("TargetBrush", "Raise")), ("lower", tr("TargetBrush", "Lower")),
            (Brush.SMOOTH.value, tr("TargetBrush", "Smooth")),
            (Brush.ERASE.value, tr("TargetBrush", "Flatten")),
        ])
        self.set_help(tr("TargetBrush", "What the mouse does to the target."))
        self._path: list[tuple[float, float]] = []
        self._base: tuple[float, ...] = ()
        self._height = 1.0

    def begin(self, fit: GridFit, largest: float) -> None:
        """A stroke begins on the target as it is; `largest` is its greatest absolute value."""
        is_painted = fit.spec.target is GridTarget.PAINTED
        self._base = fit.spec.painted if is_painted else traced(fit.function)
        self._path = []
        self._height = SHARE * largest

    def painted(self, spec: GridSpec, points: np.ndarray) -> GridSpec:
        """The target after some more points (k, 2) of the stroke, with the cursor at the last one.

        All of the stroke is painted again from where it began, so that it is full, and no more
        than that, where it crosses itself.
        """
        for u, v in (points / spec.half_width).tolist():
            if not self._path or math.dist(self._path[-1], (u, v)) >= STEP:
                self._path.append((u, v))
        is_hill = self.current in ("raise", "lower")
        painted = painted_stroke(
            self._base, self._path, radius=RADIUS,
            brush=Brush.RAISE if is_hill else Brush(self.current),
            height=-self._height if self.current == "lower" else self._height,
        )
        grid = spec.replaced(target=GridTarget.PAINTED, painted=painted)
        return grid.with_cursor_at(*points[-1].tolist())
