"""What a tab can be asked, and what a prediction was worth; worked out in a worker."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.lessons.facts import Facts
from engine.lessons.filling import fill
from engine.lessons.lesson import Question
from engine.lessons.scoring import Hands, Score, score, score_hands
from engine.lessons.standing import Standing
from engine.lessons.teaching import Points
from engine.lessons.truth import Truth, truth_of
from engine.spec import Spec
from engine.tabs import standing


@dataclass(frozen=True, eq=False)
class Asked:
    """A standing question with the numbers of the moment in its prompt."""

    standing: Standing
    prompt: str
    given: tuple[Points, str] | None = None


@dataclass(frozen=True, eq=False)
class Judged:
    """The truth about a question, whether it stays as it is, and what was said before.

    `truth` is None while nothing is known; `is_void` says that this is asked no more.
    """

    question: Question
    truth: Truth | None = None
    is_final: bool = False
    is_void: bool = False
    score: Score | None = None
    hands: Hands | None = None


def questions(tab: str, spec: Spec, results: object | None) -> Iterator[tuple[Asked, ...]]:
    """All that the tab can be asked now."""
    facts = Facts(tab, spec, results)
    yield tuple(
        Asked(found, fill(found.question.prompt, facts), _given(found, facts))
        for found in standing(tab, spec, results)
    )


def _given(found: Standing, facts: Facts) -> tuple[Points, str] | None:
    points = facts.points(found.given) if found.given else None
    return None if points is None else (points, found.given_label)


def judge(
    found: Standing, tab: str, spec: Spec, results: object | None, prediction: object | None,
    counts: Mapping[str, int] | None,
) -> Iterator[Judged]:
    """The truth by the facts of the moment, and the scores."""
    question, facts = found.question, Facts(tab, spec, results)
    if not any(found.is_same(now) for now in standing(tab, spec, results)):
        yield Judged(question, is_void=True)
        return
    truth = truth_of(question, facts)
    if truth is None:
        yield Judged(question)
        return
    yield Judged(
        question, truth, found.is_final(facts),
        score=None if prediction is None else score(question, prediction, truth),
        hands=None if counts is None else score_hands(question, counts, truth),
    )
