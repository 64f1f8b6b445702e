"""What a prediction is worth, and what it missed.

A score lies in 0…1, and 0 is what guessing earns on average:

- sketch: half for closeness, half for shape. Closeness is 1 − 4·(mean distance), in shares of the
  plot's height (a logarithmic one where the plot has one), at least 0. Shape is the share of the
  curve's rises and falls, by their size and over eighths of the plot, that the sketch has, too.
  What was left unsketched counts as missed.
- order: of all pairs that truly differ, twice the share in the right order, less 1.
- sign, choice: right or wrong; for a show of hands, the share of those who were right.
- number: 1 within 5 %, then less by the logarithm of the factor between, 0 from a factor of 10 on
  or with the wrong sign. A percentage is 1 within 1 point, 0 from 20 points on.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np
from numpy.typing import ArrayLike

from engine.errors import SpecError
from engine.lessons.facts import Facts
from engine.lessons.filling import in_prose
from engine.lessons.lesson import Question, QuestionKind
from engine.lessons.teaching import Floats, Points

#: Distances of a quarter of the plot's height are worth nothing.
WORTHLESS_DISTANCE = 0.25
SEGMENTS = 8
#: A change by less than this share of the height is level.
LEVEL = 0.04
CLOSE_FACTOR, WORTHLESS_FACTOR = 1.05, 10.0
CLOSE_POINTS, WORTHLESS_POINTS = 1.0, 20.0


@dataclass(frozen=True, eq=False)
class Truth:
    """What really happens. `curve` for a sketch, `ranks` for an order, `text` for what was to be
    chosen, `number` for a number."""

    curve: Points | None = None
    ranks: Mapping[str, float] | None = None
    text: str = ""
    number: float = 0.0

    @property
    def x(self) -> Floats:
        """The curve's x (n,)."""
        return np.empty(0) if self.curve is None else self.curve[0]

    @property
    def y(self) -> Floats:
        """The curve's y (n,)."""
        return np.empty(0) if self.curve is None else self.curve[1]


@dataclass(frozen=True)
class Score:
    """`points` in 0…1, a sentence on it, and what was missed, or ""."""

    points: float
    sentence: str
    missed: str = ""


@dataclass(frozen=True)
class Hands:
    """A show of hands: how many answered, their shares by choice, and the share that was right."""

    total: int
    shares: Mapping[str, float]
    right_share: float
    majority: str
    sentence: str


def truth_of(question: Question, facts: Facts) -> Truth | None:
    """What is true by the facts of the moment; None while it is not known yet.

    Raises `SpecError` where the fact does not fit the question.
    """
    kind = question.kind
    if kind is QuestionKind.SKETCH:
        points = facts.points(question.of)
        return None if points is None or len(points[0]) < 2 else Truth(points)
    if isinstance(question.answer, tuple):
        return Truth(ranks={name: float(i) for i, name in enumerate(question.answer)})
    value = question.answer if question.answer is not None else facts.value(question.of)
    if value is None:
        return None
    if kind is QuestionKind.ORDER:
        if not isinstance(value, Mapping) or not set(question.choices) <= set(value):
            raise SpecError(f"“{question.of}” does not put these choices in order.", question.of)
        # The greatest comes first.
        return Truth(ranks={name: -float(value[name]) for name in question.choices})
    if kind is QuestionKind.CHOICE or isinstance(value, str):
        return Truth(text=in_prose(value, ""))
    if isinstance(value, Mapping):
        raise SpecError(f"“{question.of}” is several numbers, and one is asked for.", question.of)
    if kind is QuestionKind.SIGN:
        return Truth(text="−" if value < 0 else "+" if value > 0 else "0", number=float(value))
    return Truth(number=float(value))


def score(question: Question, prediction: object, truth: Truth) -> Score:
    """How good a prediction is: points (x, y) of a sketch, choices in order, one choice, or a
    number. Raises `SpecError` where the prediction is none of the kind asked for."""
    if question.kind is QuestionKind.SKETCH:
        return _score_sketch(question, prediction, truth)
    if question.kind is QuestionKind.ORDER:
        return _score_order(question, prediction, truth)
    if question.kind is QuestionKind.NUMBER:
        return _score_number(question, prediction, truth)
    if prediction not in question.choices:
        raise SpecError(f"Choose one of {', '.join(question.choices)}.")
    if prediction == truth.text:
        return Score(1.0, f"Right: {truth.text}.")
    return Score(0.0, f"The answer is “{truth.text}”.", f"You said “{prediction}”.")


def score_hands(question: Question, counts: Mapping[str, int], truth: Truth) -> Hands:
    """What a show of hands was worth, from the number of hands for each choice.

    Raises `SpecError` for choices that there are not, or fewer than no hands.
    """
    for choice, count in counts.items():
        if choice not in question.choices or count < 0:
            raise SpecError("Type a number of hands, 0 or more, for each of the choices.")
    total = sum(counts.values())
    if total == 0:
        return Hands(0, {}, 0.0, "", f"Nobody answered; it is {truth.text}.")
    shares = {choice: counts.get(choice, 0) / total for choice in question.choices}
    right = shares.get(truth.text, 0.0)
    majority = max(question.choices, key=lambda choice: shares[choice])
    verdict = "the majority was right" if majority == truth.text else f"most said {majority}"
    sentence = f"{100 * right:.0f} % of {total:,} said {truth.text}, which is right; {verdict}."
    return Hands(total, shares, right, majority, sentence)


def shift_sentence(before: Hands, after: Hands) -> str:
    """What became of the hands between two shows; "" where nobody answered one of them."""
    if not before.total or not after.total:
        return ""
    first, last = 100 * before.right_share, 100 * after.right_share
    return f"{first:.0f} % were right at first, {last:.0f} % in the end."


# --- sketch -----------------------------------------------------------------------------------


def _score_sketch(question: Question, prediction: object, truth: Truth) -> Score:
    x, drawn, true = _on_one_grid(question, prediction, truth)
    is_drawn = np.isfinite(drawn)
    if not is_drawn.any():
        return Score(0.0, "Nothing was sketched.", "Draw a curve across the plot.")
    coverage = float(is_drawn.mean())
    distance = np.abs(drawn - true)[is_drawn]
    closeness = max(0.0, 1 - float(distance.mean()) / WORTHLESS_DISTANCE) * coverage
    shape, missed_segment = _shape(drawn, true)
    points = (closeness + shape * coverage) / 2
    sentence = f"{100 * points:.0f} of 100: "
    sentence += (
        "close, and the right shape." if closeness > 0.7 and shape > 0.7
        else "the right shape, at another height." if shape > 0.7
        else "near, but of another shape." if closeness > 0.7
        else "that went differently."
    )
    return Score(points, sentence, _missed(x, drawn, true, missed_segment))


def _on_one_grid(
    question: Question, prediction: object, truth: Truth
) -> tuple[Floats, Floats, Floats]:
    """x (m,) where the truth is known, and both curves there in shares of the plot's height.

    What was not sketched is nan.
    """
    sketched = _points(prediction)
    order = np.argsort(truth.x, kind="stable")
    true_x, true_y = truth.x[order], truth.y[order]
    low, high = max(question.x_range[0], true_x[0]), min(question.x_range[1], true_x[-1])
    if high <= low:
        raise SpecError("The curve lies outside the sketch; ask for another range.", question.of)
    x = (np.geomspace if question.is_x_log else np.linspace)(low, high, 8 * SEGMENTS + 1)
    true = _share(question, np.interp(x, true_x, true_y))
    if len(sketched) == 0:
        return x, np.full(len(x), np.nan), true
    at = np.argsort(sketched[:, 0], kind="stable")
    drawn = _share(question, sketched[at, 1])
    places, stops, ends = (_axis(question, v) for v in (x, sketched[at, 0], question.x_range))
    reach = (ends[1] - ends[0]) / 50
    inside = (places >= stops[0] - reach) & (places <= stops[-1] + reach)
    return x, np.where(inside, np.interp(places, stops, drawn), np.nan), true


def _axis(question: Question, x: ArrayLike) -> Floats:
    """Where x lies on the axis: itself, or its logarithm."""
    values = np.asarray(x, dtype=np.float64)
    if not question.is_x_log:
        return values
    return np.asarray(np.log(np.maximum(values, np.finfo(np.float64).tiny)))


def _points(prediction: object) -> Floats:
    """A sketch as points (n, 2): given as pairs, or as x and y."""
    try:
        points = np.array(prediction, dtype=np.float64)
    except (TypeError, ValueError):
        raise SpecError("A sketch is a row of points (x, y); draw it anew.") from None
    if points.size == 0:
        return points.reshape(0, 2)
    if isinstance(prediction, tuple) and len(prediction) == 2 and points.ndim == 2 and (
        isinstance(prediction[0], np.ndarray)
    ):
        points = points.T
    if points.ndim != 2 or points.shape[1] != 2 or not np.isfinite(points).all():
        raise SpecError("A sketch is a row of points (x, y); draw it anew.")
    return points


def _share(question: Question, y: Floats) -> Floats:
    """Values as shares of the plot's height; what leaves the plot stays at its edge."""
    low, high = question.y_range
    if question.is_log:
        low, high = math.log(low), math.log(high)
        y = np.log(np.maximum(y, math.exp(low) / 1e6))
    share: Floats = np.clip((y - low) / (high - low), 0.0, 1.0)
    return share


def _shape(drawn: Floats, true: Floats) -> tuple[float, int | None]:
    """The share of the true rises and falls, by their size, that the sketch has, too; and the
    segment of the largest one that it has not."""
    ends = np.arange(SEGMENTS + 1) * 8
    found = total = largest = 0.0
    missed = None
    for number, (start, stop) in enumerate(pairwise(ends)):
        change = float(true[stop] - true[start])
        if _direction(change) == 0:
            continue
        total += abs(change)
        if np.isfinite(drawn[[start, stop]]).all() and _direction(change) == _direction(
            float(drawn[stop] - drawn[start]), LEVEL / 4
        ):
            found += abs(change)
        elif abs(change) > largest:
            largest, missed = abs(change), number
    return (found / total if total else 1.0), missed


def _direction(change: float, level: float = LEVEL / 2) -> int:
    return 0 if abs(change) <= level else 1 if change > 0 else -1


def _missed(x: Floats, drawn: Floats, true: Floats, segment: int | None) -> str:
    """One sentence on the most instructive difference."""
    if not np.isfinite(drawn).all():
        return "Part of the plot was left empty."
    at = [in_prose(place, ".3g") for place in x.tolist()]
    lowest, drawn_lowest = int(true.argmin()), int(drawn.argmin())
    is_valley = 0 < lowest < len(x) - 1 and true[-1] - true[lowest] > LEVEL
    if is_valley and drawn[-1] - drawn[drawn_lowest] <= LEVEL / 2:
        return f"It turns up again at about {at[lowest]}."
    highest = int(true.argmax())
    is_peak = 0 < highest < len(x) - 1 and true[highest] - true[-1] > LEVEL
    if is_peak and drawn.max() - drawn[-1] <= LEVEL / 2 and true[0] < true[highest] - LEVEL:
        return f"It comes down again from about {at[highest]} on."
    if segment is not None:
        start, stop = segment * SEGMENTS, (segment + 1) * SEGMENTS
        word = "rises" if true[stop] > true[start] else "falls"
        return f"Between {at[start]} and {at[stop]} it {word}."
    worst = int(np.abs(drawn - true).argmax())
    if abs(drawn[worst] - true[worst]) > LEVEL:
        side = "lower" if true[worst] < drawn[worst] else "higher"
        return f"At about {at[worst]} it lies {side}."
    return ""


# --- order and number -------------------------------------------------------------------------


def _score_order(question: Question, prediction: object, truth: Truth) -> Score:
    if not isinstance(prediction, Sequence) or sorted(map(str, prediction)) != sorted(
        question.choices
    ):
        raise SpecError("Put all of the choices in order, each one once.")
    ranks = truth.ranks or {}
    pairs = [(a, b) for a, b in combinations(prediction, 2) if not _is_tie(ranks[a], ranks[b])]
    wrong = [(a, b) for a, b in pairs if ranks[a] > ranks[b]]
    share = 1 - len(wrong) / len(pairs) if pairs else 1.0
    right = ", ".join(sorted(question.choices, key=lambda name: ranks[name]))
    if not wrong:
        return Score(1.0, f"All in the right order: {right}.")
    first, second = wrong[0]
    return Score(
        max(0.0, 2 * share - 1),
        f"{len(pairs) - len(wrong)} of {len(pairs)} pairs are in the right order: {right}.",
        f"{second} comes before {first}.",
    )


def _is_tie(a: float, b: float) -> bool:
    return a == b or math.isclose(a, b, rel_tol=1e-9)


def _score_number(question: Question, prediction: object, truth: Truth) -> Score:
    if not isinstance(prediction, int | float) or not math.isfinite(prediction):
        raise SpecError("Type a number, e.g. 0.5 or 2e-3.")
    true = truth.number
    unit = f" {question.unit}" if question.unit else ""
    said = f"It is {in_prose(true, '.4g')}{unit}"
    if question.unit == "%":
        off = abs(prediction - true)
        points = 1 - (off - CLOSE_POINTS) / (WORTHLESS_POINTS - CLOSE_POINTS)
        missed = f"You were {in_prose(off, '.2g')} points off."
    elif not math.isfinite(true) or true == 0 or prediction == 0 or (true > 0) != (prediction > 0):
        points, missed = float(prediction == true), "The sign is another one."
        if true == 0 or prediction == 0:
            missed = "It is nothing at all." if true == 0 else "It is not nothing."
    else:
        factor = math.exp(abs(math.log(abs(prediction)) - math.log(abs(true))))
        points = 1 - math.log(max(factor, CLOSE_FACTOR) / CLOSE_FACTOR) / math.log(
            WORTHLESS_FACTOR / CLOSE_FACTOR
        )
        side = "too large" if abs(prediction) > abs(true) else "too small"
        missed = f"Your guess is {in_prose(factor, '.2g')} times {side}."
    points = min(max(points, 0.0), 1.0)
    return Score(points, said + (", as you said." if points == 1 else "."),
                 "" if points == 1 else missed)
