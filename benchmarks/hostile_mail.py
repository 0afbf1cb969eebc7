"""Mails whose every text was written by somebody who wants to break them, what they mean, and what a reader understands.

The reader is the standard library's, its older header decoder for names: the newer one puts spaces between encoded words
of a name, against RFC 2047 section 6.2.
"""

from __future__ import annotations

import html
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.policy import compat32, default
from email.utils import format_datetime, getaddresses
from urllib.parse import quote

from channels.email.compiled import CompiledBody, Filled, Piece, Slot
from channels.email.encoding import clean_line, encodable
from channels.email.plaintext import from_html
from channels.email.reading import safe_file_name
from channels.message import Correspondent, MailFile, OutgoingEmail

DATE = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
_LETTERS = "ab<>@\"\\,;:()[]\r\n\t\x00\x0b\x0c\x1c\x85\u2028\u2029'= ?éдก😀\u202e\ud800\u200d_.&%-/{}"
_LOOK_ALIKES = ["=?utf-8?q?hi?=", "=?utf-8?b?aGk=?=", "=?x?"]
_PIECES = [
    "\r\nBcc: e@x.org",
    "\r\n\r\n.\r\nMAIL FROM:<e@x.org>\r\n",
    "From ",
    ".\r\n",
    "Anna Smith, Ltd",
    "ООО «Ромашка»",
    "สวัสดี ครับ",
    "👩‍👩‍👧‍👦",
    "=20",
    "=\r\n",
    "--=_",
    "&amp;<b onclick='x'>",
    "</body>",
    "a" * 90,
    "é" * 60,
    "https://shop.test/?a=1&b=2",
]
_SLOTS = ("name", "company", "city", "link")
_PEOPLE = ("from", "to", "cc", "reply-to")
_STRUCTURE = ("content-type", "content-transfer-encoding")


@dataclass(frozen=True)
class Understood:
    """A mail as somebody reads it: headers but those of its structure, people with their names, the parts in order."""

    headers: dict[str, list[str]]
    people: dict[str, list[tuple[str, str]]]
    parts: list[tuple[object, ...]]


def text(rng: random.Random, longest: int = 60) -> str:
    """Anything."""
    count = rng.randrange(0, longest)
    parts = [rng.choice(_PIECES) if rng.random() < 0.12 else rng.choice(_LETTERS) for _ in range(count)]
    if rng.random() < 0.05:
        parts.insert(rng.randrange(0, count + 1), rng.choice(_LOOK_ALIKES))
    return "".join(parts)


def mails(count: int, *, seed: int = 1) -> Iterator[tuple[OutgoingEmail, OutgoingEmail]]:
    """Mails as we would send them, each beside the same without a template: text and HTML already filled."""
    rng = random.Random(seed)
    for number in range(count):
        files = tuple(
            MailFile(text(rng), "image/png", rng.randbytes(rng.randrange(200)), "logo" if rng.random() < 0.5 else "")
            for _ in range(rng.choice((0, 0, 0, 1, 2)))
        )
        mail = OutgoingEmail(
            to_address=f"ann{number}@client.test",
            to_name=text(rng),
            subject=text(rng),
            text=text(rng, 300),
            html=text(rng, 300) if rng.random() < 0.7 else None,
            message_id=f"<{number}.77@shop.test>",
            from_address="crm@shop.test",
            from_name=text(rng, 20),
            reply_to="crm+t.abc@shop.test",
            in_reply_to="<a@b.test>" if rng.random() < 0.3 else None,
            references=("<root@b.test>", "<a@b.test>") if rng.random() < 0.3 else (),
            unsubscribe_url=f"https://shop.test/u/{'x' * rng.randrange(1, 300)}" if rng.random() < 0.7 else None,
            automatic=rng.random() < 0.5,
            shown_cc=tuple(Correspondent("bob@client.test", text(rng)) for _ in range(rng.choice((0, 0, 2)))),
            feedback_id="m1:s2:mailing:shop1" if rng.random() < 0.5 else "",
            files=files,
        )
        yield _with_template(mail, rng) if rng.random() < 0.5 else (mail, mail)


def meant(mail: OutgoingEmail) -> Understood:
    """What a mail without a template is to say."""
    headers = {
        "message-id": [mail.message_id],
        "date": [format_datetime(DATE)],
        "subject": [clean_line(mail.subject)[:400].rstrip()],
        "mime-version": ["1.0"],
    }
    if mail.in_reply_to:
        headers["in-reply-to"] = [mail.in_reply_to]
    if mail.references:
        headers["references"] = [" ".join(mail.references)]
    if mail.unsubscribe_url:
        headers["list-unsubscribe"] = [f"<{mail.unsubscribe_url}>"]
        headers["list-unsubscribe-post"] = ["List-Unsubscribe=One-Click"]
    if mail.feedback_id:
        headers["feedback-id"] = [mail.feedback_id]
    if mail.automatic:
        headers["auto-submitted"] = ["auto-replied" if mail.in_reply_to else "auto-generated"]
        headers["x-auto-response-suppress"] = ["DR, RN, NRN, OOF, AutoReply"]
    people = {
        "from": [(_name(mail.from_name), mail.from_address)],
        "to": [(_name(one.name), one.address) for one in mail.shown_to] or [(_name(mail.to_name), mail.to_address)],
    }
    if mail.shown_cc:
        people["cc"] = [(_name(one.name), one.address) for one in mail.shown_cc]
    if mail.reply_to:
        people["reply-to"] = [("", mail.reply_to)]
    return Understood(headers, people, list(_parts(mail)))


def understood(raw: bytes) -> Understood:
    """What a reader makes of the bytes."""
    newer, older = message_from_bytes(raw, policy=default), message_from_bytes(raw, policy=compat32)
    headers: dict[str, list[str]] = {}
    people: dict[str, list[tuple[str, str]]] = {}
    for name in {name.lower() for name in older.keys()} - set(_STRUCTURE):  # noqa: SIM118  (no mapping)
        if name in _PEOPLE:
            values = [str(value) for value in older.get_all(name, [])]
            people[name] = [(_decoded(shown), address) for shown, address in getaddresses(values)]
        else:
            headers[name] = [str(value).strip() for value in newer.get_all(name, [])]
    parts: list[tuple[object, ...]] = []
    for part in newer.walk():
        if part.is_multipart():
            parts.append((part.get_content_type(),))
            continue
        content = part.get_content()
        if isinstance(content, str):
            parts.append((part.get_content_type(), content.replace("\r\n", "\n")))
        else:
            kind, name = part.get_content_disposition(), part.get_filename()
            parts.append((part.get_content_type(), kind, name, part["content-id"], content))
    return Understood(headers, people, parts)


def _with_template(mail: OutgoingEmail, rng: random.Random) -> tuple[OutgoingEmail, OutgoingEmail]:
    values = {name: text(rng, 40) for name in _SLOTS if rng.random() < 0.8}
    words = ["Dear ", *(_piece(rng) for _ in range(rng.randrange(1, 8)))]
    markup = [_piece(rng) for _ in range(rng.randrange(1, 8))] if mail.html is not None else None
    filled = Filled(CompiledBody(text=words, html=markup), values)
    plain = "".join(_said(piece, values) for piece in _ended(words))
    shown = None if markup is None else "".join(_said(piece, values, markup=True) for piece in _ended(markup))
    return replace(mail, text="", html=None, body=filled), replace(mail, text=plain, html=shown)


def _ended(pieces: list[Piece]) -> list[Piece]:
    """A part that ends in a field has a line end after it, whatever the field's value is."""
    return pieces if isinstance(pieces[-1], str) else [*pieces, "\n"]


def _piece(rng: random.Random) -> Piece:
    if rng.random() < 0.5:
        return text(rng, 120)
    return Slot(rng.choice(_SLOTS), text(rng, 10), in_link=rng.random() < 0.3)


def _said(piece: Piece, values: dict[str, str], *, markup: bool = False) -> str:
    if isinstance(piece, str):
        return piece
    value = clean_line(values.get(piece.name) or piece.fallback)
    value = quote(value, safe="") if piece.in_link else value
    return html.escape(value) if markup else value


def _parts(mail: OutgoingEmail) -> Iterator[tuple[object, ...]]:
    inside = [file for file in mail.files if mail.html is not None and file.content_id]
    beside = [file for file in mail.files if file not in inside]
    words = mail.text if mail.text.strip() or mail.html is None else from_html(mail.html)
    if beside:
        yield ("multipart/mixed",)
    if mail.html is None:
        yield ("text/plain", _lines(words))
    else:
        yield ("multipart/alternative",)
        yield ("text/plain", _lines(words))
        if inside:
            yield ("multipart/related",)
        yield ("text/html", _lines(mail.html))
    for file in [*inside, *beside]:
        name = safe_file_name(clean_line(file.name), file.media_type).rstrip()
        mark = f"<{file.content_id}>" if file in inside else None
        yield (file.media_type, "inline" if file in inside else "attachment", name, mark, file.content)


def _lines(content: str) -> str:
    """What a body's text reads as: any line end is one, the last line has one."""
    content = encodable(content).replace("\r\n", "\n").replace("\r", "\n")
    return content if content.endswith("\n") else content + "\n"


def _name(name: str) -> str:
    return clean_line(name)[:200].rstrip()


def _decoded(value: str) -> str:
    return str(make_header(decode_header(value.replace("\r\n", "").replace("\n", ""))))
