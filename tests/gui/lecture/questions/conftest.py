"""Cards that are asked something."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from question_driving import Hall


@pytest.fixture
def ask(qtbot) -> Iterator[Callable[..., Hall]]:
    """Opens a card with a question."""
    halls: list[Hall] = []

    def ask_one(question) -> Hall:
        halls.append(Hall(qtbot, question))
        return halls[-1]

    yield ask_one
    for hall in halls:
        hall.close()
