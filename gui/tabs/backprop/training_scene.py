"""Scene 3: the whole training, live, from random weights to a network that reads digits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.backprop.presets import matching_preset
from engine.backprop.tab_spec import BackpropTabSpec, Speed
from engine.backprop.training import Diverged, Evaluation, Snapshot
from engine.runs.pace import duration_text
from engine.words import grouped
from gui.scene import TransportState
from gui.tabs.backprop.material import Material
from gui.tabs.backprop.scene import SceneView
from gui.tabs.backprop.training_control import TrainingControl
from gui.tabs.backprop.training_run import Record, RunState
from gui.tabs.backprop.training_views import TrainingViews
from gui.widgets.chip import chip
from gui.widgets.labelled import alone
from gui.widgets.scene_notes import Number, SceneNotes

#: After so many looks into the mailbox every view was painted, one at each: a second one would keep
#: the window away for too long. The losses come every other time.
TURNS = 6


class TrainingScene(SceneView):
    """Curves and weight images of a run; the recipe on the left is the run's."""

    groups: ClassVar = ("data", "network", "learning", "bug")
    has_presets: ClassVar = True

    def __init__(self, material: Material) -> None:
        super().__init__(material)
        self.control = TrainingControl(material.data_dir, self)
        self.views = TrainingViews()
        self.form = self._make_form()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.views)
        self._shown: tuple[Record | None, bool] = (None, False)
        self._turn = 0
        self._snapshot: Snapshot | None = None
        self.speeds = tuple(speed.label for speed in Speed)
        self.control.updated.connect(self._on_updated)
        self.control.looked.connect(self._on_looked)
        self.control.state_changed.connect(self._on_state_changed)

    def _make_form(self) -> QWidget:
        form = QWidget()
        column = QVBoxLayout(form)
        column.setContentsMargins(0, 0, 0, 8)
        self.epoch_button = chip(
            self.tr("To the end of the epoch"), self.tr("Train until the epoch is over, then rest.")
        )
        self.epoch_button.clicked.connect(self.control.one_epoch)
        self.stop_button = chip(
            self.tr("Stop"), self.tr("End this run; its curves stay (Ctrl+.).")
        )
        self.stop_button.setShortcut("Ctrl+.")
        self.stop_button.clicked.connect(self.control.stop)
        run = alone(
            self.tr("The run"), "backprop.run", self.epoch_button, self.stop_button, is_wide=False
        )
        column.addWidget(run)
        return form

    # --- output ---------------------------------------------------------------------------------

    def show_spec(self, spec: BackpropTabSpec) -> None:
        super().show_spec(spec)
        self.speed = list(Speed).index(spec.speed)
        self.control.show_spec(spec)
        self._show_everything()

    def _on_updated(self) -> None:
        """Views take turns."""
        if self.isHidden() or self.control.run is None:
            return
        record = self.control.run.record
        if self._shown != (record, record.ready is not None) or self._is_at_rest:
            self._show_everything()
            return
        self._turn = (self._turn + 1) % TURNS
        self.views.set_span(record, is_slow=self._is_slow)
        if self._turn % 2 == 0:
            self.views.show_losses(record)
        elif self._turn == 1:
            self.views.show_norms(record)
        elif self._turn == 3:
            self.views.show_accuracy(record)
            self.noted.emit()
        else:
            self._show_weights()

    def _show_everything(self) -> None:
        run = self.control.run
        if run is None or self.isHidden():
            return
        record = run.record
        if self._shown != (record, record.ready is not None):
            self._shown = (record, record.ready is not None)
            self.views.start(record, self.control.ghost, self.tr("before"))
        self.views.set_span(record, is_slow=self._is_slow)
        self.views.show_losses(record)
        self.views.show_accuracy(record)
        self.views.show_norms(record)
        self._show_weights()
        self.noted.emit()

    def _show_weights(self) -> None:
        if self._snapshot is not None:
            self.views.show_weights(self._snapshot.first_layer)

    def _on_looked(self, snapshot: Snapshot) -> None:
        """The weights as they are now are those that the other scenes can go on with."""
        self._snapshot = snapshot
        if self._is_at_rest and not self.isHidden():
            self._show_weights()
        run = self.control.run
        if run is None or not snapshot.step or isinstance(run.record.ending, Diverged):
            return
        tests = [e for e in run.record.evaluations if e.step <= snapshot.step]
        last = tests[-1] if tests else None
        self.material.publish(snapshot.network, run.recipe, snapshot.step, last)

    def _on_state_changed(self) -> None:
        state = self.control.state
        self.stop_button.setEnabled(state in (RunState.RUNNING, RunState.PAUSED))
        self._show_everything()
        self.noted.emit()

    @property
    def _is_at_rest(self) -> bool:
        return self.control.state is not RunState.RUNNING

    @property
    def _is_slow(self) -> bool:
        """Whether one looks at single updates: in slow motion, or after a few single steps."""
        run = self.control.run
        steps = run.record.steps if run is not None else 0
        return self.spec.speed is not Speed.FULL or (self._is_at_rest and 0 < steps < 200)

    def show_prediction(self, of: str, x: np.ndarray, y: np.ndarray) -> bool:
        run = self.control.run
        return run is not None and self.views.show_prediction(of, x, y, run.record)

    def clear_prediction(self) -> None:
        self.views.clear_prediction()

    def answering(self, of: str) -> Sequence[QWidget]:
        plot = self.views.plot_of(of)
        return () if plot is None else (plot,)

    def evaluations(self) -> tuple[tuple[Evaluation, ...], float] | None:
        run, state = self.control.run, self.control.state
        if run is None or self.control.is_stale or state is RunState.PREPARING:
            return None
        return tuple(run.record.evaluations), run.record.epoch

    @property
    def is_at_rest(self) -> bool:
        run = self.control.run
        if run is None or self.control.state is RunState.PREPARING:
            return run is None
        return run.job.is_at_rest and run.job.mailbox.is_empty

    def play_until(self, epoch: float) -> None:
        control = self.control
        if control.run is not None and control.run.record.epoch > epoch:
            self.begin_anew()
        control.until_epoch(epoch)

    def begin_anew(self) -> None:
        control = self.control
        if control.run is not None and (control.run.record.steps or control.is_stale):
            control.prepare(with_ghost=control.is_stale)

    def headline(self) -> str:
        run = self.control.run
        if run is None or run.record.ready is None:
            return self.tr("Loading the images …")
        ready = run.record.ready
        text = self.tr("{data}   ·   {updates} updates an epoch").format(
            data=ready.data, updates=grouped(ready.steps_per_epoch)
        )
        return " ".join([text, *ready.problems])

    def problem(self) -> str:
        run = self.control.run
        if run is None:
            return ""
        if isinstance(run.record.ending, Diverged):
            return run.record.ending.explanation
        return run.job.error or run.problem

    def notes(self) -> SceneNotes:
        recipe = self.spec.backprop
        preset = matching_preset(recipe)
        heading = self.tr(preset.label) if preset else self.tr("Your own recipe")
        watch = self.tr(preset.watch) if preset else self.tr(
            "One sample forward, its error back, all weights a small step; and the next one."
        )
        if recipe.bug.value != "none" and self.spec.is_bug_hidden:
            heading, watch = self.tr("With a hidden bug"), self.tr(
                "Something is wrong in this network; does its training tell?"
            )
        return SceneNotes(heading, watch, "", self._numbers())

    def _numbers(self) -> list[Number]:
        run = self.control.run
        if run is None:
            return []
        record, rows = run.record, []
        if record.evaluations:
            last = record.evaluations[-1]
            rows = [
                Number(self.tr("test accuracy"), f"{100 * last.accuracy:.2f} %", "test",
                       key="test_accuracy"),
                Number(self.tr("right of {total}").format(total=grouped(last.test_total)),
                       grouped(last.test_correct), "test", key="test_correct"),
                Number(self.tr("test loss"), f"{last.test_loss:.4f}", "test", key="test_loss"),
            ]
        if record.steps:
            running = record.curve(record.running)[1][-1]
            rows.append(Number(self.tr("running loss"), f"{running:.4f}", "train",
                               key="running_loss"))
        rows.append(Number(self.tr("learning rate η"), f"{run.told.learning_rate:g}", key="rate"))
        return rows

    # --- the bar below --------------------------------------------------------------------------

    def transport(self) -> TransportState:
        run, state = self.control.run, self.control.state
        if run is None or run.record.ready is None:
            status = self.tr("Getting the images …")
            return TransportState(
                self.tr("failed") if state is RunState.FAILED else status,
                can_play=run is not None,
            )
        record, epochs = run.record, run.recipe.epochs
        return TransportState(
            self._status(record), record.images / record.total_images,
            epochs if epochs <= 60 else 0, is_playing=state is RunState.RUNNING,
            can_play=True, can_step=True, can_jump=True,
        )

    def _status(self, record: Record) -> str:
        state, ready = self.control.state, record.ready
        assert ready is not None
        parts = [self.tr("epoch {epoch:.2f} of {epochs}").format(
            epoch=record.epoch, epochs=record.recipe.epochs
        )]
        words = {
            RunState.PREPARING: self.tr("preparing"),
            RunState.READY: self.tr("ready: press Space"),
            RunState.PAUSED: self.tr("paused"), RunState.FINISHED: self.tr("finished"),
            RunState.DIVERGED: self.tr("diverged"), RunState.STOPPED: self.tr("stopped"),
            RunState.FAILED: self.tr("failed"),
        }
        if self.control.is_stale:
            parts.append(self.tr("the recipe has changed: Play starts anew with it"))
        elif state in words:
            parts.append(words[state])
        else:
            rate = self.control.pace.images_per_second
            left = self.control.pace.seconds_left(ready.total_steps - record.steps)
            if rate is not None:
                parts.append(self.tr("{rate} samples/s").format(rate=grouped(rate, ",.0f")))
            if left is not None:
                parts.append(self.tr("{time} left").format(time=duration_text(left)))
        return " · ".join(parts)

    def play(self) -> None:
        if self.control.state is RunState.RUNNING:
            self.control.pause()
        else:
            self.control.play()

    def step(self) -> None:
        self.control.step()

    def to_start(self) -> None:
        self.control.prepare()

    def to_end(self) -> None:
        self.edited.emit(self.spec.replaced(speed=Speed.FULL), "", "")
        self.control.play()

    def set_speed(self, index: int) -> None:
        self.edited.emit(self.spec.replaced(speed=list(Speed)[index]), "", "")

    def restart(self) -> None:
        self.control.prepare()

    def give_away(self) -> object | None:
        return self.control.release()

    def take_over(self, given: object) -> None:
        assert isinstance(given, tuple)
        self.control.adopt(*given)

    def stop(self) -> None:
        self.control.shut_down()
