"""A message in doubt is decided by a person, once, and never by a machine."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm import writing
from crm.deliveries import doubt
from crm.deliveries.doubt import NotInDoubt
from crm.errors import NotAllowed
from storage.models import Channel, DeliveryState, DomainEvent, MailingState, Outbox, Role, Staff
from tests.crm.test_sms_status import mailing
from tests.factories import make_client, make_staff

S = DeliveryState
LATER = timedelta(minutes=11)


async def in_doubt(session: AsyncSession, now: datetime, **fields: object) -> tuple[Staff, Outbox]:
    rep = await make_staff(session)
    client = await make_client(session, owner=rep, phone="+66812345678")
    letter = writing.Letter(channel=Channel.SMS, text="Your order is ready")
    said = await writing.write(
        session, actor=rep, client_id=client.id, letter=letter, sender_domain="us.example", now=now
    )
    delivery = await session.get_one(Outbox, said.outbox_id)
    delivery.state, delivery.attempts, delivery.settled_at = S.UNKNOWN, 1, now
    for name, value in fields.items():
        setattr(delivery, name, value)
    await session.flush()
    return rep, delivery


async def asked(session: AsyncSession) -> list[tuple[int | None, str]]:
    rows = (await session.execute(select(Outbox).where(Outbox.kind == "card").order_by(Outbox.id))).scalars()
    return [(row.staff_id, row.payload["card"]) for row in rows]


async def test_after_ten_minutes_the_writer_is_asked_once(session: AsyncSession, now: datetime) -> None:
    rep, _ = await in_doubt(session, now)
    assert await doubt.ask(session, now=now + timedelta(minutes=9)) == 0
    assert await doubt.ask(session, now=now + LATER) == 1
    assert await doubt.ask(session, now=now + LATER) == 0
    assert await asked(session) == [(rep.id, "doubt")]


@pytest.mark.parametrize(("arrived", "state"), [(True, S.DELIVERED), (False, S.PLANNED)])
async def test_one_tap_decides_and_a_second_finds_it_decided(
    session: AsyncSession, now: datetime, arrived: bool, state: DeliveryState
) -> None:
    rep, delivery = await in_doubt(session, now)
    with pytest.raises(NotInDoubt):
        await doubt.decide(session, actor=rep, outbox_id=delivery.id, arrived=arrived, now=now)
    decided = await doubt.decide(session, actor=rep, outbox_id=delivery.id, arrived=arrived, now=now + LATER)
    assert decided.state is state
    assert (decided.sent_at, decided.due_at) == ((now, now) if arrived else (None, now + LATER))
    for again in (True, False):
        with pytest.raises(NotInDoubt):
            await doubt.decide(session, actor=rep, outbox_id=delivery.id, arrived=again, now=now + LATER)
    event = (await session.execute(select(DomainEvent).where(DomainEvent.name == "delivery.decided"))).scalar_one()
    assert (event.staff_id, event.facts["arrived"]) == (rep.id, arrived)


async def test_what_became_known_meanwhile_stays(session: AsyncSession, now: datetime) -> None:
    rep, delivery = await in_doubt(session, now)
    delivery.state, delivery.sent_at = S.SENT, now
    await session.flush()
    with pytest.raises(NotInDoubt):
        await doubt.decide(session, actor=rep, outbox_id=delivery.id, arrived=False, now=now + LATER)
    assert delivery.state is S.SENT


async def test_only_who_may_write_to_the_client_decides(session: AsyncSession, now: datetime) -> None:
    _, delivery = await in_doubt(session, now)
    for role in (Role.REP, Role.WAREHOUSE):
        other = await make_staff(session, role)
        with pytest.raises(NotAllowed):
            await doubt.decide(session, actor=other, outbox_id=delivery.id, arrived=True, now=now + LATER)
    manager = await make_staff(session, Role.MANAGER)
    await doubt.decide(session, actor=manager, outbox_id=delivery.id, arrived=True, now=now + LATER)
    with pytest.raises(NotAllowed):
        await doubt.decide(session, actor=manager, outbox_id=delivery.id + 1000, arrived=True, now=now + LATER)


async def test_a_mailings_doubts_are_decided_together_and_it_goes_on(session: AsyncSession, now: datetime) -> None:
    made = await mailing(session, now)
    maker = await session.get_one(Staff, made.created_by_id)
    for _ in range(3):
        _, delivery = await in_doubt(session, now, staff_id=None)
        delivery.mailing_id = made.id
        delivery.address = f"+6681234{delivery.id:04}"
    made.state, made.finished_at = MailingState.FINISHED, now
    await session.flush()
    assert await doubt.ask(session, now=now + LATER) == 1
    assert await asked(session) == [(maker.id, "mailing_doubt")]
    _, count = await doubt.of_mailing(session, actor=maker, mailing_id=made.id, now=now + LATER)
    assert count == 3
    manager = await make_staff(session, Role.MANAGER)
    with pytest.raises(NotInDoubt):
        await doubt.decide(session, actor=manager, outbox_id=delivery.id, arrived=False, now=now + LATER)
    settled = await doubt.decide_mailing(session, actor=maker, mailing_id=made.id, arrived=False, now=now + LATER)
    assert (settled, made.state, made.finished_at) == (3, MailingState.RUNNING, None)
    with pytest.raises(NotInDoubt):
        await doubt.decide_mailing(session, actor=maker, mailing_id=made.id, arrived=True, now=now + LATER)
    stranger = await make_staff(session)
    with pytest.raises(NotAllowed):
        await doubt.decide_mailing(session, actor=stranger, mailing_id=made.id, arrived=True, now=now + LATER)


async def test_a_cancelled_mailing_sends_nothing_again(session: AsyncSession, now: datetime) -> None:
    made = await mailing(session, now)
    maker = await session.get_one(Staff, made.created_by_id)
    await in_doubt(session, now, mailing_id=made.id, staff_id=None)
    made.state = MailingState.CANCELLED
    await session.flush()
    with pytest.raises(doubt.approving.WrongState):
        await doubt.decide_mailing(session, actor=maker, mailing_id=made.id, arrived=False, now=now + LATER)
    assert await doubt.decide_mailing(session, actor=maker, mailing_id=made.id, arrived=True, now=now + LATER) == 1
