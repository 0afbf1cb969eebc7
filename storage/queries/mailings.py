"""Members of a mailing and their addresses: counted, sampled, and put into the ledger by one statement a batch."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    String,
    and_,
    cast,
    func,
    literal,
    literal_column,
    select,
    text,
    true,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import (
    MAILING_ACTIVE,
    BounceKind,
    CardMessage,
    Client,
    ContactKind,
    ContactPoint,
    DeliveryState,
    Language,
    Mailing,
    MailingState,
    Outbox,
    Staff,
)
from storage.queries.inbox import among
from storage.types import Json

PRIORITY = 9  # what mailings go with: those whom somebody waits for overtake them


@dataclass(frozen=True)
class Reach:
    """How many belong to the segment, how many have an address, how many different addresses those are."""

    members: int
    addressed: int
    addresses: int


class Reader(NamedTuple):
    """What a text may say of a client, and what decides how it says it."""

    id: int
    name: str
    company: str
    city: str
    language: Language
    timezone: str | None
    owner_id: int | None
    last_purchase_at: datetime | None
    last_contact_at: datetime | None


def address_of(kind: ContactKind) -> ScalarSelect[str]:
    """The address a client is written to: the primary one of its kind, else the first."""
    return (
        select(ContactPoint.value)
        .where(ContactPoint.client_id == Client.id, ContactPoint.kind == kind)
        .order_by(ContactPoint.is_primary.desc(), ContactPoint.id)
        .limit(1)
        .correlate(Client)
        .scalar_subquery()
    )


async def reach(session: AsyncSession, *, condition: ColumnElement[bool], kind: ContactKind) -> Reach:
    rows = select(address_of(kind).label("address")).where(condition, Client.archived_at.is_(None)).subquery()
    query = select(func.count(), func.count(rows.c.address), func.count(rows.c.address.distinct())).select_from(rows)
    return Reach(*(await session.execute(query)).one())


async def template_goes_out(session: AsyncSession, *, template_id: int) -> bool:
    """Whether a mailing that was launched, or waits for a second person, is made of the template."""
    states = (*sorted(MAILING_ACTIVE), MailingState.AWAITING_APPROVAL)
    query = select(Mailing.id).where(Mailing.template_id == template_id, Mailing.state.in_(states)).limit(1)
    return (await session.execute(query)).first() is not None


async def members(
    session: AsyncSession, *, condition: ColumnElement[bool], kind: ContactKind, limit: int
) -> list[tuple[Client, str]]:
    """Members that have an address, with it, in the order they would be written to."""
    address = address_of(kind)
    query = (
        select(Client, address)
        .where(condition, Client.archived_at.is_(None), address.is_not(None))
        .order_by(Client.id)
        .limit(limit)
    )
    return [(client, found) for client, found in await session.execute(query)]


async def readers(session: AsyncSession, ids: Collection[int]) -> dict[int, Reader]:
    """Clients as their columns: whole objects cost four times as much, and a mailing reads each of its clients once."""
    columns = (getattr(Client, name) for name in Reader._fields)
    rows = await session.execute(select(*columns).where(among(session, Client.id, ids)))
    return {row[0]: Reader._make(row) for row in rows}


async def owners(session: AsyncSession, ids: Collection[int]) -> dict[int, Staff]:
    rows = (await session.execute(select(Staff).where(Staff.id.in_(ids)))).scalars()
    return {staff.id: staff for staff in rows}


async def last_of_batch(session: AsyncSession, *, condition: ColumnElement[bool], after: int, limit: int) -> int | None:
    """The last client id of the next `limit` members after the cursor; None when there are no more."""
    batch = (
        select(Client.id)
        .where(condition, Client.archived_at.is_(None), Client.id > after)
        .order_by(Client.id)
        .limit(limit)
        .subquery()
    )
    last: int | None = (await session.execute(select(func.max(batch.c.id)))).scalar_one()
    return last


async def plan_members(
    session: AsyncSession,
    *,
    mailing: Mailing,
    condition: ColumnElement[bool],
    kind: ContactKind,
    last_id: int,
    domain: str,
    priority: int,
    now: datetime,
) -> int:
    """Ledger rows for the members after the mailing's cursor up to `last_id`, one per address; returns how many are new.

    Running it again adds nothing: the mailing's clients, addresses and keys are unique in the ledger.
    """
    postgres = session.get_bind().dialect.name == "postgresql"
    address = address_of(kind)
    number = cast(Client.id, String)
    chosen: Any = select(
        literal(mailing.channel.value),
        literal("mailing"),
        literal(f"mailing:{mailing.id}:client:") + number,
        literal_column("'planned'"),
        literal(priority),
        literal(now, Outbox.due_at.type),
        address,
        literal({}, Json),
        literal_column("true"),
        Client.id,
        literal(mailing.id),
        literal(f"<m{mailing.id}.") + number + literal(".") + _random(postgres) + literal(f"@{domain}>"),
        literal(0),
        literal(now, Outbox.created_at.type),
    ).where(
        condition,
        Client.archived_at.is_(None),
        and_(Client.id > mailing.cursor, Client.id <= last_id),
        address.is_not(None),
    )
    insert = postgresql.insert if postgres else sqlite.insert
    statement = insert(Outbox).from_select(_COLUMNS, chosen).on_conflict_do_nothing()
    return int((await session.execute(statement)).rowcount)  # type: ignore[attr-defined]


async def held(
    session: AsyncSession, *, mailing: Mailing, reasons: Collection[str], now: datetime, most: int
) -> list[tuple[str, int, datetime]]:
    """Of those who wait until after `now`: the reason, how many (at most `most` are looked at), and the first moment."""
    waiting = (
        select(Outbox.reason, Outbox.due_at)
        .where(
            text("outbox.state = 'planned'"),
            Outbox.channel == mailing.channel,
            Outbox.priority == literal_column(str(PRIORITY)),
            Outbox.due_at > now,
            # Not by the mailing's index: it would read every row that waits, where few are held.
            func.coalesce(Outbox.mailing_id, 0) == mailing.id,
            Outbox.reason.in_(reasons),
        )
        .limit(most)
        .subquery()
    )
    query = select(waiting.c.reason, func.count(), func.min(waiting.c.due_at)).group_by(waiting.c.reason)
    rows = await session.execute(query.order_by(waiting.c.reason))
    return [(str(reason), count, until) for reason, count, until in rows]


def _random(postgres: bool) -> ColumnElement[str]:
    """128 random bits for each row: whoever answers to such a Message-ID was written to by us."""
    if postgres:
        return func.replace(cast(func.gen_random_uuid(), String), "-", "")
    return func.lower(func.hex(func.randomblob(16)))


_COLUMNS = [
    "channel",
    "kind",
    "dedupe_key",
    "state",
    "priority",
    "due_at",
    "address",
    "payload",
    "marketing",
    "client_id",
    "mailing_id",
    "message_id",
    "attempts",
    "created_at",
]


async def hanging_cards(session: AsyncSession, *, mailing_id: int) -> list[CardMessage]:
    query = select(CardMessage).where(CardMessage.card == "mailing", CardMessage.card_id == mailing_id)
    return list((await session.execute(query)).scalars())


async def came_back(session: AsyncSession, *, mailing_id: int, since: datetime | None) -> tuple[int, int]:
    """How many of what went out after `since` failed as bounces, and how many brought a complaint."""
    complained = func.count().filter(Outbox.bounce == BounceKind.COMPLAINT)
    query = select(func.count(), complained).where(
        Outbox.mailing_id == mailing_id, Outbox.bounce.is_not(None), _went_out_after(since)
    )
    every, complaints = (await session.execute(query)).one()
    return every - complaints, complaints


async def handed_over(session: AsyncSession, *, mailing_id: int, since: datetime | None, limit: int) -> int:
    """How many went out after `since` and stand, counted up to `limit`."""
    rows = (
        select(Outbox.id)
        .where(
            Outbox.mailing_id == mailing_id,
            Outbox.state.in_((DeliveryState.SENT, DeliveryState.DELIVERED)),
            _went_out_after(since),
        )
        .limit(limit)
        .subquery()
    )
    return int((await session.execute(select(func.count()).select_from(rows))).scalar_one())


def _went_out_after(since: datetime | None) -> ColumnElement[bool]:
    return true() if since is None else func.coalesce(Outbox.sent_at, Outbox.settled_at) > since
