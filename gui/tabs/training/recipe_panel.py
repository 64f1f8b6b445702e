"""The left-hand panel: preset, data, and the form of the recipe."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QLabel, QVBoxLayout, QWidget

from engine.training.presets import PRESETS, Preset
from engine.training.recipe import Recipe
from engine.training.summary import summarize
from engine.words import grouped
from gui.keys import calm_wheel
from gui.widgets.spec_form import SpecForm


class RecipePanel(QWidget):
    """Emits what the user chose; shows what the spec says."""

    preset_chosen = Signal(str)
    recipe_edited = Signal(object, str, str)

    def __init__(self) -> None:
        super().__init__()
        self.presets = QComboBox()
        self.presets.setAccessibleName(self.tr("Recipe"))
        self.presets.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.presets.setMinimumContentsLength(8)
        calm_wheel(self.presets)
        self._fill_presets()
        self.presets.activated.connect(self._on_activated)
        self.data = QLabel()
        self.data.setProperty("role", "muted")
        self.data.setWordWrap(True)
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
        for widget in (title, self.presets, self.data, self.parameters, self.form):
            column.addWidget(widget)

    def _fill_presets(self) -> None:
        for preset in PRESETS.values():
            if preset.is_mistake and not self._has_separator():
                self.presets.insertSeparator(self.presets.count())
            self.presets.addItem(self._label(preset), preset.key)
            tip = Qt.ItemDataRole.ToolTipRole
            self.presets.setItemData(self.presets.count() - 1, self.tr(preset.watch), tip)

    def _has_separator(self) -> bool:
        return any(self.presets.itemData(i) is None for i in range(self.presets.count()))

    def _label(self, preset: Preset) -> str:
        name = self.tr(preset.label)
        return self.tr("mistake: {name}").format(name=name) if preset.is_mistake else name

    def show_recipe(self, recipe: Recipe, preset: Preset | None) -> None:
        """The spec's recipe, and the preset that it is, if any."""
        self.form.show_spec(recipe)
        with QSignalBlocker(self.presets):
            self.presets.setCurrentIndex(self.presets.findData(preset.key) if preset else -1)
            self.presets.setPlaceholderText(self.tr("Your own recipe"))
        self.presets.setToolTip(
            self.tr(preset.watch) if preset else self.tr("Recipes that are worth starting from.")
        )
        total = sum(row.parameters for row in summarize(recipe))
        sizes = "-".join(map(str, recipe.layer_sizes)) if len(recipe.hidden) < 6 else ""
        text = self.tr("{total} parameters").format(total=grouped(total))
        self.parameters.setText(f"{sizes}\n{text}" if sizes else text)

    def show_data(self, text: str) -> None:
        """Which images are in use."""
        self.data.setText(text)

    def _on_activated(self) -> None:
        self.preset_chosen.emit(self.presets.currentData())
