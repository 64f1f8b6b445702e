"""Where one can start from: the presets of every tab, each as a change of the tab's whole spec.

A tab's own `engine/<key>/starts.py` holds its `STARTS`, if it has presets.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from engine.spec import Spec
from engine.tabs import spec_class


@dataclass(frozen=True)
class Start:
    """A preset: `change` makes the tab's spec into the one that shows it.

    `key` is the same in every launch; `watch` is a sentence on what to look at. `is_mistake` marks
    those that go wrong on purpose.
    """

    key: str
    label: str
    watch: str
    change: Callable[[Any], Spec]
    is_mistake: bool = False


@cache
def starts(key: str) -> tuple[Start, ...]:
    """The presets of a tab, in its own order. Raises `SpecError` where there is no such tab."""
    spec_class(key)
    name = f"engine.{key}.starts"
    if importlib.util.find_spec(name) is None:
        return ()
    found: tuple[Start, ...] = importlib.import_module(name).STARTS
    return found
