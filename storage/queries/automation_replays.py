"""What a replay of an automation reads: past events by the set, addresses, and what other automations sent."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import (
    CallOutcome,
    Client,
    ContactKind,
    ContactPoint,
    DomainEvent,
    Enrolment,
    EnrolmentEvent,
    Interaction,
    InteractionKind,
    Outbox,
)
from storage.queries.inbox import among
from storage.queries.mailings import Reader
from storage.types import UtcDateTime

PAGE = 2_000
_PAST = (DomainEvent.id, DomainEvent.name, DomainEvent.client_id, DomainEvent.at, DomainEvent.facts)


class Past(NamedTuple):
    """An event as its columns: there may be tens of thousands."""

    id: int
    name: str
    client_id: int | None
    at: datetime
    facts: dict[str, Any]


class Sent(NamedTuple):
    """A message of another automation to a client."""

    client_id: int
    at: datetime


async def events_since(
    session: AsyncSession, *, name: str, since: datetime, until: datetime, limit: int
) -> AsyncIterator[Past]:
    """Events of a name in their order, at most `limit`, read by pages."""
    last, left = 0, limit
    while left > 0:
        query = (
            select(*_PAST)
            .where(DomainEvent.name == name, DomainEvent.id > last, DomainEvent.at >= since, DomainEvent.at < until)
            .order_by(DomainEvent.id)
            .limit(min(PAGE, left))
        )
        found = [Past(*row) for row in await session.execute(query)]
        for event in found:
            yield event
        if len(found) < min(PAGE, left):
            return
        last, left = found[-1].id, left - len(found)


async def events_of(
    session: AsyncSession, *, client_ids: Collection[int], names: Collection[str], since: datetime
) -> dict[int, list[Past]]:
    """What these clients did, by client, in its order."""
    query = (
        select(*_PAST)
        .where(
            among(session, DomainEvent.client_id, client_ids),
            DomainEvent.name.in_(sorted(names)),
            DomainEvent.at >= since,
        )
        .order_by(DomainEvent.at, DomainEvent.id)
    )
    found: dict[int, list[Past]] = {}
    for row in await session.execute(query):
        event = Past(*row)
        if event.client_id is not None:
            found.setdefault(event.client_id, []).append(event)
    return found


async def live_clients(session: AsyncSession, *, client_ids: Collection[int]) -> dict[int, Reader]:
    columns = (getattr(Client, name) for name in Reader._fields)
    query = select(*columns).where(among(session, Client.id, client_ids), Client.archived_at.is_(None))
    return {row[0]: Reader._make(row) for row in await session.execute(query)}


async def meeting(session: AsyncSession, *, condition: ColumnElement[bool], client_ids: Collection[int]) -> set[int]:
    """Those of the clients who meet a condition."""
    query = select(Client.id).where(among(session, Client.id, client_ids), condition)
    return set((await session.execute(query)).scalars())


async def chosen(session: AsyncSession, *, condition: ColumnElement[bool], limit: int) -> Sequence[int]:
    """Live clients who meet a condition, the first by number."""
    query = select(Client.id).where(and_(Client.archived_at.is_(None), condition)).order_by(Client.id).limit(limit)
    return (await session.execute(query)).scalars().all()


async def addresses(session: AsyncSession, *, client_ids: Collection[int]) -> dict[int, dict[ContactKind, str]]:
    """The address a client is written to, by kind: the primary one, else the oldest."""
    query = (
        select(ContactPoint.client_id, ContactPoint.kind, ContactPoint.value)
        .where(among(session, ContactPoint.client_id, client_ids))
        .order_by(ContactPoint.is_primary.desc(), ContactPoint.id)
    )
    found: dict[int, dict[ContactKind, str]] = {}
    for client_id, kind, value in await session.execute(query):
        found.setdefault(client_id, {}).setdefault(kind, value)
    return found


async def phones(session: AsyncSession, *, client_ids: Collection[int]) -> dict[int, list[str]]:
    """The numbers of these clients."""
    query = select(ContactPoint.client_id, ContactPoint.value).where(
        among(session, ContactPoint.client_id, client_ids), ContactPoint.kind == ContactKind.PHONE
    )
    found: dict[int, list[str]] = {}
    for client_id, value in await session.execute(query):
        found.setdefault(client_id, []).append(value)
    return found


async def sent_by_others(
    session: AsyncSession, *, client_ids: Collection[int], automation_id: int, since: datetime
) -> list[Sent]:
    """What other automations planned for these clients."""
    query = (
        select(Enrolment.client_id, EnrolmentEvent.at)
        .join(EnrolmentEvent, EnrolmentEvent.enrolment_id == Enrolment.id)
        .join(Outbox, Outbox.id == EnrolmentEvent.outbox_id)
        .where(
            among(session, Enrolment.client_id, client_ids),
            Enrolment.automation_id != automation_id,
            Outbox.staff_id.is_(None),
            EnrolmentEvent.at >= since,
        )
    )
    return [Sent(*row) for row in await session.execute(query)]


async def silences(
    session: AsyncSession, *, since: datetime, until: datetime, length: timedelta, limit: int
) -> tuple[list[tuple[int, datetime]], bool]:
    """(client, contact) after which nobody spoke with them for `length`, until somebody did; contacts between the moments.

    At most `limit` contacts are looked at; also says whether there were more.
    """
    counts = and_(
        Interaction.client_id.is_not(None),
        Interaction.undone_at.is_(None),
        Interaction.kind != InteractionKind.NOTE,
        or_(Interaction.outcome.is_(None), Interaction.outcome == CallOutcome.REACHED),
    )
    following = func.lead(Interaction.at, type_=UtcDateTime()).over(
        partition_by=Interaction.client_id, order_by=Interaction.at
    )
    contacts = select(Interaction.client_id, Interaction.at, following.label("next")).where(
        counts, Interaction.at >= since
    )
    pairs = contacts.subquery()
    query = select(pairs).where(pairs.c.at < until, pairs.c.next.is_not(None)).order_by(pairs.c.at).limit(limit)
    rows = (await session.execute(query)).all()
    return [(row.client_id, row.at) for row in rows if row.next - row.at > length], len(rows) == limit
