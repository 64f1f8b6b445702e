"""Joins the Backprop tab's scenes to its spec. Every input becomes a new spec."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from engine.backprop.presets import find_preset
from engine.backprop.spec import BackpropSpec
from engine.backprop.tab_spec import BackpropTabSpec, Scene
from engine.errors import ChalknetError
from engine.spec import knobs
from gui.keys import leave_keyboard
from gui.scene import show_transport
from gui.spec_store import SpecStore
from gui.tabs.backprop.registry import SCENES
from gui.tabs.backprop.scene import START, SceneView

if TYPE_CHECKING:
    from gui.tabs.backprop.tab import BackpropTab


class Presenter(QObject):
    """The tab's only place that knows both scenes and spec."""

    def __init__(self, tab: BackpropTab) -> None:
        super().__init__(tab)
        self.tab = tab
        self.store = SpecStore(START, tab.undo_stack, self)
        self._open: SceneView | None = None
        self._refusal = ""
        self.store.changed.connect(lambda _old, new: self._show(new))
        tab.pages.chosen.connect(lambda key: self._look(scene=Scene(key)))
        tab.forms.preset_chosen.connect(self._on_preset)
        tab.forms.recipe_edited.connect(self._on_recipe)
        tab.material.changed.connect(self._on_noted)
        tab.material.trained_changed.connect(lambda: tab.material.show_spec(self.spec))
        tab.transport.timeline.sought.connect(lambda share: self.scene.seek(share))
        tab.transport.speed_chosen.connect(lambda index: self.scene.set_speed(index))
        for key, do in (
            ("play", lambda: self.scene.play()), ("step", lambda: self.scene.step()),
            ("step_back", lambda: self.scene.step_back()), ("all", lambda: self.scene.to_end()),
            ("first", lambda: self.scene.to_start()), ("reset", self._on_reset),
        ):
            tab.actions_[key].triggered.connect(do)
        # The tab's `scene` needs the presenter, so the first one is shown when there is one.
        tab.presenter = self
        self._show(self.spec)

    @property
    def spec(self) -> BackpropTabSpec:
        """The tab's spec."""
        spec = self.store.spec
        assert isinstance(spec, BackpropTabSpec)
        return spec

    @property
    def scene(self) -> SceneView:
        """The scene that is open."""
        return self.tab.scene(self.spec.scene)

    def connect_scene(self, scene: SceneView) -> None:
        """Listen to a scene that was just made."""
        scene.edited.connect(self._on_edited)
        scene.noted.connect(self._on_noted)
        for widget in (scene, scene.form, scene.aside):
            if widget is not None:
                leave_keyboard(widget)

    # --- output ---------------------------------------------------------------------------------

    def _show(self, spec: BackpropTabSpec) -> None:
        tab, scene = self.tab, self.tab.scene(spec.scene)
        if scene is not self._open:
            self._turn_to(scene, spec)
        tab.material.show_spec(spec)
        tab.forms.show_spec(spec)
        scene.show_spec(spec)
        tab.transport.speed.setCurrentIndex(scene.speed)
        self._on_noted()

    def _turn_to(self, scene: SceneView, spec: BackpropTabSpec) -> None:
        tab, before = self.tab, self._open
        self._open = scene
        if before is not None:
            before.leave()
            if before.aside is not None:
                before.aside.hide()
        if scene.aside is not None:
            scene.aside.show()
        tab.pages.set_current(spec.scene.value)
        tab.forms.show_scene(scene)
        tab.transport.set_speeds(list(scene.speeds), scene.speed)
        tab.transport.speed.setVisible(bool(scene.speeds))
        tab.show_only([scene], list(tab.scenes.values()))

    def _on_noted(self) -> None:
        """Notes, transport and the one sentence that matters."""
        scene, tab = self._open, self.tab
        if scene is None:
            return
        tab.notes.show_notes(scene.notes())
        tab.headline.set_text(scene.headline())
        problem = self._refusal or tab.material.problem or scene.problem()
        tab.say(problem, is_problem=bool(problem))
        state = scene.transport()
        show_transport(tab.transport, tab.actions_, state)
        tab.actions_["first"].setEnabled(state.can_jump)

    # --- input ----------------------------------------------------------------------------------

    def _on_edited(self, spec: BackpropTabSpec, text: str, gesture: str) -> None:
        self._refusal = ""
        self.store.apply(spec, text, gesture=gesture, is_undoable=bool(text))

    def _look(self, **changes: object) -> None:
        """Change what is looked at; that is nothing to undo."""
        self._refusal = ""
        self.store.apply(self.spec.replaced(**changes), "", is_undoable=False)

    def _on_preset(self, key: str) -> None:
        preset = find_preset(key)
        recipe = preset.spec.replaced(
            evaluation_interval=self.spec.backprop.evaluation_interval
        )
        spec = self.spec.with_backprop(recipe).replaced(is_bug_hidden=False)
        self._on_edited(spec, self.tr(preset.label), "")

    def _on_recipe(self, recipe: BackpropSpec, field: str, gesture: str) -> None:
        try:
            spec = self.scene.with_recipe(recipe, field)
        except ChalknetError as error:
            self._refuse(field, str(error))
            return
        self._on_edited(spec, self.tr(knobs(BackpropSpec)[field].label), gesture)

    def _refuse(self, field: str, sentence: str) -> None:
        if not self.tab.forms.show_problem(field, sentence):
            self._refusal = sentence
            self._on_noted()

    def _on_reset(self) -> None:
        self.scene.restart()
        self._on_edited(self.scene.fresh_spec(), self.tr("Reset"), "")
        self.tab.forms.show_spec(self.spec, afresh=True)

    def open_file(self, path: Path) -> None:
        """A file was dropped: it is a picture for the scene that draws, whichever is open."""
        if Scene.DRAW in SCENES:
            self._look(scene=Scene.DRAW)
        self.scene.open_file(path)

    def stop(self) -> None:
        """Show nothing any more."""
        if self._open is not None:
            self._open.leave()
