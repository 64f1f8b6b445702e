"""The Backprop tab by itself, in a window of a laptop's size."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from backprop_driving import Bench

from engine.backprop.tab_spec import Scene


@pytest.fixture
def bench(qtbot) -> Iterator[Bench]:
    """The tab as it starts: one sample, its error on the way back."""
    bench = Bench(qtbot)
    yield bench
    bench.close()


@pytest.fixture
def proof(bench, torch_is_there) -> Bench:
    """The scene with the two witnesses, when they have spoken."""
    bench.open(Scene.PROOF)
    bench.until(lambda: bench.scene.autograd is not None and not bench.scene.sweeping.is_busy)
    return bench
