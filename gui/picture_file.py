"""Reads a picture from a file, for a worker: a photo takes a quarter of a second."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QImageReader

from engine.errors import DataError
from engine.words import say

#: A larger picture is shrunk while it is read; nobody looks at more of it.
LARGEST_SIDE = 1120


def read_picture(path: Path) -> np.ndarray:
    """The pixels (height, width, 4) of an image file, red, green, blue, alpha, as uint8.

    Raises `DataError` where the file is no picture, or none that can be read.
    """
    reader = QImageReader(str(path))
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)  # photos say in a note which side is up
    size = reader.size()
    if max(size.width(), size.height()) > LARGEST_SIDE:
        reader.setScaledSize(
            size.scaled(QSize(LARGEST_SIDE, LARGEST_SIDE), Qt.AspectRatioMode.KeepAspectRatio)
        )
    image = reader.read()
    if image.isNull():
        raise DataError(
            say("{file} is no picture that can be read ({why}); take a PNG or JPEG file.",
                file=path.name, why=reader.errorString().rstrip("."))
        )
    image = image.convertToFormat(QImage.Format.Format_RGBA8888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 4 * image.width()].reshape(image.height(), image.width(), 4).copy()
