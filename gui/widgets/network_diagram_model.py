"""What a network diagram shows and where its units stand. No Qt in here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

#: Weights as an (n_out, n_in) array, or a function of (o,) unit and (i,) source indices that gives
#: the (o, i) weights between them; for layers whose matrix would not fit the memory.
Weights = np.ndarray | Callable[[np.ndarray, np.ndarray], np.ndarray]
#: Biases as an (n_out,) array, or a function of (o,) unit indices that gives (o,) biases.
Biases = np.ndarray | Callable[[np.ndarray], np.ndarray]

GLYPHS = ("input", "step", "sigmoid", "relu", "tanh", "and", "sum", "linear")
BIAS = "bias"


@dataclass(frozen=True, eq=False)
class DiagramLayer:
    """One column of units. The first layer has no weights: its units are the inputs.

    `count` may be 100,000: only a few units are drawn. `weights` and `biases` belong to the units
    of this layer, see `Weights` and `Biases`; edges of weight 0 are left out. `glyph` is one of
    `GLYPHS`; `names` replace it, unit by unit. Numbers are written "w = 1", and dragging one by a
    pixel changes it by its step. A `neutral` layer's edges are gray until a unit is chosen.
    """

    title: str
    count: int
    glyph: str = "input"
    weights: Weights | None = None
    biases: Biases | None = None
    names: Sequence[str] = ()
    weight_symbol: str = "w"
    bias_symbol: str = "b"
    weight_step: float = 0.01
    bias_step: float = 0.01
    neutral: bool = False

    def __post_init__(self) -> None:
        if self.count < 1:
            raise ValueError(f"A layer has at least one unit, not {self.count}.")
        if self.glyph not in GLYPHS:
            raise ValueError(f"A glyph is one of {', '.join(GLYPHS)}, not “{self.glyph}”.")

    def weights_between(self, units: np.ndarray, sources: np.ndarray) -> np.ndarray:
        """The (o, i) weights from sources to units, 0 without weights."""
        if self.weights is None:
            return np.zeros((len(units), len(sources)))
        if callable(self.weights):
            return np.asarray(self.weights(units, sources), dtype=np.float64)
        return np.asarray(self.weights[np.ix_(units, sources)], dtype=np.float64)

    def bias_of(self, unit: int) -> float | None:
        """A unit's bias, None without biases."""
        if self.biases is None:
            return None
        if callable(self.biases):
            return float(self.biases(np.array([unit]))[0])
        return float(self.biases[unit])


@dataclass(frozen=True)
class Number:
    """A parameter of a unit: the weight from `source`, or the bias where that is None."""

    layer: int
    unit: int
    source: int | None

    @property
    def name(self) -> str:
        """As signals carry it: "bias", or "weight 3" for the weight from unit 3."""
        return BIAS if self.source is None else f"weight {self.source}"


def source_of(name: str) -> int | None:
    """The unit that a weight named by a signal comes from; None for the bias."""
    return None if name == BIAS else int(name.removeprefix("weight "))


def shown_units(count: int, slots: int, featured: Iterable[int] = ()) -> list[int | None]:
    """The units to draw where only `slots` fit, in order; None is an ellipsis.

    The first, the last and the featured ones are always there, then as many of the first and last
    as fit. A gap of one unit is that unit.
    """
    if count <= slots:
        return list(range(count))
    chosen = {0, count - 1, *(unit for unit in featured if 0 <= unit < count)}
    # From both ends inwards; `slots` of them are more than enough.
    inwards = [unit for k in range(1, slots) for unit in (k, count - 1 - k)]
    for unit in inwards:
        if len(_with_gaps(sorted({*chosen, unit}))) > slots:
            break
        chosen.add(unit)
    return _with_gaps(sorted(chosen))


def _with_gaps(units: Sequence[int]) -> list[int | None]:
    found: list[int | None] = []
    for unit in units:
        last = found[-1] if found else None
        if last is not None and unit == last + 2:
            found.append(last + 1)
        elif last is not None and unit > last + 2:
            found.append(None)
        found.append(unit)
    return found


@dataclass(frozen=True)
class Slot:
    """A place in a layer's column, centred at (x, y) pixels; an ellipsis where `unit` is None."""

    layer: int
    unit: int | None
    x: float
    y: float
    hidden: int = 0


@dataclass(frozen=True)
class Arrangement:
    """Where everything stands: slots by layer, and the radius of a unit in pixels."""

    slots: list[list[Slot]]
    radius: float

    def place_of(self, layer: int, unit: int) -> Slot | None:
        """The slot of a unit, None where it is not drawn."""
        if not 0 <= layer < len(self.slots):
            return None
        return next((s for s in self.slots[layer] if s.unit == unit), None)

    def drawn(self, layer: int) -> list[Slot]:
        """The slots of a layer that hold units."""
        return [slot for slot in self.slots[layer] if slot.unit is not None]


def arranged(
    layers: Sequence[DiagramLayer], featured: Sequence[Iterable[int]],
    area: tuple[float, float, float, float], radii: tuple[float, float], most: int,
) -> Arrangement:
    """Place layers in columns within `area` (left, top, width, height).

    `radii` are the least and the greatest radius of a unit; no more than `most` slots a column.
    """
    left, top, width, height = area
    least, greatest = radii
    slots = max(min(int(height / (2.5 * least)), most), 3)
    columns = [shown_units(layer.count, slots, chosen)
               for layer, chosen in zip(layers, featured, strict=True)]
    tallest = max((len(column) for column in columns), default=1)
    radius = max(min(greatest, height / (3.2 * tallest)), least / 2)
    placed = []
    for index, column in enumerate(columns):
        share = index / (len(columns) - 1) if len(columns) > 1 else 0.5
        x = left + radius + (width - 2 * radius) * share
        pitch = min(height / len(column), 4 * radius)
        start = top + height / 2 - pitch * (len(column) - 1) / 2
        placed.append([
            Slot(index, unit, x, start + pitch * row, _hidden(column, row))
            for row, unit in enumerate(column)
        ])
    return Arrangement(placed, radius)


def _hidden(column: Sequence[int | None], row: int) -> int:
    """How many units an ellipsis stands for."""
    if column[row] is not None:
        return 0
    before, after = column[row - 1], column[row + 1]
    return 0 if before is None or after is None else after - before - 1
