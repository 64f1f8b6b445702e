"""What the main window asks of a tab."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Signal
from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QWidget

from gui.settings import Settings
from gui.spec_store import SpecStore

if TYPE_CHECKING:
    import numpy as np

    from engine.lessons.lesson import Action
    from engine.sessions.session import PinnedRun


class Tab(QWidget):
    """A tab shows one spec. It does nothing slow before `start`, and nothing after `stop`.

    What a tab does not need, it does not override.
    """

    #: `results` or `is_at_rest` is other than before, or a command can be carried out at last.
    results_changed = Signal()
    #: Other runs are kept for comparison.
    pins_changed = Signal()

    def __init__(self, undo_stack: QUndoStack, settings: Settings, data_dir: Path | None) -> None:
        super().__init__()
        self.undo_stack = undo_stack
        self.settings = settings
        self.data_dir = data_dir

    @property
    def store(self) -> SpecStore:
        """The tab's spec, and the one way to change it; its presenter made it."""
        store = self.findChild(SpecStore)
        assert store is not None
        return store

    def results(self) -> object | None:
        """What came out so far, as the tab's `engine.<key>.teaching` takes it; None for nothing."""
        return None

    def pins(self) -> tuple[PinnedRun, ...]:
        """The runs that are kept for comparison."""
        return ()

    def set_pins(self, runs: Sequence[PinnedRun]) -> None:
        """Keep these runs for comparison, and no others."""

    def show_prediction(self, of: str, x: np.ndarray, y: np.ndarray) -> bool:  # noqa: ARG002
        """Draw a sketch of the curve `of`, x and y (n,), over the plot that shows it; False where
        the tab has none."""
        return False

    def clear_prediction(self) -> None:
        """Take away every sketch that was drawn over a plot."""

    def answering(self, of: str) -> Sequence[QWidget]:  # noqa: ARG002  as above
        """The views that would give away the fact or curve `of`, to be covered until it is
        predicted; the one that shows it best comes first."""
        return ()

    def perform(self, action: Action) -> bool:  # noqa: ARG002  for those who override it
        """Carry a lesson's command out, from the start where the tab is past it already.

        False while that is not possible yet; `results_changed` is then emitted once it is.
        """
        return False

    def begin_anew(self) -> None:
        """Be as before anything was played: a lesson's place says that nothing has been yet."""

    @property
    def is_at_rest(self) -> bool:
        """Whether `results` are final, unless somebody changes or starts something."""
        return True

    @property
    def page(self) -> str:
        """The key of the page or scene that is open."""
        return ""

    def controls(self) -> dict[str, str]:
        """The controls of the form as it is now: path in the tab's spec -> label."""
        return {}

    def show_control(self, path: str) -> bool:  # noqa: ARG002  as above
        """Bring a control into sight and the keyboard to it; False where the form has none."""
        return False

    def pictured(self) -> tuple[QWidget, QRect]:
        """What a picture of the tab's views shows: a widget, and which part of it."""
        return self, self.rect()

    def present(self, controls: Sequence[str] | None) -> None:
        """On a stage: of the form only these controls, and no notes. None is as it was before."""

    def start(self, torch_version: str) -> None:
        """Torch is imported; work may begin."""

    def show_loading(self, text: str, problem: str = "") -> None:
        """Say what is being waited for, or why it did not come."""

    def give_away(self) -> object | None:
        """What goes on and no spec brings back, such as a training; this tab has it no more."""
        return None

    def take_over(self, given: object) -> None:
        """Go on with what the same tab of another window gave away."""

    def stop(self) -> None:
        """End every job within 3 s and keep what must not be lost."""
