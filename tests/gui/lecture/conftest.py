"""Windows with a lecture layer."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from stage_driving import Theatre


@pytest.fixture
def open_theatre(qtbot) -> Iterator[Callable[..., Theatre]]:
    """Opens the real window; nothing of it outlives the test."""
    opened: list[Theatre] = []

    def open_one(**options) -> Theatre:
        theatre = Theatre(qtbot, **options)
        opened.append(theatre)
        return theatre

    yield open_one
    for theatre in opened:
        theatre.close()
        theatre.window.deleteLater()


@pytest.fixture
def theatre(open_theatre) -> Theatre:
    """The window with part 1 in front."""
    return open_theatre()
