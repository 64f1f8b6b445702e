"""Predicting without a lesson: the tab in front is asked one of its own questions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QScrollArea

from engine.lessons.lesson import QuestionKind
from engine.lessons.standing import Standing
from engine.spec import Spec
from gui.actions import ActionInfo, Actions
from gui.keys import leave_keyboard
from gui.latest import Latest
from gui.lecture.questions.cloth import Cloths
from gui.lecture.questions.judging import Asked, Judged, judge, questions
from gui.lecture.questions.predict_panel import PredictPanel
from gui.tab import Tab
from gui.theme import look

if TYPE_CHECKING:
    from gui.main_window import MainWindow

#: The questions are made when the hand has come to rest; a prediction is judged as often as this
#: while something runs.
ASK_AFTER_MS, JUDGE_EVERY_MS = 120, 400

ACTIONS = (
    ActionInfo("predict", "Predict", "Predict what this tab is about to show; again: close.",
               "crystal-ball", ("Ctrl+P",), True),
)


class Predictor(QObject):
    """Hangs cloths over what would tell, takes the prediction, draws it over the plot, judges it.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window = window
        self.actions_ = Actions(window, "Predictor", ACTIONS)
        self.panel = PredictPanel(window)
        self.panel.hide()
        window.body.addWidget(self.panel)
        leave_keyboard(self.panel)
        self.cloths = Cloths()
        self.asked: tuple[Asked, ...] = ()
        self.judged: Judged | None = None
        #: The question that is asked now, with the tab that it is about.
        self.current: Asked | None = None
        self.tab_key = ""
        self._is_waiting = False
        #: The tab's spec when the prediction was frozen.
        self._frozen_spec: Spec | None = None
        self._made = Latest(ASK_AFTER_MS, self)
        self._made.arrived.connect(self._on_made)
        self._made.ended.connect(lambda: self._on_ended(self._made))
        self._judging = Latest(0, self)
        self._judging.arrived.connect(self._on_judged)
        self._judging.ended.connect(lambda: self._on_ended(self._judging))
        self._news = QTimer(self, interval=JUDGE_EVERY_MS, singleShot=True)
        self._news.timeout.connect(self._judge)
        self._connect()

    def _connect(self) -> None:
        window, panel = self.window, self.panel
        self.action.toggled.connect(self._on_toggled)
        panel.closed.connect(lambda: self.action.setChecked(False))
        panel.question_chosen.connect(self.choose)
        panel.reveal_asked.connect(self.reveal)
        panel.card.predicted.connect(self._on_predicted)
        panel.card.reopened.connect(self._on_reopened)
        window.tab_bar.currentChanged.connect(self._on_tab_changed)
        window.tab_made.connect(self._on_tab_made)
        for tab in window.tabs:
            self._on_tab_made(tab)

    @property
    def action(self) -> QAction:
        """Opens and closes the panel."""
        return self.actions_["predict"]

    @property
    def is_open(self) -> bool:
        """Whether somebody is asked."""
        return bool(self.action.isChecked())

    @property
    def standing(self) -> Standing | None:
        """What is asked now."""
        return None if self.current is None else self.current.standing

    def stop(self) -> None:
        """The window closes."""
        self.panel.width_.stop()
        self._news.stop()
        self._made.stop()
        self._judging.stop()

    # --- which question -------------------------------------------------------------------------

    @property
    def _tab(self) -> Tab:
        return self.window.tab(self.tab_key or self.window.tab_key)

    def _on_tab_made(self, tab: Tab) -> None:
        tab.store.changed.connect(self._on_news)
        tab.results_changed.connect(self._on_news)

    def _on_toggled(self, on: bool) -> None:
        self.panel.setVisible(on)
        self._forget()
        if on:
            self.tab_key = self.window.tab_key
            self._ask()
            self.panel.say(self.tr("Making the questions …"))
            self.panel.card.setFocus()

    def _on_tab_changed(self) -> None:
        """Another tab, other questions; what was predicted of the one before is over."""
        if self.is_open and self.window.tab_key != self.tab_key:
            self._forget()
            self.tab_key = self.window.tab_key
            self._ask()

    def _forget(self) -> None:
        """Nothing is asked any more."""
        for latest in (self._made, self._judging):
            latest.cancel()
        self._news.stop()
        self.cloths.cover(())
        if self.tab_key in self.window.tab_keys:
            self._tab.clear_prediction()
        self.asked, self.current, self.judged, self._is_waiting = (), None, None, False
        self.panel.card.set_question(None, "")
        self.panel.show_questions((), -1)
        self.panel.show_picture(None)
        self.panel.reveal_button.hide()
        self.panel.say("")

    def _ask(self) -> None:
        tab, key = self._tab, self.tab_key
        spec, results = tab.store.spec, tab.results()
        self._made.ask(lambda: questions(key, spec, results))

    def _on_made(self, items: list[tuple[Asked, ...]]) -> None:
        before, self.asked = self.current, items[-1]
        titles = [asked.standing.title for asked in self.asked]
        if not titles:
            self.panel.say(self.tr("There is nothing to predict here."))
            return
        if before is None:
            self.panel.say("")
            self.choose(0)
            return
        at = titles.index(before.standing.title) if before.standing.title in titles else 0
        self.panel.show_questions(titles, at)
        now = self.asked[at]
        if self.panel.card.is_frozen or self.panel.card.rounds:
            return  # who has predicted has done so, whatever is changed now
        if now.standing.is_same(before.standing):
            self.current = now
            self.panel.card.prompt.setText(now.prompt)
            self._cover()
        else:
            self._show(now)

    def choose(self, index: int) -> None:
        """Ask another one of the tab's questions."""
        if 0 <= index < len(self.asked):
            self._tab.clear_prediction()
            titles = [asked.standing.title for asked in self.asked]
            self.panel.show_questions(titles, index)
            self._show(self.asked[index])

    def _show(self, asked: Asked) -> None:
        self.current, self.judged, self._is_waiting = asked, None, False
        standing, tab = asked.standing, self._tab
        self.panel.reveal_button.hide()
        self.panel.say("")
        self.panel.show_picture(standing.picture)
        self.panel.card.set_question(standing.question, asked.prompt, asked.given)
        leave_keyboard(self.panel)
        tab.store.apply(standing.placed(tab.store.spec), "", is_undoable=False)
        self._cover()
        self._bring_into_sight()

    def _cover(self) -> None:
        """Hide what tells, until it is revealed or can only be told by what is yet to come."""
        is_hidden = self.current is not None and not self._is_waiting
        is_hidden = is_hidden and not self.panel.card.is_revealed
        of = self.current.standing.question.of if self.current else ""
        self.cloths.cover(tuple(self._tab.answering(of)) if is_hidden else ())

    def _bring_into_sight(self) -> None:
        """Scroll to the view that shows best what is asked about."""
        views = self._tab.answering(self.current.standing.question.of) if self.current else ()
        for view in views[:1]:
            holder = view.parentWidget()
            while holder is not None and not isinstance(holder, QScrollArea):
                holder = holder.parentWidget()
            if holder is not None:
                holder.ensureWidgetVisible(view, 0, look().px(8))

    # --- the answer -----------------------------------------------------------------------------

    def _on_news(self) -> None:
        """The spec or the results of a tab are others."""
        if not self.is_open or self.sender() not in (self._tab, self._tab.store):
            return
        if self.panel.card.is_revealed or self.current is None:
            return
        self._cover()
        if self.panel.card.is_frozen:
            if not self._news.isActive() and not self._is_settled:
                self._news.start()
        else:
            self._ask()

    @property
    def _is_settled(self) -> bool:
        """Whether the truth is that of the moment of the prediction, whatever happens now."""
        judged, standing = self.judged, self.standing
        return judged is not None and judged.is_final and standing is not None and (
            not standing.is_over
        )

    def _on_predicted(self) -> None:
        self._frozen_spec = self._tab.store.spec
        self.judged = None
        self.panel.say("")
        self._judge()

    def _on_reopened(self) -> None:
        """One more prediction before it is revealed."""
        self._judging.cancel()
        self._is_waiting = False
        self._tab.clear_prediction()
        self.panel.reveal_button.hide()
        self.panel.say("")
        self._cover()

    def _judge(self) -> None:
        found, card, tab, key = self.standing, self.panel.card, self._tab, self.tab_key
        if found is None or not card.is_frozen or self._judging.is_busy:
            return
        spec, results = tab.store.spec, tab.results()
        if not found.is_over and spec != self._frozen_spec:
            self._say_void()
            return
        prediction, counts = card.prediction, card.counts
        self._judging.ask(lambda: judge(found, key, spec, results, prediction, counts))

    def _on_judged(self, items: list[Judged]) -> None:
        judged, card = items[-1], self.panel.card
        standing = self.standing
        if standing is None or judged.question is not standing.question or card.is_revealed:
            return
        self.judged = judged
        if judged.is_void:
            self._say_void()
            return
        if judged.is_final and self._is_waiting:
            self.reveal()
            return
        if judged.is_final:
            self.panel.say("")
        elif standing.is_over:
            self._wait()
        else:
            self.panel.say(self.tr("The answer is being worked out …"))
        if not judged.is_final:
            self._news.start()
        self.panel.reveal_button.setVisible(judged.truth is not None)
        self.panel.reveal_button.setText(
            self.tr("Reveal so far") if self._is_waiting else self.tr("Reveal")
        )

    def _say_void(self) -> None:
        """What was asked about is there no more, and no answer would be fair."""
        self.panel.reveal_button.hide()
        self.panel.say(self.tr(
            "The settings are no longer those that were asked about; undo the change, or choose a "
            "question anew."
        ))

    def _wait(self) -> None:
        """Nothing is known yet: what is predicted stands over the plot while it comes about."""
        if not self._is_waiting:
            self._is_waiting = True
            self._show_ghost()
            self._cover()
        self.panel.say(self.tr(
            "Press play: the answer is revealed once it is known."
        ))

    def _show_ghost(self) -> None:
        standing, prediction = self.standing, self.panel.card.prediction
        if standing is None or standing.question.kind is not QuestionKind.SKETCH:
            return
        if isinstance(prediction, tuple) and len(prediction) == 2:
            self._tab.show_prediction(standing.question.of, *prediction)

    def reveal(self) -> None:
        """Show what is true by what is known now."""
        judged = self.judged
        if judged is None or judged.truth is None:
            return
        self._is_waiting = False
        self.panel.card.reveal(judged.truth, judged.score, judged.hands)
        self.panel.show_verdict()
        self.panel.reveal_button.hide()
        self.panel.say("")
        self._show_ghost()
        self._cover()
        self._bring_into_sight()

    def _on_ended(self, latest: Latest) -> None:
        if latest.problem:
            self.panel.say(latest.problem)
