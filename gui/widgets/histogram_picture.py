"""A histogram's bars as pixels, and the curve over them: quicker than rectangles, and as sharp."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainterPath

from gui.theme import look
from gui.widgets.painted import image_of


def bars_picture(
    shares: np.ndarray, top: float, place: QRectF, token: str, ratio: float, *, soft: bool = False
) -> QImage:
    """The bars (bins,) in a picture of `place`'s size; a bar above `top` is cut there.

    Bars narrower than a pixel share it: a column shows the mean of the bins that it covers.
    """
    width = max(1, round(place.width() * ratio))
    height = max(1, round(place.height() * ratio))
    bins = len(shares)
    # The running integral at the columns' edges, so that no bin is lost between two pixels.
    total = np.concatenate([[0.0], np.cumsum(np.nan_to_num(shares))])
    edges = np.linspace(0, bins, width + 1)
    means = np.diff(np.interp(edges, np.arange(bins + 1), total)) * (width / bins)
    heights = np.clip(means / top, 0.0, 1.0) * height
    # What is there at all is seen: at least a fifth of a pixel's colour.
    heights = np.where(means > 0, np.maximum(heights, 0.2), 0.0)
    cover = np.clip(heights[None, :] - np.arange(height - 1, -1, -1)[:, None], 0.0, 1.0)
    tokens = look().tokens
    front = tokens.blend(token, 0.8)
    back = QColor(tokens.soft if soft else tokens.surface)
    channels = [
        (a + (b - a) * cover).astype(np.uint32)
        for a, b in zip(back.getRgb()[:3], front.getRgb()[:3], strict=True)
    ]
    pixels = 0xFF000000 | channels[0] << 16 | channels[1] << 8 | channels[2]
    return image_of(pixels)


def theory_path(shares: np.ndarray, top: float, place: QRectF) -> QPainterPath:
    """The predicted shares (bins,) as a curve over the bars, cut where they are."""
    bins = len(shares)
    x = place.left() + (np.arange(bins) + 0.5) / bins * place.width()
    y = place.bottom() - np.clip(shares / top, 0.0, 1.0) * place.height()
    # A prediction off the scale runs along the top edge, which is no curve; only its flanks are.
    return pg.arrayToQPath(x, y, connect="finite")
