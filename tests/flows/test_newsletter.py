"""A newsletter in three languages over a month: every Monday once, whoever came or left, whatever stood still."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from storage.database import Database
from storage.models import Client, Language
from tests.factories import make_client
from tests.flows.conftest import Day
from tests.flows.players import Customer
from tests.flows.test_mailings import email_mailing

pytestmark = pytest.mark.long

BANGKOK = ZoneInfo("Asia/Bangkok")


async def noi_arrives(day: Day) -> Customer:
    """A Thai customer, from then on."""
    database = Database(day.product.settings.database)
    try:
        async with database.write() as session:
            noi = await make_client(
                session, "น้อย ใจดี", email="noi@thai.example", language=Language.TH, timezone="Asia/Bangkok"
            )
    finally:
        await database.close()
    day.sandbox.add_person("noi", "น้อย ใจดี", "customer", "th", email="noi@thai.example", client_id=noi.id)
    return Customer(day.control, "noi")


async def ivan_leaves(day: Day) -> None:
    """His address is taken off his card."""
    database = Database(day.product.settings.database)
    try:
        async with database.write() as session:
            ivan = await session.get_one(Client, day_id(day, "ivan"))
            ivan.archived_at = day.sandbox.clock.now()
    finally:
        await database.close()


def day_id(day: Day, key: str) -> int:
    client_id = day.sandbox.world.people[key].client_id
    assert client_id is not None
    return client_id


async def until(day: Day, moment: datetime) -> None:
    """The clock is moved on to a moment."""
    minutes = int((moment - day.sandbox.clock.now()).total_seconds()) // 60 + 1
    await day.clock.advance(minutes=minutes)


def next_monday(after: datetime) -> datetime:
    """The next Monday, 11:00 in Bangkok."""
    local = after.astimezone(BANGKOK)
    monday = local + timedelta(days=7 - local.weekday())
    return monday.replace(hour=11, minute=0, second=0, microsecond=0)


async def letters(customer: Customer, count: int) -> None:
    """Waits until so many have come."""
    async with asyncio.timeout(30):
        while len(await customer.mailbox()) < count:
            await asyncio.sleep(0.05)


async def test_a_month_of_mondays(day: Day) -> None:
    await email_mailing(day)
    listed = await day.manager.asks("/templates", "1 template", button="✉️ Autumn prices")
    await day.manager.taps("✉️ Autumn prices", on=listed)
    await day.manager.taps("＋ Thai", on=await day.manager.sees("Autumn prices", button="＋ Thai"))
    await day.manager.sees("The subject, in Thai")
    await day.manager.asks("ข่าวสำหรับคุณ {name}", "The text, in Thai")
    await day.manager.asks("สวัสดีคุณ {name} ราคาใหม่มาแล้ว", "Thai")
    listed = await day.manager.asks("/mailings", "1 mailing", button="📝 Autumn prices")
    await day.manager.taps("📝 Autumn prices", on=listed)
    draft = await day.manager.sees("2 of 2 clients", button="🗓 At")
    await day.manager.taps("🗓 At", on=draft)
    await day.manager.sees("When?", button="🔁 Every")
    draft = await day.manager.asks("every Monday at 11", "every week on Monday at 11:00", button="🚀 Start")
    await day.manager.taps("🚀 Start", on=draft)
    await day.manager.sees("It goes out again and again", "Next: Mon")

    first = next_monday(day.sandbox.clock.now())
    await until(day, first)
    await day.anna.gets_mail("News for Anna Schmidt", "new prices in Riga.", patience=20)
    await day.ivan.gets_mail("Новости", "Здравствуйте, Иван Петров!", patience=20)

    noi = await noi_arrives(day)
    await day.product.restart()
    await until(day, first + timedelta(days=7))
    await noi.gets_mail("ข่าวสำหรับคุณ น้อย ใจดี", patience=20)
    await day.manager.sees("Finished.", "Sent: 3 of 3", patience=20)

    # Nothing runs on the third Monday: two days later it goes out, once.
    await ivan_leaves(day)
    await day.product.stop()
    await until(day, first + timedelta(days=16, hours=1))
    await day.product.start()
    await letters(day.anna, 3)
    await until(day, first + timedelta(days=21))
    await letters(day.anna, 4)
    await letters(noi, 3)
    assert (len(await day.anna.mailbox()), len(await day.ivan.mailbox()), len(await noi.mailbox())) == (4, 2, 3)
    listed = await day.manager.asks("/mailings", "5 mailings", button="🔁 Autumn prices")
    await day.manager.taps("🔁 Autumn prices", on=listed)
    await day.manager.sees("Went out 4 times", patience=20)
