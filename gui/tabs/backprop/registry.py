"""The scenes of the tab. A new one is a file, a member of the engine's `Scene`, and a line here."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from engine.backprop.tab_spec import Scene

if TYPE_CHECKING:
    from gui.tabs.backprop.material import Material
    from gui.tabs.backprop.scene import SceneView

#: Scene -> module in this folder, class.
SCENES: dict[Scene, tuple[str, str]] = {
    Scene.STEPS: ("stepper_scene", "StepperScene"),
    Scene.PROOF: ("proof_scene", "ProofScene"),
    Scene.TRAINING: ("training_scene", "TrainingScene"),
    Scene.DRAW: ("draw_scene", "DrawScene"),
    Scene.SMALL: ("small_scene", "SmallScene"),
}


def make_scene(scene: Scene, material: Material) -> SceneView:
    """Import a scene's file and make it; done when it is first shown."""
    module, name = SCENES[scene]
    kind: type[SceneView] = getattr(importlib.import_module(f"gui.tabs.backprop.{module}"), name)
    return kind(material)
