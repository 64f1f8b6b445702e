"""Scene “Training”: the numbers of the engine, whatever is clicked on the way."""

from __future__ import annotations

import numpy as np
import pytest
from backprop_driving import Bench
from bench import Key
from driving import is_one_sentence
from PySide6.QtCore import Qt

from engine.backprop.presets import find_preset
from engine.backprop.spec import BackpropSpec, RateChange
from engine.backprop.tab_spec import BackpropTabSpec, Scene, Speed, Weights
from engine.backprop.training import Training
from engine.data.images import load_images
from gui import mail_timer
from gui.tabs.backprop.training_run import RunState

TINY = {"training_images": 300, "hidden": (8,), "epochs": 2, "evaluation_interval": 0.5,
        "learning_rate": 0.05}
#: More updates than anybody waits for.
LONG = {**TINY, "training_images": 0, "epochs": 100}
CTRL = Qt.KeyboardModifier.ControlModifier


class Training3:
    """The scene, and what one sees in it."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        bench.open(Scene.TRAINING)
        self.scene = bench.scene
        self.control = self.scene.control
        self.views = self.scene.views

    @property
    def record(self):
        return self.control.run.record

    def recipe(self, **changes) -> None:
        self.bench.recipe(**changes)

    def wait(self, *states: RunState) -> None:
        """Until the run is there and all that it sent has arrived."""

        def is_there() -> bool:
            job = self.control.run.job
            is_calm = job.mailbox.is_empty and (job.state.is_over or not job._open_calls)
            return self.control.state in states and is_calm

        self.bench.until(is_there, 30)
        self.bench.settle()

    def wait_ready(self) -> None:
        self.bench.until(lambda: self.control.run.told.hidden == self.bench.spec.backprop.hidden)
        self.wait(RunState.READY)

    def press(self, key: str) -> None:
        self.bench.click(self.bench.tab.transport.buttons[key])

    def series(self, plot: str, key: str):
        return getattr(self.views, plot)._model.series[key]


@pytest.fixture
def training(bench, monkeypatch) -> Training3:
    """A tiny network that rests before its first update."""
    monkeypatch.setattr(mail_timer, "LOOK_EVERY_MS", 20)
    bench.recipe(**TINY)
    training = Training3(bench)
    training.wait_ready()
    return training


def headless(recipe: BackpropSpec) -> Training:
    run = Training(recipe, load_images(recipe.data.value))
    for _ in run.events():
        pass
    return run


def test_it_rests_before_the_first_update_with_a_first_test_and_its_source(training):
    bench = training.bench
    assert "ready" in bench.status
    assert training.record.steps == 0
    (first,) = training.record.evaluations
    assert bench.notes["test accuracy"] == f"{100 * first.accuracy:.2f} %"
    assert training.series("accuracy", "test").y.tolist() == [first.accuracy]
    assert "MNIST, bundled sample" in bench.tab.headline.text
    assert "300 updates an epoch" in bench.tab.headline.text
    # Nothing is trained yet that the other scenes could go on with.
    assert bench.tab.material.trained is None


def test_played_to_the_end_it_is_the_engines_run_to_the_last_bit(training):
    bench = training.bench
    bench.key(Key.Key_Space)
    training.wait(RunState.FINISHED)
    plain = headless(bench.spec.backprop)
    assert training.record.evaluations == plain.evaluations
    trained = bench.tab.material.trained
    assert (trained.step, trained.correct) == (600, plain.evaluations[-1].test_correct)
    assert trained.network.theta.tolist() == plain.network.theta.tolist()

    # What is plotted is what was measured.
    accuracy = training.series("accuracy", "test")
    assert accuracy.x.tolist() == [0, 150, 300, 450, 600]
    assert accuracy.y.tolist() == [e.accuracy for e in plain.evaluations]
    for key, values in (("running", plain.running), ("each", plain.losses)):
        pairs = np.reshape(values, (-1, 2)).mean(axis=1)  # 600 values in 300 points
        assert training.series("loss", key).y.tolist() == pairs.tolist()
    norms = np.array([norms.norms for norms in plain.norms])
    for k in (1, 2):
        assert training.series("norms", f"layer {k}").y.tolist() == norms[:, k - 1].tolist()
    images = training.views.wall._images
    np.testing.assert_array_equal(images, plain.network.w[1].T.reshape(-1, 28, 28))
    assert "finished" in bench.status


def test_play_may_be_pressed_while_the_run_is_still_being_made(training):
    bench = training.bench
    before = training.record
    training.scene.to_start()
    assert training.record.ready is None  # nothing has come from the worker in this turn
    play = bench.tab.actions_["play"]
    assert play.isEnabled()
    play.trigger()
    training.wait(RunState.FINISHED)
    assert training.record is not before
    assert training.record.steps == 600


def test_steps_pauses_slow_motion_and_looking_away_change_no_weight(training):
    bench = training.bench
    for done in (1, 2, 3):
        bench.key(Key.Key_S)
        training.wait(RunState.PAUSED)
        assert training.record.steps == done
    assert "paused" in bench.status
    bench.choose(bench.tab.transport.speed, Speed.FIFTY.label)
    training.press("play")
    bench.until(lambda: training.record.steps > 5)
    assert bench.tab.actions_["play"].text() == "Pause"
    training.press("play")
    training.wait(RunState.PAUSED)
    slow = training.record.steps
    # In slow motion the axis shows what there is, not the whole run.
    assert training.views.loss.x_range[1] < 300
    bench.open(Scene.STEPS)
    bench.open(Scene.TRAINING)
    assert training.record.steps == slow
    bench.key(Key.Key_E)  # to the end, at full speed
    training.wait(RunState.FINISHED)
    assert bench.spec.speed is Speed.FULL
    assert training.views.loss.x_range[1] == 600
    plain = headless(bench.spec.backprop)
    assert bench.tab.material.trained.network.theta.tolist() == plain.network.theta.tolist()


def test_the_rate_changes_in_mid_run_and_is_marked(training):
    bench = training.bench
    bench.click(training.scene.epoch_button)
    training.wait(RunState.PAUSED)
    assert training.record.steps == 300
    bench.type_text(bench.tab.forms.recipe.fields["learning_rate"].edit, "0.01")
    assert bench.spec.backprop.learning_rate == 0.01
    bench.tab.setFocus()
    bench.key(Key.Key_Space)
    training.wait(RunState.FINISHED)
    assert training.record.markers() == [(300.0, "η 0.01")]
    assert training.views.loss._model.markers == [(300.0, "η 0.01")]
    run = training.control.run
    plain = headless(run.record.ready.training.spec)
    assert [change.step for change in plain.spec.changes] == [300]
    assert bench.tab.material.trained.network.theta.tolist() == plain.network.theta.tolist()


def test_a_recipe_that_carries_changes_is_played_with_them(training):
    bench = training.bench
    changes = (RateChange(step=100, learning_rate=0.2),)
    bench.look(backprop=bench.spec.backprop.replaced(changes=changes))
    bench.until(lambda: training.control.run.recipe.changes == changes)
    training.wait(RunState.READY)
    bench.key(Key.Key_Space)
    training.wait(RunState.FINISHED)
    assert training.record.markers() == [(100.0, "η 0.2")]
    plain = headless(bench.spec.backprop)
    assert bench.tab.material.trained.network.theta.tolist() == plain.network.theta.tolist()


def test_a_rate_of_1000_ends_in_one_sentence_and_keeps_the_history(training):
    bench = training.bench
    for _ in range(3):
        bench.key(Key.Key_S)
        training.wait(RunState.PAUSED)
    bench.look(backprop=bench.spec.backprop.replaced(learning_rate=1000.0))
    bench.key(Key.Key_Space)
    training.wait(RunState.DIVERGED)
    assert is_one_sentence(bench.callout.replace(". Lower", ", lower"))
    assert "learning rate 1000" in bench.callout
    assert "diverged" in bench.status
    assert training.record.steps >= 4
    assert training.series("accuracy", "test").y.size >= 1
    # The last good weights stay with the other scenes.
    assert bench.tab.material.trained.step <= 4
    assert np.isfinite(bench.tab.material.trained.network.theta).all()


def test_another_recipe_waits_for_play_and_keeps_the_run_as_a_ghost(training):
    bench = training.bench
    bench.click(training.scene.epoch_button)
    training.wait(RunState.PAUSED)
    before = training.record
    bench.look(backprop=bench.spec.backprop.replaced(batch_size=10))
    assert "Play starts anew" in bench.status
    assert training.record is before
    bench.look(backprop=bench.spec.backprop.replaced(batch_size=1))  # undone: it can go on
    assert "paused" in bench.status
    bench.look(backprop=bench.spec.backprop.replaced(batch_size=10))
    bench.key(Key.Key_Space)
    training.wait(RunState.FINISHED)
    assert training.record.recipe.batch_size == 10
    assert training.record.steps == 60
    assert training.control.ghost is before
    (ghost,) = training.views.accuracy._model.ghosts
    assert ghost.x.tolist() == [0, 150, 300]


def test_stop_and_reset(training):
    bench = training.bench
    bench.look(backprop=bench.spec.backprop.replaced(**LONG))
    training.wait_ready()
    bench.key(Key.Key_Space)
    bench.until(lambda: training.record.steps > 200)
    bench.key(Key.Key_Period, CTRL)
    training.wait(RunState.STOPPED)
    stopped = training.record
    assert stopped.steps > 200
    assert not training.scene.stop_button.isEnabled()
    assert bench.tab.material.trained.step == stopped.ready.training.step
    bench.key(Key.Key_R, CTRL)
    training.wait(RunState.READY)
    assert training.record.steps == 0
    assert training.control.ghost is stopped
    assert bench.spec.backprop.epochs == 100


def test_closing_in_mid_run_ends_the_thread(training):
    bench = training.bench
    bench.look(backprop=bench.spec.backprop.replaced(**LONG))
    training.wait_ready()
    bench.key(Key.Key_Space)
    bench.until(lambda: training.record.steps > 100)
    job = training.control.run.job
    bench.close()
    assert job.isFinished()


def test_what_is_trained_is_what_the_stepper_and_the_board_go_on_with(training):
    bench = training.bench
    bench.key(Key.Key_Space)
    training.wait(RunState.FINISHED)
    bench.look(scene=Scene.STEPS, weights=Weights.TRAINED)
    bench.wait_prepared()
    now = bench.tab.material.now
    assert now.weights is Weights.TRAINED
    assert now.network.theta.tolist() == bench.tab.material.trained.network.theta.tolist()
    bench.open(Scene.DRAW)
    bench.until(lambda: bench.scene.reading is not None and not bench.scene.is_busy)
    reading = bench.scene.reading
    assert reading.weights is Weights.TRAINED
    assert "as trained here for 600 updates" in bench.tab.headline.text
    assert reading.reader.network.sizes == (784, 8, 10)


def test_the_homework_is_a_preset_and_the_tabs_recipe():
    homework = find_preset("homework").spec
    assert BackpropTabSpec().backprop.replaced(evaluation_interval=1.0) == homework
