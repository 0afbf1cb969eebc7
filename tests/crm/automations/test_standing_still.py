"""The program stood still past a step's time and past the end of somebody's way: first what was due, then the end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from crm.automations.definition import ChangeTag, MakeFollowUp, Send, SendBy, Wait, WaitFor
from storage.models import AutomationState, DeliveryState, EnrolmentEvent, Outbox
from tests.crm.automations.engine import Engine, definition
from tests.crm.automations.test_walking import tags_of

DAY = Wait(timedelta(days=1))
END = timedelta(days=5)
LETTER = Send(SendBy.EMAIL, "Hello")


async def _letter_is(engine: Engine, state: DeliveryState, **more: object) -> None:
    values = {"state": state, "sent_at": engine.now if state is DeliveryState.SENT else None, **more}
    async with engine.database.write() as session:
        await session.execute(update(Outbox).where(Outbox.kind == "automation").values(values))


async def test_a_step_that_was_due_before_the_end_is_done_and_those_right_behind_it(engine: Engine) -> None:
    promise = MakeFollowUp("Call", timedelta(days=1))
    await engine.on(definition(DAY, ChangeTag("x"), promise, DAY, ChangeTag("late"), expires=END))
    anna = await engine.newcomer()
    await engine.run()
    await engine.later(days=10)
    assert await tags_of(engine, anna.id) == {"x"}
    assert await engine.story() == ["waiting", "tagged", "follow-up", "left"]
    assert (await engine.only()).ended_because == "expired"


async def test_whoever_came_to_the_last_step_has_finished(engine: Engine) -> None:
    await engine.on(definition(DAY, ChangeTag("x"), expires=END))
    anna = await engine.newcomer()
    await engine.run()
    await engine.later(days=10)
    assert await tags_of(engine, anna.id) == {"x"}
    assert (await engine.only()).ended_because == "finished"


async def test_a_step_due_with_the_end_or_after_it_is_not_done(engine: Engine) -> None:
    await engine.on(definition(Wait(END), ChangeTag("x"), expires=END))
    await engine.on(definition(Wait(2 * END), ChangeTag("y"), name="Longer", expires=END))
    anna = await engine.newcomer()
    await engine.run()
    await engine.later(days=30)
    assert await tags_of(engine, anna.id) == set()
    assert {one.ended_because for one in await engine.enrolments()} == {"expired"}


async def test_a_silence_that_was_over_before_the_end_counts(engine: Engine) -> None:
    waiting = WaitFor("quote.sent", timedelta(days=2), came=(ChangeTag("came"),), missed=(ChangeTag("silent"),))
    await engine.on(definition(waiting, expires=END))
    anna = await engine.newcomer()
    await engine.run()
    await engine.later(days=10)
    assert await tags_of(engine, anna.id) == {"silent"}


async def test_what_came_in_time_counts_however_late_it_is_read(engine: Engine) -> None:
    waiting = WaitFor("quote.sent", timedelta(days=4), came=(ChangeTag("came"),), missed=(ChangeTag("silent"),))
    await engine.on(definition(waiting, expires=END))
    anna = await engine.newcomer()
    await engine.run()
    engine.now += timedelta(days=1)
    await engine.happens("quote.sent", anna)
    await engine.later(days=9)
    assert await tags_of(engine, anna.id) == {"came"}


async def test_an_answer_meanwhile_comes_before_the_step(engine: Engine) -> None:
    await engine.on(definition(DAY, ChangeTag("x"), expires=END))
    anna = await engine.newcomer()
    await engine.run()
    engine.now += timedelta(days=2)
    await engine.happens("message.received", anna, channel="email")
    await engine.later(days=8)
    assert await tags_of(engine, anna.id) == set()
    assert (await engine.only()).ended_because == "reply"


@pytest.mark.parametrize("further", [(), (DAY, ChangeTag("late"))])
async def test_a_letter_that_was_due_goes_if_it_may_go_now(engine: Engine, further: tuple[object, ...]) -> None:
    await engine.template("Hello")
    await engine.on(definition(DAY, LETTER, *further, expires=END))  # type: ignore[arg-type]
    await engine.newcomer(email="anna@x.example")
    await engine.run()
    await engine.later(days=10)
    (letter,) = await engine.outbox("automation")
    assert letter.state is DeliveryState.PLANNED
    assert (await engine.only()).ended_because == ""
    await _letter_is(engine, DeliveryState.SENT)
    await engine.later(minutes=5)
    assert (await engine.only()).ended_because == ("expired" if further else "finished")
    (letter,) = await engine.outbox("automation")
    assert letter.state is DeliveryState.SENT


async def test_a_letter_that_may_not_go_now_is_over_with_the_end(engine: Engine) -> None:
    """Quiet hours, say: the end does not wait for morning, as it does not for a letter planned in time."""
    await engine.template("Hello")
    await engine.on(definition(DAY, LETTER, expires=END))
    await engine.newcomer(email="anna@x.example")
    await engine.run()
    await engine.later(days=10)
    await _letter_is(engine, DeliveryState.PLANNED, due_at=engine.now + timedelta(hours=8))
    await engine.later(minutes=5)
    assert (await engine.only()).ended_because == "expired"
    (letter,) = await engine.outbox("automation")
    assert (letter.state, letter.reason) == (DeliveryState.CANCELLED, "automation-left")


async def test_the_end_waits_an_hour_for_a_letter_that_nobody_sends(engine: Engine) -> None:
    await engine.template("Hello")
    await engine.on(definition(DAY, LETTER, expires=END))
    await engine.newcomer(email="anna@x.example")
    await engine.run()
    await engine.later(days=10)
    await engine.later(minutes=55)
    assert (await engine.only()).ended_because == ""
    await engine.later(minutes=5)
    assert (await engine.only()).ended_because == "expired"


async def test_what_a_pause_kept_back_until_the_end_is_over(engine: Engine) -> None:
    automation = await engine.on(definition(DAY, ChangeTag("x"), expires=END))
    anna = await engine.newcomer()
    await engine.run()
    await engine.set_state(automation, AutomationState.PAUSED)
    await engine.later(days=10)
    await engine.set_state(automation, AutomationState.ON)
    await engine.run()
    assert await tags_of(engine, anna.id) == set()
    assert (await engine.only()).ended_because == "expired"


async def test_what_was_due_first_is_done_first(engine: Engine) -> None:
    await engine.on(definition(Wait(timedelta(days=3)), ChangeTag("third"), name="Slow", expires=END))
    await engine.on(definition(DAY, ChangeTag("first"), ChangeTag("second"), name="Quick", expires=END))
    await engine.newcomer()
    await engine.run()
    await engine.later(days=10)
    async with engine.database.read() as session:
        query = select(EnrolmentEvent.facts).where(EnrolmentEvent.what == "tagged").order_by(EnrolmentEvent.id)
        tagged = [facts["tag"] for facts in (await session.execute(query)).scalars()]
    assert sorted(tagged) == ["first", "second", "third"]
    assert tagged[0] == "first"
