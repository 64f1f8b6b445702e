"""The trained counterpart of scene 3: a job beside the construction, with the same hidden units."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from engine.expressivity.fitting import Fit
from engine.expressivity.tab_spec import ExpressivitySpec
from engine.expressivity.trained import TrainedSnapshot, train
from gui.job import Job, JobState

#: Gradient descent on more units than this would only be waited for.
MOST_UNITS = 500


class Twin(QObject):
    """Trains what the spec says, from the beginning whenever it says something else."""

    advanced = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.job: Job | None = None
        self.snapshot: TrainedSnapshot | None = None
        self.problem = ""
        self._key: object = None
        self._fit: Fit | None = None
        self._spec = ExpressivitySpec()
        self._retired: list[Job] = []
        self._timer = QTimer(self, interval=60)
        self._timer.timeout.connect(self._drain)

    @property
    def curve(self) -> tuple[np.ndarray, np.ndarray] | None:
        """x and the trained network there, None before there is one."""
        return (self.snapshot.x, self.snapshot.curve) if self.snapshot else None

    @property
    def sup_error(self) -> float | None:
        """The largest error of the trained network."""
        return self.snapshot.sup if self.snapshot else None

    @property
    def is_running(self) -> bool:
        """Whether it trains right now."""
        return self.job is not None and self.job.state is JobState.RUNNING

    @property
    def units(self) -> int:
        """The hidden units, as many as the construction has; at most `MOST_UNITS`."""
        return min(self._spec.function.hidden_neurons, MOST_UNITS)

    @property
    def progress(self) -> float:
        """How far the training is, 0…1."""
        return self.snapshot.step / self._spec.twin.steps if self.snapshot else 0.0

    def show_spec(self, spec: ExpressivitySpec, fit: Fit | None) -> None:
        """Take a new spec; what was trained for another one is thrown away."""
        key = (spec.twin, spec.function)
        self._spec, self._fit = spec, fit
        if key != self._key:
            self._key = key
            self.reset()

    def play(self) -> None:
        """Train on, or pause."""
        if self.is_running and self.job is not None:
            self.job.pause()
            return
        self._ready_job().resume()
        self._timer.start()

    def pause(self) -> None:
        """Rest, if it trains."""
        if self.job is not None and not self.job.state.is_over:
            self.job.pause()

    def step(self) -> None:
        """One report further."""
        self._ready_job().run_until(lambda item: isinstance(item, TrainedSnapshot))
        self._timer.start()

    def reset(self) -> None:
        """Throw away what was trained."""
        if self.job is None and self.snapshot is None:
            return
        self.problem = ""
        self.snapshot = None
        self._retire()
        self.advanced.emit()

    def _ready_job(self) -> Job:
        """The job that is under way, or a new one, at rest before its first step."""
        if self.job is not None and not self.job.state.is_over:
            return self.job
        self._retire()
        assert self._fit is not None
        target, units, spec = self._fit.target, self.units, self._spec.twin
        self.problem = ""
        self.job = Job(
            lambda: train(target, units, spec, report_every=max(1, spec.steps // 400))
        )
        self.job.finished.connect(self._drain)
        self.job.state_changed.connect(self._drain)
        self.job.pause()
        self.job.start()
        return self.job

    def _drain(self) -> None:
        self._retired = [job for job in self._retired if job.isRunning()]
        job = self.job
        if job is None:
            return
        items, _ = job.mailbox.drain()
        for item in items:
            if isinstance(item, TrainedSnapshot):
                self.snapshot = item
        if job.state is JobState.FAILED:
            self.problem = job.error
        if job.state is not JobState.RUNNING:
            self._timer.stop()
        elif not self._timer.isActive():  # it has woken later than this timer looked
            self._timer.start()
        self.advanced.emit()

    def _retire(self) -> None:
        self._timer.stop()
        if self.job is not None and self.job.isRunning():
            self.job.cancel()
            self._retired.append(self.job)
        self.job = None

    def stop(self) -> None:
        """End every job."""
        self._retire()
        for job in self._retired:
            job.stop_and_wait()
