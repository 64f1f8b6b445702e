"""Who gets a key: Space plays from everywhere but where it has a use of its own."""

from __future__ import annotations

import pytest
from driving import LONG
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox

from gui.tabs.training.run import RunState

Key = Qt.Key


@pytest.fixture
def long(open_lab):
    return open_lab(LONG)


def is_playing(lab) -> bool:
    lab.qtbot.wait(60)
    return lab.state is RunState.RUNNING


PLACES = {
    "the tabs": lambda lab: lab.window.tab_bar,
    "a plot": lambda lab: lab.tab.curves.loss,
    "a card": lambda lab: lab.tab.predictions.cards[0],
    "a slider": lambda lab: lab.field("learning_rate").slider,
    "the form": lambda lab: lab.tab.form_panel,
    "nothing": lambda _: None,
}


@pytest.mark.parametrize("place", PLACES)
def test_space_plays_and_pauses_from(long, place):
    widget = PLACES[place](long)
    if widget is None:
        focused = long.window.focusWidget()
        if focused is not None:
            focused.clearFocus()
    else:
        long.focus(widget)
    long.press(Key.Key_Space)
    assert is_playing(long)
    long.press(Key.Key_Space)
    long.wait_for(RunState.PAUSED)


def test_space_in_a_text_is_a_space(long):
    edit = long.field("hidden").edit
    long.focus(edit)
    edit.end(False)
    long.press(Key.Key_Space)
    assert edit.text() == "32 "
    assert not is_playing(long)


@pytest.mark.parametrize("letter", ["N", "S", "E", "L"])
def test_letters_in_a_text_are_letters(long, letter):
    edit = long.field("hidden").edit
    long.focus(edit)
    spec = long.store.spec
    long.press(Key[f"Key_{letter}"])
    assert edit.text().endswith(letter.lower())
    assert long.store.spec == spec
    assert not is_playing(long)


def test_space_switches_the_focused_switch(long):
    switch = long.field("batch_norm").switch
    long.focus(switch)
    long.press(Key.Key_Space)
    assert long.recipe.batch_norm
    assert not is_playing(long)


def test_space_presses_the_focused_button(long):
    button = long.tab.curves.log_button
    long.focus(button)
    long.press(Key.Key_Space)
    assert long.store.spec.log_loss
    assert not is_playing(long)
    long.focus(long.button("small_step"))
    long.press(Key.Key_Space)
    long.wait_for(RunState.PAUSED)
    assert long.steps == 1


def test_space_unfolds_the_focused_group(long):
    heading = long.tab.recipe_panel.form.groups["data"].heading
    before = heading.isChecked()
    long.focus(heading)
    long.press(Key.Key_Space)
    assert heading.isChecked() is not before
    assert not is_playing(long)


def test_space_opens_the_focused_box_and_letters_search_it(long):
    box = long.field("optimizer").box
    long.focus(box)
    long.press(Key.Key_S)
    assert box.currentText().startswith("SGD")
    assert long.steps == 0
    long.press(Key.Key_Space)
    long.until(box.view().isVisible)
    box.hidePopup()
    long.activate()
    assert not is_playing(long)


def test_a_click_works_a_button_and_leaves_the_keyboard_where_it_is(long):
    """Otherwise Space would reset the run once more, instead of playing it."""
    long.focus(long.window.tab_bar)
    for button in (long.button("reset"), long.tab.predictions.random_button,
                   long.tab.pages.buttons["overview"], long.tab.predictions.cards[0]._pin):
        long.click(button)
        assert not button.hasFocus()
    long.choose(long.tab.recipe_panel.presets, "First minute")
    assert not long.tab.recipe_panel.presets.hasFocus()
    long.press(Key.Key_Space)
    assert is_playing(long)


def test_tab_reaches_every_button_and_box(long):
    long.focus(long.window.tab_bar)
    reached = set()
    for _ in range(300):
        long.press(Key.Key_Tab)
        widget = long.window.focusWidget()
        if widget in reached:
            break
        reached.add(widget)
    wanted = [
        w for kind in (QAbstractButton, QComboBox) for w in long.window.findChildren(kind)
        if w.isVisible() and w.isEnabled() and w.focusPolicy() != Qt.FocusPolicy.NoFocus
    ]
    missing = [w for w in wanted if w not in reached]
    assert not missing


def test_a_click_beside_everything_leaves_space_alone(long):
    long.qtbot.mouseClick(long.tab, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    long.press(Key.Key_Space)
    assert is_playing(long)
