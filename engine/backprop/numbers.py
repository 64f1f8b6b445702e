"""Typed numbers, kept exactly: "1/3", "-0.5", "2e-3"."""

from __future__ import annotations

import re
from fractions import Fraction

from engine.errors import SpecError
from engine.words import say

LONGEST = 40
LARGEST = 10**12
_DECIMAL = r"(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d{1,2})?"
_NUMBER = re.compile(rf"([+-]?)\s*({_DECIMAL})(?:\s*/\s*({_DECIMAL}))?")


def parse_number(text: str, name: str = "") -> Fraction:
    """The number exactly as typed; a comma is a decimal point, − a minus.

    Raises `SpecError`, whose field is `name`, with one sentence where it is no number.
    """
    start = f"{say(name)}: " if name else ""
    plain = text.strip().replace("−", "-").replace("⁄", "/")
    match = _NUMBER.fullmatch(plain) if len(plain) <= LONGEST else None
    if match is None:
        fault = say("“{number}” is no number; write e.g. 0.5, -1/3 or 2e-3.",
                    number=text.strip()[:LONGEST])
        raise SpecError(start + fault, name)
    sign, above, below = match.groups()
    bottom = _fraction(below) if below else Fraction(1)
    if bottom == 0:
        fault = say("“{number}” divides by zero; write another number below the line.",
                    number=plain)
        raise SpecError(start + fault, name)
    value = _fraction(above) / bottom
    if abs(value) > LARGEST:
        fault = say("“{number}” is too large for paper; stay below 10¹².", number=plain)
        raise SpecError(start + fault, name)
    return -value if sign == "-" else value


def _fraction(text: str) -> Fraction:
    return Fraction(text.replace(",", "."))


def decimals_typed(text: str) -> int | None:
    """How many digits were typed after the point; None for a fraction such as 1/3."""
    plain = text.strip().replace(",", ".")
    if "/" in plain:
        return None
    mantissa, _, exponent = plain.lower().partition("e")
    return len(mantissa.partition(".")[2]) - int(exponent or 0)
