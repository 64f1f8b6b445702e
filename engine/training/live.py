"""A run for a window: finds the images, builds or loads the run, and keeps a checkpoint of it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

from engine.data.images import load_images
from engine.errors import ChalknetError, CheckpointError
from engine.training.checkpoint import load_checkpoint, save_checkpoint
from engine.training.events import (
    AutosaveFailed,
    Diverged,
    Evaluation,
    Event,
    Finished,
    Ready,
    Refused,
    Step,
)
from engine.training.recipe import Recipe
from engine.training.run import Training

log = logging.getLogger("chalknet")


def live_run(
    recipe: Recipe,
    data_dir: Path | None = None,
    autosave: Path | None = None,
    checkpoint: Path | None = None,
) -> Iterator[Event | Ready | Refused | AutosaveFailed]:
    """Train `recipe`, or go on with `checkpoint`; first `Ready`, then the events of the run.

    A loaded run is looked at on the test set before it goes on. After every epoch the run is
    written to `autosave`, which is removed when the run is over.

    Raises `DataError`, `SpecError` or `CheckpointError` before the first event, but for `Refused`,
    which says which images a recipe without a network would have had.
    """
    if checkpoint is not None:
        training = load_checkpoint(checkpoint, data_dir)
    else:
        images = load_images(recipe.data, data_dir)
        try:
            training = Training(recipe, images)
        except ChalknetError:
            yield Refused(images)
            raise
    yield Ready(
        training,
        training.history.copy(),
        training.total_steps,
        training.steps_per_epoch,
        training.device.type,
    )
    if checkpoint is not None:
        yield from training.look_at_test_set()
    for event in training.events():
        yield event
        if autosave is None:
            continue
        if isinstance(event, Finished | Diverged):
            autosave.unlink(missing_ok=True)
        elif isinstance(event, Step | Evaluation) and training.is_epoch_over:
            try:
                save_checkpoint(training, autosave)
            except CheckpointError as error:
                # Said once: the next epochs would fail for the same reason.
                log.warning("%s", error)
                autosave = None
                yield AutosaveFailed(str(error))
