"""What the main window asks of a tab."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QWidget

from gui.settings import Settings


class Tab(QWidget):
    """A tab shows one spec. It does nothing slow before `start`, and nothing after `stop`.

    What a tab does not need, it does not override.
    """

    def __init__(self, undo_stack: QUndoStack, settings: Settings, data_dir: Path | None) -> None:
        super().__init__()
        self.undo_stack = undo_stack
        self.settings = settings
        self.data_dir = data_dir

    def start(self, torch_version: str) -> None:
        """Torch is imported; work may begin."""

    def show_loading(self, text: str, problem: str = "") -> None:
        """Say what is being waited for, or why it did not come."""

    def stop(self) -> None:
        """End every job within 3 s and keep what must not be lost."""
