"""Live numbers: `{{sup_error:.3f}}` in prose or in a formula becomes the number of the moment."""

from __future__ import annotations

import math
import re

from engine.errors import SpecError
from engine.lessons.facts import Facts
from engine.lessons.teaching import Value
from engine.words import grouped, say

#: A name or path, and after a colon how it is written, as in Python: ",", ".3f", "+.2g", ".1%".
SLOT = re.compile(r"\{\{\s*([A-Za-z_][\w.]*)\s*(?::([^{}]*))?\}\}")
_FORMAT = re.compile(r"[+ ]?,?(\.\d{1,2})?[defgs%]?")
NOT_YET = "…"
_RAISED = str.maketrans("0123456789-+", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺")


def slots(text: str) -> list[tuple[str, str]]:
    """The live numbers in a text, as (name, format)."""
    return [(match[1], match[2] or "") for match in SLOT.finditer(text)]


def fill(text: str, facts: Facts) -> str:
    """Prose with its live numbers; what is not known yet is "…". Raises `SpecError` for a name or
    a format that there is not."""
    return SLOT.sub(lambda match: in_prose(facts.value(match[1]), match[2] or ""), text)


def fill_tex(tex: str, facts: Facts) -> str:
    """A formula with its live numbers, in TeX; what is not known yet is dots."""
    return SLOT.sub(lambda match: in_tex(facts.value(match[1]), match[2] or ""), tex)


def in_prose(value: Value | None, style: str) -> str:
    """A value as one reads it: 0.12, −3, 1.5·10⁻⁷."""
    if value is None:
        return NOT_YET
    text = written(value, style)
    if _is_word(value):
        return text
    mantissa, exponent, power = text.partition("e")
    if exponent:
        text = f"{mantissa}·10{str(int(power)).translate(_RAISED)}"
    return text.replace("-", "−").replace("%", "\u00a0%")


def in_tex(value: Value | None, style: str) -> str:
    """A value as TeX."""
    if value is None:
        return r"\ldots"
    text = written(value, style)
    if _is_word(value):
        return rf"\mathrm{{{re.sub(r'[^A-Za-z0-9 .+/-]', ' ', text)}}}"
    mantissa, exponent, power = text.partition("e")
    if exponent:
        text = rf"{mantissa} \cdot 10^{{{int(power)}}}"
    for plain, tex in (("%", r"\%"), (",", r"\,"), ("\u202f", r"\,"), ("∞", r"\infty")):
        text = text.replace(plain, tex)
    return text


def _is_word(value: Value) -> bool:
    """Whether it is told in words; what is no number at all is, too."""
    return isinstance(value, str) or (isinstance(value, float) and math.isnan(value))


def written(value: Value, style: str) -> str:
    """A value in a Python format. Raises `SpecError` where the format is none, or does not fit."""
    if not _FORMAT.fullmatch(style):
        raise SpecError(say("“{style}” is no way to write a number; try .3f, .2g, .1% or a comma.",
                            style=style))
    if isinstance(value, str):
        if style not in ("", "s"):
            raise SpecError(say("“{value}” is a word, so it has no format “{style}”; leave that "
                                "out.", value=value, style=style))
        return value
    if not isinstance(value, int | float):
        raise SpecError(say("These are several numbers, which a text cannot show; name one of "
                            "them."))
    if not math.isfinite(value):
        return "−∞" if value == -math.inf else "∞" if value == math.inf else say("no number")
    if style == "":
        style = "," if isinstance(value, int) else ".4g"
    if style.endswith("d") and not isinstance(value, int):
        raise SpecError(say("“{style}” is for whole numbers, and this is {value:.4g}; try .3f.",
                            style=style, value=value))
    if style.endswith("s"):
        raise SpecError(say("“s” is for words, and this is a number; try .3f."))
    try:
        return grouped(value, style)
    except ValueError:
        raise SpecError(say("“{style}” does not fit a whole number; try a comma, or .1f.",
                            style=style)) from None
