"""Ticks: one process leads, a failing tick stops nobody, and what is under way is finished."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm.automations.definition import ChangeTag
from scheduler import housekeeping
from scheduler.ticks import BATCHES_AT_ONCE, LEASE, TICKS, Tick, Ticker, automation_ticks
from storage.database import Database, real_now
from storage.models import Inbox, InboxSource, Lease, Meta, RatePause, SendBudget, UsedPress
from tests.crm.automations.engine import Engine, definition
from tests.factories import make_staff


class Still:
    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


def ticker(database: Database, now: datetime, *ticks: Tick, owner: str = "one", **more: Any) -> Ticker:
    more.setdefault("planned", lambda: None)
    return Ticker(database=database, clock=Still(now), owner=owner, ticks=ticks or TICKS, **more)


async def nothing(session: AsyncSession, *, now: datetime) -> int:
    return 0


async def broken(session: AsyncSession, *, now: datetime) -> int:
    session.add(Meta(key="half", value="done"))
    await session.flush()
    raise RuntimeError("a bug")


async def test_the_whole_table_runs_on_an_empty_database(database: Database, now: datetime) -> None:
    assert await ticker(database, now).fire_all() == 0


async def test_automations_run_from_an_event_to_a_tag_by_their_ticks_alone(database: Database, now: datetime) -> None:
    engine = await Engine.built(database, now)
    assert await ticker(database, now, *automation_ticks("crm.example")).fire_all() >= 0
    await engine.on(definition(ChangeTag("hello")))
    await engine.newcomer()
    async with asyncio.timeout(20):
        while [one.state.value for one in await engine.enrolments()] != ["finished"]:
            await ticker(database, now, *automation_ticks("crm.example")).fire_all()


async def test_a_tick_repeats_until_nothing_is_left_and_says_so(database: Database, now: datetime) -> None:
    left = [3, 2, 0]
    planned: list[int] = []

    async def batches(session: AsyncSession, *, now: datetime) -> int:
        return left.pop(0)

    moved = await ticker(database, now, Tick("x", 1, batches), planned=lambda: planned.append(1)).fire_all()
    assert (moved, left, planned) == (5, [], [1])


async def test_a_tick_that_comes_seldom_goes_on_where_there_is_more(database: Database, now: datetime) -> None:
    left, done = 3 * BATCHES_AT_ONCE, asyncio.Event()

    async def batches(session: AsyncSession, *, now: datetime) -> int:
        nonlocal left
        left -= 1
        if left == 0:
            done.set()
        return max(0, left)

    stop = asyncio.Event()
    first = Tick("once an hour", 3600, batches)
    one = ticker(database, now, first)
    running = asyncio.create_task(one.run(stop))
    async with asyncio.timeout(20):
        while not one.leading:
            await asyncio.sleep(0.01)
        await one._start(first)
        await done.wait()
    stop.set()
    await asyncio.wait_for(running, 5)


async def test_a_failing_tick_is_rolled_back_and_stops_no_other(database: Database, now: datetime) -> None:
    ran = asyncio.Event()

    async def works(session: AsyncSession, *, now: datetime) -> int:
        ran.set()
        return 0

    stop = asyncio.Event()
    running = asyncio.create_task(
        ticker(database, now, Tick("broken", 0.01, broken), Tick("works", 0.02, works)).run(stop)
    )
    await asyncio.wait_for(ran.wait(), 5)
    ran.clear()
    await asyncio.wait_for(ran.wait(), 5)
    stop.set()
    await asyncio.wait_for(running, 5)
    async with database.read() as session:
        assert await session.get(Meta, "half") is None


async def test_one_leads_and_the_next_takes_over(database: Database, now: datetime) -> None:
    fired: list[str] = []

    def noting(name: str) -> Tick:
        async def verb(session: AsyncSession, *, now: datetime) -> int:
            fired.append(name)
            return 0

        return Tick(name, 0.01, verb)

    stops = {name: asyncio.Event() for name in ("one", "two")}
    tickers = {name: ticker(database, now, noting(name), owner=name, lease_seconds=0.6) for name in stops}
    first = asyncio.create_task(tickers["one"].run(stops["one"]))
    while not fired:
        await asyncio.sleep(0.01)
    second = asyncio.create_task(tickers["two"].run(stops["two"]))
    await asyncio.sleep(0.5)
    assert set(fired) == {"one"}
    stops["one"].set()
    await asyncio.wait_for(first, 5)
    async with asyncio.timeout(5):
        while "two" not in fired:
            await asyncio.sleep(0.01)
    stops["two"].set()
    await asyncio.wait_for(second, 5)
    async with database.read() as session:
        assert (await session.get_one(Lease, LEASE)).owner == "two"


async def test_what_is_under_way_is_finished(database: Database, now: datetime) -> None:
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def slow(session: AsyncSession, *, now: datetime) -> int:
        begun.set()
        await may_end.wait()
        await session.merge(Meta(key="slow", value="done"))
        return 0

    stop = asyncio.Event()
    running = asyncio.create_task(ticker(database, now, Tick("slow", 0.01, slow)).run(stop))
    await asyncio.wait_for(begun.wait(), 5)
    stop.set()
    await asyncio.sleep(0.05)
    assert not running.done()
    may_end.set()
    await asyncio.wait_for(running, 5)
    async with database.read() as session:
        assert (await session.get_one(Meta, "slow")).value == "done"


async def test_tidying_takes_only_what_is_past_its_time(database: Database, now: datetime) -> None:
    old = now - timedelta(days=31)
    async with database.write() as session:
        staff = await make_staff(session)
        for number, (source, processed, error) in enumerate(
            [
                (InboxSource.TELEGRAM, old, None),
                (InboxSource.TELEGRAM, old, "quarantined"),
                (InboxSource.TELEGRAM, None, None),
                (InboxSource.TELEGRAM, now, None),
                (InboxSource.EMAIL, old, None),
            ]
        ):
            session.add(
                Inbox(source=source, external_id=str(number), received_at=old, processed_at=processed, error=error)
            )
        session.add_all(
            [
                UsedPress(key="old", staff_id=staff.id, used_at=old),
                UsedPress(key="new", staff_id=staff.id, used_at=now),
                SendBudget(scope="email:day", period=1, until=old),
                SendBudget(scope="email:day", period=2, until=real_now() + timedelta(days=1)),
                RatePause(scope="email:old.example", until=real_now() - timedelta(days=2)),
                RatePause(scope="email:new.example", until=real_now()),
            ]
        )
    assert await ticker(database, now, Tick("tidy", 1, housekeeping.tidy)).fire_all() == 4
    async with database.read() as session:
        assert set((await session.execute(select(Inbox.external_id))).scalars()) == {"1", "2", "3", "4"}
        assert list((await session.execute(select(UsedPress.key))).scalars()) == ["new"]
        assert list((await session.execute(select(SendBudget.period))).scalars()) == [2]
        assert list((await session.execute(select(RatePause.scope))).scalars()) == ["email:new.example"]
