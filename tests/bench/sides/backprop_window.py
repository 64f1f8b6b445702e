"""Part 4 in the real window: the homework's training with its live views on, or bare.

    python -m tests.bench.sides.backprop_window bare|window

Window and bare generator train the same recipe; the rate is that of the whole run, evaluations
included, from the first update to the last. The window also says how long its event loop was away.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer

from engine.backprop.presets import find_preset
from engine.backprop.spec import BackpropSpec
from engine.backprop.tab_spec import BackpropTabSpec, Scene
from engine.backprop.training import Finished, Progress, Training
from engine.data.images import load_images
from gui import app
from gui.main_window import MainWindow
from gui.tabs.backprop.tab import BackpropTab
from gui.tabs.backprop.training_run import RunState, TrainingRun
from gui.tabs.backprop.training_scene import TrainingScene
from main import CommandLine
from tests.bench.sides.outcome import report
from tests.bench.sides.window import GapProbe

#: The tab's own interval: ten evaluations an epoch.
RECIPE: BackpropSpec = find_preset("homework").spec.replaced(
    evaluation_interval=BackpropTabSpec().backprop.evaluation_interval
)
POLL_MS = 20
#: The first updates come with the first paints.
WARM_UP_STEPS = 5_000
PATIENCE_S = 120.0


class Clock:
    """When the worker was past its warm-up, and when it was through."""

    def __init__(self) -> None:
        self.start: tuple[float, int] | None = None
        self.end: tuple[float, int] | None = None
        self._step = 0

    def note(self, event: object) -> None:
        """An event, as the generator yields it."""
        if isinstance(event, Progress):
            self._step = event.step
            if self.start is None and event.step >= WARM_UP_STEPS:
                self.start = time.perf_counter(), event.step
        elif isinstance(event, Finished):
            self.end = time.perf_counter(), self._step

    @property
    def samples_per_s(self) -> float:
        """Between the two."""
        assert self.start is not None
        assert self.end is not None
        return (self.end[1] - self.start[1]) / (self.end[0] - self.start[0])


def bare() -> None:
    images, clock = load_images(RECIPE.data), Clock()
    for event in Training(RECIPE, images).events():
        clock.note(event)
    report(samples_per_s=clock.samples_per_s, data=images.describe())


class Driver(QObject):
    """Opens the scene, plays, waits for the end, and closes the window."""

    def __init__(self, window: MainWindow, clock: Clock) -> None:
        super().__init__(window)
        self.window, self.clock = window, clock
        self.gaps_ms: list[float] = []
        self._script = self._play()
        self._timer = QTimer(self, interval=POLL_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.on_tick)
        self._timer.start()

    def on_tick(self) -> None:
        try:
            next(self._script)
        except StopIteration:
            self._timer.stop()
            self.window.close()

    def _play(self) -> Iterator[None]:
        tab = self.window.show_tab("backprop")
        assert isinstance(tab, BackpropTab)
        store = tab.presenter.store
        spec = tab.presenter.spec.replaced(scene=Scene.TRAINING, backprop=RECIPE)
        store.apply(spec, "", is_undoable=False)
        scene = tab.scene(Scene.TRAINING)
        assert isinstance(scene, TrainingScene)
        until = time.perf_counter() + PATIENCE_S
        # Torch, which the other tabs need, is imported in the background meanwhile.
        while scene.control.state is not RunState.READY or "torch" not in sys.modules:
            self._check(until)
            yield
        pause = time.perf_counter() + 3
        while time.perf_counter() < pause:
            yield
        probe = GapProbe(self.window)
        probe.enter("starting")
        tab.actions_["play"].trigger()
        while self.clock.start is None:
            self._check(until)
            yield
        probe.enter("training")
        while self.clock.end is None:
            self._check(until)
            yield
        probe.enter("after")
        self.gaps_ms = list(probe.gaps_ms["training"])

    @staticmethod
    def _check(until: float) -> None:
        if time.perf_counter() > until:
            raise TimeoutError("the training does not come to its end")


def window() -> None:
    clock, drivers = Clock(), []
    original = TrainingRun._events

    def followed(run: TrainingRun) -> Iterator[object]:
        for event in original(run):
            clock.note(event)
            yield event

    TrainingRun._events = followed  # type: ignore[method-assign]

    class DrivenWindow(MainWindow):
        def __init__(self, data_dir: Path | None = None) -> None:
            super().__init__(data_dir)
            drivers.append(Driver(self, clock))

        def restore_settings(self, theme: str | None = None) -> None:
            super().restore_settings(theme)
            self.resize(1920, 1080)
            self.move(0, 0)

    app.MainWindow = DrivenWindow
    app.run(CommandLine().parse_args(["--theme", "light", "--language", "en"]))
    report(
        samples_per_s=clock.samples_per_s, gaps_ms=drivers[0].gaps_ms,
        data=load_images(RECIPE.data).describe(), platform=app.QApplication.platformName(),
    )


def main() -> None:
    {"bare": bare, "window": window}[sys.argv[1]]()


if __name__ == "__main__":
    main()
