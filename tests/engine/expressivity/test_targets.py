"""Targets: presets and their constants, drawings stroke by stroke, CSV files with faults."""

from __future__ import annotations

import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import ChalknetError, DataError, FormulaError, SpecError
from engine.expressivity.csv_points import read_csv, read_csv_file
from engine.expressivity.drawing import blank, erased, smoothed, traced, with_stroke
from engine.expressivity.presets import PRESETS, PresetKey, find_preset
from engine.expressivity.spec import (
    MOST_SAMPLES,
    FunctionSpec,
    NeuronSpec,
    TargetKind,
    TrainedSpec,
)
from engine.expressivity.targets import Target, make_target
from engine.spec import from_builtins, from_json, knobs, to_json

HALF_WIDTHS = [1e-6, 1e-3, 0.2, 1.0, 3.0, 20.0]


def preset(key: PresetKey, half_width: float) -> Target:
    return make_target(
        FunctionSpec(target=TargetKind.PRESET, preset=key, half_width=half_width)
    )


def formula(text: str, half_width: float = 3.0) -> Target:
    return make_target(FunctionSpec(formula=text, half_width=half_width))


# --- Lipschitz constants --------------------------------------------------------------------------


@pytest.mark.parametrize("half_width", HALF_WIDTHS)
@pytest.mark.parametrize("key", PRESETS)
def test_no_chord_of_a_preset_is_steeper_than_its_constant(key: PresetKey, half_width: float):
    target = preset(key, half_width)
    x, y = target.sampled(200_001)
    steepest = float(np.abs(np.diff(y)).max() / (x[1] - x[0]))
    rounding = 4e-16 * float(np.abs(y).max()) / (x[1] - x[0])
    lipschitz = target.known_lipschitz
    assert lipschitz is not None
    assert steepest <= lipschitz * (1 + 1e-9) + rounding
    if math.isfinite(lipschitz):
        assert steepest >= lipschitz * (1 - 1e-3) - rounding, "the constant is not the least one"


@pytest.mark.parametrize("half_width", [0.2, 1.0, 3.0])
@pytest.mark.parametrize("key", PRESETS)
def test_the_estimate_finds_the_exact_constants(key: PresetKey, half_width: float):
    target = preset(key, half_width)
    if math.isinf(target.lipschitz):
        assert math.isinf(target.estimated_lipschitz)
    else:
        assert target.estimated_lipschitz == pytest.approx(target.lipschitz, rel=1e-4)
        assert target.estimated_lipschitz <= target.lipschitz * (1 + 1e-6)


@pytest.mark.parametrize(
    ("text", "lipschitz"),
    [("3", 0.0), ("2*x", 2.0), ("tanh(1e5*x)", 1e5), ("u(x - 0.1234)", math.inf),
     ("floor(7*x)", math.inf), ("abs(x)^(1/3)", math.inf), ("1000 + 0.5*x", 0.5)],
)  # fmt: skip
def test_estimates_of_formulas(text: str, lipschitz: float):
    target = formula(text)
    assert target.known_lipschitz is None
    assert target.lipschitz == pytest.approx(lipschitz, rel=1e-4)


def test_presets_have_labels_and_unknown_ones_are_named():
    assert set(PRESETS) == set(PresetKey)
    assert len(PRESETS) >= 12
    assert all(p.watch.endswith(".") for p in PRESETS.values())
    with pytest.raises(SpecError, match=r"no preset “foo”; choose from sine, .*noise\."):
        find_preset("foo")


def test_noise_is_the_same_every_time_and_fills_its_range():
    first, second = preset(PresetKey.NOISE, 2.0), preset(PresetKey.NOISE, 3.0)
    x = np.linspace(-1, 1, 401)
    np.testing.assert_allclose(first(2 * x), second(3 * x), rtol=0, atol=1e-10)
    assert -1 <= first(2 * x).min() < -0.9
    assert 0.9 < first(2 * x).max() <= 1


# --- specs ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("cls", [NeuronSpec, FunctionSpec, TrainedSpec])
def test_defaults_are_valid_and_survive_the_file(cls: type):
    assert from_json(cls, to_json(cls())) == cls()
    assert len(knobs(cls)) >= 5


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"formula": "foo(x)"}, "formula", "no function foo"),
        ({"formula": "1/x"}, "formula", "not finite at x = 0"),
        ({"formula": "10^200*x"}, "formula", "too large to measure"),
        ({"target": "drawn"}, "drawn", "drawing is empty"),
        ({"target": "drawn", "drawn": [1.0, 1e200]}, "drawn", "stays below 1e"),
        ({"target": "csv"}, "points", "no points yet"),
        ({"target": "csv", "points": [[0, 0], [0, 1]]}, "points", "each x above the one before"),
        ({"target": "csv", "points": [[0, 0], [1, 1e200]]}, "points", "below 1e"),
        ({"target": "preset", "preset": "foo"}, "preset", "must be one of sine"),
        ({"pieces": 0}, "pieces", "from 1 to 100,000"),
        ({"pieces": 100_001}, "pieces", "from 1 to 100,000"),
        ({"half_width": 0}, "half_width", "from 1e-06 to 1,000,000"),
    ],
)
def test_function_specs_refuse_in_one_sentence(fields: dict, field: str, words: str):
    with pytest.raises(SpecError) as caught:
        from_builtins(FunctionSpec, fields)
    assert caught.value.field == field
    assert words in str(caught.value)
    assert str(caught.value).endswith(".")


def test_a_formula_is_refused_with_its_position():
    with pytest.raises(FormulaError) as caught:
        FunctionSpec().replaced(formula="sin(x) + foo")
    assert caught.value.position == 10


def test_a_formula_that_fails_only_far_out_is_refused_when_the_interval_grows():
    spec = FunctionSpec(formula="exp(exp(x))", half_width=3.0)
    with pytest.raises(FormulaError, match=r"not finite at x = 6\.\d+;"):
        spec.replaced(half_width=7.0)


def test_width_and_pieces_are_two_sides_of_one_thing():
    spec = FunctionSpec(half_width=3.0, pieces=14)
    assert spec.width == pytest.approx(6 / 14)
    assert spec.with_width(0.5).pieces == 12
    assert spec.with_width(1e9).pieces == 1
    assert spec.with_width(1e-9).pieces == 100_000
    with pytest.raises(SpecError, match="above 0"):
        spec.with_width(0.0)


# --- drawings -------------------------------------------------------------------------------------


def test_a_stroke_replaces_what_it_passes_over_and_nothing_else():
    flat = blank(11)  # samples at −5 … 5
    drawn = with_stroke(flat, [(-2.0, 1.0), (2.0, 5.0)], 5.0)
    assert drawn == (0, 0, 0, 1, 2, 3, 4, 5, 0, 0, 0)
    again = with_stroke(drawn, [(1.0, -1.0), (0.0, -1.0)], 5.0)
    assert again == (0, 0, 0, 1, 2, -1, -1, 5, 0, 0, 0)
    assert flat == (0.0,) * 11


def test_the_later_pass_counts():
    drawn = with_stroke(blank(5), [(-2, 0), (2, 4), (0, 8)], 2.0)
    assert drawn == (0, 1, 8, 6, 4)


def test_a_vertical_stroke_leaves_its_last_height_at_one_sample():
    assert with_stroke(blank(5), [(1, 0), (1, 7), (1, 3)], 2.0) == (0, 0, 0, 3, 0)
    assert with_stroke(blank(5), [(0.7, 0), (0.7, 9)], 2.0) == (0, 0, 0, 9, 0)


def test_a_dot_an_empty_stroke_and_points_nowhere():
    assert with_stroke(blank(5), [(0.4, 2.0)], 2.0) == (0, 0, 2, 0, 0)
    assert with_stroke(blank(5), [], 2.0) == blank(5)
    assert with_stroke(blank(5), [(math.nan, 1.0), (0.0, math.inf)], 2.0) == blank(5)
    assert with_stroke(blank(5), [(9.0, 1.0), (10.0, 1.0)], 2.0) == blank(5)
    assert with_stroke((), [(0.0, 1.0)], 2.0)[200] == 1.0


def test_a_stroke_from_beyond_the_interval_is_cut_off():
    assert with_stroke(blank(5), [(-10, -10), (10, 10)], 2.0) == (-2, -1, 0, 1, 2)


@given(
    st.lists(st.tuples(st.floats(-4, 4), st.floats(-9, 9)), min_size=1, max_size=12),
    st.sampled_from([1e-6, 1.0, 1e6]),
)
def test_strokes_stay_between_their_heights(stroke: list[tuple[float, float]], half_width: float):
    path = [(x * half_width, y) for x, y in stroke]
    drawn = with_stroke((100.0,) * 41, path, half_width)
    heights = [y for _, y in stroke]
    assert all(y == 100 or min(heights) - 1e-9 <= y <= max(heights) + 1e-9 for y in drawn)
    inside = [x for x, _ in stroke if abs(x) <= 1]
    assert not inside or set(drawn) != {100.0}


def test_smoothing_keeps_constants_and_shrinks_wiggles():
    assert smoothed((0.3,) * 20) == (0.3,) * 20
    wiggle = tuple(float(k % 2) for k in range(40))
    rough, calm = (np.abs(np.diff(d)).sum() for d in (wiggle, smoothed(wiggle)))
    assert calm < rough / 5
    assert len(smoothed((1.0, 2.0), 9)) == 2


def test_erasing_works_from_either_side():
    drawing = (1.0,) * 5
    assert erased(drawing, -1, 0.5, 2.0) == (1, 0, 0, 1, 1) == erased(drawing, 0.5, -1, 2.0)


def test_a_drawing_is_a_target_and_a_target_a_drawing():
    drawing = traced(formula("x^2", 2.0), 5)
    assert drawing == (4, 1, 0, 1, 4)
    spec = FunctionSpec(target=TargetKind.DRAWN, drawn=drawing, half_width=2.0)
    target = make_target(spec)
    np.testing.assert_allclose(target([-2, -1.5, 0, 0.25]), [4, 2.5, 0, 0.25])
    assert target.lipschitz == 3.0
    assert make_target(spec.replaced(pieces=3)) is target


# --- CSV ------------------------------------------------------------------------------------------

READ = [
    ("0,1\n1,2\n", [(0, 1), (1, 2)], ""),
    ("x,y\r\n0,1\r\n1,2\r\n", [(0, 1), (1, 2)], ""),
    ("# made by hand\n\n0;1\n1;2,5 # why not\n", [(0, 1), (1, 2.5)], ""),
    ("0\t1,5\n1\t2,5", [(0, 1.5), (1, 2.5)], ""),
    ("0 1\n1   2\n", [(0, 1), (1, 2)], ""),
    ("0,5 1,5\n1,5 2,5", [(0.5, 1.5), (1.5, 2.5)], ""),
    ("0, 1\n1, 2", [(0, 1), (1, 2)], ""),
    ('"time","volt"\n"0","1"\n"1","2"', [(0, 1), (1, 2)], ""),
    ("0,1,\n1,2,\n", [(0, 1), (1, 2)], ""),
    ("0,1\n1,nan\n2,3", [(0, 1), (2, 3)], "Line 2 was left out"),
    ("0,1\ninf,1\n1,\n2,3", [(0, 1), (2, 3)], "2 lines, line 2 first, were left out"),
    ("2,1\n0,3", [(0, 3), (2, 1)], "sorted by x"),
    ("0,1\n1,2\n1,4\n2,0", [(0, 1), (1, 3), (2, 0)], "1 repeated x were merged"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "points", "note"), READ)
def test_what_can_be_read_is_read_and_repairs_are_reported(text: str, points: list, note: str):
    read = read_csv(text)
    assert list(read.points) == points
    assert note in " ".join(read.notes)
    assert bool(note) == bool(read.notes)
    spec = FunctionSpec().replaced(
        target="csv", points=read.points, half_width=read.half_width
    )
    x, y = np.array(points).T
    np.testing.assert_allclose(make_target(spec)(x), y)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("# nothing\n\n", "is empty"),
        ("x,y\n", "0 usable lines"),
        ("0,1\n", "1 usable line;"),
        ("0,1\n1,2,3\n2,4", "Line 2 of the CSV file has 3 columns"),
        ("0,1\n5\n2,4", "Line 2 of the CSV file has 1 column "),
        ("0,1\n1,two\n2,4", "Line 2 of the CSV file holds “two”"),
        ("0,1\n0,2", "All points of the CSV file lie at x = 0"),
        ("nan,1\n0,2", "1 usable line"),
        ("a,b\nc,d\n1,2\n2,3", "Line 2 of the CSV file holds “c”"),
    ],
)
def test_what_cannot_is_refused_with_its_line(text: str, words: str):
    with pytest.raises(DataError) as caught:
        read_csv(text)
    assert words in str(caught.value)
    assert str(caught.value).endswith(".")


def test_long_files_are_thinned_and_ends_kept():
    lines = "\n".join(f"{k},{k % 7}" for k in range(MOST_SAMPLES * 2))
    read = read_csv(lines)
    assert len(read.points) == MOST_SAMPLES
    assert (read.points[0][0], read.points[-1][0]) == (0, MOST_SAMPLES * 2 - 1)
    assert "evenly thinned" in read.notes[0]


def test_files(tmp_path: Path):
    file = tmp_path / "points.csv"
    file.write_bytes(b"\xef\xbb\xbf0,1\n1,2\n")
    assert read_csv_file(file).points == ((0, 1), (1, 2))
    file.write_bytes(b"\xff\xfe0")
    with pytest.raises(DataError, match="no text in UTF-8"):
        read_csv_file(file)
    with pytest.raises(DataError, match="cannot be read"):
        read_csv_file(tmp_path / "none.csv")
    with pytest.raises(DataError, match="cannot be read"):
        read_csv_file(tmp_path)


@given(st.text(max_size=60))
def test_any_text_is_points_or_one_sentence(text: str):
    sentence = "Read."
    try:
        points = read_csv(text).points
    except ChalknetError as error:
        sentence, points = str(error), ((0.0, 0.0), (1.0, 0.0))
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert all(after[0] > before[0] for before, after in pairwise(points))
