"""What a function plot shows and where: curves, boxes, marks, handles, axes. No Qt in here."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from gui.widgets import scales

#: Curves may leave the plot; this many pixels beyond its edge they are cut.
FAR_PX = 4000.0
#: Where a line bends less than this from one pixel to the next, nobody sees the point between.
FLAT_PX = 0.08


@dataclass(frozen=True)
class Axis:
    """A range in data units; a log axis is linear in log10."""

    low: float
    high: float
    is_log: bool = False

    def __post_init__(self) -> None:
        ends = f"not {self.low} and {self.high}"
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high):
            raise ValueError(f"An axis needs two finite ends in order, {ends}.")
        if self.is_log and self.low <= 0:
            raise ValueError(f"A log axis needs two ends above zero, {ends}.")

    def share(self, values: np.ndarray) -> np.ndarray:
        """Where values lie on the axis: 0 at `low`, 1 at `high`; nan where a log has none."""
        values = np.asarray(values, dtype=np.float64)
        if not self.is_log:
            return (values - self.low) / (self.high - self.low)
        logs = np.full(values.shape, np.nan)
        np.log10(values, out=logs, where=values > 0)
        low, high = math.log10(self.low), math.log10(self.high)
        return (logs - low) / (high - low)

    def value(self, share: float) -> float:
        """The value at a share of the way, exactly an end for 0 and 1."""
        if share in (0.0, 1.0):
            return self.high if share else self.low
        if self.is_log:
            return float(self.low * (self.high / self.low) ** share)
        return self.low + share * (self.high - self.low)

    def clipped(self, value: float) -> float:
        """The nearest value within the range."""
        return min(max(value, self.low), self.high)

    def moved(self, value: float, share: float) -> float:
        """A value moved along by a share of the axis, kept within the range."""
        return self.clipped(self.value(float(self.share(np.array(value))) + share))

    def ticks(self, most: int) -> list[tuple[float, str]]:
        """Values and texts of the ticks, about `most` of them."""
        if self.is_log:
            exponents = scales.log_ticks(math.log10(self.low), math.log10(self.high), most)
            return [
                (v, scales.tick_text(v, v) if 1e-3 <= v < 1e5 else scales.power_text(e))
                for e in exponents for v in [10.0**e]
            ]
        step = scales.nice_step(self.high - self.low, max(most, 1))
        values = scales.ticks(self.low, self.high, most)
        if len(values) < 2:  # one tick tells no scale
            return [(v, f"{v:.2g}".replace("-", "−")) for v in (self.low, self.high)]
        return [(t, scales.tick_text(t, step)) for t in values]


@dataclass(frozen=True)
class Frame:
    """Where the axes lie on the widget: edges in pixels, and the axes themselves."""

    left: float
    top: float
    width: float
    height: float
    x: Axis
    y: Axis

    @property
    def right(self) -> float:
        """The pixel of the right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """The pixel of the lower edge."""
        return self.top + self.height

    def px(self, x: np.ndarray | float) -> np.ndarray:
        """Pixel columns of x."""
        return self.left + self.width * self.x.share(np.asarray(x))

    def py(self, y: np.ndarray | float) -> np.ndarray:
        """Pixel rows of y, not further than `FAR_PX` off the plot."""
        rows = self.bottom - self.height * self.y.share(np.asarray(y))
        return np.asarray(np.clip(rows, self.top - FAR_PX, self.bottom + FAR_PX))

    def x_at(self, px: float) -> float:
        """The x of a pixel column."""
        return self.x.value((px - self.left) / self.width)

    def y_at(self, py: float) -> float:
        """The y of a pixel row."""
        return self.y.value((self.bottom - py) / self.height)

    def has(self, px: float, py: float) -> bool:
        """Whether a pixel lies within the plot."""
        return self.left <= px <= self.right and self.top <= py <= self.bottom

    def column_edges(self) -> np.ndarray:
        """The x at the edges of the pixel columns, (columns + 1,)."""
        columns = max(int(self.width), 1)
        if self.x.is_log:
            return np.geomspace(self.x.low, self.x.high, columns + 1)
        return np.linspace(self.x.low, self.x.high, columns + 1)


@dataclass(eq=False)
class Curve:
    """y over x, both (n,), x ascending; or with `steps` n + 1 breakpoints x and n values y.

    A step function takes y[k] on (x[k], x[k + 1]], or on [x[k], x[k + 1]) where `closed` is "left".
    `fill` tints the area down to 0; without `risers` jumps are dotted.
    """

    x: np.ndarray
    y: np.ndarray
    token: str
    label: str = ""
    dashed: bool = False
    width: float = 1.0
    steps: bool = False
    closed: str = "right"
    fill: bool = False
    risers: bool = True

    def __post_init__(self) -> None:
        self.x, self.y = (np.array(v, dtype=np.float64) for v in (self.x, self.y))
        if self.x.ndim != 1 or self.x.shape != (len(self.y) + self.steps,):
            shapes = f"not {self.x.shape} and {self.y.shape}"
            raise ValueError(f"A curve needs as many x as y, and steps one x more, {shapes}.")
        if not np.isfinite(self.x).all() or (np.diff(self.x) < 0).any():
            raise ValueError("A curve needs finite x in ascending order.")
        self.y[~np.isfinite(self.y)] = np.nan
        self.path = (np.repeat(self.x, 2)[1:-1], np.repeat(self.y, 2)) if self.steps else (
            self.x, self.y)

    def at(self, x: np.ndarray | float) -> np.ndarray:
        """The values at x, in between by straight lines; nan where the curve is not defined."""
        x = np.asarray(x, dtype=np.float64)
        if not len(self.y):
            return np.full(x.shape, np.nan)
        outside = (x < self.x[0]) | (x > self.x[-1])
        if self.steps:
            side = "left" if self.closed == "right" else "right"
            piece = np.searchsorted(self.x, x, side) - 1  # type: ignore[call-overload]
            y = self.y[np.clip(piece, 0, len(self.y) - 1)]
        else:
            y = np.interp(x, self.x, self.y)
        return np.where(outside, np.nan, y)

    def polyline(self, frame: Frame) -> tuple[np.ndarray, np.ndarray]:
        """The curve in pixels, with no more points than can be told apart."""
        x, y = extremes(*self.path, frame.column_edges())
        return straightened(frame.px(x), frame.py(y))


def visible(x: np.ndarray, low: float, high: float) -> slice:
    """The points within [low, high] and the nearest one on either side; `x` is ascending."""
    first = int(np.searchsorted(x, low, "left")) - 1
    return slice(max(first, 0), int(np.searchsorted(x, high, "right")) + 1)


def extremes(x: np.ndarray, y: np.ndarray, edges: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First, least, greatest and last y of each column between `edges`; nan is a gap.

    Lines through these four cover the same pixels as lines through all points. Curves that are
    sparse already stay as they are. `x` is ascending, (n,) like `y`; `edges` is (columns + 1,).
    """
    part = visible(x, edges[0], edges[-1])
    x, y = x[part], y[part]
    if len(x) <= 4 * (len(edges) - 1):
        return x, y
    starts = np.unique(np.concatenate([[0], np.searchsorted(x, edges, "left"),
                                       [np.searchsorted(x, edges[-1], "right")]]))
    starts = starts[starts < len(x)]
    ends = np.append(starts[1:], len(x)) - 1
    low, high = np.fmin.reduceat(y, starts), np.fmax.reduceat(y, starts)
    first, last = (np.where(np.isnan(v), low, v) for v in (y[starts], y[ends]))
    rising = last >= first
    middle = (x[starts] + x[ends]) / 2
    columns = [first, np.where(rising, low, high), np.where(rising, high, low), last]
    # Where the ends are the extremes, the two points between say nothing.
    plain = (np.fmin(first, last) == low) & (np.fmax(first, last) == high)
    keep = np.column_stack([np.ones_like(plain), ~plain, ~plain, ends > starts]).ravel()
    out_x = np.column_stack([x[starts], middle, middle, x[ends]]).ravel()
    return out_x[keep], np.column_stack(columns).ravel()[keep]


def straightened(px: np.ndarray, py: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The line without points that hardly bend it: fewer points, the same picture.

    A pass drops every other point where it lies on the line between its neighbours; each pass may
    shift the line by `FLAT_PX`.
    """
    for _ in range(4):
        if len(px) < 64:
            break
        a, b, c = slice(0, -2, 2), slice(1, -1, 2), slice(2, None, 2)
        run = px[c] - px[a]
        share = np.divide(px[b] - px[a], run, out=np.full(run.shape, 0.5), where=run > 0)
        bend = np.abs(py[a] + share * (py[c] - py[a]) - py[b])
        between = (np.minimum(py[a], py[c]) <= py[b]) & (py[b] <= np.maximum(py[a], py[c]))
        keep = np.ones(len(px), dtype=bool)
        keep[b] = ~np.where(run > 0, bend < FLAT_PX, between)
        px, py = px[keep], py[keep]
    return px, py


def column_spans(
    px: np.ndarray, py: np.ndarray, left: float, columns: int
) -> tuple[np.ndarray, np.ndarray]:
    """The rows from … to … that a polyline crosses in each pixel column, (columns,) each.

    nan where it does not pass. Rough curves are drawn so, because stroking one costs 280 ms.
    """
    edges = left + np.arange(columns + 1.0)
    known = np.isfinite(py)
    px, py = px[known], py[known]
    if not len(px):
        return np.full(columns, np.nan), np.full(columns, np.nan)
    at_edges = np.interp(edges, px, py, left=np.nan, right=np.nan)
    low, high = np.fmin(at_edges[:-1], at_edges[1:]), np.fmax(at_edges[:-1], at_edges[1:])
    column = np.floor(px - left).astype(np.int64)
    within = (column >= 0) & (column < columns)
    np.fmin.at(low, column[within], py[within])
    np.fmax.at(high, column[within], py[within])
    return low, high


@dataclass(eq=False)
class Boxes:
    """Boxes from 0 to `height` over [left, right], (n,) each; left and right ascending.

    A box that begins where its neighbour ends shares the edge; none may reach further.
    """

    left: np.ndarray
    right: np.ndarray
    height: np.ndarray
    token: str = "blue"
    shown: bool = True

    def __post_init__(self) -> None:
        arrays = [np.array(v, dtype=np.float64) for v in (self.left, self.right, self.height)]
        self.left, self.right, self.height = arrays
        if any(v.shape != (len(self.left),) for v in arrays):
            raise ValueError("Boxes need as many left edges as right edges and heights.")
        if (self.right < self.left).any() or (self.right[:-1] > self.left[1:] + 1e-9 * np.maximum(
                1, np.abs(self.left[1:]))).any():
            raise ValueError("Boxes lie side by side, from left to right.")

    def __len__(self) -> int:
        return len(self.left)

    def index_at(self, x: float) -> int | None:
        """The box over x; an edge belongs to the box on its left."""
        index = int(np.searchsorted(self.left, x, "left")) - 1
        if index < 0 and len(self) and x == self.left[0]:
            index = 0
        return index if index >= 0 and x <= self.right[index] else None

    def columns(self, edges: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Least and greatest y that boxes fill in each column between `edges`, 0 where none."""
        count = len(edges) - 1
        low, high = np.zeros(count), np.zeros(count)
        if not len(self):
            return low, high
        first = np.searchsorted(self.right, edges[:-1], "right")
        last = np.searchsorted(self.left, edges[1:], "left")
        filled = first < last
        # Slices may overlap by a box that spans columns: reduceat sees every second one.
        bounds = np.column_stack([first[filled], last[filled]]).ravel()
        heights = np.append(self.height, 0.0)
        if len(bounds):
            low[filled] = np.minimum(np.fmin.reduceat(heights, bounds)[::2], 0)
            high[filled] = np.maximum(np.fmax.reduceat(heights, bounds)[::2], 0)
        return low, high


@dataclass(frozen=True)
class Handle:
    """Something to drag: a vertical line at `x`, or with `y` a knob at (x, y).

    `moves` is "x", "y" or "both"; a line moves along x only. `step` is what an arrow key adds, in
    data units; None takes a hundredth of the axis. `grip` is where a line has its ring. `text`
    names the handle for screen readers.
    """

    key: str
    x: float
    y: float | None = None
    label: str = ""
    token: str = "vermilion"
    moves: str = "x"
    step: float | None = None
    grip: float = 0.0
    text: str = ""


@dataclass(frozen=True)
class Mark:
    """A dot at (x, y), hollow where it is not `closed`, with a text beside it."""

    x: float
    y: float
    token: str = "blue"
    closed: bool = True
    label: str = ""


@dataclass
class Contents:
    """Everything on a function plot."""

    x: Axis = field(default_factory=lambda: Axis(-1.0, 1.0))
    y: Axis = field(default_factory=lambda: Axis(-1.0, 1.0))
    title: str = ""
    x_caption: str = ""
    curves: dict[str, Curve] = field(default_factory=dict)
    boxes: Boxes | None = None
    highlight: int | None = None
    band: tuple[str, str, str] | None = None
    marks: list[Mark] = field(default_factory=list)
    handles: list[Handle] = field(default_factory=list)

    def band_edges(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
        """Lower and upper y of the band at x, nan where a curve is missing."""
        if self.band is None or not {self.band[0], self.band[1]} <= self.curves.keys():
            return None
        a, b = (self.curves[key].at(x) for key in self.band[:2])
        return np.minimum(a, b), np.maximum(a, b)

    def readout(self, x: float) -> list[tuple[Curve, float]]:
        """Every labelled curve with its value at x."""
        found = [(c, float(c.at(x))) for c in self.curves.values() if c.label]
        return [(c, y) for c, y in found if math.isfinite(y)]
