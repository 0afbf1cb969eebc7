"""What stands of clients where they may be written to: consent, whereabouts, and what reached them lately."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Subquery,
    and_,
    case,
    func,
    literal,
    null,
    or_,
    select,
    text,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Channel, Client, Consent, ConsentState, ContactKind, ContactPoint, Outbox
from storage.queries.inbox import Unit, among

_MARKETING = text("outbox.marketing")
_IN_FLIGHT = text("outbox.state IN ('claimed', 'sending')")
_SENT = text("outbox.state IN ('sent', 'delivered')")
_UNKNOWN = text("outbox.state = 'unknown'")


@dataclass(frozen=True, slots=True)
class Standing:
    """A client at the moment something would be sent to them."""

    client_id: int
    archived: bool
    timezone: str | None
    consent: ConsentState | None  # their newest word about the channel
    phones: tuple[str, ...]  # read only where no zone is set
    reached: int  # marketing sent since the moment asked for, and on its way: never too few


@dataclass(frozen=True, slots=True)
class Reached:
    """One marketing delivery of a client that counts; `at` is None while it is on its way."""

    id: int
    at: datetime | None


async def standing(
    unit: Unit, *, client_ids: Collection[int], channel: Channel, since: datetime | None
) -> dict[int, Standing]:
    """The clients of one batch in one statement; what reached them is counted where `since` is given."""
    if not client_ids:
        return {}
    columns = (
        Client.id,
        Client.archived_at.is_not(None),
        Client.timezone,
        newest_word(channel),
        case((Client.timezone.is_(None), phones_of()), else_=null()),
    )
    if since is None:
        query = select(*columns, literal(0))
    else:
        busy = _busy(since)
        counted = func.coalesce(busy.c.rows, 0) + _sent_since(since)
        query = select(*columns, counted).outerjoin_from(Client, busy, busy.c.client_id == Client.id)
    query = query.where(among(unit, Client.id, client_ids))
    return {
        row[0]: Standing(row[0], row[1], row[2], row[3], tuple(row[4].split(",")) if row[4] else (), row[5])
        for row in await unit.execute(query)
    }


async def reached(unit: Unit, *, client_ids: Collection[int], since: datetime) -> dict[int, list[Reached]]:
    """What marketing reached each client since then, unknown outcomes too, and what is on its way."""
    query = (
        select(Outbox.client_id, Outbox.id, case((_IN_FLIGHT, null()), else_=_moment()))
        .where(Outbox.client_id.in_(client_ids), _counts(since))
        .order_by(Outbox.id)
    )
    found: dict[int, list[Reached]] = {client_id: [] for client_id in client_ids}
    for client_id, number, at in await unit.execute(query):
        found[client_id].append(Reached(number, at))
    return found


async def words_of(session: AsyncSession, *, client_ids: Collection[int], channel: Channel) -> dict[int, ConsentState]:
    """Their newest words about the channel; who never said any is missing."""
    newest = (
        select(func.max(Consent.id))
        .where(Consent.client_id.in_(client_ids), Consent.channel == channel)
        .group_by(Consent.client_id)
    )
    rows = await session.execute(select(Consent.client_id, Consent.state).where(Consent.id.in_(newest)))
    return {row.client_id: row.state for row in rows}


async def history(
    session: AsyncSession, *, client_id: int, limit: int, offset: int = 0
) -> tuple[Sequence[Consent], int]:
    """Everything a client said about mailings, the newest first, and how much that is."""
    counted = select(func.count()).select_from(Consent).where(Consent.client_id == client_id)
    query = select(Consent).where(Consent.client_id == client_id).order_by(Consent.id.desc()).limit(limit)
    rows = (await session.execute(query.offset(offset))).scalars().all()
    return rows, (await session.execute(counted)).scalar_one()


async def newest(session: AsyncSession, *, client_id: int) -> dict[Channel, Consent]:
    """What is in force, with its proof."""
    last = select(func.max(Consent.id)).where(Consent.client_id == client_id).group_by(Consent.channel)
    rows = (await session.execute(select(Consent).where(Consent.id.in_(last)))).scalars()
    return {row.channel: row for row in rows}


def newest_word(channel: Channel, of: Any = Client) -> ScalarSelect[ConsentState]:
    """A client's newest word about the channel, for a statement over `Client` or an alias of it."""
    return (
        select(Consent.state)
        .where(Consent.client_id == of.id, Consent.channel == channel)
        .order_by(Consent.id.desc())
        .limit(1)
        .correlate(of)
        .scalar_subquery()
    )


def phones_of() -> ScalarSelect[str]:
    """A client's numbers, joined by commas; NULL where there are none."""
    return (
        select(func.aggregate_strings(ContactPoint.value, ","))
        .where(ContactPoint.client_id == Client.id, ContactPoint.kind == ContactKind.PHONE)
        .correlate(Client)
        .scalar_subquery()
    )


def _busy(since: datetime) -> Subquery:
    """Per client what is on its way or may have arrived: few rows at any time, read whole from two small indexes."""
    flying = select(Outbox.client_id).where(_IN_FLIGHT, _MARKETING)
    perhaps = select(Outbox.client_id).where(_UNKNOWN, Outbox.settled_at > since, _MARKETING)
    both = union_all(flying, perhaps).subquery()
    return select(both.c.client_id, func.count().label("rows")).group_by(both.c.client_id).subquery()


def _sent_since(since: datetime) -> ScalarSelect[int]:
    """From the index alone: what came back later counts here too, and is left out where it is looked at closely."""
    return (
        select(func.count())
        .select_from(Outbox)
        .where(Outbox.client_id == Client.id, Outbox.sent_at > since, _MARKETING)
        .correlate(Client)
        .scalar_subquery()
    )


def _counts(since: datetime) -> ColumnElement[bool]:
    sent = and_(_SENT, Outbox.sent_at > since)
    perhaps = and_(_UNKNOWN, Outbox.settled_at > since)
    return and_(_MARKETING, or_(_IN_FLIGHT, sent, perhaps))


def _moment() -> ColumnElement[datetime | None]:
    return func.coalesce(Outbox.sent_at, Outbox.settled_at)
