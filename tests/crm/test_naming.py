"""Names that one thing of a kind may have: two people who give the same one at once, and what the second is told."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from crm import segments, templates
from crm.automations import keeping
from crm.automations.errors import AutomationNameTaken
from crm.consent import topics
from crm.consent.topics import TopicNameTaken
from crm.errors import CrmError
from crm.naming import naming
from crm.segments import SegmentNameTaken
from crm.templates import NameTaken
from storage.base import Base
from storage.database import Database
from storage.models import Automation, Channel, Language, Role, Segment, Staff, Template, Topic
from tests.factories import make_staff

Make = Callable[[AsyncSession, Staff, datetime], Awaitable[object]]
DOCUMENT = "name: Care\nwhen: client.tagged\nsteps:\n  - wait: 1 day\n"


async def _automation(session: AsyncSession, actor: Staff, now: datetime) -> object:
    return await keeping.create_from_document(session, actor=actor, text=DOCUMENT, now=now)


async def _renamed(session: AsyncSession, actor: Staff, now: datetime) -> object:
    """Another automation, given the name by a new version."""
    text = DOCUMENT.replace("Care", f"Before {id(session)}")
    made = await keeping.create_from_document(session, actor=actor, text=text, now=now)
    return await keeping.edit(session, actor=actor, automation_id=made.id, text=DOCUMENT, now=now)


async def _segment(session: AsyncSession, actor: Staff, now: datetime) -> object:
    return await segments.save_rule(session, actor=actor, name="Care", rule="has email", now=now)


async def _template(session: AsyncSession, actor: Staff, now: datetime) -> object:
    return await templates.create(session, actor=actor, name="Care", channel=Channel.EMAIL, now=now)


async def _topic(session: AsyncSession, actor: Staff, now: datetime) -> object:
    return await topics.create(session, actor=actor, name="Care", titles={Language.EN: "Care"}, now=now)


@pytest.mark.parametrize(
    ("make", "table", "refusal"),
    [
        (_automation, Automation, AutomationNameTaken),
        (_renamed, Automation, AutomationNameTaken),
        (_segment, Segment, SegmentNameTaken),
        (_template, Template, NameTaken),
        (_topic, Topic, TopicNameTaken),
    ],
    ids=["automation", "automation renamed", "segment", "template", "topic"],
)
async def test_of_five_at_once_one_has_the_name_and_the_others_are_told(
    database: Database, now: datetime, make: Make, table: type[Base], refusal: type[CrmError]
) -> None:
    async with database.write() as session:
        people = [await make_staff(session, Role.MANAGER) for _ in range(5)]

    async def one(actor: Staff) -> str:
        try:
            async with database.write() as session:
                await make(session, actor, now)
        except refusal as told:
            return str(told.params["name"])
        return "made"

    assert sorted(await asyncio.gather(*map(one, people))) == ["Care"] * 4 + ["made"]
    async with database.read() as session:
        assert (await session.execute(select(func.count()).select_from(table))).scalar_one() == 1


async def test_a_name_taken_between_look_and_keeping_is_the_same_refusal(session: AsyncSession, now: datetime) -> None:
    session.add(Topic(name="News", created_at=now))
    await session.flush()
    looks = 0

    async def check_free() -> None:
        nonlocal looks
        looks += 1
        if looks > 1:
            raise TopicNameTaken(name="News")

    with pytest.raises(TopicNameTaken):
        async with naming(session, check_free):
            session.add(Topic(name="News", created_at=now))
    assert (await session.execute(select(func.count()).select_from(Topic))).scalar_one() == 1


async def test_what_the_database_refuses_besides_is_no_matter_of_names(session: AsyncSession, now: datetime) -> None:
    async def check_free() -> None:
        return None

    with pytest.raises(IntegrityError):
        async with naming(session, check_free):
            session.add(Topic(name="News", created_by_id=-5, created_at=now))


async def test_versions_of_a_template_written_at_once_are_numbered_one_by_one(
    database: Database, now: datetime
) -> None:
    async with database.write() as session:
        actor = await make_staff(session, Role.MANAGER)
        template = await templates.create(session, actor=actor, name="Care", channel=Channel.EMAIL, now=now)

    async def write(text: str) -> int:
        async with database.write() as session:
            version = await templates.write_version(
                session,
                actor=actor,
                template_id=template.id,
                language=Language.EN,
                subject="S",
                text=text,
                now=now,
            )
        return version.number

    assert sorted(await asyncio.gather(*map(write, "abcde"))) == [1, 2, 3, 4, 5]
