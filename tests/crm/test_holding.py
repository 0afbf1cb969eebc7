"""Pause, resume and cancel hold within a second, whoever of several workers sends; and nothing is lost by them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import datetime

import pytest
from sqlalchemy import func, insert, select

from channels.outbox.worker import OutboxWorker
from crm import mailings
from crm.consent import Gate
from crm.contact_rules import ContactRules
from storage.database import Database
from storage.models import Channel, Client, DeliveryState, Mailing, MailingState, Outbox, Role, Staff
from tests.channels.outbox.play import MovedClock, compose
from tests.conftest import Figures
from tests.crm.test_leaving_midway import CountingSender
from tests.factories import make_staff
from tests.factories.mailings import make_mailing
from tests.sums import check_sums

PEOPLE = 4_000
ALLOWED_S = 1.0


class Two:
    """Two workers with databases of their own, as two processes have; what they began is told together."""

    def __init__(self, url: str, now: datetime) -> None:
        self.databases = [Database(url) for _ in range(2)]
        self.senders = [CountingSender() for _ in self.databases]
        self._stop = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        for number, (database, sender) in enumerate(zip(self.databases, self.senders, strict=True)):
            worker = OutboxWorker(
                database=database,
                senders=[sender],
                composers={"mailing": compose},
                gate=Gate(ContactRules()),
                clock=MovedClock(now),
                owner=f"w{number}",
            )
            self._tasks.append(asyncio.create_task(worker.run(self._stop)))

    def began(self) -> list[float]:
        return sorted(at for sender in self.senders for at in sender.began.values())

    def addresses(self) -> list[str]:
        return [address for sender in self.senders for address in sender.sent]

    async def until(self, count: int) -> None:
        async with asyncio.timeout(30):
            while len(self.began()) < count:
                await asyncio.sleep(0.01)

    async def close(self) -> None:
        self._stop.set()
        await asyncio.gather(*self._tasks)
        for database in self.databases:
            await database.close()


@pytest.fixture
async def two(database: Database, database_url: str, now: datetime) -> AsyncIterator[Two]:
    workers = Two(database_url, now)
    yield workers
    await workers.close()


async def planned(database: Database, now: datetime) -> tuple[int, int]:
    """(mailing, manager): a running mailing to everybody."""
    async with database.write() as session:
        manager = await make_staff(session, Role.MANAGER)
        mailing = await make_mailing(session, manager, now=now)
        people = [
            {"id": number, "name": f"c{number}", "created_at": now, "updated_at": now}
            for number in range(1, PEOPLE + 1)
        ]
        await session.execute(insert(Client), people)
        row = {
            "channel": Channel.EMAIL,
            "kind": "mailing",
            "state": DeliveryState.PLANNED,
            "priority": 9,
            "due_at": now,
        }
        row |= {"payload": {}, "marketing": True, "attempts": 0, "created_at": now, "mailing_id": mailing.id}
        rows = [row | {"client_id": one["id"], "address": f"c{one['id']}@x.example"} for one in people]
        await session.execute(insert(Outbox), rows)
        mailing.planned = PEOPLE
        return mailing.id, manager.id


@pytest.mark.fault("F26")
async def test_pause_resume_and_cancel_hold_within_a_second_over_two_workers(
    database: Database, two: Two, now: datetime, figures: Figures
) -> None:
    mailing_id, manager_id = await planned(database, now)

    async def does(verb: str) -> float:
        async with database.write() as session:
            manager = await session.get_one(Staff, manager_id)
            await getattr(mailings, verb)(session, actor=manager, mailing_id=mailing_id, now=now)
        return time.monotonic()

    begun = 0
    for _ in range(2):
        await two.until(begun + 100)
        paused = await does("pause")
        await asyncio.sleep(ALLOWED_S + 0.7)
        late = two.began()[-1] - paused
        figures.say("latest start after a pause", f"{max(late, 0):.2f} s", f"{ALLOWED_S} s")
        assert late <= ALLOWED_S
        begun = len(two.began())
        assert begun < PEOPLE, "it was over before it could be paused"
        async with database.read() as session:
            await check_sums(session)
        resumed = await does("resume")
        await two.until(begun + 1)
        waited = two.began()[begun] - resumed
        figures.say("first start after a resume", f"{waited:.2f} s", f"{ALLOWED_S} s")
        assert waited <= ALLOWED_S
    cancelled = await does("cancel")
    await asyncio.sleep(ALLOWED_S + 0.7)
    assert two.began()[-1] - cancelled <= ALLOWED_S
    sent = two.addresses()
    assert all(sender.sent for sender in two.senders), "one of the two never sent anything"
    assert len(sent) == len(set(sent)) < PEOPLE
    async with database.read() as session:
        assert await check_sums(session) == 1
        query = select(Outbox.state, func.count()).group_by(Outbox.state)
        counts = {row[0]: row[1] for row in await session.execute(query)}
        assert counts == {DeliveryState.SENT: len(sent), DeliveryState.CANCELLED: PEOPLE - len(sent)}
        assert (await session.execute(select(Mailing.state))).scalar_one() is MailingState.CANCELLED
