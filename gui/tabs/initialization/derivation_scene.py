"""Scene 3: parts 2a to 2e, each law with the current numbers put in and the measurement beside."""

from __future__ import annotations

import math

from PySide6.QtCore import QSignalBlocker, QTimer
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from engine.initialization.derivation import Step, derivation
from engine.initialization.tab_spec import Chosen, InitializationSpec
from gui.keys import calm_wheel
from gui.scene import TransportState
from gui.tabs.initialization.measuring import Measuring
from gui.tabs.initialization.scene import SceneView
from gui.theme import look
from gui.typesetter import Typesetter
from gui.widgets.card import Card
from gui.widgets.math_label import MathLabel
from gui.widgets.scales import number_text
from gui.widgets.scene_notes import Number, SceneNotes
from gui.widgets.scrolled import scrolled
from gui.widgets.wrapped_label import WrappedLabel

STEP_EVERY_MS = 2500
MOST_STEPS = 6


class StepRow(Card):
    """One step: part and title, the law, the numbers put in, prediction and measurement."""

    def __init__(self) -> None:
        super().__init__(" ")
        self.formula, self.numbers = MathLabel(size=18), MathLabel(size=16, token="muted")
        self.sentence = WrappedLabel(role="muted")
        self.prediction, self.measured = QLabel(), QLabel()
        self.measured.setProperty("tone", "train")
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setColumnStretch(0, 3)
        grid.addWidget(self.formula, 0, 0)
        grid.addWidget(self.numbers, 1, 0)
        grid.addWidget(self.sentence, 2, 0, 1, 3)
        for column, (name, value) in enumerate(
            ((self.tr("prediction"), self.prediction), (self.tr("measured"), self.measured)), 1
        ):
            caption = QLabel(name)
            caption.setProperty("role", "muted")
            value.setProperty("role", "huge")
            value.setAccessibleName(name)
            grid.setColumnMinimumWidth(column, look().px(110))
            grid.addWidget(caption, 0, column)
            grid.addWidget(value, 1, column)
        self.body.addLayout(grid)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_step(self, step: Step) -> None:
        """Show a step, but for its formulas, which a worker sets."""
        self.set_title(f"{step.part}   {self.tr(step.title)}")
        self.sentence.setText(step.sentence)
        self.prediction.setText(value_text(step.prediction))
        measured = value_text(step.measured)
        if math.isfinite(step.standard_error) and math.isfinite(step.measured):
            measured += f" ± {value_text(step.standard_error)}"
        self.measured.setText(measured)


class DerivationScene(SceneView):
    """The steps for one scheme and layer."""

    def __init__(self, measuring: Measuring) -> None:
        super().__init__(measuring)
        self._steps: tuple[Step, ...] = ()
        self._shown: tuple[object, ...] = ()
        self._typesetter = Typesetter(self)
        self._beat = QTimer(self, interval=STEP_EVERY_MS)
        self._beat.timeout.connect(self.step)
        self.rows: list[StepRow] = []
        self.scheme, self.layer = QComboBox(), QComboBox()
        for box, name, tip in (
            (self.scheme, self.tr("Scheme"), self.tr("The scheme whose numbers are put in.")),
            (self.layer, self.tr("Layer"), self.tr("The layer whose n_in and n_out are put in.")),
        ):
            box.setAccessibleName(name)
            box.setToolTip(tip)
            box.activated.connect(self._on_chosen)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            calm_wheel(box)
        row = QHBoxLayout()
        for box in (self.scheme, self.layer):
            row.addWidget(QLabel(box.accessibleName()))
            row.addWidget(box)
            row.addSpacing(12)
        row.addStretch(1)
        steps = QWidget()
        self._column = QVBoxLayout(steps)
        self._column.setContentsMargins(0, 0, 4, 0)
        self._column.setSpacing(8)
        self._column.addStretch(1)
        self.area = scrolled(steps, self.tr("Steps of the derivation"), sideways=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        column.addWidget(self.area, 1)

    def show_spec(self, spec: InitializationSpec) -> None:
        super().show_spec(spec)
        chosen = self._chosen()
        with QSignalBlocker(self.scheme), QSignalBlocker(self.layer):
            self.scheme.clear()
            self.scheme.addItems([self.tr(s.label) for s in spec.probe.scheme_list])
            self.scheme.setCurrentIndex(chosen.scheme)
            depth = len(spec.probe.layer_widths) - 1
            if self.layer.count() != depth:
                self.layer.clear()
                self.layer.addItems([str(k) for k in range(1, depth + 1)])
            self.layer.setCurrentIndex(chosen.layer - 1)
        self.show_snapshot()

    def _chosen(self) -> Chosen:
        """What the numbers are about: the chosen one, or layer 2 of the second scheme."""
        probe = self.spec.probe
        fallback = Chosen(min(1, len(probe.schemes) - 1), min(2, len(probe.layer_widths) - 1))
        return self.spec.chosen or fallback

    def show_snapshot(self) -> None:
        snapshot, chosen = self.measuring.snapshot, self._chosen()
        if snapshot is None or snapshot.spec.schemes != self.spec.probe.schemes:
            return
        if self._shown != (snapshot, chosen):
            self._shown = (snapshot, chosen)
            self._steps = derivation(snapshot, chosen.scheme, chosen.layer)
            while len(self.rows) < len(self._steps):
                row = StepRow()
                self.rows.append(row)
                self._column.insertWidget(len(self.rows) - 1, row)
            self._fill()
        self._show_rows()

    def _fill(self) -> None:
        """Everything changes at once, when the formulas are set: that takes longer than a frame."""
        lines = []
        for row, step in zip(self.rows, self._steps, strict=False):
            row.show_step(step)
            lines += [(row.formula, step.formula, ""), (row.numbers, step.numbers, "")]
        self._typesetter.show(lines)

    def _show_rows(self) -> None:
        shown = max(self.spec.derivation_step, 1)
        for index, row in enumerate(self.rows):
            row.setVisible(index < min(shown, len(self._steps)))

    def headline(self) -> str:
        return self.tr("every law with the numbers of this network put in")

    def notes(self) -> SceneNotes:
        if not self._steps:
            return SceneNotes(self.tr("Measuring"), "")
        index = min(max(self.spec.derivation_step, 1), len(self._steps)) - 1
        step = self._steps[index]
        return SceneNotes(
            f"{step.part}  {self.tr(step.title)}", step.sentence, "",
            [Number(self.tr("prediction"), value_text(step.prediction), key="prediction"),
             Number(self.tr("measured"), value_text(step.measured), "train", key="step_measured")],
        )

    # --- hands ----------------------------------------------------------------------------------

    def _on_chosen(self) -> None:
        chosen = Chosen(self.scheme.currentIndex(), self.layer.currentIndex() + 1)
        self.edited.emit(self.spec.replaced(chosen=chosen), "", "")

    def transport(self) -> TransportState:
        count = len(self._steps) or MOST_STEPS
        now = min(max(self.spec.derivation_step, 1), count)
        return TransportState(
            status=self.tr("step {now} of {count}").format(now=now, count=count),
            progress=now / count, parts=count, is_playing=self._beat.isActive(),
            can_play=True, can_step=now < count, can_step_back=now > 1, can_jump=now < count,
        )

    def play(self) -> None:
        if self._beat.isActive():
            self._beat.stop()
        else:
            if self.spec.derivation_step >= len(self._steps):
                self._go_to(1)
            self._beat.start()
        self.noted.emit()

    def step(self) -> None:
        self._go_to(max(self.spec.derivation_step, 1) + 1)

    def step_back(self) -> None:
        self._go_to(min(self.spec.derivation_step, len(self._steps)) - 1)

    def to_end(self) -> None:
        self._go_to(len(self._steps))

    def _go_to(self, step: int) -> None:
        step = min(max(step, 1), max(len(self._steps), 1))
        if step == len(self._steps):
            self._beat.stop()
        self.edited.emit(self.spec.replaced(derivation_step=step), "", "")

    def leave(self) -> None:
        self._beat.stop()

    def stop(self) -> None:
        self._beat.stop()
        self._typesetter.stop()


def value_text(value: float) -> str:
    """A number; a dash where there is nothing to measure."""
    return "inf" if math.isinf(value) else number_text(value)
