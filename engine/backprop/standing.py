"""What can be predicted in the Backprop tab at any time."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from engine.backprop.formulas import raised
from engine.backprop.tab_spec import BackpropTabSpec, Chosen, Part, Scene
from engine.backprop.teaching import BackpropResults
from engine.data.catalogue import find_dataset
from engine.lessons.standing import Standing, choice, number, sign, sketch
from engine.words import say

SIDE = 28


def standing(spec: BackpropTabSpec, results: BackpropResults | None) -> tuple[Standing, ...]:
    """A gradient's sign and size, the loss and the winner of this sample, and the training."""
    names = find_dataset(spec.backprop.data.value).class_names
    at = {"scene": Scene.STEPS}
    picture = None if results is None else picture_of(results.x)
    label = "" if results is None else names[int(results.y.argmax())]
    found = [
        Standing(
            say("What the network says"),
            choice(say("Which class gets the largest probability?"), "winner_class", names),
            at, picture=picture,
        ),
        Standing(
            say("The loss of this sample"),
            number(
                say("This is a {label}. How large is the loss, −ln p of the true class?",
                    label=label) if label
                else say("How large is the loss, −ln p of the true class?"),
                "loss",
            ),
            at, picture=picture,
        ),
    ]
    found += _gradients(spec.chosen, at)
    epochs = spec.backprop.epochs
    found.append(Standing(
        say("The test accuracy"),
        sketch(
            say("Sketch the share of right test images over {epochs} epochs.", epochs=epochs),
            "test_accuracy", (0.0, float(epochs)), (0.0, 1.0),
            (say("epoch"), say("test accuracy")),
        ),
        {"scene": Scene.TRAINING}, is_over=f"epoch >= {epochs}",
    ))
    return tuple(found)


def _gradients(chosen: Chosen | None, at: Mapping[str, object]) -> list[Standing]:
    """The sign and size of ∂L/∂ the chosen number, or else of δ at the true class."""
    if chosen is None:
        name, of, size = say("∂L/∂z at the logit of the true class"), "delta_true", ""
    else:
        name, of, size = f"∂L/∂{name_of(chosen)}", "chosen_gradient", "chosen_size"
    found = [Standing(
        say("The sign of a gradient"),
        sign(say("What sign has {name}?", name=name), of), at,
    )]
    if size:
        found.append(Standing(
            say("The size of a gradient"),
            number(say("How large is {name}, without its sign? The order of magnitude counts.",
                       name=name), size),
            at,
        ))
    return found


def name_of(chosen: Chosen) -> str:
    """The number that is chosen, as on the board: W³[9, 2]."""
    k = raised(chosen.layer)
    return {
        Part.WEIGHT: f"W{k}[{chosen.row}, {chosen.column}]", Part.BIAS: f"b{k}[{chosen.column}]",
        Part.UNIT: f"z{k}[{chosen.column}]", Part.INPUT: f"x[{chosen.column}]",
    }[chosen.part]


def picture_of(x: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Inputs (784,) in 0…1 as the image (28, 28) that they are from."""
    levels = np.round(255 * np.clip(x, 0.0, 1.0)).astype(np.uint8)
    return levels.reshape(SIDE, SIDE)
