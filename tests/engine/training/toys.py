"""Small runs for tests: images that are learned in a moment, recipes at random, what a run left."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st

from engine.data.catalogue import find_dataset
from engine.data.images import ImageSet
from engine.data.sources import Source
from engine.spec import Choice, Knob, knobs
from engine.training.events import Event, TestResult
from engine.training.recipe import LIVE_FIELDS, MOST_HIDDEN_LAYERS, Change, Recipe, Schedule
from engine.training.run import Training

#: Four steps an epoch, the last over 38 images only.
SMALL = Recipe(hidden=(16, 8), batch_size=64, epochs=3)

#: Everything that draws random numbers or carries a state from step to step.
BUSY = SMALL.replaced(
    batch_size=50, dropout=0.3, batch_norm=True, flip=True, shift=2, validation_share=0.2,
    label_smoothing=0.1, weight_decay=0.01, schedule=Schedule.ONE_CYCLE, learning_rate=0.01,
    evaluation_interval=0.5, normalization="standardized",
)  # fmt: skip


def toy_images(training: int = 230, test: int = 120, kind: str = "sample") -> ImageSet:
    """Ten noisy patterns on a black ground, with a black border like the real ones."""
    rng = np.random.default_rng(11)
    patterns = rng.integers(0, 200, (10, 28, 28))
    patterns[:, :3] = patterns[:, -3:] = patterns[:, :, :3] = patterns[:, :, -3:] = 0

    def draw(count: int) -> tuple[Any, Any]:
        labels = rng.permutation(np.arange(count) % 10).astype(np.uint8)
        noise = rng.integers(0, 56, (count, 28, 28)) * (patterns[labels] > 0)
        images = (patterns[labels] + noise).astype(np.uint8)
        images.flags.writeable = labels.flags.writeable = False
        return images, labels

    train, held_out = draw(training), draw(test)
    source = Source(kind, Path("toys"), "test")
    return ImageSet(find_dataset("fashion_mnist"), *train, *held_out, source)


def finish(training: Training) -> list[Event]:
    """Train to the end; what was reported."""
    return list(training.events())


def weights_digest(training: Training) -> str:
    """SHA-256 over the whole state of the network."""
    digest = hashlib.sha256()
    for name, tensor in training.network.state_dict().items():
        digest.update(name.encode())
        digest.update(tensor.numpy().tobytes())
    return digest.hexdigest()


def outcome(training: Training) -> dict[str, Any]:
    """What a run left, to the last bit; only the time that it took is left out."""
    history = training.history
    return {
        "weights": weights_digest(training),
        "losses": list(history.step_losses),
        "epochs": list(history.step_epochs),
        "rates": list(history.learning_rates),
        "evaluations": [replace(evaluation, seconds=0.0) for evaluation in history.evaluations],
        "ending": history.ending,
        "recipe": history.recipe,
    }


def last_result(events: list[Event]) -> tuple[Any, ...]:
    """The last test result, as values that compare."""
    result = [event for event in events if isinstance(event, TestResult)][-1]
    return (
        result.step, result.predicted.tolist(), result.losses.tolist(), result.confusion.tolist()
    )


def values(field: Knob) -> st.SearchStrategy[Any]:
    """Everything that a field accepts, from its knob alone."""
    if issubclass(field.kind, Choice):
        return st.sampled_from(list(field.kind))
    if field.kind is bool:
        return st.booleans()
    if field.kind is int:
        return st.integers(int(field.minimum), int(field.maximum))
    if field.kind is float:
        return st.floats(field.minimum, field.maximum)
    sizes = st.integers(int(field.minimum), int(field.maximum))
    return st.lists(sizes, max_size=MOST_HIDDEN_LAYERS)


def recipes(**fixed: Any) -> st.SearchStrategy[Recipe]:
    """Valid recipes, all fields drawn from their knobs but the fixed ones."""
    fields = knobs(Recipe)
    drawn = {name: values(field) for name, field in fields.items() if name not in fixed}
    if "training_images" in drawn:
        drawn["training_images"] = drawn["training_images"].filter(lambda n: n == 0 or n >= 10)
    live = st.dictionaries(st.sampled_from(sorted(LIVE_FIELDS)), st.just(0.25))
    change = st.builds(Change, step=st.integers(0, 10**6), values=live)
    drawn["changes"] = st.lists(change, max_size=3).map(tuple)
    return st.fixed_dictionaries(drawn).map(lambda d: Recipe().replaced(**d, **fixed))
