"""The header lines of a mail we send: every value checked or encoded, so that nothing typed becomes a header or a recipient.

Lines are at most 78 letters long but for single tokens that must not be broken: identifiers and links.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from channels.email.address import BadAddress, wire_form
from channels.email.encoding import clean_line, encoded_words, header_text
from channels.message import Correspondent, OutgoingEmail

_MESSAGE_ID = re.compile(r"<[A-Za-z0-9!#$%&'*+/=?^_`{|}~.\-]{1,400}@[A-Za-z0-9.\-\[\]:]{1,255}>")
# Other people's are handed back as they wrote them: underscores in host names, no @ at all.
_THEIR_ID = re.compile(r"<[!-;=?-~]{1,900}>")
_LINK = re.compile(r"https?://(?=[^/?#])[!#-;=?-~]{1,900}")
_FEEDBACK_ID = re.compile(r"[A-Za-z0-9._-]{0,60}(:[A-Za-z0-9._-]{0,60}){2}:[A-Za-z0-9]{5,15}")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/?^_`{|}~-]+( [A-Za-z0-9!#$%&'*+/?^_`{|}~-]+)*")
_MOST_REFERENCES = 50  # the first and the latest: enough for every program to thread by
_LONGEST_SUBJECT = 400
_LONGEST_NAME = 200
_LONGEST_QUOTED = 60  # a longer name is folded, and only encoded words fold safely everywhere
# What Exchange heeds (MS-OXCMAIL): no read receipts and no notes of absence, but "NDR" is left out: we want the bounces.
_NO_ANSWERS = "DR, RN, NRN, OOF, AutoReply"


class BadMessage(ValueError):
    """The message cannot be put into mail form: an address, an identifier or a link is malformed."""


def head(email: OutgoingEmail, *, date: datetime) -> str:
    """The header lines of the message itself, those of its body left out. `date` is aware. Raises BadMessage."""
    if date.tzinfo is None:
        raise BadMessage("the date has no time zone")
    international = not email.to_address.rpartition("@")[0].isascii()
    subject = clean_line(email.subject)[:_LONGEST_SUBJECT]
    lines = (
        f"Message-ID: {_identifier(email.message_id)}\r\n"
        f"Date: {_moment(date.timestamp() // 1)}\r\n"
        f"From: {_mailbox(email.from_name, email.from_address)}\r\n"
        f"To: {_recipients(email, international)}\r\n"
    )
    if email.shown_cc:
        lines += f"Cc: {_mailboxes(email.shown_cc, international)}\r\n"
    lines += f"Subject: {header_text(subject)}\r\n" if subject else "Subject:\r\n"
    if email.reply_to:
        lines += f"Reply-To: {_mailbox('', email.reply_to)}\r\n"
    if email.in_reply_to:
        lines += f"In-Reply-To: {_theirs(email.in_reply_to)}\r\n"
    if email.references:
        lines += f"References: {_references(email.references)}\r\n"
    if email.unsubscribe_url:
        link = _link(email.unsubscribe_url)
        lines += f"List-Unsubscribe: <{link}>\r\n"
        if takes_one_click(link):
            lines += "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    if email.feedback_id:
        lines += f"Feedback-ID: {_feedback_id(email.feedback_id)}\r\n"
    if email.automatic:
        kind = "auto-replied" if email.in_reply_to else "auto-generated"
        lines += f"Auto-Submitted: {kind}\r\nX-Auto-Response-Suppress: {_NO_ANSWERS}\r\n"
    return f"{lines}MIME-Version: 1.0\r\n"


def takes_one_click(link: str) -> bool:
    """RFC 8058 section 3.1: by https alone. On one's own machine nobody listens in between, and there it can be tried."""
    if link.startswith("https://"):
        return True
    try:
        host = urlsplit(link).hostname or ""
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _recipients(email: OutgoingEmail, international: bool) -> str:
    address = _checked(email.to_address, international=international)
    return _mailboxes(email.shown_to, international) if email.shown_to else _written(email.to_name, address)


def _mailboxes(people: Sequence[Correspondent], international: bool) -> str:
    return ",\r\n ".join(_written(one.name, _checked(one.address, international=international)) for one in people)


@lru_cache(maxsize=512)
def _mailbox(name: str, address: str) -> str:
    return _written(name, _checked(address, international=False))


def _checked(address: str, *, international: bool) -> str:
    """The address as it stands in a header. `international`: letters outside ASCII may stand before @ (RFC 6532)."""
    try:
        wire = wire_form(address)
    except BadAddress as error:
        raise BadMessage(str(error)) from error
    if not international and not wire.isascii():
        raise BadMessage("an address with letters outside ASCII before @ cannot stand in a plain header")
    return wire


def _written(name: str, address: str) -> str:
    name = clean_line(name)[:_LONGEST_NAME].rstrip()
    if not name:
        return address
    if "=?" in name or not name.isascii() or len(name) > _LONGEST_QUOTED:
        phrase = encoded_words(name)
    elif _ATOMS.fullmatch(name):
        phrase = name
    else:
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        phrase = f'"{escaped}"'
    fits = len(phrase) + len(address) < 60
    return f"{phrase} <{address}>" if fits else f"{phrase}\r\n <{address}>"


def _references(references: Sequence[str]) -> str:
    checked = [_theirs(reference) for reference in references]
    if len(checked) > _MOST_REFERENCES:
        checked = [checked[0], *checked[-(_MOST_REFERENCES - 1) :]]
    return "\r\n ".join(checked)


def is_identifier(value: str) -> bool:
    """Whether a Message-ID can be answered; other people's are not always what RFC 5322 asks for."""
    return _THEIR_ID.fullmatch(value) is not None


def _theirs(value: str) -> str:
    if not is_identifier(value):
        raise BadMessage("the identifier of an answered message is malformed")
    return value


def _identifier(value: str) -> str:
    if not _MESSAGE_ID.fullmatch(value):
        raise BadMessage("a message identifier is malformed")
    return value


def _link(url: str) -> str:
    if not _LINK.fullmatch(url):
        raise BadMessage("the unsubscribe link is malformed")
    return url


@lru_cache(maxsize=64)
def _feedback_id(value: str) -> str:
    if not _FEEDBACK_ID.fullmatch(value):
        raise BadMessage("the feedback identifier is malformed")
    return value


@lru_cache(maxsize=16)
def _moment(timestamp: float) -> str:
    return format_datetime(datetime.fromtimestamp(timestamp, UTC))
