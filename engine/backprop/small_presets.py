"""Networks for paper that are worth an exercise."""

from __future__ import annotations

from dataclasses import dataclass

from engine.backprop.small_spec import SmallActivation, SmallLoss, SmallSpec


@dataclass(frozen=True)
class SmallPreset:
    """A named exercise, and what it shows."""

    key: str
    label: str
    watch: str
    spec: SmallSpec


SMALL_PRESETS: dict[str, SmallPreset] = {
    preset.key: preset
    for preset in (
        SmallPreset(
            "sigmoid_softmax", "2-2-2, sigmoid and softmax",
            "The homework's network in small: δ at the output is p − y, without any slope.",
            SmallSpec(),
        ),
        SmallPreset(
            "relu_fractions", "2-2-1, ReLU, fractions only",
            "Everything stays a fraction: one unit is off, and its weights get no gradient.",
            SmallSpec(
                sizes=(2, 2, 1), activation=SmallActivation.RELU, loss=SmallLoss.SQUARED_ERROR,
                weights=((("1/2", "-1"), ("1/3", "1/2")), (("2/3",), ("-1/4",))),
                biases=(("1/6", "0"), ("1/4",)), inputs=("1", "1/2"), targets=("1",),
                learning_rate="1/10",
            ),
        ),
        SmallPreset(
            "squared_sigmoid", "2-2-2, sigmoid to the end",
            "Squared error behind a sigmoid: here δ at the output has a slope, and it slows "
            "learning where the output is far off and flat.",
            SmallSpec(loss=SmallLoss.SIGMOID_SQUARED_ERROR, targets=("0.01", "0.99")),
        ),
        SmallPreset(
            "one_neuron", "1-1, one weight",
            "The smallest network there is: one weight, one bias, one slope.",
            SmallSpec(
                sizes=(1, 1), loss=SmallLoss.SIGMOID_SQUARED_ERROR, weights=((("2",),),),
                biases=(("-1",),), inputs=("1/2",), targets=("1",),
            ),
        ),
        SmallPreset(
            "linear_chain", "1-1-1-1, linear chain",
            "Three weights in a row: each gradient is the product of the others.",
            SmallSpec(
                sizes=(1, 1, 1, 1), activation=SmallActivation.LINEAR,
                loss=SmallLoss.SQUARED_ERROR, weights=((("2",),), (("-1/2",),), (("3",),)),
                biases=(("0",), ("0",), ("0",)), inputs=("1",), targets=("0",),
                learning_rate="1/100",
            ),
        ),
        SmallPreset(
            "equal_logits", "2-2-3, softmax of equals",
            "All last weights are 0, so every class gets 1/3, and no error passes to layer 1.",
            SmallSpec(
                sizes=(2, 2, 3), activation=SmallActivation.TANH,
                weights=((("1", "-1"), ("1/2", "2")), (("0", "0", "0"), ("0", "0", "0"))),
                biases=(("0", "0"), ("0", "0", "0")), inputs=("1", "1"), targets=("0", "1", "0"),
            ),
        ),
    )
}
