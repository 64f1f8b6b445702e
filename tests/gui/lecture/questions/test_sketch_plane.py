"""A curve is sketched by mouse or by keys, changed until it is frozen, and never afterwards."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QKeySequence, QShortcut
from question_driving import CTRL, LOG, SKETCH, Key, height, on_plane

from engine.lessons.scoring import score
from engine.lessons.truth import Truth

FALLING = [(0, 1.8), (5, 0.8), (15, 0.5), (30, 0.4)]


def test_a_stroke_of_the_mouse_is_the_prediction(ask):
    hall = ask(SKETCH)
    plane = hall.card.answer.plane
    assert hall.card.prediction is None
    hall.drag(plane, on_plane(plane, FALLING))
    drawn = hall.card.prediction
    for x, y in FALLING:
        assert height(drawn, x) == pytest.approx(y, abs=0.03)
    hall.freeze()
    assert len(hall.predicted) == 1
    truth = Truth((np.linspace(0, 30, 61), np.interp(np.linspace(0, 30, 61), *zip(
        *FALLING, strict=True))))
    result = score(SKETCH, hall.predicted[0], truth)
    assert result.points > 0.95
    hall.card.reveal(truth, result, None)
    curves = plane.contents.curves
    assert (curves["sketch"].token, curves["sketch"].dashed) == ("ghost", True)
    assert curves["truth"].token == "orange"
    assert curves["truth"].label == "it is"


def test_a_stroke_replaces_what_it_passes_and_can_be_taken_back(ask):
    hall = ask(SKETCH)
    answer = hall.card.answer
    plane = answer.plane
    hall.drag(plane, on_plane(plane, FALLING))
    hall.drag(plane, on_plane(plane, [(10, 1.5), (20, 1.5)]))
    assert height(hall.card.prediction, 15) == pytest.approx(1.5, abs=0.03)
    assert height(hall.card.prediction, 5) == pytest.approx(0.8, abs=0.03)
    hall.click(answer.undo_button)
    assert height(hall.card.prediction, 15) == pytest.approx(0.5, abs=0.03)
    hall.click(answer.clear_button)
    assert hall.card.prediction is None
    hall.click(answer.undo_button)
    assert height(hall.card.prediction, 15) == pytest.approx(0.5, abs=0.03)


def test_the_eraser_takes_away_only_what_it_passes(ask):
    hall = ask(SKETCH)
    answer = hall.card.answer
    plane = answer.plane
    hall.drag(plane, on_plane(plane, FALLING))
    hall.click(answer.erase_button)
    hall.drag(plane, on_plane(plane, [(10, 1), (12, 1), (14, 1)]))
    x, y = hall.card.prediction
    assert not ((x > 9.8) & (x < 14.2)).any()
    assert height((x, y), 5) == pytest.approx(0.8, abs=0.03)
    assert height((x, y), 30) == pytest.approx(0.4, abs=0.03)


def test_a_logarithmic_plane_is_drawn_on_as_it_is_seen(ask):
    hall = ask(LOG)
    plane = hall.card.answer.plane
    hall.drag(plane, on_plane(plane, [(1, 1.0), (50, 0.01)]))
    x, y = hall.card.prediction
    # A straight line there is a constant factor per layer.
    factors = np.diff(np.log(y)) / np.diff(x)
    assert factors == pytest.approx(np.log(0.01) / 49, rel=0.25)
    assert height((x, np.log10(y)), 25.5) == pytest.approx(-1, abs=0.05)


def test_a_curve_by_keys_alone(ask):
    hall = ask(SKETCH)
    plane = hall.card.answer.plane
    hall.focus(plane)
    for _ in range(16):
        hall.press(Key.Key_Up)  # from the middle, 1.0, to the top
    for _ in range(20):
        hall.press(Key.Key_Right)
    for _ in range(30):
        hall.press(Key.Key_Down)
    drawn = hall.card.prediction
    # The end stands where its key put it, and the line to it is straight.
    assert height(drawn, 0) == pytest.approx(1.8, abs=0.01)
    assert height(drawn, 30) == pytest.approx(1.8 - 30 * 0.05, abs=0.01)
    assert height(drawn, 15) == pytest.approx((1.8 + 0.3) / 2, abs=0.02)
    assert "30" in plane.accessibleDescription()
    # To move a point is one step, however many keys it takes.
    plane.undo()
    assert hall.card.prediction is None
    assert plane.sketch.coverage < 0.05
    for _ in range(30):
        hall.press(Key.Key_Down)
    hall.press(Key.Key_Delete)
    assert drawn[0].max() > hall.card.prediction[0].max()
    hall.press(Key.Key_Return)
    assert hall.card.is_frozen


def test_taking_a_stroke_back_by_key_is_not_for_the_window(ask, qtbot):
    hall = ask(SKETCH)
    plane = hall.card.answer.plane
    undone = []
    shortcut = QShortcut(QKeySequence("Ctrl+Z"), hall.window)
    shortcut.activated.connect(lambda: undone.append(True))
    hall.drag(plane, on_plane(plane, FALLING))
    hall.focus(plane)
    hall.press(Key.Key_Z, CTRL)
    assert hall.card.prediction is None
    assert undone == []
    # There is nothing more to take back here, so the window has it.
    hall.press(Key.Key_Z, CTRL)
    assert undone == [True]


def test_what_is_frozen_stays_as_it_is(ask):
    hall = ask(SKETCH)
    plane = hall.card.answer.plane
    hall.drag(plane, on_plane(plane, FALLING))
    hall.freeze()
    before = hall.card.prediction
    hall.drag(plane, on_plane(plane, [(0, 0.1), (30, 1.9)]))
    hall.focus(plane)
    for key in (Key.Key_Up, Key.Key_Delete, Key.Key_Space):
        hall.press(key)
    plane.undo()
    plane.clear()
    np.testing.assert_array_equal(hall.card.prediction[1], before[1])
    assert not hall.card.answer.tools.isVisible()


def test_a_slip_of_the_pen_is_no_prediction(ask):
    hall = ask(SKETCH)
    plane = hall.card.answer.plane
    hall.drag(plane, on_plane(plane, [(10, 1), (10.2, 1)]))
    hall.freeze()
    assert not hall.card.is_frozen
    assert "sketched" in hall.card.problem.text()


def test_the_sketch_before_stays_as_a_ghost_while_one_draws_again(ask):
    hall = ask(SKETCH)
    plane = hall.card.answer.plane
    hall.drag(plane, on_plane(plane, FALLING))
    hall.freeze()
    first = hall.card.prediction
    hall.click(hall.card.again_button)
    np.testing.assert_array_equal(hall.card.prediction[1], first[1])
    hall.drag(plane, on_plane(plane, [(0, 1.0), (30, 1.0)]))
    hall.freeze()
    assert height(hall.card.prediction, 0) == pytest.approx(1.0, abs=0.03)
    ghost = plane.contents.curves["before 1"]
    assert ghost.token == "ghost"
    assert float(ghost.at(0.0)) == pytest.approx(1.8, abs=0.03)
    assert hall.card.past.text().splitlines()[1].startswith("2nd prediction")


def test_a_curve_that_is_known_helps_to_answer(ask):
    hall = ask(SKETCH)
    x = np.linspace(0, 30, 5)
    hall.card.set_question(LOG, LOG.prompt, ((x + 1, x / 30 + 0.1), "f"))
    given = hall.card.answer.plane.contents.curves["given"]
    assert (given.token, given.label) == ("ink", "f")
