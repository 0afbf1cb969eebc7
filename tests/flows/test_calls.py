"""Calls log themselves: a customer is put through, one nobody took is called back, a press rings rep and client."""

from __future__ import annotations

import pytest

from tests.flows.conftest import ANNA_PHONE, Day

pytestmark = pytest.mark.long

NINA_PHONE = "+66812345678"


async def nina_has_a_phone(day: Day) -> None:
    day.sandbox.world.person("rep").phone = NINA_PHONE
    card = await day.rep.asks("/settings", "Nina Orlova", button="My phone")
    await day.rep.taps("My phone", on=card)
    await day.rep.sees("Your own phone number")
    await day.rep.asks(NINA_PHONE, "Your phone: +66 81 234 5678")


async def test_a_customer_is_put_through_and_the_call_logs_itself(day: Day) -> None:
    await nina_has_a_phone(day)
    await day.rep.phone_does("answer", seconds=192)
    await day.anna.calls()
    card = await day.rep.sees("Anna Schmidt", "You talked for 3:12 min")
    await day.rep.says("agreed 20 pcs", reply_to=card["message_id"])
    await day.rep.sees("You talked for 3:12 min", "agreed 20 pcs")
    found = await day.rep.asks("Anna", "Anna Schmidt", button="History")
    await day.rep.taps("History", on=found)
    await day.rep.sees("Incoming call", "agreed 20 pcs")


async def test_a_missed_call_is_a_follow_up_at_once_and_calling_back_rings_both(day: Day) -> None:
    await nina_has_a_phone(day)
    await day.rep.phone_does("no-answer")
    await day.anna.calls(message=True)
    assert sum("leave a message" in said for said in day.sandbox.calls.spoken) == 1
    await day.rep.sees("Call back: missed call at", "Anna Schmidt", button="Done")
    missed = await day.rep.sees("left a message", button="Call back")
    assert any(key["text"] == "▶️ Listen" for row in missed["buttons"] for key in row)
    await day.anna.calls()
    assert await day.rep.count("Call back: missed call at") == 1, "a second missed call is the same promise"
    await day.rep.phone_does("answer")
    await day.anna.phone_does("answer", seconds=65)
    await day.rep.taps("Call back", on=missed)
    await day.rep.sees("Anna Schmidt", "You talked for 1:05 min")
    legs = list(day.sandbox.calls.legs.values())
    assert [(leg.to, leg.from_) for leg in legs[-2:]] == [
        (NINA_PHONE, day.sandbox.accounts.twilio_number),
        (ANNA_PHONE, day.sandbox.accounts.twilio_number),
    ]


async def test_a_call_from_the_card_without_a_phone_asks_for_it_first(day: Day) -> None:
    day.sandbox.world.person("rep").phone = NINA_PHONE
    await day.anna.phone_does("busy")
    card = await day.rep.asks("Anna", "Anna Schmidt", button="Call now")
    await day.rep.taps("Call now", on=card)
    await day.rep.sees("Your own phone number")
    await day.rep.says(NINA_PHONE)
    await day.rep.sees("Anna Schmidt", "The line was busy", button="Call again")


async def test_a_stranger_who_calls_lies_in_the_tray(day: Day) -> None:
    day.sandbox.add_person("newcomer", "Greta Lind", "customer", phone="+46701234567")
    await day.control.post("people/newcomer/phone/call", {})
    await day.manager.sees("+46701234567", button="New client")


async def test_who_leaves_a_message_is_asked_for_it_once(day: Day) -> None:
    await day.anna.calls(message=True)
    assert sum("leave a message" in said for said in day.sandbox.calls.spoken) == 1
    await day.rep.sees("Call back: missed call at", "Anna Schmidt", button="Done")
