"""A number as somebody types it: 0.1, 1e-3, 1/3, 25,088 or sqrt(2/784)."""

from __future__ import annotations

import math
import re

from engine.errors import FormulaError, SpecError
from engine.formula import Formula
from engine.words import say

_GROUPED = re.compile(r"[1-9]\d{0,2}(,\d{3})+(\.\d*)?")
_COMMA = re.compile(r"\d+,\d+")


def read_number(text: str, unit: str = "") -> float:
    """The number that a text stands for; the question's unit may follow it.

    Raises `SpecError` with what is wrong and what to do.
    """
    typed = text.strip()
    if unit and typed.endswith(unit):
        typed = typed[: -len(unit)].strip()
    if not typed:
        raise SpecError(say("Type a number, e.g. 0.5, 2e-3 or 1/3."))
    sign, bare = ("-", typed[1:]) if typed[0] in "-−" else ("", typed)
    if _GROUPED.fullmatch(bare):
        # A thousand or a decimal comma? Several commas, or a point behind one, tell.
        if bare.count(",") == 1 and "." not in bare:
            whole, part = bare.split(",")
            raise SpecError(
                say("“{typed}” can be read in two ways; type {whole}{part} or {whole}.{part}.",
                    typed=typed, whole=whole, part=part)
            )
        bare = bare.replace(",", "")
    elif _COMMA.fullmatch(bare):
        bare = bare.replace(",", ".")
    try:
        value = float(Formula(sign + bare, ())())
    except FormulaError:
        raise SpecError(
            say("“{typed}” is no number; type e.g. 0.5, 2e-3 or 1/3.", typed=typed)
        ) from None
    if not math.isfinite(value):
        raise SpecError(say("“{typed}” is no finite number; type e.g. 0.5, 2e-3 or 1/3.",
                            typed=typed))
    return value
