"""Recipes worth starting from, each with a sentence on what to watch."""

from __future__ import annotations

from dataclasses import dataclass

from engine.backprop.spec import Activation, BackpropSpec, Bug, Data, Initialization
from engine.presets import chosen_preset


@dataclass(frozen=True)
class Preset:
    """A named recipe. `is_mistake` marks those that go wrong on purpose."""

    key: str
    label: str
    watch: str
    spec: BackpropSpec
    is_mistake: bool = False


PRESETS: dict[str, Preset] = {
    preset.key: preset
    for preset in (
        Preset(
            "homework",
            "Homework, part 4",
            "About 10 % before training, above 92 % after three epochs: one sample at a time, "
            "every gradient by hand, reproducible to the last test image.",
            BackpropSpec(),
        ),
        Preset(
            "mini_batch",
            "Mini-batches of 32",
            "The same network, the mean gradient of 32 samples and a rate to match: a smoother "
            "loss, and many more images a second.",
            BackpropSpec(batch_size=32, learning_rate=0.1),
        ),
        Preset(
            "relu",
            "ReLU with He",
            "Slope 1 instead of at most ¼: the error reaches the first layer undamped, and one "
            "epoch does more than three did with the sigmoid.",
            BackpropSpec(
                activation=Activation.RELU, initialization=Initialization.HE, learning_rate=0.01
            ),
        ),
        Preset(
            "softmax_regression",
            "No hidden layer",
            "784-10: δ = p − y is all there is, and the weight images are blurred digits.",
            BackpropSpec(hidden=(), learning_rate=0.01),
        ),
        Preset(
            "fashion",
            "FashionMNIST",
            "The homework's network on clothes: the same code, a harder problem.",
            BackpropSpec(data=Data.FASHION_MNIST, learning_rate=0.01),
        ),
        Preset(
            "missing_slope",
            "Forgotten σ′",
            "It learns all the same, to 84 % instead of 93 %, which is why this mistake survives: "
            "only the gradient check tells that it is not gradient descent.",
            BackpropSpec(bug=Bug.MISSING_SLOPE),
            is_mistake=True,
        ),
        Preset(
            "all_zero",
            "All weights zero",
            "All units of a layer get the same error, so they stay twins for ever: 32 units do the "
            "work of one, and two of three digits stay wrong.",
            BackpropSpec(initialization=Initialization.ZEROS, learning_rate=0.03),
            is_mistake=True,
        ),
        Preset(
            "rate_too_large",
            "Learning rate 1000",
            "The first step throws the logits by thousands; the run ends with one sentence, and "
            "its history stands.",
            BackpropSpec(learning_rate=1000.0),
            is_mistake=True,
        ),
    )
}


def find_preset(key: str) -> Preset:
    """The preset `key`; raises `SpecError` with the known ones otherwise."""
    return chosen_preset(PRESETS, key)


def matching_preset(spec: BackpropSpec) -> Preset | None:
    """The preset that a recipe is; changes in mid-run, seed and evaluations aside."""
    plain = spec.replaced(
        changes=(), seed=BackpropSpec().seed, evaluation_interval=BackpropSpec().evaluation_interval
    )
    return next((preset for preset in PRESETS.values() if preset.spec == plain), None)
