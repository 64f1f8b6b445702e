"""What an eraser leaves, and the network that comes with Chalknet."""

from __future__ import annotations

import math
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.backprop import make_bundled
from engine.backprop.bundled import bundled_network, read_bundled
from engine.backprop.evaluation import evaluate
from engine.backprop.strokes import erased
from engine.data.images import load_images
from engine.errors import DataError

POINTS = st.tuples(st.floats(0, 1), st.floats(0, 1))


@given(st.lists(st.lists(POINTS, min_size=1, max_size=6), max_size=4),
       st.lists(POINTS, min_size=1, max_size=4), st.floats(0.02, 0.3))
def test_nothing_is_left_near_the_eraser_and_nothing_far_away_is_lost(strokes, path, radius):
    left = erased(strokes, path, radius)

    def distance(point) -> float:
        """To the polyline, by brute force."""
        starts = np.array(path)
        ends = np.array([*path[1:], path[-1]])
        shares = np.linspace(0, 1, 2001)[:, None, None]
        return float(np.linalg.norm(starts + shares * (ends - starts) - point, axis=2).min())

    for stroke in left:
        for point in stroke:
            assert distance(point) > radius - 1e-3
    kept = {point for stroke in left for point in stroke}
    for stroke in strokes:
        for point in stroke:
            if distance(point) > radius + 1e-3:
                assert any(math.dist(point, other) < 1e-9 for other in kept)


def test_a_stroke_falls_into_pieces_and_others_stay_the_same():
    crossed, other = ((0.0, 0.5), (1.0, 0.5)), ((0.0, 0.9), (1.0, 0.9))
    left, right, same = erased([crossed, other], [(0.5, 0.0), (0.5, 0.6)], 0.1)
    assert same == other
    assert left[0] == (0.0, 0.5)
    assert left[-1][0] == pytest.approx(0.4, abs=0.06)
    assert right[0][0] == pytest.approx(0.6, abs=0.06)
    assert right[-1] == (1.0, 0.5)


# --- the bundled network --------------------------------------------------------------------------


def test_the_bundled_network_reads_digits_as_well_as_it_says():
    bundled = bundled_network()
    assert bundled.recipe.sizes == bundled.network.sizes == (784, 32, 32, 10)
    assert (bundled.test_correct, bundled.test_total) == (9292, 10_000)
    sample = load_images("mnist")
    tally = evaluate(bundled.network, sample.test_images, sample.test_labels)
    # Five standard errors of a share of 2,000 images.
    assert tally.accuracy == pytest.approx(bundled.accuracy, abs=5 * math.sqrt(0.93 * 0.07 / 2000))
    with pytest.raises(ValueError, match="read-only"):
        bundled.network.theta[0] = 0


def test_it_is_written_and_read_to_the_last_bit(tmp_path):
    path = tmp_path / "network.safetensors"
    path.write_bytes(bundled_network().as_bytes())
    again = read_bundled(path)
    assert again.network.theta.tolist() == bundled_network().network.theta.tolist()
    assert (again.recipe, again.step) == (bundled_network().recipe, 180_000)
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(DataError, match="cannot be read"):
        read_bundled(path)
    with pytest.raises(DataError, match="cannot be read"):
        read_bundled(tmp_path / "none.safetensors")


def test_it_is_only_made_from_the_full_data_set(tmp_path, monkeypatch):
    sample = load_images("mnist")
    monkeypatch.setattr(make_bundled, "load_images", lambda *_: sample)
    monkeypatch.setattr(sys, "argv", ["make_bundled", "--out", str(tmp_path / "x")])
    if sample.source.kind == "full":
        pytest.skip("the full data set is here, and training on it would take too long")
    with pytest.raises(SystemExit, match="needs the full MNIST"):
        make_bundled.main()
    assert not (tmp_path / "x").exists()
