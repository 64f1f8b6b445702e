"""Workers for passes that are independent of each other.

NumPy's matrix products bring threads of their own, which meet at the end of every product and spin
until the last has come. Beside a window that draws, one of them is always late: measured on two
busy cores, a product of 512 × 512 then takes 24 ms instead of 1.5. So each product stays on one
thread while a probe runs, and whole passes are spread over the cores.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar

import threadpoolctl

T = TypeVar("T")

#: Whoever waits hears of it so often, and may stop.
PATIENCE_S = 0.05
MOST_WORKERS = 8


@cache
def _matrix_products() -> Any:
    """NumPy's own library. Others, PyTorch's among them, are left as they are."""
    return threadpoolctl.ThreadpoolController().select(internal_api="openblas")


def _take_control() -> None:
    """Let this thread set the number of threads: threadpoolctl lets only the first one that ever
    did, and ignores the others without a word. Whoever calls this holds a lock.
    """
    for library in _matrix_products().lib_controllers:
        library.clear_controlling_thread(force=True)


class _Limit:
    """The limit is the process's; the first who needs it sets it, the last one lifts it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users = 0
        self._limiter: Any = None

    def enter(self) -> None:
        with self._lock:
            if self._users == 0:
                _take_control()
                self._limiter = _matrix_products().limit(limits=1)
            self._users += 1

    def leave(self) -> None:
        with self._lock:
            self._users -= 1
            if self._users == 0:
                _take_control()
                self._limiter.restore_original_limits()
                self._limiter = None


_limit = _Limit()


@contextmanager
def products_on_one_thread() -> Iterator[None]:
    """Within it, a matrix product of NumPy does not wait for other threads."""
    _limit.enter()
    try:
        yield
    finally:
        _limit.leave()


class Crew:
    """Runs actions on a thread for each core, or fewer; `stopped` tells them to give up."""

    def __init__(self, most_workers: int = MOST_WORKERS) -> None:
        self.workers = max(1, min(os.cpu_count() or 1, most_workers, MOST_WORKERS))
        self.stopped = threading.Event()
        self._executor = ThreadPoolExecutor(self.workers, "chalknet-probe")
        self._unfinished: set[Future[Any]] = set()

    def __enter__(self) -> Crew:
        _limit.enter()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped.set()
        self._executor.shutdown(wait=True, cancel_futures=True)
        _limit.leave()

    def start(self, action: Callable[..., T], *arguments: Any) -> Future[T]:
        """Run an action as soon as a thread is free."""
        future = self._executor.submit(action, *arguments)
        self._unfinished.add(future)
        return future

    def wait_for(self, futures: list[Future[T]]) -> Iterator[None]:
        """Yield now and then until these actions are finished. Raises what one raised."""
        while left := self._unfinished.intersection(futures):
            yield from self._wait_once(left, FIRST_EXCEPTION)

    def wait_until(self, most_unfinished: int) -> Iterator[None]:
        """Yield now and then until no more than so many actions are unfinished.

        Raises what an action raised.
        """
        while len(self._unfinished) > most_unfinished:
            yield from self._wait_once(self._unfinished, FIRST_COMPLETED)

    def _wait_once(self, futures: set[Future[Any]], until: str) -> Iterator[None]:
        done, _ = wait(futures, PATIENCE_S, return_when=until)
        self._unfinished -= done
        for future in done:
            future.result()
        yield
