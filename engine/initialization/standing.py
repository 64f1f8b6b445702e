"""What can be predicted in the Initialization tab at any time."""

from __future__ import annotations

import math

from engine.initialization.results import Quantity, Statistic
from engine.initialization.tab_spec import InitializationSpec, Scene
from engine.lessons.standing import Standing, number, order, sketch
from engine.words import say

#: Decades up and down for each layer, at least and at most.
DECADES_A_LAYER, FEWEST_DECADES, MOST_DECADES = 0.3, 2, 12


def standing(spec: InitializationSpec, _: object) -> tuple[Standing, ...]:
    """The signal and the gradient through depth, and the order of the schemes."""
    layers = len(spec.probe.layer_widths) - 1
    schemes = tuple(dict.fromkeys(scheme.label for scheme in spec.probe.scheme_list))
    found = []
    look: dict[str, object] = {
        "scene": Scene.LAYERS, "quantity": Quantity.PRE, "statistic": Statistic.MEAN_SQUARE,
        "passed_layers": None,
    }
    decades = math.ceil(DECADES_A_LAYER * layers)
    decades = min(max(decades, FEWEST_DECADES), MOST_DECADES)
    ends = 10.0**-decades, 10.0**decades
    if layers >= 2:
        found.append(Standing(
            say("The signal through depth"),
            sketch(
                say("Sketch the mean square of z from layer 1 to layer {layers}, with {scheme}.",
                    layers=layers, scheme=schemes[0]),
                "pre", (1.0, float(layers)), ends, (say("layer"), "E[z²]"), is_log=True,
            ),
            look,
        ))
    if len(schemes) >= 2:
        found.append(Standing(
            say("The order of the schemes"),
            order(
                say("Order the schemes by the mean square of z in layer {layers}, the largest "
                    "first.", layers=layers),
                "pre_by_scheme", schemes,
            ),
            look,
        ))
    found.append(Standing(
        say("The signal in the last layer"),
        number(
            say("How large is the mean square of z in layer {layers}, with {scheme}? The order of "
                "magnitude counts.", layers=layers, scheme=schemes[0]),
            "pre_last",
        ),
        look,
    ))
    return tuple(found)
