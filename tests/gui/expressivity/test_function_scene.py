"""Scene 3: what is drawn, typed or opened is the target; what is plotted is the engine's fit."""

from __future__ import annotations

import math

import numpy as np
import pytest
from bench import Key
from driving import LEFT, is_one_sentence
from PySide6.QtCore import QPoint, QPointF, Qt
from scene_driving import CTRL, assert_draws, problem_of, text_of

from engine.expressivity.drawing import smoothed, traced, with_stroke
from engine.expressivity.errors_of_fit import measured
from engine.expressivity.fitting import default_counts, fit, fitted_slope
from engine.expressivity.presets import PresetKey
from engine.expressivity.spec import (
    Breakpoints,
    Edges,
    FunctionSpec,
    Heights,
    PieceActivation,
    TargetKind,
)
from engine.expressivity.tab_spec import Show
from engine.expressivity.targets import make_target


def assert_agrees(bench) -> None:
    """Plot, form, diagram, notes and errors are those of the engine for the spec."""
    spec, function = bench.spec, bench.function
    found = fit(function)
    network = spec.tweaked(found.network)
    added = spec.added
    is_partial = added is not None and added < function.pieces
    shown = found.partial(added) if is_partial else network
    target = bench.curve("f")
    np.testing.assert_array_equal(target.y, found.target(target.x))
    assert_draws(bench.curve("network"), shown, found.edges)
    hidden, output = bench.diagram._layers[1:]
    np.testing.assert_array_equal(hidden.weights[:, 0], network.hidden_weight)
    np.testing.assert_array_equal(hidden.biases, network.hidden_bias)
    np.testing.assert_array_equal(output.weights[0], network.output_weight)
    assert hidden.count == len(network)
    assert bench.notes["hidden neurons"] == f"{len(network):,}"
    assert text_of(bench.tab.forms.function, "pieces") == str(function.pieces)
    assert bench.tab.forms.width_edit.text() == f"{function.width:.6g}"
    errors = measured(found.target, found.edges, network) if spec.tweaks else found.errors
    bench.until(lambda: bench.third.measured is not None)
    assert bench.notes["largest error"] == f"{errors.sup:.4g}"
    assert bench.notes["L² error"] == f"{errors.l2:.4g}"
    assert bench.notes["L¹ error"] == f"{errors.l1:.4g}"
    bound = found.bound
    assert bench.notes["bound"] == (
        "–" if bound is None else "∞" if math.isinf(bound) else f"{bound:.4g}"
    )
    handle = bench.handle("pieces", bench.third.errors)
    assert handle.x == function.pieces
    assert handle.y == (errors.sup or None)
    marks = bench.plot.contents.marks
    assert len(marks) == (0 if is_partial else 1)
    if marks:
        assert marks[0].x == errors.sup_at
        assert marks[0].y == float(found.target(np.array([errors.sup_at]))[0])
        assert marks[0].label == f"{errors.sup:.3g} off"


def wave(bench, left: float = -1.2, right: float = 1.4) -> list[QPoint]:
    """A mouse path over part of the interval, in large jumps."""
    reach = bench.function.half_width
    return [bench.at(x * reach / 3, 0.5 * math.sin(5 * x)) for x in np.linspace(left, right, 15)]


def test_it_starts_in_agreement(bench):
    assert bench.function == FunctionSpec()
    assert_agrees(bench)


# --- drawing ------------------------------------------------------------------------------------


def test_a_stroke_is_what_the_mouse_passes(bench):
    emitted = []
    bench.key(Key.Key_D)
    assert bench.plot.mode == "draw"
    assert bench.tab.forms.draw.isChecked()
    bench.plot.stroke_moved.connect(lambda points: emitted.extend(map(tuple, points.tolist())))
    before = traced(make_target(bench.function))
    axes = bench.plot.contents.x, bench.plot.contents.y
    path = wave(bench)
    bench.qtbot.mousePress(bench.plot, LEFT, pos=path[0])
    for point in path[1:]:
        bench.qtbot.mouseMove(bench.plot, point)
        assert (bench.plot.contents.x, bench.plot.contents.y) == axes  # they stay while one draws
    bench.qtbot.mouseRelease(bench.plot, LEFT, pos=path[-1])
    function = bench.function
    assert function.target is TargetKind.DRAWN
    np.testing.assert_allclose(function.drawn, with_stroke(before, emitted, 3.0), atol=1e-12)
    # Where the mouse was, the drawing is where the mouse was; elsewhere it is as before.
    frame, x = bench.plot.frame, np.linspace(-3, 3, 401)
    places = np.array([frame.x_at(p.x()) for p in path])
    heights = np.array([frame.y_at(p.y()) for p in path])
    inside = (x > places[0]) & (x < places[-1])
    np.testing.assert_allclose(
        np.array(function.drawn)[inside], np.interp(x[inside], places, heights), atol=1e-12
    )
    outside = (x < places[0] - 0.02) | (x > places[-1] + 0.02)
    np.testing.assert_array_equal(np.array(function.drawn)[outside], np.array(before)[outside])
    assert_agrees(bench)
    assert bench.undo_count == 1
    bench.undo()
    assert bench.function == FunctionSpec()
    assert_agrees(bench)
    bench.redo()
    assert bench.function == function
    assert_agrees(bench)


def test_strokes_are_steps_of_their_own(bench):
    bench.click(bench.tab.forms.draw)
    bench.trace(bench.plot, wave(bench))
    first = bench.function
    bench.trace(bench.plot, [bench.at(-2.5, 0.2), bench.at(-2.0, -0.3), bench.at(-1.0, 0.1)])
    assert bench.undo_count == 2
    bench.undo()
    assert bench.function == first
    assert_agrees(bench)


def test_a_stroke_backwards_is_a_stroke(bench):
    bench.click(bench.tab.forms.draw)
    bench.trace(bench.plot, [bench.at(2.0, 0.5), bench.at(-2.0, 0.5)])
    drawn = np.array(bench.function.drawn)
    x = np.linspace(-3, 3, 401)
    assert np.ptp(drawn[np.abs(x) < 1.98]) < 1e-9
    assert_agrees(bench)


def test_a_vertical_stroke_leaves_its_last_height(bench):
    bench.click(bench.tab.forms.draw)
    before = np.array(traced(make_target(bench.function)))
    path = [bench.at(0.9, y) for y in (-0.5, 0.8, 0.2)]
    bench.trace(bench.plot, path)
    changed = np.flatnonzero(np.array(bench.function.drawn) != before)
    assert len(changed) == 1
    height = bench.plot.frame.y_at(path[-1].y())
    assert bench.function.drawn[changed[0]] == pytest.approx(height)
    assert_agrees(bench)


def test_erasing_sets_to_0(bench):
    bench.click(bench.tab.forms.erase)
    assert not bench.tab.forms.draw.isChecked()
    bench.trace(bench.plot, [bench.at(-1.0, 0.3), bench.at(1.0, -0.3)])
    drawn, x = np.array(bench.function.drawn), np.linspace(-3, 3, 401)
    assert not drawn[np.abs(x) < 1].any()
    before = np.array(traced(make_target(FunctionSpec())))
    np.testing.assert_array_equal(drawn[np.abs(x) > 1.1], before[np.abs(x) > 1.1])
    assert bench.undo_count == 1
    assert_agrees(bench)


def test_smoothing_and_its_undo(bench):
    assert not bench.tab.forms.smooth.isEnabled()
    bench.click(bench.tab.forms.draw)
    bench.trace(bench.plot, wave(bench))
    before = bench.function
    bench.click(bench.tab.forms.smooth)
    assert bench.function.drawn == smoothed(before.drawn)
    assert_agrees(bench)
    bench.undo()
    assert bench.function == before


def test_the_pen_is_moved_by_keyboard_too(bench):
    bench.plot.setFocus()
    bench.key(Key.Key_D)
    bench.key(Key.Key_Space)  # the pen goes down; nothing is played
    for _ in range(4):
        bench.key(Key.Key_Right)
    bench.key(Key.Key_Space)
    assert bench.function.target is TargetKind.DRAWN
    assert bench.spec.added is None
    assert bench.undo_count == 1
    assert_agrees(bench)


def test_an_empty_drawing_is_refused_with_a_sentence(bench):
    form, before = bench.tab.forms.function, bench.spec
    bench.choose(form, "target", "drawn")
    assert bench.spec == before
    assert problem_of(form, "target") == "The drawing is empty; draw a curve across the plot."
    bench.choose(form, "target", "csv")
    assert "open a CSV file" in problem_of(form, "target")
    assert_agrees(bench)


# --- formulas and presets -----------------------------------------------------------------------


def test_typed_formulas(bench):
    for formula in ("x", "abs(x) - 0.5", "2", "sin(3*x)", "1/(1+25*x^2)", "1e20"):
        bench.type_into(bench.tab.forms.function, "formula", formula)
        assert bench.function.formula == formula
        assert problem_of(bench.tab.forms.function, "formula") == ""
        assert_agrees(bench)
        bench.undo()
        assert_agrees(bench)


BAD_FORMULAS = [
    "", "sin(", "x +", "foo(x)", "y", "__import__('os').system('ls')", "x.real", "9^9^9^9^9",
    "log(x)", "1/x", "exp(1000*x)", "sin()", "sin(x, 2)", "(x", "x)", "lambda: 0", "[x]", "x; x",
    "1e400", "x" * 3000,
]


def test_bad_formulas_say_why_and_change_nothing(bench):
    form, before = bench.tab.forms.function, bench.spec
    curve = bench.curve("f")
    sentences = set()
    for text in BAD_FORMULAS:
        bench.type_into(form, "formula", text)
        assert bench.spec == before, text
        problem = problem_of(form, "formula")
        assert is_one_sentence(problem), (text, problem)
        assert text_of(form, "formula") == text
        assert bench.curve("f") is curve
        sentences.add(problem)
    assert len(sentences) >= 10
    assert_agrees(bench)


def test_a_bad_formula_stays_while_other_things_change(bench):
    form = bench.tab.forms.function
    bench.type_into(form, "formula", "sin(")
    bench.tab.setFocus()
    bench.key(Key.Key_S)
    assert bench.spec.added == 1
    assert text_of(form, "formula") == "sin("
    assert problem_of(form, "formula")


def test_a_target_that_only_the_fit_finds_infinite_is_refused(bench):
    """Finite on the samples that a formula is judged by, but not at one of the breakpoints."""
    form = bench.tab.forms.function
    bench.type_into(form, "pieces", "7")
    place = float(np.linspace(-3, 3, 8)[1])
    assert place not in np.linspace(-3, 3, 2001)
    bench.choose(form, "heights", "left")
    before = bench.spec
    text = f"log(abs(x + {-place!r}))"
    bench.type_into(form, "formula", text)
    assert bench.spec == before
    assert is_one_sentence(problem_of(form, "formula"))
    assert text_of(form, "formula") == text
    bench.key(Key.Key_Escape)
    assert_agrees(bench)


def test_presets(bench):
    form = bench.tab.forms.function
    bench.choose(form, "target", "preset")
    assert not form.fields["formula"].isVisible()
    for preset in PresetKey:
        if preset is not bench.function.preset:
            bench.choose(form, "preset", preset.value)
        assert bench.function.preset is preset
        assert_agrees(bench)
    assert bench.undo_count == len(PresetKey)


def test_there_and_back_in_a_moment_leaves_one_error_curve(bench):
    wait_for_curve(bench)
    bench.choose(bench.tab.forms.function, "heights", "left")
    bench.undo()
    wait_for_curve(bench)
    assert bench.third.errors.contents.curves["error"].x.tolist() == default_counts(1000)
    assert_agrees(bench)


@pytest.mark.parametrize("half_width", ["1e-6", "0.5", "1e6"])
def test_every_interval(bench, half_width):
    bench.type_into(bench.tab.forms.function, "half_width", half_width)
    assert bench.function.half_width == float(half_width)
    assert (bench.plot.contents.x.low, bench.plot.contents.x.high) == (
        -float(half_width), float(half_width))
    assert_agrees(bench)
    bench.key(Key.Key_Tab)
    bench.click(bench.tab.forms.draw)
    middle = bench.plot.frame
    bench.trace(bench.plot, [QPoint(round(middle.left + share * middle.width), 100)
                             for share in (0.2, 0.5, 0.7)])
    assert bench.function.target is TargetKind.DRAWN
    assert_agrees(bench)


# --- the network --------------------------------------------------------------------------------


def test_any_number_of_pieces(bench):
    for pieces in ("1", "2", "100", "2000", "2001", "100000"):
        bench.type_into(bench.tab.forms.function, "pieces", pieces)
        assert bench.function.pieces == int(pieces)
        assert_agrees(bench)


def test_errors_that_take_longer_are_said_to_come(bench):
    bench.type_into(bench.tab.forms.function, "pieces", "50000")
    assert bench.third.measured is None
    assert bench.notes["largest error"] == "…"
    assert bench.plot.contents.marks == []
    assert bench.handle("pieces", bench.third.errors).y is None
    bench.type_into(bench.tab.forms.function, "pieces", "60000")
    assert_agrees(bench)  # those of the first network never show up


def test_the_slider_of_n_goes_from_1_to_100000(bench):
    form = bench.tab.forms.function
    bench.slide(form, "pieces", [0.3, 0.15, 0.0])
    assert bench.function.pieces == 1
    assert_agrees(bench)
    assert bench.undo_count == 1
    bench.slide(form, "pieces", [0.4, 0.7, 1.0])
    assert bench.function.pieces == 100_000
    assert_agrees(bench)
    bench.undo()
    assert bench.function.pieces == 1
    bench.undo()
    assert bench.function.pieces == 14
    assert_agrees(bench)


def test_n_and_delta_are_two_names_for_one_thing(bench):
    forms = bench.tab.forms
    edit = forms.width_edit

    def type_width(text: str) -> None:
        edit.setFocus()
        edit.selectAll()
        bench.qtbot.keyClicks(edit, text)
        bench.qtbot.keyClick(edit, Key.Key_Return)

    type_width("0.1")
    assert bench.function.pieces == 60
    assert_agrees(bench)
    type_width("0.35")
    assert bench.function.pieces == 17
    assert edit.text() == f"{6 / 17:.6g}"
    bench.type_into(forms.function, "pieces", "24")
    assert edit.text() == "0.25"
    for bad in ("0", "-1", "nan", "wide"):
        type_width(bad)
        assert bench.function.pieces == 24
        assert forms.width_row.problem.text() == "Width δ must be a number above 0, e.g. 0.5."
        assert edit.text() == bad
    type_width("1e-9")
    assert bench.function.pieces == 100_000
    assert forms.width_row.problem.isHidden()


@pytest.mark.parametrize("activation", list(PieceActivation))
def test_every_kind_of_network_is_drawn_as_computed(bench, activation):
    form = bench.tab.forms.function
    if activation is not PieceActivation.STEP:
        bench.choose(form, "activation", activation.value)
    for name, choice in (
        *(("heights", heights) for heights in (Heights.MEAN, Heights.MID_RANGE, Heights.LEFT)),
        ("breakpoints", Breakpoints.ADAPTIVE), ("edges", Edges.NAIVE),
    ):
        bench.choose(form, name, choice.value)
        assert getattr(bench.function, name) is choice
        assert_agrees(bench)
    bench.choose(form, "at_zero", "1")
    assert_agrees(bench)


def test_flat_sigmoids(bench):
    form = bench.tab.forms.function
    bench.choose(form, "activation", "sigmoid")
    bench.type_into(form, "steepness", "0.5")
    assert_agrees(bench)


def test_naive_and_shared_draw_one_curve(bench):
    form = bench.tab.forms.function
    x = np.linspace(-3, 3, 2003)
    shared, neurons = bench.curve("network").at(x), bench.notes["hidden neurons"]
    bench.choose(form, "edges", "naive")
    np.testing.assert_array_equal(bench.curve("network").at(x), shared)
    assert (neurons, bench.notes["hidden neurons"]) == ("15", "28")


def test_jumps_have_no_bound_and_it_is_said(bench):
    bench.type_into(bench.tab.forms.function, "formula", "sign(x - 0.1)")
    assert bench.notes["bound"] == "∞"
    assert "L is infinite" in bench.tab.notes.sentence.text()
    assert_agrees(bench)


# --- the error against n ------------------------------------------------------------------------


def wait_for_curve(bench) -> None:
    bench.until(lambda: not bench.third._curve.is_busy)
    assert not bench.third._is_stale


def test_the_error_curve_arrives(bench):
    wait_for_curve(bench)
    plot, function = bench.third.errors, bench.function
    counts = default_counts(1000)
    curve, bound = plot.contents.curves["error"], plot.contents.curves["bound"]
    assert curve.x.tolist() == counts
    for k in (0, 5, 12, len(counts) - 1):
        found = fit(function.replaced(pieces=counts[k]))
        assert curve.y[k] == found.errors.sup
        assert bound.y[k] == found.bound
    slope = fitted_slope(bench.third._points, curve.y.tolist())
    assert bench.notes["slope in n"] == f"{slope:.2f}".replace("-", "−")
    assert slope == pytest.approx(-1, abs=0.1)


def test_other_functions_have_other_curves_but_other_n_have_not(bench):
    wait_for_curve(bench)
    plot = bench.third.errors
    before = plot.contents.curves["error"]
    bench.type_into(bench.tab.forms.function, "pieces", "90")
    assert not bench.third._curve.is_busy
    assert plot.contents.curves["error"] is before
    bench.choose(bench.tab.forms.function, "activation", "relu")
    assert plot.contents.curves["error"].token == "ghost"  # the one before
    assert bench.notes["slope in n"] == "–"
    wait_for_curve(bench)
    assert plot.contents.curves["error"].token == "blue"
    assert float(bench.notes["slope in n"].replace("−", "-")) == pytest.approx(-2, abs=0.2)


def test_n_is_dragged_on_the_error_curve(bench):
    wait_for_curve(bench)
    bench.drag("pieces", 100.0, 0.1, bench.third.errors)
    assert bench.function.pieces == pytest.approx(100, rel=0.05)
    assert bench.undo_count == 1
    assert_agrees(bench)
    bench.undo()
    assert bench.function.pieces == 14


# --- boxes one by one ---------------------------------------------------------------------------


def test_boxes_are_stepped_back_and_forth(bench):
    bench.tab.setFocus()
    for expected in (1, 2, 3):
        bench.key(Key.Key_S)
        assert bench.spec.added == expected
        assert bench.status == f"box {expected} of 14"
        assert len(bench.plot.contents.boxes) == expected
        assert_agrees(bench)
    bench.key(Key.Key_S, Qt.KeyboardModifier.ShiftModifier)
    assert bench.spec.added == 2
    assert_agrees(bench)
    bench.key(Key.Key_E)
    assert bench.spec.added is None
    assert_agrees(bench)
    bench.click(bench.tab.transport.buttons["stop"])  # the button that takes the last box away
    assert bench.spec.added == 13
    assert_agrees(bench)
    assert bench.undo_count == 0  # looking is nothing to undo


def test_boxes_of_every_kind_add_up(bench):
    for name, kind in (("activation", "sigmoid"), ("edges", "naive"), ("activation", "relu")):
        bench.choose(bench.tab.forms.function, name, kind)
        bench.tab.setFocus()
        for _ in range(4):
            bench.key(Key.Key_S)
            assert_agrees(bench)


def test_boxes_are_played(bench):
    bench.tab.setFocus()
    seen = []
    bench.tab.presenter.store.changed.connect(lambda _, new: seen.append(new.added))
    play = bench.tab.transport.buttons["play"]
    bench.key(Key.Key_Space)
    assert play.accessibleName() == "Pause"
    bench.until(lambda: len(seen) > 3)
    bench.key(Key.Key_Space)
    assert play.accessibleName() == "Play"
    halted_at = bench.spec.added
    assert halted_at == len(seen) - 1
    bench.qtbot.wait(80)
    assert bench.spec.added == halted_at
    speed = bench.tab.transport.speed
    speed.setCurrentIndex(3)
    speed.activated.emit(3)
    bench.tab.setFocus()
    bench.key(Key.Key_Space)
    bench.until(lambda: bench.spec.added is None)
    assert seen == [*range(14), None]
    assert play.accessibleName() == "Play"
    assert_agrees(bench)


def test_a_change_ends_the_playing(bench):
    bench.tab.setFocus()
    bench.key(Key.Key_Space)
    assert bench.spec.added == 0
    bench.type_into(bench.tab.forms.function, "pieces", "9")
    assert bench.spec.added is None
    assert bench.tab.transport.buttons["play"].accessibleName() == "Play"
    assert not bench.tab.presenter._timer.isActive()


def test_chips_show_boxes_and_error(bench):
    shows = bench.tab.forms.shows
    assert bench.plot.contents.boxes.shown
    bench.click(shows[Show.BOXES])
    assert not bench.plot.contents.boxes.shown
    assert bench.plot.contents.band is None
    bench.click(shows[Show.ERROR])
    x = np.linspace(-2.9, 2.9, 57)
    low, high = bench.plot.contents.band_edges(x)
    np.testing.assert_allclose(
        high - low, np.abs(bench.curve("f").at(x) - bench.curve("network").at(x)), atol=1e-12
    )
    assert bench.undo_count == 0


# --- neurons ------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_naive", [False, True])
def test_a_piece_its_neuron_and_its_share_light_up_together(bench, is_naive):
    if is_naive:
        bench.choose(bench.tab.forms.function, "edges", "naive")
    network = bench.third.network

    def assert_lit(neuron: int) -> None:
        assert bench.diagram.hovered == (1, neuron)
        share = bench.curve("contribution")
        np.testing.assert_array_equal(share.y, network.contribution(neuron, share.x))
        assert share.label == f"neuron {neuron + 1}"

    boxes = bench.plot.contents.boxes
    for piece in (0, 4, 13):
        x = float(boxes.left[piece] + boxes.right[piece]) / 2
        bench.qtbot.mouseMove(bench.plot, bench.at(x, 1.2))
        assert bench.plot.hovered_piece == piece
        assert_lit(2 * piece if is_naive else piece)
    bench.leave(bench.plot)
    assert "contribution" not in bench.plot.contents.curves
    assert bench.diagram.hovered is None
    slot = bench.diagram.places.place_of(1, 1)
    bench.qtbot.mouseMove(bench.diagram, QPointF(slot.x, slot.y).toPoint())
    assert_lit(1)
    assert bench.plot.hovered_piece == (0 if is_naive else 1)
    bench.leave(bench.diagram)
    assert bench.plot.hovered_piece is None
    assert "contribution" not in bench.plot.contents.curves


def choose_piece(bench, piece: int) -> int:
    """Click a piece on the plot; the neuron that it chose."""
    boxes = bench.plot.contents.boxes
    x = float(boxes.left[piece] + boxes.right[piece]) / 2
    bench.qtbot.mouseClick(bench.plot, LEFT, pos=bench.at(x, 1.25))
    bench.settle()
    assert bench.spec.chosen_neuron is not None
    return bench.spec.chosen_neuron


@pytest.mark.parametrize("kind", ["step", "sigmoid", "relu", "naive"])
def test_a_neuron_is_chosen_and_its_step_dragged(bench, kind):
    if kind != "step":
        name = "edges" if kind == "naive" else "activation"
        bench.choose(bench.tab.forms.function, name, kind)
    count = bench.undo_count
    neuron = choose_piece(bench, 5)
    assert neuron == (10 if kind == "naive" else 5)
    assert bench.diagram.chosen == (1, neuron)
    place = bench.third.network.positions()[neuron]
    assert bench.handle("step").x == place
    bench.drag("step", 0.4)
    assert bench.third.network.positions()[neuron] == pytest.approx(0.4, abs=0.01)
    assert len(bench.spec.tweaks) == 1
    assert bench.handle("step").x == bench.third.network.positions()[neuron]
    assert_agrees(bench)
    assert bench.undo_count == count + 1
    bench.undo()
    assert bench.spec.tweaks == ()
    assert_agrees(bench)
    bench.redo()
    assert_agrees(bench)


def test_weights_are_scrubbed_and_end_with_the_next_fit(bench):
    bench.choose_unit(1, 2)
    assert bench.spec.chosen_neuron == 2
    for source_layer, unit, source in ((1, 2, None), (1, 2, 0), (2, 0, 2)):
        bench.scrub(source_layer, unit, source, 40)
        assert_agrees(bench)
    tweak = bench.spec.tweaks[0]
    assert len(bench.spec.tweaks) == 1
    assert tweak.neuron == 2
    assert tweak.weight == pytest.approx(1.4)
    assert None not in (tweak.bias, tweak.output)
    assert bench.undo_count == 3
    bench.type_into(bench.tab.forms.function, "pieces", "15")
    assert bench.spec.tweaks == ()
    assert bench.spec.chosen_neuron is None
    assert_agrees(bench)
    bench.undo()
    assert bench.spec.tweaks == (tweak,)
    assert_agrees(bench)


def test_a_weight_can_be_scrubbed_to_0(bench):
    bench.choose_unit(1, 2)
    bench.scrub(1, 2, 0, -100)
    assert bench.spec.tweaks[0].weight == 0.0
    assert bench.handle("step") is None
    assert_agrees(bench)


def test_the_output_neuron_can_be_looked_at_and_scrubbed(bench):
    """Its numbers stay while they are dragged, although it is no hidden neuron to be chosen."""
    bench.choose_unit(2, 0)
    first = next(n for n, _ in bench.diagram.numbers() if n.layer == 2 and n.source is not None)
    bench.scrub(2, 0, first.source, 30)
    assert bench.diagram.chosen == (2, 0)
    assert bench.spec.tweaks[0].neuron == first.source
    assert_agrees(bench)


# --- resetting ----------------------------------------------------------------------------------


def test_reset_can_be_undone(bench):
    bench.type_into(bench.tab.forms.function, "formula", "x^2")
    choose_piece(bench, 3)
    bench.drag("step", 1.0)
    bench.click(bench.tab.forms.shows[Show.ERROR])
    before = bench.spec
    bench.tab.setFocus()
    bench.key(Key.Key_R, CTRL)
    assert bench.function == FunctionSpec()
    assert bench.spec.tweaks == ()
    assert_agrees(bench)
    bench.undo()
    assert bench.spec == before
    assert_agrees(bench)


def test_reset_takes_back_what_was_typed_in_vain(bench):
    form = bench.tab.forms.function
    bench.type_into(form, "formula", "sin(")
    bench.tab.setFocus()
    bench.key(Key.Key_R, CTRL)
    assert text_of(form, "formula") == FunctionSpec().formula
    assert problem_of(form, "formula") == ""
