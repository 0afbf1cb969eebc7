"""Messages as bytes: building ours, and the door to reading others'.

Nothing a person typed can add a header: text is cleaned, the standard library refuses line breaks, and the headers it
would fold wrongly (long identifiers and links) are checked and written by us.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import urlsplit

from channels.email.address import BadAddress, wire_form
from channels.email.isolation import MailParser
from channels.email.plaintext import from_html
from channels.email.reading import Completeness, ParsedEmail, parse, safe_file_name
from channels.message import MailFile, OutgoingEmail

__all__ = ["BadMessage", "Completeness", "MailParser", "ParsedEmail", "build", "parse"]

# Seven bits only: every server takes them, and no relay re-encodes what may be signed.
_POLICY = SMTP.clone(cte_type="7bit")
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9!#$%&'*+/=?^_`{|}~.\-]{1,400}@[A-Za-z0-9.\-\[\]:]{1,255}>")
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,60}")
_MOST_REFERENCES = 50  # the first and the latest: enough for every program to thread by
_LONGEST_SUBJECT = 400


class BadMessage(ValueError):
    """The message cannot be put into mail form: an address, an identifier or a link is malformed."""


def build(email: OutgoingEmail, *, date: datetime) -> bytes:
    """`email` as RFC 5322 bytes with CRLF line ends, ASCII throughout. `date` is aware. Raises BadMessage."""
    if date.tzinfo is None:
        raise BadMessage("the date has no time zone")
    message = EmailMessage(policy=_POLICY)
    message["From"] = _mailbox(email.from_name, email.from_address)
    message["To"] = _mailbox(email.to_name, email.to_address)
    message["Subject"] = clean_line(email.subject)[:_LONGEST_SUBJECT]
    message["Date"] = format_datetime(date)
    if email.reply_to:
        message["Reply-To"] = _mailbox("", email.reply_to)
    if email.automatic:
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
    text = email.text if email.text.strip() or email.html is None else from_html(email.html)
    message.set_content(_encodable(text), charset="utf-8")
    if email.html is not None:
        message.add_alternative(_encodable(email.html), subtype="html", charset="utf-8")
    for file in email.files:
        _attach(message, file)
    return _verbatim_headers(email) + message.as_bytes()


def clean_line(text: str) -> str:
    """One line of visible text: line breaks and runs of white space become a space, control characters go.

    Joiners stay (emoji, Indic and Arabic letters need them); marks that reverse the writing direction go.
    """
    kept = (char for char in _encodable(text) if not _is_control(char))
    return " ".join("".join(kept).split())


def _is_control(char: str) -> bool:
    if char in "\u200c\u200d":
        return False
    return unicodedata.category(char) in {"Cc", "Cf", "Cs"} and not char.isspace()


def _encodable(text: str) -> str:
    """Without lone surrogates and NUL, which no charset can carry."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")


def _mailbox(name: str, address: str) -> Address:
    try:
        wire = wire_form(address)
    except BadAddress as error:
        raise BadMessage(str(error)) from error
    if not wire.isascii():
        raise BadMessage("an address with letters outside ASCII before @ cannot stand in a plain header")
    local, _, domain = wire.rpartition("@")
    return Address(display_name=clean_line(name)[:200], username=local, domain=domain)


def _attach(message: EmailMessage, file: MailFile) -> None:
    media_type = file.media_type.split(";")[0].strip().lower()
    if not _MEDIA_TYPE.fullmatch(media_type) or media_type.startswith(("multipart/", "message/")):
        media_type = "application/octet-stream"
    main, _, sub = media_type.partition("/")
    message.add_attachment(file.content, maintype=main, subtype=sub, filename=safe_file_name(file.name, media_type))


def _verbatim_headers(email: OutgoingEmail) -> bytes:
    """Headers made of tokens that must not be folded inside or encoded, each checked to be a plain token."""
    lines = [f"Message-ID: {_identifier(email.message_id)}"]
    if email.in_reply_to:
        lines.append(f"In-Reply-To: {_identifier(email.in_reply_to)}")
    references = [_identifier(reference) for reference in email.references]
    if len(references) > _MOST_REFERENCES:
        references = [references[0], *references[-(_MOST_REFERENCES - 1) :]]
    if references:
        lines.append("References: " + "\r\n ".join(references))
    if email.unsubscribe_url:
        lines.append(f"List-Unsubscribe: <{_link(email.unsubscribe_url)}>")
        lines.append("List-Unsubscribe-Post: List-Unsubscribe=One-Click")
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def _identifier(value: str) -> str:
    if not _MESSAGE_ID.fullmatch(value):
        raise BadMessage("a message identifier is malformed")
    return value


def _link(url: str) -> str:
    plain = url.isascii() and url.isprintable() and not set(url) & set(' <>"')
    if not plain or len(url) > 900 or urlsplit(url).scheme not in {"https", "http"}:
        raise BadMessage("the unsubscribe link is malformed")
    return url
