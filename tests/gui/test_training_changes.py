"""The recipe in mid-run: what can change is recorded, what cannot makes a new run."""

from __future__ import annotations

import pytest
from driving import LONG, RECIPE, headless, is_one_sentence, numbers, weights_digest
from PySide6.QtCore import Qt

from engine.training.presets import PRESETS
from gui.tabs.training.run import RunState

Key = Qt.Key


def after_one_epoch(lab) -> None:
    lab.press(Key.Key_E)
    lab.wait_for(RunState.PAUSED)
    assert lab.steps == 8


def finish(lab) -> None:
    lab.click(lab.button("play"))
    lab.wait_for(RunState.FINISHED)


def assert_reproducible(lab) -> None:
    """The recipe on record gives the same run without a window."""
    alone = headless(lab.history.recipe)
    assert numbers(lab.history) == numbers(alone.history)
    assert weights_digest(lab.run.ready.training) == weights_digest(alone)


def test_a_learning_rate_typed_in_mid_run_is_recorded_and_marked(lab):
    after_one_epoch(lab)
    lab.type_into("learning_rate", ".01")
    finish(lab)
    assert [(c.step, c.values) for c in lab.history.recipe.changes] == [
        (8, {"learning_rate": 0.01})
    ]
    assert set(lab.history.learning_rates[:8]) == {0.001}
    assert set(lab.history.learning_rates[8:]) == {0.01}
    for plot in (lab.tab.curves.loss, lab.tab.curves.accuracy):
        assert plot._model.markers == [(1.0, "η 0.01")]
    assert "epoch 1.00: learning rate 0.01" in lab.tab.notes.changes.text()
    assert_reproducible(lab)


def test_a_learning_rate_dragged_while_it_runs(open_lab):
    lab = open_lab(RECIPE.replaced(epochs=40))
    lab.choose(lab.tab.transport.speed, "50 batches/s")
    lab.press(Key.Key_Space)
    lab.wait_steps(3)
    lab.drag(lab.field("learning_rate").slider, [0.4, 0.5, 0.6, 0.7])
    assert lab.recipe.learning_rate == pytest.approx(0.08, rel=0.5)
    lab.until(lambda: lab.history.recipe.changes != ())
    lab.until(lambda: lab.history.learning_rates[-1] == lab.recipe.learning_rate)
    lab.choose(lab.tab.transport.speed, "full speed")
    lab.wait_for(RunState.FINISHED)
    assert_reproducible(lab)
    lab.ctrl(Key.Key_Z)  # the whole drag is one step
    assert lab.recipe.learning_rate == 0.001


@pytest.mark.parametrize(
    ("name", "text"),
    [("weight_decay", "0.1"), ("dropout", "0.25"), ("label_smoothing", "0.1")],
)
def test_whatever_else_can_change_in_mid_run(lab, name, text):
    after_one_epoch(lab)
    lab.type_into(name, text)
    assert lab.callout == ""
    finish(lab)
    assert [(c.step, c.values) for c in lab.history.recipe.changes] == [(8, {name: float(text)})]
    assert_reproducible(lab)


def test_undo_in_mid_run_is_a_change_too(lab):
    after_one_epoch(lab)
    lab.type_into("learning_rate", "0.1")
    lab.press(Key.Key_S)  # typed into the field, which takes no letters for numbers
    lab.press(Key.Key_Escape)
    lab.focus(lab.window.tab_bar)
    lab.press(Key.Key_S)
    lab.wait_for(RunState.PAUSED)
    assert lab.steps == 9
    lab.ctrl(Key.Key_Z)
    assert lab.recipe.learning_rate == 0.001
    finish(lab)
    assert [(c.step, c.values) for c in lab.history.recipe.changes] == [
        (8, {"learning_rate": 0.1}), (9, {"learning_rate": 0.001})
    ]
    assert_reproducible(lab)


def test_a_batch_size_in_mid_run_waits_for_a_new_run(open_lab):
    lab = open_lab(LONG)
    lab.press(Key.Key_Space)
    lab.wait_steps(4)
    first = lab.history
    lab.type_into("batch_size", "100")
    lab.wait_for(RunState.PAUSED)
    assert is_one_sentence(lab.callout)
    assert "new run" in lab.callout
    assert "undo" in lab.callout
    steps = lab.steps

    lab.click(lab.window.header_buttons[0])  # undo
    assert lab.recipe.batch_size == 50
    assert lab.callout == ""
    lab.focus(lab.window.tab_bar)
    lab.press(Key.Key_Space)
    lab.wait_steps(steps + 3)
    assert lab.history is first
    lab.press(Key.Key_Space)
    lab.wait_for(RunState.PAUSED)

    lab.ctrl(Key.Key_Y)
    assert lab.recipe.batch_size == 100
    lab.press(Key.Key_S)
    lab.until(lambda: lab.history is not first and lab.steps == 1)
    lab.wait_for(RunState.PAUSED)
    assert lab.callout == ""
    assert lab.control.ghost is first
    assert lab.run.ready.steps_per_epoch == 4


def test_a_rate_changed_while_another_run_was_in_sight_is_not_forgotten(lab):
    """Batch size there and back, with a learning rate in between: the form and the run agree."""
    after_one_epoch(lab)
    lab.type_into("batch_size", "100")
    lab.type_into("learning_rate", "0.02")
    lab.type_into("batch_size", "50")
    assert lab.callout == ""
    finish(lab)
    assert set(lab.history.learning_rates[8:]) == {0.02}
    assert_reproducible(lab)


def test_a_finished_run_is_stale_only_while_the_recipe_differs(lab):
    after_one_epoch(lab)
    lab.type_into("learning_rate", "0.01")
    finish(lab)
    lab.type_into("learning_rate", "0.02")
    assert "new run" in lab.callout
    assert "undo" not in lab.callout
    lab.type_into("learning_rate", "0.01")
    assert lab.callout == ""


def test_before_the_first_step_an_edit_prepares_anew(lab):
    before = lab.run
    lab.type_into("hidden", "20-10")
    lab.until(lambda: lab.run is not before)
    lab.wait_ready()
    assert lab.control.ghost is None
    assert lab.run.ready.training.recipe.hidden == (20, 10)
    assert lab.callout == ""


def test_edits_in_quick_succession_all_count(lab):
    """A run that was prepared for an older recipe does not bring that recipe back."""
    for text in ("10", "20", "30", "40"):
        lab.type_into("hidden", text)
        lab.qtbot.wait(210)  # just after the preparation has begun
    lab.until(lambda: lab.run.recipe.hidden == (40,))
    lab.wait_ready()
    assert lab.recipe.hidden == (40,)
    assert lab.window.undo_stack.count() == 4


def test_every_preset_can_be_chosen(lab):
    box = lab.tab.recipe_panel.presets
    for preset in PRESETS.values():
        index = box.findData(preset.key)
        lab.choose(box, box.itemText(index))
        assert lab.recipe == preset.recipe
        assert lab.tab.notes.watch.text() == preset.watch
        assert lab.tab.notes.heading.text() == preset.label
        assert box.itemText(index).startswith("mistake") is preset.is_mistake
    for preset in reversed(list(PRESETS.values())[:-1]):
        lab.ctrl(Key.Key_Z)
        assert lab.recipe == preset.recipe
        assert box.currentData() == preset.key
    lab.ctrl(Key.Key_Z)
    assert lab.recipe == RECIPE
    assert box.currentIndex() == -1
    lab.wait_ready()


@pytest.mark.parametrize(("key", "loss"), [("all_zero", 2.302585), ("few_images", None)])
def test_instructive_mistakes_go_wrong_as_they_say(lab, key, loss):
    box = lab.tab.recipe_panel.presets
    lab.choose(box, box.itemText(box.findData(key)))
    lab.until(lambda: lab.run.recipe == PRESETS[key].recipe)
    lab.wait_ready()
    if loss is not None:
        assert lab.history.last.test.loss == pytest.approx(loss, abs=1e-4)
        return
    lab.press(Key.Key_Space)
    lab.until(lambda: lab.steps >= 300)
    lab.press(Key.Key_Space)
    lab.wait_for(RunState.PAUSED)
    last = lab.history.last
    assert last.train.accuracy > 0.9
    assert last.test.loss - last.train.loss > 0.5
    assert lab.tab.notes.values["gap"].text().startswith("+")
