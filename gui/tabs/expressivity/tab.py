"""The Expressivity tab: a ladder of four scenes, from one neuron to d dimensions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QWidget

from engine.expressivity.tab_spec import Scene
from gui.actions import ActionInfo
from gui.panels import PanelledTab
from gui.scene import views_answering
from gui.settings import Settings
from gui.tabs.expressivity.box_scene import BoxScene
from gui.tabs.expressivity.forms import ScenePanelForms
from gui.tabs.expressivity.function_scene import FunctionScene
from gui.tabs.expressivity.grid_scene import GridScene
from gui.tabs.expressivity.neuron_scene import NeuronScene
from gui.tabs.expressivity.presenter import Presenter
from gui.tabs.expressivity.scene import SceneView
from gui.widgets.scene_notes import ScenePanel
from gui.widgets.segmented import SegmentedControl
from gui.widgets.transport_bar import TransportBar

ACTIONS = (
    ActionInfo("play", "Play", "Add the boxes one by one, or train the twin; again: pause.", "",
               ("Space",)),
    ActionInfo("step_back", "Back", "Take the last box away.", "", ("Shift+S",)),
    ActionInfo("step", "Step", "Add one box, or train a little.", "", ("S",)),
    ActionInfo("all", "All", "Add all boxes.", "", ("E",)),
    ActionInfo("reset", "Reset", "This scene as it was at the start; undo brings it back.", "",
               ("Ctrl+R",)),
    ActionInfo("draw", "Draw", "Draw the target by mouse.", "", ("D",)),
)
SPEEDS = ("1×", "2×", "5×", "20×")


class ExpressivityTab(PanelledTab):
    """The scenes side by side in one place, of which one is shown."""

    def __init__(self, undo_stack: QUndoStack, settings: Settings, data_dir: Path | None) -> None:
        super().__init__(undo_stack, settings, data_dir, ACTIONS)
        self.forms = ScenePanelForms()
        self.notes = ScenePanel()
        self.scenes: dict[Scene, SceneView] = {
            Scene.NEURON: NeuronScene(),
            Scene.BOX: BoxScene(),
            Scene.FUNCTION: FunctionScene(),
            Scene.DIMENSIONS: GridScene(data_dir),
        }
        self.transport = TransportBar(
            self.actions_["reset"], self.actions_["play"], self.actions_["step"],
            self.actions_["all"], self.actions_["step_back"], stop_icon="mdi6.step-backward",
        )
        self.transport.set_speeds(list(SPEEDS))
        self.assemble(
            self.forms, self.notes,
            SegmentedControl([(scene.value, self.tr(scene.label)) for scene in Scene]),
            self.transport,
        )
        for scene in self.scenes.values():
            self.middle.addWidget(scene, 1)
            scene.noted.connect(self.results_changed)
        self.presenter = Presenter(self)

    @property
    def function(self) -> FunctionScene:
        """Scene 3."""
        scene = self.scenes[Scene.FUNCTION]
        assert isinstance(scene, FunctionScene)
        return scene

    @property
    def page(self) -> str:
        return f"{self.presenter.spec.scene} {self.presenter.spec.grid_page}"

    @property
    def is_at_rest(self) -> bool:
        return self.scenes[self.presenter.spec.scene].is_at_rest

    def open_file(self, path: Path) -> None:
        self.presenter.open_points(path)

    # --- predictions ------------------------------------------------------------------------------

    def show_prediction(self, of: str, x: np.ndarray, y: np.ndarray) -> bool:
        plot = {"network": self.function.plot, "error_against_pieces": self.function.errors}.get(of)
        if plot is None:
            return False
        plot.set_curve("prediction", x, y, "ghost", label=self.tr("your prediction"), dashed=True,
                       width=1.75)
        return True

    def clear_prediction(self) -> None:
        for plot in (self.function.plot, self.function.errors):
            plot.remove_curve("prediction")

    def answering(self, of: str) -> Sequence[QWidget]:
        return views_answering(of, self.scenes.values(), self.notes)

    def stop(self) -> None:
        self.presenter.stop()
        for scene in self.scenes.values():
            scene.stop()
