"""Which mails are one and the same: a copy in two mailboxes is stored once, a forgery of its Message-ID is not left out.

Two mails are the same when everything we would show or act on is: who, to whom, when, what about, which conversation, how
it is encoded, and the body. What servers add on the way (Received, Delivered-To, verdicts, signatures) does not count.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Final

ID_LIMIT: Final = 500
_LASTING: Final = (
    b"from",
    b"sender",
    b"reply-to",
    b"to",
    b"cc",
    b"date",
    b"subject",
    b"message-id",
    b"in-reply-to",
    b"references",
    b"content-type",
    b"content-transfer-encoding",
    b"auto-submitted",
    b"list-id",
)
_HEAD_LIMIT: Final = 1024 * 1024
_TRUNCATED_BODY: Final = 512 * 1024  # what is surely left of a mail cut off after its first MB
_PIECE: Final = 1024 * 1024
_TAIL: Final = 64 * 1024
_END_OF_HEAD: Final = re.compile(rb"\r?\n\r?\n")
_FIELD: Final = re.compile(
    rb"^(" + b"|".join(_LASTING) + rb")[ \t]*:([^\n]*(?:\n[ \t][^\n]*)*)", re.IGNORECASE | re.MULTILINE
)
_CONTROLS: Final = re.compile(r"[\x00-\x20\x7f-\x9f]+")


@dataclass(frozen=True, slots=True)
class Identity:
    """`message_id` as the mail has it, empty without one; `digest` is SHA-256 in hexadecimal."""

    message_id: str
    digest: str


def identify(raw: bytes, *, truncated: bool = False) -> Identity:
    """Without a Message-ID nothing vouches that two equal mails are one, so every byte counts: rather twice than lost."""
    end = _END_OF_HEAD.search(raw, 0, _HEAD_LIMIT)
    head = raw[: end.start()] if end else raw[:_HEAD_LIMIT]
    fields = _fields(head)
    message_id = _message_id(fields)
    if not message_id:
        return Identity("", hashlib.sha256(raw).hexdigest())
    digest = hashlib.sha256()
    for name in _LASTING:
        for value in fields.get(name, ()):
            digest.update(name + b":" + value + b"\n")
    start = end.end() if end else len(raw)
    stop = min(len(raw), start + _TRUNCATED_BODY) if truncated else _end_of_text(raw)
    for at in range(start, stop, _PIECE):
        # Line ends are told apart by their line feeds alone; in pieces, because a mail may be large.
        digest.update(raw[at : min(at + _PIECE, stop)].replace(b"\r", b""))
    return Identity(message_id, digest.hexdigest())


def _end_of_text(raw: bytes) -> int:
    """Where blank lines at the end begin, which some servers add."""
    tail = raw[-_TAIL:]
    return len(raw) - (len(tail) - len(tail.rstrip()))


def message_id_of(head: bytes) -> str:
    """The Message-ID out of header lines; empty when there is none."""
    return _message_id(_fields(head))


def _message_id(fields: dict[bytes, list[bytes]]) -> str:
    values = fields.get(b"message-id")
    return _CONTROLS.sub("", values[0].decode("latin-1"))[:ID_LIMIT] if values else ""


def _fields(head: bytes) -> dict[bytes, list[bytes]]:
    found: dict[bytes, list[bytes]] = {}
    for field in _FIELD.finditer(head):
        found.setdefault(field.group(1).lower(), []).append(b" ".join(field.group(2).split()))
    return found
