"""Everything of the lecture that a window has, made once its first frame is on screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from engine.lessons.lesson import Place
from gui.lecture.asking.asking import Asking
from gui.lecture.hints.hints import Hints
from gui.lecture.lecturer import Lecturer
from gui.lecture.notes_window import NotesWindow, Stopwatch
from gui.lecture.palette import Palette
from gui.lecture.panel import LessonPanel
from gui.lecture.presentation.annotation import Annotation
from gui.lecture.presentation.presentation import Presentation
from gui.lecture.questions.predictor import Predictor
from gui.lecture.shortcut_sheet import ShortcutSheet
from gui.lecture.tools_menu import ToolsMenu
from gui.theme import look

if TYPE_CHECKING:
    from gui.main_window import MainWindow


@dataclass(frozen=True, eq=False)
class Handed:
    """What of a lecture no spec and no session holds. `stage_theme` is None off the stage."""

    stage_theme: str | None
    is_panel_open: bool
    are_notes_open: bool
    clock: Stopwatch


class Lecture(QObject):
    """The rooms of the lecture layer, one attribute each; they reach one another through it."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window = window
        self.lecturer = Lecturer(window)
        self.notes_window = NotesWindow(self.lecturer)
        self.panel = LessonPanel(self.lecturer, self.notes_window)
        window.body.addWidget(self.panel)
        window.add_header_button(self.panel.action)
        self.presentation = Presentation(self)
        self.annotation = Annotation(self)
        self.palette = Palette(window)
        self.shortcut_sheet = ShortcutSheet(window)
        self.predictor = Predictor(window)
        self._is_lesson_aside = False
        self.panel.action.toggled.connect(self._on_lesson_toggled)
        self.predictor.action.toggled.connect(self._on_predicting)
        self._place: tuple[str, Place] | None = None
        self.lecturer.place_changed.connect(self._on_place_changed)
        self.tools_menu = ToolsMenu(self)
        self.asking = Asking(window)
        self.hints = Hints(self)

    # One panel at a time stands on the right: there is room for it, and the digits that answer a
    # question go to the one that is seen.

    def _on_lesson_toggled(self, on: bool) -> None:
        if on:
            self._stop_predicting()

    def _on_predicting(self, on: bool) -> None:
        if on:
            self._is_lesson_aside = self.panel.action.isChecked()
            self.panel.action.setChecked(False)
        elif self._is_lesson_aside:
            self._is_lesson_aside = False
            self.panel.action.setChecked(True)

    def _on_place_changed(self) -> None:
        """A lesson that was only read again, as its file was saved, is where it was."""
        lesson, before = self.lecturer.lesson, self._place
        self._place = None if lesson is None else (lesson.key, self.lecturer.place)
        if self._place != before:
            self._stop_predicting()

    def _stop_predicting(self) -> None:
        self.predictor.action.setChecked(False)

    def hand_over(self) -> Handed:
        """What another window's lecture is to go on with; this one presents no more."""
        stage = self.presentation
        handed = Handed(
            look().theme if stage.is_on else None, self.panel.action.isChecked(),
            self.panel.actions_["notes_window"].isChecked(), self.notes_window.total,
        )
        stage.stop()
        return handed

    def take_over(self, handed: Handed, *, holds_lesson: bool) -> None:
        """Go on with what another window's lecture has handed over."""
        if holds_lesson and not handed.is_panel_open:
            # Holding the lesson anew is going to open it.
            self.lecturer.place_changed.connect(
                lambda: self.panel.action.setChecked(False),
                Qt.ConnectionType.SingleShotConnection,
            )
        self.notes_window.go_on_with(handed.clock)
        self.panel.actions_["notes_window"].setChecked(handed.are_notes_open)
        if handed.stage_theme is not None:
            self.presentation.start(handed.stage_theme)

    def stop(self) -> None:
        """The window closes: end every job and close every window of the lecture's own."""
        self.lecturer.stop()
        self.panel.stop()
        self.notes_window.close()
        self.predictor.stop()
        self.presentation.stop()
        self.annotation.stop()
        self.palette.stop()
        self.asking.stop()
        self.hints.stop()
