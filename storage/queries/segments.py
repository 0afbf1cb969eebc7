"""Segments and their members as queries; who may see which client is the caller's condition."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, insert, not_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import (
    MAILING_ACTIVE,
    Client,
    ClientTag,
    ContactPoint,
    Interaction,
    InteractionKind,
    Mailing,
    MailingState,
    Outbox,
    Purchase,
    Segment,
    SegmentMember,
    Source,
    Staff,
    Tag,
)
from storage.models.contacts import CHANNEL_OF
from storage.search import fold

_SAMPLE = 1_000
_OF_MAILINGS = frozenset({"received", "returned", "answered", "clicked", "opened"})


def live_clients(*conditions: ColumnElement[bool]) -> Select[int]:
    """The ids of clients that are not archived and meet the conditions; unordered, ready for INSERT … SELECT."""
    return select(Client.id).where(Client.archived_at.is_(None), *conditions)


def listed(segment_id: int) -> ColumnElement[bool]:
    """That a client is on the list."""
    return Client.id.in_(select(SegmentMember.client_id).where(SegmentMember.segment_id == segment_id))


async def count_of(session: AsyncSession, *, conditions: Sequence[ColumnElement[bool]]) -> int:
    """How many live clients meet the conditions."""
    query = select(func.count()).select_from(Client).where(Client.archived_at.is_(None), *conditions)
    return (await session.execute(query)).scalar_one()


async def first_of(
    session: AsyncSession, *, conditions: Sequence[ColumnElement[bool]], limit: int, offset: int = 0
) -> list[tuple[int, str, str]]:
    """(id, name, company) by name."""
    query = select(Client.id, Client.name, Client.company).where(Client.archived_at.is_(None), *conditions)
    rows = await session.execute(query.order_by(Client.name_key, Client.id).limit(limit).offset(offset))
    return [(key, name, company) for key, name, company in rows]


def is_live() -> ColumnElement[bool]:
    return Client.archived_at.is_(None)


def in_mailing(mailing_id: int) -> ColumnElement[bool]:
    """That a client has a row in the mailing."""
    rows = select(Outbox.client_id).where(Outbox.mailing_id == mailing_id, Outbox.client_id.is_not(None))
    return Client.id.in_(rows)


async def not_in_mailing(session: AsyncSession, *, mailing_id: int) -> ColumnElement[bool]:
    """That a client could have been in the mailing and was not: no row, none under an address they share with another."""
    used = select(Outbox.channel).where(Outbox.mailing_id == mailing_id).distinct()
    channels = set((await session.execute(used)).scalars())
    channels |= set((await session.execute(select(Mailing.channel).where(Mailing.id == mailing_id))).scalars())
    kinds = sorted(kind for kind, channel in CHANNEL_OF.items() if channel in channels)
    addresses = select(Outbox.address).where(Outbox.mailing_id == mailing_id)
    own = exists().where(ContactPoint.client_id == Client.id, ContactPoint.kind.in_(kinds))
    return and_(not_(in_mailing(mailing_id)), own, not_(own.where(ContactPoint.value.in_(addresses))))


async def crowd(
    session: AsyncSession, *, conditions: Sequence[ColumnElement[bool]], first: int
) -> tuple[int, tuple[tuple[int, str, str], ...]]:
    """How many clients (archived ones too) meet the conditions, and the first of them by name."""
    counted = select(func.count()).select_from(Client).where(*conditions)
    named = select(Client.id, Client.name, Client.company).where(*conditions)
    rows = await session.execute(named.order_by(Client.name_key, Client.id).limit(first))
    return (await session.execute(counted)).scalar_one(), tuple((key, name, firm) for key, name, firm in rows)


async def counts_of(
    session: AsyncSession, *, scope: ColumnElement[bool], conditions: Sequence[ColumnElement[bool]]
) -> list[int]:
    """How many live clients of the scope meet each condition, in one scan."""
    asked = (func.count().filter(one).label(f"c{place}") for place, one in enumerate(conditions))
    query = select(*asked).select_from(Client).where(Client.archived_at.is_(None), scope)
    return [int(count) for count in (await session.execute(query)).one()]


async def revenue_of(session: AsyncSession, *, members: Select[int], since: datetime) -> tuple[tuple[str, int], ...]:
    """What the clients bought since then, by currency, the largest first."""
    total = func.sum(Purchase.amount_minor)
    query = select(Purchase.currency, total).where(Purchase.at > since, Purchase.client_id.in_(members))
    rows = await session.execute(query.group_by(Purchase.currency).order_by(total.desc(), Purchase.currency))
    return tuple((currency, int(minor)) for currency, minor in rows)


async def contacts_of(session: AsyncSession, *, members: Select[int], since: datetime) -> int:
    """How many contacts there were with the clients since then; notes are none."""
    real = (Interaction.undone_at.is_(None), Interaction.automatic.is_(False), Interaction.kind != InteractionKind.NOTE)
    query = select(func.count()).where(Interaction.at > since, *real, Interaction.client_id.in_(members))
    return (await session.execute(query)).scalar_one()


async def own_field_names(session: AsyncSession, *, scope: ColumnElement[bool], limit: int) -> list[str]:
    """Names of custom fields among the newest clients, the commonest first."""
    newest = select(Client.custom_fields).where(Client.archived_at.is_(None), scope)
    rows = (await session.execute(newest.order_by(Client.id.desc()).limit(_SAMPLE))).scalars()
    found = Counter(str(name) for fields in rows if isinstance(fields, dict) for name in fields)
    return [name for name, _ in found.most_common(limit)]


async def names_for(
    session: AsyncSession, *, field: str, scope: ColumnElement[bool], mailings: ColumnElement[bool], limit: int
) -> list[str]:
    """Values of a field worth offering, the commonest or newest first; none for fields with too many.

    Only what live clients of `scope` have, and only names of `mailings`.
    """
    seen = live_clients(scope)
    queries: dict[str, Select[str]] = {
        "city": select(func.max(Client.city))
        .where(Client.archived_at.is_(None), scope, Client.city_key != "")
        .group_by(Client.city_key)
        .order_by(func.count().desc(), Client.city_key),
        "tag": select(Tag.name)
        .join(ClientTag, ClientTag.tag_id == Tag.id)
        .where(ClientTag.client_id.in_(seen))
        .group_by(Tag.id, Tag.name)
        .order_by(func.count().desc(), Tag.name),
        "purchase_group": select(func.max(Purchase.product_group))
        .where(Purchase.group_key != "", Purchase.client_id.in_(seen))
        .group_by(Purchase.group_key)
        .order_by(func.count().desc(), Purchase.group_key),
        "owner": select(Staff.name).where(Staff.active.is_(True)).order_by(Staff.name),
        "source": select(Source.name).where(Source.active.is_(True)).order_by(Source.name),
        "segment": select(Segment.name).where(Segment.archived_at.is_(None)).order_by(Segment.name),
    }
    query = queries.get(field)
    if field in _OF_MAILINGS:
        query = mailing_names(mailings).order_by(func.max(Mailing.id).desc())
    return [] if query is None else [name for name in (await session.execute(query.limit(limit))).scalars() if name]


def mailing_names(*conditions: ColumnElement[bool]) -> Select[str]:
    """The names of mailings, each once."""
    return select(Mailing.name).where(*conditions).group_by(Mailing.name)


async def get(session: AsyncSession, *, segment_id: int) -> Segment | None:
    """The segment unless it was archived."""
    query = select(Segment).where(Segment.id == segment_id, Segment.archived_at.is_(None))
    return (await session.execute(query)).scalar_one_or_none()


async def by_name(session: AsyncSession, *, name: str) -> Segment | None:
    """Whoever has the name: to the letter, else one not put away to which case, accents and spaces make the difference."""
    exact = (await session.execute(select(Segment).where(Segment.name == name))).scalar_one_or_none()
    folded = fold(name)
    return exact or next((one for one in await live(session) if fold(one.name) == folded), None)


async def page(session: AsyncSession, *, limit: int, offset: int) -> list[Segment]:
    """Segments by name."""
    query = select(Segment).where(Segment.archived_at.is_(None)).order_by(Segment.name, Segment.id)
    return list((await session.execute(query.limit(limit).offset(offset))).scalars())


async def live(session: AsyncSession) -> list[Segment]:
    """Every segment that was not put away."""
    return list((await session.execute(select(Segment).where(Segment.archived_at.is_(None)))).scalars())


async def how_many(session: AsyncSession) -> int:
    query = select(func.count()).select_from(Segment).where(Segment.archived_at.is_(None))
    return (await session.execute(query)).scalar_one()


async def add_listed(session: AsyncSession, *, segment_id: int, clients: Select[int]) -> int:
    """Puts the selected clients on the list; those already there stay. Returns how many came new."""
    already = select(SegmentMember.client_id).where(SegmentMember.segment_id == segment_id)
    chosen = clients.where(Client.id.not_in(already)).add_columns(
        select(Segment.id).where(Segment.id == segment_id).scalar_subquery()
    )
    before = await _listed_count(session, segment_id)
    await session.execute(insert(SegmentMember).from_select(["client_id", "segment_id"], chosen))
    return await _listed_count(session, segment_id) - before


async def remove_listed(session: AsyncSession, *, segment_id: int, client_ids: Sequence[int]) -> None:
    await session.execute(
        delete(SegmentMember).where(SegmentMember.segment_id == segment_id, SegmentMember.client_id.in_(client_ids))
    )


async def is_needed(session: AsyncSession, *, segment_id: int) -> bool:
    """Whether a mailing under way or being prepared points at the segment."""
    states = (*sorted(MAILING_ACTIVE), MailingState.RECURRING, MailingState.DRAFT, MailingState.AWAITING_APPROVAL)
    query = select(Mailing.id).where(Mailing.segment_id == segment_id, Mailing.state.in_(states)).limit(1)
    return (await session.execute(query)).first() is not None


async def approved(session: AsyncSession) -> list[Segment]:
    """Those whose members a second person looks, or looked, at for a mailing that still goes out to them."""
    waits = Mailing.state == MailingState.AWAITING_APPROVAL
    goes = Mailing.state.in_(sorted(MAILING_ACTIVE)) & Mailing.approved_by_id.is_not(None)
    theirs = select(Mailing.segment_id).where(waits | goes)
    return list((await session.execute(select(Segment).where(Segment.id.in_(theirs)))).scalars())


async def archive(session: AsyncSession, *, segment: Segment, now: datetime) -> None:
    """Puts the segment away and frees its name."""
    segment.archived_at = now
    segment.name = f"{segment.name[:90]} · {segment.id} · {now:%Y-%m-%d}"
    await session.flush()


async def _listed_count(session: AsyncSession, segment_id: int) -> int:
    query = select(func.count()).select_from(SegmentMember).where(SegmentMember.segment_id == segment_id)
    return (await session.execute(query)).scalar_one()
