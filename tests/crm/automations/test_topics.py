"""What an automation is about: who left the topic gets none of its marketing, and everybody is told why."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.outbox.delivery import Delivery, Suppress, Verdict
from crm import consent, templates
from crm import why as stories
from crm.automations import keeping, replaying
from crm.automations.checking import look
from crm.automations.definition import Send, SendBy
from crm.automations.document import read, write
from crm.automations.errors import NotReady
from crm.consent import topics
from storage.models import Channel, Client, Language, Outbox, Role, Staff, Topic
from storage.queries import topics as topic_rows
from tests.crm.automations.engine import Engine, definition
from tests.factories import make_client, make_staff

NEWS = Send(SendBy.EMAIL, "News letter")
INVOICE = Send(SendBy.EMAIL, "News letter", marketing=False)


async def _topic(engine: Engine, name: str = "News") -> Topic:
    async with engine.database.write() as session:
        return await topics.create(session, actor=engine.manager, name=name, titles={}, now=engine.now)


async def _leaves(engine: Engine, client: Client, topic: Topic) -> None:
    async with engine.database.write() as session:
        await topic_rows.close(session, client_id=client.id, topic_id=topic.id, now=engine.now)


async def _planned(engine: Engine) -> list[Outbox]:
    async with engine.database.read() as session:
        query = select(Outbox).where(Outbox.kind == "automation").order_by(Outbox.id)
        return list((await session.execute(query)).scalars())


async def _verdicts(engine: Engine, rows: list[Outbox]) -> dict[int, Verdict]:
    deliveries = [Delivery(*(getattr(row, name) for name in Delivery._fields)) for row in rows]
    async with engine.database.read() as session:
        return dict(await consent.gate(session, deliveries, engine.now))


async def test_who_left_the_topic_gets_no_marketing_of_it_and_what_they_wait_for_all_the_same(engine: Engine) -> None:
    topic, other = await _topic(engine), await _topic(engine, "Events")
    await engine.template("News letter")
    await engine.on(definition(NEWS, INVOICE, topic="News"))
    anna = await engine.newcomer("Anna", email="anna@x.example")
    boris = await engine.newcomer("Boris", email="boris@x.example")
    await engine.run()
    await _leaves(engine, anna, topic)
    await _leaves(engine, boris, other)
    rows = await _planned(engine)
    assert [(row.client_id, row.marketing) for row in rows] == [
        (anna.id, True),
        (boris.id, True),
        (anna.id, False),
        (boris.id, False),
    ]
    assert await _verdicts(engine, rows) == {rows[0].id: Suppress("topic")}
    async with engine.database.read() as session:
        told = await stories.story(session, actor=engine.manager, outbox_id=rows[0].id, now=engine.now)
        waited = await stories.story(session, actor=engine.manager, outbox_id=rows[2].id, now=engine.now)
    assert (told.cause.topic, waited.cause.topic) == ("News", "")


async def test_a_topic_put_away_still_keeps_out_who_left_it(engine: Engine) -> None:
    topic = await _topic(engine)
    await engine.template("News letter")
    await engine.on(definition(NEWS, topic="News"))
    async with engine.database.write() as session:
        await topics.archive(session, actor=engine.manager, topic_id=topic.id, now=engine.now)
    anna = await engine.newcomer("Anna", email="anna@x.example")
    await engine.run()
    await _leaves(engine, anna, topic)
    (row,) = await _planned(engine)
    assert await _verdicts(engine, [row]) == {row.id: Suppress("topic")}


async def test_one_that_slipped_through_without_its_topic_sends_nothing(engine: Engine) -> None:
    await engine.template("News letter")
    await engine.on(definition(NEWS, topic="News"))
    await engine.newcomer("Anna", email="anna@x.example")
    await engine.run()
    assert await _planned(engine) == []
    assert (await engine.only()).ended_because == "automations.topic_gone"


@pytest.fixture
async def manager(session: AsyncSession, now: datetime) -> Staff:
    manager = await make_staff(session, Role.MANAGER)
    made = await templates.create(session, actor=manager, name="News letter", channel=Channel.EMAIL, now=now)
    for language in Language:
        await templates.write_version(
            session, actor=manager, template_id=made.id, language=language, subject="S", text="T", now=now
        )
    return manager


@pytest.mark.parametrize("line", ["topic: News", "тема: News", "หัวข้อ: News"])
async def test_it_is_switched_on_once_its_topic_is_there(
    session: AsyncSession, manager: Staff, now: datetime, line: str
) -> None:
    text = f"name: Care\nwhen: client.created\n{line}\nsteps:\n  - send email: News letter\n"
    assert read(text).topic == "News"
    assert read(write(read(text), Language.TH)) == read(text)
    made = await keeping.create_from_document(session, actor=manager, text=text, now=now)
    with pytest.raises(NotReady) as missing:
        await keeping.switch_on(session, actor=manager, automation_id=made.id, now=now)
    assert [(one.code, one.detail) for one in missing.value.findings] == [("topic", "News")]
    topic = await topics.create(session, actor=manager, name="News", titles={}, now=now)
    await keeping.switch_on(session, actor=manager, automation_id=made.id, now=now)
    await topics.archive(session, actor=manager, topic_id=topic.id, now=now)
    found = await look(session, actor=manager, definition=read(text), automation_id=made.id, now=now)
    assert [one.code for one in found.stops] == ["topic"]


async def test_trying_it_on_a_client_says_that_they_left_the_topic(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    topic = await topics.create(session, actor=manager, name="News", titles={}, now=now)
    client = await make_client(session, "Anna", email="anna@x.example")
    await topic_rows.close(session, client_id=client.id, topic_id=topic.id, now=now)
    made = definition(NEWS, INVOICE, topic="News")
    tried = await replaying.simulate(
        session, actor=manager, definition=made, client_id=client.id, start=now, now=now + timedelta(days=1)
    )
    assert [(did.channel, did.because) for did in tried.walked.steps] == [(None, "topic"), (Channel.EMAIL, "")]
