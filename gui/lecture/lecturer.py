"""The lesson that is held: which one, where in it, and whether the tabs still are as it says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from engine.errors import LessonError
from engine.lessons.facts import Facts
from engine.lessons.lesson import Action, Lesson, Place, State, Step
from engine.lessons.library import Library
from engine.lessons.progress import Progress
from engine.sessions.session import LessonPlace
from gui.actions import ActionInfo, Actions
from gui.lecture.live import Teller, Told
from gui.lecture.shelf import Shelf
from gui.tab import Tab

if TYPE_CHECKING:
    from gui.main_window import MainWindow

#: Numbers in a text change at most so often; the eye reads no faster.
NEWS_EVERY_MS = 200

ACTIONS = (
    ActionInfo("next_place", "Next", "Reveal the answer, or go on to the lesson's next step.",
               "", ("PgDown",)),
    ActionInfo("previous_place", "Back", "Back to the lesson's place before this one.", "",
               ("PgUp",)),
    ActionInfo("restore", "Back to the lesson", "Set the tabs as this step of the lesson has them.",
               "", ("Ctrl+Shift+L",)),
    ActionInfo("close_lesson", "Close the lesson", "Leave the lesson; the tabs stay as they are."),
)


class Lecturer(QObject):
    """Holds a lesson in the window. All it does to the tabs is to set specs and carry out commands.

    Whoever plays around leaves the path; the next place, or `restore`, leads back to it.
    """

    #: The lessons were read, or read again.
    loaded = Signal()
    #: Another lesson, another place in it, or the same with another text.
    place_changed = Signal()
    #: The spec or the results of the step's tab are others than before.
    facts_changed = Signal()
    #: The tabs are no more as the place has them; False: they are again.
    path_left = Signal(bool)
    #: What the place says now (`Told`).
    told = Signal(object)
    #: One sentence on why it cannot be told.
    failed = Signal(str)
    #: A goal was reached for the first time.
    goal_reached = Signal(object)

    def __init__(self, window: MainWindow, own_folder: Path | None = None) -> None:
        super().__init__(window)
        self.window = window
        self.actions_ = Actions(window, "Lecturer", ACTIONS)
        self.lesson: Lesson | None = None
        self.place = Place()
        self.shelf = Shelf(window.notice, self, own_folder)
        self.teller = Teller(self)
        self._wanted: tuple[str, Place, bool] | None = None
        self._state: State | None = None
        self._is_entering = False
        self._is_on_path = True
        self._command: Action | None = None
        self._news = QTimer(self, interval=NEWS_EVERY_MS, singleShot=True)
        self._news.timeout.connect(self._on_news)
        self._connect()
        self._show_actions()
        self.shelf.start()

    def _connect(self) -> None:
        window, actions = self.window, self.actions_
        for key, slot in (
            ("next_place", self.next), ("previous_place", self.previous),
            ("restore", self.restore), ("close_lesson", self.close),
        ):
            actions[key].triggered.connect(slot)
        self.shelf.changed.connect(self._on_shelf_changed)
        self.teller.told.connect(self._on_told)
        self.teller.failed.connect(self.failed)
        window.tab_bar.currentChanged.connect(self._on_moved)
        window.tab_made.connect(self._on_tab_made)
        for tab in window.tabs:
            self._on_tab_made(tab)
        window.keeper.lesson_asked.connect(self._on_lesson_asked)

    def stop(self) -> None:
        """The window closes."""
        self._news.stop()
        self.teller.stop()
        self.shelf.stop()

    # --- seen -----------------------------------------------------------------------------------

    @property
    def library(self) -> Library | None:
        """All lessons; None until they are read."""
        return self.shelf.library

    @property
    def progress(self) -> Progress | None:
        """The goals reached; None until they are read."""
        return self.shelf.progress

    @property
    def step(self) -> Step | None:
        """The step that is shown."""
        return None if self.lesson is None else self.lesson.steps[self.place.step]

    @property
    def is_on_path(self) -> bool:
        """Whether the tabs are as the place has them."""
        return self._is_on_path

    @property
    def is_at_end(self) -> bool:
        """Whether nothing comes after this place."""
        return self.lesson is not None and self.lesson.next(self.place) == self.place

    @property
    def changes_nothing_to_reveal(self) -> bool:
        """Whether the tab stays as it is when the answer is revealed, and so shows it already."""
        lesson, place = self.lesson, self.place
        if lesson is None or place.is_revealed or not lesson.steps[place.step].is_revealing:
            return False
        return lesson.at(place) == lesson.at(Place(place.step, True))

    @property
    def is_busy(self) -> bool:
        """Whether the place still has something to say: numbers, or a command not carried out."""
        return self._news.isActive() or self.teller.is_busy or self._command is not None

    def facts(self) -> Facts | None:
        """What is known now in the step's tab, whether or not the path was left."""
        step = self.step
        if step is None:
            return None
        assert self._state is not None
        tab, told = self.window.opened_tabs.get(step.tab), self.teller.last
        spec = self.window.specs().get(step.tab, self._state.specs[step.tab])
        results = None if tab is None else tab.results()
        return Facts(step.tab, spec, results, None if told is None else told.extra)

    # --- hands ----------------------------------------------------------------------------------

    def open(self, key: str, place: Place | None = None) -> None:
        """Hold a lesson from a place on, once the lessons are read; an unknown one is told of."""
        if self.library is None:
            self._wanted = key, place or Place(), True
        elif self._take(key, place or Place()):
            self._enter()

    def close(self) -> None:
        """Hold no lesson any more; the tabs stay as they are."""
        self._wanted = None
        if self.lesson is None:
            return
        self.lesson, self.place = None, Place()
        self._begin_place()
        self.window.keeper.lesson_place = None
        self._set_on_path(True)
        self.place_changed.emit()

    def next(self) -> None:
        """Reveal, or go on; nothing at the end."""
        if self.lesson is not None and not self.is_at_end:
            self.go_to(self.lesson.next(self.place))

    def previous(self) -> None:
        """One place back; nothing at the start."""
        if self.lesson is not None:
            place = self.lesson.previous(self.place)
            if place != self.place:
                self.go_to(place)

    def go_to(self, place: Place) -> None:
        """Enter a place of the lesson; its state is set completely."""
        if self.lesson is not None:
            self._move_to(self.lesson.clamped(place))
            self._enter()

    def restore(self) -> None:
        """Set the tabs as the place has them."""
        if self.lesson is not None:
            self._enter()

    def predict(self, prediction: object | None, counts: Mapping[str, int] | None = None) -> None:
        """What the audience expects: one prediction, or a show of hands by choice.

        What was answered already is judged anew.
        """
        self.teller.prediction, self.teller.counts = prediction, counts
        if self.place.is_revealed:
            self._ask(is_urgent=True)

    # --- places ---------------------------------------------------------------------------------

    def _take(self, key: str, place: Place) -> bool:
        assert self.library is not None
        try:
            lesson = self.library.find(key)
        except LessonError as error:
            self.window.notice.tell(str(error), is_problem=True)
            return False
        self.lesson, self.place = lesson, lesson.clamped(place)
        self._begin_place()
        return True

    def _move_to(self, place: Place) -> None:
        is_other = place.step != self.place.step
        goes_back = self.place.is_revealed and not place.is_revealed
        self.place = place
        if is_other or goes_back:
            self._begin_place()
        else:
            self.teller.cancel()

    def _begin_place(self) -> None:
        """Nothing is predicted or known of this step yet."""
        self._command, self._state = None, None
        self.teller.forget()

    def _enter(self) -> None:
        lesson, step = self.lesson, self.step
        assert lesson is not None
        assert step is not None
        state = self._state = lesson.at(self.place)
        self._is_entering = True
        try:
            self.window.apply_specs(
                state.specs, self.tr("Lesson: {step}").format(step=step.title)
            )
            tab = self.window.show_tab(state.tab)
            self._command = state.actions.get(state.tab)
            if self._command is None:
                tab.begin_anew()
            self._carry_out(tab)
        finally:
            self._is_entering = False
        self._show_place()

    def _show_place(self) -> None:
        """The place, as it is, is the one to be seen."""
        assert self.lesson is not None
        place = self.place
        self.window.keeper.lesson_place = LessonPlace(
            self.lesson.key, place.step, place.is_revealed
        )
        self._note_path()
        self.place_changed.emit()
        self._ask(is_urgent=True)

    def _carry_out(self, tab: Tab) -> None:
        """What the tab cannot do yet, as it still loads, is tried again when it has news."""
        if self._command is not None and tab.perform(self._command):
            self._command = None

    def _show_actions(self) -> None:
        is_held, step = self.lesson is not None, self.step
        holds_back = step is not None and step.is_revealing and not self.place.is_revealed
        self.actions_["next_place"].setText(
            self.tr("Reveal") if holds_back else self.tr("The end") if self.is_at_end
            else self.tr("Next")
        )
        self.actions_["next_place"].setEnabled(is_held and not self.is_at_end)
        self.actions_["previous_place"].setEnabled(is_held and self.place != Place())
        self.actions_["restore"].setEnabled(is_held)
        self.actions_["close_lesson"].setEnabled(is_held)

    # --- what is known --------------------------------------------------------------------------

    def _ask(self, *, is_urgent: bool = False) -> None:
        self._show_actions()
        facts, step = self.facts(), self.step
        if facts is None or step is None:
            return
        self.teller.progress = self.progress
        self.teller.ask(
            step, self.place, facts, wants_truth=self._may_know_truth(step), is_urgent=is_urgent
        )

    def _may_know_truth(self, step: Step) -> bool:
        """Whether what is there now is the answer: revealed, on the path, and at rest."""
        question = step.question
        if question is None or not self.place.is_revealed:
            return False
        if question.answer is not None:
            return True
        tab = self.window.opened_tabs.get(step.tab)
        is_done = self._command is None and tab is not None and tab.is_at_rest
        return is_done and self._is_on_path

    def _on_told(self, told: Told) -> None:
        self.told.emit(told)
        if told.goal is not None and told.is_new:
            assert self.progress is not None
            if self.progress.problem:
                self.window.notice.tell(self.progress.problem, is_problem=True)
            self.goal_reached.emit(told.goal)

    def _on_news(self) -> None:
        tab = None if self.step is None else self.window.opened_tabs.get(self.step.tab)
        if tab is not None:
            self._carry_out(tab)
            self._ask()
            self.facts_changed.emit()

    # --- what happens around --------------------------------------------------------------------

    def _on_tab_made(self, tab: Tab) -> None:
        tab.store.changed.connect(self._on_moved)
        tab.results_changed.connect(self._expect_news)

    def _on_moved(self) -> None:
        """A spec has changed, or another tab has come to the front."""
        if self.lesson is None or self._is_entering:
            return
        self._note_path()
        self._expect_news()

    def _expect_news(self) -> None:
        if self.lesson is not None and not self._news.isActive():
            self._news.start()

    def _note_path(self) -> None:
        state = self._state
        if state is None:
            return
        specs = self.window.specs()
        self._set_on_path(
            self.window.tab_key == state.tab
            and all(specs.get(key) == spec for key, spec in state.specs.items())
        )

    def _set_on_path(self, is_on: bool) -> None:
        if is_on != self._is_on_path:
            self._is_on_path = is_on
            self.path_left.emit(not is_on)

    def _on_shelf_changed(self) -> None:
        self.loaded.emit()
        if self._wanted is not None:
            key, place, is_set = self._wanted
            self._wanted = None
            if not is_set:
                self._go_on(key, place)
            elif self._take(key, place):
                self._enter()
        elif self.lesson is not None:
            self._reload(self.lesson)

    def _reload(self, before: Lesson) -> None:
        """The file was saved while its lesson is held: stay, and show what it says now."""
        library = self.library
        assert library is not None
        after = next((lesson for lesson in library.lessons if lesson.key == before.key), None)
        if after is None or after == before:
            return
        was_on_path = self._is_on_path
        self.lesson, self.place = after, after.clamped(self.place)
        is_same = after.at(self.place) == self._state
        if was_on_path and not is_same:
            self._begin_place()
            self._enter()
        else:
            self._resume()

    def _resume(self) -> None:
        """Be at a place without setting anything: the tabs are already as they shall be."""
        assert self.lesson is not None
        self.teller.forget()
        self._state = self.lesson.at(self.place)
        self._show_place()

    def _on_lesson_asked(self, asked: LessonPlace | None) -> None:
        """A session was opened that stands in a lesson, or in none: its specs are the session's."""
        if asked is None:
            self.close()
            return
        place = Place(asked.step, asked.is_revealed)
        if self.library is None:
            self._wanted = asked.lesson, place, False
        else:
            self._go_on(asked.lesson, place)

    def _go_on(self, key: str, place: Place) -> None:
        """Be where a session stood; a lesson that is gone is held no more."""
        if self._take(key, place):
            self._resume()
        else:
            self.close()
            self.window.keeper.lesson_place = None
