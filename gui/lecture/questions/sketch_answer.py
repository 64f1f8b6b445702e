"""A sketched curve, with the tools to draw it."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.lessons.lesson import Question
from engine.lessons.teaching import Points
from engine.lessons.truth import Truth
from gui.lecture.questions.answer import Answer
from gui.lecture.questions.sketch_plane import SketchPlane
from gui.theme import look
from gui.widgets.chip import chip

#: Less than this share of the width is a slip of the pen.
LEAST_COVERAGE = 0.05


class SketchAnswer(Answer):
    """The plane, and below it: draw, erase, back, wipe."""

    def __init__(self, question: Question, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._question = question
        self._rounds = 0
        self.plane = SketchPlane(question)
        self.plane.sketched.connect(self._on_sketched)
        self.erase_button = chip(
            self.tr("Erase"), self.tr("Let the mouse erase what it passes over."), checkable=True
        )
        self.undo_button = chip(self.tr("Back"), self.tr("Take the last stroke back (Ctrl+Z)."))
        self.clear_button = chip(self.tr("Wipe"), self.tr("Wipe everything off."))
        self.erase_button.toggled.connect(self._on_erase_toggled)
        self.undo_button.clicked.connect(self.plane.undo)
        self.clear_button.clicked.connect(self.plane.clear)
        self.tools = QWidget()
        row = QHBoxLayout(self.tools)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(look().px(3))
        for button in (self.erase_button, self.undo_button, self.clear_button):
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look().px(6))
        column.addWidget(self.plane, 1)
        column.addWidget(self.tools)
        self._on_sketched()

    @property
    def value(self) -> Points | None:
        sketch = self.plane.sketch
        return None if sketch.coverage < LEAST_COVERAGE else sketch.points(self._question)

    def text(self) -> str:
        return self.tr("a sketch over {share} of the width").format(
            share=f"{100 * self.plane.sketch.coverage:.0f} %"
        )

    def complaint(self) -> str:
        if self.value is None:
            return self.tr("Nothing is sketched yet; draw a curve with the mouse or arrow keys.")
        return ""

    def set_locked(self, on: bool) -> None:
        self.tools.setVisible(not on)
        self.erase_button.setChecked(False)
        self.plane.set_locked(on)

    def start_again(self) -> None:
        self._rounds += 1
        self.plane.start_again(str(self._rounds))

    def show_given(self, points: Points, label: str) -> None:
        """A curve that helps to answer."""
        self.plane.show_given(*points, label)

    def show_truth(self, truth: Truth) -> None:
        order = np.argsort(truth.x, kind="stable")
        self.plane.show_truth(truth.x[order], truth.y[order], truth_token(self._question.of),
                              self.tr("it is"))

    def _on_sketched(self) -> None:
        self.undo_button.setEnabled(self.plane.can_undo)
        self.clear_button.setEnabled(not self.plane.sketch.is_empty)
        self.changed.emit()

    def _on_erase_toggled(self, on: bool) -> None:
        self.plane.set_mode("erase" if on else "draw")


def truth_token(of: str) -> str:
    """The colour of a curve: what is measured on test images is orange, all else blue."""
    return "orange" if of.startswith("test") else "blue"
