"""The history of a run: what goes in as events comes out as curves, files and warnings."""

from __future__ import annotations

import json
from math import inf

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.runs.history import (
    History,
    evaluation_as_builtins,
    evaluations_from_json,
    evaluations_to_json,
)
from engine.training.events import (
    Changed,
    Diverged,
    Evaluating,
    Evaluation,
    Finished,
    Score,
    Step,
)
from engine.training.recipe import Change, Recipe

STEPS_PER_EPOCH = 4


def measured(step: int, loss: float, validation: float | None = None) -> Evaluation:
    held_out = None if validation is None else Score(validation, 3, 10)
    train, test = Score(loss / 2, 30, 40), Score(loss, 15, 20)
    return Evaluation(step, step / STEPS_PER_EPOCH, train, test, held_out, seconds=float(step))


def history_of(losses: list[float], validation: list[float] | None = None) -> History:
    history = History(Recipe(validation_share=0.1 if validation else 0.0))
    held_out = validation or [None] * len(losses)
    for number, (loss, other) in enumerate(zip(losses, held_out, strict=True)):
        history.add(measured(number * STEPS_PER_EPOCH, loss, other))
    return history


def add_steps(history: History, first: int, last: int) -> None:
    for step in range(first, last + 1):
        history.add(Step(step, step / STEPS_PER_EPOCH, 1 / step, 0.1 * step, 32))


def test_empty():
    history = History(Recipe())
    assert (history.last, history.ending, history.epoch) == (None, None, 0.0)
    assert history.changes() == []
    assert history.overfitting_epoch() is None
    for curve in (history.curve("test", "loss"), history.step_curve()):
        assert [array.shape for array in curve] == [(0,), (0,)]


def test_curves():
    history = history_of([2.0, 1.0, 0.5], validation=[2.2, 1.2, 0.6])
    epochs, losses = history.curve("test", "loss")
    assert epochs.tolist() == [0, 1, 2]
    assert losses.tolist() == [2.0, 1.0, 0.5]
    assert history.curve("train", "loss")[1].tolist() == [1.0, 0.5, 0.25]
    assert history.curve("validation", "loss")[1].tolist() == [2.2, 1.2, 0.6]
    assert history.curve("train", "accuracy")[1].tolist() == [0.75] * 3
    assert history.curve("validation", "accuracy")[1].tolist() == [0.3] * 3
    assert history.last.step == 8


def test_without_validation_its_curve_is_empty():
    epochs, losses = history_of([2.0, 1.0]).curve("validation", "loss")
    assert epochs.shape == losses.shape == (0,)


def test_the_step_curve_is_a_copy():
    history = History(Recipe())
    add_steps(history, 1, 3)
    epochs, losses = history.step_curve()
    assert epochs.tolist() == [0.25, 0.5, 0.75]
    assert losses.tolist() == [1, 1 / 2, 1 / 3]
    losses[:] = 0
    add_steps(history, 4, 4)
    assert list(history.step_losses) == [1, 1 / 2, 1 / 3, 1 / 4]
    assert list(history.learning_rates) == pytest.approx([0.1, 0.2, 0.3, 0.4])
    assert history.epoch == 1.0


def test_progress_is_not_kept_and_endings_are():
    history = History(Recipe())
    history.add(Evaluating(5, 10))
    assert (history.evaluations, history.ending) == ([], None)
    history.add(Finished(12))
    assert history.ending == Finished(12)
    history.add(Diverged(3, "because"))
    assert history.ending == Diverged(3, "because")


def test_changes_are_put_into_the_recipe_in_order():
    history = History(Recipe())
    add_steps(history, 1, 6)
    history.add(Changed(Change(6, {"dropout": 0.5}), 1.5))
    history.add(Changed(Change(0, {"dropout": 0.1}), 0.0))
    history.add(Changed(Change(6, {"dropout": 0.6}), 1.5))
    history.recipe = history.recipe.replaced(
        changes=(*history.recipe.changes, Change(9, {"dropout": 0.7}))
    )
    assert [change.step for change in history.recipe.changes] == [0, 6, 9]
    in_force = [(0.0, Change(0, {"dropout": 0.1})), (1.5, Change(6, {"dropout": 0.6}))]
    assert history.changes() == in_force  # the one at step 9 is not due yet
    add_steps(history, 7, 9)
    assert history.changes() == [*in_force, (2.25, Change(9, {"dropout": 0.7}))]


@pytest.mark.parametrize(
    ("losses", "epoch"),
    [
        ([], None),
        ([2.0], None),
        ([2.0, 1.0], None),
        ([2.0, 1.0, 0.5, 0.4], None),  # still falling
        ([2.0, 1.0, 0.5, 0.6], None),  # one bad evaluation proves nothing
        ([2.0, 1.0, 0.5, 0.6, 0.7], 2.0),
        ([2.0, 1.0, 0.5, 0.6, 0.505], None),  # back near its minimum
        ([2.0, 1.0, 0.5, 0.505, 0.509, 0.509], None),  # within 2 % of it
        ([2.0, 1.0, 0.5, 0.505, 0.52, 0.52], 2.0),
        ([2.0, 1.0, 0.5, 0.9, 0.9, 0.4], None),  # a new minimum
        ([0.5, 0.9, 0.9], 0.0),  # from the start
        ([2.3, 2.3, 2.3, 2.3], None),  # pure guessing
    ],
)
def test_overfitting(losses: list[float], epoch: float | None):
    assert history_of(losses).overfitting_epoch() == epoch


def test_the_validation_split_decides_where_there_is_one():
    rising, falling = [1.0, 2.0, 3.0], [3.0, 2.0, 1.0]
    assert history_of(rising, validation=falling).overfitting_epoch() is None
    assert history_of(falling, validation=rising).overfitting_epoch() == 0.0


def test_an_evaluation_as_json_types():
    flat = evaluation_as_builtins(measured(6, 0.5, validation=0.75))
    assert flat == {
        "step": 6, "epoch": 1.5, "seconds": 6.0,
        "train_loss": 0.25, "train_accuracy": 0.75, "train_correct": 30, "train_total": 40,
        "test_loss": 0.5, "test_accuracy": 0.75, "test_correct": 15, "test_total": 20,
        "validation_loss": 0.75, "validation_accuracy": 0.3, "validation_correct": 3,
        "validation_total": 10,
    }  # fmt: skip
    assert json.loads(json.dumps(flat)) == flat
    without = evaluation_as_builtins(measured(6, 0.5))
    assert without.keys() == {name for name in flat if not name.startswith("validation")}


numbers = st.floats(0, 1e30)
scores = st.builds(Score, numbers, st.integers(0, 60_000), st.integers(1, 60_000))
evaluations = st.builds(
    Evaluation, st.integers(0, 10**9), numbers, scores, scores, st.none() | scores, numbers
)


@given(st.lists(evaluations, max_size=5))
def test_evaluations_survive_a_file(several: list[Evaluation]):
    assert evaluations_from_json(evaluations_to_json(several)) == several


@pytest.mark.parametrize("text", ["", "{}", "[1]", '[{"step": 1}]', "[", "null"])
def test_anything_else_is_refused(text: str):
    with pytest.raises(msgspec.MsgspecError):
        evaluations_from_json(text)


def test_curves_of_a_loss_beyond_bounds():
    history = History(Recipe())
    history.add(Step(1, 0.25, inf, 0.1, 32))
    assert np.isinf(history.step_curve()[1]).all()
