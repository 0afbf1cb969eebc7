"""Which mails are one and the same: a copy in two mailboxes is stored once, a forgery of its Message-ID is not left out.

Two mails are the same when everything we would show or act on is: who, to whom, when, what about, which conversation, how
it is encoded, and the body. What servers add on the way (Received, Delivered-To, verdicts, signatures) does not count.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import Final, NamedTuple

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
# They begin with a letter that is looked for at once: a line feed is put before the first line too.
_VALUE: Final = rb"[ \t]*:([^\n]*(?:\n[ \t][^\n]*)*)"
_FIELD: Final = re.compile(rb"\n(" + b"|".join(_LASTING) + rb")" + _VALUE, re.IGNORECASE)
_MESSAGE_ID: Final = re.compile(rb"\nmessage-id" + _VALUE, re.IGNORECASE)
_CONTROLS: Final = re.compile(r"[\x00-\x20\x7f-\x9f]+")


class Identity(NamedTuple):
    """`message_id` as the mail has it, empty without one; `digest` is SHA-256 in hexadecimal."""

    message_id: str
    digest: str


def identify(raw: bytes, *, truncated: bool = False) -> Identity:
    """Without a Message-ID nothing vouches that two equal mails are one, so every byte counts: rather twice than lost."""
    end, start = _end_of_head(raw)
    fields = _fields(raw[:end])
    message_id = _without_controls(fields.get(b"message-id"))
    if not message_id:
        return Identity("", hashlib.sha256(raw).hexdigest())
    lasting = [b"%b:%b\n" % (name, value) for name in _LASTING if name in fields for value in fields[name]]
    digest = hashlib.sha256(b"".join(lasting))
    stop = min(len(raw), start + _TRUNCATED_BODY) if truncated else _end_of_text(raw)
    for at in range(start, stop, _PIECE):
        # Line ends are told apart by their line feeds alone; in pieces, because a mail may be large.
        digest.update(raw[at : min(at + _PIECE, stop)].replace(b"\r", b""))
    return Identity(message_id, digest.hexdigest())


def _end_of_head(raw: bytes) -> tuple[int, int]:
    """Where the lines of the head end, and where the body begins: behind the first empty line."""
    network = raw.find(b"\n\r\n", 0, _HEAD_LIMIT)
    unix = raw.find(b"\n\n", 0, _HEAD_LIMIT if network < 0 else network + 1)
    if unix < 0 and network < 0:
        return min(len(raw), _HEAD_LIMIT), len(raw)
    at, size = (network, 3) if unix < 0 else (unix, 2)
    return at - 1 if raw[at - 1 : at] == b"\r" else at, at + size


def _end_of_text(raw: bytes) -> int:
    """Where blank lines at the end begin, which some servers add."""
    tail = raw[-_TAIL:]
    return len(raw) - (len(tail) - len(tail.rstrip()))


def message_id_of(head: bytes) -> str:
    """The Message-ID out of header lines; empty when there is none."""
    found = _MESSAGE_ID.search(b"\n" + head)
    return _without_controls([b" ".join(found[1].split())] if found else None)


def _without_controls(values: Sequence[bytes] | None) -> str:
    return _CONTROLS.sub("", values[0].decode("latin-1"))[:ID_LIMIT] if values else ""


def _fields(head: bytes) -> dict[bytes, list[bytes]]:
    found: dict[bytes, list[bytes]] = {}
    for name, value in _FIELD.findall(b"\n" + head):
        found.setdefault(name.lower(), []).append(b" ".join(value.split()))
    return found
