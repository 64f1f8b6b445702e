"""All lessons by part of the homework, the steps of the open one, and one's own lessons."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from engine.lessons.lesson import Lesson, Place
from engine.lessons.library import Library
from gui.lecture.rows import Row, RowList
from gui.theme import look
from gui.widgets.chip import chip
from gui.widgets.wrapped_label import WrappedLabel


class ContentsPage(QScrollArea):
    """Everything that there is to choose from; a click opens a lesson, or jumps to a step."""

    lesson_chosen = Signal(str)
    step_chosen = Signal(int)
    #: The folder of the user's own lessons is to be shown.
    folder_asked = Signal()
    #: A new lesson is to be written from the template.
    new_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Contents"))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.list = RowList(
            self.tr("Lessons"), self.tr("All lessons, and the steps of the open one; choose one.")
        )
        self.list.chosen.connect(self._on_chosen)
        self.problems = WrappedLabel(role="callout")
        self.problems.setProperty("tone", "problem")
        self.problems.hide()
        content = QWidget()
        content.setObjectName("side")
        self._column = QVBoxLayout(content)
        self._column.addWidget(self.list)
        self._own = self._own_lessons()
        self._column.addWidget(self._own)
        self._column.addStretch(1)
        self.setWidget(content)
        look().changed.connect(self.on_look_changed)
        self.on_look_changed()

    def _own_lessons(self) -> QWidget:
        own = QWidget()
        caption = QLabel(self.tr("YOUR OWN LESSONS"))
        caption.setProperty("role", "section")
        text = WrappedLabel(
            self.tr("A lesson is a text file. Save it, and it is read again at once."), "muted"
        )
        self.new_button = chip(
            self.tr("New lesson"), self.tr("Write a new lesson from the template, and open it.")
        )
        self.folder_button = chip(
            self.tr("Open folder"), self.tr("Show the folder of your own lessons.")
        )
        self.new_button.clicked.connect(self.new_asked)
        self.folder_button.clicked.connect(self.folder_asked)
        buttons = QHBoxLayout()
        buttons.addWidget(self.new_button)
        buttons.addWidget(self.folder_button)
        buttons.addStretch(1)
        column = self._own_column = QVBoxLayout(own)
        column.setContentsMargins(0, 0, 0, 0)
        for widget in (caption, text, self.problems):
            column.addWidget(widget)
        column.addLayout(buttons)
        return own

    def on_look_changed(self) -> None:
        """Take distances from the new look."""
        pad = look().px(10)
        self._column.setContentsMargins(pad, 0, pad, pad)
        self._column.setSpacing(look().px(14))
        self._own_column.setSpacing(look().px(6))
        self._own_column.setContentsMargins(look().px(8), 0, look().px(8), 0)

    def show_library(
        self, library: Library, held: Lesson | None, place: Place, reached: frozenset[str]
    ) -> None:
        """All lessons; below the one that is held its steps, with where one is in them."""
        rows: list[Row] = []
        before = None
        for lesson in library.lessons:
            section = self._section(lesson)
            if section != before:
                rows.append(Row(section))
                before = section
            is_held = held is not None and lesson.key == held.key
            rows.append(self._lesson_row(lesson, is_held=is_held))
            if is_held:
                rows += self._step_rows(lesson, place, reached)
        self.list.set_rows(rows)
        problems = "\n".join(str(problem) for problem in library.problems)
        self.problems.setText(problems)
        self.problems.setVisible(bool(problems))

    def _section(self, lesson: Lesson) -> str:
        titles = {
            "h": self.tr("Guided"), "1": self.tr("1 · Expressivity"),
            "2": self.tr("2 · Initialization"), "3": self.tr("3 · Training"),
            "4": self.tr("4 · Backprop"),
        }
        return titles.get(lesson.part[:1], self.tr("More"))

    def _lesson_row(self, lesson: Lesson, *, is_held: bool) -> Row:
        lead = lesson.part if lesson.part[:1].isdigit() else ""
        icon = "" if lead else "mdi6.account-edit" if lesson.is_own else "mdi6.star-outline"
        return Row(
            lesson.title, lesson.key, lead, self._minutes(lesson.minutes), icon=icon,
            is_current=is_held, tip=lesson.summary,
        )

    def _step_rows(self, lesson: Lesson, place: Place, reached: frozenset[str]) -> Sequence[Row]:
        rows = []
        for number, step in enumerate(lesson.steps):
            is_reached = step.goal is not None and step.goal.key in reached
            icon, tone = "mdi6.circle-outline", "ghost"
            if number == place.step:
                icon, tone = "mdi6.arrow-right", "orange"
            elif is_reached:
                icon, tone = "mdi6.check-circle", "green"
            elif step.goal is not None:
                icon, tone = "mdi6.flag-outline", "muted"
            elif step.question is not None:
                icon, tone = "mdi6.help-circle-outline", "muted"
            rows.append(Row(
                step.title, number, detail=self._minutes(step.minutes), icon=icon, tone=tone,
                depth=1, is_current=number == place.step,
                tip=self.tr("Go to step {number}: {title}").format(
                    number=number + 1, title=step.title
                ),
            ))
        return rows

    def _minutes(self, minutes: float) -> str:
        return self.tr("{minutes} min").format(minutes=f"{minutes:g}") if minutes else ""

    def _on_chosen(self, key: object) -> None:
        if isinstance(key, str):
            self.lesson_chosen.emit(key)
        elif isinstance(key, int):
            self.step_chosen.emit(key)
