"""The feed is read to where nothing can appear behind the reader, and not a step further."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

import pytest
from sqlalchemy import insert, update

from crm import events
from crm.automations import feed
from crm.automations.definition import ChangeTag, Reentry, Stop, Wait, WaitFor
from storage.models import DomainEvent, Enrolment, FeedCursor
from tests.crm.automations.engine import Engine, definition

STAY = Wait(timedelta(days=1))


async def test_an_event_that_commits_late_is_not_stepped_over(engine: Engine) -> None:
    """Only PostgreSQL can: a transaction holds a number while others with higher ones commit."""
    if engine.database.is_sqlite:
        pytest.skip("SQLite has one writer: numbers are committed in their order")
    await engine.on(definition(STAY, Stop()))
    early, late = await engine.client("Early"), await engine.client("Late")
    numbered, may_end = asyncio.Event(), asyncio.Event()

    async def slowly() -> None:
        async with engine.database.write() as session:
            events.record(session, "client.created", now=engine.now, client_id=early.id)
            await session.flush()
            numbered.set()
            await may_end.wait()

    slow = asyncio.create_task(slowly())
    await numbered.wait()
    await engine.happens("client.created", late)
    for _ in range(5):
        await read_once(engine)
    assert await engine.enrolments() == []  # behind the late one stands one nobody sees yet
    may_end.set()
    await slow
    await engine.run()
    assert [one.client_id for one in await engine.enrolments()] == [early.id, late.id]


async def test_a_place_no_program_knows_holds_up_nobody_elses_events(engine: Engine) -> None:
    paid = WaitFor("invoice.paid", timedelta(days=3))
    await engine.on(definition(paid, ChangeTag("paid"), when="invoice.due", exits=frozenset()))
    anna, bert = await engine.client("Anna"), await engine.client("Bert")
    for client in (anna, bert):
        await engine.happens("invoice.due", client)
    await engine.run()
    async with engine.database.write() as session:
        await session.execute(update(Enrolment).where(Enrolment.client_id == anna.id).values(place="7"))
    for client in (anna, bert):
        await engine.happens("invoice.paid", client)
    await engine.run()
    assert [one.state.value for one in await engine.enrolments()] == ["inside", "finished"]


async def test_two_readers_read_each_event_once(engine: Engine) -> None:
    await engine.on(definition(Stop(), reentry=Reentry(timedelta())))
    for number in range(20):
        await engine.newcomer(f"C{number}")
    for _ in range(4):
        await asyncio.gather(*(read_once(engine) for _ in range(4)))
    await engine.run()
    assert len(await engine.enrolments()) == 20


async def test_ten_thousand_events_are_read_in_seconds(engine: Engine) -> None:
    await engine.on(definition(STAY, Stop(), when="invoice.due"))
    anna = await engine.client()
    row = {"name": "client.edited", "client_id": anna.id, "facts": {}, "at": engine.now}
    async with engine.database.write() as session:
        await session.execute(insert(DomainEvent), [row] * 10_000)
    await engine.happens("invoice.due", anna)
    began = time.monotonic()
    await engine.read()
    assert time.monotonic() - began < 20
    assert (await engine.only()).client_id == anna.id


async def test_the_cursor_and_what_was_done_are_one(engine: Engine) -> None:
    await engine.on(definition(STAY, Stop()))
    await engine.newcomer()
    with pytest.raises(RuntimeError):
        async with engine.database.write() as session:
            for _ in range(3):
                await feed.read_events(session, now=engine.now)
            raise RuntimeError
    assert await engine.enrolments() == []
    await engine.read()
    assert len(await engine.enrolments()) == 1
    async with engine.database.read() as session:
        assert (await session.get_one(FeedCursor, "automations")).event_id > 0


async def read_once(engine: Engine) -> None:
    async with engine.database.write() as session:
        await feed.read_events(session, now=engine.now)
