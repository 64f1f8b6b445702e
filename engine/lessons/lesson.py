"""A lesson as read: steps, each with prose, a patch, perhaps an action, a question, and goals.

Everything here is frozen and was checked by `engine.lessons.reading`; `line` counts from 1 in the
file. A step with a question has two parts: what is there before, and what is revealed after.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from engine.lessons.teaching import Command
from engine.spec import Choice, Spec


@dataclass(frozen=True)
class Prose:
    """A paragraph or list in Markdown; `{{name:format}}` in it stands for a live number.

    What `is_verbatim`, a block of code, has no live numbers and is shown as it stands.
    """

    text: str
    line: int
    is_verbatim: bool = False


@dataclass(frozen=True)
class Formula:
    """A formula of its own line, in TeX, with live numbers like those in prose."""

    tex: str
    line: int


Block = Prose | Formula


@dataclass(frozen=True)
class Action:
    """A command with its argument: `Action(<play until epoch>, 3.0, 12)`."""

    command: Command
    argument: Any
    line: int

    @property
    def text(self) -> str:
        """As a lesson writes it: "play until epoch 3"."""
        argument = self.argument
        shown = f"{argument:g}" if isinstance(argument, float) else str(argument)
        return f"{self.command.words} {shown}".strip()


@dataclass(frozen=True)
class Assignment:
    """One line of a patch: `path` in the tab's spec ("function.pieces"), and a plain JSON value."""

    path: str
    value: Any
    line: int


class QuestionKind(Choice):
    SKETCH = "sketch", "Sketch the curve"
    ORDER = "order", "Put in order"
    SIGN = "sign", "Guess the sign"
    NUMBER = "number", "Guess the number"
    CHOICE = "choice", "Choose"


@dataclass(frozen=True)
class Question:
    """What is asked before the rest is shown.

    The truth is `answer`, or where that is None the fact or, for a sketch, the curve named `of`,
    looked at once the revealing part is done. `choices` are what can be chosen or put in order;
    for a sign they are "−", "0" and "+". `answer` is a choice, a number, or a tuple of choices in
    order. A sketch spans `x_range` × `y_range`; its y axis is logarithmic where `is_log`, its x
    axis where `is_x_log`. `covers` is a fact whose views would tell the answer.
    """

    kind: QuestionKind
    prompt: str
    line: int
    choices: tuple[str, ...] = ()
    of: str = ""
    answer: str | float | tuple[str, ...] | None = None
    x_range: tuple[float, float] = (0.0, 1.0)
    y_range: tuple[float, float] = (0.0, 1.0)
    x_label: str = ""
    y_label: str = ""
    is_log: bool = False
    is_x_log: bool = False
    unit: str = ""
    covers: str = ""

    @property
    def told_by(self) -> str:
        """The fact or curve whose views are covered until the answer is revealed, or none."""
        return self.of or self.covers


@dataclass(frozen=True)
class Goal:
    """A challenge: reached when `condition` holds in the step's tab.

    `key` is the same in every launch: lesson and title. The condition is a text that
    `engine.lessons.conditions` reads; beside facts and fields it may name `score`, that of the
    step's question in 0…1.
    """

    key: str
    title: str
    condition: str
    line: int
    hint: str = ""


@dataclass(frozen=True)
class Part:
    """What is shown and done in one go; `is_fresh` first sets the tab back to its defaults."""

    blocks: tuple[Block, ...] = ()
    is_fresh: bool = False
    patch: tuple[Assignment, ...] = ()
    action: Action | None = None


@dataclass(frozen=True)
class Step:
    """One step. `controls` are the fields of the spec that its presentation needs a control for.

    `after` is None where nothing is held back.
    """

    title: str
    tab: str
    line: int
    before: Part
    after: Part | None = None
    question: Question | None = None
    goal: Goal | None = None
    notes: str = ""
    controls: tuple[str, ...] = ()
    minutes: float = 0.0

    @property
    def is_revealing(self) -> bool:
        """Whether something is held back at first."""
        return self.after is not None


@dataclass(frozen=True)
class State:
    """What a place in a lesson sets, completely: every tab's spec, and what must have run.

    `specs` holds the tabs that the lesson has touched so far. `actions` are the commands in force,
    by tab; those that only move the spec are in `specs` already.
    """

    tab: str
    specs: Mapping[str, Spec]
    actions: Mapping[str, Action]


@dataclass(frozen=True)
class Place:
    """Where one is in a lesson: the step's number from 0, and whether its answer is revealed."""

    step: int = 0
    is_revealed: bool = False


@dataclass(frozen=True)
class Lesson:
    """A lesson file. `key` is its name without suffix, `part` the homework's, e.g. "1b"."""

    key: str
    title: str
    part: str
    summary: str
    steps: tuple[Step, ...]
    language: str = "en"
    path: Path | None = None
    is_own: bool = False
    _states: dict[Place, State] = field(init=False, default_factory=dict, compare=False)

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Every place in order: a step, its revealed answer where there is one, the next step."""
        return tuple(
            Place(number, is_revealed)
            for number, step in enumerate(self.steps)
            for is_revealed in ((False, True) if step.is_revealing else (False,))
        )

    @property
    def minutes(self) -> float:
        """How long its author thinks that it takes."""
        return sum(step.minutes for step in self.steps)

    @property
    def goals(self) -> tuple[Goal, ...]:
        """All challenges in it."""
        return tuple(step.goal for step in self.steps if step.goal is not None)

    def next(self, place: Place) -> Place:
        """The place after this one; the last one has itself."""
        at = self.places.index(self.clamped(place))
        return self.places[min(at + 1, len(self.places) - 1)]

    def previous(self, place: Place) -> Place:
        """The place before this one; the first one has itself."""
        return self.places[max(self.places.index(self.clamped(place)) - 1, 0)]

    def clamped(self, place: Place) -> Place:
        """The nearest place that there is, as after the file has become shorter."""
        number = min(max(place.step, 0), len(self.steps) - 1)
        return Place(number, place.is_revealed and self.steps[number].is_revealing)

    def at(self, place: Place) -> State:
        """The complete state at a place, the same however one comes there. Cached."""
        from engine.lessons.states import state_at

        if place not in self._states:
            self._states[place] = state_at(self, place)
        return self._states[place]
