"""The blocks of a step in words: Markdown and TeX, with the numbers of the moment or without."""

from __future__ import annotations

import re

from engine.lessons.facts import Facts
from engine.lessons.filling import NOT_YET, SLOT, fill_tex, in_prose, slots
from engine.lessons.lesson import Block, Formula, Prose

#: What stands around a live number in prose, so that it can be shown as one: two characters of
#: Unicode's private use, which nobody writes.
NUMBER_BEGINS, NUMBER_ENDS = "\ue000", "\ue001"
_MARKDOWN_SIGNS = re.compile(r"([\\`*_\[\]<>#~|])")


def numbers_in(block: Block) -> list[str]:
    """The names of the live numbers."""
    return [name for name, _ in slots(source(block))]


def told(block: Block, facts: Facts) -> str:
    """With the numbers of the moment. Raises `SpecError` for what the lesson's author got wrong."""
    if isinstance(block, Formula):
        return fill_tex(block.tex, facts)
    return block.text if block.is_verbatim else _told_prose(block.text, facts)


def untold(block: Block) -> str:
    """With dots for all numbers."""
    if isinstance(block, Formula):
        return SLOT.sub(r"\\ldots ", block.tex)
    return block.text if block.is_verbatim else SLOT.sub(NOT_YET, block.text)


def source(block: Block) -> str:
    """What of a block may have live numbers in it."""
    if isinstance(block, Prose):
        return "" if block.is_verbatim else block.text
    return block.tex


def _told_prose(text: str, facts: Facts) -> str:
    def number(slot: re.Match[str]) -> str:
        value = facts.value(slot[1])
        shown = in_prose(value, slot[2] or "")
        # A word, such as a formula, is shown as it is; within back quotes everything is.
        is_code = text.count("`", 0, slot.start()) % 2 == 1
        if isinstance(value, str) and not is_code:
            shown = _MARKDOWN_SIGNS.sub(r"\\\1", shown)
        return f"{NUMBER_BEGINS}{shown}{NUMBER_ENDS}"

    return SLOT.sub(number, text)
