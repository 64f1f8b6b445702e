"""Settings changed in mid-run: recorded, reproducible, refused where they cannot be."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from toys import BUSY, SMALL, finish, outcome

from engine.data.images import ImageSet
from engine.errors import SpecError
from engine.training.events import Changed, Evaluation, Event, Finished, Step
from engine.training.recipe import Change, Optimizer, Recipe
from engine.training.run import Training


def run_with(images: ImageSet, recipe: Recipe, at: dict[int, dict[str, float]]) -> Training:
    """Change settings as soon as so many steps are made."""
    training = Training(recipe, images)
    if 0 in at:
        training.change(**at[0])
    for event in training.events():
        if isinstance(event, Step) and event.step in at:
            training.change(**at[event.step])
    return training


CHANGES = {
    0: {"label_smoothing": 0.2},
    3: {"learning_rate": 0.05, "dropout": 0.6},
    4: {"weight_decay": 0.2},
    9: {"learning_rate": 0.001, "dropout": 0.0},
}


@pytest.mark.parametrize("recipe", [BUSY, SMALL])
@pytest.mark.parametrize("optimizer", list(Optimizer))
def test_the_recorded_recipe_reproduces_a_changed_run(
    images: ImageSet, recipe: Recipe, optimizer: Optimizer
):
    training = run_with(images, recipe.replaced(optimizer=optimizer), CHANGES)
    assert training.recipe.changes == tuple(Change(step, v) for step, v in CHANGES.items())
    again = Training(training.recipe, images)
    changed = [event.change.step for event in finish(again) if isinstance(event, Changed)]
    assert changed == list(CHANGES)
    assert outcome(again) == outcome(training)
    plain = Training(recipe.replaced(optimizer=optimizer), images)
    finish(plain)
    assert outcome(plain)["weights"] != outcome(training)["weights"]


def test_an_unsorted_recipe_is_the_same_run(images: ImageSet):
    recipe = SMALL.replaced(changes=tuple(Change(step, v) for step, v in CHANGES.items()))
    backwards = recipe.replaced(changes=recipe.changes[::-1])
    runs = Training(recipe, images), Training(backwards, images)
    for training in runs:
        finish(training)
    assert outcome(runs[0])["weights"] == outcome(runs[1])["weights"]


def test_changes_reach_optimiser_dropout_and_loss(images: ImageSet):
    """Against a plain SGD step on the weights before it, with the settings written out."""
    recipe = SMALL.replaced(optimizer="sgd", batch_size=230, learning_rate=0.1, epochs=2)
    training = Training(recipe, images)
    for event in training.events():
        if isinstance(event, Evaluation) and event.step == 1:
            break
    training.change(learning_rate=0.3, weight_decay=0.5, label_smoothing=0.4)
    before = [p.detach().clone() for p in training.network.parameters()]
    inputs = training.train.images.float() * (1 / 255)
    loss = torch.nn.functional.cross_entropy(
        training.network(inputs), training.train.labels, label_smoothing=0.4
    )
    gradients = torch.autograd.grad(loss, list(training.network.parameters()))
    finish(training)
    after = [w - 0.3 * (g + 0.5 * w) for w, g in zip(before, gradients, strict=True)]
    for ours, theirs in zip(training.network.parameters(), after, strict=True):
        assert torch.allclose(ours, theirs, atol=1e-6)


def test_a_changed_dropout_drops_that_share(images: ImageSet):
    training = Training(SMALL.replaced(dropout=0.2), images)
    shares: dict[int, list[float]] = {}

    def count(module: torch.nn.Module, inputs: tuple[torch.Tensor], output: torch.Tensor) -> None:
        alive = inputs[0] != 0
        if module.training:
            dropped = ((output == 0) & alive).sum() / alive.sum()
            shares.setdefault(training.step // 4, []).append(float(dropped))

    training.network.dropout1.register_forward_hook(count)
    for event in training.events():
        if isinstance(event, Step) and event.step in (4, 8):
            training.change(dropout={4: 0.8, 8: 0.0}[event.step])
    means = [float(np.mean(shares[epoch])) for epoch in range(3)]
    assert means == pytest.approx([0.2, 0.8, 0.0], abs=0.05)


def test_to_the_same_value_changes_no_number(images: ImageSet, undisturbed: dict[str, Any]):
    at = {5: {"learning_rate": BUSY.learning_rate, "dropout": BUSY.dropout}}
    training = run_with(images, BUSY, at)
    assert training.recipe.changes == (Change(5, at[5]),)
    assert outcome(training) | {"recipe": None} == undisturbed | {"recipe": None}


def test_twice_at_one_step_the_last_word_counts(images: ImageSet):
    training = Training(SMALL, images)
    changed = []
    for event in training.events():
        if isinstance(event, Step) and event.step == 4:
            training.change(learning_rate=0.5, dropout=0.3)
            training.change(learning_rate=0.02)
        elif isinstance(event, Changed):
            changed.append(event)
    assert changed == [Changed(Change(4, {"learning_rate": 0.02, "dropout": 0.3}), 1.0)]
    assert list(training.history.learning_rates) == [0.001] * 4 + [0.02] * 8
    assert training.history.changes() == [(1.0, changed[0].change)]


def test_while_a_change_is_reported(images: ImageSet):
    training = Training(SMALL.replaced(changes=(Change(4, {"learning_rate": 0.5}),)), images)
    changed = []
    for event in training.events():
        if isinstance(event, Changed):
            changed.append(event.change)
            if len(changed) == 1:
                training.change(learning_rate=0.02, weight_decay=0.1)
    assert changed == [
        Change(4, {"learning_rate": 0.5}), Change(4, {"learning_rate": 0.02, "weight_decay": 0.1})
    ]  # fmt: skip
    assert training.recipe.changes == (changed[1],)
    assert list(training.history.learning_rates) == [0.001] * 4 + [0.02] * 8
    again = Training(training.recipe, images)
    finish(again)
    assert outcome(again) == outcome(training)


@pytest.mark.parametrize("step", [0, 2, 4])
def test_closed_while_a_change_is_reported(images: ImageSet, step: int):
    """Also at the start of an epoch, when its order has been drawn and no step made yet."""
    recipe = BUSY.replaced(changes=(Change(step, {"dropout": 0.5}),))
    whole = Training(recipe, images)
    finish(whole)
    training = Training(recipe, images)
    for event in training.events():
        if isinstance(event, Changed):
            break
    assert training.step == step
    finish(training)
    assert outcome(training) == outcome(whole)


def test_a_change_during_an_evaluation_takes_effect_at_the_next_step(images: ImageSet):
    training = Training(SMALL, images)
    for event in training.events():
        if isinstance(event, Evaluation) and event.step == 8:
            training.change(learning_rate=0.25)
    assert list(training.history.learning_rates) == [0.001] * 8 + [0.25] * 4
    assert training.recipe.changes == (Change(8, {"learning_rate": 0.25}),)


def test_a_changed_rate_scales_the_schedule(images: ImageSet):
    recipe = SMALL.replaced(schedule="cosine", learning_rate=0.01)
    plain, changed = Training(recipe, images), run_with(images, recipe, {6: {"learning_rate": 0.1}})
    finish(plain)
    rates = np.array(plain.history.learning_rates)
    expected = np.concatenate([rates[:6], 10 * rates[6:]])
    assert np.array(changed.history.learning_rates) == pytest.approx(expected, rel=1e-12)


BAD_CHANGES = [
    ({"learning_rate": 0.0}, "Learning rate must be a number from 1e-06 to 10"),
    ({"learning_rate": 11.0}, "Learning rate must be a number from 1e-06 to 10"),
    ({"learning_rate": float("nan")}, "Learning rate must be a number from 1e-06 to 10"),
    ({"dropout": 0.95}, "Dropout must be a number from 0 to 0.9"),
    ({"dropout": 0.5, "label_smoothing": -0.1}, "Label smoothing must be a number from 0 to 0.5"),
    ({"weight_decay": 1.5}, "Weight decay must be a number from 0 to 1"),
    ({"epochs": 5}, "“epochs” cannot change in mid-run"),
    ({"learning_rate": "fast"}, "not a number|no valid recipe"),
]


@pytest.mark.parametrize(("values", "words"), BAD_CHANGES)
def test_a_bad_change_alters_nothing(
    images: ImageSet, undisturbed: dict[str, Any], values: dict[str, Any], words: str
):
    training = Training(BUSY, images)
    for event in training.events():
        if isinstance(event, Step | Evaluation) and training.step < training.total_steps:
            with pytest.raises(SpecError, match=words):
                training.change(**values)
    assert outcome(training) == undisturbed


def test_a_run_that_is_over_cannot_change(images: ImageSet):
    training = Training(SMALL, images)
    refused: list[Event] = []
    for event in training.events():
        if training.step == training.total_steps:
            with pytest.raises(SpecError, match="The run is over"):
                training.change(learning_rate=0.1)
            refused.append(event)
    assert isinstance(refused[0], Step)
    assert isinstance(refused[-1], Finished)
    with pytest.raises(SpecError, match="The run is over"):
        training.change(learning_rate=0.1)
    assert training.recipe == SMALL
