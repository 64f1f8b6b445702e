"""What is noteworthy in a pass or in its proof: each hint with its reason and its remedy."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from engine.backprop.check import DECISIVE, Verdict
from engine.backprop.network import Network
from engine.backprop.spec import Activation, Initialization
from engine.backprop.tab_spec import BackpropTabSpec, Part, Scene
from engine.backprop.teaching import BackpropResults
from engine.backprop.trace import Stepper
from engine.lessons.facts import Facts
from engine.lessons.hints import Hint, Numbers, number
from engine.words import later, say

#: An error that comes back so much smaller teaches the first layer next to nothing.
VANISHED = 1e-3
#: From this share of units that are off, or flat, on a layer is in trouble.
MOST = 0.5
#: Below this slope, a quarter of a sigmoid's largest, a unit is flat.
FLAT_SLOPE = 0.0625
#: A loss that has risen by so much, rather than fallen, had too large a rate.
RISEN = 1.5
_Find = Callable[[BackpropTabSpec, Facts], Numbers | None]


def _results(facts: Facts) -> BackpropResults | None:
    return facts.results if isinstance(facts.results, BackpropResults) else None


def _check_fails(_: BackpropTabSpec, facts: Facts) -> Numbers | None:
    results = _results(facts)
    check = results.check if results is not None else None
    if check is None or not check.failed:
        return None
    wrong = [group.name for group in check.groups if group.verdict is Verdict.FAILED]
    return {"wrong": ", ".join(wrong), "worst": check.worst.name,
            "off": check.worst.relative_error}  # fmt: skip


def _epsilon(spec: BackpropTabSpec, _: Facts) -> Numbers | None:
    low, high = DECISIVE
    if spec.scene is not Scene.PROOF or low <= spec.epsilon <= high:
        return None
    what = say("too large") if spec.epsilon > high else say("too small")
    return {"chosen_epsilon": spec.epsilon, "what": what}


def _diverging(spec: BackpropTabSpec, facts: Facts) -> Numbers | None:
    results = _results(facts)
    if results is None or len(results.evaluations) < 2 or spec.scene is not Scene.TRAINING:
        return None
    first, last = results.evaluations[0].test_loss, results.evaluations[-1].test_loss
    has_risen = not math.isfinite(last) or last > RISEN * first
    rate = spec.backprop.learning_rate
    return {"first": first, "last": last, "rate": rate} if has_risen else None


def _twins(spec: BackpropTabSpec, _: Facts) -> Numbers | None:
    recipe = spec.backprop
    is_here = spec.scene in (Scene.STEPS, Scene.TRAINING)
    if recipe.initialization is not Initialization.ZEROS or not recipe.hidden or not is_here:
        return None
    return {"units": recipe.hidden[0]}


def _passed(results: BackpropResults, rate: float) -> Network:
    """The network after a whole pass of the sample, on a copy of it."""
    stepper = Stepper(results.network, results.x, results.y, rate)
    stepper.jump(len(stepper.steps))
    return stepper.network


def _off(spec: BackpropTabSpec, facts: Facts) -> Numbers | None:
    """ReLUs that are off, or sigmoids and tanhs that are flat, for this one sample."""
    results = _results(facts)
    if results is None or spec.scene is not Scene.STEPS or spec.step == 0:
        return None
    network = _passed(results, spec.backprop.learning_rate)
    shares = []
    for k in network.layers[:-1]:
        a = np.asarray(network.a[k], dtype=np.float64)
        slopes = {
            Activation.RELU: (a > 0).astype(np.float64), Activation.SIGMOID: a * (1 - a),
            Activation.TANH: 1 - a**2,
        }[spec.backprop.activation]
        shares.append((float((slopes < FLAT_SLOPE).mean()), k))
    share, layer = max(shares, default=(0.0, 0))
    return {"share": share, "layer": layer} if share > MOST else None


def _vanishing(spec: BackpropTabSpec, facts: Facts) -> Numbers | None:
    if spec.scene is not Scene.STEPS or len(spec.backprop.hidden) < 2:
        return None
    if not str(facts.value("step_now")).startswith(("delta1", "grad1", "update")):
        return None
    first, last = number(facts, "rms_delta1"), number(facts, "rms_delta_last")
    if not first or not last or first > VANISHED * last:
        return None
    return {"ratio": first / last}


def _black(spec: BackpropTabSpec, facts: Facts) -> Numbers | None:
    if spec.scene is not Scene.STEPS or facts.value("step_now") != "grad1":
        return None
    zero, black = number(facts, "zero_gradients1"), number(facts, "black_pixels")
    if not zero or not black or (spec.chosen is not None and spec.chosen.layer == 1):
        return None
    return {"zero": int(zero), "black": int(black)}


def _recipe(**changes: object) -> Callable[[BackpropTabSpec], BackpropTabSpec]:
    return lambda spec: spec.with_backprop(spec.backprop.replaced(**changes))


def _tenth(spec: BackpropTabSpec) -> BackpropTabSpec:
    rate = max(spec.backprop.learning_rate / 10, 1e-5)
    return spec.with_backprop(spec.backprop.replaced(learning_rate=rate))


def _to_proof(spec: BackpropTabSpec) -> BackpropTabSpec:
    """Where the check is seen; there already, the step by step of it."""
    scene = Scene.STEPS if spec.scene is Scene.PROOF else Scene.PROOF
    return spec.replaced(scene=scene)


def _black_weight(spec: BackpropTabSpec) -> BackpropTabSpec:
    """The weight from the corner pixel, which is black in every image."""
    chosen = {"part": Part.WEIGHT.value, "layer": 1, "row": 0, "column": 0}
    return spec.replaced(chosen=chosen)


HINTS = (
    Hint(
        "backprop/check",
        later("The gradient check fails in {{wrong}}: {{worst}} is off by {{off:.1e}}, relative to "
              "its size."),
        _check_fails,
        later("Move one weight up and down by ε, and the loss tells its slope without any "
              "formula. Right formulas agree with it to ten digits; here a formula, or the loss "
              "that is shown, is wrong."),
        r"\frac{\partial L}{\partial w} \approx "
        r"\frac{L(w + \varepsilon) - L(w - \varepsilon)}{2 \varepsilon}",
        later("The other view of it"), _to_proof, ("4c", "Find the bug"),
    ),
    Hint(
        "backprop/epsilon",
        later("ε = {{chosen_epsilon:.1e}} is {{what}} to judge by: the quotient’s own error is "
              "larger than 10⁻⁶."),
        _epsilon,
        later("The quotient is off by about ε²·L‴/6, which grows with ε, and by rounding of about "
              "10⁻¹⁶·L/ε, which grows as ε falls. Between the two lies the bottom of the V."),
        r"\frac{\varepsilon^2}{6} L''' \quad \mathrm{and} \quad \frac{10^{-16} L}{\varepsilon}",
        later("ε = 10⁻⁵"), lambda spec: spec.replaced(epsilon=1e-5), ("4c", "Is it right?"),
    ),
    Hint(
        "backprop/diverging",
        later("The test loss went from {{first:.3g}} up to {{last:.3g}}: η = {{rate:.2g}} is too "
              "large a step."),
        _diverging,
        later("Each update is η times the slope. Where that is too far, the next slope is larger "
              "still, and the logits are thrown further with every sample."),
        r"W \leftarrow W - \eta \, \nabla W",
        later("A tenth of the rate"), _tenth, ("4d", "Three epochs"),
    ),
    Hint(
        "backprop/twins",
        later("All weights began at 0, so the {{units}} units of layer 1 are twins, and stay so."),
        _twins,
        later("Units with equal weights give equal activations and get equal errors, so every "
              "update keeps them equal: all of them do the work of one."),
        r"\delta_j^k = \delta_i^k \;\Rightarrow\; \nabla W_{\cdot j} = \nabla W_{\cdot i}",
        later("The homework’s weights"),
        _recipe(initialization=Initialization.HOMEWORK.value), ("4a", "Why not zero?"),
    ),
    Hint(
        "backprop/vanishing",
        later("The error arrives at layer 1 with {{ratio:.1e}} of its size at the output."),
        _vanishing,
        later("On its way back it is multiplied with weights and slopes; a sigmoid’s slope is at "
              "most ¼. ReLU passes it on undamped where it is on."),
        r"\delta^k = (W^{k+1} \delta^{k+1}) \odot f'(z^k)",
        later("ReLU with He’s weights"),
        _recipe(activation=Activation.RELU.value, initialization=Initialization.HE.value),
        ("4d", "A better slope"),
    ),
    Hint(
        "backprop/flat",
        later("{{share:.0%}} of the units of layer {{layer}} are flat for this sample: their slope "
              "f′(z) is next to 0, and so is what they learn from it."),
        _off,
        later("A ReLU that is off has slope 0, a saturated sigmoid or tanh hardly any. The slope "
              "is a factor of δ, and of every gradient of that unit."),
        r"\delta^k = (W^{k+1} \delta^{k+1}) \odot f'(z^k)",
        later("The homework’s weights and sigmoid"),
        _recipe(activation=Activation.SIGMOID.value,
                initialization=Initialization.HOMEWORK.value),
        ("4c", "One layer back"),
    ),
    Hint(
        "backprop/black",
        later("{{zero:,}} entries of ∇W¹ are exactly 0, because {{black}} pixels are black; that "
              "is no bug."),
        _black,
        later("A weight’s gradient is its input times δ. Where the input is 0, the weight had no "
              "part in the output, and this sample does not move it."),
        r"\frac{\partial L}{\partial W_{ij}^1} = x_i \, \delta_j^1 = 0",
        later("The chain of such a weight"), _black_weight,
        ("4c", "A gradient is an outer product"),
    ),
)
