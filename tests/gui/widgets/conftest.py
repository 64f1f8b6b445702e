"""What the tests of the widgets share: all looks, and what a widget paints."""

import numpy as np
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from gui.theme import look


@pytest.fixture(autouse=True)
def no_leaks() -> None:
    """Widgets have no threads: looking for some would take longer than most tests do."""


@pytest.fixture(params=[("light", 1.0), ("dark", 1.0), ("projector", 1.0), ("light", 2.0)],
                ids=lambda p: f"{p[0]}-{p[1]:g}")
def any_look(request: pytest.FixtureRequest, plain_look: None) -> tuple[str, float]:
    """The test runs once in each theme and once at twice the size."""
    look().theme, look().zoom = request.param
    look().apply()
    return request.param


def pixels(widget: QWidget) -> np.ndarray:
    """What a widget paints, (height, width, 3) uint8."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    raw = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1, 4)
    return raw[:, : image.width(), 2::-1].copy()


@pytest.fixture
def painted():
    return pixels


@pytest.fixture
def has_color():
    """Whether a widget paints at least `least` pixels of exactly a token's colour."""
    def check(widget: QWidget, token: str, least: int = 4) -> bool:
        wanted = look().tokens.color(token).getRgb()[:3]
        return int((pixels(widget) == wanted).all(axis=2).sum()) >= least
    return check
