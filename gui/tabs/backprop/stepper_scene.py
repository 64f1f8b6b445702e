"""Scene 1: one sample through the network and back, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QBoxLayout, QLabel, QVBoxLayout, QWidget

from engine.backprop.chain import check_chosen, explain, nudge
from engine.backprop.formulas import raised
from engine.backprop.spec import BackpropSpec
from engine.backprop.tab_spec import BackpropTabSpec, Chosen, Part, Weights
from engine.backprop.trace import Stepper
from engine.errors import SpecError
from engine.words import grouped
from gui.scene import TransportState
from gui.tabs.backprop.array_names import title_of
from gui.tabs.backprop.chain_card import ChainCard
from gui.tabs.backprop.material import Material, Prepared
from gui.tabs.backprop.network_strip import NetworkStrip
from gui.tabs.backprop.sample_form import SampleForm
from gui.tabs.backprop.scene import START, SceneView
from gui.tabs.backprop.step_card import StepCard, shown_name, shown_title
from gui.tabs.backprop.step_list import StepList
from gui.theme import look
from gui.typesetter import Line, Typesetter
from gui.widgets.labelled import alone
from gui.widgets.scene_notes import Number, SceneNotes

#: One step every so many milliseconds at speed 1.
STEP_EVERY_MS = 1600
SPEED_FACTORS = (0.5, 1, 2, 4)
#: With more parameters than this, not even one step is taken on the quiet.
LARGE = 100_000
#: What the arrays and formulas would tell of the pass.
PASS_FACTS = ("loss", "p_true", "winner", "winner_class")


class StepperScene(SceneView):
    """Named steps that go both ways, every array as a heat map, every number within reach."""

    groups: ClassVar = ("network", "bug")
    speeds = ("½×", "1×", "2×", "4×")
    speed = 1

    def __init__(self, material: Material) -> None:
        super().__init__(material)
        self.stepper: Stepper | None = None
        self._prepared: Prepared | None = None
        self._rate = 0.0
        self._timer = QTimer(self, interval=STEP_EVERY_MS)
        self._timer.timeout.connect(self._on_beat)
        self.typesetter = Typesetter(self)
        self.strip = NetworkStrip()
        self.strip.chosen.connect(self._on_chosen)
        self.step_card = StepCard()
        self.chain_card = ChainCard()
        self.chain_card.closed.connect(lambda: self._on_chosen(None))
        self.chain_card.epsilon_edited.connect(
            lambda value, gesture: self._edit(self.tr("ε"), gesture, epsilon=value)
        )
        self.sample = SampleForm(material)
        self.sample.edited.connect(self.edited)
        self.steps = StepList()
        self.steps.jump_asked.connect(self._jump)
        self.form = self._make_form()
        self._below = below = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        below.addWidget(self.step_card, 1)
        below.addWidget(self.chain_card, 1)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.strip, 5)
        column.addLayout(below, 2)
        material.changed.connect(self._on_material)
        look().changed.connect(self.on_look_changed)
        self.on_look_changed()

    def _make_form(self) -> QWidget:
        form = QWidget()
        column = QVBoxLayout(form)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(6)
        title = QLabel(self.tr("STEPS"))
        title.setProperty("role", "section")
        steps = alone(self.tr("Steps"), "step", self.steps, is_short=False)
        for widget in (self.sample, title, steps):
            column.addWidget(widget)
        return form

    def on_look_changed(self) -> None:
        """On the projector the formula has the whole width, and the chain stands below it."""
        direction = QBoxLayout.Direction
        self._below.setDirection(
            direction.TopToBottom if look().is_projector else direction.LeftToRight
        )
        self._below.setSpacing(look().px(10))
        self._column.setSpacing(look().px(10))
        self._show()

    # --- output ---------------------------------------------------------------------------------

    def show_spec(self, spec: BackpropTabSpec) -> None:
        super().show_spec(spec)
        self.sample.show_spec(spec)
        self._show()

    def _on_material(self) -> None:
        self._show()
        self.noted.emit()

    def _show(self) -> None:
        """The stepper of what is prepared, as many steps done as the spec says."""
        prepared, spec = self.material.now, self.spec
        if prepared is None or self.isHidden():
            return
        rate = spec.backprop.learning_rate
        if self.stepper is None or (prepared, rate) != (self._prepared, self._rate):
            self._prepared, self._rate = prepared, rate
            sample = prepared.sample
            self.stepper = Stepper(prepared.network, sample.x, sample.y, rate)
        stepper = self.stepper
        stepper.jump(spec.step)
        if stepper.position == len(stepper.steps):
            self._timer.stop()
        self._show_steps(stepper)
        names = tuple(prepared.images.dataset.class_names)
        self.strip.show_step(stepper, prepared.sample, names, self._chosen)
        self._show_formulas(stepper, prepared)

    def _show_steps(self, stepper: Stepper) -> None:
        is_hidden = self.spec.is_bug_hidden
        steps = stepper.steps
        self.steps.show_steps(
            steps, [shown_name(stepper, step, is_hidden) for step in steps],
            [self.tr(shown_title(stepper, step, is_hidden)) for step in steps],
            stepper.position, shows_bugs=not is_hidden,
        )

    def _show_formulas(self, stepper: Stepper, prepared: Prepared) -> None:
        spec, chosen = self.spec, self._chosen
        lines: list[Line] = self.step_card.show_step(
            stepper, self._unit(stepper), is_hidden=spec.is_bug_hidden
        )
        if chosen is None:
            lines += self.chain_card.show_nothing()
        else:
            x, y = prepared.sample.x, prepared.sample.y
            chain = explain(prepared.network, x, y, chosen, self._rate)
            moved = nudge(prepared.network, x, y, chosen, spec.epsilon)
            lines += self.chain_card.show_chain(
                title_of(chosen), chain, moved, is_hidden=spec.is_bug_hidden
            )
        self.typesetter.show(lines, ahead=self._lines_ahead(stepper))

    def _lines_ahead(self, stepper: Stepper) -> list[Line]:
        """The formulas of the next step, which is likely to be asked for next."""
        if stepper.network.theta.size > LARGE or not stepper.forward():
            return []
        lines = self.step_card.lines(
            stepper, self._unit(stepper), is_hidden=self.spec.is_bug_hidden
        )
        stepper.back()
        return lines

    @property
    def _chosen(self) -> Chosen | None:
        """What is chosen, as far as this network has it."""
        chosen, prepared = self.spec.chosen, self.material.now
        if chosen is None or prepared is None:
            return None
        try:
            check_chosen(prepared.network.sizes, chosen)
        except SpecError:  # a session of another network: then nothing is chosen
            return None
        return chosen

    def _unit(self, stepper: Stepper) -> int | None:
        """The chosen unit, where the step is about its layer."""
        chosen, step = self._chosen, stepper.current
        if chosen is None or step is None or chosen.part is Part.INPUT:
            return None
        return chosen.column if step.layer == chosen.layer else None

    def answering(self, of: str) -> Sequence[QWidget]:
        is_of_pass = of in PASS_FACTS or of.startswith(("delta", "chosen"))
        views = (self.strip, self.step_card, self.chain_card) if is_of_pass else ()
        # The names of the steps are formulas, among them δ³ = p − y.
        return (*views, self.steps) if of.startswith("delta") else views

    def headline(self) -> str:
        prepared = self.material.now
        if prepared is None:
            return self.tr("Loading the images …")
        sample, name = prepared.sample, prepared.images.describe()
        text = self.tr("{split} image {index}: a {label}   ·   weights {weights}   ·   {data}")
        return text.format(
            data=name, split=self.tr(self.spec.split.label), index=grouped(sample.index),
            label=prepared.images.dataset.class_names[sample.label],
            weights=self.tr(prepared.weights.label),
        )

    def problem(self) -> str:
        prepared = self.material.now
        if prepared is None or prepared.weights is self.spec.weights:
            return ""
        if self.spec.weights is Weights.BUNDLED:
            return self.tr("The network trained beforehand is the homework's, 784-32-32-10 with "
                           "sigmoid; this one is another, and these are its first weights.")
        if self.spec.weights is Weights.TRAINED:
            return self.tr("Nothing is trained yet that fits this network; these are its first "
                           "weights. Train in the scene “Training” and come back.")
        return ""

    def notes(self) -> SceneNotes:
        stepper, prepared = self.stepper, self.material.now
        if stepper is None or prepared is None:
            return SceneNotes(self.tr("One sample, there and back"), "")
        step = stepper.current
        if step is None:
            return SceneNotes(self.tr("One sample, there and back"), self.tr(
                "A digit goes in on the left, ten probabilities come out on the right; then the "
                "error walks back, layer by layer, and leaves each weight its gradient."
            ))
        return SceneNotes(
            self._heading(step.phase, step.layer),
            self.tr(shown_title(stepper, step, self.spec.is_bug_hidden)), "",
            self._numbers(stepper, prepared),
        )

    def _heading(self, phase: str, layer: int) -> str:
        return {
            "forward": self.tr("Forward, layer {k}").format(k=layer) if layer
            else self.tr("A digit goes in"),
            "softmax": self.tr("Ten numbers become probabilities"),
            "loss": self.tr("One number for how wrong it is"),
            "backward": self.tr("The error walks back through layer {k}").format(k=layer),
            "update": self.tr("The weights move"),
        }[phase]

    def _numbers(self, stepper: Stepper, prepared: Prepared) -> list[Number]:
        rows = []
        p, label = stepper.array("p"), prepared.sample.label
        if p is not None:
            name = prepared.images.dataset.class_names[label]
            rows.append(Number(self.tr("p of “{name}”").format(name=name), f"{p[label]:.4f}",
                               key="p_true"))
        if stepper.loss is not None:
            rows.append(Number(self.tr("loss"), f"{stepper.loss:.4f}", "error", key="loss"))
        for k in reversed(stepper.network.layers):
            gradient = stepper.array(f"grad_W{k}")
            if gradient is not None:
                size = float(np.linalg.norm(gradient))
                name = self.tr("size of ∇W{k}").format(k=raised(k))
                rows.append(Number(name, f"{size:.4f}", "train", key="gradient_size"))
        return rows

    # --- input ----------------------------------------------------------------------------------

    def _edit(self, text: str, gesture: str = "", **changes: object) -> None:
        self.edited.emit(self.spec.replaced(**changes), text, gesture)

    def _on_chosen(self, chosen: Chosen | None) -> None:
        self._edit("", chosen=chosen)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape lets go of what is chosen."""
        if event.key() == Qt.Key.Key_Escape and self.spec.chosen is not None:
            self._on_chosen(None)
        else:
            super().keyPressEvent(event)

    def with_recipe(self, recipe: BackpropSpec, field: str) -> BackpropTabSpec:
        spec = super().with_recipe(recipe, field)
        return spec.replaced(is_bug_hidden=False) if field == "bug" else spec

    def fresh_spec(self) -> BackpropTabSpec:
        recipe = self.spec.backprop.replaced(
            learning_rate=START.backprop.learning_rate, bug=START.backprop.bug
        )
        kept = {name: getattr(START, name)
                for name in ("split", "index", "weights", "step", "chosen", "epsilon")}
        return self.spec.with_backprop(recipe).replaced(**kept, is_bug_hidden=False)

    def leave(self) -> None:
        self._timer.stop()

    def stop(self) -> None:
        self._timer.stop()
        self.typesetter.stop()

    # --- the bar below --------------------------------------------------------------------------

    def transport(self) -> TransportState:
        stepper = self.stepper
        if stepper is None:
            return TransportState()
        position, count = stepper.position, len(stepper.steps)
        return TransportState(
            self.tr("step {position} of {count}").format(position=position, count=count),
            position / count, count, self._timer.isActive(), can_play=True,
            can_step=position < count, can_step_back=position > 0, can_jump=True,
            can_seek=True,
        )

    def play(self) -> None:
        if self._timer.isActive():
            self._timer.stop()
        elif self.stepper is not None:
            if self.stepper.position == len(self.stepper.steps):
                self._jump(0)
            self._timer.start()
        self.noted.emit()

    def _on_beat(self) -> None:
        self.step()

    def step(self) -> None:
        if self.stepper is not None:
            self._jump(self.stepper.position + 1)

    def step_back(self) -> None:
        if self.stepper is not None:
            self._jump(self.stepper.position - 1)

    def to_start(self) -> None:
        self._jump(0)

    def to_end(self) -> None:
        if self.stepper is not None:
            self._jump(len(self.stepper.steps))

    def seek(self, share: float) -> None:
        if self.stepper is not None:
            self._jump(round(share * len(self.stepper.steps)))

    def _jump(self, position: int) -> None:
        self._edit("", step=max(position, 0))

    def set_speed(self, index: int) -> None:
        super().set_speed(index)
        self._timer.setInterval(round(STEP_EVERY_MS / SPEED_FACTORS[index]))
