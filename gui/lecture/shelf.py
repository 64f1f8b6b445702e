"""The lessons that there are, read in a worker, and read again when their files change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QFileSystemWatcher, QObject, Signal

from engine import words
from engine.lessons.library import Library, Problem
from engine.lessons.progress import Progress
from gui.latest import Latest

if TYPE_CHECKING:
    from gui.widgets.notice_bar import NoticeBar

#: An editor writes a file in several goes; what it leaves last is read.
READ_AFTER_MS = 150


class Shelf(QObject):
    """Holds the library. While a file has a mistake in it, the lesson before stays, and the notice
    under the window's header says what is wrong.
    """

    #: The lessons or their problems are others than before.
    changed = Signal()

    def __init__(self, notice: NoticeBar, parent: QObject, own_folder: Path | None = None) -> None:
        super().__init__(parent)
        self.notice = notice
        self.library: Library | None = None
        self.progress: Progress | None = None
        self._own_folder = own_folder
        self._complaint = ""
        self._announced: tuple[object, ...] = ()
        self._reading = Latest(0, self)
        self._reading_again = Latest(READ_AFTER_MS, self)
        self._reading.arrived.connect(self._on_read)
        self._reading_again.arrived.connect(self._on_read_again)
        for reading in (self._reading, self._reading_again):
            reading.ended.connect(lambda reading=reading: self._on_ended(reading))
        self._watcher = QFileSystemWatcher(self)
        self._watcher.directoryChanged.connect(self._on_files_changed)
        self._watcher.fileChanged.connect(self._on_files_changed)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with which files."""
        return () if self.library is None else self.library.problems

    def start(self) -> None:
        """Read everything."""
        folder = self._own_folder

        def read() -> Iterator[object]:
            yield Library(words.language(), own_folder=folder), Progress()

        self._reading.ask(read)

    def stop(self) -> None:
        """End what is being read, and watch nothing any more."""
        self._reading.stop()
        self._reading_again.stop()
        watched = [*self._watcher.files(), *self._watcher.directories()]
        if watched:
            self._watcher.removePaths(watched)

    def look_again(self) -> None:
        """Read what has changed, soon."""
        library = self.library
        if library is None:
            return

        def read() -> Iterator[object]:
            library.load()
            yield library

        self._reading_again.ask(read)

    def _on_read(self, items: list[tuple[Library, Progress]]) -> None:
        self.library, self.progress = items[-1]
        self._announce(self.library)

    def _on_read_again(self, items: list[Library]) -> None:
        # What a reading before it found was never told, where this one took its place.
        self._announce(items[-1])

    def _announce(self, library: Library) -> None:
        # An editor that replaces a file takes it out of what is watched; and what was saved between
        # being read and being watched would stay unseen.
        if self._watch(library):
            self.look_again()
        now = (library.lessons, library.problems)
        if now != self._announced:
            self._announced = now
            self._complain()
            self.changed.emit()

    def _on_ended(self, reading: Latest) -> None:
        if reading.problem:
            self.notice.tell(reading.problem, is_problem=True)

    def _on_files_changed(self) -> None:
        self.look_again()

    def _complain(self) -> None:
        """Say what is wrong with the first faulty file; and no more, once it is mended."""
        complaint = str(self.problems[0]) if self.problems else ""
        if complaint and complaint != self._complaint:
            self.notice.tell(complaint, is_problem=True)
        elif self._complaint and not complaint and self._complaint == self.notice.label.text():
            self.notice.clear()
        self._complaint = complaint

    def _watch(self, library: Library) -> bool:
        """Folders tell of files that come and go, files of those that are written in place; True
        where more is watched now.
        """
        folders = [*library.folders]
        if library.own_folder not in folders and library.own_folder.parent.is_dir():
            folders.append(library.own_folder.parent)
        files = [path for folder in library.folders for path in folder.glob("*.md")]
        known = {*self._watcher.files(), *self._watcher.directories()}
        missing = [str(path) for path in (*folders, *files) if str(path) not in known]
        refused = self._watcher.addPaths(missing) if missing else []
        return len(refused) < len(missing)
