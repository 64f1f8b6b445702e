"""The homework preset through Chalknet's own generator, without a window.

    python -m tests.bench.sides.generator [EPOCHS]
"""

from __future__ import annotations

import sys
import time

from engine.data.images import load_images
from engine.training.events import Evaluation
from engine.training.presets import PRESETS
from engine.training.run import Training
from tests.bench.sides.outcome import measured, report, timed_epochs


def main() -> None:
    recipe = PRESETS["homework"].recipe
    images = load_images(recipe.data)
    training = Training(recipe, images)
    epochs = int(sys.argv[1]) - 1 if sys.argv[1:] else timed_epochs(training.steps_per_epoch)
    started = 0.0
    for event in training.events():
        if isinstance(event, Evaluation) and event.epoch == 1:  # until here was the warm-up
            started = time.perf_counter()
        if isinstance(event, Evaluation) and event.epoch == 1 + epochs:
            break
    seconds = time.perf_counter() - started
    report(
        seconds=seconds, epochs=epochs,
        steps_per_s=epochs * training.steps_per_epoch / seconds, epoch_s=seconds / epochs,
        measured=measured(training.history), data=images.describe(),
    )


if __name__ == "__main__":
    main()
