"""Reads the pages of a handout as strictly as a validator of HTML would."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "img", "br", "hr"}
#: What a page is made of; anything else came from a lesson that should not have brought it.
KNOWN = {
    "html", "head", "title", "script", "body", "header", "main", "nav", "article", "section",
    "aside", "div", "figure", "figcaption", "h1", "h2", "h3", "p", "ul", "ol", "li", "a", "b",
    "span", "em", "strong", "code", "pre", "blockquote", "s", "svg", "path", "rect", "g",
    "table", "thead", "tbody", "tr", "th", "td", "h4", "h5", "h6", *VOID,
}


@dataclass
class Page(HTMLParser):
    """What stands in a page; raises `AssertionError` where it is not well-formed."""

    html: str
    text: str = ""
    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.feed(self.html)
        self.close()
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in KNOWN, tag
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> says {names}"
        if tag in ("p", "h1", "h2", "h3"):
            assert "p" not in self.open, f"<{tag}> in a paragraph"
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # "/>" closes only what is SVG.
        assert tag in VOID or "svg" in self.open, tag
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> closes <{self.open}>"

    def handle_data(self, data: str) -> None:
        self.text += data

    def values(self, tag: str, attribute: str) -> list[str | None]:
        """An attribute of all tags of a kind that have it."""
        return [attrs[attribute] for name, attrs in self.tags
                if name == tag and attribute in attrs]

    @property
    def ids(self) -> list[str | None]:
        return [attrs["id"] for _, attrs in self.tags if "id" in attrs]

    @property
    def links(self) -> list[str]:
        """Everything that the page refers to."""
        return [
            str(attrs[name]) for _, attrs in self.tags for name in ("href", "src") if name in attrs
        ]
