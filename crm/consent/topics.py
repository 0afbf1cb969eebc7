"""Topics: what mailings are about, so that a client can leave one without leaving all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from crm import events
from crm.access import SEES_EVERYTHING, Action, check
from crm.errors import CrmError, Missing, NotAllowed, NotFound, TooLong
from crm.naming import naming
from storage.models import Language, Staff, Topic
from storage.queries import topics as queries

NAME_LIMIT = 60
TITLE_LIMIT = 120
TOPIC = "topic"  # the ledger's word for who does not want to hear of it


class TopicNameTaken(CrmError):
    """Another topic is called so. Parameters: name."""

    code = "topics.name_taken"


async def page(session: AsyncSession, *, actor: Staff, limit: int, offset: int = 0) -> tuple[Sequence[Topic], int]:
    """Topics in use by name, and how many there are. Raises NotAllowed."""
    check(actor, Action.RUN_MAILINGS)
    return await queries.page(session, limit=limit, offset=offset), await queries.how_many(session)


def may_edit(actor: Staff) -> bool:
    """Whether a colleague makes topics: customers read them, so those who see everything."""
    return actor.role in SEES_EVERYTHING


async def create(
    session: AsyncSession, *, actor: Staff, name: str, titles: Mapping[Language, str], now: datetime
) -> Topic:
    """A topic with what customers read, in some languages or none. Raises NotAllowed, Missing, TooLong, TopicNameTaken."""
    if not may_edit(actor):
        raise NotAllowed(action=Action.RUN_MAILINGS.value)
    name = " ".join(name.split())
    if not name:
        raise Missing(field="name")
    if len(name) > NAME_LIMIT:
        raise TooLong(field="name", limit=NAME_LIMIT)

    async def check_free() -> None:
        if await queries.by_name(session, name) is not None:
            raise TopicNameTaken(name=name)

    told = {language.value: " ".join(title.split()) for language, title in titles.items() if title.strip()}
    if any(len(title) > TITLE_LIMIT for title in told.values()):
        raise TooLong(field="title", limit=TITLE_LIMIT)
    topic = Topic(name=name, titles=told, created_by_id=actor.id, created_at=now)
    async with naming(session, check_free):
        session.add(topic)
    events.record(session, "topic.created", now=now, staff_id=actor.id, topic_id=topic.id)
    return topic


async def get(session: AsyncSession, *, actor: Staff, topic_id: int) -> Topic:
    """A topic in use. Raises NotAllowed, NotFound."""
    check(actor, Action.RUN_MAILINGS)
    topic = await session.get(Topic, topic_id)
    if topic is None or topic.archived_at is not None:
        raise NotFound(what="topic")
    return topic


async def archive(session: AsyncSession, *, actor: Staff, topic_id: int, now: datetime) -> None:
    """Puts a topic away: customers see it no more, and it can be chosen no more. Raises NotAllowed, NotFound."""
    if not may_edit(actor):
        raise NotAllowed(action=Action.RUN_MAILINGS.value)
    topic = await get(session, actor=actor, topic_id=topic_id)
    topic.archived_at = now
    await session.flush()
