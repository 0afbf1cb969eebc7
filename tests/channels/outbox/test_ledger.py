"""The ledger's statements: nobody claims twice, a stale token writes nothing, sums agree."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, insert, text, update
from sqlalchemy.exc import IntegrityError

from storage.database import Database, asyncpg_of, on_sqlite, real_now
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
from storage.queries import claims_sql
from storage.queries import outbox as ledger
from storage.queries.outbox import Settlement
from tests.channels.outbox.play import attempts, begin, claim, plan, row, settle
from tests.factories import make_staff

S = DeliveryState


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
    assert await begin(database, [mine], now) == set()
    assert await settle(database, [Settlement(mine.id, "slow", S.SENT)], now) == set()
    async with database.connect() as unit:
        assert await ledger.extend(unit, tokens={"slow"}, seconds=60) == set()
    assert (await row(database, mine.id)).state is S.CLAIMED
    assert await attempts(database, mine.id) == []
    assert await begin(database, [theirs], now) == {mine.id}
    assert await settle(database, [Settlement(mine.id, "quick", S.SENT)], now) == {mine.id}
    assert await settle(database, [Settlement(mine.id, "quick", S.FAILED, outcome="permanent")], now) == set()
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
    due = now + timedelta(minutes=3)
    await begin(database, await claim(database, now), now)
    settlements = [
        Settlement(ids[0], "t", S.SENT, code="250", phase="done", provider_id="Q1", outcome="accepted"),
        Settlement(ids[1], "t", S.PLANNED, due_at=due, code="450", reason="ไม่ว่าง 'busy'", outcome="retry"),
        Settlement(ids[2], "t", S.PLANNED, spare=True, outcome="withheld"),
    ]
    assert await settle(database, settlements, now) == set(ids)
    sent, again, spared = [await row(database, one) for one in ids]
    assert (sent.code, sent.phase, sent.provider_id, sent.sent_at) == ("250", "done", "Q1", now)
    assert (again.due_at, again.reason, again.attempts, again.settled_at) == (due, "ไม่ว่าง 'busy'", 1, None)
    assert (spared.due_at, spared.attempts, spared.lease_owner, spared.lease_expires_at) == (now, 0, None, None)


async def test_where_some_are_somebody_elses_the_others_are_written(database: Database, now: datetime) -> None:
    """One lost lease in a batch: the rest is begun and settled as if it were not there, and its attempt is closed all the same."""
    ids = await plan(database, now, 5)
    mine = await claim(database, now)
    assert await begin(database, mine, now) == set(ids)
    async with database.write() as session:
        theirs = update(Outbox).where(Outbox.id == ids[2]).values(lease_token="theirs")
        await session.execute(theirs)
    assert await begin(database, mine, now) == set(ids) - {ids[2]}
    outcome = [Settlement(one, "t", S.SENT, outcome="accepted", reply="ok") for one in ids]
    assert await settle(database, outcome, now) == set(ids) - {ids[2]}
    assert [(await row(database, one)).state for one in ids] == [S.SENT, S.SENT, S.SENDING, S.SENT, S.SENT]
    assert [one.outcome for one in await attempts(database, ids[2])] == ["accepted"]
    assert [one.outcome for one in await attempts(database, ids[0])] == ["accepted", "accepted"]


async def test_a_pause_for_all_stops_claims_and_beginnings_but_no_settling(database: Database, now: datetime) -> None:
    ids = await plan(database, now, 3)
    mine = await claim(database, now, limit=2)
    async with database.connect() as unit:
        until = real_now() + timedelta(minutes=5)
        await ledger.pause(unit, scope="email", until=until)
        done = await ledger.turn(
            unit,
            channel=Channel.EMAIL,
            now=now,
            settlements=[Settlement(ids[0], "t", S.CANCELLED)],
            begin=mine[1:],
            claim=ledger.Claim(owner="w", token="u", seconds=60, limit=5),
        )
    assert (done.written, done.begun, done.claimed, done.paused_until) == ({ids[0]}, set(), [], until)


async def test_a_row_is_claimed_as_it_was_planned(database: Database, now: datetime) -> None:
    payload = {"text": 'кавычки "и" \\ слэш สวัสดี 👍', "none": None, "deep": [1, {"x": 1.5}]}
    fields = {"payload": payload, "message_id": "<a@b>", "marketing": True, "priority": 9}
    (made,) = await plan(database, now, address="анна@почта.рф", **fields)
    (mine,) = await claim(database, now)
    written = await row(database, made)
    columns = {name: getattr(written, name) for name in type(mine)._fields}
    assert mine._asdict() == columns
    assert mine.payload == payload
    assert (mine.due_at.tzinfo, type(mine.channel), type(mine.state)) == (UTC, Channel, S)


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
    async with database.connect() as unit:
        if database.is_sqlite:
            claiming = "EXPLAIN QUERY PLAN " + claims_sql.claim(postgres=False, limit=5)
            moment = now.strftime("%Y-%m-%d %H:%M:%S.%f")
            values = dict.fromkeys(("channel", "owner", "token"), "email") | dict.fromkeys(
                ("now", "here", "expires"), moment
            )
            plans = await on_sqlite(unit, lambda driver: [str(line) for line in driver.execute(claiming, values)])
        else:
            driver = await asyncpg_of(unit)
            claiming = "EXPLAIN " + claims_sql.claim(postgres=True, limit=5)
            plans = [line[0] for line in await driver.fetch(claiming, "email", "w", "t", now, now, now)]
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
