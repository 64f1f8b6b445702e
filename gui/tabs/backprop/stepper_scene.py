"""Scene 1: one sample through the network and back, step by step."""

from __future__ import annotations

from gui.tabs.backprop.scene import SceneView


class StepperScene(SceneView):
    """Named steps that go both ways."""
