"""Exits: whatever the channel, once it happened nothing more goes out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from channels.outbox.delivery import Cancel, Hold
from crm import consent, interactions, tray
from crm.automations import leaving
from crm.automations.definition import ChangeTag, ExitOn, Send, SendBy, Wait, WaitFor
from storage.models import (
    AutomationState,
    CallOutcome,
    Channel,
    DeliveryState,
    Direction,
    EnrolmentState,
    FeedCursor,
    InteractionKind,
    InteractionSource,
    Outbox,
)
from storage.queries.claims import Claim, Delivery
from storage.queries.outbox import turn
from tests.crm.automations.engine import Engine, definition
from tests.factories.messages import make_message, make_thread

STAY = Wait(timedelta(days=10))

EVENTS: list[tuple[str, dict[str, Any], str | None]] = [
    ("message.received", {"channel": "sms", "automatic": False}, "reply"),
    ("message.received", {"channel": "email", "automatic": True}, None),
    ("call.ended", {"direction": "in"}, "call"),
    ("call.ended", {"direction": "out"}, "call"),
    ("call.missed", {"direction": "in"}, "call"),
    ("call.missed", {"direction": "out"}, None),
    ("message.written", {"channel": "email"}, "contact"),
    ("message.bounced", {"kind": "hard"}, "bounce"),
    ("message.bounced", {"kind": "soft"}, None),
    ("message.failed", {"channel": "sms"}, "bounce"),
    ("message.complained", {}, "unsubscribe"),
    ("consent.withdrawn", {"channel": "sms"}, "unsubscribe"),
    ("payment.received", {"number": "7"}, "purchase"),
    ("payment.received", {"number": "7", "amount": 12.5}, "purchase"),
    ("payment.received", {"number": "7", "amount": -12.5}, None),
    ("payment.received", {"number": "7", "amount_minor": -1250}, None),
    ("order.paid", {"amount": "-12,50"}, None),
    ("order.paid", {}, "purchase"),
    ("purchase.recorded", {"amount_minor": 500}, "purchase"),
    ("purchase.recorded", {"amount_minor": -500}, None),
    ("purchase.recorded", {"amount_minor": 500, "at": "2026-11-20T10:00:00+00:00"}, "purchase"),
    ("purchase.recorded", {"amount_minor": 500, "at": "2021-11-20T10:00:00+00:00"}, None),
    ("payment.received", {"happened_at": "2026-11-23T10:00:00+00:00"}, "purchase"),
    ("interaction.logged", {"kind": "meeting"}, "contact"),
    ("interaction.logged", {"kind": "call", "outcome": "reached"}, "call"),
    ("interaction.logged", {"kind": "call", "outcome": "no_answer"}, None),
    ("interaction.logged", {"kind": "email", "direction": "in"}, "reply"),
    ("interaction.logged", {"kind": "note"}, None),
    ("followup.done", {}, None),
    ("client.archived", {}, "archived"),
]


@pytest.mark.parametrize(("name", "facts", "because"), EVENTS)
async def test_what_ends_it(engine: Engine, name: str, facts: dict[str, Any], because: str | None) -> None:
    await engine.on(definition(STAY, ChangeTag("x")))
    anna = await engine.newcomer()
    await engine.run()
    await engine.happens(name, anna, **facts)
    await engine.run()
    assert await engine.standing() == [("left", "1", because) if because else ("inside", "1", "")]


@pytest.mark.parametrize(("days", "because"), [(2, "purchase"), (-8, "")])
async def test_what_is_told_late_ends_what_it_happened_after(engine: Engine, days: int, because: str) -> None:
    """Ten days after entering: bought eight days ago, and long before."""
    await engine.on(definition(Wait(timedelta(days=30)), ChangeTag("x")))
    anna = await engine.newcomer()
    await engine.run()
    bought = engine.now + timedelta(days=days)
    engine.now += timedelta(days=10)
    await engine.happens("purchase.recorded", anna, amount_minor=500, at=bought.isoformat())
    await engine.run()
    assert (await engine.only()).ended_because == because


async def test_a_meeting_written_down_days_later_ends_it(engine: Engine) -> None:
    await engine.on(definition(Wait(timedelta(days=30)), ChangeTag("x")))
    anna = await engine.newcomer()
    await engine.run()
    met = engine.now + timedelta(days=2)
    engine.now += timedelta(days=10)
    draft = interactions.InteractionDraft(
        client_id=anna.id, kind=InteractionKind.MEETING, source=InteractionSource.BUTTONS, text="x", at=met
    )
    async with engine.database.write() as session:
        await interactions.log(session, actor=engine.manager, draft=draft, now=engine.now)
    await engine.run()
    assert (await engine.only()).ended_because == "contact"


async def test_only_the_exits_of_its_version_end_it(engine: Engine) -> None:
    await engine.on(definition(STAY, ChangeTag("x"), exits=frozenset({ExitOn.PURCHASE})))
    anna = await engine.newcomer()
    await engine.run()
    await engine.happens("message.received", anna, automatic=False)
    await engine.run()
    assert (await engine.only()).state is EnrolmentState.INSIDE
    await engine.happens("invoice.paid", anna)
    await engine.run()
    assert (await engine.only()).ended_because == "purchase"


async def test_what_brought_them_in_does_not_throw_them_out(engine: Engine) -> None:
    await engine.on(definition(STAY, ChangeTag("x"), when="message.received"))
    anna = await engine.client()
    await engine.happens("message.received", anna, automatic=False)
    await engine.run()
    assert (await engine.only()).state is EnrolmentState.INSIDE
    await engine.happens("message.received", anna, automatic=False)
    await engine.run()
    assert [one.state.value for one in await engine.enrolments()] == ["left"]


async def test_entering_and_answering_in_one_batch_of_the_feed(engine: Engine) -> None:
    await engine.on(definition(STAY, ChangeTag("x"), when="quote.sent"))
    anna = await engine.client()
    await engine.happens("quote.sent", anna)
    await engine.happens("message.received", anna, automatic=False)
    await engine.run()
    assert await engine.standing() == [("left", "0", "reply")]


async def test_nobody_walks_past_an_answer_the_feed_has_not_read(engine: Engine) -> None:
    """After a night's downtime the answer lies there unread and the next letter is due: the letter does not go."""
    await engine.template("Hello")
    await engine.on(definition(Wait(timedelta(days=1)), Send(SendBy.EMAIL, "Hello"), STAY))
    anna = await engine.newcomer(email="a@x.example")
    await engine.run()
    await engine.happens("message.received", anna, automatic=False)
    engine.now += timedelta(days=2)
    assert await engine.walk() == 0
    await engine.run()
    assert await engine.standing() == [("left", "1", "reply")]
    assert await engine.outbox("automation") == []


async def test_a_pause_hears_answers_too(engine: Engine) -> None:
    waits = WaitFor("quote.accepted", timedelta(days=5), came=(ChangeTag("yes"),))
    automation = await engine.on(definition(waits, STAY, exits=frozenset({ExitOn.REPLY})))
    anna, bert = await engine.newcomer("Anna"), await engine.newcomer("Bert")
    await engine.run()
    await engine.set_state(automation, AutomationState.PAUSED)
    await engine.happens("message.received", anna, automatic=False)
    await engine.happens("quote.accepted", bert)
    await engine.run()
    assert await engine.standing() == [("left", "0", "reply"), ("inside", "0.came.0", "")]


async def test_a_refusal_on_the_wire_ends_it_without_an_event(engine: Engine) -> None:
    await engine.template("Hello")
    await engine.on(definition(Send(SendBy.EMAIL, "Hello"), STAY, ChangeTag("x")))
    await engine.newcomer(email="a@x.example")
    await engine.run()
    for bounce in ("soft", "hard"):
        assert await engine.bounces_seen() == 0
        refused = {"state": DeliveryState.FAILED, "bounce": bounce, "settled_at": engine.now}
        async with engine.database.write() as session:
            await session.execute(update(Outbox).values(**refused))
    assert await engine.bounces_seen() == 1
    assert await engine.bounces_seen() == 0
    assert (await engine.only()).ended_because == "bounce"


async def test_the_gate_asks_once_more(engine: Engine) -> None:
    """The feed lags; what the ledger planned for somebody who left, or for a paused automation, does not leave."""
    await engine.template("Hello")
    automation = await engine.on(definition(Send(SendBy.EMAIL, "Hello"), STAY, ChangeTag("x")))
    await engine.newcomer(email="a@x.example")
    await engine.run()
    (row,) = await claimed(engine)
    assert await verdict(engine, row) == {}
    await engine.set_state(automation, AutomationState.PAUSED)
    assert await verdict(engine, row) == {row.id: Hold(engine.now + timedelta(minutes=1), "automation-paused")}
    async with engine.database.write() as session:
        await leaving.leave(session, {(await engine.only()).id: "stopped"}, now=engine.now)
    assert await verdict(engine, row) == {row.id: Cancel("automation-left")}


async def test_a_meeting_logged_in_the_chat_and_a_stop_by_sms(engine: Engine) -> None:
    """By the verbs themselves, not by events made up."""
    await engine.on(definition(STAY, ChangeTag("x")))
    anna, bert, cora = [await engine.newcomer(name, phone=f"+6681234567{n}") for n, name in enumerate("ABC")]
    await engine.run()
    async with engine.database.write() as session:
        for client, kind, outcome in (
            (anna, InteractionKind.MEETING, None),
            (cora, InteractionKind.CALL, CallOutcome.BUSY),
        ):
            draft = interactions.InteractionDraft(
                client_id=client.id,
                kind=kind,
                source=InteractionSource.BUTTONS,
                direction=Direction.OUT,
                outcome=outcome,
                text="x",
            )
            await interactions.log(session, actor=engine.manager, draft=draft, now=engine.now)
        await consent.stop(
            session, channel=Channel.SMS, address="+66812345671", client_id=bert.id, now=engine.now, wording="STOP"
        )
    await engine.run()
    assert [one.ended_because for one in await engine.enrolments()] == ["contact", "unsubscribe", ""]


@pytest.mark.parametrize(
    ("written", "fields", "because"),
    [
        (timedelta(minutes=1), {}, "reply"),
        (timedelta(minutes=-1), {}, ""),
        (timedelta(minutes=1), {"automatic": True}, ""),
        (timedelta(minutes=1), {"kind": InteractionKind.CALL}, ""),
    ],
)
async def test_an_answer_from_another_address_given_to_its_client(
    engine: Engine, written: timedelta, fields: dict[str, Any], because: str
) -> None:
    await engine.on(definition(STAY, ChangeTag("x")))
    anna = await engine.newcomer()
    await engine.run()
    at = engine.now + written
    async with engine.database.write() as session:
        thread = await make_thread(session, None, address="anna@home.example", now=at)
        message = await make_message(session, thread, now=at, **fields)
    engine.now += timedelta(hours=1)
    async with engine.database.write() as session:
        await tray.give_to(session, actor=engine.manager, interaction_id=message.id, client_id=anna.id, now=engine.now)
    await engine.run()
    assert (await engine.only()).ended_because == because


async def test_a_client_made_from_the_tray_is_welcomed(engine: Engine) -> None:
    await engine.on(definition(STAY, ChangeTag("x")))
    async with engine.database.write() as session:
        thread = await make_thread(session, None, address="new@home.example", now=engine.now)
        message = await make_message(session, thread, now=engine.now)
    engine.now += timedelta(hours=1)
    async with engine.database.write() as session:
        await tray.make_client(session, actor=engine.manager, interaction_id=message.id, name="Anna", now=engine.now)
    await engine.run()
    assert (await engine.only()).state is EnrolmentState.INSIDE


async def test_history_is_passed_over_where_nobody_listens(engine: Engine) -> None:
    for _ in range(3):
        await engine.happens("client.edited", await engine.client())
    await engine.read()
    async with engine.database.read() as session:
        assert (await session.get_one(FeedCursor, "automations")).event_id >= 3


async def claimed(engine: Engine) -> Sequence[Delivery]:
    async with engine.database.connect() as unit:
        claim = Claim(owner="t", token="t", seconds=60, limit=10)
        return (await turn(unit, channel=Channel.EMAIL, now=engine.now, claim=claim)).claimed


async def verdict(engine: Engine, row: Delivery) -> Any:
    async with engine.database.read() as session:
        return await consent.gate(session, [row], engine.now)
