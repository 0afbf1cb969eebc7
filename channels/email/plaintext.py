"""HTML of a mail as plain text: paragraphs, links, lists, and quotations marked with ">".

Damaged and hostile markup is put in order before it is read.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

from channels.email.encoding import encodable
from channels.email.replies import ATTRIBUTION_MARK, HISTORY_MARK, SIGN_OFF_MARK, without_marks

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
_MARKS = re.compile(f"[{HISTORY_MARK}{ATTRIBUTION_MARK}{SIGN_OFF_MARK}]")
_HIDDEN = {"script", "style", "title", "template", "noscript"}
_KEPT = (_BLOCKS - {"form", "fieldset"}) | {"a", "br", "td", "th", "span"}
_SPACE = re.compile(r"[ \t\r\n\f\u00a0]+")
_DEEPEST_QUOTE = 20
_EMPTY = frozenset({"br", "hr"})
_INVISIBLE = re.compile(r"display\s{0,3}:\s{0,3}none", re.IGNORECASE)
# Outlook draws this line above the header block of what it quotes; its colours are the sign.
_OUTLOOK_RULE = re.compile(r"border-top\s{0,3}:\s{0,3}solid #(?:b5c4df|e1e1e1) 1\.0pt", re.IGNORECASE)
# Ids and classes by which mail programs name the parts of an answer (lower case; `x_` is put before them in passing on).
_NAMED: Final = {
    "divrplyfwdmsg": HISTORY_MARK,
    "appendonsend": HISTORY_MARK,
    "stopspelling": HISTORY_MARK,
    "olk_src_body_section": HISTORY_MARK,
    "mail-editor-reference-message-container": HISTORY_MARK,
    "ms-outlook-mobile-reference-message": HISTORY_MARK,
    "moz-forward-container": HISTORY_MARK,
    "gmail_attr": ATTRIBUTION_MARK,
    "moz-cite-prefix": ATTRIBUTION_MARK,
    "yahoo_quoted": ATTRIBUTION_MARK,
    "protonmail_quote": ATTRIBUTION_MARK,
    "gmail_signature": SIGN_OFF_MARK,
    "moz-signature": SIGN_OFF_MARK,
    "protonmail_signature_block": SIGN_OFF_MARK,
    "applemailsignature": SIGN_OFF_MARK,
    "ms-outlook-mobile-signature": SIGN_OFF_MARK,
    "signature": SIGN_OFF_MARK,
}


def from_html(html: str) -> str:
    """`html` as text; what is inside a blockquote is marked with "> "."""
    return without_marks(marked(html))


def marked(html: str) -> str:
    """The same with the marks that `replies.trim` cuts by, where the HTML itself names the history or the signature.

    The markup is put in order first: the standard library's parser takes minutes over some broken 100 kB.
    """
    import nh3  # here: only the parser's process reads markup, and it takes 1.5 MB

    ordered = nh3.clean(
        _MARKS.sub("", encodable(html)),
        tags=_KEPT,
        attributes={"a": {"href"}, "*": {"class", "id", "style"}},
        url_schemes={"http", "https", "mailto"},
        clean_content_tags=_HIDDEN,
        link_rel=None,
    )
    reader = _Reader()
    reader.feed(ordered)
    reader.close()
    return reader.text()


def _mark(attributes: dict[str, str | None]) -> str:
    """What the element is to an answer, by its names; empty for most."""
    names = f"{attributes.get('id') or ''} {attributes.get('class') or ''}"[:500].lower().split()
    for name in names:
        mark = _NAMED.get(name.removeprefix("x_"))
        if mark:
            return mark
    return HISTORY_MARK if _OUTLOOK_RULE.search((attributes.get("style") or "")[:300]) else ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._line: list[str] = []
        self._quote = 0
        self._preformatted = 0
        self._href: str | None = None
        self._link_text: list[str] = []
        self._unseen = 0  # how deep we are in an element nobody sees (the preview line of a newsletter)

    def text(self) -> str:
        """What was read so far."""
        self._break()
        self._drop_empty_lines()
        return "\n".join(self._lines).strip("\n")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs) if attrs else {}
        if self._unseen or _INVISIBLE.search((attributes.get("style") or "")[:300]):
            self._unseen += tag not in _EMPTY
            return
        mark = _mark(attributes) if attributes else ""
        if mark and not self._quote:
            self._break()
            self._lines.append(mark)
        if tag == "br":
            self._break(keep_empty=True)
        elif tag == "a":
            self._href, self._link_text = attributes.get("href"), []
        elif tag in {"td", "th"} and self._line:
            self._line.append(" ")
        if tag in _BLOCKS:
            self._open_block(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._unseen:
            self._unseen -= tag not in _EMPTY
            return
        if tag == "a":
            self._close_link()
        if tag in _BLOCKS:
            self._break()
            if tag == "blockquote":
                self._drop_empty_lines()
                self._quote = max(0, self._quote - 1)
            if tag in _SPACED:
                self._gap()
            if tag == "pre":
                self._preformatted = max(0, self._preformatted - 1)

    def handle_data(self, data: str) -> None:
        if self._unseen:
            return
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

    def _drop_empty_lines(self) -> None:
        while self._lines and not self._lines[-1].strip("> "):
            self._lines.pop()

    def _gap(self) -> None:
        if self._lines and self._lines[-1].strip("> "):
            self._lines.append(("> " * min(self._quote, _DEEPEST_QUOTE)).rstrip())
