"""Links by which people leave or choose: the whole meaning under a MAC bound to that one purpose.

A link can be neither forged nor guessed, needs no row of its own, and works after the client was erased. Whoever
unsubscribes cannot read or change anything with that link: the page of preferences has a purpose of its own.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.outbox import suppression
from crm.signed import BadToken, seal, unseal
from storage.models import Channel, Client, Language

PURPOSE = b"touchline unsubscribe 1"
PREFERENCES = b"touchline preferences 1"
_BODY = struct.Struct(">BQQ32s")
_CHANNELS = (Channel.EMAIL, Channel.SMS)

BadUnsubscribeToken = BadToken


@dataclass(frozen=True, slots=True)
class Leaving:
    """What a link says: whose address it was sent to, and through which client and mailing it was reached."""

    channel: Channel
    address_hash: str
    client_id: int | None
    mailing_id: int | None


def unsubscribe_token(
    *, key: bytes, channel: Channel, address: str, client_id: int | None = None, mailing_id: int | None = None
) -> str:
    """The last part of `PUBLIC_URL/u/…`: 87 letters, the address inside only as its hash."""
    return seal(_body(channel, address, client_id, mailing_id), key=key, purpose=PURPOSE)


def ways_out(
    *, key: bytes, channel: Channel, address: str, client_id: int | None = None, mailing_id: int | None = None
) -> tuple[str, str]:
    """The last parts of `PUBLIC_URL/u/…` and of `PUBLIC_URL/p/…`, where one chooses: both of every letter."""
    body = _body(channel, address, client_id, mailing_id)
    return seal(body, key=key, purpose=PURPOSE), seal(body, key=key, purpose=PREFERENCES)


def read_token(token: str, *, key: bytes, purpose: bytes = PURPOSE) -> Leaving:
    """What a link says. Raises BadUnsubscribeToken."""
    body = unseal(token, key=key, purpose=purpose)
    if len(body) != _BODY.size:
        raise BadToken
    channel, client_id, mailing_id, hashed = _BODY.unpack(body)
    return Leaving(_CHANNELS[channel], hashed.hex(), client_id or None, mailing_id or None)


async def language_of(session: AsyncSession, leaving: Leaving) -> Language | None:
    """The language of the client behind a link, where they are still known."""
    if leaving.client_id is None:
        return None
    query = select(Client.language).where(Client.id == leaving.client_id)
    return (await session.execute(query)).scalar_one_or_none()


def _body(channel: Channel, address: str, client_id: int | None, mailing_id: int | None) -> bytes:
    hashed = bytes.fromhex(suppression.address_hash(channel, address))
    return _BODY.pack(_CHANNELS.index(channel), client_id or 0, mailing_id or 0, hashed)
