"""Plots that draw only what has changed show the same as plots that draw everything."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtWidgets import QWidget

from gui.widgets.band_plot import BandPlot
from gui.widgets.band_plot_model import BandSeries
from gui.widgets.histogram_grid import HistogramGrid, HistogramRow

TOKENS = ("blue", "orange", "purple")
LAYERS = 5
X = np.arange(1.0, LAYERS + 1)

#: Which series change to what; None leaves one as it is.
moves = st.lists(st.tuples(*[st.none() | st.integers(0, 8)] * 3), min_size=1, max_size=5)


def series(number: int, level: int) -> BandSeries:
    """Curves that do not cross: which one lies above depends on which one moves."""
    values = 10.0 ** (4 * number + 0.2 * level * np.linspace(-1, 1, LAYERS))
    return BandSeries(f"series {number}", TOKENS[number], values, 0.8 * values, 1.2 * values,
                      values**1.05, f"level {level}")


def row(number: int, level: int) -> HistogramRow:
    shares = np.exp(-0.5 * (np.linspace(-4, 4, 60) / (0.2 + 0.2 * level)) ** 2)
    shares = np.tile(shares / shares.sum(), (LAYERS, 1))
    return HistogramRow(f"row {number}", TOKENS[number], shares, np.full(LAYERS, 0.1 * (level % 3)),
                        np.zeros(LAYERS), shares)


def shown(qtbot, widget: QWidget) -> QWidget:
    qtbot.addWidget(widget)
    widget.resize(420, 300)
    return widget


@pytest.mark.parametrize("kind", ["curves", "histograms"])
@given(moves=moves)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_drag_ends_where_a_fresh_plot_begins(qtbot, painted, kind, moves) -> None:
    def show(widget: QWidget, things: list) -> np.ndarray:
        if kind == "curves":
            widget.set_series(X, things)
        else:
            widget.set_rows(things, [str(layer) for layer in X])
        return painted(widget).astype(int)

    def plot() -> QWidget:
        return shown(qtbot, BandPlot("p") if kind == "curves" else HistogramGrid("g"))

    make = series if kind == "curves" else row
    things = [make(number, 4) for number in range(3)]
    dragged = plot()
    show(dragged, things)
    for levels in moves:
        things = [
            thing if level is None else make(number, level)
            for number, (thing, level) in enumerate(zip(things, levels, strict=True))
        ]
        drawn = show(dragged, things)
        fresh = show(plot(), [replace(thing) for thing in things])
        # Two transparent layers round each colour once more than one.
        assert np.abs(drawn - fresh).max() <= 3
