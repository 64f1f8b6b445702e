"""The left-hand panel: preset, the probe's form, and the schemes side by side."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from engine.errors import SpecError
from engine.initialization.presets import PRESETS, matching_preset
from engine.initialization.schemes import SchemeKey
from engine.initialization.spec import ProbeSpec
from gui.keys import calm_wheel
from gui.tabs.initialization.colors import scheme_tokens
from gui.tabs.initialization.shape_sliders import ShapeSliders
from gui.widgets.icon_button import IconButton
from gui.widgets.labelled import Labelled, alone
from gui.widgets.painted import ElidedLabel
from gui.widgets.preset_box import PresetBox
from gui.widgets.spec_form import SpecForm


class SchemeList(Labelled):
    """The schemes that are compared, each with a button that takes it away; below, one more."""

    added = Signal(str)
    removed = Signal(int)

    def __init__(self) -> None:
        super().__init__(self.tr("Schemes"), "probe.schemes", has_label=False, is_short=False)
        self.rows: list[tuple[QWidget, ElidedLabel, IconButton]] = []
        self._column = column = QVBoxLayout()
        column.setSpacing(2)
        self.more = QComboBox()
        self.more.setAccessibleName(self.tr("Add scheme"))
        self.more.setToolTip(self.tr("One more scheme beside the others; its σ² follows from "
                                     "n_in and n_out."))
        self.more.setPlaceholderText(self.tr("+ add scheme"))
        calm_wheel(self.more)
        self.more.activated.connect(self._on_activated)
        column.addWidget(self.more)
        self.grid.addLayout(column, 0, 0, 1, 2)
        self.finish()

    def show_spec(self, spec: ProbeSpec) -> None:
        """The schemes in their colours."""
        schemes, tokens = spec.scheme_list, scheme_tokens(spec)
        while len(self.rows) < len(schemes):
            self._add_row()
        for index, (row, label, button) in enumerate(self.rows):
            row.setVisible(index < len(schemes))
            if index < len(schemes):
                name = self.tr(schemes[index].label)
                label.set_text(f"●  {name}", tokens[index])
                button.setAccessibleName(self.tr("Remove {name}").format(name=name))
                button.setEnabled(len(schemes) > 1)
        self.show_problem("")
        with QSignalBlocker(self.more):
            self.more.clear()
            for key in SchemeKey:
                if key.value not in spec.schemes:
                    self.more.addItem(self.tr(key.label), key.value)
            self.more.setCurrentIndex(-1)

    def _add_row(self) -> None:
        index = len(self.rows)
        row, label = QWidget(), ElidedLabel(bold=True)
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        button = IconButton("mdi6.close", self.tr("Remove"), size=14)
        button.setToolTip(self.tr("Take this scheme away; undo brings it back."))
        button.clicked.connect(lambda: self.removed.emit(index))
        line.addWidget(label, 1)
        line.addWidget(button)
        self._column.insertWidget(index, row)
        self.rows.append((row, label, button))

    def _on_activated(self) -> None:
        text = self.more.currentData()
        with QSignalBlocker(self.more):
            self.more.setCurrentIndex(-1)
        self.added.emit(text)


#: The slider's ends; its leftmost place is 0.
LEAST_SIGMA, MOST_SIGMA, SIGMA_STEPS = 1e-3, 1.0, 600


class SigmaSlider(QSlider):
    """σ on a log scale, where schemes differ: between a thousandth and one."""

    #: σ, and the name of the drag.
    dragged = Signal(float, str)

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setRange(0, SIGMA_STEPS)
        self.setPageStep(SIGMA_STEPS // 10)
        self.setAccessibleName(self.tr("σ of the weights"))
        self.setToolTip(self.tr("Drag σ: everything follows; with ReLU the signal holds where "
                                "n_in·σ² = 2."))
        calm_wheel(self)
        self._gesture = 0
        self._sigma = LEAST_SIGMA
        self.sliderPressed.connect(self._on_pressed)
        self.sliderReleased.connect(lambda: self.show_sigma(self._sigma))
        self.valueChanged.connect(self._on_moved)

    def show_sigma(self, sigma: float) -> None:
        """Show a σ; emits nothing."""
        self._sigma = sigma
        if not self.isSliderDown():
            share = np.log(max(sigma, 1e-9) / LEAST_SIGMA) / np.log(MOST_SIGMA / LEAST_SIGMA)
            with QSignalBlocker(self):
                self.setValue(round(float(np.clip(share, 0, 1)) * SIGMA_STEPS))

    def _on_pressed(self) -> None:
        self._gesture += 1

    def _on_moved(self, position: int) -> None:
        sigma = LEAST_SIGMA * (MOST_SIGMA / LEAST_SIGMA) ** (position / SIGMA_STEPS)
        gesture = f"sigma drag {self._gesture}" if self.isSliderDown() else ""
        self.dragged.emit(float(f"{sigma:.3g}") if position else 0.0, gesture)


class ProbePanel(QWidget):
    """Shows the probe; its signals carry what was asked for."""

    probe_edited = Signal(object, str, str)
    preset_chosen = Signal(str)
    scheme_added = Signal(str)
    scheme_removed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        tr = self.tr
        title = QLabel(tr("PRESET"))
        title.setProperty("role", "section")
        self.presets = PresetBox(
            tr("Preset"), tr("Your own network"), tr("Networks that are worth probing.")
        )
        for preset in PRESETS.values():
            self.presets.offer(preset.key, tr(preset.label), tr(preset.watch))
        self.presets.chosen.connect(self.preset_chosen)
        self.form = SpecForm(
            ProbeSpec,
            {
                "network": (tr("Network"), True), "schemes": (tr("Schemes side by side"), True),
                "input": (tr("Input"), True), "backward": (tr("Backward"), False),
                "measurement": (tr("Measurement"), False),
            },
        )
        self.form.edited.connect(self.probe_edited)
        self.schemes = SchemeList()
        self.schemes.added.connect(self.scheme_added)
        self.schemes.removed.connect(self.scheme_removed)
        self.sigma = SigmaSlider()
        field = self.form.fields["sigma"]
        field.grid.addWidget(self.sigma, 1, 0, 1, 2)
        self.sigma.dragged.connect(self._on_sigma)
        self.shape = ShapeSliders()
        grid = self.form.fields["widths"].grid
        grid.addWidget(self.shape, grid.rowCount(), 0, 1, 2)
        self.shape.dragged.connect(self._on_shape)
        content = self.form.groups["schemes"].content
        assert content is not None
        rows = content.layout()
        assert isinstance(rows, QVBoxLayout)
        rows.insertWidget(0, self.schemes)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        for widget in (title, alone(tr("Preset"), "probe", self.presets), self.form):
            column.addWidget(widget)
        column.addStretch(1)
        self._shown: ProbeSpec | None = None

    def show_spec(self, spec: ProbeSpec) -> None:
        """Show the probe; what is being typed stays while only other things change."""
        if spec == self._shown:
            return
        if self._shown is None or spec.schemes != self._shown.schemes or (
            (spec.sigma, spec.formula) != (self._shown.sigma, self._shown.formula)
        ):
            self.schemes.show_spec(spec)
        self._shown = spec
        self.sigma.show_sigma(spec.sigma)
        self.shape.show_spec(spec)
        self.form.show_spec(spec)
        preset = matching_preset(spec)
        self.presets.show_preset(preset.key if preset else None)

    def _on_sigma(self, sigma: float, gesture: str) -> None:
        assert self._shown is not None
        try:
            spec = self._shown.replaced(sigma=sigma)
        except SpecError as error:
            self.show_problem("sigma", str(error))
            return
        self.probe_edited.emit(spec, "sigma", gesture)

    def _on_shape(self, depth: int | None, width: int | None, gesture: str) -> None:
        assert self._shown is not None
        try:
            spec = self._shown.with_shape(depth=depth, width=width)
        except SpecError as error:
            self.show_problem("widths", str(error))
            return
        self.probe_edited.emit(spec, "widths", gesture)

    def show_problem(self, field: str, sentence: str) -> None:
        """Say below a field why its edit was refused."""
        self.form.fields[field].show_problem(sentence)
