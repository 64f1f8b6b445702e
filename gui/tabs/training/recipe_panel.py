"""The left-hand panel: preset, data, and the form of the recipe."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from engine.training.presets import PRESETS, Preset
from engine.training.recipe import Recipe
from engine.training.summary import summarize
from engine.words import grouped
from gui.widgets.labelled import alone
from gui.widgets.preset_box import PresetBox
from gui.widgets.spec_form import SpecForm
from gui.widgets.wrapped_label import WrappedLabel


class RecipePanel(QWidget):
    """Emits what the user chose; shows what the spec says."""

    preset_chosen = Signal(str)
    recipe_edited = Signal(object, str, str)

    def __init__(self) -> None:
        super().__init__()
        self.presets = PresetBox(
            self.tr("Recipe"), self.tr("Your own recipe"),
            self.tr("Recipes that are worth starting from."),
        )
        self._fill_presets()
        self.presets.chosen.connect(self.preset_chosen)
        self.data = WrappedLabel(role="muted")
        self.form = SpecForm(
            Recipe,
            {
                "data": (self.tr("Data"), False),
                "network": (self.tr("Network"), True),
                "learning": (self.tr("Learning"), True),
                "regularisation": (self.tr("Regularisation"), False),
                "augmentation": (self.tr("Augmentation"), False),
                "reproducibility": (self.tr("Reproducibility"), False),
            },
        )
        self.form.edited.connect(self.recipe_edited)
        self.parameters = QLabel()
        self.parameters.setProperty("role", "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        title = QLabel(self.tr("RECIPE"))
        title.setProperty("role", "section")
        presets = alone(self.tr("Recipe"), "recipe", self.presets)
        for widget in (title, presets, self.data, self.parameters, self.form):
            column.addWidget(widget)

    def _fill_presets(self) -> None:
        for preset in PRESETS.values():
            if preset.is_mistake and not self._has_separator():
                self.presets.insertSeparator(self.presets.count())
            self.presets.offer(preset.key, self._label(preset), self.tr(preset.watch))

    def _has_separator(self) -> bool:
        return any(self.presets.itemData(i) is None for i in range(self.presets.count()))

    def _label(self, preset: Preset) -> str:
        name = self.tr(preset.label)
        return self.tr("mistake: {name}").format(name=name) if preset.is_mistake else name

    def show_recipe(self, recipe: Recipe, preset: Preset | None) -> None:
        """The spec's recipe, and the preset that it is, if any."""
        self.form.show_spec(recipe)
        self.presets.show_preset(preset.key if preset else None)
        total = sum(row.parameters for row in summarize(recipe))
        sizes = "-".join(map(str, recipe.layer_sizes)) if len(recipe.hidden) < 6 else ""
        text = self.tr("{total} parameters").format(total=grouped(total))
        self.parameters.setText(f"{sizes}\n{text}" if sizes else text)

    def show_data(self, text: str) -> None:
        """Which images are in use."""
        self.data.setText(text)
