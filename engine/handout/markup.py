"""From Markdown to HTML that is safe whatever a lesson's author wrote."""

from __future__ import annotations

from functools import cache
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

from engine.lessons.wording import NUMBER_BEGINS, NUMBER_ENDS

if TYPE_CHECKING:
    from markdown_it import MarkdownIt


@cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt

    # Tags in the text are shown as they were typed.
    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def prose(markdown: str) -> str:
    """Blocks of HTML; live numbers are in `<b class="number">`."""
    return numbered(str(_markdown().render(markdown)).strip())


def line(text: str) -> str:
    """One line, such as a question or a choice: emphasis counts, a "+" in front is no list."""
    return numbered(str(_markdown().renderInline(text)).strip())


def plain(text: str) -> str:
    """Text as it stands, safe in a page and in an attribute."""
    return escape(text, quote=True)


def address(path: str) -> str:
    """A path within the handout as an address, whatever stands in a lesson's name."""
    return escape(quote(path), quote=True)


def numbered(html: str) -> str:
    """Live numbers marked as such."""
    return html.replace(NUMBER_BEGINS, '<b class="number">').replace(NUMBER_ENDS, "</b>")
