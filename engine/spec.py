"""What a spec is: a frozen, validated, JSON-serialisable description of one experiment.

A spec class is a `Spec` subclass whose fields are annotated with `knob(...)`. The bounds, the label
and the explanation of a field stand there and nowhere else: forms take their ranges from them,
files and command lines are validated by them.
"""

from __future__ import annotations

import enum
import math
import re
import threading
from dataclasses import dataclass
from functools import cache
from typing import Any, Self, TypeGuard, TypeVar, get_args, get_origin, get_type_hints

import msgspec

from engine.errors import SpecError
from engine.words import grouped, language, say

S = TypeVar("S", bound="Spec")

#: How often "64x20" may repeat a size; specs have narrower bounds of their own.
MOST_REPEATS = 1000


class Choice(enum.StrEnum):
    """A closed list of values, each with a label in English: NAME = "value", "label"."""

    english: str

    def __new__(cls, value: str, label: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.english = label or value
        return member

    @property
    def label(self) -> str:
        """The text for the screen, in the language in force."""
        return say(self.english)


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

    @property
    def is_bounded(self) -> bool:
        """Whether a slider makes sense: a number with both bounds, and not astronomically many."""
        return (
            self.kind in (int, float)
            and self.minimum is not None
            and self.maximum is not None
            and (self.scale == "log" or (self.maximum - self.minimum) / self.step <= 10_000)
        )

    def share_of(self, value: float) -> float:
        """Where `value` lies between the bounds, in 0…1, on the field's own scale."""
        low, high = self._bounds()
        if self.scale == "log":
            value = min(max(value, low), high)
            return math.log(value / low) / math.log(high / low)
        return (value - low) / (high - low)

    def value_at(self, share: float) -> float:
        """The value at a share of the way, rounded to one that a person would choose.

        On a log scale that is 1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6 or 8 times a power of ten; others
        are typed. The ends are the bounds themselves.
        """
        low, high = self._bounds()
        if not 0 < share < 1:
            value = low if share <= 0 else high
        elif self.scale == "log":
            raw = low * (high / low) ** share
            exponent = math.floor(math.log10(raw))
            mantissa = min(_NICE, key=lambda nice: abs(math.log(nice * 10.0**exponent / raw)))
            value = float(f"{mantissa * 10.0**exponent:.3g}")
        else:
            value = round(low + share * (high - low), 10)
            value = round(low + round((value - low) / self.step) * self.step, 10)
        value = min(max(value, low), high)
        return round(value) if self.kind is int else value

    def _bounds(self) -> tuple[float, float]:
        if self.minimum is None or self.maximum is None:
            raise SpecError(
                say("{label} has no bounds, so it has no slider.", label=self.label), self.name
            )
        return self.minimum, self.maximum


#: Mantissas that a person would type.
_NICE = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)


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
        spec = _converted(cls, values)
    except msgspec.ValidationError as error:
        raise _as_spec_error(cls, error) from None
    spec.check()
    return spec


def _converted(cls: type[S], values: dict[str, Any]) -> S:
    """Convert; for the first time one class after the other.

    msgspec then works out what a class is made of, and crashes where two threads do so at once.
    """
    if cls in _CONVERTED:
        return msgspec.convert(values, cls)
    with _FIRST:
        try:
            return msgspec.convert(values, cls)
        finally:
            _CONVERTED.add(cls)


_FIRST = threading.Lock()
_CONVERTED: set[type[Spec]] = set()


def from_json(cls: type[S], text: str | bytes) -> S:
    """Read a spec from JSON text; raise `SpecError` with one sentence otherwise."""
    try:
        values = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise SpecError(
            say("This is no {kind}, because it is no JSON: {why}.",
                kind=cls.__name__.lower(), why=_quoted(error))
        ) from None
    if not isinstance(values, dict):
        raise SpecError(
            say("This is no {kind}, because it holds no fields.", kind=cls.__name__.lower())
        )
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
            raise SpecError(
                say("“{assignment}” sets nothing: write it as key=value, e.g. epochs=5.",
                    assignment=assignment)
            )
        if name not in spec.__struct_fields__:
            raise SpecError(
                say("There is no setting “{name}”; choose from {known}.",
                    name=name, known=", ".join(known)), name,
            )
        changes[name] = parse_text(known[name], text) if name in known else _json_or_text(text)
    return spec.replaced(**changes)


def parse_text(field: Knob, text: str) -> Any:
    """What a user typed for a field, as a plain value; the spec judges whether it is a good one."""
    text = text.strip()
    if field.kind is tuple:
        sizes = text.strip("[]")
        for separator in "–,;":
            sizes = sizes.replace(separator, "-")
        try:
            if sizes.startswith("-"):
                raise ValueError("a size below zero")
            return [size for part in sizes.split("-") if part.strip() for size in _sizes(part)]
        except ValueError:
            raise SpecError(
                say("{label}: “{typed}” is no list of sizes; write e.g. 256-128-64 or 64x20.",
                    label=field.label, typed=text), field.name,
            ) from None
    if field.kind is float:
        try:
            return float(text)  # ".01" and "1." are no JSON
        except ValueError:
            return text
    if field.kind is bool:
        return _json_or_text(text.lower())  # Python writes True
    return text if issubclass(field.kind, str) else _json_or_text(text)


def _sizes(part: str) -> list[int]:
    """"64" is one layer, "64x20" twenty of them."""
    size, times, text = part.replace("×", "x").partition("x")
    count = int(text) if times else 1
    if not 1 <= count <= MOST_REPEATS:
        raise ValueError("a number of layers that would fill the memory, or none")
    return [int(size)] * count


def knobs(cls: type[Spec]) -> dict[str, Knob]:
    """The annotated fields of a spec class, in the order of their declaration; their texts are in
    the language in force.
    """
    return _knobs(cls, language())


@cache
def _knobs(cls: type[Spec], _language: str) -> dict[str, Knob]:
    hints = get_type_hints(cls, include_extras=True)
    defaults = cls()
    found = {}
    for name in cls.__struct_fields__:
        base, *extras = get_args(hints[name]) or (hints[name],)
        meta = next((e for e in extras if isinstance(e, msgspec.Meta) and e.extra), None)
        if meta is not None and meta.extra is not None:
            kind = get_origin(base) or base
            extra = {**meta.extra, "special": say(str(meta.extra["special"]))}
            found[name] = Knob(
                name=name,
                kind=kind,
                default=getattr(defaults, name),
                label=say(meta.title or name),
                help=say(meta.description or ""),
                **extra,
            )
    return found


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(values)
    return plain


def _json_or_text(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return text.strip()


def _as_spec_error(cls: type[Spec], error: msgspec.ValidationError) -> SpecError:
    """msgspec says "Expected `int` >= 1 - at `$.epochs`"; a user needs the label and the range."""
    reason, _, path = str(error).partition(" - at `")
    names = re.findall(r"\.(\w+)", path) or [""]
    while len(names) > 1 and _is_spec(inner := get_type_hints(cls).get(names[0])):
        cls, names = inner, names[1:]
    name = names[0]
    field = knobs(cls).get(name)
    if field is None:
        fault = _quoted(reason)
        if name:
            fault = say("{fault} in “{name}”", fault=fault, name=name)
        sentence = say("This is no valid {kind}: {fault}.", kind=cls.__name__.lower(), fault=fault)
        return SpecError(sentence, name)
    return SpecError(
        say("{label} must be {expectation}.", label=field.label, expectation=expectation(field)),
        name,
    )


def _is_spec(kind: Any) -> TypeGuard[type[Spec]]:
    return isinstance(kind, type) and issubclass(kind, Spec)


def _quoted(reason: object) -> str:
    """msgspec quotes with back quotes; a sentence for the screen does not."""
    return re.sub("`([^`]*)`", r"“\1”", str(reason)).rstrip(".")


def expectation(field: Knob, *, by_label: bool = False) -> str:
    """What a field accepts, in words: "a whole number from 1 to 1,000".

    Of a closed list the values, as they are typed; or the labels, as they stand in a window.
    """
    if issubclass(field.kind, Choice):
        names = (member.label if by_label else member.value for member in field.kind)
        return say("one of {known}", known=", ".join(names))
    if field.kind is bool:
        return say("true or false")
    if field.kind is tuple:
        noun = say("a list of whole numbers")
    else:
        noun = say("a whole number") if field.kind is int else say("a number")
    low, high = field.minimum, field.maximum
    if low is not None and high is not None:
        return say("{noun} from {low} to {high}", noun=noun, low=_number(low), high=_number(high))
    return noun


def _number(value: float) -> str:
    return grouped(int(value)) if value == int(value) else f"{value:g}"
