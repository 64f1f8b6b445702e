"""Scene 2: the box of homework 1a, with its table of cases held against plain arithmetic."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from scene_driving import problem_of, text_of

from engine.expressivity.building import box_network
from engine.expressivity.spec import AtZero, BoxSpec, BoxVariant


def plain_neurons(spec: BoxSpec, x: float) -> tuple[float, float]:
    """Both activations, as one writes them down."""
    def u(z: float) -> float:
        return 1.0 if z > 0 else 0.0 if z < 0 else spec.at_zero.number

    a, b = spec.left, spec.right
    return u(x - a), u(b - x) if spec.variant is BoxVariant.OPEN else u(x - b)


def plain_box(spec: BoxSpec, x: float) -> float:
    first, second = plain_neurons(spec, x)
    if spec.variant is BoxVariant.OPEN:
        return spec.height * (first + second - 1)
    return spec.height * (first - second)


def assert_agrees(bench) -> None:
    """Plot, form, table, diagram and notes show the spec."""
    spec = bench.spec.box
    a, b, h = spec.left, spec.right, spec.height
    handles = {handle.key: handle for handle in bench.plot.contents.handles}
    assert handles["left"].x == a
    assert handles["right"].x == b
    assert handles["height"].y == h
    assert handles["height"].x == (a + b) / 2
    for name in ("height", "left", "width"):
        assert text_of(bench.tab.forms.box, name) == f"{getattr(spec, name):g}"
    places = [a - spec.width, a, (a + b) / 2, b, b + spec.width]
    for row, x in zip(bench.scene.table.cells, places, strict=True):
        first, second = plain_neurons(spec, x)
        shown = [float(cell.text()) for cell in row[1:]]
        assert shown[:2] == [first, second]
        assert shown[2] == pytest.approx(plain_box(spec, x), rel=1e-3)
    network = box_network(spec)
    np.testing.assert_array_equal(bench.diagram._layers[1].biases, network.hidden_bias)
    np.testing.assert_array_equal(bench.diagram._layers[2].weights[0], network.output_weight)
    assert bench.diagram._layers[2].biases[0] == network.output_bias
    assert_curves_agree(bench, spec)
    assert bench.notes["height h"] == f"{h:.4g}"
    assert bench.notes["hidden neurons"] == "2"


def assert_curves_agree(bench, spec: BoxSpec) -> None:
    reach, network = spec.half_width, box_network(spec)
    x = np.linspace(-reach, reach, 997)
    x = x[np.minimum(np.abs(x - spec.left), np.abs(x - spec.right)) > 1e-9]
    np.testing.assert_array_equal(bench.curve("sum").at(x), [plain_box(spec, at) for at in x])
    for index, key in enumerate(("one", "two")):
        np.testing.assert_array_equal(bench.curve(key).at(x), network.contribution(index, x))


@pytest.mark.parametrize("at_zero", list(AtZero))
@pytest.mark.parametrize("variant", list(BoxVariant))
def test_the_table_is_plain_arithmetic_in_all_five_cases(box, variant, at_zero):
    form = box.tab.forms.box
    if variant is not BoxVariant.HALF_OPEN:
        box.choose(form, "variant", variant.value)
    if at_zero is not AtZero.ZERO:
        box.choose(form, "at_zero", at_zero.value)
    for name, text in (("left", "-0.35"), ("width", "1.7"), ("height", "-2.5")):
        box.type_into(form, name, text)
        assert_agrees(box)
    spec = box.spec.box
    for x in (spec.left, spec.right):
        marks = [m for m in box.plot.contents.marks if m.x == x]
        value = plain_box(spec, x)
        assert [m.y for m in marks if m.closed] == [value]
        assert {m.y for m in marks if not m.closed} == {0.0, spec.height} - {value}
    ends = [plain_box(spec, x) == spec.height for x in (spec.left, spec.right)]
    interval = f"{'[' if ends[0] else '('}-0.35, 1.35{']' if ends[1] else ')'}"
    assert interval in box.tab.notes.sentence.text()


def test_the_homework_is_where_it_starts(box):
    """h·(u(x) − u(x − δ)) with u(0) = 0 is h on (0, δ]: 0 at 0, h at δ."""
    assert box.spec.box == BoxSpec()
    assert_agrees(box)
    assert [row[3].text() for row in box.scene.table.cells] == ["0", "0", "1", "1", "0"]
    assert "(0, 1]" in box.tab.notes.sentence.text()


def test_its_edges_and_its_height_are_dragged(box):
    frame = box.plot.frame
    pixel_x, pixel_y = 6.0 / frame.width, 2 * frame.y.high / frame.height
    box.drag("left", -1.5)
    assert box.spec.box.left == pytest.approx(-1.5, abs=pixel_x)
    assert box.spec.box.right == pytest.approx(1.0)  # the other edge stays
    assert_agrees(box)
    box.drag("right", 2.0)
    assert box.spec.box.right == pytest.approx(2.0, abs=pixel_x)
    assert box.spec.box.left == pytest.approx(-1.5, abs=pixel_x)
    assert_agrees(box)
    box.drag("height", 0.0, 0.4, moves=1)
    assert box.spec.box.height == pytest.approx(0.4, abs=pixel_y)
    assert_agrees(box)
    assert box.undo_count == 3
    for _ in range(3):
        box.undo()
    assert box.spec.box == BoxSpec()
    assert_agrees(box)
    for _ in range(3):
        box.redo()
    assert_agrees(box)


def test_no_drag_turns_a_box_inside_out(box):
    box.drag("left", 2.5, moves=40)
    assert box.spec.box.width >= 0.001
    assert box.spec.box.right == pytest.approx(1.0)
    assert_agrees(box)
    box.undo()
    box.drag("right", -2.0, moves=40)
    assert box.spec.box.width >= 0.001
    assert box.spec.box.left == 0.0
    assert_agrees(box)


def test_a_width_of_0_is_refused_with_a_sentence(box):
    form, before = box.tab.forms.box, box.spec
    for text in ("0", "-1"):
        box.type_into(form, "width", text)
        assert box.spec == before
        assert problem_of(form, "width") == "Width δ must be a number from 0.001 to 200."


def test_the_narrowest_box_has_edges_that_can_be_told_apart(box):
    form = box.tab.forms.box
    for name, text in (("left", "99.5"), ("width", "0.001"), ("half_width", "200")):
        box.type_into(form, name, text)
    assert_agrees(box)
    where = [row[0].text() for row in box.scene.table.cells]
    assert len(set(where)) == 5
    assert where[1] == "x = 99.5"
    assert where[3] == "x = 99.501"


@pytest.mark.parametrize("variant", list(BoxVariant))
def test_numbers_are_scrubbed_on_the_diagram(box, variant):
    form, is_open = box.tab.forms.box, variant is BoxVariant.OPEN
    if is_open:
        box.choose(form, "variant", variant.value)
    box.choose_unit(1, 0)
    box.scrub(1, 0, None, 50)
    assert box.spec.box.left == pytest.approx(-0.5)  # b = −a
    assert box.spec.box.right == pytest.approx(1.0)
    assert_agrees(box)
    box.choose_unit(1, 1)
    box.scrub(1, 1, None, 50)
    assert box.spec.box.right == pytest.approx(1.5 if is_open else 0.5)
    assert_agrees(box)
    box.scrub(2, 0, 1, -40)
    assert box.spec.box.height == pytest.approx(0.6 if is_open else 1.4)
    assert_agrees(box)
    assert box.undo_count == (4 if is_open else 3)


def test_a_scrubbed_weight_comes_back_where_it_began(box):
    box.type_into(box.tab.forms.box, "left", "-1")
    box.choose_unit(1, 0)
    before = box.spec.box
    box.scrub(1, 0, 0, 50, back=50)
    assert box.spec.box == before
    box.scrub(1, 0, 0, 50)  # w = 2 halves s = −b/w
    assert box.spec.box.left == pytest.approx(-0.5)
    assert_agrees(box)


def test_the_output_bias_of_an_open_box_is_its_height(box):
    box.choose(box.tab.forms.box, "variant", "open")
    box.choose_unit(2, 0)
    box.scrub(2, 0, None, -50)  # c = −h
    assert box.spec.box.height == pytest.approx(1.5)
    assert_agrees(box)


def test_a_neuron_that_is_pointed_at_lights_its_curve(box):
    for unit, (key, other) in enumerate((("one", "two"), ("two", "one"))):
        slot = box.diagram.places.place_of(1, unit)
        box.qtbot.mouseMove(box.diagram, QPointF(slot.x, slot.y).toPoint())
        assert box.curve(key).token == "orange"
        assert not box.curve(key).dashed
        assert box.curve(other).token == "muted"
        assert box.curve(other).dashed
    box.leave(box.diagram)
    assert {box.curve(key).token for key in ("one", "two")} == {"muted"}
    assert_agrees(box)
