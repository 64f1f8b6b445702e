"""The left-hand panel: the scene's own controls, and the groups of the recipe that it shows."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from engine.backprop.flat import count
from engine.backprop.presets import PRESETS, Preset, matching_preset
from engine.backprop.spec import BackpropSpec
from engine.backprop.tab_spec import BackpropTabSpec
from engine.words import grouped
from gui.tabs.backprop.scene import SceneView
from gui.widgets.labelled import alone
from gui.widgets.preset_box import PresetBox
from gui.widgets.spec_form import SpecForm


class ScenePanelForms(QWidget):
    """Shows what the open scene asks for. The recipe is one for all scenes."""

    preset_chosen = Signal(str)
    recipe_edited = Signal(object, str, str)

    def __init__(self) -> None:
        super().__init__()
        self._recipe: BackpropSpec | None = None
        self._shown: SceneView | None = None
        self.presets_title = QLabel(self.tr("RECIPE"))
        self.presets_title.setProperty("role", "section")
        self.presets = PresetBox(
            self.tr("Recipe"), self.tr("Your own recipe"),
            self.tr("Recipes that are worth starting from."),
        )
        self._fill_presets()
        self.presets.chosen.connect(self.preset_chosen)
        self.recipe = SpecForm(
            BackpropSpec,
            {
                "data": (self.tr("Data"), False),
                "network": (self.tr("Network"), True),
                "learning": (self.tr("Learning"), True),
                "bug": (self.tr("Bug"), True),
            },
        )
        self.recipe.edited.connect(self.recipe_edited)
        self.parameters = QLabel()
        self.parameters.setProperty("role", "muted")
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        self._presets = alone(self.tr("Recipe"), "backprop", self.presets)
        for widget in (self.presets_title, self._presets, self.parameters, self.recipe):
            column.addWidget(widget)
        column.addStretch(1)

    def _fill_presets(self) -> None:
        has_mistake = False
        for preset in PRESETS.values():
            if preset.is_mistake and not has_mistake:
                self.presets.insertSeparator(self.presets.count())
                has_mistake = True
            self.presets.offer(preset.key, self._label(preset), self.tr(preset.watch))

    def _label(self, preset: Preset) -> str:
        name = self.tr(preset.label)
        return self.tr("mistake: {name}").format(name=name) if preset.is_mistake else name

    def add_scene(self, scene: SceneView) -> None:
        """Take a scene's own controls in, above the recipe."""
        if scene.form is not None:
            self._column.insertWidget(0, scene.form)
            scene.form.hide()

    def show_scene(self, scene: SceneView) -> None:
        """Only what this scene asks for."""
        if self._shown is not None and self._shown.form is not None:
            self._shown.form.setVisible(self._shown is scene)
        self._shown = scene
        if scene.form is not None:
            scene.form.show()
        self.recipe.setVisible(bool(scene.groups))
        for widget in (self.presets_title, self._presets):
            widget.setVisible(scene.has_presets)
        self.parameters.setVisible(bool(scene.groups))

    def show_spec(self, spec: BackpropTabSpec, *, afresh: bool = False) -> None:
        """The recipe; what is being typed stays while other things change, unless `afresh`."""
        shown = self._shown.groups if self._shown is not None else ()
        for key, group in self.recipe.groups.items():
            # A bug that the class is to find stands in no form.
            group.setVisible(key in shown and not (key == "bug" and spec.is_bug_hidden))
        recipe = spec.backprop
        if recipe == self._recipe and not afresh:
            return
        self._recipe = recipe
        self.recipe.show_spec(recipe)
        preset = matching_preset(recipe)
        self.presets.show_preset(preset.key if preset else None)
        sizes = "-".join(map(str, recipe.sizes)) + "  ·  " if len(recipe.hidden) < 4 else ""
        text = self.tr("{total} parameters").format(total=grouped(count(recipe.sizes)))
        self.parameters.setText(sizes + text)

    def show_problem(self, field: str, sentence: str) -> bool:
        """Say below a field why its edit was refused; whether there is such a field."""
        if field in self.recipe.fields:
            self.recipe.fields[field].show_problem(sentence)
        return field in self.recipe.fields
