"""A bug in the backward pass: put in, hidden for the class to find, guessed, revealed."""

from __future__ import annotations

import random

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QWidget

from engine.backprop.bugs import BUGS
from engine.backprop.spec import BackpropSpec, Bug
from engine.words import later, say
from gui.theme import look
from gui.typesetter import Line
from gui.widgets.card import FirmCard
from gui.widgets.chip import chip
from gui.widgets.math_label import MathLabel
from gui.widgets.wrapped_label import WrappedLabel

#: Without a hidden layer these leave no trace, so nobody could find them.
NEED_HIDDEN = (Bug.MISSING_SLOPE, Bug.WRONG_TRANSPOSE, Bug.EARLY_UPDATE)
#: What stands on the buttons, two of which must fit a row on the projector.
SHORT = {
    Bug.MISSING_SLOPE: later("missing σ′"), Bug.DOUBLE_SOFTMAX: later("softmax twice"),
    Bug.WRONG_TRANSPOSE: later("wrong transpose"), Bug.FORGOTTEN_BIAS: later("forgotten bias"),
    Bug.EARLY_UPDATE: later("early update"), Bug.LOG_EPSILON: "log(p + ε)",
}


class BugCard(FirmCard):
    """Asks for a bug, and whether it is hidden; shows what the spec says."""

    #: (bug, is_hidden, text for undo)
    bug_asked = Signal(object, bool, str)
    steps_asked = Signal()

    def __init__(self) -> None:
        super().__init__(self.tr("Which mistake is in?"))
        self._recipe = BackpropSpec()
        self._wrong: set[Bug] = set()
        self._answer = ""
        self._is_hidden = False
        self.sentence = WrappedLabel()
        self.hide_button = chip(
            self.tr("Hide a bug"), self.tr("Put a random bug in and do not tell which.")
        )
        self.hide_button.clicked.connect(self._on_hide)
        self.reveal_button = chip(
            self.tr("Reveal"), self.tr("Tell which bug is in, and show it in its formula.")
        )
        self.reveal_button.clicked.connect(
            lambda: self.bug_asked.emit(self._recipe.bug, False, self.tr("Reveal the bug"))
        )
        self.remove_button = chip(self.tr("Remove"), self.tr("Take the bug out."))
        self.remove_button.clicked.connect(
            lambda: self.bug_asked.emit(Bug.NONE, False, self.tr("Remove the bug"))
        )
        self.steps_button = chip(
            self.tr("Show in steps"), self.tr("Go to the step that it sits in.")
        )
        self.steps_button.clicked.connect(self.steps_asked)
        self.guesses = self._guess_buttons()
        self.formulas = QWidget()
        rows = QGridLayout(self.formulas)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setColumnStretch(1, 1)
        self.wrong = MathLabel(size=17, token="vermilion")
        self.right = MathLabel(size=17, token="green")
        for row, (text, label) in enumerate((
            (self.tr("as it is"), self.wrong), (self.tr("right"), self.right),
        )):
            name = QLabel(text)
            name.setProperty("role", "muted")
            rows.addWidget(name, row, 0)
            rows.addWidget(label, row, 1)
        for widget in (self.sentence, self.guesses, self.formulas):
            self.body.addWidget(widget)
        self.more = WrappedLabel(role="muted")
        self.body.addWidget(self.more)
        self.body.addStretch(1)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for button in (self.hide_button, self.reveal_button, self.remove_button,
                       self.steps_button):
            buttons.addWidget(button)
        self.body.addLayout(buttons)

    def _guess_buttons(self) -> QWidget:
        """One button for each bug, in two columns."""
        self.guess_buttons: dict[Bug, QPushButton] = {}
        holder = QWidget()
        rows = QGridLayout(holder)
        rows.setContentsMargins(0, 0, 0, 0)
        for place, bug in enumerate(BUGS):
            button = chip(
                self.tr(SHORT[bug]), self.tr("Put this mistake in; where one is hidden, guess it.")
            )
            button.clicked.connect(lambda _=False, b=bug: self._on_guess(b))
            self.guess_buttons[bug] = button
            rows.addWidget(button, place // 2, place % 2)
        return holder

    def show_bug(self, recipe: BackpropSpec, *, is_hidden: bool) -> list[Line]:
        """The spec's bug; formulas are returned, because setting them takes a while."""
        if (recipe.bug, is_hidden) != (self._recipe.bug, self._is_hidden):
            self._wrong, self._answer = set(), ""
        self._recipe, self._is_hidden = recipe, is_hidden
        # The projector has room for what one does, and for the formulas.
        self.sentence.setVisible(not look().is_projector or is_hidden)
        bug, is_in = recipe.bug, recipe.bug is not Bug.NONE
        is_told = is_in and not is_hidden
        self.hide_button.setVisible(not is_hidden)
        self.reveal_button.setVisible(is_hidden)
        for button in (self.remove_button, self.steps_button):
            button.setVisible(is_told)
        self.guesses.setVisible(not is_told)
        self.formulas.setVisible(is_told)
        self.more.setVisible(is_told and not look().is_projector)
        if is_told:
            info = BUGS[bug]
            self.set_title(self.tr("Injected: {bug}").format(bug=self.tr(bug.label)))
            self.sentence.setText(self.tr(info.symptom))
            self.more.setText(self.tr("Hidden by: {networks}").format(
                networks=self.tr(info.hidden_by)
            ))
            return [(self.wrong, say(info.wrong), ""), (self.right, say(info.right), "")]
        if is_hidden:
            self.set_title(self.tr("One mistake is in. Which?"))
            self._show_guesses(self._answer)
        else:
            self.set_title(self.tr("No mistake is in"))
            self._show_guesses(self.tr(
                "Put one in to see what the check says; or hide one, and let the class find it: "
                "which groups differ, from which witness, and by how much?"
            ))
        return []

    def _show_guesses(self, answer: str) -> None:
        for bug, button in self.guess_buttons.items():
            button.setEnabled(bug not in self._wrong)
        self.sentence.setText(answer or self.tr(
            "Look at the table: which groups differ, and do both witnesses say so?"
        ))

    def _on_guess(self, bug: Bug) -> None:
        if self._recipe.bug is Bug.NONE:
            self.bug_asked.emit(bug, False, self.tr("Inject a bug"))
        elif bug is self._recipe.bug:
            self.bug_asked.emit(bug, False, self.tr("Found the bug"))
        else:
            self._wrong.add(bug)
            self._answer = self.tr("“{bug}” would look different. Look again.").format(
                bug=self.tr(bug.label)
            )
            self._show_guesses(self._answer)

    def _on_hide(self) -> None:
        """Any bug that this network can show, but not the one that was just in."""
        bugs = [b for b in BUGS if self._recipe.hidden or b not in NEED_HIDDEN]
        others = [b for b in bugs if b is not self._recipe.bug]
        self.bug_asked.emit(random.choice(others), True, self.tr("Hide a bug"))
