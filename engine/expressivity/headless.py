"""The fit of the command line: `python main.py fit --target "sin(3*x)" --interval 2 --pieces 64`.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from engine.expressivity.fitting import fit
from engine.expressivity.spec import Breakpoints, FunctionSpec
from engine.expressivity.weights import write_weights


def run_fit(spec: FunctionSpec, weights: Path | None) -> dict[str, Any]:
    """Fit a target, write every weight to `weights` if given; what to print as JSON.

    `lipschitz` is None where f is not Lipschitz, `bound` also where none is known.

    Raises `FormulaError`, `SpecError` or `ChalknetError` with one sentence.
    """
    fitted = fit(spec)
    errors = fitted.errors
    if weights is not None:
        write_weights(weights, fitted.network.as_builtins())
    return {
        "dims": 1,
        "target": fitted.target.label,
        "interval": spec.half_width,
        "pieces": spec.pieces,
        "heights": spec.heights.value,
        "edges": spec.edges.value,
        "breakpoints": spec.breakpoints.value,
        "activation": spec.activation.value,
        "u0": spec.at_zero.number,
        "hidden_neurons": len(fitted.network),
        "layer_sizes": list(fitted.network.layer_sizes),
        "sup_error": errors.sup,
        "sup_at": errors.sup_at,
        "l2_error": errors.l2,
        "l1_error": errors.l1,
        "mean_square_error": errors.mean_square,
        "bound": _finite(fitted.bound),
        "lipschitz": _finite(fitted.lipschitz),
        "lipschitz_is_exact": fitted.target.known_lipschitz is not None,
    }


def as_text(result: dict[str, Any]) -> str:
    """The result for people: what was built, and how far it is from the target."""
    sizes = "-".join(str(size) for size in result["layer_sizes"])
    lipschitz, limit = result["lipschitz"], result["bound"]
    place = result.get("sup_at", result.get("sup_error_at"))
    where = ", ".join(f"{at:.6g}" for at in (place if isinstance(place, list) else [place]))
    rows = [
        ("target", result["target"]),
        ("interval", f"[-{result['interval']:g}, {result['interval']:g}]"
         + ("²" if result["dims"] == 2 else "")),
        ("pieces", f"{result['pieces']:,}" + _kind(result)),
        ("hidden neurons", f"{result['hidden_neurons']:,} ({sizes})"),
        ("sup error", f"{result['sup_error']:.6g} at {where}"),
        ("L2 error", f"{result['l2_error']:.6g}"),
        ("L1 error", f"{result['l1_error']:.6g}"),
        ("Lipschitz constant", "none" if lipschitz is None else f"{lipschitz:.6g}"
         + ("" if result["lipschitz_is_exact"] else " (estimated from samples)")),
        ("bound", "none" if limit is None else f"{limit:.6g}"),
    ]  # fmt: skip
    return "\n".join(f"{name:<20}{value}" for name, value in rows)


def _kind(result: dict[str, Any]) -> str:
    if result["dims"] == 2:
        return f" along each axis, heights: {result['heights']}"
    pieces = Breakpoints(result["breakpoints"]).label
    return f", {pieces}, {result['activation']}, heights: {result['heights']}"


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
