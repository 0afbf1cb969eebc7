"""Links of templates and touches of deliveries: written once each, read by one index."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Integer, func, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import BounceKind, Channel, Outbox, Touch, TouchKind, TrackedLink

_CLICKS, _ONCE = text("kind = 'click'"), text("kind IN ('open', 'unsubscribe')")  # the partial indexes' own words


class Target(NamedTuple):
    """Where a touch belongs: the delivery's own facts."""

    outbox_id: int
    mailing_id: int | None
    client_id: int | None
    sent_at: datetime | None


async def add_links(session: AsyncSession, *, version_id: int, urls: Sequence[str]) -> None:
    rows = [{"template_version_id": version_id, "url": url} for url in urls]
    await session.execute(_insert(session, TrackedLink).values(rows).on_conflict_do_nothing())


async def links_of(session: AsyncSession, version_ids: Collection[int]) -> dict[int, dict[str, int]]:
    """The ids of versions' links by address."""
    query = select(TrackedLink.template_version_id, TrackedLink.url, TrackedLink.id)
    found: dict[int, dict[str, int]] = {}
    for version_id, url, number in await session.execute(query.where(TrackedLink.template_version_id.in_(version_ids))):
        found.setdefault(version_id, {})[url] = number
    return found


async def address_of(session: AsyncSession, *, link_id: int) -> str | None:
    return (await session.execute(select(TrackedLink.url).where(TrackedLink.id == link_id))).scalar_one_or_none()


async def target_of(session: AsyncSession, *, outbox_id: int) -> Target | None:
    query = select(Outbox.id, Outbox.mailing_id, Outbox.client_id, Outbox.sent_at).where(Outbox.id == outbox_id)
    row = (await session.execute(query)).one_or_none()
    return None if row is None else Target._make(row)


async def delivery_of(session: AsyncSession, *, mailing_id: int, client_id: int) -> int | None:
    """The one delivery of a mailing to a client."""
    query = select(Outbox.id).where(Outbox.mailing_id == mailing_id, Outbox.client_id == client_id)
    return (await session.execute(query)).scalar_one_or_none()


async def texted(session: AsyncSession, *, client_id: int, number: str, since: datetime) -> int | None:
    """The last marketing SMS a client got at a number since then."""
    query = (
        select(Outbox.id)
        .where(
            Outbox.client_id == client_id,
            Outbox.channel == Channel.SMS,
            text("outbox.marketing"),
            Outbox.sent_at >= since,
            Outbox.address == number,
        )
        .order_by(Outbox.sent_at.desc(), Outbox.id.desc())
        .limit(1)
    )
    return (await session.execute(query)).scalar_one_or_none()


async def left(session: AsyncSession, *, outbox_id: int, now: datetime) -> None:
    """Somebody unsubscribed by this delivery."""
    target = await target_of(session, outbox_id=outbox_id)
    if target is not None:
        await touch(session, target=target, kind=TouchKind.UNSUBSCRIBE, by_machine=False, now=now)


async def known(session: AsyncSession, *, outbox_id: int, kind: TouchKind, link_id: int | None = None) -> bool | None:
    """Whether such a touch is there and was a machine's; None: there is none."""
    query = select(Touch.by_machine).where(Touch.outbox_id == outbox_id, Touch.kind == kind)
    if link_id is not None:
        query = query.where(Touch.link_id == link_id)
    return (await session.execute(query.limit(1))).scalar_one_or_none()


async def touch(
    session: AsyncSession,
    *,
    target: Target,
    kind: TouchKind,
    by_machine: bool,
    now: datetime,
    link_id: int | None = None,
    interaction_id: int | None = None,
) -> bool:
    """Adds a touch, or makes a machine's a person's. True when that changed something."""
    values = {
        "outbox_id": target.outbox_id,
        "mailing_id": target.mailing_id,
        "client_id": target.client_id,
        "kind": kind,
        "link_id": link_id,
        "interaction_id": interaction_id,
        "by_machine": by_machine,
        "at": now,
    }
    insert = _insert(session, Touch).values(values)
    if by_machine or kind is TouchKind.ANSWER:
        statement = insert.on_conflict_do_nothing()
    else:
        columns = ["outbox_id", "link_id"] if kind is TouchKind.CLICK else ["outbox_id", "kind"]
        statement = insert.on_conflict_do_update(
            index_elements=columns,
            index_where=_CLICKS if kind is TouchKind.CLICK else _ONCE,
            set_={"by_machine": False, "at": now},
            where=Touch.by_machine.is_(True),
        )
    return (await session.execute(statement.returning(Touch.id))).scalar_one_or_none() is not None


async def figures(session: AsyncSession, *, mailing_id: int) -> dict[tuple[TouchKind, bool], int]:
    """How many deliveries of a mailing have touches of a kind, people's and (those without any of people) machines'."""
    per_delivery = (
        select(Touch.kind, func.min(Touch.by_machine.cast(Integer)).label("by_machine"))
        .where(Touch.mailing_id == mailing_id)
        .group_by(Touch.kind, Touch.outbox_id)
        .subquery()
    )
    query = select(per_delivery.c.kind, per_delivery.c.by_machine, func.count()).group_by(
        per_delivery.c.kind, per_delivery.c.by_machine
    )
    return {(kind, bool(by_machine)): count for kind, by_machine, count in await session.execute(query)}


async def returned(session: AsyncSession, *, mailing_id: int) -> dict[BounceKind, int]:
    """What came back of a mailing, by kind."""
    query = (
        select(Outbox.bounce, func.count())
        .where(Outbox.mailing_id == mailing_id, Outbox.bounce.is_not(None))
        .group_by(Outbox.bounce)
    )
    return {kind: count for kind, count in await session.execute(query) if kind is not None}


def _insert(session: AsyncSession, table: Any) -> Any:
    postgres = session.get_bind().dialect.name == "postgresql"
    return (postgresql if postgres else sqlite).insert(table)
