"""The work behind the proof, for a job: two witnesses, and the V."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from engine.backprop.check import (
    CheckProgress,
    CheckResult,
    Sweep,
    autograd_gradient,
    check_by_autograd,
    check_by_differences,
    epsilon_sweep,
    gradient,
)
from engine.backprop.flat import Place, groups, index_of
from engine.backprop.network import Network
from engine.backprop.tab_spec import Chosen, Part

#: Of each group so many entries are compared at once; all of them when asked for.
FEW = 48


@dataclass(frozen=True, eq=False)
class Own:
    """The flat gradient (n,) by backpropagation."""

    gradient: np.ndarray


@dataclass(frozen=True, eq=False)
class ByAutograd:
    """The second witness: its verdict, and its flat gradient (n,)."""

    result: CheckResult
    gradient: np.ndarray


@dataclass(frozen=True, eq=False)
class Swept:
    """The V of one place, or of the largest gradients where `place` is None."""

    sweep: Sweep
    place: Place | None


Finding = Own | CheckProgress | CheckResult | ByAutograd


def check_both(
    network: Network, x: np.ndarray, y: np.ndarray, epsilon: float, most: int | None,
    also: Place | None,
) -> Iterator[Finding]:
    """Everything about one gradient; torch, which may have to be imported, comes last."""
    yield Own(gradient(network, x, y))
    yield from check_by_differences(network, x, y, epsilon, most, also)
    yield ByAutograd(check_by_autograd(network, x, y), autograd_gradient(network, x, y))


def sweep(
    network: Network, x: np.ndarray, y: np.ndarray, place: Place | None
) -> Iterator[Swept]:
    """The V; a gradient that is exactly 0 has none, then it is that of the largest ones."""
    if place is not None:
        exact = gradient(network, x, y)[index_of(network.sizes, place)]
        place = place if exact != 0 else None
    yield Swept(epsilon_sweep(network, x, y, place), place)


def place_of_chosen(chosen: Chosen | None, sizes: tuple[int, ...]) -> Place | None:
    """The parameter that is chosen; a unit stands for its bias, an input for none."""
    if chosen is None or chosen.part is Part.INPUT or not 1 <= chosen.layer < len(sizes):
        return None
    kind = "W" if chosen.part is Part.WEIGHT else "b"
    row = chosen.row if kind == "W" else 0
    fits = chosen.column < sizes[chosen.layer] and (kind == "b" or row < sizes[chosen.layer - 1])
    return Place(kind, chosen.layer, row, chosen.column) if fits else None


def chosen_place(place: Place) -> Chosen:
    """The other way round."""
    part = Part.WEIGHT if place.kind == "W" else Part.BIAS
    return Chosen(part, place.layer, place.row, place.column)


def group_matrix(flat: np.ndarray, sizes: tuple[int, ...], name: str) -> np.ndarray:
    """One group of a flat vector, as (n_in, n_out) or (1, n_out)."""
    return flat[groups(sizes)[name]].reshape(-1, sizes[int(name[1:])])
