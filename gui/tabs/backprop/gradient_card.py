"""One group's gradient by backpropagation, by autograd, and what is between them."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout

from engine.backprop.chain import Nudge
from engine.backprop.check import AUTOGRAD_TOLERANCE, TOLERANCE
from engine.backprop.flat import Place, index_of
from engine.words import grouped
from gui.tabs.backprop.array_names import error_text, number_text, plain_name
from gui.tabs.backprop.check_table import place_text
from gui.tabs.backprop.checking import group_matrix
from gui.theme import look
from gui.widgets.card import FirmCard
from gui.widgets.chip import chip
from gui.widgets.matrix_map import MatrixMap
from gui.widgets.painted import ElidedLabel
from gui.widgets.wrapped_label import WrappedLabel


class GradientCard(FirmCard):
    """Three maps in one scale: where the third is blank, the two agree."""

    place_chosen = Signal(object)
    steps_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.own = MatrixMap(self.tr("by backprop"), gutter=False)
        self.witness = MatrixMap(self.tr("by autograd"), gutter=False)
        self.gap = MatrixMap(self.tr("difference"), gutter=False, marks_zeros=False)
        self.maps = (self.own, self.witness, self.gap)
        self.numbers = WrappedLabel()
        self.numbers.setTextFormat(Qt.TextFormat.RichText)
        self.numbers.setAccessibleName(self.tr("Two witnesses"))
        self.steps_button = chip(
            self.tr("Show in steps"), self.tr("Go to the step that made this gradient.")
        )
        self.steps_button.clicked.connect(self.steps_asked)
        self.add_header_widget(self.steps_button)
        grid = QGridLayout()
        grid.setVerticalSpacing(look().px(2))
        grid.setHorizontalSpacing(look().px(12))
        for column, view in enumerate(self.maps):
            grid.addWidget(ElidedLabel(view.name, token="muted"), 0, column)
            grid.addWidget(view, 1, column)
            grid.setColumnStretch(column, 1)
            view.cell_chosen.connect(self._on_chosen)
            view.set_tooltip(self._tip)
        grid.setRowStretch(1, 1)
        self.body.addLayout(grid, 1)
        self.body.addWidget(self.numbers)
        self._name = ""
        self._sizes: tuple[int, ...] = (1, 1)
        self._gradients: tuple[np.ndarray | None, np.ndarray | None] = (None, None)

    def show_group(
        self, name: str, sizes: tuple[int, ...], own: np.ndarray | None,
        witness: np.ndarray | None, place: Place | None,
    ) -> None:
        """The group `name` of the flat gradients (n,); None for what is not there yet."""
        self._name, self._sizes, self._gradients = name, sizes, (own, witness)
        layer = int(name[1:])
        rows = sizes[layer - 1] if name[0] == "W" else 1
        self.set_title(self.tr("{name}   {rows} × {columns}").format(
            name=plain_name(f"grad_{name}"), rows=grouped(rows), columns=grouped(sizes[layer])
        ))
        mine, other = (
            None if flat is None else group_matrix(flat, sizes, name) for flat in (own, witness)
        )
        gap = None if mine is None or other is None else mine - other
        known = [np.abs(m[np.isfinite(m)]).max(initial=0) for m in (mine, other) if m is not None]
        limit = float(max(known, default=0.0)) or None
        for view, matrix in zip(self.maps, (mine, other, gap), strict=True):
            view.show_array(matrix, (rows, sizes[layer]), limit=limit)
            is_here = place is not None and f"{place.kind}{place.layer}" == name
            view.set_chosen((place.row, place.column) if is_here and place else None)

    def show_numbers(self, place: Place | None, moved: Nudge | None, is_finite: bool) -> None:
        """The chosen entry as each of the three has it."""
        own, witness = self._gradients
        if place is None or moved is None or own is None or not is_finite:
            self.numbers.setText(self.tr("Click an entry, or a row on the left."))
            return
        index = index_of(self._sizes, place)
        mine = float(own[index])
        text = self.tr("<b>{place}</b>   backprop <b>{mine}</b>").format(
            place=place_text(place), mine=number_text(mine, 10)
        )
        text += "<br>" + self._line(
            self.tr("central difference"), mine, moved.quotient, TOLERANCE
        )
        if witness is not None:
            text += "<br>" + self._line(
                self.tr("torch autograd"), mine, float(witness[index]), AUTOGRAD_TOLERANCE
            )
        self.numbers.setText(f"<span style='white-space:pre-wrap'>{text}</span>")

    @staticmethod
    def _line(name: str, mine: float, other: float, tolerance: float) -> str:
        size = max(abs(mine), abs(other))
        error = abs(mine - other) / size if size else 0.0
        agrees = error <= tolerance
        color = look().tokens.text_hex("green" if agrees else "vermilion")
        mark = "✓" if agrees else "✗"
        return (f"{name} <b>{number_text(other, 10)}</b>   "
                f"<span style='color:{color}'><b>{error_text(error)} {mark}</b></span>")

    def _on_chosen(self, row: int, column: int) -> None:
        self.place_chosen.emit(Place(self._name[0], int(self._name[1:]), row, column))

    def _tip(self, row: int, column: int) -> str:
        place = Place(self._name[0], int(self._name[1:]), row, column)
        values = [
            "…" if flat is None else number_text(float(flat[index_of(self._sizes, place)]))
            for flat in self._gradients
        ]
        return self.tr("{place}, row {row} × column {column}: backprop {own}, autograd {witness}"
                       ).format(place=place_text(place), row=row, column=column, own=values[0],
                                witness=values[1])
