"""Who leaves while a mailing runs gets nothing whose sending begins more than a second later, by any door."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.message import SendResult
from channels.outbox.delivery import Message
from channels.outbox.worker import OutboxWorker
from crm import consent
from crm.consent import Gate
from crm.contact_rules import ContactRules
from storage.database import Database
from storage.models import Channel, Client, ContactKind, ContactPoint, DeliveryState, Outbox
from tests.channels.outbox.play import MovedClock, PlayedSender, address_of, compose
from tests.conftest import Figures

PEOPLE, LEAVING = 2_000, 150
KEY = b"k" * 32


@dataclass
class CountingSender(PlayedSender):
    """Takes 20 ms over each, remembers when each began, and is not far ahead of those who leave, however slow that is."""

    concurrency: int = 8
    began: dict[str, float] = field(default_factory=dict)
    left: Callable[[], float] = lambda: 1.0  # the share of those who leave that has left

    async def send(self, message: Message) -> SendResult:
        self.began[address_of(message)] = time.monotonic()
        await asyncio.sleep(0.02)
        while len(self.began) / PEOPLE > self.left() + 0.3:
            await asyncio.sleep(0.02)
        return await super().send(message)


@pytest.mark.fault("F26")
async def test_nothing_begins_a_second_after_an_opt_out(database: Database, now: datetime, figures: Figures) -> None:
    dice = Random(26)
    people = await planned(database, now)
    sender = CountingSender()
    worker = OutboxWorker(
        database=database,
        senders=[sender],
        composers={"mailing": compose},
        gate=Gate(ContactRules()),
        clock=MovedClock(now),
        owner="w",
    )
    stop = asyncio.Event()
    running = asyncio.create_task(worker.run(stop))
    committed: dict[str, float] = {}
    sender.left = lambda: len(committed) / LEAVING
    try:
        for number in dice.sample(range(PEOPLE), LEAVING):
            await asyncio.sleep(dice.random() * 0.05)
            async with database.write() as session:
                await leave(session, dice, people[number], now)
            committed[people[number][1]] = time.monotonic()
        async with asyncio.timeout(60):
            while await waiting(database):
                await asyncio.sleep(0.05)
    finally:
        stop.set()
        await running
    late = {email: sender.began[email] - at for email, at in committed.items() if email in sender.began}
    latest = max(late.values(), default=0.0)
    figures.say(f"{LEAVING} of {PEOPLE} left while it ran; latest start after an opt-out", f"{latest:.2f} s", "1 s")
    assert latest <= 1.0
    spared = committed.keys() - sender.began.keys()
    assert len(spared) > LEAVING / 4, "nobody left in time for this to prove anything"
    assert len(sender.sent) == len(set(sender.sent)) == PEOPLE - len(spared)
    async with database.read() as session:
        query = select(Outbox.address).where(Outbox.state == DeliveryState.SUPPRESSED)
        assert set((await session.execute(query)).scalars()) == spared


async def leave(session: AsyncSession, dice: Random, person: tuple[int, str, str], now: datetime) -> None:
    """By the link in a letter, by STOP from their phone, or said to a colleague."""
    client_id, email, phone = person
    door = dice.randrange(3)
    if door == 0:
        token = consent.unsubscribe_token(key=KEY, channel=Channel.EMAIL, address=email, client_id=client_id)
        assert await consent.unsubscribe(session, leaving=consent.read_token(token, key=KEY), now=now)
    elif door == 1:
        assert await consent.stop(session, channel=Channel.SMS, address=phone, client_id=None, wording="стоп", now=now)
    else:
        await consent.withdraw(session, client_id=client_id, channels=[Channel.EMAIL], how="phone", now=now)


async def planned(database: Database, now: datetime) -> list[tuple[int, str, str]]:
    """A mailing's rows; returns each recipient's (client, email, phone)."""
    people = [(number, f"c{number}@example.com", f"+6681{number:07}") for number in range(1, PEOPLE + 1)]
    points = [
        {"client_id": number, "kind": kind, "value": value, "is_primary": True, "label": "", "created_at": now}
        for number, email, phone in people
        for kind, value in ((ContactKind.EMAIL, email), (ContactKind.PHONE, phone))
    ]
    rows = [
        {"channel": Channel.EMAIL, "kind": "mailing", "state": DeliveryState.PLANNED, "priority": 9, "due_at": now}
        | {"address": email, "payload": {}, "marketing": True, "client_id": number, "attempts": 0, "created_at": now}
        for number, email, _ in people
    ]
    async with database.write() as session:
        clients = [{"id": number, "name": email, "created_at": now, "updated_at": now} for number, email, _ in people]
        await session.execute(insert(Client), clients)
        await session.execute(insert(ContactPoint), points)
        await session.execute(insert(Outbox), rows)
    return people


async def waiting(database: Database) -> int:
    states = (DeliveryState.PLANNED, DeliveryState.CLAIMED, DeliveryState.SENDING)
    async with database.read() as session:
        query = select(func.count()).select_from(Outbox).where(Outbox.state.in_(states))
        return int((await session.execute(query)).scalar_one())
