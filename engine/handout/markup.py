"""From Markdown to HTML that is safe whatever a lesson's author wrote."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from html import escape
from typing import Any

#: What stands around a live number: two characters of Unicode's private use.
NUMBER_BEGINS, NUMBER_ENDS = "\ue000", "\ue001"


@cache
def _renderer() -> Callable[..., Any]:
    from markdown_it import MarkdownIt

    # Tags in the text are shown as they were typed.
    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).render


def prose(markdown: str) -> str:
    """Blocks of HTML; live numbers are in `<b class="number">`."""
    return numbered(str(_renderer()(markdown)).strip())


def line(text: str) -> str:
    """One line of Markdown, such as a question, without a paragraph around it."""
    html = prose(text)
    is_one = html.startswith("<p>") and html.endswith("</p>") and html.count("<p>") == 1
    return html[3:-4] if is_one else html


def plain(text: str) -> str:
    """Text as it stands, safe in a page and in an attribute."""
    return escape(text, quote=True)


def numbered(html: str) -> str:
    """Live numbers marked as such."""
    return html.replace(NUMBER_BEGINS, '<b class="number">').replace(NUMBER_ENDS, "</b>")
