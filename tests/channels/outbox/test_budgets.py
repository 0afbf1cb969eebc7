"""Shared allowances: nothing beyond the limit in one period, whoever asks, and nothing lost by waiting."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from channels.outbox import budgets
from channels.outbox.budgets import Charge
from storage.database import Database
from storage.models import Channel, DeliveryState
from tests.channels.outbox.play import MovedClock, PlayedSender, plan, row, states, worker_for

DAY = 86_400


def day(amount: int = 1, *, limit: int = 3, money: int = 0, money_limit: int = 0) -> list[Charge]:
    return [Charge("email:day", amount, limit, DAY, money, money_limit)]


async def test_a_period_gives_what_it_has_and_no_more(database: Database, now: datetime) -> None:
    async with database.write() as session:
        answers = await budgets.take(session, [day(), day(2), day()], now=now)
    assert [answer is None for answer in answers] == [True, True, False]
    refused = answers[2]
    assert refused is not None
    assert refused.scope == "email:day"
    assert 0 < refused.seconds <= DAY
    async with database.write() as session:
        again = await budgets.take(session, [day()], now=now)
        tomorrow = await budgets.take(session, [day()], now=now + timedelta(days=1))
    assert again[0] is not None
    assert tomorrow == [None]


async def test_money_is_never_overdrawn_and_all_charges_or_none(database: Database, now: datetime) -> None:
    dear = [Charge("sms:day", 1, 0, DAY, money=600, money_limit=1000), Charge("sms:other", 1, 10, DAY)]
    async with database.write() as session:
        assert [one is None for one in await budgets.take(session, [dear, dear], now=now)] == [True, False]
        # What was refused took nothing of its other allowance.
        nine = [Charge("sms:other", 9, 10, DAY)]
        assert await budgets.take(session, [nine], now=now) == [None]


async def test_four_takers_at_once_stay_within_the_limit(database: Database, now: datetime) -> None:
    granted = 0

    async def taker() -> None:
        nonlocal granted
        for _ in range(10):
            async with database.write() as session:
                answers = await budgets.take(session, [day(limit=25)], now=now)
            granted += answers == [None]

    await asyncio.gather(*(taker() for _ in range(4)))
    assert granted == 25


async def test_a_message_larger_than_the_limit_goes_in_an_untouched_period(database: Database, now: datetime) -> None:
    async with database.write() as session:
        assert await budgets.take(session, [day(5)], now=now) == [None]
        assert (await budgets.take(session, [day(5)], now=now))[0] is not None


async def test_what_waits_goes_in_the_next_period(database: Database, now: datetime) -> None:
    clock = MovedClock(now)
    sender = PlayedSender(charge=lambda _delivery: day(limit=2))
    worker = worker_for(database, clock, sender)
    ids = await plan(database, now, 3)
    await worker.drain_once()
    assert await states(database) == {DeliveryState.SENT: 2, DeliveryState.PLANNED: 1}
    waiting = await row(database, ids[2])
    assert waiting.channel is Channel.EMAIL
    assert waiting.reason == "throttled: email:day"
    assert waiting.attempts == 0
    clock.advance(days=1)
    await worker.drain_once()
    assert await states(database) == {DeliveryState.SENT: 3}
