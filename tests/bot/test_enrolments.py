"""`/why` of automations in the chat: entered because, waiting for, left because; and the cards automations send."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.render import Card, Reader
from crm.automations.definition import Branch, Send, SendBy, Start, TellOwner, Wait, WaitFor
from crm.automations.telling import CARD, NOTE_CARD, Notice
from crm.automations.triggers import REGISTRY
from crm.calls.progress import Door, take
from crm.client_index import reindex
from storage.models import (
    AutomationState,
    Call,
    CallState,
    Client,
    Direction,
    Enrolment,
    EnrolmentEvent,
    EnrolmentState,
    Language,
    Outbox,
    Staff,
)
from tests.bot.conftest import BotTalk
from tests.crm.automations.engine import Engine, definition
from tests.factories import make_client, make_staff

CODE = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b|\b[a-z]+\.[a-z]+\b")
LINES: dict[str, dict[str, Any]] = {
    "waiting": {"until": "2026-11-25T09:00:00+00:00"},
    "waiting-for": {"event": "invoice.paid", "until": "2026-11-25T09:00:00+00:00"},
    "came": {"event": "invoice.paid"},
    "missed": {"event": "order.shipped"},
    "branch": {"rule": "city = Riga", "holds": True},
    "sent": {"template": "Hello", "channel": "email"},
    "unsent": {"template": "Hello", "because": "no-address"},
    "told": {"text": "Call them"},
    "assigned": {"to": "Olga"},
    "follow-up": {"text": "Call"},
    "set": {"name": "size", "value": "small"},
    "tagged": {"tag": "vip"},
    "untagged": {"tag": "vip"},
    "started": {"automation": "Second", "outcome": "entered"},
    "called-out": {"url": "https"},
    "uncalled": {"url": "https"},
    "failed": {"because": "automations.template_gone"},
    "parked": {"because": "DocumentRefused"},
    "gone": {"because": "automations.template_gone"},
    "moved": {"before": 1, "after": 2},
    "left": {"because": "reply"},
}


@pytest.fixture
async def engine(talk: BotTalk) -> Engine:
    return await Engine.built(talk.database, talk.clock.now())


@pytest.fixture
async def anna(talk: BotTalk) -> Client:
    async with talk.database.write() as session:
        client = await make_client(session, "Anna Schmidt", owner=talk.staff, email="anna@example.com")
        await reindex(session, client, now=talk.clock.now())
    return client


async def rendered(talk: BotTalk, card: str, card_id: int, staff: Staff, **facts: Any) -> Card | None:
    async with talk.database.read() as session:
        reader = Reader(session, staff=await session.get_one(Staff, staff.id), now=talk.clock.now())
        return await talk.application.router.cards[card](reader, card_id, facts)


async def test_entered_because_waiting_for_left_because(talk: BotTalk, engine: Engine, anna: Client) -> None:
    await engine.template("Hello")
    waits = WaitFor("quote.accepted", timedelta(days=3))
    await engine.on(definition(Send(SendBy.EMAIL, "Hello"), waits, Wait(timedelta(days=1)), when="quote.sent"))
    await engine.happens("quote.sent", anna, number="Q-7", quote_id=1)
    await engine.run()
    [listed] = await talk.says("/why Anna")
    [automations] = await talk.taps("🤖", on=listed)
    assert "1 automation" in automations.html
    assert "waiting for: <code>quote.accepted</code>, until" in automations.html
    [story] = await talk.taps("1", on=automations)
    assert "Welcome" in story.html
    assert "made by Marta" in story.html
    assert "➡️ a quote was sent (quote Q-7)" in story.html
    assert "email “Hello” – 🕓 waiting to be sent" in story.html
    [message] = await talk.taps("1", on=story)
    assert "🤖 The automation “Welcome” by Marta" in message.html
    assert "➡️ a quote was sent (quote Q-7)" in message.html
    await engine.happens("message.received", anna, automatic=False)
    await engine.run()
    [story] = await talk.taps("🤖 The whole story", on=message)
    assert "🚪 left" in story.html
    assert "because they answered" in story.html
    assert "✖️ not sent: they had left the automation" in story.html
    [automations] = await talk.taps("‹ Anna", on=story)
    [listed] = await talk.taps("‹ Anna", on=automations)
    assert "2. " not in listed.html
    assert "<b>Welcome</b>" in listed.html


@pytest.mark.parametrize(
    ("status", "seconds", "said"),
    [("completed", "125", "a call, Rita Rep to the client (125 s long)"), ("no-answer", "", "")],
)
async def test_a_call_of_ours_that_was_answered_is_named_as_what_ended_it(
    talk: BotTalk, engine: Engine, anna: Client, status: str, seconds: str, said: str
) -> None:
    await engine.on(definition(Wait(timedelta(days=1)), when="quote.sent"))
    await engine.happens("quote.sent", anna)
    await engine.run()
    async with talk.database.write() as session:
        call = Call(
            direction=Direction.OUT,
            state=CallState.RINGING,
            number="+4915112345678",
            client_id=anna.id,
            staff_id=talk.staff.id,
            started_at=engine.now,
        )
        session.add(call)
        await session.flush()
        fields = {"ParentCallSid": "CA1", "CallSid": "CA2", "CallStatus": status, "CallDuration": seconds}
        await take(session, door=Door.LEG, fields=fields, received_at=engine.now, now=engine.now, call_id=call.id)
    await engine.run()
    [listed] = await talk.says("/why Anna")
    [automations] = await talk.taps("🤖", on=listed)
    [story] = await talk.taps("1", on=automations)
    assert ("left: there was a call" in story.html) is bool(said)
    assert said in story.html


@pytest.mark.parametrize(
    ("language", "rule", "number"),
    [
        (Language.EN, "has an email", "(quote Q-7)"),
        (Language.RU, "есть почта", "(предложение Q-7)"),
        (Language.TH, "มีอีเมล", "(ใบเสนอราคา Q-7)"),
    ],
)
async def test_a_word_to_the_owner_and_a_rule_are_told_as_people_read_them(
    talk: BotTalk, engine: Engine, anna: Client, language: Language, rule: str, number: str
) -> None:
    steps = (TellOwner("{name} is hot"), Branch("has email", yes=(Wait(timedelta(days=1)),)))
    await engine.on(definition(*steps, when="quote.sent"))
    await engine.happens("quote.sent", anna, automatic=False, number="Q-7")
    await engine.run()
    async with talk.database.write() as session:
        (await session.get_one(Staff, talk.staff.id)).language = language
    [listed] = await talk.says("/why Anna")
    [automations] = await talk.taps("🤖", on=listed)
    [story] = await talk.taps("1", on=automations)
    assert "Anna Schmidt is hot" in story.html
    assert f": {rule}" in story.html
    assert number in story.html
    assert "automatic" not in story.html


async def test_past_the_last_step_no_next_step_is_promised(talk: BotTalk, engine: Engine, anna: Client) -> None:
    await engine.template("Hello")
    await engine.on(definition(Send(SendBy.EMAIL, "Hello"), when="quote.sent"))
    await engine.happens("quote.sent", anna)
    await engine.run()
    [listed] = await talk.says("/why Anna")
    [automations] = await talk.taps("🤖", on=listed)
    [story] = await talk.taps("1", on=automations)
    for card in (automations, story):
        assert "All steps are done" in card.html
        assert "next step" not in card.html


async def test_what_an_event_says_is_said_in_words(talk: BotTalk, engine: Engine, anna: Client) -> None:
    await engine.on(definition(Wait(timedelta(days=1)), when="message.received", exits=frozenset()))
    await engine.happens("message.received", anna, channel="sms", automatic=False)
    await engine.run()
    [listed] = await talk.says("/why Anna")
    [automations] = await talk.taps("🤖", on=listed)
    assert "</b>: 1 automation." in automations.html
    [story] = await talk.taps("1", on=automations)
    assert "➡️ the client wrote by SMS" in story.html


@pytest.mark.parametrize(
    ("cause", "said"),
    [
        ("2026-12-01 … 2026-12-23", "(1 Dec 2026 – 23 Dec 2026)"),
        ("2026-12-01 … 2026-12-01", "(1 Dec 2026)"),
    ],
)
async def test_days_let_go_are_written_as_dates(
    talk: BotTalk, engine: Engine, anna: Client, cause: str, said: str
) -> None:
    automation = await engine.on(definition(Wait(timedelta(days=1))))
    card = await rendered(
        talk, CARD, automation.id, engine.manager, what=Notice.DAYS.value, cause=cause, client_id=anna.id
    )
    assert card is not None
    assert said in card.html


async def test_who_is_inside_is_said_although_nothing_was_sent(talk: BotTalk, engine: Engine, anna: Client) -> None:
    for name in ("First", "Second", "Third", "Fourth"):
        await engine.on(definition(Wait(timedelta(days=1)), name=name, when=f"{name.lower()}.came"))
    await engine.happens("first.came", anna)
    await engine.run()
    [listed] = await talk.says("/why Anna")
    assert "nothing was sent yet.\nIn the automation First" in listed.html
    for name in ("second", "third", "fourth"):
        await engine.happens(f"{name}.came", anna)
    await engine.run()
    [listed] = await talk.says("/why Anna")
    assert "In the automations Fourth, Third, Second, …" in listed.html
    await engine.happens("message.received", anna, automatic=False)
    await engine.run()
    [listed] = await talk.says("/why Anna")
    assert "In the automation" not in listed.html


async def test_a_date_and_another_automation_as_causes(talk: BotTalk, engine: Engine, anna: Client) -> None:
    await engine.on(definition(Wait(timedelta(days=1)), name="Second", when="deal.won"))
    await engine.on(definition(Start("Second"), Wait(timedelta(days=1)), name="First", when="birthday"))
    async with talk.database.write() as session:
        (await session.get_one(Client, anna.id)).birthday = engine.now.date().replace(year=1980)
    engine.now = engine.now.replace(hour=12)
    await engine.days_come()
    [listed] = await talk.says("/why Anna")
    [automations] = await talk.taps("🤖", on=listed)
    [second] = await talk.taps("1", on=automations)
    assert "sent on by the automation “First”" in second.html
    [first] = await talk.taps("2", on=automations)
    assert f"the day came: a birthday, {engine.now.day} {engine.now:%b %Y}" in first.html
    assert "sent on to the automation “Second”" in first.html


@pytest.mark.parametrize("language", list(Language))
async def test_every_line_and_every_end_has_words(
    talk: BotTalk, engine: Engine, anna: Client, language: Language
) -> None:
    automation = await engine.on(definition(Wait(timedelta(days=1)), when="quote.sent"))
    await engine.happens("quote.sent", anna)
    await engine.run()
    enrolment = await engine.only()
    async with talk.database.write() as session:
        (await session.get_one(Staff, talk.staff.id)).language = language
        for what, facts in LINES.items():
            session.add(EnrolmentEvent(enrolment_id=enrolment.id, what=what, facts=facts, at=engine.now))
    [listed] = await talk.says("/why Anna")
    [automations] = await talk.taps("🤖", on=listed)
    [story] = await talk.taps("1", on=automations)
    [older] = await talk.taps("›", on=story)
    assert (story.html + older.html).count("• ") == len(LINES) + 1
    for page in (story, older):
        assert not CODE.search(re.sub(r"<[^>]*>", "", page.html)), page.html
    await engine.set_state(automation, AutomationState.PAUSED)
    [paused] = await talk.taps("‹", on=older)
    assert "⏸" in paused.html
    for state, because in ((EnrolmentState.LEFT, "purchase"), (EnrolmentState.FAILED, "error")):
        async with talk.database.write() as session:
            row = await session.get_one(Enrolment, enrolment.id)
            row.state, row.due_at, row.ended_at, row.ended_because = state, None, engine.now, because
        [ended] = await talk.says("/why Anna")
        [automations] = await talk.taps("🤖", on=ended)
        assert not CODE.search(re.sub(r"<[^>]*>", "", automations.html))


@pytest.mark.parametrize("language", list(Language))
async def test_every_notice_and_every_event_has_words(
    talk: BotTalk, engine: Engine, anna: Client, language: Language
) -> None:
    automation = await engine.on(definition(Wait(timedelta(days=1))))
    async with talk.database.write() as session:
        (await session.get_one(Staff, engine.manager.id)).language = language
    for notice in Notice:
        card = await rendered(
            talk,
            CARD,
            automation.id,
            engine.manager,
            what=notice.value,
            cause="automations.template_gone",
            client_id=anna.id,
        )
        assert card is not None
        assert "Welcome" in card.html
        assert not CODE.search(card.html)
    assert await rendered(talk, CARD, automation.id, talk.staff, what="failed") is None  # a rep's business it is not
    async with talk.database.read() as session:
        reader = Reader(session, staff=await session.get_one(Staff, engine.manager.id), now=engine.now)
        assert all(reader.t(kind.key) for kind in REGISTRY.values())


async def test_a_word_to_the_owner_is_filled_and_goes_with_the_client(
    talk: BotTalk, engine: Engine, anna: Client
) -> None:
    await engine.on(definition(TellOwner("Call {name} of {company|their company} <now>"), when="quote.sent"))
    await engine.happens("quote.sent", anna)
    await engine.run()
    async with talk.database.read() as session:
        row = (await session.execute(select(Outbox).where(Outbox.kind == "card"))).scalar_one()
    assert (row.staff_id, row.payload["card"]) == (talk.staff.id, NOTE_CARD)
    card = await rendered(talk, NOTE_CARD, row.payload["card_id"], talk.staff)
    assert card is not None
    assert "Call Anna Schmidt of their company &lt;now&gt;" in card.html
    async with talk.database.write() as session:
        other = await make_staff(session)
        (await session.get_one(Client, anna.id)).owner_id = other.id
    assert await rendered(talk, NOTE_CARD, row.payload["card_id"], talk.staff) is None


async def test_another_reps_client_stays_closed(talk: BotTalk, engine: Engine) -> None:
    async with talk.database.write() as session:
        other = await make_staff(session)
        theirs = await make_client(session, "Theirs", owner=other)
    await engine.on(definition(Wait(timedelta(days=1)), when="quote.sent"))
    await engine.happens("quote.sent", theirs)
    await engine.run()
    from crm import why
    from crm.errors import NotAllowed

    async with talk.database.read() as session:
        staff = await session.get_one(Staff, talk.staff.id)
        for asked in (
            why.enrolment_story(session, actor=staff, enrolment_id=(await engine.only()).id),
            why.enrolment_story(session, actor=staff, enrolment_id=999),
            why.enrolments(session, actor=staff, client_id=theirs.id, limit=5),
        ):
            with pytest.raises(NotAllowed):
                await asked
