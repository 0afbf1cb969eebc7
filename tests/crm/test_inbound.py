"""Whose a message is, what follows from it, and what it may not do."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels import inbox
from channels.email.bounces import Action, DeliveryReport
from channels.email.verp import answer_address
from channels.outbox import suppression
from channels.outbox.enqueue import enqueue
from channels.outbox.status import News
from crm import deliveries, inbound, mailings, threads
from crm.inbound import Arrival
from crm.interactions import KeptFile
from storage.models import (
    Attachment,
    Channel,
    Consent,
    ConsentState,
    DeliveryState,
    Direction,
    DomainEvent,
    FollowUp,
    InboxSource,
    Interaction,
    Outbox,
    Role,
    SuppressionReason,
    Thread,
    Touch,
    TouchKind,
)
from tests.crm.mails import HOUSE, mail, take, told, written
from tests.factories import make_client, make_staff
from tests.factories.mailings import make_delivery, make_mailing

S = DeliveryState
_numbers = count(1)


async def text(session: AsyncSession, sender: str, body: str, now: datetime) -> Interaction:
    sid = f"SM{next(_numbers)}"
    inbox_id = await inbox.store(session, source=InboxSource.SMS, external_id=sid, now=now)
    assert inbox_id
    fields = {"From": sender, "Body": body, "MessageSid": sid}
    return await inbound.receive_sms(session, fields=fields, arrival=Arrival(inbox_id, now), now=now)


async def sent(session: AsyncSession, now: datetime, **fields: object) -> Outbox:
    """A delivery that left."""
    values: dict[str, object] = {"channel": Channel.EMAIL, "kind": "email", "address": "anna@baltic.example"} | fields
    delivery_id = await enqueue(session, now=now, **values)  # type: ignore[arg-type]
    delivery = (await session.execute(select(Outbox).where(Outbox.id == delivery_id))).scalar_one()
    delivery.state, delivery.sent_at = S.SENT, now
    await session.flush()
    return delivery


async def test_a_reply_joins_its_conversation_by_our_reply_address(session: AsyncSession, now: datetime) -> None:
    owner = await make_staff(session)
    client = await make_client(session, owner=owner, email="anna@baltic.example")
    thread = await written(session, client, now, to="anna@baltic.example")
    stored = hashlib.sha256(b"file").hexdigest()
    received = await take(
        session,
        mail(to=(threads.reply_address("crm@us.example", thread.token),)),
        now + timedelta(hours=1),
        files=(KeptFile(stored, "ไฟล์.pdf", "application/pdf", 4),),
    )
    assert received is not None
    assert (received.thread_id, received.client_id, received.direction) == (thread.id, client.id, Direction.IN)
    assert received.text == "Yes, 20 pcs."
    assert "> 20 or 30?" in received.quoted
    assert client.last_contact_at == thread.last_at == now + timedelta(hours=1)
    assert await told(session, received) == {owner.id}
    assert (await session.execute(select(Attachment.name))).scalars().all() == ["ไฟล์.pdf"]


async def test_a_reply_joins_by_the_message_it_answers(session: AsyncSession, now: datetime) -> None:
    client = await make_client(session, email="anna@baltic.example")
    thread = await written(session, client, now, to="anna@baltic.example")
    by_reply = await take(session, mail(in_reply_to="<ours-1@us>"), now)
    by_reference = await take(session, mail(references=("<elsewhere@x>", "<ours-1@us>")), now)
    assert by_reply is not None
    assert by_reference is not None
    assert by_reply.thread_id == by_reference.thread_id == thread.id


async def test_an_answer_to_a_mailing_is_its_clients_from_whatever_address(
    session: AsyncSession, now: datetime
) -> None:
    client = await make_client(session, email="info@baltic.example")
    await sent(session, now, address="info@baltic.example", client_id=client.id, message_id="<mailing-7@us>")
    received = await take(session, mail("boss@private.example", in_reply_to="<mailing-7@us>"), now)
    assert received is not None
    assert received.client_id == client.id
    found = (await session.execute(select(Thread))).scalars().all()
    assert [one.address for one in found] == ["boss@private.example"]


async def test_the_senders_address_finds_the_client_in_a_new_conversation(session: AsyncSession, now: datetime) -> None:
    client = await make_client(session, email="anna@baltic.example")
    thread = await written(session, client, now, to="anna@baltic.example")
    received = await take(session, mail("Anna@Baltic.example"), now)
    assert received is not None
    assert received.client_id == client.id
    assert received.thread_id != thread.id


async def test_another_clients_address_never_enters_a_conversation(session: AsyncSession, now: datetime) -> None:
    anna = await make_client(session, email="anna@baltic.example")
    boris = await make_client(session, email="boris@rival.example")
    await written(session, anna, now, to="anna@baltic.example")
    received = await take(session, mail("boris@rival.example", in_reply_to="<ours-1@us>"), now)
    assert received is not None
    assert received.client_id == boris.id


async def test_a_stranger_lands_in_the_tray_before_managers_and_admins(session: AsyncSession, now: datetime) -> None:
    await make_staff(session)
    manager, admin = await make_staff(session, Role.MANAGER), await make_staff(session, Role.ADMIN)
    await make_staff(session, Role.ADMIN, active=False)
    first = await take(session, mail("who@new.example"), now)
    second = await take(session, mail("who@new.example", subject="Again"), now)
    assert first is not None
    assert second is not None
    assert (first.client_id, first.thread_id) == (None, second.thread_id)
    assert await told(session, first) == await told(session, second) == {manager.id, admin.id}


async def test_spammers_machines_and_history_are_kept_quietly(session: AsyncSession, now: datetime) -> None:
    owner, _ = await make_staff(session), await make_staff(session, Role.MANAGER)
    client = await make_client(session, owner=owner, email="anna@baltic.example")
    waiting = FollowUp(
        client_id=client.id,
        owner_id=owner.id,
        promise="p",
        due_at=now + timedelta(days=3),
        created_at=now,
        waiting_for_answer=True,
    )
    session.add(waiting)
    spam = await take(session, mail("spam@x.example"), now)
    assert spam is not None
    (await session.get_one(Thread, spam.thread_id)).spam = True
    again = await take(session, mail("spam@x.example"), now)
    machine = await take(session, mail(is_automatic=True), now)
    old = await take(session, mail(date=now - timedelta(days=90)), now, history=True)
    for quiet in (again, machine, old):
        assert await told(session, quiet) == set()
    assert old is not None
    assert old.at == now - timedelta(days=90)
    assert client.last_contact_at is None
    assert waiting.waiting_for_answer


async def test_an_answer_makes_what_waited_for_it_due_now(session: AsyncSession, now: datetime) -> None:
    owner = await make_staff(session)
    client = await make_client(session, owner=owner, email="anna@baltic.example", phone="+4915112345678")
    waiting = FollowUp(
        client_id=client.id,
        owner_id=owner.id,
        promise="p",
        due_at=now + timedelta(days=3),
        created_at=now,
        waiting_for_answer=True,
    )
    session.add(waiting)
    await session.flush()
    await text(session, "+4915112345678", "Agreed", now)
    assert (waiting.due_at, waiting.remind_at, waiting.waiting_for_answer) == (now, now, False)


async def test_the_same_mail_fetched_again_is_logged_once(session: AsyncSession, now: datetime) -> None:
    await make_client(session, email="anna@baltic.example")
    email = mail()
    assert await take(session, email, now) is not None
    assert await take(session, email, now) is None
    forged = mail("other@x.example", message_id=email.message_id)
    assert await take(session, forged, now) is not None, "nobody hides a mail behind somebody else's id"


async def test_an_absent_owners_mail_goes_to_the_stand_in(session: AsyncSession, now: datetime) -> None:
    stand_in = await make_staff(session)
    owner = await make_staff(session, away_until=now + timedelta(days=1), stand_in_id=stand_in.id)
    client = await make_client(session, owner=owner, email="anna@baltic.example")
    assert list(await inbound.readers(session, client=client, now=now)) == [stand_in]
    assert list(await inbound.readers(session, client=client, now=now + timedelta(days=2))) == [owner]


async def test_a_bounce_of_ours_fails_its_delivery_and_stops_the_address(session: AsyncSession, now: datetime) -> None:
    delivery = await sent(session, now, message_id="<ours-2@us>")
    full = await sent(session, now, address="full@x.example", message_id="<ours-3@us>")
    reports = (
        DeliveryReport("somebody@else.example", Action.FAILED, "5.1.1", "no such user", "<ours-2@us>"),
        DeliveryReport("full@x.example", Action.FAILED, "5.2.2", "mailbox full", "<ours-3@us>"),
        DeliveryReport("victim@x.example", Action.FAILED, "5.1.1", "forged", "<guessed@us>"),
        DeliveryReport("victim@x.example", Action.FAILED, "5.1.1", "forged", ""),
    )
    assert await take(session, mail("mailer-daemon@x", reports=reports), now) is None
    for one in (delivery, full):
        await session.refresh(one)
    assert (delivery.state, delivery.code, delivery.reason) == (S.FAILED, "5.1.1", "no such user")
    assert full.state is S.FAILED
    stopped = await suppression.is_suppressed(
        session,
        channel=Channel.EMAIL,
        addresses=["anna@baltic.example", "full@x.example", "victim@x.example", "somebody@else.example"],
    )
    assert stopped == {"anna@baltic.example": SuppressionReason.HARD_BOUNCE}
    delayed = DeliveryReport("a@x", Action.DELAYED, "4.4.1", "", "<ours-2@us>")
    assert await deliveries.record_reports(session, reports=[delayed, reports[0]], now=now) == 0


async def test_stop_by_sms_stops_at_once_and_is_still_logged(session: AsyncSession, now: datetime) -> None:
    owner = await make_staff(session)
    client = await make_client(session, owner=owner, phone="+66812345678")
    received = await text(session, "+66812345678", "หยุดส่งค่ะ", now)
    assert received.client_id == client.id
    assert await told(session, received) == {owner.id}
    stopped = await suppression.is_suppressed(session, channel=Channel.SMS, addresses=["+66812345678"], marketing=False)
    assert stopped == {"+66812345678": SuppressionReason.STOP}


async def test_start_takes_back_the_stop_and_nothing_else(session: AsyncSession, now: datetime) -> None:
    client = await make_client(session, "Anna", phone="+66812345678")
    await text(session, "+66812345678", "STOP", now)
    await text(session, "+66812345678", "Start", now)
    consents = (
        await session.execute(select(Consent).where(Consent.client_id == client.id).order_by(Consent.id))
    ).scalars()
    assert [(one.channel, one.state, one.how) for one in consents][-1] == (Channel.SMS, ConsentState.GRANTED, "START")
    await suppression.suppress(
        session, channel=Channel.SMS, address="+66812345678", reason=SuppressionReason.INVALID, source="test", now=now
    )
    await text(session, "+66812345678", "start", now)
    stopped = await suppression.is_suppressed(session, channel=Channel.SMS, addresses=["+66812345678"], marketing=False)
    assert stopped == {"+66812345678": SuppressionReason.INVALID}


async def test_an_sms_from_nobody_we_know_waits_in_the_tray(session: AsyncSession, now: datetime) -> None:
    manager = await make_staff(session, Role.MANAGER)
    first = await text(session, "+66899999999", "Hello", now)
    second = await text(session, "BANK", "Your code is 1", now)
    assert await told(session, first) == await told(session, second) == {manager.id}
    assert first.client_id is second.client_id is None


@pytest.mark.parametrize(
    ("statuses", "ends"),
    [
        (["sent", "delivered"], S.DELIVERED),
        (["delivered", "sent"], S.DELIVERED),
        (["delivered", "undelivered"], S.DELIVERED),
        (["undelivered", "delivered"], S.FAILED),
        (["queued", "sending"], S.SENT),
        (["read"], S.DELIVERED),
    ],
)
async def test_statuses_only_move_forward(
    session: AsyncSession, now: datetime, statuses: list[str], ends: DeliveryState
) -> None:
    delivery = await sent(session, now, channel=Channel.SMS, kind="sms", address="+66812345678")
    delivery.provider_id = "SM1"
    await session.flush()
    for status in statuses:
        await deliveries.record_sms_status(session, fields={"MessageSid": "SM1", "MessageStatus": status}, now=now)
    await session.refresh(delivery)
    assert delivery.state is ends


async def test_a_landline_is_suppressed_and_an_unknown_sid_is_said_so(session: AsyncSession, now: datetime) -> None:
    delivery = await sent(session, now, channel=Channel.SMS, kind="sms", address="+66812345678")
    delivery.provider_id = "SM1"
    await session.flush()
    fields = {"MessageSid": "SM1", "MessageStatus": "undelivered", "ErrorCode": "30006"}
    assert await deliveries.record_sms_status(session, fields=fields, now=now) is News.CHANGED
    assert await deliveries.record_sms_status(session, fields=fields | {"MessageSid": "SM2"}, now=now) is News.NOT_FOUND
    stopped = await suppression.is_suppressed(session, channel=Channel.SMS, addresses=["+66 81 234 5678"])
    assert stopped == {"+66 81 234 5678": SuppressionReason.INVALID}


async def test_of_a_flood_only_the_beginning_is_announced(session: AsyncSession, now: datetime) -> None:
    """Everything is kept; the chat of whoever reads it stays usable, also for other customers' messages."""
    owner = await make_staff(session, telegram_id=7001)
    manager = await make_staff(session, Role.MANAGER, telegram_id=7002)
    anna = await make_client(session, "Anna", owner=owner, email="anna@baltic.example")
    await make_client(session, "Ben", owner=owner, email="ben@baltic.example")
    for _ in range(inbound.ANNOUNCED_OF_CLIENT):
        assert await told(session, await take(session, mail(), now)) == {owner.id}
    for _ in range(3):
        assert await told(session, await take(session, mail(), now)) == set()
    assert await told(session, await take(session, mail("ben@baltic.example"), now)) == {owner.id}
    for number in range(inbound.ANNOUNCED_OF_UNKNOWN + 3):
        last = await take(session, mail(f"bot{number}@spam.example"), now)
    assert await told(session, last) == set()
    kept = select(Interaction.id).where(Interaction.client_id == anna.id)
    assert len((await session.execute(kept)).all()) == inbound.ANNOUNCED_OF_CLIENT + 3
    later = now + inbound.ANNOUNCED_WITHIN + timedelta(seconds=1)
    assert await told(session, await take(session, mail(), later)) == {owner.id}
    assert await told(session, await take(session, mail("new@buyer.example"), later)) == {manager.id}


async def test_what_answers_a_mailing_is_kept_with_its_delivery(session: AsyncSession, now: datetime) -> None:
    manager = await make_staff(session, Role.MANAGER)
    client = await make_client(session, email="anna@baltic.example", phone="+4915112345678")
    mailing = await make_mailing(session, manager, now=now)
    row = await make_delivery(
        session, mailing, now=now, client=client, address="anna@baltic.example", message_id="<m1.x@us>"
    )
    answer = await take(session, mail(in_reply_to="<m1.x@us>"), now + timedelta(hours=1))
    later = await take(session, mail(references=("<m1.x@us>", "<else@x>")), now + timedelta(hours=2))
    away = mail(in_reply_to="<m1.x@us>", is_automatic=True)
    await take(session, away, now + timedelta(hours=3))
    await take(session, mail(), now + timedelta(hours=4))  # of their own accord
    assert answer is not None
    assert later is not None
    touches = (await session.execute(select(Touch).order_by(Touch.id))).scalars().all()
    assert [(one.outbox_id, one.mailing_id, one.kind, one.interaction_id) for one in touches] == [
        (row.id, mailing.id, TouchKind.ANSWER, answer.id),
        (row.id, mailing.id, TouchKind.ANSWER, later.id),
    ]
    assert (await mailings.progress(session, mailing=mailing)).answered == 1
    events = (await session.execute(select(DomainEvent).where(DomainEvent.name == "mailing.answered"))).scalars().all()
    assert [one.facts["outbox_id"] for one in events] == [row.id, row.id]


async def test_a_mailing_is_answered_by_its_reply_address_alone(session: AsyncSession, now: datetime) -> None:
    """From another address of theirs, by a program that names no message: the address that was answered says it all."""
    manager = await make_staff(session, Role.MANAGER)
    client = await make_client(session, email="anna@baltic.example")
    mailing = await make_mailing(session, manager, now=now)
    row = await make_delivery(session, mailing, now=now, client=client, address="anna@baltic.example")
    ours = answer_address("crm@us.example", row.id, HOUSE.answer_key)
    forged = answer_address("crm@us.example", row.id, b"guessed")
    private = await take(session, mail("anna@home.example", to=(ours,)), now)
    stranger = await take(session, mail("eve@elsewhere.example", to=(forged,)), now)
    assert private is not None
    assert stranger is not None
    assert (private.client_id, stranger.client_id) == (client.id, None)
    touches = (await session.execute(select(Touch.outbox_id, Touch.interaction_id))).all()
    assert [tuple(one) for one in touches] == [(row.id, private.id)]


async def test_a_stop_answers_nothing_and_is_counted_as_leaving(session: AsyncSession, now: datetime) -> None:
    manager = await make_staff(session, Role.MANAGER)
    client = await make_client(session, email="anna@baltic.example", phone="+4915112345678")
    mailing = await make_mailing(session, manager, now=now)
    await make_delivery(session, mailing, now=now, client=client, address="anna@baltic.example", message_id="<m1.x@us>")
    await take(session, mail(text="STOP", in_reply_to="<m1.x@us>"), now)
    assert [one.kind for one in (await session.execute(select(Touch))).scalars()] == [TouchKind.UNSUBSCRIBE]


async def test_an_sms_answers_the_last_mailing_of_the_last_two_weeks(session: AsyncSession, now: datetime) -> None:
    manager = await make_staff(session, Role.MANAGER)
    number = "+4915112345678"
    client = await make_client(session, phone=number)
    days = timedelta(days=1)
    rows = []
    for before in (20, 3, 2):
        mailing = await make_mailing(session, manager, now=now, channel=Channel.SMS, text="New prices")
        rows.append(await make_delivery(session, mailing, now=now - before * days, client=client, address=number))
    await sent(session, now - days, channel=Channel.SMS, kind="sms", address=number, client_id=client.id)
    await text(session, number, "How much is M8?", now)
    await text(session, number, "STOP", now)
    await text(session, "+4915199999999", "Hello", now)
    touches = (await session.execute(select(Touch).order_by(Touch.id))).scalars().all()
    assert [(one.outbox_id, one.kind) for one in touches] == [
        (rows[2].id, TouchKind.ANSWER),
        (rows[2].id, TouchKind.UNSUBSCRIBE),
    ]
    await text(session, number, "Hello again", now + 13 * days)
    assert len((await session.execute(select(Touch))).scalars().all()) == 2
