"""Two clients at one address, of whom one said no: the other still gets what goes to all."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm import consent, mailings, why
from crm.why import Absent
from storage.models import Channel, Client, Outbox, Role, Staff
from tests.crm.test_mailing_reach import client, expand_all, prepared
from tests.factories import make_staff

SHARED = "info@x.example"


@pytest.fixture
async def manager(session: AsyncSession) -> Staff:
    return await make_staff(session, Role.MANAGER)


async def say_no(session: AsyncSession, one: Client, now: datetime) -> None:
    await consent.withdraw(session, client_id=one.id, channels=[Channel.EMAIL], how="phone", now=now)


@pytest.mark.parametrize(("said_no", "gets_it", "reached"), [((0,), 1, 2), ((1,), 0, 2), ((0, 1), 0, 1), ((), 0, 2)])
@pytest.mark.parametrize("batch", [1, 9])
async def test_one_no_takes_nothing_from_the_other(
    session: AsyncSession,
    manager: Staff,
    now: datetime,
    said_no: tuple[int, ...],
    gets_it: int,
    reached: int,
    batch: int,
) -> None:
    two = [await client(session, name, email=SHARED) for name in ("Anna", "Boris")]
    alone = await client(session, "Carl", email="carl@x.example")
    for place in said_no:
        await say_no(session, two[place], now)
    mailing = await prepared(session, manager, now)
    found = await mailings.look(session, actor=manager, mailing=mailing, now=now)
    assert (found.members, found.duplicates, found.refused, found.reached) == (3, 1, 2 - reached, reached)
    await mailings.launch(session, actor=manager, mailing_id=mailing.id, now=now, public_url="https://crm.shop.example")
    await expand_all(session, now, batch=batch)
    rows = await session.execute(select(Outbox.client_id).where(Outbox.mailing_id == mailing.id))
    assert sorted(number or 0 for number in rows.scalars()) == [two[gets_it].id, alone.id]


async def test_who_gave_way_to_somebody_the_mailing_is_not_for_is_told_why(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    anna = await client(session, "Anna", email=SHARED)
    await client(session, "Carl", email="carl@x.example")
    await client(session, "Boris", email=SHARED, city="Riga", city_key="riga")
    await say_no(session, anna, now)
    mailing = await prepared(session, manager, now)
    await mailings.launch(session, actor=manager, mailing_id=mailing.id, now=now, public_url="https://crm.shop.example")
    await expand_all(session, now)
    mailing.started_at = mailing.started_at or now
    found = await why.absence(session, actor=manager, mailing_id=mailing.id, client_id=anna.id)
    assert found.reason is Absent.SAID_NO
