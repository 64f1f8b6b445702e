"""Scene 1: what is shown is what was measured, and everything can be grabbed."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from engine.initialization.results import Quantity, Statistic
from engine.initialization.tab_spec import Chosen
from gui.tabs.initialization.shape_sliders import WIDTH_STEPS, position_of, width_at

LEFT = Qt.MouseButton.LeftButton


def test_shows_every_scheme_as_measured(bench):
    results = bench.snapshot.results
    assert bench.snapshot.is_complete
    for result, row in zip(results, bench.scene.grid.rows, strict=True):
        np.testing.assert_array_equal(row.shares, result.histograms[Quantity.PRE].shares)
    for plot, quantity in (
        (bench.scene.forward, Quantity.PRE), (bench.scene.backward, Quantity.GRADIENT),
    ):
        for result, series in zip(results, plot.series, strict=True):
            found = result.at(quantity)
            np.testing.assert_array_equal(series.measured, found.measured)
            np.testing.assert_array_equal(series.theory, found.theory)
            verdict = result.backward if quantity is Quantity.GRADIENT else result.forward
            assert series.words == verdict.words


def test_a_click_enlarges_a_layer_and_another_closes_it(bench):
    grid = bench.scene.grid
    assert not bench.scene.large.isVisible()
    bench.qtbot.mouseClick(grid, LEFT, pos=grid.panel_rect(1, 3).center().toPoint())
    assert bench.spec.chosen == Chosen(1, 4)
    assert bench.scene.large.isVisible()
    assert bench.tab.undo_stack.index() == 1  # looking closer is nothing to undo
    bench.rest()
    bench.qtbot.mouseClick(grid, LEFT, pos=grid.panel_rect(1, 3).center().toPoint())
    assert bench.spec.chosen is None
    assert not bench.scene.large.isVisible()


def test_arrow_keys_walk_from_panel_to_panel(bench):
    grid = bench.scene.grid
    grid.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down):
        bench.qtbot.keyClick(grid, key)
    assert bench.spec.chosen == Chosen(1, 2)
    bench.qtbot.keyClick(grid, Qt.Key.Key_Escape)
    assert bench.spec.chosen is None


def test_after_relu_half_are_exact_zeros_with_a_bar_of_their_own(bench):
    bench.qtbot.mouseClick(bench.scene.quantities.buttons["post"], LEFT)
    assert bench.spec.quantity is Quantity.POST
    for row in bench.scene.grid.rows:
        assert 0.3 < row.zeros[0] < 0.7
    assert bench.scene.fore.title.endswith(": a")


def test_the_definition_follows_statistic_and_quantity(bench):
    assert "z_{js}^2" in bench.scene.definition.tex
    box = bench.scene.statistics
    box.setFocus()
    bench.qtbot.keyClick(box, Qt.Key.Key_Down)
    assert bench.spec.statistic is Statistic.VARIANCE
    assert r"\bar{z}" in bench.scene.definition.tex
    found = bench.snapshot.results[0].at(Quantity.PRE, Statistic.VARIANCE)
    np.testing.assert_array_equal(bench.scene.forward.series[0].measured, found.measured)


def test_a_drag_of_sigma_redraws_at_once_and_undoes_as_one(bench):
    slider, undo = bench.tab.form.sigma, bench.tab.undo_stack
    before, count = bench.spec.probe.sigma, undo.index()
    slider.setSliderDown(True)
    for step in range(1, 5):
        slider.setSliderPosition(slider.value() + 10)
        sigma = bench.spec.probe.sigma
        shown = bench.scene.forward.series[0]
        assert bench.snapshot.spec.sigma == sigma, step
        assert shown.label == f"σ = {sigma:g}"
    slider.setSliderDown(False)
    assert sigma > before
    bench.rest()
    assert bench.snapshot.is_complete
    assert bench.snapshot.spec == bench.spec.probe
    assert undo.index() == count + 1
    undo.undo()
    assert bench.spec.probe.sigma == before


def test_overflow_is_shown_as_such(bench):
    bench.probe(widths="64x60", sigma=100.0, schemes=("constant",))
    row, series = bench.scene.grid.rows[0], bench.scene.forward.series[0]
    assert series.words.startswith("inf from layer ")
    first = int(series.words.split()[3])
    assert row.notes[first - 1] == "inf"
    assert np.isposinf(series.measured[first - 1])
    assert np.isfinite(series.measured[first - 2])
    low, high = bench.scene.forward._range
    assert np.isfinite([low, high]).all()
    bench.qtbot.keyClick(bench.scene.grid, Qt.Key.Key_Right)
    bench.window.grab()


@pytest.mark.parametrize(("widths", "schemes", "sigma"), [
    ("8x201", ("1/n_in", "constant"), 0.05), ("1x9", ("2/n_in", "pytorch"), 0.05),
    ("24x5", ("constant",), 0.0), ("24,24", ("xavier_normal",), 0.05),
])
def test_extremes_are_shown_without_a_fault(bench, widths, schemes, sigma):
    bench.probe(widths=widths, schemes=schemes, sigma=sigma)
    assert not bench.tab.callout.isVisible()
    assert len(bench.scene.grid.rows) == len(schemes)
    shown = bench.scene.grid.shown_columns()
    assert shown[0] == 0
    assert shown[-1] == len(bench.spec.probe.layer_widths) - 2
    assert not bench.window.grab().isNull()


def test_the_signal_passes_layer_by_layer(bench):
    actions = bench.tab.actions_
    actions["step"].trigger()
    assert bench.spec.passed_layers == 1
    actions["step"].trigger()
    assert bench.spec.passed_layers == 2
    actions["step_back"].trigger()
    assert bench.spec.passed_layers == 1
    actions["play"].trigger()
    bench.until(lambda: bench.spec.passed_layers is None)
    assert "6 of 6" in bench.tab.transport.status.text


def test_schemes_come_and_go(bench):
    schemes = bench.tab.form.schemes
    bench.qtbot.mouseClick(schemes.rows[0][2], LEFT)
    assert "constant" not in bench.spec.probe.schemes
    schemes.more.setCurrentIndex(schemes.more.findData("orthogonal"))
    schemes.more.activated.emit(schemes.more.currentIndex())
    assert bench.spec.probe.schemes[-1] == "orthogonal"
    bench.rest()
    assert bench.scene.grid.rows[-1].label == "orthogonal"
    bench.tab.undo_stack.undo()
    bench.tab.undo_stack.undo()
    assert bench.spec.probe.schemes[0] == "constant"


def test_an_own_formula_is_added_or_refused_where_it_was_typed(bench):
    bench.type_into("formula", "3/(n_in + n_out)")
    assert bench.spec.probe.schemes[-1] == "formula"
    assert bench.scene.grid.rows[-1].label == "σ² = 3/(n_in + n_out)"
    before = bench.spec
    bench.type_into("formula", "3/(n_in +")
    assert bench.spec == before
    assert bench.problem("formula").count(".") >= 1
    assert not bench.tab.callout.isVisible()


def test_widths_that_cannot_be_read_say_so(bench):
    before = bench.spec
    bench.type_into("widths", "12,x")
    assert bench.spec == before
    assert "no width" in bench.problem("widths")


def test_plots_are_linked(bench):
    forward, backward = bench.scene.forward, bench.scene.backward
    frame = forward.frame()
    bench.qtbot.mouseMove(forward, QPoint(round(frame.right()), round(frame.center().y())))
    assert [name for name, _ in backward.readout()] == [s.label for s in backward.series]


def test_depth_and_width_are_dragged(bench):
    shape = bench.tab.form.shape
    bench.qtbot.keyClick(shape.layers, Qt.Key.Key_Right)
    deeper = bench.spec.probe
    assert deeper.depth == shape.layers.value()
    width = deeper.hidden_width
    bench.qtbot.keyClick(shape.units, Qt.Key.Key_PageUp)
    wider = bench.spec.probe
    assert wider.hidden_width > width
    assert wider.depth == deeper.depth
    bench.until(lambda: bench.scene._snapshot() is not None)
    bench.tab.undo_stack.undo()
    assert bench.spec.probe == deeper
    assert shape.units.value() == position_of(width)


def test_every_power_of_two_has_a_place_on_the_width_slider():
    widths = [2**k for k in range(12)]
    assert [width_at(position_of(width)) for width in widths] == widths
    assert sorted({width_at(k) for k in range(WIDTH_STEPS + 1)})[0] == 1
