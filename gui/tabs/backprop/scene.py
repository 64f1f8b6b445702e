"""What the scenes have in common."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from engine.backprop.spec import BackpropSpec
from engine.backprop.tab_spec import BackpropTabSpec, Chosen, DrawSpec, Part
from engine.backprop.training import Evaluation
from gui.scene import PlayedScene
from gui.tabs.backprop.material import Material

if TYPE_CHECKING:
    from engine.backprop.check import CheckResult

#: A 7 in one stroke, to see something on the board before one draws.
SEVEN = (((0.27, 0.24), (0.45, 0.22), (0.71, 0.22), (0.66, 0.33), (0.56, 0.52), (0.46, 0.82)),)
#: How the tab starts: a pass on its way back, a weight with its chain, and a drawing.
START = BackpropTabSpec(
    step=13, chosen=Chosen(Part.WEIGHT, 3, 9, 2), drawing=DrawSpec(strokes=SEVEN)
)


class SceneView(PlayedScene):
    """One way to look at the network."""

    #: The groups of the recipe's form that are shown: of data, network, learning, bug.
    groups: ClassVar[tuple[str, ...]] = ("network",)
    #: Whether the recipe's presets are shown above them.
    has_presets: ClassVar[bool] = False
    #: The choices of the speed box; none hides it.
    speeds: tuple[str, ...] = ()
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

    def show_spec(self, spec: BackpropTabSpec) -> None:
        """Show the spec; emits nothing but `noted`."""
        self.spec = spec

    def sizeHint(self) -> QSize:
        """The least: it gets all the room there is, and while a sentence that wraps stands above
        it, a scroll area would give it what it would like to have, in sight or not.
        """
        return self.minimumSizeHint()

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

    def checked(self) -> CheckResult | None:
        """What the gradient check has found of the pass that is shown; None where nobody asked."""
        return None

    def best_epsilon(self) -> float | None:
        """The bottom of the V that is shown; None where there is none."""
        return None

    @property
    def is_at_rest(self) -> bool:
        """Whether `evaluations` are final, unless somebody starts something."""
        return True

    def play_until(self, epoch: float) -> None:
        """Train the spec's recipe until that epoch, from the start where it is past it."""

    def begin_anew(self) -> None:
        """Be as before anything was trained."""

    def open_file(self, path: Path) -> None:
        """A file was dropped on the scene."""

    # --- the bar below --------------------------------------------------------------------------

    def to_start(self) -> None:
        """Back to the first step."""

    def seek(self, share: float) -> None:
        """The mouse on the line below wants to be at a share of the way; needs `can_seek`."""

    def set_speed(self, index: int) -> None:
        """An index of `speeds` was chosen."""
        self.speed = index
