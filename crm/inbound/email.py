"""Emails of customers: which conversation and client a mail belongs to, and what of it is shown.

`From:` proves nothing. A mail joins a conversation by our reply address or by answering a Message-ID of ours, both
random; by its sender's address alone it only opens a new one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.email import replies
from channels.email.reading import ParsedEmail
from channels.outbox.returned import got_through
from crm import contacts, deliveries, threads
from crm.contacts import BadEmail
from crm.deliveries import NOTHING_KNOWN, Returns
from crm.inbound.timeline import ID_LIMIT, Arrival, client_at, follow_through, log
from crm.interactions import KeptFile, attach
from storage.models import (
    Channel,
    Direction,
    Interaction,
    InteractionKind,
    Outbox,
    Thread,
)


@dataclass(frozen=True)
class _Named:
    """What a mail itself says it belongs to."""

    client_id: int | None
    thread: Thread | None = None


async def receive_email(
    session: AsyncSession,
    *,
    email: ParsedEmail,
    files: Sequence[KeptFile],
    arrival: Arrival,
    now: datetime,
    returns: Returns = NOTHING_KNOWN,
) -> Interaction | None:
    """Puts an email on the timeline. `files` lie in the store already. None for reports of delivery and copies.

    What a machine answered, what came before we read this mailbox and what a known spammer sends is kept quietly.
    """
    if email.is_bounce:
        came_to = (*email.to, *email.cc, *email.delivered_to)
        await deliveries.record_reports(session, reports=email.reports, came_to=came_to, returns=returns, now=now)
        return None
    sender = _address(email)
    if await _is_copy(session, email, sender):
        return None
    await got_through(session, channel=Channel.EMAIL, address=sender)
    thread = await _email_thread(session, email, sender, now)
    trimmed = replies.trim(email.text)
    interaction = await log(
        session,
        thread=thread,
        kind=InteractionKind.EMAIL,
        subject=email.subject,
        text=trimmed.new,
        quoted=trimmed.quoted,
        message_id=email.message_id,
        arrival=arrival,
        at=(email.date or arrival.received_at) if arrival.history else arrival.received_at,
        now=now,
    )
    await attach(session, interaction_id=interaction.id, files=files, now=now)
    if not (email.is_automatic or arrival.history or thread.spam):
        await follow_through(session, interaction, now)
    return interaction


async def _email_thread(session: AsyncSession, email: ParsedEmail, sender: str, now: datetime) -> Thread:
    """The conversation a mail belongs to.

    1. Our reply address names a conversation, else the Message-IDs it answers do.
    2. The sender is the one we wrote to, or nobody we know: it goes on there. A stranger gets a conversation of their
       own beside it, with the same client, so that an answer goes to whoever wrote.
    3. The sender is another client: it is theirs, in a conversation of its own.
    4. Nothing named: the client with that address, else the tray.
    """
    named = await _named(session, email)
    known = await client_at(session, Channel.EMAIL, sender)
    if named is not None:
        if named.thread is not None and named.thread.address == sender:
            return named.thread
        if known is None or known.id == named.client_id:
            return await _open(session, named.client_id, sender, email, now)
    if known is not None:
        return await _open(session, known.id, sender, email, now)
    query = (
        select(Thread)
        .where(Thread.channel == Channel.EMAIL, Thread.address == sender, Thread.client_id.is_(None))
        .order_by(Thread.id.desc())
        .limit(1)
    )
    earlier = (await session.execute(query)).scalar_one_or_none()
    return earlier or await _open(session, None, sender, email, now)


async def _named(session: AsyncSession, email: ParsedEmail) -> _Named | None:
    for address in (*email.to, *email.cc, *email.delivered_to):
        token = threads.token_of(address)
        thread = await threads.by_token(session, token) if token else None
        if thread is not None:
            return _Named(thread.client_id, thread)
    for identifier in email.thread:
        query = (
            select(Thread)
            .join(Interaction, Interaction.thread_id == Thread.id)
            .where(Interaction.message_id == identifier)
            .order_by(Interaction.id.desc())
            .limit(1)
        )
        thread = (await session.execute(query)).scalar_one_or_none()
        if thread is not None:
            return _Named(thread.client_id, thread)
        mailed = select(Outbox.client_id).where(Outbox.message_id == identifier, Outbox.client_id.is_not(None)).limit(1)
        client_id = (await session.execute(mailed)).scalar_one_or_none()
        if client_id is not None:
            return _Named(client_id)  # an answer to a mailing: no conversation yet, but we know whom we wrote to
    return None


async def _open(
    session: AsyncSession, client_id: int | None, address: str, email: ParsedEmail, now: datetime
) -> Thread:
    return await threads.open_thread(
        session,
        client_id=client_id,
        channel=Channel.EMAIL,
        address=address,
        subject=email.subject,
        name=" ".join(email.from_name.split()),
        now=now,
    )


async def _is_copy(session: AsyncSession, email: ParsedEmail, sender: str) -> bool:
    """Whether this very message is on the timeline: fetched again from a mailbox numbered anew, or our own, back in a copy."""
    if not email.message_id:
        return False
    query = (
        select(Thread.address, Interaction.direction)
        .join(Thread, Thread.id == Interaction.thread_id)
        .where(Interaction.message_id == email.message_id[:ID_LIMIT])
    )
    return any(address == sender or direction is Direction.OUT for address, direction in await session.execute(query))


def _address(email: ParsedEmail) -> str:
    try:
        return contacts.read_email(email.from_address)
    except BadEmail:
        return email.from_address.strip().lower()[:320] or "unknown"
