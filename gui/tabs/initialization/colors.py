"""The colour of a scheme, the same in every view."""

from __future__ import annotations

from itertools import cycle

from engine.initialization.spec import ProbeSpec

SERIES = ("orange", "blue", "purple", "green", "vermilion", "ink", "muted", "ghost")


def scheme_tokens(spec: ProbeSpec) -> list[str]:
    """A colour token for each scheme of the spec; the dragged one is always the same.

    Beyond eight schemes the colours come again, and the marks on the curves tell them apart.
    """
    free = cycle(SERIES)
    return ["muted" if text == "constant" else next(free) for text in spec.schemes]
