"""What is noteworthy in a probe: each hint with its condition, its reason, its remedy."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.initialization.results import Quantity, SchemeResult, Snapshot, Statistic
from engine.initialization.schemes import SchemeKey
from engine.initialization.spec import Activation, Precision, Scaling
from engine.initialization.tab_spec import InitializationSpec, Scene
from engine.lessons.facts import Facts
from engine.lessons.hints import Hint, Numbers
from engine.words import later

#: From this share on a layer is saturated.
SATURATED = 0.5
#: Inputs whose mean cosine goes from below the first to above the second have become alike.
APART, ALIKE = 0.8, 0.95
#: Activations that leave about half of the mean square, so that the factor 2 holds it.
HALVING = (Activation.RELU, Activation.LEAKY_RELU, Activation.GELU, Activation.SILU)
_Find = Callable[[InitializationSpec, Facts], Numbers | None]
_OfScheme = Callable[[InitializationSpec, SchemeResult], Numbers | None]


def _of_any(find: _OfScheme, unless: Callable[[SchemeResult], bool] | None = None) -> _Find:
    """A condition that holds for one of the schemes; its name is among the numbers.

    Not where `unless` is so of another: who compares schemes on purpose needs no hint.
    """

    def found(spec: InitializationSpec, facts: Facts) -> Numbers | None:
        snapshot = facts.results
        if spec.scene is not Scene.LAYERS or not isinstance(snapshot, Snapshot):
            return None
        if unless is not None and any(unless(result) for result in snapshot.results):
            return None
        for result in snapshot.results:
            numbers = find(spec, result)
            if numbers is not None:
                return {**numbers, "scheme": result.scheme.label}
        return None

    return found


def _overflows(spec: InitializationSpec, result: SchemeResult) -> Numbers | None:
    verdict = result.forward
    if verdict.kind != "overflows" or verdict.layer is None:
        return None
    is_single = spec.probe.precision is Precision.FLOAT32
    return {"layer": verdict.layer, "largest": 3.4e38 if is_single else 1.8e308}


def _direction(kind: str, *, backward: bool = False) -> _OfScheme:
    """What becomes of the signal, or of the gradient where the signal itself holds."""

    def found(_: InitializationSpec, result: SchemeResult) -> Numbers | None:
        verdict = result.backward if backward else result.forward
        if verdict.kind != kind or not np.isfinite(verdict.factor):
            return None
        if backward and result.forward.kind != "holds":
            return None
        return {"factor": verdict.factor, "layers": len(result.fan_in)}

    return found


def _holds(result: SchemeResult) -> bool:
    return result.forward.kind == "holds"


def _holds_backward(result: SchemeResult) -> bool:
    return result.backward.kind == "holds"


def _saturated(_: InitializationSpec, result: SchemeResult) -> Numbers | None:
    layer = int(np.argmax(result.saturated))
    share = float(result.saturated[layer])
    return {"share": share, "at": layer + 1} if share >= SATURATED else None


def _alike(spec: InitializationSpec, result: SchemeResult) -> Numbers | None:
    cosines = result.cosine.measured[:-1]
    if spec.statistic is Statistic.UNIT_VARIANCE or len(cosines) < 2:
        return None
    first, last = float(cosines[0]), float(cosines[-1])
    is_held = result.forward.kind == "holds"
    return {"first": first, "last": last} if is_held and first < APART and last > ALIKE else None


def _raw_pixels(spec: InitializationSpec, result: SchemeResult) -> Numbers | None:
    probe = spec.probe
    if not probe.input.is_pixels or probe.scaling is not Scaling.RAW:
        return None
    return {"square": result.input_mean_square}


def _with_rule(spec: InitializationSpec) -> InitializationSpec:
    """The rule that holds this activation's signal, and with it the one that was there first."""
    rule = SchemeKey.HE if spec.probe.activation in HALVING else SchemeKey.FAN_IN
    others = [text for text in spec.probe.schemes if text != rule.value]
    return spec.with_probe(spec.probe.replaced(schemes=(rule.value, *others[:2])))


def _with_fan_out(spec: InitializationSpec) -> InitializationSpec:
    """The rules of 2d and 2e beside the first scheme."""
    wanted = (SchemeKey.FAN_OUT.value, SchemeKey.XAVIER_NORMAL.value)
    others = [text for text in spec.probe.schemes if text not in wanted]
    return spec.with_probe(spec.probe.replaced(schemes=(*others[:1], *wanted)))


def _probe(**changes: object) -> Callable[[InitializationSpec], InitializationSpec]:
    return lambda spec: spec.with_probe(spec.probe.replaced(**changes))


def _look(
    quantity: Quantity, statistic: Statistic
) -> Callable[[InitializationSpec], InitializationSpec]:
    return lambda spec: spec.replaced(quantity=quantity, statistic=statistic)


HINTS = (
    Hint(
        "initialization/overflow",
        later("{{scheme}}: from layer {{layer}} on the signal is infinite, as numbers end at "
              "{{largest:.1e}}."),
        _of_any(_overflows, _holds),
        later("Every layer multiplies the mean square by n_in·σ² and what the activation leaves "
              "of it. Above 1 that grows like a power, and infinity minus infinity is no number."),
        r"\mathrm{E}[z_l^2] = (n_{in} \, \sigma^2)^{l} \, v^2",
        later("A rule that holds it, beside"), _with_rule, ("break-it", "A misplaced point"),
    ),
    Hint(
        "initialization/explodes",
        later("{{scheme}}: the signal explodes, {{factor:.3g}} times the mean square per layer, "
              "through {{layers}} layers."),
        _of_any(_direction("explodes"), _holds),
        later("n_in·σ² is too large for this activation: each layer adds to the mean square, and "
              "the factors multiply."),
        r"\mathrm{E}[z_l^2] = n_{in} \, \sigma^2 \, \mathrm{E}[a_{l-1}^2]",
        later("A rule that holds it, beside"), _with_rule, ("2b", "A little too large"),
    ),
    Hint(
        "initialization/vanishes",
        later("{{scheme}}: the signal vanishes, {{factor:.3g}} times the mean square per layer, "
              "through {{layers}} layers."),
        _of_any(_direction("vanishes"), _holds),
        later("n_in·σ² is too small for this activation: with ReLU, half of the mean square is "
              "left behind each layer, so it takes 2 and not 1 to hold it."),
        r"n_{in} \, \sigma^2 \cdot \frac{1}{2} = 1 \;\Rightarrow\; \sigma^2 = \frac{2}{n_{in}}",
        later("A rule that holds it, beside"), _with_rule, ("2c", "The factor of two"),
    ),
    Hint(
        "initialization/gradient_vanishes",
        later("{{scheme}}: the signal holds, and the gradient does not: {{factor:.3g}} times its "
              "mean square per layer on the way back."),
        _of_any(_direction("vanishes", backward=True), _holds_backward),
        later("Forwards fan-in counts, backwards fan-out. Where layers narrow, no σ² holds both."),
        r"\mathrm{Var}\left(\frac{\partial L}{\partial x_i}\right) = n_{out} \, \sigma^2 \, g^2",
        later("The rules of 2d and 2e, beside"), _with_fan_out, ("2d", "A narrowing network"),
    ),
    Hint(
        "initialization/gradient_explodes",
        later("{{scheme}}: the signal holds, and the gradient explodes: {{factor:.3g}} times its "
              "mean square per layer on the way back."),
        _of_any(_direction("explodes", backward=True), _holds_backward),
        later("Forwards fan-in counts, backwards fan-out. Where layers widen, no σ² holds both."),
        r"\mathrm{Var}\left(\frac{\partial L}{\partial x_i}\right) = n_{out} \, \sigma^2 \, g^2",
        later("The rules of 2d and 2e, beside"), _with_fan_out, ("2d", "The other rule"),
    ),
    Hint(
        "initialization/saturated",
        later("{{scheme}}: {{share:.0%}} of layer {{at}} is saturated, where the slope is almost "
              "0."),
        _of_any(_saturated),
        later("A z that is too large drives sigmoid and tanh to their ends. There the slope is "
              "next to nothing, and it enters every gradient that passes."),
        r"\tanh'(z) = 1 - \tanh^2(z)",
        later("Histograms of a"), _look(Quantity.POST, Statistic.MEAN_SQUARE),
        ("2b", "A little too large"),
    ),
    Hint(
        "initialization/pixels",
        later("Pixels are not centred: layer 1 sees E[x²] = {{square:.3f}}, and not their "
              "variance."),
        _of_any(_raw_pixels),
        later("2a asks for inputs of mean 0. With a mean, it is the mean square that enters, and "
              "all units of layer 1 see the same brightness."),
        r"\mathrm{E}[z_j^2] = n_{in} \, \sigma^2 \, \mathrm{E}[x^2]",
        later("Mean 0, variance 1"), _probe(scaling=Scaling.NORMALIZED.value),
        ("2a", "Real pixels"),
    ),
    Hint(
        "initialization/alike",
        later("{{scheme}}: the mean square holds, and the inputs become alike: their mean cosine "
              "goes from {{first:.2f}} to {{last:.2f}}."),
        _of_any(_alike),
        later("A mean square over units and inputs does not tell whether inputs can still be told "
              "apart. The variance of a single unit over the batch does, and it falls."),
        r"\frac{1}{nB} \sum_{j, s} (x_{js} - \bar x_j)^2",
        later("The variance of a unit"), _look(Quantity.POST, Statistic.UNIT_VARIANCE),
        ("2c", "Say what you plot"),
    ),
)
