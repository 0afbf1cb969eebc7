# ruff: noqa: F811  (fixtures of the stand-ins, borrowed by name)
"""Caps, pauses and lost answers of SMS over the wire: what arrives is counted on the phones."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.message import OutgoingSms
from channels.outbox.delivery import Composed, Delivery
from channels.outbox.enqueue import enqueue
from channels.outbox.limits import Monotonic
from channels.outbox.worker import OutboxWorker
from channels.sms import segments
from channels.sms.sender import SmsSender
from channels.sms.terms import DAY_SCOPE, SmsTerms
from sandbox.server import Sandbox
from storage.database import Database
from storage.models import Channel, DeliveryState, Outbox, SendBudget
from tests.channels.outbox.play import MovedClock, everything_may_go, states, until
from tests.channels.outbox.test_limits import Hand
from tests.conftest import Figures
from tests.sandbox.conftest import Control, control, sandbox  # noqa: F401  (fixtures)

S = DeliveryState


async def compose(session: AsyncSession, delivery: Delivery) -> Composed:
    return OutgoingSms(delivery.address, str(delivery.payload["text"]))


async def plan_texts(database: Database, now: datetime, texts: list[str], *, first: int = 0) -> None:
    async with database.write() as session:
        for number, text in enumerate(texts, first):
            await enqueue(
                session,
                channel=Channel.SMS,
                kind="sms",
                address=f"+4915112{number:06}",
                payload={"text": text},
                now=now,
            )


def worker_on(
    sandbox: Sandbox, database: Database, clock: MovedClock, terms: SmsTerms, monotonic: Monotonic = time.monotonic
) -> OutboxWorker:
    sender = SmsSender(
        account_sid=sandbox.accounts.twilio_account_sid,
        auth_token=sandbox.accounts.twilio_auth_token,
        terms=replace(terms, sender=sandbox.accounts.twilio_number),
        api_url=sandbox.twilio_api_url,
        monotonic=monotonic,
    )
    return OutboxWorker(
        database=database,
        senders=[sender],
        composers={"sms": compose},
        gate=everything_may_go,
        clock=clock,
        owner="test",
    )


@asynccontextmanager
async def running(*workers: OutboxWorker) -> AsyncIterator[None]:
    stop = asyncio.Event()
    tasks = [asyncio.create_task(worker.run(stop)) for worker in workers]
    try:
        yield
    finally:
        stop.set()
        await asyncio.gather(*tasks)
        for worker in workers:
            await worker.close()


async def eventually(condition: Callable[[], Awaitable[bool]], seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not await condition():
            await asyncio.sleep(0.02)


def arrived(sandbox: Sandbox) -> Counter[str]:
    return Counter(text.to_number for text in sandbox.phones.texts.values())


def billed(sandbox: Sandbox) -> int:
    return sum(segments.count(text.body).segments for text in sandbox.phones.texts.values())


@pytest.mark.parametrize(
    ("terms", "most"),
    [
        (SmsTerms(rate=1000, day_segments=21), 21),
        (SmsTerms(rate=1000, prices={"*": 70_000}, day_money=1_000_000), 14),
    ],
    ids=["segments", "money"],
)
async def test_four_workers_together_stay_within_a_day(
    sandbox: Sandbox, database_url: str, now: datetime, terms: SmsTerms, most: int
) -> None:
    texts = ["x" * length for length in (10, 170, 320)] * 12
    async with AsyncExitStack() as stack:
        databases = [Database(database_url) for _ in range(4)]
        for one in databases:
            stack.push_async_callback(one.close)
        await plan_texts(databases[0], now, texts)
        clock = MovedClock(now)

        async def all_said() -> bool:
            async with databases[0].read() as session:
                waiting = select(Outbox.id).where(Outbox.state == S.PLANNED, Outbox.reason == f"throttled: {DAY_SCOPE}")
                held = len((await session.execute(waiting)).all())
            return held + (await states(databases[0]))[S.SENT] == len(texts)

        async with running(*(worker_on(sandbox, one, clock, terms) for one in databases)):
            await eventually(all_said)
        assert most - 2 <= billed(sandbox) <= most
        assert max(arrived(sandbox).values()) == 1
        clock.advance(days=1)
        before = billed(sandbox)
        async with running(worker_on(sandbox, databases[0], clock, terms)):
            await until(lambda: billed(sandbox) > before)
            await eventually(all_said)
        assert most - 2 <= billed(sandbox) - before <= most


async def test_what_twilio_refused_costs_the_day_nothing(
    sandbox: Sandbox, control: Control, database: Database, now: datetime
) -> None:
    clock = MovedClock(now)
    worker = worker_on(sandbox, database, clock, SmsTerms(rate=1000, day_segments=4))
    await plan_texts(database, now, ["one", "two", "three", "four"])
    await control.post("faults", {"twilio": {"refuse": 20503}})
    for _ in range(3):
        await worker.drain_once()
        clock.advance(hours=1)
    await control.post("faults", {"twilio": {}})
    await worker.drain_once()
    await worker.drain_once()  # writes down what the last sends brought
    await worker.close()
    assert await states(database) == {S.SENT: 4}
    async with database.read() as session:
        assert (await session.execute(select(SendBudget.used).where(SendBudget.scope == DAY_SCOPE))).scalar_one() == 4


async def test_what_may_never_go_is_refused_without_asking_twilio(
    sandbox: Sandbox, database: Database, now: datetime
) -> None:
    worker = worker_on(sandbox, database, MovedClock(now), SmsTerms(countries=frozenset({"TH"})))
    await plan_texts(database, now, ["Hello"])
    await worker.drain_once()
    await worker.drain_once()
    await worker.close()
    async with database.read() as session:
        ended = (await session.execute(select(Outbox))).scalar_one()
    assert (ended.state, ended.code) == (S.FAILED, "country-not-allowed")
    assert arrived(sandbox) == {}


@pytest.mark.fault("F7")
async def test_nothing_is_asked_within_a_pause_twilio_wants(
    sandbox: Sandbox, control: Control, database: Database, now: datetime, figures: Figures
) -> None:
    window = figures.size(full=30, short=2)
    await plan_texts(database, now, [f"text {number}" for number in range(30)])
    await control.post("faults", {"twilio": {"rate_limit": window}})
    refused = ("twilio", "messages.create", 429)
    calls = sandbox.world.call_counts
    async with running(worker_on(sandbox, database, MovedClock(now), SmsTerms(rate=100))):
        await until(lambda: calls[refused] > 0)
        paused = time.monotonic()
        await asyncio.sleep(0.2)
        on_the_wire = calls.total()
        assert calls[refused] <= SmsSender.concurrency
        await asyncio.sleep(paused + window - 0.2 - time.monotonic())
        figures.say("requests within a pause", calls.total() - on_the_wire, 0)
        assert calls.total() == on_the_wire
        await until(lambda: calls["twilio", "messages.create", 201] == 30, seconds=5)
        done = time.monotonic() - paused - window
        figures.say("all thirty sent after it", f"{done:.1f} s", "5 s")
        assert done < 5
    assert len(arrived(sandbox)) == 30
    assert await states(database) == {S.SENT: 30}


@pytest.mark.fault("F8")
async def test_a_lost_answer_is_looked_up_and_never_sent_again_blindly(
    sandbox: Sandbox, control: Control, database: Database, now: datetime, figures: Figures
) -> None:
    """Of forty texts Twilio takes some in silence and never hears of others; each phone gets its text once."""
    hand, clock = Hand(), MovedClock(now)
    worker = worker_on(sandbox, database, clock, SmsTerms(rate=1000), hand)
    for harm, times, first in (("accept_then_drop", 12, 0), ("drop", 5, 20)):
        await plan_texts(database, now, [f"text {number}" for number in range(first, first + 20)], first=first)
        await control.post("faults", {"twilio": {harm: True, "only": ["messages.create"], "times": times}})
        await worker.drain_once()
        await worker.drain_once()  # writes down what the last sends brought
    assert await states(database) == {S.SENT: 23, S.UNKNOWN: 17}
    clock.advance(seconds=30)
    assert await worker.reconcile_once() == 12
    assert await states(database) == {S.SENT: 35, S.UNKNOWN: 5}
    await worker.drain_once()
    assert len(arrived(sandbox)) == 35, "what is not listed at once may still come"
    hand.at += 61
    clock.advance(minutes=2)
    assert await worker.reconcile_once() == 5
    await worker.drain_once()
    await worker.drain_once()
    await worker.close()
    twice = sum(arrived(sandbox).values()) - len(arrived(sandbox))
    figures.say("answers lost", 17)
    figures.say("texts sent twice", twice, 0)
    figures.say("texts lost", 40 - len(arrived(sandbox)), 0)
    assert await states(database) == {S.SENT: 40}
    assert len(arrived(sandbox)) == sum(arrived(sandbox).values()) == 40


async def test_twilio_is_left_alone_by_questions_too(
    sandbox: Sandbox, control: Control, database: Database, now: datetime
) -> None:
    clock = MovedClock(now)
    worker = worker_on(sandbox, database, clock, SmsTerms(rate=1000), Hand())
    await plan_texts(database, now, [f"text {number}" for number in range(3)])
    await control.post("faults", {"twilio": {"accept_then_drop": True, "only": ["messages.create"]}})
    await worker.drain_once()
    await worker.drain_once()
    clock.advance(minutes=1)
    await control.post("faults", {"twilio": {"rate_limit": 30}})
    assert await worker.reconcile_once() == 0
    assert await worker.reconcile_once() == 0
    assert sandbox.world.call_counts["twilio", "messages.list", 429] == 1
    await worker.close()
