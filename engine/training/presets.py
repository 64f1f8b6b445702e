"""Recipes worth starting from, each with a sentence on what to watch."""

from __future__ import annotations

from dataclasses import dataclass

from engine.presets import chosen_preset
from engine.training.recipe import (
    Activation,
    Initialization,
    Normalization,
    Optimizer,
    Output,
    Recipe,
    Schedule,
)


@dataclass(frozen=True)
class Preset:
    """A named recipe. `is_mistake` marks those that go wrong on purpose."""

    key: str
    label: str
    watch: str
    recipe: Recipe
    is_mistake: bool = False


PRESETS: dict[str, Preset] = {
    preset.key: preset
    for preset in (
        Preset(
            "homework",
            "Homework, part 3",
            "Training loss keeps falling; test loss turns up at about epoch 16. From there on the "
            "network learns its training images by heart.",
            Recipe(),
        ),
        Preset(
            "first_minute",
            "First minute",
            "Four measurements an epoch: most of what will ever be learned is learned in the "
            "first thirty seconds.",
            Recipe(epochs=5, evaluation_interval=0.25),
        ),
        Preset(
            "past_90",
            "Past 90 %",
            "Batch norm, mirror images, light dropout and a one-cycle rate: the test curve stays "
            "with the training curve, and passes what the plain recipe never reaches.",
            Recipe(
                batch_norm=True,
                flip=True,
                dropout=0.1,
                schedule=Schedule.ONE_CYCLE,
                learning_rate=0.003,
                normalization=Normalization.STANDARDIZED,
                initialization=Initialization.HE,
            ),
        ),
        Preset(
            "rate_too_large",
            "Learning rate 1",
            "The first steps throw the weights so far that most ReLUs never fire again: loss jumps "
            "to thousands, then sticks at ln 10 = 2.303, pure guessing.",
            Recipe(learning_rate=1.0, epochs=5, evaluation_interval=0.25),
            is_mistake=True,
        ),
        Preset(
            "all_zero",
            "All weights zero",
            "Every hidden unit is 0, so every gradient but the last bias's is 0: loss stays at "
            "ln 10 = 2.303 and accuracy at 10 %, for ever.",
            Recipe(initialization=Initialization.ZEROS, epochs=5, evaluation_interval=0.25),
            is_mistake=True,
        ),
        Preset(
            "double_softmax",
            "Softmax before the cross-entropy",
            "Accuracy looks decent, but the loss cannot fall below 1.461: cross-entropy applies "
            "its own softmax to probabilities that already lie in [0, 1].",
            Recipe(output=Output.SOFTMAX, epochs=10),
            is_mistake=True,
        ),
        Preset(
            "few_images",
            "200 images only",
            "Training accuracy reaches 100 % while the test loss climbs without end: the network "
            "has room to learn 200 images by heart, and nothing makes it do better.",
            Recipe(training_images=200, batch_size=20, epochs=100),
            is_mistake=True,
        ),
        Preset(
            "deep_sigmoid",
            "20 sigmoid layers",
            "A sigmoid's slope is at most ¼, so the gradient shrinks at every layer: look at the "
            "gradients inside the network, the first layers learn nothing.",
            Recipe(
                hidden=(64,) * 20,
                activation=Activation.SIGMOID,
                optimizer=Optimizer.SGD,
                learning_rate=0.1,
                epochs=5,
                evaluation_interval=0.25,
            ),
            is_mistake=True,
        ),
    )
}


def find_preset(key: str) -> Preset:
    """The preset `key`; raises `SpecError` with the known ones otherwise."""
    return chosen_preset(PRESETS, key)


def matching_preset(recipe: Recipe) -> Preset | None:
    """The preset that a recipe is, changes in mid-run and seed aside."""
    plain = recipe.replaced(changes=(), seed=0)
    return next((preset for preset in PRESETS.values() if preset.recipe == plain), None)
