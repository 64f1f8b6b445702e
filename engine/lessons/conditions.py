"""Conditions as data: "hidden_neurons <= 12 and sup_error < 0.1", read once, held against facts."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from engine.errors import SpecError
from engine.lessons.facts import Facts
from engine.lessons.teaching import Value
from engine.words import later, say

MOST_CHARACTERS = 500
_TOKEN = re.compile(
    r"\s*(?:(?P<number>[-−]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z_][\w.]*)"
    r"|\"(?P<text>[^\"]*)\"|(?P<operator><=|>=|==|!=|≤|≥|≠|<|>)|(?P<alien>\S))"
)
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt, "<=": operator.le, "≤": operator.le,
    ">": operator.gt, ">=": operator.ge, "≥": operator.ge,
    "==": operator.eq, "!=": operator.ne, "≠": operator.ne,
}  # fmt: skip


@dataclass(frozen=True)
class Name:
    """A fact or field to look up."""

    name: str


@dataclass(frozen=True)
class Comparison:
    """One comparison; all of a condition must hold."""

    left: Name | Value
    sign: str
    right: Name | Value


@lru_cache(maxsize=256)
def read_condition(text: str) -> tuple[Comparison, ...]:
    """Read a condition: comparisons joined by "and". Raises `SpecError` with one sentence."""
    if len(text) > MOST_CHARACTERS:
        raise SpecError(say("A condition has at most {most} characters; shorten it.",
                            most=MOST_CHARACTERS))
    comparisons = []
    for part in re.split(r"\band\b(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", text):
        tokens = [match for match in _TOKEN.finditer(part) if match.lastgroup]
        alien = next((token["alien"] for token in tokens if token["alien"]), None)
        if alien is not None:
            raise SpecError(say("A condition cannot have “{alien}” in it; {example}", alien=alien,
                                example=say(_EXAMPLE)))
        is_operator = [bool(token["operator"]) for token in tokens]
        if len(tokens) < 3 or is_operator != [i % 2 == 1 for i in range(len(tokens))]:
            raise SpecError(say("“{part}” compares nothing; {example}", part=part.strip(),
                                example=say(_EXAMPLE)))
        if len(tokens) % 2 == 0:
            raise SpecError(say("“{part}” ends too early; {example}", part=part.strip(),
                                example=say(_EXAMPLE)))
        for left, sign, right in zip(tokens[::2], tokens[1::2], tokens[2::2], strict=False):
            comparisons.append(Comparison(_operand(left), sign["operator"], _operand(right)))
    return tuple(comparisons)


_EXAMPLE = later("write e.g. hidden_neurons <= 12 and sup_error < 0.1.")


def names_in(text: str) -> list[str]:
    """The names that a condition looks up."""
    return [
        side.name for c in read_condition(text) for side in (c.left, c.right)
        if isinstance(side, Name)
    ]


def holds(text: str, facts: Facts) -> bool:
    """Whether a condition holds; not while something that it names is not known yet.

    Raises `SpecError` where it cannot be read, or names what there is not.
    """
    return all(_holds(comparison, facts) for comparison in read_condition(text))


def _operand(token: re.Match[str]) -> Name | Value:
    if token["number"] is not None:
        return float(token["number"].replace("−", "-"))
    if token["text"] is not None:
        return token["text"]
    # Booleans are texts here, as in every fact.
    return token["name"] if token["name"] in ("true", "false") else Name(token["name"])


def _holds(comparison: Comparison, facts: Facts) -> bool:
    left, right = (
        facts.value(side.name) if isinstance(side, Name) else side
        for side in (comparison.left, comparison.right)
    )
    if left is None or right is None:
        return False
    are_numbers = isinstance(left, int | float) and isinstance(right, int | float)
    are_texts = isinstance(left, str) and isinstance(right, str)
    if not are_numbers and not (are_texts and comparison.sign in ("==", "!=", "≠")):
        return False
    return bool(_COMPARE[comparison.sign](left, right))  # type: ignore[arg-type]
