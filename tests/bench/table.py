"""The table of what was measured, what was aimed at, and whether it was reached."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Row:
    """One line: `value` is held to `target`, `at_least` says from which side.

    A row without a target is for information only.
    """

    what: str
    value: float
    unit: str = ""
    target: float | None = None
    at_least: bool = False
    detail: str = ""

    @property
    def verdict(self) -> str:
        if self.target is None:
            return ""
        reached = self.value >= self.target if self.at_least else self.value <= self.target
        return "reached" if reached else "falls short"

    @property
    def measured(self) -> str:
        digits = 0 if self.unit == "MB" else 1 if self.unit == "ms" else 2
        return f"{self.value:.{digits}f} {self.unit}".strip()

    @property
    def aim(self) -> str:
        if self.target is None:
            return ""
        return f"{'≥' if self.at_least else '≤'} {self.target:g} {self.unit}".strip()

    def as_builtins(self) -> dict[str, Any]:
        return asdict(self) | {"verdict": self.verdict}


def render(rows: list[Row]) -> str:
    """The rows under a heading, in columns; details below their row."""
    lines = [("what", "measured", "target", "verdict")]
    lines += [(row.what, row.measured, row.aim, row.verdict) for row in rows]
    widths = [max(len(line[column]) for line in lines) for column in range(4)]
    rule = "─" * (sum(widths) + 6)
    texts = []
    for number, line in enumerate(lines):
        cells = [line[0].ljust(widths[0]), line[1].rjust(widths[1]),
                 line[2].rjust(widths[2]), line[3].ljust(widths[3])]
        texts.append("  ".join(cells).rstrip())
        if number == 0:
            texts.append(rule)
        elif rows[number - 1].detail:
            texts.append(f"    {rows[number - 1].detail}")
    return "\n".join([*texts, rule])
