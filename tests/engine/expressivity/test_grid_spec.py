"""The specs of scene 4: what they accept, and where cells and cursor stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import FormulaError, SpecError
from engine.expressivity.grid import uniform_edges
from engine.expressivity.grid_spec import FLAT, GridSpec, GridTarget, SparsitySpec, StepAtZero
from engine.expressivity.grid_targets import painted_stroke
from engine.spec import from_json, knobs, to_json


@pytest.mark.parametrize("cls", [GridSpec, SparsitySpec])
def test_every_knob_has_a_label_a_help_and_ends(cls: type):
    for knob in knobs(cls).values():
        assert knob.label
        assert knob.help.endswith(".")
        if knob.kind in (int, float) and knob.name != "seed":
            assert knob.is_bounded
            assert knob.minimum <= knob.default <= knob.maximum


def test_a_painted_spec_survives_its_file():
    painted = painted_stroke(FLAT, [(0.1, 0.2), (0.4, -0.9)], radius=0.3, height=1.7)
    spec = GridSpec().replaced(target="painted", painted=painted, at_zero="1", cell=(3, 11))
    assert from_json(GridSpec, to_json(spec)) == spec


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"cells": 0}, "Cells per axis k must be a whole number from 1 to 200."),
        ({"cells": 201}, "Cells per axis k must be a whole number from 1 to 200."),
        ({"half_width": 0.0}, "Half-width B must be a number from"),
        ({"half_width": float("nan")}, "Half-width B must be a number from"),
        ({"heights": "left"}, "Heights must be one of midpoint, mean, mid_range."),
        ({"target": "blob"}, "Target must be one of waves, "),
        ({"painted": (0.0,) * 5}, "not 5; paint it anew"),
        ({"painted": (0.0,)}, "not 1; paint it anew"),
        ({"painted": ()}, "not 0; paint it anew"),
    ],
)
def test_what_is_no_grid_spec(fields: dict, sentence: str):
    with pytest.raises(SpecError) as refusal:
        GridSpec().replaced(**fields)
    assert sentence in str(refusal.value)


def test_a_formula_error_comes_through_with_its_position():
    with pytest.raises(FormulaError) as refusal:
        GridSpec().replaced(target="formula", formula="sin(x)*q")
    assert refusal.value.position == 8
    assert GridSpec().replaced(formula="sin(x)*q").target is GridTarget.WAVES


@given(
    st.integers(1, 200),
    st.floats(-1.5, 1.5),
    st.floats(-1.5, 1.5),
    st.sampled_from([1e-6, 0.3, 3.0, 1e6]),
)
def test_the_cell_under_a_point(cells: int, u: float, v: float, half_width: float):
    spec = GridSpec(cells=cells, half_width=half_width)
    i, j = spec.with_cell_at(u * half_width, v * half_width).shown_cell
    edges = uniform_edges(half_width, cells) / half_width
    for index, at in ((i, u), (j, v)):
        inside = min(max(at, -1.0), 1.0)
        assert edges[index] - 1e-9 <= inside <= edges[index + 1] + 1e-9


def test_a_cell_stays_in_the_grid_and_comes_back():
    spec = GridSpec(cells=12, cell=(4, 11))
    assert spec.replaced(cells=5).shown_cell == (4, 4)
    assert spec.replaced(cells=5).replaced(cells=20).shown_cell == (4, 11)


def test_the_cursor_follows_the_square():
    spec = GridSpec(half_width=2.0).with_cursor_at(1.0, -7.0)
    assert spec.cursor == (0.5, -1.0)
    assert spec.replaced(half_width=10.0).cursor_at == (5.0, -10.0)


def test_u0_is_a_number():
    assert [member.number for member in StepAtZero] == [0, 1]
