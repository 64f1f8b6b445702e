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
from engine.lessons.filling import in_prose
from engine.lessons.lesson import Question, QuestionKind
from engine.lessons.teaching import Floats
from engine.lessons.truth import Truth
from engine.words import say

#: Distances of a quarter of the plot's height are worth nothing.
WORTHLESS_DISTANCE = 0.25
SEGMENTS = 8
#: Stops of a sketch that are so many times as far apart as usual have a gap between them.
MOST_STEP = 4.0
#: A change by less than this share of the height is level.
LEVEL = 0.04
LARGEST = 1e300
CLOSE_FACTOR, WORTHLESS_FACTOR = 1.05, 10.0
CLOSE_POINTS, WORTHLESS_POINTS = 1.0, 20.0


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
        raise SpecError(say("Choose one of {known}.", known=', '.join(question.choices)))
    if prediction == truth.text:
        return Score(1.0, say("Right: {answer}.", answer=truth.text))
    return Score(
        0.0, say("The answer is “{answer}”.", answer=truth.text),
        say("You said “{prediction}”.", prediction=prediction),
    )


def score_hands(question: Question, counts: Mapping[str, int], truth: Truth) -> Hands:
    """What a show of hands was worth, from the number of hands for each choice.

    Raises `SpecError` for choices that there are not, or fewer than no hands.
    """
    for choice, count in counts.items():
        if choice not in question.choices or count < 0:
            raise SpecError(say("Type a number of hands, 0 or more, for each of the choices."))
    total = sum(counts.values())
    if total == 0:
        return Hands(0, {}, 0.0, "", say("Nobody answered; it is {answer}.", answer=truth.text))
    shares = {choice: counts.get(choice, 0) / total for choice in question.choices}
    right = shares.get(truth.text, 0.0)
    majority = max(question.choices, key=lambda choice: shares[choice])
    verdict = (
        say("the majority was right") if majority == truth.text
        else say("most said {majority}", majority=majority)
    )
    sentence = say(
        "{percent:.0f} % of {total:,} said {answer}, which is right; {verdict}.",
        percent=100 * right, total=total, answer=truth.text, verdict=verdict,
    )
    return Hands(total, shares, right, majority, sentence)


def shift_sentence(before: Hands, after: Hands) -> str:
    """What became of the hands between two shows; "" where nobody answered one of them."""
    if not before.total or not after.total:
        return ""
    first, last = 100 * before.right_share, 100 * after.right_share
    return say("{first:.0f} % were right at first, {last:.0f} % in the end.",
               first=first, last=last)


# --- sketch -----------------------------------------------------------------------------------


def _score_sketch(question: Question, prediction: object, truth: Truth) -> Score:
    x, drawn, true = _on_one_grid(question, prediction, truth)
    is_drawn = np.isfinite(drawn)
    if not is_drawn.any():
        return Score(0.0, say("Nothing was sketched."), say("Draw a curve across the plot."))
    coverage = float(is_drawn.mean())
    distance = np.abs(drawn - true)[is_drawn]
    closeness = max(0.0, 1 - float(distance.mean()) / WORTHLESS_DISTANCE) * coverage
    shape, missed_segment = _shape(drawn, true)
    points = (closeness + shape * coverage) / 2
    verdict = (
        say("close, and the right shape") if closeness > 0.7 and shape > 0.7
        else say("the right shape, at another height") if shape > 0.7
        else say("near, but of another shape") if closeness > 0.7
        else say("that went differently")
    )
    sentence = say("{points:.0f} of 100: {verdict}.", points=100 * points, verdict=verdict)
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
        raise SpecError(say("The curve lies outside the sketch; ask for another range."),
        question.of)
    x = (np.geomspace if question.is_x_log else np.linspace)(low, high, 8 * SEGMENTS + 1)
    # What has grown beyond all numbers has left the plot, and has neighbours all the same.
    true = _share(question, np.interp(x, true_x, np.clip(true_y, -LARGEST, LARGEST)))
    if len(sketched) == 0:
        return x, np.full(len(x), np.nan), true
    at = np.argsort(sketched[:, 0], kind="stable")
    drawn = _share(question, sketched[at, 1])
    places, stops, ends = (_axis(question, v) for v in (x, sketched[at, 0], question.x_range))
    reach = (ends[1] - ends[0]) / 50
    sketch = np.where(_is_drawn(places, stops, reach), np.interp(places, stops, drawn), np.nan)
    return x, sketch, true


def _is_drawn(places: Floats, stops: Floats, reach: float) -> Floats:
    """Whether places (m,) lie on the sketch with these stops (n,), both ascending.

    Within `reach` of a stop, or between two that stand as close as the others do: what the pen
    jumped over is not drawn.
    """
    steps = np.diff(stops, prepend=-math.inf, append=math.inf)
    after = np.searchsorted(stops, places)
    left = stops[np.maximum(after - 1, 0)]
    right = stops[np.minimum(after, len(stops) - 1)]
    is_near = np.minimum(np.abs(places - left), np.abs(right - places)) <= reach
    usual = float(np.median(steps[1:-1])) if len(stops) > 1 else 0.0
    return np.asarray(is_near | (steps[after] <= MOST_STEP * usual))


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
        raise SpecError(say("A sketch is a row of points (x, y); draw it anew.")) from None
    if points.size == 0:
        return points.reshape(0, 2)
    if isinstance(prediction, tuple) and len(prediction) == 2 and points.ndim == 2 and (
        isinstance(prediction[0], np.ndarray)
    ):
        points = points.T
    if points.ndim != 2 or points.shape[1] != 2 or not np.isfinite(points).all():
        raise SpecError(say("A sketch is a row of points (x, y); draw it anew."))
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
        return say("Part of the plot was left empty.")
    at = [in_prose(place, ".3g") for place in x.tolist()]
    lowest, drawn_lowest = int(true.argmin()), int(drawn.argmin())
    is_valley = 0 < lowest < len(x) - 1 and true[-1] - true[lowest] > LEVEL
    if is_valley and drawn[-1] - drawn[drawn_lowest] <= LEVEL / 2:
        return say("It turns up again at about {x}.", x=at[lowest])
    highest = int(true.argmax())
    is_peak = 0 < highest < len(x) - 1 and true[highest] - true[-1] > LEVEL
    if is_peak and drawn.max() - drawn[-1] <= LEVEL / 2 and true[0] < true[highest] - LEVEL:
        return say("It comes down again from about {x} on.", x=at[highest])
    if segment is not None:
        start, stop = segment * SEGMENTS, (segment + 1) * SEGMENTS
        if true[stop] > true[start]:
            return say("Between {start} and {stop} it rises.", start=at[start], stop=at[stop])
        return say("Between {start} and {stop} it falls.", start=at[start], stop=at[stop])
    worst = int(np.abs(drawn - true).argmax())
    if abs(drawn[worst] - true[worst]) > LEVEL:
        if true[worst] < drawn[worst]:
            return say("At about {x} it lies lower.", x=at[worst])
        return say("At about {x} it lies higher.", x=at[worst])
    return ""


# --- order and number -------------------------------------------------------------------------


def _score_order(question: Question, prediction: object, truth: Truth) -> Score:
    if not isinstance(prediction, Sequence) or sorted(map(str, prediction)) != sorted(
        question.choices
    ):
        raise SpecError(say("Put all of the choices in order, each one once."))
    ranks = truth.ranks or {}
    pairs = [(a, b) for a, b in combinations(prediction, 2) if not _is_tie(ranks[a], ranks[b])]
    wrong = [(a, b) for a, b in pairs if ranks[a] > ranks[b]]
    share = 1 - len(wrong) / len(pairs) if pairs else 1.0
    # What has no rank, as of a signal that overflowed, is as good in one place as in another.
    in_order = sorted(question.choices, key=lambda name: (math.isnan(ranks[name]), ranks[name]))
    right = ", ".join(in_order)
    if not wrong:
        return Score(1.0, say("All in the right order: {order}.", order=right))
    first, second = wrong[0]
    return Score(
        max(0.0, 2 * share - 1),
        say("{right} of {all} pairs are in the right order: {order}.",
            right=len(pairs) - len(wrong), all=len(pairs), order=right),
        say("{second} comes before {first}.", second=second, first=first),
    )


def _is_tie(a: float, b: float) -> bool:
    return math.isnan(a) or math.isnan(b) or math.isclose(a, b, rel_tol=1e-9)


def _score_number(question: Question, prediction: object, truth: Truth) -> Score:
    if not isinstance(prediction, int | float) or not math.isfinite(prediction):
        raise SpecError(say("Type a number, e.g. 0.5 or 2e-3."))
    true = truth.number
    value = in_prose(true, ".4g") + (f" {question.unit}" if question.unit else "")
    if question.unit == "%":
        off = abs(prediction - true)
        points = 1 - (off - CLOSE_POINTS) / (WORTHLESS_POINTS - CLOSE_POINTS)
        missed = say("You were {off} points off.", off=in_prose(off, ".2g"))
    elif not math.isfinite(true):
        points, missed = 0.0, say("It has grown beyond every number.")
    elif true == 0 or prediction == 0 or (true > 0) != (prediction > 0):
        points, missed = float(prediction == true), say("The sign is another one.")
        if true == 0 or prediction == 0:
            missed = say("It is nothing at all.") if true == 0 else say("It is not nothing.")
    else:
        factor = math.exp(abs(math.log(abs(prediction)) - math.log(abs(true))))
        points = 1 - math.log(max(factor, CLOSE_FACTOR) / CLOSE_FACTOR) / math.log(
            WORTHLESS_FACTOR / CLOSE_FACTOR
        )
        times = in_prose(factor, ".2g")
        missed = (
            say("Your guess is {times} times too large.", times=times)
            if abs(prediction) > abs(true)
            else say("Your guess is {times} times too small.", times=times)
        )
    points = min(max(points, 0.0), 1.0)
    if points == 1:
        return Score(points, say("It is {value}, as you said.", value=value))
    return Score(points, say("It is {value}.", value=value), missed)
