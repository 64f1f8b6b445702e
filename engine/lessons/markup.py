"""The structure of a lesson file: header, headings, fenced blocks, notes, formulas, prose.

What the fenced blocks say is read elsewhere; here a file becomes a row of marks, each with the line
that it begins on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum

from engine.errors import LessonError
from engine.words import later, say

MOST_CHARACTERS = 400_000
HEADER_KEYS = ("title", "part", "summary")
#: Fences with these words are shown as they are.
SHOWN_FENCES = ("python", "text")

_LINE_END = re.compile(r"\r\n|\n|\r")
_KEY = re.compile(r"([A-Za-z_]+)\s*:\s*(.*)")


#: Lines with their numbers, from 1.
Lines = list[tuple[int, str]]


class Kind(Enum):
    """What a piece of the file is."""

    HEADING = "heading"
    FENCE = "fence"
    NOTES = "notes"
    FORMULA = "formula"
    RULE = "rule"
    PROSE = "prose"


@dataclass(frozen=True)
class Mark:
    """A piece of the file. `info` is what follows a fence's back quotes; `lines` are numbered."""

    kind: Kind
    line: int
    lines: tuple[tuple[int, str], ...] = ()
    info: str = ""

    @property
    def text(self) -> str:
        """The lines as one text."""
        return "\n".join(text for _, text in self.lines).strip()


def split_file(text: str) -> tuple[dict[str, str], list[Mark]]:
    """Header and marks of a lesson file. Raises `LessonError` with a line."""
    if len(text) > MOST_CHARACTERS:
        raise LessonError(
            say("This file has more than {most:,} characters, too many for a lesson; split it "
                "into several.", most=MOST_CHARACTERS)
        )
    # Not `splitlines`, which also cuts at marks that no editor counts as a line's end.
    lines = list(enumerate(_LINE_END.split(text.removeprefix("\ufeff")), start=1))
    header, rest = _header(lines)
    return header, list(_marks(_without_comments(rest)))


def _header(lines: Lines) -> tuple[dict[str, str], Lines]:
    first = next((i for i, (_, text) in enumerate(lines) if text.strip()), None)
    if first is None:
        raise LessonError(say("The lesson is empty; copy the template to begin with."), 1)
    if lines[first][1].strip() != "---":
        raise LessonError(
            say("A lesson begins with a header between two lines of ---, e.g. “title: My lesson”."),
            lines[first][0],
        )
    header: dict[str, str] = {}
    for at in range(first + 1, len(lines)):
        number, text = lines[at]
        if text.strip() == "---":
            return header, lines[at + 1 :]
        if not text.strip():
            continue
        match = _KEY.fullmatch(text.strip())
        if match is None:
            raise LessonError(
                say("“{text}” is no line of a header; write e.g. title: My lesson.",
                    text=_short(text)), number
            )
        if match[1] not in HEADER_KEYS:
            known = ", ".join(HEADER_KEYS)
            raise LessonError(say("The header has no “{name}”; it has {known}.", name=match[1],
                                  known=known), number)
        if match[1] in header:
            raise LessonError(say("The header says “{name}” twice; leave one out.",
                                  name=match[1]), number)
        header[match[1]] = match[2]
    raise LessonError(say("The header has no end; close it with a line of ---."), lines[first][0])


def _without_comments(lines: Lines) -> Lines:
    """The lines with what stands in <!-- … --> left out, but for blocks, which show everything."""
    left: Lines = []
    begun = 0
    is_block = False
    for number, line in lines:
        text = line
        if not begun and text.strip().startswith("```"):
            is_block = not is_block
        kept = ""
        while text and not is_block:
            before, mark, text = text.partition("-->" if begun else "<!--")
            kept += "" if begun else before
            if mark:
                begun = 0 if begun else number
        left.append((number, line if is_block else kept))
    if begun:
        raise LessonError(say("This comment has no end; close it with -->."), begun)
    return left


def _marks(lines: Lines) -> Iterator[Mark]:
    at = 0
    while at < len(lines):
        number, raw = lines[at]
        text = raw.strip()
        end = at + 1
        if text.startswith("```"):
            end = _end_of(lines, at, lambda line: line.strip() == "```", later(
                "This block has no end; close it with a line of three back quotes."
            ))
            info, body = text[3:].strip(), tuple(lines[at + 1 : end - 1])
            if info.partition(" ")[0] in SHOWN_FENCES:
                yield Mark(Kind.PROSE, number, tuple(lines[at:end]), info)
            else:
                yield Mark(Kind.FENCE, number, body, info)
        elif text.startswith("$$"):
            yield (formula := _formula(lines, at))
            end = at + max(len(formula.lines), 1)
        elif text.startswith(">"):
            end = _run_of(lines, at, lambda line: line.strip().startswith(">"))
            body = tuple((n, line.strip()[1:].strip()) for n, line in lines[at:end])
            yield Mark(Kind.NOTES, number, body)
        elif text.startswith("#"):
            yield _heading(number, text)
        elif text == "---":
            yield Mark(Kind.RULE, number)
        elif text:
            end = _run_of(lines, at, _is_prose)
            yield Mark(Kind.PROSE, number, tuple(lines[at:end]))
        at = end


def _is_prose(line: str) -> bool:
    text = line.strip()
    return bool(text) and text != "---" and not text.startswith(("```", "$$", ">", "#"))


def _run_of(lines: Lines, at: int, belongs: Callable[[str], bool]) -> int:
    while at < len(lines) and belongs(lines[at][1]):
        at += 1
    return at


def _end_of(lines: Lines, at: int, ends: Callable[[str], bool], problem: str) -> int:
    for end in range(at + 1, len(lines)):
        if ends(lines[end][1]):
            return end + 1
    raise LessonError(say(problem), lines[at][0])


def _formula(lines: Lines, at: int) -> Mark:
    """$$ … $$ on one line or several."""
    number, collected, signs = lines[at][0], [], 0
    for line, text in lines[at:]:
        collected.append((line, text.strip()))
        signs += text.count("$$")
        if signs >= 2:
            break
    before, _, rest = " ".join(part for _, part in collected).partition("$$")
    tex, closing, after = rest.partition("$$")
    if not closing:
        raise LessonError(say("This formula has no end; close it with $$."), number)
    if before.strip() or after.strip():
        raise LessonError(
            say("A formula in $$ stands on lines of its own; move the text beside it."), number
        )
    if not tex.strip():
        raise LessonError(
            say("There is no formula between these $$; write one, or leave them out."), number
        )
    # As many lines as the file has, so that the reader goes on behind them.
    return Mark(
        Kind.FORMULA, number,
        ((number, tex.strip()), *((line, "") for line, _ in collected[1:])),
    )


def _heading(number: int, text: str) -> Mark:
    title = text.lstrip("#")
    if len(text) - len(title) != 2:
        raise LessonError(say("A step begins with two signs: ## Title."), number)
    words = title.split()
    # Markdown lets a heading be closed by signs as well.
    title = title.rstrip("#").strip() if words and set(words[-1]) == {"#"} else title.strip()
    if not title:
        raise LessonError(say("This step has no title; write one after ##."), number)
    return Mark(Kind.HEADING, number, ((number, title),))


def _short(text: str) -> str:
    text = text.strip()
    return text if len(text) <= 40 else text[:39] + "…"
