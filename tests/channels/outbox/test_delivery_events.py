"""What befalls a delivery besides its attempts is written down once: holds, throttles, what the provider was asked."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextvars import Context
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from channels.message import Outcome, SendResult
from channels.outbox.budgets import Charge
from channels.outbox.delivery import Delivery, Hold, Verdict
from channels.sender import Ambiguity
from storage.database import Database
from storage.models import Channel, DeliveryEvent, DeliveryState, Outbox
from storage.queries import delivery_events
from storage.queries.delivery_events import Note
from tests.channels.outbox.play import MovedClock, PlayedSender, plan, row, states, worker_for

S = DeliveryState


@pytest.fixture
def clock(now: datetime) -> MovedClock:
    return MovedClock(now)


async def told(database: Database) -> list[tuple[int, str, dict[str, Any], datetime]]:
    async with database.read() as session:
        events = (await session.execute(select(DeliveryEvent).order_by(DeliveryEvent.id))).scalars()
        return [(one.outbox_id, one.what, one.facts, one.at) for one in events]


async def test_a_hold_is_told_once_and_again_when_it_lasts(database: Database, clock: MovedClock) -> None:
    began = clock.now()

    async def gate(session: AsyncSession, deliveries: Sequence[Delivery], now: datetime) -> Mapping[int, Verdict]:
        return {one.id: Hold(now + timedelta(hours=1), "quiet-hours") for one in deliveries}

    (held,) = await plan(database, clock.now())
    worker = worker_for(database, clock, PlayedSender(), gate=gate)
    for _ in range(8):
        await worker.drain_once()
        clock.advance(hours=1)
    assert [(number, what, facts["until"], at) for number, what, facts, at in await told(database)] == [
        (held, "quiet-hours", (began + timedelta(hours=1)).isoformat(), began),
        (held, "quiet-hours", (began + timedelta(hours=7)).isoformat(), began + timedelta(hours=6)),
    ]


async def test_two_kinds_of_waiting_are_two_lines_and_moments_are_none(database: Database, clock: MovedClock) -> None:
    reasons = iter(["frequency-cap", "another-on-its-way", "quiet-hours", "no composer for holograms"])
    waits = {"another-on-its-way": timedelta(seconds=2)}

    async def gate(session: AsyncSession, deliveries: Sequence[Delivery], now: datetime) -> Mapping[int, Verdict]:
        reason = next(reasons)
        return {one.id: Hold(now + waits.get(reason, timedelta(minutes=1)), reason) for one in deliveries}

    await plan(database, clock.now())
    worker = worker_for(database, clock, PlayedSender(), gate=gate)
    for _ in range(4):
        await worker.drain_once()
        clock.advance(minutes=1)
    assert [what for _, what, _, _ in await told(database)] == ["frequency-cap", "quiet-hours"]


async def test_a_throttle_names_the_allowance_that_is_used_up(database: Database, clock: MovedClock) -> None:
    sender = PlayedSender(charge=lambda _delivery: [Charge("domain:example.com", 1, 1, 86_400)])
    first, second = await plan(database, clock.now(), 2)
    await worker_for(database, clock, sender).drain_once()
    assert await states(database) == {S.SENT: 1, S.PLANNED: 1}
    ((number, what, facts, _),) = await told(database)
    assert (number in (first, second), what, facts["of"]) == (True, "throttled", "domain:example.com")
    assert facts["until"] == (await row(database, number)).due_at.isoformat()


async def test_a_try_that_failed_is_told_by_its_attempt_alone(database: Database, clock: MovedClock) -> None:
    sender = PlayedSender(answer=lambda _address: SendResult(Outcome.RETRY, code="450", reply="450 busy"))
    await plan(database, clock.now())
    await worker_for(database, clock, sender).drain_once()
    assert await states(database) == {S.PLANNED: 1}
    assert await told(database) == []


async def test_who_lost_the_lease_tells_nothing(database: Database, clock: MovedClock) -> None:
    (lost,) = await plan(database, clock.now())

    async def take_over() -> None:
        async with database.write() as session:
            await session.execute(update(Outbox).where(Outbox.id == lost).values(lease_token="another"))

    async def gate(session: AsyncSession, deliveries: Sequence[Delivery], now: datetime) -> Mapping[int, Verdict]:
        await asyncio.create_task(take_over(), context=Context())  # another process: a unit of its own
        return {one.id: Hold(now + timedelta(hours=1), "quiet-hours") for one in deliveries}

    await worker_for(database, clock, PlayedSender(), gate=gate).drain_once()
    assert await told(database) == []


async def test_what_the_provider_said_when_asked_is_told(database: Database, clock: MovedClock) -> None:
    sender = PlayedSender(
        channel=Channel.SMS,
        ambiguous=Ambiguity.PARK,
        reconciles=True,
        answer=lambda _address: SendResult(Outcome.UNKNOWN, code="timeout"),
        reconciled=SendResult(Outcome.ACCEPTED, provider_id="SM1"),
    )
    (doubtful,) = await plan(database, clock.now(), channel=Channel.SMS)
    worker = worker_for(database, clock, sender)
    await worker.drain_once()
    clock.advance(minutes=1)
    assert await worker.reconcile_once() == 1
    assert await told(database) == [
        (doubtful, "reconciled", {"outcome": "accepted", "code": ""}, clock.now()),
    ]


async def test_many_lines_are_one_statement_and_keep_their_facts(database: Database, now: datetime) -> None:
    ids = await plan(database, now, 300)
    async with database.connect() as unit:
        await delivery_events.note(unit, [Note(one, "quiet-hours", {"until": "“8”", "n": one}) for one in ids], now=now)
        await delivery_events.note(unit, [], now=now)
    lines = await told(database)
    assert [(number, facts) for number, _, facts, _ in lines] == [(one, {"until": "“8”", "n": one}) for one in ids]
    async with database.read() as session:
        newest = await delivery_events.of(session, outbox_id=ids[0], limit=10)
    assert [(one.what, one.at) for one in newest] == [("quiet-hours", now)]
