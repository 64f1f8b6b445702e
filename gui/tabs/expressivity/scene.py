"""What the four scenes have in common."""

from __future__ import annotations

from engine.expressivity.tab_spec import ExpressivitySpec
from gui.scene import BaseScene


class SceneView(BaseScene):
    """One rung of the ladder."""

    def __init__(self) -> None:
        super().__init__()
        self.spec = ExpressivitySpec()

    def show_spec(self, spec: ExpressivitySpec) -> None:
        """Show the spec; emits nothing."""
        self.spec = spec
