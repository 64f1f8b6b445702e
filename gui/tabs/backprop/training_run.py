"""One training as the window knows it: its job, and everything that has come out of it so far."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum
from pathlib import Path

import numpy as np

from engine.backprop.spec import BackpropSpec
from engine.backprop.training import (
    Diverged,
    Evaluation,
    Finished,
    Norms,
    Progress,
    RateChanged,
    Ready,
    Snapshot,
    Training,
    live_training,
)
from engine.errors import ChalknetError
from engine.runs.thinning import Thinned
from gui.job import Job, JobState

#: Copying the weights takes a moment from the training; twice a second is alive enough.
LOOK_EVERY_S = 0.5
#: Points of the loss curves, and of each layer's gradient norm.
MOST_POINTS, MOST_NORMS = 300, 64
Curve = tuple[np.ndarray, np.ndarray]


class RunState(Enum):
    """Where a training stands."""

    PREPARING = "preparing"  # images and network are being made, and tested once
    READY = "ready"  # at rest before the first update
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    DIVERGED = "diverged"
    STOPPED = "stopped"
    FAILED = "failed"


class Record:
    """What a training has reported. Curves are (x, y) over the training images seen."""

    def __init__(self, recipe: BackpropSpec) -> None:
        self.recipe = recipe
        self.ready: Ready | None = None
        self.losses, self.running = Thinned(MOST_POINTS), Thinned(MOST_POINTS)
        self.norms = [Thinned(MOST_NORMS) for _ in recipe.sizes[1:]]
        self.evaluations: list[Evaluation] = []
        self.rates: list[RateChanged] = []
        self.images = 0
        self.epoch = 0.0
        self.ending: Diverged | Finished | None = None

    @property
    def steps(self) -> int:
        """Updates so far."""
        return self.losses.count

    @property
    def images_per_step(self) -> float:
        """Training images that an update sees, on average over an epoch."""
        if self.ready is None:
            return float(self.recipe.batch_size)
        count = len(self.ready.training.images.training_labels)
        return (self.recipe.training_images or count) / self.ready.steps_per_epoch

    @property
    def total_images(self) -> float:
        """Training images that the whole run sees."""
        return self.images_per_step * (self.ready.total_steps if self.ready else 1)

    def take(self, item: object) -> None:
        """Note an event."""
        if isinstance(item, Progress):
            self.losses.add(item.losses)
            self.running.add(item.running)
            self.images, self.epoch = item.images, item.epoch
        elif isinstance(item, Norms):
            for thinned, norm in zip(self.norms, item.norms, strict=True):
                thinned.add(np.array([norm]))
        elif isinstance(item, Evaluation):
            self.evaluations.append(item)
        elif isinstance(item, RateChanged):
            self.rates.append(item)
        elif isinstance(item, Ready):
            self.ready = item
        elif isinstance(item, Diverged | Finished):
            self.ending = item

    def curve(self, thinned: Thinned, steps: int = 1) -> Curve:
        """A thinned quantity that is known at every so many updates."""
        places, means = thinned.curve()
        return self.images_per_step * steps * places, means

    def test_curve(self, quantity: str) -> Curve:
        """`test_loss` or `accuracy` of every evaluation."""
        x = np.array([self.images_per_step * e.step for e in self.evaluations])
        return x, np.array([getattr(e, quantity) for e in self.evaluations])

    def markers(self) -> list[tuple[float, str]]:
        """Where the learning rate was changed in mid-run."""
        return [(self.images_per_step * one.step, f"η {one.learning_rate:g}")
                for one in self.rates]


class TrainingRun:
    """A training and its job. It starts at once, and rests before its first update.

    `ready.training` belongs to the worker: it is only touched through `job.call`, or after the job
    is over.
    """

    def __init__(self, recipe: BackpropSpec, data_dir: Path | None) -> None:
        self.recipe = recipe
        #: The recipe with the learning rate that the run has been told, in force yet or not.
        self.told = recipe.replaced(changes=())
        self.record = Record(self.recipe)
        self.problem = ""
        #: Whether it still runs up to its starting point, rather than at the user's command.
        self.is_preparing = True
        self._training: Training | None = None
        self._data_dir = data_dir
        self.job = Job(
            self._events, observe=self._look, observe_every_s=LOOK_EVERY_S,
            is_beat=lambda item: isinstance(item, Progress),
        )
        self.job.run_until(lambda item: isinstance(item, Evaluation | Diverged))

    @property
    def state(self) -> RunState:
        """Where it stands."""
        job = self.job.state
        if job is JobState.RUNNING:
            return RunState.PREPARING if self.is_preparing else RunState.RUNNING
        if job is JobState.PAUSED:
            return RunState.PAUSED if self.record.steps else RunState.READY
        if job is JobState.FINISHED:
            diverged = isinstance(self.record.ending, Diverged)
            return RunState.DIVERGED if diverged else RunState.FINISHED
        return RunState.STOPPED if job is JobState.CANCELLED else RunState.FAILED

    def drain(self) -> tuple[bool, Snapshot | None]:
        """Take in what the worker has sent: whether there was anything, and its latest look."""
        items, snapshot = self.job.mailbox.drain()
        for item in items:
            if isinstance(item, ChalknetError):
                self.problem = str(item)
            else:
                self.record.take(item)
        if self.job.state is not JobState.RUNNING:
            self.is_preparing = False
        return bool(items), snapshot  # type: ignore[return-value]

    def change_rate(self, learning_rate: float) -> None:
        """Another learning rate from the next update on."""
        self.told = self.told.replaced(learning_rate=learning_rate)

        def change(training: Training) -> None:
            try:
                training.change_rate(learning_rate)
            except ChalknetError as error:
                self.job.mailbox.put(error)

        self._tell(change)

    def set_pace(self, pace: int | None) -> None:
        """How many updates an event reports at most; None for as many as time allows."""
        self._tell(lambda training: setattr(training, "pace", pace))

    def _tell(self, action: Callable[[Training], None]) -> None:
        def act() -> None:
            if self._training is not None:
                action(self._training)

        self.job.call(act)

    def last_look(self) -> Snapshot | None:
        """The weights as they are once the job is over, however it ended."""
        return self._look()

    # --- in the worker --------------------------------------------------------------------------

    def _events(self) -> Iterator[object]:
        for event in live_training(self.recipe, self._data_dir):
            if isinstance(event, Ready):
                self._training = event.training
            yield event

    def _look(self) -> Snapshot | None:
        return None if self._training is None else self._training.snapshot()
