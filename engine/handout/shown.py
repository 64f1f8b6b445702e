"""What a lesson said and showed at each of its places, as it was played."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.lessons.lesson import Lesson, Place, Step
from engine.lessons.teaching import Value
from engine.lessons.truth import Truth


@dataclass(frozen=True)
class Prose:
    """A paragraph or list in Markdown, its live numbers filled in."""

    markdown: str


@dataclass(frozen=True)
class Formula:
    """A formula set as SVG in the colour of the text around it; "" where it could not be set.

    `plain` is what screen readers say, and what stands there without the SVG.
    """

    svg: str
    plain: str


@dataclass(frozen=True)
class Picture:
    """A picture in the handout's folder; `width` and `height` are those that it is shown with."""

    png: str
    width: int
    height: int
    alt: str
    #: The same as vectors, or "".
    svg: str = ""
    #: One line on what is shown, or "".
    caption: str = ""


@dataclass(frozen=True, eq=False)
class Shown:
    """One place as it was: `blocks` are those of the place alone, not of the one before.

    `picture` is None where it is the one of the place before. `plane` are the axes of a sketch,
    once the answer is revealed with the curve on them. `remark` says what went otherwise than the
    lesson meant it to, or is "". `facts` are the numbers that the place names.
    """

    place: Place
    step: Step
    blocks: tuple[Prose | Formula, ...]
    prompt: str = ""
    picture: Picture | None = None
    window: Picture | None = None
    plane: Picture | None = None
    truth: Truth | None = None
    facts: Mapping[str, Value | None] = field(default_factory=dict)
    remark: str = ""


@dataclass(frozen=True, eq=False)
class Played:
    """A lesson as far as it was played."""

    lesson: Lesson
    places: tuple[Shown, ...]

    @property
    def is_whole(self) -> bool:
        """Whether every place is there."""
        return len(self.places) == len(self.lesson.places)

    @property
    def steps(self) -> tuple[tuple[Shown, ...], ...]:
        """The places step by step: one, or the question and its answer."""
        numbers = dict.fromkeys(shown.place.step for shown in self.places)
        return tuple(
            tuple(shown for shown in self.places if shown.place.step == number)
            for number in numbers
        )
