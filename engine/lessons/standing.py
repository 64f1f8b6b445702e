"""Questions that a tab can be asked at any time, without a lesson; each tab makes its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.lessons.conditions import holds
from engine.lessons.facts import Facts
from engine.lessons.lesson import Question, QuestionKind
from engine.spec import Spec

SIGNS = ("−", "0", "+")


@dataclass(frozen=True, eq=False)
class Standing:
    """A question, and what the tab does about it. `title` names it in a list.

    `at` are fields of the tab's spec that only say what is looked at: the tab shows what is asked
    about. `is_over` is a condition on facts from which on the truth stays as it is; without one it
    does at once. `given` names a curve that is known beforehand, and `given_label` is its name on
    the plot. `picture` (height, width) is an image of gray levels that the question is about.
    """

    title: str
    question: Question
    at: Mapping[str, object] = field(default_factory=dict)
    is_over: str = ""
    given: str = ""
    given_label: str = ""
    picture: NDArray[np.uint8] | None = None

    def is_same(self, other: Standing) -> bool:
        """Whether both ask the same of the same picture."""
        if self.picture is None or other.picture is None:
            is_alike = self.picture is other.picture
        else:
            is_alike = np.array_equal(self.picture, other.picture)
        return is_alike and self.question == other.question

    def placed(self, spec: Spec) -> Spec:
        """The tab's spec, looking at what is asked about."""
        return spec.replaced(**self.at)

    def is_final(self, facts: Facts) -> bool:
        """Whether nothing more has to happen before the truth is known."""
        return not self.is_over or holds(self.is_over, facts)


def sketch(
    prompt: str, of: str, x: tuple[float, float], y: tuple[float, float], labels: tuple[str, str],
    *, is_log: bool = False, is_x_log: bool = False,
) -> Question:
    """To sketch the curve `of` over the ranges x and y, with these labels of the axes."""
    return Question(
        QuestionKind.SKETCH, prompt, 0, of=of, x_range=x, y_range=y, x_label=labels[0],
        y_label=labels[1], is_log=is_log, is_x_log=is_x_log,
    )


def order(prompt: str, of: str, choices: tuple[str, ...]) -> Question:
    """To put choices in order by the fact `of`, the greatest first."""
    return Question(QuestionKind.ORDER, prompt, 0, choices=choices, of=of)


def choice(prompt: str, of: str, choices: tuple[str, ...]) -> Question:
    """To choose the one that the fact `of` is."""
    return Question(QuestionKind.CHOICE, prompt, 0, choices=choices, of=of)


def sign(prompt: str, of: str) -> Question:
    """To guess the sign of the fact `of`."""
    return Question(QuestionKind.SIGN, prompt, 0, choices=SIGNS, of=of)


def number(prompt: str, of: str, unit: str = "") -> Question:
    """To guess the fact `of`."""
    return Question(QuestionKind.NUMBER, prompt, 0, of=of, unit=unit)
