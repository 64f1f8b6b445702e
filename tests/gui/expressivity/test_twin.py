"""The trained twin: it is the engine's training, number for number, and leaves nothing behind."""

from __future__ import annotations

import numpy as np
import pytest
from bench import Key
from PySide6.QtCore import Qt
from scene_driving import problem_of

from engine.expressivity.spec import TrainedSpec
from engine.expressivity.tab_spec import Scene, Show
from engine.expressivity.targets import make_target
from engine.expressivity.trained import train
from gui.job import JobState


@pytest.fixture
def twin(bench):
    """Scene 3 with the twin shown, and a training that nobody has to wait for."""
    bench.click(bench.tab.forms.shows[Show.TWIN])
    bench.type_into(bench.tab.forms.twin, "steps", "60")
    bench.tab.setFocus()
    return bench


def snapshots(bench):
    """The engine's training of what the tab says, without any window."""
    spec = bench.spec
    return list(train(
        make_target(spec.function), spec.function.hidden_neurons, spec.twin,
        report_every=max(1, spec.twin.steps // 400),
    ))


def wait_done(bench) -> None:
    model = bench.third.twin
    bench.until(lambda: model.job is not None and model.job.isFinished()
                and not model._timer.isActive())
    bench.settle()


def assert_shows(bench, expected) -> None:
    """Curve, error and status are those of a snapshot."""
    shown = bench.third.twin.snapshot
    assert shown.step == expected.step
    assert shown.loss == expected.loss
    assert shown.sup == expected.sup
    curve = bench.curve("twin")
    np.testing.assert_array_equal(curve.x, expected.x)
    np.testing.assert_array_equal(curve.y, expected.curve)
    assert bench.notes["trained: largest error"] == f"{expected.sup:.4g}"
    assert bench.status == (
        f"training {bench.third.twin.units:,} hidden units: step {expected.step:,} of "
        f"{bench.spec.twin.steps:,}"
    )


def test_it_is_not_there_before_it_is_asked_for(bench):
    assert not bench.tab.forms.twin.isVisible()
    assert "twin" not in bench.plot.contents.curves
    bench.click(bench.tab.forms.shows[Show.TWIN])
    assert bench.tab.forms.twin.isVisible()
    assert "twin" not in bench.plot.contents.curves
    assert bench.third.twin.job is None
    assert not bench.tab.transport.buttons["large_step"].isEnabled()


def test_played_to_the_end_it_is_the_engines_training(twin):
    twin.key(Key.Key_Space)
    wait_done(twin)
    assert_shows(twin, snapshots(twin)[-1])
    assert twin.third.twin.progress == 1.0
    assert twin.tab.transport.buttons["play"].accessibleName() == "Play"


def test_step_by_step(twin):
    expected = snapshots(twin)
    for index in range(4):
        twin.key(Key.Key_S)
        twin.until(lambda k=index: twin.third.twin.snapshot is not None
                   and twin.third.twin.snapshot.step >= expected[k].step)
        twin.until(lambda: twin.third.twin.job.state is JobState.PAUSED)
        twin.settle()
        assert_shows(twin, expected[index])


def test_play_and_pause(twin):
    twin.type_into(twin.tab.forms.twin, "steps", "100000")
    twin.tab.setFocus()
    twin.key(Key.Key_Space)
    button = twin.tab.transport.buttons["play"]
    twin.until(lambda: button.accessibleName() == "Pause")
    twin.until(lambda: twin.third.twin.snapshot is not None)
    twin.key(Key.Key_Space)
    twin.until(lambda: twin.third.twin.job.state is JobState.PAUSED)
    twin.until(lambda: button.accessibleName() == "Play")
    twin.settle()
    at_rest = twin.third.twin.snapshot.step
    twin.qtbot.wait(80)
    assert twin.third.twin.snapshot.step == at_rest
    twin.key(Key.Key_Space)
    twin.until(lambda: twin.third.twin.snapshot.step > at_rest)  # it goes on from there
    assert twin.third.twin.is_running


def test_another_spec_begins_anew(twin):
    forms = twin.tab.forms
    for form, name, text in (
        (forms.function, "pieces", "20"), (forms.function, "formula", "x^2"),
        (forms.twin, "seed", "3"), (forms.twin, "learning_rate", "0.05"),
    ):
        twin.key(Key.Key_Space)
        wait_done(twin)
        twin.type_into(form, name, text)
        assert twin.third.twin.snapshot is None
        assert "twin" not in twin.plot.contents.curves
        assert "trained: largest error" not in twin.notes
        twin.tab.setFocus()
        twin.key(Key.Key_Space)
        wait_done(twin)
        assert_shows(twin, snapshots(twin)[-1])


def test_every_choice_reaches_the_training(twin):
    for name, value in (("activation", "relu"), ("start", "he"), ("optimizer", "momentum")):
        twin.choose(twin.tab.forms.twin, name, value)
        twin.tab.setFocus()
        twin.key(Key.Key_Space)
        wait_done(twin)
        assert_shows(twin, snapshots(twin)[-1])


def test_steps_cannot_be_trained_and_it_is_said_why(twin):
    before = twin.spec
    twin.choose(twin.tab.forms.twin, "activation", "step")
    assert twin.spec == before
    assert problem_of(twin.tab.forms.twin, "activation") == (
        "A step has zero gradient wherever it has one, so gradient descent would never move a "
        "weight; train steep sigmoids or ReLUs instead."
    )


def diverge(bench) -> None:
    form = bench.tab.forms.twin
    for name, value in (("optimizer", "gradient_descent"), ("activation", "relu")):
        bench.choose(form, name, value)
    bench.type_into(form, "steps", "2000")
    bench.type_into(form, "learning_rate", "10")
    bench.tab.setFocus()
    bench.key(Key.Key_Space)
    bench.until(lambda: bench.third.twin.job.state is JobState.FAILED)
    bench.until(lambda: bench.callout != "")


def test_divergence_is_told_with_what_to_do(twin):
    diverge(twin)
    assert "diverged at step" in twin.callout
    assert "use a smaller learning rate." in twin.callout
    assert twin.tab.callout.property("tone") == "problem"
    assert twin.tab.transport.buttons["play"].accessibleName() == "Play"
    twin.type_into(twin.tab.forms.twin, "learning_rate", "0.01")
    assert twin.callout == ""


def test_a_huge_target_diverges_with_the_same_sentence(twin):
    twin.type_into(twin.tab.forms.function, "formula", "1e90*x")
    diverge(twin)
    assert "diverged at step" in twin.callout


def test_divergence_does_not_haunt_the_other_scenes(twin):
    diverge(twin)
    twin.open(Scene.BOX)
    assert twin.callout == ""
    twin.open(Scene.FUNCTION)
    assert "diverged" in twin.callout


def test_it_rests_while_it_is_not_shown(twin):
    twin.type_into(twin.tab.forms.twin, "steps", "100000")
    for leave in (lambda: twin.open(Scene.NEURON),
                  lambda: twin.click(twin.tab.forms.shows[Show.TWIN])):
        twin.tab.setFocus()
        twin.key(Key.Key_Space)
        twin.until(lambda: twin.third.twin.is_running and twin.third.twin.snapshot is not None)
        leave()
        twin.until(lambda: twin.third.twin.job.state is JobState.PAUSED)
        twin.open(Scene.FUNCTION)
    assert "twin" not in twin.plot.contents.curves


def test_reset_throws_the_training_away_and_undo_brings_its_spec_back(twin):
    twin.type_into(twin.tab.forms.twin, "seed", "5")
    twin.tab.setFocus()
    twin.key(Key.Key_Space)
    wait_done(twin)
    twin.key(Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert twin.spec.twin == TrainedSpec()
    assert Show.TWIN not in twin.spec.shown
    assert twin.third.twin.snapshot is None
    twin.undo()
    assert twin.spec.twin == TrainedSpec(seed=5, steps=60)
    assert Show.TWIN in twin.spec.shown


def test_a_large_network_has_a_twin_of_500_units(twin):
    twin.type_into(twin.tab.forms.function, "pieces", "100000")
    assert twin.third.twin.units == 500
    assert "500 hidden units" in twin.status


def test_stop_leaves_no_thread(twin):
    twin.type_into(twin.tab.forms.twin, "steps", "100000")
    twin.tab.setFocus()
    twin.key(Key.Key_Space)
    twin.until(lambda: twin.third.twin.snapshot is not None)
    job = twin.third.twin.job
    twin.tab.stop()
    assert job.isFinished()
    assert not twin.third.twin._timer.isActive()
