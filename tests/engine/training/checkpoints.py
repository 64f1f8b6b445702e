"""Checkpoints for tests: interrupted runs, and what is said of files that cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.data.images import ImageSet
from engine.errors import CheckpointError
from engine.training.checkpoint import load_checkpoint, read_recipe
from engine.training.recipe import Change, Recipe
from engine.training.run import Training

CHANGES = (
    Change(0, {"dropout": 0.2}),
    Change(4, {"learning_rate": 0.02, "weight_decay": 0.1}),
    Change(7, {"label_smoothing": 0.3}),
)
def trained_to(recipe: Recipe, images: ImageSet, events: int) -> Training:
    training = Training(recipe, images)
    stream = training.events()
    for _ in range(events):
        next(stream)
    return training


def refusal(path: Path) -> str:
    """What `load_checkpoint` says; `read_recipe` may only succeed or say something like it."""
    with pytest.raises(CheckpointError) as caught:
        load_checkpoint(path)
    texts = [str(caught.value)]
    try:
        read_recipe(path)
    except CheckpointError as error:
        texts.append(str(error))
    assert all(is_one_sentence(text) for text in texts), texts
    return texts[0]


def is_one_sentence(text: str) -> bool:
    return text.endswith(".") and "\n" not in text and len(text) < 600 and "Traceback" not in text
