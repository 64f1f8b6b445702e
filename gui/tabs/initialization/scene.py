"""What the scenes have in common."""

from __future__ import annotations

from engine.initialization.tab_spec import InitializationSpec
from gui.scene import PlayedScene
from gui.tabs.initialization.measuring import Measuring

#: How the tab starts: σ to be dragged beside the schemes of 2b, 2c and 2e.
START = InitializationSpec(derivation_step=6)
START = START.with_probe(
    START.probe.replaced(schemes=("constant", "1/n_in", "2/n_in", "xavier_normal"))
)


class SceneView(PlayedScene):
    """One way to look at the probe."""

    def __init__(self, measuring: Measuring) -> None:
        super().__init__()
        self.spec = START
        self.measuring = measuring

    def show_spec(self, spec: InitializationSpec) -> None:
        """Show the spec; emits nothing."""
        self.spec = spec

    def show_snapshot(self) -> None:
        """The measurement has changed."""
