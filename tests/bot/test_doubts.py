"""The question of what became of a message, and channels that stand still, as people see them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.context import chat_message
from bot.render import Reader
from channels import inbox
from crm import halts, writing
from crm.deliveries import doubt
from storage.models import Channel, DeliveryState, Inbox, InboxSource, Language, Outbox, Role, Staff
from storage.queries import halts as rows
from tests.bot.conftest import BotTalk, Shown
from tests.factories import make_client, make_staff


async def in_doubt(talk: BotTalk) -> int:
    """An SMS of the rep's of which nobody knows, eleven minutes old."""
    async with talk.database.write() as session:
        rep = await session.get_one(Staff, talk.staff.id)
        client = await make_client(session, "Anna <Schmidt>", owner=rep, phone="+66812345678")
        letter = writing.Letter(channel=Channel.SMS, text="Your order & bolts are ready")
        said = await writing.write(
            session, actor=rep, client_id=client.id, letter=letter, sender_domain="us.example", now=talk.clock.now()
        )
        delivery = await session.get_one(Outbox, said.outbox_id)
        delivery.state, delivery.attempts, delivery.settled_at = DeliveryState.UNKNOWN, 1, talk.clock.now()
        outbox_id = delivery.id
    talk.advance(minutes=11)
    return outbox_id


async def shown(talk: BotTalk, card: str, card_id: int, *, by: Staff | None = None) -> Shown | None:
    """A card as the outbox would show it."""
    person = by or talk.staff
    async with talk.database.read() as session:
        staff = await session.get_one(Staff, person.id)
        reader = Reader(session, staff=staff, now=talk.clock.now())
        made = await talk.application.router.cards[card](reader, card_id, {})
        if made is None:
            return None
        message = chat_message(made, signer=talk.application.signer, staff=staff, now=talk.clock.now())
    buttons = [{"text": one.text, "callback_data": one.data} for row in message.buttons for one in row]
    return Shown(5, message.html, buttons, edited=False)


async def state_of(talk: BotTalk, outbox_id: int) -> DeliveryState:
    async with talk.database.read() as session:
        return (await session.execute(select(Outbox.state).where(Outbox.id == outbox_id))).scalar_one()


@pytest.mark.parametrize(
    ("button", "state"), [("✅ It did", DeliveryState.DELIVERED), ("🔁 Send again", DeliveryState.PLANNED)]
)
async def test_one_tap_answers_the_question(talk: BotTalk, button: str, state: DeliveryState) -> None:
    outbox_id = await in_doubt(talk)
    card = await shown(talk, doubt.CARD, outbox_id)
    assert card is not None
    assert "Nobody knows whether it arrived." in card.html
    assert "Anna &lt;Schmidt&gt;" in card.html
    assert "order &amp; bolts" in card.html
    await talk.taps(button, on=card)
    assert await state_of(talk, outbox_id) is state
    await talk.taps(button, on=card)
    assert talk.toast() == "Already done."
    after = await shown(talk, doubt.CARD, outbox_id)
    assert after is not None
    assert "Nobody knows" not in after.html
    assert [one["text"] for one in after.buttons] == ["Anna <Schmidt>"]


async def test_another_colleagues_press_does_nothing(talk: BotTalk) -> None:
    outbox_id = await in_doubt(talk)
    card = await shown(talk, doubt.CARD, outbox_id)
    async with talk.database.write() as session:
        other = await make_staff(session, Role.REP, telegram_id=777)
    assert card is not None
    await talk.taps("🔁", on=card, by=other)
    assert await state_of(talk, outbox_id) is DeliveryState.UNKNOWN
    assert await shown(talk, doubt.CARD, outbox_id, by=other) is None


@pytest.mark.parametrize("language", list(Language))
async def test_admins_read_what_stopped_a_channel(talk: BotTalk, language: Language) -> None:
    outbox_id = await in_doubt(talk)
    async with talk.database.write() as session:
        admin = await make_staff(session, Role.ADMIN, language=language)
        delivery = await session.get_one(Outbox, outbox_id)
        delivery.code, delivery.reason = "30007", "Message <filtered>"
        await rows.note(session, channel=Channel.SMS, delivery_id=outbox_id)
    card = await shown(talk, halts.CARD, outbox_id, by=admin)
    assert card is not None
    assert "30007" in card.html
    assert "Message &lt;filtered&gt;" in card.html
    assert "touchline doctor" in card.html
    assert await shown(talk, halts.CARD, outbox_id) is None, "a rep is not told"
    async with talk.database.write() as session:
        await rows.over(session, channel=Channel.SMS)
    again = await shown(talk, halts.CARD, outbox_id, by=admin)
    assert again is not None
    assert "touchline doctor" not in again.html


@pytest.mark.parametrize("language", list(Language))
async def test_a_used_up_day_says_how_many_wait_and_until_when(talk: BotTalk, language: Language) -> None:
    outbox_id = await in_doubt(talk)
    day = halts.day_number(talk.clock.now())
    async with talk.database.write() as session:
        manager = await make_staff(session, Role.MANAGER, language=language, timezone="Asia/Bangkok")
        delivery = await session.get_one(Outbox, outbox_id)
        delivery.state, delivery.reason, delivery.settled_at = DeliveryState.PLANNED, halts.HELD_BY_CAP, None
        delivery.due_at = halts.day_ends(day) + timedelta(seconds=1)
    card = await shown(talk, halts.CAP_CARD, day, by=manager)
    assert card is not None
    assert "1 " in card.html
    assert "07:00" in card.html


async def test_an_sms_or_call_that_could_not_be_taken_in_is_shown_as_it_came(talk: BotTalk) -> None:
    """Whatever our fault was, a customer waits for an answer."""
    now = talk.clock.now()
    sms = {"From": "+66812345678", "Body": "Where are <my> bolts?"}
    call = {"door": "incoming", "call": "", "fields": {"From": "+4915112345678"}}
    async with talk.database.write() as session:
        manager = await make_staff(session, Role.MANAGER, telegram_id=7001)
        for source, payload in ((InboxSource.SMS, sms), (InboxSource.CALL, call), (InboxSource.SMS_STATUS, sms)):
            await inbox.store(session, source=source, external_id=source.value, payload=payload, now=now)
        handled = await inbox.store(session, source=InboxSource.SMS, external_id="fine", payload=sms, now=now)
        await inbox.mark_processed(session, inbox_id=handled or 0, now=now)
        assert await halts.tell_of_set_aside(session, now=now) == 0
        ids = (await session.execute(select(Inbox.id).where(Inbox.processed_at.is_(None)).order_by(Inbox.id))).scalars()
        for inbox_id in (first := list(ids)):
            await inbox.mark_failed(session, inbox_id=inbox_id, error="KeyError: 'x'", now=now, limit=1)
        assert await halts.tell_of_set_aside(session, now=now) == 2
        assert await halts.tell_of_set_aside(session, now=now) == 0, "each is told once"
    card = await shown(talk, halts.ASIDE_CARD, first[0], by=manager)
    assert card is not None
    for part in ("An SMS could not be put", "+66 81 234 5678", "Where are &lt;my&gt; bolts?", "an admin"):
        assert part in card.html
    card = await shown(talk, halts.ASIDE_CARD, first[1], by=manager)
    assert card is not None
    assert "News of a call" in card.html
    assert "+49 1511 2345678" in card.html
    assert await shown(talk, halts.ASIDE_CARD, first[0]) is None, "a rep is not told"
