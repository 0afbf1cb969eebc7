"""Members of a mailing and their addresses: counted, sampled, and put into the ledger by one statement a batch."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
    text,
    true,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import (
    DELIVERY_WAITING,
    MAILING_ACTIVE,
    BounceKind,
    CardMessage,
    Channel,
    Client,
    ContactKind,
    ContactPoint,
    DeliveryState,
    DomainEvent,
    Language,
    Mailing,
    MailingState,
    MailingTrial,
    Outbox,
    Staff,
)
from storage.queries.inbox import among
from storage.queries.routes import Route, gives_way
from storage.types import Json

REACHED = (*sorted(DELIVERY_WAITING), DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.UNKNOWN)
PRIORITY = 9  # what mailings go with: those whom somebody waits for overtake them


_ID_SPAN = 2**32  # ids lie below it
_PRIME = 2**31 - 1
_SPREAD = 889_516_853  # times this, neighbours lie far apart: the fraction of the square root of two


@dataclass(frozen=True)
class Survey:
    """What one pass over the members counted: their reach, how many of each kind asked for, and some hard cases."""

    reach: Reach
    counts: tuple[int, ...]
    odd: tuple[int, ...]  # ids: of the longest values, and one of each language


@dataclass(frozen=True)
class Reach:
    """How many belong to the segment, how many have an address, how many different ones those are, how many of SMS."""

    members: int
    addressed: int
    addresses: int
    texts: int


class Member(NamedTuple):
    """A client with how a mailing would reach them."""

    client: Client
    channel: Channel
    address: str


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


async def reach(session: AsyncSession, *, condition: ColumnElement[bool], route: Route) -> Reach:
    rows = (
        select(route.address.label("address"), route.channel.label("channel"))
        .where(condition, Client.archived_at.is_(None))
        .offset(0)  # as in the survey: the address is worked out once
        .subquery()
    )
    texts = func.count(rows.c.address.distinct()).filter(rows.c.channel == literal_column("'sms'"))
    query = select(func.count(), func.count(rows.c.address), func.count(rows.c.address.distinct()), texts)
    return Reach(*(await session.execute(query.select_from(rows))).one())


async def count(session: AsyncSession, *, condition: ColumnElement[bool]) -> int:
    """How many clients in use meet a condition."""
    query = select(func.count()).select_from(Client).where(condition, Client.archived_at.is_(None))
    return int((await session.execute(query)).scalar_one())


async def by_language(
    session: AsyncSession, *, condition: ColumnElement[bool], kinds: Collection[ContactKind]
) -> dict[Language, int]:
    """How many clients in use meet a condition and have an address of one of the kinds."""
    reachable = exists().where(ContactPoint.client_id == Client.id, ContactPoint.kind.in_(kinds)).correlate(Client)
    query = select(Client.language, func.count()).where(condition, Client.archived_at.is_(None), reachable)
    return {row[0]: row[1] for row in await session.execute(query.group_by(Client.language))}


def some(number: Any, *, wanted: int, there: int) -> ColumnElement[bool]:
    """About so many of those there are, spread evenly over whatever ids the column `number` has."""
    spread = number % 2**31 * _SPREAD % _PRIME
    chosen: ColumnElement[bool] = spread < _PRIME * wanted // max(1, there)
    return chosen


async def survey(
    session: AsyncSession, *, condition: ColumnElement[bool], route: Route, kinds: Sequence[ColumnElement[bool]]
) -> Survey:
    """Everything that is counted of the members, in one pass over them: a look waits for it, however many they are."""
    length = func.length(Client.name) + func.length(Client.company) + func.length(Client.city)
    flags = [case((kind, 1), else_=0).label(f"kind{number}") for number, kind in enumerate(kinds)]
    # OFFSET 0 keeps both databases from working the address out again for each column that asks for it.
    rows = (
        select(
            Client.id.label("id"),
            Client.language.label("language"),
            route.address.label("address"),
            route.channel.label("channel"),
            length.label("length"),
            *flags,
        )
        .where(condition, Client.archived_at.is_(None))
        .offset(0)
        .subquery()
    )
    there = rows.c.address.is_not(None)
    both = len(route.channels) > 1
    texts = func.count(rows.c.address.distinct()).filter(rows.c.channel == literal_column("'sms'"))
    query = select(
        func.count(),
        func.count(rows.c.address),
        func.count(rows.c.address.distinct()),
        texts if both else literal(0),
        func.max(rows.c.length * _ID_SPAN + rows.c.id).filter(there),
        *(func.min(rows.c.id).filter(there, rows.c.language == language) for language in Language),
        *(func.count().filter(there, rows.c[flag.name] == 1) for flag in flags),
    ).select_from(rows)
    members, addressed, addresses, by_text, longest, *rest = (await session.execute(query)).one()
    languages, counted = rest[: len(Language)], rest[len(Language) :]
    reach = Reach(members, addressed, addresses, by_text if both else addresses if Channel.SMS in route.channels else 0)
    odd = [longest % _ID_SPAN if longest is not None else None, *languages]
    return Survey(reach, tuple(counted), tuple(number for number in odd if number is not None))


def reached_by(mailing_ids: Collection[int], route: Route) -> ColumnElement[bool]:
    """Clients whom one of the mailings reached or is about to: themselves, or somebody at their address."""
    theirs = or_(Outbox.client_id == Client.id, Outbox.address == route.address)
    return exists().where(Outbox.mailing_id.in_(mailing_ids), theirs, Outbox.state.in_(REACHED)).correlate(Client)


async def template_goes_out(session: AsyncSession, *, template_id: int) -> bool:
    """Whether a mailing that was launched, or waits for a second person, is made of the template."""
    states = (*sorted(MAILING_ACTIVE), MailingState.AWAITING_APPROVAL)
    tried = select(MailingTrial.mailing_id).where(MailingTrial.template_b_id == template_id)
    made_of = or_(Mailing.template_id == template_id, Mailing.sms_template_id == template_id, Mailing.id.in_(tried))
    query = select(Mailing.id).where(made_of, Mailing.state.in_(states)).limit(1)
    return (await session.execute(query)).first() is not None


async def launched_by(session: AsyncSession, *, mailing_id: int) -> int | None:
    """Who launched it last: not always whoever made it. None of what a series made by itself."""
    query = (
        select(DomainEvent.staff_id)
        .where(DomainEvent.name == "mailing.launched", DomainEvent.facts["mailing_id"].as_integer() == mailing_id)
        .order_by(DomainEvent.id.desc())
        .limit(1)
    )
    return (await session.execute(query)).scalar_one_or_none()


async def approval_of(session: AsyncSession, *, mailing_id: int) -> dict[str, Any]:
    """The facts of the last yes to it; none where nobody said one."""
    query = (
        select(DomainEvent.facts)
        .where(DomainEvent.name == "mailing.approved", DomainEvent.facts["mailing_id"].as_integer() == mailing_id)
        .order_by(DomainEvent.id.desc())
        .limit(1)
    )
    return (await session.execute(query)).scalar_one_or_none() or {}


async def members(
    session: AsyncSession,
    *,
    condition: ColumnElement[bool],
    route: Route,
    limit: int,
    offset: int = 0,
    order: Sequence[ColumnElement[Any]] = (),
) -> list[Member]:
    """Members that have an address, in the order they would be written to or another."""
    query = (
        select(Client, route.channel, route.address)
        .where(condition, Client.archived_at.is_(None), route.address.is_not(None))
        .order_by(*order, Client.id)
        .limit(limit)
        .offset(offset)
    )
    rows = await session.execute(query)
    return [Member(client, Channel(channel), str(address)) for client, channel, address in rows]


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
    route: Route,
    last_id: int,
    domain: str,
    priority: int,
    now: datetime,
    due_at: ColumnElement[datetime] | None = None,
    payload: ColumnElement[Any] | None = None,
) -> int:
    """Ledger rows for the members after the mailing's cursor up to `last_id`, one per address; returns how many are new.

    Whose own no would take it from somebody else at their address has none.

    All are due `now` and carry nothing unless expressions over Client say otherwise. Running it again adds nothing: the
    mailing's clients, addresses and keys are unique in the ledger.
    """
    postgres = session.get_bind().dialect.name == "postgresql"
    batch = and_(condition, Client.archived_at.is_(None), Client.id > mailing.cursor, Client.id <= last_id)
    members = (
        select(
            Client.id.label("id"),
            route.channel.label("channel"),
            route.address.label("address"),
            (literal(now, Outbox.due_at.type) if due_at is None else due_at).label("due_at"),
            (literal({}, Json) if payload is None else payload).label("payload"),
        )
        .where(batch, ~gives_way(route))
        .offset(0)  # as in the survey: the address is worked out once
        .subquery()
    )
    number = cast(members.c.id, String)
    chosen: Any = select(
        members.c.channel,
        literal("mailing"),
        literal(f"mailing:{mailing.id}:client:") + number,
        literal_column("'planned'"),
        literal(priority),
        members.c.due_at,
        members.c.address,
        members.c.payload,
        literal_column("true"),
        members.c.id,
        literal(mailing.id),
        literal(f"<m{mailing.id}.") + number + literal(".") + _random(postgres) + literal(f"@{domain}>"),
        literal(0),
        literal(now, Outbox.created_at.type),
    ).where(members.c.address.is_not(None))
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
            Outbox.channel.in_((Channel.EMAIL, Channel.SMS) if mailing.sms_template_id else (mailing.channel,)),
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


async def waiting_edits(session: AsyncSession, chats: Collection[int]) -> set[tuple[int, int]]:
    """(chat, message) of cards whose edit was planned and not begun yet."""
    query = select(Outbox.address, Outbox.payload["message_id"].as_integer()).where(
        text("outbox.state = 'planned'"),
        Outbox.channel == Channel.TELEGRAM,
        Outbox.kind == "card_edit",
        Outbox.address.in_([str(chat) for chat in chats]),
    )
    rows = await session.execute(query)
    return {(int(address), message_id) for address, message_id in rows if message_id is not None}


async def came_back(session: AsyncSession, *, mailing_id: int, since: datetime | None) -> tuple[int, int]:
    """How many of what went out after `since` failed as bounces, and how many brought a complaint."""
    complained = func.count().filter(Outbox.bounce == BounceKind.COMPLAINT)
    query = select(func.count(), complained).where(
        Outbox.mailing_id == mailing_id, Outbox.bounce.is_not(None), _went_out_after(since)
    )
    every, complaints = (await session.execute(query)).one()
    return every - complaints, complaints


class Failed(NamedTuple):
    """One delivery that failed: when, and how it was said."""

    at: datetime
    code: str
    reason: str


async def last_failed(session: AsyncSession, *, mailing_id: int, since: datetime | None, limit: int) -> list[Failed]:
    """The newest failures after `since`, newest first; not those whose text lacked a field."""
    query = (
        select(Outbox.settled_at, func.coalesce(Outbox.code, ""), func.coalesce(Outbox.reason, ""))
        .where(
            Outbox.mailing_id == mailing_id,
            Outbox.state == DeliveryState.FAILED,
            Outbox.settled_at.is_not(None),
            func.coalesce(Outbox.reason, "").not_like("missing-field%"),
            true() if since is None else Outbox.settled_at > since,
        )
        .order_by(Outbox.settled_at.desc())
        .limit(limit)
    )
    return [Failed(at, code, reason) for at, code, reason in await session.execute(query) if at is not None]


async def last_gone(session: AsyncSession, *, mailing_id: int, since: datetime | None, limit: int) -> list[datetime]:
    """When the newest that went out from `since` on did; by number, which is nearly the order they go in."""
    query = (
        select(Outbox.sent_at)
        .where(
            Outbox.mailing_id == mailing_id,
            Outbox.state.in_((DeliveryState.SENT, DeliveryState.DELIVERED)),
            true() if since is None else Outbox.sent_at >= since,
        )
        .order_by(Outbox.id.desc())
        .limit(limit)
    )
    return [at for at in (await session.execute(query)).scalars() if at is not None]


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
