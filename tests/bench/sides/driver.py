"""Opens the real window, exactly as `main.py` does, and plays a script in its event loop.

A script is a generator: it yields a number of seconds to wait, or a condition to wait for, and
returns what it measured.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer

from engine.places import state_folder
from engine.training.events import Evaluation, Ready
from gui import app
from gui.main_window import MainWindow
from gui.tabs.training.run import Run, RunState
from gui.tabs.training.tab import TrainingTab
from main import CommandLine
from tests.bench.sides.outcome import peak_memory_mb

Wait = float | Callable[[], bool]
Script = Generator[Wait, None, dict[str, Any]]

FULL_HD = (1920, 1080)
#: A condition that has not come true by then never will.
PATIENCE_S = 120.0


class Worker:
    """What the worker has done, noted in the worker, before and after the window's share in it."""

    def __init__(self) -> None:
        self.latest: object = None
        self.steps_per_epoch = 0
        self.evaluations: list[tuple[float, Evaluation]] = []
        self.on_event: Callable[[object], None] = lambda _: None
        self._follow(Run._events)

    def _follow(self, original: Callable[[Run], Iterator[object]]) -> None:
        def followed(run: Run) -> Iterator[object]:
            for event in original(run):
                self._note(event)
                yield event

        Run._events = followed  # type: ignore[method-assign]

    def _note(self, event: object) -> None:
        self.latest = event
        if isinstance(event, Ready):
            self.steps_per_epoch = event.steps_per_epoch
            self.evaluations = []
        elif isinstance(event, Evaluation):
            self.evaluations.append((time.perf_counter(), event))
        self.on_event(event)

    def time_of_epoch(self, epoch: int) -> float | None:
        """When the evaluation at the end of an epoch was done."""
        return next((at for at, event in self.evaluations if event.epoch == epoch), None)


class Stage:
    """The window and what a script does with it."""

    def __init__(self, window: MainWindow, worker: Worker) -> None:
        self.window = window
        self.worker = worker
        tab = window.tabs[0]
        assert isinstance(tab, TrainingTab)
        self.tab = tab
        self.control = tab.presenter.control

    @property
    def state(self) -> RunState:
        return self.control.state

    def is_in(self, *states: RunState) -> Callable[[], bool]:
        """The condition that the run is in one of these states."""
        return lambda: self.state in states

    def trigger(self, action: str) -> None:
        """Do what a key or a button of the tab does."""
        self.tab.actions_[action].trigger()

    def keep_training(self) -> None:
        """Start the next run where the last one is over."""
        if self.state is RunState.FINISHED:
            self.trigger("play")

    def views(self) -> list[str]:
        """The live views that are to be seen."""
        names = ("curves", "predictions", "inside", "images", "model")
        return [name for name in names if getattr(self.tab, name).isVisible()]

    def describe_data(self) -> str:
        run = self.control.run
        return run.ready.images.describe() if run and run.ready else ""

    def surroundings(self) -> dict[str, Any]:
        """Where all this was seen."""
        return {
            "data": self.describe_data(),
            "views": self.views(),
            "window": [self.window.width(), self.window.height()],
            "platform": app.QApplication.platformName(),
            "peak_mb": peak_memory_mb(),
        }


class Driver(QObject):
    """Steps a script on by a timer of the window's event loop."""

    def __init__(self, window: MainWindow, script: Script, poll_ms: int) -> None:
        super().__init__(window)
        self.window = window
        self.result: dict[str, Any] | None = None
        self._script = script
        self._wait: Wait = 0.0
        self._since = time.perf_counter()
        self._timer = QTimer(self, interval=poll_ms, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.on_tick)
        self._timer.start()

    def on_tick(self) -> None:
        waited = time.perf_counter() - self._since
        if callable(self._wait):
            is_due = self._wait()
            if not is_due and waited > PATIENCE_S:
                self._end(None)
                raise TimeoutError("what the script waits for does not come")
        else:
            is_due = waited >= self._wait
        if is_due:
            self._go_on()

    def _go_on(self) -> None:
        try:
            self._wait = next(self._script)
            self._since = time.perf_counter()
        except StopIteration as end:
            self._end(end.value)
        except BaseException:
            self._end(None)
            raise

    def _end(self, result: dict[str, Any] | None) -> None:
        self.result = result
        self._timer.stop()
        self.window.close()


def play(make_script: Callable[[Stage], Script], *, poll_ms: int = 20) -> dict[str, Any]:
    """Run the window until the script is through; returns the script's result."""
    worker = Worker()
    drivers: list[Driver] = []

    class DrivenWindow(MainWindow):
        def __init__(self, data_dir: Path | None = None) -> None:
            super().__init__(data_dir)
            drivers.append(Driver(self, make_script(Stage(self, worker)), poll_ms))

        def restore_settings(self, theme: str | None = None) -> None:
            super().restore_settings(theme)
            self.resize(*FULL_HD)
            self.move(0, 0)

    app.MainWindow = DrivenWindow
    app.run(CommandLine().parse_args(["--theme", "light", "--language", "en"]))
    result = drivers[0].result
    if result is None:
        log = state_folder() / "chalknet.log"
        sys.exit(log.read_text("utf-8") if log.exists() else "the script was not played to its end")
    return result
