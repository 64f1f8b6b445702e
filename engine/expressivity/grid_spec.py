"""The specs of scene 4: a target of two variables and its grid, and points in many dimensions."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated

import msgspec
import numpy as np

from engine.errors import SpecError
from engine.expressivity.spec import LARGEST_HALF_WIDTH, LARGEST_VALUE, SMALLEST_HALF_WIDTH
from engine.formula import Formula
from engine.spec import Choice, Spec, knob
from engine.words import say

MOST_CELLS = 200
MOST_POINTS = 1_000_000
#: Samples along each side of a painted target.
PAINTED_SIDE = 33
FLAT = (0.0,) * PAINTED_SIDE**2

Height = Annotated[float, msgspec.Meta(ge=-100.0, le=100.0)]
Share = Annotated[float, msgspec.Meta(ge=-1.0, le=1.0)]
Index = Annotated[int, msgspec.Meta(ge=0, lt=MOST_CELLS)]


class GridTarget(Choice):
    """The function f(x, y) that is fitted, from smooth to nasty; the presets are `grid_targets`."""

    WAVES = "waves", "waves: sin(x)·cos(y)"
    HILL = "hill", "hill: exp(−x² − y²)"
    SADDLE = "saddle", "saddle: x² − y²"
    RIPPLE = "ripple", "ripple: cos(4r)"
    RUNGE = "runge", "Runge’s peak: 1/(1 + 25r²)"
    CLIFF = "cliff", "cliff: tanh(5(x + y))"
    PYRAMID = "pyramid", "pyramid: |x| + |y|"
    CONE = "cone", "cone: r"
    CUSP = "cusp", "cusp: √r"
    DISC = "disc", "disc: 1 where r < 1"
    CHECKERBOARD = "checkerboard", "checkerboard"
    PINWHEEL = "pinwheel", "pinwheel: sin(3φ)"
    FORMULA = "formula", "typed formula"
    PAINTED = "painted", "painted"


class GridHeights(Choice):
    """How the height of a cell is chosen, and the norm that this is optimal in."""

    MIDPOINT = "midpoint", "midpoint (interpolates f)"
    MEAN = "mean", "mean (optimal in L²)"
    MID_RANGE = "mid_range", "mid-range (optimal in sup norm)"


class StepAtZero(Choice):
    """u(0): which of its edges belong to a cell."""

    ZERO = "0", "u(0) = 0: cells (a, b]"
    ONE = "1", "u(0) = 1: cells [a, b)"

    @property
    def number(self) -> int:
        """u(0) itself."""
        return int(self.value)


class PointSource(Choice):
    """Where the points of the sparsity experiment come from."""

    UNIFORM = "uniform", "uniform in the cube"
    PCA = "pca", "images on principal axes"
    PIXELS = "pixels", "images on their most varied pixels"


class ImageData(Choice):
    FASHION_MNIST = "fashion_mnist", "FashionMNIST"
    MNIST = "mnist", "MNIST"


class GridSpec(Spec, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A target on [−B, B]² and its k × k cells: everything that determines the picture.

    `painted` are the samples of a painted target, row after row of constant x (sample i·side + j
    at x_i, y_j), bilinear in between. `cell` (i, j) is the dissected one. `cursor` is (x, y) in
    units of B, so that it stays in the picture whatever B becomes.
    """

    target: Annotated[
        GridTarget, knob("Target", "The function f(x, y) that the network fits.", group="target")
    ] = GridTarget.WAVES
    formula: Annotated[
        str,
        knob(
            "Formula", "A formula in x and y, e.g. sin(x)*cos(y); used where the target is typed.",
            group="target",
        ),
    ] = "sin(x)*cos(y)"
    half_width: Annotated[
        float,
        knob(
            "Half-width B", "The target is fitted on the square [−B, B] × [−B, B].",
            group="target", minimum=SMALLEST_HALF_WIDTH, maximum=LARGEST_HALF_WIDTH, scale="log",
        ),
    ] = 3.0
    cells: Annotated[
        int,
        knob(
            "Cells per axis k",
            "The square is cut into k × k cells, each with a neuron of its own in layer 2.",
            group="network", minimum=1, maximum=MOST_CELLS, scale="log",
        ),
    ] = 12
    heights: Annotated[
        GridHeights,
        knob("Heights", "How the height of a cell follows from f on that cell.", group="network"),
    ] = GridHeights.MIDPOINT
    at_zero: Annotated[
        StepAtZero,
        knob("u(0)", "The step at 0 itself: it decides which edges belong to a cell.",
             group="network", advanced=True),
    ] = StepAtZero.ZERO
    painted: tuple[Height, ...] = FLAT
    cell: tuple[Index, Index] = (4, 7)
    cursor: tuple[Share, Share] = (0.2, -0.3)

    def check(self) -> None:
        """Raise `SpecError`, or `FormulaError` with a position, where there is no such target."""
        if self.target is GridTarget.FORMULA:
            _check_formula(self.formula, self.half_width)
        if side_of(self.painted) < 2:
            raise SpecError(
                say("A painted target needs the samples of a square, as 33 × 33, not {count:,}; "
                    "paint it anew.", count=len(self.painted)), "painted",
            )

    @property
    def shown_cell(self) -> tuple[int, int]:
        """The dissected cell, moved into the grid where k has become too small for it."""
        return min(self.cell[0], self.cells - 1), min(self.cell[1], self.cells - 1)

    @property
    def cursor_at(self) -> tuple[float, float]:
        """The section cursor (x, y) in the target's own units."""
        return self.cursor[0] * self.half_width, self.cursor[1] * self.half_width

    def with_cell_at(self, x: float, y: float) -> GridSpec:
        """Dissect the cell that holds (x, y); the nearest one where it lies outside."""
        i, j = (
            min(max(int((v / self.half_width + 1) / 2 * self.cells), 0), self.cells - 1)
            for v in (x, y)
        )
        return self.replaced(cell=(i, j))

    def with_cursor_at(self, x: float, y: float) -> GridSpec:
        """Move the section cursor to (x, y), or to the square's border where that is outside."""
        u, v = (min(max(value / self.half_width, -1.0), 1.0) for value in (x, y))
        return self.replaced(cursor=(u, v))

    def with_preset_as_formula(self, text: str) -> GridSpec:
        """Go on with a typed formula, as when a preset's text is edited."""
        return self.replaced(target=GridTarget.FORMULA, formula=text)


@lru_cache(maxsize=64)
def _check_formula(text: str, half_width: float) -> None:
    ticks = half_width * np.linspace(-1, 1, 201)
    values = Formula(text, ("x", "y"))(ticks[:, None], ticks)
    i, j = np.unravel_index(int(np.abs(values).argmax()), values.shape)
    if abs(values[i, j]) > LARGEST_VALUE:
        raise SpecError(
            say("The target is {value:.3g} at x = {x:.6g}, y = {y:.6g}, too large to measure "
                "errors on; stay below {limit:g}.", value=values[i, j], x=ticks[i], y=ticks[j],
                limit=LARGEST_VALUE), "formula",
        )


def side_of(painted: tuple[float, ...]) -> int:
    """The side of the square that so many samples fill, 0 where they fill none."""
    side = round(len(painted) ** 0.5)
    return side if side * side == len(painted) else 0


class SparsitySpec(Spec, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """N points seen on d = 1, 2, … `dimension` axes, each cut into k cells."""

    source: Annotated[
        PointSource, knob("Points", "Where the points come from.", group="points")
    ] = PointSource.UNIFORM
    data: Annotated[
        ImageData, knob("Data set", "The images, where the points are images.", group="points")
    ] = ImageData.FASHION_MNIST
    points: Annotated[
        int,
        knob("Points N", "How many points are dropped into the cube; images while there are some.",
             group="points", minimum=1, maximum=MOST_POINTS, scale="log"),
    ] = 10_000
    cells_per_axis: Annotated[
        int,
        knob("Cells per axis k", "Each axis of the cube is cut into k cells.",
             group="grid", minimum=1, maximum=MOST_CELLS, scale="log"),
    ] = 10
    dimension: Annotated[
        int,
        knob("Dimensions d", "The number of axes up to which cells are counted.",
             group="grid", minimum=1, maximum=784, scale="log"),
    ] = 20
    seed: Annotated[
        int,
        knob("Seed", "Fixes the uniform points, or the choice of the images.",
             group="points", minimum=0, maximum=2**31 - 1),
    ] = 0
