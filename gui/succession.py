"""One window succeeds another: to speak another language, everything is made anew around its state.

The state of a window is its specs, so the new one has them, with all that can be undone. A training
goes on meanwhile: its thread knows no window, and is handed over as it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QSignalBlocker, QTimer

from engine import words
from engine.sessions.session import LessonPlace
from gui.language import speak
from gui.main_window import MainWindow

if TYPE_CHECKING:
    from gui.lecture.layer import Handed


class Follower(Protocol):
    """What belongs to the application and looks at its window."""

    def follow(self, window: MainWindow) -> None:
        """Turn to another window."""


class Succession(QObject):
    """Makes a new window whenever the one in front is asked to speak another language."""

    def __init__(self, window: MainWindow, followers: Iterable[Follower] = ()) -> None:
        super().__init__()
        self.window = window
        self._followers = tuple(followers)
        self._language, self._before = words.language(), words.catalogue()
        self._handed: Handed | None = None
        self._place: LessonPlace | None = None
        self._heir: MainWindow | None = None
        self._to_make: list[str] = []
        window.language_asked.connect(self.on_language_asked)

    def on_language_asked(self, code: str) -> None:
        """Begin; the menu that asked is still open, and the window still answers it."""
        if self._heir is None and not self._to_make and code != words.language():
            self._to_make = list(self.window.opened_tabs)
            self._language = code
            QTimer.singleShot(0, self, self._begin)

    def _begin(self) -> None:
        old = self.window
        old.setEnabled(False)
        self._before = words.catalogue()
        speak(self._language)
        old.settings.language = self._language
        self._handed = None if old.lecture is None else old.lecture.hand_over()
        self._heir = MainWindow(old.data_dir)
        self._make_next()

    def _make_next(self) -> None:
        """One tab at a turn: between two of them the loop answers whatever else there is."""
        heir = self._heir
        assert heir is not None
        if self._to_make:
            heir.tab(self._to_make.pop(0))
            QTimer.singleShot(0, self, self._make_next)
        else:
            self._hand_over(self.window, heir)

    def _hand_over(self, old: MainWindow, heir: MainWindow) -> None:
        retell = words.retelling(self._before)
        heir.apply_specs(
            {key: spec for key, spec in old.specs().items() if key not in old.opened_tabs}, ""
        )
        for key, tab in old.opened_tabs.items():
            given = tab.give_away()
            if given is not None:
                heir.tab(key).take_over(given)
            heir.tab(key).store.take_over(tab.store, retell)
        heir.restoreGeometry(old.saveGeometry())
        with QSignalBlocker(heir.actions_["full_screen"]):
            heir.actions_["full_screen"].setChecked(old.isFullScreen())
        self._place = old.keeper.lesson_place
        heir.keeper.take_over(old.keeper)
        for follower in self._followers:
            follower.follow(heir)
        self.window, self._heir = heir, None
        heir.language_asked.connect(self.on_language_asked)
        heir.lecture_made.connect(self._on_lecture_made)
        heir.show()
        old.close()
        old.deleteLater()

    def _on_lecture_made(self) -> None:
        lecture = self.window.lecture
        assert lecture is not None
        if self._place is not None:
            self.window.keeper.lesson_asked.emit(self._place)
        handed, self._handed = self._handed, None
        if handed is not None:
            lecture.take_over(handed, holds_lesson=self._place is not None)
