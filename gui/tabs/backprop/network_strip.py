"""The network from left to right as matrices, and below it the error on its way back."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from engine.backprop.formulas import raised
from engine.backprop.tab_spec import Chosen, Part
from engine.backprop.trace import Stepper
from engine.words import grouped
from gui.tabs.backprop.array_names import (
    MANY,
    Found,
    cells_of,
    chosen_at,
    guides_of,
    plain_name,
    sentence_about,
    title_of_layer,
)
from gui.tabs.backprop.material import Sample
from gui.theme import look
from gui.widgets.bar_list import ProbabilityBars
from gui.widgets.card import FirmCard
from gui.widgets.matrix_map import MatrixMap, Tone
from gui.widgets.painted import ElidedLabel
from gui.widgets.wrapped_label import WrappedLabel

#: The rows of the grid.
TITLE, SHAPE, WEIGHTS, BIAS, SUMS, OUTPUTS = range(6)
RULE, ERRORS, GRADIENTS, BIAS_GRADIENTS, TELL = range(6, 11)
SOFTMAX = ("shifted", "exps", "p")


class NetworkStrip(FirmCard):
    """Every array of the stepper. `chosen` carries a `Chosen` when a number is clicked."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.maps: dict[str, MatrixMap] = {}
        self.bars = ProbabilityBars()
        self.bars.setAccessibleName(self.tr("Probabilities"))
        self.tell = ElidedLabel("", self, token="muted")
        self.loss = ElidedLabel(bold=True)
        self.black = ElidedLabel(token="muted")
        self.note = WrappedLabel(role="muted")
        self.note.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._stepper: Stepper | None = None
        self._position = 0
        self._sample: Sample | None = None
        self._names: tuple[str, ...] = ("0",)
        self._chosen: Chosen | None = None
        self._sizes: tuple[tuple[int, ...], str] | None = None
        self._page: QWidget | None = None
        self._shapes: list[ElidedLabel] = []

    # --- what is shown --------------------------------------------------------------------------

    def show_step(
        self, stepper: Stepper, sample: Sample, class_names: tuple[str, ...],
        chosen: Chosen | None,
    ) -> None:
        """Everything as it is after the stepper's last step."""
        news = self._news(stepper)
        self._stepper, self._sample, self._chosen = stepper, sample, chosen
        self._position, self._names = stepper.position, class_names
        sizes = (stepper.network.sizes, stepper.network.activation)
        if sizes != self._sizes:
            self._sizes = sizes
            self._build(stepper)
        step = stepper.current
        reads = step.reads if step is not None else ()
        for name, view in self.maps.items():
            if name == "pixels":
                continue
            is_new = name in stepper.changed
            if news is None or name in news:
                shape = (28, 28) if name == "x" else stepper.shape(name)
                before = stepper.before(name) if is_new else None
                view.show_array(stepper.array(name), shape, before)
            view.set_tone(
                Tone.CHANGED if is_new else Tone.READ if name in reads else Tone.PLAIN
            )
        p = stepper.array("p")
        self.bars.set_values(class_names, p, sample.label, stepper.before("p"))
        zero = self._show_pixels(stepper)
        self._show_loss(stepper, sample)
        self._show_note(stepper, sample, zero)
        self._show_chosen()
        self._tell_cell(None)

    def _show_loss(self, stepper: Stepper, sample: Sample) -> None:
        if stepper.loss is None:
            self.loss.set_text(self.tr("loss: not yet"), "muted")
        else:
            self.loss.set_text(
                self.tr("loss {loss:.4f}").format(loss=stepper.loss),
                "orange" if "loss" in stepper.changed else "ink",
            )
        self.loss.setToolTip(
            self.tr("How surprised the network is at the right answer, {name}; −log p in nats.")
            .format(name=self._names[sample.label])
        )

    def _news(self, stepper: Stepper) -> set[str] | None:
        """The arrays that may differ from what is shown; None for all of them."""
        if stepper is not self._stepper:
            return None
        first, last = sorted((self._position, stepper.position))
        # A step's ghosts go with it, and the one before it brings its own back.
        steps = stepper.steps[max(first - 1, 0) : last + 1]
        return {name for step in steps for name in step.writes}

    def _show_note(self, stepper: Stepper, sample: Sample, zero: int | None) -> None:
        """What there is to understand in the numbers on the right, or in the zeros on the left."""
        text, p = "", stepper.array("p")
        if zero is not None:
            text = self.tr(
                "{zero} of {all} pixels are black. There x = 0, so ∇w = x·δ is exactly 0: no bug, "
                "from this sample these weights learn nothing."
            ).format(zero=zero, all=stepper.network.sizes[0])
        elif p is not None and stepper.loss is not None:
            text = self.tr("The right answer, {name}, got p = {p:.4f}; the loss is −log p.").format(
                name=self._names[sample.label], p=p[sample.label]
            )
        self.note.setText(text)

    def _show_pixels(self, stepper: Stepper) -> int | None:
        """∇W¹ of one unit as an image, because there one sees which rows are zero, and why."""
        view, gradient, unit = self.maps["pixels"], stepper.array("grad_W1"), self._unit(stepper)
        column = None if gradient is None else gradient[:, unit]
        view.show_array(column, (28, 28))
        is_new = "grad_W1" in stepper.changed
        view.set_tone(Tone.CHANGED if is_new else Tone.PLAIN)
        if gradient is None:
            self.black.set_text(self.tr("∇W¹ by pixel"))
            return None
        zero = int(np.count_nonzero(~gradient.any(axis=1)))
        self.black.set_text(
            self.tr("∇W¹ by pixel, unit {unit}").format(unit=unit)
        )
        return zero

    def _unit(self, stepper: Stepper) -> int:
        """The unit of layer 1 that the eye is on: the chosen one, or the largest δ."""
        chosen = self._chosen
        if chosen is not None and chosen.part is not Part.INPUT and chosen.layer == 1:
            return chosen.column
        delta = stepper.array("delta1")
        return 0 if delta is None else int(np.argmax(np.abs(delta)))

    def _show_chosen(self) -> None:
        assert self._stepper is not None
        cells = cells_of(self._chosen, self._stepper.network.last)
        for name, view in self.maps.items():
            view.set_chosen(cells.get(name))
        if self._chosen is not None:
            pixel = self._chosen.row if self._chosen.part is Part.WEIGHT else None
            if self._chosen.layer == 1 and pixel is not None:
                self.maps["pixels"].set_chosen(divmod(pixel, 28))

    # --- building -------------------------------------------------------------------------------

    def _build(self, stepper: Stepper) -> None:
        """One column for the input, one for each layer, one for the answer."""
        for label in (self.tell, self.loss, self.black, self.note, self.bars):
            label.setParent(None)
        if self._page is not None:
            self.body.removeWidget(self._page)
            self._page.hide()
            self._page.deleteLater()
        self._page = QWidget()
        self.grid = grid = QGridLayout(self._page)
        grid.setContentsMargins(0, 0, 0, 0)
        self.maps, self._shapes = {}, []
        last = stepper.network.last
        self._add_input(last)
        for k in stepper.network.layers:
            self._add_layer(stepper, k)
        self._add_answer(last + 1)
        grid.setRowStretch(WEIGHTS, 1)
        grid.setRowStretch(GRADIENTS, 1)
        grid.setColumnStretch(0, 3)
        for column in range(1, last + 2):
            grid.setColumnStretch(column, 4)
        grid.addWidget(self.tell, TELL, 0, 1, last + 2)
        self.body.addWidget(self._page)
        for widget in (self.tell, self.loss, self.black, self.note, self.bars):
            widget.show()
        for name, view in self.maps.items():
            self._listen(name, view)
        self.on_look_changed()

    def on_look_changed(self) -> None:
        """The projector shows fewer things, larger."""
        super().on_look_changed()
        if hasattr(self, "_shapes"):  # the card draws itself once before there are any
            for label in (*self._shapes, self.tell):
                label.setVisible(not look().is_projector)
            if self._page is not None:
                self.grid.setHorizontalSpacing(look().px(12))
                self.grid.setVerticalSpacing(look().px(3))

    def _add_input(self, last: int) -> None:
        grid = self.grid
        grid.addWidget(ElidedLabel(self.tr("input x"), bold=True), TITLE, 0)
        self._add_shape(self.tr("784 = 28 × 28"), 0)
        self._put("x", MatrixMap("x", gutter=False, square=True), WEIGHTS, 0, rows=4)
        back = ElidedLabel(
            self.tr("backward  ◀  the error walks from the loss to the first layer"), bold=True
        )
        grid.addWidget(back, RULE, 0, 1, last + 1)
        self._put("pixels", MatrixMap("∇W¹", gutter=False, square=True), ERRORS, 0, rows=2)
        grid.addWidget(self.black, BIAS_GRADIENTS, 0)

    def _add_shape(self, text: str, column: int) -> None:
        label = ElidedLabel(text, token="muted")
        self._shapes.append(label)
        self.grid.addWidget(label, SHAPE, column)

    def _add_layer(self, stepper: Stepper, k: int) -> None:
        grid, network = self.grid, stepper.network
        is_last = k == network.last
        grid.addWidget(ElidedLabel(title_of_layer(k, network), bold=True), TITLE, k)
        rows, columns = network.w[k].shape
        name = f"W{raised(k)}  " if network.last <= MANY else ""
        self._add_shape(f"{name}{grouped(rows)} × {grouped(columns)}", k)
        self._put(f"W{k}", MatrixMap(f"W{raised(k)}"), WEIGHTS, k)
        self._put(f"b{k}", MatrixMap(plain_name(f"b{k}"), is_strip=True), BIAS, k)
        self._put(f"z{k}", MatrixMap(plain_name(f"z{k}"), is_strip=True), SUMS, k)
        if not is_last:
            self._put(f"a{k}", MatrixMap(plain_name(f"a{k}"), is_strip=True), OUTPUTS, k)
        for name, row in ((f"delta{k}", ERRORS), (f"grad_W{k}", GRADIENTS),
                          (f"grad_b{k}", BIAS_GRADIENTS)):
            is_strip = row != GRADIENTS
            self._put(name, MatrixMap(plain_name(name), is_strip=is_strip), row, k)

    def _add_answer(self, column: int) -> None:
        grid = self.grid
        grid.addWidget(ElidedLabel(self.tr("p against y"), bold=True), TITLE, column)
        grid.addWidget(self.bars, SHAPE, column, 2, 1)
        for name, row in zip(SOFTMAX, (BIAS, SUMS, OUTPUTS), strict=True):
            self._put(name, MatrixMap(plain_name(name), is_strip=True), row, column)
        grid.addWidget(self.loss, RULE, column)
        self._put("y", MatrixMap("y", is_strip=True), ERRORS, column)
        grid.addWidget(self.note, GRADIENTS, column, 2, 1)

    def _put(self, name: str, view: MatrixMap, row: int, column: int, rows: int = 1) -> None:
        self.maps[name] = view
        self.grid.addWidget(view, row, column, rows, 1)

    def _listen(self, name: str, view: MatrixMap) -> None:
        def choose(row: int, column: int) -> None:
            self.chosen.emit(self._chosen_at(name, row, column))

        view.cell_chosen.connect(choose)
        view.cell_hovered.connect(lambda cell: self._on_hovered(name, cell))
        view.set_tooltip(lambda row, column: self._sentence(name, row, column))

    # --- pointing -------------------------------------------------------------------------------

    def _found(self, name: str, row: int, column: int) -> Found | None:
        """The number in a cell, and what it was before the last step."""
        stepper = self._stepper
        if stepper is None:
            return None
        if name == "pixels":
            name, row, column = "grad_W1", 28 * row + column, self._unit(stepper)
        array, before = stepper.array(name), stepper.before(name)
        if array is None:
            return None
        place = 28 * row + column if name == "x" else (row, column) if array.ndim == 2 else column
        is_black = name in ("grad_W1", "W1") and stepper.array("x") is not None and (
            stepper.network.a[0][0, row] == 0
        )
        return Found(name, row, column, float(array[place]),
                     None if before is None or name not in stepper.changed
                     else float(before[place]), array.shape, bool(is_black))

    def _chosen_at(self, name: str, row: int, column: int) -> Chosen | None:
        stepper = self._stepper
        assert stepper is not None
        if name == "pixels":
            return Chosen(Part.WEIGHT, 1, 28 * row + column, self._unit(stepper))
        return chosen_at(name, row, column, stepper.network.last)

    def _sentence(self, name: str, row: int, column: int) -> str:
        found = self._found(name, row, column)
        return "" if found is None else sentence_about(found)

    def _on_hovered(self, name: str, cell: object) -> None:
        self._tell_cell((name, *cell) if isinstance(cell, tuple) else None)

    def _tell_cell(self, place: tuple[str, int, int] | None) -> None:
        """What is under the mouse, in words and as hairlines through everything of that unit."""
        guides: dict[str, tuple[int | None, int | None]] = {}
        text = self.tr("Point at a number to read it; click it for its whole chain.")
        if place is not None and self._stepper is not None:
            text = self._sentence(*place) or self.tr("Not computed yet.")
            if place[0] not in ("pixels", "x", "y"):
                guides = guides_of(*place, self._stepper.network.last)
        self.tell.set_text(text, "muted" if place is None else "ink")
        for name, view in self.maps.items():
            view.set_guide(*guides.get(name, (None, None)))
