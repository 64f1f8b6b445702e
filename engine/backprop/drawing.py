"""From a drawing or a picture to an image as MNIST has them.

MNIST's own preparation: the digit is scaled into a box of 20 × 20 pixels, its proportions kept and
its edges grey, and the box is laid into 28 × 28 pixels so that the centre of mass is in the middle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

import numpy as np
from numpy.typing import NDArray

from engine.backprop.activations import Floats
from engine.errors import DataError
from engine.words import say

SIDE, BOX = 28, 20
#: Pixels along each side of a rasterised drawing.
CANVAS = 140
#: Pictures are averaged down to at most so many pixels a side before anything else.
LARGEST_SIDE = 280
#: A digit ends where its ink is fainter than this share of the darkest.
FAINTEST = 0.04
#: On uneven paper, ink up to this share may be taken for paper.
FAINTEST_ON_UNEVEN = 0.5
#: On uneven paper, ink is what differs by so many times what most of the edge does.
SPREADS = 4.0
#: With less difference between paper and ink, of 1, a picture counts as blank.
LEAST_CONTRAST = 0.1
#: Weights of red, green and blue in the brightness (ITU-R BT.601).
LUMA = (0.299, 0.587, 0.114)

Stroke = Sequence[tuple[float, float]]


@dataclass(frozen=True, eq=False)
class Prepared:
    """An image as in MNIST, uint8 (28, 28), 0 for the ground; `note` says what was done to it.

    `box` (top, left, height, width) is where the digit was found, in pixels of what came in.
    """

    image: NDArray[np.uint8]
    note: str
    box: tuple[int, int, int, int]


def rasterise(strokes: Sequence[Stroke], pen: float, size: int = CANVAS) -> Floats:
    """Strokes over the unit square as ink (size, size) in 0…1, y downwards, edges smooth.

    `pen` is the width of the pen as a share of the square. A stroke of one point is a dot.
    """
    ink = np.zeros((size, size))
    radius = pen * size / 2
    for stroke in strokes:
        points = np.array(stroke, dtype=np.float64).reshape(-1, 2) * size
        for start, end in pairwise(points):
            _draw_line(ink, start, end, radius)
        if len(points) == 1:
            _draw_line(ink, points[0], points[0], radius)
    return ink


def _draw_line(ink: Floats, start: Floats, end: Floats, radius: float) -> None:
    size = len(ink)
    low = np.clip(np.floor(np.minimum(start, end) - radius - 1), 0, size).astype(int)
    high = np.clip(np.ceil(np.maximum(start, end) + radius + 1), 0, size).astype(int)
    x = np.arange(low[0], high[0]) + 0.5 - start[0]
    y = (np.arange(low[1], high[1]) + 0.5 - start[1])[:, None]
    along = end - start
    length = float(along @ along)
    share = np.clip((x * along[0] + y * along[1]) / length, 0, 1) if length else 0.0
    distance = np.hypot(x - share * along[0], y - share * along[1])
    part = ink[low[1] : high[1], low[0] : high[0]]
    np.maximum(part, np.clip(radius + 0.5 - distance, 0, 1), out=part)


def prepare_drawing(strokes: Sequence[Stroke], pen: float) -> Prepared:
    """A drawing as in MNIST; raises `DataError` where nothing is drawn."""
    ink = rasterise(strokes, pen)
    if not ink.any():
        raise DataError(say("Nothing is drawn yet; draw a digit with the mouse."))
    if ink.min() > 1 - LEAST_CONTRAST:
        raise DataError(say("The whole canvas is white, so there is no digit on it; clear it."))
    image, box = _normalised(ink)
    return Prepared(image, "scaled into 20 × 20, centred by mass", box)


def prepare_picture(pixels: NDArray[np.generic]) -> Prepared:
    """A picture as in MNIST: (h, w), (h, w, 3) or (h, w, 4), uint8 or floats in 0…1.

    Transparent means paper. Paper is what most of the edge looks like; ink is what differs from it,
    be it darker or lighter. Raises `DataError` where there is no digit to be seen.
    """
    grey, shrunk = _brightness(pixels)
    edge = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    paper = float(np.median(edge))
    darker, lighter = paper - float(grey.min()), float(grey.max()) - paper
    contrast = max(darker, lighter)
    if contrast < LEAST_CONTRAST:
        shade = (
            say("black") if paper < 0.1 else say("white") if paper > 0.9 else say("of one shade")
        )
        raise DataError(say(
            "The picture is all {shade}, so there is no digit on it; take one with more contrast.",
            shade=shade,
        ))
    is_dark_ink = darker >= lighter
    ink = (paper - grey if is_dark_ink else grey - paper) / contrast
    # What the edge itself varies by is no ink, nor are specks.
    off = np.abs(edge - paper) / contrast
    spread = SPREADS * float(np.percentile(off[off < 0.5], 75))
    ink = np.maximum(ink, 0)
    if spread > FAINTEST:
        ink[ink < min(spread, FAINTEST_ON_UNEVEN)] = 0
        ink[_is_speck(ink)] = 0
    if not ink.any():
        raise DataError(say("There are only specks on the picture; take one with a larger digit."))
    image, (top, left, height, width) = _normalised(ink)
    note = (
        say("dark on light, so inverted; scaled into 20 × 20, centred by mass") if is_dark_ink
        else say("scaled into 20 × 20, centred by mass")
    )
    box = (top * shrunk, left * shrunk, height * shrunk, width * shrunk)
    return Prepared(image, note, box)


def _is_speck(ink: Floats) -> NDArray[np.bool_]:
    """Pixels with fewer than four inked ones among the nine around and in them."""
    inked = np.pad(ink > 0, 1).astype(np.int64)
    rows, columns = ink.shape
    around = np.zeros(ink.shape, np.int64)
    for i in range(3):
        for j in range(3):
            around += inked[i : i + rows, j : j + columns]
    return around < 4


def _brightness(pixels: NDArray[np.generic]) -> tuple[Floats, int]:
    """Grey values in 0…1, shrunk by a whole factor, which is returned too."""
    if pixels.ndim not in (2, 3) or 0 in pixels.shape or pixels.shape[2:] not in ((), (3,), (4,)):
        raise DataError(
            say("A picture has rows and columns of grey or colours, not the shape {shape}; open "
                "another file.", shape=pixels.shape)
        )
    factor = ceil(max(pixels.shape[:2]) / LARGEST_SIDE)
    full = 255.0 if pixels.dtype == np.uint8 else 1.0
    channels = [_shrunk(pixels if pixels.ndim == 2 else pixels[..., c], factor) / full
                for c in range(pixels.shape[2] if pixels.ndim == 3 else 1)]
    if not all(np.isfinite(channel).all() for channel in channels):
        raise DataError(say("The picture holds values that are no numbers; open another file."))
    grey = channels[0]
    if len(channels) > 1:
        grey = sum((w * c for w, c in zip(LUMA, channels[:3], strict=True)), np.zeros_like(grey))
    if len(channels) == 4:
        grey = grey * channels[3] + (1 - channels[3])
    return np.clip(grey, 0, 1), factor


def _shrunk(plane: NDArray[np.generic], factor: int) -> Floats:
    """Means of factor × factor pixels; what is left over at the right and below is cut off."""
    if factor == 1:
        return plane.astype(np.float64)
    rows, columns = (min(side, side // factor * factor) for side in plane.shape)
    rows, columns = max(rows, 1), max(columns, 1)
    blocks = plane[:rows, :columns]
    high, wide = min(factor, rows), min(factor, columns)
    summed = np.zeros((rows // high, columns // wide))
    for i in range(high):
        for j in range(wide):
            summed += blocks[i::high, j::wide]
    summed /= high * wide
    return summed


def _normalised(ink: Floats) -> tuple[NDArray[np.uint8], tuple[int, int, int, int]]:
    """Ink (h, w) in 0…1 as an MNIST image, and the digit's box in it."""
    is_digit = ink >= FAINTEST
    rows, columns = np.flatnonzero(is_digit.any(axis=1)), np.flatnonzero(is_digit.any(axis=0))
    top, left = int(rows[0]), int(columns[0])
    digit = ink[top : rows[-1] + 1, left : columns[-1] + 1]
    box = (top, left, *digit.shape)
    scale = BOX / max(digit.shape)
    height, width = (max(1, round(side * scale)) for side in digit.shape)
    small = area_weights(digit.shape[0], height) @ digit @ area_weights(digit.shape[1], width).T
    mass = small.sum()
    image = np.zeros((SIDE, SIDE))
    corner = []
    for axis, side in enumerate((height, width)):
        centre = float(small.sum(axis=1 - axis) @ np.arange(side) / mass)
        # As MNIST's images have it, the middle is pixel 14, counted from 0.
        corner.append(min(max(round(SIDE / 2 - centre), 0), SIDE - side))
    image[corner[0] : corner[0] + height, corner[1] : corner[1] + width] = small
    return np.rint(255 * np.clip(image, 0, 1)).astype(np.uint8), box


def area_weights(before: int, after: int) -> Floats:
    """The matrix (after, before) that resamples by area: each row are the shares of its pixels."""
    edges = np.arange(after + 1) * (before / after)
    pixels = np.arange(before)
    overlap = np.minimum(edges[1:, None], pixels + 1) - np.maximum(edges[:-1, None], pixels)
    weights: Floats = np.maximum(overlap, 0) * (after / before)
    return weights
