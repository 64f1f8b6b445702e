"""Scores are fair: right is 1, guessing is about 0, and better is never worth less."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import SpecError
from engine.expressivity.tab_spec import ExpressivitySpec
from engine.lessons.facts import Facts
from engine.lessons.lesson import Question, QuestionKind
from engine.lessons.scoring import score, score_hands, shift_sentence
from engine.lessons.truth import Truth, truth_of

SKETCH = Question(QuestionKind.SKETCH, "?", 1, of="network", x_range=(0, 30), y_range=(0, 2))
X = np.linspace(0, 30, 61)
#: Falls, and turns up at 12: a test loss.
VALLEY = 0.4 + 1.6 * np.exp(-X / 2) + 0.002 * np.maximum(X - 12, 0) ** 2
ORDER = Question(QuestionKind.ORDER, "?", 1, choices=("a", "b", "c", "d"), answer=tuple("abcd"))
NUMBER = Question(QuestionKind.NUMBER, "?", 1, answer=2.0)
CHOICE = Question(QuestionKind.CHOICE, "?", 1, choices=("yes", "no"), answer="no")


def sketch(y, question=SKETCH, x=X):
    return score(question, (x, np.asarray(y)), Truth((X, VALLEY)))


def test_a_perfect_sketch_is_worth_everything_and_misses_nothing():
    result = sketch(VALLEY)
    assert result.points == pytest.approx(1)
    assert result.missed == ""
    # It need not be drawn from left to right, nor at the same places.
    pairs = [(x, float(np.interp(x, X, VALLEY))) for x in (30, 20, 0, 1, 2, 4, 8, 12, 16, 25)]
    assert score(SKETCH, pairs, Truth((X, VALLEY))).points > 0.95


def test_sketches_in_order_of_their_merit():
    falls_for_ever = 0.4 + 1.6 * np.exp(-X / 2)
    results = [sketch(y).points for y in (
        VALLEY, falls_for_ever, np.linspace(2, 0.4, len(X)), np.linspace(0, 2, len(X)),
    )]
    assert results == sorted(results, reverse=True)
    assert results[1] > results[2] + 0.05
    assert results[-1] < 0.25
    assert "turns up again at about 1" in sketch(falls_for_ever).missed


def test_what_was_not_sketched_counts_as_missed():
    half = X <= 15
    result = score(SKETCH, (X[half], VALLEY[half]), Truth((X, VALLEY)))
    assert result.points < 0.6
    assert "left empty" in result.missed
    assert score(SKETCH, [], Truth((X, VALLEY))).points == 0


def test_a_logarithmic_plot_is_judged_as_it_is_seen():
    y = 10.0 ** (-X / 10)
    question = Question(
        QuestionKind.SKETCH, "?", 1, of="network", x_range=(0, 30), y_range=(1e-3, 1), is_log=True
    )
    straight = score(question, [(0, 1.0), (30, 1e-3)], Truth((X, y)))
    # Two points, joined as they are seen: by a straight line on this axis.
    assert straight.points == pytest.approx(1, abs=0.01)
    assert score(question, (X, np.full(len(X), 1.0)), Truth((X, y))).points < 0.2


@pytest.mark.parametrize("true", [X / 15, np.full(61, 1.0), 2 - 2 * np.exp(-X / 3)])
def test_what_the_pen_jumped_over_counts_as_missed(true):
    fine = np.linspace(0, 30, 161)
    drawn = np.interp(fine, X, true)
    ends = (fine < 1) | (fine > 29)
    truth = Truth((X, true))
    only_ends = score(SKETCH, (fine[ends], drawn[ends]), truth)
    assert only_ends.points < 0.2
    assert only_ends.missed == "Part of the plot was left empty."
    hole = (fine < 14) | (fine > 16)
    assert 0.8 < score(SKETCH, (fine[hole], drawn[hole]), truth).points < 1
    assert score(SKETCH, (fine, drawn), truth).points > 0.999
    # Few points, evenly set, are a line through them.
    assert score(SKETCH, (X[::10], true[::10]), truth).points > 0.9


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 30), st.floats(-5, 5)), min_size=1, max_size=20),
       st.floats(0, 0.4))
def test_no_sketch_is_worth_more_than_the_truth_or_less_than_nothing(points, lift):
    result = score(SKETCH, points, Truth((X, VALLEY)))
    assert 0 <= result.points <= 1
    assert result.sentence.endswith(".")
    # Farther from the truth is never worth more, the shape being the same.
    assert sketch(VALLEY + lift).points >= sketch(VALLEY + lift + 0.1).points - 1e-9


def test_guessing_an_order_is_worth_nothing_on_average_before_it_is_cut_at_zero():
    truth = truth_of(ORDER, Facts("expressivity", ExpressivitySpec()))
    points = [score(ORDER, order, truth).points for order in permutations("abcd")]
    assert max(points) == 1
    assert points.count(1) == 1
    assert sorted(points)[len(points) // 2] <= 0.01
    assert score(ORDER, tuple("bacd"), truth).points == pytest.approx(2 * 5 / 6 - 1)
    assert "a comes before b" in score(ORDER, tuple("bacd"), truth).missed


def test_ties_are_right_either_way():
    truth = Truth(ranks={"a": -2.0, "b": -2.0, "c": -1.0, "d": 0.0})
    for order in ("abcd", "bacd"):
        assert score(ORDER, tuple(order), truth).points == 1


def test_numbers_by_their_factor():
    truth = Truth(number=2.0)
    points = [score(NUMBER, guess, truth).points for guess in (2.0, 2.09, 2.5, 4, 10, 20, 200)]
    assert points[:2] == [1, 1]
    assert points == sorted(points, reverse=True)
    assert points[-2:] == pytest.approx([0, 0], abs=1e-9)
    assert score(NUMBER, 0.5, truth).points == pytest.approx(score(NUMBER, 8.0, truth).points)
    assert score(NUMBER, -2, truth).points == 0
    assert "4 times too large" in score(NUMBER, 8, truth).missed
    percent = Question(QuestionKind.NUMBER, "?", 1, answer=90.0, unit="%")
    assert score(percent, 89.5, Truth(number=90.0)).points == 1
    assert score(percent, 80, Truth(number=90.0)).points == pytest.approx(1 - 9 / 19)
    zero = Truth(number=0.0)
    assert (score(NUMBER, 0, zero).points, score(NUMBER, 1, zero).points) == (1, 0)


def test_choices_signs_and_hands():
    truth = Truth(text="no")
    assert score(CHOICE, "no", truth).points == 1
    assert score(CHOICE, "yes", truth).missed == "You said “yes”."
    hands = score_hands(CHOICE, {"yes": 30, "no": 10}, truth)
    assert (hands.total, hands.right_share, hands.majority) == (40, 0.25, "yes")
    assert "most said yes" in hands.sentence
    assert score_hands(CHOICE, {}, truth).total == 0
    facts = Facts("expressivity", ExpressivitySpec())
    sign = Question(QuestionKind.SIGN, "?", 1, choices=("−", "0", "+"), of="neuron.bias")
    assert truth_of(sign, facts).text == "−"


@pytest.mark.parametrize(("question", "prediction"), [
    (SKETCH, "a"), (SKETCH, [(0, float("nan"))]), (SKETCH, [1, 2, 3]), (ORDER, "ab"),
    (ORDER, 3), (NUMBER, "many"), (NUMBER, float("inf")), (CHOICE, "perhaps"), (CHOICE, None),
])
def test_what_is_no_prediction_is_refused(question, prediction):
    with pytest.raises(SpecError, match=r"\.$"):
        score(question, prediction, Truth((X, VALLEY), {"a": 1.0}, "no", 1.0))
    with pytest.raises(SpecError):
        score_hands(CHOICE, {"yes": -1}, Truth(text="no"))


def test_a_truth_that_does_not_fit_its_question_is_told():
    facts = Facts("expressivity", ExpressivitySpec())
    order = Question(QuestionKind.ORDER, "?", 1, choices=("a", "b"), of="sup_error")
    number = Question(QuestionKind.NUMBER, "?", 1, of="sup_by_heights")
    for question in (order, number):
        with pytest.raises(SpecError):
            truth_of(question, facts)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 50), min_size=2, max_size=2), st.sampled_from(["yes", "no"]))
def test_shares_of_hands_add_up_and_the_right_ones_are_counted(numbers, right):
    counts = dict(zip(("yes", "no"), numbers, strict=True))
    hands = score_hands(CHOICE, counts, Truth(text=right))
    assert hands.total == sum(numbers)
    if hands.total:
        assert sum(hands.shares.values()) == pytest.approx(1)
        assert hands.right_share == pytest.approx(counts[right] / hands.total)


def test_the_shift_between_two_shows_of_hands_names_both():
    truth = Truth(text="no")
    first = score_hands(CHOICE, {"yes": 60, "no": 40}, truth)
    last = score_hands(CHOICE, {"yes": 10, "no": 90}, truth)
    assert shift_sentence(first, last) == "40 % were right at first, 90 % in the end."
    assert shift_sentence(score_hands(CHOICE, {"yes": 0, "no": 0}, truth), last) == ""


@settings(max_examples=60, deadline=None)
@given(st.permutations("abcd"), st.floats(0.01, 100), st.floats(0.01, 100))
def test_every_score_lies_between_nothing_and_everything(prediction, guess, true):
    ranks = {name: float(place) for place, name in enumerate("abcd")}
    assert 0 <= score(ORDER, tuple(prediction), Truth(ranks=ranks)).points <= 1
    near, far = (score(NUMBER, value, Truth(number=true)).points
                 for value in (true * 1.2, true * 1.2 * max(guess, 1 / guess)))
    assert 0 <= far <= near <= 1


class Known(Facts):
    """Facts with one value more."""

    def __init__(self, value) -> None:
        super().__init__("expressivity", ExpressivitySpec())
        self._value = value

    def value(self, name: str):
        return self._value if name == "known" else super().value(name)

    def points(self, name: str):
        return self._value if name == "known" else super().points(name)


def of_known(kind: QuestionKind, **more) -> Question:
    return Question(kind, "?", 1, of="known", **more)


@pytest.mark.parametrize(("value", "answer"), [
    (242_762, "242,762"), (242_762.0, "242762"), (1e-3, "1e-3"), (-0.5, "−0.5"), (0.3604, "0.36"),
])
def test_a_number_is_the_choice_that_says_it(value, answer):
    question = of_known(QuestionKind.CHOICE, choices=("1000", answer))
    truth = truth_of(question, Known(value))
    assert score(question, answer, truth).points == 1
    assert score(question, "1000", truth).points == 0


def test_what_is_no_number_is_no_truth():
    nan, inf = float("nan"), float("inf")
    for kind in (QuestionKind.NUMBER, QuestionKind.SIGN):
        question = of_known(kind, choices=("−", "0", "+"))
        assert truth_of(question, Known(nan)) is None
        with pytest.raises(SpecError, match="is a word"):
            truth_of(question, Known("tanh"))
    number = of_known(QuestionKind.NUMBER)
    told = score(number, 1e300, truth_of(number, Known(inf)))
    assert (told.points, told.sentence) == (0, "It is ∞.")
    assert "grown" in told.missed


def test_what_overflowed_stands_anywhere_in_an_order():
    question = of_known(QuestionKind.ORDER, choices=("a", "b", "c"))
    truth = truth_of(question, Known({"a": 2.0, "b": float("nan"), "c": 1.0}))
    assert {score(question, order, truth).points for order in permutations("abc")} == {0, 1}
    assert score(question, ("b", "a", "c"), truth).points == 1
    assert "a, c, b" in score(question, ("b", "a", "c"), truth).sentence


def test_a_curve_that_leaves_all_numbers_can_be_sketched():
    y = VALLEY.copy()
    y[40:] = np.inf
    y[50] = np.nan
    question = of_known(QuestionKind.SKETCH, x_range=(0, 30), y_range=(0, 2))
    truth = truth_of(question, Known((X, y)))
    assert 0 < score(question, (X, np.clip(np.nan_to_num(y, nan=2.0), 0, 2)), truth).points <= 1
    assert truth_of(question, Known((X, np.full(61, np.nan)))) is None
