"""The weights file: a network as JSON that anyone can evaluate with twenty lines of their own.

    {"layers": [{"weight": [[…]], "bias": […], "activation": "step"}, …], "u0": 0.0, …}

A layer computes activation(weight @ input + bias); the rows of `weight` are its output units. The
activations are step, sigmoid, relu, tanh and linear; `u0` is the step's value at zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from engine.errors import ChalknetError
from engine.files import write_atomically
from engine.formula_words import Floats
from engine.words import say


@dataclass(frozen=True, eq=False)
class Layer:
    """`weight` (units out, units in), `bias` (units out,), and the name of the activation."""

    weight: Floats
    bias: Floats
    activation: str

    def as_builtins(self) -> dict[str, Any]:
        """The layer as plain JSON types."""
        return {
            "weight": self.weight.tolist(),
            "bias": self.bias.tolist(),
            "activation": self.activation,
        }


class _LayerFile(msgspec.Struct):
    weight: list[list[float]]
    bias: list[float]
    activation: str


class _NetworkFile(msgspec.Struct):
    layers: list[_LayerFile]
    u0: float = 0.0
    steepness: float = 1.0


def network_as_builtins(layers: Sequence[Layer], u0: float, **notes: Any) -> dict[str, Any]:
    """The whole file as plain JSON types; `notes` are further keys that no evaluation needs."""
    return {"layers": [layer.as_builtins() for layer in layers], "u0": u0, **notes}


def write_weights(path: Path, network: dict[str, Any]) -> None:
    """Write what `network_as_builtins` gave; raises `ChalknetError` where that is impossible."""
    try:
        write_atomically(path, lambda file: file.write_bytes(msgspec.json.encode(network)))
    except OSError as error:
        raise ChalknetError(
            say("The weights cannot be written to {file} ({why}); name another file.", file=path,
                why=error.strerror)
        ) from error


def read_layers(text: str | bytes) -> tuple[list[Layer], float, float]:
    """The layers of a weights file, its u(0), and the steepness that its weights hold.

    Raises `ChalknetError` where the text is no such file.
    """
    try:
        file = msgspec.json.decode(text, type=_NetworkFile)
        layers = [
            Layer(np.array(layer.weight, np.float64), np.array(layer.bias, np.float64),
                  layer.activation)
            for layer in file.layers
        ]  # fmt: skip
    except (msgspec.DecodeError, UnicodeError, RecursionError, ValueError) as error:
        reason = str(error).replace("`", "").rstrip(".")
        raise ChalknetError(
            say("This is no weights file ({reason}); choose one that Chalknet has written.",
                reason=reason)
        ) from None
    for number, layer in enumerate(layers, 1):
        if layer.weight.ndim != 2 or layer.weight.shape[:1] != layer.bias.shape:
            raise ChalknetError(
                say("Layer {number} of the weights file has weights of shape {weights} and biases "
                    "of shape {biases}; give one row and one bias to each unit.", number=number,
                    weights=layer.weight.shape, biases=layer.bias.shape)
            )
    return layers, file.u0, file.steepness
