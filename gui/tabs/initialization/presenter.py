"""Joins the Initialization tab's form and scenes to its spec. Every input becomes a new spec."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from engine.errors import SpecError
from engine.initialization.presets import find_preset
from engine.initialization.spec import ProbeSpec
from engine.initialization.tab_spec import InitializationSpec, Scene
from engine.spec import knobs
from gui.keys import leave_keyboard
from gui.scene import show_transport
from gui.spec_store import SpecStore
from gui.tabs.initialization.scene import START, SceneView

if TYPE_CHECKING:
    from gui.tabs.initialization.tab import InitializationTab


class Presenter(QObject):
    """The tab's only place that knows both scenes and spec."""

    def __init__(self, tab: InitializationTab) -> None:
        super().__init__(tab)
        self.tab = tab
        self.store = SpecStore(START, tab.undo_stack, self)
        self._open: SceneView | None = None
        self.store.changed.connect(lambda _old, new: self._show(new))
        tab.measuring.changed.connect(self._on_measured)
        tab.pages.chosen.connect(self._on_page)
        tab.form.probe_edited.connect(self._on_probe)
        tab.form.preset_chosen.connect(self._on_preset)
        tab.form.scheme_added.connect(self._on_scheme_added)
        tab.form.scheme_removed.connect(self._on_scheme_removed)
        for key, slot in (
            ("play", lambda: self.scene.play()), ("step", lambda: self.scene.step()),
            ("step_back", lambda: self.scene.step_back()), ("all", lambda: self.scene.to_end()),
            ("reset", self._on_reset),
        ):
            tab.actions_[key].triggered.connect(slot)
        # Only now do the scenes find a presenter to be connected by.
        tab.presenter = self
        self._show(self.spec)

    @property
    def spec(self) -> InitializationSpec:
        """The tab's spec."""
        spec = self.store.spec
        assert isinstance(spec, InitializationSpec)
        return spec

    @property
    def scene(self) -> SceneView:
        """The open scene."""
        return self.tab.scene(self.spec.scene)

    def connect_scene(self, scene: SceneView) -> None:
        """Listen to a scene that was just made."""
        scene.edited.connect(self._on_edited)
        scene.noted.connect(self._on_noted)
        leave_keyboard(scene)

    # --- output ---------------------------------------------------------------------------------

    def _show(self, spec: InitializationSpec) -> None:
        # Undo can bring a network back that has no such layer or scheme as is chosen by now.
        spec = spec.with_probe(spec.probe)
        tab, scene = self.tab, self.tab.scene(spec.scene)
        if scene is not self._open:
            if self._open is not None:
                self._open.leave()
            self._open = scene
            tab.pages.set_current(spec.scene.value)
            tab.show_only([scene], list(tab.scenes.values()))
        tab.form.show_spec(spec.probe)
        scene.show_spec(spec)
        tab.measuring.show_spec(spec.probe)
        self._on_noted()

    def _on_measured(self) -> None:
        if self._open is not None:
            self._open.show_snapshot()
            self._on_noted()

    def _on_noted(self) -> None:
        scene, tab = self._open, self.tab
        if scene is None:
            return
        tab.notes.show_notes(scene.notes())
        tab.headline.set_text(scene.headline())
        problem = tab.measuring.problem or scene.problem()
        tab.say(problem, is_problem=bool(problem))
        show_transport(tab.transport, tab.actions_, scene.transport())

    # --- input ----------------------------------------------------------------------------------

    def _on_edited(self, spec: InitializationSpec, text: str, gesture: str) -> None:
        self.store.apply(spec, text, gesture=gesture, is_undoable=bool(text))

    def _on_page(self, key: str) -> None:
        self.store.apply(self.spec.replaced(scene=Scene(key)), "", is_undoable=False)

    def _on_probe(self, probe: ProbeSpec, field: str, gesture: str) -> None:
        try:
            if field == "formula" and "formula" not in probe.schemes:
                # A formula is typed to be seen.
                probe = probe.replaced(schemes=(*probe.schemes, "formula"))
            elif field == "sigma" and "constant" not in probe.schemes:
                probe = probe.replaced(schemes=("constant", *probe.schemes))
            spec = self.spec.with_probe(probe)
        except SpecError as error:
            self.tab.form.show_problem(field, str(error))
            return
        self._on_edited(spec, self.tr(knobs(ProbeSpec)[field].label), gesture)

    def _on_preset(self, key: str) -> None:
        preset = find_preset(key)
        self._on_edited(self.spec.with_probe(preset.spec), self.tr(preset.label), "")
        self.tab.form.show_spec(self.spec.probe)

    def _on_scheme_added(self, text: str) -> None:
        try:
            spec = self.spec.with_scheme(text)
        except SpecError as error:
            self.tab.form.schemes.show_problem(str(error))
            return
        self._on_edited(spec, self.tr("Add scheme"), "")

    def _on_scheme_removed(self, index: int) -> None:
        self._on_edited(self.spec.without_scheme(index), self.tr("Remove scheme"), "")

    def _on_reset(self) -> None:
        self._on_edited(START.replaced(scene=self.spec.scene), self.tr("Reset"), "")
        self.tab.form.show_spec(self.spec.probe)
