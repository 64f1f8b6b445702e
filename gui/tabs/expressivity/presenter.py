"""Joins the Expressivity tab's scenes to its spec. Every input becomes a new spec."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QFileDialog

from engine.errors import ChalknetError
from engine.expressivity.csv_points import read_csv_file
from engine.expressivity.drawing import smoothed
from engine.expressivity.spec import TargetKind
from engine.expressivity.tab_spec import ExpressivitySpec, Scene, Show
from engine.words import grouped
from gui.spec_store import SpecStore

if TYPE_CHECKING:
    from gui.tabs.expressivity.tab import ExpressivityTab

#: One box every this many milliseconds at speed 1.
BOX_EVERY_MS = 400
SPEED_FACTORS = (1, 2, 5, 20)
#: Many boxes are added a handful at a time, so that playing them takes about this many beats.
MOST_BEATS = 120


class Presenter(QObject):
    """The tab's only place that knows both scenes and spec."""

    def __init__(self, tab: ExpressivityTab) -> None:
        super().__init__(tab)
        self.tab = tab
        self.store = SpecStore(ExpressivitySpec(), tab.undo_stack, self)
        self._timer = QTimer(self, interval=BOX_EVERY_MS)
        self._timer.timeout.connect(self._on_beat)
        self._repair = ""
        self.store.changed.connect(self._on_changed)
        tab.pages.chosen.connect(lambda key: self._look(scene=Scene(key)))
        tab.forms.edited.connect(self._on_edited)
        tab.forms.pen_chosen.connect(self._choose_pen)
        tab.forms.smooth_asked.connect(self._on_smooth)
        tab.forms.file_asked.connect(self._on_file)
        tab.transport.speed_chosen.connect(self._on_speed)
        for scene in tab.scenes.values():
            scene.edited.connect(self._on_edited)
            scene.noted.connect(self._on_noted)
        for key, slot in (
            ("play", self._on_play), ("step", self._on_step), ("step_back", self._on_step_back),
            ("all", self._on_all), ("reset", self._on_reset), ("draw", self._on_draw),
        ):
            tab.actions_[key].triggered.connect(slot)
        self._show(self.spec)

    @property
    def spec(self) -> ExpressivitySpec:
        """The tab's spec."""
        spec = self.store.spec
        assert isinstance(spec, ExpressivitySpec)
        return spec

    @property
    def _is_training(self) -> bool:
        """Whether the transport belongs to the twin rather than to the boxes."""
        return Show.TWIN in self.spec.shown

    # --- output ---------------------------------------------------------------------------------

    def _on_changed(self, _old: ExpressivitySpec, new: ExpressivitySpec) -> None:
        self._show(new)

    def _show(self, spec: ExpressivitySpec) -> None:
        tab = self.tab
        tab.pages.set_current(spec.scene.value)
        tab.forms.show_spec(spec)
        for key, scene in tab.scenes.items():
            if key is spec.scene:
                scene.show_spec(spec)
            scene.setVisible(key is spec.scene)
        is_function = spec.scene is Scene.FUNCTION
        if not is_function or spec.added is None or self._is_training:
            self._timer.stop()
        if not (is_function and self._is_training):
            tab.function.twin.pause()
        self._on_noted()

    def _on_noted(self) -> None:
        self._show_notes()
        self._show_transport()

    def _show_notes(self) -> None:
        self.tab.notes.show_notes(self.tab.scenes[self.spec.scene].notes())

    def _show_transport(self) -> None:
        tab, spec = self.tab, self.spec
        is_function = spec.scene is Scene.FUNCTION
        twin = tab.function.twin
        is_playing = twin.is_running if self._is_training else self._timer.isActive()
        actions = tab.actions_
        actions["play"].setText(self.tr("Pause") if is_playing else self.tr("Play"))
        tab.transport.set_playing(is_playing)
        for key in ("play", "step"):
            actions[key].setEnabled(is_function)
        for key in ("all", "step_back"):
            actions[key].setEnabled(is_function and not self._is_training)
        pieces = spec.function.pieces
        added = pieces if spec.added is None else min(spec.added, pieces)
        problem = (twin.problem if self._is_training else "") or tab.function.problem
        problem = problem if is_function else ""
        tab.say(problem or self._repair, is_problem=bool(problem))
        if not is_function:
            tab.transport.set_status("")
            tab.transport.set_progress(0.0)
        elif self._is_training:
            done = twin.snapshot.step if twin.snapshot else 0
            tab.transport.set_status(
                self.tr("training {units} hidden units: step {done} of {all}").format(
                    units=grouped(twin.units), done=grouped(done), all=grouped(spec.twin.steps)
                )
            )
            tab.transport.set_progress(twin.progress)
        else:
            tab.transport.set_status(
                self.tr("box {added} of {all}").format(added=grouped(added), all=grouped(pieces))
            )
            tab.transport.set_progress(added / pieces)

    # --- input ----------------------------------------------------------------------------------

    def _on_edited(self, spec: ExpressivitySpec, text: str, gesture: str) -> None:
        try:
            self.tab.function.prepare(spec)
        except ChalknetError as error:
            self.tab.forms.show_refusal(text, str(error))
            return
        self._repair = ""
        self.tab.forms.show_problem("")
        self.store.apply(spec, text, gesture=gesture, is_undoable=bool(text))

    def _look(self, **changes: object) -> None:
        """Change what is looked at; that is nothing to undo."""
        self.store.apply(self.spec.replaced(**changes), "", is_undoable=False)

    def _choose_pen(self, mode: str) -> None:
        self.tab.function.plot.set_mode(mode)
        self.tab.forms.show_pen(mode)

    def _on_draw(self) -> None:
        if self.spec.scene is Scene.FUNCTION:
            mode = self.tab.function.plot.mode
            self._choose_pen("drag" if mode == "draw" else "draw")

    def _on_smooth(self) -> None:
        function = self.spec.function
        if function.target is TargetKind.DRAWN:
            function = function.replaced(drawn=smoothed(function.drawn))
            self._on_edited(self.spec.with_function(function), self.tr("Smooth"), "")

    def _on_file(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self.tab, self.tr("Open points"), str(Path.home()),
            self.tr("Tables (*.csv *.txt *.tsv);;All files (*)"),
        )
        if name:
            self.open_points(Path(name))

    def open_points(self, path: Path) -> None:
        """Take the points of a CSV file as target; a fault is told where it was chosen."""
        try:
            points = read_csv_file(path)
            function = self.spec.function.replaced(
                target=TargetKind.CSV, points=points.points, half_width=points.half_width
            )
        except ChalknetError as error:
            self._look(scene=Scene.FUNCTION)
            self.tab.forms.show_problem(str(error))
            return
        spec = self.spec.with_function(function).replaced(scene=Scene.FUNCTION)
        self._on_edited(spec, self.tr("Open points"), "")
        if self.spec == spec:
            self._repair = " ".join(points.notes)
            self._show_transport()

    def _on_reset(self) -> None:
        fresh = ExpressivitySpec()
        parts: dict[Scene, dict[str, object]] = {
            Scene.NEURON: {"neuron": fresh.neuron},
            Scene.BOX: {"box": fresh.box},
            Scene.FUNCTION: {
                "function": fresh.function, "twin": fresh.twin, "added": None, "tweaks": (),
                "chosen_neuron": None, "shown": fresh.shown,
            },
            Scene.DIMENSIONS: {"grid": fresh.grid, "sparsity": fresh.sparsity},
        }
        self._timer.stop()
        self.tab.function.twin.reset()
        self._on_edited(self.spec.replaced(**parts[self.spec.scene]), self.tr("Reset"), "")
        self.tab.forms.show_spec(self.spec, afresh=True)

    # --- boxes one by one, or the twin ----------------------------------------------------------

    def _on_play(self) -> None:
        if self._is_training:
            self.tab.function.twin.play()
        elif self._timer.isActive():
            self._timer.stop()
        else:
            if self.spec.added is None or self.spec.added >= self.spec.function.pieces:
                self._look(added=0)
            self._timer.start()
        self._show_transport()

    def _on_beat(self) -> None:
        self._add(max(1, self.spec.function.pieces // MOST_BEATS))

    def _on_step(self) -> None:
        if self._is_training:
            self.tab.function.twin.step()
        else:
            self._add(1)

    def _on_step_back(self) -> None:
        self._add(-1)

    def _on_all(self) -> None:
        self._look(added=None)

    def _add(self, count: int) -> None:
        """More or fewer boxes in the sum; after the last one comes the whole network."""
        pieces = self.spec.function.pieces
        now = self.spec.added
        if now is None:
            now = 0 if count > 0 else pieces
        after = max(0, now + count)
        self._look(added=None if after >= pieces else after)

    def _on_speed(self, index: int) -> None:
        self._timer.setInterval(BOX_EVERY_MS // SPEED_FACTORS[index])

    def stop(self) -> None:
        """End what beats."""
        self._timer.stop()
