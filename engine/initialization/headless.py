"""The probe of the command line: `python main.py probe --widths 784,256x20,10 --schemes he,1/n_in`.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.data.images import load_images
from engine.initialization.probe import probe
from engine.initialization.results import Quantity, SchemeResult, Series, Snapshot, Statistic
from engine.initialization.spec import ProbeSpec

#: The series of a line of JSON, in its order.
SERIES = {
    "mean_square_pre": (Quantity.PRE, Statistic.MEAN_SQUARE),
    "mean_square_post": (Quantity.POST, Statistic.MEAN_SQUARE),
    "variance_post": (Quantity.POST, Statistic.VARIANCE),
    "unit_variance_post": (Quantity.POST, Statistic.UNIT_VARIANCE),
    "gradient_mean_square": (Quantity.GRADIENT, Statistic.MEAN_SQUARE),
}
COLUMNS = (
    ("E[z²]", Quantity.PRE), ("E[a²]", Quantity.POST), ("E[(∂L/∂z)²]", Quantity.GRADIENT),
)  # fmt: skip


def measure(spec: ProbeSpec, data_dir: Path | None) -> Snapshot:
    """The complete measurement; what was wrong with data passed over goes to stderr.

    Raises `ChalknetError` with one sentence.
    """
    images = None
    if spec.input.is_pixels:
        images = load_images(spec.input.value, data_dir)
        for problem in images.problems:
            print(f"chalknet: {problem}", file=sys.stderr)
    snapshots = [event for event in probe(spec, images) if isinstance(event, Snapshot)]
    return snapshots[-1]


def as_json_lines(snapshot: Snapshot) -> Iterator[str]:
    """One JSON object for each scheme and layer; null stands for what is not finite."""
    for result in snapshot.results:
        for index in range(len(result.fan_in)):
            line: dict[str, Any] = {
                "scheme": result.scheme.text,
                "layer": index + 1,
                "fan_in": int(result.fan_in[index]),
                "fan_out": int(result.fan_out[index]),
            }
            for name, key in SERIES.items():
                line[name] = _numbers(result.series[key], index)
            yield json.dumps(line, allow_nan=False)


def _numbers(series: Series, index: int) -> dict[str, float | None]:
    return {
        "measured": _finite(series.measured[index]),
        "standard_error": _finite(series.standard_error[index]),
        "theory": _finite(series.theory[index]),
    }


def _finite(value: Any) -> float | None:
    return float(value) if math.isfinite(value) else None


def as_text(snapshot: Snapshot) -> str:
    """For people: the verdicts of each scheme, then its layers."""
    spec = snapshot.spec
    seeds = "1 seed" if spec.seeds == 1 else f"{spec.seeds} seeds"
    head = (
        f"{spec.widths}, {spec.activation.label}, {spec.input.label}, batch {spec.batch_size:,}, "
        f"{seeds}, {spec.precision.value}; measured ± standard error | theory"
    )
    return "\n".join([head, *(_scheme_text(result) for result in snapshot.results)])


def _scheme_text(result: SchemeResult) -> str:
    lines = [
        "", f"{result.scheme.text}   forward: {result.forward.words}   "
        f"backward: {result.backward.words}",
        "layer  n_in → n_out  " + "".join(f"{name:>36}" for name, _ in COLUMNS),
    ]
    for index in range(len(result.fan_in)):
        fans = f"{result.fan_in[index]} → {result.fan_out[index]}"
        cells = "".join(f"{_cell(result.at(quantity), index):>36}" for _, quantity in COLUMNS)
        lines.append(f"{index + 1:5d}  {fans:<14}{cells}")
    return "\n".join(lines)


def _cell(series: Series, index: int) -> str:
    measured, theory = series.measured[index], series.theory[index]
    if math.isnan(measured):
        return f"none | {theory:.3g}"
    if math.isinf(measured):
        return f"inf | {theory:.3g}"
    return f"{measured:.4g} ± {series.standard_error[index]:.1g} | {theory:.4g}"
