"""A network that was trained beforehand by the homework's recipe: a drawing can be read at once.

`python -m engine.backprop.make_bundled` makes the file, from the full data set.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from engine.backprop.network import Network
from engine.backprop.spec import BackpropSpec
from engine.errors import DataError
from engine.words import say

FORMAT = "chalknet backprop 1"


@dataclass(frozen=True, eq=False)
class Bundled:
    """The network, what it was trained by, and how many test images it had right; read-only."""

    network: Network
    recipe: BackpropSpec
    step: int
    test_correct: int
    test_total: int

    @property
    def accuracy(self) -> float:
        """The share of hits, in 0…1."""
        return self.test_correct / self.test_total

    def as_bytes(self) -> bytes:
        """The content of the file: theta (n,), float64, and the rest as one text."""
        about = _About(self.recipe, self.step, self.test_correct, self.test_total)
        # One field, because the format writes several in any order.
        return save({"theta": self.network.theta}, {FORMAT: msgspec.json.encode(about).decode()})


class _About(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the file says beside the numbers."""

    recipe: BackpropSpec
    step: int
    test_correct: int
    test_total: int


def bundled_file() -> Path:
    """Where the file lies."""
    return Path(str(resources.files("resources"))) / "networks" / "homework.safetensors"


@cache
def bundled_network() -> Bundled:
    """The bundled network, read once; raises `DataError` where the file is broken."""
    return read_bundled(bundled_file())


def read_bundled(path: Path) -> Bundled:
    """A file as `Bundled.as_bytes` writes it; raises `DataError` where it is none."""
    try:
        with safe_open(path, framework="numpy") as file:
            fields, theta = file.metadata() or {}, file.get_tensor("theta")
        about = msgspec.json.decode(fields[FORMAT], type=_About)
        network = _network(about.recipe, theta)
    except (
        OSError, SafetensorError, KeyError, ValueError, msgspec.MsgspecError,
    ) as error:
        raise DataError(
            say("The bundled network {file} cannot be read ({why}); install Chalknet again, or "
                "train a network of your own.", file=path.name, why=type(error).__name__)
        ) from error
    return Bundled(network, about.recipe, about.step, about.test_correct, about.test_total)


def _network(recipe: BackpropSpec, theta: NDArray[np.float64]) -> Network:
    network = Network(recipe.sizes, recipe.activation.value)
    network.theta[:] = theta
    network.theta.setflags(write=False)
    return network
