"""Scene 5: a network small enough for paper, with every number of its work."""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from engine.backprop.numbers import parse_number
from engine.backprop.pretty import pretty
from engine.backprop.small import SmallResult, compute
from engine.backprop.small_presets import SMALL_PRESETS
from engine.backprop.small_spec import SmallActivation, SmallLoss, SmallSpec
from engine.backprop.tab_spec import BackpropTabSpec
from engine.errors import SpecError
from engine.spec import knobs
from gui.scene import TransportState
from gui.tabs.backprop.material import Material
from gui.tabs.backprop.scene import START, SceneView
from gui.tabs.backprop.small_numbers import NumbersCard
from gui.tabs.backprop.small_table import VALUE, WorkTable
from gui.theme import look
from gui.widgets.card import Card
from gui.widgets.chip import chip
from gui.widgets.labelled import alone
from gui.widgets.network_diagram import DiagramLayer, NetworkDiagram, source_of
from gui.widgets.preset_box import PresetBox
from gui.widgets.scene_notes import Number, SceneNotes
from gui.widgets.spec_form import SpecForm
from gui.widgets.wrapped_label import WrappedLabel

#: So many weights can be read beside their edges at once.
MOST_WEIGHTS = 14
#: From this width on a line of the work has room beside the network.
NARROW_PX = 1200
_PLACE = re.compile(r"[a-zA-Z ]+(\d?)\[(\d)(?:,(\d))?\]")


class SmallScene(SceneView):
    """The diagram and the numbers that were typed on the left, the work beside them."""

    groups = ()

    def __init__(self, material: Material) -> None:
        super().__init__(material)
        self.result: SmallResult | None = None
        self.diagram = NetworkDiagram()
        self.diagram.setAccessibleName(self.tr("The network with its numbers"))
        self.diagram.setToolTip(self.tr(
            "Click a unit to see its numbers and its work; drag a number to change it."
        ))
        self.diagram.scrub_started.connect(self.begin_gesture)
        self.diagram.weight_scrubbed.connect(self._on_scrubbed)
        self.diagram.unit_chosen.connect(self._on_unit_chosen)
        self.numbers = NumbersCard()
        self.numbers.edited.connect(self._edit)
        self.table = WorkTable()
        self.table.work.answered.connect(self._on_answered)
        self.table.line_chosen.connect(self._on_line_chosen)
        self.table.reveal_asked.connect(self._on_reveal)
        diagram_card, work_card = Card(self.tr("The network")), Card(self.tr("The work"))
        self.all = chip(self.tr("all numbers"), self.tr(
            "Choose no unit, so that all weights and biases are written down."
        ))
        self.all.clicked.connect(lambda: self.diagram.set_chosen(0, None))
        diagram_card.add_header_widget(self.all)
        diagram_card.body.addWidget(self.diagram)
        self.reveal = chip(self.tr("What is expected?"), self.tr(
            "Show the number of the line that is chosen."
        ))
        self.reveal.clicked.connect(self._on_reveal_clicked)
        work_card.add_header_widget(self.reveal)
        #: The chosen line in full, and what its mark says.
        self.line, self.verdict = WrappedLabel(), WrappedLabel()
        work_card.body.addWidget(self.table)
        for label in (self.line, self.verdict):
            label.hide()
            work_card.body.addWidget(label)
        self._cards = diagram_card, self.numbers, work_card
        self._is_narrow: bool | None = None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self.form = self._make_form()
        look().changed.connect(self.on_look_changed)
        self.on_look_changed()

    def _make_form(self) -> QWidget:
        form = QWidget()
        title = QLabel(self.tr("EXERCISE"))
        title.setProperty("role", "section")
        self.presets = PresetBox(
            self.tr("Exercise"), self.tr("Your own numbers"),
            self.tr("Exercises that are worth starting from."),
        )
        for preset in SMALL_PRESETS.values():
            self.presets.offer(preset.key, self.tr(preset.label), self.tr(preset.watch))
        self.presets.chosen.connect(self._on_preset)
        self.fields = SpecForm(SmallSpec, {"small": (self.tr("Network for paper"), True)})
        self.fields.edited.connect(
            lambda small, name, gesture: self._edit(
                small, self.tr(knobs(SmallSpec)[name].label), gesture
            )
        )
        column = QVBoxLayout(form)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(8)
        for widget in (title, alone(self.tr("Exercise"), "small", self.presets), self.fields):
            column.addWidget(widget)
        return form

    def on_look_changed(self) -> None:
        """Take distances from the new look."""
        self._grid.setSpacing(look().px(12))
        self._arrange()
        self._show_all_numbers()

    def _show_all_numbers(self) -> None:
        """Write all weights down, unless they would lie across each other."""
        weights = sum(n_in * n_out for n_in, n_out in pairwise(self.spec.small.sizes))
        has_room = weights <= MOST_WEIGHTS and not look().is_projector
        self.diagram.set_all_numbers(has_room)
        self.all.setVisible(has_room)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """The work beside the network or, where a line would find no room there, below it."""
        is_narrow = self.width() < look().px(NARROW_PX)
        if is_narrow == self._is_narrow:
            return
        self._is_narrow = is_narrow
        for card in self._cards:
            self._grid.removeWidget(card)
        diagram, numbers, work = self._cards
        places = ((diagram, 0, 0, 1, 1), (numbers, 0, 1, 1, 1), (work, 1, 0, 1, 2)) \
            if is_narrow else ((diagram, 0, 0, 1, 1), (numbers, 1, 0, 1, 1), (work, 0, 1, 2, 1))
        for place in places:
            self._grid.addWidget(*place)
        rows, columns = ((2, 3), (1, 1)) if is_narrow else ((4, 3), (4, 7))
        for line in (0, 1):
            self._grid.setRowStretch(line, rows[line])
            self._grid.setColumnStretch(line, columns[line])

    # --- output ---------------------------------------------------------------------------------

    def show_spec(self, spec: BackpropTabSpec) -> None:
        before = self.spec.small
        super().show_spec(spec)
        small = spec.small
        if self.result is not None and small == before:
            return
        self.result = compute(small)
        self.numbers.show_spec(small)
        self.table.show_result(self.result)
        self.fields.show_spec(small)
        self.presets.show_preset(self._preset())
        self._show_network(small, self.result)
        self._show_all_numbers()
        self._show_verdict()

    def _show_verdict(self) -> None:
        """The line that mouse or keyboard are on, and its mark."""
        index, work = self.table.currentIndex(), self.table.work
        key = work.lines[index.row()].key if index.isValid() else ""
        self.line.setVisible(bool(key) and work.is_shown(key))
        if key and self.result is not None:
            line, value = work.lines[index.row()], self.result.shown(key)
            value = value if value.startswith("≈") else f"= {value}"
            self.line.setText(f"{pretty(line.formula)} = {line.numbers} {value}")
        passed, sentence = work.mark_of(key) if key else (None, "")
        self.verdict.setVisible(passed is not None)
        self.verdict.setText(f"{pretty(key)}: {sentence}")
        role = "" if passed else "problem"
        if self.verdict.property("role") != role:
            self.verdict.setProperty("role", role)
            self.verdict.style().polish(self.verdict)

    def _preset(self) -> str | None:
        """The exercise that the spec is; how it is shown, and what was answered, aside."""
        aside = {"answers": (), "revealed": (), "solutions": True, "digits": 6, "fractions": True}
        plain = self.spec.small.replaced(**aside)
        return next((key for key, one in SMALL_PRESETS.items() if one.spec == plain), None)

    def _show_network(self, small: SmallSpec, result: SmallResult) -> None:
        """Units hold what they pass on; edges their weights."""
        last, typed = len(small.sizes) - 1, small.named_numbers()
        layers = [DiagramLayer(self.tr("input"), small.sizes[0], names=[
            typed[f"x[{i}]"] for i in range(1, small.sizes[0] + 1)
        ])]
        for k, (n_in, n_out) in enumerate(pairwise(small.sizes), 1):
            exact = {key: float(parse_number(text)) for key, text in typed.items()}
            weights = np.array([[exact[f"W{k}[{i},{j}]"] for i in range(1, n_in + 1)]
                                for j in range(1, n_out + 1)])
            layers.append(DiagramLayer(
                self.tr("output") if k == last else self.tr("layer {k}").format(k=k), n_out,
                _glyph(small, k == last), weights=weights,
                biases=np.array([exact[f"b{k}[{j}]"] for j in range(1, n_out + 1)]),
                names=[self._unit_text(small, result, k, j) for j in range(1, n_out + 1)],
            ))
        self.diagram.set_layers(layers)

    def _unit_text(self, small: SmallSpec, result: SmallResult, k: int, j: int) -> str:
        """A unit's output; its name, while solutions are hidden."""
        is_last = k == len(small.sizes) - 1
        key = f"a{k}[{j}]"
        if is_last and small.loss is SmallLoss.CROSS_ENTROPY:
            key = f"p[{j}]"
        elif key not in result.keys:
            key = f"z{k}[{j}]"
        if not self.table.work.is_shown(key):
            return pretty(key)
        return f"{float(result.value(key)):.3g}".replace("-", "−")

    def headline(self) -> str:
        return self.tr("Exact as long as the numbers are fractions, to 50 digits after that")

    def notes(self) -> SceneNotes:
        key, result = self._preset(), self.result
        heading = self.tr(SMALL_PRESETS[key].label) if key else self.tr("Your own numbers")
        watch = self.tr(SMALL_PRESETS[key].watch) if key else self.tr(
            "Work it out on paper, type what you found, and see line by line whether it holds."
        )
        rows = []
        if result is not None:
            marks = result.marks().values()
            right = sum(mark.passed for mark in marks)
            if self.table.work.is_shown("L"):
                rows.append(Number(self.tr("loss"), f"{float(result.value('L')):.4g}", "error",
                                   key="small_loss"))
            if marks:
                name = self.tr("right of {count} answers").format(count=len(marks))
                rows.append(Number(name, str(right), "train", key="small_right"))
        return SceneNotes(heading, watch, "", rows)

    def transport(self) -> TransportState:
        return TransportState(self.tr("click “your value” in a line, and type what you found"))

    # --- input ----------------------------------------------------------------------------------

    def _edit(self, small: SmallSpec, text: str, gesture: str = "") -> None:
        self.edited.emit(self.spec.replaced(small=small), text, gesture)

    def _on_preset(self, key: str) -> None:
        preset = SMALL_PRESETS[key]
        small = self.spec.small
        kept = {"solutions": small.solutions, "digits": small.digits, "fractions": small.fractions}
        self._edit(preset.spec.replaced(**kept), self.tr(preset.label))

    def _on_answered(self, key: str, text: str) -> None:
        try:
            small = self.spec.small.with_answer(key, text)
        except SpecError as error:
            self.table.work.refuse(key, text, str(error))
            self._show_verdict()
            return
        self._edit(small, self.tr("Answer {name}").format(name=pretty(key)))

    def _on_reveal(self, key: str) -> None:
        small = self.spec.small
        if not small.solutions and key not in small.revealed:
            revealed = (*small.revealed, key)
            self._edit(small.replaced(revealed=revealed), self.tr("Show {name}").format(
                name=pretty(key)
            ))

    def _on_reveal_clicked(self) -> None:
        index = self.table.currentIndex()
        if index.isValid():
            self._on_reveal(self.table.work.lines[index.row()].key)

    def _on_line_chosen(self, key: str) -> None:
        """The unit that a line is about, and its mark."""
        self._show_verdict()
        match = _PLACE.fullmatch(key)
        if match is None:
            self.diagram.set_chosen(0, None)
            return
        layer, first, second = match.groups()
        last = len(self.spec.small.sizes) - 1
        self.diagram.set_chosen(int(layer or last), int(second or first) - 1)

    def _on_unit_chosen(self, layer: int, unit: int) -> None:
        """The first line of a unit's work."""
        if layer:
            row = self.table.row_of(f"z{layer}[{unit + 1}]")
            index = self.table.work.index(row, VALUE)
            self.table.setCurrentIndex(index)
            self.table.scrollTo(index)

    def _on_scrubbed(self, layer: int, unit: int, name: str, value: float) -> None:
        source = source_of(name)
        key = f"b{layer}[{unit + 1}]" if source is None else f"W{layer}[{source + 1},{unit + 1}]"
        small = self.spec.small.with_number(key, f"{value:.10g}")
        self._edit(small, pretty(key), self.gesture)

    def fresh_spec(self) -> BackpropTabSpec:
        return self.spec.replaced(small=START.small)


def _glyph(small: SmallSpec, is_last: bool) -> str:
    if is_last and small.loss is not SmallLoss.SIGMOID_SQUARED_ERROR:
        return "linear"
    activation = small.activation
    return "linear" if activation is SmallActivation.LINEAR else activation.value
