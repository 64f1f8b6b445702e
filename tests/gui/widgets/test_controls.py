"""Transport bar, collapsible group, segmented control."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QApplication, QLabel

from gui.theme import look
from gui.widgets.collapsible import CollapsibleGroup
from gui.widgets.segmented import SegmentedControl
from gui.widgets.transport_bar import FULL, ICON_ONLY, NO_SHORTCUT, TransportBar

KEYS = ("reset", "play", "small_step", "large_step", "stop")


@pytest.fixture
def actions():
    made = {}
    for key, text, shortcut in zip(KEYS, ("Reset", "Play", "Batch", "Epoch", "Stop"),
                                   ("R", "Space", "B", "E", "Esc"), strict=True):
        made[key] = QAction(text)
        made[key].setShortcut(QKeySequence(shortcut))
    return made


@pytest.fixture
def bar(qtbot, actions):
    made = TransportBar(*actions.values())
    made.set_speeds(["as fast as possible", "slow motion"])
    made.set_status("epoch 18 of 30 · 41,200 images/s · 16 s left")
    qtbot.addWidget(made)
    made.resize(1500, 60)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.mark.parametrize("key", KEYS)
def test_a_button_triggers_its_action_and_follows_its_state(bar, actions, qtbot, key):
    with qtbot.waitSignal(actions[key].triggered):
        qtbot.mouseClick(bar.buttons[key], Qt.MouseButton.LeftButton)
    actions[key].setText("Other")
    actions[key].setEnabled(False)
    assert bar.buttons[key].accessibleName() == "Other"
    with qtbot.assertNotEmitted(actions[key].triggered):
        qtbot.mouseClick(bar.buttons[key], Qt.MouseButton.LeftButton)
    actions[key].setVisible(False)
    assert bar.buttons[key].isHidden()


@pytest.mark.usefixtures("any_look")
def test_texts_give_way_to_icons_instead_of_being_clipped(bar):
    seen = []
    for width in range(int(1500 * look().scale), bar.minimumSizeHint().width(), -120):
        bar.resize(width, bar.minimumSizeHint().height())
        QApplication.processEvents()
        button = bar.buttons["play"]
        assert button.width() >= button.width_at(button.detail)
        assert bar.timeline.geometry().right() < bar.width()
        assert bar.speed.width() >= bar.speed.minimumSizeHint().width()
        seen.append(button.detail)
    assert seen == sorted(seen)
    assert set(seen) == {FULL, NO_SHORTCUT, ICON_ONLY}
    assert bar.status.shown_text().endswith("…")
    assert bar.status.toolTip() == bar.status.text
    assert bar.buttons["reset"].toolTip() == "Reset (R)"


def test_the_play_button_shows_pause_while_playing(bar, painted):
    before = painted(bar.buttons["play"])
    bar.set_playing(True)
    assert (painted(bar.buttons["play"]) != before).any()
    bar.set_playing(False)
    assert (painted(bar.buttons["play"]) == before).all()


def test_speed_and_progress(bar, qtbot, has_color):
    with qtbot.waitSignal(bar.speed_chosen, check_params_cb=lambda index: index == 1):
        bar.speed.setFocus()
        qtbot.keyClick(bar.speed, Qt.Key.Key_Down)
    bar.set_progress(0.6, 30)
    assert bar.timeline.progress == 0.6
    assert bar.timeline.accessibleDescription() == "60 %"
    assert has_color(bar.timeline, "blue", 100)
    bar.set_progress(7)
    assert bar.timeline.progress == 1


@pytest.mark.usefixtures("any_look")
def test_every_look_paints_the_bar(bar, has_color):
    for token in ("blue", "muted", "surface"):
        assert has_color(bar, token), token


@pytest.mark.usefixtures("any_look")
def test_a_group_folds_by_mouse_and_keyboard(qtbot):
    content = QLabel("dropout")
    group = CollapsibleGroup("Regularisation", content, expanded=False)
    qtbot.addWidget(group)
    group.show()
    qtbot.waitExposed(group)
    states = []
    group.toggled.connect(states.append)
    assert content.isHidden()
    qtbot.mouseClick(group.heading, Qt.MouseButton.LeftButton)
    assert content.isVisible()
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Left, Qt.Key.Key_Left,
                Qt.Key.Key_Right):
        qtbot.keyClick(group.heading, key)
    assert states == [True, False, True, False, True]
    group.set_expanded(False)
    assert content.isHidden()
    assert group.heading.accessibleName() == "Regularisation"
    assert group.heading.width() >= group.heading.sizeHint().width()
    replacement = QLabel("other")
    group.set_content(replacement)
    assert replacement.isHidden()
    assert group.content is replacement


@pytest.mark.usefixtures("any_look")
def test_a_segment_is_chosen_by_click_and_arrow_keys(qtbot):
    control = SegmentedControl([("overview", "Overview"), ("inside", "Inside"), ("model", "Model")])
    qtbot.addWidget(control)
    control.show()
    qtbot.waitExposed(control)
    chosen = []
    control.chosen.connect(chosen.append)
    qtbot.mouseClick(control.buttons["inside"], Qt.MouseButton.LeftButton)
    qtbot.mouseClick(control.buttons["inside"], Qt.MouseButton.LeftButton)
    assert control.buttons["inside"].isChecked()
    qtbot.keyClick(control.buttons["inside"], Qt.Key.Key_Right)
    qtbot.keyClick(control.buttons["model"], Qt.Key.Key_Right)
    qtbot.keyClick(control.buttons["model"], Qt.Key.Key_Home)
    assert chosen == ["inside", "model", "overview"]
    assert [b.isChecked() for b in control.buttons.values()] == [True, False, False]
    with qtbot.assertNotEmitted(control.chosen):
        control.set_current("model")
    assert control.current == "model"
    with pytest.raises(KeyError):
        control.set_current("nowhere")
    for button in control.buttons.values():
        assert button.width() >= button.sizeHint().width()
