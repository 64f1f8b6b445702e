"""Runs the measured sides: each in a process, a home and, where it shows a window, a screen."""

from __future__ import annotations

import json
import os
import select
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
SHARED_DATA = ROOT.parent / "shared" / "datasets"
TIMEOUT_S = 400
#: A computer counts as quiet while others use less than this share of one core.
QUIET_CORES = 0.15
LONGEST_WAIT_S = 60.0


class SideError(RuntimeError):
    """A measured side ended without a measurement."""


@dataclass(frozen=True)
class Screen:
    """Where windows open: `environment` is what Qt needs to be told."""

    name: str
    environment: dict[str, str]
    server: psutil.Process | None = None


OFFSCREEN = Screen("offscreen", {"QT_QPA_PLATFORM": "offscreen"})


def plain_environment() -> dict[str, str]:
    """The user's environment, without what would make one of the sides another program.

    Chalknet sets what torch's and NumPy's threads do itself, and a user's Python keeps what it
    compiled.
    """
    unwanted = {
        "PYTHONDONTWRITEBYTECODE", "GOMP_SPINCOUNT", "OPENBLAS_NUM_THREADS", "QT_QPA_PLATFORM",
        "CHALKNET_HOME",
    }
    environment = {k: v for k, v in os.environ.items() if k not in unwanted}
    if "CHALKNET_DATA" not in environment and SHARED_DATA.is_dir():
        environment["CHALKNET_DATA"] = str(SHARED_DATA)
    return environment


@contextmanager
def real_screen() -> Iterator[Screen]:
    """An X server of our own where there is Xvfb, else the user's screen, else none."""
    if sys.platform in ("win32", "darwin"):
        yield Screen("the screen", {})
        return
    if not shutil.which("Xvfb"):
        has_display = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
        yield Screen("the screen", {}) if has_display else OFFSCREEN
        return
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1920x1080x24",
               "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL) as server:
        os.close(write)
        try:
            if not select.select([read], [], [], 20)[0] or not (text := os.read(read, 16)):
                raise SideError("Xvfb does not start, so no window can be measured on a screen.")
            number = text.decode().strip()
            environment = {"QT_QPA_PLATFORM": "xcb", "DISPLAY": f":{number}"}
            yield Screen("Xvfb", environment, psutil.Process(server.pid))
        finally:
            os.close(read)
            server.terminate()


def start_side(
    module: str, *arguments: str, screen: Screen = OFFSCREEN, home: str, **environment: str
) -> subprocess.Popen[str]:
    """Start `python -m tests.bench.sides.<module>`, its output piped."""
    return subprocess.Popen(
        [sys.executable, "-m", f"tests.bench.sides.{module}", *arguments],
        cwd=ROOT, text=True, encoding="utf-8",
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=plain_environment() | screen.environment | {"CHALKNET_HOME": home} | environment,
    )


def run_side(
    module: str, *arguments: str, screen: Screen = OFFSCREEN, home: str = "", **environment: str
) -> dict[str, Any]:
    """Run a side to its end; returns its report, and how many cores others used meanwhile.

    Without `home` it gets an empty one of its own.
    """
    folder = nullcontext(home) if home else tempfile.TemporaryDirectory()
    with folder as place:
        before = _other_cpu_s(screen), time.monotonic()
        process = start_side(module, *arguments, screen=screen, home=place, **environment)
        try:
            out, errors = process.communicate(timeout=TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            out, errors = process.communicate()
            raise SideError(f"{module} was not through in {TIMEOUT_S} s.\n{errors}") from None
        after = _other_cpu_s(screen), time.monotonic()
    if process.returncode != 0 or not out.strip():
        raise SideError(f"{module} {' '.join(arguments)} failed.\n{out[-2000:]}\n{errors}")
    report: dict[str, Any] = json.loads(out.strip().splitlines()[-1])
    used = after[0] - before[0] - report["cpu_seconds"]
    return report | {"foreign_cores": max(0.0, used / (after[1] - before[1])), "stderr": errors}


def _other_cpu_s(screen: Screen) -> float:
    """Processor time of the whole computer, the X server's apart."""
    times = psutil.cpu_times()
    idle = times.idle + getattr(times, "iowait", 0.0)
    served = sum(screen.server.cpu_times()[:2]) if screen.server is not None else 0.0
    return sum(times) - getattr(times, "guest", 0.0) - idle - served


def wait_for_quiet() -> None:
    """Wait until others leave the computer alone, but not for ever."""
    until = time.monotonic() + LONGEST_WAIT_S
    while time.monotonic() < until:
        cores = psutil.cpu_percent(interval=1.0) / 100 * (psutil.cpu_count() or 1)
        if cores < QUIET_CORES:
            return


def in_turns(
    sides: dict[str, Callable[[], dict[str, Any]]], rounds: int
) -> dict[str, list[dict[str, Any]]]:
    """Run all sides `rounds` times, one after the other, beginning with another one each time."""
    reports: dict[str, list[dict[str, Any]]] = {name: [] for name in sides}
    names = list(sides)
    for number in range(rounds):
        shift = number % len(names)
        for name in names[shift:] + names[:shift]:
            wait_for_quiet()
            say(f"{name}, {number + 1} of {rounds}")
            reports[name].append(sides[name]())
    return reports


def median(reports: Sequence[dict[str, Any]], key: str) -> float:
    """The median of one number over the rounds."""
    return statistics.median(report[key] for report in reports)


def ratio(above: Sequence[dict[str, Any]], below: Sequence[dict[str, Any]], key: str) -> float:
    """The median over the rounds of what two sides measured in the same round."""
    return statistics.median(a[key] / b[key] for a, b in zip(above, below, strict=True))


def say(text: str) -> None:
    """Progress, on stderr."""
    print(f"  {text}", file=sys.stderr, flush=True)
