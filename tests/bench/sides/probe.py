"""The probe of part 2: all of it, or nothing but the matrix products that it needs.

    python -m tests.bench.sides.probe ours|bare|drag

20 × 512, batch 1,024, 6 schemes, 5 seeds, forward and backward. The bare side has its matrices
ready and multiplies them, on as many threads as NumPy likes. `drag` measures from a new σ to the
numbers of a 20 × 256 network, without a window.
"""

from __future__ import annotations

import sys
import time

import numpy as np

from engine.initialization.live import LiveProbe
from engine.initialization.probe import probe
from engine.initialization.results import Snapshot
from engine.initialization.spec import Activation, ProbeSpec
from tests.bench.sides.outcome import report

DEPTH, WIDTH, BATCH, SEEDS = 20, 512, 1024, 5
SCHEMES = ("1/n_in", "2/n_in", "1/n_out", "xavier_normal", "xavier_uniform", "he_uniform")
#: The first seconds of a process are spent on things that are made once.
WARM_UP = ProbeSpec(widths="64x3", schemes=SCHEMES, seeds=1)


def ours() -> None:
    spec = ProbeSpec(
        widths=f"{WIDTH}x{DEPTH + 1}", schemes=SCHEMES, batch_size=BATCH, seeds=SEEDS
    )
    list(probe(WARM_UP))
    start, first = time.perf_counter(), 0.0
    for event in probe(spec):
        if isinstance(event, Snapshot) and not first:
            first = time.perf_counter() - start
    report(seconds=time.perf_counter() - start, first_seed_s=first)


def bare() -> None:
    stream = np.random.default_rng(0)
    weights = [
        stream.standard_normal((WIDTH, WIDTH), np.float32) / np.float32(WIDTH**0.5)
        for _ in range(DEPTH)
    ]
    x = stream.standard_normal((BATCH, WIDTH), np.float32)
    buffers = [np.empty_like(x), np.empty_like(x)]
    np.matmul(x, weights[0], out=buffers[0])
    start = time.perf_counter()
    for _ in range(SEEDS * len(SCHEMES)):
        now = x
        for layer in range(DEPTH):
            now = np.matmul(now, weights[layer], out=buffers[layer % 2])
        now = x
        for layer in range(DEPTH - 1, 0, -1):
            now = np.matmul(now, weights[layer].T, out=buffers[layer % 2])
    report(seconds=time.perf_counter() - start)


def drag() -> None:
    waits = {}
    for activation in (Activation.RELU, Activation.TANH):
        schemes = ("constant", "1/n_in", "2/n_in", "xavier_normal")
        spec = ProbeSpec(widths="256x21", activation=activation, schemes=schemes)
        live = LiveProbe(spec)
        live.at(spec)
        found = []
        for sigma in np.linspace(0.01, 0.2, 100):
            start = time.perf_counter()
            live.at(spec.replaced(sigma=float(sigma)))
            found.append(1000 * (time.perf_counter() - start))
        waits[activation.value] = np.percentile(found, [50, 95]).tolist()
    report(waits_ms=waits)


if __name__ == "__main__":
    {"ours": ours, "bare": bare, "drag": drag}[sys.argv[1]]()
