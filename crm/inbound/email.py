"""Emails of customers: which conversation and client a mail belongs to, what of it is shown, and what follows from it.

`From:` proves nothing. A mail joins a conversation by our reply address or by answering a Message-ID of ours, both
random; by its sender's address alone it only opens a new one.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from channels.email import authentication
from channels.email.invitations import Method
from channels.email.reading import Completeness, ParsedEmail
from channels.email.subjects import is_answer
from channels.outbox.returned import got_through
from crm import absences, autoreply, contacts, deliveries, invitations, threads
from crm.contacts import BadEmail
from crm.deliveries import NOTHING_KNOWN, Returns
from crm.inbound import wishes
from crm.inbound.known import Begun, Known
from crm.inbound.timeline import (
    RECEIVED,
    Arrival,
    MailFacts,
    columns,
    follow_through,
    latest,
    log,
    received_facts,
)
from crm.interactions import KeptFile, attach
from crm.optout import Wish
from crm.threads import House
from storage.models import Channel, Client, Interaction, InteractionKind, Thread
from storage.queries import arrivals as rows
from storage.queries.arrivals import Conversation
from storage.queries.inbox import among

UNKNOWN_SENDER = "unknown"  # in place of an address, where a mail names nobody or cannot be read
NOWHERE = House()
_SHOWN_PEOPLE = 100

_Row = TypeVar("_Row", Interaction, Thread)


@dataclass(frozen=True)
class Received:
    """A mail, where it came from, and its files, which lie in the store already."""

    email: ParsedEmail
    arrival: Arrival
    files: Sequence[KeptFile] = ()


@dataclass(slots=True)
class _Placed:
    """A mail and where it goes; `at` is when it was said. Without an id it is not written down yet."""

    received: Received
    thread: Conversation
    at: datetime
    facts: MailFacts
    answers: int | None = None  # the marketing delivery it answers
    proven: bool = False  # it surely came from the address it names
    id: int = 0

    @property
    def is_quiet(self) -> bool:
        """Whether all there is to do is to keep it."""
        return self.received.email.invitation is None and (self.received.arrival.history or self.thread.spam)

    @property
    def is_a_persons(self) -> bool:
        """Whether somebody wrote it now, and is who it names: what it asks is obeyed, in a conversation with a spammer too."""
        forged = authentication.is_forged(self.received.email.authentication)
        return not (self.received.arrival.history or self.facts.automatic or forged)


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
    """Puts an email on the timeline. None for reports on our own mail and copies."""
    (kept,) = await receive_emails(
        session, received=[Received(email, arrival, files)], now=now, house=house, returns=returns
    )
    return None if kept is None else await session.get_one(Interaction, kept)


async def receive_emails(
    session: AsyncSession,
    *,
    received: Sequence[Received],
    now: datetime,
    house: House = NOWHERE,
    returns: Returns = NOTHING_KNOWN,
) -> list[int | None]:
    """Puts emails on the timeline, in their order; what is known of them is asked once for all. Their interactions' ids.

    What a machine answered, what came before we read this mailbox and what a known spammer sends is kept quietly: rows
    written together, and nothing else, but that a spammer who wants no more of our mail gets none. Only of the others
    does anything follow, mail by mail.
    """
    await session.flush()
    unit = await session.connection()  # beneath the session: what it adds to a statement is a third of its time
    senders = [_address(one.email) for one in received]
    mails = [(one.email, sender) for one, sender in zip(received, senders, strict=True)]
    known = await Known.of(unit, mails, house=house)
    threads_of = [
        await _thread(session, known, one, sender, returns, now) for one, sender in zip(received, senders, strict=True)
    ]
    wrote = [sender for sender, thread in zip(senders, threads_of, strict=True) if thread is not None]
    await got_through(unit, channel=Channel.EMAIL, addresses=wrote)
    placed = [
        None if thread is None else await _placed(session, known, one, thread)
        for one, thread in zip(received, threads_of, strict=True)
    ]
    await session.flush()
    await _write(unit, [one for one in placed if one is not None], known.begun, now)
    await _what_follows(session, [one for one in placed if one is not None], house, now)
    return [None if one is None else one.id for one in placed]


async def keep_unread(session: AsyncSession, *, raw: KeptFile, arrival: Arrival, now: datetime) -> Interaction:
    """Puts a mail that cannot be read into the tray, with the mail as it came attached: somebody has to look at it."""
    thread = await threads.open_thread(
        session, client_id=None, channel=Channel.EMAIL, address=UNKNOWN_SENDER, subject="", now=now
    )
    thread.assignee_id = arrival.staff_id
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


async def _placed(session: AsyncSession, known: Known, received: Received, thread: Conversation) -> _Placed:
    email, arrival = received.email, received.arrival
    # A sender's clock may be years ahead: what lay in the mailbox was not said after it came.
    at = min(email.date or arrival.received_at, arrival.received_at) if arrival.history else arrival.received_at
    facts = await _facts(session, email, thread.client_id, arrival)
    proven = authentication.is_vouched_for(email.authentication) or known.answers_at(email, thread.address)
    return _Placed(received, thread, at, facts, known.answered_delivery(email), proven)


async def _write(unit: AsyncConnection, placed: Sequence[_Placed], begun: Sequence[Begun], now: datetime) -> None:
    """Conversations, messages and their events, each kind in one statement."""
    went_on: dict[int, datetime] = {}
    for one in placed:
        if one.at > one.thread.last_at:
            one.thread.last_at = one.at
            if one.thread.id:
                went_on[one.thread.id] = one.at
    ids = await rows.add_threads(unit, [_thread_row(one, now) for one in begun])
    for new, number in zip(begun, ids, strict=True):
        new.thread.id = number
    await rows.move_threads(unit, went_on)
    ids = await rows.add_emails(unit, [_email_row(one, now) for one in placed])
    for one, number in zip(placed, ids, strict=True):
        one.id = number
    await rows.add_events(unit, RECEIVED, [_event_row(one, now) for one in placed])


def _thread_row(begun: Begun, now: datetime) -> dict[str, object]:
    thread = begun.thread
    return {
        "client_id": thread.client_id,
        "address": thread.address,
        "name": begun.name[: threads.NAME_LIMIT],
        "subject": begun.subject[: threads.SUBJECT_LIMIT],
        "token": thread.token,
        "created_at": now,
        "last_at": thread.last_at,
        "spam": thread.spam,
        "assignee_id": thread.assignee_id,
    }


def _email_row(placed: _Placed, now: datetime) -> dict[str, object]:
    email = placed.received.email
    return columns(
        client_id=placed.thread.client_id,
        thread_id=placed.thread.id,
        subject=email.subject,
        text=email.new_text,
        quoted=email.quoted,
        message_id=email.message_id,
        arrival=placed.received.arrival,
        at=placed.at,
        now=now,
        mail=placed.facts,
    )


def _event_row(placed: _Placed, now: datetime) -> dict[str, object]:
    return {
        "client_id": placed.thread.client_id,
        "facts": received_facts(placed.id, Channel.EMAIL, automatic=placed.facts.automatic),
        "at": now,
    }


async def _what_follows(session: AsyncSession, placed: Sequence[_Placed], house: House, now: datetime) -> None:
    loud = [one for one in placed if not one.is_quiet]
    messages = await _loaded(session, Interaction, {one.id for one in loud})
    conversations = await _loaded(session, Thread, {one.thread.id for one in loud})
    for one in placed:
        if one.received.files:
            await attach(session, interaction_id=one.id, files=one.received.files, now=now)
        wish = await _obey(session, one, now) if one.is_a_persons else Wish.NONE
        if one.id not in messages:
            continue
        interaction, thread = messages[one.id], conversations[one.thread.id]
        if interaction.invitation is not None:
            await invitations.supersede(session, interaction=interaction, now=now)
        if one.received.arrival.history or thread.spam:
            continue
        if not interaction.automatic:
            await _somebody_wrote(session, one, wish, interaction, thread, house, now)
        elif interaction.returns_at is not None:
            await absences.offer(session, interaction=interaction, now=now)


async def _loaded(session: AsyncSession, kind: type[_Row], ids: Collection[int]) -> dict[int, _Row]:
    """Rows written beside the session, as its objects."""
    if not ids:
        return {}
    query = select(kind).where(among(session, kind.id, ids)).execution_options(populate_existing=True)
    return {one.id: one for one in (await session.execute(query)).scalars()}


async def _somebody_wrote(
    session: AsyncSession,
    placed: _Placed,
    wish: Wish,
    interaction: Interaction,
    thread: Thread,
    house: House,
    now: datetime,
) -> None:
    """A person. What was not sent by who it names is only shown to somebody."""
    email, trusted = placed.received.email, placed.is_a_persons
    if trusted and placed.answers is not None:
        await wishes.credit(session, wish, outbox_id=placed.answers, interaction_id=interaction.id, now=now)
    await follow_through(session, interaction, now, trusted=trusted)
    if trusted:
        await autoreply.answer(session, email=email, interaction=interaction, thread=thread, house=house, now=now)


async def _facts(session: AsyncSession, email: ParsedEmail, client_id: int | None, arrival: Arrival) -> MailFacts:
    # An answer to an invitation is a click, and its note is for the timeline only.
    answers_invitation = email.invitation is not None and email.invitation.method is Method.REPLY
    strange_report = email.is_bounce and client_id is None  # on mail that was not ours; of a client it may be a mistake
    returns_at = None
    if email.absence is not None and email.absence.returns_on is not None:
        client = await session.get(Client, client_id) if client_id is not None else None
        returns_at = await absences.return_moment(
            session, returns_on=email.absence.returns_on, client=client, received_at=arrival.received_at
        )
    return MailFacts(
        mailbox=arrival.mailbox,
        recipients=_recipients(email),
        automatic=email.is_automatic or email.absence is not None or answers_invitation or strange_report,
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


async def _obey(session: AsyncSession, placed: _Placed, now: datetime) -> Wish:
    """STOP and START: the whole new text says it in some words; or the subject, as programs write it for a link.

    A subject counts only of a new mail with nothing in it: of an answer it is ours, of a file it is the file's.
    """
    email, thread = placed.received.email, placed.thread
    words = email.new_text.strip()
    if not (words or email.thread or placed.received.files or is_answer(email.subject)):
        words = email.subject
    client = await session.get(Client, thread.client_id) if thread.client_id is not None else None
    about = {"address": thread.address, "client": client, "text": words, "proven": placed.proven}
    return await wishes.obey(session, channel=Channel.EMAIL, now=now, **about)  # type: ignore[arg-type]


async def _thread(
    session: AsyncSession, known: Known, received: Received, sender: str, returns: Returns, now: datetime
) -> Conversation | None:
    """Where a mail goes; None for a report on our mail, which is taken in at once, and for a copy."""
    email = received.email
    if email.is_bounce:
        came_to = (*email.to, *email.cc, *email.delivered_to)
        reports = email.reports
        news = await deliveries.record_reports(session, reports=reports, came_to=came_to, returns=returns, now=now)
        if news is not None:
            return None
    if known.is_copy(email, sender, files=received.files):
        return None
    thread = await _found(session, known, email, sender, received.arrival)
    if isinstance(thread, int | None):
        thread = _begin(known, thread, sender, received, now)
    known.logged(email, thread, files=received.files)
    return thread


async def _found(
    session: AsyncSession, known: Known, email: ParsedEmail, sender: str, arrival: Arrival
) -> Conversation | int | None:
    """The conversation a mail belongs to, else the client to begin one with, else None: one with a stranger.

    1. Our reply address names a conversation or a delivery, else the Message-IDs it answers do.
    2. The sender is the one we wrote to: it goes on there. Another address of the client's, or nobody we know, gets one
       conversation of its own beside it, with the same client, so that an answer goes to whoever wrote.
    3. The sender is another client, and not the one we wrote to, who may share the address: it is theirs, in a
       conversation of its own.
    4. Nothing named: the client with that address, of several the one most lately in contact, else the tray.
    """
    named, clients = known.named(email), known.clients.get(sender, [])
    if named is not None:
        if named.thread is not None and named.thread.address == sender:
            return named.thread
        if named.client_id is not None and (not clients or named.client_id in {one.id for one in clients}):
            unit = await session.connection()
            beside = await known.beside(unit, named.client_id, sender) if named.thread is not None else None
            silenced = beside is not None and beside.spam and clients  # what a client writes reaches somebody
            return named.client_id if beside is None or silenced else beside
    if clients:
        return latest(clients).id
    return known.stranger(sender, arrival.staff_id)


def _begin(known: Known, client_id: int | None, address: str, received: Received, now: datetime) -> Conversation:
    thread = Conversation(0, client_id, address, threads.new_token(), last_at=now)
    if client_id is None:
        thread.assignee_id = received.arrival.staff_id  # a stranger in somebody's own mailbox is theirs
    known.opened(thread, name=" ".join(received.email.from_name.split()), subject=received.email.subject)
    return thread


def _address(email: ParsedEmail) -> str:
    try:
        return contacts.read_email(email.from_address)
    except BadEmail:
        return email.from_address.strip().lower()[:320] or UNKNOWN_SENDER
