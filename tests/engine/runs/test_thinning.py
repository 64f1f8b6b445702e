"""Thinned curves against means taken all at once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.runs.thinning import Thinned

PARTS = st.lists(st.lists(st.floats(-1e3, 1e3), max_size=40), max_size=12)


@given(PARTS, st.integers(2, 9))
def test_however_values_come_in_they_are_the_means_of_their_neighbours(parts, most):
    thinned = Thinned(most)
    for part in parts:
        thinned.add(np.array(part, dtype=np.float64))
    values = np.array([value for part in parts for value in part])
    places, means = thinned.curve()
    assert thinned.count == len(values)
    # A lone bin that waits for its partner may stand at the end, beside at most `most` whole ones.
    assert len(places) == len(means) == -(-len(values) // thinned.size)
    assert len(places) <= most + 1
    for start, place, mean in zip(range(0, len(values), thinned.size), places, means, strict=True):
        neighbours = values[start : start + thinned.size]
        assert place == pytest.approx(start + (len(neighbours) + 1) / 2)
        assert mean == pytest.approx(neighbours.mean(), abs=1e-9)


def test_bins_stand_still_until_two_become_one():
    thinned = Thinned(4)
    thinned.add(np.array([1.0, 3.0, 5.0, 7.0]))
    thinned.add(np.array([9.0]))
    assert thinned.curve()[1].tolist() == [2.0, 6.0, 9.0]
    thinned.add(np.array([11.0]))
    assert thinned.curve()[1].tolist() == [2.0, 6.0, 10.0]
    assert thinned.curve()[0].tolist() == [1.5, 3.5, 5.5]


def test_one_bin_is_no_curve():
    with pytest.raises(ValueError, match="two bins"):
        Thinned(1)
