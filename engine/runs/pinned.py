"""Runs kept for comparison, in a few kilobytes: recipe and evaluations, without any weights."""

from __future__ import annotations

import msgspec

from engine.errors import SessionError, SpecError
from engine.runs.history import History
from engine.sessions.session import PinnedRun
from engine.spec import from_builtins, knobs
from engine.training.events import Evaluation
from engine.training.recipe import SIGNS, Recipe
from engine.words import say

#: What else differs between two runs goes unsaid.
MOST_DIFFERENCES = 2


def pinned(history: History) -> PinnedRun:
    """A training run as it is now, in the types that JSON has."""
    content = msgspec.json.encode((history.recipe, history.evaluations))
    return PinnedRun("training", *msgspec.json.decode(content))


def history_of(run: PinnedRun) -> History:
    """The recipe and the evaluations of a pinned run; raises `SessionError` where it is damaged."""
    try:
        history = History(from_builtins(Recipe, run.recipe))
        history.evaluations = msgspec.convert(run.evaluations, list[Evaluation])
    except (SpecError, msgspec.ValidationError) as error:
        raise SessionError(
            say("A pinned run in this session is damaged: {error} Open an older copy.", error=error)
        ) from None
    return history


def difference_text(run: Recipe, other: Recipe) -> str:
    """What `run` has that `other` has not, in the fewest signs: "η 0.01, B 32"."""
    differences = other.differences(run)
    differences.pop("changes", None)
    told = [f"{_sign(name)} {_value(value)}" for name, value in differences.items()]
    if not told:
        return say("the same recipe")
    more = ["…"] if len(told) > MOST_DIFFERENCES else []
    return ", ".join(told[:MOST_DIFFERENCES] + more)


def _sign(name: str) -> str:
    return SIGNS.get(name) or knobs(Recipe)[name].label


def _value(value: object) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, tuple):
        return "-".join(str(_value(one)) for one in value)
    return str(getattr(value, "label", value))
