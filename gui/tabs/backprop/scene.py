"""What the scenes have in common."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QWidget

from engine.backprop.spec import BackpropSpec
from engine.backprop.tab_spec import BackpropTabSpec, Chosen, DrawSpec, Part
from engine.backprop.training import Evaluation
from gui.tabs.backprop.material import Material
from gui.widgets.scene_notes import SceneNotes

#: A 7 in one stroke, to see something on the board before one draws.
SEVEN = (((0.27, 0.24), (0.45, 0.22), (0.71, 0.22), (0.66, 0.33), (0.56, 0.52), (0.46, 0.82)),)
#: How the tab starts: a pass on its way back, a weight with its chain, and a drawing.
START = BackpropTabSpec(
    step=13, chosen=Chosen(Part.WEIGHT, 3, 9, 2), drawing=DrawSpec(strokes=SEVEN)
)


@dataclass(frozen=True)
class TransportState:
    """What the bar below shows, and which of its buttons make sense in the scene now.

    `play_text` is what the play button says in place of "Play".
    """

    status: str = ""
    progress: float = 0.0
    parts: int = 0
    is_playing: bool = False
    can_play: bool = False
    play_text: str = ""
    can_step: bool = False
    can_step_back: bool = False
    can_jump: bool = False
    can_seek: bool = False


class SceneView(QWidget):
    """One way to look at the network: shows its part of the spec, and turns what is grabbed into a
    new one.

    `edited(spec, text, gesture)` carries a whole new spec; changes with one gesture undo as one,
    and what has no text only moves the eye and is nothing to undo. A scene is made when it is first
    shown; the methods from `play` on do nothing unless it says in `transport` that they make sense.
    """

    edited = Signal(object, str, str)
    #: The notes or the transport have changed without the spec, as when a job brought a result.
    noted = Signal()

    #: The groups of the recipe's form that are shown: of data, network, learning, bug.
    groups: ClassVar[tuple[str, ...]] = ("network",)
    #: Whether the recipe's presets are shown above them.
    has_presets: ClassVar[bool] = False
    #: The choices of the speed box; none hides it.
    speeds: ClassVar[tuple[str, ...]] = ()
    #: The choice that it starts with.
    speed: int = 0

    def __init__(self, material: Material) -> None:
        super().__init__()
        self.spec = BackpropTabSpec()
        self.material = material
        #: The scene's own controls, above the recipe in the left-hand panel.
        self.form: QWidget | None = None
        #: The scene's own widget below the notes on the right.
        self.aside: QWidget | None = None
        self._gesture = 0

    def show_spec(self, spec: BackpropTabSpec) -> None:
        """Show the spec; emits nothing but `noted`."""
        self.spec = spec

    def hasHeightForWidth(self) -> bool:
        """Else texts that wrap would make every view as tall as it would like to be."""
        return False

    def sizeHint(self) -> QSize:
        """The least: it gets all the room there is, and while a sentence that wraps stands above
        it, a scroll area would give it what it would like to have, in sight or not.
        """
        return self.minimumSizeHint()

    def notes(self) -> SceneNotes:
        """What there is to say about what is shown."""
        return SceneNotes("", "")

    def headline(self) -> str:
        """One muted line above the views."""
        return ""

    def problem(self) -> str:
        """One sentence on what went wrong, or nothing."""
        return ""

    def with_recipe(self, recipe: BackpropSpec, field: str) -> BackpropTabSpec:  # noqa: ARG002
        """The spec after `field` of the recipe was edited in the form; may raise `SpecError`."""
        return self.spec.with_backprop(recipe)

    def fresh_spec(self) -> BackpropTabSpec:
        """The spec with the scene's part as it was at the start."""
        return self.spec

    def restart(self) -> None:
        """Reset was asked for, and `fresh_spec` comes next: let what is running start anew."""

    def evaluations(self) -> tuple[tuple[Evaluation, ...], float] | None:
        """The evaluations of a training so far, and its epoch; None where the scene has none."""
        return None

    def open_file(self, path: Path) -> None:
        """A file was dropped on the scene."""

    def leave(self) -> None:
        """Another scene is shown: rest, unless the work is worth going on unseen."""

    def stop(self) -> None:
        """End every job and timer of the scene within 3 s."""

    def begin_gesture(self) -> str:
        """A drag begins: what it changes is one step to undo."""
        self._gesture += 1
        return self.gesture

    @property
    def gesture(self) -> str:
        """The name of the drag going on."""
        return f"{type(self).__name__} {self._gesture}"

    # --- the bar below --------------------------------------------------------------------------

    def transport(self) -> TransportState:
        """What the bar below shows."""
        return TransportState()

    def play(self) -> None:
        """Play, or pause what plays."""

    def step(self) -> None:
        """One step on."""

    def step_back(self) -> None:
        """One step back."""

    def to_start(self) -> None:
        """Back to the first step."""

    def to_end(self) -> None:
        """On to the last step."""

    def seek(self, share: float) -> None:
        """The mouse on the line below wants to be at a share of the way; needs `can_seek`."""

    def set_speed(self, index: int) -> None:
        """An index of `speeds` was chosen."""
        self.speed = index
