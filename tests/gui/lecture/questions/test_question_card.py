"""Predict, freeze, reveal: nothing that is frozen changes, and nothing is revealed before."""

from __future__ import annotations

import dataclasses

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from question_driving import ALT, CHOICE, NUMBER, ORDER, SIGN, Key

from engine.initialization.spec import ProbeSpec
from engine.lessons.scoring import score, score_hands
from engine.lessons.truth import Truth
from engine.spec import knobs
from gui.keys import is_own_key
from gui.lecture.questions.card import HANDS
from gui.widgets.scrub_field import ScrubField

HALVES = Truth(text="it halves")


def test_a_choice_by_click_is_frozen_and_then_final(ask):
    hall = ask(CHOICE)
    card, buttons = hall.card, hall.card.answer.buttons
    assert card.prediction is None
    hall.click(buttons["it stays"])
    hall.click(buttons["it falls to a quarter"])
    assert card.prediction == "it falls to a quarter"
    assert hall.predicted == []
    hall.freeze()
    assert hall.predicted == ["it falls to a quarter"]
    assert card.is_frozen
    hall.click(buttons["it halves"])
    hall.press(Key.Key_2)
    assert card.prediction == "it falls to a quarter"
    assert hall.predicted == ["it falls to a quarter"]
    assert {button.verdict for button in buttons.values()} == {""}

    card.reveal(HALVES, score(CHOICE, card.prediction, HALVES), None)
    assert [button.verdict for button in buttons.values()] == ["", "right", "wrong"]
    assert card.verdict.texts() == [
        "The answer is “it halves”.", "You said “it falls to a quarter”.",
    ]
    assert not card.freeze_button.isVisible()
    assert not card.again_button.isVisible()


def test_the_keys_choose_from_anywhere_but_not_from_a_field_that_is_typed_in(ask):
    hall = ask(CHOICE)
    hall.focus(hall.card.freeze_button)
    hall.press(Key.Key_2)
    assert hall.card.prediction == "it halves"
    hall.focus(hall.other)
    hall.press(Key.Key_1)
    assert hall.other.text() == "1"
    assert hall.card.prediction == "it halves"


def test_a_figure_is_its_own_key(ask):
    hall = ask(dataclasses.replace(CHOICE, choices=("0", "1", "7")))
    for key, choice in ((Key.Key_1, "1"), (Key.Key_7, "7"), (Key.Key_0, "0"), (Key.Key_3, "0")):
        hall.press(key)
        assert hall.card.prediction == choice


def test_freezing_nothing_says_what_is_missing_and_freezes_nothing(ask):
    for question, word in ((CHOICE, "chosen"), (NUMBER, "number")):
        hall = ask(question)
        hall.freeze()
        assert not hall.card.is_frozen
        assert hall.card.problem.isVisible()
        assert word in hall.card.problem.text()
        assert hall.card.problem.text().count(".") >= 1


def test_a_sign_is_asked_for_side_by_side(ask):
    hall = ask(SIGN)
    tops = {button.y() for button in hall.card.answer.buttons.values()}
    assert len(tops) == 1
    hall.press(Key.Key_1)
    assert hall.card.prediction == "−"


def test_bad_input_is_told_at_the_field_and_nothing_is_lost(ask):
    hall = ask(NUMBER)
    field = hall.card.answer.field
    hall.focus(field)
    hall.qtbot.keyClicks(field, "a quarter")
    hall.press(Key.Key_Return)
    assert not hall.card.is_frozen
    assert "a quarter" in hall.card.problem.text()
    assert field.property("invalid")
    assert field.text() == "a quarter"
    field.selectAll()
    hall.qtbot.keyClicks(field, "1/4")
    assert not hall.card.problem.isVisible()
    assert not field.property("invalid")
    hall.press(Key.Key_Return)
    assert hall.predicted == [0.25]
    hall.qtbot.keyClicks(field, "7")
    assert field.text() == "1/4"
    truth = Truth(number=0.25)
    hall.card.reveal(truth, score(NUMBER, hall.card.prediction, truth), None)
    assert hall.card.verdict.texts()[0] == "It is 0.25, as you said."


@pytest.mark.parametrize("by", ["mouse", "keys"])
def test_an_order_is_made_by_dragging_and_by_keys(ask, by):
    hall = ask(ORDER)
    chips = hall.card.answer.list
    start = chips.items
    assert sorted(start) == list("abcd")
    assert hall.card.prediction is None
    if by == "mouse":
        hall.drag(chips, [chips.point_of(0), chips.point_of(1), chips.point_of(2)])
    else:
        hall.focus(chips)
        hall.press(Key.Key_Down, ALT)
        hall.press(Key.Key_Down, ALT)
    moved = (start[1], start[2], start[0], start[3])
    assert chips.items == moved
    hall.freeze()
    assert hall.predicted == [moved]
    hall.drag(chips, [chips.point_of(0), chips.point_of(3)])
    hall.press(Key.Key_Down, ALT)
    assert chips.items == moved
    truth = Truth(ranks={name: float(place) for place, name in enumerate("abcd")})
    hall.card.reveal(truth, score(ORDER, moved, truth), None)
    assert hall.card.answer.right.isVisible()
    assert hall.card.answer.right.items == tuple("abcd")
    assert chips._marks == {
        item: "green" if item == "abcd"[place] else "vermilion"
        for place, item in enumerate(moved)
    }


def test_the_order_that_one_finds_can_be_the_one_that_one_means(ask):
    hall = ask(ORDER)
    hall.freeze()
    assert hall.predicted == [hall.card.answer.list.items]


def test_hands_are_counted_twice_and_the_shift_is_seen(ask):
    hall = ask(CHOICE)
    card = hall.card
    hall.click(card.mode.buttons[HANDS])
    assert not card.answer.isVisible()
    hall.freeze()
    assert "Nobody" in card.problem.text()
    hall.count(10, 30, 60)
    hall.freeze()
    assert hall.predicted == [{"it stays": 10, "it halves": 30, "it falls to a quarter": 60}]
    hall.focus(next(iter(card.hands.fields.values())))
    hall.press(Key.Key_Up)
    assert card.counts["it stays"] == 10

    hall.click(card.again_button)
    assert card.past.text() == "1st show of hands: 100 hands"
    hall.count(0, 90, 10)
    hall.freeze()
    assert card.hands.bars["it halves"].shares == (0.3, 0.9)
    assert card.hands.bars["it halves"].text_of(1) == "90 %  +60"
    assert card.past.text().splitlines() == [
        "1st show of hands: 100 hands", "2nd show of hands: 100 hands",
    ]
    card.reveal(HALVES, None, score_hands(CHOICE, card.counts, HALVES))
    texts = card.verdict.texts()
    assert texts[0].startswith("90 % of 100 said it halves, which is right")
    assert texts[1] == "30 % were right at first, 90 % in the end."


def test_first_by_oneself_and_then_by_hands(ask):
    hall = ask(CHOICE)
    card = hall.card
    hall.press(Key.Key_1)
    hall.freeze()
    hall.click(card.mode.buttons[HANDS])
    assert not card.is_frozen
    hall.count(1, 2, 1)
    hall.freeze()
    assert card.prediction == "it stays"
    assert sum(card.counts.values()) == 4
    # To look at the other and back asks nobody anew.
    hall.click(card.mode.buttons["alone"])
    hall.click(card.mode.buttons[HANDS])
    hall.click(card.mode.buttons["alone"])
    assert card.prediction == "it stays"
    assert sum(card.counts.values()) == 4
    assert [r.mode for r in card.rounds] == ["alone", HANDS]
    card.reveal(
        HALVES, score(CHOICE, card.prediction, HALVES), score_hands(CHOICE, card.counts, HALVES)
    )
    assert card.answer.isVisible()
    assert card.hands.isVisible()
    assert len(card.verdict.texts()) == 3


def test_revealed_without_a_prediction_it_says_what_is_true_and_scores_nobody(ask):
    hall = ask(CHOICE)
    hall.card.reveal(HALVES, None, None)
    assert hall.card.prediction is None
    assert hall.predicted == []
    assert hall.card.verdict.texts() == ["The answer is “it halves”."]
    assert not hall.card.verdict.bar.isVisible()
    hall.press(Key.Key_1)
    assert hall.card.prediction is None


def test_the_same_question_goes_on_and_another_one_begins(ask):
    hall = ask(CHOICE)
    hall.press(Key.Key_3)
    hall.card.set_question(CHOICE, "The same with another number?")
    assert hall.card.prediction == "it falls to a quarter"
    assert hall.card.prompt.text() == "The same with another number?"
    hall.freeze()
    hall.card.set_question(SIGN, SIGN.prompt)
    assert hall.card.prediction is None
    assert not hall.card.is_frozen
    hall.card.set_question(None, "")
    assert not hall.card.isVisible()
    hall.card.set_question(CHOICE, CHOICE.prompt)
    assert hall.card.prediction is None
    hall.press(Key.Key_3)
    hall.card.reset()
    assert hall.card.prediction is None


def test_everything_that_takes_the_keyboard_has_a_name_and_says_what_it_does(ask):
    for question in (CHOICE, SIGN, NUMBER, ORDER):
        hall = ask(question)
        for widget in hall.card.findChildren(object):
            policy = getattr(widget, "focusPolicy", None)
            if policy is None or not policy().value or widget.objectName().startswith("qt_"):
                continue
            assert widget.accessibleName() or widget.text()
            holder, says = widget, ""
            while holder is not None and not says:
                says, holder = holder.toolTip(), holder.parentWidget()
            assert says or widget.accessibleDescription()


def test_a_number_that_is_scrubbed_keeps_its_figures(qtbot):
    field = ScrubField(knobs(ProbeSpec)["sigma"])
    qtbot.addWidget(field)
    plain, ctrl = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier

    def typed(text, modifiers=plain):
        return QKeyEvent(QEvent.Type.ShortcutOverride, 0, modifiers, text)

    assert is_own_key(field, typed("3"))
    assert not is_own_key(field, typed("3", ctrl))
    assert not is_own_key(field, typed("s"))
