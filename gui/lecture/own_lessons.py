"""A lecturer's own lessons: their folder, and a new one from the template."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from engine.errors import LessonError
from engine.lessons.check import begin
from engine.words import say
from gui.latest import Latest

if TYPE_CHECKING:
    from gui.lecture.lecturer import Lecturer


class OwnLessons(QObject):
    """Writes in a worker, and leaves the rest to whatever the system opens texts with."""

    #: A new lesson lies there.
    begun = Signal(object)

    def __init__(self, lecturer: Lecturer) -> None:
        super().__init__(lecturer)
        self.lecturer = lecturer
        self._writing = Latest(0, self)
        self._writing.arrived.connect(self._on_written)
        self._writing.ended.connect(self._on_ended)

    def begin(self) -> None:
        """Write the template to a file that is not there yet, and open it."""
        library = self.lecturer.library
        if library is not None:
            folder = library.own_folder
            self._writing.ask(lambda: _begin(folder))

    def show_folder(self) -> None:
        """Open the folder, made where it is missing, in the system's file manager."""
        library = self.lecturer.library
        if library is None:
            return
        folder = library.own_folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self._tell(self.tr("The folder {folder} cannot be made ({reason}).").format(
                folder=folder, reason=error.strerror
            ))
            return
        self._open(folder)
        self.lecturer.shelf.look_again()

    def stop(self) -> None:
        """End what is being written."""
        self._writing.stop()

    def _on_written(self, items: list[Path]) -> None:
        path = items[-1]
        self.lecturer.shelf.look_again()
        self.begun.emit(path)
        self._open(path)

    def _on_ended(self) -> None:
        if self._writing.problem:
            self._tell(self._writing.problem)

    def _open(self, path: Path) -> None:
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
            self._tell(self.tr("Nothing opened {path}; open it yourself.").format(path=path))

    def _tell(self, sentence: str) -> None:
        self.lecturer.window.notice.tell(sentence)


def _begin(folder: Path) -> Iterator[Path]:
    """my-lesson.md, or the first number behind it that is free. Raises `LessonError`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LessonError(say(
            "The folder {folder} cannot be made ({reason}); make it yourself.",
            folder=folder, reason=error.strerror,
        )) from None
    path, number = folder / "my-lesson.md", 1
    while path.exists():
        number += 1
        path = folder / f"my-lesson-{number}.md"
    begin(path)
    yield path
