"""The language of what Chalknet says: a catalogue from the English text to another.

English stands in the source and needs no catalogue. Any other language is one file,
resources/languages/<code>.json, which the engine reads here and the window through Qt's own
translation, so that both always speak alike. The command line never asks for one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import resources
from typing import Any

import msgspec

from engine.errors import ChalknetError

SOURCE = "en"
#: Where one English text needs two translations, the second has the key "context|text".
CONTEXT_MARK = "|"


class Catalogue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One language. `thousands` groups digits by three; `glossary` are the terms that its texts
    keep to, for whoever goes on writing them.
    """

    texts: Mapping[str, str]
    thousands: str = ","
    glossary: Mapping[str, str] = {}


ENGLISH = Catalogue({})
_code, _catalogue = SOURCE, ENGLISH


def language() -> str:
    """The code of the language in force."""
    return _code


def set_language(code: str) -> None:
    """Speak another language from now on; raises `ChalknetError` where there is none such."""
    use(code, read_catalogue(code))


def use(code: str, catalogue: Catalogue) -> None:
    """Speak from a catalogue that is at hand."""
    global _code, _catalogue
    _code, _catalogue = code, catalogue


def catalogue() -> Catalogue:
    """The catalogue in force; English has an empty one."""
    return _catalogue


def languages() -> tuple[str, ...]:
    """The codes of all languages, English first."""
    folder = resources.files("resources").joinpath("languages")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".json"))
    return (SOURCE, *(name.removesuffix(".json") for name in names))


def read_catalogue(code: str) -> Catalogue:
    """The catalogue of a language; raises `ChalknetError` where it is missing or broken."""
    if code == SOURCE:
        return ENGLISH
    file = resources.files("resources").joinpath("languages", f"{code}.json")
    try:
        return msgspec.json.decode(file.read_bytes(), type=Catalogue)
    except OSError:
        known = ", ".join(languages())
        raise ChalknetError(f"There is no language “{code}”; choose from {known}.") from None
    except msgspec.DecodeError as error:
        raise ChalknetError(f"The texts of the language “{code}” are broken: {error}.") from None


def find(text: str, context: str = "") -> str | None:
    """What the language in force has for a text, if it has anything."""
    texts = _catalogue.texts
    special = texts.get(f"{context}{CONTEXT_MARK}{text}") if context else None
    return texts.get(text) if special is None else special


def say(text: str, /, **values: Any) -> str:
    """A text in the language in force, its {placeholders} filled in: `say("{n:,} boxes", n=n)`.

    A placeholder with the format "," is a count, and grouped as the language groups digits.
    """
    said = _catalogue.texts.get(text, text)
    if not values:
        return said
    if ":,}" in said and _catalogue.thousands != ",":
        counts = {n: grouped(v) for n, v in values.items() if f"{{{n}:,}}" in said}
        values |= counts
        for name in counts:
            said = said.replace(f"{{{name}:,}}", f"{{{name}}}")
    return said.format(**values)


def retelling(before: Catalogue) -> Callable[[str], str]:
    """A function that turns what was said from the catalogue `before` into the language in force.

    What was put together from several texts stays as it was said.
    """
    sources = {said: text for text, said in before.texts.items()}
    return lambda text: say(sources.get(text, text))


def later(text: str) -> str:
    """Marks a text of a table for translation; whoever shows it says it: `say(TABLE[key])`."""
    return text


def grouped(value: float, style: str = ",") -> str:
    """A number with its digits grouped by three, as the language does; the point stays a point.

    `style` is a Python format with a comma in it, such as ",.1f".
    """
    text = format(value, style)
    return text if _catalogue.thousands == "," else text.replace(",", _catalogue.thousands)
