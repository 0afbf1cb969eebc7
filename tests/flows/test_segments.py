"""A manager says whom they mean, by a rule or by searching, and sees at once who that is."""

from __future__ import annotations

from typing import Any

from tests.flows.conftest import Day


async def segments(day: Day) -> dict[str, Any]:
    return await day.manager.asks("/segments", "segment", button="New by rule")


async def test_a_rule_is_typed_said_back_in_words_and_kept(day: Day) -> None:
    await day.manager.taps("New by rule", on=await segments(day))
    asked = await day.manager.sees("Write whom you mean")
    wrong = await day.manager.asks("city = Riga and ownr = me", "I stumbled", "owner")
    seen = await day.manager.asks("city = Riga and has email", "city is Riga", "1 client now: Anna Schmidt")
    assert asked["message_id"] < wrong["message_id"] < seen["message_id"]
    await day.manager.taps("Save", on=seen)
    await day.manager.sees("What shall it be called?")
    card = await day.manager.asks("Riga", "Rule: city is Riga and has an email", button="Change the rule")
    await day.manager.taps("Who is in it", on=card)
    await day.manager.sees("Riga · 1/1", "Anna Schmidt")


async def test_a_rule_is_put_together_by_taps_and_goes_on_by_typing(day: Day) -> None:
    listed = await day.manager.asks("/segments", "segment", button="New by buttons")
    await day.manager.taps("New by buttons", on=listed)
    await day.manager.taps("Who they are", on=await day.manager.sees("What about them?"))
    await day.manager.taps("City", on=await day.manager.sees("What exactly?"))
    await day.manager.taps("City is …", on=await day.manager.sees("How to compare?"))
    seen = await day.manager.asks("Riga", "city is Riga", "1 client now: Anna Schmidt", button="＋ but not")
    await day.manager.taps("＋ but not", on=seen)
    await day.manager.taps("Addresses, consent", on=await day.manager.sees("city is Riga · 1 client"))
    await day.manager.taps("Unsubscribed from email", on=await day.manager.sees("What exactly?", "but not"))
    seen = await day.manager.sees("city is Riga and not unsubscribed from email", "1 client now: Anna Schmidt")
    await day.manager.taps("Save", on=seen)
    await day.manager.sees("What shall it be called?")
    await day.manager.asks("Reachable in Riga", "Rule: city is Riga and not unsubscribed from email")


async def test_a_list_is_made_from_what_a_search_found(day: Day) -> None:
    await day.manager.taps("New list by search", on=await segments(day))
    await day.manager.sees("Whom?")
    found = await day.manager.asks("Петров", "1 found", "Иван Петров", button="Take 1 client")
    await day.manager.taps("Take 1 client", on=found)
    await day.manager.sees("What shall it be called?")
    card = await day.manager.asks("Friends", "A list kept by hand", "Иван Петров", button="Add by search")
    await day.manager.taps("Add by search", on=card)
    await day.manager.sees("Whom?", after=card["message_id"] - 1)
    found = await day.manager.asks("anna schmidt", "1 found", "Anna Schmidt", button="Take 1 client")
    await day.manager.taps("Take 1 client", on=found)
    await day.manager.sees("Friends", "2 clients now")


async def test_a_segment_leads_to_a_mailing_that_counts_the_same_people(day: Day) -> None:
    await day.manager.taps("New by rule", on=await segments(day))
    await day.manager.sees("Write whom you mean")
    await day.manager.taps("Save", on=await day.manager.asks("language = ru", "1 client now: Иван Петров"))
    await day.manager.sees("What shall it be called?")
    await day.manager.asks("Russian speakers", "1 client now")
    await day.manager.taps("New mailing", on=await day.manager.asks("/mailings", button="New mailing"))
    await day.manager.sees("To whom?", button="Russian speakers · 1")
