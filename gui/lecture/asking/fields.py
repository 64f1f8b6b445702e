"""Which field of a tab's spec an editor stands for."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import get_type_hints

from PySide6.QtWidgets import QWidget

from engine.lessons.facts import part_class
from engine.spec import Spec, knobs
from gui.widgets.scrub_field import ScrubField
from gui.widgets.spec_fields import Field
from gui.widgets.spec_form import SpecForm


@cache
def parts_of(cls: type[Spec]) -> tuple[tuple[str, type[Spec]], ...]:
    """The spec itself and its parts that are specs, each with the path before its fields."""
    found: list[tuple[str, type[Spec]]] = [("", cls)]
    for name, kind in get_type_hints(cls).items():
        inner = part_class(kind)
        if inner is not None and issubclass(inner, Spec):
            found += [(f"{name}.{before}", part) for before, part in parts_of(inner)]
    return tuple(found)


def paths_of(editor: Field | ScrubField, cls: type[Spec]) -> Iterator[str]:
    """The paths in a tab's spec that an editor may stand for, the likeliest first.

    One of a form stands for that of the form's spec; another one for any with its name.
    """
    name = editor.knob.name
    form = _form_of(editor)
    for before, part in parts_of(cls):
        is_of_form = form is None or form.spec_class is part
        if is_of_form and name in knobs(part):
            yield f"{before}{name}"
    yield name


def _form_of(editor: QWidget) -> SpecForm | None:
    parent = editor.parentWidget()
    while parent is not None and not isinstance(parent, SpecForm):
        parent = parent.parentWidget()
    return parent
