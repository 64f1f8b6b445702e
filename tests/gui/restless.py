"""Hands that change a tab at random, through the same widgets and signals as a person's."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any, ClassVar

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QComboBox, QSlider, QWidget

from engine.spec import Knob
from gui.widgets.function_plot import FunctionPlot
from gui.widgets.network_diagram import NetworkDiagram
from gui.widgets.spec_fields import ChoiceField, Field, NumberField, SwitchField, TextField
from gui.widgets.spec_form import SpecForm

#: The most that a field may take, where more would only take longer; and texts to be typed.
MOST = {
    "pieces": 40, "cells": 12, "cells_per_axis": 12, "points": 200, "dimension": 12,
    "batch_size": 32, "seeds": 2, "training_images": 60, "half_width": 20.0, "steps": 100,
    "samples": 64,
}
LEAST = {"training_images": 20, "half_width": 0.5}
TEXTS = {
    ("FunctionSpec", "formula"): ("sin(x)", "x^2/3", "abs(x)", "1/x", "exp(-x^2)", "2*x +"),
    ("GridSpec", "formula"): ("x*y", "sin(x)+y", "x^2-y^2", "x*q"),
    ("ProbeSpec", "widths"): ("12x4", "8-16-8", "20x3", "6", "16,8,8"),
    ("ProbeSpec", "formula"): ("1/n_in", "2/(n_in+n_out)", "1/n", "0.01"),
    ("BackpropSpec", "hidden"): ("3", "4-3", "2-2-2", "5", "0"),
    ("SmallSpec", "sizes"): ("2-2-2", "2-3-2", "1-1", "3-2-1", "9-9"),
    ("Recipe", "hidden"): ("8", "6-5", "4x3", "10", "5000"),
}
#: Left alone: a GPU may be there or not, and data sets that are none of the sample are loaded long.
LEFT_ALONE = {("Recipe", "device"), ("SparsitySpec", "source"), ("SparsitySpec", "data")}

Edit = Callable[[], object]


def seen(root: QWidget, kind: type[Any]) -> list[Any]:
    """The widgets of a kind that are shown, folded groups included."""
    return [w for w in root.findChildren(kind) if not _is_away(w, root)]


def _is_away(widget: QWidget, root: QWidget) -> bool:
    from gui.widgets.collapsible import CollapsibleGroup

    while widget is not root:
        parent = widget.parentWidget()
        folded = isinstance(parent, CollapsibleGroup) and widget is parent.content
        if widget.isHidden() and not folded:
            return True
        widget = parent
    return False


class Hands:
    """Random edits of a tab; `edits` are those that make sense as it is now."""

    #: The parts of the spec that are only looked at, and nothing to undo.
    looks: ClassVar[frozenset[str]] = frozenset()
    #: The end of what depends on the way here, and should; the class says why.
    by_design: ClassVar[tuple[str, ...]] = ()

    def __init__(self, tab: Any, rng: Random) -> None:
        self.tab, self.rng = tab, rng

    def edit(self) -> str:
        """Do one thing; returns what."""
        makers = [m for m in (self.form_edit, *self.others()) if m is not None]
        weights = [3] + [1] * (len(makers) - 1)
        make = self.rng.choices(makers, weights)[0]
        return str(make())

    def others(self) -> list[Edit]:
        """What this tab has beside its form."""
        return [self.drag_handle, self.scrub]

    # --- forms ----------------------------------------------------------------------------------

    def form_edit(self) -> str:
        """Another value in any field of any form."""
        fields = [
            (form.spec_class.__name__, field)
            for form in seen(self.tab, SpecForm) for field in form.fields.values()
            if not field.isHidden() and not form.groups[field.knob.group].isHidden()
            and (form.spec_class.__name__, field.knob.name) not in LEFT_ALONE
        ]
        if not fields:
            return "no form"
        spec_name, field = self.rng.choice(fields)
        self.change(spec_name, field)
        return f"{spec_name}.{field.knob.name}"

    def change(self, spec_name: str, field: Field) -> None:
        """Type, choose, click or drag; what the spec refuses is taken back as by Escape."""
        rng, knob = self.rng, field.knob
        match field:
            case ChoiceField():
                before = field.box.currentIndex()
                self.choose(field.box)
                if not field.problem.isHidden():
                    field.box.setCurrentIndex(before)
                    field.box.activated.emit(before)
            case SwitchField():
                field.switch.click()
            case NumberField() if rng.random() < 0.5:
                self.slide(field.slider, *self._shares(knob))
            case TextField():
                text = rng.choice(TEXTS.get((spec_name, knob.name), ())) if (
                    (spec_name, knob.name) in TEXTS
                ) else self.number(knob)
                field.edit.setText(text)
                field.edit.setModified(True)
                field.edit.editingFinished.emit()
                if not field.problem.isHidden():
                    escape = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Escape,
                                       Qt.KeyboardModifier.NoModifier)
                    QApplication.sendEvent(field.edit, escape)

    def number(self, knob: Knob) -> str:
        """A value that the field accepts, as it would be typed."""
        if knob.is_bounded:
            low, high = self._shares(knob)
            return f"{knob.value_at(self.rng.uniform(low, high)):.6g}"
        low, high = knob.minimum or 0, min(knob.maximum or 1, MOST.get(knob.name, 1000))
        value = self.rng.uniform(low, high)
        return str(round(value)) if knob.kind is int else f"{value:.3g}"

    def _shares(self, knob: Knob) -> tuple[float, float]:
        return (
            knob.share_of(LEAST[knob.name]) if knob.name in LEAST else 0.0,
            knob.share_of(min(MOST[knob.name], knob.maximum)) if knob.name in MOST else 1.0,
        )

    # --- other controls -------------------------------------------------------------------------

    def choose(self, box: QComboBox) -> None:
        """Choose any entry that can be chosen."""
        free = [
            i for i in range(box.count())
            if box.itemData(i) is not None or box.itemText(i)
            if box.model().flags(box.model().index(i, 0)) & Qt.ItemFlag.ItemIsEnabled
        ]
        if free:
            index = self.rng.choice(free)
            box.setCurrentIndex(index)
            box.activated.emit(index)

    def slide(self, slider: QSlider, low: float = 0.0, high: float = 1.0) -> None:
        """One drag of a slider, which is one thing to undo."""
        slider.setSliderDown(True)
        for _ in range(self.rng.randint(1, 4)):
            share = self.rng.uniform(low, high)
            slider.setValue(round(slider.minimum() + share * (slider.maximum() - slider.minimum())))
        slider.setSliderDown(False)

    def drag_handle(self) -> str:
        """One drag of a handle of any plot."""
        plots = [p for p in seen(self.tab, FunctionPlot) if p.contents.handles and p.isEnabled()]
        if not plots:
            return "no handle"
        plot = self.rng.choice(plots)
        key = self.rng.choice(plot.contents.handles).key
        plot.active_handle = key
        plot.handle_pressed.emit(key)
        for _ in range(self.rng.randint(1, 4)):
            x, y = plot.contents.x, plot.contents.y
            at = x.value(self.rng.uniform(0.02, 0.98))
            plot.handle_dragged.emit(
                key, min(at, self.farthest(plot)), y.value(self.rng.uniform(0.1, 0.9))
            )
        plot.handle_released.emit(key)
        plot.active_handle = None
        plot.describe()
        return f"drag {key}"

    def farthest(self, _plot: FunctionPlot) -> float:
        """How far to the right a handle is dragged."""
        return float("inf")

    def scrub(self) -> str:
        """One drag of a number beside an edge of a network."""
        diagrams = [d for d in seen(self.tab, NetworkDiagram) if dict(d.numbers())]
        if not diagrams:
            return "no number"
        diagram = self.rng.choice(diagrams)
        number, value = self.rng.choice(list(dict(diagram.numbers()).items()))
        diagram.scrub_started.emit()
        for _ in range(self.rng.randint(1, 3)):
            value += self.rng.choice((-0.5, -0.25, 0.25, 0.5))
            diagram.weight_scrubbed.emit(number.layer, number.unit, number.name, value)
        return f"scrub {number}"

    def trigger(self, *keys: str) -> str:
        """An action of the bar below, where it makes sense."""
        key = self.rng.choice(keys)
        action = self.tab.actions_[key]
        if action.isEnabled():
            action.trigger()
        return key

    def turn(self) -> str:
        """Another page or scene."""
        button = self.rng.choice(list(self.tab.pages.buttons.values()))
        button.click()
        return f"turn to {button.text()}"
