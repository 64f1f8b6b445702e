"""Everything that can be asked about has an entry: all tabs, pages and scenes of the window."""

from __future__ import annotations

import re

from driving import RECIPE
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from engine.help.texts import help_texts
from engine.initialization.tab_spec import Chosen
from gui.lecture.asking.names import keys_of
from gui.lecture.asking.pointing import Pointer
from gui.tabs.training.run import RunState
from gui.widgets.band_plot import BandPlot
from gui.widgets.collapsible import CollapsibleGroup
from gui.widgets.function_plot import FunctionPlot
from gui.widgets.live_plot import LivePlot

#: Parts of a view that only a click can meet, or that are not always there.
ONLY_CLICKED = {
    "cell", "unit", "number", "panel", "boxes", "band", "marker", "ghost",
}
ROOMS = {f"PanelledTab.{name}" for name in ("views_area", "form_panel", "notes_panel")}
PLOTS = (LivePlot, BandPlot, FunctionPlot)


class Walk:
    """Collects what has no entry, and which entries were met."""

    def __init__(self, window, tab_key: str) -> None:
        self.window, self.key = window, tab_key
        self.texts = help_texts(tab_key, "en")
        self.met: set[str] = set()
        self.silent: set[str] = set()

    def __call__(self) -> None:
        """Ask about all that the tab and the header have now."""
        QApplication.processEvents()
        tab = self.window.tab(self.key)
        pointer = Pointer(tab, self.key, self.texts)
        for group in tab.findChildren(CollapsibleGroup):
            group.set_expanded(True)
        header = self.window.tab_bar.parentWidget()
        for root in (tab, header):
            for widget in root.findChildren(QWidget):
                named = widget.accessibleName() or isinstance(widget, QAbstractButton)
                if named and widget.isVisibleTo(self.window):
                    self._ask(pointer, widget)
                self._note(keys_of(widget))
                if isinstance(widget, PLOTS):
                    self._ask_parts(widget)
        for number in getattr(tab.notes, "_shown", ()):
            self._must([f"number:{number.key}"], f"the number “{number.name}”")

    def _ask(self, pointer: Pointer, widget: QWidget) -> None:
        asked = pointer.about(widget, self.window)
        what = f"{type(widget).__name__} “{widget.accessibleName()}” {list(keys_of(widget))[:2]}"
        # What only has the text of the room that it stands in has none of its own.
        is_room = asked is not None and asked.entry.key in ROOMS and asked.widget is not widget
        if asked is None or is_room:
            self.silent.add(what)
        else:
            self.met.add(asked.entry.key)
            assert asked.title, what

    def _ask_parts(self, plot: QWidget) -> None:
        keys = list(keys_of(plot))
        parts: list[str] = []
        if isinstance(plot, LivePlot):
            parts = [key for key, series in plot.contents.series.items() if series.label]
        elif isinstance(plot, BandPlot):
            shown = plot.series
            parts = ["measured"] * bool(shown) + ["theory"] * any(len(s.theory) for s in shown)
        elif isinstance(plot, FunctionPlot):
            parts = [*plot.contents.curves, *(f"handle:{h.key}" for h in plot.contents.handles)]
            parts += ["mark"] * bool(plot.contents.marks)
        for part in parts:
            self._must([f"{key}/{part}" for key in keys], f"{keys[0]}/{part}")

    def _must(self, keys: list[str], what: str) -> None:
        entry = self.texts.find(keys)
        if entry is None:
            self.silent.add(what)
        else:
            self.met.add(entry.key)

    def _note(self, keys) -> None:
        """What a click would find by a widget's own key, and by its parts."""
        for key in keys:
            self.met |= {f"{key}/{part}" for part in ONLY_CLICKED}
            entry = self.texts.find([key])
            if entry is not None:
                self.met.add(entry.key)

    def never_met(self) -> set[str]:
        """Entries of the tab's own file that belong to nothing in it.

        Fields, some of which are only shown instead of others, are held to the spec elsewhere.
        """
        shared = help_texts("no such tab", "en").entries
        own = {key for key in self.texts.entries if key not in shared}
        fields = {key for key in own if re.fullmatch(r"[a-z_.]+", key)}
        return own - self.met - fields


def test_training(open_lab):
    lab = open_lab(RECIPE.replaced(validation_share=0.2), size=(1920, 1080))
    lab.until(lambda: lab.window.lecture is not None)
    lab.button("large_step").click()
    lab.until(lambda: lab.history.epoch >= 1 and lab.state is RunState.PAUSED)
    walk = Walk(lab.window, "training")
    for page in type(lab.store.spec.page):
        spec = lab.store.spec.replaced(page=page, confusion_cell=(6, 0))
        lab.store.apply(spec, "", is_undoable=False)
        walk()
    assert walk.silent == set()
    assert walk.never_met() == set()


def test_expressivity(open_theatre):
    theatre = open_theatre(size=(1920, 1080))
    tab, walk = theatre.tab, Walk(theatre.window, "expressivity")
    spec = tab.store.spec
    for scene in tab.scenes:
        pages = type(spec.grid_page) if scene.value == "dimensions" else [spec.grid_page]
        for page in pages:
            shown = ("boxes", "error", "twin") if scene.value == "function" else ()
            changed = spec.replaced(
                scene=scene, grid_page=page, shown=shown,
                chosen_neuron=3 if scene.value == "function" else None,
                function=spec.function.replaced(pieces=5),
                twin=spec.twin.replaced(steps=5), grid=spec.grid.replaced(cells=4),
                sparsity=spec.sparsity.replaced(points=50, dimension=3),
            )
            tab.store.apply(changed, "", is_undoable=False)
            if scene.value == "function":
                theatre.until(lambda: bool(tab.function._points))
                tab.actions_["play"].trigger()
                theatre.until(lambda: tab.function.twin.curve is not None)
            if page.value == "sparsity":
                theatre.until(lambda s=tab.scenes[scene]: len(s.sparsity.points) == 3)
            if scene.value == "dimensions" and page.value == "fields":
                tab.scenes[scene].fields.surface.click()
                tab.scenes[scene].fields.paint.click()
            walk()
    assert walk.silent == set()
    assert walk.never_met() == set()


def test_initialization(open_theatre, torch_is_there):
    theatre = open_theatre(tab="initialization", size=(1920, 1080))
    tab, walk = theatre.tab, Walk(theatre.window, "initialization")
    spec = tab.store.spec
    probe = spec.probe.replaced(widths="16x3", batch_size=16, seeds=1, schemes=["2/n_in"])
    tab.store.apply(spec.with_probe(probe), "", is_undoable=False)
    for scene in type(spec.scene):
        changed = tab.store.spec.replaced(scene=scene, chosen=Chosen(0, 1), derivation_step=9)
        tab.store.apply(changed, "", is_undoable=False)
        theatre.until(lambda: tab.results() is not None and not tab.measuring.is_busy)
        if scene.value == "chaos":
            chaos = tab.scenes[scene]
            theatre.until(lambda s=chaos: s.network.snapshot is not None)
        if scene.value == "training":
            tab.actions_["play"].trigger()
            training = tab.scenes[scene]
            theatre.until(lambda s=training: not s.is_training)
        theatre.settle()
        walk()
    assert walk.silent == set()
    assert walk.never_met() == set()


def test_backprop(open_theatre):
    theatre = open_theatre(tab="backprop", size=(1920, 1080))
    tab, walk = theatre.tab, Walk(theatre.window, "backprop")
    theatre.until(lambda: tab.material.now is not None)
    for scene in type(tab.store.spec.scene):
        for bug in ("none", "missing_slope"):
            spec = tab.store.spec.replaced(scene=scene, step=16)
            spec = spec.with_backprop(spec.backprop.replaced(bug=bug, training_images=20))
            tab.store.apply(spec, "", is_undoable=False)
            shown = tab.scene(scene)
            if scene.value == "proof":
                theatre.until(lambda s=shown: s.central is not None and s.swept is not None)
            if scene.value == "training":
                run = shown.control
                theatre.until(lambda r=run: r.run is not None and bool(r.run.record.evaluations))
                tab.actions_["step"].trigger()
                theatre.until(lambda r=run: r.run.record.steps > 0)
            if scene.value == "small":
                small = tab.store.spec.small.with_answer("z1[1]", "0.3775")
                tab.store.apply(tab.store.spec.replaced(small=small), "")
            if scene.value == "draw":
                theatre.until(lambda s=shown: s.reading is not None)
            walk()
    assert walk.silent == set()
    assert walk.never_met() == set()


def test_a_button_without_a_text_is_found(theatre):
    """The walk does see what is missing."""
    walk = Walk(theatre.window, "expressivity")
    stray = QWidget(theatre.window.tab_bar.parentWidget())
    stray.setAccessibleName("Stray")
    stray.show()
    walk()
    assert walk.silent == {"QWidget “Stray” []"}
