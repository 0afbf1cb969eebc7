"""HTML of a mail as plain text: paragraphs, links, lists, and quotations marked with ">".

Damaged and hostile markup is put in order before it is read.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

import nh3

from channels.email.encoding import encodable

_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
    ]
)
_SPACED = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "table", "pre"})
_HIDDEN = {"script", "style", "title", "template", "noscript"}
_KEPT = (_BLOCKS - {"form", "fieldset"}) | {"a", "br", "td", "th"}
_SPACE = re.compile(r"[ \t\r\n\f\u00a0]+")
_DEEPEST_QUOTE = 20


def from_html(html: str) -> str:
    """`html` as text; what is inside a blockquote is marked with "> ".

    The markup is put in order first: the standard library's parser takes minutes over some broken 100 kB.
    """
    ordered = nh3.clean(
        encodable(html),
        tags=_KEPT,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        clean_content_tags=_HIDDEN,
        link_rel=None,
    )
    reader = _Reader()
    reader.feed(ordered)
    reader.close()
    return reader.text()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._line: list[str] = []
        self._quote = 0
        self._preformatted = 0
        self._href: str | None = None
        self._link_text: list[str] = []

    def text(self) -> str:
        """What was read so far."""
        self._break()
        while self._lines and not self._lines[-1].strip("> "):
            self._lines.pop()
        return "\n".join(self._lines).strip("\n")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self._break(keep_empty=True)
        elif tag == "a":
            self._href, self._link_text = dict(attrs).get("href"), []
        elif tag in {"td", "th"} and self._line:
            self._line.append(" ")
        if tag in _BLOCKS:
            self._open_block(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._close_link()
        if tag in _BLOCKS:
            self._break()
            if tag in _SPACED:
                self._gap()
            if tag == "blockquote":
                self._quote = max(0, self._quote - 1)
            elif tag == "pre":
                self._preformatted = max(0, self._preformatted - 1)

    def handle_data(self, data: str) -> None:
        if self._preformatted:
            first, *others = data.split("\n")
            self._line.append(first)
            for line in others:
                self._break(keep_empty=True)
                self._line.append(line)
            return
        text = _SPACE.sub(" ", data)
        if not self._line or self._line[-1].endswith(" "):
            text = text.lstrip(" ")
        if text:
            self._line.append(text)
            self._link_text.append(text)

    def _open_block(self, tag: str) -> None:
        self._break()
        if tag in _SPACED:
            self._gap()
        if tag == "blockquote":
            self._quote += 1
        elif tag == "pre":
            self._preformatted += 1
        elif tag == "li":
            self._line.append("- ")
        elif tag == "hr":
            self._line.append("-" * 20)
            self._break()

    def _close_link(self) -> None:
        href, self._href = (self._href or "").strip(), None
        shown = "".join(self._link_text).strip()
        target = href.removeprefix("mailto:")
        if href.startswith(("http://", "https://", "mailto:")) and target and shown and target != shown:
            self._line.append(f" <{target[:500]}>")

    def _break(self, *, keep_empty: bool = False) -> None:
        line = "".join(self._line).rstrip()
        self._line = []
        if line or keep_empty:
            self._lines.append(f"{'> ' * min(self._quote, _DEEPEST_QUOTE)}{line}".rstrip())

    def _gap(self) -> None:
        if self._lines and self._lines[-1].strip("> "):
            self._lines.append(("> " * min(self._quote, _DEEPEST_QUOTE)).rstrip())
