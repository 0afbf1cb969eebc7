"""The cap over all channels holds however many workers race for a client's last message."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

import pytest
from sqlalchemy import func, select

from channels.message import SendResult
from channels.outbox.delivery import Message
from channels.outbox.enqueue import PRIORITY_MAILING, enqueue
from channels.outbox.worker import OutboxWorker
from crm.consent import Gate
from crm.contact_rules import ContactRules
from crm.frequency import FrequencyCap
from storage.database import Database
from storage.models import Channel, DeliveryState, Outbox
from tests.channels.outbox.play import PlayedSender, compose
from tests.factories import make_client

CLIENTS, OF_EACH, CAP = 40, 3, 2


@pytest.mark.parametrize(
    ("text", "cap"),
    [
        ("5/7d", FrequencyCap(5, timedelta(days=7))),
        (" 1 / 24H ", FrequencyCap(1, timedelta(hours=24))),
        ("12/4w", FrequencyCap(12, timedelta(days=28))),
        ("off", None),
    ],
)
def test_caps_as_people_write_them(text: str, cap: FrequencyCap | None) -> None:
    assert FrequencyCap.read(text) == cap


@pytest.mark.parametrize("text", ["", "0/7d", "5/0d", "5", "5/7", "5/7m", "five/7d", "-1/7d", "1000/7d"])
def test_caps_that_make_no_sense_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="messages"):
        FrequencyCap.read(text)


class HurryingClock:
    """Two hundred times as fast as the real one: whoever looks again in two seconds does so at once."""

    def __init__(self, start: datetime) -> None:
        self._start, self._began = start, time.monotonic()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=200 * (time.monotonic() - self._began))


@dataclass
class SlowSender(PlayedSender):
    """Takes a moment over each message, so that others are claimed and judged meanwhile."""

    dice: Random = field(default_factory=lambda: Random(4))

    async def send(self, message: Message) -> SendResult:
        await asyncio.sleep(self.dice.random() * 0.01)
        return await super().send(message)


async def test_four_pumps_never_exceed_it(database: Database, now: datetime) -> None:
    clock = HurryingClock(now)
    whose = await planned(database, now)
    senders = [SlowSender(channel=channel) for channel in (Channel.EMAIL, Channel.SMS) for _ in range(2)]
    workers = [
        OutboxWorker(
            database=database,
            senders=[senders[number], senders[number + 2]],
            composers={"mailing": compose},
            gate=Gate(ContactRules(cap=FrequencyCap(CAP, timedelta(days=7)))),
            clock=clock,
            owner=f"w{number}",
            batch=7,
        )
        for number in range(2)
    ]
    stop = asyncio.Event()
    running = [asyncio.create_task(worker.run(stop)) for worker in workers]
    try:
        async with asyncio.timeout(60):
            while await waiting(database):
                await asyncio.sleep(0.05)
    finally:
        stop.set()
        await asyncio.gather(*running)
    per_client = Counter(whose[address] for sender in senders for address in sender.sent)
    assert per_client == dict.fromkeys(per_client, CAP)
    assert len(per_client) == CLIENTS
    async with database.read() as session:
        states = Counter((await session.execute(select(Outbox.state))).scalars())
    assert states == {
        DeliveryState.SENT: CLIENTS * CAP,
        DeliveryState.SUPPRESSED: CLIENTS * (2 * OF_EACH - CAP),
    }


async def planned(database: Database, now: datetime) -> dict[str, int]:
    """For each client some emails and as many SMS, shuffled; returns whose address is whose."""
    whose: dict[str, int] = {}
    async with database.write() as session:
        clients = [await make_client(session) for _ in range(CLIENTS)]
        rows = [
            (
                channel,
                client.id,
                f"c{client.id}n{n}@x.org" if channel is Channel.EMAIL else f"+6681{client.id:04}{n:03}",
            )
            for client in clients
            for channel in (Channel.EMAIL, Channel.SMS)
            for n in range(OF_EACH)
        ]
        Random(5).shuffle(rows)
        for channel, client_id, address in rows:
            whose[address] = client_id
            await enqueue(
                session,
                channel=channel,
                kind="mailing",
                address=address,
                client_id=client_id,
                marketing=True,
                priority=PRIORITY_MAILING,
                now=now,
            )
    return whose


async def waiting(database: Database) -> int:
    states = (DeliveryState.PLANNED, DeliveryState.CLAIMED, DeliveryState.SENDING)
    async with database.read() as session:
        query = select(func.count()).select_from(Outbox).where(Outbox.state.in_(states))
        return int((await session.execute(query)).scalar_one())
