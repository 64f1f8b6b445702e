"""Use Chalknet for long and roughly, and see what it leaves behind.

    python -m tests.bench.soak [--cycles 50] [--minutes 5] [--kills 3] [--only cycles,kill,storm]

The exit code is 1 where a thread or a timer was left, where memory grew by more than the bounds
below, where a killed run was not found again, or where anything was written to the log.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

from tests.bench.runner import BUILD, Screen, SideError, real_screen, run_side, say, start_side
from tests.bench.table import Row, render

#: Beyond these the memory grows. Python and torch return memory in pieces, so it is never quite 0.
MOST_GROWTH_IN_CYCLES_MB = 15.0
MOST_GROWTH_IN_STORM_MB = 30.0
#: How far the last launch of a killed run goes beyond where it was killed.
EPOCHS_AFTER = 2
#: Counted in a census beside the memory; none may be more at the end.
COUNTED = ("python_threads", "system_threads", "qthreads", "timers", "active_timers")


def start_stop_cycles(screen: Screen, options: argparse.Namespace) -> list[Row]:
    """Threads, timers and memory before and after the cycles."""
    say(f"{options.cycles} cycles of play and stop")
    report = run_side("soak_window", "cycles", str(options.cycles), screen=screen)
    counts = report["counts"]
    rows = [
        Row(f"{words(name)} left by {options.cycles} start/stop cycles",
            counts[-1][name] - counts[0][name], target=0, detail=f"{counts[-1][name]} at the end")
        for name in COUNTED
    ]
    memory = [count["rss_mb"] for count in counts]
    return [
        *rows,
        Row("memory growth over the cycles", growth(memory), "MB", MOST_GROWTH_IN_CYCLES_MB,
            detail=f"{memory[0]:.0f} MB at first, {memory[-1]:.0f} MB at last"),
        complaints("the cycles", report),
    ]


def storm(screen: Screen, options: argparse.Namespace) -> list[Row]:
    """Everything changed at random while runs come and go."""
    say(f"{options.minutes:g} minutes of changes at random")
    report = run_side("soak_window", "storm", str(options.minutes), screen=screen)
    # The first third is the warm-up: pages are built when they are first looked at.
    samples = report["samples"][len(report["samples"]) // 3 :]
    memory = [sample["rss_mb"] for sample in samples]
    peaks = ", ".join(f"{max(s[name] for s in samples)} {words(name)}" for name in COUNTED)
    return [
        Row(f"memory growth over {options.minutes:g} minutes", growth(memory), "MB",
            MOST_GROWTH_IN_STORM_MB,
            detail=f"{report['changes']:,} changes; {memory[0]:.0f} MB after a third, "
                   f"{memory[-1]:.0f} MB at last; at most {peaks}"),
        Row("timers left by it", samples[-1]["timers"] - samples[0]["timers"], target=5),
        complaints("the storm", report),
    ]


def words(name: str) -> str:
    """The name of a count, for the table."""
    return name.replace("_", " ")


def growth(memory_mb: list[float]) -> float:
    """The median of the last quarter over that of the first, which a single peak does not move."""
    quarter = max(1, len(memory_mb) // 4)
    return statistics.median(memory_mb[-quarter:]) - statistics.median(memory_mb[:quarter])


def complaints(what: str, report: dict[str, Any]) -> Row:
    """Errors and warnings in the log, and whatever Qt or Python said on stderr."""
    lines = [line for line in report["log"].splitlines() if re.search("ERROR|WARNING", line)]
    lines += [line for line in report["stderr"].splitlines() if line.strip()]
    return Row(f"lines that {what} wrote to log and stderr", len(lines), target=0,
               detail=" ⏎ ".join(lines[-3:]))


def killed_runs(screen: Screen, options: argparse.Namespace) -> list[Row]:
    """kill -9 at a random moment, then a new launch that goes on with the run."""
    rng = random.Random(3)
    rows = []
    for number in range(1, options.kills + 1):
        say(f"kill {number} of {options.kills}")
        with tempfile.TemporaryDirectory() as home:
            evaluated, saved = kill_in_mid_run(screen, home, rng)
            last = evaluated + EPOCHS_AFTER
            heir = run_side("soak_window", "heir", str(last), screen=screen, home=home)
        reference = run_side("generator", str(last))
        lost = evaluated - heir["found_epoch"]
        differing = [
            epoch for epoch, numbers in reference["measured"].items()
            if heir["measured"].get(epoch) != numbers
        ]
        rows += [
            Row(f"epochs lost by kill {number}", lost, target=0 if saved == evaluated else 1,
                detail=f"epoch {evaluated} was measured, {saved} saved, "
                       f"{heir['found_epoch']:g} found: “{heir['offer']}”"),
            Row("    epochs with other numbers than an uninterrupted run", len(differing),
                target=0, detail=f"{last} epochs compared bit by bit"),
            complaints("the next launch", heir),
        ]
    return rows


def kill_in_mid_run(screen: Screen, home: str, rng: random.Random) -> tuple[int, int]:
    """Let a window train, kill it somewhere in an epoch; the last epoch measured, and saved."""
    with start_side("soak_window", "victim", screen=screen, home=home) as process:
        assert process.stdout is not None
        enough = rng.randint(2, 5)
        seen = {"evaluated": 0, "saved": 0}
        lines = []
        for line in process.stdout:
            lines.append(line)
            if line.strip() == f"evaluated {enough}":
                break
        time.sleep(rng.uniform(0.0, 0.8))
        process.kill()
        lines += process.stdout.readlines()
    for line in lines:
        event, _, epoch = line.strip().partition(" ")
        if event in seen and epoch.isdigit():
            seen[event] = int(epoch)
    if not seen["evaluated"]:
        raise SideError("The window that was to be killed did not train.")
    return seen["evaluated"], seen["saved"]


PARTS: dict[str, Callable[[Screen, argparse.Namespace], list[Row]]] = {
    "cycles": start_stop_cycles,
    "kill": killed_runs,
    "storm": storm,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.soak", description=__doc__)
    parser.add_argument("--cycles", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--only", default=",".join(PARTS), help="parts, with commas between")
    options = parser.parse_args()
    with real_screen() as screen:
        rows = [row for part in options.only.split(",") for row in PARTS[part](screen, options)]
    BUILD.mkdir(exist_ok=True)
    built = json.dumps([row.as_builtins() for row in rows], indent=1, ensure_ascii=False)
    (BUILD / "soak.json").write_text(built + "\n", encoding="utf-8")
    print(render(rows))
    return int(any(row.verdict == "falls short" for row in rows))


if __name__ == "__main__":
    sys.exit(main())
