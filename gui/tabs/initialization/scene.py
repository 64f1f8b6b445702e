"""What the scenes have in common."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from engine.initialization.tab_spec import InitializationSpec
from gui.tabs.initialization.measuring import Measuring
from gui.widgets.scene_notes import SceneNotes

#: How the tab starts: σ to be dragged beside the schemes of 2b, 2c and 2e.
START = InitializationSpec(derivation_step=6)
START = START.with_probe(
    START.probe.replaced(schemes=("constant", "1/n_in", "2/n_in", "xavier_normal"))
)


@dataclass(frozen=True)
class TransportState:
    """What the bar below shows, and which of its buttons make sense now."""

    status: str = ""
    progress: float = 0.0
    parts: int = 0
    is_playing: bool = False
    can_play: bool = False
    can_step: bool = False
    can_step_back: bool = False


class SceneView(QWidget):
    """One way to look at the probe: shows the spec, and turns what is grabbed into a new one.

    `edited(spec, text, gesture)` carries a whole new spec; without a text it only moves the eye.
    A scene is made when it is first shown.
    """

    edited = Signal(object, str, str)
    #: Notes or transport have changed without the spec.
    noted = Signal()

    def __init__(self, measuring: Measuring) -> None:
        super().__init__()
        self.spec = START
        self.measuring = measuring
        self._gesture = 0

    def show_spec(self, spec: InitializationSpec) -> None:
        """Show the spec; emits nothing."""
        self.spec = spec

    def show_snapshot(self) -> None:
        """The measurement has changed."""

    def hasHeightForWidth(self) -> bool:
        """Else texts that wrap would make every view as tall as it would like to be."""
        return False

    def notes(self) -> SceneNotes:
        """What there is to say about what is shown."""
        return SceneNotes("", "")

    def headline(self) -> str:
        """One muted line above the views."""
        return ""

    def problem(self) -> str:
        """One sentence on what went wrong, or nothing."""
        return ""

    def transport(self) -> TransportState:
        """What the bar below shows."""
        return TransportState()

    def play(self) -> None:
        """Play, or pause what plays."""

    def step(self) -> None:
        """One step on."""

    def step_back(self) -> None:
        """One step back."""

    def to_end(self) -> None:
        """On to the last step."""

    def leave(self) -> None:
        """Another scene is shown: rest."""

    def stop(self) -> None:
        """End every job and timer of the scene."""

    def begin_gesture(self) -> None:
        """A drag begins: what it changes is one step to undo."""
        self._gesture += 1

    @property
    def gesture(self) -> str:
        """The name of the drag going on."""
        return f"{type(self).__name__} {self._gesture}"
