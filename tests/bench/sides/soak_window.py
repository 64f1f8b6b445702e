"""A long life in the real window.

    python -m tests.bench.sides.soak_window cycles COUNT
    python -m tests.bench.sides.soak_window storm MINUTES
    python -m tests.bench.sides.soak_window victim       plays until it is killed
    python -m tests.bench.sides.soak_window heir EPOCH   accepts the offered run, plays to EPOCH
"""

from __future__ import annotations

import gc
import random
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import psutil
from PySide6.QtCore import QThread, QTimer
from shiboken6 import isValid

from engine.places import state_folder
from engine.training.events import Evaluation
from engine.training.tab_spec import Page, Statistic
from gui.tabs.training.run import RunState
from gui.theme import THEMES, ZOOM_STEPS, look
from tests.bench.sides.driver import Script, Stage, play
from tests.bench.sides.outcome import measured, memory_mb, report

WARM_UP_CYCLES = 10
SAMPLE_EVERY_S = 5.0
SIZES = ((1280, 720), (1920, 1080), (800, 520), (1440, 900), (1024, 1000))


def census() -> dict[str, Any]:
    """Everything that a cycle might leave behind."""
    gc.collect()
    # By type, not isinstance: that would ask every object for its class, and some answer with a
    # warning.
    objects = [o for o in gc.get_objects() if issubclass(type(o), QTimer | QThread) and isValid(o)]
    timers = [o for o in objects if isinstance(o, QTimer)]
    return {
        "python_threads": threading.active_count(),
        "system_threads": psutil.Process().num_threads(),
        "qthreads": sum(isinstance(o, QThread) for o in objects),
        "timers": len(timers),
        "active_timers": sum(timer.isActive() for timer in timers),
        "rss_mb": memory_mb(),
    }


def log_text() -> str:
    """What went wrong, as far as it was written down."""
    log = state_folder() / "chalknet.log"
    return log.read_text("utf-8") if log.exists() else ""


def cycles(stage: Stage) -> Script:
    """Play, stop, reset, again and again; a census after each."""
    rng = random.Random(1)
    counts = []
    yield stage.is_in(RunState.READY)
    for _ in range(WARM_UP_CYCLES + int(sys.argv[2])):
        stage.trigger("play")
        yield rng.uniform(0.1, 0.8)
        stage.trigger("stop")
        yield stage.is_in(RunState.STOPPED, RunState.FINISHED)
        stage.trigger("reset")
        yield stage.is_in(RunState.READY)
        yield 0.3  # until the drain timer rests, too
        counts.append(census())
    return stage.surroundings() | {
        "counts": counts[WARM_UP_CYCLES - 1 :],
        "log": log_text(),
    }


def mischief(stage: Stage, rng: random.Random) -> list[Callable[[], object]]:
    """What a restless user does."""
    window, tab = stage.window, stage.tab
    presenter = tab.presenter

    def look_at(**changes: object) -> None:
        presenter._look_at(**changes)

    def set_count() -> None:
        presenter._on_count_chosen(rng.randint(1, 12))

    return [
        lambda: window.set_theme(rng.choice(list(THEMES))),
        lambda: look().set_zoom(rng.choice(ZOOM_STEPS)),
        lambda: window.resize(*rng.choice(SIZES)),
        lambda: look_at(page=rng.choice(list(Page))),
        lambda: look_at(statistic=rng.choice(list(Statistic))),
        lambda: look_at(confusion_cell=(rng.randrange(10), rng.randrange(10))),
        lambda: look_at(log_loss=rng.random() < 0.5),
        lambda: presenter.pin(rng.randrange(2000)),
        lambda: presenter._on_follow_chosen(rng.random() < 0.5),
        set_count,
        lambda: stage.trigger("random"),
        lambda: stage.trigger("form_panel"),
        lambda: stage.trigger("notes_panel"),
        lambda: window.undo_stack.undo(),
        lambda: stage.trigger("one_batch") if stage.state is RunState.PAUSED else None,
        lambda: stage.trigger("play"),
    ]


def storm(stage: Stage) -> Script:
    """Train run after run while everything is changed at random."""
    rng = random.Random(2)
    pranks = mischief(stage, rng)
    yield stage.is_in(RunState.READY)
    stage.trigger("play")
    began = time.monotonic()
    next_sample, samples, count = began, [], 0
    while (now := time.monotonic()) < began + 60 * float(sys.argv[2]):
        rng.choice(pranks)()
        count += 1
        if stage.state is not RunState.RUNNING and rng.random() < 0.5:
            stage.trigger("play")
        if now >= next_sample:
            next_sample += SAMPLE_EVERY_S
            samples.append({"minute": (now - began) / 60} | census())
        yield rng.uniform(0.05, 0.4)
    return stage.surroundings() | {"samples": samples, "changes": count, "log": log_text()}


def victim(stage: Stage) -> Script:
    """Say which epoch was measured, and when the checkpoint of it was through."""
    evaluated: list[int] = []

    def follow(event: object) -> None:
        if evaluated:
            print(f"saved {evaluated.pop()}", flush=True)
        if isinstance(event, Evaluation) and event.step and event.epoch.is_integer():
            evaluated.append(int(event.epoch))
            print(f"evaluated {evaluated[0]}", flush=True)

    stage.worker.on_event = follow
    yield stage.is_in(RunState.READY)
    stage.trigger("play")
    yield stage.is_in(RunState.FINISHED)
    return stage.surroundings()


def heir(stage: Stage) -> Script:
    """Go on with what the last launch left, and tell every evaluation of that run."""
    yield stage.tab.offer.isVisible
    offer = stage.tab.offer_text.text()
    stage.tab.offer_accept.click()
    yield stage.is_in(RunState.PAUSED)
    found = stage.control.run.history.epoch
    stage.trigger("play")
    last = int(sys.argv[2])
    yield lambda: stage.worker.time_of_epoch(last) is not None
    yield 0.3
    return stage.surroundings() | {
        "offer": offer,
        "found_epoch": found,
        "measured": measured(stage.control.run.history),
        "log": log_text(),
    }


SCRIPTS = {"cycles": cycles, "storm": storm, "victim": victim, "heir": heir}


def main() -> None:
    report(**play(SCRIPTS[sys.argv[1]]))


if __name__ == "__main__":
    main()
