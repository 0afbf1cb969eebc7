"""What customers write to us: found its conversation and its client, put on the timeline, shown to the right colleague.

`From:` proves nothing. A message joins a conversation by our reply address or by answering a Message-ID of ours, both
random; by its sender's address alone it only opens a new one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.email import replies
from channels.email.reading import ParsedEmail
from crm import consent, contacts, deliveries, events, followups, optout, threads, tray
from crm.contacts import BadEmail, BadPhone
from crm.interactions import KeptFile, attach, touch
from crm.worktime import is_away
from storage.models import (
    Channel,
    Client,
    ContactKind,
    Direction,
    Interaction,
    InteractionKind,
    InteractionSource,
    Outbox,
    Role,
    Staff,
    Thread,
)
from storage.queries.contacts import clients_at

TEXT_LIMIT = 100_000
# A flood stands in the timeline or the tray; only its beginning is announced, or nobody would see anything else.
ANNOUNCED_OF_CLIENT = 20
ANNOUNCED_OF_UNKNOWN = 60
ANNOUNCED_WITHIN = timedelta(minutes=10)
_SUBJECT_LIMIT = 500
_ID_LIMIT = 500
_KINDS = {Channel.EMAIL: ContactKind.EMAIL, Channel.SMS: ContactKind.PHONE}


@dataclass(frozen=True)
class Arrival:
    """Where a message came from: its inbox row, when it arrived, and whether it is history read on a first sync."""

    inbox_id: int
    received_at: datetime
    history: bool = False


@dataclass(frozen=True)
class _Named:
    """What a mail itself says it belongs to."""

    client_id: int | None
    thread: Thread | None = None


async def receive_email(
    session: AsyncSession, *, email: ParsedEmail, files: Sequence[KeptFile], arrival: Arrival, now: datetime
) -> Interaction | None:
    """Puts an email on the timeline. `files` lie in the store already. None for reports of delivery and copies.

    What a machine answered, what came before we read this mailbox and what a known spammer sends is kept quietly.
    """
    if email.is_bounce:
        await deliveries.record_reports(session, reports=email.reports, now=now)
        return None
    sender = _address(email)
    if await _is_copy(session, email, sender):
        return None
    thread = await _email_thread(session, email, sender, now)
    trimmed = replies.trim(email.text)
    interaction = await _log(
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
        await _follow_through(session, interaction, now)
    return interaction


async def receive_sms(
    session: AsyncSession, *, fields: Mapping[str, str], arrival: Arrival, now: datetime
) -> Interaction:
    """Puts an SMS (Twilio's fields) on the timeline; STOP and START are obeyed before anything else."""
    number = _number(fields["From"])
    client = await _client_at(session, Channel.SMS, number)
    text = fields.get("Body", "")
    if optout.means_stop(text) or fields.get("OptOutType") == "STOP":
        await consent.stop(
            session,
            channel=Channel.SMS,
            address=number,
            client_id=client.id if client else None,
            wording=text,
            now=now,
        )
    elif optout.means_start(text) or fields.get("OptOutType") == "START":
        await consent.start(
            session,
            channel=Channel.SMS,
            address=number,
            client_id=client.id if client else None,
            wording=text,
            now=now,
        )
    thread = await threads.sms_thread(session, client_id=client.id if client else None, number=number, now=now)
    interaction = await _log(
        session,
        thread=thread,
        kind=InteractionKind.SMS,
        text=text,
        message_id=fields.get("MessageSid", ""),
        arrival=arrival,
        at=arrival.received_at,
        now=now,
    )
    if not thread.spam:
        await _follow_through(session, interaction, now)
    return interaction


async def readers(session: AsyncSession, *, client: Client | None, now: datetime) -> Sequence[Staff]:
    """Whom a customer's message is shown to: the owner or their stand-in; nobody's goes to managers and admins."""
    owner = await session.get(Staff, client.owner_id) if client is not None and client.owner_id else None
    if owner is not None and is_away(owner, now) and owner.stand_in_id is not None:
        stand_in = await session.get_one(Staff, owner.stand_in_id)
        owner = owner if is_away(stand_in, now) else stand_in
    if owner is not None and owner.active and owner.telegram_id is not None:
        return [owner]
    query = (
        select(Staff)
        .where(Staff.active.is_(True), Staff.telegram_id.is_not(None), Staff.role.in_((Role.MANAGER, Role.ADMIN)))
        .order_by(Staff.id)
    )
    return (await session.execute(query)).scalars().all()


async def _log(
    session: AsyncSession,
    *,
    thread: Thread,
    kind: InteractionKind,
    text: str,
    message_id: str,
    arrival: Arrival,
    at: datetime,
    now: datetime,
    subject: str = "",
    quoted: str = "",
) -> Interaction:
    interaction = Interaction(
        client_id=thread.client_id,
        kind=kind,
        direction=Direction.IN,
        subject=subject[:_SUBJECT_LIMIT],
        text=text[:TEXT_LIMIT],
        quoted=quoted[:TEXT_LIMIT],
        source=InteractionSource.CHANNEL,
        thread_id=thread.id,
        message_id=message_id[:_ID_LIMIT] or None,
        inbox_id=arrival.inbox_id,
        at=at,
        created_at=now,
    )
    session.add(interaction)
    thread.last_at = max(thread.last_at, at)
    await session.flush()
    events.record(
        session,
        "message.received",
        now=now,
        client_id=thread.client_id,
        interaction_id=interaction.id,
        channel=thread.channel.value,
    )
    return interaction


async def _follow_through(session: AsyncSession, interaction: Interaction, now: datetime) -> None:
    """A person wrote to us: the client was in contact, what waited for an answer is due, somebody is told."""
    client = await session.get(Client, interaction.client_id) if interaction.client_id is not None else None
    if client is not None:
        touch(client, at=interaction.at, kind=interaction.kind)
        await followups.answered(session, client_id=client.id, now=now)
    if await _is_flood(session, interaction, now):
        return
    for staff in await readers(session, client=client, now=now):
        await tray.announce(session, interaction=interaction, to=staff, now=now)
    await session.flush()


async def _is_flood(session: AsyncSession, interaction: Interaction, now: datetime) -> bool:
    """Whether more came from the client, or from all unknown senders together, than anybody reads one by one."""
    most = ANNOUNCED_OF_UNKNOWN if interaction.client_id is None else ANNOUNCED_OF_CLIENT
    query = (
        select(Interaction.id)
        .where(
            Interaction.client_id == interaction.client_id,
            Interaction.at > now - ANNOUNCED_WITHIN,
            Interaction.source == InteractionSource.CHANNEL,
            Interaction.direction == Direction.IN,
        )
        .limit(most + 1)
    )
    return len((await session.execute(query)).all()) > most


async def _email_thread(session: AsyncSession, email: ParsedEmail, sender: str, now: datetime) -> Thread:
    """The conversation a mail belongs to.

    1. Our reply address names a conversation, else the Message-IDs it answers do.
    2. The sender is the one we wrote to, or nobody we know: it goes on there. A stranger gets a conversation of their
       own beside it, with the same client, so that an answer goes to whoever wrote.
    3. The sender is another client: it is theirs, in a conversation of its own.
    4. Nothing named: the client with that address, else the tray.
    """
    named = await _named(session, email)
    known = await _client_at(session, Channel.EMAIL, sender)
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


async def _client_at(session: AsyncSession, channel: Channel, address: str) -> Client | None:
    """The client reached there; of several, the one most lately in contact."""
    found = [client for _, client in await clients_at(session, _KINDS[channel], [address])]
    return max(
        found,
        key=lambda client: (
            client.last_contact_at is not None,
            client.last_contact_at or client.created_at,
            -client.id,
        ),
        default=None,
    )


async def _is_copy(session: AsyncSession, email: ParsedEmail, sender: str) -> bool:
    """Whether this very message is on the timeline: fetched again from a mailbox numbered anew, or our own, back in a copy."""
    if not email.message_id:
        return False
    query = (
        select(Thread.address, Interaction.direction)
        .join(Thread, Thread.id == Interaction.thread_id)
        .where(Interaction.message_id == email.message_id[:_ID_LIMIT])
    )
    return any(address == sender or direction is Direction.OUT for address, direction in await session.execute(query))


def _address(email: ParsedEmail) -> str:
    try:
        return contacts.read_email(email.from_address)
    except BadEmail:
        return email.from_address.strip().lower()[:320] or "unknown"


def _number(text: str) -> str:
    try:
        return contacts.read_phone(text, region=None)
    except BadPhone:
        return text[:60]  # a short code, or a sender's name
