"""Emails of customers: which conversation and client a mail belongs to, what of it is shown, and what follows from it.

`From:` proves nothing. A mail joins a conversation by our reply address or by answering a Message-ID of ours, both
random; by its sender's address alone it only opens a new one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from channels.email import authentication
from channels.email.invitations import Method
from channels.email.reading import Completeness, ParsedEmail
from channels.outbox.returned import got_through
from crm import absences, autoreply, contacts, deliveries, invitations, threads
from crm.contacts import BadEmail
from crm.deliveries import NOTHING_KNOWN, Returns
from crm.inbound import wishes
from crm.inbound.known import Known
from crm.inbound.timeline import Arrival, MailFacts, entry, follow_through, log, record
from crm.interactions import KeptFile, attach
from crm.optout import Wish
from crm.threads import House
from storage.models import Channel, Client, Interaction, InteractionKind, Thread

UNKNOWN_SENDER = "unknown"  # in place of an address, where a mail names nobody or cannot be read
NOWHERE = House()
_SHOWN_PEOPLE = 100


@dataclass(frozen=True)
class Received:
    """A mail, where it came from, and its files, which lie in the store already."""

    email: ParsedEmail
    arrival: Arrival
    files: Sequence[KeptFile] = ()


@dataclass(frozen=True)
class _Placed:
    received: Received
    thread: Thread
    interaction: Interaction
    answers: int | None = None  # the marketing delivery it answers


async def receive_email(
    session: AsyncSession,
    *,
    email: ParsedEmail,
    files: Sequence[KeptFile],
    arrival: Arrival,
    now: datetime,
    house: House = NOWHERE,
    returns: Returns = NOTHING_KNOWN,
) -> Interaction | None:
    """Puts an email on the timeline. None for reports of delivery and copies."""
    (interaction,) = await receive_emails(
        session, received=[Received(email, arrival, files)], now=now, house=house, returns=returns
    )
    return interaction


async def receive_emails(
    session: AsyncSession,
    *,
    received: Sequence[Received],
    now: datetime,
    house: House = NOWHERE,
    returns: Returns = NOTHING_KNOWN,
) -> list[Interaction | None]:
    """Puts emails on the timeline, in their order; what is known of them is asked once for all.

    What a machine answered, what came before we read this mailbox and what a known spammer sends is kept quietly.
    """
    senders = [_address(one.email) for one in received]
    known = await Known.of(session, [(one.email, sender) for one, sender in zip(received, senders, strict=True)])
    threads_of = [
        await _thread(session, known, one, sender, returns, now) for one, sender in zip(received, senders, strict=True)
    ]
    wrote = [sender for sender, thread in zip(senders, threads_of, strict=True) if thread is not None]
    await got_through(session, channel=Channel.EMAIL, addresses=wrote)
    await session.flush()
    placed = [
        None
        if thread is None
        else _Placed(one, thread, await _entry(session, one, thread, now), known.answered_delivery(one.email))
        for one, thread in zip(received, threads_of, strict=True)
    ]
    session.add_all([one.interaction for one in placed if one is not None])
    await session.flush()
    for one in placed:
        if one is not None:
            record(session, one.interaction, one.thread, now)
            await _what_follows(session, one, house, now)
    return [None if one is None else one.interaction for one in placed]


async def keep_unread(session: AsyncSession, *, raw: KeptFile, arrival: Arrival, now: datetime) -> Interaction:
    """Puts a mail that cannot be read into the tray, with the mail as it came attached: somebody has to look at it."""
    thread = _begin(session, None, UNKNOWN_SENDER, ParsedEmail(), arrival, now)
    await session.flush()
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


async def _entry(session: AsyncSession, received: Received, thread: Thread, now: datetime) -> Interaction:
    email, arrival = received.email, received.arrival
    return entry(
        thread=thread,
        kind=InteractionKind.EMAIL,
        subject=email.subject,
        text=email.new_text,
        quoted=email.quoted,
        message_id=email.message_id,
        arrival=arrival,
        at=(email.date or arrival.received_at) if arrival.history else arrival.received_at,
        now=now,
        mail=await _facts(session, email, thread, arrival),
    )


async def _what_follows(session: AsyncSession, placed: _Placed, house: House, now: datetime) -> None:
    email, thread, interaction = placed.received.email, placed.thread, placed.interaction
    if placed.received.files:
        await attach(session, interaction_id=interaction.id, files=placed.received.files, now=now)
    if email.invitation is not None:
        await invitations.supersede(session, interaction=interaction, now=now)
    if placed.received.arrival.history or thread.spam:
        return
    if not interaction.automatic:
        await _somebody_wrote(session, placed, house, now)
    elif interaction.returns_at is not None:
        await absences.offer(session, interaction=interaction, now=now)


async def _somebody_wrote(session: AsyncSession, placed: _Placed, house: House, now: datetime) -> None:
    """A person. What was not sent by who it names is only shown to somebody."""
    email, thread, interaction = placed.received.email, placed.thread, placed.interaction
    trusted = not authentication.is_forged(email.authentication)
    if trusted:
        wish = await _obey(session, email, thread, now)
        if placed.answers is not None:
            await wishes.credit(session, wish, outbox_id=placed.answers, interaction_id=interaction.id, now=now)
    await follow_through(session, interaction, now, trusted=trusted)
    if trusted:
        await autoreply.answer(session, email=email, interaction=interaction, thread=thread, house=house, now=now)


async def _facts(session: AsyncSession, email: ParsedEmail, thread: Thread, arrival: Arrival) -> MailFacts:
    # An answer to an invitation is a click, and its note is for the timeline only.
    answers_invitation = email.invitation is not None and email.invitation.method is Method.REPLY
    returns_at = None
    if email.absence is not None and email.absence.returns_on is not None:
        client = await session.get(Client, thread.client_id) if thread.client_id is not None else None
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


async def _obey(session: AsyncSession, email: ParsedEmail, thread: Thread, now: datetime) -> Wish:
    """STOP and START: the whole new text says it in some words; or the subject of an empty mail, as programs write it for a link."""
    words = email.new_text.strip() or email.subject
    client = await session.get(Client, thread.client_id) if thread.client_id is not None else None
    return await wishes.obey(session, channel=Channel.EMAIL, address=thread.address, client=client, text=words, now=now)


async def _thread(
    session: AsyncSession, known: Known, received: Received, sender: str, returns: Returns, now: datetime
) -> Thread | None:
    """Where a mail goes; None for a report, which is taken in at once, and for a copy."""
    email = received.email
    if email.is_bounce:
        came_to = (*email.to, *email.cc, *email.delivered_to)
        await deliveries.record_reports(session, reports=email.reports, came_to=came_to, returns=returns, now=now)
        return None
    if known.is_copy(email, sender):
        return None
    thread = _found(known, email, sender, received.arrival)
    if isinstance(thread, int | None):
        thread = _begin(session, thread, sender, email, received.arrival, now)
        known.opened(thread)
    known.logged(email, thread)
    return thread


def _found(known: Known, email: ParsedEmail, sender: str, arrival: Arrival) -> Thread | int | None:
    """The conversation a mail belongs to, else the client to begin one with, else None: one with a stranger.

    1. Our reply address names a conversation, else the Message-IDs it answers do.
    2. The sender is the one we wrote to, or nobody we know: it goes on there. A stranger gets a conversation of their
       own beside it, with the same client, so that an answer goes to whoever wrote.
    3. The sender is another client: it is theirs, in a conversation of its own.
    4. Nothing named: the client with that address, else the tray.
    """
    named, client = known.named(email), known.clients.get(sender)
    if named is not None:
        if named.thread is not None and named.thread.address == sender:
            return named.thread
        if client is None or client.id == named.client_id:
            return named.client_id
    if client is not None:
        return client.id
    return known.stranger(sender, arrival.staff_id)


def _begin(
    session: AsyncSession, client_id: int | None, address: str, email: ParsedEmail, arrival: Arrival, now: datetime
) -> Thread:
    thread = threads.new_thread(
        client_id=client_id,
        channel=Channel.EMAIL,
        address=address,
        subject=email.subject,
        name=" ".join(email.from_name.split()),
        now=now,
    )
    if client_id is None:
        thread.assignee_id = arrival.staff_id  # a stranger in somebody's own mailbox is theirs
    session.add(thread)
    return thread


def _address(email: ParsedEmail) -> str:
    try:
        return contacts.read_email(email.from_address)
    except BadEmail:
        return email.from_address.strip().lower()[:320] or UNKNOWN_SENDER
