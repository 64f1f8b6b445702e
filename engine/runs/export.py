"""Recorded runs as files for other programs."""

from __future__ import annotations

import csv
from pathlib import Path

from engine.runs.history import History, evaluation_as_builtins


def write_csv(history: History, path: Path) -> None:
    """The evaluations of a run, one a line, with the columns of the JSON report."""
    rows = [evaluation_as_builtins(evaluation) for evaluation in history.evaluations]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]) if rows else ["step", "epoch"])
        writer.writeheader()
        writer.writerows(rows)
