"""F14, F15: the same call again and again, at once or much later, has one effect."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import random
import re
import time
from collections import defaultdict

import aiohttp
import pytest
from sqlalchemy import func, select

from storage.models import Draft, Inbox, Interaction, Role
from tests.bot.updates import message
from tests.conftest import Figures
from tests.factories.staff import make_staff
from tests.faults.rig import Rig
from tests.flows.conftest import ANNA_PHONE

SECRET = "a-secret-of-the-trial"
COPIES = 10
_LINE = re.compile(r"line(\d+)x")


def _signature(url: str, fields: dict[str, str], token: str) -> str:
    """As Twilio describes it: the address, then every name and value in the order of the names."""
    text = url + "".join(name + fields[name] for name in sorted(fields))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


@pytest.mark.fault("F14")
async def test_ten_copies_of_a_webhook_at_once_are_one_message(rig: Rig, figures: Figures) -> None:
    await rig.start()
    accounts = rig.sandbox.accounts
    fields = {
        "MessageSid": "SM" + "a1" * 16,
        "AccountSid": accounts.twilio_account_sid,
        "From": ANNA_PHONE,
        "To": accounts.twilio_number,
        "Body": "Is my order ready?",
        "NumMedia": "0",
    }
    url = f"{rig.product.url}/twilio/sms"
    headers = {"X-Twilio-Signature": _signature(url, fields, accounts.twilio_auth_token)}
    took: list[float] = []

    async def post(http: aiohttp.ClientSession) -> int:
        began = time.perf_counter()
        async with http.post(url, data=fields, headers=headers) as response:
            took.append(time.perf_counter() - began)
            return response.status

    async with aiohttp.ClientSession() as http:
        answers = await asyncio.gather(*(post(http) for _ in range(COPIES)))
        later = await post(http)
    statement = select(func.count()).select_from(Interaction).where(Interaction.text == "Is my order ready?")
    async with asyncio.timeout(20):
        while True:
            async with rig.company.database.read() as session:
                effects = (await session.execute(statement)).scalar_one()
                rows = (await session.execute(select(func.count()).select_from(Inbox))).scalar_one()
            if effects:
                break
            await asyncio.sleep(0.1)
    figures.say("answers 200", answers.count(200), COPIES)
    figures.say("rows", rows, 1)
    figures.say("effects", effects, 1)
    figures.say("slowest answer", f"{max(took) * 1000:.0f} ms", "2 s")
    assert [*answers, later] == [200] * (COPIES + 1)
    assert rows == 1
    assert effects == 1


@pytest.mark.crash
@pytest.mark.fault("F15")
async def test_updates_replayed_twice_and_shuffled_act_once_in_order(rig: Rig, figures: Figures) -> None:
    updates_in_all, chats = figures.size(full=1_000, short=200), 20
    async with rig.company.database.write() as session:
        for number in range(chats):
            await make_staff(session, Role.REP, name=f"Rep {number}", telegram_id=9000 + number)
    for number in range(chats):
        rig.sandbox.add_person(f"rep{number}", f"Rep {number}", "rep", telegram_id=9000 + number)
    await rig.start(TOUCHLINE_TELEGRAM_MODE="webhook", TOUCHLINE_TELEGRAM_WEBHOOK_SECRET=SECRET)
    updates = [message(9000 + number % chats, f"note Anna line{number}x") for number in range(updates_in_all)]
    again = [*updates, *updates]
    random.Random(15).shuffle(again)
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    async with aiohttp.ClientSession() as http:

        async def post(update: dict[str, object]) -> int:
            async with http.post(f"{rig.product.url}/telegram", json=update, headers=headers) as response:
                return response.status

        first = [await post(update) for update in updates]
        waiting = asyncio.Semaphore(8)

        async def replay(update: dict[str, object]) -> int:
            async with waiting:
                return await post(update)

        replays = await asyncio.gather(*(replay(update) for update in again))
    await _handled(rig, updates_in_all)
    async with rig.company.database.read() as session:
        statement = select(Draft.staff_id, Draft.fields).order_by(Draft.id)
        lines: dict[int, list[int]] = defaultdict(list)
        for staff_id, fields in await session.execute(statement):
            lines[staff_id].append(int(_LINE.findall(fields["text"])[0]))
    effects = sum(len(numbers) for numbers in lines.values())
    disorder = sum(numbers != sorted(numbers) for numbers in lines.values())
    figures.say("calls", len(first) + len(replays))
    figures.say("effects", effects, updates_in_all)
    figures.say("chats out of order", disorder, 0)
    assert set(first) | set(replays) == {200}
    assert effects == updates_in_all
    assert disorder == 0


async def _handled(rig: Rig, count: int) -> None:
    statement = select(func.count()).select_from(Inbox).where(Inbox.processed_at.is_not(None))
    async with asyncio.timeout(180):
        while True:
            async with rig.company.database.read() as session:
                if (await session.execute(statement)).scalar_one() >= count:
                    return
            await asyncio.sleep(0.1)
