"""What lessons can say of the Backprop tab: the numbers of one pass, and which step to walk to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.backprop.building import build_network
from engine.backprop.chain import explain
from engine.backprop.check import CheckResult
from engine.backprop.network import Network
from engine.backprop.spec import CLASSES, INPUTS, BackpropSpec
from engine.backprop.tab_spec import BackpropTabSpec, Scene
from engine.backprop.trace import Stepper
from engine.backprop.training import Evaluation
from engine.data.catalogue import find_dataset
from engine.errors import SpecError
from engine.lessons.teaching import Command, Curve, Fact, Points, Teaching, Value
from engine.words import say

PLAY_UNTIL = "play until epoch"


@dataclass(frozen=True, eq=False)
class BackpropResults:
    """The sample that is walked through, x (784,) and y (10,) one-hot, and the network for it.

    Beside them the training, if there is one: its evaluations so far, and how far it is, in epochs;
    and what the gradient check has found of this very pass, if it was asked: where the groups
    stand, and the ε at the bottom of the V.
    """

    network: Network
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    evaluations: tuple[Evaluation, ...] = ()
    epoch: float = 0.0
    check: CheckResult | None = None
    best_epsilon: float | None = None


_Read = Callable[[BackpropTabSpec, Stepper, BackpropResults], Value | None]


def _walked(read: _Read) -> Callable[[BackpropTabSpec, BackpropResults | None], Value | None]:
    """A fact of the pass with all its steps done."""

    def value(spec: BackpropTabSpec, results: BackpropResults | None) -> Value | None:
        if results is None:
            return None
        rate = spec.backprop.learning_rate
        stepper = Stepper(results.network, results.x, results.y, rate)
        stepper.jump(len(stepper.steps))
        return read(spec, stepper, results)

    return value


def _array(stepper: Stepper, name: str) -> NDArray[np.float64]:
    array = stepper.array(name)
    assert array is not None
    return array


def _label(results: BackpropResults) -> int:
    return int(results.y.argmax())


def _last(stepper: Stepper) -> int:
    return stepper.network.last


def _norm(name: str) -> _Read:
    """The root mean square of an array of layer 1, or of the last one."""

    def read(_: BackpropTabSpec, stepper: Stepper, __: BackpropResults) -> float:
        array = _array(stepper, name.replace("L", str(_last(stepper))))
        return float(np.sqrt(np.mean(array**2)))

    return read


def _evaluated(
    read: Callable[[Evaluation], float], place: int = -1
) -> Callable[[BackpropTabSpec, BackpropResults | None], float | None]:
    """A number of the training's first or last evaluation."""

    def value(_: BackpropTabSpec, results: BackpropResults | None) -> float | None:
        if results is None or not results.evaluations:
            return None
        return read(results.evaluations[place])

    return value


def _evaluation_curve(
    read: Callable[[Evaluation], float],
) -> Callable[[BackpropTabSpec, BackpropResults | None], Points | None]:
    def points(_: BackpropTabSpec, results: BackpropResults | None) -> Points | None:
        if results is None or not results.evaluations:
            return None
        epochs = np.array([e.epoch for e in results.evaluations], dtype=np.float64)
        return epochs, np.array([read(e) for e in results.evaluations])

    return points


def _parameters(spec: BackpropTabSpec, _: object) -> int:
    sizes = spec.backprop.sizes
    return sum((a + 1) * b for a, b in pairwise(sizes))


def _output_sign(is_true_class: bool) -> _Read:
    def read(_: BackpropTabSpec, stepper: Stepper, results: BackpropResults) -> float:
        delta = _array(stepper, f"delta{_last(stepper)}")
        label = _label(results)
        return float(delta[label] if is_true_class else delta[(label + 1) % CLASSES])

    return read


def _black_pixels(_: BackpropTabSpec, results: BackpropResults | None) -> int | None:
    return None if results is None else int((results.x == 0).sum())


def _winner(_: BackpropTabSpec, stepper: Stepper, __: BackpropResults) -> str:
    return str(int(_array(stepper, "p").argmax()))


def _winner_class(spec: BackpropTabSpec, stepper: Stepper, _: object) -> str:
    """The winner's name in the data set."""
    return find_dataset(spec.backprop.data.value).class_names[int(_array(stepper, "p").argmax())]


def _chosen_gradient(
    spec: BackpropTabSpec, results: BackpropResults | None
) -> float | None:
    """∂L/∂ of the number that is chosen; None where none is, or another network's."""
    if results is None or spec.chosen is None:
        return None
    try:
        rate = spec.backprop.learning_rate
        return explain(results.network, results.x, results.y, spec.chosen, rate).gradient
    except SpecError:
        return None


def _chosen_size(spec: BackpropTabSpec, results: BackpropResults | None) -> float | None:
    gradient = _chosen_gradient(spec, results)
    return None if gradient is None else abs(gradient)


def _read_epoch(text: str) -> float:
    try:
        epoch = float(text)
    except ValueError:
        epoch = 0.0
    if not 0 < epoch <= 100:
        raise ValueError(say("say up to which epoch, e.g. play until epoch 3."))
    return epoch


# --- steps ----------------------------------------------------------------------------------------


@lru_cache(maxsize=32)
def step_keys(spec: BackpropSpec) -> tuple[str, ...]:
    """The keys of a pass's steps in order; they depend on sizes and bug, not on the numbers."""
    network, _ = build_network(spec)
    x, y = np.zeros(INPUTS), np.zeros(CLASSES)
    y[0] = 1.0
    return tuple(step.key for step in Stepper(network, x, y, spec.learning_rate).steps)


def _step_now(spec: BackpropTabSpec, _: object) -> str:
    keys = step_keys(spec.backprop)
    done = min(spec.step, len(keys))
    return keys[done - 1] if done else "start"


def _read_step(text: str) -> str:
    if not text:
        raise ValueError(say("say which step, e.g. step to delta2, or step to end."))
    return text.replace("δ", "delta")


def _stepped(spec: BackpropTabSpec, key: str) -> BackpropTabSpec:
    keys = step_keys(spec.backprop)
    if key == "end":
        return spec.replaced(scene=Scene.STEPS, step=len(keys))
    if key not in keys:
        raise SpecError(
            say("This pass has no step “{key}”; it has {known}.", key=key, known=", ".join(keys)),
            "step",
        )
    return spec.replaced(scene=Scene.STEPS, step=keys.index(key) + 1)


def _fact(name: str, help: str, read: _Read, sample: Any = 0.5) -> Fact:
    return Fact(name, help, _walked(read), sample)


TEACHING = Teaching(
    facts=(
        Fact("parameters", "Weights and biases.", _parameters, 26_506),
        Fact("steps", "Steps of the pass.", lambda s, _: len(step_keys(s.backprop)), 17),
        Fact("step_now", "The key of the step done last.", _step_now, "delta2"),
        Fact("black_pixels", "Inputs that are exactly 0.", _black_pixels, 600),
        Fact("label", "The true class.", lambda _, r: None if r is None else str(_label(r)), "7"),
        Fact("epoch", "How far the training is, in epochs.",
             lambda _, r: None if r is None else r.epoch),
        Fact("test_accuracy", "Share of test images that are right.",
             _evaluated(lambda e: e.accuracy)),
        Fact("test_percent", "Test accuracy in per cent.",
             _evaluated(lambda e: 100 * e.accuracy), 92.0),
        Fact("first_percent", "Test accuracy before training, in per cent.",
             _evaluated(lambda e: 100 * e.accuracy, 0), 10.0),
        Fact("test_loss", "Mean cross-entropy on the test images.",
             _evaluated(lambda e: e.test_loss)),
        Fact("best_epsilon", "The ε whose difference quotient comes nearest to the gradient.",
             lambda _, r: None if r is None else r.best_epsilon, 1e-5),
        _fact("winner", "The class with the largest probability.", _winner, "3"),
        _fact("winner_class", "The name of that class.", _winner_class, "3"),
        Fact("chosen_gradient", "∂L/∂ of the number that is chosen.", _chosen_gradient),
        Fact("chosen_size", "The size of that gradient.", _chosen_size),
        _fact("loss", "−log p of the true class.", lambda _, s, __: s.loss),
        _fact("p_true", "The probability of the true class.",
              lambda _, s, r: float(_array(s, "p")[_label(r)])),
        _fact("delta_true", "δ at the output of the true class, p − 1.", _output_sign(True)),
        _fact("delta_other", "δ at the output of another class, p.", _output_sign(False)),
        _fact("rms_delta1", "Root mean square of δ in layer 1.", _norm("delta1")),
        _fact("rms_delta_last", "Root mean square of δ in the last layer.", _norm("deltaL")),
        _fact("rms_gradient1", "Root mean square of ∂L/∂W in layer 1.", _norm("grad_W1")),
        _fact("zero_gradients1", "Entries of ∂L/∂W¹ that are exactly 0.",
              lambda _, s, __: int((_array(s, "grad_W1") == 0).sum()), 20_000),
    ),
    curves=(
        Curve("test_accuracy", "Accuracy on the test images.",
              _evaluation_curve(lambda e: e.accuracy), "epoch", "test accuracy"),
        Curve("test_loss", "Loss on the test images.",
              _evaluation_curve(lambda e: e.test_loss), "epoch", "test loss"),
    ),
    commands=(
        Command(PLAY_UNTIL, "Train until that epoch, then rest.", _read_epoch,
                press="play", reached=lambda epoch: f"epoch >= {epoch:g}",
                bound_to=("backprop",)),
        Command("step to", "Walk until that step is done: z1, a1, …, loss, delta3, grad3, …, "
                "update, or end.", _read_step, press="step", finish=_stepped),
    ),
)  # fmt: skip
