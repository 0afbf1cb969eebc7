"""What Twilio says later about an SMS: only forward, tried again where that helps, and stopped where it does not."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.outbox import suppression
from channels.outbox.enqueue import enqueue
from channels.outbox.status import News
from crm import deliveries, halts
from storage.models import (
    CardMessage,
    Channel,
    DeliveryState,
    Language,
    Mailing,
    MailingState,
    Outbox,
    RatePause,
    Role,
    Segment,
    SegmentKind,
    SuppressionReason,
    Template,
    TemplateVersion,
)
from storage.queries import halts as rows
from tests.factories import make_staff

S = DeliveryState
NUMBER = "+66812345678"


async def sent(session: AsyncSession, now: datetime, *, sid: str | None = "SM1", **fields: object) -> Outbox:
    """An SMS that Twilio took (or, without a SID, of which nobody knows)."""
    delivery_id = await enqueue(session, channel=Channel.SMS, kind="sms", address=NUMBER, now=now)
    delivery = await session.get_one(Outbox, delivery_id)
    delivery.attempts, delivery.provider_id = 1, sid
    delivery.state = S.SENT if sid else S.UNKNOWN
    delivery.sent_at = now if sid else None
    delivery.settled_at = now
    for name, value in fields.items():
        setattr(delivery, name, value)
    await session.flush()
    return delivery


async def says(
    session: AsyncSession, now: datetime, status: str, code: str = "", *, sid: str = "SM1", **more: str
) -> News:
    fields = {"MessageSid": sid, "MessageStatus": status, "To": NUMBER} | ({"ErrorCode": code} if code else {}) | more
    return await deliveries.record_sms_status(session, fields=fields, now=now)


async def test_in_whatever_order_ten_copies_come_the_end_is_the_same(session: AsyncSession, now: datetime) -> None:
    for order in itertools.permutations(["queued", "sent", "delivered"]):
        sid = "SM" + "-".join(order)
        delivery = await sent(session, now, sid=sid)
        for status in order:
            for _ in range(10):
                await says(session, now, status, sid=sid)
        await session.refresh(delivery)
        assert delivery.state is S.DELIVERED


async def test_a_phone_that_is_off_is_tried_three_times_in_a_day(session: AsyncSession, now: datetime) -> None:
    delivery = await sent(session, now)
    tries, moment = 1, now
    while True:
        moment += timedelta(hours=4)  # Twilio's own patience
        assert await says(session, moment, "undelivered", "30003", sid=f"SM{tries}") is News.CHANGED
        await session.refresh(delivery)
        if delivery.state is S.FAILED:
            break
        assert (delivery.state, delivery.settled_at, delivery.code) == (S.PLANNED, None, "30003")
        assert delivery.due_at > moment
        tries += 1
        moment, delivery.attempts, delivery.state = delivery.due_at, tries, S.SENT
        delivery.provider_id = f"SM{tries}"
        await session.flush()
    assert tries == 3
    assert delivery.due_at - now < timedelta(hours=24)


@pytest.mark.parametrize("code", ["30005", "30008"])
async def test_an_unsure_failure_is_tried_once_more(session: AsyncSession, now: datetime, code: str) -> None:
    delivery = await sent(session, now)
    await says(session, now, "undelivered", code)
    await session.refresh(delivery)
    assert delivery.state is S.PLANNED
    delivery.state, delivery.attempts, delivery.provider_id = S.SENT, 2, "SM2"
    await session.flush()
    await says(session, now + timedelta(hours=1), "undelivered", code, sid="SM2")
    await session.refresh(delivery)
    assert (delivery.state, delivery.code) == (S.FAILED, code)


async def test_nothing_is_tried_again_after_a_day(session: AsyncSession, now: datetime) -> None:
    delivery = await sent(session, now)
    await says(session, now + timedelta(hours=23, minutes=30), "undelivered", "30003")
    await session.refresh(delivery)
    assert delivery.state is S.FAILED


async def test_a_message_given_up_that_arrives_after_all_is_not_sent_again(
    session: AsyncSession, now: datetime
) -> None:
    delivery = await sent(session, now)
    await says(session, now, "undelivered", "30003")
    assert await says(session, now, "delivered") is News.CHANGED
    await session.refresh(delivery)
    assert delivery.state is S.DELIVERED


async def test_a_callback_recognises_the_message_whose_answer_was_lost(session: AsyncSession, now: datetime) -> None:
    delivery = await sent(session, now, sid=None)
    assert await says(session, now, "sent", sid="SM9") is News.NOT_FOUND
    mine = {"delivery": str(delivery.id)}
    assert await says(session, now, "sent", sid="SM9", **mine | {"To": "+66800000000"}) is News.NOT_FOUND
    assert await says(session, now, "queued", sid="SM9", **mine) is News.STALE
    await session.refresh(delivery)
    assert (delivery.state, delivery.provider_id) == (S.SENT, "SM9")
    assert await says(session, now, "delivered", sid="SM9", **mine) is News.CHANGED
    # Another message that claims to be the same delivery changes nothing.
    assert await says(session, now, "undelivered", "30003", sid="SM10", **mine) is News.NOT_FOUND
    await session.refresh(delivery)
    assert (delivery.state, delivery.provider_id) == (S.DELIVERED, "SM9")


@pytest.mark.parametrize("odd", ["", "x", "-1", "9" * 40, "0"])
async def test_an_odd_name_for_a_delivery_is_nobodys(session: AsyncSession, now: datetime, odd: str) -> None:
    await sent(session, now, sid=None)
    assert await says(session, now, "sent", sid="SM9", delivery=odd) is News.NOT_FOUND


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("21610", SuppressionReason.STOP),
        ("21211", SuppressionReason.INVALID),
        ("21614", SuppressionReason.INVALID),
        ("30006", SuppressionReason.INVALID),
        ("30004", None),
        ("30003", None),
        ("99999", None),
        ("", None),
    ],
)
async def test_only_some_codes_stop_a_number(
    session: AsyncSession, now: datetime, code: str, reason: SuppressionReason | None
) -> None:
    await sent(session, now)
    await says(session, now, "undelivered", code)
    stopped = await suppression.is_suppressed(session, channel=Channel.SMS, addresses=[NUMBER], marketing=False)
    assert stopped.get(NUMBER) is reason


async def mailing(session: AsyncSession, now: datetime) -> Mailing:
    maker = await make_staff(session, telegram_id=77)
    segment = Segment(name="all", kind=SegmentKind.LIST, created_at=now)
    template = Template(name="news", channel=Channel.SMS, created_at=now)
    session.add_all([segment, template])
    await session.flush()
    version = TemplateVersion(template_id=template.id, language=Language.EN, number=1, text="Hello", created_at=now)
    made = Mailing(
        name="news",
        channel=Channel.SMS,
        segment_id=segment.id,
        template_id=template.id,
        state=MailingState.RUNNING,
        created_by_id=maker.id,
        created_at=now,
    )
    session.add_all([version, made])
    await session.flush()
    return made


async def test_filtered_texts_stop_the_channel_and_the_mailing_and_admins_hear_once(
    session: AsyncSession, now: datetime
) -> None:
    admin, manager = await make_staff(session, Role.ADMIN), await make_staff(session, Role.MANAGER)
    running = await mailing(session, now)
    first = await sent(session, now, mailing_id=running.id)
    await sent(session, now, sid="SM2", mailing_id=running.id, address="+66812345679")
    for sid in ("SM1", "SM2"):
        await says(session, now, "undelivered", "30007", sid=sid)
        await halts.tell_of_halts(session, now=now)
    assert (running.state, running.pause_reason) == (MailingState.PAUSED, "sms-refused: 30007")
    assert (await session.execute(select(RatePause.scope))).scalars().all() == ["sms"]
    told = (await session.execute(select(Outbox).where(Outbox.kind == "card"))).scalars().all()
    cards = [
        (one.staff_id, one.payload["card"], one.payload["card_id"]) for one in told if one.payload["card"] == "halt"
    ]
    assert cards == [(admin.id, "halt", first.id)]
    said = await halts.halt(session, delivery_id=first.id)
    assert said == halts.Halt(Channel.SMS, "30007", "30007", stands=True)
    # It goes on: the card that hangs is edited, once.
    hanging = CardMessage(card="halt", card_id=first.id, staff_id=admin.id, chat_id=1, message_id=5, created_at=now)
    session.add(hanging)
    await rows.over(session, channel=Channel.SMS)
    assert await halts.tell_of_halts(session, now=now) == 1
    assert await halts.tell_of_halts(session, now=now) == 0
    assert manager.id not in {staff for staff, *_ in cards}


async def test_without_an_admin_managers_hear_of_a_halt(session: AsyncSession, now: datetime) -> None:
    manager = await make_staff(session, Role.MANAGER)
    await sent(session, now)
    await says(session, now, "failed", "30007")
    assert await halts.tell_of_halts(session, now=now) == 1
    told = (await session.execute(select(Outbox.staff_id).where(Outbox.kind == "card"))).scalars().all()
    assert told == [manager.id]


async def test_a_used_up_day_is_told_once_with_how_many_wait(session: AsyncSession, now: datetime) -> None:
    manager, admin = await make_staff(session, Role.MANAGER), await make_staff(session, Role.ADMIN)
    assert await halts.tell_of_cap(session, now=now) == 0
    tomorrow = halts.day_ends(halts.day_number(now))
    for number in range(3):
        waiting = await sent(session, now, sid=None, address=f"+6681234567{number}")
        waiting.state, waiting.reason, waiting.due_at = S.PLANNED, "throttled: sms:day", tomorrow
    await session.flush()
    assert await halts.tell_of_cap(session, now=now) == 2
    assert await halts.tell_of_cap(session, now=now + timedelta(hours=5)) == 0
    told = (await session.execute(select(Outbox).where(Outbox.kind == "card"))).scalars().all()
    assert {one.staff_id for one in told} == {manager.id, admin.id}
    assert await halts.waiting_for(session, day=halts.day_number(now)) == 3
    assert tomorrow == datetime(2026, 11, 25, tzinfo=now.tzinfo)
