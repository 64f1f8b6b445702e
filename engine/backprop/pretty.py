"""The keys of a network for paper as one writes them: z¹₂, δ²₁, ∂L/∂W¹₁₂."""

from __future__ import annotations

import re

from engine.words import say

_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_KEY = re.compile(r"\b(dW|db|delta|slope|[Wbzaxysep])(\d?)\[(\d(?:,\d)?)\]")
_NAMES = {"dW": "∂L/∂W", "db": "∂L/∂b", "delta": "δ"}


def pretty(text: str) -> str:
    """A key, or a formula that holds keys, with raised layers and lowered units."""

    def written(match: re.Match[str]) -> str:
        name, layer, units = match.groups()
        place = layer.translate(_RAISED) + units.replace(",", "").translate(_LOWERED)
        return f"f′(z{place})" if name == "slope" else _NAMES.get(name, name) + place

    if text == "learning rate":
        return say("learning rate")
    if text.startswith("new "):
        text = say("new {key}", key=text.removeprefix("new "))
    return _KEY.sub(written, text)
