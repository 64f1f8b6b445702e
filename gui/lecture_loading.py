"""Brings the lecture layer once the first frame is on screen: imported in a worker, then made."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gui.latest import Latest

if TYPE_CHECKING:
    from gui.lecture.layer import Lecture
    from gui.main_window import MainWindow

LAYER = "gui.lecture.layer"


class LectureLoader(QObject):
    """A window's way to its lecture layer; `lecture` is None until `made`."""

    made = Signal()

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window = window
        self.lecture: Lecture | None = None
        self._import = Latest(0, self)
        self._import.ended.connect(self._on_imported)

    def start(self) -> None:
        """Begin to import it."""
        self._import.ask(_import_layer)

    def stop(self) -> None:
        """The window closes."""
        self._import.stop()
        if self.lecture is not None:
            self.lecture.stop()

    def _on_imported(self) -> None:
        if self._import.problem:
            self.window.notice.tell(self._import.problem, is_problem=True)
            return
        from gui.lecture.layer import Lecture

        self.lecture = Lecture(self.window)
        self.made.emit()


def _import_layer() -> Iterator[object]:
    yield importlib.import_module(LAYER)
