"""A snapshot as what the widgets show: rows of histograms, curves against depth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

import numpy as np
from PySide6.QtCore import QCoreApplication

from engine.initialization.results import (
    Quantity,
    SchemeResult,
    Snapshot,
    Statistic,
    Verdict,
)
from engine.initialization.results import Series as Measured
from gui.tabs.initialization.colors import scheme_tokens
from gui.widgets.band_plot_model import BandSeries
from gui.widgets.histogram_grid import HistogramRow

T = TypeVar("T")

#: A histogram with more than this share off the axis says so in place of its few bars.
MOST_BEYOND = 0.95


def predicted_shares(
    result: SchemeResult, quantity: Quantity, layer: int, edges: np.ndarray
) -> np.ndarray | None:
    """The predicted Gaussian as shares of the bins; None where it predicts no such histogram."""
    if quantity is Quantity.POST or not np.isfinite(edges).all():
        return None
    width = float(edges[1] - edges[0])
    # A Gaussian narrower than a bin is no curve on these axes.
    variance = float(result.at(quantity).theory[layer - 1])
    if not width > 0 or not variance > (0.6 * width) ** 2:
        return None
    centers = (edges[:-1] + edges[1:]) / 2
    return np.asarray(result.predicted_density(quantity, layer, centers)) * width


class Kept(Generic[T]):
    """Views of results, each made once for as long as its result stays: widgets draw what is the
    same object only once.
    """

    def __init__(self) -> None:
        self._made: list[tuple[SchemeResult, object, T]] = []

    def of(
        self, results: Sequence[SchemeResult], keys: Sequence[object],
        make: Callable[[int], T],
    ) -> list[T]:
        """A view of each result; `make(k)` makes that of number k, which depends on its key."""
        self._made = [
            (result, key, next(
                (one for known, like, one in self._made if known is result and like == key), None
            ) or make(k))
            for k, (result, key) in enumerate(zip(results, keys, strict=True))
        ]
        return [one for *_, one in self._made]


def histogram_rows(
    snapshot: Snapshot, quantity: Quantity, kept: Kept[HistogramRow]
) -> list[HistogramRow]:
    """A row for each scheme."""
    edges, tokens = snapshot.edges[quantity], scheme_tokens(snapshot.spec)
    return kept.of(
        snapshot.results, [(quantity, token, edges.tobytes()) for token in tokens],
        lambda k: _histogram_row(snapshot.results[k], quantity, edges, tokens[k]),
    )


def _histogram_row(
    result: SchemeResult, quantity: Quantity, edges: np.ndarray, token: str
) -> HistogramRow:
    found = result.histograms[quantity]
    curves = np.full(found.shares.shape, np.nan)
    for layer in range(1, len(found.shares) + 1):
        shares = predicted_shares(result, quantity, layer, edges)
        if shares is not None:
            curves[layer - 1] = shares
    squares = result.at(quantity).measured
    return HistogramRow(
        label=result.scheme.label, token=token, shares=found.shares, zeros=found.zeros,
        ends=saturated(result, quantity), theory=curves,
        notes=tuple(
            note_of(float(square), float(beyond))
            for square, beyond in zip(squares, found.below + found.above, strict=True)
        ),
    )


def note_of(square: float, beyond: float) -> str:
    """What stands where there is nothing to draw; `beyond` is the share off the common axis."""
    if np.isposinf(square):
        return "inf"
    if beyond > MOST_BEYOND:
        return "↔"
    return "–" if np.isnan(square) else ""


def saturated(result: SchemeResult, quantity: Quantity) -> np.ndarray:
    """The share at an end of the activation; a gradient has none."""
    if quantity is Quantity.GRADIENT:
        return np.zeros(len(result.saturated))
    return np.asarray(result.saturated)


def depth_series(
    snapshot: Snapshot, quantity: Quantity, statistic: Statistic, kept: Kept[BandSeries]
) -> list[BandSeries]:
    """Measured, band and theory of each scheme, with the verdict of its direction."""
    tokens = scheme_tokens(snapshot.spec)
    return kept.of(
        snapshot.results, [(quantity, statistic, token) for token in tokens],
        lambda k: _one_series(snapshot.results[k], quantity, statistic, tokens[k]),
    )


def _one_series(
    result: SchemeResult, quantity: Quantity, statistic: Statistic, token: str
) -> BandSeries:
    series: Measured = result.at(quantity, statistic)
    verdict = result.backward if quantity is Quantity.GRADIENT else result.forward
    return BandSeries(
        label=result.scheme.label, token=token, measured=series.measured, lowest=series.lowest,
        highest=series.highest, theory=series.theory, words=verdict.words, brief=_brief(verdict),
    )


def _brief(verdict: Verdict) -> str:
    """The verdict without its factor, where it says by when."""
    if verdict.kind == "vanishes" and verdict.layer is not None and verdict.factor:
        text = QCoreApplication.translate("LayersScene", "gone by layer {layer}")
    elif verdict.kind == "explodes" and verdict.layer is not None:
        text = QCoreApplication.translate("LayersScene", "inf by layer {layer}")
    else:
        return verdict.words
    return text.format(layer=verdict.layer)
