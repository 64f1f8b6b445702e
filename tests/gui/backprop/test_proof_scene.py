"""Scene 2: two witnesses, the V, and a mistake that a class finds."""

from __future__ import annotations

import re

import numpy as np
import pytest
from backprop_driving import Bench
from bench import Key
from PySide6.QtCore import Qt

from engine.backprop.bugs import BUGS
from engine.backprop.building import build_network
from engine.backprop.check import Verdict, autograd_gradient
from engine.backprop.flat import Place, count, index_of
from engine.backprop.spec import BackpropSpec, Bug
from engine.backprop.tab_spec import Chosen, Part, Scene
from engine.backprop.teaching import TEACHING
from gui.tabs.backprop.check_table import place_text

GROUPS = ["W1", "b1", "W2", "b2", "W3", "b3"]


def wait_checked(bench: Bench) -> None:
    scene = bench.scene
    bench.wait_prepared()
    bench.until(lambda: scene.autograd is not None and scene.central is not None
                and not scene.check.is_busy and not scene.sweeping.is_busy)
    bench.settle()


def plain(text: str) -> str:
    return re.sub("<[^>]*>", "", text)


def test_a_right_gradient_passes_both_checks(proof):
    rows = proof.scene.table.rows
    assert [row.name for row in rows] == GROUPS
    for row in rows:
        assert row.central.verdict is Verdict.PASSED
        assert row.central.relative_error < 1e-6
        assert row.autograd.relative_error < 1e-10
    assert "agree" in plain(proof.scene.verdict.text())
    assert proof.notes["autograd"] != ""
    assert not proof.scene.bug_card.formulas.isVisible()


def test_the_maps_are_the_gradient_and_autograds(proof):
    network, _ = build_network(BackpropSpec())
    card, sample = proof.scene.gradient_card, proof.sample
    network.forward(sample.x[None])
    network.backward(sample.y[None])
    np.testing.assert_array_equal(card.own._matrix, network.grad_w[3])
    witness = autograd_gradient(network, sample.x, sample.y)
    place = Place("W", 3, 9, 2)
    assert card.witness._matrix[9, 2] == witness[index_of(network.sizes, place)]
    np.testing.assert_array_equal(card.gap._matrix, card.own._matrix - card.witness._matrix)
    assert place_text(place) in plain(card.numbers.text())


@pytest.mark.parametrize("bug", list(BUGS))
def test_every_bug_is_caught_and_told(proof, bug):
    proof.click(proof.scene.bug_card.guess_buttons[bug])
    assert proof.spec.backprop.bug is bug
    wait_checked(proof)
    scene = proof.scene
    differs = scene.central.failed or scene.autograd.result.failed
    assert differs
    assert scene.autograd.result.failed is (bug is not Bug.LOG_EPSILON)
    text = plain(scene.verdict.text())
    assert "wrong" in text or "another function" in text
    proof.wait_set()
    card = scene.bug_card
    assert card.wrong.tex == BUGS[bug].wrong
    assert card.right.tex == BUGS[bug].right
    assert card.formulas.isVisible()
    proof.click(card.remove_button)
    wait_checked(proof)
    assert proof.spec.backprop.bug is Bug.NONE
    assert not scene.central.failed


def test_a_row_leads_to_the_worst_entry_and_on_to_its_step(proof):
    proof.recipe(bug=Bug.MISSING_SLOPE)
    wait_checked(proof)
    scene, table = proof.scene, proof.scene.table
    row = GROUPS.index("W1")
    worst = table.rows[row].worst
    proof.qtbot.mouseClick(
        table, Qt.MouseButton.LeftButton, pos=table.cell_rect(row, 0).center().toPoint()
    )
    assert proof.spec.chosen == Chosen(Part.WEIGHT, 1, worst.row, worst.column)
    card = scene.gradient_card
    assert card.own._matrix.shape == (784, 32)
    assert card.gap._chosen == (worst.row, worst.column)
    wait_checked(proof)
    assert "✗" in card.numbers.text()
    proof.click(card.steps_button)
    proof.wait_prepared()
    assert proof.spec.scene is Scene.STEPS
    assert proof.stepper.current.key == "grad1"
    assert proof.maps["grad_W1"]._chosen == (worst.row, worst.column)


def test_a_cell_of_the_gradient_can_be_chosen(proof):
    card = proof.scene.gradient_card
    proof.click_cell(card.gap, 5, 7)
    assert proof.spec.chosen == Chosen(Part.WEIGHT, 3, 5, 7)
    wait_checked(proof)
    assert "W³[5, 7]" in plain(card.numbers.text())
    assert proof.scene.swept.place == Place("W", 3, 5, 7)
    assert "W³[5, 7]" in proof.scene.v_card.title


def test_the_curve_is_a_v(proof):
    curves = proof.scene.v.contents.curves
    central = curves["central"].y
    best = int(np.nanargmin(central))
    assert 1e-8 < curves["central"].x[best] < 1e-2
    assert central[0] > 1e4 * central[best]
    assert central[-1] > 1e4 * central[best]
    sweep = proof.scene.swept.sweep
    np.testing.assert_array_equal(curves["one_sided"].x, sweep.epsilons)
    axes = proof.scene.v.contents
    assert axes.x.is_log
    assert axes.y.is_log
    # Lessons know its bottom, and cover it while they ask for it.
    results = proof.tab.results()
    assert TEACHING.fact("best_epsilon").value(proof.tab.store.spec, results) == sweep.best
    assert proof.scene.v in proof.tab.answering("best_epsilon")


def test_epsilon_is_dragged_slid_and_typed_and_undone_at_once(proof):
    scene = proof.scene
    proof.drag_handle(scene.v, 1e-2)
    assert 1e-3 < proof.spec.epsilon < 1e-1
    wait_checked(proof)
    assert scene.central.epsilon == proof.spec.epsilon
    assert proof.tab.undo_stack.count() == 1
    proof.tab.undo_stack.undo()
    assert proof.spec.epsilon == 1e-5
    proof.slide(scene.epsilon.slider, 0.25)
    assert 1e-10 < proof.spec.epsilon < 1e-8
    wait_checked(proof)
    assert "no good witness" in plain(scene.verdict.text())
    proof.type_text(scene.epsilon.edit, "2e-6")
    assert proof.spec.epsilon == 2e-6
    proof.type_text(scene.epsilon.edit, "0")
    assert proof.spec.epsilon == 2e-6
    assert "must be a number from" in scene.epsilon.problem.text()
    wait_checked(proof)
    assert not scene.central.failed


def test_a_hidden_bug_is_found_by_guessing(proof):
    card = proof.scene.bug_card
    proof.click(card.hide_button)
    bug = proof.spec.backprop.bug
    assert bug is not Bug.NONE
    assert proof.spec.is_bug_hidden
    wait_checked(proof)
    proof.wait_set()
    assert not card.formulas.isVisible()
    assert not proof.tab.forms.recipe.groups["bug"].isVisible()
    assert bug.label not in plain(proof.scene.verdict.text())
    assert bug.label not in proof.tab.undo_stack.undoText()
    wrong = next(b for b in BUGS if b is not bug)
    proof.click(card.guess_buttons[wrong])
    assert not card.guess_buttons[wrong].isEnabled()
    assert "Look again" in card.sentence.text()
    assert proof.spec.is_bug_hidden
    proof.click(card.guess_buttons[bug])
    assert not proof.spec.is_bug_hidden
    proof.wait_set()
    assert card.formulas.isVisible()
    assert bug.label in card.title
    proof.tab.undo_stack.undo()
    proof.settle()
    assert proof.spec.is_bug_hidden
    assert all(button.isEnabled() for button in card.guess_buttons.values())


def test_only_bugs_that_can_be_found_are_hidden(proof, monkeypatch):
    proof.recipe(hidden=())
    offered = []
    monkeypatch.setattr("random.choice", lambda bugs: offered.extend(bugs) or bugs[0])
    proof.click(proof.scene.bug_card.hide_button)
    assert offered == [Bug.DOUBLE_SOFTMAX, Bug.FORGOTTEN_BIAS, Bug.LOG_EPSILON]


def test_a_revealed_bug_is_shown_where_it_sits(proof):
    proof.recipe(bug=Bug.EARLY_UPDATE)
    proof.look(is_bug_hidden=True)
    card = proof.scene.bug_card
    proof.click(card.reveal_button)
    wait_checked(proof)
    proof.click(card.steps_button)
    proof.wait_prepared()
    assert proof.spec.scene is Scene.STEPS
    assert proof.stepper.current.has_bug
    assert proof.scene.step_card.bug.isVisible()


def test_all_entries_are_compared_when_asked_for(proof):
    proof.recipe(hidden=(3,))
    wait_checked(proof)
    few = sum(group.checked for group in proof.scene.central.groups)
    assert few < 200
    proof.tab.setFocus()
    proof.key(Key.Key_Space)
    wait_checked(proof)
    sizes = proof.spec.backprop.sizes
    assert sum(group.checked for group in proof.scene.central.groups) == count(sizes)
    assert not proof.scene.central.failed
    assert f"all {count(sizes):,} entries" in proof.tab.headline.text


def test_leaving_ends_the_long_comparison(proof):
    scene = proof.scene
    proof.tab.setFocus()
    proof.key(Key.Key_Space)
    assert scene.transport().is_playing
    proof.open(Scene.STEPS)
    assert not scene.check.is_busy
    proof.open(Scene.PROOF)
    wait_checked(proof)
    assert not scene.checks_all


def test_relu_and_other_depths_pass(proof):
    proof.recipe(activation="relu", hidden=(7, 5, 4))
    wait_checked(proof)
    assert not proof.scene.central.failed
    assert not proof.scene.autograd.result.failed
    assert len(proof.scene.table.rows) == 8
