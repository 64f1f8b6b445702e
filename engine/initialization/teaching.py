"""What lessons can say of the Initialization tab. Its results are the probe's latest snapshot."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from engine.initialization.moments import moments
from engine.initialization.results import Quantity, SchemeResult, Snapshot, Statistic
from engine.initialization.tab_spec import InitializationSpec
from engine.lessons.teaching import Curve, Fact, Floats, Points, Teaching, Value

#: Layers count from 1 and the output is the last one; for what every layer but the output has,
#: "last" is the layer before it.
_Read = Callable[[SchemeResult], float | str | None]


def _of_first(read: _Read) -> Callable[[InitializationSpec, Snapshot | None], Value | None]:
    """A fact of the first scheme."""

    def value(_: InitializationSpec, snapshot: Snapshot | None) -> Value | None:
        return None if snapshot is None else read(snapshot.results[0])

    return value


def _by_scheme(
    read: Callable[[SchemeResult], float | None],
) -> Callable[[InitializationSpec, Snapshot | None], Value | None]:
    """A fact of all schemes, by their texts and by the names that the tab shows."""

    def value(_: InitializationSpec, snapshot: Snapshot | None) -> Value | None:
        if snapshot is None:
            return None
        found = {
            name: read(result) for result in snapshot.results
            for name in (result.scheme.text, result.scheme.label)
        }
        known = {text: number for text, number in found.items() if number is not None}
        return known if len(known) == len(found) else None

    return value


def _pre(result: SchemeResult) -> Floats:
    return result.at(Quantity.PRE).measured


def _gradient(result: SchemeResult) -> Floats:
    return result.at(Quantity.GRADIENT).measured


def _hidden(values: Floats) -> Floats:
    """Layers whose activation is no output."""
    return values[:-1] if len(values) > 1 else values


def _post(statistic: Statistic) -> Callable[[SchemeResult], Floats]:
    return lambda result: _hidden(result.at(Quantity.POST, statistic).measured)


def _cosine(result: SchemeResult) -> Floats:
    return _hidden(result.cosine.measured)


def _at(series: Callable[[SchemeResult], Floats], place: int) -> _Read:
    return lambda result: float(series(result)[place])


def _ratio(series: Callable[[SchemeResult], Floats], *, backwards: bool = False) -> _Read:
    """From where the signal comes in to where it goes out; 1 where nothing is lost or won."""

    def read(result: SchemeResult) -> float | None:
        first, last = (float(series(result)[place]) for place in (0, -1))
        if backwards:
            first, last = last, first
        return last / first if first else None

    return read


def _curve(series: Callable[[SchemeResult], Floats]) -> Callable[[Any, Any], Points | None]:
    def points(_: InitializationSpec, snapshot: Snapshot | None) -> Points | None:
        if snapshot is None:
            return None
        values = series(snapshot.results[0])
        is_known = np.isfinite(values)
        layers = np.arange(1.0, len(values) + 1)
        return layers[is_known], values[is_known]

    return points


def _fan_in(spec: InitializationSpec, _: object) -> int:
    return spec.probe.layer_widths[0]


def _gain(spec: InitializationSpec, _: object) -> float:
    n_in, n_out = spec.probe.layer_widths[:2]
    return n_in * spec.probe.scheme_list[0].variance(n_in, n_out)


def _sigma(spec: InitializationSpec, _: object) -> float:
    n_in, n_out = spec.probe.layer_widths[:2]
    return float(spec.probe.scheme_list[0].variance(n_in, n_out) ** 0.5)


def _share(kind: str) -> Callable[[InitializationSpec, object], float]:
    """For z ~ N(0, 1): E[f(z)²], E[f(z)] or Var f(z)."""

    def value(spec: InitializationSpec, _: object) -> float:
        found = moments(spec.probe.activation, np.ones(1))
        mean, square = float(found.mean[0]), float(found.second[0])
        return {"square": square, "mean": mean, "variance": square - mean**2}[kind]

    return value


_UNIT = _post(Statistic.UNIT_VARIANCE)

TEACHING = Teaching(
    facts=(
        Fact("n_in", "Inputs of layer 1.", _fan_in, 256),
        Fact("layers", "Layers with weights.", lambda s, _: len(s.probe.layer_widths) - 1, 20),
        Fact("gain", "n_in·σ² of the first scheme in layer 1.", _gain),
        Fact("sigma", "σ of the first scheme in layer 1.", _sigma),
        Fact("share_square", "E[f(z)²] for z ~ N(0, 1).", _share("square")),
        Fact("share_mean", "E[f(z)] for z ~ N(0, 1).", _share("mean")),
        Fact("share_variance", "Var f(z) for z ~ N(0, 1).", _share("variance")),
        Fact("pre_first", "E[z²] in layer 1, first scheme.", _of_first(_at(_pre, 0))),
        Fact("pre_last", "E[z²] in the last layer, first scheme.", _of_first(_at(_pre, -1))),
        Fact("pre_ratio", "E[z²] in the last layer over that in the first.",
             _of_first(_ratio(_pre))),
        Fact("post_square", "E[a²] in layer 1.", _of_first(_at(_post(Statistic.MEAN_SQUARE), 0))),
        Fact("post_variance", "Var a in layer 1, over all units and inputs.",
             _of_first(_at(_post(Statistic.VARIANCE), 0))),
        Fact("unit_first", "Variance of a unit over the batch, layer 1.", _of_first(_at(_UNIT, 0))),
        Fact("unit_last", "Variance of a unit over the batch, last hidden layer.",
             _of_first(_at(_UNIT, -1))),
        Fact("cosine_first", "Mean cosine of two inputs in layer 1.", _of_first(_at(_cosine, 0))),
        Fact("cosine_last", "Mean cosine of two inputs in the last hidden layer.",
             _of_first(_at(_cosine, -1))),
        Fact("gradient_first", "E[(∂L/∂z)²] in layer 1.", _of_first(_at(_gradient, 0))),
        Fact("gradient_ratio", "E[(∂L/∂z)²] in layer 1 over that in the last layer.",
             _of_first(_ratio(_gradient, backwards=True))),
        Fact("loss", "The loss before training, first scheme.", _of_first(lambda r: r.loss), 2.3),
        Fact("forward", "What becomes of the signal, in words.",
             _of_first(lambda r: r.forward.words), "holds"),
        Fact("backward", "What becomes of the gradient, in words.",
             _of_first(lambda r: r.backward.words), "holds"),
        Fact("forward_kind", "holds, vanishes, explodes or overflows.",
             _of_first(lambda r: r.forward.kind), "holds"),
        Fact("backward_kind", "holds, vanishes, explodes or overflows.",
             _of_first(lambda r: r.backward.kind), "holds"),
        Fact("pre_by_scheme", "E[z²] in the last layer, by scheme.",
             _by_scheme(lambda r: float(_pre(r)[-1])), {"2/n_in": 1.0, "1/n_in": 0.1}),
        Fact("gradient_by_scheme", "E[(∂L/∂z)²] in layer 1, by scheme.",
             _by_scheme(lambda r: float(_gradient(r)[0])), {"2/n_in": 1.0, "1/n_in": 0.1}),
        Fact("loss_by_scheme", "The loss before training, by scheme.",
             _by_scheme(lambda r: r.loss), {"2/n_in": 2.5, "1/n_in": 2.3}),
    ),
    curves=(
        Curve("pre", "E[z²] through depth, first scheme.", _curve(_pre), "layer", "E[z²]", "log"),
        Curve("gradient", "E[(∂L/∂z)²] through depth, first scheme.", _curve(_gradient), "layer",
              "E[(∂L/∂z)²]", "log"),
        Curve("unit_variance", "Variance of a unit over the batch, first scheme.", _curve(_UNIT),
              "layer", "variance of a unit over the batch"),
        Curve("cosine", "Mean cosine of two inputs, first scheme.", _curve(_cosine), "layer",
              "mean cosine of two inputs"),
    ),
)  # fmt: skip
