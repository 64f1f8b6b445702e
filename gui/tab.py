"""What the main window asks of a tab."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QWidget

from gui.settings import Settings
from gui.spec_store import SpecStore

if TYPE_CHECKING:
    from engine.lessons.lesson import Action


class Tab(QWidget):
    """A tab shows one spec. It does nothing slow before `start`, and nothing after `stop`.

    What a tab does not need, it does not override.
    """

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

    def perform(self, action: Action) -> bool:  # noqa: ARG002  for those who override it
        """Carry a lesson's command out in the tab's own way; False where it has none."""
        return False

    def start(self, torch_version: str) -> None:
        """Torch is imported; work may begin."""

    def show_loading(self, text: str, problem: str = "") -> None:
        """Say what is being waited for, or why it did not come."""

    def stop(self) -> None:
        """End every job within 3 s and keep what must not be lost."""
