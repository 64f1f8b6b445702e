"""What is noteworthy in a training run: each hint with its condition, its reason, its remedy."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from engine.lessons.facts import Facts
from engine.lessons.hints import Hint, Numbers, number
from engine.training.events import Diverged
from engine.training.recipe import Activation, Initialization, Output, Schedule
from engine.training.tab_spec import Page, Statistic, TrainingSpec
from engine.training.teaching import TrainingResults
from engine.words import later

if TYPE_CHECKING:  # it imports torch, and who looked inside has done so already
    from engine.training.inspection import LayerReport

    Layers = tuple[LayerReport, ...]

GUESSING = math.log(10)
#: So near to guessing nothing has been learned.
NEAR_GUESSING = 0.02
#: A batch that costs more than this has been thrown, not guessed.
THROWN = 5.0
#: From this share of dead units on a layer is in trouble.
DEAD = 0.5
#: Ratios of the gradients of the first and the last layer that are no accident.
VANISHED, EXPLODED = 1e-4, 1e4
#: tanh beyond this root mean square is flat; updates below this share of the weights are none.
SATURATED, SLOW = 0.95, 1e-5
_Of = Callable[[TrainingSpec, TrainingResults], Numbers | None]


def _of_run(find: _Of) -> Callable[[TrainingSpec, Facts], Numbers | None]:
    """A condition on a run that is there."""

    def found(spec: TrainingSpec, facts: Facts) -> Numbers | None:
        results = facts.results
        return find(spec, results) if isinstance(results, TrainingResults) else None

    return found


def _diverged(_: TrainingSpec, results: TrainingResults) -> Numbers | None:
    history = results.history
    if not isinstance(history.ending, Diverged) or not history.learning_rates:
        return None
    return {"at": history.epoch, "rate": history.learning_rates[-1]}


def _thrown(spec: TrainingSpec, facts: Facts) -> Numbers | None:
    epoch, loss = number(facts, "epoch"), number(facts, "train_loss")
    largest = number(facts, "largest_step_loss")
    if epoch is None or loss is None or largest is None or epoch < 0.25:
        return None
    is_guessing = abs(loss - GUESSING) < NEAR_GUESSING and largest > THROWN
    return {"largest": largest, "now": loss, "rate": spec.recipe.learning_rate} \
        if is_guessing else None


def _zeros(spec: TrainingSpec, facts: Facts) -> Numbers | None:
    epoch, accuracy = number(facts, "epoch"), number(facts, "train_accuracy")
    if spec.recipe.initialization is not Initialization.ZEROS or not epoch or accuracy is None:
        return None
    return {"right": accuracy} if accuracy < 0.2 and epoch >= 0.25 else None


def _softmax(spec: TrainingSpec, facts: Facts) -> Numbers | None:
    loss = number(facts, "train_loss")
    if spec.recipe.output is not Output.SOFTMAX or loss is None:
        return None
    return {"now": loss, "floor": -math.log(math.e / (math.e + 9))}


def _dead(_: TrainingSpec, layers: Layers) -> Numbers | None:
    shares = [(layer.dead_share, k) for k, layer in enumerate(layers, 1)
              if layer.dead_share is not None]
    worst = max(shares, default=(0.0, 0))
    return {"share": worst[0], "layer": worst[1]} if worst[0] >= DEAD else None


def _ratio(layers: Layers) -> float | None:
    first, last = layers[0].gradient_rms, layers[-1].gradient_rms
    known = len(layers) > 2 and math.isfinite(first) and math.isfinite(last) and last > 0
    return first / last if known else None


def _vanishing(_: TrainingSpec, layers: Layers) -> Numbers | None:
    ratio = _ratio(layers)
    return {"ratio": ratio, "count": len(layers)} if ratio and ratio < VANISHED else None


def _exploding(_: TrainingSpec, layers: Layers) -> Numbers | None:
    ratio = _ratio(layers)
    return {"ratio": ratio, "count": len(layers)} if ratio and ratio > EXPLODED else None


def _saturated(spec: TrainingSpec, layers: Layers) -> Numbers | None:
    if spec.recipe.activation is not Activation.TANH:
        return None
    sizes = [(layer.activation_rms, k) for k, layer in enumerate(layers[:-1], 1)]
    size, layer = max(sizes, default=(0.0, 0))
    return {"size": size, "layer": layer, "slope": 1 - size**2} if size > SATURATED else None


def _slow(spec: TrainingSpec, layers: Layers) -> Numbers | None:
    ratios = sorted(layer.update_ratio for layer in layers)
    middle = ratios[len(ratios) // 2]
    is_constant = spec.recipe.schedule is Schedule.CONSTANT
    return {"ratio": middle} if is_constant and 0 < middle < SLOW else None


def _inside(
    find: Callable[[TrainingSpec, Layers], Numbers | None],
) -> Callable[[TrainingSpec, Facts], Numbers | None]:
    """A condition on the layers as they were last looked at, after the first step."""

    def found(spec: TrainingSpec, results: TrainingResults) -> Numbers | None:
        inspection = results.inspection
        return find(spec, inspection.layers) if inspection is not None and inspection.step else None

    return _of_run(found)


def _overfitting(_: TrainingSpec, facts: Facts) -> Numbers | None:
    best, gap = number(facts, "overfitting_epoch"), number(facts, "loss_gap")
    return None if best is None or gap is None else {"best": best, "gap": gap}


def _recipe(**changes: object) -> Callable[[TrainingSpec], TrainingSpec]:
    return lambda spec: spec.replaced(recipe=spec.recipe.replaced(**changes))


def _slower(spec: TrainingSpec) -> TrainingSpec:
    rate = max(spec.recipe.learning_rate / 10, 1e-6)
    return spec.replaced(recipe=spec.recipe.replaced(learning_rate=rate))


def _faster(spec: TrainingSpec) -> TrainingSpec:
    rate = min(spec.recipe.learning_rate * 10, 10.0)
    return spec.replaced(recipe=spec.recipe.replaced(learning_rate=rate))


def _look_inside(statistic: Statistic) -> Callable[[TrainingSpec], TrainingSpec]:
    return lambda spec: spec.replaced(page=Page.INSIDE, statistic=statistic)


HINTS = (
    Hint(
        "training/diverged",
        later("The run diverged at epoch {{at:.2f}} with the learning rate {{rate:.2g}}: its loss "
              "is no number any more."),
        _of_run(_diverged),
        later("A step is η times the slope. Where η is too large for the curvature, each step "
              "lands further up the other side, until numbers overflow. A tenth of the rate is "
              "a good next try."),
        r"w \leftarrow w - \eta \, \frac{\partial L}{\partial w}",
        later("A tenth of the rate"), _slower, ("break-it", "Learning rate 1"),
    ),
    Hint(
        "training/thrown",
        later("A batch cost {{largest:,.0f}}, and now the loss is {{now:.3f}}, as for guessing: "
              "the rate {{rate:.2g}} threw the weights."),
        _thrown,
        later("Guessing among ten classes costs ln 10 = 2.303. After so large a step most units "
              "are off for every image, get no gradient, and never come back."),
        r"-\log \frac{1}{10} = 2.303",
        later("The homework’s rate"), _recipe(learning_rate=0.001), ("break-it", "Learning rate 1"),
    ),
    Hint(
        "training/zeros",
        later("All weights began at 0, and {{right:.0%}} is right, as by guessing."),
        _zeros,
        later("With all weights 0 every hidden unit gives the same, so all of them get the same "
              "gradient, with ReLU none at all: only the last biases can learn."),
        r"\nabla W^k = (a^{k-1})^T \delta^k = 0",
        later("He’s weights"), _recipe(initialization=Initialization.HE.value),
        ("break-it", "All weights zero"),
    ),
    Hint(
        "training/softmax",
        later("There is a softmax before the cross-entropy, which has its own: the loss, "
              "{{now:.3f}}, cannot fall below {{floor:.3f}}."),
        _softmax,
        later("Probabilities lie between 0 and 1. Even the best ten of them, one 1 and nine 0, "
              "are not far enough apart for a second softmax to be sure."),
        r"-\log \frac{e^1}{e^1 + 9 e^0} = 1.461",
        later("Logits into the loss"), _recipe(output=Output.LOGITS.value),
        ("3a", "Logits, not probabilities"),
    ),
    Hint(
        "training/dead",
        later("{{share:.0%}} of the units of layer {{layer}} are dead: they give exactly 0 for all "
              "of 256 test images."),
        _inside(_dead),
        later("A ReLU that is off has slope 0. A unit that is off for every image gets no "
              "gradient from any, and stays off."),
        r"\frac{\partial L}{\partial w} = \delta \, x, \quad \delta = 0 \;\mathrm{where}\; z < 0",
        later("Dead units by layer"), _look_inside(Statistic.DEAD), ("break-it", "Learning rate 1"),
    ),
    Hint(
        "training/vanishing",
        later("Gradients vanish: ∂L/∂W in layer 1 is {{ratio:.1e}} times that in layer {{count}}."),
        _inside(_vanishing),
        later("On its way back the error is multiplied with every layer’s weights and slopes. "
              "Where that is less than 1 each time, little arrives at the first layer, and it "
              "learns nothing."),
        r"\delta^k = (\delta^{k+1} (W^{k+1})^T) \odot f'(z^k)",
        later("Gradients by layer"), _look_inside(Statistic.GRADIENT),
        ("break-it", "Twenty sigmoid layers"),
    ),
    Hint(
        "training/exploding",
        later("Gradients explode: ∂L/∂W in layer 1 is {{ratio:.1e}} times that in layer "
              "{{count}}."),
        _inside(_exploding),
        later("On its way back the error is multiplied with every layer’s weights and slopes. "
              "Where that is more than 1 each time, the first layer takes steps that throw it."),
        r"\delta^k = (\delta^{k+1} (W^{k+1})^T) \odot f'(z^k)",
        later("Gradients by layer"), _look_inside(Statistic.GRADIENT),
        ("2b", "Gradients take the same road"),
    ),
    Hint(
        "training/saturated",
        later("Layer {{layer}} is saturated: its tanh has a root mean square of {{size:.3f}}, "
              "where the slope is {{slope:.2f}}."),
        _inside(_saturated),
        later("Near ±1 tanh is flat, and its slope, 1 − a², enters every gradient that passes "
              "through it."),
        r"\tanh'(z) = 1 - a^2",
        later("Activations by layer"), _look_inside(Statistic.ACTIVATION),
        ("2b", "The right sigma"),
    ),
    Hint(
        "training/slow",
        later("The weights hardly move: an update is {{ratio:.1e}} of their size, and about 10⁻³ "
              "is healthy."),
        _inside(_slow),
        later("A step changes a weight by η times the slope. With this rate a hundred thousand "
              "steps would be needed to change the weights by as much as they are large."),
        r"\frac{\mathrm{rms}(\Delta w)}{\mathrm{rms}(w)} \approx 10^{-3}",
        later("Ten times the rate"), _faster, ("3a", "Your run"),
    ),
    Hint(
        "training/overfitting",
        later("The held-out loss was lowest at epoch {{best:.3g}} and has risen since; test loss "
              "is {{gap:.3f}} above training loss."),
        _overfitting,
        later("From there on the network learns its training images by heart: the training loss "
              "falls on, and unseen images gain nothing. Dropout makes that harder."),
        r"L_{\mathrm{test}} - L_{\mathrm{train}}",
        later("Dropout 0.3"), _recipe(dropout=0.3), ("3b", "What helps"),
    ),
)
