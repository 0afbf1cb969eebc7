"""Mail from outside as plain values: tolerant of every damage the standard library's strict reader trips over.

Hostile mail belongs into MailParser (isolation.py), which runs this in a limited process.
"""

from __future__ import annotations

import itertools
import mimetypes
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.message import Message
from email.parser import BytesHeaderParser, Parser
from email.policy import compat32
from enum import StrEnum
from typing import Any

from channels.email import absences, authentication, bodies, bounces, invitations, plaintext, replies
from channels.email.absences import Absence
from channels.email.bodies import Body, Branches
from channels.email.decoding import (
    DAMAGE,
    Described,
    correspondents,
    described,
    header_text,
    identifiers,
    moment,
    text_of_bytes,
)
from channels.email.encoding import encodable
from channels.email.invitations import Invitation
from channels.email.large_bodies import SetApart, set_apart
from channels.email.nesting import flattened
from channels.email.parts import message_of
from channels.message import Correspondent, MailFile

_MOST_HEADERS = 500
_LONGEST_HEADER = 20_000
_LONGEST_TEXT = 2_000_000
_MOST_PARTS = 500
_MOST_LOST = 5  # containers whose parts are looked for behind their end
_UNSAFE_NAME = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\/]')
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_HEADER_END = re.compile(rb"\r?\n\r?\n")


class Completeness(StrEnum):
    """How much of a mail could be read."""

    FULL = "full"
    HEADERS = "headers"  # the body was too much, or too broken; the raw mail is kept
    NOTHING = "nothing"  # not even the headers: quarantine


@dataclass(frozen=True, slots=True)
class ParsedEmail:
    """One mail. Addresses are as written, their domains in lower case; `html` is safe to show."""

    completeness: Completeness = Completeness.FULL
    from_address: str = ""
    from_name: str = ""
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    names: dict[str, str] = field(default_factory=dict)  # of those in To and Cc, by address, as far as they have one
    delivered_to: tuple[str, ...] = ()  # where servers say it went: a reply token may be here alone
    reply_to: str = ""
    subject: str = ""
    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    date: datetime | None = None  # aware UTC, as the sender claims
    new_text: str = ""  # of the text, what was written now
    quoted: str = ""  # and what was cut off it: history and signature
    files: tuple[MailFile, ...] = ()
    is_automatic: bool = False  # a machine wrote it: nobody is told, and no machine of ours may answer
    takes_no_answer: bool = False  # it asks machines not to answer, whoever wrote it
    absence: Absence | None = None
    invitation: Invitation | None = None
    authentication: str = ""  # what our server found of its sender: "dmarc=pass spf=pass"
    reports: tuple[bounces.DeliveryReport, ...] = ()
    # For whoever reads mail in this very process; MailParser leaves them behind. `html` only where there was no text;
    # of the headers the first of each by lower-case name.
    text: str = field(default="", compare=False)
    html: str | None = field(default=None, compare=False)
    headers: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def is_bounce(self) -> bool:
        """Whether it reports on the delivery of another mail."""
        return bool(self.reports)

    @property
    def thread(self) -> tuple[str, ...]:
        """Message identifiers it answers, nearest first."""
        if not self.references:
            return (self.in_reply_to,) if self.in_reply_to else ()
        ordered = [self.in_reply_to, *reversed(self.references)]
        return tuple(dict.fromkeys(identifier for identifier in ordered if identifier))


def parse(raw: bytes) -> ParsedEmail:
    """Read a whole mail; a body that cannot be read leaves its headers, unreadable headers leave NOTHING."""
    try:
        apart = set_apart(raw)
        message = message_of(apart.mail)
        return _with_body(_head(message), message, apart)
    except (*DAMAGE, MemoryError):
        return parse_headers(raw)


def parse_headers(raw: bytes) -> ParsedEmail:
    """Read the headers alone."""
    end = _HEADER_END.search(raw, 0, 1_000_000)
    try:
        message = BytesHeaderParser(policy=compat32).parsebytes(raw[: end.end() if end else 1_000_000])
        return ParsedEmail(completeness=Completeness.HEADERS, **_head(message))
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


def _head(message: Message) -> dict[str, Any]:
    """What the headers say, by the fields of ParsedEmail.

    Of those kept by name sender and subject are decoded, the others are as they came.
    """
    fallback = described(message).charset
    in_order = [
        (name, str(value)[:_LONGEST_HEADER]) for name, value in itertools.islice(message.raw_items(), _MOST_HEADERS)
    ]
    every: dict[str, list[str]] = {}
    for name, value in in_order:
        every.setdefault(name.lower(), []).append(value)
    headers = {name: " ".join(values[0].split()) for name, values in every.items()}
    for name in ("from", "subject"):
        if name in headers:
            headers[name] = header_text(every[name][0], fallback)
    senders = correspondents(every.get("from", ()), fallback)
    sender = senders[0] if senders else Correspondent("")
    to, cc = (correspondents(every.get(name, ()), fallback) for name in ("to", "cc"))
    subject = headers.get("subject", "")[:1000]
    references = identifiers(every.get("references", ()))
    automatic = bounces.is_automatic(headers) or absences.is_automatic_subject(subject)
    return {
        "from_name": sender.name,
        "from_address": sender.address,
        "to": tuple([one.address for one in to]),
        "cc": tuple([one.address for one in cc]),
        "names": {one.address: one.name for one in (*to, *cc) if one.name},
        "delivered_to": tuple(
            one.address
            for one in correspondents([*every.get("delivered-to", ()), *every.get("x-original-to", ())], fallback)
        ),
        "reply_to": next((one.address for one in correspondents(every.get("reply-to", ()), fallback)), ""),
        "subject": subject,
        "message_id": next(iter(identifiers(every.get("message-id", ()))), ""),
        "in_reply_to": next(iter(identifiers(every.get("in-reply-to", ()))), ""),
        "references": tuple(references[-100:]),
        "date": moment(headers.get("date", "")),
        "is_automatic": automatic,
        "takes_no_answer": automatic or bounces.is_for_many(headers) or "x-auto-response-suppress" in headers,
        "authentication": authentication.results(in_order),
        "headers": headers,
    }


def _with_body(head: dict[str, Any], message: Message, apart: SetApart) -> ParsedEmail:
    shown: list[Body] = []
    others: list[tuple[Message, Described]] = []
    for part, said, branches in _leaves(message):
        if said.kind == "text/plain" and not said.attached:
            shown.append(Body(part, said, branches, _text_of(part, said, apart)))
        elif said.kind == "text/html" and not said.attached:
            shown.append(Body(part, said, branches))
        else:
            others.append((part, said))
    plain = _plain(shown)
    reports = bounces.delivery_reports(message, text=plain)
    files: list[MailFile] = []
    calendar: bytes | None = None
    for part, said in others:
        # A notice in prose may be a person's mail after all: what it carries stays with it.
        returned = bool(reports) and message.get_content_type() == "multipart/report"
        if not (returned and said.kind.startswith("message/")) and said.kind != "text/rfc822-headers":
            file = _file(part, said, apart)
            if said.kind in {"text/calendar", "application/ics"}:
                calendar = calendar or file.content
                if any(file.content == other.content for other in files):
                    continue  # most programs send it twice: to show, and to save
            files.append(file)
    chosen = bodies.chosen(shown)
    text, html, trimmed = _text(chosen, apart, plain if len(chosen) == len(shown) else _plain(chosen))
    absence = absences.recognise(
        headers=head["headers"],
        subject=head["subject"],
        text=trimmed.new,
        automatic=head["is_automatic"] or bounces.is_marked_bulk(head["headers"]),
        sent=head["date"],
    )
    if absence is not None:
        head["is_automatic"] = head["takes_no_answer"] = True
    return ParsedEmail(
        **head,
        text=text,
        html=html,
        new_text=trimmed.new,
        quoted=trimmed.quoted,
        files=tuple(files),
        absence=absence,
        invitation=None if calendar is None else invitations.read(calendar, addressed=_addressed(head)),
        reports=reports,
    )


def _text(shown: Sequence[Body], apart: SetApart, plain: str) -> tuple[str, str | None, replies.Trimmed]:
    """What is read, the page where there is no other text, and what of it is new. `plain`: what is no page of it."""
    pages = [one for one in shown if one.is_page]
    if not pages:
        return plain, None, replies.trim(plain)
    if not any(one.text.strip() for one in shown):
        page = _page(pages, apart)
        marked = plaintext.marked(page)
        return replies.without_marks(marked), _safe_html(page), replies.trim(marked)
    said: list[str] = []
    for is_page, some in bodies.runs(shown):
        words = plaintext.marked(_page(some, apart)) if is_page else _plain(some)
        if not said or not bodies.says_again(replies.without_marks(words), before=said[-1]):
            said.append(words)
    marked = "\n".join(said)[:_LONGEST_TEXT]
    return replies.without_marks(marked), None, replies.trim(marked)


def _plain(shown: Sequence[Body]) -> str:
    texts = [one.text for one in shown if not one.is_page]
    return _CONTROL.sub("", encodable("\n".join(texts)[:_LONGEST_TEXT]))


def _page(pages: Sequence[Body], apart: SetApart) -> str:
    """Pages as one, put in order."""
    return flattened(encodable("\n".join(_text_of(one.part, one.said, apart) for one in pages)[:_LONGEST_TEXT]))


def _addressed(head: Mapping[str, Any]) -> set[str]:
    return {*head["to"], *head["cc"], *head["delivered_to"]}


def _leaves(message: Message) -> Iterator[tuple[Message, Described, Branches]]:
    """Parts that hold something, in order, with the alternatives they lie in; a mail within the mail is one part."""
    pending: list[tuple[Message, Branches]] = [(message, ())]
    seen = lost = 0
    while pending:
        part, branches = pending.pop()
        seen += 1
        if seen > _MOST_PARTS:
            raise ValueError("more parts than anybody sends")
        payload = part.get_payload()
        said = described(part)
        if not said.kind.startswith("multipart/"):
            yield part, said, branches
        elif isinstance(payload, list):
            beyond = _beyond(part) if lost < _MOST_LOST else None
            parts = [inner for inner in payload if isinstance(inner, Message)]
            if beyond is not None:
                lost += 1
                parts.append(beyond)
            if said.kind == "multipart/alternative":
                several = [(inner, (*branches, (seen, place))) for place, inner in enumerate(parts)]
            else:
                several = [(inner, branches) for inner in parts]
            pending.extend(reversed(several))
        elif payload:
            yield (
                part,
                replace(said, kind="text/plain"),
                branches,
            )  # its boundary is nowhere: all there is to show is the text


def _beyond(container: Message) -> Message | None:
    """Parts that lie behind the end of their container, where a container within it used the same boundary."""
    boundary = container.get_boundary()
    epilogue = container.epilogue
    if not boundary or not epilogue or f"--{boundary}\n" not in epilogue.replace("\r\n", "\n"):
        return None
    quoted = boundary.replace("\\", "\\\\").replace('"', '\\"')
    return Parser(policy=compat32).parsestr(f'Content-Type: multipart/mixed; boundary="{quoted}"\n\n{epilogue}')


def _text_of(part: Message, said: Described, apart: SetApart) -> str:
    payload = _payload(part, apart)
    if not isinstance(payload, bytes):
        return str(part.get_payload())[:_LONGEST_TEXT]
    return text_of_bytes(payload[: _LONGEST_TEXT * 4], said.charset)[:_LONGEST_TEXT].replace("\r\n", "\n")


def _file(part: Message, said: Described, apart: SetApart) -> MailFile:
    name = said.file_name
    if said.kind.startswith("message/"):
        try:
            inner = part.get_payload()
            first = inner[0] if isinstance(inner, list) and inner else inner
            content = _whole(first) if isinstance(first, Message) else str(first).encode("utf-8", "replace")
            return MailFile(safe_file_name(name or "mail.eml", said.kind), said.kind, apart.whole(content))
        except DAMAGE:
            pass  # then as it lies there
    payload = _payload(part, apart)
    content = payload if isinstance(payload, bytes) else str(part.get_payload()).encode("utf-8", "replace")
    return MailFile(safe_file_name(name, said.kind), said.kind, content)


def _whole(mail: Message) -> bytes:
    """A mail within a mail as it came, as far as it was kept."""
    try:
        return mail.as_bytes()
    except UnicodeEncodeError:
        # Of a part in a damaged charset the library keeps its letters, which are no bytes any more.
        return mail.as_string().encode("utf-8", "surrogateescape")


def _payload(part: Message, apart: SetApart) -> object:
    """What a part carries without its transfer encoding; None where that is damaged."""
    content = apart.content(part.get_payload()) if apart.bodies else None
    if content is not None:
        return content
    try:
        return part.get_payload(decode=True)
    except DAMAGE:
        return None


def _safe_html(html: str) -> str:
    """Without scripts, forms and anything loaded from elsewhere: a picture fetched on opening tells the sender."""
    import nh3  # as in plaintext.py

    tags = nh3.ALLOWED_TAGS - {"img"}
    return nh3.clean(html.replace("\x00", ""), tags=tags, link_rel="noopener noreferrer nofollow")
