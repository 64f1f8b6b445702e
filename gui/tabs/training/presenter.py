"""Joins the Training tab's views to its spec and its run. Every input becomes a new spec."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from engine.places import state_folder
from engine.runs.history import History
from engine.runs.pace import duration_text
from engine.spec import knobs
from engine.training.events import Diverged
from engine.training.presets import PRESETS, matching_preset
from engine.training.recipe import Recipe
from engine.training.tab_spec import Follow, Page, Speed, Split, TrainingSpec
from engine.words import grouped
from gui.spec_store import SpecStore
from gui.tabs.training.pins import Pins
from gui.tabs.training.run import RunState
from gui.tabs.training.run_control import RunControl
from gui.tabs.training.unfinished import UnfinishedOffer

if TYPE_CHECKING:
    from engine.data.images import ImageSet
    from engine.training.inspection import Inspection
    from gui.tabs.training.tab import TrainingTab

SUFFIX = ".safetensors"


class Presenter(QObject):
    """The tab's only place that knows both views and engine."""

    def __init__(self, tab: TrainingTab) -> None:
        super().__init__(tab)
        self.tab = tab
        self.store = SpecStore(TrainingSpec(), tab.undo_stack, self)
        self.control = RunControl(self.store, tab.data_dir, state_folder() / "autosave.safetensors")
        self.control.setParent(self)
        self.offer = UnfinishedOffer(self, state_folder())
        self.pins = Pins(self)
        self._images: ImageSet | None = None
        self._shown_run: object = None
        self._inspection: Inspection | None = None
        self._loading, self._problem = "", ""
        self._connect_views()
        self._connect_actions()
        self.store.changed.connect(self._on_spec_changed)
        self.control.prepared.connect(self._on_prepared)
        self.control.refused.connect(self._show_images)
        self.control.updated.connect(self._on_updated)
        self.control.inspected.connect(self._on_inspected)
        self.control.state_changed.connect(self._on_state_changed)
        self.pins.changed.connect(self._on_pins_changed)
        self._show_spec(None, self.spec)
        self._on_state_changed()

    @property
    def inspection(self) -> Inspection | None:
        """The latest look inside the network; None before the first one."""
        return self._inspection

    @property
    def spec(self) -> TrainingSpec:
        """The tab's spec."""
        return self.control.spec

    # --- start ----------------------------------------------------------------------------------

    def show_loading(self, text: str, problem: str) -> None:
        """Torch is being imported, or could not be."""
        self._loading, self._problem = text, problem
        self._on_state_changed()

    def start(self, torch_version: str) -> None:
        """Torch is there."""
        self._loading = ""
        self.torch_version = torch_version
        if self.control.run is None:  # else what lies there is of the run in progress
            self.offer.look()
        self.control.start()

    def open_run(self, path: Path) -> None:
        """Go on with the run in a file."""
        self.control.open(path)

    # --- input ----------------------------------------------------------------------------------

    def _connect_views(self) -> None:
        tab = self.tab
        tab.recipe_panel.preset_chosen.connect(self._on_preset_chosen)
        tab.recipe_panel.recipe_edited.connect(self._on_recipe_edited)
        tab.pages.chosen.connect(lambda key: self._look_at(page=Page(key)))
        tab.transport.speed_chosen.connect(
            lambda index: self._look_at(speed=list(Speed)[index])
        )
        tab.curves.pin_button.clicked.connect(tab.actions_["pin_run"].trigger)
        tab.curves.unpin_button.clicked.connect(tab.actions_["unpin_runs"].trigger)
        tab.curves.log_toggled.connect(lambda on: self._look_at(log_loss=on))
        tab.predictions.count_chosen.connect(self._on_count_chosen)
        tab.predictions.random_asked.connect(self._on_random_asked)
        tab.predictions.follow_chosen.connect(self._on_follow_chosen)
        tab.predictions.index_typed.connect(self.pin)
        tab.predictions.pin_toggled.connect(self._on_pin_toggled)
        tab.predictions.image_closed.connect(
            lambda index: self._set(self.spec.without(index), self.tr("Remove image"))
        )
        tab.inside.image_chosen.connect(self.pin)
        tab.inside.confusion.cell_chosen.connect(
            lambda cell: self._look_at(confusion_cell=cell)
        )
        tab.inside.layers.statistic_chosen.connect(
            lambda statistic: self._look_at(statistic=statistic)
        )
        tab.images.split_chosen.connect(
            lambda key: self._look_at(browsed_split=Split(key))
        )
        tab.images.pin_asked.connect(self.pin)
        tab.images.downloaded.connect(self._on_downloaded)

    def _connect_actions(self) -> None:
        actions, control = self.tab.actions_, self.control
        actions["play"].triggered.connect(self._on_play)
        actions["one_batch"].triggered.connect(control.one_batch)
        actions["one_epoch"].triggered.connect(control.one_epoch)
        actions["stop"].triggered.connect(control.stop)
        actions["reset"].triggered.connect(control.reset)
        actions["save"].triggered.connect(self._on_save)
        actions["open"].triggered.connect(self._on_open)
        actions["pin_run"].triggered.connect(self._on_pin_run)
        actions["unpin_runs"].triggered.connect(lambda: self.pins.set(()))
        actions["unpin_runs"].setEnabled(False)
        actions["random"].triggered.connect(self._on_random_asked)
        actions["log"].triggered.connect(
            lambda: self._look_at(log_loss=not self.spec.log_loss)
        )

    def _set(self, spec: TrainingSpec, text: str, gesture: str = "") -> None:
        self.store.apply(spec, text, gesture=gesture)

    def _apply(self, text: str, **changes: object) -> None:
        self._set(self.spec.replaced(**changes), text)

    def _look_at(self, **changes: object) -> None:
        """Change what is looked at; that is nothing to undo."""
        self.store.apply(self.spec.replaced(**changes), "", is_undoable=False)

    def _on_play(self) -> None:
        if self.control.state is RunState.RUNNING:
            self.control.pause()
        else:
            self.control.play()

    def _on_preset_chosen(self, key: str) -> None:
        preset = PRESETS[key]
        self._apply(self.tr(preset.label), recipe=preset.recipe)

    def _on_recipe_edited(self, recipe: Recipe, name: str, gesture: str) -> None:
        label = knobs(Recipe)[name].label
        self._set(self.spec.replaced(recipe=recipe), self.tr(label), gesture)

    def _on_count_chosen(self, count: int) -> None:
        self._set(self.spec.with_count(count, self._test_images), self.tr("Number of images"))

    def _on_random_asked(self) -> None:
        spec = self.spec.with_random(self._test_images, np.random.default_rng())
        self._set(spec, self.tr("Random images"))

    def _on_follow_chosen(self, on: bool) -> None:
        follow = Follow.MOST_WRONG if on else Follow.FIXED
        self._apply(self.tr("Most wrong"), follow=follow)

    def _on_pin_toggled(self, index: int, on: bool) -> None:
        if on:
            self.pin(index)
        else:
            self._set(self.spec.without_pin(index), self.tr("Unpin image"))

    def pin(self, index: int) -> None:
        """Watch a test image and keep it."""
        self._set(self.spec.with_pinned(index), self.tr("Pin image"))

    def _on_pin_run(self) -> None:
        if self.control.run is not None:
            self.pins.pin(self.control.run.history)

    def _on_downloaded(self) -> None:
        """Better images are there; a run in progress on the others is not taken away for them."""
        if self.control.run is not None and not self.control.run.has_steps:
            self.control.reset()

    def _on_save(self) -> None:
        run = self.control.run
        if run is None or run.ready is None:
            return
        suggested = str(Path.home() / f"chalknet-run{SUFFIX}")
        name, _ = QFileDialog.getSaveFileName(
            self.tab, self.tr("Save run"), suggested, self.tr("Runs (*{s})").format(s=SUFFIX)
        )
        if name:
            path = Path(name)
            self.control.save(path if path.suffix == SUFFIX else Path(f"{path}{SUFFIX}"))

    def _on_open(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self.tab, self.tr("Open run"), str(Path.home()),
            self.tr("Runs (*{s})").format(s=SUFFIX),
        )
        if name:
            self.open_run(Path(name))

    @property
    def _test_images(self) -> int:
        return len(self._images.test_labels) if self._images is not None else 2000

    # --- output ---------------------------------------------------------------------------------

    def _on_spec_changed(self, old: TrainingSpec, new: TrainingSpec) -> None:
        self._show_spec(old, new)

    def _show_spec(self, old: TrainingSpec | None, new: TrainingSpec) -> None:
        tab = self.tab
        if old is None or old.recipe != new.recipe:
            preset = matching_preset(new.recipe)
            tab.recipe_panel.show_recipe(new.recipe, preset)
            tab.notes.show_recipe(new.recipe, preset)
            tab.model.show_recipe(new.recipe)
            if self.control.run is None:
                tab.curves.start(History(new.recipe), self.pins.labelled(new.recipe))
        tab.show_page(new.page)
        tab.curves.show_log(new.log_loss)
        tab.transport.speed.setCurrentIndex(list(Speed).index(new.speed))
        tab.predictions.show_spec(new)
        tab.inside.confusion.show_cell(new.confusion_cell)
        tab.inside.layers.show_statistic(new.statistic)
        tab.images.show_split(new.browsed_split)
        self._show_watched()

    def _show_watched(self) -> None:
        run = self.control.run
        if run is None or self._images is None:
            return
        shown = self.spec.images_to_show(run.result, len(self._images.test_labels))
        self.tab.predictions.show_images(self._images, shown)
        if self._inspection is not None:
            self.tab.predictions.show_inspection(self._inspection)

    def _on_prepared(self) -> None:
        run = self.control.run
        assert run is not None
        assert run.ready is not None
        self._show_images(run.ready.images)

    def _show_images(self, images: ImageSet) -> None:
        self._images = images
        text = images.describe()
        self.tab.headline.set_text(text)
        self.tab.recipe_panel.show_data(text)
        self.tab.images.show_images(images)
        self.tab.inside.confusion.show_images(images)
        self._show_watched()

    def _on_updated(self) -> None:
        run = self.control.run
        assert run is not None
        if run.history is not self._shown_run:
            self._shown_run = run.history
            self.tab.curves.start(run.history, self._ghosts())
        else:
            self.tab.curves.show_history(run.history)
        self.tab.notes.show_history(run.history)
        self.tab.inside.confusion.show_result(run.result)
        if self.spec.follow is Follow.MOST_WRONG:
            self._show_watched()
        self._say()
        self._show_progress()

    def _ghosts(self) -> list[tuple[History, str]]:
        """The run before, and those that are pinned."""
        before, run = self.control.ghost, self.control.run
        recipe = self.spec.recipe if run is None else run.history.recipe
        return [
            *([(before, self.tr("before"))] if before is not None else []),
            *self.pins.labelled(recipe),
        ]

    def _on_pins_changed(self) -> None:
        self.tab.curves.show_ghosts(self._ghosts())
        self.tab.curves.unpin_button.setVisible(bool(self.pins.histories))
        self.tab.actions_["unpin_runs"].setEnabled(bool(self.pins.histories))
        self.tab.pins_changed.emit()

    def _on_inspected(self, inspection: Inspection) -> None:
        self._inspection = inspection
        self.tab.predictions.show_inspection(inspection)
        self.tab.inside.show_inspection(inspection)

    @property
    def _is_there(self) -> bool:
        """Whether there is a network that can be looked into."""
        return self.control.run is not None and self.control.run.ready is not None

    def _forget_inspection(self) -> None:
        """What was seen is of another network than the recipe's, which cannot be built."""
        self._inspection = None
        self.tab.inside.clear()
        self._show_watched()

    def _on_state_changed(self) -> None:
        state = self.control.state
        is_running = state is RunState.RUNNING
        can_run = state is not RunState.LOADING
        actions = self.tab.actions_
        actions["play"].setText(self.tr("Pause") if is_running else self.tr("Play"))
        self.tab.transport.set_playing(is_running)
        for key in ("play", "one_batch", "one_epoch", "reset"):
            actions[key].setEnabled(can_run)
        is_open = state in (RunState.RUNNING, RunState.PAUSED)
        actions["stop"].setEnabled(is_open)
        actions["save"].setEnabled(is_open or state is RunState.FINISHED)
        actions["open"].setEnabled(can_run)
        if state is RunState.FAILED and self._inspection is not None and not self._is_there:
            self._forget_inspection()
        self._say()
        self._show_progress()

    def _say(self) -> None:
        """The one sentence that matters now."""
        run, state = self.control.run, self.control.state
        text, is_problem = self._problem, bool(self._problem)
        if run is not None:
            if self.control.problem:
                text, is_problem = self.control.problem, True
            elif state is RunState.FAILED:
                text, is_problem = run.job.error, True
            elif isinstance(run.history.ending, Diverged):
                text, is_problem = run.history.ending.explanation, True
            elif run.problem:
                text, is_problem = run.problem, True
            elif self.control.is_stale and run.job.state.is_over:
                text = self.tr(
                    "The recipe has changed. Play starts a new run with it and keeps this one as "
                    "a ghost."
                )
            elif self.control.is_stale:
                text = self.tr(
                    "The recipe has changed. Play starts a new run with it and keeps this one as "
                    "a ghost; undo goes on with this one."
                )
        self.tab.say(text, is_problem=is_problem)

    def _show_progress(self) -> None:
        run = self.control.run
        if run is None or run.ready is None:
            text = self._problem or self._loading or self.tr("Getting the images …")
            self.tab.transport.set_status(text)
            self.tab.transport.set_progress(0.0)
            return
        steps, total = len(run.history.step_losses), run.ready.total_steps
        epochs = run.history.recipe.epochs
        self.tab.transport.set_progress(steps / total, epochs if epochs <= 60 else 0)
        self.tab.transport.set_status(self._status_text(steps, total))

    def _status_text(self, steps: int, total: int) -> str:
        run, state = self.control.run, self.control.state
        assert run is not None
        parts = [
            self.tr("epoch {epoch:.1f} of {epochs}").format(
                epoch=run.history.epoch, epochs=run.history.recipe.epochs
            )
        ]
        words = {
            RunState.PREPARING: self.tr("preparing"),
            RunState.READY: self.tr("ready: press Space"),
            RunState.PAUSED: self.tr("paused"),
            RunState.FINISHED: self.tr("finished"),
            RunState.DIVERGED: self.tr("diverged"),
            RunState.STOPPED: self.tr("stopped"),
            RunState.FAILED: self.tr("failed"),
        }
        if state in words:
            return " · ".join([*parts, words[state]])
        if run.evaluating is not None:
            parts.append(self.tr("evaluating"))
        pace = self.control.pace
        rate, left = pace.images_per_second, pace.seconds_left(total - steps)
        if rate is not None:
            parts.append(self.tr("{rate} images/s").format(rate=grouped(rate, ",.0f")))
        if left is not None:
            parts.append(self.tr("{time} left").format(time=duration_text(left)))
        return " · ".join(parts)
