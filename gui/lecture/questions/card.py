"""A question: predict, freeze, and see what is true beside it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from engine.lessons.filling import in_prose
from engine.lessons.lesson import Question, QuestionKind
from engine.lessons.scoring import Hands, Score, score_hands, shift_sentence
from engine.lessons.teaching import Points
from engine.lessons.truth import Truth
from gui.lecture.questions.answer import Answer
from gui.lecture.questions.choice_answer import ChoiceAnswer
from gui.lecture.questions.hands_board import HandsBoard
from gui.lecture.questions.number_answer import NumberAnswer
from gui.lecture.questions.order_answer import OrderAnswer
from gui.lecture.questions.sketch_answer import SketchAnswer
from gui.lecture.questions.verdict import Verdict
from gui.theme import look
from gui.widgets.chip import chip
from gui.widgets.segmented import SegmentedControl
from gui.widgets.wrapped_label import WrappedLabel

ALONE, HANDS = "alone", "hands"


@dataclass(frozen=True)
class Round:
    """One prediction that was frozen: by whom, what, and how it is told."""

    mode: str
    value: object
    text: str


class QuestionCard(QWidget):
    """Takes predictions one after another; each is final once it is frozen.

    One person answers, or a room raises its hands; "Ask again" goes on to the next round, whose
    shift against the one before is shown. What is true is told by whoever owns the card.
    """

    #: A prediction, or counts of hands, have been frozen.
    predicted = Signal(object)
    #: Another round begins: nothing is frozen any more.
    reopened = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rounds: list[Round] = []
        self.answer: Answer | None = None
        self.hands: HandsBoard | None = None
        self._question: Question | None = None
        self._prompt = ""
        self._given: tuple[Points, str] | None = None
        self._is_frozen = self._is_revealed = False
        #: Who has to start anew before answering again.
        self._answered: set[str] = set()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._lay_out()
        look().changed.connect(self.on_look_changed)
        self.on_look_changed()
        self.hide()

    def _lay_out(self) -> None:
        self.prompt = WrappedLabel(role="title")
        self.mode = SegmentedControl(
            [(ALONE, self.tr("One person")), (HANDS, self.tr("Hands"))]
        )
        self.mode.setToolTip(self.tr("Who answers: one person here, or the room by hands."))
        self.mode.chosen.connect(self._on_mode_chosen)
        self.past = WrappedLabel(role="muted")
        self.problem = WrappedLabel(role="problem")
        self.freeze_button = QPushButton(self.tr("Freeze"))
        self.freeze_button.setProperty("role", "primary")
        self.freeze_button.setToolTip(
            self.tr("Nothing changes the prediction any more; the answer comes later.")
        )
        self.freeze_button.clicked.connect(self._on_freeze_clicked)
        self.frozen = QLabel(self.tr("Frozen"))
        self.frozen.setProperty("role", "muted")
        self.again_button = chip(
            self.tr("Ask again"),
            self.tr("Predict once more, as after talking about it; this prediction stays."),
        )
        self.again_button.clicked.connect(self.ask_again)
        self.verdict = Verdict()
        self._place = QVBoxLayout()
        buttons = QHBoxLayout()
        buttons.addWidget(self.freeze_button)
        buttons.addWidget(self.frozen)
        buttons.addWidget(self.again_button)
        buttons.addStretch(1)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for widget in (self.prompt, self.mode, self.past):
            column.addWidget(widget)
        column.addLayout(self._place, 1)
        column.addWidget(self.problem)
        column.addLayout(buttons)
        column.addWidget(self.verdict)

    def on_look_changed(self) -> None:
        """Take distances from the new look."""
        self._column.setSpacing(look().px(8))

    # --- what the owner asks --------------------------------------------------------------------

    @property
    def question(self) -> Question | None:
        """What is asked."""
        return self._question

    def set_question(
        self, question: Question | None, prompt: str, given: tuple[Points, str] | None = None
    ) -> None:
        """Ask anew; None hides the card. The same question with another prompt goes on as it is.

        `given` is a curve (x, y) that is known before, and its name, to be sketched beside.
        """
        self._prompt = prompt
        self.prompt.setText(prompt)
        if question is not self._question:
            self._question, self._given = question, given
            self.reset()
        self.setVisible(question is not None)

    @property
    def prediction(self) -> object | None:
        """The last prediction of one person, as `scoring.score` takes it; None for none."""
        now = self.answer.value if self._is_open(ALONE) and self.answer else None
        return now if now is not None else self._last(ALONE)

    @property
    def counts(self) -> dict[str, int] | None:
        """The last show of hands, by choice; None for none."""
        now = self.hands.value if self._is_open(HANDS) and self.hands else None
        counts = now if now is not None else self._last(HANDS)
        return counts if isinstance(counts, dict) else None

    @property
    def is_frozen(self) -> bool:
        """Whether the latest round is final."""
        return self._is_frozen

    @property
    def is_revealed(self) -> bool:
        """Whether the truth is shown."""
        return self._is_revealed

    def freeze(self) -> None:
        """No more changes; where nobody predicted anything, it stays at that."""
        if self._question is None or self._is_frozen:
            return
        answer = self._current()
        if answer.value is not None:
            self.rounds.append(Round(self.mode.current, answer.value, answer.text()))
            self._answered.add(self.mode.current)
        self._is_frozen = True
        self._show_state()
        if answer.value is not None:
            self.predicted.emit(answer.value)

    def reveal(self, truth: Truth, score: Score | None, hands: Hands | None) -> None:
        """Show what is true beside the predictions, and what they were worth."""
        if self._question is None:
            return
        self.freeze()
        self._is_revealed = True
        for view in (self.answer, self.hands):
            if view is not None:
                view.show_truth(truth)
        self.verdict.show_result(score, hands, self._shift(truth), self._told(truth))
        self._show_state()

    def reset(self) -> None:
        """The same question as if it had never been answered."""
        self.rounds = []
        self._answered = set()
        self._is_frozen = self._is_revealed = False
        for view in (self.answer, self.hands):
            if view is not None:
                view.hide()
                view.deleteLater()
        self.answer = self.hands = None
        self.verdict.hide()
        self.mode.set_current(ALONE)
        question = self._question
        if question is not None:
            self.answer = self._make(question)
            self._add(self.answer)
            if question.kind in (QuestionKind.CHOICE, QuestionKind.SIGN):
                self.hands = HandsBoard(question.choices)
                self._add(self.hands)
            self._show_state()

    def ask_again(self) -> None:
        """Another round; what was predicted so far stays listed."""
        if self._is_frozen and not self._is_revealed:
            self._open_round()

    # --- inside ---------------------------------------------------------------------------------

    def _make(self, question: Question) -> Answer:
        if question.kind is QuestionKind.SKETCH:
            sketch = SketchAnswer(question)
            if self._given is not None:
                sketch.show_given(*self._given)
            return sketch
        if question.kind is QuestionKind.ORDER:
            return OrderAnswer(question.choices)
        if question.kind is QuestionKind.NUMBER:
            return NumberAnswer(question.unit, self._prompt)
        return ChoiceAnswer(question.choices, in_a_row=question.kind is QuestionKind.SIGN)

    def _add(self, view: Answer) -> None:
        self._place.addWidget(view)
        view.changed.connect(self._on_changed)
        view.submitted.connect(self._on_freeze_clicked)

    def _current(self) -> Answer:
        view = self.hands if self.mode.current == HANDS and self.hands else self.answer
        assert view is not None
        return view

    def _is_open(self, mode: str) -> bool:
        return not self._is_frozen and self.mode.current == mode

    def _last(self, mode: str) -> object | None:
        return next((r.value for r in reversed(self.rounds) if r.mode == mode), None)

    def _told(self, truth: Truth) -> str:
        """What is true, where nobody predicted anything that a sentence could be about."""
        answer = truth.text
        if self._question is not None and self._question.kind is QuestionKind.NUMBER:
            answer = f"{in_prose(truth.number, '.4g')} {self._question.unit}".strip()
        return self.tr("The answer is “{answer}”.").format(answer=answer) if answer else ""

    def _shift(self, truth: Truth) -> str:
        """What became of the hands from the first to the last show of them."""
        question = self._question
        shows = [r.value for r in self.rounds if r.mode == HANDS and isinstance(r.value, dict)]
        if question is None or len(shows) < 2:
            return ""
        first, last = (score_hands(question, shows[place], truth) for place in (0, -1))
        return shift_sentence(first, last)

    def _on_mode_chosen(self, _mode: str) -> None:
        """Another one answers: that is another round, if this one is over."""
        self._open_round()

    def _open_round(self) -> None:
        was_frozen, self._is_frozen = self._is_frozen, False
        if self.mode.current in self._answered:
            self._answered.discard(self.mode.current)
            self._current().start_again()
        self._show_state()
        if was_frozen:
            self.reopened.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter freezes; widgets that need it themselves have taken it before."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self._is_frozen:
            self._on_freeze_clicked()
        else:
            super().keyPressEvent(event)

    def _on_freeze_clicked(self) -> None:
        if self._is_frozen:
            return
        complaint = self._current().complaint()
        self._complain(complaint)
        if not complaint:
            self.freeze()

    def _on_changed(self) -> None:
        self._complain("")

    def _complain(self, sentence: str) -> None:
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))
        if isinstance(self.answer, NumberAnswer):
            self.answer.show_invalid(bool(sentence))

    def _show_state(self) -> None:
        question, is_over = self._question, self._is_frozen
        can_vote = question is not None and self.hands is not None
        self.mode.setVisible(can_vote and not self._is_revealed)
        if self.answer is not None:
            self.answer.set_locked(is_over or self.mode.current != ALONE)
            self.answer.setVisible(self._is_shown(ALONE))
        if self.hands is not None:
            self.hands.set_locked(is_over or self.mode.current != HANDS)
            self.hands.setVisible(self._is_shown(HANDS))
        self.freeze_button.setVisible(not is_over)
        self.frozen.setVisible(is_over and not self._is_revealed)
        self.again_button.setVisible(is_over and not self._is_revealed and bool(self.rounds))
        lines = self._lines()
        self.past.setText("\n".join(lines))
        self.past.setVisible(bool(lines))
        self._complain("")

    def _is_shown(self, mode: str) -> bool:
        """While one answers, only that; in the end whatever was answered."""
        if not self._is_revealed:
            return self.mode.current == mode
        return self._last(mode) is not None or (mode == ALONE and not self.rounds)

    def _lines(self) -> list[str]:
        """The rounds so far: "1st show of hands: 84 hands"; one alone needs no list."""
        if len(self.rounds) < 2 and (self._is_frozen or not self.rounds):
            return []
        numbers = {ALONE: 0, HANDS: 0}
        lines = []
        for past in self.rounds:
            numbers[past.mode] += 1
            lines.append(self.tr("{name}: {answer}").format(
                name=self._round_name(past.mode, numbers[past.mode]), answer=past.text
            ))
        return lines

    def _round_name(self, mode: str, number: int) -> str:
        if mode == HANDS:
            names = (self.tr("1st show of hands"), self.tr("2nd show of hands"),
                     self.tr("3rd show of hands"))
            further = self.tr("{number}th show of hands")
        else:
            names = (self.tr("1st prediction"), self.tr("2nd prediction"),
                     self.tr("3rd prediction"))
            further = self.tr("{number}th prediction")
        return names[number - 1] if number <= len(names) else further.format(number=number)
