"""What a lesson can name at a moment: the fields of the tab's spec, and the tab's facts."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, get_args, get_type_hints

import msgspec

from engine.errors import SpecError
from engine.lessons.teaching import Points, Value
from engine.spec import Choice, Spec
from engine.tabs import teaching
from engine.words import say


class Facts:
    """Values by name, each computed when it is first asked for.

    `results` is what the tab's facts take beside the spec; `extra` are further values by name, such
    as the score of a prediction.
    """

    def __init__(
        self, tab: str, spec: Spec, results: object = None, extra: Mapping[str, Value] | None = None
    ) -> None:
        self.tab, self.spec, self.results = tab, spec, results
        # Every goal may name the score; before there is a prediction, it is not known.
        self._known: dict[str, Value | None] = {"score": None, **(extra or {})}

    def value(self, name: str) -> Value | None:
        """The value of a fact, or of a field by its path ("function.pieces").

        None where it is not known yet, or the field is empty. Raises `SpecError` for a name that
        there is not.
        """
        if name not in self._known:
            fact = teaching(self.tab).fact(name)
            if fact is not None:
                self._known[name] = fact.value(self.spec, self.results)
            else:
                self._known[name] = _as_value(field_at(self.tab, self.spec, name))
        return self._known[name]

    def example(self, name: str) -> Value | None:
        """A value of the kind that a fact or field has: a fact may cost a computation, and its kind
        is known without it. None where nothing is known. Raises `SpecError` as `value` does.
        """
        fact = teaching(self.tab).fact(name)
        return fact.sample if fact is not None else self.value(name)

    def points(self, name: str) -> Points | None:
        """The curve `name`, x and y of shape (n,), or None while there is none.

        Raises `SpecError` where the tab has no such curve.
        """
        curve = teaching(self.tab).curve(name)
        if curve is None:
            known = ", ".join(curve.name for curve in teaching(self.tab).curves) or say("(none)")
            raise SpecError(say("The tab {tab} has no curve “{name}”; it has {known}.",
                                tab=self.tab, name=name, known=known), name)
        return curve.points(self.spec, self.results)


def field_at(tab: str, spec: Spec, path: str) -> object:
    """The value of a spec's field; raises `SpecError` with a near name where there is none."""
    value: object = spec
    for name in path.split("."):
        if value is None:
            return None
        if not isinstance(value, msgspec.Struct) or name not in value.__struct_fields__:
            raise unknown_name(tab, spec, path)
        value = getattr(value, name)
    return value


def unknown_name(tab: str, spec: Spec, name: str, *, only_fields: bool = False) -> SpecError:
    """The sentence for a name that a tab does not know, with the nearest one that it does."""
    known = list(field_paths(type(spec)))
    if not only_fields:
        known += [fact.name for fact in teaching(tab).facts]
    near = get_close_matches(name, known, 1, 0.5)
    if not near:
        last = name.rpartition(".")[2]
        near = [path for path in known if path.rpartition(".")[2] == last][:1]
    top = ", ".join(dict.fromkeys(path.partition(".")[0] for path in known))
    values = {
        "name": name, "tab": tab,
        "remedy": say("did you mean “{name}”?", name=near[0]) if near
        else say("it has {known}.", known=top),
    }
    if only_fields:
        return SpecError(say("“{name}” is no setting of the tab {tab}; {remedy}", **values), name)
    return SpecError(
        say("“{name}” is neither a setting nor a fact of the tab {tab}; {remedy}", **values), name
    )


def field_paths(cls: type[msgspec.Struct], before: str = "") -> list[str]:
    """The paths of all fields of a spec class, those of its parts included."""
    paths = []
    for name, kind in get_type_hints(cls).items():
        if name not in cls.__struct_fields__:
            continue
        paths.append(before + name)
        inner = part_class(kind)
        if inner is not None:
            paths += field_paths(inner, f"{before}{name}.")
    return paths


def part_class(kind: Any) -> type[msgspec.Struct] | None:
    """The struct class that a field holds, perhaps besides None; None for anything else."""
    for option in (kind, *get_args(kind)):
        if isinstance(option, type) and issubclass(option, msgspec.Struct):
            return option
    return None


def _as_value(value: object) -> Value | None:
    if value is None:
        return None
    if isinstance(value, Choice):
        return value.value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | str):
        return value
    if isinstance(value, tuple) and all(isinstance(item, int | str) for item in value):
        return "-".join(str(item) for item in value)
    raise SpecError(say("This setting is no single value that could be shown; name a part of it."))
