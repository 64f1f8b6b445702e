"""Which sample is walked through, and with which weights."""

from __future__ import annotations

import random

import numpy as np
from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from engine.backprop.spec import BackpropSpec
from engine.backprop.tab_spec import BackpropTabSpec, Split, Weights
from engine.errors import SpecError
from engine.spec import Choice, knobs, parse_text
from engine.words import grouped
from gui.keys import calm_wheel
from gui.tabs.backprop.material import Material, fits
from gui.widgets.chip import chip
from gui.widgets.labelled import Labelled, alone
from gui.widgets.spec_fields import make_field


class SampleForm(QWidget):
    """Emits `edited(spec, text, gesture)` with a whole new spec."""

    edited = Signal(object, str, str)

    def __init__(self, material: Material, *, has_rate: bool = True) -> None:
        super().__init__()
        self.spec = BackpropTabSpec()
        self._material = material
        title = QLabel(self.tr("SAMPLE"))
        title.setProperty("role", "section")
        self.split = self._box(
            Split, self.tr("Split"), self.tr("Where the sample is taken from.")
        )
        self.split.activated.connect(
            lambda: self._edit(self.tr("Split"), split=self.split.currentData())
        )
        self.index = QLineEdit()
        self.index.setAccessibleName(self.tr("Number of the sample"))
        self.index.setToolTip(self.tr("The number of the image within its split, from 0."))
        self.index.editingFinished.connect(self._on_index)
        self.weights = self._box(
            Weights, self.tr("Weights"),
            self.tr("The first weights of the recipe, or those of the training scene as they are "
                    "now."),
        )
        self.weights.activated.connect(
            lambda: self._edit(self.tr("Weights"), weights=self.weights.currentData())
        )
        self.rate = make_field(knobs(BackpropSpec)["learning_rate"], "BackpropSpec")
        self.rate.edited.connect(self._on_rate)
        self.rate.path = "backprop.learning_rate"
        self.rate.setVisible(has_rate)
        self.digit = self._digit_box()
        self.random = chip(self.tr("random"), self.tr("Take any image of the split."))
        self.random.clicked.connect(self._on_random)
        self.number = self._row(self.tr("Number"), "index", self.index)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(6)
        for widget in (
            title, self._row(self.tr("From"), "split", self.split), self.number,
            alone(self.tr("Another sample"), "index.next", self.random, self.digit),
            self._row(self.tr("Weights"), "weights", self.weights), self.rate,
        ):
            column.addWidget(widget)
        material.changed.connect(self._show_sample)
        material.trained_changed.connect(self._show_sample)

    @staticmethod
    def _row(label: str, path: str, editor: QWidget) -> Labelled:
        row = Labelled(label, path)
        row.grid.setColumnStretch(0, 2)
        row.grid.setColumnStretch(1, 3)
        row.grid.addWidget(editor, 0, 1)
        row.finish()
        return row

    def _box(self, kind: type[Choice], name: str, tip: str) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(name)
        box.setAccessibleDescription(tip)
        for member in kind:
            box.addItem(self.tr(member.label), member)
        box.setMinimumContentsLength(6)
        box.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        calm_wheel(box)
        return box

    def _digit_box(self) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(self.tr("Next of a class"))
        box.setToolTip(self.tr("Go on to the next image of a class."))
        box.setPlaceholderText(self.tr("next of a class"))
        calm_wheel(box)
        box.activated.connect(self._on_class)
        return box

    # --- output ---------------------------------------------------------------------------------

    def show_spec(self, spec: BackpropTabSpec) -> None:
        """The spec's sample; emits nothing."""
        self.spec = spec
        for box, value in ((self.split, spec.split), (self.weights, spec.weights)):
            with QSignalBlocker(box):
                box.setCurrentIndex(box.findData(value))
            box.setToolTip(self.tr("{help} Now {value}.").format(
                help=box.accessibleDescription(), value=box.currentText()
            ))
        self.rate.show_value(spec.backprop.learning_rate)
        self._show_sample()

    def _show_sample(self) -> None:
        now = self._material.now
        is_drawn = self.spec.split is Split.DRAWN
        for widget in (self.index, self.random, self.digit):
            widget.setEnabled(not is_drawn and now is not None)
        can_draw = bool(self.spec.drawing.strokes or self.spec.drawing.pixels)
        model = self.split.model()
        item = model.item(self.split.findData(Split.DRAWN))  # type: ignore[attr-defined]
        item.setEnabled(can_draw or is_drawn)
        item = self.weights.model().item(  # type: ignore[attr-defined]
            self.weights.findData(Weights.TRAINED)
        )
        item.setEnabled(fits(self._material.trained, self.spec.backprop))
        if now is None:
            return
        index = 0 if is_drawn else self.spec.index % now.sample.count
        if not self.index.hasFocus() or not self.index.isModified():
            self.index.setText(grouped(index))
        names = now.images.dataset.class_names
        if [self.digit.itemText(i) for i in range(self.digit.count())] != list(names):
            self.digit.clear()
            self.digit.addItems(list(names))
            self.digit.setCurrentIndex(-1)

    # --- input ----------------------------------------------------------------------------------

    def _edit(self, text: str, **changes: object) -> None:
        self.number.show_problem("")
        self.edited.emit(self.spec.replaced(**changes), text, "")

    def _labels(self) -> np.ndarray:
        now = self._material.now
        assert now is not None
        return now.images.labels(self.spec.split.key)

    def _on_index(self) -> None:
        now, text = self._material.now, self.index.text()
        if now is None or not self.index.isModified():
            return
        self.index.setModified(False)
        plain = text.replace(",", "").replace(" ", "").strip()
        count = now.sample.count
        if plain.isdecimal() and int(plain) < count:
            self._edit(self.tr("Sample"), index=int(plain))
            return
        self.number.show_problem(
            self.tr("The number must be a whole number from 0 to {last}; “{text}” is none.")
            .format(last=grouped(count - 1), text=text)
        )

    def _on_random(self) -> None:
        self._edit(self.tr("Random sample"), index=random.randrange(len(self._labels())))

    def _on_class(self, digit: int) -> None:
        """The next image of the class, from the start again after the last one."""
        labels = self._labels()
        found = np.flatnonzero(labels == digit)
        after = found[found > self.spec.index % len(labels)]
        with QSignalBlocker(self.digit):
            self.digit.setCurrentIndex(-1)
        if len(found):
            self._edit(self.tr("Next of a class"), index=int((after if len(after) else found)[0]))

    def _on_rate(self, value: object, gesture: str) -> None:
        try:
            number = parse_text(self.rate.knob, value) if isinstance(value, str) else value
            recipe = self.spec.backprop.replaced(learning_rate=number)
        except SpecError as error:
            self.rate.show_problem(str(error))
            return
        self.rate.show_problem("")
        self.edited.emit(self.spec.with_backprop(recipe), self.tr("Learning rate"), gesture)
