"""Bytes and headers of others' mail as text: declared charsets, undeclared ones, encoded words, addresses, dates.

Nothing here raises for what is in a mail.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.utils import collapse_rfc2231_value, getaddresses, parsedate_to_datetime
from functools import lru_cache
from typing import Final

from channels.email.encoding import encodable
from channels.message import Correspondent

# What damaged mail makes the standard library raise, in headers and in bodies.
DAMAGE: Final = (MessageError, ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError)
_MOST_ADDRESSES = 200
_SHORT = 200  # of a header that is remembered
_NAME_LIMIT = 300
_ADDRESS_LIMIT = 400
# The first and the last days of the calendar exist in no other time zone: no card could show them.
SHOWN_YEARS: Final = range(1970, 2201)
_IDENTIFIER = re.compile(r"<[!-;=?-~]{1,900}>")
# One mailbox without comments, groups or quoted pairs: nearly all there are; anything else takes the long way.
_SIMPLE = re.compile(
    r'^(?:(?:"([^"\\,]{0,300})"|([^"\\<>(),;:@]{0,300}))\s?<([^\s<>(),;:"\\@]{1,64}@[^\s<>(),;:"\\@]{1,255})>'
    r'|([^\s<>(),;:"\\@]{1,64}@[^\s<>(),;:"\\@]{1,255}))$'
)
# A type with a charset and nothing else, as most text parts have it.
_PLAIN_TYPE = re.compile(
    r'^(text/(?:plain|html))(?:\s?;\s{0,3}charset="?([A-Za-z0-9._-]{1,40})"?)?(?:;\s{0,3}(?:format|delsp)=[a-z]{1,10}){0,2};?$',
    re.IGNORECASE,
)
_CONTAINER_TYPE = re.compile(r"^(multipart/[A-Za-z0-9.+-]{1,60})\s?;", re.IGNORECASE)
# Names in use that Python does not know.
_CHARSETS: Final = {
    "windows-874": "cp874", "x-windows-874": "cp874", "tis620": "tis-620", "cp-1251": "cp1251", "win-1251": "cp1251",
    "windows1251": "cp1251", "koi8r": "koi8-r", "iso-8859-8-i": "iso-8859-8", "utf8mb4": "utf-8", "unicode": "utf-8",
    "unicode-1-1-utf-7": "utf-7", "ansi": "cp1252", "us-ascii": "utf-8", "ascii": "utf-8", "unknown-8bit": "utf-8",
    "default": "utf-8", "iso-8859-1": "cp1252", "latin1": "cp1252", "gb2312": "gb18030", "x-sjis": "shift_jis",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Described:
    """What a part's headers say of it. `file_name` as its sender gave it; `attached` where it is to be shown as a file."""

    kind: str
    charset: str = ""
    file_name: str = ""
    attached: bool = False


def described(part: Message) -> Described:
    """The type, charset, name and disposition of a part, whatever state its headers are in."""
    said: dict[str, str] = {}
    for name, value in part.raw_items():
        if name[:8].lower() == "content-":
            said.setdefault(name.lower(), str(value))
    if "content-disposition" not in said:
        kind = said.get("content-type") or part.get_default_type()
        if simple := _PLAIN_TYPE.match(kind):
            return Described(simple[1].lower(), (simple[2] or "").lower())
        if container := _CONTAINER_TYPE.match(kind):
            return Described(container[1].lower())
    name = _file_name(part)
    attached = part.get_content_disposition() == "attachment" or bool(name)
    return Described(encodable(part.get_content_type()), charset_of(part), name, attached)


def _file_name(part: Message) -> str:
    try:
        for header, parameter in (("content-disposition", "filename"), ("content-type", "name")):
            value = part.get_param(parameter, None, header)
            if value:
                return header_text(collapse_rfc2231_value(value), "utf-8")
    except DAMAGE:
        return "file"
    return ""


def charset_of(part: Message) -> str:
    """The charset a part declares; empty when it declares none."""
    try:
        value = part.get_param("charset", "")
        return collapse_rfc2231_value(value).strip("'\" ").lower()[:40] if value else ""
    except DAMAGE:
        return ""


def text_of_bytes(content: bytes, charset: str) -> str:
    """By the declared charset, else UTF-8, else the likeliest of our customers' older ones."""
    for name in (_CHARSETS.get(charset, charset), "utf-8"):
        if not name:
            continue
        try:
            return content.decode(name)
        except (LookupError, ValueError, TypeError):
            continue
    known = _CHARSETS.get(charset, charset)
    if known in {"", "utf-8"}:
        known = _likely_charset(content)
    try:
        return content.decode(known, "replace")
    except (LookupError, ValueError, TypeError):
        return content.decode("cp1252", "replace")


def header_text(value: str, fallback: str) -> str:
    """A header's text: encoded words decoded, raw eight-bit bytes guessed, one line, no NUL."""
    if value.isascii() and "=?" not in value:
        return " ".join(value.replace("\x00", "").split())
    try:
        pieces = decode_header(value) if "=?" in value else [(value, None)]
    except DAMAGE:
        pieces = [(value, None)]
    shown: list[str] = []
    for piece, charset in pieces:
        if isinstance(piece, bytes):
            shown.append(text_of_bytes(piece, (charset or "").lower() or fallback))
        else:
            shown.append(text_of_bytes(piece.encode("ascii", "surrogateescape"), fallback) if _is_raw(piece) else piece)
    text = "".join(shown).encode("utf-8", "replace").decode("utf-8")
    return " ".join(text.replace("\x00", "").split())


def correspondents(values: Iterable[str], fallback: str) -> list[Correspondent]:
    """Who stands in address headers; split before decoding, so that a decoded comma or bracket cannot make an address."""
    found: list[Correspondent | None] = []
    for value in values:
        found += (_known_people if len(value) + len(fallback) <= _SHORT else _people)(value, fallback)
        if len(found) >= _MOST_ADDRESSES:
            break
    return [one for one in found[:_MOST_ADDRESSES] if one is not None]


def identifiers(values: Sequence[str]) -> list[str]:
    """Message identifiers with their angle brackets, in order; a letter outside ASCII becomes "?"."""
    return _IDENTIFIER.findall(" ".join(values).encode("ascii", "replace").decode()) if values else []


def moment(value: str) -> datetime | None:
    """A Date header as aware UTC; None when it says nothing that is a date."""
    try:
        found = parsedate_to_datetime(value)
        # "-0000" means UTC without a word about the sender's zone.
        at = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (*DAMAGE, OverflowError):
        return None
    return at if at.year in SHOWN_YEARS else None


def _people(value: str, fallback: str) -> tuple[Correspondent | None, ...]:
    """Who stands in one header; None in the place of what is no address."""
    unfolded = " ".join(value.split())
    pairs = _at_once(unfolded) or _the_long_way(unfolded)
    return tuple([_correspondent(name, address, fallback) for name, address in pairs[:_MOST_ADDRESSES]])


# The same few people stand in most mails of a mailbox.
_known_people = lru_cache(maxsize=1024)(_people)


def _correspondent(name: str, address: str, fallback: str) -> Correspondent | None:
    local, at, domain = header_text(address, fallback).strip("<> ").rpartition("@")
    if not (at and local and domain) or " " in domain:
        return None
    shown = header_text(name, fallback)[:_NAME_LIMIT] if name else ""
    return Correspondent(f"{local}@{domain.lower()}"[:_ADDRESS_LIMIT], shown)


def _at_once(value: str) -> list[tuple[str, str]] | None:
    """Mailboxes of the simple kind, one or several; None where one of them is not."""
    pairs = []
    for piece in value.split(","):
        simple = _SIMPLE.match(piece.strip())
        if simple is None:
            return None
        pairs.append(((simple[1] or simple[2] or "").strip(), simple[3] or simple[4]))
    return pairs


def _the_long_way(value: str) -> list[tuple[str, str]]:
    try:
        return getaddresses([value])
    except DAMAGE:
        return [("", found) for found in re.findall(r"[^\s<>,;@]{1,64}@[^\s<>,;@]{1,255}", value)]


def _is_raw(piece: str) -> bool:
    return any("\udc80" <= char <= "\udcff" for char in piece) and all(
        ord(char) < 128 or "\udc80" <= char <= "\udcff" for char in piece
    )


def _likely_charset(content: bytes) -> str:
    """Of text that is no UTF-8 and says nothing of itself: Western, Thai, or one of two Cyrillic charsets.

    Western text has few letters above ASCII. Thai letters fill the range below 0xC0, where Cyrillic has hardly any. In the
    wrong Cyrillic charset the case of letters is turned round.
    """
    high = [byte for byte in content[:4000] if byte >= 0x80]
    letters = sum(1 for byte in content[:4000] if 0x41 <= byte <= 0x5A or 0x61 <= byte <= 0x7A)
    if len(high) * 3 < letters:
        return "cp1252"
    if sum(1 for byte in high if 0xA1 <= byte <= 0xBF) * 4 > len(high):
        return "cp874"
    in_windows = content[:4000].decode("cp1251", "replace")
    lower = sum(1 for char in in_windows if "а" <= char <= "я")
    upper = sum(1 for char in in_windows if "А" <= char <= "Я")
    return "cp1251" if lower >= upper else "koi8-r"
