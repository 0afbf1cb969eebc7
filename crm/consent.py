"""What clients allow: unsubscribe links, STOP, and the last word before anything is sent to a customer.

An unsubscribe link carries its whole meaning under a MAC bound to that one purpose: it can be neither forged nor guessed,
needs no row of its own, and works after the client was erased.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.outbox import suppression
from channels.outbox.delivery import Cancel, Delivery, Hold, Suppress, Verdict
from crm import cards, events
from crm.errors import CrmError
from storage.models import (
    Channel,
    Client,
    Consent,
    ConsentState,
    Language,
    Mailing,
    MailingState,
    SuppressionReason,
)

PURPOSE = b"touchline unsubscribe 1"
_BODY = struct.Struct(">BQQ32s")
_MAC_BYTES = 16
_CHANNELS = (Channel.EMAIL, Channel.SMS)
MARKETING_CHANNELS = (Channel.EMAIL, Channel.SMS)


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


async def unsubscribe(session: AsyncSession, *, leaving: Leaving, now: datetime) -> bool:
    """Stops mailings to the address at once, and to its client on that channel. True when that changed something."""
    changed = await suppression.suppress_hash(
        session,
        channel=leaving.channel,
        hashed=leaving.address_hash,
        reason=SuppressionReason.UNSUBSCRIBE,
        marketing_only=True,
        source=f"link of mailing {leaving.mailing_id}" if leaving.mailing_id else "link",
        now=now,
    )
    if changed and leaving.client_id is not None:
        await withdraw(session, client_id=leaving.client_id, channels=(leaving.channel,), how="link", now=now)
    return changed


async def stop(
    session: AsyncSession,
    *,
    channel: Channel,
    address: str,
    client_id: int | None,
    now: datetime,
    wording: str = "",
) -> bool:
    """A customer wrote STOP: nothing more to that address by that channel, no mailings to them by any. True when new."""
    changed = await suppression.suppress(
        session,
        channel=channel,
        address=address,
        reason=SuppressionReason.STOP,
        marketing_only=channel is Channel.EMAIL,  # a letter answering them is still theirs to get
        source="STOP",
        now=now,
    )
    if client_id is not None:
        await withdraw(
            session, client_id=client_id, channels=MARKETING_CHANNELS, how="STOP", wording=wording[:1000], now=now
        )
    return changed


async def start(
    session: AsyncSession,
    *,
    channel: Channel,
    address: str,
    client_id: int | None,
    now: datetime,
    wording: str = "",
) -> bool:
    """A customer wrote START: their own STOP at that address is taken back, a bounce is not. True when there was one."""
    kept = [reason for reason in SuppressionReason if reason is not SuppressionReason.STOP]
    lifted = await suppression.lift(session, channel=channel, address=address, keep=kept)
    if lifted and client_id is not None:
        await grant(
            session, client_id=client_id, channel=channel, address=address, how="START", wording=wording, now=now
        )
    return lifted


async def grant(
    session: AsyncSession,
    *,
    client_id: int,
    channel: Channel,
    address: str,
    how: str,
    now: datetime,
    by_id: int | None = None,
    wording: str = "",
) -> None:
    """A customer asked for messages again, with the proof. Lifts what they took back themselves, never a bounce."""
    own = (SuppressionReason.UNSUBSCRIBE, SuppressionReason.STOP, SuppressionReason.MANUAL)
    kept = [reason for reason in SuppressionReason if reason not in own]
    await suppression.lift(session, channel=channel, address=address, keep=kept)
    session.add(
        Consent(
            client_id=client_id,
            channel=channel,
            state=ConsentState.GRANTED,
            how=how[:200],
            wording=wording[:1000],
            at=now,
            by_id=by_id,
        )
    )
    await session.flush()
    events.record(session, "consent.granted", now=now, client_id=client_id, staff_id=by_id, channel=channel.value)
    await cards.refresh(session, "client", client_id, now=now)


async def language_of(session: AsyncSession, leaving: Leaving) -> Language | None:
    """The language of the client behind a link, where they are still known."""
    if leaving.client_id is None:
        return None
    query = select(Client.language).where(Client.id == leaving.client_id)
    return (await session.execute(query)).scalar_one_or_none()


async def withdrawn(session: AsyncSession, *, client_ids: Sequence[int], channel: Channel) -> set[int]:
    """The clients whose newest word about mailings by the channel is no."""
    if not client_ids:
        return set()
    newest = (
        select(func.max(Consent.id))
        .where(Consent.client_id.in_(client_ids), Consent.channel == channel)
        .group_by(Consent.client_id)
    )
    query = select(Consent.client_id).where(Consent.id.in_(newest), Consent.state == ConsentState.WITHDRAWN)
    return set((await session.execute(query)).scalars())


async def gate(session: AsyncSession, deliveries: Sequence[Delivery], now: datetime) -> Mapping[int, Verdict]:
    """The outbox worker's last question before sending. Deliveries it does not mention may go.

    Looks at suppressed addresses, consents taken back, mailings that stopped and clients put away, as they are now.
    """
    verdicts: dict[int, Verdict] = {}
    marketing = [one for one in deliveries if one.marketing]
    await _judge_mailings(session, marketing, now, verdicts)
    for channel in MARKETING_CHANNELS:
        for is_marketing in (True, False):
            group = [one for one in deliveries if one.channel is channel and one.marketing is is_marketing]
            if not group:
                continue
            found = await suppression.is_suppressed(
                session, channel=channel, addresses={one.address for one in group}, marketing=is_marketing
            )
            for one in group:
                if one.address in found:
                    verdicts[one.id] = Suppress(found[one.address])
        clients = [one.client_id for one in marketing if one.channel is channel and one.client_id is not None]
        refused = await withdrawn(session, client_ids=clients, channel=channel)
        for one in marketing:
            if one.channel is channel and one.client_id in refused:
                verdicts.setdefault(one.id, Suppress(SuppressionReason.UNSUBSCRIBE))
    return verdicts


async def _judge_mailings(
    session: AsyncSession, marketing: Sequence[Delivery], now: datetime, verdicts: dict[int, Verdict]
) -> None:
    mailings = {one.mailing_id for one in marketing if one.mailing_id is not None}
    if mailings:
        query = select(Mailing.id, Mailing.state).where(Mailing.id.in_(mailings))
        states = {row.id: row.state for row in await session.execute(query)}
        for one in marketing:
            state = states.get(one.mailing_id) if one.mailing_id is not None else None
            if state is MailingState.CANCELLED:
                verdicts[one.id] = Cancel("mailing-cancelled")
            elif state is MailingState.PAUSED:
                verdicts[one.id] = Hold(until=now, reason="mailing-paused")
    clients = {one.client_id for one in marketing if one.client_id is not None}
    if clients:
        archived = select(Client.id).where(Client.id.in_(clients), Client.archived_at.is_not(None))
        gone = set((await session.execute(archived)).scalars())
        for one in marketing:
            if one.client_id in gone:
                verdicts.setdefault(one.id, Cancel("client-archived"))


async def withdraw(
    session: AsyncSession,
    *,
    client_id: int,
    channels: Sequence[Channel],
    how: str,
    now: datetime,
    wording: str = "",
) -> None:
    """A client said no to mailings by these channels, with the proof; what they said before is not said twice."""
    if await session.get(Client, client_id) is None:
        return
    for channel in channels:
        if client_id in await withdrawn(session, client_ids=[client_id], channel=channel):
            continue
        session.add(
            Consent(
                client_id=client_id,
                channel=channel,
                state=ConsentState.WITHDRAWN,
                how=how,
                wording=wording,
                at=now,
            )
        )
        await session.flush()
        events.record(session, "consent.withdrawn", now=now, client_id=client_id, channel=channel.value, how=how)
    await cards.refresh(session, "client", client_id, now=now)


def _mac(key: bytes, body: bytes) -> bytes:
    return hmac.new(key, PURPOSE + body, hashlib.sha256).digest()[:_MAC_BYTES]
