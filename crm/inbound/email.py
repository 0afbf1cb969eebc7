"""Emails of customers: which conversation and client a mail belongs to, what of it is shown, and what follows from it.

`From:` proves nothing. A mail joins a conversation by our reply address or by answering a Message-ID of ours, both
random; by its sender's address alone it only opens a new one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.email import authentication
from channels.email.invitations import Method
from channels.email.reading import Completeness, ParsedEmail
from crm import absences, autoreply, consent, contacts, deliveries, invitations, optout, threads
from crm.contacts import BadEmail
from crm.inbound.timeline import ID_LIMIT, Arrival, MailFacts, client_at, follow_through, log
from crm.interactions import KeptFile, attach
from crm.threads import House
from storage.models import (
    Channel,
    Client,
    Direction,
    Interaction,
    InteractionKind,
    Outbox,
    Thread,
)

UNKNOWN_SENDER = "unknown"  # in place of an address, where a mail names nobody or cannot be read
NOWHERE = House()
_SHOWN_PEOPLE = 100


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
    house: House = NOWHERE,
) -> Interaction | None:
    """Puts an email on the timeline. `files` lie in the store already.

    None for reports of delivery and copies. What a machine answered, what came before we read this mailbox and what a
    known spammer sends is kept quietly.
    """
    if email.is_bounce:
        await deliveries.record_reports(session, reports=email.reports, now=now)
        return None
    sender = _address(email)
    if await _is_copy(session, email, sender):
        return None
    thread = await _email_thread(session, email, sender, arrival, now)
    client = await session.get(Client, thread.client_id) if thread.client_id is not None else None
    interaction = await log(
        session,
        thread=thread,
        kind=InteractionKind.EMAIL,
        subject=email.subject,
        text=email.new_text,
        quoted=email.quoted,
        message_id=email.message_id,
        arrival=arrival,
        at=(email.date or arrival.received_at) if arrival.history else arrival.received_at,
        now=now,
        mail=await _facts(session, email, client, arrival),
    )
    await attach(session, interaction_id=interaction.id, files=files, now=now)
    if email.invitation is not None:
        await invitations.supersede(session, interaction=interaction, now=now)
    if arrival.history or thread.spam:
        return interaction
    if not interaction.automatic:
        await _what_follows(session, email, interaction, thread, house, now)
    elif interaction.returns_at is not None:
        await absences.offer(session, interaction=interaction, now=now)
    return interaction


async def keep_unread(session: AsyncSession, *, raw: KeptFile, arrival: Arrival, now: datetime) -> Interaction:
    """Puts a mail that cannot be read into the tray, with the mail as it came attached: somebody has to look at it."""
    thread = await _open(session, None, UNKNOWN_SENDER, ParsedEmail(), arrival, now)
    interaction = await log(
        session,
        thread=thread,
        kind=InteractionKind.EMAIL,
        text="",
        message_id="",
        arrival=arrival,
        at=arrival.received_at,
        now=now,
        mail=MailFacts(mailbox=arrival.mailbox, damaged=True),
    )
    await attach(session, interaction_id=interaction.id, files=[raw], now=now)
    await follow_through(session, interaction, now)
    return interaction


async def _what_follows(
    session: AsyncSession, email: ParsedEmail, interaction: Interaction, thread: Thread, house: House, now: datetime
) -> None:
    """A person wrote. What was not sent by who it names is only shown to somebody."""
    trusted = not authentication.is_forged(email.authentication)
    if trusted and _asks_to_stop(email):
        await consent.stop(
            session,
            channel=Channel.EMAIL,
            address=thread.address,
            client_id=thread.client_id,
            wording=email.new_text or email.subject,
            now=now,
        )
    await follow_through(session, interaction, now, trusted=trusted)
    if trusted:
        await autoreply.answer(session, email=email, interaction=interaction, thread=thread, house=house, now=now)


async def _facts(session: AsyncSession, email: ParsedEmail, client: Client | None, arrival: Arrival) -> MailFacts:
    # An answer to an invitation is a click, and its note is for the timeline only.
    answers_invitation = email.invitation is not None and email.invitation.method is Method.REPLY
    returns_at = None
    if email.absence is not None and email.absence.returns_on is not None:
        returns_at = await absences.return_moment(
            session, returns_on=email.absence.returns_on, client=client, received_at=arrival.received_at
        )
    return MailFacts(
        mailbox=arrival.mailbox,
        recipients=_recipients(email),
        automatic=email.is_automatic or email.absence is not None or answers_invitation,
        returns_at=returns_at,
        invitation=None if email.invitation is None else asdict(email.invitation),
        authentication=email.authentication,
        damaged=email.completeness is not Completeness.FULL or arrival.truncated,
    )


def _recipients(email: ParsedEmail) -> dict[str, object]:
    def people(addresses: Sequence[str]) -> list[list[str]]:
        return [[address, email.names.get(address, "")] for address in addresses[:_SHOWN_PEOPLE]]

    return {
        "from": email.from_address,
        "from_name": email.from_name,
        "to": people(email.to),
        "cc": people(email.cc),
        "reply_to": email.reply_to,
    }


def _asks_to_stop(email: ParsedEmail) -> bool:
    """The whole new text says STOP in some words; or, as mail programs write it for a link, the subject of an empty mail."""
    text = email.new_text.strip()
    return optout.means_stop(text or email.subject)


async def _email_thread(
    session: AsyncSession, email: ParsedEmail, sender: str, arrival: Arrival, now: datetime
) -> Thread:
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
            return await _open(session, named.client_id, sender, email, arrival, now)
    if known is not None:
        return await _open(session, known.id, sender, email, arrival, now)
    query = (
        select(Thread)
        .where(Thread.channel == Channel.EMAIL, Thread.address == sender, Thread.client_id.is_(None))
        .order_by(Thread.id.desc())
        .limit(1)
    )
    if arrival.staff_id is not None:
        query = query.where(Thread.assignee_id == arrival.staff_id)
    earlier = (await session.execute(query)).scalar_one_or_none()
    return earlier or await _open(session, None, sender, email, arrival, now)


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
    session: AsyncSession, client_id: int | None, address: str, email: ParsedEmail, arrival: Arrival, now: datetime
) -> Thread:
    thread = await threads.open_thread(
        session,
        client_id=client_id,
        channel=Channel.EMAIL,
        address=address,
        subject=email.subject,
        name=" ".join(email.from_name.split()),
        now=now,
    )
    if client_id is None:
        thread.assignee_id = arrival.staff_id  # a stranger in somebody's own mailbox is theirs
    return thread


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
        return email.from_address.strip().lower()[:320] or UNKNOWN_SENDER
