"""A histogram's bars as pixels, and the curve over them: quicker than rectangles, and as sharp."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF, QSizeF
from PySide6.QtGui import QColor, QImage, QPainterPath

from gui.theme import look
from gui.widgets.painted import image_of


def bars_picture(
    shares: np.ndarray, top: float, size: QSizeF, token: str, ratio: float, *, soft: int = -1
) -> QImage:
    """The bars of several panels (panels, bins), each of `size`, side by side in one picture.

    A bar above `top` is cut there. Bars narrower than a pixel share it: a column of pixels shows
    the mean of the bins that it covers. Panel number `soft` has the selected ground.
    """
    width, height = (max(1, round(side * ratio)) for side in size.toTuple())
    panels, bins = shares.shape
    # The running integral at the columns' edges, so that no bin is lost between two pixels.
    total = np.zeros((panels, bins + 1))
    np.cumsum(np.nan_to_num(shares), axis=1, out=total[:, 1:])
    edges = np.linspace(0, bins, width + 1)
    lower = np.minimum(edges.astype(np.intp), bins - 1)
    at_edges = total[:, lower] + (edges - lower) * (total[:, lower + 1] - total[:, lower])
    means = np.diff(at_edges, axis=1).ravel() * (width / bins)
    heights = np.clip(means / top, 0.0, 1.0) * height
    # What is there at all is seen: at least a fifth of a pixel's colour.
    heights = np.where(means > 1e-9, np.maximum(heights, 0.2), 0.0).astype(np.float32)
    levels = np.arange(height - 1, -1, -1, dtype=np.float32)[:, None]
    cover = np.clip(255 * (heights - levels), 0, 255).astype(np.uint8)
    tokens = look().tokens
    front = tokens.blend(token, 0.8)
    pixels = np.take(_blends(tokens.surface, front.name()), cover)
    if soft >= 0:
        part = slice(soft * width, (soft + 1) * width)
        pixels[:, part] = np.take(_blends(tokens.soft, front.name()), cover[:, part])
    return image_of(pixels)


def theory_path(
    shares: np.ndarray, top: float, lefts: Sequence[float], place: QRectF
) -> QPainterPath:
    """The predicted shares (panels, bins) as curves over the bars, cut where they are.

    Panel k is like `place`, but begins at `lefts[k]`.
    """
    bins = shares.shape[1]
    x = np.add.outer(np.asarray(lefts), (np.arange(bins) + 0.5) / bins * place.width())
    y = place.bottom() - np.clip(shares / top, 0.0, 1.0) * place.height()
    # A column without a number lifts the pen between two panels.
    x, y = (np.pad(part, ((0, 0), (0, 1)), constant_values=np.nan) for part in (x, y))
    path: QPainterPath = pg.arrayToQPath(x.ravel(), y.ravel(), connect="finite")
    return path


@lru_cache(maxsize=64)
def _blends(back: str, front: str) -> np.ndarray:
    """256 colours from `back` to `front`, as uint32 pixels."""
    share = np.linspace(0, 1, 256)
    pixels = np.full(256, 0xFF, dtype=np.uint32)
    for low, high in zip(_rgb(QColor(back)), _rgb(QColor(front)), strict=True):
        pixels = pixels << np.uint32(8) | np.round(low + (high - low) * share).astype(np.uint32)
    return pixels


def _rgb(color: QColor) -> tuple[int, int, int]:
    return color.red(), color.green(), color.blue()
