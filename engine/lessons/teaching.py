"""What a tab offers to lessons: facts to fill in, curves to sketch, commands to carry out.

A tab's own `engine/<key>/teaching.py` holds its `TEACHING`. `results` is whatever the tab in the
window, or the headless command, hands over beside the spec: a run's history, a probe's snapshot.
It is None before there is any.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.spec import Spec

Floats = NDArray[np.float64]
#: A number, a text, or numbers by name (for putting them in order).
Value = float | str | Mapping[str, float]
Points = tuple[Floats, Floats]


@dataclass(frozen=True)
class Fact:
    """One thing known of a tab: `value(spec, results)`, or None while it is not known yet.

    `sample` is a value of the right kind; a lesson's format is tried on it.
    """

    name: str
    help: str
    value: Callable[[Any, Any], Value | None]
    sample: Value = 0.5


@dataclass(frozen=True)
class Curve:
    """One curve that a tab shows, to be sketched beforehand: `points(spec, results)`, both (n,).

    None while there is nothing to compare with. `scale` is that of the values, "linear" or "log",
    `x_scale` that of x.
    """

    name: str
    help: str
    points: Callable[[Any, Any], Points | None]
    x_label: str
    y_label: str
    scale: str = "linear"
    x_scale: str = "linear"


@dataclass(frozen=True)
class Command:
    """Something a lesson can let a tab do: `words`, then one argument ("play until epoch", 3).

    `read` makes the argument from its text, and raises `ValueError` with what it should be. A
    command that only moves the spec says where in `finish(spec, argument)`; the window may walk
    there by the tab's action `press`. A command that lets something run has `reached(argument)`
    instead, a condition on facts; the window presses `press` and waits for it. Once reached, it
    stays in force through the following steps, until one of the fields in `bound_to` changes.
    """

    words: str
    help: str
    read: Callable[[str], Any]
    press: str
    finish: Callable[[Any, Any], Spec] | None = None
    reached: Callable[[Any], str] | None = None
    bound_to: tuple[str, ...] = ()

    @property
    def runs(self) -> bool:
        """Whether it takes its time, rather than only moving the spec."""
        return self.finish is None


@dataclass(frozen=True)
class Teaching:
    """All that lessons can name in a tab beside the fields of its spec."""

    facts: tuple[Fact, ...] = ()
    curves: tuple[Curve, ...] = ()
    commands: tuple[Command, ...] = ()
    _by_name: dict[str, Fact] = field(init=False, default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        self._by_name.update({fact.name: fact for fact in self.facts})

    def fact(self, name: str) -> Fact | None:
        """The fact `name`, or None."""
        return self._by_name.get(name)

    def curve(self, name: str) -> Curve | None:
        """The curve `name`, or None."""
        return next((curve for curve in self.curves if curve.name == name), None)

    def command(self, words: str) -> Command | None:
        """The command with these words, or None."""
        return next((command for command in self.commands if command.words == words), None)
