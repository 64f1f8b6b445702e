"""Which field of a tab's spec an editor stands for."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import get_type_hints

from engine.lessons.facts import part_class
from engine.spec import Knob, Spec, knobs
from gui.widgets.scrub_field import ScrubField
from gui.widgets.spec_fields import Field


@cache
def parts_of(cls: type[Spec]) -> tuple[tuple[str, type[Spec]], ...]:
    """The spec itself and its parts that are specs, each with the path before its fields."""
    found: list[tuple[str, type[Spec]]] = [("", cls)]
    for name, kind in get_type_hints(cls).items():
        inner = part_class(kind)
        if inner is not None and issubclass(inner, Spec):
            found += [(f"{name}.{before}", part) for before, part in parts_of(inner)]
    return tuple(found)


@cache
def all_knobs(cls: type[Spec]) -> dict[str, Knob]:
    """Every field of a tab's spec that forms can show, by its path."""
    return {
        f"{before}{name}": knob
        for before, part in parts_of(cls) for name, knob in knobs(part).items()
    }


def paths_of(editor: Field | ScrubField, cls: type[Spec]) -> Iterator[str]:
    """The paths in a tab's spec that an editor may stand for, the likeliest first.

    An editor of a form has its knob from the spec; others have one of their own, by that name.
    """
    for path, knob in all_knobs(cls).items():
        if knob is editor.knob:
            yield path
    yield editor.knob.name
