"""Statements for many received messages at once: what is known of them, and their rows written together.

Plain rows, no objects: a mailbox read for the first time brings tens of thousands.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import (
    Channel,
    Client,
    ContactKind,
    ContactPoint,
    Direction,
    DomainEvent,
    Interaction,
    Outbox,
    Thread,
)
from storage.queries.inbox import among

_THREAD: Final = (
    Thread.id,
    Thread.client_id,
    Thread.address,
    Thread.token,
    Thread.last_at,
    Thread.spam,
    Thread.assignee_id,
)


@dataclass(slots=True)
class Conversation:
    """A conversation as far as putting mails into it needs. Without an id it is not written down yet."""

    id: int
    client_id: int | None
    address: str
    token: str
    last_at: datetime
    spam: bool = False
    assignee_id: int | None = None


@dataclass(frozen=True, slots=True)
class Sender:
    """A client at an address."""

    id: int
    last_contact_at: datetime | None
    created_at: datetime


async def by_token(session: AsyncSession, tokens: Collection[str]) -> list[Conversation]:
    """Conversations by the tokens of their reply addresses."""
    query = select(*_THREAD).where(among(session, Thread.token, tokens))
    return [Conversation(*row) for row in await session.execute(query)]


async def by_message(
    session: AsyncSession, identifiers: Collection[str]
) -> list[tuple[str, Direction | None, Conversation]]:
    """The messages of conversations with these identifiers, in the order they came in."""
    query = (
        select(Interaction.message_id, Interaction.direction, *_THREAD)
        .join(Thread, Thread.id == Interaction.thread_id)
        .where(among(session, Interaction.message_id, identifiers))
        .order_by(Interaction.id)
    )
    return [(row[0] or "", row[1], Conversation(*row[2:])) for row in await session.execute(query)]


async def mailed(session: AsyncSession, identifiers: Collection[str]) -> list[tuple[str, int]]:
    """What we sent under these identifiers, and the clients it went to."""
    query = select(Outbox.message_id, Outbox.client_id).where(
        among(session, Outbox.message_id, identifiers), Outbox.client_id.is_not(None)
    )
    return [(identifier or "", client_id or 0) for identifier, client_id in await session.execute(query)]


async def senders(session: AsyncSession, kind: ContactKind, addresses: Collection[str]) -> list[tuple[str, Sender]]:
    """Live clients reached at these addresses."""
    query = (
        select(ContactPoint.value, Client.id, Client.last_contact_at, Client.created_at)
        .join(Client, Client.id == ContactPoint.client_id)
        .where(
            ContactPoint.kind == kind,
            among(session, ContactPoint.value, addresses),
            Client.archived_at.is_(None),
        )
        .order_by(Client.id)
    )
    return [(row[0], Sender(*row[1:])) for row in await session.execute(query)]


async def with_strangers(session: AsyncSession, channel: Channel, addresses: Collection[str]) -> list[Conversation]:
    """Conversations with these addresses that are no client's, the oldest first."""
    query = (
        select(*_THREAD)
        .where(Thread.channel == channel, among(session, Thread.address, addresses), Thread.client_id.is_(None))
        .order_by(Thread.id)
    )
    return [Conversation(*row) for row in await session.execute(query)]


async def add_threads(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """New conversations' ids by token."""
    if not rows:
        return {}
    statement = insert(Thread.__table__).returning(Thread.token, Thread.id)  # type: ignore[arg-type]
    found = await (await session.connection()).execute(statement, [dict(row) for row in rows])
    return {row[0]: row[1] for row in found}


async def move_threads(session: AsyncSession, last_at: Mapping[int, datetime]) -> None:
    """Conversations went on."""
    if last_at:
        table: Any = Thread.__table__
        statement = update(table).where(table.c.id == bindparam("thread")).values(last_at=bindparam("moment"))
        rows = [{"thread": thread_id, "moment": moment} for thread_id, moment in last_at.items()]
        await (await session.connection()).execute(statement, rows)


async def add_messages(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> dict[int, int]:
    """Received messages' ids by the inbox rows they came by."""
    if not rows:
        return {}
    statement = insert(Interaction.__table__).returning(Interaction.inbox_id, Interaction.id)  # type: ignore[arg-type]
    found = await (await session.connection()).execute(statement, [dict(row) for row in rows])
    return {row[0] or 0: row[1] for row in found}


async def add_events(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
    """Events, in their order."""
    if rows:
        await (await session.connection()).execute(insert(DomainEvent.__table__), [dict(row) for row in rows])  # type: ignore[arg-type]
