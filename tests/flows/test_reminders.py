"""A promise comes due, is put off, is kept; unkept it reaches the manager."""

from __future__ import annotations

import pytest

from tests.flows.conftest import Day
from tests.flows.players import Staff

pytestmark = pytest.mark.long


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


async def test_an_absent_colleagues_reminder_goes_to_the_stand_in(day: Day) -> None:
    await promise(day)
    await settles(day.rep, "Stand-in", "Olga Brandt")
    await settles(day.rep, "Away", "1 day")
    await day.clock.advance(hours=1, minutes=1)
    reminder = await day.admin.sees("Due", "send offer", "Nina Orlova", button="Done", patience=20)
    await day.admin.taps("Done", on=reminder)
    await day.admin.sees("Done", "send offer")
    assert await day.rep.count("Due", "send offer") == 0


async def test_the_morning_list_comes_once_at_the_persons_own_hour(day: Day) -> None:
    await promise(day, "call Anna agreed 20 pcs, tomorrow 15 send offer")
    await settles(day.rep, "Morning list", "7:00")
    await day.clock.advance(hours=20, minutes=55)
    await day.rep.asks("/menu", "Nina")
    assert await day.rep.count("Good morning") == 0
    await day.clock.advance(minutes=6)
    morning = await day.rep.sees("Good morning, Nina Orlova", "send offer", patience=20)
    await day.clock.advance(hours=2)
    await day.manager.sees("Good morning, Viktor Hale", patience=20)
    assert await day.rep.count("Good morning") == 1
    assert "Anna Schmidt" in morning["text"]


async def test_ten_o_clock_stays_ten_o_clock_when_the_clocks_change(day: Day) -> None:
    """Berlin goes from +1 to +2 in the night to Sunday, 28 March 2027: ten on Monday is 08:00 UTC, not 09:00."""
    await settles(day.rep, "Time zone", "Berlin")
    await day.control.post("clock", {"to": "2027-03-26T09:30+00:00"})
    await promise(day, "call Anna agreed 20 pcs, monday 10 send offer")
    # Friday's list may have come: its hour was jumped over.
    on_friday = await day.rep.count("Good morning")
    await day.control.post("clock", {"to": "2027-03-29T06:25+00:00"})
    await day.rep.asks("/menu", "Nina")
    assert await day.rep.count("Good morning") == on_friday
    await day.control.post("clock", {"to": "2027-03-29T06:31+00:00"})
    await day.rep.sees("Good morning", "send offer", patience=20)
    await day.control.post("clock", {"to": "2027-03-29T07:58+00:00"})
    await day.rep.asks("/menu", "Nina")
    assert await day.rep.count("Due", "send offer") == 0
    await day.control.post("clock", {"to": "2027-03-29T08:01+00:00"})
    await day.rep.sees("Due", "10:00", "send offer", button="Done", patience=20)


async def settles(who: Staff, setting: str, choice: str) -> None:
    card = await who.asks("/settings", button=setting)
    await who.taps(setting, on=card)
    offered = await who.sees(button=choice, after=card["message_id"] - 1)
    await who.taps(choice, on=offered)
    await who.sees(button=setting, after=card["message_id"] - 1)
