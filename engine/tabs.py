"""The tabs as the engine knows them: the class of each tab's spec, and what can be told about it.

A new tab is a line in `TAB_SPECS`; sessions and lessons then know it. What a lesson may name in it,
its facts, curves and commands, stands in `engine/<key>/teaching.py`, if there is one; what can be
predicted in it at any time, in `engine/<key>/standing.py`.
"""

from __future__ import annotations

import importlib
import importlib.util
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING

from engine.errors import SpecError
from engine.spec import Spec
from engine.words import say

if TYPE_CHECKING:  # the first window knows the tabs, and needs no lesson yet
    from engine.lessons.standing import Standing
    from engine.lessons.teaching import Teaching

#: Key -> the class of the tab's spec, in `engine.<key>.tab_spec`.
TAB_SPECS = {
    "expressivity": "ExpressivitySpec",
    "initialization": "InitializationSpec",
    "training": "TrainingSpec",
    "backprop": "BackpropTabSpec",
}


@cache
def spec_class(key: str) -> type[Spec]:
    """The class of a tab's spec. Raises `SpecError` where there is no such tab."""
    if key not in TAB_SPECS:
        near = get_close_matches(key, TAB_SPECS, 1)
        remedy = (
            say("did you mean “{name}”?", name=near[0]) if near
            else say("choose from {known}.", known=", ".join(TAB_SPECS))
        )
        raise SpecError(say("There is no tab “{key}”; {remedy}", key=key, remedy=remedy), "tab")
    found: type[Spec] = getattr(
        importlib.import_module(f"engine.{key}.tab_spec"), TAB_SPECS[key]
    )
    return found


@cache
def teaching(key: str) -> Teaching:
    """What lessons can say about a tab; nothing where it has not been written down yet."""
    from engine.lessons.teaching import Teaching

    spec_class(key)
    name = f"engine.{key}.teaching"
    if importlib.util.find_spec(name) is None:
        return Teaching()
    found: Teaching = importlib.import_module(name).TEACHING
    return found


def standing(key: str, spec: Spec, results: object | None) -> tuple[Standing, ...]:
    """The questions that a tab can always be asked, from `engine.<key>.standing`; none without it.
    """
    spec_class(key)
    name = f"engine.{key}.standing"
    if importlib.util.find_spec(name) is None:
        return ()
    found: tuple[Standing, ...] = importlib.import_module(name).standing(spec, results)
    return found
