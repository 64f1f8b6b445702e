"""The typed numbers of a small network: inputs, weights, biases, targets, learning rate."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from engine.backprop.pretty import pretty
from engine.backprop.small_spec import SmallSpec
from engine.errors import SpecError
from gui.theme import look
from gui.widgets.card import Card
from gui.widgets.scrolled import scrolled
from gui.widgets.wrapped_label import WrappedLabel

FIELD_PX = 52


class NumbersCard(Card):
    """A field for each number; what the spec refuses stays where it was typed."""

    #: A whole new spec, and what was changed.
    edited = Signal(object, str)

    def __init__(self) -> None:
        super().__init__(self.tr("Your numbers"))
        self.spec = SmallSpec()
        self.fields: dict[str, QLineEdit] = {}
        self.problem = WrappedLabel(role="problem")
        self.problem.hide()
        self._content = QWidget()
        self._matrices = QVBoxLayout(self._content)
        self._matrices.setContentsMargins(0, 0, 0, 0)
        area = scrolled(self._content, self.tr("Your numbers"), sideways=True)
        self.body.addWidget(area, 1)
        self.body.addWidget(self.problem)
        self._sizes: tuple[int, ...] = ()
        self._table: QWidget | None = None

    def show_spec(self, spec: SmallSpec) -> None:
        """The spec's numbers; emits nothing. What is refused stays until it is put right."""
        before, self.spec = self.spec.named_numbers(), spec
        if spec.sizes != self._sizes:
            self._sizes = spec.sizes
            self._build(spec)
            self._say("")
        for key, text in spec.named_numbers().items():
            field = self.fields[key]
            if not field.isModified() or before.get(key) != text:
                field.setText(text)
                self._mark(field, is_wrong=False)
        if not any(field.property("invalid") for field in self.fields.values()):
            self._say("")

    def on_look_changed(self) -> None:
        """Take widths from the new look."""
        super().on_look_changed()
        for field in getattr(self, "fields", {}).values():
            field.setFixedWidth(look().px(FIELD_PX))

    def _build(self, spec: SmallSpec) -> None:
        """A row of matrices, from the input to the target."""
        if self._table is not None:
            self._table.hide()
            self._table.deleteLater()
        self._table = table = QWidget()
        self.fields = {}
        row = QGridLayout(table)
        row.setContentsMargins(0, 0, 0, 0)
        row.setHorizontalSpacing(look().px(16))
        blocks = [self._block("x", [[f"x[{i}]"] for i in range(1, spec.sizes[0] + 1)])]
        for k, (n_in, n_out) in enumerate(pairwise(spec.sizes), 1):
            blocks.append(self._block(f"W{k}", [
                [f"W{k}[{i},{j}]" for j in range(1, n_out + 1)] for i in range(1, n_in + 1)
            ], [f"b{k}[{j}]" for j in range(1, n_out + 1)]))
        last = QWidget()
        below = QVBoxLayout(last)
        below.setContentsMargins(0, 0, 0, 0)
        below.addWidget(self._block("y", [[f"y[{j}]"] for j in range(1, spec.sizes[-1] + 1)]))
        below.addWidget(self._block("η", [["learning rate"]]))
        blocks.append(last)
        for column, block in enumerate(blocks):
            row.addWidget(block, 0, column, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        row.setColumnStretch(len(blocks), 1)
        row.setRowStretch(1, 1)
        self._matrices.addWidget(table)

    def _block(self, name: str, keys: list[list[str]], bias: list[str] | None = None) -> QWidget:
        block = QWidget()
        grid = QGridLayout(block)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(look().px(4))
        is_matrix = bias is not None
        title = QLabel(pretty(f"{name}[1]").removesuffix("₁") if name != "η" else name)
        title.setProperty("role", "section")
        grid.addWidget(title, 0, 0, 1, len(keys[0]))
        for i, line in enumerate(keys, 1):
            for j, key in enumerate(line):
                grid.addWidget(self._field(key), i, j)
        if is_matrix and bias is not None:
            label = QLabel(pretty(bias[0]).removesuffix("₁"))
            label.setProperty("role", "section")
            grid.addWidget(label, len(keys) + 1, 0, 1, len(bias))
            for j, key in enumerate(bias):
                grid.addWidget(self._field(key), len(keys) + 2, j)
        return block

    def _field(self, key: str) -> QLineEdit:
        field = QLineEdit()
        name = pretty(key)
        field.setAccessibleName(name)
        field.setToolTip(self.tr("{name}: a decimal or a fraction, e.g. 0.15 or -1/3.").format(
            name=name
        ))
        field.setAlignment(Qt.AlignmentFlag.AlignRight)
        field.setFixedWidth(look().px(FIELD_PX))
        field.editingFinished.connect(lambda: self._on_finished(key))
        self.fields[key] = field
        return field

    # --- input ----------------------------------------------------------------------------------

    def _on_finished(self, key: str) -> None:
        """Try all that was typed and is not in force yet: two targets often only hold together."""
        if not self.fields[key].isModified():
            return
        named = self.spec.named_numbers()
        pending = [k for k, f in self.fields.items() if f.text().strip() != named[k]]
        if not pending:
            self.fields[key].setModified(False)
            self._mark(self.fields[key], is_wrong=False)
            self.show_spec(self.spec)
            return
        try:
            spec = self._with(pending)
        except SpecError as error:
            self._mark(self.fields[key], is_wrong=True)
            self._say(str(error))
            return
        for one in pending:
            self.fields[one].setModified(False)
            self._mark(self.fields[one], is_wrong=False)
        self.edited.emit(spec, pretty(key))
        self._say("")

    def _with(self, keys: list[str]) -> SmallSpec:
        spec = self.spec
        targets = [f"y[{j}]" for j in range(1, spec.sizes[-1] + 1)]
        if set(keys) & set(targets):
            spec = spec.replaced(targets=tuple(self.fields[k].text().strip() for k in targets))
        for key in keys:
            if key not in targets:
                spec = spec.with_number(key, self.fields[key].text())
        return spec

    def _say(self, sentence: str) -> None:
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))

    @staticmethod
    def _mark(field: QLineEdit, *, is_wrong: bool) -> None:
        if bool(field.property("invalid")) != is_wrong:
            field.setProperty("invalid", is_wrong)
            field.style().polish(field)
