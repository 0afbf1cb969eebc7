"""A company with a mailing to send, the product in a process of its own that can be killed, and the ledger to count in."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select, text

from crm import mailings
from sandbox.clock import MovableClock
from sandbox.product import ProductProcess
from sandbox.server import Sandbox
from storage.database import Database
from storage.models import (
    Channel,
    Client,
    ContactKind,
    ContactPoint,
    DeliveryState,
    Language,
    Lifecycle,
    Mailing,
    MailingState,
    Outbox,
    Role,
    Segment,
    SegmentKind,
    Staff,
    Template,
    TemplateVersion,
)
from tests.flows.conftest import COUNTERPARTS, populate

IN_MOTION = {DeliveryState.PLANNED, DeliveryState.CLAIMED, DeliveryState.SENDING}
_ROWS = 500


class Company:
    """The database of one trial, seen from outside the product."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self.database = database
        self._now = now

    async def add_clients(self, count: int, *, city: str = "Riga") -> None:
        """Clients with an email address and a German mobile number each; `without city` leaves the field empty."""
        now = self._now()
        async with self.database.write() as session:
            first = ((await session.execute(select(func.max(Client.id)))).scalar_one() or 0) + 1
            connection = await session.connection()
            for start in range(0, count, _ROWS):
                numbers = range(first + start, first + min(start + _ROWS, count))
                clients = [
                    {
                        "id": number,
                        "name": f"Client {number}",
                        "company": "",
                        "name_key": f"client {number}",
                        "search_text": f"client {number}",
                        "city": city,
                        "language": Language.EN,
                        "lifecycle": Lifecycle.CUSTOMER,
                        "created_at": now,
                        "updated_at": now,
                    }
                    for number in numbers
                ]
                points = [
                    {"client_id": number, "kind": kind, "value": value, "is_primary": True, "created_at": now}
                    for number in numbers
                    for kind, value in (
                        (ContactKind.EMAIL, f"c{number}@example.com"),
                        (ContactKind.PHONE, f"+49151{10_000_000 + number}"),
                    )
                ]
                await connection.execute(insert(Client), clients)
                await connection.execute(insert(ContactPoint), points)
            if not self.database.is_sqlite:
                # The next client's number, which SQLite takes from the table.
                await connection.execute(select(func.setval("client_id_seq", first + count - 1)))
                # PostgreSQL does so by itself within a minute; until then it plans for the table as it was.
                await connection.execute(text("ANALYZE client, contact_point"))

    async def mailing(
        self, channel: Channel, *, rule: str, text: str = "Hello {name}, news from {city|us}.", name: str = "trial"
    ) -> int:
        """A mailing that starts at once; returns its id. Several on one channel need names of their own."""
        now = self._now()
        async with self.database.write() as session:
            segment = Segment(name=f"{name} {channel}", kind=SegmentKind.RULE, rule=rule, created_at=now)
            template = Template(name=f"{name} {channel}", channel=channel, created_at=now)
            session.add_all([segment, template])
            await session.flush()
            session.add(
                TemplateVersion(
                    template_id=template.id, language=Language.EN, number=1, subject="News", text=text, created_at=now
                )
            )
            mailing = Mailing(
                name=name,
                channel=channel,
                segment_id=segment.id,
                template_id=template.id,
                state=MailingState.SCHEDULED,
                starts_at=now,
                created_by_id=1,
                created_at=now,
            )
            session.add(mailing)
            await session.flush()
            return mailing.id

    async def totals(self, mailing_id: int) -> Counter[DeliveryState]:
        async with self.database.read() as session:
            statement = select(Outbox.state, func.count()).where(Outbox.mailing_id == mailing_id).group_by(Outbox.state)
            return Counter({row[0]: row[1] for row in await session.execute(statement)})

    async def state(self, mailing_id: int) -> MailingState:
        async with self.database.read() as session:
            return (await session.execute(select(Mailing.state).where(Mailing.id == mailing_id))).scalar_one()

    async def until_done(self, mailing_id: int, planned: int, *, seconds: float) -> Counter[DeliveryState]:
        """Waits until the whole plan is in final states and returns the totals; what stopped itself is resumed by a manager."""
        async with asyncio.timeout(seconds):
            while True:
                await self.resume_paused(mailing_id)
                totals = await self.totals(mailing_id)
                if sum(totals.values()) == planned and not IN_MOTION & {state for state in totals if totals[state]}:
                    return totals
                await asyncio.sleep(0.2)

    async def resume_paused(self, mailing_id: int) -> None:
        """What a manager does about a mailing that paused itself."""
        if await self.state(mailing_id) is not MailingState.PAUSED:
            return
        async with self.database.write() as session:
            manager = (await session.execute(select(Staff).where(Staff.role == Role.MANAGER))).scalar_one()
            await mailings.resume(session, actor=manager, mailing_id=mailing_id, now=self._now())


async def being_sent(database: Database, *, channel: Channel) -> set[tuple[int, str | None]]:
    """Rows being sent, each with whose lease it is."""
    async with database.read() as session:
        statement = select(Outbox.id, Outbox.lease_token).where(
            Outbox.channel == channel, Outbox.state == DeliveryState.SENDING
        )
        return {(row.id, row.lease_token) for row in await session.execute(statement)}


class Rig:
    """A sandbox, a company, and the product as a process."""

    def __init__(self, sandbox: Sandbox, product: ProductProcess, company: Company) -> None:
        self.sandbox = sandbox
        self.product = product
        self.company = company

    async def kill_at(self, reached: Callable[[], bool], *, seconds: float) -> None:
        """SIGKILL as soon as the condition holds; TimeoutError if it does not within `seconds`."""
        async with asyncio.timeout(seconds):
            while not reached():
                assert self.product.is_running, self.product.read_log()[-2000:]
                await asyncio.sleep(0.005)
        await self.product.kill()

    async def sandbox_moves(self, *, hours: int) -> None:
        """The clock of everybody moves on."""
        self.sandbox.clock.advance(timedelta(hours=hours))

    async def start(self, **settings: str) -> None:
        self.product.settings |= settings
        await self.product.start()


@asynccontextmanager
async def rigged(place: Path, database_url: str) -> AsyncIterator[Rig]:
    """Everything in `place` and on an empty database; the product is not started yet."""
    clock = MovableClock(path=place / "clock")
    _at_ten_in_the_morning(clock)
    sandbox = Sandbox(clock=clock, validate=True, counterparts=COUNTERPARTS)
    await populate(sandbox, database_url)
    await sandbox.start()
    product = ProductProcess(
        sandbox=sandbox,
        data=place / "data",
        clock_file=place / "clock",
        only="bot,worker,scheduler,web",
        standby=True,
    )
    product.settings |= {
        "TOUCHLINE_DATABASE_URL": database_url,
        "TOUCHLINE_FREQUENCY_CAP": "off",
        "TOUCHLINE_APPROVAL_OVER": "1000000",  # nobody is there to be asked
    }
    database = Database(database_url)
    try:
        yield Rig(sandbox, product, Company(database, clock.now))
    finally:
        if product.is_running:
            await product.kill()
        await product.dismiss()
        await database.close()
        await sandbox.stop()


def _at_ten_in_the_morning(clock: MovableClock) -> None:
    """Ten in Bangkok is nine or ten nowhere in Europe, so two in the afternoon there: no quiet hours for anybody."""
    start = clock.now().replace(hour=8, minute=0, second=0, microsecond=0) + timedelta(days=1)
    while start.weekday() >= 5:
        start += timedelta(days=1)
    clock.advance_to(start)


async def within(seconds: float, condition: Callable[[], Awaitable[Any]]) -> float:
    """How long it took until the condition held; raises TimeoutError."""
    began = time.monotonic()
    async with asyncio.timeout(seconds):
        while not await condition():
            await asyncio.sleep(0.05)
    return time.monotonic() - began
