"""Random orthonormal vectors, uniformly distributed, made by matrix products.

LAPACK's QR meets its other threads thousands of times a matrix: on a computer that is busy with a
window, too, each meeting may wait, and a matrix of 512 × 512 then takes seconds. Here a panel of
vectors at a time is freed of all before it with two large products, and within it one by one;
“twice is enough” (Giraud et al., 2005). Gram–Schmidt leaves no sign open, so that normal vectors
become uniformly distributed ones.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

PANEL = 16


def orthonormalize(vectors: Floats) -> Iterator[None]:
    """Turn the rows (k, n), k ≤ n, into orthonormal ones, in place; yields after each panel."""
    for start in range(0, len(vectors), PANEL):
        before, panel = vectors[:start], vectors[start : start + PANEL]
        for _ in range(2):
            panel -= (panel @ before.T) @ before
        for number, row in enumerate(panel):
            done = panel[:number]
            for _ in range(2):
                shares = np.einsum("ij,j->i", done, row)
                row -= np.einsum("i,ij->j", shares, done)
            row /= np.sqrt(np.einsum("i,i->", row, row))
        yield
