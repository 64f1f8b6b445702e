"""What is measured in the real window while it trains the homework preset at full speed.

    python -m tests.bench.sides.window rate|gaps|latency
"""

from __future__ import annotations

import random
import sys
import time
from array import array
from itertools import cycle

from PySide6.QtCore import QObject, Qt, QTimer

from engine.training.events import Evaluating
from engine.training.tab_spec import Page
from gui.tabs.training.run import RunState
from tests.bench.sides.driver import Script, Stage, play
from tests.bench.sides.outcome import report, timed_epochs

PROBE_EVERY_MS = 2
GAP_PHASE_S = 25.0
PAGE_EVERY_S = 1.0
TRIALS = 50


def rate(stage: Stage) -> Script:
    """Steps per second over whole epochs, evaluations and checkpoints included."""
    worker = stage.worker
    yield stage.is_in(RunState.READY)
    stage.trigger("play")
    epochs = timed_epochs(worker.steps_per_epoch)
    yield lambda: worker.time_of_epoch(1 + epochs) is not None
    first, last = worker.time_of_epoch(1), worker.time_of_epoch(1 + epochs)
    assert first is not None
    assert last is not None
    seconds = last - first
    return stage.surroundings() | {
        "seconds": seconds,
        "epochs": epochs,
        "steps_per_s": epochs * worker.steps_per_epoch / seconds,
        "epoch_s": seconds / epochs,
        "test_accuracy": worker.evaluations[-1][1].test.accuracy,
    }


class GapProbe(QObject):
    """A timer in the window's event loop; by how much it comes late is how long the loop was away.

    That is what a click has to wait for, and includes the wait for Python's global lock.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.gaps_ms: dict[str, array[float]] = {}
        self._phase: array[float] = array("d")
        self._last = time.perf_counter()
        timer = QTimer(self, interval=PROBE_EVERY_MS, timerType=Qt.TimerType.PreciseTimer)
        timer.timeout.connect(self.on_tick)
        timer.start()

    def enter(self, phase: str) -> None:
        """What comes from now on belongs to `phase`."""
        self._phase = self.gaps_ms.setdefault(phase, array("d"))

    def on_tick(self) -> None:
        now = time.perf_counter()
        self._phase.append(max(0.0, (now - self._last) * 1000 - PROBE_EVERY_MS))
        self._last = now


def gaps(stage: Stage) -> Script:
    """How long the event loop was away: torch's import, training, training and turning pages."""
    probe = GapProbe(stage.window)
    probe.enter("importing torch")
    yield lambda: stage.state is not RunState.LOADING
    probe.enter("preparing")
    yield stage.is_in(RunState.READY)
    probe.enter("starting to play")
    stage.trigger("play")
    yield 1.0
    probe.enter("training")
    until = time.perf_counter() + GAP_PHASE_S
    while time.perf_counter() < until:
        stage.keep_training()
        yield 0.1
    probe.enter("training and turning pages")
    until = time.perf_counter() + GAP_PHASE_S
    for page in cycle((Page.INSIDE, Page.IMAGES, Page.MODEL, Page.OVERVIEW)):
        stage.keep_training()
        stage.tab.presenter._look_at(page=page)
        yield PAGE_EVERY_S
        if time.perf_counter() > until:
            break
    stage.tab.presenter._look_at(page=Page.OVERVIEW)
    probe.enter("after")
    yield 0.1
    return stage.surroundings() | {"gaps_ms": {k: list(v) for k, v in probe.gaps_ms.items()}}


def latency(stage: Stage) -> Script:
    """From pause to the window showing rest, and from stop to the thread being over.

    Every other trial strikes during an evaluation, the others after a random time.
    """
    rng = random.Random(7)
    waits: dict[str, list[float]] = {"pause": [], "stop": []}
    struck = {"pause": 0, "stop": 0}
    for command in waits:
        for trial in range(TRIALS):
            yield stage.is_in(RunState.READY, RunState.PAUSED)
            stage.trigger("play")
            yield rng.uniform(0.05, 1.0)
            if trial % 2:
                yield lambda: isinstance(stage.worker.latest, Evaluating)
            if stage.state is RunState.FINISHED:
                stage.trigger("reset")
                continue
            struck[command] += isinstance(stage.worker.latest, Evaluating)
            job = stage.control.run.job
            asked = time.perf_counter()
            if command == "pause":
                stage.trigger("play")
                yield stage.is_in(RunState.PAUSED)
            else:
                stage.trigger("stop")
                yield job.isFinished
            waits[command].append((time.perf_counter() - asked) * 1000)
            if command == "stop" or trial % 10 == 9:
                stage.trigger("reset")
    return stage.surroundings() | {"waits_ms": waits, "struck_evaluation": struck}


SCRIPTS = {"rate": (rate, 20), "gaps": (gaps, 20), "latency": (latency, 1)}


def main() -> None:
    script, poll_ms = SCRIPTS[sys.argv[1]]
    report(**play(script, poll_ms=poll_ms))


if __name__ == "__main__":
    main()
