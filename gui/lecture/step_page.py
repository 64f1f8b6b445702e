"""The step of a lesson to be read: prose, formulas, the question, what is revealed, the goal."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from engine.lessons.lesson import Block, Formula, Place, Step
from engine.lessons.wording import untold
from gui.keys import leave_keyboard
from gui.lecture.goal_card import GoalCard
from gui.lecture.live import Told, blocks_at
from gui.lecture.prose import Prose
from gui.lecture.questions.card import QuestionCard
from gui.theme import look
from gui.typesetter import Line, Typesetter
from gui.widgets.math_label import MathLabel
from gui.widgets.wrapped_label import WrappedLabel

FORMULA_PX = 16
#: A long formula rather gets small than pushes the prose beside it out of sight.
SMALLEST_FORMULA = 0.3


class StepPage(QScrollArea):
    """Shows what is told, and keeps the cards of questions asked as long as the lesson is held."""

    #: What was predicted, and the counted hands or None.
    predicted = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Step of the lesson"))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.heading = WrappedLabel(role="heading")
        self.goal = GoalCard()
        self.complaint = WrappedLabel(role="callout")
        self.complaint.setProperty("tone", "problem")
        self.cards: dict[int, QuestionCard] = {}
        self._typesetter = Typesetter(self)
        self._blocks: tuple[Block, ...] = ()
        self._widgets: list[Prose | MathLabel] = []
        self._place: Place | None = None
        self._step: Step | None = None
        self._judged: Told | None = None
        content = QWidget()
        content.setObjectName("side")
        self.viewport().setAutoFillBackground(False)
        self._column = QVBoxLayout(content)
        self._column.addWidget(self.heading)
        self._before, self._after = QVBoxLayout(), QVBoxLayout()
        self._asked = QVBoxLayout()
        for part in (self._before, self._asked, self._after):
            self._column.addLayout(part)
        self._column.addWidget(self.goal)
        self._column.addWidget(self.complaint)
        self._column.addStretch(1)
        self.setWidget(content)
        self.goal.hide()
        self.complaint.hide()
        look().changed.connect(self.on_look_changed)
        self.on_look_changed()

    @property
    def card(self) -> QuestionCard | None:
        """The card of the step's question, if it asks one."""
        return None if self._place is None else self.cards.get(self._place.step)

    def on_look_changed(self) -> None:
        """Take distances and type from the new look."""
        pad = look().px(16)
        self._column.setContentsMargins(pad, look().px(4), pad, pad)
        for part in (self._column, self._before, self._asked, self._after):
            part.setSpacing(look().px(10))
        self._typeset()

    def focus_question(self) -> None:
        """Bring the keyboard to the question: to where one answers, else to its first button."""
        card = self.card
        if card is None:
            return
        self.ensureWidgetVisible(card)
        rooms = [room for room in (card.hands, card.answer, card) if room is not None]
        for widget in [widget for room in rooms for widget in room.findChildren(QWidget)]:
            takes = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
            if takes and widget.isVisibleTo(self) and widget.isEnabled():
                widget.setFocus(Qt.FocusReason.ShortcutFocusReason)
                return

    def forget(self) -> None:
        """Another lesson, or the same with another text: its questions are asked anew."""
        for card in self.cards.values():
            card.hide()
            card.deleteLater()
        self.cards = {}
        self._place = self._step = self._judged = None

    def stop(self) -> None:
        """End what is being set or drawn."""
        self._typesetter.stop()
        self.goal.mark.stop()

    # --- showing --------------------------------------------------------------------------------

    def show_told(self, told: Told, *, was_met: bool) -> None:
        """The place, with the numbers of the moment; `was_met` of its goal, ever."""
        self._show(told.step, told.place, told.blocks)
        self._ask(told)
        self.goal.show_goal(told.step.goal, is_met=told.goal is not None, was_met=was_met)
        self.complaint.hide()

    def show_problem(self, step: Step, place: Place, problem: str) -> None:
        """The place without its numbers, and why they are missing."""
        self._show(step, place, [untold(block) for block in blocks_at(step, place)])
        self.complaint.setText(problem)
        self.complaint.show()

    def _show(self, step: Step, place: Place, texts: Sequence[str]) -> None:
        blocks = blocks_at(step, place)
        is_other_step, is_other = step is not self._step, place != self._place
        self._step, self._place = step, place
        if is_other_step or blocks != self._blocks:
            self._lay_out(step, blocks)
        lines: list[Line] = []
        for widget, text in zip(self._widgets, texts, strict=True):
            if isinstance(widget, MathLabel):
                lines.append((widget, text, ""))
            else:
                widget.set_markdown(text)
        self._typesetter.show(lines)
        for number, card in self.cards.items():
            card.setVisible(number == place.step)
        if is_other_step:
            self.verticalScrollBar().setValue(0)
        elif is_other:
            # The new paragraphs have their places only once the layout has been made.
            QTimer.singleShot(0, self, self._show_answer)

    def _lay_out(self, step: Step, blocks: tuple[Block, ...]) -> None:
        self.heading.setText(step.title)
        for widget in self._widgets:
            widget.hide()
            widget.deleteLater()
        self._blocks, self._widgets = blocks, []
        for number, block in enumerate(blocks):
            widget = Prose() if not isinstance(block, Formula) else MathLabel(
                size=FORMULA_PX, centered=True, smallest=SMALLEST_FORMULA
            )
            part = self._before if number < len(step.before.blocks) else self._after
            part.addWidget(widget)
            self._widgets.append(widget)

    def _typeset(self) -> None:
        """Set the formulas in the new type."""
        self._typesetter.show([
            (widget, widget.tex, "") for widget in self._widgets if isinstance(widget, MathLabel)
        ])

    def _show_answer(self) -> None:
        """Scroll to what was just revealed, as far as the question stays in sight."""
        step = self._step
        if step is None or len(self._widgets) <= len(step.before.blocks):
            return
        last, first = self._widgets[-1], self._widgets[len(step.before.blocks)]
        self.ensureWidgetVisible(last, 0, look().px(16))
        self.ensureWidgetVisible(first, 0, look().px(16))

    # --- the question ---------------------------------------------------------------------------

    def _ask(self, told: Told) -> None:
        question, place = told.step.question, told.place
        if question is None:
            return
        if place.step not in self.cards:
            card = QuestionCard()
            self._asked.addWidget(card)
            card.set_question(question, told.prompt)
            card.predicted.connect(self._on_predicted)
            leave_keyboard(card)
            self.cards[place.step] = card
        card = self.cards[place.step]
        card.setVisible(True)
        if not place.is_revealed:
            card.set_question(question, told.prompt)
        elif told.truth is not None and self._judged is not told:
            self._judged = told
            card.reveal(told.truth, told.score, told.hands)

    def _on_predicted(self, prediction: object) -> None:
        card = self.card
        self.predicted.emit(prediction, None if card is None else card.counts)
