"""The measurements of `python -m tests.bench`, each a function from a screen to rows."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.bench.runner import (
    OFFSCREEN,
    Screen,
    in_turns,
    median,
    ratio,
    run_side,
    wait_for_quiet,
)
from tests.bench.table import Row

Raw = dict[str, Any]
Section = Callable[[Screen, int], tuple[list[Row], Raw]]


def speed(screen: Screen, rounds: int) -> tuple[list[Row], Raw]:
    """(a) the window against the bare loop, and (e) what it costs in memory."""
    sides = {
        "bare script": lambda: run_side("bare"),
        "generator without window": lambda: run_side("generator"),
        f"window on {screen.name}": lambda: run_side("window", "rate", screen=screen),
    }
    if screen is not OFFSCREEN:
        sides["window offscreen"] = lambda: run_side("window", "rate")
    reports = in_turns(sides, rounds)
    bare, generator, window, *others = reports.values()
    rates = ", ".join(f"{name} {median(r, 'steps_per_s'):.0f}" for name, r in reports.items())
    views = " + ".join(window[0]["views"])
    rows = [
        Row(f"(a) steps/s, window on {screen.name} : bare script",
            ratio(window, bare, "steps_per_s"), target=0.90, at_least=True,
            detail=f"steps/s: {rates}; {window[0]['epochs']} epochs, views {views}"),
        Row("    the same : our generator without window", ratio(window, generator, "steps_per_s")),
        Row("    our generator : bare script", ratio(generator, bare, "steps_per_s")),
    ]
    rows += [
        Row("    window offscreen : bare script", ratio(other, bare, "steps_per_s"),
            target=0.90, at_least=True)
        for other in others
    ]
    peaks = ", ".join(f"{name} {median(r, 'peak_mb'):.0f}" for name, r in reports.items())
    more = median(window, "peak_mb") - median(bare, "peak_mb")
    rows.append(Row("(e) peak memory, window − bare script", more, "MB", 200,
                    detail=f"peak MB: {peaks}"))
    return rows, reports


def usual_loop(_screen: Screen, rounds: int) -> tuple[list[Row], Raw]:
    """(b) our epoch against the usual one."""
    reports = in_turns(
        {"usual loop": lambda: run_side("loader"), "generator": lambda: run_side("generator")},
        min(rounds, 3),
    )
    usual, ours = reports.values()
    training_only = median(usual, "epoch_without_evaluation_s")
    return [
        Row("(b) one epoch, usual DataLoader loop : ours", ratio(usual, ours, "epoch_s"), "×", 4,
            at_least=True,
            detail=f"{median(usual, 'epoch_s'):.2f} s, of which {training_only:.2f} s without "
                   f"evaluation, against {median(ours, 'epoch_s'):.2f} s with it"),
    ], reports


def smoothness(screen: Screen, _rounds: int) -> tuple[list[Row], Raw]:
    """(c) how long the event loop is away while training."""
    wait_for_quiet()
    report = run_side("window", "gaps", screen=screen)
    gaps = {phase: np.array(values) for phase, values in report.pop("gaps_ms").items()}
    rows = []
    for phase, is_held in (("training", True), ("training and turning pages", True),
                           ("importing torch", False), ("preparing", False)):
        values = gaps[phase]
        p50, p99 = np.percentile(values, [50, 99])
        by_time = waiting_time(values)
        rows += [
            Row(f"(c) event-loop gap while {phase}, p99", p99, "ms", 16.7 if is_held else None,
                detail=f"p50 {p50:.1f} ms, {len(values):,} turns; a click at a random moment waits "
                       f"less than {by_time:.1f} ms in 99 of 100 cases"),
            Row("    longest", values.max(), "ms", 50 if is_held else None),
        ]
    raw = {phase: np.sort(values)[::-1][:20].tolist() for phase, values in gaps.items()}
    return rows, report | {"longest_gaps_ms": raw}


def waiting_time(gaps_ms: np.ndarray, share: float = 0.99) -> float:
    """What a click waits at most in `share` of all cases, if clicks are spread over time.

    Within a gap g every wait up to g is equally likely, so the waits longer than t take up
    Σ max(0, g − t) of all the time.
    """
    ordered = np.sort(gaps_ms)
    total = ordered.sum() + 2.0 * len(ordered)
    candidates = np.linspace(0, ordered[-1], 2000)
    longer = np.array([np.maximum(ordered - t, 0).sum() for t in candidates])
    return float(candidates[np.argmax(longer <= (1 - share) * total)])


def start(screen: Screen, rounds: int) -> tuple[list[Row], Raw]:
    """(d) from the start of the process to the first paint."""

    def first_paint(what: str) -> Callable[[], Raw]:
        return lambda: run_side("first_paint", what, str(time.monotonic_ns()), screen=screen)

    sides = {"start of an empty window": first_paint("empty"), "start": first_paint("chalknet")}
    for side in sides.values():
        side()  # so that nothing is compiled or read from disk for the first time
    reports = in_turns(sides, max(7, rounds))
    empty, ours = reports.values()
    torch = sum(report["torch_is_there"] for report in ours)
    return [
        Row("(d) start to first paint, Chalknet : empty window", ratio(ours, empty, "seconds"),
            target=1.5,
            detail=f"{median(ours, 'seconds'):.2f} s against {median(empty, 'seconds'):.2f} s; "
                   f"torch's import had begun in {torch} of {len(ours)} starts"),
    ], reports


def answers(screen: Screen, _rounds: int) -> tuple[list[Row], Raw]:
    """(f) how fast pause and stop answer."""
    wait_for_quiet()
    report = run_side("window", "latency", screen=screen)
    rows = []
    for command, end in (("pause", "the window shows rest"), ("stop", "the thread is over")):
        waits = np.array(report["waits_ms"][command])
        rows.append(
            Row(f"(f) {command} until {end}, longest", waits.max(), "ms", 200,
                detail=f"p50 {np.median(waits):.1f} ms, {len(waits)} trials, "
                       f"{report['struck_evaluation'][command]} of them during an evaluation"),
        )
    return rows, report


def step_network(_screen: Screen, rounds: int) -> tuple[list[Row], Raw]:
    """Part 1: fitting and evaluating, against finding and taking alone."""
    reports = in_turns(
        {kind: lambda kind=kind: run_side("step_network", kind) for kind in ("sorted", "random")},
        max(1, rounds // 2),
    )
    return [
        Row(f"fit and evaluate 100,000 pieces on 10⁶ {kind} points : searchsorted + take",
            median(found, "ours_s") / median(found, "bare_s"), target=1.5,
            detail=f"{1000 * median(found, 'ours_s'):.0f} ms against "
                   f"{1000 * median(found, 'bare_s'):.0f} ms")
        for kind, found in reports.items()
    ], reports


def drags(screen: Screen, rounds: int) -> tuple[list[Row], Raw]:
    """Part 1: from a move of the mouse to the repainted window."""
    rows, raw = [], {}
    for kind, pieces, target in (
        ("slider", 1_000, 16.7), ("stroke", 1_000, 16.7),
        ("slider", 100_000, 50.0), ("stroke", 100_000, 50.0),
    ):
        wait_for_quiet()
        found = [
            run_side("drag", kind, str(pieces), screen=screen) for _ in range(max(1, rounds // 2))
        ]
        raw[f"{kind} {pieces}"] = found
        rows.append(Row(f"{kind} to repaint at n = {pieces:,}, p95", median(found, "p95_ms"), "ms",
                        target, detail=f"p50 {median(found, 'p50_ms'):.1f} ms"))
    return rows, raw


def backprop(_screen: Screen, rounds: int) -> tuple[list[Row], Raw]:
    """Part 4: samples a second against the textbook, and how far apart the numbers are."""
    reports = in_turns(
        {kind: lambda kind=kind: run_side("backprop", kind) for kind in ("ours", "textbook")},
        rounds,
    )
    ours, plain = reports.values()
    apart = max(
        np.abs(np.subtract(a.pop("parameters"), b.pop("parameters"))).max()
        for a, b in zip(ours, plain, strict=True)
    )
    return [
        Row("part 4, training samples/s : textbook", ratio(ours, plain, "samples_per_s"), "×", 3,
            at_least=True,
            detail=f"{median(ours, 'samples_per_s'):,.0f} against "
                   f"{median(plain, 'samples_per_s'):,.0f} samples/s"),
        Row("    parameters after 1,000 samples apart by, in 10⁻¹²", apart / 1e-12, target=1,
            detail=f"{apart:.1e}"),
    ], reports


def initialization(screen: Screen, rounds: int) -> tuple[list[Row], Raw]:
    """Part 2: the probe against its bare matrix products, and the numbers behind a drag."""
    sides = {kind: lambda kind=kind: run_side("probe", kind) for kind in ("ours", "bare")}
    reports = in_turns(sides, rounds)
    ours, bare = reports.values()
    wait_for_quiet()
    drag = run_side("probe", "drag")
    rows = [
        Row("part 2, probe of 20 × 512, 6 schemes, 5 seeds : its matrix products",
            ratio(ours, bare, "seconds"), target=1.5,
            detail=f"{median(ours, 'seconds'):.2f} s against {median(bare, 'seconds'):.2f} s, the "
                   f"first seed after {median(ours, 'first_seed_s'):.2f} s"),
    ]
    rows += [
        Row(f"    new σ to numbers at 20 × 256, {name}, p95", p95, "ms", target=33,
            detail=f"p50 {p50:.1f} ms")
        for name, (p50, p95) in drag["waits_ms"].items()
    ]
    windows = []
    for _ in range(rounds):
        wait_for_quiet()
        windows.append(run_side("sigma_drag", "256x21", screen=screen))
    rows += [
        Row("    σ to repaint at 20 × 256, six schemes, p95", median(windows, "p95_ms"), "ms",
            target=33, detail=f"p50 {median(windows, 'p50_ms'):.1f} ms"),
        Row(f"    histogram grid of {windows[0]['panels']} panels, repaint p95",
            median(windows, "grid_p95_ms"), "ms", target=33,
            detail=f"p50 {median(windows, 'grid_p50_ms'):.1f} ms"),
    ]
    return rows, reports | {"drag": [drag], "window": windows}


def backprop_window(screen: Screen, rounds: int) -> tuple[list[Row], Raw]:
    """Part 4 in the window, live views on: its rate against the bare generator's, and its gaps."""
    reports = in_turns(
        {
            "bare generator": lambda: run_side("backprop_window", "bare"),
            "window": lambda: run_side("backprop_window", "window", screen=screen),
        },
        rounds,
    )
    bare, window = reports.values()
    gaps = np.concatenate([report.pop("gaps_ms") for report in window])
    return [
        Row(f"part 4, samples/s, window on {screen.name} : bare generator",
            ratio(window, bare, "samples_per_s"), target=0.85, at_least=True,
            detail=f"{median(window, 'samples_per_s'):,.0f} against "
                   f"{median(bare, 'samples_per_s'):,.0f} samples/s"),
        Row("    event-loop gap while it trains, p99", float(np.percentile(gaps, 99)), "ms", 16.7,
            detail=f"p50 {np.median(gaps):.1f} ms, {len(gaps):,} turns"),
        Row("    longest", float(gaps.max()), "ms", 50),
    ], reports


def lessons(screen: Screen, _rounds: int) -> tuple[list[Row], Raw]:
    """All lessons: how long it takes until a place is set and painted."""
    wait_for_quiet()
    found = run_side("lessons", screen=screen)
    return [
        Row("a step of a lesson, set and painted, longest", found["longest_s"], "s", 1.0,
            detail=f"p50 {1000 * found['p50_s']:.0f} ms, {found['places']} places there and back, "
                   f"the longest in {found['where']}; {found['unlike']} set otherwise than their "
                   "lesson says"),
    ], found


def looks(screen: Screen, _rounds: int) -> tuple[list[Row], Raw]:
    """How long the window is away while all of it changes."""
    wait_for_quiet()
    found = run_side("looks", screen=screen)
    said = {"theme": "another theme", "stage": "F5 and back", "palette": "the command palette",
            "language": "another language"}
    return [
        Row(f"event-loop gap at {said[name]}, four tabs open, longest", max(gaps), "ms", 50,
            detail=f"p50 {np.median(gaps):.0f} ms, {len(gaps)} times")
        for name, gaps in found["longest_ms"].items()
    ], found


SECTIONS: dict[str, Section] = {
    "speed": speed,
    "usual": usual_loop,
    "gaps": smoothness,
    "start": start,
    "answers": answers,
    "steps": step_network,
    "drags": drags,
    "backprop": backprop,
    "backprop_window": backprop_window,
    "initialization": initialization,
    "lessons": lessons,
    "looks": looks,
}
