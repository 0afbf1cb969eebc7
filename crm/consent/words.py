"""A client's words about mailings, written down with their proof: yes, no, STOP, START. Rows are only added."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from channels.outbox import suppression
from crm import cards, events
from crm.consent.links import Leaving
from storage.models import Channel, Consent, ConsentState, ContactKind, SuppressionReason
from storage.queries import consents, contacts
from storage.queries import tracking as touches

MARKETING_CHANNELS = (Channel.EMAIL, Channel.SMS)
POINTS = {Channel.EMAIL: ContactKind.EMAIL, Channel.SMS: ContactKind.PHONE}
# What clients took back themselves: their new yes lifts it. A bounce or a complaint says something else.
OWN = frozenset({SuppressionReason.UNSUBSCRIBE, SuppressionReason.STOP, SuppressionReason.MANUAL})
_ELSEWHERE = "STOP at another address of theirs"


async def unsubscribe(session: AsyncSession, *, leaving: Leaving, now: datetime) -> bool:
    """Stops mailings to the address at once, and to its client on that channel. True when the address was still open."""
    changed = await suppression.suppress_hash(
        session,
        channel=leaving.channel,
        hashed=leaving.address_hash,
        reason=SuppressionReason.UNSUBSCRIBE,
        marketing_only=True,
        source=f"link of mailing {leaving.mailing_id}" if leaving.mailing_id else "link",
        now=now,
    )
    # An address stopped before, by a bounce or a complaint, is no reason to go on writing to their others.
    client_id = leaving.client_id
    if client_id is not None and client_id not in await withdrawn(
        session, client_ids=[client_id], channel=leaving.channel
    ):
        await withdraw(session, client_id=client_id, channels=(leaving.channel,), how="link", now=now)
    if changed:
        await left_by(session, leaving=leaving, now=now)
    return changed


async def left_by(session: AsyncSession, *, leaving: Leaving, now: datetime) -> None:
    """Notes with the delivery whose link it was that its reader left."""
    if leaving.mailing_id is None or leaving.client_id is None:
        return
    outbox_id = await touches.delivery_of(session, mailing_id=leaving.mailing_id, client_id=leaving.client_id)
    if outbox_id is not None:
        await touches.left(session, outbox_id=outbox_id, now=now)


async def stop(
    session: AsyncSession,
    *,
    channel: Channel,
    address: str,
    client_id: int | None,
    now: datetime,
    wording: str = "",
) -> bool:
    """A customer wrote STOP: nothing more to that address by that channel, no mailings to them by any. True when new.

    They are everybody we know at that address, on their every phone and email: whoever says stop means us, not a number.
    """
    changed = await suppression.suppress(
        session,
        channel=channel,
        address=address,
        reason=SuppressionReason.STOP,
        marketing_only=channel is Channel.EMAIL,  # a letter answering them is still theirs to get
        source="STOP",
        now=now,
    )
    for known in await _known_at(session, channel, address, client_id):
        for point in await contacts.points_of(session, known):
            for other in (one for one in MARKETING_CHANNELS if POINTS[one] is point.kind):
                await suppression.suppress(
                    session,
                    channel=other,
                    address=point.value,
                    reason=SuppressionReason.STOP,
                    marketing_only=True,
                    source=_ELSEWHERE,
                    now=now,
                )
        await withdraw(session, client_id=known, channels=MARKETING_CHANNELS, how="STOP", wording=wording, now=now)
    return changed


async def start(session: AsyncSession, *, channel: Channel, address: str, now: datetime, wording: str = "") -> bool:
    """A customer wrote START: their own STOP at that address is taken back, a bounce is not. True when there was one.

    A yes is theirs alone who are reached at that very address. Another one may stand in a conversation of theirs, with a
    forwarded letter in hand.
    """
    kept = [reason for reason in SuppressionReason if reason is not SuppressionReason.STOP]
    lifted = await suppression.lift(session, channel=channel, address=address, keep=kept)
    for known in await _known_at(session, channel, address, None) if lifted else ():
        await grant(session, client_id=known, channel=channel, address=address, how="START", wording=wording, now=now)
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
    interaction_id: int | None = None,
) -> Consent:
    """A client said yes, with the proof. Lifts what they took back themselves, never a bounce.

    At `address` all of it; at their other addresses of the channel what a STOP elsewhere had brought there.
    """
    kept = [reason for reason in SuppressionReason if reason not in OWN]
    await suppression.lift(session, channel=channel, address=address, keep=kept)
    for point in await contacts.points_of(session, client_id):
        if point.kind is POINTS.get(channel):
            await suppression.lift(session, channel=channel, address=point.value, source=_ELSEWHERE)
    said = _said(client_id, channel, ConsentState.GRANTED, how=how, wording=wording, now=now)
    said.by_id, said.interaction_id = by_id, interaction_id
    session.add(said)
    await session.flush()
    events.record(session, "consent.granted", now=now, client_id=client_id, staff_id=by_id, channel=channel.value)
    await cards.refresh(session, "client", client_id, now=now)
    return said


async def withdraw(
    session: AsyncSession,
    *,
    client_id: int,
    channels: Iterable[Channel],
    how: str,
    now: datetime,
    by_id: int | None = None,
    wording: str = "",
    interaction_id: int | None = None,
) -> None:
    """A client said no: no more mailings by the channels from this moment on. A no said before is not said twice."""
    if await contacts.client_exists(session, client_id):
        for channel in channels:
            if client_id in await withdrawn(session, client_ids=[client_id], channel=channel):
                continue
            said = _said(client_id, channel, ConsentState.WITHDRAWN, how=how, wording=wording, now=now)
            said.by_id, said.interaction_id = by_id, interaction_id
            session.add(said)
            await session.flush()
            events.record(
                session,
                "consent.withdrawn",
                now=now,
                client_id=client_id,
                staff_id=by_id,
                channel=channel.value,
                how=how[:200],
            )
        await cards.refresh(session, "client", client_id, now=now)


async def withdrawn(session: AsyncSession, *, client_ids: Sequence[int], channel: Channel) -> set[int]:
    """The clients whose newest word about mailings by the channel is no."""
    said = await consents.words_of(session, client_ids=client_ids, channel=channel)
    return {client_id for client_id, state in said.items() if state is ConsentState.WITHDRAWN}


async def _known_at(session: AsyncSession, channel: Channel, address: str, client_id: int | None) -> list[int]:
    """Who is reached at an address, put-away clients too, and whom it was said for."""
    known = set() if client_id is None else {client_id}
    if channel in POINTS:
        known |= await contacts.client_ids_at(session, POINTS[channel], suppression.normalise(channel, address))
    return sorted(known)


def _said(client_id: int, channel: Channel, state: ConsentState, *, how: str, wording: str, now: datetime) -> Consent:
    return Consent(client_id=client_id, channel=channel, state=state, how=how[:200], wording=wording[:1000], at=now)
