"""Same recipe, same numbers, to the last bit, whatever happens around the run."""

from __future__ import annotations

import random
import threading
from typing import Any

import numpy as np
import pytest
import torch
from toys import BUSY, SMALL, finish, outcome

from engine.data.images import ImageSet
from engine.training.recipe import Recipe
from engine.training.run import Training

WATCHED = np.array([0, 5, 7])


def test_the_same_recipe_twice(images: ImageSet, undisturbed: dict[str, Any]):
    training = Training(BUSY, images)
    finish(training)
    assert outcome(training) == undisturbed


def test_another_seed_is_another_run(images: ImageSet, undisturbed: dict[str, Any]):
    training = Training(BUSY.replaced(seed=1), images)
    finish(training)
    assert outcome(training)["weights"] != undisturbed["weights"]
    assert outcome(training)["losses"][0] != undisturbed["losses"][0]


@pytest.mark.parametrize(
    "other", [{"flip": True}, {"dropout": 0.2}, {"batch_norm": True}, {"normalization": "unit"}]
)
def test_streams_are_separate(images: ImageSet, other: dict[str, Any]):
    """Switching one source of randomness on changes neither the order nor the first weights."""

    def order(recipe: Recipe) -> list[list[int]]:
        training, seen = Training(recipe, images), []
        take = training.train.at
        training.train.at = lambda indices: seen.append(indices.tolist()) or take(indices)
        first = training.network[0].weight.tolist()
        finish(training)
        return [*seen, first]

    assert order(SMALL.replaced(**other)) == order(SMALL)


def test_with_a_look_inside_at_every_event(images: ImageSet, undisturbed: dict[str, Any]):
    training = Training(BUSY, images)
    for _ in training.events():
        inside = training.inspect(WATCHED, 4)
        assert inside.probabilities.sum(axis=1) == pytest.approx(np.ones(3), abs=1e-5)
    assert outcome(training) == undisturbed


@pytest.mark.parametrize("seed", range(6))
def test_closed_and_opened_again_anywhere(
    images: ImageSet, undisturbed: dict[str, Any], seed: int
):
    training, dice = Training(BUSY, images), random.Random(seed)
    while training.history.ending is None:
        events = training.events()
        for _ in range(dice.randint(1, 15)):
            next(events, None)
        events.close()
    assert outcome(training) == undisturbed


def test_with_random_numbers_drawn_by_others(images: ImageSet, undisturbed: dict[str, Any]):
    training = Training(BUSY, images)
    for _ in training.events():
        torch.rand(3)
        np.random.rand(3)
        random.random()
    assert outcome(training) == undisturbed


def test_the_streams_of_others_are_left_alone(images: ImageSet):
    states = torch.get_rng_state(), np.random.get_state()[1].tolist(), random.getstate()
    training = Training(BUSY, images)
    training.inspect(WATCHED, 4)
    finish(training)
    assert torch.equal(torch.get_rng_state(), states[0])
    assert np.random.get_state()[1].tolist() == states[1]
    assert random.getstate() == states[2]


def test_in_step_with_another_run(images: ImageSet, undisturbed: dict[str, Any]):
    first, second = Training(BUSY, images), Training(BUSY.replaced(seed=4), images)
    others = second.events()
    for _ in first.events():
        next(others, None)
    assert outcome(first) == undisturbed
    finish(second)
    alone = Training(BUSY.replaced(seed=4), images)
    finish(alone)
    assert outcome(second) == outcome(alone)


def test_in_other_threads_at_once(images: ImageSet, undisturbed: dict[str, Any]):
    runs = [Training(BUSY, images) for _ in range(2)]
    threads = [threading.Thread(target=finish, args=(training,)) for training in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [outcome(training) for training in runs] == [undisturbed] * 2
