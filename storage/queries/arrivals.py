"""Statements for many received emails at once: what is known of them, and their rows written together.

Plain rows, no objects: a mailbox read for the first time brings tens of thousands.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, Insert, bindparam, func, insert, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import many
from storage.models import (
    Attachment,
    Channel,
    Client,
    ContactKind,
    ContactPoint,
    Direction,
    DomainEvent,
    Interaction,
    InteractionKind,
    InteractionSource,
    Outbox,
    StoredFile,
    Thread,
)
from storage.queries.inbox import among, is_among, is_postgres

_THREAD: Final = (
    Thread.id,
    Thread.client_id,
    Thread.address,
    Thread.token,
    Thread.last_at,
    Thread.spam,
    Thread.assignee_id,
)
_EACH: Final = (True, False)  # is_postgres(): each has its own way to be told many values
_BY_TOKEN: Final = {
    postgres: select(*_THREAD).where(is_among(Thread.token, "tokens", postgres=postgres)) for postgres in _EACH
}
_BY_MESSAGE: Final = {
    postgres: select(Interaction.message_id, Interaction.id, Interaction.direction, Interaction.text, *_THREAD)
    .join(Thread, Thread.id == Interaction.thread_id)
    .where(is_among(Interaction.message_id, "identifiers", postgres=postgres))
    .order_by(Interaction.id)
    for postgres in _EACH
}
_MAILED: Final = {
    postgres: select(Outbox.message_id, Outbox.client_id, Outbox.id, Outbox.marketing).where(
        is_among(Outbox.message_id, "identifiers", postgres=postgres), Outbox.client_id.is_not(None)
    )
    for postgres in _EACH
}
_SENDERS: Final = {
    postgres: select(ContactPoint.value, Client.id, Client.last_contact_at, Client.created_at)
    .join(Client, Client.id == ContactPoint.client_id)
    .where(
        ContactPoint.kind == bindparam("kind"),
        is_among(ContactPoint.value, "addresses", postgres=postgres),
        Client.archived_at.is_(None),
    )
    .order_by(Client.id)
    for postgres in _EACH
}
_WITH_STRANGERS: Final = {
    postgres: select(*_THREAD)
    .where(
        Thread.channel == bindparam("channel"),
        is_among(Thread.address, "addresses", postgres=postgres),
        Thread.client_id.is_(None),
    )
    .order_by(Thread.id)
    for postgres in _EACH
}


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


async def by_token(unit: AsyncConnection, tokens: Collection[str]) -> list[Conversation]:
    """Conversations by the tokens of their reply addresses."""
    found = await unit.execute(_BY_TOKEN[is_postgres(unit)], {"tokens": list(tokens)})
    return [Conversation(*row) for row in found]


async def by_message(
    unit: AsyncConnection, identifiers: Collection[str]
) -> list[tuple[str, int, Direction | None, str, Conversation]]:
    """The messages of conversations with these identifiers, in the order they came in."""
    found = await unit.execute(_BY_MESSAGE[is_postgres(unit)], {"identifiers": list(identifiers)})
    return [
        (identifier or "", number, direction, text, Conversation(*thread))
        for identifier, number, direction, text, *thread in found
    ]


async def contents(unit: AsyncConnection, messages: Collection[int]) -> list[tuple[int, str]]:
    """The files of messages, by what is in them."""
    query = (
        select(Attachment.interaction_id, StoredFile.sha256)
        .join(StoredFile, StoredFile.id == Attachment.file_id)
        .where(among(unit, Attachment.interaction_id, messages))
    )
    return [(number, sha256) for number, sha256 in await unit.execute(query)]


async def mailed(unit: AsyncConnection, identifiers: Collection[str]) -> list[tuple[str, int, int | None]]:
    """What we sent under these identifiers, the clients it went to, and its row where it was marketing."""
    found = await unit.execute(_MAILED[is_postgres(unit)], {"identifiers": list(identifiers)})
    return [
        (identifier or "", client_id or 0, number if is_marketing else None)
        for identifier, client_id, number, is_marketing in found
    ]


@dataclass(frozen=True, slots=True)
class Answered:
    """A delivery to a client that somebody answers."""

    id: int
    client_id: int
    marketing: bool


async def deliveries(unit: AsyncConnection, ids: Collection[int]) -> list[Answered]:
    """Deliveries to clients by their numbers."""
    query = select(Outbox.id, Outbox.client_id, Outbox.marketing).where(
        among(unit, Outbox.id, ids), Outbox.client_id.is_not(None)
    )
    return [Answered(number, client_id or 0, marketing) for number, client_id, marketing in await unit.execute(query)]


async def senders(unit: AsyncConnection, kind: ContactKind, addresses: Collection[str]) -> list[tuple[str, Sender]]:
    """Live clients reached at these addresses."""
    values = {"kind": kind, "addresses": list(addresses)}
    found = await unit.execute(_SENDERS[is_postgres(unit)], values)
    return [(row[0], Sender(*row[1:])) for row in found]


async def with_strangers(unit: AsyncConnection, channel: Channel, addresses: Collection[str]) -> list[Conversation]:
    """Conversations with these addresses that are no client's, the oldest first."""
    values = {"channel": channel, "addresses": list(addresses)}
    found = await unit.execute(_WITH_STRANGERS[is_postgres(unit)], values)
    return [Conversation(*row) for row in found]


async def newest_with(unit: AsyncConnection, channel: Channel, *, client_id: int, address: str) -> Conversation | None:
    """The newest conversation with a client at this address."""
    query = (
        select(*_THREAD)
        .where(Thread.channel == channel, Thread.address == address, Thread.client_id == client_id)
        .order_by(Thread.id.desc())
        .limit(1)
    )
    row = (await unit.execute(query)).first()
    return None if row is None else Conversation(*row)


async def add_threads(unit: AsyncConnection, rows: Sequence[dict[str, Any]]) -> Sequence[int]:
    """New conversations by email; their ids in the rows' order."""
    return await _add(unit, _NEW_THREAD, rows)


async def move_threads(unit: AsyncConnection, last_at: Mapping[int, datetime]) -> None:
    """Conversations went on."""
    if last_at:
        table: Any = Thread.__table__
        statement = update(table).where(table.c.id == bindparam("thread")).values(last_at=bindparam("moment"))
        rows = [{"thread": thread_id, "moment": moment} for thread_id, moment in last_at.items()]
        await unit.execute(statement, rows)


async def add_emails(unit: AsyncConnection, rows: Sequence[dict[str, Any]]) -> Sequence[int]:
    """Received emails; their ids in the rows' order."""
    return await _add(unit, _NEW_EMAIL, rows)


async def add_events(unit: AsyncConnection, name: str, rows: Sequence[dict[str, Any]]) -> None:
    """Events of one name, in their order."""
    for row in rows:
        row["name"] = name
    await many.write(unit, _NEW_EVENT, rows)


async def _add(unit: AsyncConnection, statement: Insert, rows: Sequence[dict[str, Any]]) -> Sequence[int]:
    """Rows with numbers taken beforehand: to be told them row by row takes the database longer than to write the rows."""
    if not rows:
        return ()
    table: Any = statement.table
    ids: Sequence[int]
    if is_postgres(unit):
        sequence = func.nextval(func.pg_get_serial_sequence(table.name, "id"))
        ids = (await unit.execute(select(sequence).select_from(func.generate_series(1, len(rows))))).scalars().all()
    else:
        # As SQLite counts itself. There is one writer, and this is its transaction.
        last = (await unit.execute(_LAST[table.name])).scalar_one()
        ids = range(last + 1, last + 1 + len(rows))
    for number, row in zip(ids, rows, strict=True):
        row["id"] = number
    await many.write(unit, statement, rows)
    return ids


def _constant(word: StrEnum) -> ColumnElement[Any]:
    """In the statement's text: what is the same in every row need not be handed over with every row."""
    return literal_column(f"'{word.value}'")


_NEW_THREAD: Final = insert(Thread).values(channel=_constant(Channel.EMAIL))
_NEW_EMAIL: Final = insert(Interaction).values(
    kind=_constant(InteractionKind.EMAIL),
    direction=_constant(Direction.IN),
    source=_constant(InteractionSource.CHANNEL),
)
_NEW_EVENT: Final = insert(DomainEvent)
_LAST: Final = {one.__tablename__: select(func.coalesce(func.max(one.id), 0)) for one in (Thread, Interaction)}
