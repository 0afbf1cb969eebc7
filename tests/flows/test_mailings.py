"""A mailing from the chat to the mailboxes: everybody in their language, once, and whoever leaves is left alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from storage.database import Database
from tests.flows.conftest import Day
from tests.sums import check_sums

pytestmark = pytest.mark.long


@pytest.fixture(autouse=True)
async def sums_hold(day: Day) -> AsyncIterator[None]:
    """After every story here the plan is the sum of what became of it."""
    yield
    database = Database(day.product.settings.database)
    async with database.read() as session:
        await check_sums(session)
    await database.close()


async def email_mailing(day: Day) -> dict[str, Any]:
    """The manager writes a rule and an English and a Russian text on the way; returns the draft's card."""
    start = await day.manager.asks("/mailings", "No mailings yet", button="＋ New mailing")
    await day.manager.taps("＋ New mailing", on=start)
    await day.manager.taps("✍️ Write a rule", on=await day.manager.sees("To whom?", button="✍️ Write a rule"))
    await day.manager.sees("Write whom you mean")
    seen = await day.manager.asks("has email", "2 clients now", button="➡️ Take these")
    await day.manager.taps("➡️ Take these", on=seen)
    await day.manager.taps("＋ New template", on=await day.manager.sees("no email template", button="＋ New template"))
    await day.manager.sees("What shall the template be called?")
    channel = await day.manager.asks("Autumn prices", "by email or by SMS", button="✉️ Email")
    await day.manager.taps("✉️ Email", on=channel)
    language = await day.manager.sees("in which language", button="＋ English")
    await day.manager.taps("＋ English", on=language)
    await day.manager.sees("The subject, in English")
    await day.manager.asks("News for {name}", "The text, in English")
    card = await day.manager.asks("Hello {name},\nnew prices in {city|your city}.", button="＋ Russian")
    await day.manager.taps("＋ Russian", on=card)
    await day.manager.sees("The subject, in Russian")
    await day.manager.asks("Новости", "The text, in Russian")
    card = await day.manager.asks("Здравствуйте, {name}! Новые цены.", button="➡️ On to the mailing")
    await day.manager.taps("➡️ On to the mailing", on=card)
    return await day.manager.sees("2 of 2 clients get it.", button="🚀 Now")


async def test_a_rule_may_be_typed_where_a_segment_is_asked_for(day: Day) -> None:
    await day.manager.taps("＋ New mailing", on=await day.manager.asks("/mailings", button="＋ New mailing"))
    await day.manager.sees("To whom?")
    await day.manager.asks("sity = Riga", "I stumbled at character 1", "city")
    await day.manager.asks("called Anna, send offer tomorrow", "Anna Schmidt", button="Save")
    seen = await day.manager.asks("has email", "2 clients now", button="➡️ Take these")
    await day.manager.taps("➡️ Take these", on=seen)
    await day.manager.sees("no email template")


async def test_everybody_gets_it_once_in_their_language_and_may_leave(day: Day) -> None:
    draft = await email_mailing(day)
    await day.manager.taps("🧪 Test to me", on=draft)
    await day.manager.sees("To which address")
    await day.manager.says("crm@touchline.example")
    draft = await day.manager.sees("2 of 2 clients", button="🚀 Now", after=draft["message_id"])
    await day.manager.taps("🚀 Now", on=draft)
    letter = await day.anna.gets_mail("News for Anna Schmidt", "new prices in Riga.", patience=20)
    await day.ivan.gets_mail("Новости", "Здравствуйте, Иван Петров!", patience=20)
    await day.manager.sees("Finished.", "Sent: 2 of 2", "▓▓▓▓▓▓▓▓▓▓ 100%", patience=20)
    assert await day.anna.unsubscribes(letter) == 200
    again = await day.manager.asks("/mailings", "1 mailing", button="＋ New mailing")
    await day.manager.taps("＋ New mailing", on=again)
    await day.manager.taps("has an email · 2", on=await day.manager.sees("To whom?", button="has an email · 2"))
    await day.manager.taps("✉️ Autumn prices", on=await day.manager.sees("Which email?", button="✉️ Autumn prices"))
    draft = await day.manager.sees("1 of 2 clients", "unsubscribed or bounced: 1", button="🚀 Now")
    await day.manager.taps("🚀 Now", on=draft)
    card = await day.manager.sees("Finished.", "Sent: 1 of 2", button="Who did not get it (1)", patience=20)
    await day.manager.taps("Who did not get it (1)", on=card)
    await day.manager.sees("Anna Schmidt", "unsubscribed", patience=20)
    assert len(await day.anna.mailbox()) == 1
    assert len(await day.ivan.mailbox()) == 2


async def test_a_restart_between_the_launch_and_the_end_sends_nothing_twice(day: Day) -> None:
    draft = await email_mailing(day)
    day.sandbox.faults.change({"smtp": {"refuse": 451, "only": "ivan@*", "times": 1}})
    await day.manager.taps("🚀 Now", on=draft)
    await day.hears("smtp", "RCPT", 451)
    await day.manager.sees("On its way", "Waiting: 1", patience=20)
    await day.product.restart()
    await day.clock.advance(hours=1)
    await day.manager.sees("Finished.", "Sent: 2 of 2", patience=20)
    assert len(await day.anna.mailbox()) == 1
    assert len(await day.ivan.mailbox()) == 1


async def test_who_leaves_while_it_runs_gets_nothing_more(day: Day) -> None:
    draft = await email_mailing(day)
    await day.manager.taps("🚀 Now", on=draft)
    letter = await day.anna.gets_mail("News for Anna Schmidt", patience=20)
    await day.manager.sees("Finished.", patience=20)
    day.sandbox.faults.change({"smtp": {"refuse": 451, "only": "anna@*", "times": 1}})
    again = await day.manager.asks("/mailings", button="＋ New mailing")
    await day.manager.taps("＋ New mailing", on=again)
    await day.manager.taps("has an email · 2", on=await day.manager.sees("To whom?", button="has an email · 2"))
    await day.manager.taps("✉️ Autumn prices", on=await day.manager.sees("Which email?", button="✉️ Autumn prices"))
    await day.manager.taps("🚀 Now", on=await day.manager.sees("2 of 2 clients", button="🚀 Now"))
    await day.hears("smtp", "RCPT", 451)
    await day.manager.sees("On its way", "Waiting: 1", patience=20)
    assert await day.anna.unsubscribes(letter) == 200
    await day.clock.advance(hours=1)
    card = await day.manager.sees("Finished.", "Sent: 1 of 2", button="Who did not get it (1)", patience=20)
    await day.manager.taps("Who did not get it (1)", on=card)
    await day.manager.sees("Anna Schmidt", "unsubscribed")
    assert len(await day.anna.mailbox()) == 1
