"""The lesson at the right of the window: its step, the contents of all lessons, and the goals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from engine.lessons.lesson import Lesson, Place, QuestionKind
from gui.actions import ActionInfo, Actions
from gui.keys import leave_keyboard
from gui.lecture.column import ColumnWidth
from gui.lecture.contents import ContentsPage
from gui.lecture.goals import GoalsPage
from gui.lecture.live import Told
from gui.lecture.own_lessons import OwnLessons
from gui.lecture.questions.cloth import Cloths
from gui.lecture.step_page import StepPage
from gui.tab import Tab
from gui.theme import look
from gui.widgets.icon_button import IconButton
from gui.widgets.painted import ElidedLabel
from gui.widgets.segmented import SegmentedControl
from gui.widgets.timeline import Timeline
from gui.widgets.transport_bar import FULL, NO_SHORTCUT, ActionButton
from gui.widgets.wrapped_label import WrappedLabel

if TYPE_CHECKING:
    from gui.lecture.lecturer import Lecturer
    from gui.lecture.notes_window import NotesWindow

STEP, CONTENTS, GOALS = "step", "contents", "goals"

ACTIONS = (
    ActionInfo("lessons", "Lessons", "Show or hide the lessons on the right.",
               "book-open-variant", ("Ctrl+L",), True),
    ActionInfo("contents", "Contents", "All lessons and their steps; again: back to the step.", "",
               ("F4",)),
    ActionInfo("question", "Answer the question", "Bring the keyboard to the step's question.", "",
               ("Q",)),
    ActionInfo("notes_window", "Speaker notes", "The notes of the step, and the time, in a window "
               "of their own.", "", ("Ctrl+Shift+N",), True),
)


class LessonPanel(QWidget):
    """Shows what the lecturer holds; all that one does here, the lecturer carries out."""

    def __init__(self, lecturer: Lecturer, notes: NotesWindow) -> None:
        super().__init__()
        self.lecturer, self.notes = lecturer, notes
        self.window_ = lecturer.window
        self.actions_ = Actions(self.window_, "LessonPanel", ACTIONS)
        self.setObjectName("side")
        self.setProperty("edge", "left")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.tr("Lesson"))
        self.width_ = ColumnWidth(self.window_, self)
        self.own = OwnLessons(lecturer)
        self.cloths = Cloths()
        self._sketched_on: Tab | None = None
        self._shown_lesson: Lesson | None = None
        self.step_page, self.contents, self.goals = StepPage(), ContentsPage(), GoalsPage()
        self._lay_out()
        self._connect()
        leave_keyboard(self)
        self.hide()
        self._show_everything()
        self.on_look_changed()

    def _lay_out(self) -> None:
        self.pages = SegmentedControl([
            (STEP, self.tr("Step")), (CONTENTS, self.tr("Contents")), (GOALS, self.tr("Goals")),
        ])
        self.pages.setToolTip(self.tr("The step, all lessons, or the goals of all lessons."))
        self.notes_button = IconButton("mdi6.note-text-outline", self.tr("Speaker notes"), size=18)
        self.close_button = IconButton("mdi6.close", self.tr("Hide the lessons"), size=18)
        self.caption = ElidedLabel(token="muted", bold=True)
        self.progress = Timeline()
        self.progress.setToolTip(self.tr("How far the lesson is."))
        self.left_path = WrappedLabel(role="callout")
        self.restore_button = QPushButton(self.tr("Back to the lesson"))
        self.restore_button.setToolTip(self.lecturer.actions_["restore"].toolTip())
        self.onward_button = QPushButton(self.tr("Go on"))
        self.onward_button.setToolTip(self.tr("Open the lesson after this one."))
        self.back = ActionButton(self.lecturer.actions_["previous_place"], "mdi6.arrow-left")
        self.next = ActionButton(
            self.lecturer.actions_["next_place"], "mdi6.arrow-right", primary=True
        )
        self.stack = QStackedWidget()
        for page in (self.step_page, self.contents, self.goals):
            self.stack.addWidget(page)
        top = self._top = QHBoxLayout()
        top.addWidget(self.pages, 1)
        top.addWidget(self.notes_button)
        top.addWidget(self.close_button)
        self._head = QVBoxLayout()
        self._head.addLayout(top)
        self._head.addWidget(self.caption)
        self._head.addWidget(self.progress)
        path = self._path = QVBoxLayout()
        path.addWidget(self.left_path)
        path.addWidget(self.restore_button)
        path.addWidget(self.onward_button)
        foot = self._foot = QHBoxLayout()
        foot.addWidget(self.back)
        foot.addStretch(1)
        foot.addWidget(self.next)
        self._column = column = QVBoxLayout(self)
        # The hairline at the left edge stays free.
        column.setContentsMargins(1, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._head)
        column.addWidget(self.stack, 1)
        column.addLayout(path)
        column.addLayout(foot)

    def _connect(self) -> None:
        lecturer, actions = self.lecturer, self.actions_
        lecturer.loaded.connect(self._show_lists)
        lecturer.place_changed.connect(self._on_place_changed)
        lecturer.path_left.connect(self._show_path)
        lecturer.told.connect(self._on_told)
        lecturer.failed.connect(self._on_failed)
        lecturer.goal_reached.connect(self._show_lists)
        self.pages.chosen.connect(self.show_page)
        self.close_button.clicked.connect(lambda: self.action.setChecked(False))
        self.notes_button.clicked.connect(actions["notes_window"].trigger)
        self.restore_button.clicked.connect(lecturer.restore)
        self.onward_button.clicked.connect(self._on_onward)
        self.step_page.predicted.connect(lecturer.predict)
        self.contents.lesson_chosen.connect(self._on_lesson_chosen)
        self.contents.step_chosen.connect(self._on_step_chosen)
        self.contents.folder_asked.connect(self.own.show_folder)
        self.contents.new_asked.connect(self.own.begin)
        self.goals.goal_chosen.connect(self._on_goal_chosen)
        self.goals.forget_asked.connect(self._on_forget)
        actions["lessons"].toggled.connect(self.setVisible)
        actions["contents"].triggered.connect(self._on_contents)
        actions["question"].triggered.connect(self._on_question)
        actions["notes_window"].toggled.connect(self.notes.set_open)
        self.notes.closed.connect(lambda: actions["notes_window"].setChecked(False))
        self.width_.changed.connect(self._fit)
        look().changed.connect(self.on_look_changed)

    @property
    def action(self) -> QAction:
        """Shows and hides the panel."""
        return self.actions_["lessons"]

    def stop(self) -> None:
        """The window closes."""
        self.width_.stop()
        self.step_page.stop()
        self.own.stop()

    # --- look -----------------------------------------------------------------------------------

    def on_look_changed(self) -> None:
        """Take width and distances from the new look."""
        self.actions_.draw_icons()
        pad, gap = look().px(16), look().px(8)
        self._head.setContentsMargins(pad, look().px(10), look().px(10), look().px(6))
        self._head.setSpacing(look().px(6))
        self._top.setSpacing(look().px(2))
        self._path.setContentsMargins(pad, gap, pad, 0)
        self._path.setSpacing(gap)
        self._foot.setContentsMargins(pad, look().px(10), pad, look().px(12))
        self._foot.setSpacing(gap)
        self._fit(self.width_.px)

    def _fit(self, width: int) -> None:
        self.setFixedWidth(width)
        buttons = (self.back, self.next)
        needed = sum(button.width_at(FULL) for button in buttons) + 3 * look().px(16)
        for button in buttons:
            button.set_detail(FULL if needed <= width else NO_SHORTCUT)
        # In large type the pages' names come first: both have their keys.
        extras = (self.notes_button, self.close_button)
        room = width - look().px(16 + 10) - self.pages.sizeHint().width()
        has_room = room >= sum(extra.sizeHint().width() + look().px(2) for extra in extras)
        for extra in extras:
            extra.setVisible(has_room and not look().is_projector)

    # --- showing --------------------------------------------------------------------------------

    def show_page(self, key: str) -> None:
        """Show the step, the contents or the goals."""
        self.pages.set_current(key)
        self.stack.setCurrentWidget(
            {STEP: self.step_page, CONTENTS: self.contents, GOALS: self.goals}[key]
        )
        is_step = key == STEP
        for widget in (self.caption, self.progress, self.back, self.next):
            widget.setVisible(is_step and self.lecturer.lesson is not None)
        self._show_path(not self.lecturer.is_on_path)
        self._show_onward()

    def _show_everything(self) -> None:
        self._show_lists()
        self._show_place()
        self.show_page(CONTENTS if self.lecturer.lesson is None else STEP)

    def _show_lists(self) -> None:
        lecturer = self.lecturer
        library, progress = lecturer.library, lecturer.progress
        if library is None or progress is None:
            return
        self.contents.show_library(library, lecturer.lesson, lecturer.place, progress.reached)
        self.goals.show_goals(library, progress.reached)

    def _on_place_changed(self) -> None:
        lesson = self.lecturer.lesson
        before, self._shown_lesson = self._shown_lesson, lesson
        is_other = before is None or lesson is None or lesson.key != before.key
        if lesson is not before:
            self.step_page.forget()
        self._show_lists()
        self._show_place()
        self._clear_views()
        self._prepare_card()
        if lesson is None:
            self.show_page(CONTENTS)
        elif is_other:
            self.action.setChecked(True)
            self.show_page(STEP)
            self.contents.list.show_current()

    def _show_place(self) -> None:
        lecturer, lesson = self.lecturer, self.lecturer.lesson
        self.actions_["question"].setEnabled(
            lecturer.step is not None and lecturer.step.question is not None
        )
        with QSignalBlocker(self.pages):
            self.pages.buttons[STEP].setEnabled(lesson is not None)
        if lesson is None:
            return
        number, count = lecturer.place.step + 1, len(lesson.steps)
        self.caption.set_text(self.tr("{part} · step {number} of {count}").format(
            part=_short_name(lesson), number=number, count=count
        ))
        self.caption.setToolTip(lesson.title)
        places = lesson.places
        self.progress.set_parts(count)
        self.progress.set_progress(places.index(lecturer.place) / max(len(places) - 1, 1))
        self._show_onward()

    def _following(self) -> Lesson | None:
        """The lesson after this one, where this one is at its end.

        It takes a click: a clicker that is pressed once too often leads nowhere.
        """
        lecturer = self.lecturer
        if not lecturer.is_at_end or lecturer.library is None:
            return None
        lessons = lecturer.library.lessons
        keys = [lesson.key for lesson in lessons]
        if lecturer.lesson is None or lecturer.lesson.key not in keys:
            return None  # its file may have gone
        number = keys.index(lecturer.lesson.key) + 1
        return lessons[number] if number < len(lessons) else None

    def _show_onward(self) -> None:
        following = self._following()
        is_shown = following is not None and self.pages.current == STEP
        if following is not None:
            self.onward_button.setText(
                self.tr("Go on with {lesson}").format(lesson=_short_name(following))
            )
            self.onward_button.setToolTip(following.title)
        self.onward_button.setVisible(is_shown)

    def _show_path(self, is_left: bool) -> None:
        step = self.lecturer.step
        is_shown = is_left and step is not None and self.pages.current == STEP
        is_goal = step is not None and step.goal is not None
        self.left_path.setText(self.tr("You are off the lesson’s path. Play as you like."))
        self.left_path.setVisible(is_shown and not is_goal)
        self.restore_button.setText(
            self.tr("Start over") if is_goal else self.tr("Back to the lesson")
        )
        self.restore_button.setVisible(is_shown)

    def _on_told(self, told: Told) -> None:
        progress, goal = self.lecturer.progress, told.step.goal
        was_met = goal is not None and progress is not None and goal.key in progress.reached
        self.step_page.show_told(told, was_met=was_met)
        self._dress_views(told)

    def _on_failed(self, problem: str) -> None:
        step = self.lecturer.step
        if step is not None:
            self.step_page.show_problem(step, self.lecturer.place, problem)

    # --- the question and the tab's views -------------------------------------------------------

    def _prepare_card(self) -> None:
        """A card that was answered before still counts; one that is gone back to asks anew."""
        lecturer, place = self.lecturer, self.lecturer.place
        card = self.step_page.cards.get(place.step)
        if card is None or lecturer.step is None:
            return
        if place.is_revealed:
            card.freeze()
            if card.rounds:
                lecturer.predict(card.prediction, card.counts)
        elif card.is_revealed:
            card.reset()

    def _dress_views(self, told: Told) -> None:
        """Cover what would tell the answer; afterwards draw the sketch over the plot itself."""
        question, tab = told.step.question, self.window_.tab(told.step.tab)
        if question is None:
            return
        if not told.place.is_revealed:
            is_told = question.told_by and self.lecturer.changes_nothing_to_reveal
            self.cloths.cover(tuple(tab.answering(question.told_by)) if is_told else ())
            return
        card = self.step_page.card
        sketch = None if card is None else card.prediction
        if question.kind is not QuestionKind.SKETCH or self._sketched_on is not None:
            return
        if isinstance(sketch, tuple) and tab.show_prediction(question.of, sketch[0], sketch[1]):
            self._sketched_on = tab

    def _clear_views(self) -> None:
        self.cloths.cover(())
        if self._sketched_on is not None:
            self._sketched_on.clear_prediction()
            self._sketched_on = None

    # --- input ----------------------------------------------------------------------------------

    def _on_onward(self) -> None:
        following = self._following()
        if following is not None:
            self.lecturer.open(following.key)

    def _on_lesson_chosen(self, key: str) -> None:
        lesson = self.lecturer.lesson
        if lesson is not None and lesson.key == key:
            self.show_page(STEP)
        else:
            self.lecturer.open(key)

    def _on_step_chosen(self, number: int) -> None:
        self.lecturer.go_to(Place(number))
        self.show_page(STEP)

    def _on_goal_chosen(self, key: str, place: Place) -> None:
        self.lecturer.open(key, place)
        self.show_page(STEP)

    def _on_forget(self) -> None:
        progress = self.lecturer.progress
        if progress is not None:
            progress.forget()
            self._show_lists()
            self.step_page.goal.show_goal(self.step_page.goal.goal, is_met=False, was_met=False)

    def _on_contents(self) -> None:
        """Open the contents with the keyboard in them, or close them again."""
        is_open = self.isVisible() and self.pages.current == CONTENTS
        self.action.setChecked(True)
        if is_open and self.lecturer.lesson is not None:
            self.show_page(STEP)
            return
        self.show_page(CONTENTS)
        self.contents.list.show_current()
        self.contents.list.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _on_question(self) -> None:
        self.action.setChecked(True)
        self.show_page(STEP)
        self.step_page.focus_question()


def _short_name(lesson: Lesson) -> str:
    """The homework's part, or where it is of none, the title."""
    return lesson.part if lesson.part[:1].isdigit() else lesson.title
