"""`/why` in the chat: a client's messages, the whole story of one, and what kept them out of a mailing."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.render import TEXT_LIMIT, length
from crm.client_index import reindex
from crm.consent import topics
from crm.contact_rules import ContactRules
from crm.frequency import FrequencyCap
from storage.database import Database
from storage.models import (
    Client,
    DeliveryAttempt,
    DeliveryEvent,
    DeliveryState,
    Direction,
    Interaction,
    InteractionKind,
    InteractionSource,
    Language,
    Mailing,
    MailingState,
    Outbox,
    Role,
    Staff,
    SuppressionReason,
)
from tests.bot.conftest import BotTalk, Shown
from tests.crm.test_last_word import NIGHT
from tests.crm.test_why import make_delivery, make_mailing
from tests.factories import make_client, make_staff

RULES = ContactRules(quiet=NIGHT.quiet, cap=FrequencyCap.read("5/7d"), zone="Asia/Bangkok")
CODE = re.compile(r"\b[a-z]+[_-][a-z]+(?:[_-][a-z]+)*\b")


@pytest.fixture
async def anna(talk: BotTalk) -> Client:
    """A client of the rep's, under the usual rules of contact."""
    talk.application.dispatcher.settings = replace(talk.application.dispatcher.settings, contact=RULES)
    return await known(talk, "Anna Schmidt", email="anna@example.com", phone="+4915112345678")


async def known(talk: BotTalk, name: str, **fields: str) -> Client:
    async with talk.database.write() as session:
        client = await make_client(session, name, owner=talk.staff, city="Riga", city_key="riga", **fields)
        await reindex(session, client, now=talk.clock.now())
    return client


async def mailed(talk: BotTalk, client: Client, state: DeliveryState = DeliveryState.SENT, **fields: object) -> Outbox:
    async with talk.database.write() as session:
        maker = await session.get_one(Staff, talk.staff.id)
        maker.role = Role.MANAGER
        mailing = await make_mailing(session, maker, talk.clock.now(), state=MailingState.RUNNING)
        fields = {"state": state, "mailing_id": mailing.id} | fields
        return await make_delivery(session, client, talk.clock.now(), **fields)


async def spoken(talk: BotTalk, language: Language) -> None:
    async with talk.database.write() as session:
        (await session.get_one(Staff, talk.staff.id)).language = language


async def add(database: Database, *rows: DeliveryAttempt | DeliveryEvent) -> None:
    async with database.write() as session:
        session.add_all(rows)


async def test_one_client_is_listed_at_once_and_a_story_is_one_tap_away(talk: BotTalk, anna: Client) -> None:
    row = await mailed(talk, anna)
    await add(
        talk.database,
        DeliveryAttempt(
            outbox_id=row.id,
            number=1,
            lease_token="t",
            started_at=talk.clock.now(),
            finished_at=talk.clock.now(),
            outcome="accepted",
            reply="250 ok <queued>",
        ),
    )
    [listed] = await talk.says("/why Anna")
    assert "<b>Anna Schmidt</b>: 1 message" in listed.html
    assert "1. ✉️ <b>Autumn prices</b>" in listed.html
    [story] = await talk.taps("1", on=listed)
    assert "To Anna Schmidt, anna@example.com" in story.html
    assert "📣 The mailing “Autumn prices” by Rita Rep" in story.html
    assert "city is Riga and has an email" in story.html
    assert "▫️ <b>Email</b>: never asked." in story.html
    assert "Europe/Berlin, by their phone number" in story.html
    assert "try 1: the mail server took it “250 ok &lt;queued&gt;”" in story.html
    assert "The mail server passes it on." in story.html  # that theirs has it, nobody has said
    [back] = await talk.taps("‹ Anna Schmidt", on=story)
    assert back.html == listed.html


async def test_the_topic_of_a_mailing_is_named(talk: BotTalk, anna: Client) -> None:
    row = await mailed(talk, anna, DeliveryState.SUPPRESSED, reason="topic", settled_at=talk.clock.now())
    async with talk.database.write() as session:
        maker = await session.get_one(Staff, talk.staff.id)
        topic = await topics.create(session, actor=maker, name="News <now>", titles={}, now=talk.clock.now())
        (await session.get_one(Mailing, row.mailing_id)).topic_id = topic.id
    [listed] = await talk.says("/why Anna")
    [story] = await talk.taps("1", on=listed)
    assert "🏷 On the topic “News &lt;now&gt;”" in story.html
    assert "they do not want to hear of this topic" in story.html


async def test_nobody_several_and_no_name(talk: BotTalk, anna: Client) -> None:
    await known(talk, "Anna Petrova")
    [which] = await talk.says("/why Anna")
    assert sorted(button["text"] for button in which.buttons) == ["Anna Petrova", "Anna Schmidt"]
    [listed] = await talk.taps("Anna Schmidt", on=which)
    assert "nothing was sent yet" in listed.html
    [nobody] = await talk.says("/why Xerxes")
    assert "no client for “Xerxes”" in nobody.html
    [asked] = await talk.says("/why")
    assert "Whose messages?" in asked.html
    [listed] = await talk.says("Schmidt")
    assert "<b>Anna Schmidt</b>" in listed.html


@pytest.mark.parametrize(
    ("language", "held", "capped", "stopped", "next_"),
    [
        (Language.EN, "it was night where they are", "at most 5 in 7 days", "reported us as spam", "It goes at"),
        (Language.RU, "у клиента была ночь", "не больше 5 за 7 дней", "пожаловался на спам", "Уйдёт"),
        (Language.TH, "ที่นั่นเป็นเวลากลางคืน", "ไม่เกิน 5 ครั้งใน 7 วัน", "แจ้งว่าเป็นสแปม", "จะส่ง"),
    ],
)
async def test_what_holds_it_is_said_in_words(
    talk: BotTalk, anna: Client, language: Language, held: str, capped: str, stopped: str, next_: str
) -> None:
    await spoken(talk, language)
    now, later = talk.clock.now(), talk.clock.now() + timedelta(hours=9)
    fields = {"due_at": later, "sent_at": None, "settled_at": None, "attempts": 0}
    waiting = await mailed(talk, anna, DeliveryState.PLANNED, reason="quiet-hours", **fields)
    facts = {"until": later.isoformat()}
    await add(
        talk.database,
        DeliveryEvent(outbox_id=waiting.id, what="frequency-cap", facts=facts, at=now),
        DeliveryEvent(outbox_id=waiting.id, what="throttled", facts=facts | {"of": "email:x.org"}, at=now),
        DeliveryEvent(outbox_id=waiting.id, what="quiet-hours", facts=facts, at=now),
        DeliveryEvent(outbox_id=waiting.id, what="something-new", facts={"reason": "because"}, at=now),
    )
    [story] = await talk.presses(f"yw:{waiting.id}:0", message_id=9)
    for words in (held, capped, "x.org", "something new because", next_):
        assert words in story.html, story.html
    suppressed = await mailed(talk, anna, DeliveryState.SUPPRESSED, reason=SuppressionReason.COMPLAINT.value)
    [story] = await talk.presses(f"yw:{suppressed.id}:0", message_id=9)
    assert stopped in story.html
    # Codes are words for machines: none of the ledger's own stands alone.
    assert not set(CODE.findall(story.html)) & {"quiet-hours", "frequency-cap", "hard_bounce", "not-composed"}


async def test_each_outcome_of_a_try_has_words(talk: BotTalk, anna: Client) -> None:
    row = await mailed(talk, anna, DeliveryState.FAILED, reason="550 no such user", code="550")
    outcomes = ("accepted", "retry", "rate_limited", "permanent", "suppress", "unknown", "halt", "withheld", None)
    now = talk.clock.now()
    await add(
        talk.database,
        *(
            DeliveryAttempt(
                outbox_id=row.id,
                number=number,
                lease_token=str(number),
                started_at=now + timedelta(minutes=number),
                finished_at=now + timedelta(minutes=number) if outcome else None,
                outcome=outcome,
                code="5.1.1",
                reply="550 5.1.1 no such user",
            )
            for number, outcome in enumerate(outcomes, start=1)
        ),
    )
    for language in Language:
        await spoken(talk, language)
        [story] = await talk.presses(f"yw:{row.id}:0", message_id=9)
        assert len(re.findall(r"550 5\.1\.1 no such user", story.html)) >= len(outcomes)
        assert "rate_limited" not in story.html
    await spoken(talk, Language.EN)
    [story] = await talk.presses(f"yw:{row.id}:0", message_id=9)
    assert "refused for good – the address does not exist “550 5.1.1 no such user”" in story.html
    assert "try 9: cut off by a restart" in story.html
    assert "stopped at the last moment" in story.html


async def test_what_came_back_later_is_said_in_both_words(talk: BotTalk, anna: Client) -> None:
    row = await mailed(talk, anna, DeliveryState.FAILED, reason="550 5.1.1 no such user", code="5.1.1")
    facts = {"reason": "userunknown", "status": "5.1.1", "diagnostic": "smtp; 550 5.1.1 <no> such user"}
    events = [
        DeliveryEvent(outbox_id=row.id, what=what, facts=facts, at=talk.clock.now())
        for what in ("delayed", "bounced", "complained", "unproven")
    ]
    await add(talk.database, *events)
    for language, words in (
        (Language.EN, "it came back – the address does not exist “smtp; 550 5.1.1 &lt;no&gt; such user”"),
        (Language.RU, "письмо вернулось – такого адреса нет «smtp; 550"),
        (Language.TH, "อีเมลตีกลับ – ไม่มีที่อยู่นี้"),
    ):
        await spoken(talk, language)
        [story] = await talk.presses(f"yw:{row.id}:0", message_id=9)
        assert words in story.html
    await spoken(talk, Language.EN)
    [story] = await talk.presses(f"yw:{row.id}:0", message_id=9)
    assert "their mail system could not prove that this mail came from us" in story.html


async def test_a_copy_the_mailbox_would_not_take_is_told(talk: BotTalk, anna: Client) -> None:
    row = await mailed(talk, anna)
    facts = {"mailbox": "info@shop.test", "diagnostic": "[LIMIT] message <too> large"}
    await add(talk.database, DeliveryEvent(outbox_id=row.id, what="no-copy", facts=facts, at=talk.clock.now()))
    for language, words in (
        (Language.EN, "the Sent folder of info@shop.test took no copy of it “[LIMIT] message &lt;too&gt; large”"),
        (Language.RU, "папка отправленных ящика info@shop.test не приняла копию «[LIMIT]"),
        (Language.TH, "โฟลเดอร์ส่งแล้วของ info@shop.test ไม่รับสำเนา"),
    ):
        await spoken(talk, language)
        [story] = await talk.presses(f"yw:{row.id}:0", message_id=9)
        assert words in story.html, story.html


async def test_a_long_story_has_pages_and_hostile_replies_are_harmless(talk: BotTalk, anna: Client) -> None:
    row = await mailed(talk, anna, DeliveryState.PLANNED, sent_at=None, settled_at=None)
    now = talk.clock.now()
    await add(
        talk.database,
        *(
            DeliveryAttempt(
                outbox_id=row.id,
                number=number,
                lease_token=str(number),
                started_at=now + timedelta(minutes=number),
                finished_at=now + timedelta(minutes=number),
                outcome="retry",
                code="450",
                reply="<b>&" * 125,
            )
            for number in range(1, 31)
        ),
    )
    [newest] = await talk.presses(f"yw:{row.id}:0", message_id=9)
    assert "try 30" in newest.html
    assert "planned" not in newest.html
    assert length(newest.html) <= TEXT_LIMIT
    [oldest] = await talk.presses(f"yw:{row.id}:2", message_id=9)
    assert "· planned" in oldest.html
    assert "try 30" not in oldest.html
    assert "<b>&<b>" not in oldest.html


async def test_what_kept_a_client_out_is_said(talk: BotTalk, anna: Client) -> None:
    await mailed(talk, await known(talk, "Somebody", email="s@example.com"))
    bob = await known(talk, "Bob Vance")
    [listed] = await talk.says("/why Bob")
    [without] = await talk.taps("🫥", on=listed)
    for language, words in (
        (Language.EN, "This is not true of them:\n✗ has an email"),
        (Language.RU, "Не выполняется:\n✗ есть почта"),
        (Language.TH, "ข้อที่ไม่ตรงคือ:\n✗ มีอีเมล"),
    ):
        await spoken(talk, language)
        [absent] = await talk.taps("✉️ Autumn prices", on=without)
        assert words in absent.html
    [without_anna] = await talk.presses(f"yl:{anna.id}", message_id=9)
    assert "Autumn prices" in str(without_anna.buttons)
    assert bob.id != anna.id


async def test_the_buttons_that_lead_there(talk: BotTalk, anna: Client) -> None:
    async with talk.database.write() as session:
        now = talk.clock.now()
        row = await make_delivery(session, anna, now, kind="email", marketing=False)
        sent = Interaction(
            client_id=anna.id,
            staff_id=talk.staff.id,
            kind=InteractionKind.EMAIL,
            direction=Direction.OUT,
            source=InteractionSource.CHANNEL,
            subject="Offer 17",
            text="Dear Anna",
            outbox_id=row.id,
            at=now,
            created_at=now,
        )
        session.add(sent)
    [card] = await talk.presses(f"iv:{sent.id}", message_id=9)
    [story] = await talk.taps("❓ Why?", on=card)
    assert "✍️ Rita Rep wrote it" in story.html
    [more] = await talk.presses(f"cs:{anna.id}:1", message_id=9)
    [listed] = await talk.taps("❓ What became of messages", on=more)
    assert "<b>Offer 17</b>" in listed.html
    [menu] = await talk.says("/menu")
    [asked] = await talk.taps("What became of messages", on=menu)
    assert "Whose messages?" in asked.html


async def test_another_reps_client_stays_closed(talk: BotTalk, anna: Client) -> None:
    row = await mailed(talk, anna)
    async with talk.database.write() as session:
        (await session.get_one(Staff, talk.staff.id)).role = Role.REP
        (await session.get_one(Client, anna.id)).owner_id = None
        stranger = await make_client(session, "Not yours", email="n@example.com")
        stranger.owner_id = (await make_staff(session)).id
        row = await session.get_one(Outbox, row.id)
        row.client_id = stranger.id
    shown: list[Shown] = []
    for press in (f"yw:{row.id}:0", f"yc:{stranger.id}:0", f"yl:{stranger.id}", f"ya:{row.mailing_id}:{stranger.id}"):
        shown += await talk.presses(press, message_id=9)
    assert shown == []
