"""Automations lived with a moved clock: a welcome on in three taps, a win-back that an SMS ends, a reminder a payment stops."""

from __future__ import annotations

import base64
import time
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select

from crm import clients
from storage.database import Database
from storage.models import Client, Staff
from tests.flows.conftest import ANNA_EMAIL, API_KEY, IVAN_EMAIL, Day
from tests.flows.players import Customer, NotSeenError

pytestmark = pytest.mark.long


async def switched_on(day: Day, title: str) -> dict[str, Any]:
    """Three taps from the menu; the automation's card."""
    start = await day.manager.asks("/menu", button="Automations")
    await day.manager.taps("Automations", on=start)
    listed = await day.manager.sees("switch", button=f"＋ {title}")
    await day.manager.taps(f"＋ {title}", on=listed)
    ready = await day.manager.sees(title, button="Switch on")
    await day.manager.taps("▶️ Switch on", on=ready)
    return await day.manager.sees(title, "On since", button="Pause")


async def post(day: Day, name: str, key: str, **client: object) -> None:
    headers = {"Authorization": f"Bearer {API_KEY}", "Idempotency-Key": key}
    body = {"name": name, "client": client, "facts": {"number": "2026-17"}}
    async with aiohttp.ClientSession() as http:
        answer = await http.post(f"{day.product.url}/api/v1/events", headers=headers, json=body)
        assert answer.status == 201, await answer.text()


async def inside(day: Day, title: str, count: int) -> None:
    """The list says how many are inside; asked until it does."""
    line = f"▶️ {title}" + (f" · {count}" if count else "")
    deadline = time.monotonic() + 40
    while True:
        listed = await day.manager.asks("/automations", "automation", button=f"▶️ {title}")
        if any(key["text"] == line for row in listed["buttons"] for key in row):
            return
        if time.monotonic() > deadline:
            raise NotSeenError(f"{title} never had {count} inside: {listed['buttons']}")


async def by_days(day: Day, look: Any, *, most: int) -> Any:
    """A day goes by at a time, until what is looked for is there."""
    for _ in range(most):
        await day.clock.advance(days=1)
        try:
            return await look(2.0)
        except NotSeenError:
            continue
    return await look(10.0)


async def mail_by_days(day: Day, who: Customer, *parts: str, most: int) -> dict[str, Any]:
    found: dict[str, Any] = await by_days(day, lambda patience: who.gets_mail(*parts, patience=patience), most=most)
    return found


async def test_a_welcome_is_on_in_three_taps_and_ends_when_they_answer(day: Day) -> None:
    await switched_on(day, "Welcome")
    day.sandbox.add_person("karl", "Karl Weber", "customer", email="karl@weber.example", client_id=0)
    karl = Customer(day.control, "karl")
    await day.rep.says("/new Karl Weber, Weber GmbH, karl@weber.example")
    await inside(day, "Welcome", 1)
    letter = await mail_by_days(day, karl, "Good to meet you, Karl Weber", "Nina Orlova", most=6)
    await karl.answers(letter, "We need 200 bolts M8, thank you.")
    await day.rep.sees("We need 200 bolts M8", patience=20)
    await inside(day, "Welcome", 0)
    card = await day.manager.asks("/automations", button="▶️ Welcome")
    await day.manager.taps("▶️ Welcome", on=card)
    await day.manager.sees("Left early: an answer 1", "Sent: 1 · answered: 1")
    for _ in range(8):
        await day.clock.advance(days=1)
    await day.rep.asks("/today", "Today")
    assert await day.rep.count("the welcome letter was not answered") == 0
    assert len(await karl.mailbox()) == 2


async def test_a_win_back_ends_when_an_sms_comes(day: Day) -> None:
    await switched_on(day, "Win back a quiet A client")
    database = Database(day.product.settings.database)
    try:
        async with database.write() as session:
            now = day.sandbox.clock.now()
            anna = (await session.execute(select(Client).where(Client.name == "Anna Schmidt"))).scalar_one()
            manager = (await session.execute(select(Staff).where(Staff.telegram_id == 702))).scalar_one()
            anna.last_contact_at = now - timedelta(days=58)
            await clients.add_tag(session, actor=manager, client_id=anna.id, name="A", now=now)
    finally:
        await database.close()
    await day.clock.advance(days=2)
    note = await day.rep.sees("Anna Schmidt is an A client", patience=75)  # dates are looked at twice a minute
    assert "Win back a quiet A client" in note["text"]
    await mail_by_days(day, day.anna, "It has been a while", most=9)
    await by_days(day, lambda patience: day.anna.gets_text("it has been a while", patience=patience), most=14)
    await day.anna.texts("Sorry, we moved. Call me on Monday please")
    await day.rep.sees("Sorry, we moved", patience=20)
    await inside(day, "Win back a quiet A client", 0)
    for _ in range(8):
        await day.clock.advance(days=1)
    await day.rep.asks("/today", "Today")
    assert await day.rep.count("letter and SMS were not answered") == 0
    assert len([one for one in await day.anna.phone() if one["direction"] == "in"]) == 1


async def test_an_invoice_reminder_stops_when_the_payment_comes(day: Day) -> None:
    await switched_on(day, "Invoice due")
    await post(day, "invoice.due", "due-anna", email=ANNA_EMAIL)
    await post(day, "invoice.due", "due-ivan", email=IVAN_EMAIL)
    await inside(day, "Invoice due", 2)
    await mail_by_days(day, day.anna, "A reminder: your invoice is due", most=4)
    await day.ivan.gets_mail("Напоминание: срок оплаты счёта", patience=20)
    await post(day, "payment.received", "paid-anna", email=ANNA_EMAIL)
    await inside(day, "Invoice due", 1)
    unpaid = "the invoice is due and no payment has come in"
    await by_days(day, lambda patience: day.rep.sees(f"Иван Петров: {unpaid}", patience=patience), most=5)
    assert await day.rep.count(f"Anna Schmidt: {unpaid}") == 0
    assert len(await day.anna.mailbox()) == 1


OWN = """\
name: Hot clients
when: client.tagged
where: {tag: hot}
again: always
steps:
  - tell owner: "{name} is hot, call them."
  - wait: 1 day
  - add tag: cold
"""


def a_file(text: str, name: str) -> dict[str, str]:
    content = base64.b64encode(text.encode()).decode()
    return {"name": name, "content_base64": content, "media_type": "application/yaml"}


async def test_ones_own_is_sent_as_a_file_mended_tried_and_edited(day: Day) -> None:
    said = await day.manager.says(file=a_file(OWN.replace("wait:", "wiat:"), "hot.yaml"))
    await day.manager.sees("Line 7, column 5", "Did you mean “wait”?", after=said)
    said = await day.manager.says(file=a_file(OWN, "hot.yaml"))
    card = await day.manager.sees("Hot clients", "Draft", button="Switch on", after=said)
    await day.manager.taps("Try on a client", on=card)
    await day.manager.sees("Type a client's name")
    which = await day.manager.asks("Anna", "Which one?", button="Anna Schmidt")
    await day.manager.taps("Anna Schmidt", on=which)
    await day.manager.sees("Nothing was sent.", "tell the owner", "tag + cold")
    card = await day.manager.asks("/automations", "1 automation", button="📝 Hot clients")
    await day.manager.taps("📝 Hot clients", on=card)
    card = await day.manager.sees("Hot clients", "Draft", button="Switch on")
    await day.manager.taps("▶️ Switch on", on=card)
    card = await day.manager.sees("Hot clients", "On since", button="Edit")
    await day.manager.taps("Edit", on=card)
    sent = await day.manager.sees("it becomes version 2")
    assert sent["file"]["name"].startswith("automation-")
    said = await day.manager.says(file=a_file(OWN.replace("hot, call", "very hot, call"), sent["file"]["name"]))
    await day.manager.sees("Version 2 is kept.", after=said)
    client = await day.rep.asks("Anna", "Anna Schmidt", button="More")
    await day.rep.taps("More", on=client)
    await day.rep.taps("Tags", on=await day.rep.sees("Anna Schmidt", button="Tags"))
    await day.rep.taps("Add tags", on=await day.rep.sees("Anna Schmidt", button="Add tags"))
    await day.rep.sees("Which tags?")
    await day.rep.says("hot")
    await day.rep.sees("Anna Schmidt is very hot, call them.", patience=20)
    await inside(day, "Hot clients", 1)
    await day.clock.advance(days=1, minutes=1)
    await inside(day, "Hot clients", 0)
