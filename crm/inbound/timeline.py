"""What every message of a customer goes through: onto the timeline, to the follow-ups that waited, to who reads it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Final, Protocol, TypeVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm import events, followups, tray
from crm.conversations import answers_customers
from crm.interactions import touch
from crm.worktime import is_away
from storage.models import (
    Channel,
    Client,
    ContactKind,
    Direction,
    Interaction,
    InteractionKind,
    InteractionSource,
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
ID_LIMIT = 500
RECEIVED: Final = "message.received"
KINDS = {Channel.EMAIL: ContactKind.EMAIL, Channel.SMS: ContactKind.PHONE}


@dataclass(frozen=True)
class Arrival:
    """Where a message came from: its inbox row, when it arrived, and whether it is history read on a first sync.

    An email also came by a mailbox; a personal one is `staff_id`'s. `truncated`: it was too large to be fetched whole.
    """

    inbox_id: int
    received_at: datetime
    history: bool = False
    mailbox: str | None = None
    staff_id: int | None = None
    truncated: bool = False


@dataclass(frozen=True)
class MailFacts:
    """What is kept of an email besides what every message has; the columns of the same names."""

    mailbox: str | None = None
    recipients: dict[str, Any] | None = None
    automatic: bool = False
    returns_at: datetime | None = None
    invitation: dict[str, Any] | None = None
    authentication: str = ""
    damaged: bool = False


_NO_MAIL = MailFacts()
_MAIL_COLUMNS: Final = tuple(one.name for one in fields(MailFacts))


async def log(
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
    mail: MailFacts = _NO_MAIL,
) -> Interaction:
    """Puts a message on the timeline, with its event."""
    interaction = entry(
        thread=thread,
        kind=kind,
        text=text,
        message_id=message_id,
        arrival=arrival,
        at=at,
        now=now,
        subject=subject,
        quoted=quoted,
        mail=mail,
    )
    session.add(interaction)
    await session.flush()
    record(session, interaction, thread, now)
    return interaction


def entry(
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
    mail: MailFacts = _NO_MAIL,
) -> Interaction:
    """A received message as the timeline keeps it; the thread's last moment follows."""
    thread.last_at = max(thread.last_at, at)
    return Interaction(
        kind=kind,
        direction=Direction.IN,
        source=InteractionSource.CHANNEL,
        **columns(
            client_id=thread.client_id,
            thread_id=thread.id,
            text=text,
            message_id=message_id,
            arrival=arrival,
            at=at,
            now=now,
            subject=subject,
            quoted=quoted,
            mail=mail,
        ),
    )


def columns(
    *,
    client_id: int | None,
    thread_id: int,
    text: str,
    message_id: str,
    arrival: Arrival,
    at: datetime,
    now: datetime,
    subject: str,
    quoted: str,
    mail: MailFacts,
) -> dict[str, Any]:
    """The row of a received message, besides what is the same for all that came by its channel."""
    return {
        "client_id": client_id,
        "subject": subject[:_SUBJECT_LIMIT],
        "text": text[:TEXT_LIMIT],
        "quoted": quoted[:TEXT_LIMIT],
        "thread_id": thread_id,
        "message_id": message_id[:ID_LIMIT] or None,
        "inbox_id": arrival.inbox_id,
        "at": at,
        "created_at": now,
        **{name: getattr(mail, name) for name in _MAIL_COLUMNS},
    }


def record(session: AsyncSession, interaction: Interaction, thread: Thread, now: datetime) -> None:
    """The event of a message that came in."""
    facts = received_facts(interaction.id, thread.channel, automatic=interaction.automatic)
    events.record(session, RECEIVED, now=now, client_id=thread.client_id, staff_id=None, **facts)


def received_facts(interaction_id: int, channel: Channel, *, automatic: bool) -> dict[str, Any]:
    """What the event of a message that came in says."""
    return {"interaction_id": interaction_id, "channel": channel.value, "automatic": automatic}


async def follow_through(
    session: AsyncSession, interaction: Interaction, now: datetime, *, trusted: bool = True
) -> None:
    """A person wrote to us: the client was in contact, what waited for an answer is due, somebody is told.

    What was not sent by who it names (`trusted` False) is only told.
    """
    client = await session.get(Client, interaction.client_id) if interaction.client_id is not None else None
    if client is not None and trusted:
        touch(client, at=interaction.at, kind=interaction.kind)
        await followups.answered(session, client_id=client.id, now=now)
    thread = await session.get(Thread, interaction.thread_id) if interaction.thread_id is not None else None
    if thread is not None and thread.dismissed_at is not None:
        if client is None:
            return
        thread.dismissed_at = None  # it was not ours, but now somebody we know goes on
    if await _is_flood(session, interaction, now):
        return
    for staff in await readers(session, client=client, thread=thread, now=now):
        await tray.announce(session, interaction=interaction, to=staff, now=now)
    await session.flush()


async def readers(
    session: AsyncSession, *, client: Client | None, now: datetime, thread: Thread | None = None
) -> Sequence[Staff]:
    """Whom a customer's message is shown to: who was given the conversation, else the owner or their stand-in.

    Nobody's goes to managers and admins.
    """
    given_to = await session.get(Staff, thread.assignee_id) if thread is not None and thread.assignee_id else None
    if given_to is not None and answers_customers(given_to) and not is_away(given_to, now):
        return [given_to]
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


async def _is_flood(session: AsyncSession, interaction: Interaction, now: datetime) -> bool:
    """Whether more came from the client, or from all unknown senders together, than anybody reads one by one."""
    most = ANNOUNCED_OF_UNKNOWN if interaction.client_id is None else ANNOUNCED_OF_CLIENT
    query = (
        select(Interaction.id)
        .where(
            Interaction.client_id == interaction.client_id,
            Interaction.id <= interaction.id,  # of mails taken in together, those before it
            Interaction.at > now - ANNOUNCED_WITHIN,
            Interaction.source == InteractionSource.CHANNEL,
            Interaction.direction == Direction.IN,
        )
        .limit(most + 1)
    )
    return len((await session.execute(query)).all()) > most


async def client_at(session: AsyncSession, channel: Channel, address: str) -> Client | None:
    """The client reached there; of several, the one most lately in contact."""
    found = [client for _, client in await clients_at(session, KINDS[channel], [address])]
    return latest(found) if found else None


class InContact(Protocol):
    """A client as far as `latest` looks at it."""

    @property
    def id(self) -> int: ...
    @property
    def last_contact_at(self) -> datetime | None: ...
    @property
    def created_at(self) -> datetime: ...


_InContact = TypeVar("_InContact", bound=InContact)


def latest(clients: Sequence[_InContact]) -> _InContact:
    """Of several clients at one address the one most lately in contact."""
    return max(
        clients,
        key=lambda client: (
            client.last_contact_at is not None,
            client.last_contact_at or client.created_at,
            -client.id,
        ),
    )
