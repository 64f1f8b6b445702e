"""What somebody drew beforehand stands over the result, and stays there until it is taken away."""

from __future__ import annotations

import numpy as np
import pytest

from gui.theme import look
from gui.widgets.band_plot import BandPlot
from gui.widgets.band_plot_model import BandSeries
from gui.widgets.live_plot import LivePlot

X = np.linspace(0, 10, 41)
LABEL = "your prediction"


def shown(qtbot, plot):
    qtbot.addWidget(plot)
    plot.resize(420, 260)
    plot.show()
    return plot


def pixels(widget, token):
    """How many pixels of a widget have a token's colour."""
    image = widget.grab().toImage().convertToFormat(widget.grab().toImage().Format.Format_RGB32)
    array = np.frombuffer(image.constBits(), dtype=np.uint32).reshape(image.height(), -1)
    return int((array == look().tokens.color(token).rgb()).sum())


@pytest.fixture
def live(qtbot):
    plot = LivePlot(caption="epoch")
    plot.add_series("test", "test", "orange")
    plot.set_x_range(0, 10)
    shown(qtbot, plot)
    plot.set_series("test", X, 1 + np.exp(-X))
    return plot


def test_a_live_plot_names_it_and_makes_room_for_it(live):
    assert pixels(live, "ghost") == 0
    live.set_prediction((X, 3 - 0.1 * X), LABEL)
    assert live.y_range[1] >= 3
    assert pixels(live, "ghost") > 50
    assert LABEL in [label.text for label in live._labels.end_labels()]
    live.set_cursor(5.0)
    assert (LABEL, "2.500") in live.readout()


def test_it_outlives_a_new_run_but_not_its_removal(live):
    live.set_prediction((X, 2 - 0.1 * X), LABEL)
    live.clear()
    assert pixels(live, "ghost") > 50
    live.set_series("test", X, 1 + np.exp(-X))
    live.set_ghosts([])
    live.set_prediction((X, 1 + 0.05 * X), LABEL)
    assert len(live._model.shown()) == 2
    live.set_prediction(None)
    assert pixels(live, "ghost") == 0
    assert [label.text for label in live._labels.end_labels()] == ["test 1.000"]


def test_gaps_and_a_logarithmic_axis(live):
    live.set_log(True)
    y = np.where((X > 3) & (X < 5), np.nan, 1.5)
    live.set_prediction((X, y), LABEL)
    whole = pixels(live, "ghost")
    live.set_prediction((X, np.full(len(X), 1.5)), LABEL)
    assert pixels(live, "ghost") > whole > 0


def test_a_band_plot_keeps_it_while_its_curves_change(qtbot):
    plot = shown(qtbot, BandPlot("signal", "layer"))
    layers = np.arange(1, 21)
    series = [BandSeries("1/n_in", "blue", 0.5**layers), BandSeries("2/n_in", "orange",
                                                                      np.ones(20))]
    plot.set_series(layers, series)
    assert pixels(plot, "ghost") == 0
    plot.set_prediction((np.linspace(1, 20, 50), np.geomspace(1, 0.1, 50)), LABEL)
    count = pixels(plot, "ghost")
    assert count > 50
    # While one curve is dragged, the others are not drawn anew; all of them stay.
    blue, orange = pixels(plot, "blue"), pixels(plot, "orange")
    for factor in (0.55, 0.6, 0.65):
        plot.set_series(layers, [BandSeries("1/n_in", "blue", factor**layers), series[1]])
        assert pixels(plot, "ghost") > 50
        assert pixels(plot, "blue") > 0.5 * blue
        assert pixels(plot, "orange") > 0.9 * orange
    plot.set_prediction(None)
    assert pixels(plot, "ghost") == 0


def test_a_prediction_beyond_the_curves_makes_a_band_plot_wider(qtbot):
    plot = shown(qtbot, BandPlot("signal", "layer"))
    layers = np.arange(1, 6)
    plot.set_series(layers, [BandSeries("2/n_in", "blue", np.ones(5))])
    before = plot._range
    plot.set_prediction((layers, 10.0**layers), LABEL)
    assert plot._range[1] >= 5 > before[1]
