"""What a live plot shows and which range it takes; no Qt, so that its rules are plain to test."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from gui.widgets import scales

NOTHING = np.empty(0)
NOTHING.setflags(write=False)


@dataclass(eq=False)
class Series:
    """One curve: `x` ascending and `y`, both (points,) float64; `token` names its colour.

    `by_hand` is one that somebody drew, to say what they expect.
    """

    label: str
    token: str
    dashed: bool = False
    faint: bool = False
    by_hand: bool = False
    x: np.ndarray = field(default_factory=lambda: NOTHING)
    y: np.ndarray = field(default_factory=lambda: NOTHING)

    def replace(self, x: np.ndarray, y: np.ndarray) -> bool:
        """Take over copies of the data; whether they differ from what was there."""
        x, y = np.array(x, dtype=np.float64), np.array(y, dtype=np.float64)
        if x.shape != y.shape or x.ndim != 1:
            raise ValueError(f"A series needs as many x as y, not {x.shape} and {y.shape}.")
        y[~np.isfinite(y)] = np.nan
        known = np.isfinite(x)
        if not known.all():
            x, y = x[known], y[known]
        if np.array_equal(x, self.x) and np.array_equal(y, self.y, equal_nan=True):
            return False
        self.x, self.y = x, y
        return True

    def last(self) -> tuple[float, float] | None:
        """The last point that is a number."""
        known = np.flatnonzero(np.isfinite(self.y))
        return (float(self.x[known[-1]]), float(self.y[known[-1]])) if len(known) else None

    def nearest(self, x: float) -> tuple[float, float] | None:
        """The point nearest to `x`, its y possibly nan; None where the series is empty."""
        if not len(self.x):
            return None
        right = int(np.searchsorted(self.x, x))
        near = [i for i in (right - 1, right) if 0 <= i < len(self.x)]
        best = min(near, key=lambda i: abs(self.x[i] - x))
        return float(self.x[best]), float(self.y[best])


@dataclass(frozen=True)
class Band:
    """The area between two series from `x_from` on, and its name."""

    key_a: str
    key_b: str
    x_from: float
    label: str


@dataclass
class PlotModel:
    """Series, ghosts, markers, band and ranges. `y_range` is in axis units: log10 on a log axis."""

    series: dict[str, Series] = field(default_factory=dict)
    ghosts: list[Series] = field(default_factory=list)
    prediction: Series | None = None
    markers: list[tuple[float, str]] = field(default_factory=list)
    band: Band | None = None
    x_range: tuple[float, float] = (0.0, 1.0)
    y_start: tuple[float, float] | None = None
    y_fixed: bool = False
    settled_x: float = -math.inf
    is_log: bool = False
    is_percent: bool = False
    y_range: tuple[float, float] = (0.0, 1.0)
    _has_settled: bool = False
    #: Whether the range stands there for want of data, and goes with the first.
    _is_vacant: bool = False

    def axis_y(self, y: np.ndarray) -> np.ndarray:
        """Values as heights on the axis: themselves, or log10 with nan where y ≤ 0."""
        if not self.is_log:
            return y
        out = np.full(y.shape, np.nan)
        np.log10(y, out=out, where=y > 0)
        return out

    def restart_range(self) -> bool:
        """Forget the range that grew and take the one that the data ask for now."""
        before = self.y_range
        if self.y_start is not None:
            low, high = self.y_start
            if self.is_log:
                low = low if low > 0 else high / 100
                self.y_range = scales.nice_log_range(math.log10(low), math.log10(high))
            else:
                self.y_range = (low, high)
        else:
            self.y_range = (-2.0, 0.0) if self.is_log else (0.0, 1.0)
        self._has_settled, self._is_vacant = False, self.y_start is None
        self.follow_data()
        return self.y_range != before

    def follow_data(self) -> bool:
        """Grow the y range where data crossed it; whether it moved."""
        if self.y_fixed:
            return False
        before, extent = self.y_range, self._extent()
        if extent is None:
            return False
        if not self._has_settled and self._is_settled():
            self._has_settled = True
            if self.y_start is None:
                self.y_range = self._nice(*extent)
        low, high = self.y_range
        if self._is_vacant:
            self.y_range = self._nice(*extent)
            self._is_vacant = False
        elif extent[0] < low or extent[1] > high:
            self.y_range = self._nice(min(low, extent[0]), max(high, extent[1]))
        return self.y_range != before

    def _is_settled(self) -> bool:
        """Whether the curves have left their steep beginning, whose height need not fit."""
        mains = [s for s in self.series.values() if not s.faint and len(s.x)]
        return bool(mains) and all(s.x[-1] >= self.settled_x for s in mains)

    def _nice(self, low: float, high: float) -> tuple[float, float]:
        if self.is_log:
            return scales.nice_log_range(low, high)
        if self.is_percent:
            # A zero would squeeze what matters, the last few per cent; whole tens keep it calm.
            return math.floor(round(10 * low, 6)) / 10, 1.0
        return scales.nice_range(min(low, 0.0) if low >= 0 and self.y_start is None else low, high)

    def _extent(self) -> tuple[float, float] | None:
        """Least and greatest height of the main series, in axis units.

        Faint series are noisy and may leave the plot; while there is nothing else, the middle
        96 % of their points count. Ghosts count where they are beside a settled main series.
        """
        settled = self.settled_x if self._is_settled() else -math.inf
        mains = [s for s in self.series.values() if not s.faint]
        drawn = [] if self.prediction is None else [self.prediction]
        parts = [self._heights(s, settled) for s in [*mains, *self.ghosts, *drawn]]
        heights = np.concatenate(parts) if parts else NOTHING
        if len(heights):
            return float(heights.min()), float(heights.max())
        faint = [self._heights(s, settled) for s in self.series.values() if s.faint]
        heights = np.concatenate(faint) if faint else NOTHING
        if not len(heights):
            return None
        low, high = np.quantile(heights, [0.02, 0.98])
        return float(low), float(high)

    def _heights(self, series: Series, x_from: float) -> np.ndarray:
        heights = self.axis_y(series.y[np.searchsorted(series.x, x_from) :])
        return np.asarray(heights[np.isfinite(heights)])

    def shown(self) -> list[Series]:
        """Everything with a value to read off: series, then ghosts and the prediction."""
        drawn = [] if self.prediction is None else [self.prediction]
        return [*self.series.values(), *self.ghosts, *drawn]

    def value_text(self, value: float) -> str:
        """A value as it stands in labels and readout."""
        return scales.percent_text(value) if self.is_percent else scales.number_text(value)

    def y_ticks(self, most: int) -> list[tuple[float, str]]:
        """Heights of the y ticks in axis units, and their texts."""
        low, high = self.y_range
        if self.is_log:
            heights = scales.log_ticks(low, high, most)
            values = [10.0**t for t in heights]
            return [
                (t, scales.tick_text(v, v, percent=self.is_percent) if 1e-4 < v < 1e6
                 else scales.power_text(t))
                for t, v in zip(heights, values, strict=True)
            ]
        step = scales.nice_step(high - low, max(most, 1))
        return [(t, scales.tick_text(t, step, percent=self.is_percent))
                for t in scales.ticks(low, high, most)]

    def x_ticks(self, most: int) -> list[tuple[float, str]]:
        """Places of the x ticks and their texts."""
        low, high = self.x_range
        step = scales.nice_step(high - low, max(most, 1))
        return [(t, scales.tick_text(t, step)) for t in scales.ticks(low, high, most)]

    def stops(self) -> np.ndarray:
        """The x at which the cursor may stop: the points of the main series within the range."""
        mains = [s.x for s in self.series.values() if not s.faint and len(s.x)]
        mains = mains or [s.x for s in self.series.values() if len(s.x)]
        if not mains:
            return NOTHING
        stops = np.unique(np.concatenate(mains))
        return stops[(stops >= self.x_range[0]) & (stops <= self.x_range[1])]

    def readout(self, x: float) -> list[tuple[Series, str]]:
        """Each series with the text of its value nearest to `x`."""
        found = [(s, s.nearest(x)) for s in self.shown()]
        return [(s, self.value_text(point[1])) for s, point in found if point is not None]

    def band_edges(self) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
        """The band as x, lower and upper height in axis units; None where there is none."""
        if self.band is None:
            return None
        a, b = self.series.get(self.band.key_a), self.series.get(self.band.key_b)
        if a is None or b is None or not len(a.x) or not len(b.x):
            return None
        first = max(self.band.x_from, a.x[0], b.x[0])
        last = min(a.x[-1], b.x[-1])
        if last <= first:
            return None
        x = np.unique(np.concatenate([a.x, b.x, [first, last]]))
        x = x[(x >= first) & (x <= last)]
        edges = [np.interp(x, s.x, self.axis_y(s.y)) for s in (a, b)]
        known = np.isfinite(edges[0]) & np.isfinite(edges[1])
        if known.sum() < 2:
            return None
        x, edge_a, edge_b = x[known], edges[0][known], edges[1][known]
        return x, np.minimum(edge_a, edge_b), np.maximum(edge_a, edge_b)

    def values_text(self) -> str:
        """The newest value of each series as one line of plain text."""
        parts = [
            f"{s.label} {self.value_text(last[1])}"
            for s in self.shown() if (last := s.last()) is not None
        ]
        return ", ".join(parts)
