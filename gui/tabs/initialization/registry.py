"""The scenes of the tab, each imported when it is first shown."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from engine.initialization.tab_spec import Scene

if TYPE_CHECKING:
    from gui.tabs.initialization.measuring import Measuring
    from gui.tabs.initialization.scene import SceneView

#: Scene -> module in this folder, class.
SCENES: dict[Scene, tuple[str, str]] = {
    Scene.LAYERS: ("layers_scene", "LayersScene"),
    Scene.DERIVATION: ("derivation_scene", "DerivationScene"),
    Scene.CHAOS: ("chaos_scene", "ChaosScene"),
    Scene.TRAINING: ("training_scene", "TrainingScene"),
}


def make_scene(scene: Scene, measuring: Measuring) -> SceneView:
    """Import a scene's file and make it."""
    module, name = SCENES[scene]
    found = importlib.import_module(f"gui.tabs.initialization.{module}")
    kind: type[SceneView] = getattr(found, name)
    return kind(measuring)
