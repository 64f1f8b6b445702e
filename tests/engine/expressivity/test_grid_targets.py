"""Targets of two variables: Lipschitz constants against brute force, and brush strokes."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.expressivity.grid_spec import FLAT, PAINTED_SIDE, GridSpec, GridTarget
from engine.expressivity.grid_targets import (
    PRESETS,
    Brush,
    GridFunction,
    estimate_lipschitz,
    grid_function,
    painted_stroke,
    traced,
)

WIDTHS = (0.1, 0.3, 0.7, 1.0, 3.0, 20.0)


def steepest_quotient(function: GridFunction, rng: np.random.Generator) -> float:
    """max |f(p) − f(q)| / |p − q| over many close and distant pairs; never above L."""
    width = function.half_width
    best = 0.0
    for distance in (0.5, 0.05, 0.005, 0.0005):
        p = rng.uniform(-1, 1, (2, 80)) * width
        q = np.clip(p + rng.normal(size=(2, 80)) * distance * width, -width, width)
        at_p, at_q = (function.on_mesh(*c) for c in (p, q))
        gap = np.hypot(p[0][:, None] - q[0][:, None], p[1] - q[1])
        best = max(best, float((np.abs(at_p - at_q) / gap).max()))
    return best


@pytest.mark.parametrize("half_width", WIDTHS)
@pytest.mark.parametrize("target", list(PRESETS))
def test_exact_constants(target: GridTarget, half_width: float):
    function = grid_function(GridSpec(target=target, half_width=half_width))
    constant = function.lipschitz
    assert constant.is_exact
    if not constant.exists:
        assert constant.value == math.inf
        return
    quotient = steepest_quotient(function, np.random.default_rng(2))
    assert quotient <= constant.value * (1 + 1e-6) + 1e-9, "L is too small"
    # The greatest slope of a peak much narrower than the square is rarely met by chance.
    estimate = estimate_lipschitz(function.on_mesh, half_width)
    if half_width <= 3:
        assert estimate.value == pytest.approx(constant.value, rel=0.01)
        assert estimate.value <= constant.value * (1 + 1e-9)


@pytest.mark.parametrize(
    "target",
    [GridTarget.CUSP, GridTarget.DISC, GridTarget.CHECKERBOARD, GridTarget.PINWHEEL],
)
@pytest.mark.parametrize("half_width", [1.0, 3.0, 20.0])
def test_a_typed_function_without_a_constant_is_noticed(target: GridTarget, half_width: float):
    typed = GridSpec(half_width=half_width).with_preset_as_formula(PRESETS[target].formula)
    function = grid_function(typed)
    assert not function.lipschitz.exists
    assert not function.lipschitz.is_exact


@pytest.mark.parametrize("target", list(PRESETS))
def test_a_preset_typed_is_the_preset(target: GridTarget):
    x, y = np.linspace(-3, 3, 31), np.linspace(-2.9, 2.7, 17)
    preset = GridSpec(target=target)
    typed = preset.with_preset_as_formula(PRESETS[target].formula)
    values = grid_function(preset).on_mesh(x, y)
    assert values.shape == (31, 17)
    assert np.array_equal(values, grid_function(typed).on_mesh(x, y))


def test_presets_are_what_their_labels_say():
    x, y = 0.7, -0.4
    r, angle = math.hypot(x, y), math.atan2(y, x)
    wanted = {
        GridTarget.WAVES: math.sin(x) * math.cos(y),
        GridTarget.HILL: math.exp(-x * x - y * y),
        GridTarget.SADDLE: x * x - y * y,
        GridTarget.RIPPLE: math.cos(4 * r),
        GridTarget.RUNGE: 1 / (1 + 25 * r * r),
        GridTarget.CLIFF: math.tanh(5 * (x + y)),
        GridTarget.PYRAMID: abs(x) + abs(y),
        GridTarget.CONE: r,
        GridTarget.CUSP: math.sqrt(r),
        GridTarget.DISC: 1.0,
        GridTarget.CHECKERBOARD: 1.0,
        GridTarget.PINWHEEL: math.sin(3 * angle),
    }
    assert set(wanted) == set(GridTarget) - {GridTarget.FORMULA, GridTarget.PAINTED}
    for target, value in wanted.items():
        assert grid_function(GridSpec(target=target)).at(x, y) == pytest.approx(value)


@pytest.mark.parametrize("text", ["1 + 1e-9*x", "1e9 + x", "3", "1e-12*sin(x)"])
@pytest.mark.parametrize("half_width", [1e-6, 1.0, 1e6])
def test_rounding_is_no_jump(text: str, half_width: float):
    spec = GridSpec(target=GridTarget.FORMULA, formula=text, half_width=half_width)
    if text.endswith("sin(x)") and half_width > 1:
        return  # 300,000 periods: no samples can tell
    assert grid_function(spec).lipschitz.exists


@given(st.lists(st.floats(-100, 100), min_size=16, max_size=16), st.floats(0.01, 100))
@settings(max_examples=50, deadline=None)
def test_a_painted_constant_is_neither_too_small_nor_too_large(
    samples: list[float], half_width: float
):
    spec = GridSpec(target=GridTarget.PAINTED, painted=tuple(samples), half_width=half_width)
    function = grid_function(spec)
    constant = function.lipschitz.value
    quotient = steepest_quotient(function, np.random.default_rng(4))
    assert quotient <= constant * (1 + 1e-6) + 1e-6 / half_width
    # It is the gradient in a corner of one of the patches, so a tiny step from there meets it.
    h = half_width * 1e-6
    nodes = half_width * np.linspace(-1, 1, 4)
    best = 0.0
    for along, across in ((h, h), (h, -h), (-h, h), (-h, -h)):
        here = function.on_mesh(nodes, nodes)
        dx = (function.on_mesh(nodes + along, nodes) - here) / h
        dy = (function.on_mesh(nodes, nodes + across) - here) / h
        best = max(best, float(np.hypot(dx, dy).max()))
    assert best == pytest.approx(constant, rel=1e-4, abs=1e-4 / half_width)


def as_square(painted: tuple[float, ...]) -> np.ndarray:
    return np.reshape(painted, (PAINTED_SIDE, PAINTED_SIDE))


TICKS = np.linspace(-1, 1, PAINTED_SIDE)


def test_a_dab_is_a_round_bump_about_its_point():
    square = as_square(painted_stroke(FLAT, [(0.5, -0.25)], radius=0.3, height=2.0))
    distance = np.hypot(TICKS[:, None] - 0.5, TICKS + 0.25)
    wanted = np.where(distance < 0.3, 1 + np.cos(np.pi * distance / 0.3), 0.0)
    assert square == pytest.approx(wanted, abs=1e-4)
    assert square.max() == 2.0


@pytest.mark.parametrize("path", [[(0.0, 0.0)], [(0.0, 0.0)] * 3, [(0.0, 0.0), (0.0, 0.0)]])
def test_standing_still_is_a_dab(path: list[tuple[float, float]]):
    once = painted_stroke(FLAT, [(0.0, 0.0)], radius=0.2, height=1.0)
    assert painted_stroke(FLAT, path, radius=0.2, height=1.0) == once


def test_a_vertical_stroke_is_full_all_along():
    square = as_square(painted_stroke(FLAT, [(0.0, -1.0), (0.0, 1.0)], radius=0.2, height=-3.0))
    assert (square[PAINTED_SIDE // 2] == -3.0).all()
    assert (square == square[:, :1]).all()
    assert (square[np.abs(TICKS) >= 0.2] == 0).all()


def test_a_stroke_is_the_union_of_its_pieces():
    path = [(-0.9, -0.9), (0.1, 0.4), (0.8, -0.6)]
    whole = as_square(painted_stroke(FLAT, path, radius=0.25, height=1.0))
    pieces = [
        as_square(painted_stroke(FLAT, list(piece), radius=0.25, height=1.0))
        for piece in pairwise(path)
    ]
    assert np.array_equal(whole, np.maximum(*pieces))


def test_the_other_brushes():
    hill = painted_stroke(FLAT, [(0.0, 0.0)], radius=0.5, height=1.0)
    raised = painted_stroke(hill, [(0.0, 0.0)], radius=0.5, height=1.0, brush=Brush.RAISE)
    assert as_square(raised) == pytest.approx(2 * as_square(hill), abs=2e-4)
    erased = painted_stroke(hill, [(0.0, 0.0)], radius=3.0, height=9.0, brush=Brush.ERASE)
    assert max(map(abs, erased)) < max(hill) / 10
    rough = tuple(((np.indices((PAINTED_SIDE,) * 2).sum(axis=0)) % 2).ravel().astype(float))
    smooth = painted_stroke(rough, [(0.0, 0.0)], radius=9.0, height=1.0, brush=Brush.SMOOTH)
    assert np.ptp(as_square(smooth)[10:-10, 10:-10]) < 0.2


def test_no_stroke_falls_between_the_samples():
    between = (TICKS[3] + TICKS[4]) / 2
    thin = painted_stroke(FLAT, [(between, between)], radius=1e-9, height=1.0)
    assert max(thin) > 0


@given(
    st.lists(st.tuples(st.floats(-2, 2), st.floats(-2, 2)), max_size=6),
    st.floats(0.0, 3.0),
    st.floats(-100, 100),
    st.sampled_from(Brush),
)
@settings(max_examples=60, deadline=None)
def test_whatever_is_painted_is_a_valid_target(
    path: list[tuple[float, float]], radius: float, height: float, brush: Brush
):
    start = painted_stroke(FLAT, [(0.3, 0.3)], radius=0.6, height=80.0)
    painted = painted_stroke(start, path, radius=radius, height=height, brush=brush)
    spec = GridSpec().replaced(target="painted", painted=painted)
    assert spec.painted == painted
    assert len(painted) == PAINTED_SIDE**2
    if not path:
        assert painted == start


@pytest.mark.parametrize("target", [GridTarget.WAVES, GridTarget.SADDLE, GridTarget.DISC])
def test_a_traced_target_goes_through_the_same_samples(target: GridTarget):
    function = grid_function(GridSpec(target=target, half_width=2.0))
    spec = GridSpec(target=GridTarget.PAINTED, painted=traced(function), half_width=2.0)
    ticks = 2 * np.linspace(-1, 1, PAINTED_SIDE)
    again = grid_function(spec).on_mesh(ticks, ticks)
    assert again == pytest.approx(function.on_mesh(ticks, ticks), abs=6e-5)


def test_a_target_too_high_to_be_painted_is_traced_as_far_as_it_goes():
    function = grid_function(GridSpec(target=GridTarget.FORMULA, formula="1000*x", half_width=1.0))
    assert (min(traced(function)), max(traced(function))) == (-100.0, 100.0)
