"""The right-hand panel: what to watch, the numbers now, and what happened in mid-run."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from engine.runs.history import History
from engine.spec import knobs
from engine.training.presets import Preset
from engine.training.recipe import Recipe
from gui.theme import look
from gui.widgets.painted import ElidedLabel
from gui.widgets.wrapped_label import WrappedLabel


class NotesPanel(QWidget):
    """Large numbers for the last row of the hall, and a sentence on what they mean."""

    def __init__(self) -> None:
        super().__init__()
        self.heading = WrappedLabel(role="heading")
        self.watch = WrappedLabel()
        self.numbers = QGridLayout()
        self.numbers.setColumnStretch(0, 1)
        self.values: dict[str, QLabel] = {}
        self.names: dict[str, ElidedLabel] = {}
        for key, text, tone in (
            ("test_accuracy", self.tr("test accuracy"), "test"),
            ("validation_accuracy", self.tr("validation accuracy"), "validation"),
            ("train_accuracy", self.tr("train accuracy"), "train"),
            ("test_loss", self.tr("test loss"), "test"),
            ("train_loss", self.tr("train loss"), "train"),
            ("gap", self.tr("gap in loss"), "error"),
        ):
            self._add_number(key, text, tone)
        self.changes_title = self._section(self.tr("CHANGED IN MID-RUN"))
        self.changes = WrappedLabel()
        self.changes_title.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(look().px(8))
        for widget in (self.heading, self.watch):
            column.addWidget(widget)
        column.addWidget(self._section(self.tr("NOW")))
        column.addLayout(self.numbers)
        column.addWidget(self.changes_title)
        column.addWidget(self.changes)
        column.addStretch(1)

    @staticmethod
    def _section(text: str) -> QLabel:
        label = QLabel(text)
        label.setProperty("role", "section")
        return label

    def _add_number(self, key: str, text: str, tone: str) -> None:
        name = ElidedLabel(text)
        value = QLabel("–")
        value.setProperty("role", "huge")
        value.setProperty("tone", tone)
        value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        value.setAccessibleName(text)
        row = self.numbers.rowCount()
        self.numbers.addWidget(name, row, 0)
        self.numbers.addWidget(value, row, 1)
        self.values[key], self.names[key] = value, name
        if key.startswith("validation"):
            name.hide()
            value.hide()
            self._validation = (name, value)

    def show_recipe(self, recipe: Recipe, preset: Preset | None) -> None:
        """What the recipe is called and what to watch in it."""
        title = self.tr(preset.label) if preset else self.tr("Your own recipe")
        self.heading.setText(title)
        self.watch.setText(self.tr(preset.watch) if preset else self.tr(
            "Solid is training, dashed is test: where the two part, the network learns by heart."
        ))
        for widget in self._validation:
            widget.setVisible(recipe.validation_share > 0)

    def show_history(self, history: History) -> None:
        """The newest numbers."""
        last = history.last
        texts = dict.fromkeys(self.values, "–")
        if last is not None:
            for split in ("train", "test", "validation"):
                score = getattr(last, split)
                if score is not None:
                    texts[f"{split}_loss"] = f"{score.loss:.4f}"
                    texts[f"{split}_accuracy"] = f"{100 * score.accuracy:.2f} %"
            held_out = getattr(last, history.held_out_split)
            texts["gap"] = f"{held_out.loss - last.train.loss:+.4f}"
        for key, value in self.values.items():
            if value.text() != texts[key]:
                value.setText(texts[key])
        self._show_changes(history)

    def _show_changes(self, history: History) -> None:
        labels = knobs(Recipe)
        lines = [
            self.tr("epoch {epoch:.2f}: {name} {value:g}").format(
                epoch=epoch, name=labels[name].label.lower(), value=value
            )
            for epoch, change in history.changes()
            for name, value in change.values.items()
        ]
        self.changes.setText("\n".join(lines[-6:]))
        self.changes_title.setVisible(bool(lines))
        self.changes.setVisible(bool(lines))
