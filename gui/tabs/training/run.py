"""One run as the window knows it: its job, and everything that has come out of it so far."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.errors import ChalknetError
from engine.runs.history import History
from engine.training.events import (
    AutosaveFailed,
    Diverged,
    Evaluating,
    Evaluation,
    Ready,
    Refused,
    Step,
    TestResult,
)
from engine.training.recipe import Recipe
from gui.job import Job, JobState

if TYPE_CHECKING:
    from engine.training.inspection import Inspection

#: How many units of layer 1 are shown as images.
FIRST_LAYER_UNITS = 32
#: Looking inside takes time from the training; twice a second is alive enough.
LOOK_EVERY_S = 0.5


class RunState(Enum):
    """Where a run stands, as the window sees it."""

    LOADING = "loading"  # torch is not there yet
    PREPARING = "preparing"  # images and network are being made
    READY = "ready"  # at rest before the first step
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    DIVERGED = "diverged"
    STOPPED = "stopped"
    FAILED = "failed"


class Run:
    """A run, new or from a checkpoint. It starts at once and rests before its first new step.

    `ready` holds the training itself, which belongs to the worker: it is only touched through
    `job.call`, or after the job is over. `watched` is replaced, never altered, so that the worker
    can read it at any time.
    """

    def __init__(
        self,
        recipe: Recipe,
        data_dir: Path | None,
        autosave: Path,
        checkpoint: Path | None = None,
    ) -> None:
        self.recipe = recipe
        #: The recipe with the live settings that the run has been told, in force yet or not.
        self.told = recipe.replaced(changes=())
        self.history = History(recipe)
        self.result: TestResult | None = None
        self.ready: Ready | None = None
        self.evaluating: Evaluating | None = None
        self.problem = ""
        self.watched = np.empty(0, dtype=np.int64)
        #: Whether it still runs up to its starting point, rather than at the user's command.
        self.is_preparing = True
        #: Whether the user has stopped it for good.
        self.is_given_up = False
        self._source = (data_dir, autosave, checkpoint)
        self._worker_ready: Ready | None = None
        self.job = Job(
            self._events,
            observe=self._inspect,
            observe_every_s=LOOK_EVERY_S,
            is_beat=lambda item: isinstance(item, Step),
        )
        first_look = Evaluation if checkpoint is None else TestResult
        self.job.run_until(lambda item: isinstance(item, first_look))

    @property
    def is_opened(self) -> bool:
        """Whether it comes from a file."""
        return self._source[2] is not None

    @property
    def has_steps(self) -> bool:
        """Whether something was trained that could be lost."""
        return bool(self.history.step_losses)

    @property
    def is_unfinished(self) -> bool:
        """Whether there are trained steps and the end was not reached."""
        return self.has_steps and self.history.ending is None

    @property
    def state(self) -> RunState:
        """Where the run stands."""
        job = self.job.state
        if job is JobState.RUNNING:
            return RunState.PREPARING if self.is_preparing else RunState.RUNNING
        if job is JobState.PAUSED:
            return RunState.PAUSED if self.has_steps else RunState.READY
        if job is JobState.FINISHED:
            diverged = isinstance(self.history.ending, Diverged)
            return RunState.DIVERGED if diverged else RunState.FINISHED
        return RunState.STOPPED if job is JobState.CANCELLED else RunState.FAILED

    def drain(self) -> tuple[list[object], Inspection | None]:
        """Take in what the worker has sent; returns it for whoever wants to see it."""
        items, inspection = self.job.mailbox.drain()
        for item in items:
            self._take(item)
        if self.job.state is not JobState.RUNNING:
            self.is_preparing = False
            self.evaluating = None
        return items, inspection  # type: ignore[return-value]

    def _take(self, item: object) -> None:
        self.evaluating = item if isinstance(item, Evaluating) else None
        if isinstance(item, Ready):
            self.ready = item
            self.history = item.history
            self.recipe = item.history.recipe
            self.told = self.recipe.at(len(self.history.step_losses))
        elif isinstance(item, TestResult):
            self.result = item
        elif isinstance(item, Refused):
            pass  # of what was never built there is nothing to keep
        elif isinstance(item, AutosaveFailed):
            self.problem = item.problem
        elif isinstance(item, ChalknetError):
            self.problem = str(item)
        else:
            self.history.add(item)

    def change(self, values: dict[str, float]) -> None:
        """Change live settings from the next step on."""
        self.told = self.told.replaced(**values)

        def change_training() -> None:
            if self._worker_ready is not None:
                try:
                    self._worker_ready.training.change(**values)
                except ChalknetError as error:
                    self.job.mailbox.put(error)

        self.job.call(change_training)

    def save(self, path: Path) -> None:
        """Write a checkpoint, now; a problem is reported like any other."""
        self.problem = ""

        def save_training() -> None:
            from engine.training.checkpoint import save_checkpoint

            if self._worker_ready is not None:
                try:
                    save_checkpoint(self._worker_ready.training, path)
                except ChalknetError as error:
                    self.job.mailbox.put(error)

        if self.job.state.is_over:
            save_training()
        else:
            self.job.call(save_training)

    def watch(self, watched: np.ndarray) -> None:
        """Look at these test images (k,) from now on, at once if the run rests or is over."""
        if np.array_equal(watched, self.watched):
            return
        self.watched = watched
        if not self.job.state.is_over:
            self.job.call(lambda: None)
        elif (inspection := self._inspect()) is not None:
            self.job.mailbox.put_latest(inspection)

    # --- in the worker --------------------------------------------------------------------------

    def _events(self) -> Iterator[object]:
        from engine.training.live import live_run

        data_dir, autosave, checkpoint = self._source
        for event in live_run(self.recipe, data_dir, autosave, checkpoint):
            if isinstance(event, Ready):
                self._worker_ready = event
            yield event

    def _inspect(self) -> Inspection | None:
        if self._worker_ready is None:
            return None
        return self._worker_ready.training.inspect(self.watched, FIRST_LAYER_UNITS)
