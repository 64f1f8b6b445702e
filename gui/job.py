"""A generator running in a worker thread: pausable, steppable, cancellable between its yields.

The generator knows nothing of threads. What it yields reaches the window through a `Mailbox` that
one timer in the window drains: were the work ten times faster, the window would do no more.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator
from enum import Enum

from PySide6.QtCore import QObject, QThread, Signal

from engine.errors import ChalknetError

log = logging.getLogger("chalknet")

Predicate = Callable[[object], bool]


class JobState(Enum):
    """Where a job stands; the last three are endings."""

    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    FAILED = "failed"

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come."""
        return self in (JobState.FINISHED, JobState.CANCELLED, JobState.FAILED)


class Mailbox:
    """Two lanes from the worker to the window: one keeps every item, one only the latest."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._items: list[object] = []
        self._latest: object | None = None

    def put(self, item: object) -> None:
        """Add an item that must not be lost."""
        with self._lock:
            self._items.append(item)

    def put_latest(self, item: object) -> None:
        """Replace the item of which only the newest counts."""
        with self._lock:
            self._latest = item

    @property
    def is_empty(self) -> bool:
        """Whether the window has seen everything."""
        with self._lock:
            return not self._items and self._latest is None

    def drain(self) -> tuple[list[object], object | None]:
        """Take everything out: all items in order, and the latest of the other lane, if new."""
        with self._lock:
            items, latest = self._items, self._latest
            self._items, self._latest = [], None
        return items, latest


class _Cancelled(Exception):
    """Leaves the worker's loop from wherever it waits."""


class Job(QThread):
    """Runs what `make` returns; `make` itself, which may import torch, runs in the worker too.

    `observe` looks inside between two yields, at most every `observe_every_s`, and whenever the
    job comes to rest; what it returns goes into the mailbox's latest-only lane. `is_beat` says
    which items the delay of slow motion is for; all of them, where it is not given.
    """

    state_changed = Signal(object)

    def __init__(
        self,
        make: Callable[[], Iterator[object]],
        *,
        observe: Callable[[], object | None] | None = None,
        observe_every_s: float = 0.25,
        is_beat: Predicate | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.mailbox = Mailbox()
        self.error = ""
        self._make = make
        self._observe = observe
        self._observe_every_s = observe_every_s
        self._is_beat = is_beat
        self._wake = threading.Condition()
        self._calls: deque[Callable[[], None]] = deque()
        self._open_calls = 0
        self._paused = False
        self._cancelled = False
        self._stop_after: Predicate | None = None
        self._delay_s = 0.0
        self._state = JobState.RUNNING

    # --- from the window ------------------------------------------------------------------------

    @property
    def state(self) -> JobState:
        """The state as the worker last set it."""
        return self._state

    def resume(self) -> None:
        """Run on until told otherwise."""
        self._command(paused=False)

    def pause(self) -> None:
        """Rest after the current item."""
        self._command(paused=True)

    def run_until(self, reached: Predicate) -> None:
        """Run on and rest after the first item for which `reached` is true."""
        self._command(paused=False, stop_after=reached)

    def cancel(self) -> None:
        """Stop for good after the current item; `finished` is emitted when the thread is over."""
        with self._wake:
            self._cancelled = True
            self._wake.notify()

    def set_delay(self, seconds: float) -> None:
        """Slow motion: wait after every beat."""
        with self._wake:
            self._delay_s = seconds
            self._wake.notify()

    def call(self, action: Callable[[], None]) -> None:
        """Have the worker call `action` between two items; at rest it observes afterwards."""
        with self._wake:
            self._calls.append(action)
            self._open_calls += 1
            self._wake.notify()

    @property
    def is_at_rest(self) -> bool:
        """Whether nothing more reaches the mailbox before the next command.

        A job that was told to go on still has the state `PAUSED` until its thread has woken.
        """
        with self._wake:
            is_told = self._cancelled or not self._paused or self._open_calls > 0
            return self._state.is_over or (self._state is JobState.PAUSED and not is_told)

    def stop_and_wait(self, timeout_s: float = 3.0) -> bool:
        """Cancel and wait for the thread to end; whether it did in time.

        One that is in the middle of a long step is kept until it ends, whoever drops it: a thread
        that is destroyed while it runs takes the process with it.
        """
        self.cancel()
        has_ended = self.wait(round(timeout_s * 1000))
        if not has_ended:
            self.setParent(None)
            _overdue.add(self)
            self.finished.connect(_drop_overdue)
        return has_ended

    def _command(self, *, paused: bool, stop_after: Predicate | None = None) -> None:
        with self._wake:
            self._paused = paused
            self._stop_after = stop_after
            self._wake.notify()

    # --- in the worker --------------------------------------------------------------------------

    def run(self) -> None:
        """The worker's life; every way out of it ends in one of the three endings."""
        items: Iterator[object] | None = None
        ending = JobState.FINISHED
        try:
            self._rest_if_told()
            items = self._make()
            self._follow(items)
        except _Cancelled:
            ending = JobState.CANCELLED
        except ChalknetError as error:
            self.error = str(error)
            ending = JobState.FAILED
        except BaseException as error:
            log.exception("a job failed")
            self.error = f"{type(error).__name__}: {error}"
            ending = JobState.FAILED
        if not self._close(items):
            ending = JobState.FAILED
        # Whoever owns the job is often reached through these; without the ring that this makes,
        # both vanish together in the window's thread, and no garbage collector frees a QThread
        # from another one.
        del self._make, self._observe
        self._calls.clear()
        self._set_state(ending)

    def _close(self, items: Iterator[object] | None) -> bool:
        """Let the generator tidy up; whether it could."""
        try:
            if isinstance(items, Generator):
                items.close()
        except Exception as error:
            log.exception("a job failed to tidy up")
            self.error = f"{type(error).__name__}: {error}"
            return False
        return True

    def _follow(self, items: Iterator[object]) -> None:
        last_look = 0.0
        for item in items:
            # Before anyone can see the item: a command given upon it is about the next ones.
            with self._wake:
                if self._stop_after is not None and self._stop_after(item):
                    self._paused, self._stop_after = True, None
            self.mailbox.put(item)
            if time.monotonic() - last_look >= self._observe_every_s:
                self._look_inside()
                last_look = time.monotonic()
            with self._wake:
                is_beat = self._is_beat is None or self._is_beat(item)
                delay = self._delay_s if is_beat else 0.0
            if delay > 0:
                self._wait(delay)
            self._rest_if_told()
        self._look_inside()

    def _look_inside(self) -> None:
        if self._observe is not None:
            seen = self._observe()
            if seen is not None:
                self.mailbox.put_latest(seen)

    def _rest_if_told(self) -> None:
        """Run the calls that came in; while paused, wait for more."""
        rested = False
        while True:
            with self._wake:
                if self._cancelled:
                    raise _Cancelled
                calls, paused = list(self._calls), self._paused
                self._calls.clear()
            for action in calls:
                action()
            if paused and (calls or not rested):
                self._look_inside()
            with self._wake:
                self._open_calls -= len(calls)
            if not paused:
                break
            if not rested:
                self._set_state(JobState.PAUSED)
                rested = True
            with self._wake:
                self._wake.wait_for(lambda: self._cancelled or self._calls or not self._paused)
        if rested:
            self._set_state(JobState.RUNNING)

    def _wait(self, seconds: float) -> None:
        """Slow motion's delay; a command or a new speed ends it."""
        with self._wake:
            speed = self._delay_s
            self._wake.wait_for(
                lambda: self._cancelled or self._paused or self._calls or self._delay_s != speed,
                timeout=seconds,
            )

    def _set_state(self, state: JobState) -> None:
        self._state = state
        self.state_changed.emit(state)


#: Cancelled jobs that had not ended when nobody could wait any longer.
_overdue: set[Job] = set()


def _drop_overdue() -> None:
    _overdue.difference_update([job for job in _overdue if job.isFinished()])
