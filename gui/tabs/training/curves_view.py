"""Loss and accuracy of the run over its epochs, with pinned runs and the one before as ghosts."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from engine.runs.history import History
from engine.training.recipe import SIGNS, Recipe
from gui.theme import look
from gui.widgets.card import Card
from gui.widgets.chip import chip
from gui.widgets.live_plot import LivePlot

SPLITS = {"train": "blue", "test": "orange", "validation": "purple"}


class CurvesView(QWidget):
    """Two linked plots. Train is solid, what was held out is dashed, steps are faint behind."""

    log_toggled = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.loss = LivePlot(caption=self.tr("epoch"))
        self.accuracy = LivePlot(caption=self.tr("epoch"), percent=True)
        self.loss.setAccessibleName(self.tr("Loss"))
        self.accuracy.setAccessibleName(self.tr("Accuracy"))
        names = {
            "train": self.tr("train"),
            "test": self.tr("test"),
            "validation": self.tr("validation"),
        }
        self.loss.add_series("step", self.tr("each batch"), "blue", faint=True)
        for plot in (self.loss, self.accuracy):
            for split, color in SPLITS.items():
                plot.add_series(split, names[split], color, dashed=split != "train")
        self.loss.cursor_moved.connect(self.accuracy.set_cursor)
        self.accuracy.cursor_moved.connect(self.loss.set_cursor)
        self.log_button = chip(
            self.tr("log scale"), self.tr("Show the loss on a logarithmic axis (L)."),
            checkable=True,
        )
        self.log_button.clicked.connect(self.log_toggled)
        loss_card = Card(self.tr("Loss (cross-entropy)"))
        loss_card.add_header_widget(self.log_button)
        loss_card.body.addWidget(self.loss)
        accuracy_card = Card(self.tr("Accuracy"))
        self.pin_button = chip(
            self.tr("pin run"), self.tr("Keep these curves behind those of later runs (P).")
        )
        self.unpin_button = chip(
            self.tr("unpin"), self.tr("Let the pinned runs go (Shift+P).")
        )
        self.unpin_button.hide()
        for button in (self.unpin_button, self.pin_button):
            accuracy_card.add_header_widget(button)
        accuracy_card.body.addWidget(self.accuracy)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(look().px(12))
        row.addWidget(loss_card, 1)
        row.addWidget(accuracy_card, 1)
        self._recipe: Recipe | None = None

    def show_log(self, on: bool) -> None:
        """Linear or logarithmic loss axis."""
        with QSignalBlocker(self.log_button):
            self.log_button.setChecked(on)
        self.loss.set_log(on)

    def start(self, history: History, ghosts: Sequence[tuple[History, str]]) -> None:
        """A new run: empty axes that end at its last epoch; `ghosts` with their labels behind."""
        for plot in (self.loss, self.accuracy):
            plot.clear()
            plot.set_x_range(0.0, float(history.recipe.epochs))
        self.show_ghosts(ghosts)
        # The first two tenths of an epoch fall from ln 10; what follows deserves the room.
        self.loss.set_y_range(settled_x=0.5)
        self.accuracy.set_y_range(settled_x=0.5)
        self.show_history(history)

    def show_ghosts(self, ghosts: Sequence[tuple[History, str]]) -> None:
        """The test curves of other runs, each with its label."""
        for plot, quantity in ((self.loss, "loss"), (self.accuracy, "accuracy")):
            plot.set_ghosts([(*run.curve("test", quantity), label) for run, label in ghosts])

    def show_history(self, history: History) -> None:
        """Draw what has come in."""
        self.loss.set_series("step", *history.step_curve())
        for split in SPLITS:
            self.loss.set_series(split, *history.curve(split, "loss"))
            self.accuracy.set_series(split, *history.curve(split, "accuracy"))
        turn = history.overfitting_epoch()
        held_out = history.held_out_split
        if turn is None:
            self.loss.set_band(None)
        else:
            self.loss.set_band("train", held_out, turn, self.tr("overfitting"))
        markers = [(epoch, change_text(change.values)) for epoch, change in history.changes()]
        self.loss.set_markers(markers)
        self.accuracy.set_markers(markers)


def change_text(values: dict[str, float]) -> str:
    """A change in the fewest signs: "η 0.01"."""
    return ", ".join(f"{SIGNS[name]} {value:g}" for name, value in values.items())
