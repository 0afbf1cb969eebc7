"""A mailing lived to its end: a card that moves, a pause, a click, an answer, the picture, the missed, a list of a part."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select

from bot.mailings import picture
from storage.database import Database
from storage.models import Client, Language, Purchase
from tests.flows.conftest import ANNA_EMAIL, Day
from tests.sums import check_sums

pytestmark = pytest.mark.long

BROWSER = {"user-agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1"}


async def drafted(day: Day) -> dict[str, Any]:
    """The manager's mail with a link in it, to both, with clicks counted and a topic of its own."""
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
    card = await day.manager.asks(
        "Hello {name},\nsee https://shop.example/m8?a=1&b=2 for prices.", button="➡️ On to the mailing"
    )
    await day.manager.taps("➡️ On to the mailing", on=card)
    card = await day.manager.sees("2 of 2 clients get it.", button="Count clicks")
    await day.manager.taps("Count clicks", on=card)
    card = await day.manager.sees("Clicks are counted.", button="🏷 Topic")
    await day.manager.taps("🏷 Topic", on=card)
    await day.manager.taps("＋ New topic", on=await day.manager.sees("What is it about?", button="＋ New topic"))
    await day.manager.sees("What is the topic called?")
    said = await day.manager.says("Prices\nNew prices\nНовые цены\nราคาใหม่")
    return await day.manager.sees("🏷 Prices (New prices)", button="🚀 Now", after=said)


async def visits(url: str, **form: Any) -> tuple[int, str, str]:
    """(status, where it leads, page): a browser that follows nothing by itself."""
    async with aiohttp.ClientSession(headers=BROWSER) as http:
        call = http.post(url, data=form) if form else http.get(url, allow_redirects=False)
        async with call as answer:
            return answer.status, answer.headers.get("location", ""), await answer.text()


async def test_a_mailing_is_lived_to_its_end(day: Day) -> None:
    draft = await drafted(day)
    day.sandbox.faults.change({"smtp": {"refuse": 451, "only": "ivan@*", "times": 1}})
    await day.manager.taps("🚀 Now", on=draft)
    letter = await day.anna.gets_mail("News for Anna Schmidt", "https://shop.example/m8?a=1&b=2", patience=20)
    await day.hears("smtp", "RCPT", 451)
    card = await day.manager.sees("On its way", "Waiting: 1", "2 = 1 + 1", button="⏸ Pause", patience=20)
    await day.manager.taps("⏸ Pause", on=card)
    await day.manager.sees("Paused", button="▶️ Resume")
    await day.clock.advance(hours=1)
    assert len(await day.ivan.mailbox()) == 0, "a paused mailing sends nothing"
    day.sandbox.faults.change({"smtp": {"refuse": 552, "only": "ivan@*", "times": 1}})
    await day.manager.taps("▶️ Resume", on=await day.manager.sees("Paused", button="▶️ Resume"))
    await day.manager.sees("Finished.", "Sent: 1 of 2", "Failed: 1", "2 = 1 + 1", patience=20)
    await anna_clicks_and_answers(day, letter)
    card = await day.manager.sees("Finished.", "Answered: 1", "Clicked: 1", button="📊 Results", patience=20)
    await anna_buys(day)
    await day.manager.taps("📊 Results", on=card)
    results = await day.manager.sees("📊", "2 = 1 + 1", "1 purchase of 1 client", button="🎯 Make a list")
    await everything_is_taken_from_the_results(day, results)
    database = Database(day.product.settings.database)
    async with database.read() as session:
        assert await check_sums(session) == 2
    await database.close()


async def anna_clicks_and_answers(day: Day, letter: dict[str, Any]) -> None:
    await day.clock.advance(minutes=2)
    [link] = re.findall(r'href="([^"]+/c/[^"]+)"', letter["html"])
    assert await visits(link) == (302, "https://shop.example/m8?a=1&b=2", "")
    status, leads, page = await visits(link[:-2] + ("A" if link[-2] != "A" else "B") + link[-1])
    assert (status, leads) == (404, "")
    assert "This link does not work" in page
    await day.anna.answers(letter, "Yes, 500 pieces please")
    await day.rep.sees("Yes, 500 pieces please", patience=20)


async def anna_buys(day: Day) -> None:
    now = day.sandbox.clock.now()
    database = Database(day.product.settings.database)
    async with database.write() as session:
        anna = (await session.execute(select(Client.id).where(Client.name == "Anna Schmidt"))).scalar_one()
        bought = {"at": now - timedelta(minutes=1), "amount_minor": 50_000, "currency": "EUR", "document": "R-1"}
        session.add(Purchase(client_id=anna, created_at=now, **bought))
    await database.close()


async def everything_is_taken_from_the_results(day: Day, results: dict[str, Any]) -> None:
    if picture.can_draw():
        await day.manager.taps("🖼 Picture", on=results)
        shown = await day.manager.sees("Answered: 1", button="‹ Back", after=results["message_id"], patience=20)
        assert shown["file"]["name"].endswith(".png")
    await day.manager.taps("💬 Answers (1)", on=results)
    answers = await day.manager.sees("1 person answered", "Yes, 500 pieces please", button="💬 1")
    await day.manager.taps("‹ Back", on=answers)
    results = await day.manager.sees("📊", button="🎯 Make a list")
    await day.manager.taps("🎯 Make a list", on=results)
    parts = await day.manager.sees("whom shall the list have?", button="Answered · 1")
    await day.manager.taps("Answered · 1", on=parts)
    saved = await day.manager.sees("1 client.", button="📣 New mailing to them")
    await day.manager.taps("‹ Back", on=saved)
    await day.manager.taps("‹ Back", on=await day.manager.sees("whom shall the list have?", button="‹ Back"))
    results = await day.manager.sees("📊", button="Who did not get it (1)")
    await day.manager.taps("Who did not get it (1)", on=results)
    missed = await day.manager.sees("1 did not get it", "Иван Петров", button="🔁 Send to the missed (1)")
    await day.manager.taps("🔁 Send to the missed (1)", on=missed)
    again = await day.manager.sees("Did not get it", "1 of 1 client gets it.", button="🚀 Now")
    await day.manager.taps("🚀 Now", on=again)
    await day.ivan.gets_mail("News for Иван Петров", patience=20)
    assert len(await day.anna.mailbox()) == 2, "who got it does not get it again"


async def test_a_customer_chooses_what_they_get(day: Day) -> None:
    await day.manager.taps("🚀 Now", on=await drafted(day))
    letter = await day.anna.gets_mail("News for Anna Schmidt", patience=20)
    [page_url] = re.findall(r"https?://\S+/p/\S+", letter["text"])
    status, _, page = await visits(page_url)
    assert status == 200
    assert "New prices" in page
    topic = re.findall(r'name="topic" value="(\d+)" checked', page)
    assert len(topic) == 1
    status, _, page = await visits(page_url, language="th", channel="email")
    assert status == 200
    assert "บันทึกแล้ว" in page
    database = Database(day.product.settings.database)
    async with database.read() as session:
        chosen = (await session.execute(select(Client.language).where(Client.name == "Anna Schmidt"))).scalar_one()
        assert chosen is Language.TH
    await database.close()
    await day.manager.sees("Finished.", "Sent: 2 of 2", patience=20)
    again = await day.manager.asks("/mailings", "1 mailing", button="＋ New mailing")
    await day.manager.taps("＋ New mailing", on=again)
    await day.manager.taps("has an email · 2", on=await day.manager.sees("To whom?", button="has an email · 2"))
    await day.manager.taps("✉️ Autumn prices", on=await day.manager.sees("Which email?", button="✉️ Autumn prices"))
    card = await day.manager.sees("2 of 2 clients get it.", button="🏷 Topic")
    await day.manager.taps("🏷 Topic", on=card)
    await day.manager.taps("🏷 Prices", on=await day.manager.sees("What is it about?", button="🏷 Prices"))
    card = await day.manager.sees("1 of 2 clients", "🏷 Prices", button="🚀 Now")
    await day.manager.taps("🚀 Now", on=card)
    card = await day.manager.sees("Finished.", "Sent: 1 of 2", button="Who did not get it (1)", patience=20)
    await day.manager.taps("Who did not get it (1)", on=card)
    await day.manager.sees("Anna Schmidt", ANNA_EMAIL, "they do not want to hear of this topic")
