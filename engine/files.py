"""Writing a file so that it is either the old one or the whole new one, whatever happens."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path


def write_atomically(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` fill a temporary file beside `path`, flush it to disk, and rename it into place.

    Raises what `write` raises, or `OSError`; `path` is then untouched and no temporary file stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # Made by hand, because the tempfile module would hide the file from everyone but its owner.
    temporary = path.with_name(f".{path.name}.{os.urandom(4).hex()}")
    temporary.touch(exist_ok=False)
    try:
        write(temporary)
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
