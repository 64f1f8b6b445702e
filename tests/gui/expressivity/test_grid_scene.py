"""Scene 4 by mouse and keyboard, compared with the engine."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QUndoStack
from PySide6.QtWidgets import QApplication, QWidget

from engine.expressivity.cost import cost_curve, marker_dimensions
from engine.expressivity.grid_fit import fit_grid
from engine.expressivity.grid_spec import (
    FLAT,
    GridHeights,
    GridSpec,
    GridTarget,
    PointSource,
    SparsitySpec,
    StepAtZero,
)
from engine.expressivity.sparsity import expected_share, measure_sparsity
from engine.expressivity.tab_spec import ExpressivitySpec
from gui.spec_store import SpecStore
from gui.tabs.expressivity.grid_cost import readable
from gui.tabs.expressivity.grid_fields_view import raster_of
from gui.tabs.expressivity.grid_scene import CELL, COST, FIELDS, SPARSITY, GridScene
from gui.theme import THEMES, look
from gui.widgets.field_map import FieldMap
from gui.widgets.function_plot import FunctionPlot
from gui.widgets.function_plot_text import knob_point

LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key


class Stand:
    """The scene with a spec behind it, as the tab has one."""

    def __init__(self, qtbot) -> None:
        self.qtbot = qtbot
        self.scene = GridScene()
        self.undo = QUndoStack(self.scene)
        self.store = SpecStore(ExpressivitySpec(), self.undo)
        self.noted: list[str] = []
        self.scene.edited.connect(
            lambda spec, text, gesture: self.store.apply(
                spec, text, gesture=gesture, is_undoable=bool(text)
            )
        )
        self.store.changed.connect(lambda _old, new: self.scene.show_spec(new))
        self.scene.noted.connect(lambda: self.noted.append(self.scene.notes().heading))
        self.scene.show_spec(self.spec)
        self.scene.resize(980, 600)
        self.scene.show()
        qtbot.waitExposed(self.scene)
        QApplication.processEvents()

    @property
    def spec(self) -> ExpressivitySpec:
        spec = self.store.spec
        assert isinstance(spec, ExpressivitySpec)
        return spec

    @property
    def grid(self) -> GridSpec:
        return self.spec.grid

    @property
    def numbers(self) -> dict[str, str]:
        return {number.name: number.value for number in self.scene.notes().numbers}

    def change(self, **grid: object) -> None:
        self.store.apply(self.spec.replaced(grid=self.grid.replaced(**grid)), "", gesture="")

    def measure(self, **sparsity: object) -> None:
        part = self.spec.sparsity.replaced(**sparsity)
        self.store.apply(self.spec.replaced(sparsity=part), "", gesture="")

    def turn_to(self, page: str) -> None:
        self.qtbot.mouseClick(self.scene.pages.buttons[page], LEFT)
        assert self.scene.stack.currentWidget() is self.scene.views[page]
        QApplication.processEvents()

    def wait_measured(self) -> None:
        self.qtbot.waitUntil(lambda: not self.scene.sparsity.is_measuring, timeout=20_000)

    def pixel(self, view: FieldMap | FunctionPlot, x: float, y: float) -> QPoint:
        return QPoint(round(float(view.frame.px(x))), round(float(view.frame.py(y))))

    def press(self, view: QWidget, at: QPoint) -> None:
        self.qtbot.mouseMove(view, at)
        self.qtbot.mousePress(view, LEFT, pos=at)

    def drag(self, view: FieldMap, path: list[tuple[float, float]]) -> None:
        points = [self.pixel(view, *point) for point in path]
        self.press(view, points[0])
        for point in points[1:]:
            move(view, point, LEFT)
        self.qtbot.mouseRelease(view, LEFT, pos=points[-1])

    def close(self) -> None:
        self.scene.stop()
        self.scene.close()
        self.scene.deleteLater()


def move(view: QWidget, at: QPoint, buttons: Qt.MouseButton = Qt.MouseButton.NoButton) -> None:
    """A move of the mouse over a widget, with these buttons held."""
    event = QMouseEvent(
        QEvent.Type.MouseMove, QPointF(at), QPointF(view.mapToGlobal(at)),
        Qt.MouseButton.NoButton, buttons, Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(view, event)


@pytest.fixture
def stand(qtbot) -> Iterator[Stand]:
    made = Stand(qtbot)
    yield made
    made.close()


# --- fields -------------------------------------------------------------------------------------


@pytest.mark.parametrize("changes", [
    {}, {"cells": 40}, {"cells": 200}, {"cells": 1}, {"target": GridTarget.DISC},
    {"heights": GridHeights.MID_RANGE, "cells": 7}, {"half_width": 100.0},
])
def test_the_maps_show_what_the_engine_computes(stand, changes):
    stand.change(**changes)
    fit = fit_grid(stand.grid)
    fields = fit.fields(raster_of(stand.grid.cells))
    for view, values in zip(
        stand.scene.fields.maps, (fields.target, fields.network, fields.error), strict=True
    ):
        assert view._z.T.tolist() == values.tolist()
    target, network, error = stand.scene.fields.maps
    assert target.limits == network.limits
    largest = max(np.abs(fields.target).max(), np.abs(fields.network).max())
    assert largest <= target.limits[1] == -target.limits[0] <= 1.01 * largest
    assert error.limits[1] == fit.errors.sup
    assert np.abs(fields.error).max() <= fit.errors.sup * (1 + 1e-9)


def test_the_raster_has_as_many_points_in_every_cell():
    for cells in range(1, 201):
        assert raster_of(cells) % cells == 0
        assert raster_of(cells) >= max(2 * cells, 190)


@pytest.mark.parametrize("at_zero", list(StepAtZero))
def test_the_sections_are_the_network_at_the_edges_too(stand, at_zero):
    stand.change(cells=6, at_zero=at_zero, cursor=(0.4, -0.25))
    network, (x, y) = fit_grid(stand.grid).network, stand.grid.cursor_at
    along_x, along_y = (plot.contents.curves for plot in stand.scene.fields.sections.plots)
    places = np.concatenate([network.edges[0][1:-1], [-2.9, 0.1, 2.9]])
    expected = network(np.column_stack([places, np.full(len(places), y)]))
    assert along_x["network"].at(places).tolist() == expected.tolist()
    expected = network(np.column_stack([np.full(len(places), x), places]))
    assert along_y["network"].at(places).tolist() == expected.tolist()
    function = fit_grid(stand.grid).function
    assert along_x["target"].y[100] == function.at(float(along_x["target"].x[100]), y)
    assert along_y["target"].y[100] == function.at(x, float(along_y["target"].x[100]))


def test_a_click_dissects_the_cell_and_moves_the_cursor_there(stand):
    error = stand.scene.fields.error
    at = stand.pixel(error, 2.3, 1.2)
    stand.press(error, at)
    stand.qtbot.mouseRelease(error, LEFT, pos=at)
    assert stand.grid.cell == (10, 8)
    assert stand.grid.cursor_at == pytest.approx((2.3, 1.2), abs=0.03)
    assert {view._chosen for view in stand.scene.fields.maps} == {(10, 8)}
    assert not stand.undo.count(), "looking elsewhere is nothing to undo"


def test_dragging_takes_cursor_and_sections_along(stand):
    stand.drag(stand.scene.fields.network, [(-2.0, 0.0), (-1.0, 1.0), (1.5, 2.0)])
    assert stand.grid.cursor_at == pytest.approx((1.5, 2.0), abs=0.03)
    for view in stand.scene.fields.maps:
        assert view.cursor_point == stand.grid.cursor_at
    x, y = stand.grid.cursor_at
    titles = [plot.contents.title for plot in stand.scene.fields.sections.plots]
    assert titles == [f"along x, at y = {y:.3g}", f"along y, at x = {x:.3g}"]
    handles = [plot.contents.handles[0].x for plot in stand.scene.fields.sections.plots]
    assert handles == [x, y]


def test_the_mouse_that_passes_reads_all_maps_and_moves_nothing(stand):
    before = stand.spec
    fields = stand.scene.fields
    stand.qtbot.mouseMove(fields.target, stand.pixel(fields.target, 1.0, 1.0))
    move(fields.target, stand.pixel(fields.target, -1.0, 2.0))
    points = {view.cursor_point for view in fields.maps}
    assert len(points) == 1
    assert points.pop() == pytest.approx((-1.0, 2.0), abs=0.03)
    assert stand.spec == before
    move(fields.target, QPoint(2, 2))
    assert {view.cursor_point for view in fields.maps} == {before.grid.cursor_at}


def test_arrow_keys_walk_from_cell_to_cell_and_enter_dissects(stand):
    target = stand.scene.fields.target
    target.setFocus()
    stand.qtbot.keyClick(target, Key.Key_Right)
    stand.qtbot.keyClick(target, Key.Key_Up)
    assert stand.grid.cursor_at == pytest.approx((1.25, -0.25))
    assert stand.scene.fields.error.cursor_point == stand.grid.cursor_at
    stand.qtbot.keyClick(target, Key.Key_Return)
    assert stand.grid.cell == (8, 5)


def test_a_section_is_read_and_dragged(stand):
    plot = stand.scene.fields.sections.plots[0]
    move(plot, stand.pixel(plot, -2.0, 0.5))
    x, y = stand.scene.fields.network.cursor_point
    assert (x, y) == pytest.approx((-2.0, stand.grid.cursor_at[1]), abs=0.03)
    knob = knob_point(plot.contents.handles[0], plot.frame).toPoint()
    stand.press(plot, knob)
    move(plot, QPoint(stand.pixel(plot, 1.0, 0.0).x(), knob.y()), LEFT)
    stand.qtbot.mouseRelease(plot, LEFT, pos=knob)
    assert stand.grid.cursor_at == pytest.approx((1.0, -0.9), abs=0.03)


@pytest.mark.parametrize(("brush", "sign"), [("raise", 1), ("lower", -1)])
def test_painting_starts_from_what_is_there_and_undoes_as_one_stroke(stand, brush, sign):
    fields = stand.scene.fields
    before = stand.grid
    f = fit_grid(before).function
    stand.qtbot.mouseClick(fields.paint, LEFT)
    QApplication.processEvents()
    stand.qtbot.mouseClick(fields.brushes.buttons[brush], LEFT)
    path = [(-1.5, 0.1), (-0.5, 0.0), (1.0, 0.0)]
    stand.drag(fields.target, path)
    assert stand.grid.target is GridTarget.PAINTED
    painted = fit_grid(stand.grid).function
    for x, y in path:
        assert painted.at(x, y) - f.at(x, y) == pytest.approx(sign * 0.4, abs=0.04)
    assert painted.at(-2.8, 2.8) == pytest.approx(f.at(-2.8, 2.8), abs=0.02)
    assert stand.undo.count() == 1
    stand.undo.undo()
    assert (stand.grid.target, stand.grid.painted) == (before.target, before.painted)
    stand.undo.redo()
    assert stand.grid.target is GridTarget.PAINTED


def test_two_strokes_are_two_steps_and_flatten_makes_it_flat(stand):
    fields = stand.scene.fields
    stand.change(target=GridTarget.PAINTED, painted=(1.0,) * len(FLAT))
    stand.undo.clear()
    stand.qtbot.mouseClick(fields.paint, LEFT)
    QApplication.processEvents()
    stand.qtbot.mouseClick(fields.brushes.buttons["erase"], LEFT)
    stand.drag(fields.target, [(-1.0, 0.0), (1.0, 0.0)])
    stand.drag(fields.target, [(-1.0, 2.0), (1.0, 2.0)])
    assert stand.undo.count() == 2
    assert fit_grid(stand.grid).function.at(0.0, 0.0) == pytest.approx(0, abs=0.02)
    stand.undo.undo()
    assert fit_grid(stand.grid).function.at(0.0, 2.0) == 1.0


def test_without_the_brush_the_mouse_points_again(stand):
    fields = stand.scene.fields
    for _ in range(2):
        stand.qtbot.mouseClick(fields.paint, LEFT)
        QApplication.processEvents()
    stand.drag(fields.target, [(0.0, 0.0), (1.0, 1.0)])
    assert stand.grid.target is GridTarget.WAVES
    assert not fields.brushes.isVisible()


def test_the_surfaces_turn_together_and_follow_the_fit(stand):
    fields = stand.scene.fields
    stand.qtbot.mouseClick(fields.surface, LEFT)
    one, other = fields.surfaces
    assert one.isVisible()
    stand.qtbot.keyClick(one, Key.Key_Left)
    assert one.view == other.view
    assert one.view[0] != -60 % 360
    before = other._z.copy()
    stand.change(cells=3)
    assert other._z.tolist() != before.tolist()
    stand.qtbot.mouseClick(fields.surface, LEFT)
    assert fields.sections.plots[0].isVisible()


def test_the_notes_are_the_engines_numbers_and_the_slow_one_follows(stand):
    stand.change(cells=9)
    fit = fit_grid(stand.grid)
    assert stand.numbers["layer 1"] == "20"
    assert stand.numbers["layer 2"] == "81"
    assert stand.numbers["hidden neurons"] == "101"
    assert stand.numbers["largest error"] == f"{fit.errors.sup:.3g}"
    assert stand.numbers["bound"] == f"{fit.bound:.3g}"
    assert stand.numbers["L² error"] == "…"
    stand.qtbot.waitUntil(lambda: stand.numbers["L² error"] != "…", timeout=5000)
    assert stand.numbers["L² error"] == f"{fit.errors.l2:.3g}"
    assert stand.noted


def test_a_target_without_lipschitz_constant_has_no_bound(stand):
    stand.change(target=GridTarget.DISC)
    assert stand.numbers["bound"] == "none"
    assert stand.numbers["Lipschitz L"] == "∞"


def test_a_formula_that_fails_between_the_checked_points_leaves_the_last_fit(stand):
    fit = stand.scene.fit
    # 1/(x − c) is finite wherever the spec looks, and infinite at the centre of a cell.
    centre = float(fit_grid(GridSpec(cells=7)).network.edges[0][:2].mean())
    stand.change(target=GridTarget.FORMULA, formula=f"1/(x-({centre!r}))", cells=7)
    assert stand.scene.trouble.isVisible()
    assert stand.scene.trouble.text()
    assert stand.scene.fit is fit
    stand.change(target=GridTarget.HILL)
    assert not stand.scene.trouble.isVisible()
    assert stand.scene.fit.spec == stand.grid


# --- one cell -----------------------------------------------------------------------------------


def table_of(stand) -> list[list[str]]:
    return [[label.text() for label in row] for row in stand.scene.cell.table.rows]


def test_the_conditions_hold_inside_and_fail_outside(stand):
    stand.turn_to(CELL)
    view = stand.scene.cell
    move(view.map, stand.pixel(view.map, -0.75, 0.75))
    height = fit_grid(stand.grid).network.dissect((4, 7)).height
    assert [row[2] for row in table_of(stand)] == [
        "yes", "yes", "yes", "yes", "yes", f"{height:.3g}".replace("-", "−")
    ]
    assert [row[0] for row in table_of(stand)[:4]] == ["x > −1", "x ≤ −0.5", "y > 0.5", "y ≤ 1"]
    assert stand.numbers["AND"] == "1"
    move(view.map, stand.pixel(view.map, 1.0, 0.75))
    assert [row[2] for row in table_of(stand)] == ["yes", "no", "yes", "yes", "no", "0"]
    assert table_of(stand)[4][1] == "1 − 1 + 1 − 0 > 1.5"
    assert stand.numbers["conditions missed"] == "1"
    move(view.map, QPoint(1, 1))
    assert view.at == stand.grid.cursor_at, "without the mouse the point is the cursor"


def test_the_diagram_is_the_cells_network(stand):
    stand.change(cell=(2, 9), at_zero=StepAtZero.ONE)
    stand.turn_to(CELL)
    cell = fit_grid(stand.grid).network.dissect((2, 9))
    layers = stand.scene.cell.diagram._layers
    assert [layer.count for layer in layers] == [2, 4, 1, 1]
    hidden = (np.array(stand.grid.cursor_at) @ layers[1].weights.T + layers[1].biases >= 0) * 1
    assert list(layers[1].names) == [str(u) for u in hidden]
    z = layers[2].weights @ hidden + layers[2].biases
    now = cell.at(stand.grid.cursor_at)
    assert float(z[0]) == now.pre_activation
    assert layers[2].names[0] == str(now.fires)
    assert float(layers[3].weights[0, 0]) == cell.height
    assert table_of(stand)[0][0].startswith("x ≥ ")


def test_arrow_keys_and_spin_boxes_choose_the_cell(stand):
    stand.turn_to(CELL)
    view = stand.scene.cell
    point = stand.grid.cursor
    view.map.setFocus()
    for key in (Key.Key_Right, Key.Key_Right, Key.Key_Down):
        stand.qtbot.keyClick(view.map, key)
    assert stand.grid.cell == (6, 6)
    assert stand.grid.cursor == point
    assert [spin.value() for spin in view.spins] == [7, 7]
    view.spins[1].setFocus()
    stand.qtbot.keyClick(view.spins[1], Key.Key_Up)
    assert stand.grid.cell == (6, 7)
    assert view.map._chosen == (6, 7)
    for _ in range(20):
        stand.qtbot.keyClick(view.map, Key.Key_Left)
    assert stand.grid.cell == (0, 7)


def test_a_click_on_the_map_takes_the_cell_under_it(stand):
    stand.turn_to(CELL)
    view = stand.scene.cell.map
    at = stand.pixel(view, 2.8, -2.8)
    stand.press(view, at)
    stand.qtbot.mouseRelease(view, LEFT, pos=at)
    assert stand.grid.cell == (11, 0)
    assert stand.grid.cursor_at == pytest.approx((2.8, -2.8), abs=0.03)


def test_a_dragged_bias_takes_the_cell_along(stand):
    stand.turn_to(CELL)
    diagram = stand.scene.cell.diagram
    diagram.set_chosen(1, 1)
    label = next(one for one in diagram.labels() if one.number.source is None)
    at = label.rect.center().toPoint()
    stand.press(diagram, at)
    # The upper x edge stands at −0.5, so b = 0.5; a third of the way right is b = 2.5.
    move(diagram, at + QPoint(100, 0), LEFT)
    stand.qtbot.mouseRelease(diagram, LEFT, pos=at)
    assert stand.grid.cell == (0, 7)
    assert stand.scene.cell.cell.neurons[1].edge == -2.5
    diagram.weight_scrubbed.emit(2, 0, "bias", 5.0)
    assert stand.grid.cell == (0, 7), "½ − d is no free number"


def test_fewer_cells_keep_the_dissected_one_inside(stand):
    stand.change(cell=(11, 11))
    stand.turn_to(CELL)
    stand.change(cells=3)
    assert stand.scene.cell.cell.cell == (2, 2)
    assert [spin.maximum() for spin in stand.scene.cell.spins] == [3, 3]
    assert stand.scene.cell.map._chosen == (2, 2)


# --- cost ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("cells", [1, 2, 12, 200])
def test_the_cost_chart_is_the_engines_curve(stand, cells):
    stand.change(cells=cells)
    stand.turn_to(COST)
    contents = stand.scene.cost.plot.contents
    curve = cost_curve(cells)
    first, second = contents.curves["layer 1"], contents.curves["layer 2"]
    assert np.log10(first.y) == pytest.approx(curve.log10_edge_neurons)
    shown = np.isfinite(second.y)
    assert np.log10(second.y[shown]) == pytest.approx(curve.log10_cell_neurons[shown])
    assert (curve.log10_cell_neurons[~shown] > 300).all()
    assert contents.x.high == 784
    passed = [d for _, d in marker_dimensions(cells) if d is not None and d <= 784]
    assert sorted(mark.x for mark in contents.marks) == sorted(passed)
    labels = [curve.label for key, curve in contents.curves.items() if key.startswith("marker")]
    assert len(labels) == 5
    assert all(any(text.startswith(f"d = {d}:") for text in labels) for d in passed)


def test_the_counters_are_exact_and_readable(stand):
    stand.turn_to(COST)
    texts = [[label.text() for label in row] for row in stand.scene.cost.counters.rows]
    assert texts[0] == ["the plane: 2", "26", "144"]
    assert texts[1] == ["space: 3", "39", "1,728"]
    assert texts[2] == ["d = 20", "260", "3.8·10²¹"]
    assert texts[3] == ["an image: 784", "10,192", "1.2·10⁸⁴⁶"]
    assert readable(10**100) == "10¹⁰⁰"


def test_the_line_at_d_is_dragged_and_undone(stand):
    stand.turn_to(COST)
    plot = stand.scene.cost.plot
    knob = knob_point(plot.contents.handles[0], plot.frame).toPoint()
    stand.press(plot, knob)
    for d in (40.0, 90.0, 100.0):
        move(plot, QPoint(stand.pixel(plot, d, 10.0).x(), knob.y()), LEFT)
    stand.qtbot.mouseRelease(plot, LEFT, pos=knob)
    d = stand.spec.sparsity.dimension
    assert d == pytest.approx(100, abs=2)
    assert stand.scene.cost.counters.rows[2][2].text() == readable(12**d)
    assert stand.numbers["layer 2"] == readable(12**d)
    assert stand.undo.count() == 1
    plot.setFocus()
    stand.qtbot.keyClick(plot, Key.Key_Right)
    assert stand.spec.sparsity.dimension == d + 1
    stand.undo.undo()
    stand.undo.undo()
    assert stand.spec.sparsity.dimension == 20


# --- sparsity -----------------------------------------------------------------------------------


def test_measured_shares_are_the_engines_and_the_expectation_is_dashed(stand):
    stand.turn_to(SPARSITY)
    stand.measure(points=500, cells_per_axis=4, dimension=9, seed=3)
    stand.wait_measured()
    points = list(measure_sparsity(stand.spec.sparsity))
    assert stand.scene.sparsity.points == points
    contents = stand.scene.sparsity.share.contents
    assert contents.curves["measured"].y.tolist() == [p.occupied_share for p in points]
    assert contents.curves["expected"].dashed
    assert contents.curves["expected"].y.tolist() == [
        expected_share(500, 4, d) for d in range(1, 10)
    ]
    assert [(mark.x, mark.y) for mark in contents.marks] == [
        (p.dimension, p.occupied_share) for p in points
    ]
    crowd = stand.scene.sparsity.crowd.contents.curves
    assert crowd["cell"].y.tolist() == [p.points_per_cell for p in points]
    assert crowd["occupied"].y.tolist() == [p.points_per_occupied_cell for p in points]
    values = stand.scene.sparsity.numbers.values
    assert values["cells"].text() == "262,144"
    assert values["occupied"].text() == f"{points[-1].occupied:,}"
    assert stand.numbers["occupied"] == f"{points[-1].occupied:,}"
    assert stand.scene.sparsity.progress.value() == 9
    assert "most cells are empty" in stand.scene.sparsity.status.text()


@pytest.mark.parametrize("source", [PointSource.PCA, PointSource.PIXELS])
def test_images_occupy_fewer_cells_than_uniform_points(stand, source):
    stand.turn_to(SPARSITY)
    stand.measure(source=source, points=2000, cells_per_axis=5, dimension=6)
    stand.wait_measured()
    points = stand.scene.sparsity.points
    assert [p.dimension for p in points] == [1, 2, 3, 4, 5, 6]
    assert points[-1].points == 2000
    assert points[-1].occupied_share < points[-1].expected


def test_another_spec_ends_the_job_and_its_results_are_dropped(stand):
    stand.turn_to(SPARSITY)
    stand.measure(points=1_000_000, cells_per_axis=2, dimension=700)
    stand.qtbot.waitUntil(lambda: len(stand.scene.sparsity.points) > 1, timeout=20_000)
    old = stand.scene.sparsity.job
    stand.measure(points=10, cells_per_axis=3, dimension=4)
    stand.wait_measured()
    assert [p.points for p in stand.scene.sparsity.points] == [10] * 4
    stand.qtbot.waitUntil(old.isFinished, timeout=10_000)


def test_stop_ends_a_long_job_and_the_page_begins_it_anew(stand):
    stand.turn_to(SPARSITY)
    stand.measure(points=1_000_000, cells_per_axis=2, dimension=700)
    stand.qtbot.waitUntil(lambda: stand.scene.sparsity.job is not None, timeout=5000)
    job = stand.scene.sparsity.job
    stand.scene.stop()
    assert job.isFinished()
    stand.measure(points=100, dimension=3)
    stand.wait_measured()
    assert len(stand.scene.sparsity.points) == 3


def test_a_hidden_page_measures_nothing(stand):
    stand.measure(points=100, dimension=3)
    assert stand.scene.sparsity.job is None
    assert not stand.scene.sparsity.is_measuring


def test_the_window_stays_smooth_while_a_million_points_are_counted(stand):
    stand.turn_to(SPARSITY)
    stand.measure(points=1_000_000, cells_per_axis=10, dimension=12)
    gaps, last = [], time.perf_counter()
    while stand.scene.sparsity.is_measuring:
        QApplication.processEvents()
        now = time.perf_counter()
        gaps.append(now - last)
        last = now
        time.sleep(0.002)
    assert len(stand.scene.sparsity.points) == 12
    assert float(np.percentile(gaps, 95)) < 0.1


@pytest.mark.parametrize("changes", [
    {"points": 1}, {"cells_per_axis": 1}, {"dimension": 1}, {"dimension": 784, "points": 50},
    {"cells_per_axis": 200, "dimension": 784, "points": 3},
])
def test_the_ends_of_what_can_be_asked_for(stand, changes):
    stand.turn_to(SPARSITY)
    stand.measure(**changes)
    stand.wait_measured()
    assert not stand.scene.sparsity.problem
    assert len(stand.scene.sparsity.points) == stand.spec.sparsity.dimension
    texts = {key: label.text() for key, label in stand.scene.sparsity.numbers.values.items()}
    assert all(text and "nan" not in text and "inf" not in text for text in texts.values()), texts
    stand.scene.grab()


# --- looks --------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", list(THEMES))
@pytest.mark.parametrize("page", [FIELDS, CELL, COST, SPARSITY])
def test_every_page_fits_beside_the_panels(stand, page, theme):
    look().set_window_height(720)
    look().set_theme(theme)
    stand.turn_to(page)
    QApplication.processEvents()
    stand.scene.fields.paint.setChecked(page == FIELDS)
    QApplication.processEvents()
    wanted = stand.scene.minimumSizeHint()
    assert wanted.width() <= 980
    assert wanted.height() <= 580
    if page == FIELDS:
        stand.scene.resize(980, 580)
        QApplication.processEvents()
        QApplication.processEvents()
        sides = [view.frame.width for view in stand.scene.fields.maps]
        assert max(sides) - min(sides) <= 3
        assert min(sides) >= 120
    if page == SPARSITY:
        stand.wait_measured()


def test_spec_defaults_are_worth_showing(stand):
    assert math.isfinite(stand.scene.fit.bound)
    assert stand.scene.notes().heading == "A box in two dimensions is an AND"
    assert stand.spec.sparsity == SparsitySpec()
