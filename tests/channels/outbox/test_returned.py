"""What a refusal costs its address, whether it comes while sending or days later."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from channels.message import Outcome, Phase, SendResult
from channels.outbox import returned, suppression
from storage.database import Database
from storage.models import BounceKind, Channel, SoftBounce, SuppressionReason
from tests.channels.outbox.play import MovedClock, PlayedSender, plan, row, worker_for

ADDRESS = "c0@example.com"


async def stopped(database: Database) -> SuppressionReason | None:
    async with database.read() as session:
        found = await suppression.is_suppressed(session, channel=Channel.EMAIL, addresses=[ADDRESS])
        return found.get(ADDRESS)


def refusal(outcome: Outcome, bounce: BounceKind | None) -> SendResult:
    return SendResult(outcome, Phase.ENVELOPE, "550", "no", bounce=bounce, soft_limit=2, of_recipient=True)


@pytest.mark.parametrize(
    ("outcome", "bounce", "after_one", "after_two"),
    [
        (Outcome.SUPPRESS, BounceKind.HARD, SuppressionReason.HARD_BOUNCE, SuppressionReason.HARD_BOUNCE),
        (Outcome.PERMANENT, BounceKind.SOFT, None, SuppressionReason.SOFT_BOUNCE),
        (Outcome.PERMANENT, BounceKind.BLOCK, None, None),
        (Outcome.SUPPRESS, None, SuppressionReason.HARD_BOUNCE, SuppressionReason.HARD_BOUNCE),  # no address at all
    ],
)
async def test_a_refusal_while_sending_costs_the_same(
    database: Database,
    now: datetime,
    outcome: Outcome,
    bounce: BounceKind | None,
    after_one: SuppressionReason | None,
    after_two: SuppressionReason | None,
) -> None:
    sender = PlayedSender(answer=lambda _: refusal(outcome, bounce))
    for expected in (after_one, after_two):
        (made,) = await plan(database, now)
        await worker_for(database, MovedClock(now), sender).drain_once()
        assert (await row(database, made)).bounce is bounce
        assert await stopped(database) is expected


async def test_not_now_is_held_against_nobody_until_it_is_given_up(database: Database, now: datetime) -> None:
    clock = MovedClock(now)
    sender = PlayedSender(answer=lambda _: refusal(Outcome.LATER, BounceKind.SOFT))
    (made,) = await plan(database, now)
    await worker_for(database, clock, sender).drain_once()
    async with database.read() as session:
        assert (await session.execute(select(SoftBounce.count))).first() is None
    clock.advance(days=6)
    await worker_for(database, clock, sender, owner="later").drain_once()
    async with database.read() as session:
        assert (await session.execute(select(SoftBounce.count))).scalar_one() == 1
    assert (await row(database, made)).bounce is BounceKind.SOFT


async def test_four_at_once_count_four(database: Database, now: datetime) -> None:
    for number in range(4):
        async with database.write() as session:
            await returned.hold_against(
                session,
                channel=Channel.EMAIL,
                address=ADDRESS.upper(),
                kind=BounceKind.SOFT,
                now=now + timedelta(hours=number),
                source="test",
                soft_limit=4,
            )
        assert (await stopped(database) is not None) is (number == 3)
    async with database.write() as session:
        await returned.got_through(session, channel=Channel.EMAIL, addresses=[ADDRESS])
        assert (await session.execute(select(SoftBounce.count))).first() is None
    # What was stopped stays stopped: a person lifts it.
    assert await stopped(database) is SuppressionReason.SOFT_BOUNCE
