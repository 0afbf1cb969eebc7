"""Mailboxes in the chat: listed, compared on demand, and the alarm as each reader sees it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.render import bot_wording, plain
from channels.email.mailbox import Fault, MailFault
from channels.message import OutgoingChat
from crm import mailboxes
from crm.mailboxes import CARD, RECEIPT_CARD
from storage.models import Language, Mailbox, MailboxFolder, Outbox, Role, Staff
from storage.queries import mailboxes as rows
from storage.queries.outbox import Delivery
from tests.bot.conftest import BotTalk
from tests.factories import make_staff


@pytest.fixture
async def boss(talk: BotTalk) -> Staff:
    async with talk.database.write() as session:
        return await make_staff(session, Role.MANAGER, telegram_id=900, timezone="Asia/Bangkok")


async def folder(talk: BotTalk, name: str = "INBOX", *, owner: str | None = None, copies: bool = False) -> int:
    async with talk.database.write() as session:
        enrolled = await mailboxes.enroll(
            session,
            name="info",
            title="info <shop>",
            folder=name,
            owner=owner,
            copies=copies,
            now=talk.clock.now(),
            receipt_at=talk.clock.now(),
        )
        return enrolled.folder_id


async def compared(
    talk: BotTalk, folder_id: int, held: int, on_server: int, *, error: str = "", fetched: int = 0
) -> int:
    now = talk.clock.now()
    async with talk.database.write() as session:
        row = await session.get_one(MailboxFolder, folder_id)
        row.receipt_due_at, row.fetched = now, fetched
        receipt = await mailboxes.take_receipt(
            session,
            folder_id=folder_id,
            due_at=now,
            on_server=on_server,
            held=held,
            error=error,
            now=now,
            next_at=now + timedelta(hours=18),
        )
        assert receipt is not None
        return receipt.id


async def card(talk: BotTalk, name: str, card_id: int, reader: Staff) -> str:
    """What the outbox would send."""
    row = Delivery(
        **dict.fromkeys(Delivery._fields)  # type: ignore[arg-type]
        | {"id": 1, "staff_id": reader.id, "payload": {"card": name, "card_id": card_id}, "address": "1"}
    )
    async with talk.database.read() as session:
        message = await talk.application.compose_card(session, row)
    assert isinstance(message, OutgoingChat)
    return message.message.html


async def test_how_they_stand_and_comparing_on_demand(talk: BotTalk, boss: Staff) -> None:
    (listed,) = await talk.says("/mailboxes", by=boss)
    assert "No mailbox is connected" in listed.html
    inbox = await folder(talk)
    await folder(talk, "auto", copies=True)
    (listed,) = await talk.says("/mailboxes", by=boss)
    assert "1 mailbox" in listed.html
    assert "Being opened for the first time" in listed.html
    async with talk.database.write() as session:
        await mailboxes.looked(session, folder_id=inbox, now=talk.clock.now())
    await compared(talk, inbox, 1268, 1268)
    (listed,) = await talk.says("/mailboxes", by=boss)
    assert (
        "<b>info &lt;shop&gt;</b>\n✅ New mail is read. Last look: Tue 24 Nov, 16:00\n📥 1,268 of 1,268 held"
        in listed.html
    )
    (shown,) = await talk.taps("info", on=listed, by=boss)
    assert "Compared with the server: Tue 24 Nov, 16:00" in shown.html
    assert "kept in the Sent folder too" in shown.html
    (asked,) = await talk.taps("🔍 Compare now", on=shown, by=boss)
    assert "Being compared with the server" in asked.html
    async with talk.database.read() as session:
        assert [one.folder_id for one in await mailboxes.due_receipts(session, now=talk.clock.now())] == [inbox]
    (back,) = await talk.taps("‹ All mailboxes", on=asked, by=boss)
    assert "1 mailbox" in back.html


async def test_a_history_being_read_says_how_much_is_left(talk: BotTalk, boss: Staff, now: datetime) -> None:
    inbox = await folder(talk)
    (listed,) = await talk.says("/mailboxes", by=boss)
    (shown,) = await talk.taps("info", on=listed, by=boss)
    assert "about to be read" in shown.html
    note = {"folder_id": inbox, "uidvalidity": 1, "message_id": "", "digest": "", "inbox_id": None, "stored_at": now}
    async with talk.database.write() as session:
        await rows.keep_mails(session, [note | {"uid": uid} for uid in range(1, 1201)])
    (shown,) = await talk.taps("info", on=listed, by=boss)
    assert "1,200 to go" in shown.html


@pytest.mark.parametrize(
    ("language", "failing", "works"),
    [
        (
            Language.EN,
            "INBOX cannot be read since Tue 24 Nov, 16:00: user name or password refused “no <access>”",
            "Works again since Tue 24 Nov, 16:30.",
        ),
        (
            Language.RU,
            "INBOX не читается: имя или пароль не приняты «no <access>» (вт 24 нояб., 16:00)",
            "Снова работает: вт 24 нояб., 16:30.",
        ),
        (
            Language.TH,
            "อ่าน INBOX ไม่ได้ ตั้งแต่ อ. 24 พ.ย. 16:00: ชื่อผู้ใช้หรือรหัสผ่านไม่ถูกต้อง “no <access>”",
            "กลับมาใช้ได้ตั้งแต่ อ. 24 พ.ย. 16:30",
        ),
    ],
)
async def test_the_alarm_and_its_end(talk: BotTalk, boss: Staff, language: Language, failing: str, works: str) -> None:
    inbox = await folder(talk)
    async with talk.database.write() as session:
        (await session.get_one(Staff, boss.id)).language = language
        assert await mailboxes.failed(
            session, folder_id=inbox, fault="login", said="no <access>", refused=True, now=talk.clock.now()
        )
        (planned,) = (await session.execute(select(Outbox))).scalars()
        assert (planned.staff_id, planned.payload["card"]) == (boss.id, CARD)
        card_id = planned.payload["card_id"]
    assert failing in plain(await card(talk, CARD, card_id, boss))
    talk.advance(minutes=30)
    async with talk.database.write() as session:
        assert await mailboxes.looked(session, folder_id=inbox, now=talk.clock.now())
    said = plain(await card(talk, CARD, card_id, boss))
    assert works in said
    assert failing not in said
    talk.advance(days=2)
    assert works not in plain(await card(talk, CARD, card_id, boss))


@pytest.mark.parametrize(
    ("fetched", "held", "said"),
    [
        (3, 268, "3 emails were missing and have been fetched.\n📥 268 of 268 held"),
        (0, 266, "⚠️ 2 emails could not be fetched: “no <answer>”\nI try again"),
        (1, 267, "1 email was missing and has been fetched.\n⚠️ 1 email could not be fetched"),
    ],
)
async def test_a_gap_is_told(talk: BotTalk, boss: Staff, fetched: int, held: int, said: str) -> None:
    inbox = await folder(talk)
    await compared(talk, inbox, 1, 1)  # its history
    receipt_id = await compared(talk, inbox, held, 268, fetched=fetched, error="no <answer>" if held < 268 else "")
    async with talk.database.read() as session:
        planned = (await session.execute(select(Outbox).where(Outbox.kind == "card"))).scalars().all()
    assert [(one.staff_id, one.payload["card_id"]) for one in planned] == [(boss.id, receipt_id)]
    assert said in plain(await card(talk, RECEIPT_CARD, receipt_id, boss))


async def test_a_comparison_that_does_not_come_about_is_told_once(talk: BotTalk, boss: Staff) -> None:
    """The folder is read, so there is no alarm: but that its receipts do not come would be nobody's news."""
    inbox = await folder(talk)
    await compared(talk, inbox, 5, 5)
    told = []
    talk.advance(hours=18 + 5)
    for _ in range(3):
        async with talk.database.write() as session:
            told.append(await mailboxes.tell_overdue(session, now=talk.clock.now()))
        talk.advance(hours=2)
    assert told == [0, 1, 0]
    async with talk.database.read() as session:
        mailbox_id = (await session.execute(select(Mailbox.id))).scalar_one()
    said = await card(talk, CARD, mailbox_id, boss)
    assert "5 of 5 held" in said
    assert "due Wed 25 Nov, 10:00, does not succeed" in said


async def test_a_rep_sees_only_a_mailbox_of_their_own(talk: BotTalk, boss: Staff) -> None:
    await folder(talk)
    (refused,) = await talk.says("/mailboxes")
    assert "/menu" in refused.html
    await folder(talk, owner="Rita Rep")
    async with talk.database.read() as session:
        (view,) = await mailboxes.listed(session, actor=boss)
    said = await card(talk, CARD, view.mailbox.id, talk.staff)
    assert "Personal mailbox of Rita Rep" in said


def test_every_fault_has_words() -> None:
    keys = [*(f"mailboxes-fault-{one.value}" for one in Fault), *(f"mailboxes-mail-{one.value}" for one in MailFault)]
    assert [key for key in keys if not bot_wording().has(key)] == []
