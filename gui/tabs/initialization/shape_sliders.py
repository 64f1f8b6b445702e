"""Depth and width of the probed network, to be dragged."""

from __future__ import annotations

import math

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QSlider, QWidget

from engine.initialization.spec import ProbeSpec
from gui.keys import calm_wheel
from gui.theme import look

#: What a hand needs; the field above takes more. Widths lie on a log scale.
DEEPEST, WIDEST = 100, 2048
WIDTH_STEPS = 220


class ShapeSliders(QWidget):
    """Two sliders; the number that each stands at is beside its name."""

    #: Depth or None, width or None, and the name of the drag.
    dragged = Signal(object, object, str)

    def __init__(self) -> None:
        super().__init__()
        self._gesture = 0
        self.layers = self._slider(self.tr("Depth"), self.tr(
            "Drag the number of layers; every layer multiplies the mean square once more."
        ))
        self.layers.setRange(1, DEEPEST)
        self.units = self._slider(self.tr("Width"), self.tr(
            "Drag the width of the hidden layers; the wider, the closer the measurement to theory."
        ))
        self.units.setRange(0, WIDTH_STEPS)
        self._names = {self.layers: QLabel(), self.units: QLabel()}
        grid = self._grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setColumnStretch(1, 1)
        for row, (slider, label) in enumerate(self._names.items()):
            label.setBuddy(slider)
            grid.addWidget(label, row, 0)
            grid.addWidget(slider, row, 1)
        self.layers.valueChanged.connect(self._on_depth)
        self.units.valueChanged.connect(self._on_width)
        look().changed.connect(self.on_look_changed)
        self.on_look_changed()

    def _slider(self, name: str, tip: str) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setAccessibleName(name)
        slider.setToolTip(tip)
        slider.sliderPressed.connect(self._on_pressed)
        calm_wheel(slider)
        return slider

    def on_look_changed(self) -> None:
        """Take the distances from the new look."""
        self._grid.setVerticalSpacing(look().px(4))
        self._grid.setHorizontalSpacing(look().px(8))

    def show_spec(self, spec: ProbeSpec) -> None:
        """Show a network's shape; emits nothing."""
        depth, width = spec.depth, spec.hidden_width
        for slider, value, text in (
            (self.layers, depth, self.tr("Depth {layers}").format(layers=depth)),
            (self.units, position_of(width), self.tr("Width {units}").format(units=width)),
        ):
            self._names[slider].setText(text)
            if not slider.isSliderDown():
                with QSignalBlocker(slider):
                    slider.setValue(value)

    def _on_pressed(self) -> None:
        self._gesture += 1

    def _name_of(self, slider: QSlider) -> str:
        return f"shape drag {self._gesture}" if slider.isSliderDown() else ""

    def _on_depth(self, depth: int) -> None:
        self.dragged.emit(depth, None, self._name_of(self.layers))

    def _on_width(self, position: int) -> None:
        self.dragged.emit(None, width_at(position), self._name_of(self.units))


def width_at(position: int) -> int:
    """The width at a place of the slider: a power of two has one of its own."""
    return round(2 ** (position / WIDTH_STEPS * math.log2(WIDEST)))


def position_of(width: int) -> int:
    """Where the slider stands for a width."""
    return round(math.log2(min(max(width, 1), WIDEST)) / math.log2(WIDEST) * WIDTH_STEPS)
