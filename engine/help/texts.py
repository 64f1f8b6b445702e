"""The texts of “ask anything”: read from resources/help, found by key. The format is in its README.

Values are not in them: a card shows the value of the moment beside its text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

from engine.errors import ChalknetError
from engine.words import SOURCE, say

#: The file of what all tabs share.
SHARED = "window"
_FIELD = re.compile(r"(title|part|see|now):\s*(.+)")
_PART = re.compile(r"[1-4]([a-e]|\+)?|-")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


@dataclass(frozen=True)
class HelpText:
    """One entry. `parts` are those of the homework, such as "3a", "3+" (beyond it) or "-" (none).

    `see` is a lesson's key and the title of its step, or None; `now` a template for live numbers,
    `tex` a formula, either may be empty. `line` counts from 1 in the file.
    """

    key: str
    text: str
    parts: tuple[str, ...]
    title: str = ""
    see: tuple[str, str] | None = None
    now: str = ""
    tex: str = ""
    line: int = 0

    @property
    def part_sentence(self) -> str:
        """Where the homework uses it, for the screen; empty where it does not."""
        inside = [part for part in self.parts if part[-1] not in "+-"]
        beyond = [part[0] for part in self.parts if part.endswith("+")]
        if inside:
            return say("Homework {parts}", parts=", ".join(inside))
        return say("Goes beyond part {part} of the homework", part=beyond[0]) if beyond else ""


class HelpTexts:
    """The entries of a tab and those that all tabs share, by key."""

    def __init__(self, entries: Mapping[str, HelpText]) -> None:
        self.entries = entries

    def find(self, keys: Iterable[str]) -> HelpText | None:
        """The entry of the first key that has one; keys go from the particular to the general.

        A key that ends in digits may stand in the file with "#" for them.
        """
        for key in keys:
            found = self.entries.get(key) or self.entries.get(re.sub(r"\d+$", "#", key))
            if found is not None:
                return found
        return None


@cache
def help_texts(tab: str, language: str = SOURCE) -> HelpTexts:
    """The texts of a tab in a language; what it does not have is in English.

    Another language has words only: formulas, lessons and live numbers are those of the English
    entry. Raises `ChalknetError` where a file cannot be read.
    """
    entries = {**_read_file(SOURCE, SHARED), **_read_file(SOURCE, tab)}
    if language != SOURCE:
        for key, told in (_read_file(language, SHARED) | _read_file(language, tab)).items():
            if key in entries:
                entries[key] = replace(entries[key], title=told.title, text=told.text)
    return HelpTexts(entries)


@cache
def _read_file(language: str, name: str) -> dict[str, HelpText]:
    file = resources.files("resources").joinpath("help", language, f"{name}.md")
    if not file.is_file():
        return {}
    try:
        return read_texts(file.read_text("utf-8"))
    except ChalknetError as error:
        raise ChalknetError(f"help/{language}/{name}.md: {error}") from None


def read_texts(source: str) -> dict[str, HelpText]:
    """Read a file of entries by key; raises `ChalknetError` with the line of the first mistake."""
    blank = _COMMENT.sub(lambda match: "\n" * match[0].count("\n"), source)
    found: dict[str, HelpText] = {}
    keys: list[str] = []
    lines: list[str] = []
    begin = 0

    def close() -> None:
        if not keys:
            return
        entry = _read_entry(keys[0], lines, begin)
        for key in keys:
            if key in found:
                raise ChalknetError(f"line {begin}: “{key}” has an entry in line "
                                    f"{found[key].line} already; merge the two.")  # fmt: skip
            found[key] = replace(entry, key=key)

    for number, line in enumerate(blank.splitlines(), 1):
        if line.startswith("## "):
            close()
            keys, lines, begin = [k.strip() for k in line[3:].split(",")], [], number
        elif not line.startswith("# ") and line.strip():
            if not keys:
                raise ChalknetError(f"line {number}: a text needs a key above it, as “## key”.")
            lines.append(line.strip())
    close()
    return found


def _read_entry(key: str, lines: list[str], begin: int) -> HelpText:
    fields: dict[str, str] = {}
    while lines and (match := _FIELD.fullmatch(lines[0])):
        fields[match[1]] = match[2].strip()
        lines = lines[1:]
    tex = ""
    if lines and lines[0].startswith("$$"):
        tex, lines = lines[0].strip("$ "), lines[1:]
    parts = tuple(part.strip() for part in fields.get("part", "").split(","))
    if not all(_PART.fullmatch(part) for part in parts):
        raise ChalknetError(f"line {begin}: “{key}” needs a part: 3a, 3, 3+ or -.")
    if not lines:
        raise ChalknetError(f"line {begin}: “{key}” says nothing; write a sentence.")
    lesson, _, step = fields.get("see", "").partition(":")
    see = (lesson.strip(), step.strip()) if lesson else None
    return HelpText(
        key, " ".join(lines), parts, fields.get("title", ""), see, fields.get("now", ""), tex, begin
    )
