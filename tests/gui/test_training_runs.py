"""Playing, stepping, pausing, stopping: what the window shows is what the engine computes."""

from __future__ import annotations

import time

import pytest
from driving import LONG, RECIPE, headless, is_one_sentence, numbers, weights_digest
from PySide6.QtCore import QPoint, Qt

from engine.training.events import Diverged, Finished
from engine.training.recipe import Activation, Optimizer
from gui.tabs.training.run import RunState

Key = Qt.Key


def shown(lab) -> dict:
    """The curves on the two plots."""
    return {
        (quantity, split): lab.drawn(quantity, split)
        for quantity, splits in (
            ("loss", ("step", "train", "test")), ("accuracy", ("train", "test"))
        )
        for split in splits
    }


def expected(history) -> dict:
    curves = {("loss", "step"): history.step_curve()}
    for quantity in ("loss", "accuracy"):
        for split in ("train", "test"):
            curves[quantity, split] = history.curve(split, quantity)
    return {key: (x.tolist(), y.tolist()) for key, (x, y) in curves.items()}


def test_a_run_in_the_window_is_the_engine_s_run_bit_for_bit(lab):
    lab.press(Key.Key_Space)
    lab.wait_for(RunState.FINISHED)
    alone = headless(RECIPE)
    assert numbers(lab.history) == numbers(alone.history)
    assert weights_digest(lab.run.ready.training) == weights_digest(alone)
    assert shown(lab) == expected(alone.history)
    assert lab.steps == 24
    assert "finished" in lab.status


def test_nothing_that_one_looks_at_changes_a_bit(lab):
    """Pauses, steps, pages, pins, other images, slow motion, themes: only for the eye."""
    busy = RECIPE.replaced(dropout=0.3, batch_norm=True, flip=True, shift=1, epochs=4)
    lab.store.apply(lab.store.spec.replaced(recipe=busy), "busy")
    lab.until(lambda: lab.state is RunState.PREPARING)
    lab.wait_ready()
    tab = lab.tab
    lab.press(Key.Key_S)
    lab.wait_for(RunState.PAUSED)
    for page in tab.pages.buttons.values():
        lab.click(page)
        lab.press(Key.Key_S)
        lab.wait_for(RunState.PAUSED)
    lab.click(tab.pages.buttons["overview"])
    lab.press(Key.Key_N)
    lab.click(tab.predictions.cards[0]._pin)
    lab.press(Key.Key_E)
    lab.click(tab.predictions.random_button)
    lab.ctrl(Key.Key_T)
    lab.wait_for(RunState.PAUSED)
    lab.choose(tab.transport.speed, "50 batches/s")
    lab.press(Key.Key_Space)
    lab.wait_steps(lab.steps + 3)
    lab.press(Key.Key_Space)
    lab.wait_for(RunState.PAUSED)
    lab.choose(tab.transport.speed, "full speed")
    lab.click(tab.predictions.wrong_button)
    lab.press(Key.Key_Space)
    lab.wait_for(RunState.FINISHED)
    alone = headless(busy)
    assert numbers(lab.history) == numbers(alone.history)
    assert weights_digest(lab.run.ready.training) == weights_digest(alone)


@pytest.mark.parametrize("by", ["key", "mouse"])
def test_one_batch_is_one_step(lab, by):
    for count in (1, 2, 3):
        if by == "key":
            lab.press(Key.Key_S)
        else:
            lab.click(lab.button("small_step"))
        lab.until(lambda count=count: lab.steps == count)
        lab.wait_for(RunState.PAUSED)
        assert len(lab.drawn("loss", "step")[0]) == count
    lab.qtbot.wait(150)
    assert lab.steps == 3


@pytest.mark.parametrize("by", ["key", "mouse"])
def test_one_epoch_ends_with_its_evaluation(lab, by):
    for epoch in (1, 2, 3):
        if by == "key":
            lab.press(Key.Key_E)
        else:
            lab.click(lab.button("large_step"))
        lab.until(lambda epoch=epoch: lab.steps == 8 * epoch)
        lab.wait_for(RunState.PAUSED)
        assert lab.history.last.epoch == epoch
        assert lab.drawn("loss", "test")[0] == list(range(epoch + 1))
    lab.press(Key.Key_Space)
    lab.wait_for(RunState.FINISHED)


def test_an_epoch_ends_also_where_nothing_is_evaluated(open_lab):
    lab = open_lab(RECIPE.replaced(evaluation_interval=2.0, epochs=4))
    for epoch in (1, 2, 3):
        lab.press(Key.Key_E)
        lab.until(lambda epoch=epoch: lab.steps == 8 * epoch)
        lab.wait_for(RunState.PAUSED)


def test_play_and_pause_by_mouse_and_by_key(open_lab):
    lab = open_lab(LONG)
    play, action = lab.button("play"), lab.tab.actions_["play"]
    assert action.text() == "Play"
    lab.click(play)
    lab.wait_steps(3)
    assert action.text() == "Pause"
    lab.click(play)
    lab.wait_for(RunState.PAUSED)
    lab.until(lambda: "paused" in lab.status and action.text() == "Play")
    steps = lab.steps
    lab.qtbot.wait(150)
    assert lab.steps == steps
    lab.press(Key.Key_Space)
    lab.wait_steps(steps + 3)
    lab.press(Key.Key_Space)
    lab.wait_for(RunState.PAUSED)


@pytest.mark.parametrize("by", ["key", "mouse"])
def test_stop_ends_the_run_and_keeps_its_curves(open_lab, by):
    lab = open_lab(LONG)
    lab.press(Key.Key_Space)
    lab.wait_steps(10)
    if by == "key":
        lab.ctrl(Key.Key_Period)
    else:
        lab.click(lab.button("stop"))
    lab.wait_for(RunState.STOPPED)
    stopped = lab.history
    assert "stopped" in lab.status
    assert not lab.button("stop").isEnabled()
    assert lab.drawn("loss", "step")[1] == list(stopped.step_losses)
    lab.press(Key.Key_Space)
    lab.until(lambda: lab.history is not stopped and lab.steps > 0)
    assert lab.control.ghost is stopped


@pytest.mark.parametrize("by", ["key", "mouse"])
def test_reset_goes_back_before_the_first_step(lab, by):
    lab.press(Key.Key_E)
    lab.wait_for(RunState.PAUSED)
    before = lab.history
    if by == "key":
        lab.ctrl(Key.Key_R)
    else:
        lab.click(lab.button("reset"))
    lab.until(lambda: lab.history is not before)
    lab.wait_ready()
    assert lab.steps == 0
    assert lab.drawn("loss", "step") == ([], [])
    assert lab.control.ghost is before
    (ghost,) = lab.tab.curves.loss._model.ghosts
    assert ghost.y.tolist() == before.curve("test", "loss")[1].tolist()
    lab.press(Key.Key_Space)
    lab.wait_for(RunState.FINISHED)
    assert numbers(lab.history) == numbers(headless(RECIPE).history)


def test_play_at_once_does_not_wait_for_the_preparations(open_lab):
    lab = open_lab(ready=False)
    lab.until(lambda: lab.control.run is not None)
    lab.press(Key.Key_Space)
    lab.wait_for(RunState.FINISHED)
    assert lab.steps == 24


def test_slow_motion_and_back(open_lab):
    lab = open_lab(LONG)
    lab.choose(lab.tab.transport.speed, "10 batches/s")
    lab.press(Key.Key_Space)
    lab.wait_steps(1)
    steps = lab.steps
    lab.qtbot.wait(1000)
    assert 2 <= lab.steps - steps <= 12
    lab.choose(lab.tab.transport.speed, "full speed")
    lab.wait_steps(lab.steps + 60)
    lab.choose(lab.tab.transport.speed, "2 batches/s")
    answers = []
    for _ in range(4):
        lab.wait_steps(lab.steps + 1)
        begun = time.monotonic()
        lab.press(Key.Key_Space)
        lab.until(lambda: lab.state is RunState.PAUSED)
        answers.append(time.monotonic() - begun)
        lab.press(Key.Key_Space)
    assert min(answers) < 0.2  # it did not wait for the delay of half a second


def test_the_status_says_where_the_run_is_and_how_long_it_takes(open_lab):
    lab = open_lab(LONG)
    assert lab.status == "epoch 0.0 of 500 · ready: press Space"
    lab.press(Key.Key_Space)
    lab.until(lambda: "images/s" in lab.status and "left" in lab.status)
    assert lab.status.startswith("epoch ")
    assert "of 500" in lab.status
    assert lab.tab.transport.timeline.progress == pytest.approx(lab.steps / 4000, abs=2e-4)


def test_the_readout_is_on_both_plots(lab):
    lab.press(Key.Key_Space)
    lab.wait_for(RunState.FINISHED)
    loss, accuracy = lab.tab.curves.loss, lab.tab.curves.accuracy
    canvas = loss._canvas
    place = loss._grid.place
    lab.qtbot.mouseMove(canvas, QPoint(round(place.px(2.0)), canvas.height() // 2))
    lab.until(lambda: loss.cursor_x == 2.0)
    assert accuracy.cursor_x == 2.0
    evaluation = lab.history.evaluations[2]
    assert (evaluation.epoch, dict(loss.readout())["test"]) == (
        2.0, loss._model.value_text(evaluation.test.loss)
    )
    assert dict(accuracy.readout())["train"] == accuracy._model.value_text(
        evaluation.train.accuracy
    )
    lab.focus(accuracy)
    lab.press(Key.Key_Left)
    assert loss.cursor_x == accuracy.cursor_x == 1.0
    lab.press(Key.Key_Escape)
    assert loss.cursor_x is None
    assert accuracy.cursor_x is None


@pytest.mark.parametrize("by", ["key", "mouse"])
def test_log_scale(lab, by):
    lab.press(Key.Key_E)
    lab.wait_for(RunState.PAUSED)
    for on in (True, False):
        if by == "key":
            lab.press(Key.Key_L)
        else:
            lab.click(lab.tab.curves.log_button)
        assert lab.store.spec.log_loss is on
        assert lab.tab.curves.log_button.isChecked() is on
        assert lab.tab.curves.loss._model.is_log is on
        assert lab.tab.curves.accuracy._model.is_log is False


def test_a_run_that_diverges_explains_itself_and_keeps_its_curves(open_lab):
    recipe = RECIPE.replaced(
        optimizer=Optimizer.SGD, learning_rate=10.0, activation=Activation.LINEAR, epochs=60,
        hidden=(64, 64, 64),
    )
    lab = open_lab(recipe)
    lab.press(Key.Key_Space)
    lab.wait_for(RunState.DIVERGED)
    assert isinstance(lab.history.ending, Diverged)
    assert lab.callout == lab.history.ending.explanation
    assert "diverged" in lab.status
    assert lab.steps > 0
    assert lab.drawn("loss", "step")[0] == list(lab.history.step_epochs)
    assert numbers(lab.history) == numbers(headless(recipe).history)
    lab.type_into("learning_rate", "0.001")
    lab.press(Key.Key_Tab)
    before = lab.history
    lab.click(lab.button("play"))
    lab.until(lambda: lab.history is not before and lab.steps > 0)
    assert lab.callout == ""
    assert lab.control.ghost is before


def test_a_recipe_that_cannot_be_built_says_why(open_lab):
    lab = open_lab()
    lab.type_into("batch_size", "57")  # 400 = 7 · 57 + 1
    lab.toggle("batch_norm")
    lab.wait_for(RunState.FAILED)
    assert is_one_sentence(lab.callout)
    assert "batch size" in lab.callout
    lab.toggle("batch_norm")
    lab.wait_for(RunState.READY)
    assert lab.callout == ""


def test_a_recipe_that_cannot_be_built_shows_no_other_network(lab):
    view = lab.tab.inside
    lab.until(lambda: lab.tab.presenter.inspection is not None)
    assert len(view.first_layer._images)
    recipe = lab.tab.presenter.spec.recipe.replaced(batch_norm=True, batch_size=1)
    lab.tab.presenter.store.apply(lab.tab.presenter.spec.replaced(recipe=recipe), "")
    lab.wait_for(RunState.FAILED)
    assert "Batch norm" in lab.callout
    assert lab.tab.presenter.inspection is None
    assert not len(view.first_layer._images)
    assert not len(view.layers._layers)
    lab.tab.undo_stack.undo()
    lab.wait_for(RunState.READY)
    lab.until(lambda: len(view.first_layer._images) > 0)


def test_fifty_starts_and_stops_leave_no_thread_behind(open_lab):
    import psutil

    lab = open_lab(LONG)
    process, counts = psutil.Process(), []
    for _ in range(50):
        lab.press(Key.Key_Space)
        lab.until(lambda: lab.steps > 0)
        lab.ctrl(Key.Key_Period)
        lab.until(lambda: lab.state is RunState.STOPPED and lab.run.job.isFinished())
        counts.append(process.num_threads())
    lab.until(lambda: lab.control._retired == [])
    assert counts[-1] - counts[9] < 5, counts  # a thread a run would make forty


def test_the_end_of_a_run_is_recorded_as_such(lab):
    lab.press(Key.Key_Space)
    lab.wait_for(RunState.FINISHED)
    assert lab.history.ending == Finished(24)
    steps = lab.steps
    lab.press(Key.Key_S)  # starts anew
    lab.wait_for(RunState.PAUSED)
    assert (steps, lab.steps) == (24, 1)
