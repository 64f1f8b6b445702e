"""Hints: one sentence with numbers when something noteworthy has happened in a tab.

A tab's own `engine/<key>/hints.py` holds its `HINTS`, the most urgent one first. No hint ever
changes anything by itself.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from engine.errors import SpecError
from engine.lessons.facts import Facts
from engine.lessons.filling import fill, fill_tex
from engine.lessons.teaching import Value
from engine.spec import Spec
from engine.tabs import spec_class
from engine.words import say

Numbers = Mapping[str, Value]
#: What a hint finds in a tab: the numbers of its sentence, or None where it has nothing to say.
Find = Callable[[Any, Facts], Numbers | None]


@dataclass(frozen=True)
class Hint:
    """A condition and what is said where it holds.

    `find(spec, facts)` gives the numbers that the sentence names, `{{name:format}}`. `why` and
    `tex` explain it, `see` is the step of a lesson that treats it. `change` is what “show me”
    makes of the spec, and `show` says so in a few words; a page is opened by a change, too.
    """

    key: str
    sentence: str
    find: Find
    why: str
    tex: str
    show: str
    change: Callable[[Any], Spec]
    see: tuple[str, str] | None = None


@dataclass(frozen=True)
class Found:
    """A hint that holds now, in words; `shown` is the spec that “show me” leads to."""

    hint: Hint
    sentence: str
    why: str
    tex: str
    show: str
    shown: Spec


@cache
def hints_of(tab: str) -> tuple[Hint, ...]:
    """The hints of a tab, the most urgent one first. Raises `SpecError` for no such tab."""
    spec_class(tab)
    name = f"engine.{tab}.hints"
    if importlib.util.find_spec(name) is None:
        return ()
    found: tuple[Hint, ...] = importlib.import_module(name).HINTS
    return found


def find_hint(facts: Facts, silenced: Collection[str] = ()) -> Found | None:
    """The most urgent hint that holds and is not silenced, in the language in force."""
    for hint in hints_of(facts.tab):
        if hint.key in silenced:
            continue
        numbers = hint.find(facts.spec, facts)
        if numbers is None:
            continue
        try:
            shown = hint.change(facts.spec)
        except SpecError:
            continue  # what it would show does not go together with the rest of this spec
        known = Facts(facts.tab, facts.spec, facts.results, numbers)
        return Found(
            hint, fill(say(hint.sentence), known), fill(say(hint.why), known),
            fill_tex(hint.tex, known), say(hint.show), shown,
        )
    return None


def still_holding(facts: Facts, keys: Collection[str]) -> frozenset[str]:
    """Which of some hints hold, whether they would be said or not."""
    return frozenset(
        hint.key for hint in hints_of(facts.tab)
        if hint.key in keys and hint.find(facts.spec, facts) is not None
    )


def number(facts: Facts, name: str) -> float | None:
    """A fact that is a number; None while it is not known."""
    value = facts.value(name)
    return value if isinstance(value, int | float) else None

