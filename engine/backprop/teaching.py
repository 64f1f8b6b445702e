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
from engine.backprop.network import Network
from engine.backprop.spec import CLASSES, INPUTS, BackpropSpec
from engine.backprop.tab_spec import BackpropTabSpec, Scene
from engine.backprop.trace import Stepper
from engine.errors import SpecError
from engine.lessons.teaching import Command, Fact, Teaching, Value


@dataclass(frozen=True, eq=False)
class BackpropResults:
    """The sample that is walked through, x (784,) and y (10,) one-hot, and the network for it.

    `test_correct` and `test_total` are those of the last evaluation of a training, or None.
    """

    network: Network
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    test_correct: int | None = None
    test_total: int | None = None


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


def _test_accuracy(_: BackpropTabSpec, results: BackpropResults | None) -> float | None:
    if results is None or results.test_correct is None or not results.test_total:
        return None
    return results.test_correct / results.test_total


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
        raise ValueError("say which step, e.g. step to delta2, or step to end.")
    return text.replace("δ", "delta")


def _stepped(spec: BackpropTabSpec, key: str) -> BackpropTabSpec:
    keys = step_keys(spec.backprop)
    if key == "end":
        return spec.replaced(scene=Scene.STEPS, step=len(keys))
    if key not in keys:
        raise SpecError(f"This pass has no step “{key}”; it has {', '.join(keys)}.", "step")
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
        Fact("test_accuracy", "Share of test images that are right.", _test_accuracy),
        _fact("winner", "The class with the largest probability.", _winner, "3"),
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
    commands=(
        Command("step to", "Walk until that step is done: z1, a1, …, loss, delta3, grad3, …, "
                "update, or end.", _read_step, press="step", finish=_stepped),
    ),
)  # fmt: skip
