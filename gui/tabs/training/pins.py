"""The runs that are kept for comparison."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal

from engine.runs.history import History
from engine.training.recipe import Recipe

#: With more curves than these none can be told from another; the oldest makes room.
MOST_PINS = 6


class Pins(QObject):
    """Histories of runs, the oldest first; nobody adds to them any more."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.histories: tuple[History, ...] = ()

    def pin(self, history: History) -> None:
        """Keep a run as it is now; nothing where nothing of it was measured."""
        if history.last is None:
            return
        kept = History(history.recipe)
        kept.evaluations = history.evaluations[:]
        others = [one for one in self.histories if one.evaluations != kept.evaluations]
        self.set((*others, kept))

    def set(self, histories: Iterable[History]) -> None:
        """Keep these runs and no others."""
        self.histories = tuple(histories)[-MOST_PINS:]
        self.changed.emit()

    def labelled(self, recipe: Recipe) -> list[tuple[History, str]]:
        """Each run with what its recipe has that `recipe` has not."""
        from engine.runs.pinned import difference_text  # nothing is pinned at the first frame

        return [(one, difference_text(one.recipe, recipe)) for one in self.histories]
