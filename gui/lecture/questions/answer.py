"""What the widgets for the kinds of answers have in common."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from engine.lessons.truth import Truth


class Answer(QWidget):
    """Takes one prediction at a time; the card decides when it is final."""

    #: The prediction is another one, or there is none any more.
    changed = Signal()
    #: Whoever answers is done, as after Enter.
    submitted = Signal()

    @property
    def value(self) -> object | None:
        """The prediction, as `engine.lessons.scoring.score` takes it; None for none."""
        return None

    def complaint(self) -> str:
        """One sentence on what is missing or wrong; empty where the prediction can be taken."""
        return ""

    def set_locked(self, on: bool) -> None:
        """Whether nothing changes the prediction any more."""

    def start_again(self) -> None:
        """Ask anew; what was predicted so far may stay as a ghost."""

    def show_truth(self, truth: Truth) -> None:
        """Show what is true beside what was predicted."""

    def text(self) -> str:
        """The prediction in a few words, for the list of those so far."""
        return ""
