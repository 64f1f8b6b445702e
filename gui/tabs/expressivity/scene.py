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

    @property
    def is_at_rest(self) -> bool:
        """Whether everything that the spec asks for is shown; `noted` tells when it is."""
        return True
