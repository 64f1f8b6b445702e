"""A tab of scenes that are made when they are first shown: what it asks of all that there are."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from PySide6.QtWidgets import QWidget

from gui.panels import PanelledTab
from gui.scene import PlayedScene, views_answering
from gui.widgets.scene_notes import ScenePanel


class ScenedTab(PanelledTab):
    """Hands what the window and the lecture ask for on to its scenes."""

    #: Those that were made, by the keys that the spec has for them.
    scenes: Mapping[Any, PlayedScene]
    notes: ScenePanel

    @abstractmethod
    def scene(self, key: Any) -> PlayedScene:
        """A scene, made when it is first asked for."""

    def show_prediction(self, of: str, x: np.ndarray, y: np.ndarray) -> bool:
        return any(scene.show_prediction(of, x, y) for scene in self.scenes.values())

    def clear_prediction(self) -> None:
        for scene in self.scenes.values():
            scene.clear_prediction()

    def answering(self, of: str) -> Sequence[QWidget]:
        return views_answering(of, self.scenes.values(), self.notes)

    def give_away(self) -> object | None:
        return {key: scene.give_away() for key, scene in self.scenes.items()}

    def take_over(self, given: object) -> None:
        assert isinstance(given, dict)
        for key, part in given.items():
            if part is not None:
                self.scene(key).take_over(part)
