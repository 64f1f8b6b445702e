"""Scene 1: the step on the plot, the form's numbers and the diagram's are one neuron."""

from __future__ import annotations

import numpy as np
import pytest
from bench import Key
from scene_driving import assert_draws, problem_of, text_of

from engine.expressivity.building import neuron_network
from engine.expressivity.spec import Activation, AtZero, NeuronSpec


def assert_agrees(bench) -> None:
    """Plot, form, diagram and notes show the spec."""
    spec = bench.spec.neuron
    form, edge = bench.tab.forms.neuron, spec.edge
    for name, value in (("weight", spec.weight), ("bias", spec.bias)):
        assert text_of(form, name) == f"{value:g}"
    numbers = dict(bench.diagram.numbers())
    shown = {(n.layer, n.source): v for n, v in numbers.items()}
    assert shown[1, None] == spec.bias
    assert shown.get((1, 0), 0.0) == spec.weight  # an edge of weight 0 is left out
    network = neuron_network(spec)
    is_inside = edge is not None and abs(edge) < spec.half_width
    handle = bench.handle("edge")
    if is_inside:
        assert handle.x == edge == -spec.bias / spec.weight
    else:
        assert handle is None
    assert_draws(bench.curve("y"), network, np.array([edge] if is_inside else []))
    notes = bench.notes
    assert notes["weight w"] == f"{spec.weight:.4g}"
    assert notes["bias b"] == f"{spec.bias:.4g}"
    assert notes["step at s"] == ("–" if edge is None else f"{edge:.4g}")


def test_it_starts_in_agreement(neuron):
    assert neuron.spec.neuron == NeuronSpec()
    assert_agrees(neuron)


def test_the_step_is_dragged_on_the_plot(neuron):
    neuron.drag("edge", 1.5)
    spec = neuron.spec.neuron
    pixel = 2 * spec.half_width / neuron.plot.frame.width
    assert spec.edge == pytest.approx(1.5, abs=pixel)
    assert spec.weight == 1.0
    assert_agrees(neuron)
    assert neuron.undo_count == 1  # a drag is one step
    neuron.undo()
    assert neuron.spec.neuron == NeuronSpec()
    assert_agrees(neuron)
    neuron.redo()
    assert neuron.spec.neuron == spec
    assert_agrees(neuron)


def test_two_drags_are_two_steps_back(neuron):
    neuron.drag("edge", -1.0)
    first = neuron.spec.neuron
    neuron.drag("edge", 2.0)
    assert neuron.undo_count == 2
    neuron.undo()
    assert neuron.spec.neuron == first
    assert_agrees(neuron)


def test_a_typed_weight_moves_the_step(neuron):
    for weight in ("2.5", "-0.7", "-10", "0.03"):
        neuron.type_into(neuron.tab.forms.neuron, "weight", weight)
        assert neuron.spec.neuron.weight == float(weight)
        assert_agrees(neuron)
        neuron.undo()
        assert_agrees(neuron)


def test_numbers_are_scrubbed_on_the_diagram(neuron):
    neuron.scrub(1, 0, 0, 40)
    assert neuron.spec.neuron.weight == pytest.approx(1.8)
    assert_agrees(neuron)
    neuron.scrub(1, 0, None, -30)
    assert neuron.spec.neuron.bias == pytest.approx(-1.1)
    assert_agrees(neuron)
    assert neuron.undo_count == 2
    neuron.undo()
    neuron.undo()
    assert neuron.spec.neuron == NeuronSpec()
    assert_agrees(neuron)


def test_a_scrub_there_and_back_is_nothing_to_undo(neuron):
    neuron.scrub(1, 0, None, 60, back=60)
    assert neuron.spec.neuron == NeuronSpec()
    assert neuron.undo_count == 0


def test_with_w_0_there_is_no_step_and_nothing_to_drag(neuron):
    neuron.scrub(1, 0, 0, -50)
    spec = neuron.spec.neuron
    assert spec.weight == 0.0
    assert_agrees(neuron)
    assert neuron.plot.contents.handles == []
    assert neuron.plot.contents.marks == []
    assert "no x" in neuron.tab.notes.sentence.text()
    for bias, height in (("1", 1.0), ("-1", 0.0)):
        neuron.type_into(neuron.tab.forms.neuron, "bias", bias)
        assert set(neuron.curve("y").y) == {height}
        assert_agrees(neuron)


def test_a_negative_weight_turns_the_step_round(neuron):
    before = neuron.curve("y").at(np.array([-2.0, 2.0]))
    neuron.type_into(neuron.tab.forms.neuron, "weight", "-1")
    neuron.type_into(neuron.tab.forms.neuron, "bias", "0.5")
    np.testing.assert_array_equal(neuron.curve("y").at(np.array([-2.0, 2.0])), before[::-1])
    assert "negative" in neuron.tab.notes.sentence.text()
    assert_agrees(neuron)


@pytest.mark.parametrize("at_zero", list(AtZero))
def test_the_marks_say_what_u_is_at_0(neuron, at_zero):
    """One closed dot at u(0), open ones at the ends of the treads that do not hold s."""
    form = neuron.tab.forms.neuron
    if at_zero is not AtZero.ZERO:
        neuron.choose(form, "at_zero", at_zero.value)
    number = at_zero.number
    for weight in ("1", "-1", "0.7", "-3.3"):
        neuron.type_into(form, "weight", weight)
        neuron.type_into(form, "bias", "-0.3")
        marks = neuron.plot.contents.marks
        assert [m.y for m in marks if m.closed] == [number]
        assert {m.y for m in marks if not m.closed} == {0.0, 1.0} - {number}
        assert {m.x for m in marks} == {neuron.spec.neuron.edge}
        assert [m.label for m in marks if m.label] == [f"u(0) = {number:g}"]
        assert neuron.notes["u(0)"] == f"{number:g}"


@pytest.mark.parametrize("activation", list(Activation))
def test_every_activation_is_drawn_as_computed(neuron, activation):
    form = neuron.tab.forms.neuron
    if activation is not Activation.STEP:
        neuron.choose(form, "activation", activation.value)
    assert_agrees(neuron)
    neuron.drag("edge", -1.2)
    assert_agrees(neuron)
    neuron.type_into(form, "weight", "-4")
    neuron.type_into(form, "steepness", "40")
    assert_agrees(neuron)
    assert neuron.diagram._layers[1].glyph == activation.value
    low, high = neuron.plot.contents.y.low, neuron.plot.contents.y.high
    y = neuron.curve("y").y
    assert low < y.min()
    assert y.max() < high


def test_a_steep_sigmoid_is_nearly_the_step(neuron):
    neuron.choose(neuron.tab.forms.neuron, "activation", "sigmoid")
    neuron.type_into(neuron.tab.forms.neuron, "steepness", "1000")
    step = neuron_network(neuron.spec.neuron.replaced(activation=Activation.STEP))
    curve = neuron.curve("y")
    away = np.abs(curve.x - neuron.spec.neuron.edge) > 0.02
    np.testing.assert_allclose(curve.y[away], step(curve.x[away]), atol=1e-6)


def test_beyond_its_bounds_a_drag_leaves_the_last_good_neuron(neuron):
    form = neuron.tab.forms.neuron
    neuron.type_into(form, "half_width", "30")
    neuron.type_into(form, "weight", "10")
    neuron.drag("edge", 25.0, moves=50)  # b = −250 would be out of bounds
    spec = neuron.spec.neuron
    assert -100 <= spec.bias < -85
    assert_agrees(neuron)


def test_what_the_form_cannot_take_leaves_everything_as_it_is(neuron):
    form, before = neuron.tab.forms.neuron, neuron.spec
    for text in ("11", "nan", "abc", ""):
        neuron.type_into(form, "weight", text)
        assert neuron.spec == before
        assert problem_of(form, "weight") == "Weight w must be a number from -10 to 10."
        assert text_of(form, "weight") == text
    neuron.key(Key.Key_Escape)
    assert_agrees(neuron)


def test_on_tiny_and_huge_intervals(neuron):
    neuron.type_into(neuron.tab.forms.neuron, "bias", "0")
    for half_width in ("1e-6", "1e6"):
        neuron.type_into(neuron.tab.forms.neuron, "half_width", half_width)
        assert_agrees(neuron)
        assert neuron.handle("edge").x == 0.0


def test_the_handle_answers_to_the_keyboard(neuron):
    neuron.plot.setFocus()
    neuron.key(Key.Key_Tab)
    for _ in range(3):
        neuron.key(Key.Key_Right)
    assert neuron.spec.neuron.edge == pytest.approx(0.5 + 3 * 0.06)
    assert_agrees(neuron)
