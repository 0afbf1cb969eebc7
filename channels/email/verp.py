"""Addresses that name their delivery: what bounces (VERP), and what is answered, comes back to one only we can have written.

`crm+b.<token>@shop.example` is an envelope sender, `crm+d.<token>@shop.example` a Reply-To: the token is the delivery's
number in the ledger and a MAC over it, in lower-case base32, so that it survives servers that change case. Nobody can
make up a bounce of another's delivery, nor an answer to it.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from dataclasses import dataclass, field
from functools import lru_cache

from channels.email.address import BadAddress, wire_form

_BOUNCE, _ANSWER = "b", "d"
_PURPOSES = {_BOUNCE: b"touchline bounce 1", _ANSWER: b"touchline answer 1"}
_NUMBER_BYTES = 5  # a million million deliveries; later ones take more
_MOST_NUMBER_BYTES = 8
_MAC_BYTES = 10  # guessing one is 2^80 mails
_LONGEST_TOKEN = 29
_LONGEST_LOCAL = 64  # RFC 5321 section 4.5.3.1.1
LONGEST_BASE_LOCAL = _LONGEST_LOCAL - len("+b.") - _LONGEST_TOKEN
"""How many bytes the part before @ of the bounce address may have."""

_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_PAIRS = [first + second for first in _LETTERS for second in _LETTERS]

_TOKENS = {way: re.compile(rf"\+{way}\.([a-z2-7]{{24,29}})@", re.IGNORECASE) for way in _PURPOSES}


@dataclass(frozen=True, slots=True)
class ReturnPath:
    """Where undelivered mail comes back to: an address that takes additions after a plus, and the key of the tokens."""

    base: str
    key: bytes = field(repr=False)

    def of(self, outbox_id: int) -> str:
        """The envelope sender of one delivery. Raises BadAddress."""
        return bounce_address(self.base, outbox_id, self.key)


def bounce_address(base: str, outbox_id: int, key: bytes) -> str:
    """`bounces@shop.example` and a delivery → `bounces+b.<token>@shop.example`.

    Raises BadAddress where `base` is none, or has no room for the token before its @.
    """
    local, domain = _halves(base)
    return f"{local}+b.{_token(outbox_id, key, _BOUNCE)}@{domain}"


def answer_address(base: str, outbox_id: int, key: bytes) -> str:
    """`crm@shop.example` and a delivery → `crm+d.<token>@shop.example`, where its answers go. Raises BadAddress."""
    local, domain = _halves(base)
    return f"{local}+d.{_token(outbox_id, key, _ANSWER)}@{domain}"


@lru_cache(maxsize=16)
def _halves(base: str) -> tuple[str, str]:
    local, _, domain = wire_form(base).rpartition("@")
    if len(local.encode()) > LONGEST_BASE_LOCAL:
        raise BadAddress(f"the part before @ is longer than {LONGEST_BASE_LOCAL} letters: no room for a token")
    return local, domain


def read_bounce_address(address: str, key: bytes) -> int | None:
    """The delivery an envelope recipient names; None when it is not ours, was cut or was changed.

    Takes what servers make of addresses: other case, angle brackets, a forwarder's prefix (BATV, SRS).
    """
    return _read(address, key, _BOUNCE)


def read_answer_address(address: str, key: bytes) -> int | None:
    """The delivery somebody answers by writing to the address; None when it is not ours, was cut or was changed."""
    return _read(address, key, _ANSWER)


def _read(address: str, key: bytes, way: str) -> int | None:
    found = _TOKENS[way].search(address)
    if found is None:
        return None
    token = found.group(1).lower()
    try:
        raw = base64.b32decode(token + "=" * (-len(token) % 8), casefold=True)
    except binascii.Error:
        return None
    outbox_id = int.from_bytes(raw[:-_MAC_BYTES], "big")
    # Compared as a whole: one delivery has one spelling, whatever the decoder lets pass.
    return outbox_id if hmac.compare_digest(token.encode(), _token(outbox_id, key, way).encode()) else None


def _token(outbox_id: int, key: bytes, way: str) -> str:
    size = max(_NUMBER_BYTES, (outbox_id.bit_length() + 7) // 8)
    if outbox_id < 0 or size > _MOST_NUMBER_BYTES:
        raise ValueError("no number of a delivery")
    number = outbox_id.to_bytes(size, "big")
    mac = hmac.digest(key, _PURPOSES[way] + number, "sha256")[:_MAC_BYTES]
    return _in_base32(number + mac)


def _in_base32(raw: bytes) -> str:
    """In lower case, without padding; base64.b32encode takes twice as long, and every mail needs one."""
    padding = -len(raw) % 5
    bits = int.from_bytes(raw, "big") << 8 * padding
    pairs = [_PAIRS[bits >> place & 1023] for place in range(8 * (len(raw) + padding) - 10, -1, -10)]
    return "".join(pairs)[: -(-8 * len(raw) // 5)]
