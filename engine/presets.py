"""Choosing a preset by its key, the same for every part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from engine.errors import SpecError
from engine.words import say

Preset = TypeVar("Preset")


def chosen_preset(presets: Mapping[Any, Preset], key: str) -> Preset:
    """The preset `key`; raises `SpecError` with the known ones where there is none."""
    if key not in presets:
        raise SpecError(
            say("There is no preset “{key}”; choose from {known}.",
                key=key, known=", ".join(presets)), "preset",
        )
    return presets[key]
