"""Joins the spec to a training: prepares, plays, pauses, steps, changes and ends it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from engine.backprop.spec import BackpropSpec
from engine.backprop.tab_spec import BackpropTabSpec, Speed
from engine.backprop.training import Evaluation, Progress
from engine.runs.pace import Pace
from gui.job import Job
from gui.mail_timer import MailTimer
from gui.tabs.backprop.training_run import Record, RunState, TrainingRun

#: A slider being dragged should not build a network at every pixel.
PREPARE_AFTER_MS = 200


class TrainingControl(QObject):
    """At most one training in progress, of the spec's recipe; the one before stays as a ghost."""

    #: The record grew, or is another.
    updated = Signal()
    #: A `Snapshot` of the weights.
    looked = Signal(object)
    state_changed = Signal()

    def __init__(self, data_dir: Path | None, parent: QObject) -> None:
        super().__init__(parent)
        self.run: TrainingRun | None = None
        self.ghost: Record | None = None
        #: Whether the recipe has changed in a way that needs a new run.
        self.is_stale = False
        self.pace = Pace()
        self._spec = BackpropTabSpec()
        self._data_dir = data_dir
        self._retired: list[Job] = []
        self._is_shut_down = False
        self._drain_timer = MailTimer(self)
        self._drain_timer.timeout.connect(self.drain)
        self._prepare_timer = QTimer(self, interval=PREPARE_AFTER_MS, singleShot=True)
        self._prepare_timer.timeout.connect(self.prepare)

    @property
    def state(self) -> RunState:
        """Where the training stands."""
        if self.run is None or self._prepare_timer.isActive():
            return RunState.PREPARING
        return self.run.state

    # --- the spec -------------------------------------------------------------------------------

    def show_spec(self, spec: BackpropTabSpec) -> None:
        """Follow the spec: its speed at once, its recipe as far as a run can change."""
        old, self._spec = self._spec, spec
        run = self.run
        if run is None:
            self.prepare()
            return
        if spec.speed is not old.speed:
            self._set_speed(run, spec.speed)
        self.drain()
        self._follow(run, spec.backprop)
        self._expect_mail()

    def _follow(self, run: TrainingRun, recipe: BackpropSpec) -> None:
        self._prepare_timer.stop()
        if not run.record.steps:
            self.is_stale = False
            if recipe != run.recipe:
                self._prepare_timer.start()
            self.state_changed.emit()
            return
        differences = run.told.differences(recipe.replaced(changes=()))
        is_over = run.job.state.is_over
        self.is_stale = bool(differences if is_over else differences.keys() - {"learning_rate"})
        if self.is_stale:
            run.job.pause()
        elif differences:
            run.change_rate(recipe.learning_rate)
        self.state_changed.emit()

    @staticmethod
    def _set_speed(run: TrainingRun, speed: Speed) -> None:
        run.set_pace(None if speed is Speed.FULL else 1)
        run.job.set_delay(speed.delay_s)

    # --- what the user does ---------------------------------------------------------------------

    def prepare(self, *, with_ghost: bool = True) -> None:
        """Build the run of the recipe, which rests before its first update.

        Without a ghost, what a run of this recipe comes to is not to be seen before it.
        """
        old, run = self.run, TrainingRun(self._spec.backprop, self._data_dir)
        self._prepare_timer.stop()
        self.run = run
        if old is not None:
            old.drain()
            if old.record.steps or not with_ghost:
                self.ghost = old.record if with_ghost else None
            self._retire(old.job)
        self._listen(run)
        run.job.start()
        self.state_changed.emit()
        self.updated.emit()

    def _listen(self, run: TrainingRun) -> None:
        self.is_stale = False
        self.pace.rest()
        run.job.set_delay(self._spec.speed.delay_s)
        run.job.state_changed.connect(self._on_job_state)
        run.job.finished.connect(self._on_job_over)
        self._drain_timer.start()

    def release(self) -> tuple[TrainingRun, Record | None] | None:
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

    def adopt(self, run: TrainingRun, ghost: Record | None) -> None:
        """Go on with a run that another window's control released."""
        assert self.run is None
        self.run, self.ghost = run, ghost
        self._listen(run)
        # Whoever has just come has not looked at the weights yet.
        if run.job.state.is_over:
            snapshot = run.last_look()
            if snapshot is not None:
                self.looked.emit(snapshot)
        else:
            run.job.call(lambda: None)
        self.state_changed.emit()
        self.updated.emit()

    def play(self) -> None:
        """Go on; or start anew, where the run is over or the recipe has changed."""
        self._go(Job.resume)

    def step(self) -> None:
        """One update, then rest."""
        self._go(lambda job: job.run_until(lambda item: isinstance(item, Progress)), pace=1)

    def one_epoch(self) -> None:
        """To the end of the epoch, its evaluation included, then rest."""

        def ends_epoch(item: object) -> bool:
            return isinstance(item, Evaluation) and item.step > 0 and item.epoch.is_integer()

        self._go(lambda job: job.run_until(ends_epoch))

    def until_epoch(self, epoch: float) -> None:
        """Train until `epoch`, an evaluation there included, then rest; nothing where it is over.
        """
        run = self.run
        if run is not None and not self.is_stale and (
            run.record.ending is not None or run.record.epoch >= epoch
        ):
            return

        def is_there(item: object) -> bool:
            return isinstance(item, Evaluation) and item.epoch >= epoch - 1e-9

        self._go(lambda job: job.run_until(is_there))

    def pause(self) -> None:
        """Rest after the current event."""
        if self.run is not None:
            self.run.job.pause()

    def stop(self) -> None:
        """End the run where it is; its curves stay."""
        if self.run is not None:
            self.run.job.cancel()

    def shut_down(self) -> None:
        """End every job and timer."""
        self._is_shut_down = True
        self._prepare_timer.stop()
        self._drain_timer.stop()
        jobs = [*self._retired, *([self.run.job] if self.run is not None else [])]
        for job in jobs:
            job.cancel()
        for job in jobs:
            job.stop_and_wait()

    def _go(self, command: Callable[[Job], None], pace: int | None = None) -> None:
        run = self.run
        if run is None or self.is_stale or run.job.state.is_over or self._prepare_timer.isActive():
            self.prepare()
            run = self.run
            assert run is not None
        run.is_preparing = False
        run.set_pace(pace or (None if self._spec.speed is Speed.FULL else 1))
        command(run.job)
        self._expect_mail()
        self.state_changed.emit()

    def _retire(self, job: Job) -> None:
        """Cancel a job and keep it until its thread is over: a QThread must not die running."""
        job.state_changed.disconnect()
        self._retired = [one for one in self._retired if one.isRunning()]
        job.cancel()
        self._retired.append(job)

    # --- what comes from the worker -------------------------------------------------------------

    def drain(self) -> None:
        """Empty the mailbox and tell the views; nothing happens where it is empty."""
        run = self.run
        if run is None:
            return
        # Before the look into the mailbox: what comes after it is for the next one.
        is_at_rest = run.job.is_at_rest
        has_news, snapshot = run.drain()
        record = run.record
        if run.state is RunState.RUNNING:
            self.pace.note(time.monotonic(), record.steps, record.images)
        else:
            self.pace.rest()
        if has_news:
            self.updated.emit()
        if snapshot is not None:
            self.looked.emit(snapshot)
        if is_at_rest and not has_news and snapshot is None:
            self._drain_timer.stop()

    def _expect_mail(self) -> None:
        """Look into the mailbox soon, also where the run rests."""
        if self.run is not None and not self._drain_timer.isActive():
            self._drain_timer.start()

    def _on_job_state(self) -> None:
        if not self._is_shut_down:
            self.drain()
            self._drain_timer.start()
            self.state_changed.emit()

    def _on_job_over(self) -> None:
        if self._is_shut_down or self.run is None:
            return
        self.drain()
        if self.run.state is RunState.STOPPED and (snapshot := self.run.last_look()) is not None:
            self.looked.emit(snapshot)
        self.state_changed.emit()
