"""What really happens, by the facts of the moment: what a prediction is held against."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.errors import SpecError
from engine.lessons.facts import Facts
from engine.lessons.filling import in_prose
from engine.lessons.lesson import Question, QuestionKind
from engine.lessons.teaching import Floats, Points
from engine.words import say


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


def truth_of(question: Question, facts: Facts) -> Truth | None:
    """What is true by the facts of the moment; None while it is not known yet.

    Raises `SpecError` where the fact does not fit the question.
    """
    kind = question.kind
    if kind is QuestionKind.SKETCH:
        points = facts.points(question.of)
        if points is None:
            return None
        x, y = points
        is_known = np.isfinite(x) & ~np.isnan(y)
        return Truth((x[is_known], y[is_known])) if is_known.sum() >= 2 else None
    if isinstance(question.answer, tuple):
        return Truth(ranks={name: float(i) for i, name in enumerate(question.answer)})
    if isinstance(question.answer, str):
        return Truth(text=question.answer)
    value = question.answer if question.answer is not None else facts.value(question.of)
    if value is None:
        return None
    if kind is QuestionKind.ORDER:
        if not isinstance(value, Mapping) or not set(question.choices) <= set(value):
            raise SpecError(say("“{name}” does not put these choices in order.",
                                name=question.of), question.of)
        # The greatest comes first.
        return Truth(ranks={name: -float(value[name]) for name in question.choices})
    if isinstance(value, Mapping):
        raise SpecError(say("“{name}” is several numbers, and one is asked for.",
                            name=question.of), question.of)
    if isinstance(value, float) and math.isnan(value):
        return None
    if kind is QuestionKind.CHOICE:
        return Truth(text=_as_choice(value, question.choices))
    if isinstance(value, str):
        raise SpecError(say("“{name}” is a word, and a number is asked for.", name=question.of),
                        question.of)
    if kind is QuestionKind.SIGN:
        return Truth(text="−" if value < 0 else "+" if value > 0 else "0", number=float(value))
    return Truth(number=float(value))


def _as_choice(value: float | str, choices: Sequence[str]) -> str:
    """The choice that a value is; a number in a choice may be rounded."""
    if isinstance(value, str):
        return value
    for choice in choices:
        number = as_number(choice)
        if number is not None and math.isclose(number, value, rel_tol=5e-3):
            return choice
    return in_prose(value, "")


def as_number(text: str) -> float | None:
    """A number as one writes it, thousands grouped or not; None where it is none."""
    try:
        return float(text.replace("−", "-").replace(",", "").replace("\u202f", ""))
    except ValueError:
        return None
