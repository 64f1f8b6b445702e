"""Targets from a two-column CSV file: what can be read is repaired and reported, the rest refused.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from engine.errors import DataError
from engine.expressivity.spec import LARGEST_VALUE, MOST_SAMPLES
from engine.words import say

MOST_BYTES = 50_000_000


@dataclass(frozen=True)
class CsvPoints:
    """(x, y) pairs by rising x, each x once; `notes` are sentences on what was repaired."""

    points: tuple[tuple[float, float], ...]
    notes: tuple[str, ...] = ()

    @property
    def half_width(self) -> float:
        """The smallest B whose interval [−B, B] holds all points, at least 10⁻⁶, at most 10⁶."""
        reach = max(abs(self.points[0][0]), abs(self.points[-1][0]))
        return min(max(reach, 1e-6), 1e6)


@dataclass
class _Rows:
    """What has been read so far, and what was left out of it."""

    x: list[float] = field(default_factory=list)
    y: list[float] = field(default_factory=list)
    left_out: list[int] = field(default_factory=list)


def read_csv_file(path: Path) -> CsvPoints:
    """Read a file; raises `DataError` with one sentence that names the line."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise DataError(
                say("{file} is larger than {megabytes} MB; thin it out first.",
                    file=path.name, megabytes=MOST_BYTES // 1_000_000)
            )
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise DataError(
            say("{file} cannot be read ({why}); choose another file.",
                file=path, why=error.strerror)
        ) from None
    except UnicodeDecodeError:
        raise DataError(
            say("{file} is no text in UTF-8; save it as CSV again.", file=path.name)
        ) from None
    return read_csv(text)


def read_csv(text: str) -> CsvPoints:
    """Read two columns of numbers, separated by comma, semicolon, tab or blanks.

    Empty lines and those after # are skipped, and one line of words may stand above. Where columns
    are separated by semicolons, tabs or blanks, decimal commas are understood. Lines with nan, inf
    or a missing number are left out, unsorted lines sorted, and equal x averaged: `notes` say so.
    Raises `DataError`.
    """
    lines = [(n, line.split("#")[0].strip()) for n, line in enumerate(text.splitlines(), 1)]
    lines = [(number, line) for number, line in lines if line]
    if not lines:
        raise DataError(say("The CSV file is empty; it needs two columns of numbers, x and y."))
    separator = _separator(lines[-1][1])
    rows = _Rows()
    for position, (number, line) in enumerate(lines):
        _read_line(rows, number, _cells(line, separator), may_be_header=position == 0)
    if len(rows.x) < 2:
        raise DataError(
            say("The CSV file has 1 usable line; two points are the least for a function.")
            if len(rows.x) == 1
            else say("The CSV file has 0 usable lines; two points are the least for a function.")
        )
    return _repaired(rows)


def _separator(line: str) -> str:
    """The one that splits a line of data, by the least doubt: ; or tab, then comma, then blanks."""
    if ";" in line:
        return ";"
    if "\t" in line:
        return "\t"
    # "1,5 2,5" has decimal commas between blanks, "1, 2" a comma between numbers.
    has_blank_cells = re.fullmatch(r"\S+\s+\S+", line) and not re.search(r",\s", line)
    return " " if has_blank_cells or "," not in line else ","


def _cells(line: str, separator: str) -> list[str]:
    cells = line.split() if separator == " " else [cell.strip() for cell in line.split(separator)]
    while len(cells) > 2 and not cells[-1]:
        cells.pop()  # a separator at the end of every line
    cells = [cell.strip("\"'") for cell in cells]
    return cells if separator == "," else [cell.replace(",", ".") for cell in cells]


def _read_line(rows: _Rows, number: int, cells: list[str], *, may_be_header: bool) -> None:
    if len(cells) != 2:
        raise DataError(
            say("Line {number} of the CSV file has 1 column and should have two, x and y; correct "
                "it.", number=number)
            if len(cells) == 1
            else say("Line {number} of the CSV file has {count} columns and should have two, x and "
                     "y; correct it.", number=number, count=len(cells))
        )
    try:
        x, y = (float(cell) if cell else math.nan for cell in cells)
    except ValueError:
        if may_be_header:
            return
        word = next(cell for cell in cells if not _is_number(cell))
        shown = "".join(c for c in word[:20] if c.isprintable() and c != "`")
        raise DataError(
            say("Line {number} of the CSV file holds “{shown}”, which is no number; correct it.",
                number=number, shown=shown)
        ) from None
    if abs(x) <= LARGEST_VALUE and abs(y) <= LARGEST_VALUE:
        rows.x.append(x)
        rows.y.append(y)
    else:
        rows.left_out.append(number)


def _is_number(cell: str) -> bool:
    try:
        float(cell or "nan")
    except ValueError:
        return False
    return True


def _repaired(rows: _Rows) -> CsvPoints:
    notes = []
    if rows.left_out:
        count, first = len(rows.left_out), rows.left_out[0]
        notes.append(
            say("Line {first} was left out, for want of two finite numbers.", first=first)
            if count == 1
            else say("{count:,} lines, line {first} first, were left out, for want of two finite "
                     "numbers.", count=count, first=first)
        )
    x, y = np.array(rows.x), np.array(rows.y)
    if (np.diff(x) < 0).any():
        order = np.argsort(x, kind="stable")
        x, y = x[order], y[order]
        notes.append(say("The lines were sorted by x."))
    places, inverse, counts = np.unique(x, return_inverse=True, return_counts=True)
    if len(places) < len(x):
        notes.append(
            say("{count:,} repeated x were merged, by the mean of their y.",
                count=len(x) - len(places))
        )
        y = np.bincount(inverse, weights=y) / counts
    if len(places) < 2:
        raise DataError(
            say("All points of the CSV file lie at x = {x:g}; a function needs more.", x=x[0])
        )
    if len(places) > MOST_SAMPLES:
        keep = np.unique(np.linspace(0, len(places) - 1, MOST_SAMPLES).astype(np.int64))
        notes.append(
            say("{kept:,} of {count:,} points were kept, evenly thinned.",
                kept=MOST_SAMPLES, count=len(places))
        )
        places, y = places[keep], y[keep]
    return CsvPoints(tuple(zip(places.tolist(), y.tolist(), strict=True)), tuple(notes))
