"""The Initialization tab: one probe, looked at in several scenes of which one is shown."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QUndoStack

from engine.initialization.results import Snapshot
from engine.initialization.tab_spec import Scene
from gui.actions import ActionInfo
from gui.scened_tab import ScenedTab
from gui.settings import Settings
from gui.tabs.initialization.forms import ProbePanel
from gui.tabs.initialization.measuring import Measuring
from gui.tabs.initialization.presenter import Presenter
from gui.tabs.initialization.registry import SCENES, make_scene
from gui.tabs.initialization.scene import SceneView
from gui.widgets.scene_notes import ScenePanel
from gui.widgets.segmented import SegmentedControl
from gui.widgets.transport_bar import TransportBar

ACTIONS = (
    ActionInfo("play", "Play", "Send the signal through the layers; again: pause.", "", ("Space",)),
    ActionInfo("step_back", "Back", "One layer or step back.", "", ("Shift+S",)),
    ActionInfo("step", "Step", "One layer or step on.", "", ("S",)),
    ActionInfo("all", "All", "All layers, all steps.", "", ("E",)),
    ActionInfo("reset", "Reset", "The tab as it was at the start; undo brings it back.", "",
               ("Ctrl+R",)),
)


class InitializationTab(ScenedTab):
    """Scenes are made when they are first shown."""

    def __init__(self, undo_stack: QUndoStack, settings: Settings, data_dir: Path | None) -> None:
        super().__init__(undo_stack, settings, data_dir, ACTIONS)
        self.measuring = Measuring(data_dir, self)
        self.form = ProbePanel()
        self.notes = ScenePanel()
        self.scenes: dict[Scene, SceneView] = {}
        self.transport = TransportBar(
            self.actions_["reset"], self.actions_["play"], self.actions_["step"],
            self.actions_["all"], self.actions_["step_back"], stop_icon="mdi6.step-backward",
        )
        self.transport.speed.hide()
        self.assemble(
            self.form, self.notes,
            SegmentedControl([(scene.value, self.tr(scene.label)) for scene in SCENES]),
            self.transport,
        )
        self.presenter = Presenter(self)
        self.measuring.changed.connect(self.results_changed)

    def scene(self, key: Scene) -> SceneView:
        """A scene, made when it is first asked for."""
        if key not in self.scenes:
            scene = make_scene(key, self.measuring)
            self.scenes[key] = scene
            scene.hide()
            self.middle.addWidget(scene, 1)
            self.presenter.connect_scene(scene)
        return self.scenes[key]

    def results(self) -> Snapshot | None:
        """What was measured of the probe that is shown, for lessons; not of one before it."""
        snapshot = self.measuring.snapshot
        is_of_this = snapshot is not None and snapshot.spec == self.presenter.spec.probe
        return snapshot if is_of_this else None

    @property
    def is_at_rest(self) -> bool:
        return not self.measuring.is_busy

    def stop(self) -> None:
        for scene in self.scenes.values():
            scene.stop()
        self.measuring.stop()
