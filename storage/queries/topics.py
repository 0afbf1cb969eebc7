"""Topics of mailings, and who does not want to hear of which."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Mailing, Topic, TopicOptOut
from storage.queries.inbox import among, is_postgres


async def page(session: AsyncSession, *, limit: int, offset: int = 0) -> Sequence[Topic]:
    """Topics in use, by name."""
    query = select(Topic).where(Topic.archived_at.is_(None)).order_by(Topic.name).limit(limit).offset(offset)
    return (await session.execute(query)).scalars().all()


async def how_many(session: AsyncSession) -> int:
    query = select(func.count()).select_from(Topic).where(Topic.archived_at.is_(None))
    return (await session.execute(query)).scalar_one()


async def by_name(session: AsyncSession, name: str) -> Topic | None:
    return (await session.execute(select(Topic).where(Topic.name == name))).scalar_one_or_none()


async def closed_to(session: AsyncSession, *, client_id: int) -> set[int]:
    """The topics a client does not want to hear of."""
    query = select(TopicOptOut.topic_id).where(TopicOptOut.client_id == client_id)
    return set((await session.execute(query)).scalars())


async def without(session: AsyncSession, *, topic_id: int, client_ids: Collection[int]) -> set[int]:
    """Those of the clients who do not want to hear of a topic."""
    if not client_ids:
        return set()
    query = select(TopicOptOut.client_id).where(
        TopicOptOut.topic_id == topic_id, among(session, TopicOptOut.client_id, list(client_ids))
    )
    return set((await session.execute(query)).scalars())


async def topic_of(session: AsyncSession, mailing_id: int) -> Topic | None:
    query = select(Topic).join(Mailing, Mailing.topic_id == Topic.id).where(Mailing.id == mailing_id)
    return (await session.execute(query)).scalar_one_or_none()


async def close(session: AsyncSession, *, client_id: int, topic_id: int, now: datetime) -> None:
    insert = (postgresql if is_postgres(session) else sqlite).insert(TopicOptOut)
    await session.execute(insert.values(client_id=client_id, topic_id=topic_id, at=now).on_conflict_do_nothing())


async def open_again(session: AsyncSession, *, client_id: int, topic_id: int) -> None:
    await session.execute(
        delete(TopicOptOut).where(TopicOptOut.client_id == client_id, TopicOptOut.topic_id == topic_id)
    )
