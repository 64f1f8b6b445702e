"""What a spec is: a frozen, validated, JSON-serialisable description of one experiment.

A spec class is a `Spec` subclass whose fields are annotated with `knob(...)`. The bounds, the label
and the explanation of a field stand there and nowhere else: forms take their ranges from them,
files and command lines are validated by them.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from functools import cache
from typing import Any, Self, TypeVar, get_args, get_origin, get_type_hints

import msgspec

from engine.errors import SpecError

S = TypeVar("S", bound="Spec")


class Choice(enum.StrEnum):
    """A closed list of values; `label` is the text for the screen."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label or value
        return member


@dataclass(frozen=True)
class Knob:
    """One field of a spec, as a form or a command line needs to know it.

    `minimum` and `maximum` are inclusive. `scale` is "log" where equal ratios matter rather than
    equal differences. `special` is the text shown for the value 0 where 0 means something else
    than a quantity ("all images"). `advanced` folds the field away.
    """

    name: str
    kind: type
    default: Any
    label: str
    help: str
    group: str
    minimum: float | None = None
    maximum: float | None = None
    scale: str = "linear"
    step: float = 1.0
    special: str = ""
    advanced: bool = False


def knob(
    label: str,
    help: str,
    *,
    group: str,
    minimum: float | None = None,
    maximum: float | None = None,
    scale: str = "linear",
    step: float = 1.0,
    special: str = "",
    advanced: bool = False,
    of_items: bool = False,
) -> msgspec.Meta:
    """Annotate a spec field: `Annotated[int, knob("Epochs", "…", group="learning", minimum=1)]`.

    With `of_items` the bounds describe the items of a tuple, whose own annotation enforces them.
    """
    return msgspec.Meta(
        ge=None if of_items else minimum,
        le=None if of_items else maximum,
        title=label,
        description=help,
        extra={
            "group": group,
            "minimum": minimum,
            "maximum": maximum,
            "scale": scale,
            "step": step,
            "special": special,
            "advanced": advanced,
        },
    )


class Spec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The base of all specs. Subclasses override `check` for rules that span fields."""

    def check(self) -> None:
        """Raise `SpecError` where fields do not go together."""

    def replaced(self, **changes: Any) -> Self:
        """A copy with some fields changed, validated like any other."""
        return from_builtins(type(self), {**to_builtins(self), **_plain(changes)})

    def differences(self, other: Spec) -> dict[str, Any]:
        """The fields in which `other` differs from this spec, with `other`'s values."""
        names = self.__struct_fields__
        return {n: getattr(other, n) for n in names if getattr(self, n) != getattr(other, n)}


def to_builtins(spec: Spec) -> dict[str, Any]:
    """The spec as plain JSON types."""
    built: dict[str, Any] = msgspec.to_builtins(spec)
    return built


def to_json(spec: Spec, *, indent: int = 2) -> str:
    """The spec as JSON text, for a file or a clipboard."""
    return msgspec.json.format(msgspec.json.encode(spec), indent=indent).decode()


def from_builtins(cls: type[S], values: dict[str, Any]) -> S:
    """Validate plain JSON types into a spec; raise `SpecError` with one sentence otherwise."""
    try:
        spec = msgspec.convert(values, cls)
    except msgspec.ValidationError as error:
        raise _as_spec_error(cls, error) from None
    spec.check()
    return spec


def from_json(cls: type[S], text: str | bytes) -> S:
    """Read a spec from JSON text; raise `SpecError` with one sentence otherwise."""
    try:
        values = msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        name = cls.__name__.lower()
        raise SpecError(f"This is no {name}, because it is no JSON: {error}.") from None
    if not isinstance(values, dict):
        raise SpecError(f"This is no {cls.__name__.lower()}, because it holds no fields.")
    return from_builtins(cls, values)


def with_assignments(spec: S, assignments: list[str]) -> S:
    """Apply `key=value` texts from a command line: `with_assignments(recipe, ["epochs=5"])`.

    Values are JSON where they parse as JSON, else text; `hidden=256-128` stands for a list.
    """
    known = knobs(type(spec))
    changes: dict[str, Any] = {}
    for assignment in assignments:
        name, equals, text = assignment.partition("=")
        name = name.strip()
        if not equals:
            raise SpecError(f"“{assignment}” sets nothing: write it as key=value, e.g. epochs=5.")
        if name not in spec.__struct_fields__:
            raise SpecError(f"There is no setting “{name}”; choose from {', '.join(known)}.", name)
        changes[name] = parse_text(known[name], text) if name in known else _json_or_text(text)
    return spec.replaced(**changes)


def parse_text(field: Knob, text: str) -> Any:
    """What a user typed for a field, as a plain value; the spec judges whether it is a good one."""
    text = text.strip()
    if field.kind is tuple:
        for separator in "[]–,;":
            text = text.replace(separator, "-")
        try:
            return [size for part in text.split("-") if part.strip() for size in _sizes(part)]
        except ValueError:
            raise SpecError(
                f"{field.label}: “{text}” is no list of sizes; write e.g. 256-128-64 or 64x20.",
                field.name,
            ) from None
    if issubclass(field.kind, str):
        return text
    return _json_or_text(text)


def _sizes(part: str) -> list[int]:
    """"64" is one layer, "64x20" twenty of them."""
    size, times, count = part.replace("×", "x").partition("x")
    return [int(size)] * (int(count) if times else 1)


@cache
def knobs(cls: type[Spec]) -> dict[str, Knob]:
    """The annotated fields of a spec class, in the order of their declaration."""
    hints = get_type_hints(cls, include_extras=True)
    defaults = cls()
    found = {}
    for name in cls.__struct_fields__:
        base, *extras = get_args(hints[name]) or (hints[name],)
        meta = next((e for e in extras if isinstance(e, msgspec.Meta) and e.extra), None)
        if meta is not None and meta.extra is not None:
            kind = get_origin(base) or base
            found[name] = Knob(
                name=name,
                kind=kind,
                default=getattr(defaults, name),
                label=meta.title or name,
                help=meta.description or "",
                **meta.extra,
            )
    return found


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(values)
    return plain


def _json_or_text(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text.strip()


def _as_spec_error(cls: type[Spec], error: msgspec.ValidationError) -> SpecError:
    """msgspec says "Expected `int` >= 1 - at `$.epochs`"; a user needs the label and the range."""
    reason, _, path = str(error).partition(" - at `")
    name = path.strip("`$.").split("[")[0].split(".")[0]
    field = knobs(cls).get(name)
    if field is None:
        unknown = reason.replace("`", "“", 1).replace("`", "”", 1)
        return SpecError(f"{unknown}: this is not a valid {cls.__name__.lower()}.", name)
    return SpecError(f"{field.label} must be {expectation(field)}.", name)


def expectation(field: Knob) -> str:
    """What a field accepts, in words: "a whole number from 1 to 1,000"."""
    if issubclass(field.kind, Choice):
        return "one of " + ", ".join(member.value for member in field.kind)
    if field.kind is bool:
        return "true or false"
    if field.kind is tuple:
        noun = "a list of whole numbers"
    else:
        noun = "a whole number" if field.kind is int else "a number"
    low, high = field.minimum, field.maximum
    if low is not None and high is not None:
        return f"{noun} from {low:,g} to {high:,g}"
    return noun
