"""What a place of a lesson says with the numbers of the moment; worked out in a worker."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from engine.lessons import wording
from engine.lessons.conditions import holds
from engine.lessons.facts import Facts
from engine.lessons.filling import fill
from engine.lessons.lesson import Block, Goal, Place, Question, Step
from engine.lessons.scoring import Hands, Score, score, score_hands
from engine.lessons.truth import Truth, truth_of
from gui.latest import Latest

if TYPE_CHECKING:
    from engine.lessons.progress import Progress


def blocks_at(step: Step, place: Place) -> tuple[Block, ...]:
    """What is to be read at a place: the step, and below it the answer once it is revealed."""
    after = step.after.blocks if step.after is not None and place.is_revealed else ()
    return (*step.before.blocks, *after)


@dataclass(frozen=True, eq=False)
class Asked:
    """A place, and all that is needed to tell it: by itself, so that a worker can have it.

    `wants_truth` is set once the answer may be looked up; `prediction` and `counts` are what the
    audience said, None where it said nothing.
    """

    step: Step
    place: Place
    facts: Facts
    wants_truth: bool = False
    truth: Truth | None = None
    prediction: object | None = None
    counts: Mapping[str, int] | None = None


@dataclass(frozen=True, eq=False)
class Told:
    """A place in words: `blocks` are Markdown and TeX in the order of `blocks_at`.

    `goal` is the step's where its condition holds now, and `is_new` says that it never did before.
    """

    step: Step
    place: Place
    blocks: tuple[str, ...]
    prompt: str = ""
    goal: Goal | None = None
    is_new: bool = False
    truth: Truth | None = None
    score: Score | None = None
    hands: Hands | None = None
    extra: Mapping[str, float] = field(default_factory=dict)


def tell(asked: Asked) -> Told:
    """Fill in, score and check. Raises `SpecError` for what the lesson's author got wrong."""
    step, facts, question = asked.step, asked.facts, asked.step.question
    told = Told(step, asked.place, ())
    if question is not None:
        told = replace(told, prompt=fill(question.prompt, facts))
        told = _judged(told, question, asked)
    if told.extra:
        facts = Facts(facts.tab, facts.spec, facts.results, told.extra)
    blocks = tuple(wording.told(block, facts) for block in blocks_at(step, asked.place))
    goal = step.goal if step.goal is not None and holds(step.goal.condition, facts) else None
    return replace(told, blocks=blocks, goal=goal)


def _judged(told: Told, question: Question, asked: Asked) -> Told:
    truth = asked.truth
    if truth is None and asked.wants_truth:
        truth = truth_of(question, asked.facts)
    if truth is None:
        return told
    told = replace(told, truth=truth)
    if asked.counts:
        hands = score_hands(question, asked.counts, truth)
        return replace(told, hands=hands, extra={"score": hands.right_share})
    if asked.prediction is not None:
        judged = score(question, asked.prediction, truth)
        return replace(told, score=judged, extra={"score": judged.points})
    return told


class Teller(QObject):
    """Tells a place, one telling at a time; keeps what was predicted and said in its step.

    What is asked while it tells comes next, the last of several.
    """

    told = Signal(object)
    #: One sentence on why something could not be told.
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.progress: Progress | None = None
        self.prediction: object | None = None
        self.counts: Mapping[str, int] | None = None
        self.last: Told | None = None
        self._next: Asked | None = None
        self._working = Latest(0, self)
        self._working.arrived.connect(self._on_arrived)
        self._working.ended.connect(self._on_ended)

    @property
    def is_busy(self) -> bool:
        """Whether something is still to be told."""
        return self._working.is_busy or self._next is not None

    def forget(self) -> None:
        """Another step begins: nothing is predicted or known of it."""
        self.prediction, self.counts, self.last = None, None, None
        self.cancel()

    def ask(
        self, step: Step, place: Place, facts: Facts, *, wants_truth: bool, is_urgent: bool = False
    ) -> None:
        """Tell this soon; an urgent one, as of another place, makes all before it void.

        The truth that was found once stays: whoever plays around moves the numbers, and not what
        was predicted.
        """
        truth = self.last.truth if self.last is not None and place.is_revealed else None
        asked = Asked(step, place, facts, wants_truth, truth, self.prediction, self.counts)
        if self._working.is_busy and not is_urgent:
            # Else one that comes while numbers change fast would never be told.
            self._next = asked
        else:
            self._tell(asked)

    def cancel(self) -> None:
        """Tell nothing of what was asked."""
        self._next = None
        self._working.cancel()

    def stop(self) -> None:
        """End the worker."""
        self._next = None
        self._working.stop()

    def _tell(self, asked: Asked) -> None:
        self._next = None

        def work() -> Iterator[object]:
            yield tell(asked)

        self._working.ask(work)

    def _on_arrived(self, items: list[Told]) -> None:
        told = items[-1]
        # Noted here and not in the worker, whose telling may come to nobody.
        if told.goal is not None and self.progress is not None:
            told = replace(told, is_new=self.progress.reach(told.goal.key))
        self.last = told
        self.told.emit(told)

    def _on_ended(self) -> None:
        if self._working.problem:
            self.failed.emit(self._working.problem)
        if self._next is not None:
            self._tell(self._next)
