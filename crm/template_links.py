"""The links a template's version leads people by: kept as rows when it is saved, found again when a letter is compiled.

Only whole addresses in the `href` of `<a>` and `<area>` count. One with a field in it is another for every reader and stays
as it is written; so do the addresses in the plain text, which people read with their own eyes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from html import unescape
from urllib.parse import urlsplit

from sqlalchemy.ext.asyncio import AsyncSession

from crm.merge_fields import Piece, html_of, pieces_of
from crm.template_markup import html_pieces
from storage.models import TemplateVersion
from storage.models.tracking import LONGEST_URL
from storage.queries import tracking as queries

_HREF = re.compile(r"(<(?:a|area)\s[^<>]*?href\s*=\s*)([\"'])([^\"'<>]{1,8000})\2", re.IGNORECASE)


def markup_of(version: TemplateVersion) -> tuple[Piece, ...]:
    """The HTML of a version in pieces: its design's, else what its text becomes."""
    return html_of(pieces_of(version.text)) if version.html is None else html_pieces(version.html)


def links_in(pieces: Iterable[Piece]) -> tuple[str, ...]:
    """The addresses in a page's links, each once, in their order."""
    found = (_address(match.group(3)) for piece in pieces if piece.text for match in _HREF.finditer(piece.text))
    return tuple(dict.fromkeys(url for url in found if url))


def led_through(pieces: Sequence[Piece], field_of: Callable[[str], str]) -> tuple[Piece, ...]:
    """The pieces with a field in place of each address for which `field_of` names one; others stay."""
    led: list[Piece] = []
    for piece in pieces:
        position = 0
        for match in _HREF.finditer(piece.text):
            url = _address(match.group(3))
            field = field_of(url) if url else ""
            if field:
                led += [Piece(text=piece.text[position : match.start(3)]), Piece(field=field, fallback="")]
                position = match.end(3)
        led.append(Piece(text=piece.text[position:]) if position else piece)
    return tuple(one for one in led if one.text or one.field)


async def register(session: AsyncSession, version: TemplateVersion) -> None:
    """Keeps the links of a version, so that clicks can name them. Those kept before stay."""
    urls = links_in(markup_of(version))
    if urls:
        await queries.add_links(session, version_id=version.id, urls=urls)


def _address(written: str) -> str:
    """An address as it leads, if it can be kept: http or https, with a host, no longer than we keep; else nothing."""
    url = unescape(written).strip()
    if len(url) > LONGEST_URL or re.search(r"[\x00-\x20\x7f\\]", url):
        return ""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return ""
    # The scheme in small letters, as the table wants it: anything may have been typed.
    return f"{parts.scheme}{url[len(parts.scheme) :]}" if parts.scheme in ("http", "https") and host else ""
