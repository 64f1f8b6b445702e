"""The grid fit of the command line: `python main.py fit --dims 2 --target "sin(x)*cos(y)"`."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from engine.expressivity.grid_file import write_grid_weights
from engine.expressivity.grid_fit import fit_grid
from engine.expressivity.grid_spec import GridSpec, GridTarget
from engine.spec import from_builtins

_PRESETS = {target.value for target in GridTarget} - {GridTarget.FORMULA, GridTarget.PAINTED}


def run_grid_fit(
    *, target: str, interval: float, pieces: int, heights: str, weights: Path | None
) -> dict[str, Any]:
    """Fit f(x, y) on [−interval, interval]² with pieces × pieces cells; what to print as JSON.

    `target` is a formula in x and y, or the name of a preset. `weights` is the file to write every
    weight and bias to. `bound` and `lipschitz` are None where f has no Lipschitz constant.

    Raises `FormulaError`, `SpecError` or `ChalknetError` with one sentence.
    """
    name = target.strip()
    which = {"target": name} if name in _PRESETS else {"target": "formula", "formula": target}
    spec = from_builtins(
        GridSpec, {**which, "half_width": interval, "cells": pieces, "heights": heights}
    )
    fit = fit_grid(spec)
    if weights is not None:
        write_grid_weights(weights, fit.network)
    errors, lipschitz = fit.errors, fit.function.lipschitz
    return {
        "dims": 2,
        "target": target,
        "interval": spec.half_width,
        "pieces": spec.cells,
        "heights": spec.heights.value,
        "u0": fit.network.at_zero,
        "hidden_neurons": fit.network.hidden_neurons,
        "layer_sizes": list(fit.network.layer_sizes()),
        "sup_error": errors.sup,
        "sup_at": list(errors.sup_at),
        "l2_error": errors.l2,
        "l1_error": errors.l1,
        "mean_square_error": errors.rms**2,
        "bound": fit.bound if math.isfinite(fit.bound) else None,
        "lipschitz": lipschitz.value if lipschitz.exists else None,
        "lipschitz_is_exact": lipschitz.is_exact,
    }
