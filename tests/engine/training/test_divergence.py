"""A run whose loss is no number any more stops, says why, and keeps what it has."""

from __future__ import annotations

from math import isfinite, isnan

import pytest
from toys import SMALL, finish

from engine.data.images import ImageSet
from engine.errors import SpecError
from engine.training.events import Diverged, Evaluation, Step
from engine.training.recipe import Initialization, Optimizer
from engine.training.run import Training

WILD = SMALL.replaced(
    hidden=(64, 64, 64), optimizer=Optimizer.SGD, learning_rate=10.0, weight_decay=1.0,
    initialization=Initialization.HE, epochs=50,
)  # fmt: skip


def test_steps_that_are_too_large_diverge(images: ImageSet):
    training = Training(WILD, images)
    events = finish(training)
    assert isinstance(events[-1], Diverged)
    assert sum(isinstance(event, Diverged) for event in events) == 1
    diverged = training.history.ending
    assert diverged == events[-1]
    assert diverged.step == training.step < training.total_steps
    assert "(learning rate 10)" in diverged.explanation
    assert "Lower the learning rate" in diverged.explanation
    steps = [event for event in events if isinstance(event, Step)]
    assert list(training.history.step_losses)[:-1] == [step.loss for step in steps[:-1]]
    assert len(training.history.step_losses) == training.step
    assert finish(training) == []
    with pytest.raises(SpecError, match="The run is over"):
        training.change(learning_rate=0.01)


def test_a_loss_of_nan_is_kept_as_the_last_point(images: ImageSet):
    training = Training(SMALL, images)
    for event in training.events():
        if isinstance(event, Step) and event.step == 5:
            training.network[0].weight.data[0] = float("nan")
    assert isinstance(training.history.ending, Diverged)
    assert isnan(training.history.step_losses[-1])
    assert all(isfinite(loss) for loss in list(training.history.step_losses)[:-1])
    assert [evaluation.step for evaluation in training.history.evaluations] == [0, 4]


@pytest.mark.parametrize("step", [4, 12])
def test_an_evaluation_that_is_no_number_ends_the_run(images: ImageSet, step: int):
    """The loss before a step may be finite and the weights after it useless, the last step too."""
    training = Training(SMALL, images)
    events = []
    for event in training.events():
        events.append(event)
        if isinstance(event, Step) and event.step == step:
            training.network[0].weight.data.fill_(float("nan"))
    assert isinstance(events[-1], Diverged)
    assert f"The training loss became nan at step {step}" in events[-1].explanation
    assert all(isfinite(loss) for loss in training.history.step_losses)
    assert all(isfinite(e.train.loss) for e in events if isinstance(e, Evaluation))
    assert training.history.last.step == step - 4


def test_pure_guessing_is_no_divergence(images: ImageSet):
    """All-zero weights: only the last bias has a gradient, and the loss stays at ln 10."""
    training = Training(SMALL.replaced(initialization="zeros", learning_rate=1e-6), images)
    finish(training)
    assert list(training.history.step_losses) == pytest.approx([2.302585] * 12, abs=1e-4)
    assert not training.network[0].weight.any()
    assert training.network[-1].bias.any()
