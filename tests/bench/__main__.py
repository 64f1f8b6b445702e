"""Measure Chalknet side by side with what it is held against; prints one table.

    python -m tests.bench [--rounds 5] [--only speed,start]

Numbers are reported, not asserted: the exit code is 0 unless something crashed.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
from typing import Any

from tests.bench.runner import BUILD, real_screen, say
from tests.bench.sections import SECTIONS
from tests.bench.table import Row, render


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="repetitions of each comparison")
    parser.add_argument("--only", default=",".join(SECTIONS), help="sections, with commas between")
    options = parser.parse_args()
    wanted = options.only.split(",")
    if unknown := set(wanted) - set(SECTIONS):
        parser.error(f"there is no section {', '.join(unknown)}; choose from {', '.join(SECTIONS)}")
    rows: list[Row] = []
    raw: dict[str, Any] = {}
    with real_screen() as screen:
        for name in wanted:
            say(f"{name}:")
            section_rows, raw[name] = SECTIONS[name](screen, options.rounds)
            rows += section_rows
            keep(rows, raw)
    print(f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}; "
          f"data: {data_used(raw)}; others used at most {busiest(raw):.2f} cores meanwhile")
    print(render(rows))


def keep(rows: list[Row], raw: dict[str, Any]) -> None:
    """Write what there is so far: the whole takes minutes, and may be broken off."""
    BUILD.mkdir(exist_ok=True)
    built = {"rows": [row.as_builtins() for row in rows], "raw": raw}
    text = json.dumps(built, indent=1, ensure_ascii=False) + "\n"
    (BUILD / "bench.json").write_text(text, encoding="utf-8")


def _reports(raw: Any) -> list[dict[str, Any]]:
    if isinstance(raw, dict):
        return [raw] if "cpu_seconds" in raw else [r for v in raw.values() for r in _reports(v)]
    return [r for value in raw for r in _reports(value)] if isinstance(raw, list) else []


def data_used(raw: dict[str, Any]) -> str:
    """What the sides trained on, as they say themselves."""
    return "; ".join(sorted({r["data"] for r in _reports(raw) if r.get("data")})) or "none"


def busiest(raw: dict[str, Any]) -> float:
    """The most cores that other programs used during a side, on average."""
    return max((r["foreign_cores"] for r in _reports(raw)), default=0.0)


if __name__ == "__main__":
    main()
