"""What a drawing looks like to the network: its pixels, the answer, why, and every layer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from engine.backprop.building import as_inputs
from engine.backprop.formulas import raised
from engine.backprop.why import METHOD
from gui.tabs.backprop.array_names import number_text
from gui.tabs.backprop.reading import Reading
from gui.theme import look
from gui.widgets.bar_list import ProbabilityBars
from gui.widgets.card import Card
from gui.widgets.color_bar import ColorBar
from gui.widgets.heat_map import CellFrame
from gui.widgets.matrix_map import MatrixMap
from gui.widgets.painted import ElidedLabel, line_height
from gui.widgets.scrolled import scrolled

SIDE = (28, 28)
#: Layers of the homework's network.
STRIPS = 3


class SquareMap(MatrixMap):
    """A square matrix in the middle of its room."""

    def __init__(self, name: str) -> None:
        super().__init__(name, gutter=False, square=True)

    def _measured(self) -> CellFrame:
        frame, (rows, columns) = super()._measured(), self._matrix.shape
        left = (self.width() - columns * frame.width) / 2
        return replace(frame, left=left, top=(self.height() - rows * frame.height) / 2)


class InputCard(Card):
    """The image as the network gets it."""

    def __init__(self) -> None:
        super().__init__(self.tr("What it gets"))
        self.map = SquareMap("x")
        self.map.setAccessibleName(self.tr("28 × 28 inputs"))
        self.map.set_tooltip(self._text)
        self.note = ElidedLabel(token="muted")
        self.body.addWidget(self.map, 1)
        self.body.addWidget(self.note)
        self._image = np.zeros(SIDE, np.uint8)

    def on_look_changed(self) -> None:
        """On the projector the room is the image's."""
        super().on_look_changed()
        if hasattr(self, "note"):  # the card draws itself once before there is one
            self.note.setVisible(not look().is_projector)

    def show_reading(self, reading: Reading | None) -> None:
        """The prepared image, and what was done to it."""
        self._image = np.zeros(SIDE, np.uint8) if reading is None else reading.image
        x = None if reading is None else as_inputs(reading.image)[0].reshape(SIDE)
        self.map.show_array(x, SIDE, limit=1.0)
        self.note.set_text("" if reading is None else self.tr(reading.note))

    def _text(self, row: int, column: int) -> str:
        level = int(self._image[row, column])
        return self.tr("row {row} × column {column}: {level} of 255, x = {x:.4f}").format(
            row=row, column=column, level=level, x=level / 255
        )


class AnswerCard(Card):
    """The ten probabilities."""

    def __init__(self) -> None:
        super().__init__(self.tr("What it says"))
        self.bars = ProbabilityBars()
        self.bars.setAccessibleName(self.tr("Probabilities"))
        self.body.addWidget(self.bars)

    def show_reading(self, reading: Reading | None) -> None:
        """The probabilities, the winner stressed."""
        if reading is None:
            self.bars.set_values([str(k) for k in range(10)], None)
            self.set_title(self.tr("What it says"))
            return
        winner = reading.seen.winner
        self.bars.set_values(reading.names, reading.seen.p)
        self.set_title(self.tr("It says: {name}").format(name=reading.names[winner]))


class WhyCard(Card):
    """How much each pixel adds to the winning logit."""

    def __init__(self) -> None:
        super().__init__(self.tr("Why"))
        self.map = SquareMap("why")
        self.map.setAccessibleName(self.tr("The pixels' contributions to the winning logit"))
        self.map.set_tooltip(self._text)
        self.legend = ColorBar(self.tr("speaks against"), self.tr("speaks for"))
        self.legend.setToolTip(self.tr(METHOD))
        self.body.addWidget(self.map, 1)
        self.body.addWidget(self.legend)
        self._reading: Reading | None = None

    def show_reading(self, reading: Reading | None) -> None:
        """The contributions, on one scale for both signs."""
        self._reading = reading
        if reading is None:
            self.map.show_array(None, SIDE)
            self.legend.set_limit(0.0)
            self.set_title(self.tr("Why"))
            return
        why = reading.why
        limit = float(np.abs(why.contributions).max())
        self.map.show_array(why.contributions, SIDE, limit=limit)
        self.legend.set_limit(limit)
        self.set_title(self.tr("Why {name}: the pixels' shares of its logit").format(
            name=reading.names[why.winner]
        ))

    def _text(self, row: int, column: int) -> str:
        if self._reading is None:
            return ""
        why = self._reading.why
        value = why.contributions[row, column]
        if self._reading.image[row, column] == 0:
            return self.tr("row {row} × column {column}: black, so exactly 0").format(
                row=row, column=column
            )
        return self.tr("row {row} × column {column}: {value} of the logit {logit}").format(
            row=row, column=column, value=number_text(value, 3), logit=number_text(why.logit, 4)
        )


class LayersCard(Card):
    """The activations of every layer and the logits, a strip each."""

    def __init__(self) -> None:
        super().__init__(self.tr("Every layer, from below: activations, then the logits"))
        self.rows: list[tuple[QLabel, MatrixMap]] = []
        content = QWidget()
        self._rows = QVBoxLayout(content)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(look().px(4))
        self._area = scrolled(content, self.tr("Every layer"))
        self.body.addWidget(self._area)
        self.on_look_changed()

    def on_look_changed(self) -> None:
        """Three strips have room in every look."""
        super().on_look_changed()
        if hasattr(self, "_area"):
            self._area.setMinimumHeight(round(STRIPS * 1.5 * line_height(look().font(12))))

    def show_reading(self, reading: Reading | None) -> None:
        """Every layer's numbers; none without a drawing."""
        arrays: list[tuple[str, np.ndarray]] = []
        if reading is not None:
            arrays = [(f"a{raised(k)}", a) for k, a in reading.seen.activations.items()]
            arrays.append((f"z{raised(len(arrays) + 1)}", reading.seen.logits))
        while len(self.rows) < len(arrays):
            self._add_row()
        for place, (size, view) in enumerate(self.rows):
            is_used = place < len(arrays)
            size.setVisible(is_used)
            view.setVisible(is_used)
            if is_used:
                name, array = arrays[place]
                view.set_name(name)
                view.show_array(array, array.shape)
                view.set_tooltip(self._tip_of(name, array))
                size.setText(self.tr("{count} units").format(count=len(array)))

    def _tip_of(self, name: str, array: np.ndarray) -> Callable[[int, int], str]:
        return lambda _, unit: self.tr("{name}[{unit}] = {value}").format(
            name=name, unit=unit, value=number_text(array[unit])
        )

    def _add_row(self) -> None:
        size, view = QLabel(), MatrixMap("a", is_strip=True)
        size.setProperty("role", "small")
        row = QHBoxLayout()
        row.addWidget(view, 1)
        row.addWidget(size)
        self._rows.addLayout(row)
        self.rows.append((size, view))
