"""The Backprop tab: one network in NumPy, looked at in several scenes of which one is shown."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeyEvent, QShowEvent, QUndoStack
from PySide6.QtWidgets import QWidget

from engine.backprop.tab_spec import Scene
from engine.backprop.teaching import PLAY_UNTIL, BackpropResults
from gui.actions import ActionInfo
from gui.scened_tab import ScenedTab
from gui.settings import Settings
from gui.tabs.backprop.forms import ScenePanelForms
from gui.tabs.backprop.material import Material
from gui.tabs.backprop.presenter import Presenter
from gui.tabs.backprop.registry import SCENES, make_scene
from gui.tabs.backprop.scene import SceneView
from gui.widgets.scene_notes import ScenePanel
from gui.widgets.segmented import SegmentedControl
from gui.widgets.transport_bar import TransportBar

if TYPE_CHECKING:  # lessons come after the first frame
    from engine.lessons.lesson import Action

ACTIONS = (
    ActionInfo("play", "Play", "Play; again: pause.", "", ("Space",)),
    ActionInfo("step_back", "Back", "One step back, as with ←; every number is as it was.", "",
               ("Shift+S",)),
    ActionInfo("step", "Step", "One step on, as with →.", "", ("S",)),
    ActionInfo("all", "All", "All steps, to the end.", "", ("E",)),
    ActionInfo("first", "First", "Back to the start.", "", ("Shift+E",)),
    ActionInfo("reset", "Reset", "This scene as it was at the start; undo brings it back.", "",
               ("Ctrl+R",)),
)
#: Keys that walk about in a widget which has the keyboard, and step where the tab itself has it.
WALKING_KEYS = {
    Qt.Key.Key_Left: "step_back", Qt.Key.Key_Right: "step", Qt.Key.Key_Home: "first",
    Qt.Key.Key_End: "all",
}


class BackpropTab(ScenedTab):
    """Scenes are made when they are first shown."""

    def __init__(self, undo_stack: QUndoStack, settings: Settings, data_dir: Path | None) -> None:
        super().__init__(undo_stack, settings, data_dir, ACTIONS)
        self.material = Material(data_dir, self)
        self.forms = ScenePanelForms()
        self.notes = ScenePanel()
        self.scenes: dict[Scene, SceneView] = {}
        self.transport = TransportBar(
            self.actions_["reset"], self.actions_["play"], self.actions_["step"],
            self.actions_["all"], self.actions_["step_back"], stop_icon="mdi6.step-backward",
        )
        self.assemble(
            self.forms, self.notes,
            SegmentedControl([(scene.value, self.tr(scene.label)) for scene in SCENES]),
            self.transport,
        )
        self.pages.set_help(self.tr("What is looked at: the same network in each."))
        self.presenter = Presenter(self)
        self.material.changed.connect(self.results_changed)
        # A click on anything that does not want the keyboard brings it here.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName(self.tr("Backprop"))
        self.setAccessibleDescription(self.tr("Left and right take a step back or on."))

    def scene(self, key: Scene) -> SceneView:
        """A scene, made when it is first asked for."""
        if key not in self.scenes:
            scene = make_scene(key, self.material)
            self.scenes[key] = scene
            scene.hide()
            self.middle.addWidget(scene, 1)
            self.forms.add_scene(scene)
            if scene.aside is not None:
                self.notes.add_below(scene.aside)
            self.presenter.connect_scene(scene)
            scene.noted.connect(self.results_changed)
        return self.scenes[key]

    def results(self) -> BackpropResults | None:
        """The pass that is shown, and how far the training is, for lessons."""
        prepared = self.material.now
        if prepared is None:
            return None
        trained = [scene.evaluations() for scene in self.scenes.values()]
        evaluations, epoch = next((found for found in trained if found is not None), ((), 0.0))
        sample = prepared.sample
        checks = [found for scene in self.scenes.values() if (found := scene.checked()) is not None]
        bottoms = [low for scene in self.scenes.values() if (low := scene.best_epsilon())]
        return BackpropResults(
            prepared.network, sample.x, sample.y, evaluations, epoch,
            next(iter(checks), None), next(iter(bottoms), None),
        )

    @property
    def is_at_rest(self) -> bool:
        scenes = self.scenes.values()
        return not self.material.is_busy and all(scene.is_at_rest for scene in scenes)

    def answering(self, of: str) -> Sequence[QWidget]:
        if of == "parameters":
            return [self.forms.parameters]
        return super().answering(of)

    def perform(self, action: Action) -> bool:
        if action.command.words != PLAY_UNTIL:
            return False
        scene = self.scene(Scene.TRAINING)
        scene.show_spec(self.presenter.spec)
        scene.play_until(action.argument)
        return True

    def begin_anew(self) -> None:
        for scene in self.scenes.values():
            scene.begin_anew()

    def open_file(self, path: Path) -> None:
        self.presenter.open_file(path)

    def showEvent(self, event: QShowEvent) -> None:
        """Whoever clicked the tab's name goes on with the arrow keys here, not among the tabs."""
        super().showEvent(event)
        if QGuiApplication.mouseButtons():
            # After the click is dealt with, in which the stack of tabs moves the focus as well.
            QTimer.singleShot(0, self, self._take_focus)

    def _take_focus(self) -> None:
        if self.isVisible():
            self.setFocus(Qt.FocusReason.MouseFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys step; those that a widget with the keyboard wanted do not come here."""
        action = WALKING_KEYS.get(Qt.Key(event.key()))
        if action is not None and self.hasFocus():
            self.actions_[action].trigger()
        else:
            super().keyPressEvent(event)

    def stop(self) -> None:
        self.presenter.stop()
        for scene in self.scenes.values():
            scene.stop()
        self.material.stop()
