"""What the four scenes have in common."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from engine.expressivity.tab_spec import ExpressivitySpec
from gui.widgets.scene_notes import SceneNotes


class SceneView(QWidget):
    """One rung of the ladder: shows its part of the spec, and turns what is grabbed into a new one.

    `edited(spec, text, gesture)` carries a whole new spec; changes with one gesture undo as one.
    """

    edited = Signal(object, str, str)
    #: The notes have changed without the spec, as when a job has brought a result.
    noted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.spec = ExpressivitySpec()
        self._gesture = 0

    def show_spec(self, spec: ExpressivitySpec) -> None:
        """Show the spec; emits nothing."""
        self.spec = spec

    def notes(self) -> SceneNotes:
        """What there is to say about what is shown."""
        return SceneNotes("", "")

    def stop(self) -> None:
        """End every job of the scene."""

    def begin_gesture(self) -> None:
        """A drag begins: what it changes is one step to undo."""
        self._gesture += 1

    @property
    def gesture(self) -> str:
        """The name of the drag going on."""
        return f"{type(self).__name__} {self._gesture}"
