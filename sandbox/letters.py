"""Letters as people's mail programs write them, and as they show them.

Replies carry the threading headers, the quotation in the person's own language, and an HTML part with the quotation
marked up, because that is what the product has to cope with.
"""

from __future__ import annotations

import base64
import html
import re
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, getaddresses, parseaddr
from typing import Any

from sandbox.world import Person

_WEEKDAYS = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "ru": ("пн", "вт", "ср", "чт", "пт", "сб", "вс"),
    "th": ("จ.", "อ.", "พ.", "พฤ.", "ศ.", "ส.", "อา."),
}
_MONTHS = {
    "en": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    "ru": ["янв.", "февр.", "мар.", "апр.", "мая", "июн.", "июл.", "авг.", "сент.", "окт.", "нояб.", "дек."],
    "th": ["ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค."],
}
_HISTORY = {
    "en": "On {weekday}, {month} {day}, {year} at {time} {name} <{address}> wrote:",
    "ru": "{weekday}, {day} {month} {year} г. в {time}, {name} <{address}>:",
    "th": "เมื่อ {weekday} {day} {month} {year} เวลา {time} {name} <{address}> เขียนว่า:",
}


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail in a person's mailbox; `direction` is theirs: "in" they received, "out" they wrote."""

    number: int
    message_id: str
    sender: str
    to: str
    subject: str
    date: datetime
    text: str
    html: str
    headers: dict[str, str]
    direction: str
    attachments: tuple[Attachment, ...] = ()
    raw: bytes = field(default=b"", repr=False)

    def describe(self) -> dict[str, Any]:
        return {
            "message_id": self.message_id,
            "from": self.sender,
            "to": self.to,
            "subject": self.subject,
            "date": self.date.isoformat(),
            "text": self.text,
            "html": _with_pictures(self.html, self.raw),
            "headers": self.headers,
            "direction": self.direction,
            "attachments": [
                {
                    "name": item.name,
                    "media_type": item.media_type,
                    "size": len(item.content),
                    "url": f"/sandbox/attachments/{self.number}/{index}",
                }
                for index, item in enumerate(self.attachments)
            ],
        }


def read(raw: bytes, *, number: int, direction: str, received_at: datetime) -> Letter:
    """Open a mail as a mail program would."""
    message = message_from_bytes(raw, policy=policy.default)
    text, page = message.get_body(("plain",)), message.get_body(("html",))
    date = getattr(message["date"], "datetime", None)
    return Letter(
        number=number,
        message_id=str(message.get("message-id") or f"<{number}@nowhere.example>").strip(),
        sender=str(message.get("from") or ""),
        to=str(message.get("to") or ""),
        subject=str(message.get("subject") or ""),
        date=date if date is not None and date.tzinfo is not None else received_at,
        text=_content(text) if text is not None else "",
        html=_content(page) if page is not None else "",
        headers={name: str(value) for name, value in message.items()},
        direction=direction,
        attachments=tuple(_attachments(message)),
        raw=raw,
    )


def new(
    *,
    person: Person,
    to: str,
    subject: str,
    text: str,
    now: datetime,
    message_id: str,
    attachments: list[Any],
    cc: str = "",
) -> bytes:
    message = _envelope(person=person, to=to, subject=subject, now=now, message_id=message_id)
    if cc:
        message["Cc"] = cc
    message.set_content(text + "\n")
    message.add_alternative(f'<div dir="auto">{_as_html(text)}</div>\n', subtype="html")
    _attach(message, attachments)
    return message.as_bytes(policy=policy.SMTP)


def reply(
    original: Letter, *, person: Person, text: str, now: datetime, message_id: str, attachments: list[Any]
) -> bytes:
    """Answer `original` from the person's mailbox; to their own letter a follow-up in the same thread."""
    answered = message_from_bytes(original.raw, policy=policy.default)
    to = str(answered.get("reply-to") or answered.get("from") or "")
    if original.direction == "out":
        to = original.to
    subject = original.subject if original.subject.lower().startswith(("re:", "отв:")) else f"Re: {original.subject}"
    message = _envelope(person=person, to=parseaddr(to)[1], subject=subject, now=now, message_id=message_id)
    message["In-Reply-To"] = original.message_id
    message["References"] = " ".join([*str(answered.get("references") or "").split(), original.message_id])
    name, address = parseaddr(original.sender)
    heading = _heading(person.language, at=original.date, name=name or address, address=address)
    quoted = original.text or "(html)"
    lines = "\n".join(f"> {line}" if line else ">" for line in quoted.rstrip().splitlines())
    message.set_content(f"{text}\n\n{heading}\n{lines}\n")
    message.add_alternative(
        f'<div dir="auto">{_as_html(text)}</div><br><div class="gmail_quote gmail_quote_container">'
        f'<div dir="ltr" class="gmail_attr">{html.escape(heading)}<br></div>'
        f'<blockquote class="gmail_quote" style="margin:0 0 0 .8ex;border-left:1px solid #ccc;padding-left:1ex">'
        f"{original.html or _as_html(quoted)}</blockquote></div>\n",
        subtype="html",
    )
    _attach(message, attachments)
    return message.as_bytes(policy=policy.SMTP)


def bounce(raw: bytes, *, sender: str, recipient: str, now: datetime, number: int) -> bytes:
    """A delivery status notification (RFC 3464) for `recipient`, as a relay would return it."""
    original = message_from_bytes(raw, policy=policy.default)
    host = "mx.sandbox.example"
    headers = "".join(f"{name}: {value}\n" for name, value in original.items())
    lines = [
        f"From: Mail Delivery System <MAILER-DAEMON@{host}>",
        f"To: {sender}",
        "Subject: Undelivered Mail Returned to Sender",
        f"Date: {format_datetime(now)}",
        f"Message-ID: <{number:x}@{host}>",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/report; report-type=delivery-status; boundary="{number:x}.{host}"',
        "",
        f"--{number:x}.{host}",
        "Content-Description: Notification",
        "Content-Type: text/plain; charset=us-ascii",
        "",
        f"This is the mail system at host {host}.",
        "",
        "I'm sorry to have to inform you that your message could not",
        "be delivered to one or more recipients. It's attached below.",
        "",
        f"<{recipient}>: host {host} said: 550 5.1.1 <{recipient}>: Recipient address",
        "    rejected: User unknown in virtual mailbox table (in reply to RCPT TO command)",
        "",
        f"--{number:x}.{host}",
        "Content-Description: Delivery report",
        "Content-Type: message/delivery-status",
        "",
        f"Reporting-MTA: dns; {host}",
        f"X-Postfix-Sender: rfc822; {sender}",
        f"Arrival-Date: {format_datetime(now)}",
        "",
        f"Final-Recipient: rfc822; {recipient}",
        f"Original-Recipient: rfc822;{recipient}",
        "Action: failed",
        "Status: 5.1.1",
        f"Remote-MTA: dns; {host}",
        f"Diagnostic-Code: smtp; 550 5.1.1 <{recipient}>: Recipient address rejected: User unknown",
        "",
        f"--{number:x}.{host}",
        "Content-Description: Undelivered Message Headers",
        "Content-Type: text/rfc822-headers",
        "",
        headers,
        f"--{number:x}.{host}--",
        "",
    ]
    return "\n".join(lines).replace("\n", "\r\n").encode("utf-8", "surrogateescape")


def with_trace(raw: bytes, *, person: Person, to: str, now: datetime) -> bytes:
    """The header lines a receiving server adds on top."""
    domain = (person.email or "nowhere.example").rpartition("@")[2]
    trace = (
        f"Return-Path: <{person.email}>\r\nDelivered-To: {to}\r\n"
        f"Received: from mail.{domain} ([192.0.2.25]) by mx.sandbox.example with ESMTPS\r\n"
        f"\tfor <{to}>; {format_datetime(now)}\r\n"
    )
    return trace.encode("ascii", "replace") + raw


def _envelope(*, person: Person, to: str, subject: str, now: datetime, message_id: str) -> EmailMessage:
    message = EmailMessage(policy=policy.SMTP)
    local, _, domain = (person.email or "").rpartition("@")
    message["From"] = Address(display_name=person.name, username=local, domain=domain)
    message["To"] = ", ".join(address for _, address in getaddresses([to]) if address) or to
    message["Subject"] = " ".join(subject.split())
    message["Date"] = now
    message["Message-ID"] = message_id
    return message


def _heading(language: str, *, at: datetime, name: str, address: str) -> str:
    language = language if language in _HISTORY else "en"
    return _HISTORY[language].format(
        weekday=_WEEKDAYS[language][at.weekday()],
        month=_MONTHS[language][at.month - 1],
        day=at.day,
        year=at.year,
        time=f"{at:%H:%M}",
        name=name,
        address=address,
    )


def _attach(message: EmailMessage, attachments: list[Any]) -> None:
    for item in attachments:
        main, _, sub = item.media_type.partition("/")
        message.add_attachment(item.content, maintype=main, subtype=sub or "octet-stream", filename=item.name)


def _attachments(message: Any) -> list[Attachment]:
    return [
        Attachment(
            name=part.get_filename() or "file",
            media_type=part.get_content_type(),
            content=part.get_payload(decode=True) or b"",
        )
        for part in message.iter_attachments()
    ]


def _with_pictures(page: str, raw: bytes) -> str:
    """The page as a mail program shows it: the mail's own pictures stand where `cid:` names them."""
    if "cid:" not in page:
        return page
    pictures = {
        str(part["content-id"]).strip().strip("<>"): part
        for part in message_from_bytes(raw, policy=policy.default).walk()
        if part["content-id"] and part.get_content_maintype() == "image"
    }

    def shown(found: re.Match[str]) -> str:
        part = pictures.get(html.unescape(found[1]))
        if part is None:
            return found[0]
        content: Any = part.get_payload(decode=True) or b""
        return f'src="data:{part.get_content_type()};base64,{base64.b64encode(content).decode()}"'

    return re.sub(r'src="cid:([^"]+)"', shown, page)


def _content(part: Any) -> str:
    try:
        return str(part.get_content()).replace("\r\n", "\n").rstrip("\n")
    except (LookupError, KeyError):
        # A charset nobody knows: show what is there.
        return bytes(part.get_payload(decode=True) or b"").decode("utf-8", "replace")


def _as_html(text: str) -> str:
    return html.escape(text, quote=False).replace("\n", "<br>\n")
