"""How far a network is from its target: sup, L², L¹ on [−B, B], and the a-priori bound."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.expressivity.spec import FunctionSpec, Heights, Norm, PieceActivation
from engine.expressivity.targets import Target
from engine.formula_words import Floats

#: About this many points are compared, but at least `FEWEST` in every piece.
POINTS, FEWEST, MOST = 40_000, 5, 20_001

#: The network's outputs at points (n, s), row k of them inside piece k.
OnPieces = Callable[[Floats], Floats]


@dataclass(frozen=True)
class Errors:
    """Distances between f and the network N.

    `sup` is max |f − N|, found at x = `sup_at` or, at a breakpoint, beside it; `l2` is
    (∫|f − N|² dx)^½, `l1` is ∫|f − N| dx. `mean_square` is the mean of |f − N|², l2²/(2B).
    """

    sup: float
    sup_at: float
    l2: float
    l1: float
    mean_square: float

    def in_norm(self, norm: Norm) -> float:
        """The distance in the norm."""
        return self.sup if norm is Norm.SUP else self.l2


def points_in_pieces(edges: Floats, count: int) -> Floats:
    """`count` points (n, count) in each piece of `edges` (n + 1,), evenly, its ends included.

    The first and the last point are one float inside, so that at a breakpoint both sides are seen:
    the limit from the left in one row, that from the right in the next.
    """
    left, right = np.nextafter(edges[:-1], np.inf), np.nextafter(edges[1:], -np.inf)
    x = left[:, None] + (right - left)[:, None] * np.linspace(0, 1, count)
    x[:, -1] = right
    return x


def points_a_piece(pieces: int) -> int:
    """An odd number of points, for Simpson's rule."""
    return min(max(POINTS // pieces, FEWEST), MOST) | 1


def measured(target: Target, edges: Floats, network: OnPieces) -> Errors:
    """The errors on dense points, with Simpson's rule in each piece.

    The sup is that of the points, so a lower bound of the true one; between them a smooth target
    can rise by no more than the square of their spacing.
    """
    count = points_a_piece(len(edges) - 1)
    x = points_in_pieces(edges, count)
    error = np.abs(target(x) - network(x))
    piece, point = np.unravel_index(int(error.argmax()), error.shape)
    # One float inside a breakpoint stands for the limit there, and is named as the breakpoint.
    ends = {0: edges[piece], count - 1: edges[piece + 1]}
    place = ends.get(int(point), x[piece, point])
    reach = target.half_width
    simpson = np.ones(count)
    simpson[1:-1:2], simpson[2:-1:2] = 4, 2
    widths = np.diff(edges)
    simpson /= 3 * (count - 1)
    square = float((error**2 @ simpson) @ widths)
    return Errors(
        sup=float(error[piece, point]), sup_at=float(np.clip(place, -reach, reach)),
        l2=math.sqrt(square),
        l1=float((error @ simpson) @ widths), mean_square=square / (2 * reach),
    )  # fmt: skip


def bound(target: Target, spec: FunctionSpec, edges: Floats) -> float | None:
    """What max |f − N| can be at most for a Lipschitz constant L: L·B/n on uniform pieces.

    On a piece of width δ all heights but the left end are within L·δ/2 of f, and so are chords; the
    left end is within L·δ. Sigmoids blur by a logistic distribution of scale δ/κ, whose mean
    distance from 0 is 2·ln 2·δ/κ; where they differ in steepness there is no such bound: None.
    It is rounded up by what float64 adds. inf where f is not Lipschitz.
    """
    lipschitz = target.lipschitz
    if lipschitz in (0.0, math.inf):
        return lipschitz
    widths = np.diff(edges)
    reach = float(widths.max()) / 2
    if spec.activation is not PieceActivation.RELU and spec.heights is Heights.LEFT:
        reach *= 2
    if spec.activation is PieceActivation.SIGMOID:
        if widths.max() - widths.min() > 1e-6 * widths.max():
            return None
        reach += 2 * math.log(2) * float(widths.max()) / spec.steepness
    largest = float(np.abs(target.sampled(101)[1]).max())
    rounding = 8 * np.finfo(np.float64).eps * (lipschitz * target.half_width + largest)
    return lipschitz * reach + float(rounding)
