"""A promise comes due, is put off, is kept; unkept it reaches the manager."""

from __future__ import annotations

from tests.flows.conftest import Day


async def promise(day: Day, line: str = "call Anna agreed 20 pcs, in 1 hour send offer") -> None:
    card = await day.rep.asks(line, "Anna Schmidt", button="Save")
    await day.rep.taps("Save", on=card)
    await day.rep.sees("Anna Schmidt", button="Undo")


async def test_a_reminder_comes_when_it_is_due_and_done_asks_what_is_next(day: Day) -> None:
    await promise(day)
    await day.clock.advance(hours=1, minutes=1)
    reminder = await day.rep.sees("Due", "send offer", button="Done", patience=20)
    await day.rep.taps("Done", on=reminder)
    done = await day.rep.sees("Done", "send offer")
    assert done["message_id"] == reminder["message_id"]
    await day.rep.sees("What's next?")


async def test_a_snoozed_reminder_comes_back_once_after_a_restart(day: Day) -> None:
    await promise(day)
    await day.clock.advance(hours=1, minutes=1)
    reminder = await day.rep.sees("Due", "send offer", button="+1 h", patience=20)
    await day.rep.taps("+1 h", on=reminder)
    await day.product.restart()
    await day.clock.advance(hours=1, minutes=1)
    await day.rep.sees("Due", "send offer", button="Done", patience=20)
    await day.rep.asks("/today", "Today")
    assert await day.rep.count("Due", "send offer", button="Done") == 1


async def test_an_unkept_promise_turns_late_and_reaches_the_manager(day: Day) -> None:
    await promise(day)
    await day.clock.advance(hours=1, minutes=1)
    reminder = await day.rep.sees("Due", "send offer", patience=20)
    await day.clock.advance(hours=5)
    await day.manager.sees("Nina Orlova", "send offer", patience=20)
    late = await day.rep.sees("Late", "send offer", patience=20)
    assert late["message_id"] == reminder["message_id"]


async def test_after_a_night_of_downtime_it_fires_once_and_says_so(day: Day) -> None:
    await promise(day)
    await day.product.stop()
    await day.clock.advance(hours=3)
    await day.product.start()
    await day.rep.sees("send offer", "Late", button="Done", patience=20)
    await day.rep.asks("/today", "Today")
    assert await day.rep.count("send offer", button="Done") == 1
