"""The Expressivity tab by itself, in a window of a laptop's size."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from scene_driving import Bench

from engine.expressivity.tab_spec import Scene


@pytest.fixture
def bench(qtbot) -> Iterator[Bench]:
    """The tab as it starts: scene 3 with its own target."""
    bench = Bench(qtbot)
    yield bench
    bench.close()


@pytest.fixture
def neuron(bench) -> Bench:
    """Scene 1."""
    bench.open(Scene.NEURON)
    return bench


@pytest.fixture
def box(bench) -> Bench:
    """Scene 2."""
    bench.open(Scene.BOX)
    return bench
