"""Scene 2: the gradient against two witnesses, the V, and a bug to find."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from engine.backprop.chain import Nudge, nudge
from engine.backprop.check import CheckProgress, CheckResult
from engine.backprop.flat import Place, count, groups
from engine.backprop.spec import BackpropSpec, Bug
from engine.backprop.tab_spec import (
    LARGEST_EPSILON,
    SMALLEST_EPSILON,
    BackpropTabSpec,
    Scene,
)
from engine.backprop.trace import Stepper
from engine.spec import parse_text
from engine.words import grouped
from gui.latest import Latest
from gui.scene import TransportState
from gui.tabs.backprop.array_names import plain_name
from gui.tabs.backprop.bug_card import BugCard
from gui.tabs.backprop.chain_card import EPSILON
from gui.tabs.backprop.check_table import CheckTable
from gui.tabs.backprop.checking import (
    FEW,
    ByAutograd,
    Own,
    Swept,
    check_both,
    chosen_place,
    place_of_chosen,
    sweep,
)
from gui.tabs.backprop.gradient_card import GradientCard
from gui.tabs.backprop.material import Material, Prepared
from gui.tabs.backprop.sample_form import SampleForm
from gui.tabs.backprop.scene import START, SceneView
from gui.tabs.backprop.v_plot import VPlot
from gui.theme import look
from gui.typesetter import Typesetter
from gui.widgets.card import FirmCard
from gui.widgets.scales import number_text
from gui.widgets.scene_notes import Number, SceneNotes
from gui.widgets.spec_fields import make_field
from gui.widgets.wrapped_label import WrappedLabel


class ProofScene(SceneView):
    """What the check finds belongs to a network, a sample and an ε; anything else asks anew."""

    groups: ClassVar = ("network", "bug")

    def __init__(self, material: Material) -> None:
        super().__init__(material)
        self.own: np.ndarray | None = None
        self.central: CheckResult | None = None
        self.autograd: ByAutograd | None = None
        self.swept: Swept | None = None
        self.checks_all = False
        self._progress: CheckProgress | None = None
        self._prepared: Prepared | None = None
        self._checked: tuple[object, ...] = ()
        self._swept_for: tuple[object, ...] = ()
        self._moved: Nudge | None = None
        self.check = Latest(0, self)
        self.check.arrived.connect(self._on_found)
        self.check.ended.connect(self._on_ended)
        self.sweeping = Latest(0, self)
        self.sweeping.arrived.connect(self._on_swept)
        self.sweeping.ended.connect(self._on_ended)
        self.typesetter = Typesetter(self)
        self._build(material)
        material.changed.connect(self._on_material)
        look().changed.connect(self.on_look_changed)

    def _build(self, material: Material) -> None:
        self.verdict = WrappedLabel(role="title")
        self.verdict.setAccessibleName(self.tr("Verdict"))
        self.table = CheckTable()
        self.table.place_chosen.connect(self._on_place)
        self.table_card = FirmCard(self.tr("Two witnesses"))
        self.table_card.body.addWidget(self.verdict)
        self.table_card.body.addWidget(self.table, 1)
        self.gradient_card = GradientCard()
        self.gradient_card.place_chosen.connect(self._on_place)
        self.gradient_card.steps_asked.connect(lambda: self._to_steps("grad"))
        self.v = VPlot()
        self.v.epsilon_dragged.connect(lambda value: self._set_epsilon(value, self.gesture))
        self.v.handle_pressed.connect(lambda _key: self.begin_gesture())
        self.v_card = FirmCard()
        self.v_card.body.addWidget(self.v, 1)
        self.bug_card = BugCard()
        self.bug_card.bug_asked.connect(self._on_bug)
        self.bug_card.steps_asked.connect(self._to_bug)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        self._grid = grid
        grid.setSpacing(look().px(10))
        for place, card in enumerate(
            (self.table_card, self.gradient_card, self.v_card, self.bug_card)
        ):
            grid.addWidget(card, place // 2, place % 2)
        for place in (0, 1):
            grid.setColumnStretch(place, 1)
        grid.setRowStretch(0, 5)
        grid.setRowStretch(1, 4)
        self.sample = SampleForm(material, has_rate=False)
        self.sample.edited.connect(self.edited)
        self.epsilon = make_field(EPSILON, "ChainCard")
        self.epsilon.path = "epsilon"
        self.epsilon.edited.connect(self._on_epsilon)
        self.form = QWidget()
        column = QVBoxLayout(self.form)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(6)
        title = QLabel(self.tr("CENTRAL DIFFERENCE"))
        title.setProperty("role", "section")
        for widget in (self.sample, title, self.epsilon):
            column.addWidget(widget)

    def on_look_changed(self) -> None:
        """Take distances and the colours of the texts from the new look."""
        self._grid.setSpacing(look().px(10))
        self._show()

    # --- output ---------------------------------------------------------------------------------

    def show_spec(self, spec: BackpropTabSpec) -> None:
        super().show_spec(spec)
        self.sample.show_spec(spec)
        self.epsilon.show_value(spec.epsilon)
        self._ask()
        self._show()

    def _on_material(self) -> None:
        self._ask()
        self._show()

    @property
    def _place(self) -> Place | None:
        prepared = self.material.now
        if prepared is None:
            return None
        return place_of_chosen(self.spec.chosen, prepared.network.sizes)

    def _ask(self) -> None:
        """Check and sweep, unless that is done or under way."""
        prepared, place = self.material.now, self._place
        if prepared is None or self.isHidden():
            return
        network, sample = prepared.network, prepared.sample
        checked = (prepared, self.spec.epsilon, place)
        if checked != self._checked:
            self.checks_all = self.checks_all and not self._checked
            if prepared is not self._prepared:
                self._prepared, self.own, self.autograd, self.central = prepared, None, None, None
            self._checked, self._progress = checked, None
            epsilon, most = self.spec.epsilon, None if self.checks_all else FEW
            self.check.ask(
                lambda: check_both(network, sample.x, sample.y, epsilon, most, place)
            )
        if (prepared, place) != self._swept_for:
            self._swept_for = (prepared, place)
            self.sweeping.ask(lambda: sweep(network, sample.x, sample.y, place))

    def _on_found(self, items: list[object]) -> None:
        for item in items:
            if isinstance(item, Own):
                self.own = item.gradient
            elif isinstance(item, CheckProgress):
                self._progress = item
            elif isinstance(item, CheckResult):
                self.central, self._progress = item, None
            elif isinstance(item, ByAutograd):
                self.autograd = item
        self._show()
        self.noted.emit()

    def _on_ended(self) -> None:
        self.noted.emit()

    def _on_swept(self, items: list[object]) -> None:
        assert isinstance(items[-1], Swept)
        self.swept = items[-1]
        self._show()

    def _show(self) -> None:
        prepared = self._prepared
        if prepared is None or self.isHidden():
            return
        sizes = prepared.network.sizes
        place, name = self._place, self._group(sizes)
        autograd = self.autograd
        self.table.show_results(
            list(groups(sizes)), self.central, autograd.result if autograd else None, name
        )
        witness = autograd.gradient if autograd is not None else None
        self.gradient_card.show_group(name, sizes, self.own, witness, place)
        self._moved = None
        if place is not None:
            self._moved = nudge(prepared.network, prepared.sample.x, prepared.sample.y,
                                chosen_place(place), self.spec.epsilon)
        self.gradient_card.show_numbers(place, self._moved, True)
        self._show_verdict()
        self._show_v()
        self.typesetter.show(self.bug_card.show_bug(
            self.spec.backprop, is_hidden=self.spec.is_bug_hidden
        ))

    def _group(self, sizes: tuple[int, ...]) -> str:
        """The group that is looked at: that of the chosen entry, else the worst one."""
        place = self._place
        if place is not None:
            return f"{place.kind}{place.layer}"
        if self.central is not None and self.central.failed:
            return self.central.worst.name
        return f"W{len(sizes) - 1}"

    def _show_v(self) -> None:
        swept = self.swept
        self.v.show_sweep(swept.sweep if swept is not None else None, self.spec.epsilon)
        if swept is None or swept.place is None:
            self.v_card.set_title(self.tr("Relative error against ε, the largest gradients"))
        else:
            place = swept.place
            name = plain_name(f"{place.kind}{place.layer}")
            where = f"{place.row}, {place.column}" if place.kind == "W" else f"{place.column}"
            self.v_card.set_title(self.tr("Relative error against ε, {name}[{where}]").format(
                name=name, where=where
            ))

    def _show_verdict(self) -> None:
        text, token = self._verdict()
        color = look().tokens.text_hex(token)
        self.verdict.setText(f"<span style='color:{color}'>{text}</span>")

    def _verdict(self) -> tuple[str, str]:
        """The check in words, and its colour."""
        if self.central is None:
            return self.tr("Comparing …"), "muted"
        second = self.autograd.result if self.autograd is not None else None
        if second is None or second.failed == self.central.failed:
            token = "green" if self.central.passed else "muted"
            return self.tr(self.central.sentence), "vermilion" if self.central.failed else token
        if second.failed:
            return self.tr(second.sentence), "vermilion"
        if self.spec.is_bug_hidden:
            return self.tr("Differences of the loss disagree, autograd agrees."), "vermilion"
        return self.tr("The gradient is right, as autograd says; but the loss that is shown is "
                       "another function, as its differences say."), "vermilion"

    def checked(self) -> CheckResult | None:
        """What was found, where it differs first; a check of another pass does not count."""
        if self._prepared is None or self._prepared is not self.material.now:
            return None
        second = self.autograd.result if self.autograd is not None else None
        known = [found for found in (self.central, second) if found is not None]
        return max(known, key=lambda found: found.failed, default=None)

    def best_epsilon(self) -> float | None:
        if self.swept is None or self.sweeping.is_busy:
            return None
        return self.swept.sweep.best

    def answering(self, of: str) -> Sequence[QWidget]:
        return [self.v] if of == "best_epsilon" else super().answering(of)

    def headline(self) -> str:
        prepared = self.material.now
        if prepared is None:
            return self.tr("Loading the images …")
        total = count(prepared.network.sizes)
        if self.checks_all:
            return self.tr("all {total} entries compared, one by one").format(total=grouped(total))
        return self.tr("up to {few} entries of each group compared, of {total} in all").format(
            few=FEW, total=grouped(total)
        )

    def notes(self) -> SceneNotes:
        numbers = []
        second = self.autograd.result if self.autograd else None
        for key, name, result in (
            ("central_error", self.tr("differences"), self.central),
            ("autograd_error", self.tr("autograd"), second),
        ):
            if result is not None:
                tone = "error" if result.failed else ""
                error = result.worst.relative_error
                numbers.append(Number(name, number_text(error) if error else "0", tone, key=key))
        return SceneNotes(
            self.tr("Believe no gradient that was not checked"),
            self.tr("Two methods that know nothing of the backward pass: move one weight and "
                    "measure the loss, or let torch differentiate. Where all three agree to ten "
                    "digits, the formulas are right."),
            r"\frac{L(w+\varepsilon) - L(w-\varepsilon)}{2\varepsilon} \approx "
            r"\frac{\partial L}{\partial w}", numbers,
        )

    # --- input ----------------------------------------------------------------------------------

    def _on_place(self, place: Place) -> None:
        self.edited.emit(self.spec.replaced(chosen=chosen_place(place)), "", "")

    def _set_epsilon(self, value: float, gesture: str) -> None:
        self.edited.emit(self.spec.replaced(epsilon=value), self.tr("ε"), gesture)

    def _on_epsilon(self, value: object, gesture: str) -> None:
        number = parse_text(EPSILON, value) if isinstance(value, str) else value
        if not isinstance(number, float) or not SMALLEST_EPSILON <= number <= LARGEST_EPSILON:
            self.epsilon.show_problem(
                self.tr("ε must be a number from {low:g} to {high:g}; 1e-5 is a good one.")
                .format(low=SMALLEST_EPSILON, high=LARGEST_EPSILON)
            )
            return
        self.epsilon.show_problem("")
        self._set_epsilon(number, gesture)

    def _on_bug(self, bug: Bug, is_hidden: bool, text: str) -> None:
        recipe = self.spec.backprop.replaced(bug=bug)
        spec = self.spec.with_backprop(recipe).replaced(is_bug_hidden=is_hidden)
        self.edited.emit(spec, text, "")

    def _to_steps(self, kind: str) -> None:
        """The first step of a kind, of the chosen layer where there is one, in the other scene."""
        stepper = self._stepper()
        place = self._place
        keys = [step.key for step in stepper.steps]
        key = f"{kind}{place.layer}" if place is not None else f"{kind}{stepper.network.last}"
        self._open_step(keys.index(key) + 1)

    def _to_bug(self) -> None:
        found = [i for i, step in enumerate(self._stepper().steps) if step.has_bug]
        self._open_step(found[0] + 1 if found else self.spec.step)

    def _open_step(self, step: int) -> None:
        self.edited.emit(self.spec.replaced(scene=Scene.STEPS, step=step), "", "")

    def _stepper(self) -> Stepper:
        prepared = self.material.now
        assert prepared is not None
        sample, rate = prepared.sample, self.spec.backprop.learning_rate
        return Stepper(prepared.network, sample.x, sample.y, rate)

    def with_recipe(self, recipe: BackpropSpec, field: str) -> BackpropTabSpec:
        spec = super().with_recipe(recipe, field)
        return spec.replaced(is_bug_hidden=False) if field == "bug" else spec

    def fresh_spec(self) -> BackpropTabSpec:
        spec = self.spec.with_backprop(self.spec.backprop.replaced(bug=Bug.NONE))
        return spec.replaced(
            is_bug_hidden=False, epsilon=START.epsilon, chosen=START.chosen, split=START.split,
            index=START.index, weights=START.weights,
        )

    def leave(self) -> None:
        if self.checks_all:
            self.checks_all = False
            self.check.cancel()
            self._checked = ()

    def stop(self) -> None:
        self.check.stop()
        self.sweeping.stop()
        self.typesetter.stop()

    # --- the bar below --------------------------------------------------------------------------

    def transport(self) -> TransportState:
        progress, busy = self._progress, self.check.is_busy
        share = 0.0
        if self.central is not None:
            status, share = self.tr("checked"), 1.0
        elif progress is not None:
            share = progress.done / progress.total
            status = self.tr("{done} of {total} entries").format(
                done=grouped(progress.done), total=grouped(progress.total)
            )
        else:
            status = self.tr("comparing …")
        return TransportState(
            status, share, is_playing=busy and self.checks_all, can_play=True,
            play_text=self.tr("Check all"),
        )

    def play(self) -> None:
        """Compare every entry; again: only some of each group."""
        self.checks_all = not (self.checks_all and self.check.is_busy)
        self._checked, self.central = (), None
        self._ask()
        self._show()
        self.noted.emit()
