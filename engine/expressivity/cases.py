"""The case table of homework 1a: what both neurons of a box give, left of it, in it, at its edges.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.expressivity.building import box_network
from engine.expressivity.spec import BoxSpec
from engine.spec import Choice


class Place(Choice):
    """Where x lies, a being the left edge and b = a + δ the right one."""

    LEFT = "left", "x < a"
    LEFT_EDGE = "left_edge", "x = a"
    INSIDE = "inside", "a < x < b"
    RIGHT_EDGE = "right_edge", "x = b"
    RIGHT = "right", "x > b"


@dataclass(frozen=True)
class BoxCase:
    """One row: an x of the case, both activations, what they add to the output, and the output."""

    place: Place
    x: float
    activations: tuple[float, float]
    contributions: tuple[float, float]
    output: float


def box_cases(spec: BoxSpec) -> list[BoxCase]:
    """The five rows from left to right, computed by the network itself."""
    network = box_network(spec)
    left, right = network.positions()
    margin = spec.width / 2
    x = np.array([left - margin, left, left + margin, right, right + margin])
    activations, outputs = network.hidden(x), network(x)
    return [
        BoxCase(
            place, float(at), (float(first), float(second)),
            (float(network.output_weight[0] * first), float(network.output_weight[1] * second)),
            float(output),
        )
        for place, at, (first, second), output in zip(Place, x, activations, outputs, strict=True)
    ]  # fmt: skip
