"""The inbox keeps everything once, in lane order, and never lets a bad row block a lane."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from sqlalchemy import select

from channels import inbox
from channels.inbox import Arrival
from storage.database import Database
from storage.models import Inbox, InboxSource
from storage.queries import inbox as rows
from storage.queries import leases

TELEGRAM = InboxSource.TELEGRAM


async def test_ten_copies_at_once_leave_one_row(database: Database, now: datetime) -> None:
    async def arrive() -> int | None:
        async with database.write() as session:
            return await inbox.store(session, source=TELEGRAM, external_id="77", now=now, payload={"n": 1})

    ids = await asyncio.gather(*(arrive() for _ in range(10)))
    assert len([one for one in ids if one is not None]) == 1
    async with database.read() as session:
        assert len(await inbox.waiting(session, source=TELEGRAM)) == 1


async def test_the_same_id_from_another_source_is_another_thing(database: Database, now: datetime) -> None:
    async with database.write() as session:
        assert await inbox.store(session, source=TELEGRAM, external_id="1", now=now)
        assert await inbox.store(session, source=InboxSource.SMS, external_id="1", now=now)


async def test_many_arrivals_keep_their_order_and_only_the_new_ones_count(database: Database, now: datetime) -> None:
    arrivals = [Arrival(str(n), lane=f"chat:{n % 7}", payload={"n": n}) for n in range(2500)]
    async with database.connect() as connection:
        assert len(await inbox.store_many(connection, source=TELEGRAM, arrivals=arrivals[:1500], now=now)) == 1500
        assert len(await inbox.store_many(connection, source=TELEGRAM, arrivals=arrivals, now=now)) == 1000
    async with database.read() as session:
        first = await inbox.waiting(session, source=TELEGRAM, limit=2000)
        rest = await inbox.waiting(session, source=TELEGRAM, limit=2000, after_id=first[-1].id)
    assert [row.payload["n"] for row in first + rest] == list(range(2500))


async def test_lane_heads_are_the_oldest_of_each_free_lane(database: Database, now: datetime) -> None:
    arrivals = [Arrival(str(n), lane="abc"[n % 3]) for n in range(9)]
    async with database.write() as session:
        await inbox.store_many(session, source=TELEGRAM, arrivals=arrivals, now=now)
        heads = await inbox.next_lanes(session, source=TELEGRAM, busy={"b"})
        assert [(row.lane, row.external_id) for row in heads] == [("a", "0"), ("c", "2")]
        assert await inbox.mark_processed(session, inbox_id=heads[0].id, now=now)
        heads = await inbox.next_lanes(session, source=TELEGRAM)
        assert [(row.lane, row.external_id) for row in heads] == [("b", "1"), ("c", "2"), ("a", "3")]


async def test_a_row_is_closed_once(database: Database, now: datetime) -> None:
    async with database.write() as session:
        inbox_id = await inbox.store(session, source=TELEGRAM, external_id="1", now=now)
        assert inbox_id

    async def close(answer: str) -> bool:
        async with database.write() as session:
            return await inbox.mark_processed(session, inbox_id=inbox_id, now=now, answer=[answer])

    done = await asyncio.gather(*(close(str(n)) for n in range(5)))
    assert sum(done) == 1
    async with database.write() as session:
        (said,) = await inbox.unanswered(session, source=TELEGRAM)
        assert said.answer == [str(done.index(True))]
        await inbox.mark_answered(session, ids=[said.id], now=now)
        assert await inbox.unanswered(session, source=TELEGRAM) == []


async def test_five_failures_put_a_row_aside_and_the_lane_goes_on(database: Database, now: datetime) -> None:
    async with database.write() as session:
        await inbox.store_many(session, source=TELEGRAM, arrivals=[Arrival("1", "a"), Arrival("2", "a")], now=now)
        (head,) = await inbox.next_lanes(session, source=TELEGRAM)
        tries = [await inbox.mark_failed(session, inbox_id=head.id, error=f"boom {n}" * 900, now=now) for n in range(6)]
        assert tries == [False, False, False, False, True, False]
        (head,) = await inbox.next_lanes(session, source=TELEGRAM)
        assert head.external_id == "2"
        kept = (await session.execute(select(Inbox).where(Inbox.external_id == "1"))).scalar_one()
        assert kept.tries == 5
        assert kept.error is not None
        assert kept.error.startswith("boom 4")
        assert await rows.quarantined(session) == 1


async def test_a_failure_followed_by_success_is_no_quarantine(database: Database, now: datetime) -> None:
    async with database.write() as session:
        inbox_id = await inbox.store(session, source=TELEGRAM, external_id="1", now=now)
        assert inbox_id
        await inbox.mark_failed(session, inbox_id=inbox_id, error="once", now=now)
        assert (await inbox.waiting(session, source=TELEGRAM))[0].tries == 1
        assert await rows.oldest_waiting(session, source=TELEGRAM) == now
        await inbox.mark_processed(session, inbox_id=inbox_id, now=now + timedelta(seconds=1))
        assert await rows.quarantined(session) == 0
        assert await rows.oldest_waiting(session, source=TELEGRAM) is None


async def test_a_lease_has_one_holder_and_growing_tokens(database: Database) -> None:
    async def take(owner: str, seconds: float = 30) -> int | None:
        async with database.write() as session:
            return await leases.take(session, name="poller", owner=owner, seconds=seconds)

    taken = await asyncio.gather(*(take(f"p{n}") for n in range(8)))
    winners = [n for n, token in enumerate(taken) if token is not None]
    assert len(winners) == 1
    owner, token = f"p{winners[0]}", taken[winners[0]]
    assert token is not None
    assert await take("other") is None
    again = await take(owner)
    assert again == token + 1, "even its own holder fences what it did before"
    async with database.write() as session:
        assert not await leases.keep(session, name="poller", token=token, seconds=30)
        assert await leases.keep(session, name="poller", token=again, seconds=30)
        await leases.release(session, name="poller", token=again)
    assert await take("other", seconds=-1) == again + 1
    async with database.write() as session:
        assert not await leases.keep(session, name="poller", token=again + 1, seconds=30), "expired: too late to keep"
        assert await leases.holds(session, name="poller", token=again + 1)
    assert await take("third") == again + 2
