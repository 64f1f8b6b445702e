"""The probe that follows the mouse."""

from __future__ import annotations

import pytest

from engine.initialization.live import LiveProbe
from engine.initialization.probe import probe
from engine.initialization.results import Quantity, Snapshot
from engine.initialization.spec import ProbeSpec

SMALL = ProbeSpec(widths="12,17,9,9,5", seeds=1, batch_size=14, seed=3)


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
            assert one.forward == two.forward or one.scheme.value == 100.0
    assert not live.fits(spec.replaced(widths="12,17,9,5"))
    assert not live.fits(spec.replaced(activation="tanh"))


def test_bins_stay_while_sigma_is_dragged():
    spec = SMALL.replaced(schemes=("constant", "he"), activation="tanh")
    live = LiveProbe(spec)
    edges = [live.at(spec.replaced(sigma=sigma)).edges[Quantity.PRE] for sigma in (0.01, 0.5, 3.0)]
    assert (edges[0] == edges[1]).all()
    assert (edges[0] == edges[2]).all()
