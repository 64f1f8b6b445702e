"""Fits of f(x, y): errors, bounds and heights against sums and searches of another kind."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import FormulaError, SpecError
from engine.expressivity.grid_fit import CORNER_DISTANCE, GridFit, fit_grid, sup_bound
from engine.expressivity.grid_spec import (
    PAINTED_SIDE,
    GridHeights,
    GridSpec,
    GridTarget,
    StepAtZero,
)
from engine.expressivity.grid_targets import PRESETS, GridFunction, grid_function, painted_stroke

LIPSCHITZ = [t for t, preset in PRESETS.items() if math.isfinite(preset.lipschitz(3.0))]
HEIGHTS = list(GridHeights)


def formula_spec(text: str, **fields: object) -> GridSpec:
    return GridSpec().replaced(target="formula", formula=text, **fields)


def painted_spec(**fields: object) -> GridSpec:
    painted = painted_stroke(
        GridSpec().painted, [(-0.8, -0.5), (0.3, 0.1), (0.3, 0.9)], radius=0.4, height=2.0
    )
    return GridSpec().replaced(target="painted", painted=painted, **fields)


def dense_error(fit: GridFit, count: int) -> np.ndarray:
    """f − network on random coordinates, none of them on an edge."""
    rng = np.random.default_rng(5)
    x, y = rng.uniform(-1, 1, (2, count)) * fit.spec.half_width
    return fit.function.on_mesh(x, y) - fit.network.on_mesh(x, y)


@pytest.mark.parametrize("heights", HEIGHTS)
@pytest.mark.parametrize("target", LIPSCHITZ)
def test_no_error_beyond_the_bound(target: GridTarget, heights: GridHeights):
    for cells in (1, 2, 3, 5, 8, 12, 31, 64, 127, 200):
        for half_width in (0.2, 1.0, 3.0):
            spec = GridSpec(target=target, heights=heights, cells=cells, half_width=half_width)
            fit = fit_grid(spec)
            assert 0 < fit.errors.sup <= fit.bound
            assert np.abs(dense_error(fit, 300)).max() <= fit.bound


@pytest.mark.parametrize("heights", HEIGHTS)
def test_a_painted_target_keeps_the_bound(heights: GridHeights):
    for cells in (1, 3, 16, 32, 100):
        fit = fit_grid(painted_spec(heights=heights, cells=cells))
        assert 0 < fit.errors.sup <= fit.bound < math.inf


@pytest.mark.parametrize("cells", [1, 4, 9, 50])
def test_the_midpoint_bound_is_sharp_along_the_diagonal(cells: int):
    """x + y rises fastest along the diagonal, so in a corner it is off by all that L allows."""
    fit = fit_grid(formula_spec("x + y", cells=cells, half_width=2.0))
    assert fit.function.lipschitz.value == pytest.approx(math.sqrt(2))
    assert fit.bound == pytest.approx(math.sqrt(2) * math.sqrt(2) * 2.0 / cells)
    assert fit.errors.sup == pytest.approx(fit.bound, rel=1e-7)


def test_the_bound_of_the_mean_is_a_mean_distance():
    u = (np.arange(2000) + 0.5) / 2000
    assert np.hypot(u[:, None], u).mean() == pytest.approx(CORNER_DISTANCE, rel=1e-6)
    assert sup_bound(2.0, 1.5, 10, GridHeights.MEAN) == pytest.approx(2 * 0.3 * CORNER_DISTANCE)
    assert sup_bound(2.0, 1.5, 10, GridHeights.MIDPOINT) == pytest.approx(0.3 * math.sqrt(2))
    assert sup_bound(2.0, 1.5, 10, GridHeights.MID_RANGE) == pytest.approx(0.3 * math.sqrt(2))


@pytest.mark.parametrize("heights", HEIGHTS)
@pytest.mark.parametrize("target", [GridTarget.WAVES, GridTarget.HILL, GridTarget.SADDLE])
def test_the_error_halves_when_k_doubles(target: GridTarget, heights: GridHeights):
    counts = np.array([16, 32, 64, 128])
    sups = [fit_grid(GridSpec(target=target, heights=heights, cells=k)).errors.sup for k in counts]
    slope = np.polyfit(np.log(counts), np.log(sups), 1)[0]
    assert slope == pytest.approx(-1, abs=0.06)


def test_errors_of_a_plane_by_hand():
    """f = x on one cell is off by x itself: sup B, ∫∫ x² = 4B⁴/3, ∫∫ |x| = 2B³."""
    for heights in HEIGHTS:
        errors = fit_grid(formula_spec("x", cells=1, half_width=2.0, heights=heights)).errors
        assert errors.sup == pytest.approx(2.0)
        assert abs(errors.sup_at[0]) == pytest.approx(2.0)
        assert errors.l2 == pytest.approx(math.sqrt(4 * 2**4 / 3))
        assert errors.l1 == pytest.approx(2 * 2**3, rel=1e-4)
        assert errors.rms == pytest.approx(errors.l2 / 4)


@pytest.mark.parametrize("heights", HEIGHTS)
@pytest.mark.parametrize("cells", [1, 7, 40])
@pytest.mark.parametrize("target", [GridTarget.WAVES, GridTarget.RIPPLE, GridTarget.PYRAMID])
def test_errors_against_a_plain_sum(target: GridTarget, cells: int, heights: GridHeights):
    fit = fit_grid(GridSpec(target=target, cells=cells, heights=heights))
    ticks = 3.0 * ((np.arange(1400) + 0.5) / 700 - 1)
    error = fit.function.on_mesh(ticks, ticks) - fit.network.on_mesh(ticks, ticks)
    assert fit.errors.l2 == pytest.approx(math.sqrt((error**2).mean() * 36), rel=2e-3)
    assert fit.errors.l1 == pytest.approx(np.abs(error).mean() * 36, rel=2e-3)
    assert np.abs(error).max() <= fit.errors.sup * 1.001
    assert np.abs(error).max() == pytest.approx(fit.errors.sup, rel=0.05)


@pytest.mark.parametrize("cells", [1, 3, 40, 200])
@pytest.mark.parametrize(
    ("text", "mean"),
    [("x", 1 / 2), ("y", 1 / 2), ("x + y", 2 / 3), ("y - x", 2 / 3), ("x + 2*y", 13 / 12)],
)
def test_the_l1_error_of_a_plane_is_exact(text: str, mean: float, cells: int):
    """E|U| = 1/2, E|U + V| = 2/3 and E|U + 2V| = 13/12 for U, V uniform on [−1, 1]."""
    errors = fit_grid(formula_spec(text, cells=cells, half_width=2.0)).errors
    assert errors.l1 == pytest.approx(mean * 2.0 / cells * 16, rel=1e-7)


@pytest.mark.parametrize("at_zero", ["0", "1"])
@pytest.mark.parametrize("heights", HEIGHTS)
@pytest.mark.parametrize("target", list(GridTarget))
def test_the_sup_error_is_attained_where_it_says(
    target: GridTarget, heights: GridHeights, at_zero: str
):
    spec = painted_spec() if target is GridTarget.PAINTED else GridSpec(target=target)
    fit = fit_grid(spec.replaced(heights=heights, cells=9, at_zero=at_zero))
    x, y = fit.errors.sup_at
    there = abs(fit.function.at(x, y) - float(fit.network([[x, y]])[0]))
    assert there == pytest.approx(fit.errors.sup, rel=1e-12)


def test_midpoint_heights_are_the_centres():
    fit = fit_grid(formula_spec("x + 10*y", cells=2, half_width=1.0))
    assert fit.network.heights.tolist() == [[-5.5, 4.5], [-4.5, 5.5]]


@pytest.mark.parametrize("target", [GridTarget.WAVES, GridTarget.DISC, GridTarget.RUNGE])
def test_the_mean_is_best_in_l2_and_the_mid_range_in_sup(target: GridTarget):
    fits = {h: fit_grid(GridSpec(target=target, cells=5, heights=h)) for h in HEIGHTS}
    best_l2 = min(fits.values(), key=lambda f: f.errors.l2)
    best_sup = min(fits.values(), key=lambda f: f.errors.sup)
    assert fits[GridHeights.MEAN].errors.l2 == best_l2.errors.l2
    assert fits[GridHeights.MID_RANGE].errors.sup == best_sup.errors.sup


@given(st.lists(st.floats(0.001, 0.5), min_size=9, max_size=9))
@settings(max_examples=40, deadline=None)
def test_no_other_heights_beat_the_mean_in_l2(shifts: list[float]):
    """Sums over a lattice of its own; the mean's lead is Σ shift² · area of a cell, exactly."""
    fit = fit_grid(GridSpec(target=GridTarget.WAVES, cells=3, heights=GridHeights.MEAN))
    ticks = 3.0 * ((np.arange(600) + 0.5) / 300 - 1)
    error = fit.function.on_mesh(ticks, ticks) - fit.network.on_mesh(ticks, ticks)
    moved = error - np.kron(np.reshape(shifts, (3, 3)), np.ones((200, 200)))
    lead = (moved**2).mean() - (error**2).mean()
    assert lead == pytest.approx(np.square(shifts).mean(), rel=0.05, abs=1e-5)
    assert lead > 0


@given(
    st.sampled_from([*LIPSCHITZ, GridTarget.DISC, GridTarget.CUSP]),
    st.integers(1, 25),
    st.sampled_from(HEIGHTS),
    st.floats(-5, 5),
)
@settings(max_examples=60, deadline=None)
def test_a_shift_of_f_shifts_the_heights_and_nothing_else(
    target: GridTarget, cells: int, heights: GridHeights, shift: float
):
    spec = GridSpec(target=target, cells=cells, heights=heights)
    plain = grid_function(spec)
    moved = GridFunction(lambda x, y: plain.on_mesh(x, y) + shift, 3.0, plain.lipschitz)
    before, after = fit_grid(spec), fit_grid(spec, moved)
    assert np.allclose(after.network.heights, before.network.heights + shift, atol=1e-12)
    assert after.errors.l2 == pytest.approx(before.errors.l2, abs=1e-10)
    assert before.errors.l1 <= before.errors.l2 * 6 * (1 + 1e-12), "Cauchy and Schwarz"
    assert before.errors.rms <= before.errors.sup * (1 + 1e-12)


def test_a_jump_is_never_fitted_but_its_area_shrinks():
    coarse, fine = (fit_grid(GridSpec(target=GridTarget.DISC, cells=k)) for k in (12, 120))
    assert coarse.bound == fine.bound == math.inf
    assert fine.errors.sup > 0.5
    assert fine.errors.l1 < coarse.errors.l1 / 5


def test_a_checkerboard_whose_squares_are_the_cells_is_exact():
    fit = fit_grid(GridSpec(target=GridTarget.CHECKERBOARD, cells=6, half_width=3.0))
    assert (fit.errors.sup, fit.errors.l2) == (0.0, 0.0)


@pytest.mark.parametrize("heights", HEIGHTS)
def test_a_constant_is_fitted_exactly(heights: GridHeights):
    fit = fit_grid(formula_spec("0.25", cells=7, heights=heights))
    assert fit.errors.sup == pytest.approx(0, abs=1e-15)
    assert (fit.bound, fit.function.lipschitz.value) == (0.0, 0.0)


@pytest.mark.parametrize("cells", [1, 200])
@pytest.mark.parametrize("half_width", [1e-6, 1e6])
@pytest.mark.parametrize("target", list(GridTarget))
def test_tiny_and_huge_squares(target: GridTarget, half_width: float, cells: int):
    fit = fit_grid(painted_spec().replaced(target=target, half_width=half_width, cells=cells))
    largest = np.abs(fit.network.heights).max()
    assert fit.errors.sup <= fit.bound + 4 * np.spacing(largest)
    assert np.isfinite([fit.errors.l2, fit.errors.l1, fit.errors.rms, *fit.errors.sup_at]).all()
    assert np.isfinite(fit.fields(50).error).all()


@pytest.mark.parametrize("pixels", [1, 2, 37, 300])
def test_fields_are_target_and_network_at_pixel_centres(pixels: int):
    fit = fit_grid(GridSpec(cells=7, half_width=2.0))
    fields = fit.fields(pixels)
    assert fields.target.shape == fields.network.shape == fields.error.shape == (pixels, pixels)
    i, j = pixels // 3, pixels - 1
    x, y = fields.x[i], fields.y[j]
    assert x == pytest.approx(-2 + (i + 0.5) * 4 / pixels)
    assert fields.target[i, j] == pytest.approx(math.sin(x) * math.cos(y))
    assert fields.network[i, j] == fit.network([[x, y]])[0]
    assert np.array_equal(fields.error, fields.network - fields.target)


@pytest.mark.parametrize("axis", [0, 1])
def test_sections_run_through_the_cursor(axis: int):
    fit = fit_grid(GridSpec(cells=6, cursor=(0.31, -0.77)))
    section = fit.section(axis, 50)
    other = {0: -0.77 * 3, 1: 0.31 * 3}[axis]
    assert section.fixed == pytest.approx(other)

    def point(along: float) -> tuple[float, float]:
        return (along, other) if axis == 0 else (other, along)

    x, y = point(section.positions[17])
    assert section.target[17] == pytest.approx(math.sin(x) * math.cos(y))
    middles = (section.edges[:-1] + section.edges[1:]) / 2
    assert section.levels.tolist() == fit.network([point(m) for m in middles]).tolist()
    assert (section.positions[0], section.positions[-1]) == (-3.0, 3.0)


def test_a_section_on_the_border_shows_that_no_cell_holds_it():
    low, high = (
        fit_grid(GridSpec(cursor=(0, -1), at_zero=u0)).section(0) for u0 in StepAtZero
    )
    assert not low.levels.any()
    assert high.levels.any()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "empty"),
        ("sin(x", "never closed"),
        ("x + z", "there is no name z"),
        ("1/0", "not finite"),
        ("log(x)", "not finite at x = -3"),
        ("x.real", "no attributes"),
        ("__import__('os')", "there is no function"),
        ("9^9^9", "not finite"),
        ("1e200*x", "stay below 1e"),
    ],
)
def test_formulas_that_cannot_be_fitted(text: str, sentence: str):
    with pytest.raises((FormulaError, SpecError), match=sentence):
        formula_spec(text)


def test_values_beyond_all_floats_are_refused_by_the_fit_as_well():
    vast = GridSpec(target=GridTarget.FORMULA, formula="1.7e308*sign(x - 0.1)")
    with pytest.raises(SpecError, match="too large to compute with"):
        fit_grid(vast.replaced(target="waves", cells=1), grid_function(vast))


def test_a_pole_between_the_samples_of_the_check_is_found_by_the_fit():
    pole = 3.0 * (2 * 6 + 1 - 12) / 12  # the centre of a cell, and on no lattice of the check
    with pytest.raises((FormulaError, SpecError), match="not finite"):
        fit_grid(formula_spec(f"1/(x - {pole!r})", cells=12))


def test_painted_samples_are_met_at_their_places():
    fit = fit_grid(painted_spec(cells=PAINTED_SIDE - 1))
    samples = np.reshape(fit.spec.painted, (PAINTED_SIDE, PAINTED_SIDE))
    nodes = np.linspace(-3, 3, PAINTED_SIDE)
    assert np.allclose(fit.function.on_mesh(nodes, nodes), samples, atol=1e-12)
    middle = (samples[5, 9] + samples[6, 9] + samples[5, 10] + samples[6, 10]) / 4
    assert fit.network.heights[5, 9] == pytest.approx(middle)
