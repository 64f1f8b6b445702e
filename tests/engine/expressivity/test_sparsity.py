"""Occupied cells against sets of tuples, the exact expectation, and images."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data.images import load_images
from engine.expressivity.grid_spec import PointSource, SparsitySpec
from engine.expressivity.sparsity import (
    Sparsity,
    expected_share,
    image_columns,
    measure_sparsity,
    occupation,
    uniform_columns,
)

IMAGES = [PointSource.PCA, PointSource.PIXELS]


def occupied_by_sets(points: np.ndarray, k: int) -> list[int]:
    """How many cells hold one of the points (N, D), on the first d axes, d = 1 … D."""
    cells = [tuple(min(math.floor(x * k), k - 1) for x in point) for point in points.tolist()]
    return [len({cell[:d] for cell in cells}) for d in range(1, points.shape[1] + 1)]


@given(
    st.integers(1, 9),
    st.lists(st.lists(st.floats(0, 1), min_size=4, max_size=4), min_size=1, max_size=40),
)
@settings(max_examples=100, deadline=None)
def test_any_points(k: int, rows: list[list[float]]):
    points = np.array(rows)
    found = list(occupation(iter(points.T), k))
    assert [s.occupied for s in found] == occupied_by_sets(points, k)
    assert [s.dimension for s in found] == [1, 2, 3, 4]


@pytest.mark.parametrize(("n", "k"), [(1, 10), (50, 2), (1000, 10), (3000, 3)])
def test_uniform_points(n: int, k: int):
    points = np.stack(list(uniform_columns(n, 6, seed=4)), axis=1)
    spec = SparsitySpec(points=n, cells_per_axis=k, dimension=6, seed=4)
    assert [s.occupied for s in measure_sparsity(spec)] == occupied_by_sets(points, k)
    assert points.min() >= 0
    assert points.max() < 1


@pytest.mark.parametrize(
    ("n", "k", "d"), [(1, 1, 1), (1, 7, 3), (5, 2, 1), (9, 3, 2), (400, 10, 3)]
)
def test_the_expectation_is_the_formula_in_exact_fractions(n: int, k: int, d: int):
    exact = 1 - (1 - Fraction(1, k**d)) ** n
    assert expected_share(n, k, d) == pytest.approx(float(exact), rel=1e-13)


@pytest.mark.parametrize(("n", "k"), [(2000, 10), (500, 3)])
def test_uniform_points_meet_the_expectation(n: int, k: int):
    """Mean over 60 seeds against 1 − (1 − k^−d)^N, within five standard errors."""
    runs = np.array([
        [s.occupied_share for s in measure_sparsity(
            SparsitySpec(points=n, cells_per_axis=k, dimension=6, seed=seed))]
        for seed in range(60)
    ])  # fmt: skip
    wanted = [expected_share(n, k, d) for d in range(1, 7)]
    errors = runs.std(axis=0, ddof=1) / math.sqrt(60)
    # Where an empty cell is one in 10^8, sixty runs show none and have no spread.
    assert (np.abs(runs.mean(axis=0) - wanted) <= 5 * errors + 1e-8).all()


def test_shares_and_means_belong_together():
    for s in measure_sparsity(SparsitySpec(points=700, cells_per_axis=4, dimension=9)):
        assert s.cells == 4**s.dimension
        assert s.occupied_share == s.occupied / 4**s.dimension
        assert s.occupied_share + s.empty_share == pytest.approx(1)
        assert s.points_per_cell == pytest.approx(700 / 4**s.dimension)
        assert s.points_per_occupied_cell == 700 / s.occupied >= 1
        assert s.log10_occupied_share == pytest.approx(math.log10(s.occupied_share), abs=1e-12)
        assert s.log10_expected == pytest.approx(math.log10(s.expected), abs=1e-12)


def test_784_dimensions_take_no_cell_into_memory():
    found = list(measure_sparsity(SparsitySpec(points=2000, cells_per_axis=200, dimension=784)))
    last = found[-1]
    assert len(found) == 784
    assert last.cells == 200**784
    assert (last.occupied, last.occupied_share, last.empty_share) == (2000, 0.0, 1.0)
    assert last.log10_occupied_share == pytest.approx(math.log10(2000) - 784 * math.log10(200))
    assert last.log10_expected == pytest.approx(last.log10_occupied_share)
    steps = np.diff([s.log10_expected for s in found])
    assert steps[5:] == pytest.approx(-math.log10(200)), "no jump where floats end"


def test_one_cell_is_always_full():
    for s in measure_sparsity(SparsitySpec(points=3, cells_per_axis=1, dimension=5)):
        assert (s.occupied, s.cells, s.occupied_share, s.empty_share) == (1, 1, 1.0, 0.0)
        assert (s.expected, s.log10_expected) == (1.0, 0.0)


def test_more_axes_leave_the_first_ones_alone():
    few, many = (
        list(measure_sparsity(SparsitySpec(dimension=d, points=900))) for d in (3, 12)
    )
    assert many[:3] == few
    other = list(measure_sparsity(SparsitySpec(dimension=12, points=900, seed=1)))
    assert other != many


def test_it_is_long_work_that_yields():
    found = measure_sparsity(SparsitySpec(points=1_000_000, dimension=784))
    assert isinstance(next(found), Sparsity)
    found.close()


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    return load_images("fashion_mnist").training_images[:3000]


@pytest.mark.parametrize("source", IMAGES)
def test_images_fill_the_cube_and_match_sets(source: PointSource, images: np.ndarray):
    spec = SparsitySpec(source=source, points=len(images), dimension=8, cells_per_axis=5)
    found = list(measure_sparsity(spec, images))
    points = np.stack(list(image_columns(images, 8, source)), axis=1)
    assert points.shape == (len(images), 8)
    assert points.min(axis=0).tolist() == [0.0] * 8
    assert points.max(axis=0).tolist() == [1.0] * 8
    assert [s.occupied for s in found] == occupied_by_sets(points, 5)


@pytest.mark.parametrize("source", IMAGES)
def test_images_are_sparser_than_uniform_points(source: PointSource, images: np.ndarray):
    spec = SparsitySpec(source=source, points=len(images), dimension=6, cells_per_axis=6)
    for s in list(measure_sparsity(spec, images))[2:]:
        assert s.occupied_share < s.expected


def test_principal_axes_are_those_of_the_singular_values(images: np.ndarray):
    flat = images.reshape(len(images), -1).astype(np.float64)
    centred = flat - flat.mean(axis=0)
    _, _, rows = np.linalg.svd(centred, full_matrices=False)
    for column, row in zip(image_columns(images, 4, PointSource.PCA), rows, strict=False):
        wanted = centred @ row
        wanted = (wanted - wanted.min()) / np.ptp(wanted)
        flipped = min(np.abs(column - wanted).max(), np.abs(1 - column - wanted).max())
        assert flipped < 1e-3


def test_pixels_come_by_falling_variance(images: np.ndarray):
    flat = images.reshape(len(images), -1).astype(np.float64)
    best = np.argsort(-flat.var(axis=0), kind="stable")[:5]
    for pixel, column in zip(best, image_columns(images, 5, PointSource.PIXELS), strict=True):
        values = flat[:, pixel]
        assert np.allclose(column, (values - values.min()) / np.ptp(values))


@pytest.mark.parametrize("source", IMAGES)
def test_axes_without_any_variation(source: PointSource):
    """One and the same image over and over stays in one cell, without a division by 0."""
    same = np.full((20, 28, 28), 7, dtype=np.uint8)
    spec = SparsitySpec(source=source, points=20, dimension=784)
    assert {s.occupied for s in measure_sparsity(spec, same)} == {1}


def test_fewer_images_than_points(images: np.ndarray):
    spec = SparsitySpec(source=PointSource.PIXELS, points=1_000_000, dimension=2)
    assert [s.points for s in measure_sparsity(spec, images)] == [len(images)] * 2


def test_the_seed_draws_the_images(images: np.ndarray):
    def occupied(seed: int) -> list[int]:
        spec = SparsitySpec(source=PointSource.PIXELS, points=300, dimension=5, seed=seed)
        return [s.occupied for s in measure_sparsity(spec, images)]

    assert occupied(1) == occupied(1)
    assert occupied(1) != occupied(2)


def test_images_that_are_missing():
    with pytest.raises(ValueError, match="need images"):
        list(measure_sparsity(SparsitySpec(source=PointSource.PCA)))
