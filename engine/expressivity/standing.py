"""What can be predicted in the Expressivity tab at any time."""

from __future__ import annotations

import numpy as np

from engine.errors import ChalknetError
from engine.expressivity.tab_spec import ExpressivitySpec, Scene
from engine.expressivity.targets import make_target
from engine.expressivity.teaching import COUNTS
from engine.lessons.standing import Standing, number, sketch
from engine.words import say

SAMPLES = 801
#: The sketch of errors reaches from twice the target's span down to this part of it.
DECADES = 3


def standing(spec: ExpressivitySpec, _: object) -> tuple[Standing, ...]:
    """The sum of the boxes, the error against n, and the error with twice as many."""
    function = spec.function
    try:
        _x, y = make_target(function).sampled(SAMPLES)
    except ChalknetError:
        return ()  # while a formula is being typed
    low, high = float(np.min(y)), float(np.max(y))
    span = (high - low) or max(abs(high), 1.0)
    reach, at = function.half_width, {"scene": Scene.FUNCTION}
    return (
        Standing(
            say("The network’s output"),
            sketch(
                say("Sketch what {n:,} pieces make of f.", n=function.pieces), "network",
                (-reach, reach), (low - 0.2 * span, high + 0.2 * span), ("x", "N(x)"),
            ),
            at, given="target", given_label="f",
        ),
        Standing(
            say("The error against n"),
            sketch(
                say("Sketch the largest error against the number of pieces; both axes are "
                    "logarithmic."),
                "error_against_pieces", (float(COUNTS[0]), float(COUNTS[-1])),
                (2 * span * 10.0**-DECADES, 2 * span), (say("pieces n"), say("largest error")),
                is_log=True, is_x_log=True,
            ),
            at,
        ),
        Standing(
            say("Twice as many pieces"),
            number(
                say("The largest error is {{{{sup_error:.3g}}}} with {n:,} pieces. And with twice "
                    "as many?", n=function.pieces),
                "sup_error_doubled",
            ),
            at,
        ),
    )
