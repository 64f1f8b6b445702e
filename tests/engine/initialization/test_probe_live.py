"""The probe that follows the mouse."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data.images import load_images
from engine.initialization.live import LiveProbe
from engine.initialization.probe import probe
from engine.initialization.results import Quantity, Snapshot
from engine.initialization.scaled import counted
from engine.initialization.spec import ProbeSpec

SMALL = ProbeSpec(widths="12,17,9,9,5", seeds=1, batch_size=14, seed=3)


@pytest.fixture(scope="module")
def small_images():
    return load_images("mnist")


def measured(spec: ProbeSpec) -> Snapshot:
    *_, last = probe(spec)
    assert isinstance(last, Snapshot)
    return last


def test_a_drag_gives_the_numbers_of_a_probe():
    spec = SMALL.replaced(schemes=("constant", "he", "orthogonal"))
    live = LiveProbe(spec)
    for sigma in (0.05, 0.4, 0.05, 100.0, 0.0):
        wanted = spec.replaced(sigma=sigma)
        assert live.fits(wanted)
        snapshot = live.at(wanted)
        assert snapshot.seeds_done == 1
        assert snapshot.is_complete
        plain = measured(snapshot.spec)
        for one, two in zip(snapshot.results, plain.results, strict=True):
            for key, series in one.series.items():
                assert series.measured == pytest.approx(two.series[key].measured, rel=1e-6)
                assert series.theory == pytest.approx(two.series[key].theory, rel=1e-9)
                errors = two.series[key].standard_error
                assert series.standard_error == pytest.approx(errors, rel=1e-6)
            assert one.gradient_post.theory == pytest.approx(two.gradient_post.theory, rel=1e-9)
            assert one.gradient_weight.theory == pytest.approx(
                two.gradient_weight.theory, rel=1e-9
            )
            is_alike = one.forward.sentence == two.forward.sentence
            assert is_alike or one.scheme.value == 100.0
    assert not live.fits(spec.replaced(widths="12,17,9,5"))
    assert not live.fits(spec.replaced(activation="tanh"))


@pytest.mark.parametrize("activation", ["linear", "relu", "leaky_relu"])
@pytest.mark.parametrize("more", [
    {}, {"input": "pairs"}, {"precision": "float64"}, {"widths": "30x40", "seed": 5},
    {"loss": "cross_entropy", "input": "mnist", "widths": "784,9,9,10"},
])
def test_another_scale_is_told_from_one_pass(activation, more, small_images):
    # From what underflows to what overflows.
    spec = SMALL.replaced(schemes=("constant", "he"), activation=activation, **more)
    images = small_images if spec.input.is_pixels else None
    live = LiveProbe(spec, images)
    for sigma in (1e-3, 0.02, 0.18, 0.7, 30.0, 100.0):
        snapshot = live.at(spec.replaced(sigma=sigma))
        *_, plain = probe(snapshot.spec, images)
        one, two = snapshot.results[0], plain.results[0]
        for key, series in one.series.items():
            told, seen = series.measured, two.series[key].measured
            assert told == pytest.approx(seen, rel=2e-5, nan_ok=True), key
            assert series.lowest == pytest.approx(told, nan_ok=True)
        for name in ("gradient_post", "gradient_weight", "cosine"):
            told, seen = getattr(one, name).measured, getattr(two, name).measured
            # A cosine near 0 is a sum of numbers near 1 that were rounded to float32.
            least = 1e-6 if name == "cosine" else 1e-7
            assert told == pytest.approx(seen, rel=2e-5, abs=least, nan_ok=True), name
        assert one.weights_mean_square == pytest.approx(two.weights_mean_square, rel=1e-6)
        assert one.saturated == pytest.approx(two.saturated)
        assert one.loss == two.loss
        for quantity, told in one.histograms.items():
            seen = two.histograms[quantity]
            # A number on the edge of a bin may fall to either side.
            assert np.abs(told.shares - seen.shares).sum() < 0.01 * len(told.shares)
            assert told.zeros == pytest.approx(seen.zeros)
            assert told.below + told.above == pytest.approx(seen.below + seen.above, abs=0.01)


@given(
    samples=st.lists(st.floats(-3, 3, width=32), max_size=40),
    low=st.floats(-2, 0), width=st.floats(0.1, 3),
)
def test_sorted_samples_are_counted_as_one_by_one(samples, low, width):
    edges = np.linspace(low, low + width, 6)
    found = counted(np.sort(np.array(samples)), edges)
    below = sum(one < edges[0] for one in samples)
    within = [sum(a <= one < b for one in samples) for a, b in pairwise(edges)]
    assert found.tolist() == [below, *within, len(samples) - below - sum(within)]


def test_bins_stay_while_sigma_is_dragged():
    spec = SMALL.replaced(schemes=("constant", "he"), activation="tanh")
    live = LiveProbe(spec)
    edges = [live.at(spec.replaced(sigma=sigma)).edges[Quantity.PRE] for sigma in (0.01, 0.5, 3.0)]
    assert (edges[0] == edges[1]).all()
    assert (edges[0] == edges[2]).all()
