"""A job of which only the newest counts: it begins when the hand has come to rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, QTimer, Signal

from gui.job import Job

DRAIN_EVERY_MS = 50


class Latest(QObject):
    """Runs what was asked for last, `after_ms` later. What older jobs still bring is dropped."""

    #: What the job has yielded since the last time, in order.
    arrived = Signal(list)
    #: Nothing more will come; `problem` says why, where the job did not finish.
    ended = Signal()

    def __init__(self, after_ms: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.problem = ""
        self._make: Callable[[], Iterator[object]] | None = None
        self._job: Job | None = None
        self._retired: list[Job] = []
        self._pause = QTimer(self, interval=after_ms, singleShot=True)
        self._pause.timeout.connect(self._start)
        self._beat = QTimer(self, interval=DRAIN_EVERY_MS)
        self._beat.timeout.connect(self._drain)

    @property
    def is_busy(self) -> bool:
        """Whether something is still to come."""
        return self._pause.isActive() or self._job is not None

    def ask(self, make: Callable[[], Iterator[object]]) -> None:
        """Run `make`'s generator in a worker soon, unless something else is asked for before."""
        self.cancel()
        self._make = make
        self._pause.start()

    def cancel(self) -> None:
        """Ask for nothing any more."""
        self.problem = ""
        self._pause.stop()
        self._beat.stop()
        if self._job is not None:
            self._job.cancel()
            self._retired.append(self._job)
            self._job = None

    def finish(self, timeout_s: float = 3.0) -> None:
        """Let what was asked for last come to its end before everything stops."""
        if self._pause.isActive():
            self._pause.stop()
            self._start()
        if self._job is not None:
            self._job.wait(round(1000 * timeout_s))
            self._drain()
        self.stop()

    def stop(self) -> None:
        """End every job, and wait for them."""
        self.cancel()
        for job in self._retired:
            job.stop_and_wait()
        self._retired = []

    def _start(self) -> None:
        assert self._make is not None
        self._retired = [job for job in self._retired if job.isRunning()]
        self._job = Job(self._make)
        self._job.finished.connect(self._drain)
        self._beat.start()
        self._job.start()

    def _drain(self) -> None:
        job = self._job
        if job is None:
            return
        is_over = job.isFinished()  # before the last look into the mailbox
        items, _ = job.mailbox.drain()
        if is_over:
            self.problem = job.error
            self._beat.stop()
            self._job = None
        if items:
            self.arrived.emit(items)
        if is_over:
            self.ended.emit()
