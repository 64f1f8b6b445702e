"""Writes the session aside while something changes, and offers it after a crash."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLockFile, QObject, QTimer

from engine.errors import SessionError
from engine.places import state_folder
from engine.sessions.session import SUFFIX, Session, open_session, save_session
from gui.latest import Latest

if TYPE_CHECKING:
    from gui.sessions.keeper import SessionKeeper

#: A change is on disk this much later.
WRITE_AFTER_MS = 2000


class Autosave(QObject):
    """One window at a time writes here: a second one, beside the first, leaves it alone.

    A file that is there at the start was left by a window that did not close. It is moved out of
    the way of the next, and offered; until the user has decided, it is kept, and so are those of
    further crashes.
    """

    def __init__(self, keeper: SessionKeeper) -> None:
        super().__init__(keeper)
        self.keeper = keeper
        self._file = state_folder() / f"autosave{SUFFIX}"
        self._lock = QLockFile(str(state_folder() / "session.lock"))
        # A lecture may last; whether the other process lives is what counts.
        self._lock.setStaleLockTime(0)
        self._is_on = self._is_due = False
        self._pause = QTimer(self, interval=WRITE_AFTER_MS, singleShot=True)
        self._pause.timeout.connect(self._write)
        self._writing = Latest(0, self)
        self._reading = Latest(0, self)
        self._reading.arrived.connect(self._on_read)

    def start(self) -> None:
        """Begin, unless another window does."""
        try:
            state_folder().mkdir(parents=True, exist_ok=True)
        except OSError:
            # Where nothing can be written, nothing can be kept; saving says so by itself.
            return
        self._is_on = self._lock.tryLock(0)
        if self._is_on:
            self._reading.ask(self._read)
            if self._is_due:
                self._pause.start()

    def go_on_from(self, other: Autosave) -> None:
        """Another window's session goes on in this one: what it keeps is kept here as well."""
        self._is_due = other._is_on and (other._pause.isActive() or other._file.exists())

    def note(self) -> None:
        """Something has changed."""
        if self._is_on and not self._pause.isActive():
            self._pause.start()

    def stop(self) -> None:
        """The window closes as it should: there is nothing to bring back."""
        self._pause.stop()
        self._reading.stop()
        self._writing.stop()
        if self._is_on:
            self._is_on = False
            self._file.unlink(missing_ok=True)
            self._lock.unlock()

    def _write(self) -> None:
        session, file = self.keeper.session, self._file

        def write() -> Iterator[object]:
            try:
                save_session(session, file)
            except SessionError as error:
                # Nobody asked for it, so nobody is disturbed.
                logging.getLogger(__name__).warning("No autosave: %s", error)
            yield file

        self._writing.ask(write)

    # --- what was lost --------------------------------------------------------------------------

    def _read(self) -> Iterator[object]:
        folder = state_folder()
        if self._file.exists():
            self._file.replace(folder / f"interrupted-{time.time_ns()}{SUFFIX}")
        # By their names the latest comes last.
        for path in sorted(folder.glob(f"interrupted-*{SUFFIX}"), reverse=True):
            try:
                yield path, open_session(path)
                return
            except SessionError:
                # What cannot be read cannot be offered, and would be in the way for ever.
                path.unlink(missing_ok=True)

    def _on_read(self, items: list[tuple[Path, Session]]) -> None:
        path, session = items[-1]
        self.keeper.window.notice.ask(
            self.tr("Chalknet did not close as it should. Go on where it was?"),
            (
                (self.tr("Restore it"), lambda: self._decide(path, session)),
                (self.tr("Start afresh"), lambda: self._decide(path, None)),
            ),
        )

    def _decide(self, path: Path, session: Session | None) -> None:
        path.unlink(missing_ok=True)
        if session is not None:
            self.keeper.take(session)

    @property
    def path(self) -> Path:
        """Where it is written."""
        return self._file
