"""What a grid network costs: neurons of both layers against the dimension d (homework part 1c).

A cell is an AND of 2d conditions, one per side. The conditions are shared by all cells, so layer 1
has only d·(n + 1) threshold neurons; layer 2 has one neuron per cell, n^d of them. The blow-up is
in the second layer.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.words import grouped, later

#: The pixels of an image of part 3; the chart ends there.
MOST_DIMENSIONS = 784

#: Numbers from here on are written as powers of ten.
_LONGEST_PLAIN = 10**9


def edge_neurons(dimensions: int, cells: int) -> int:
    """Threshold neurons in layer 1: d·(n + 1), one per axis and edge, for n cells per axis."""
    return dimensions * (cells + 1)


def cell_neurons(dimensions: int, cells: int) -> int:
    """Threshold neurons in layer 2: n^d, one per cell, exactly."""
    return int(cells**dimensions)


@dataclass(frozen=True)
class Marker:
    """Something to compare n^d with. `low` and `high` are the ends of the estimate, often equal.

    `source` says who counted, or how.
    """

    name: str
    low: int
    high: int
    source: str

    @property
    def log10(self) -> float:
        """Where the marker stands on a log axis: the middle of its estimate there."""
        return (math.log10(self.low) + math.log10(self.high)) / 2


#: From few to many.
MARKERS = (
    Marker(
        later("training images of FashionMNIST"), 60_000, 60_000,
        "Xiao, Rasul, Vollgraf 2017, arXiv:1708.07747",
    ),
    Marker(later("bytes of a laptop's memory"), 2**34, 2**34, "16 GiB"),
    Marker(
        later("grains of sand on Earth's beaches"), 75 * 10**17, 75 * 10**17,
        later("estimate of the University of Hawaii: 7.5·10^18"),
    ),
    Marker(
        later("stars in the observable universe"), 10**22, 10**24,
        later("estimate of the European Space Agency: 10^22 to 10^24"),
    ),
    Marker(
        later("atoms in the observable universe"), 10**80, 10**80,
        later("usual estimate from the density of ordinary matter, good to a factor of about 100"),
    ),
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class CostCurve:
    """Neurons for d = 1 … D, each array of shape (D,), for `cells` = n cells per axis.

    `log10_edge_neurons` and `log10_cell_neurons` are log10 of d·(n + 1) and of n^d.
    """

    cells: int
    dimensions: NDArray[np.int64]
    log10_edge_neurons: NDArray[np.float64]
    log10_cell_neurons: NDArray[np.float64]


def cost_curve(cells: int, last_dimension: int = MOST_DIMENSIONS) -> CostCurve:
    """The cost of n = `cells` cells per axis for every dimension up to the last one."""
    dimensions = np.arange(1, last_dimension + 1, dtype=np.int64)
    return CostCurve(
        cells=cells,
        dimensions=dimensions,
        log10_edge_neurons=np.log10(dimensions * (cells + 1.0)),
        log10_cell_neurons=dimensions.astype(np.float64) * math.log10(cells),
    )


def dimension_passing(count: int, cells: int) -> int | None:
    """The smallest d with n^d > `count` for n = `cells`; None for one cell, which never grows."""
    if cells < 2:
        return None
    dimension = max(1, int(math.log(max(count, 1)) / math.log(cells)) - 1)
    while cell_neurons(dimension, cells) <= count:
        dimension += 1
    return dimension


def marker_dimensions(cells: int) -> list[tuple[Marker, int | None]]:
    """Every marker with the dimension at which n^d has passed the whole of its estimate."""
    return [(marker, dimension_passing(marker.high, cells)) for marker in MARKERS]


def written(number: int) -> str:
    """A whole number for reading: "1,000,000", "3.2·10^50", "10^100"; two figures, rounded."""
    if abs(number) < _LONGEST_PLAIN:
        return grouped(number)
    sign, digits = ("−", str(-number)) if number < 0 else ("", str(number))
    exponent = len(digits) - 1
    tenths = (int(digits[:3]) + 5) // 10
    if tenths == 100:
        tenths, exponent = 10, exponent + 1
    if tenths == 10:
        # Only what is exactly a power of ten is written like one.
        return f"{sign}10^{exponent}" if not digits.strip("0")[1:] else f"{sign}1.0·10^{exponent}"
    return f"{sign}{tenths // 10}.{tenths % 10}·10^{exponent}"
