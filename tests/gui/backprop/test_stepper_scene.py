"""Scene 1: steps that go both ways, numbers that can be pointed at, clicked and nudged."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from backprop_driving import SHIFT, Bench
from bench import Key
from PySide6.QtCore import QPoint, Qt

from engine.backprop.building import as_inputs, build_network, one_hot
from engine.backprop.formulas import formula_of
from engine.backprop.network import Network
from engine.backprop.spec import BackpropSpec, Bug
from engine.backprop.tab_spec import Chosen, DrawSpec, Part, Scene, Split, Weights
from gui.tabs.backprop import stepper_scene
from gui.theme import look
from gui.widgets.matrix_map import Tone

LAST = 17


def position(bench: Bench) -> int:
    return bench.stepper.position


def test_it_starts_in_a_state_worth_showing(bench):
    assert bench.spec.scene is Scene.STEPS
    assert bench.sample.x.any()
    np.testing.assert_array_equal(bench.shown("x").ravel(), bench.sample.x)
    assert "δ²" in bench.scene.step_card.title
    bench.wait_set()
    assert bench.scene.step_card.formula.is_typeset
    assert bench.scene.chain_card.title.startswith("weight W³[9, 2] = ")
    assert bench.status == f"step 13 of {LAST}"
    assert bench.callout == ""


def test_keys_step_there_and_back_and_jump(bench):
    for key, modifier, expected in (
        (Key.Key_Right, None, 14), (Key.Key_S, None, 15), (Key.Key_Left, None, 14),
        (Key.Key_S, SHIFT, 13), (Key.Key_Home, None, 0), (Key.Key_Left, None, 0),
        (Key.Key_End, None, LAST), (Key.Key_Right, None, LAST),
    ):
        bench.key(key, modifier or Qt.KeyboardModifier.NoModifier)
        assert position(bench) == expected, key
    assert bench.tab.undo_stack.count() == 0


def test_walking_back_restores_every_number_bit_for_bit(bench):
    def seen() -> dict[str, bytes | None]:
        return {
            name: None if (m := bench.shown(name)) is None else m.tobytes() for name in bench.maps
        }

    before = bench.tab.material.now.network.theta.tobytes()
    bench.key(Key.Key_Home)
    states = [seen()]
    for _ in range(LAST):
        bench.key(Key.Key_Right)
        states.append(seen())
    # Only the loss is no map.
    assert sum(before != after for before, after in pairwise(states)) == LAST - 1
    for expected in reversed(states[:-1]):
        bench.key(Key.Key_Left)
        assert seen() == expected
    assert bench.tab.material.now.network.theta.tobytes() == before


def test_the_maps_show_a_pass_of_the_lecture_page(bench):
    bench.key(Key.Key_End)
    spec = BackpropSpec()
    network, _ = build_network(spec)
    first = {k: w.copy() for k, w in network.w.items()}
    x, y = bench.sample.x[None], bench.sample.y[None]
    network.forward(x)
    network.backward(y)
    for k in network.layers:
        np.testing.assert_array_equal(bench.shown(f"grad_W{k}"), network.grad_w[k])
        np.testing.assert_array_equal(bench.shown(f"delta{k}"), network.delta[k])
        np.testing.assert_array_equal(
            bench.shown(f"W{k}"), first[k] - spec.learning_rate * network.grad_w[k]
        )
    np.testing.assert_array_equal(bench.shown("p"), network.p)
    assert f"{network.loss(y):.4f}" in bench.scene.strip.loss.text


def test_what_a_step_wrote_is_framed_and_what_it_read_is_marked(bench):
    bench.key(Key.Key_Home)
    for _ in range(LAST):
        bench.key(Key.Key_Right)
        written = set(bench.stepper.changed) & set(bench.maps)
        assert bench.framed() - {"pixels"} == written
    for name in ("W1", "b3"):  # an update has a state before
        before = bench.maps[name]._ghost
        np.testing.assert_array_equal(np.ravel(before), np.ravel(bench.stepper.before(name)))
    bench.key(Key.Key_Left)
    assert bench.maps["W1"]._ghost is None
    assert bench.maps["x"].tone is Tone.READ


def test_a_click_in_the_list_jumps(bench):
    steps = bench.scene.steps
    names = [step.name for step in bench.stepper.steps]
    assert steps.names == names
    row = names.index("loss −log p")
    bench.tab.form_panel.ensureWidgetVisible(steps)
    bench.qtbot.mouseClick(
        steps, Qt.MouseButton.LeftButton, pos=steps.cell_rect(row, 0).center().toPoint()
    )
    assert position(bench) == row + 1
    assert bench.stepper.current.key == "loss"


def test_the_list_scrolls_along(bench):
    bench.window.resize(1280, 520)
    bench.settle()
    steps, viewport = bench.scene.steps, bench.tab.form_panel.viewport()

    def row_in_panel() -> int:
        center = steps.cell_rect(max(position(bench) - 1, 0), 0).center().toPoint()
        return steps.mapTo(viewport, center).y()

    for key in (Key.Key_End, Key.Key_Home, Key.Key_End):
        bench.key(key)
        assert 0 < row_in_panel() < viewport.height()


def test_the_line_below_is_dragged_to_any_step(bench):
    line = bench.tab.transport.timeline
    left = Qt.MouseButton.LeftButton
    middle = line.height() // 2
    bench.qtbot.mousePress(line, left, pos=QPoint(line.width() - 1, middle))
    assert position(bench) == LAST
    bench.qtbot.mouseMove(line, QPoint(line.width() // 2, middle))
    assert 7 <= position(bench) <= 10
    bench.qtbot.mouseMove(line, QPoint(0, middle))
    bench.qtbot.mouseRelease(line, left, pos=QPoint(0, middle))
    assert position(bench) == 0
    bench.open(Scene.PROOF)
    bench.qtbot.mouseClick(line, left, pos=QPoint(line.width() // 2, middle))
    assert bench.spec.step == 0


def test_play_walks_to_the_end_and_starts_over(bench, monkeypatch):
    monkeypatch.setattr(stepper_scene, "STEP_EVERY_MS", 8)
    bench.scene.set_speed(1)
    bench.key(Key.Key_Space)
    bench.until(lambda: position(bench) == LAST and not bench.scene.transport().is_playing)
    bench.key(Key.Key_Space)
    bench.until(lambda: 0 < position(bench) < LAST)
    bench.key(Key.Key_Space)
    assert not bench.scene.transport().is_playing


def test_another_scene_stops_what_plays(bench):
    bench.key(Key.Key_Space)
    assert bench.scene.transport().is_playing
    scene = bench.scene
    bench.open(Scene.PROOF)
    assert not scene.transport().is_playing


# --- numbers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "row", "column", "expected"),
    [
        ("W2", 3, 7, Chosen(Part.WEIGHT, 2, 3, 7)), ("grad_W3", 9, 4, Chosen(Part.WEIGHT, 3, 9, 4)),
        ("b1", 0, 5, Chosen(Part.BIAS, 1, 0, 5)), ("grad_b3", 0, 2, Chosen(Part.BIAS, 3, 0, 2)),
        ("z1", 0, 4, Chosen(Part.UNIT, 1, 0, 4)), ("a2", 0, 31, Chosen(Part.UNIT, 2, 0, 31)),
        ("delta2", 0, 0, Chosen(Part.UNIT, 2, 0, 0)), ("p", 0, 6, Chosen(Part.UNIT, 3, 0, 6)),
        ("x", 14, 12, Chosen(Part.INPUT, 0, 0, 404)),
    ],
)
def test_any_number_can_be_clicked_for_its_chain(bench, name, row, column, expected):
    view = bench.maps[name]
    if view.cell_at(view.cell_rect(row, column).center().toPoint().toPointF()) != (row, column):
        bench.window.resize(1280, 1400)  # else several cells share a pixel
        bench.settle()
    bench.click_cell(view, row, column)
    assert bench.spec.chosen == expected
    bench.wait_set()
    card = bench.scene.chain_card
    shown = [formula for _, formula, numbers in card._labels if formula.isVisibleTo(card)]
    assert shown
    assert all(numbers.tex for _, formula, numbers in card._labels if formula in shown)
    assert bench.maps[name]._chosen == (row, column)
    bench.click(card.close_button)
    assert bench.spec.chosen is None
    assert bench.maps[name]._chosen is None


def test_a_nudge_moves_the_loss_as_the_gradient_says(bench):
    bench.look(chosen=Chosen(Part.WEIGHT, 2, 3, 7), epsilon=1e-4)
    network, _ = build_network(BackpropSpec())
    x, y = bench.sample.x[None], bench.sample.y[None]
    losses = []
    for sign in (1, -1):
        network.w[2][3, 7] += sign * 1e-4
        network.forward(x)
        losses.append(network.loss(y))
        network.w[2][3, 7] -= sign * 1e-4
    quotient = (losses[0] - losses[1]) / 2e-4
    text = bench.scene.chain_card.nudge.text()
    assert f"{quotient:.4g}".replace("-", "−")[:6] in text
    assert "✓" in text
    network.forward(x)
    network.backward(y)
    assert f"{network.grad_w[2][3, 7]:.6g}".replace("-", "−") in text


def test_epsilon_is_scrubbed_and_wrong_ones_are_refused_in_place(bench):
    field = bench.scene.chain_card.epsilon
    field.edited.emit(1e-3, "")
    assert bench.spec.epsilon == 1e-3
    assert bench.tab.undo_stack.undoText() == "ε"
    field.edited.emit("7", "")
    assert bench.spec.epsilon == 1e-3
    assert "must be a number from" in field.accessibleDescription()
    field.edited.emit("many", "")
    assert bench.spec.epsilon == 1e-3


def test_pointing_tells_row_column_and_number(bench):
    strip, view = bench.scene.strip, bench.maps["W3"]
    row, column = bench.point_at(view, 9, 4)
    value = bench.stepper.array("W3")[row, column]
    text = strip.tell.text
    assert f"W³[{row}, {column}]" in text
    assert f"row {row} × column {column}" in text
    assert f"{value:.6g}".replace("-", "−") in text
    assert view._guide == (row, column)
    assert bench.maps["a2"]._guide == (None, row)
    bench.leave(view)
    assert view._guide == (None, None)
    assert "Point at a number" in strip.tell.text


def test_what_an_update_overwrote_is_told(bench):
    bench.key(Key.Key_End)
    cell = bench.point_at(bench.maps["W3"], 6, 2)
    before = f"{bench.stepper.before('W3')[cell]:.8g}".replace("-", "−")
    assert f"was {before}" in bench.scene.strip.tell.text


def test_black_pixels_have_a_gradient_of_exactly_zero_and_it_is_explained(bench):
    bench.key(Key.Key_End)
    black = int(np.count_nonzero(bench.sample.x == 0))
    assert black > 100
    gradient = bench.shown("grad_W1")
    assert not gradient[bench.sample.x == 0].any()
    assert gradient[bench.sample.x > 0].any(axis=1).all()
    note = bench.scene.strip.note.text()
    assert f"{black} of 784 pixels" in note
    assert "no bug" in note
    row, column = map(int, np.argwhere(bench.sample.image == 0)[0])
    bench.point_at(bench.maps["pixels"], row, column)
    assert "exactly 0: the pixel is black" in bench.scene.strip.tell.text


def test_arrow_keys_walk_in_a_map_that_has_the_keyboard(bench):
    view = bench.maps["W2"]
    view.setFocus(Qt.FocusReason.TabFocusReason)
    bench.until(view.hasFocus)
    before = position(bench)
    bench.key(Key.Key_Right)
    bench.key(Key.Key_Right)
    bench.key(Key.Key_Down)
    assert position(bench) == before
    assert view.current == (1, 2)
    bench.key(Key.Key_Return)
    assert bench.spec.chosen == Chosen(Part.WEIGHT, 2, 1, 2)
    bench.key(Key.Key_Escape)
    assert bench.spec.chosen is None
    bench.key(Key.Key_S)
    assert position(bench) == before + 1


# --- sample, weights, rate ----------------------------------------------------------------------


def test_the_sample_is_chosen_by_number_class_and_chance(bench):
    form, images = bench.scene.sample, bench.tab.material.now.images
    bench.type_text(form.index, "1,234")
    bench.wait_prepared()
    assert bench.sample.index == 1234
    np.testing.assert_array_equal(bench.sample.image, images.training_images[1234])
    bench.choose(form.digit, "7")
    bench.wait_prepared()
    assert bench.sample.label == 7
    between = images.training_labels[1235 : bench.sample.index]
    assert bench.sample.index > 1234
    assert not (between == 7).any()
    bench.choose(form.split, "test")
    bench.wait_prepared()
    np.testing.assert_array_equal(bench.sample.image, images.test_images[bench.sample.index])
    monitor = bench.tab.undo_stack.count()
    bench.click(form.random)
    bench.wait_prepared()
    assert bench.tab.undo_stack.count() in (monitor, monitor + 1)  # chance may take the same one
    bench.tab.undo_stack.setIndex(0)
    bench.wait_prepared()
    assert bench.sample.index == 41_207 % len(images.training_labels)


def test_a_number_that_is_none_is_refused_in_one_sentence(bench):
    form = bench.scene.sample
    for text in ("10000", "-3", "seven"):
        bench.type_text(form.index, text)
        assert "must be a whole number from 0 to 9,999" in form.number.problem.text()
        assert form.number.problem.isVisible()
        assert bench.spec.index == 41_207
    bench.type_text(form.index, "5")
    assert not form.number.problem.isVisible()


def test_the_learning_rate_decides_how_far_the_update_goes(bench):
    bench.key(Key.Key_End)
    first = bench.shown("W3")
    bench.type_text(bench.scene.sample.rate.edit, "0.5")
    assert bench.spec.backprop.learning_rate == 0.5
    bench.wait_prepared()
    network, _ = build_network(BackpropSpec())
    moved = bench.shown("W3") - network.w[3]
    np.testing.assert_allclose(moved, (first - network.w[3]) * 0.5 / 0.003, atol=1e-9)
    bench.type_text(bench.scene.sample.rate.edit, "fast")
    assert bench.scene.sample.rate.problem.isVisible()
    assert bench.spec.backprop.learning_rate == 0.5


def test_a_huge_rate_walks_on_and_is_taken_back(bench):
    bench.recipe(learning_rate=1000.0)
    bench.key(Key.Key_End)
    assert np.abs(bench.shown("W3")).max() > 10
    bench.key(Key.Key_Home)
    network, _ = build_network(BackpropSpec())
    np.testing.assert_array_equal(bench.shown("W3"), network.w[3])


def test_weights_of_a_training_are_walked_through(bench):
    network, _ = build_network(BackpropSpec())
    network.theta[:] = np.linspace(-0.1, 0.1, network.theta.size)
    bench.tab.material.publish(network, BackpropSpec(), 500)
    bench.look(weights=Weights.TRAINED)
    np.testing.assert_array_equal(bench.shown("W2"), network.w[2])
    assert "trained" in bench.tab.headline.text
    assert bench.callout == ""


def test_weights_that_are_not_trained_yet_are_asked_for_in_one_sentence(bench):
    bench.look(weights=Weights.TRAINED)
    assert "Nothing is trained yet" in bench.callout
    network, _ = build_network(BackpropSpec())
    np.testing.assert_array_equal(bench.shown("W1"), network.w[1])


def test_a_drawing_is_walked_through(bench):
    pixels = np.zeros((28, 28), dtype=np.uint8)
    pixels[4:24, 13:16] = 255
    drawing = DrawSpec(pixels=tuple(pixels.ravel().tolist()), label=1)
    bench.look(drawing=drawing, split=Split.DRAWN)
    np.testing.assert_array_equal(bench.shown("x").ravel(), as_inputs(pixels)[0])
    np.testing.assert_array_equal(bench.sample.y, one_hot(1)[0])


def test_where_nothing_is_drawn_a_black_image_is_walked_through_and_told_of(bench):
    bench.look(index=7, split=Split.TEST)
    bench.look(drawing=DrawSpec(label=3), split=Split.DRAWN)
    assert "Nothing is drawn yet" in bench.callout
    assert not bench.shown("x").any()
    np.testing.assert_array_equal(bench.sample.y, one_hot(3)[0])
    bench.look(split=Split.TEST)
    assert bench.callout == ""
    assert bench.shown("x").any()


@pytest.mark.parametrize("hidden", [(), (2,), (5, 4, 3, 2)])
def test_networks_of_other_depths(bench, hidden):
    bench.recipe(hidden=hidden)
    count = len(bench.stepper.steps)
    bench.key(Key.Key_End)
    assert position(bench) == count
    assert {f"grad_W{k}" for k in range(1, len(hidden) + 2)} <= set(bench.maps)
    assert f"W{len(hidden) + 2}" not in bench.maps
    view = bench.maps["W1"]
    row, column = view.cell_at(view.cell_rect(400, 1).center().toPoint().toPointF())
    assert abs(row - 400) < 20  # many rows share a pixel
    bench.click_cell(view, 400, 1)
    assert bench.spec.chosen == Chosen(Part.WEIGHT, 1, row, column)


# --- bugs ---------------------------------------------------------------------------------------


def test_a_bug_stands_in_its_formula(bench):
    bench.inject(Bug.MISSING_SLOPE)
    bench.wait_set()
    card = bench.scene.step_card
    assert bench.stepper.current.key == "delta2"
    assert r"\odot" not in card.formula.tex
    assert card.bug.isVisible()
    assert r"\odot" in card.right.tex
    assert [s.has_bug for s in bench.stepper.steps] == bench.scene.steps._bugs
    bench.key(Key.Key_Right)
    bench.wait_set()
    assert not card.bug.isVisible()


@pytest.mark.parametrize("bug", [Bug.MISSING_SLOPE, Bug.WRONG_TRANSPOSE, Bug.FORGOTTEN_BIAS])
def test_a_hidden_bug_is_not_told(bench, bug):
    bench.recipe(bug=bug)
    bench.look(is_bug_hidden=True)
    network: Network = bench.stepper.network
    steps = bench.stepper.steps
    assert any(step.has_bug for step in steps)
    for index, step in enumerate(steps):
        if index > 1 and not step.has_bug:
            continue
        bench.look(step=index + 1)
        bench.wait_set()
        card = bench.scene.step_card
        right = formula_of(step.kind, step.layer, network, Bug.NONE)
        assert card.formula.tex == right
        assert not card.numbers.isVisible()
        assert not card.result.isVisible()
        assert not card.bug.isVisible()
    assert bug.label not in bench.visible_texts()
    assert not bench.tab.forms.recipe.groups["bug"].isVisible()
    assert not any(formula.isVisible() for _, formula, _ in bench.scene.chain_card._labels)


@pytest.mark.parametrize("bug", [Bug.DOUBLE_SOFTMAX, Bug.EARLY_UPDATE])
def test_a_hidden_step_too_many_is_seen_but_not_named(bench, bug):
    bench.recipe(bug=bug)
    named = bench.scene.steps.names
    bench.look(is_bug_hidden=True, step=99)
    names = bench.scene.steps.names
    extra = [k for k, name in enumerate(names) if name == "an unexpected step"]
    assert [named[k] for k in extra] == [
        name for name in named if name.endswith("again") or name.startswith("update W")
    ]
    assert extra
    bench.look(step=extra[0] + 1)
    bench.wait_set()
    assert "unexpected" in bench.scene.step_card.title
    assert not bench.scene.step_card.formula.isVisible()
    assert bench.framed()


def test_reset_brings_the_start_back_and_undo_what_was(bench):
    bench.type_text(bench.scene.sample.index, "12")
    bench.inject(Bug.LOG_EPSILON)
    bench.look(step=3)
    bench.tab.actions_["reset"].trigger()
    bench.wait_prepared()
    assert bench.spec.index == 41_207
    assert bench.spec.backprop.bug is Bug.NONE
    assert bench.spec.step == 13
    bench.tab.undo_stack.undo()
    bench.wait_prepared()
    assert bench.spec.index == 12
    assert bench.spec.backprop.bug is Bug.LOG_EPSILON


@pytest.mark.parametrize("theme", ["light", "dark", "projector"])
def test_every_theme_shows_the_formula_in_the_window(bench, theme):
    look().set_window_height(720)
    look().set_theme(theme)
    bench.settle()
    bench.wait_set()
    card = bench.scene.step_card
    assert card.formula.isVisible()
    bottom = card.formula.mapTo(bench.tab, card.formula.rect().bottomLeft()).y()
    assert bottom < bench.tab.transport.y()
