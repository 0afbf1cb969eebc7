"""Purchases told by the trading system: once per document, with the date of the last one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm import purchases, segments
from crm.errors import Invalid, Missing, NotFound
from crm.purchases import Bought
from storage.models import DomainEvent, Purchase, Role
from tests.factories import make_client, make_staff


async def test_a_document_is_written_down_once_and_moves_the_last_purchase(
    session: AsyncSession, now: datetime
) -> None:
    client = await make_client(session)
    first = Bought(client.id, " INV-1 ", now - timedelta(days=3), 125_050, "eur", "Болты")
    assert await purchases.record(session, bought=first, now=now)
    assert not await purchases.record(session, bought=replace(first, amount_minor=1), now=now)
    assert client.last_purchase_at == now - timedelta(days=3)
    await purchases.record(session, bought=replace(first, document="INV-0", at=now - timedelta(days=9)), now=now)
    returned = replace(first, document="RET-1", at=now, amount_minor=-5_000)
    await purchases.record(session, bought=returned, now=now)
    assert client.last_purchase_at == now - timedelta(days=3)
    assert (await session.execute(select(func.count()).select_from(Purchase))).scalar_one() == 3
    told = (await session.execute(select(DomainEvent).where(DomainEvent.name == "purchase.recorded"))).scalars().all()
    assert [event.facts["document"] for event in told] == ["INV-1", "INV-0", "RET-1"]
    boss = await make_staff(session, Role.MANAGER)
    for rule, count in (
        ("purchases sum >= 2451.00 EUR", 1),
        ("purchases sum > 2451.00 EUR", 0),
        ("purchases sum > 0 USD", 0),
        ("product group = болты in 5 days", 1),
        ("purchases = 3", 1),
    ):
        assert (await segments.preview(session, actor=boss, rule=rule, now=now)).count == count, rule


async def test_what_cannot_be_a_purchase_is_refused(session: AsyncSession, now: datetime) -> None:
    client, gone = await make_client(session), await make_client(session, archived_at=now)
    good = Bought(client.id, "1", now, 100, "EUR")
    for bad, refusal in (
        (replace(good, currency="EURO"), Invalid),
        (replace(good, currency="ZZZ"), Invalid),
        (replace(good, amount_minor=10**14), Invalid),
        (replace(good, document="  "), Missing),
        (replace(good, client_id=999_999), NotFound),
        (replace(good, client_id=gone.id), NotFound),
    ):
        with pytest.raises(refusal):
            await purchases.record(session, bought=bad, now=now)
