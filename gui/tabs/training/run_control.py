"""Joins the spec to a run: prepares, plays, pauses, changes and ends it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from engine.runs.history import History
from engine.runs.pace import Pace
from engine.training.events import Evaluation, Ready, Refused, Step, TestResult
from engine.training.recipe import LIVE_FIELDS, Recipe
from engine.training.tab_spec import TrainingSpec
from gui.job import Job, JobState
from gui.mail_timer import MailTimer
from gui.spec_store import SpecStore
from gui.tabs.training.run import Run, RunState

#: A slider being dragged should not build a network at every pixel.
PREPARE_AFTER_MS = 200


class RunControl(QObject):
    """At most one run in progress, for the recipe of the spec; the one before stays as a ghost."""

    prepared = Signal()  # images and first weights are there
    refused = Signal(object)  # only images are: the recipe's network cannot be built
    updated = Signal()  # the history grew
    inspected = Signal(object)
    opened = Signal(object)  # the path of a run that has taken its place
    state_changed = Signal()

    def __init__(self, store: SpecStore, data_dir: Path | None, autosave: Path) -> None:
        super().__init__()
        self.store = store
        self.run: Run | None = None
        self.ghost: History | None = None
        #: Whether the recipe has changed in a way that needs a new run.
        self.is_stale = False
        #: Why the file that was to be opened could not be.
        self.problem = ""
        self.pace = Pace()
        self._data_dir = data_dir
        self._autosave = autosave
        self._is_shut_down = False
        self._candidate: tuple[Path, Run] | None = None
        self._retired: list[Job] = []
        self._drain_timer = MailTimer(self)
        self._drain_timer.timeout.connect(self.drain)
        self._prepare_timer = QTimer(self, interval=PREPARE_AFTER_MS, singleShot=True)
        self._prepare_timer.timeout.connect(self.prepare)
        store.changed.connect(self._on_spec_changed)

    @property
    def spec(self) -> TrainingSpec:
        """The tab's spec."""
        spec = self.store.spec
        assert isinstance(spec, TrainingSpec)
        return spec

    @property
    def state(self) -> RunState:
        """Where the run stands."""
        if self.run is None:
            return RunState.LOADING
        return RunState.PREPARING if self._prepare_timer.isActive() else self.run.state

    def start(self) -> None:
        """Torch is there: make the first run, unless one was opened already."""
        if self.run is None:
            self.prepare()

    # --- what the user does ---------------------------------------------------------------------

    def prepare(self, *, with_ghost: bool = True) -> None:
        """Build the run of the recipe and rest before its first step.

        Without a ghost, what a run of this recipe comes to is not to be seen before it.
        """
        run = Run(self.spec.recipe, self._data_dir, self._autosave)
        self._begin(run, with_ghost=with_ghost)
        run.job.start()

    def open(self, checkpoint: Path) -> None:
        """Load a run, which rests where it was saved; the one before stays until that is done.

        What cannot be read is said in `problem` and changes nothing else.
        """
        if self._candidate is not None:
            self._retire(self._candidate[1].job)
        run = Run(self.spec.recipe, self._data_dir, self._autosave, checkpoint)
        self._candidate = checkpoint, run
        run.job.state_changed.connect(self._on_candidate_state)
        run.job.start()

    def save(self, path: Path) -> None:
        """Write the run to a file; what goes wrong is said in the run's `problem`."""
        if self.run is not None:
            self.run.save(path)
            self._expect_mail()

    def play(self) -> None:
        """Go on; or start anew, where the run is over or the recipe has changed."""
        self._go(Job.resume)

    def one_batch(self) -> None:
        """Take one optimiser step, then rest."""
        self._go(lambda job: job.run_until(lambda item: isinstance(item, Step)))

    def one_epoch(self) -> None:
        """Train to the end of the epoch, its evaluation included, then rest."""

        # Where evaluations are rarer than epochs, there is none to wait for.
        last = Evaluation if self.spec.recipe.evaluation_interval <= 1 else Step

        def ends_epoch(item: object) -> bool:
            return isinstance(item, last) and item.epoch.is_integer() and item.step > 0

        self._go(lambda job: job.run_until(ends_epoch))

    def until_epoch(self, epoch: float) -> None:
        """Train until `epoch`, an evaluation there included, then rest; nothing where it is over.
        """
        run, interval = self.run, self.spec.recipe.evaluation_interval
        if run is not None and not self.is_stale and run.history.epoch >= epoch:
            return
        is_measured = abs(epoch / interval - round(epoch / interval)) < 1e-6
        last = Evaluation if is_measured else Step

        def is_there(item: object) -> bool:
            return isinstance(item, last) and item.epoch >= epoch - 1e-9

        self._go(lambda job: job.run_until(is_there))

    def pause(self) -> None:
        """Rest after the current batch."""
        if self.run is not None:
            self.run.job.pause()

    def stop(self) -> None:
        """End the run where it is; its curves stay."""
        if self.run is not None:
            self.run.is_given_up = True
            self.run.job.cancel()
            self._autosave.unlink(missing_ok=True)

    def reset(self) -> None:
        """Stand before the first step again; the run so far stays as a ghost."""
        if self.run is not None:
            self._autosave.unlink(missing_ok=True)
            self.prepare()

    def release(self) -> tuple[Run, History | None] | None:
        """Give the run and its ghost away as they are, running or not; None where there is none."""
        run = self.run
        if run is None:
            return None
        self._prepare_timer.stop()
        self._drain_timer.stop()
        run.job.state_changed.disconnect()
        run.job.finished.disconnect(self._on_job_over)
        self.run = None
        return run, self.ghost

    def adopt(self, run: Run, ghost: History | None) -> None:
        """Go on with a run that another window's control released."""
        self.ghost = ghost
        self._begin(run)
        if run.ready is not None:
            self.prepared.emit()
        # Whoever has just come has not looked inside yet.
        run.watched = run.watched[:0]
        self._watch()

    def shut_down(self) -> None:
        """End every job; an unfinished run is kept for the next launch."""
        self._is_shut_down = True
        self._prepare_timer.stop()
        self._drain_timer.stop()
        runs = [self.run, self._candidate[1] if self._candidate else None]
        jobs = [*self._retired, *(run.job for run in runs if run is not None)]
        for job in jobs:
            job.cancel()
        ended = [job.stop_and_wait() for job in jobs]
        if self.run is not None and all(ended):
            self.run.drain()
            if self.run.is_given_up:
                self._autosave.unlink(missing_ok=True)
            elif self.run.is_unfinished and self.run.state is not RunState.FAILED:
                self.run.save(self._autosave)

    def _go(self, command: Callable[[Job], None]) -> None:
        run = self.run
        if run is None:
            return
        if self.is_stale or run.job.state.is_over or self._prepare_timer.isActive():
            self.prepare()
            run = self.run
            assert run is not None
        run.is_preparing = False
        self.problem = ""
        command(run.job)
        self.state_changed.emit()

    def _begin(self, run: Run, *, with_ghost: bool = True) -> None:
        """Put `run` in the place of the one before, which stays as a ghost."""
        self._prepare_timer.stop()
        old, self.run = self.run, run
        if old is not None:
            old.drain()
            if old.has_steps or not with_ghost:
                self.ghost = old.history if with_ghost else None
            self._retire(old.job)
        self.is_stale, self.problem = False, ""
        self.pace.rest()
        run.job.set_delay(self.spec.speed.delay_s)
        run.job.state_changed.connect(self._on_job_state)
        run.job.finished.connect(self._on_job_over)
        self._drain_timer.start()
        self.state_changed.emit()
        self.updated.emit()

    def _retire(self, job: Job) -> None:
        """Cancel a job and keep it until its thread is over: a QThread must not die running."""
        job.state_changed.disconnect()
        if job.isRunning():
            self._retired.append(job)
            job.finished.connect(self._on_retired_over)
            job.cancel()

    # --- changes of the spec --------------------------------------------------------------------

    def _on_spec_changed(self, old: TrainingSpec, new: TrainingSpec) -> None:
        run = self.run
        if run is None:
            return
        self.drain()
        if new.speed is not old.speed:
            run.job.set_delay(new.speed.delay_s)
        self._watch()
        if new.recipe != old.recipe:
            self._follow_recipe(run, new.recipe)
            self.state_changed.emit()
        self._expect_mail()

    def _follow_recipe(self, run: Run, recipe: Recipe) -> None:
        self.problem = ""
        self._prepare_timer.stop()
        differences = run.told.differences(recipe)
        if not run.has_steps:
            if differences:
                self._prepare_timer.start()
            return
        is_over = run.job.state.is_over
        self.is_stale = bool(differences if is_over else differences.keys() - LIVE_FIELDS)
        if self.is_stale:
            run.job.pause()
        elif differences:
            run.change(differences)

    def _watch(self) -> None:
        run = self.run
        if run is not None and run.ready is not None:
            count = len(run.ready.images.test_labels)
            run.watch(self.spec.images_to_show(run.result, count))

    # --- what comes from the worker -------------------------------------------------------------

    def drain(self) -> None:
        """Empty the mailbox and tell the views; nothing happens where it is empty."""
        run = self.run
        if run is None:
            return
        # Before the look into the mailbox: what comes after it is for the next one.
        is_at_rest = run.job.is_at_rest
        items, inspection = run.drain()
        for item in items:
            if isinstance(item, Ready):
                self._on_ready(run)
            elif isinstance(item, TestResult):
                self._watch()
            elif isinstance(item, Refused):
                self.refused.emit(item.images)
        if run.state is RunState.RUNNING:
            steps = len(run.history.step_losses)
            self.pace.note(time.monotonic(), steps, steps * run.recipe.batch_size)
        else:
            self.pace.rest()
        if items:
            self.updated.emit()
        if inspection is not None:
            self.inspected.emit(inspection)
        if is_at_rest and not items and inspection is None:
            self._drain_timer.stop()

    def _expect_mail(self) -> None:
        """Look into the mailbox soon, also where the run rests."""
        if self.run is not None and not self._drain_timer.isActive():
            self._drain_timer.start()

    def _on_ready(self, run: Run) -> None:
        self._watch()
        if run.is_opened and run.told != self.spec.recipe:
            self.store.apply(self.spec.replaced(recipe=run.told), self.tr("Open run"))
        self.prepared.emit()

    def _on_job_state(self) -> None:
        if self._is_shut_down:
            return
        self.drain()
        self._drain_timer.start()
        self.state_changed.emit()

    def _on_job_over(self) -> None:
        if not self._is_shut_down:
            self.drain()
            self.state_changed.emit()

    def _on_retired_over(self) -> None:
        self._retired = [job for job in self._retired if not job.isFinished()]

    def _on_candidate_state(self) -> None:
        """Take the opened run over once it rests, or say why it cannot be opened."""
        if self._candidate is None or self._is_shut_down:
            return
        path, run = self._candidate
        if run.job.state is JobState.PAUSED:
            self._candidate = None
            run.job.state_changed.disconnect(self._on_candidate_state)
            self._begin(run)
            self.drain()
            self.opened.emit(path)
        elif run.job.state.is_over:
            self._candidate = None
            self._retire(run.job)
            self.problem = run.job.error
            self.state_changed.emit()
