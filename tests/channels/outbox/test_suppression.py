"""Whom we must not write to: by hash, in one spelling, never narrowed."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.outbox import suppression
from storage.models import Channel, Suppression, SuppressionReason

R = SuppressionReason


@pytest.mark.parametrize(
    ("channel", "one", "other"),
    [
        (Channel.EMAIL, "Anna@Baltic.Example", " anna@baltic.example"),
        (Channel.EMAIL, "josé@x.example", "jose\u0301@x.example"),
        (Channel.SMS, "+66 81-234 5678", "+66812345678"),
    ],
)
async def test_one_address_in_two_spellings_is_one(
    session: AsyncSession, now: datetime, channel: Channel, one: str, other: str
) -> None:
    await suppression.suppress(session, channel=channel, address=one, reason=R.MANUAL, now=now)
    assert await suppression.is_suppressed(session, channel=channel, addresses=[other]) == {other: R.MANUAL}
    kept = (await session.execute(select(Suppression.address_hash))).scalars().all()
    assert kept == [suppression.address_hash(channel, other)]


async def test_channels_are_apart(session: AsyncSession, now: datetime) -> None:
    await suppression.suppress(session, channel=Channel.EMAIL, address="x@y.example", reason=R.STOP, now=now)
    assert await suppression.is_suppressed(session, channel=Channel.SMS, addresses=["x@y.example"]) == {}


async def test_marketing_only_lets_a_personal_letter_pass_until_it_is_widened(
    session: AsyncSession, now: datetime
) -> None:
    async def put(reason: SuppressionReason, *, marketing_only: bool) -> bool:
        return await suppression.suppress(
            session, channel=Channel.EMAIL, address="a@x.example", reason=reason, now=now, marketing_only=marketing_only
        )

    async def stopped(*, marketing: bool) -> dict[str, SuppressionReason]:
        return await suppression.is_suppressed(
            session, channel=Channel.EMAIL, addresses=["a@x.example"], marketing=marketing
        )

    assert await put(R.UNSUBSCRIBE, marketing_only=True)
    assert (await stopped(marketing=True), await stopped(marketing=False)) == ({"a@x.example": R.UNSUBSCRIBE}, {})
    assert not await put(R.UNSUBSCRIBE, marketing_only=True)
    assert await put(R.HARD_BOUNCE, marketing_only=False)
    assert await stopped(marketing=False) == {"a@x.example": R.HARD_BOUNCE}
    assert not await put(R.UNSUBSCRIBE, marketing_only=True), "never narrowed"
    assert await stopped(marketing=False) == {"a@x.example": R.HARD_BOUNCE}


async def test_lifting_keeps_what_is_not_the_owners_to_take_back(session: AsyncSession, now: datetime) -> None:
    await suppression.suppress(session, channel=Channel.EMAIL, address="a@x.example", reason=R.COMPLAINT, now=now)
    assert not await suppression.lift(session, channel=Channel.EMAIL, address="a@x.example", keep=[R.COMPLAINT])
    assert await suppression.lift(session, channel=Channel.EMAIL, address="A@X.example")
    assert await suppression.is_suppressed(session, channel=Channel.EMAIL, addresses=["a@x.example"]) == {}


async def test_many_addresses_are_asked_at_once(session: AsyncSession, now: datetime) -> None:
    await suppression.suppress(session, channel=Channel.EMAIL, address="c7000@x.example", reason=R.MANUAL, now=now)
    everybody = [f"c{number}@x.example" for number in range(12_000)]
    found = await suppression.is_suppressed(session, channel=Channel.EMAIL, addresses=everybody)
    assert list(found) == ["c7000@x.example"]
