"""Unsubscribe links: the whole meaning under a MAC bound to that one purpose.

A link can be neither forged nor guessed, needs no row of its own, and works after the client was erased.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import struct
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.outbox import suppression
from crm.errors import CrmError
from storage.models import Channel, Client, Language

PURPOSE = b"touchline unsubscribe 1"
_BODY = struct.Struct(">BQQ32s")
_MAC_BYTES = 16
_CHANNELS = (Channel.EMAIL, Channel.SMS)


class BadUnsubscribeToken(CrmError):
    """The link was cut, changed or made up."""

    code = "consent.bad_token"


@dataclass(frozen=True, slots=True)
class Leaving:
    """What an unsubscribe link says: which address leaves, and through which client and mailing it was reached."""

    channel: Channel
    address_hash: str
    client_id: int | None
    mailing_id: int | None


def unsubscribe_token(
    *, key: bytes, channel: Channel, address: str, client_id: int | None = None, mailing_id: int | None = None
) -> str:
    """The last part of `PUBLIC_URL/u/…`: 87 letters, the address inside only as its hash."""
    hashed = bytes.fromhex(suppression.address_hash(channel, address))
    body = _BODY.pack(_CHANNELS.index(channel), client_id or 0, mailing_id or 0, hashed)
    return base64.urlsafe_b64encode(body + _mac(key, body)).decode().rstrip("=")


def read_token(token: str, *, key: bytes) -> Leaving:
    """What a link says. Raises BadUnsubscribeToken."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error) as error:
        raise BadUnsubscribeToken from error
    body, mac = raw[: _BODY.size], raw[_BODY.size :]
    # One spelling per link: the decoder also reads letters whose spare bits differ.
    if not hmac.compare_digest(mac, _mac(key, body)) or base64.urlsafe_b64encode(raw).decode().rstrip("=") != token:
        raise BadUnsubscribeToken
    channel, client_id, mailing_id, hashed = _BODY.unpack(body)
    return Leaving(_CHANNELS[channel], hashed.hex(), client_id or None, mailing_id or None)


async def language_of(session: AsyncSession, leaving: Leaving) -> Language | None:
    """The language of the client behind a link, where they are still known."""
    if leaving.client_id is None:
        return None
    query = select(Client.language).where(Client.id == leaving.client_id)
    return (await session.execute(query)).scalar_one_or_none()


def _mac(key: bytes, body: bytes) -> bytes:
    keyed = _keyed(key).copy()
    keyed.update(body)
    return keyed.digest()[:_MAC_BYTES]


@lru_cache(maxsize=8)
def _keyed(key: bytes) -> hmac.HMAC:
    """With the purpose in it already: to copy it costs half of what a new one does."""
    return hmac.new(key, PURPOSE, hashlib.sha256)
