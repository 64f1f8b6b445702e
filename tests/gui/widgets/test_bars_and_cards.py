"""Probability and statistic bars, prediction card, card."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel

from gui.theme import look
from gui.widgets.bar_list import ProbabilityBars, StatisticBars
from gui.widgets.card import Card
from gui.widgets.painted import ElidedLabel
from gui.widgets.prediction_card import PredictionCard

NAMES = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag",
         "Ankle boot"]
WRONG = np.array([0.02, 0.0, 0.29, 0.01, 0.31, 0.0, 0.36, 0.0, 0.01, 0.0])
IMAGE = np.full((28, 28), 200, dtype=np.uint8)


def show(qtbot, widget, width, height):
    qtbot.addWidget(widget)
    widget.resize(width, height)
    widget.show()
    qtbot.waitExposed(widget)
    QApplication.processEvents()
    return widget


@pytest.mark.usefixtures("any_look")
def test_the_predicted_bar_is_green_when_right_and_vermilion_when_not(qtbot, has_color):
    k = int(look().scale) + 1
    bars = show(qtbot, ProbabilityBars(), 220 * k, 160 * k)
    bars.set_values(NAMES, WRONG, true_index=4)
    assert has_color(bars, "vermilion", 50)
    assert has_color(bars, "ghost", 50)
    assert not has_color(bars, "green")
    bars.set_values(NAMES, WRONG, true_index=6, ghost=np.roll(WRONG, 1))
    assert has_color(bars, "green", 50)
    assert not has_color(bars, "vermilion")


@pytest.mark.usefixtures("any_look")
def test_a_certain_prediction_leaves_room_for_its_value(qtbot, painted):
    k = look().scale
    bars = show(qtbot, ProbabilityBars(), int(200 * k), int(160 * k))
    bars.set_values(NAMES, np.eye(10)[8], true_index=8)
    image = painted(bars)
    assert (image[:, -1] == image[0, -1]).all(), "the value text touches the edge"
    bars.set_values(NAMES, np.full(10, 0.1), true_index=8)
    assert bars.accessibleDescription().startswith("T-shirt/top 10 %")


@pytest.mark.parametrize("height", [20, 60, 100, 400])
def test_too_little_height_shows_the_top_rows_with_the_true_and_the_predicted(qtbot, height):
    look().set_theme("projector")
    bars = show(qtbot, ProbabilityBars(), 300, height)
    bars.set_values(NAMES, WRONG, true_index=9)
    rows = bars.shown_rows()
    assert rows == sorted(rows)
    assert len(rows) == min(10, max(1, int(height / (0.95 * bars.fontMetrics().height()))))
    if len(rows) >= 2:
        assert {6, 9} <= set(rows)


def test_no_probabilities_yet_show_names_only(qtbot, has_color):
    bars = show(qtbot, ProbabilityBars(), 200, 160)
    bars.set_values(NAMES, None, 3)
    assert bars.predicted is None
    assert not has_color(bars, "green")
    assert has_color(bars, "muted")
    bars.set_values(NAMES, np.full(10, np.nan), 3)
    bars.grab()
    assert bars.predicted is None


@pytest.mark.usefixtures("any_look")
def test_statistic_bars_grow_their_axis_and_name_their_values(qtbot, has_color):
    bars = show(qtbot, StatisticBars(), int(240 * look().scale), int(180 * look().scale))
    bars.set_range(-4, -1)
    bars.set_values(["layer 1", "layer 2"], np.array([-2.9, -2.3]))
    bars.set_reference(-3)
    assert bars.range == (-4, -1)
    assert bars.accessibleDescription() == "layer 1 10⁻²·⁹, layer 2 10⁻²·³"
    assert has_color(bars, "purple", 100)
    bars.set_values(["layer 1", "layer 2"], np.array([-6.2, -np.inf]))
    assert bars.range == (-7, -1)
    assert bars.accessibleDescription().endswith("layer 2 0")
    bars.grab()


@pytest.mark.usefixtures("any_look")
@pytest.mark.parametrize(("width", "height"), [(260, 120), (300, 170), (500, 260), (240, 400)])
def test_a_prediction_card_looks_right_at_any_size(qtbot, has_color, width, height):
    factor = 1.0 if look().is_projector and width == 500 else look().scale
    card = show(qtbot, PredictionCard(), round(width * factor), round(height * factor))
    card.set_prediction(IMAGE, NAMES, WRONG, 4)
    QApplication.processEvents()
    assert (card.width(), card.height()) == (round(width * factor), round(height * factor))
    assert card.header_text == "✗ Shirt true: Coat"
    assert card._verdict.shown_text() == "✗ Shirt"
    assert {4, 6} <= set(card.bars.shown_rows())
    assert card.bars.geometry().right() < card.width()
    assert not card.bars.geometry().intersects(card._image.geometry())
    assert has_color(card, "vermilion")
    card.set_prediction(IMAGE, NAMES, WRONG, 6)
    assert card.header_text == "✓ Shirt"
    assert has_color(card, "green")
    card.set_prediction(IMAGE, NAMES, None, 6)
    assert card.header_text == "Shirt"


def test_a_card_is_chosen_pinned_and_closed(qtbot):
    card = show(qtbot, PredictionCard(), 300, 170)
    card.set_prediction(IMAGE, NAMES, WRONG, 4)
    with qtbot.waitSignal(card.chosen):
        qtbot.mouseClick(card, Qt.MouseButton.LeftButton, pos=QPoint(60, 100))
    with qtbot.waitSignal(card.chosen):
        qtbot.keyClick(card, Qt.Key.Key_Return)
    with qtbot.waitSignal(card.pinned, check_params_cb=lambda on: on):
        qtbot.mouseClick(card._pin, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(card.pinned, check_params_cb=lambda on: not on):
        qtbot.keyClick(card._pin, Qt.Key.Key_Space)
    with qtbot.waitSignal(card.closed):
        qtbot.mouseClick(card._close, Qt.MouseButton.LeftButton)
    with qtbot.assertNotEmitted(card.pinned):
        card.set_pinned(True)
    card.set_buttons(pin=False, close=False)
    assert not card._pin.isVisible()


def test_focus_is_to_be_seen(qtbot, painted):
    card = show(qtbot, PredictionCard(), 300, 170)
    card.set_prediction(IMAGE, NAMES, WRONG, 4)
    card.clearFocus()
    before = painted(card)
    card.setFocus()
    assert (painted(card) != before).any()


@pytest.mark.usefixtures("any_look")
def test_a_label_that_is_too_long_is_elided_and_says_the_rest_in_its_tooltip(qtbot):
    label = show(qtbot, ElidedLabel("epoch 18 of 30 · 41,200 images/s"), 60, 40)
    assert label.shown_text().endswith("…")
    assert label.toolTip() == "epoch 18 of 30 · 41,200 images/s"
    label.resize(2000, 40)
    assert label.shown_text() == label.text
    assert label.toolTip() == ""


def test_a_titled_card_holds_views_and_small_controls(qtbot, has_color):
    card = show(qtbot, Card("loss"), 200, 120)
    view, control = QLabel("view"), QLabel("log")
    card.body.addWidget(view)
    card.add_header_widget(control)
    QApplication.processEvents()
    assert view.isVisible()
    assert control.isVisible()
    assert card.title == card.accessibleName() == "loss"
    assert has_color(card, "ink")
    assert show(qtbot, Card(), 100, 100)._header.isHidden()


def test_what_is_said_of_an_elided_label_stays_whatever_it_says(qtbot):
    label = show(qtbot, ElidedLabel("loss 2.3026"), 400, 40)
    label.setToolTip("How surprised the network is.")
    label.set_text("loss 1.8712")
    assert label.toolTip() == "How surprised the network is."
    label.resize(40, 40)
    assert label.toolTip() == "loss 1.8712\nHow surprised the network is."
