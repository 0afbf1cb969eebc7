"""Steps: each does its thing once, in the client's own time, and one that fails stops nobody else."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from crm import segments
from crm.automations import calling
from crm.automations.definition import (
    Assign,
    Branch,
    CallOut,
    ChangeTag,
    MakeFollowUp,
    Send,
    SendBy,
    SetField,
    Start,
    Stop,
    TellOwner,
    Wait,
    WaitFor,
    WaitUntil,
)
from storage.models import (
    AutomationState,
    AutomationVersion,
    Channel,
    ClientTag,
    EnrolmentState,
    FollowUp,
    Outbox,
    Role,
    Staff,
    Tag,
    WebhookCall,
)
from tests.conftest import Figures
from tests.crm.automations.engine import Engine, definition
from tests.factories import make_staff

DAY = Wait(timedelta(days=1))


async def test_a_letter_a_day_later_and_then_the_end(engine: Engine) -> None:
    await engine.template("Hello")
    await engine.on(definition(DAY, Send(SendBy.EMAIL, "Hello"), Wait(timedelta(hours=1))))
    anna = await engine.newcomer(email="anna@x.example")
    await engine.run()
    assert await engine.standing() == [("inside", "1", "")]
    assert await engine.outbox("automation") == []
    await engine.later(hours=23, minutes=59)
    assert await engine.outbox("automation") == []
    await engine.later(minutes=1)
    (row,) = await engine.outbox("automation")
    enrolment = await engine.only()
    assert (row.client_id, row.address, row.marketing) == (anna.id, "anna@x.example", True)
    assert row.dedupe_key == f"automation:{enrolment.id}:1"
    assert (enrolment.place, enrolment.facts) == ("end", {})
    assert await engine.story() == ["waiting", "sent", "waiting"]


async def test_it_is_not_over_while_a_message_waits(engine: Engine) -> None:
    """Held for the night, it may still be called back by an answer."""
    await engine.template("Hello")
    await engine.on(definition(Send(SendBy.EMAIL, "Hello")))
    anna = await engine.newcomer(email="anna@x.example")
    await engine.run()
    assert await engine.standing() == [("inside", "end", "")]
    await engine.happens("message.received", anna, channel="sms", automatic=False)
    await engine.run()
    assert await engine.standing() == [("left", "end", "reply")]
    (row,) = await engine.outbox("automation")
    assert (row.state.value, row.reason) == ("cancelled", "automation-left")


async def test_it_is_over_once_the_message_has_left(engine: Engine) -> None:
    await engine.template("Hello")
    await engine.on(definition(Send(SendBy.EMAIL, "Hello")))
    await engine.newcomer(email="anna@x.example")
    await engine.run()
    async with engine.database.write() as session:
        await session.execute(update(Outbox).values(state="sent", sent_at=engine.now))
    await engine.later(minutes=5)
    assert await engine.standing() == [("finished", "end", "finished")]


@pytest.mark.parametrize(
    ("zone", "at", "hour", "working", "due"),
    [
        ("Asia/Bangkok", "2026-11-24T09:00", time(17), False, "2026-11-24T10:00"),
        ("Asia/Bangkok", "2026-11-24T09:00", time(16), False, "2026-11-24T09:00"),
        ("Asia/Bangkok", "2026-11-24T09:00", time(15), False, "2026-11-25T08:00"),
        ("Asia/Bangkok", "2026-11-28T01:00", time(10), True, "2026-11-30T03:00"),
        # 02:30 is skipped in Berlin that night, and happens twice in autumn: the first valid minute, and once.
        ("Europe/Berlin", "2027-03-27T20:00", time(2, 30), False, "2027-03-28T01:00"),
        ("Europe/Berlin", "2027-10-30T20:00", time(2, 30), False, "2027-10-31T00:30"),
        (None, "2026-11-24T09:00", time(10), False, "2026-11-24T10:00"),
    ],
)
async def test_an_hour_is_the_clients_own(
    engine: Engine, zone: str | None, at: str, hour: time, working: bool, due: str
) -> None:
    await engine.on(definition(WaitUntil(hour, working), Stop()))
    engine.now = datetime.fromisoformat(at).replace(tzinfo=UTC)
    await engine.newcomer(timezone=zone)
    await engine.read()
    await engine.walk()
    assert (await engine.only()).due_at == datetime.fromisoformat(due).replace(tzinfo=UTC)


async def test_a_clients_number_tells_where_they_are(engine: Engine) -> None:
    await engine.on(definition(WaitUntil(time(17)), Stop()))
    await engine.newcomer(phone="+66812345678")
    await engine.read()
    await engine.walk()
    assert (await engine.only()).due_at == engine.now.replace(hour=10)


async def test_what_is_waited_for_comes_or_does_not(engine: Engine) -> None:
    paid = WaitFor(
        "invoice.paid",
        timedelta(days=3),
        facts=(("number", "7"),),
        came=(ChangeTag("paid"),),
        missed=(ChangeTag("late"),),
    )
    await engine.on(definition(paid, ChangeTag("both"), when="invoice.created", exits=frozenset()))
    anna, bert = await engine.client("Anna"), await engine.client("Bert")
    for client in (anna, bert):
        await engine.happens("invoice.created", client, number=7)
    await engine.run()
    assert [one.waiting_for for one in await engine.enrolments()] == ["invoice.paid"] * 2
    await engine.happens("invoice.paid", anna, number=8)
    await engine.run()
    assert [one.waiting_for for one in await engine.enrolments()] == ["invoice.paid"] * 2
    await engine.happens("invoice.paid", anna, number=7)
    await engine.run()
    assert await engine.standing() == [("finished", "1", "finished"), ("inside", "0", "")]
    await engine.later(days=3)
    assert await engine.standing() == [("finished", "1", "finished")] * 2
    assert await tags_of(engine, anna.id) == {"paid", "both"}
    assert await tags_of(engine, bert.id) == {"late", "both"}


@pytest.mark.parametrize(("after", "tag"), [(timedelta(days=3), "paid"), (timedelta(days=3, seconds=1), "late")])
async def test_what_comes_too_late_did_not_come_although_nobody_walked_yet(
    engine: Engine, after: timedelta, tag: str
) -> None:
    paid = WaitFor("invoice.paid", timedelta(days=3), came=(ChangeTag("paid"),), missed=(ChangeTag("late"),))
    await engine.on(definition(paid, when="invoice.created", exits=frozenset()))
    anna = await engine.client()
    await engine.happens("invoice.created", anna)
    await engine.run()
    engine.now += after
    await engine.happens("invoice.paid", anna)
    engine.now += timedelta(days=1)
    await engine.run()
    assert await tags_of(engine, anna.id) == {tag}


async def test_a_branch_asks_the_rule_of_this_client_now(engine: Engine) -> None:
    branch = Branch("city = Bangkok", yes=(SetField("lifecycle", "customer"),), no=(SetField("size", "small"),))
    await engine.on(definition(DAY, branch))
    anna = await engine.newcomer("Anna", city="Bangkok", city_key="bangkok")
    bert = await engine.newcomer("Bert", custom_fields={"Size": "large"})
    await engine.later(days=1)
    await engine.later(days=1)
    assert (await engine.fresh(anna)).lifecycle.value == "customer"
    assert (await engine.fresh(bert)).custom_fields == {"Size": "small"}
    assert {one.state for one in await engine.enrolments()} == {EnrolmentState.FINISHED}


@pytest.mark.parametrize("is_odd", [False, True])
async def test_owner_follow_up_tag_and_a_word_to_the_owner(engine: Engine, is_odd: bool) -> None:
    async with engine.database.write() as session:
        olga = await make_staff(session, Role.REP, name="Olga", telegram_id=5)
        oleg = await make_staff(session, Role.REP, name="Oleg Ivanov", telegram_id=6)
    steps = (
        ChangeTag("#New"),
        Assign("oleg ivanov"),
        TellOwner("Call {name}"),
        MakeFollowUp("Call {name} {again}" if is_odd else "Call {name|them}", timedelta(days=2)),
        ChangeTag("new", add=False),
    )
    await engine.on(definition(*steps))
    anna = await engine.newcomer(owner=olga)
    await engine.run()
    assert await engine.standing() == [("finished", "4", "finished")]
    assert (await engine.fresh(anna)).owner_id == oleg.id
    assert await tags_of(engine, anna.id) == set()
    async with engine.database.read() as session:
        promise = (await session.execute(select(FollowUp))).scalar_one()
    assert (promise.owner_id, promise.due_at) == (oleg.id, engine.now + timedelta(days=2))
    assert promise.promise == ("Call {name} {again}" if is_odd else f"Call {anna.name}")
    (card,) = await engine.outbox("card")
    assert (card.staff_id, card.payload["card"]) == (oleg.id, "automation_note")


@pytest.mark.parametrize("became", [{"role": Role.REP}, {"active": False}])
async def test_it_does_the_same_once_its_maker_may_not_run_it_any_more(engine: Engine, became: dict[str, Any]) -> None:
    """A rep sees only their own clients: the tag would be refused, the rule would say no."""
    await engine.on(definition(Branch("city = Bangkok", yes=(ChangeTag("there"),)), when="quote.sent"))
    await engine.on(definition(Assign("Nobody"), name="Fails", when="order.shipped"))
    async with engine.database.write() as session:
        admin = await make_staff(session, Role.ADMIN, telegram_id=78)
        owner = await make_staff(session)
    anna = await engine.client(owner=owner, city="Bangkok", city_key="bangkok")
    async with engine.database.write() as session:
        for name, value in became.items():
            setattr(await session.get_one(Staff, engine.manager.id), name, value)
    await engine.happens("quote.sent", anna)
    await engine.run()
    assert await engine.standing() == [("finished", "0.yes.0", "finished")]
    assert await tags_of(engine, anna.id) == {"there"}
    await engine.happens("order.shipped", anna)
    await engine.run()
    assert [card.staff_id for card in await engine.outbox("card")] == [admin.id]


async def test_the_cheapest_permitted_channel(engine: Engine) -> None:
    await engine.template("Hello")
    await engine.template("Text", Channel.SMS)
    await engine.on(definition(Send(SendBy.CHEAPEST, "Hello"), Send(SendBy.SMS, "Text")))
    both = await engine.newcomer("Both", email="b@x.example", phone="+66812345678")
    phone = await engine.newcomer("Phone", phone="+66812345679")
    nothing = await engine.newcomer("Nothing")
    await engine.run()
    sent = {(row.client_id, row.channel.value) for row in await engine.outbox("automation")}
    assert sent == {(both.id, "email"), (both.id, "sms"), (phone.id, "sms")}
    assert len(await engine.outbox("automation")) == 4
    assert (await engine.enrolments())[2].client_id == nothing.id
    assert (await engine.story()).count("unsent") == 2


async def test_a_failing_step_tells_the_maker_and_stops_nobody(engine: Engine) -> None:
    await engine.on(definition(Assign("Nobody Known"), name="Bad"))
    await engine.on(definition(ChangeTag("ok"), name="Good"))
    clients = [await engine.newcomer(f"C{number}") for number in range(3)]
    await engine.run()
    states = sorted(one.state.value for one in await engine.enrolments())
    assert states == ["failed"] * 3 + ["finished"] * 3
    (card,) = await engine.outbox("card")  # one word a day, not one for every client
    assert (card.staff_id, card.payload["what"], card.payload["cause"]) == (
        engine.manager.id,
        "failed",
        "fields.invalid",
    )
    assert [await tags_of(engine, client.id) for client in clients] == [{"ok"}] * 3


@pytest.mark.parametrize(
    ("step", "cause"),
    [
        (Send(SendBy.EMAIL, "Back"), "automations.template_gone"),
        (Branch("in segment Back", yes=(ChangeTag("ok"),)), "segments.unknown_value"),
    ],
)
async def test_who_stands_at_what_is_gone_waits_for_it_and_its_maker_hears_once(
    engine: Engine, step: Send | Branch, cause: str
) -> None:
    await engine.on(definition(step))
    await engine.newcomer(email="a@x.example")
    await engine.run()
    for _ in range(30):
        await engine.later(hours=1)
    assert await engine.standing() == [("inside", "0", "")]
    assert await engine.story() == ["gone"]
    (card,) = await engine.outbox("card")
    assert (card.payload["what"], card.payload["cause"]) == ("gone", cause)
    await engine.template("Back")
    async with engine.database.write() as session:
        await segments.save_rule(session, actor=engine.manager, name="Back", rule="has email", now=engine.now)
    await engine.later(hours=1)
    assert (await engine.story())[:2] == ["gone", "sent" if isinstance(step, Send) else "branch"]
    assert (await engine.only()).state is not EnrolmentState.FAILED


@pytest.mark.fault("F28")
async def test_a_step_no_program_knows_is_parked_and_told_then_walked_again(engine: Engine, figures: Figures) -> None:
    """F28: rows of a renamed step wait for a program that knows it."""
    await engine.on(definition(DAY, ChangeTag("ok")))
    anna = await engine.newcomer()
    await engine.run()
    async with engine.database.write() as session:
        version = (await session.execute(select(AutomationVersion))).scalar_one()
        good, version.document = version.document, version.document.replace("add tag", "hang banner")
    await engine.later(days=1)
    await engine.later(hours=1)
    assert await engine.standing() == [("inside", "1", "")]
    assert await engine.story() == ["waiting", "parked"]
    cards = await engine.outbox("card")
    assert {card.payload["what"] for card in cards} == {"parked"}
    figures.say("parked and told", len(cards), 1)
    async with engine.database.write() as session:
        await session.execute(update(AutomationVersion).values(document=good))
    await engine.later(hours=1)
    assert await engine.standing() == [("finished", "1", "finished")]
    assert await tags_of(engine, anna.id) == {"ok"}


async def test_one_starts_another_and_chains_end(engine: Engine) -> None:
    await engine.on(definition(Start("Second"), name="First"))
    await engine.on(definition(Start("First"), name="Second", when="deal.won"))
    await engine.newcomer()
    await engine.run()
    first, second = await engine.enrolments()
    assert (first.chain, second.chain) == ([first.automation_id], [first.automation_id, second.automation_id])
    assert {first.state, second.state} == {EnrolmentState.FINISHED}
    assert {card.payload["what"] for card in await engine.outbox("card")} == {"loop"}


async def test_events_an_automation_causes_do_not_set_it_off_again(engine: Engine) -> None:
    from crm.automations.definition import Reentry

    again = Reentry(timedelta())
    on_tag = definition(ChangeTag("b", add=False), ChangeTag("b"), when="client.tagged", reentry=again, name="A")
    await engine.on(on_tag)
    anna = await engine.client()
    await engine.happens("client.tagged", anna, tag="a")
    await engine.run()
    assert len(await engine.enrolments()) == 1
    assert {card.payload["what"] for card in await engine.outbox("card")} == {"loop"}


async def test_a_chain_of_many_automations_is_cut(engine: Engine) -> None:
    for number in range(8):
        made = definition(
            ChangeTag(f"t{number + 1}"), when="client.tagged", facts=(("tag", f"t{number}"),), name=f"A{number}"
        )
        await engine.on(made)
    anna = await engine.client()
    await engine.happens("client.tagged", anna, tag="t0")
    await engine.run()
    assert len(await engine.enrolments()) == 5
    assert {card.payload["what"] for card in await engine.outbox("card")} == {"long_chain"}


async def test_it_expires_however_far_it_came(engine: Engine) -> None:
    await engine.on(definition(Wait(timedelta(days=60)), ChangeTag("x"), expires=timedelta(days=30)))
    await engine.newcomer()
    await engine.run()
    await engine.later(days=30)
    assert await engine.standing() == [("left", "1", "expired")]


async def test_a_pause_stops_everybody_and_loses_nobody(engine: Engine) -> None:
    automation = await engine.on(definition(DAY, ChangeTag("x")))
    anna = await engine.newcomer("Anna")
    await engine.run()
    await engine.set_state(automation, AutomationState.PAUSED)
    await engine.newcomer("Bert")
    await engine.later(days=2)
    assert await engine.standing() == [("inside", "1", "")]
    await engine.set_state(automation, AutomationState.ON)
    await engine.run()
    assert await engine.standing() == [("finished", "1", "finished")]
    assert await tags_of(engine, anna.id) == {"x"}


async def test_a_call_to_another_program_is_a_row_first(engine: Engine) -> None:
    await engine.on(definition(CallOut("https://erp.example/hook"), when="order.created"))
    anna = await engine.client()
    await engine.happens("order.created", anna, number="A-1")
    await engine.run()
    async with engine.database.read() as session:
        call = (await session.execute(select(WebhookCall))).scalar_one()
    assert (call.url, call.state.value, call.attempts) == ("https://erp.example/hook", "planned", 0)
    assert '"number":"A-1"' in call.body
    assert await engine.standing() == [("finished", "0", "finished")]


async def test_a_call_nobody_answered_is_told_once(engine: Engine) -> None:
    await engine.on(definition(CallOut("https://erp.example/hook"), DAY, when="order.created"))
    for name in ("Anna", "Bert"):
        await engine.happens("order.created", await engine.client(name))
    await engine.run()
    async with engine.database.write() as session:
        await session.execute(update(WebhookCall).values(state="given_up", settled_at=engine.now, reply="refused"))
    for expected in (2, 0):
        async with engine.database.write() as session:
            assert await calling.tell_of_given_up(session, now=engine.now) == expected
    assert (await engine.story()).count("uncalled") == 2
    assert [card.payload["what"] for card in await engine.outbox("card")] == ["call_out"]
    assert {one.state for one in await engine.enrolments()} == {EnrolmentState.INSIDE}


async def test_an_archived_client_leaves(engine: Engine) -> None:
    await engine.on(definition(DAY, ChangeTag("x")))
    anna = await engine.newcomer()
    await engine.run()
    async with engine.database.write() as session:
        (await session.merge(anna)).archived_at = engine.now
    await engine.later(days=1)
    assert await engine.standing() == [("left", "1", "archived")]


async def tags_of(engine: Engine, client_id: int) -> set[str]:
    async with engine.database.read() as session:
        query = select(Tag.key).join(ClientTag, ClientTag.tag_id == Tag.id).where(ClientTag.client_id == client_id)
        return set((await session.execute(query)).scalars())
