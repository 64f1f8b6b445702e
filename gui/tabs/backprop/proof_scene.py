"""Scene 2: the gradient against two witnesses."""

from __future__ import annotations

from gui.tabs.backprop.scene import SceneView


class ProofScene(SceneView):
    """Gradient check, the V, and bugs to find."""
