"""Every widget test starts in the light theme at normal size and leaves no widget behind."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from gui.theme import look


@pytest.fixture(autouse=True)
def plain_look(qapp: QApplication) -> Iterator[None]:
    before = set(qapp.topLevelWidgets())
    _set_look("light", 1.0)
    yield
    # Widgets that wait for their deletion would still be restyled by every change of look.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    _set_look("light", 1.0)
    left = [w for w in qapp.topLevelWidgets() if w not in before and w.isVisible()]
    assert not left, f"the test left widgets open: {left}"


@pytest.fixture(params=[("light", 1.0), ("dark", 1.0), ("projector", 1.0), ("light", 2.0)],
                ids=lambda p: f"{p[0]}-{p[1]:g}")
def any_look(request: pytest.FixtureRequest) -> tuple[str, float]:
    """The test runs once in each theme and once at twice the size."""
    _set_look(*request.param)
    return request.param


def _set_look(theme: str, zoom: float) -> None:
    look().set_window_height(1080)
    look().theme, look().zoom = theme, zoom
    look().apply()


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
