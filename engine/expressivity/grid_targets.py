"""Functions of two variables to fit on a square, with their Lipschitz constants.

L is in the Euclidean norm: |f(p) − f(q)| ≤ L·|p − q|. On a convex square that is the largest
length of the gradient, wherever there is one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from engine.expressivity.grid_spec import PAINTED_SIDE, GridSpec, GridTarget, side_of
from engine.formula import Formula
from engine.spec import Choice

Floats = NDArray[np.float64]

#: Intervals of the lattice that slopes are measured on, along each axis.
LATTICE = 512
#: A steepest slope that grows by more than this when the lattice is twice as dense has no limit.
#: It doubles at a jump, and grows by √2 where f is like the root of a distance.
MOST_GROWTH = 1.3


@dataclass(frozen=True)
class Lipschitz:
    """A Lipschitz constant; `value` is inf where there is none.

    Where it is not exact it is estimated from dense samples, and then never too large but for
    rounding.
    """

    value: float
    is_exact: bool

    @property
    def exists(self) -> bool:
        """Whether f is Lipschitz at all, as far as is known."""
        return math.isfinite(self.value)


@dataclass(frozen=True)
class GridPreset:
    """A preset target: its formula, and L on [−B, B]² as a function of B, exactly."""

    formula: str
    lipschitz: Callable[[float], float]


@dataclass(frozen=True)
class GridFunction:
    """A target on [−B, B]²: `on_mesh(x, y)` takes (m,) and (n,) and gives (m, n)."""

    on_mesh: Callable[[Floats, Floats], Floats]
    half_width: float
    lipschitz: Lipschitz

    def at(self, x: float, y: float) -> float:
        """f(x, y). Raises `FormulaError` where that is not finite."""
        return float(self.on_mesh(np.array([x]), np.array([y]))[0, 0])


def _radial(slope: Callable[[float], float], steepest: float) -> Callable[[float], float]:
    """L of a function of r = |(x, y)| whose slope rises until r = `steepest` and is greatest there.

    The corners of the square are the points with the greatest r, B·√2.
    """
    return lambda half_width: slope(min(steepest, half_width * math.sqrt(2)))


PRESETS: dict[GridTarget, GridPreset] = {
    # |∇f|² = cos²x·cos²y + sin²x·sin²y ≤ 1, reached at 0.
    GridTarget.WAVES: GridPreset("sin(x)*cos(y)", lambda _: 1.0),
    GridTarget.HILL: GridPreset(
        "exp(-x^2-y^2)", _radial(lambda r: 2 * r * math.exp(-r * r), math.sqrt(0.5))
    ),
    GridTarget.SADDLE: GridPreset("x^2-y^2", lambda half_width: 2 * math.sqrt(2) * half_width),
    GridTarget.RIPPLE: GridPreset(
        "cos(4*hypot(x,y))", _radial(lambda r: 4 * math.sin(4 * r), math.pi / 8)
    ),
    GridTarget.RUNGE: GridPreset(
        "1/(1+25*(x^2+y^2))", _radial(lambda r: 50 * r / (1 + 25 * r * r) ** 2, math.sqrt(1 / 75))
    ),
    GridTarget.CLIFF: GridPreset("tanh(5*(x+y))", lambda _: 5 * math.sqrt(2)),
    GridTarget.PYRAMID: GridPreset("abs(x)+abs(y)", lambda _: math.sqrt(2)),
    GridTarget.CONE: GridPreset("hypot(x,y)", lambda _: 1.0),
    GridTarget.CUSP: GridPreset("sqrt(hypot(x,y))", lambda _: math.inf),
    # A square inside the disc sees no jump.
    GridTarget.DISC: GridPreset(
        "hypot(x,y) < 1", lambda half_width: math.inf if half_width * math.sqrt(2) >= 1 else 0.0
    ),
    GridTarget.CHECKERBOARD: GridPreset("(floor(x)+floor(y)) % 2", lambda _: math.inf),
    GridTarget.PINWHEEL: GridPreset("sin(3*atan2(y,x))", lambda _: math.inf),
}


def grid_function(spec: GridSpec) -> GridFunction:
    """The target of a spec. Raises `FormulaError` where a typed formula cannot be used."""
    if spec.target is GridTarget.PAINTED:
        return _painted_function(spec.painted, spec.half_width)
    preset = PRESETS.get(spec.target)
    text = preset.formula if preset else spec.formula
    return _formula_function(text, spec.half_width, spec.target)


@lru_cache(maxsize=16)
def _formula_function(text: str, half_width: float, target: GridTarget) -> GridFunction:
    formula = Formula(text, ("x", "y"))

    def on_mesh(x: Floats, y: Floats) -> Floats:
        values: Floats = formula(x[:, None], y[None, :])
        return values

    preset = PRESETS.get(target)
    if preset:
        constant = Lipschitz(preset.lipschitz(half_width), is_exact=True)
    else:
        constant = estimate_lipschitz(on_mesh, half_width)
    return GridFunction(on_mesh, half_width, constant)


@lru_cache(maxsize=16)
def _painted_function(painted: tuple[float, ...], half_width: float) -> GridFunction:
    side = side_of(painted)
    samples = np.array(painted).reshape(side, side)

    def on_mesh(x: Floats, y: Floats) -> Floats:
        return _between(_between(samples, x / half_width).T, y / half_width).T

    return GridFunction(on_mesh, half_width, _painted_lipschitz(samples, half_width))


def _between(samples: Floats, u: Floats) -> Floats:
    """Rows (m, n) at u (m,) in [−1, 1], linear between those of `samples` (side, n).

    Taking the two rows beside each u is ten times as fast as a product with a matrix of weights.
    """
    last = len(samples) - 1
    position = np.clip((u + 1) / 2, 0, 1) * last
    below = np.minimum(position.astype(np.intp), last - 1)
    share = (position - below)[:, None]
    rows: Floats = samples[below] * (1 - share) + samples[below + 1] * share
    return rows


def _painted_lipschitz(samples: Floats, half_width: float) -> Lipschitz:
    """Exact: the squared gradient of a bilinear patch is convex along either axis, so that its
    maximum is at a corner, and there the gradient is that of the two edges that meet.
    """
    spacing = 2 * half_width / (len(samples) - 1)
    along_x, along_y = np.diff(samples, axis=0) / spacing, np.diff(samples, axis=1) / spacing
    corners = [
        np.hypot(x, y).max()
        for x in (along_x[:, :-1], along_x[:, 1:])
        for y in (along_y[:-1], along_y[1:])
    ]
    return Lipschitz(float(max(corners)), is_exact=True)


def estimate_lipschitz(
    on_mesh: Callable[[Floats, Floats], Floats], half_width: float
) -> Lipschitz:
    """The steepest slope between lattice points; inf where it grows with the lattice's density."""
    ticks = half_width * np.linspace(-1, 1, LATTICE + 1)
    values = on_mesh(ticks, ticks)
    step = 2 * half_width / LATTICE
    fine, coarse = steepest_slope(values, step), steepest_slope(values[::2, ::2], 2 * step)
    # Rounding alone makes slopes of this size, and those grow with the density as well.
    rounding = 4 * float(np.spacing(np.abs(values).max())) / step
    grows = fine > MOST_GROWTH * coarse + rounding
    return Lipschitz(math.inf if grows else fine, is_exact=False)


def steepest_slope(values: Floats, step: float) -> float:
    """The largest slope of samples (m, m) on a square lattice: mean gradients of its squares, and
    quotients along their diagonals, which are the directions that the bound is sharp in.
    """
    with np.errstate(over="ignore"):
        along_x, along_y = np.diff(values, axis=0) / step, np.diff(values, axis=1) / step
        slopes = (
            np.hypot(along_x[:, :-1] + along_x[:, 1:], along_y[:-1] + along_y[1:]) / 2,
            np.abs(values[1:, 1:] - values[:-1, :-1]) / (step * math.sqrt(2)),
            np.abs(values[1:, :-1] - values[:-1, 1:]) / (step * math.sqrt(2)),
        )
    return float(max(slope.max() for slope in slopes))


class Brush(Choice):
    """What a brush stroke does to the samples under it."""

    LEVEL = "level", "set to the height"
    RAISE = "raise", "raise by the height"
    SMOOTH = "smooth", "smooth"
    ERASE = "erase", "erase"


def painted_stroke(
    painted: tuple[float, ...],
    path: Sequence[tuple[float, float]],
    *,
    radius: float,
    height: float,
    brush: Brush = Brush.LEVEL,
) -> tuple[float, ...]:
    """The samples of a painted target after a stroke along `path`, points (x, y) in units of B.

    The stroke is full on the path and fades to nothing at `radius`, also in units of B. One point,
    or the same one twice, is a dab; no point changes nothing. A brush narrower than the samples'
    spacing acts like one of that radius, so that no stroke falls between them.
    """
    if not path:
        return painted
    side = side_of(painted)
    samples = np.array(painted).reshape(side, side)
    distance = _distance_to_path(np.array(path, dtype=np.float64), side)
    reach = max(radius, 2 / (side - 1))
    strength = (1 + np.cos(np.pi * np.minimum(distance / reach, 1))) / 2
    if brush is Brush.RAISE:
        changed = samples + strength * height
    elif brush is Brush.SMOOTH:
        changed = samples + strength * (_neighbour_means(samples) - samples)
    else:
        goal = 0.0 if brush is Brush.ERASE else height
        changed = samples + strength * (goal - samples)
    return _as_painted(changed)


def traced(function: GridFunction) -> tuple[float, ...]:
    """The samples of a painted target that looks like `function`, to be painted on."""
    ticks = function.half_width * np.linspace(-1, 1, PAINTED_SIDE)
    return _as_painted(function.on_mesh(ticks, ticks))


def _as_painted(samples: Floats) -> tuple[float, ...]:
    """Samples (side, side) as a spec holds them, within its bounds."""
    # Four decimals are finer than the eye, and keep the spec short; 0.0 + turns −0.0 into 0.
    return tuple((0.0 + np.clip(samples, -100, 100).round(4)).ravel().tolist())


def _distance_to_path(path: Floats, side: int) -> Floats:
    """The distance (side, side) of every sample from a polyline (p, 2), in units of B."""
    ticks = np.linspace(-1, 1, side)
    nodes = np.stack(np.meshgrid(ticks, ticks, indexing="ij"), axis=-1)
    least = np.full((side, side), math.inf)
    for start, end in zip(path, path[1:] if len(path) > 1 else path, strict=False):
        way = end - start
        length = float(way @ way)
        along = (nodes - start) @ way
        share = np.clip(along / length, 0, 1) if length > 0 else np.zeros_like(along)
        gap = nodes - start - share[..., None] * way
        least = np.minimum(least, np.hypot(gap[..., 0], gap[..., 1]))
    return least


def _neighbour_means(samples: Floats) -> Floats:
    """The mean over every sample and its eight neighbours, those beyond the border mirrored."""
    padded = np.pad(samples, 1, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3))
    means: Floats = windows.mean(axis=(2, 3))
    return means
