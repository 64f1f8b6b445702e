"""Which challenges a user has met, kept from launch to launch."""

from __future__ import annotations

from pathlib import Path

import msgspec

from engine.files import write_atomically
from engine.places import state_folder
from engine.words import say


class Progress:
    """The goals reached. What cannot be read counts as nothing reached; writing may fail quietly
    for the user's work does not depend on it, and `problem` then says why."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or state_folder() / "goals.json"
        self.problem = ""
        try:
            self.reached = msgspec.json.decode(self._path.read_bytes(), type=frozenset[str])
        except (OSError, msgspec.MsgspecError, UnicodeError):
            self.reached = frozenset()

    def reach(self, key: str) -> bool:
        """Note that a goal was reached; True where that is new."""
        if key in self.reached:
            return False
        self.reached |= {key}
        self._write()
        return True

    def forget(self) -> None:
        """Begin anew."""
        self.reached = frozenset()
        self._write()

    def _write(self) -> None:
        text = msgspec.json.encode(sorted(self.reached))
        self.problem = ""
        try:
            write_atomically(self._path, lambda path: path.write_bytes(text))
        except OSError as error:
            self.problem = say(
                "Your progress could not be saved ({why}); it lasts until you quit.",
                why=error.strerror,
            )
