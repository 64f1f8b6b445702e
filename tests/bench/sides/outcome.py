"""What every side reports of itself, beside what it measured."""

from __future__ import annotations

import json
import sys
import time

import psutil

from engine.runs.history import History

#: Optimiser steps that are timed: five epochs of the full data set.
TIMED_STEPS = 2345
#: Of the homework's thirty epochs one is the warm-up.
MOST_EPOCHS = 29


def timed_epochs(steps_per_epoch: int) -> int:
    """Whole epochs that make up about the same number of steps on any data set."""
    return max(1, min(MOST_EPOCHS, round(TIMED_STEPS / steps_per_epoch)))


def peak_memory_mb() -> float:
    """The most memory this process has had in RAM, in MB of 10⁶ bytes."""
    if sys.platform == "win32":
        return float(psutil.Process().memory_info().peak_wset) / 1e6
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


def memory_mb() -> float:
    """The memory this process has in RAM now, in MB of 10⁶ bytes."""
    return float(psutil.Process().memory_info().rss) / 1e6


def measured(history: History) -> dict[str, list[float]]:
    """Every number of the evaluations after whole epochs, to be compared bit by bit."""
    return {
        str(int(e.epoch)): [e.train.loss, e.train.correct, e.test.loss, e.test.correct]
        for e in history.evaluations
        if e.epoch.is_integer()
    }


def report(**values: object) -> None:
    """Print what was measured, as the side's last line."""
    common = {
        "peak_mb": peak_memory_mb(),
        "cpu_seconds": time.process_time(),
    }
    print(json.dumps(common | values), flush=True)
