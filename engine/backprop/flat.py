"""All parameters of a network in one vector, and each layer's part of it as a matrix."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from engine.backprop.activations import Floats


class Place(NamedTuple):
    """Where a parameter stands: `kind` is "W" or "b"; the row of a bias is 0."""

    kind: str
    layer: int
    row: int
    column: int


def views(sizes: Sequence[int]) -> tuple[Floats, dict[int, Floats], dict[int, Floats]]:
    """Zeros (n,), and views of them: w[k] (n_in, n_out) and b[k] (1, n_out) for k = 1 … K."""
    flat = np.zeros(count(sizes))
    w, b, start = {}, {}, 0
    for k, (n_in, n_out) in enumerate(pairwise(sizes), 1):
        w[k] = flat[start : start + n_in * n_out].reshape(n_in, n_out)
        start += n_in * n_out
        b[k] = flat[start : start + n_out].reshape(1, n_out)
        start += n_out
    return flat, w, b


def count(sizes: Sequence[int]) -> int:
    """How many parameters a network has: 26,506 for 784-32-32-10."""
    return sum((n_in + 1) * n_out for n_in, n_out in pairwise(sizes))


def groups(sizes: Sequence[int]) -> dict[str, slice]:
    """The part of the vector that each group takes: W1, b1, W2, …"""
    found, start = {}, 0
    for k, (n_in, n_out) in enumerate(pairwise(sizes), 1):
        for name, length in ((f"W{k}", n_in * n_out), (f"b{k}", n_out)):
            found[name] = slice(start, start + length)
            start += length
    return found


def place_of(sizes: Sequence[int], index: int) -> Place:
    """The place of an index of the vector."""
    for name, part in groups(sizes).items():
        if index < part.stop:
            row, column = divmod(index - part.start, sizes[int(name[1:])])
            return Place(name[0], int(name[1:]), row, column)
    raise IndexError(f"there are only {count(sizes):,} parameters")


def index_of(sizes: Sequence[int], place: Place) -> int:
    """The index of a place in the vector."""
    part = groups(sizes)[f"{place.kind}{place.layer}"]
    start: int = part.start
    return start + place.row * sizes[place.layer] + place.column
