"""Fit n = 100,000 boxes and evaluate them at 1,000,000 points, beside a bare searchsorted + take.

    python -m tests.bench.sides.step_network sorted|random
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np

from engine.expressivity.fitting import fit
from engine.expressivity.spec import FunctionSpec
from tests.bench.sides.outcome import report

PIECES, POINTS, ROUNDS = 100_000, 1_000_000, 9


def seconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def main() -> None:
    spec = FunctionSpec(pieces=PIECES)
    x = np.random.default_rng(0).uniform(-spec.half_width, spec.half_width, POINTS)
    if sys.argv[1] == "sorted":
        x.sort()
    made = fit(spec)
    edges, heights = made.edges, np.append(made.heights, 0.0)
    ours, bare = [], []
    for _ in range(ROUNDS):
        ours.append(seconds(lambda: fit(spec, made.target).network(x)))
        bare.append(seconds(lambda: heights.take(np.searchsorted(edges, x, "left") - 1)))
    report(ours_s=float(np.median(ours)), bare_s=float(np.median(bare)))


if __name__ == "__main__":
    main()
