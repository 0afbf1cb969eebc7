"""The mail a report is about, as far as the report quotes it: attached, as headers alone, or below a line in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.errors import MessageError
from email.message import Message
from email.parser import HeaderParser
from email.policy import compat32

from channels.email.bounces.addresses import addresses, first_address
from channels.email.plaintext import from_html

TEXT_LIMIT = 40_000
_MOST_PARTS = 200
# What damaged mail makes the standard library raise.
_DAMAGE = (MessageError, ValueError, LookupError, TypeError, AttributeError, AssertionError)
_QUOTING = frozenset(
    {"message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global", "message/partial"}
)
_HEADER = re.compile(r"[ \t>]{0,4}([A-Za-z][A-Za-z0-9-]{1,60}):(?:[ \t]|$)")
_FOR = re.compile(r"\bfor\s{1,40}<([^<>\s]{3,320})>")
_SEPARATOR = re.compile(
    r"(?:this is|is|below is) a copy of (?:the|your) message|this line is a copy"
    r"|^[-= *]{2,30}(?:original|returned|unsent|undelivered|received) (?:message|mail)"
    r"|(?:original|returned) message follows|message headers? follows?|headers of the (?:original|message)"
    r"|^[-= *]{2,30}message headers?|unsent message below|your message reads|text of your message",
    re.IGNORECASE,
)
_IDENTIFIER = re.compile(r"<[^<>\s]{1,900}>")
# A block of headers is the quoted mail's when it has these; a report may show one or two lines of its own.
_TELLING = frozenset({"received", "return-path", "message-id", "mime-version", "content-type", "x-mailer"})
_COMMON = frozenset({"from", "to", "date", "subject", "reply-to", "cc", "sender"})
_LOOK_AHEAD = 30
# Whom we wrote to, the surest first: a provider's own note, the mail's own headers, what forwarders put in.
_WRITTEN_TO = (("X-HmXmrOriginalRecipient",), ("To", "Cc"), ("X-Original-To", "Delivered-To"))


@dataclass(frozen=True, slots=True)
class Original:
    """What is quoted of our mail; anything may be missing."""

    message_id: str = ""
    sender: str = ""  # the envelope's, by Return-Path
    recipients: tuple[str, ...] = ()


def parts_of(message: Message) -> list[Message]:
    """Parts of the report itself, in order; a mail within it is one part."""
    pending, found = [message], list[Message]()
    while pending and len(found) < _MOST_PARTS:
        part = pending.pop(0)
        found.append(part)
        payload = part.get_payload() if part.is_multipart() else None
        if part.get_content_maintype() == "multipart" and isinstance(payload, list):
            pending[:0] = [inner for inner in payload if isinstance(inner, Message)]
    return found


def notice_and_original(parts: Sequence[Message], notice: str) -> tuple[str, Original]:
    """What the reporting server says in its own words, and the mail it speaks of; `notice` is all its text."""
    own, below = split_at_original(notice)
    for part in parts:
        if part.get_content_type() in _QUOTING:
            original = _read(_headers_in(part))
            if original.message_id or original.recipients:
                return own, original
    return own, _read(below)


def split_at_original(text: str) -> tuple[str, str]:
    """A notice's own text, and what it quotes below: from the first block of headers that only a mail has."""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if number and _SEPARATOR.search(line[:200]):
            return "\n".join(lines[:number]), "\n".join(lines[number + 1 : number + 300])
        if _HEADER.match(line) and _is_mail(lines[number : number + _LOOK_AHEAD]):
            return "\n".join(lines[:number]), "\n".join(lines[number : number + 300])
    return text, ""


def text_of(part: Message) -> str:
    """A part's text, whatever is wrong with its encoding; empty where nothing of it can be read."""
    try:
        payload = part.get_payload(decode=True)
        if not isinstance(payload, bytes):
            return str(part.get_payload())[:TEXT_LIMIT]
        charset = str(part.get_content_charset() or "utf-8")
    except _DAMAGE:
        return ""
    for name in (charset, "utf-8", "cp1252"):
        try:
            return payload[: TEXT_LIMIT * 4].decode(name)[:TEXT_LIMIT]
        except (LookupError, ValueError):
            continue
    return payload[:TEXT_LIMIT].decode("latin-1")


def notice_of(parts: Sequence[Message]) -> str:
    """The text of a mail up to the mail it quotes as a part."""
    plain: list[str] = []
    pages: list[str] = []
    for part in parts:
        kind = part.get_content_type()
        if kind in _QUOTING:
            break
        if kind == "text/html":
            pages.append(from_html(text_of(part)))
        elif (
            not part.is_multipart()
            and part.get_content_maintype() in {"text", "multipart"}
            and part.get_content_disposition() != "attachment"
        ):
            plain.append(text_of(part))
    text = "\n".join(plain)
    return (text if text.strip() else "\n".join(pages)).replace("\r\n", "\n").replace("\r", "\n")[:TEXT_LIMIT]


def _is_mail(lines: Sequence[str]) -> bool:
    names: set[str] = set()
    for line in lines:
        found = _HEADER.match(line)
        if found:
            names.add(found.group(1).lower())
        elif not line[:1].isspace():
            break  # neither a header nor its continuation
    return bool(names & _TELLING) and len(names & (_TELLING | _COMMON)) >= 3


def _headers_in(part: Message) -> str:
    payload = part.get_payload() if part.is_multipart() else None
    if isinstance(payload, list) and payload and isinstance(payload[0], Message):
        inner = payload[0]
        named = "\n".join(f"{name}: {value}" for name, value in _some(inner))
        if named:
            return named
        return text_of(inner)  # headers with a blank line before them
    return text_of(part)


def _some(message: Message) -> Iterator[tuple[str, str]]:
    for name, value in list(message.raw_items())[:300]:
        yield name, str(value)[:5000]


def _read(text: str) -> Original:
    if not text.strip():
        return Original()
    unquoted = "\n".join(
        line.lstrip("> \t") if _HEADER.match(line) else line for line in text.strip().splitlines()[:400]
    )
    headers = HeaderParser(policy=compat32).parsestr(unquoted[:TEXT_LIMIT])
    identifier = _IDENTIFIER.search(str(headers.get("Message-ID", ""))[:2000])
    recipients: list[str] = []
    for names in _WRITTEN_TO:
        named = [str(value)[:10_000] for name in names for value in headers.get_all(name, [])[:5]]
        recipients = [address for value in named for address in addresses(value)]
        if recipients:
            break
    if not recipients:
        recipients = _FOR.findall(" ".join(str(value)[:2000] for value in headers.get_all("Received", [])[:20]))[:1]
    return Original(
        message_id=identifier.group(0) if identifier else "",
        sender=first_address(str(headers.get("Return-Path", ""))[:1000]),
        recipients=tuple(dict.fromkeys(recipients)),
    )
