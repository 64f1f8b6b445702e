"""The network of a weights file in plain Python: what anyone would write to check Chalknet."""

from __future__ import annotations

import math
from typing import Any


def evaluate(network: dict[str, Any], inputs: list[float]) -> list[float]:
    """Matrix products and activations, one number at a time."""

    def u(z: float) -> float:
        return 1.0 if z > 0 else network["u0"] if z == 0 else 0.0

    activations = {
        "step": u,
        "sigmoid": lambda z: 1 / (1 + math.exp(-z)) if z > -700 else 0.0,
        "relu": lambda z: max(z, 0.0),
        "tanh": math.tanh,
        "linear": lambda z: z,
    }
    values = inputs
    for layer in network["layers"]:
        values = [
            activations[layer["activation"]](
                sum(w * v for w, v in zip(row, values, strict=True)) + bias
            )
            for row, bias in zip(layer["weight"], layer["bias"], strict=True)
        ]
    return values
