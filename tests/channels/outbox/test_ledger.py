"""The ledger's statements: nobody claims twice, a stale token writes nothing, sums agree."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, event, insert, text, update
from sqlalchemy.exc import IntegrityError

from storage.database import Database, real_now
from storage.models import (
    Channel,
    DeliveryState,
    Mailing,
    MailingState,
    Outbox,
    Segment,
    SegmentKind,
    Staff,
    Template,
)
from storage.queries import outbox as ledger
from storage.queries.outbox import Delivery, Settlement
from tests.channels.outbox.play import plan, row
from tests.factories import make_staff

S = DeliveryState


async def claim(
    database: Database, now: datetime, *, token: str = "t", limit: int = 500, seconds: float = 60
) -> list[Delivery]:
    async with database.connect() as unit:
        return await ledger.claim(
            unit, channel=Channel.EMAIL, owner="w", token=token, now=now, seconds=seconds, limit=limit
        )


async def test_eight_workers_never_claim_the_same_row(database: Database, database_url: str, now: datetime) -> None:
    ids = await plan(database, now, 2000)
    databases = [Database(database_url) for _ in range(8)]
    claimed: list[tuple[int, int]] = []

    async def work(number: int) -> None:
        while mine := await claim(databases[number], now, token=f"worker {number}", limit=17):
            claimed.extend((number, one.id) for one in mine)
            await asyncio.sleep(0)

    try:
        await asyncio.gather(*(work(number) for number in range(8)))
    finally:
        for one in databases:
            await one.close()
    assert Counter(one for _, one in claimed) == Counter(ids)
    assert len({worker for worker, _ in claimed}) > 1


async def test_a_stale_worker_changes_nothing(database: Database, now: datetime) -> None:
    await plan(database, now)
    (mine,) = await claim(database, now, token="slow", seconds=-1)
    (theirs,) = await claim(database, now, token="quick")
    assert theirs.id == mine.id
    async with database.connect() as unit:
        assert await ledger.begin(unit, deliveries=[mine], now=now) == set()
        assert await ledger.settle(unit, settlements=[Settlement(mine.id, "slow", S.SENT)], now=now) == set()
        assert await ledger.extend(unit, tokens={"slow"}, seconds=60) == set()
    assert (await row(database, mine.id)).state is S.CLAIMED
    async with database.connect() as unit:
        assert await ledger.begin(unit, deliveries=[theirs], now=now) == {mine.id}
        assert await ledger.settle(unit, settlements=[Settlement(mine.id, "quick", S.SENT)], now=now) == {mine.id}
        late = Settlement(mine.id, "quick", S.FAILED, outcome="permanent")
        assert await ledger.settle(unit, settlements=[late], now=now) == set()
    assert (await row(database, mine.id)).state is S.SENT


async def test_a_kept_lease_is_not_taken_over(database: Database, now: datetime) -> None:
    await plan(database, now)
    await claim(database, now, token="mine", seconds=-1)
    async with database.connect() as unit:
        assert await ledger.extend(unit, tokens={"mine", "other"}, seconds=60) == {"mine"}
    assert await claim(database, now, token="other") == []


async def test_leases_do_not_follow_product_time(database: Database, now: datetime) -> None:
    await plan(database, now)
    assert len(await claim(database, now)) == 1
    assert await claim(database, now + timedelta(days=400), token="other") == []


async def test_settling_writes_what_was_said(database: Database, now: datetime) -> None:
    ids = await plan(database, now, 3)
    mine = await claim(database, now)
    due = now + timedelta(minutes=3)
    async with database.connect() as unit:
        await ledger.begin(unit, deliveries=mine, now=now)
        await ledger.settle(
            unit,
            settlements=[
                Settlement(ids[0], "t", S.SENT, code="250", phase="done", provider_id="Q1", outcome="accepted"),
                Settlement(ids[1], "t", S.PLANNED, due_at=due, code="450", reason="ไม่ว่าง 'busy'", outcome="retry"),
                Settlement(ids[2], "t", S.PLANNED, spare=True, outcome="withheld"),
            ],
            now=now,
        )
    sent, again, spared = [await row(database, one) for one in ids]
    assert (sent.code, sent.phase, sent.provider_id, sent.sent_at) == ("250", "done", "Q1", now)
    assert (again.due_at, again.reason, again.attempts, again.settled_at) == (due, "ไม่ว่าง 'busy'", 1, None)
    assert (spared.due_at, spared.attempts, spared.lease_owner, spared.lease_expires_at) == (now, 0, None, None)


async def test_rows_of_a_paused_mailing_wait(database: Database, now: datetime) -> None:
    async with database.write() as session:
        author = await make_staff(session)
        mailings = [await _mailing(session, author, now, name) for name in ("paused", "running")]
        mailings[0].state = MailingState.PAUSED
    for number, mailing in enumerate(mailings):
        (made,) = await plan(database, now, priority=9, address=f"m{number}@example.com")
        async with database.write() as session:
            await session.execute(update(Outbox).where(Outbox.id == made).values(mailing_id=mailing.id))
    assert [one.mailing_id for one in await claim(database, now)] == [mailings[1].id]
    async with database.write() as session:
        await session.execute(update(Mailing).values(state=MailingState.RUNNING))
    assert [one.mailing_id for one in await claim(database, now)] == [mailings[0].id]
    async with database.read() as session:
        totals = await ledger.totals(session, mailing_id=mailings[0].id)
    assert (totals[S.CLAIMED], sum(totals.values()), set(totals)) == (1, 1, set(S))


async def _mailing(session, author: Staff, now: datetime, name: str) -> Mailing:  # type: ignore[no-untyped-def]
    segment = Segment(name=name, kind=SegmentKind.LIST, created_at=now)
    template = Template(name=name, channel=Channel.EMAIL, created_at=now)
    session.add_all([segment, template])
    await session.flush()
    mailing = Mailing(
        name=name,
        channel=Channel.EMAIL,
        segment_id=segment.id,
        template_id=template.id,
        state=MailingState.RUNNING,
        created_by_id=author.id,
        created_at=now,
    )
    session.add(mailing)
    await session.flush()
    return mailing


@pytest.mark.parametrize(
    "values",
    [
        {"state": "claimed"},  # in flight without a lease
        {"lease_token": "t"},  # a lease on what nobody holds
        {"state": "sent"},  # sent at no moment
        {"state": "lost"},
        {"priority": 3},  # a priority no claim looks at
    ],
)
async def test_impossible_rows_are_refused(database: Database, now: datetime, values: dict[str, object]) -> None:
    await plan(database, now)
    assignments = ", ".join(f"{column} = :{column}" for column in values)
    with pytest.raises(IntegrityError):
        async with database.write() as session:
            await session.execute(text(f"UPDATE outbox SET {assignments}"), values)


async def test_the_claim_walks_indexes_only(database: Database, now: datetime) -> None:
    """Both databases read the partial indexes; neither scans the ledger."""
    rows = [
        {
            "channel": Channel.EMAIL,
            "kind": "email",
            "state": S.SENT,
            "priority": 9,
            "due_at": now,
            "address": f"{number}@example.com",
            "payload": {},
            "marketing": False,
            "attempts": 1,
            "created_at": now,
            "sent_at": now,
        }
        for number in range(20_000)
    ]
    async with database.connect() as unit:
        await unit.execute(insert(Outbox), rows)
    await plan(database, now, 10)
    async with database.engine.connect() as connection:
        if not database.is_sqlite:
            await connection.execute(text("ANALYZE outbox"))
            await connection.commit()
    prefix = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "

    def explain(connection, cursor, statement, parameters, context, many):  # type: ignore[no-untyped-def]
        return prefix + statement, parameters

    async with database.connect() as unit:
        assert unit.sync_connection is not None
        statement = ledger.claim_statement(
            unit, channel=Channel.EMAIL, owner="w", token="t", now=now, seconds=1, limit=5
        )
        event.listen(unit.sync_connection, "before_cursor_execute", explain, retval=True)
        plans = [str(tuple(line)) for line in (await unit.execute(statement)).all()]
    plan_text = "\n".join(plans)
    assert "SCAN outbox" not in plan_text
    assert "Seq Scan on outbox" not in plan_text
    assert "ix_outbox_waiting" in plan_text


async def test_the_oldest_in_flight_and_the_most_overdue_are_known(database: Database, now: datetime) -> None:
    await plan(database, now - timedelta(hours=2), 2)
    async with database.read() as session:
        assert await ledger.oldest_in_flight(session) is None
        assert await ledger.oldest_due(session, channel=Channel.EMAIL, now=now) == now - timedelta(hours=2)
        assert await ledger.oldest_due(session, channel=Channel.SMS, now=now) is None
        assert await ledger.anything_due(session, channel=Channel.EMAIL, now=now)
        assert not await ledger.anything_due(session, channel=Channel.SMS, now=now)
    await claim(database, now, seconds=5)
    async with database.read() as session:
        oldest = await ledger.oldest_in_flight(session)
        assert oldest is not None
        assert oldest < real_now() + timedelta(seconds=6)
        assert not await ledger.anything_due(session, channel=Channel.EMAIL, now=now)
    async with database.write() as session:
        await session.execute(delete(Outbox))
