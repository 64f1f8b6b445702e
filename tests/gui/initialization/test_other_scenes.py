"""The derivation, the map of order and chaos, and the schemes trained side by side."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, Qt

from engine.initialization.chaos import correlation_path, fixed_points
from engine.initialization.derivation import derivation
from engine.initialization.tab_spec import Chosen, Scene
from gui.tabs.initialization import training_scene
from gui.tabs.initialization.derivation_scene import value_text

LEFT = Qt.MouseButton.LeftButton


def test_the_derivation_has_the_engines_numbers(bench):
    bench.open(Scene.DERIVATION)
    scene = bench.scene
    bench.until(lambda: not scene._typesetter.is_busy)
    steps = derivation(bench.snapshot, 1, 2)
    shown = [row for row in scene.rows if row.isVisible()]
    assert len(shown) == len(steps)
    for step, row in zip(steps, shown, strict=True):
        assert row.title.startswith(step.part)
        assert row.formula.tex == step.formula
        assert row.numbers.tex == step.numbers
        assert row.prediction.text() == value_text(step.prediction)
        assert row.measured.text().startswith(value_text(step.measured))


def test_the_derivation_goes_step_by_step_for_any_scheme_and_layer(bench):
    bench.open(Scene.DERIVATION)
    scene, actions = bench.scene, bench.tab.actions_
    bench.until(lambda: not scene._typesetter.is_busy)
    count = len(scene._steps)
    actions["step_back"].trigger()
    assert sum(row.isVisible() for row in scene.rows) == count - 1
    actions["step"].trigger()
    assert sum(row.isVisible() for row in scene.rows) == count
    scene.layer.setCurrentIndex(3)
    scene.layer.activated.emit(3)
    assert bench.spec.chosen == Chosen(1, 4)
    bench.until(lambda: not scene._typesetter.is_busy)
    assert scene.rows[0].numbers.tex == derivation(bench.snapshot, 1, 4)[0].numbers


def test_the_point_is_dragged_and_its_network_shown(bench):
    bench.probe(activation="tanh")
    bench.open(Scene.CHAOS)
    scene, undo = bench.scene, bench.tab.undo_stack
    bench.until(lambda: len(scene.map.edge) > 1 and not scene.network.is_busy)
    before, count = bench.spec.point, undo.index()
    frame = scene.map.frame
    start = QPoint(round(frame.left + 0.3 * frame.width), round(frame.top + 0.5 * frame.height))
    bench.qtbot.mousePress(scene.map, LEFT, pos=start)
    for step in range(1, 4):
        bench.qtbot.mouseMove(scene.map, start + QPoint(12 * step, 0))
    bench.qtbot.mouseRelease(scene.map, LEFT, pos=start + QPoint(36, 0))
    point = bench.spec.point
    assert point != before
    assert undo.index() == count + 1
    assert scene.map.point == (point.weight_gain, point.bias_variance)
    bench.until(lambda: not scene.network.is_busy)
    snapshot = scene.network.snapshot
    assert snapshot.spec.bias_variance == point.bias_variance
    found = snapshot.results[0]
    gain = found.fan_in[0] * found.standard_deviation[0] ** 2
    np.testing.assert_allclose(gain, point.weight_gain, rtol=1e-5)
    numbers = {name.text: value.text() for name, value in bench.tab.notes.rows}
    fixed = fixed_points(bench.spec.probe.activation, point.weight_gain, point.bias_variance)
    assert numbers["χ₁"] == f"{fixed.slope:.3f}"
    depth = len(bench.spec.probe.layer_widths) - 1
    path = correlation_path(
        bench.spec.probe.activation, point.weight_gain, point.bias_variance, 0.5, depth
    )
    np.testing.assert_array_equal(scene.correlation.series[1].measured, path)
    undo.undo()
    assert bench.spec.point == before


def test_the_point_walks_by_keys(bench):
    bench.open(Scene.CHAOS)
    before = bench.spec.point
    bench.scene.map.setFocus()
    bench.qtbot.keyClick(bench.scene.map, Qt.Key.Key_Right)
    bench.qtbot.keyClick(bench.scene.map, Qt.Key.Key_Up)
    assert bench.spec.point.weight_gain > before.weight_gain
    assert bench.spec.point.bias_variance > before.bias_variance


def test_schemes_are_trained_under_their_variance_plots(torch_is_there, bench, monkeypatch):
    monkeypatch.setattr(training_scene, "STEPS", 6)
    bench.probe(widths="784,16,10", schemes=("2/n_in", "constant"))
    bench.open(Scene.TRAINING)
    scene = bench.scene
    bench.qtbot.mouseClick(scene.train, LEFT)
    bench.until(lambda: not scene.is_training)
    assert scene.problem() == ""
    for course, (_, _, losses) in zip(scene.courses, scene.columns, strict=False):
        assert course.steps == list(range(1, 7))
        np.testing.assert_allclose(losses.series[0].measured, course.losses)
        assert course.accuracy is not None
    assert [card.isVisible() for card, _, _ in scene.columns].count(True) == 2
    bench.probe(widths="784,20,10")
    assert scene.courses == []  # those losses belonged to another network


def test_columns_take_no_room_that_they_make_themselves(torch_is_there, bench):
    """Else a window that gets narrow lays them out, finds them too wide, too high, and so on."""
    bench.probe(schemes=("constant", "1/n_in", "he", "xavier_normal"))
    bench.open(Scene.TRAINING)
    for width in (1500, 900, 1100, *range(1040, 760, -20), 1500):
        bench.window.resize(width, 640)
        bench.settle()
        shown = [card for card, _, _ in bench.scene.columns if card.isVisible()]
        assert len(shown) == 4
        assert bench.scene.minimumSizeHint().width() == max(
            card.minimumSizeHint().width() for card in shown
        )


def test_training_can_be_stopped(torch_is_there, bench):
    bench.open(Scene.TRAINING)
    bench.qtbot.mouseClick(bench.scene.train, LEFT)
    assert bench.scene.is_training
    bench.qtbot.mouseClick(bench.scene.train, LEFT)
    assert not bench.scene.is_training
    assert bench.scene.train.text() == "Train these"


def test_reset_brings_the_start_back_and_undo_the_work(bench):
    before = bench.spec
    bench.tab.actions_["reset"].trigger()
    assert bench.spec.probe.widths == "256x21"
    bench.tab.undo_stack.undo()
    assert bench.spec == before
