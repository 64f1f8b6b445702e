"""The watched images, the confusion matrix and the looks inside."""

from __future__ import annotations

import numpy as np
import pytest
from driving import LONG
from PySide6.QtCore import Qt

from engine.data.images import load_images
from engine.training.tab_spec import MOST_WATCHED, Statistic
from gui.tabs.training.inside_view import READINGS
from gui.tabs.training.run import RunState

Key = Qt.Key


def cards(lab) -> list[int]:
    """The numbers of the images on the cards."""
    return lab.tab.predictions._shown.tolist()


def assert_predictions(lab, indices: list[int]) -> None:
    """The cards show these test images, and what the network says of them now."""
    lab.until(lambda: cards(lab) == indices)
    lab.wait_for(lab.state)
    training = lab.run.ready.training
    expected = training.inspect(np.array(indices), 1).probabilities
    images = load_images("fashion_mnist")
    lab.until(lambda: all(c.bars.predicted is not None for c in lab.tab.predictions.cards))
    for card, index, row in zip(lab.tab.predictions.cards, indices, expected, strict=True):
        np.testing.assert_array_equal(card._image._levels, images.test_images[index])
        np.testing.assert_allclose(card.bars._values, row, atol=1e-6)
        names = images.dataset.class_names
        predicted, true = names[int(row.argmax())], names[images.test_labels[index]]
        assert predicted in card.header_text
        assert ("✓" in card.header_text) is (predicted == true)
        assert (f"true: {true}" in card.header_text) is (predicted != true)


@pytest.fixture
def paused(open_lab):
    lab = open_lab(LONG)
    lab.press(Key.Key_E)
    lab.wait_for(RunState.PAUSED)
    return lab


def test_from_one_to_twelve_images(paused):
    box = paused.tab.predictions.count
    paused.focus(box)
    for _ in range(20):
        paused.press(Key.Key_Up)
    assert box.value() == MOST_WATCHED
    assert_predictions(paused, list(paused.store.spec.watched))
    for _ in range(20):
        paused.press(Key.Key_Down)
    assert box.value() == 1
    assert_predictions(paused, [8])


@pytest.mark.parametrize("by", ["key", "mouse"])
def test_other_images_are_predicted_at_once_although_the_run_rests(paused, by):
    before = cards(paused)
    if by == "key":
        paused.press(Key.Key_N)
    else:
        paused.click(paused.tab.predictions.random_button)
    after = list(paused.store.spec.watched)
    assert after != before
    assert_predictions(paused, after)
    paused.ctrl(Key.Key_Z)
    assert_predictions(paused, before)


def test_they_are_predicted_also_when_the_run_is_over(lab):
    lab.press(Key.Key_Space)
    lab.wait_for(RunState.FINISHED)
    lab.press(Key.Key_N)
    assert_predictions(lab, list(lab.store.spec.watched))
    lab.press(Key.Key_N)
    assert_predictions(lab, list(lab.store.spec.watched))


def test_predictions_follow_the_run(lab):
    lab.press(Key.Key_Space)
    lab.wait_for(RunState.FINISHED)
    assert_predictions(lab, [8, 112, 1300])


def test_the_most_wrong_are_those_with_the_greatest_loss(paused):
    paused.click(paused.tab.predictions.wrong_button)
    losses = paused.run.result.losses
    worst = sorted(range(len(losses)), key=lambda i: (-losses[i], i))[:3]
    assert_predictions(paused, worst)
    paused.press(Key.Key_E)
    paused.wait_for(RunState.PAUSED)
    renewed = paused.run.result.losses
    assert not np.array_equal(renewed, losses)
    worst = sorted(range(len(renewed)), key=lambda i: (-renewed[i], i))[:3]
    assert_predictions(paused, worst)
    paused.click(paused.tab.predictions.wrong_button)
    assert_predictions(paused, [8, 112, 1300])


def test_one_of_the_most_wrong_can_be_pinned_and_closed(paused):
    paused.click(paused.tab.predictions.wrong_button)
    paused.until(lambda: cards(paused) != [8, 112, 1300])
    worst = cards(paused)
    paused.click(paused.tab.predictions.cards[1]._pin)
    assert paused.store.spec.pinned == (worst[1],)
    paused.until(lambda: worst[1] in cards(paused))
    paused.wait_for(RunState.PAUSED)
    shown = cards(paused)
    other = next(i for i, index in enumerate(shown) if index != worst[1])
    paused.click(paused.tab.predictions.cards[other]._close)
    paused.until(lambda: len(cards(paused)) == 2)
    assert worst[1] in cards(paused)


def test_a_number_is_typed_and_pinned(paused):
    box = paused.tab.predictions.number
    paused.focus(box)
    box.selectAll()
    paused.qtbot.keyClicks(box, "1234")
    paused.press(Key.Key_Return)
    assert paused.store.spec.pinned == (1234,)
    assert_predictions(paused, [1234, 112, 1300])
    paused.qtbot.keyClicks(box, "999999")
    paused.press(Key.Key_Return)
    assert max(paused.store.spec.watched) < 2000


def test_pin_other_images_unpin(paused):
    pin = paused.tab.predictions.cards[1]._pin
    paused.click(pin)
    assert paused.store.spec.pinned == (112,)
    for _ in range(3):
        paused.press(Key.Key_N)
        assert cards(paused)[1] == 112
        assert_predictions(paused, list(paused.store.spec.watched))
    paused.click(pin)
    assert paused.store.spec.pinned == ()
    paused.press(Key.Key_N)
    assert 112 not in cards(paused)


def test_images_are_closed_down_to_the_last(paused):
    for left in (2, 1, 1):
        paused.click(paused.tab.predictions.cards[0]._close)
        paused.until(lambda left=left: len(cards(paused)) == left)
        assert_predictions(paused, list(paused.store.spec.watched))
    assert cards(paused) == [1300]


@pytest.fixture
def inside(paused):
    paused.click(paused.tab.pages.buttons["inside"])
    return paused


def cell_point(lab, row: int, column: int):
    return lab.tab.inside.confusion.map.cell_rect(row, column).center().toPoint()


def test_the_confusion_matrix_counts_the_test_set(inside):
    matrix = inside.tab.inside.confusion.map._matrix
    result, labels = inside.run.result, load_images("fashion_mnist").test_labels
    for true in range(10):
        for predicted in range(10):
            hits = (labels == true) & (result.predicted == predicted)
            assert matrix[true, predicted] == hits.sum()


def test_a_cell_shows_exactly_its_images_and_a_click_pins_one(inside):
    card, images = inside.tab.inside.confusion, load_images("fashion_mnist")
    matrix = card.map._matrix.copy()
    np.fill_diagonal(matrix, 0)
    true, predicted = map(int, np.unravel_index(matrix.argmax(), matrix.shape))
    inside.click(card.map, cell_point(inside, true, predicted))
    assert inside.store.spec.confusion_cell == (true, predicted)
    hits = [
        i for i, label in enumerate(images.test_labels)
        if label == true and inside.run.result.predicted[i] == predicted
    ]
    assert card._indices.tolist() == hits[:60]
    np.testing.assert_array_equal(card.wall._images, images.test_images[hits[:60]])
    assert card.title.endswith(f": {len(hits)}")

    inside.click(card.wall, card.wall.cell_rect(0, 1).center().toPoint())
    assert inside.store.spec.pinned == (hits[1],)
    inside.click(card.map, cell_point(inside, true, predicted))
    assert inside.store.spec.confusion_cell is None
    assert not card.wall.isVisible()
    inside.click(inside.tab.pages.buttons["overview"])
    assert_predictions(inside, list(inside.store.spec.watched))


def test_a_cell_is_chosen_by_keyboard(inside):
    inside.focus(inside.tab.inside.confusion.map)
    inside.press(Key.Key_Down)
    inside.press(Key.Key_Right)
    inside.press(Key.Key_Right)
    inside.press(Key.Key_Return)
    assert inside.store.spec.confusion_cell == (1, 2)


def test_an_empty_cell_shows_no_images(inside):
    card = inside.tab.inside.confusion
    empty = np.argwhere(card.map._matrix == 0)
    true, predicted = map(int, empty[0])
    inside.click(card.map, cell_point(inside, true, predicted))
    assert card._indices.tolist() == []


def test_every_statistic_of_the_layers(inside):
    box, bars = inside.tab.inside.layers.choice, inside.tab.inside.layers.bars
    inside.focus(box)
    inside.press(Key.Key_Home)
    for number, statistic in enumerate(READINGS):
        if number:
            inside.press(Key.Key_Down)
        assert inside.store.spec.statistic is statistic
        reports = inside.run.ready.training.inspect(np.array([0]), 1).layers
        values = [READINGS[statistic].value(report) for report in reports]
        expected = [value for value in values if value is not None]
        with np.errstate(divide="ignore"):
            np.testing.assert_allclose(bars._values, np.log10(expected), atol=1e-5)
    assert statistic is Statistic.DEAD


def test_the_first_layer_s_weights_are_the_network_s(inside):
    weights = inside.run.ready.training.network[0].weight.detach().numpy()
    np.testing.assert_array_equal(
        inside.tab.inside.first_layer._images.reshape(32, -1), weights[:32]
    )
