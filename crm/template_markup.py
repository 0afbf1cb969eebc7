"""Designed mails: MJML and HTML templates checked, rendered and their style sheets inlined once, when a version is saved.

The renderer passes tags it does not know through, and customers would see nothing of them; so tags are checked here first,
with the line they stand on. Both libraries end the process on markup nested some thousands deep; so depth is checked too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import unescape

from channels.email.plaintext import from_html
from crm.errors import CrmError
from crm.merge_fields import Piece, parse

SOURCE_LIMIT = 200_000
HTML_LIMIT = 100_000  # Gmail cuts a mail's HTML at 102 kB, and the way to unsubscribe stands at its end
_DEEPEST = 100
_MOST_TAGS = 3_000  # opening and closing; both bear twice as many levels

# Where mjml has its own tags, and which of them hold text and HTML only.
_CONTAINERS = frozenset(
    {
        "mjml", "mj-head", "mj-body", "mj-attributes", "mj-section", "mj-column", "mj-group", "mj-wrapper", "mj-hero",
        "mj-accordion", "mj-accordion-element", "mj-carousel", "mj-navbar", "mj-social",
    }
)  # fmt: skip
_LEAVES = frozenset(
    {
        "mj-all", "mj-class", "mj-breakpoint", "mj-font", "mj-preview", "mj-style", "mj-title", "mj-raw", "mj-text",
        "mj-button", "mj-image", "mj-divider", "mj-spacer", "mj-table", "mj-accordion-title", "mj-accordion-text",
        "mj-carousel-image", "mj-navbar-link", "mj-social-element",
    }
)  # fmt: skip
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())  # noqa: SIM905
_VERBATIM = ("style", "script", "mj-style")
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:_-]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>")
_POSITION = re.compile(r" at position (\d+):\d+$")


class BrokenMarkup(CrmError):
    """A tag that is not written or not closed as it must be. Parameters: tag, line."""

    code = "templates.broken_markup"


class UnknownTag(CrmError):
    """MJML has no such tag, or we do not take it. Parameters: tag, line."""

    code = "templates.unknown_tag"


class MisplacedTag(CrmError):
    """An MJML tag inside one that holds text only: it would not be shown. Parameters: tag, line."""

    code = "templates.misplaced_tag"


class TooIntricate(CrmError):
    """More tags, or tags nested deeper, than any mail needs. Parameters: line."""

    code = "templates.too_intricate"


class NotADesign(CrmError):
    """A file of another kind, or not in UTF-8."""

    code = "templates.not_a_design"


class TooLarge(CrmError):
    """Larger than mail programs show. Parameters: limit (kB)."""

    code = "templates.too_large"


class NotRendered(CrmError):
    """The renderer gave up. Parameters: line, reason (its own words)."""

    code = "templates.not_rendered"


@dataclass(frozen=True)
class Design:
    """A designed mail as it is kept: HTML as sent, the text beside it, and the MJML it was made from."""

    html: str
    text: str
    mjml: str | None = None


@dataclass(frozen=True)
class _Tag:
    name: str
    at: int
    line: int
    closes: bool
    is_whole: bool  # closes itself
    written: str


def is_mjml(source: str) -> bool:
    """Whether a source is MJML rather than HTML: whether it has a tag that only MJML knows."""
    return re.search(r"<mj(ml[\s>]|-[a-z])", source, re.IGNORECASE) is not None


def design(source: str) -> Design:
    """MJML or HTML as it will be sent, and as text.

    Raises BrokenMarkup, UnknownTag, MisplacedTag, TooIntricate, NotRendered, TooLarge, and what `parse` does.
    """
    if len(source) > SOURCE_LIMIT:
        raise TooLarge(limit=SOURCE_LIMIT // 1000)
    source = source.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
    if is_mjml(source):
        html, read, mjml = _rendered(source), _rendered(_without_preview(source)), source
    else:
        html, read, mjml = _bounded(source), source, None
    html = _inlined(html)
    if len(html.encode()) > HTML_LIMIT:
        raise TooLarge(limit=HTML_LIMIT // 1000)
    html_pieces(html)
    return Design(html=html, text=from_html(read), mjml=mjml)


@lru_cache(maxsize=32)
def html_pieces(html: str) -> tuple[Piece, ...]:
    """The pieces of a designed mail. Braces of style sheets and scripts are their own; fallbacks are plain text."""
    pieces: list[Piece] = []
    position, lower = 0, html.lower()
    while position < len(html):
        start, end = _verbatim(lower, position)
        for piece in parse(html[position:start]):
            fallback = None if piece.fallback is None else unescape(piece.fallback)
            pieces.append(Piece(piece.text, piece.field, fallback, in_link=piece.in_link))
        if end > start:
            pieces.append(Piece(text=html[start:end]))
        position = end
    return tuple(pieces)


def with_footer(pieces: Sequence[Piece], footer: Sequence[Piece]) -> tuple[Piece, ...]:
    """A page's pieces with others before its body ends."""
    for place in range(len(pieces) - 1, -1, -1):
        text = pieces[place].text
        end = text.lower().rfind("</body")
        if end >= 0:
            rest = (Piece(text=text[end:]), *pieces[place + 1 :])
            return (*pieces[:place], Piece(text=text[:end]), *footer, *rest)
    return (*pieces, *footer)


def _verbatim(lower: str, position: int) -> tuple[int, int]:
    """Where the next style sheet or script begins and ends; the end of the text twice where there is none."""
    starts = [found for name in ("<style", "<script") if (found := lower.find(name, position)) >= 0]
    if not starts:
        return len(lower), len(lower)
    start = min(starts)
    end = lower.find("</style" if lower.startswith("<style", start) else "</script", start)
    return start, end if end >= 0 else len(lower)


def _rendered(source: str) -> str:
    import mjml  # loaded where a template is written, which is seldom

    closed = _checked(source)
    try:
        # No fonts from Google: fetching one tells them who reads the mail, and when.
        html = mjml.mjml2html(closed, fonts={})
    except ValueError as error:
        position = _POSITION.search(str(error))
        line = closed.encode()[: int(position.group(1))].count(b"\n") + 1 if position else 1
        raise NotRendered(line=line, reason=_POSITION.sub("", str(error))[:200]) from error
    left = re.search(r"<(mj-[a-z-]+)", html)
    if left is not None:
        raise MisplacedTag(tag=left.group(1), line=source[: max(source.find(left.group(0)), 0)].count("\n") + 1)
    return html


def _inlined(html: str) -> str:
    """Rules moved into the tags they fit; what fits none (media queries, :hover) stays in the head."""
    import css_inline

    inliner = css_inline.CSSInliner(
        load_remote_stylesheets=False,
        keep_link_tags=True,
        keep_style_tags=True,
        keep_at_rules=True,
        remove_inlined_selectors=True,
    )
    try:
        return inliner.inline(html)
    except css_inline.InlineError as error:
        raise NotRendered(line=1, reason=str(error)[:200]) from error


def _checked(source: str) -> str:
    """MJML whose tags are known, closed and where they may be; tags such as `<br>` are closed as its parser wants them."""
    opened: list[_Tag] = []
    parts: list[str] = []
    position = 0
    for number, tag in enumerate(_tags(source)):
        if number > _MOST_TAGS or len(opened) > _DEEPEST:
            raise TooIntricate(line=tag.line)
        if tag.closes:
            if not opened or opened[-1].name != tag.name:
                wrong = opened[-1] if opened else tag
                raise BrokenMarkup(tag=wrong.name, line=wrong.line)
            opened.pop()
            continue
        _check_place(tag, opened[-1].name if opened else "")
        if tag.name in _VOID and not tag.is_whole:
            end = tag.at + len(tag.written) - 1
            parts += [source[position:end], "/"]
            position = end
        elif not tag.is_whole:
            opened.append(tag)
    if opened:
        raise BrokenMarkup(tag=opened[-1].name, line=opened[-1].line)
    return "".join([*parts, source[position:]])


def _check_place(tag: _Tag, parent: str) -> None:
    if not tag.name.startswith("mj"):
        return
    if tag.name not in _CONTAINERS and tag.name not in _LEAVES:
        raise UnknownTag(tag=tag.name, line=tag.line)
    if (parent or tag.name != "mjml") and parent not in _CONTAINERS:
        raise MisplacedTag(tag=tag.name, line=tag.line)


def _bounded(source: str) -> str:
    """HTML with no more tags than the libraries bear, however they are nested."""
    if source.count("<") > _MOST_TAGS:
        at = [found.start() for found in re.finditer("<", source)][_MOST_TAGS]
        raise TooIntricate(line=source.count("\n", 0, at) + 1)
    return source


def _without_preview(source: str) -> str:
    """The preview line is for lists of mails; in the text it would stand at the top a second time."""
    start = source.find("<mj-preview")
    end = source.find("</mj-preview>", start)
    return source[:start] + source[end + len("</mj-preview>") :] if 0 <= start < end else source


def _tags(source: str) -> Iterator[_Tag]:
    """Every tag with its line, comments and style sheets passed over. Raises BrokenMarkup."""
    position, line, counted = 0, 1, 0
    lower = source.lower()
    while (position := source.find("<", position)) >= 0:
        line, counted = line + source.count("\n", counted, position), position
        if source.startswith("<!--", position):
            end = source.find("-->", position + 4)
            if end < 0:
                raise BrokenMarkup(tag="!--", line=line)
            position = end + 3
        elif not source[position + 1 : position + 3].lstrip("/")[:1].isalpha():
            position += 1
        else:
            found = _TAG.match(source, position)
            if found is None:
                raise BrokenMarkup(tag=source[position + 1 : position + 30].split()[0], line=line)
            name, closes = found.group(2).lower(), bool(found.group(1))
            is_whole = found.group(3).endswith("/")
            yield _Tag(name, position, line, closes, is_whole, found.group(0))
            position = found.end()
            if name in _VERBATIM and not closes and not is_whole:
                end = lower.find(f"</{name}", position)
                position = end if end >= 0 else len(source)
