"""Mail from outside as plain values: tolerant of every damage the standard library's strict reader trips over.

Hostile mail belongs into MailParser (isolation.py), which runs this in a limited process.
"""

from __future__ import annotations

import io
import itertools
import mimetypes
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.policy import compat32
from email.utils import collapse_rfc2231_value, getaddresses, parsedate_to_datetime
from enum import StrEnum
from typing import Final

import nh3

from channels.email import bounces, plaintext, replies
from channels.message import MailFile

# What damaged mail makes the standard library raise, in headers and in bodies.
DAMAGE: Final = (MessageError, ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError)
_MOST_HEADERS = 500
_LONGEST_HEADER = 20_000
_LONGEST_TEXT = 2_000_000
_MOST_PARTS = 500
_MOST_ADDRESSES = 200
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,900}>")
_UNSAFE_NAME = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\/]')
# Names in use that Python does not know.
_CHARSETS: Final = {
    "windows-874": "cp874", "x-windows-874": "cp874", "tis620": "tis-620", "cp-1251": "cp1251", "win-1251": "cp1251",
    "windows1251": "cp1251", "koi8r": "koi8-r", "iso-8859-8-i": "iso-8859-8", "utf8mb4": "utf-8", "unicode": "utf-8",
    "unicode-1-1-utf-7": "utf-7", "ansi": "cp1252", "us-ascii": "utf-8", "ascii": "utf-8", "unknown-8bit": "utf-8",
    "default": "utf-8", "iso-8859-1": "cp1252", "latin1": "cp1252", "gb2312": "gb18030", "x-sjis": "shift_jis",
}  # fmt: skip


class Completeness(StrEnum):
    """How much of a mail could be read."""

    FULL = "full"
    HEADERS = "headers"  # the body was too much, or too broken; the raw mail is kept
    NOTHING = "nothing"  # not even the headers: quarantine


@dataclass(frozen=True, slots=True)
class ParsedEmail:
    """One mail. Addresses are as written, lower-cased domains; `html` is safe to show; `new_text` is without history."""

    completeness: Completeness = Completeness.FULL
    from_address: str = ""
    from_name: str = ""
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    delivered_to: tuple[str, ...] = ()  # where servers say it went: a reply token may be here alone
    reply_to: str = ""
    subject: str = ""
    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    date: datetime | None = None  # aware UTC, as the sender claims
    text: str = ""
    html: str | None = None
    new_text: str = ""
    files: tuple[MailFile, ...] = ()
    is_automatic: bool = False
    reports: tuple[bounces.DeliveryReport, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)  # lower-case name to first value, decoded

    @property
    def is_bounce(self) -> bool:
        """Whether it reports on the delivery of another mail."""
        return bool(self.reports)

    @property
    def thread(self) -> tuple[str, ...]:
        """Message identifiers it answers, nearest first."""
        ordered = [self.in_reply_to, *reversed(self.references)]
        return tuple(dict.fromkeys(identifier for identifier in ordered if identifier))


def parse(raw: bytes) -> ParsedEmail:
    """Read a whole mail; a body that cannot be read leaves its headers, unreadable headers leave NOTHING."""
    try:
        # Not parsebytes(): it holds the whole mail four bytes to the character.
        message = BytesParser(policy=compat32).parse(io.BytesIO(raw))
        head = _head(message, Completeness.FULL)
        return _with_body(head, message)
    except (*DAMAGE, MemoryError):
        return parse_headers(raw)


def parse_headers(raw: bytes) -> ParsedEmail:
    """Read the headers alone."""
    end = re.search(rb"\r?\n\r?\n", raw[:1_000_000])
    try:
        message = BytesHeaderParser(policy=compat32).parsebytes(raw[: end.end() if end else 1_000_000])
        return _head(message, Completeness.HEADERS)
    except (*DAMAGE, MemoryError):
        return ParsedEmail(completeness=Completeness.NOTHING)


def safe_file_name(name: str, media_type: str = "application/octet-stream") -> str:
    """A name to show and to offer for saving: no path, no control or direction marks, at most 120 characters."""
    visible = "".join(
        char
        for char in unicodedata.normalize("NFC", name)
        if unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co"}
    )
    base = _UNSAFE_NAME.sub("_", visible.replace("\\", "/").rsplit("/", 1)[-1]).strip(" ._")
    if not base:
        return "file" + (mimetypes.guess_extension(media_type) or ".bin")
    if len(base) <= 120:
        return base
    stem, dot, extension = base.rpartition(".")
    return f"{stem[: 119 - len(extension)]}.{extension}" if dot and len(extension) <= 10 else base[:120]


def _head(message: Message, completeness: Completeness) -> ParsedEmail:
    fallback = _charset_of(message)
    headers: dict[str, str] = {}
    raw_headers: dict[str, list[str]] = {}
    for name, value in itertools.islice(message.raw_items(), _MOST_HEADERS):
        cut = str(value)[:_LONGEST_HEADER]
        raw_headers.setdefault(name.lower(), []).append(cut)
        headers.setdefault(name.lower(), _decoded(cut, fallback))
    senders = _addresses(raw_headers.get("from", []), fallback)
    references = _MESSAGE_ID.findall(" ".join(raw_headers.get("references", [])))
    first_sender = senders[0] if senders else ("", "")
    return ParsedEmail(
        completeness=completeness,
        from_name=first_sender[0],
        from_address=first_sender[1],
        to=_only_addresses(raw_headers.get("to", []), fallback),
        cc=_only_addresses(raw_headers.get("cc", []), fallback),
        delivered_to=_only_addresses(
            raw_headers.get("delivered-to", []) + raw_headers.get("x-original-to", []), fallback
        ),
        reply_to=next(iter(_only_addresses(raw_headers.get("reply-to", []), fallback)), ""),
        subject=headers.get("subject", "")[:1000],
        message_id=_first_identifier(raw_headers.get("message-id", [])),
        in_reply_to=_first_identifier(raw_headers.get("in-reply-to", [])),
        references=tuple(references[-100:]),
        date=_date(headers.get("date", "")),
        is_automatic=bounces.is_automatic(headers),
        headers=headers,
    )


def _with_body(head: ParsedEmail, message: Message) -> ParsedEmail:
    reports = bounces.delivery_reports(message)
    texts: list[str] = []
    pages: list[str] = []
    files: list[MailFile] = []
    for part in _leaves(message):
        kind = part.get_content_type()
        attached = part.get_content_disposition() == "attachment" or bool(_file_name(part))
        if kind == "text/plain" and not attached:
            texts.append(_text_of(part))
        elif kind == "text/html" and not attached:
            pages.append(_text_of(part))
        elif not (reports and kind.startswith("message/")) and kind != "text/rfc822-headers":
            files.append(_file(part))
    html = "\n".join(pages)[:_LONGEST_TEXT] or None
    text = "\n".join(texts)[:_LONGEST_TEXT]
    if not text.strip() and html is not None:
        text = plaintext.from_html(html)
    return replace(
        head,
        text=text.replace("\x00", ""),
        html=None if html is None else _safe_html(html),
        new_text=replies.new_text(text.replace("\x00", "")),
        files=tuple(files),
        reports=reports,
    )


def _leaves(message: Message) -> Iterator[Message]:
    """Parts that hold something, in order; a mail within the mail is one part."""
    pending = [message]
    seen = 0
    while pending:
        part = pending.pop()
        seen += 1
        if seen > _MOST_PARTS:
            raise ValueError("more parts than anybody sends")
        payload = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(payload, list):
            pending.extend(inner for inner in reversed(payload) if isinstance(inner, Message))
        elif part.get_content_maintype() != "multipart" or payload:
            yield part


def _text_of(part: Message) -> str:
    try:
        payload = part.get_payload(decode=True)
    except DAMAGE:
        payload = None
    if not isinstance(payload, bytes):
        return str(part.get_payload())[:_LONGEST_TEXT]
    return _decode_bytes(payload[: _LONGEST_TEXT * 4], _charset_of(part))[:_LONGEST_TEXT].replace("\r\n", "\n")


def _file(part: Message) -> MailFile:
    kind = part.get_content_type()
    try:
        if part.get_content_maintype() == "message":
            inner = part.get_payload()
            first = inner[0] if isinstance(inner, list) and inner else inner
            content = first.as_bytes() if isinstance(first, Message) else str(first).encode("utf-8", "replace")
            return MailFile(safe_file_name(_file_name(part) or "mail.eml", kind), kind, content)
        payload = part.get_payload(decode=True)
    except DAMAGE:
        payload = None
    content = payload if isinstance(payload, bytes) else str(part.get_payload()).encode("utf-8", "replace")
    return MailFile(safe_file_name(_file_name(part), kind), kind, content)


def _file_name(part: Message) -> str:
    try:
        for header, parameter in (("content-disposition", "filename"), ("content-type", "name")):
            value = part.get_param(parameter, None, header)
            if value:
                return _decoded(collapse_rfc2231_value(value), "utf-8")
    except DAMAGE:
        return "file"
    return ""


def _charset_of(part: Message) -> str:
    try:
        value = part.get_param("charset", "")
        return collapse_rfc2231_value(value).strip("'\" ").lower()[:40] if value else ""
    except DAMAGE:
        return ""


def _decode_bytes(content: bytes, charset: str) -> str:
    """By the declared charset, else UTF-8, else whatever shows something."""
    for name in (_CHARSETS.get(charset, charset), "utf-8"):
        if not name:
            continue
        try:
            return content.decode(name)
        except (LookupError, ValueError, TypeError):
            continue
    known = _CHARSETS.get(charset, charset) or "cp1252"
    try:
        return content.decode(known, "replace")
    except (LookupError, ValueError, TypeError):
        return content.decode("cp1252", "replace")


def _decoded(value: str, fallback: str) -> str:
    """A header's text: encoded words decoded, raw eight-bit bytes guessed, one line, no NUL."""
    try:
        pieces = decode_header(value) if "=?" in value else [(value, None)]
    except DAMAGE:
        pieces = [(value, None)]
    shown: list[str] = []
    for piece, charset in pieces:
        if isinstance(piece, bytes):
            shown.append(_decode_bytes(piece, (charset or "").lower() or fallback))
        else:
            shown.append(_decode_bytes(piece.encode("ascii", "surrogateescape"), fallback) if _is_raw(piece) else piece)
    text = "".join(shown).encode("utf-8", "replace").decode("utf-8")
    return " ".join(text.replace("\x00", "").split())


def _is_raw(piece: str) -> bool:
    return any("\udc80" <= char <= "\udcff" for char in piece) and all(
        ord(c) < 128 or "\udc80" <= c <= "\udcff" for c in piece
    )


def _addresses(values: list[str], fallback: str) -> list[tuple[str, str]]:
    """Name and address pairs; split before decoding, so that a decoded comma or bracket cannot make an address."""
    unfolded = [" ".join(value.split()) for value in values]
    try:
        pairs = getaddresses(unfolded)
    except DAMAGE:
        pairs = [("", found) for value in unfolded for found in re.findall(r"[^\s<>,;]{1,64}@[^\s<>,;]{1,255}", value)]
    found: list[tuple[str, str]] = []
    for name, address in pairs[:_MOST_ADDRESSES]:
        local, at, domain = _decoded(address, fallback).strip("<> ").rpartition("@")
        if at and local and domain and " " not in domain:
            found.append((_decoded(name, fallback)[:300], f"{local}@{domain.lower()}"[:400]))
    return found


def _only_addresses(values: list[str], fallback: str) -> tuple[str, ...]:
    return tuple(address for _, address in _addresses(values, fallback))


def _first_identifier(values: list[str]) -> str:
    found = _MESSAGE_ID.search(" ".join(values))
    return found.group(0) if found else ""


def _date(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
        # "-0000" means UTC without a word about the sender's zone.
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (*DAMAGE, OverflowError):
        return None


def _safe_html(html: str) -> str:
    """Without scripts, forms and anything loaded from elsewhere: a picture fetched on opening tells the sender."""
    tags = nh3.ALLOWED_TAGS - {"img"}
    return nh3.clean(html.replace("\x00", ""), tags=tags, link_rel="noopener noreferrer nofollow")
