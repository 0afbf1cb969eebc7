"""A client's words about mailings, written down with their proof: yes, no, STOP, START. Rows are only added."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.outbox import suppression
from crm import cards, events
from crm.consent.links import Leaving
from storage.models import Channel, Client, Consent, ConsentState, SuppressionReason

MARKETING_CHANNELS = (Channel.EMAIL, Channel.SMS)


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
        await _withdraw(session, client_id=leaving.client_id, channels=(leaving.channel,), how="link", now=now)
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
        await _withdraw(
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


async def _withdraw(
    session: AsyncSession,
    *,
    client_id: int,
    channels: Sequence[Channel],
    how: str,
    now: datetime,
    wording: str = "",
) -> None:
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
