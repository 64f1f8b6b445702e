"""Runs kept for comparison: pinned, told apart, saved with the session, let go."""

from __future__ import annotations

import pytest
from driving import RECIPE
from PySide6.QtCore import Qt

from engine.sessions.session import from_text, to_text
from gui.tabs.training.pins import MOST_PINS
from gui.tabs.training.run import RunState

Key = Qt.Key


def ghosts(lab) -> dict[str, list[float]]:
    return {series.label: series.y.tolist() for series in lab.tab.curves.loss._model.ghosts}


def train_an_epoch(lab) -> list[float]:
    lab.press(Key.Key_E)
    lab.wait_for(RunState.PAUSED)
    return lab.history.curve("test", "loss")[1].tolist()


def change_rate(lab, rate: float) -> None:
    lab.store.apply(lab.store.spec.replaced(recipe=RECIPE.replaced(learning_rate=rate)), "η")


@pytest.fixture
def compared(lab):
    """One run pinned with its button, and another of a tenth of the rate beside it."""
    pinned = train_an_epoch(lab)
    lab.click(lab.tab.curves.pin_button)
    lab.press(Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    lab.wait_for(RunState.READY)
    change_rate(lab, RECIPE.learning_rate / 10)
    lab.wait_for(RunState.READY)
    train_an_epoch(lab)
    return lab, pinned


def test_a_pinned_run_stays_behind_later_ones_and_says_what_it_has(compared):
    lab, pinned = compared
    assert ghosts(lab)[f"η {RECIPE.learning_rate:g}"] == pinned
    lab.press(Key.Key_P)
    assert len(lab.tab.pins()) == 2
    lab.press(Key.Key_P)  # the same once more is none
    assert len(lab.tab.pins()) == 2
    assert "the same recipe" in ghosts(lab)
    lab.press(Key.Key_P, Qt.KeyboardModifier.ShiftModifier)
    assert lab.tab.pins() == ()
    assert not lab.tab.curves.unpin_button.isVisible()
    assert f"η {RECIPE.learning_rate:g}" not in ghosts(lab)


def test_nothing_measured_is_nothing_to_pin_and_the_oldest_makes_room(lab):
    lab.tab.presenter.control.run.history.evaluations.clear()
    lab.press(Key.Key_P)
    assert lab.tab.pins() == ()
    train_an_epoch(lab)
    run = lab.tab.presenter.control.run.history
    for seconds in range(MOST_PINS + 2):
        other = run.copy()
        other.recipe = run.recipe.replaced(seed=seconds)
        other.evaluations = run.evaluations[:1] * (seconds + 1)
        lab.tab.presenter.pins.pin(other)
    assert [len(one.evaluations) for one in lab.tab.presenter.pins.histories] == [
        k + 1 for k in range(2, MOST_PINS + 2)
    ]


def test_pins_go_into_the_session_and_come_back(compared, open_lab):
    lab, pinned = compared
    text = to_text(lab.window.keeper.session)
    lab.close()
    other = open_lab(RECIPE)
    assert other.tab.pins() == ()
    other.window.keeper.take(from_text(text))
    assert len(other.tab.pins()) == 1
    # What the run has that the present one has not is told once that is prepared.
    other.until(lambda: f"η {RECIPE.learning_rate:g}" in ghosts(other))
    assert ghosts(other)[f"η {RECIPE.learning_rate:g}"] == pinned
    assert other.window.keeper.session.pinned == from_text(text).pinned
