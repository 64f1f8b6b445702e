"""The model summary: layers, shapes and parameters."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from engine.training.recipe import Recipe
from engine.training.summary import summarize
from engine.words import grouped
from gui.theme import look
from gui.widgets.card import Card

_MIDDLE = Qt.AlignmentFlag.AlignVCenter
ALIGNMENTS = (
    Qt.AlignmentFlag.AlignLeft | _MIDDLE,
    Qt.AlignmentFlag.AlignLeft | _MIDDLE,
    Qt.AlignmentFlag.AlignRight | _MIDDLE,
    Qt.AlignmentFlag.AlignRight | _MIDDLE,
)


class ModelView(QWidget):
    """A table with one row a layer, and the total as its title."""

    def __init__(self) -> None:
        super().__init__()
        self.card = Card()
        self.table = QTableWidget(0, 4)
        titles = (
            self.tr("Layer"), self.tr("What it does"), self.tr("Output"), self.tr("Parameters")
        )
        for number, title in enumerate(titles):
            header = QTableWidgetItem(title)
            header.setTextAlignment(ALIGNMENTS[number])
            self.table.setHorizontalHeaderItem(number, header)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.table.setShowGrid(False)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.setAccessibleName(self.tr("Model summary"))
        self.table.setAccessibleDescription(
            self.tr("A row for each layer: what it does, its output (n images), its parameters.")
        )
        self.card.body.addWidget(self.table)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.card)
        look().changed.connect(self.on_look_changed)

    def show_recipe(self, recipe: Recipe) -> None:
        """The network of a recipe."""
        rows = summarize(recipe)
        total = sum(row.parameters for row in rows)
        self.card.set_title(self.tr("{total} parameters").format(total=grouped(total)))
        self.table.setRowCount(len(rows))
        for number, row in enumerate(rows):
            parameters = grouped(row.parameters) if row.parameters else "–"
            texts = (row.name, row.description, f"(n, {row.output_size})", parameters)
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setTextAlignment(ALIGNMENTS[column])
                self.table.setItem(number, column, item)
        self.on_look_changed()

    def on_look_changed(self) -> None:
        """Rows as tall as the type needs."""
        self.table.setFont(look().font())
        self.table.verticalHeader().setDefaultSectionSize(look().px(26))
