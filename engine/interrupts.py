"""Ctrl-C that waits for a good moment."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def deferred_ctrl_c() -> Iterator[threading.Event]:
    """Set the event instead of raising `KeyboardInterrupt`, the first time only."""
    pressed = threading.Event()
    before = signal.getsignal(signal.SIGINT)
    is_main = threading.current_thread() is threading.main_thread()
    if not is_main or before is not signal.default_int_handler:
        yield pressed  # elsewhere handlers cannot be set, and one of somebody else's stays
        return

    def defer(*_: object) -> None:
        signal.signal(signal.SIGINT, before)
        pressed.set()

    signal.signal(signal.SIGINT, defer)
    try:
        yield pressed
    finally:
        signal.signal(signal.SIGINT, before)
