"""The step that was done last: in words, as a formula, and with the numbers of one unit in it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from engine.backprop.bugs import BUGS
from engine.backprop.formulas import formula_of, name_of, title_of
from engine.backprop.spec import Bug
from engine.backprop.step_numbers import numbers_of
from engine.backprop.trace import Stepper, TraceStep
from engine.words import say
from gui.theme import look
from gui.typesetter import Line
from gui.widgets.card import FirmCard
from gui.widgets.math_label import MathLabel
from gui.widgets.wrapped_label import WrappedLabel

#: From so many signs of TeX on, an equation does not fit a card that is no wider than this.
LONG, WIDE_PX = 75, 560
TWO_EQUATIONS = r",\quad "


class StepCard(FirmCard):
    """Says what its `lines` are; the scene has them set."""

    def __init__(self) -> None:
        super().__init__(self.tr("Before the first step"))
        self.sentence = WrappedLabel()
        self.formula = MathLabel(size=24)
        self.numbers = MathLabel(size=17)
        self.result = MathLabel(size=17)
        self.numbers.go_on_in(self.result)
        self.bug = WrappedLabel(role="problem")
        self.right = MathLabel(size=16, token="green")
        for widget in (
            self.sentence, self.formula, self.numbers, self.result, self.bug, self.right
        ):
            self.body.addWidget(widget)
        self.body.addStretch(1)

    def show_step(self, stepper: Stepper, unit: int | None, *, is_hidden: bool) -> list[Line]:
        """The text at once; the formulas are returned, because setting them takes a while.

        While a bug `is_hidden`, the formula is the one that should be there, and the numbers, which
        would tell, are left out.
        """
        step = stepper.current
        if step is None:
            self.set_title(self.tr("Before the first step"))
            self.sentence.setText(self.tr(
                "Press → to take the first step, or Space to play; every step can be taken back."
            ))
            self.bug.hide()
            return self.lines(stepper, unit, is_hidden=is_hidden)
        tells = step.has_bug and not is_hidden
        # The projector has room for the formula only; the notes have the sentence.
        self.sentence.setVisible(not look().is_projector)
        name = shown_name(stepper, step, is_hidden)
        self.set_title(self.tr("step {number} of {all}   ·   {name}").format(
            number=stepper.position, all=len(stepper.steps), name=name
        ))
        self.sentence.setText(self.tr(shown_title(stepper, step, is_hidden)))
        self.bug.setVisible(tells)
        self.bug.setText(self.tr("Injected bug: {bug}. Right would be:").format(
            bug=self.tr(stepper.bug.label)
        ))
        return self.lines(stepper, unit, is_hidden=is_hidden)

    def lines(self, stepper: Stepper, unit: int | None, *, is_hidden: bool) -> list[Line]:
        """The formulas of the step that a stepper did last."""
        labels, step = (self.formula, self.numbers, self.result, self.right), stepper.current
        if step is None:
            return [(label, "", "") for label in labels]
        right = say(BUGS[stepper.bug].right) if step.has_bug and not is_hidden else ""
        numbers = "" if is_hidden else numbers_of(stepper, stepper.position - 1, unit)
        formula = shown_formula(stepper, step, is_hidden)
        texts = (formula, *self._in_lines(numbers), right)
        return [(label, text, "") for label, text in zip(labels, texts, strict=True)]

    def _in_lines(self, numbers: str) -> tuple[str, str]:
        """A long chain of equations goes on in a second line, where the card is narrow."""
        first, comma, second = numbers.partition(TWO_EQUATIONS)
        if comma:
            return first, second
        parts = numbers.split(" = ")
        if len(parts) < 3 or len(numbers) < LONG or self.width() > look().px(WIDE_PX):
            return numbers, ""
        return " = ".join(parts[:2]), "= " + " = ".join(parts[2:])


def _is_extra(step: TraceStep) -> bool:
    """A second softmax and an update of one layer have no counterpart in the right network."""
    return step.key.endswith("_again") or (step.kind == "update" and step.layer > 0)


def shown_name(stepper: Stepper, step: TraceStep, is_hidden: bool) -> str:
    """A step's name; while a bug is hidden, that of the step as it should be."""
    if not is_hidden:
        return step.name
    if _is_extra(step):
        return QCoreApplication.translate("StepCard", "an unexpected step")
    return name_of(step.kind, step.layer, stepper.network, Bug.NONE)


def shown_title(stepper: Stepper, step: TraceStep, is_hidden: bool) -> str:
    """A step's sentence; while a bug is hidden, that of the step as it should be."""
    if not is_hidden:
        return step.title
    if _is_extra(step):
        return QCoreApplication.translate(
            "StepCard", "This step is in no lecture: look at what it reads and what it writes."
        )
    return title_of(step.kind, step.layer, stepper.network, Bug.NONE, has_bug=False)


def shown_formula(stepper: Stepper, step: TraceStep, is_hidden: bool) -> str:
    """A step's formula; while a bug is hidden, that of the step as it should be."""
    if not is_hidden:
        return step.formula
    if _is_extra(step):
        return ""
    return formula_of(step.kind, step.layer, stepper.network, Bug.NONE)
