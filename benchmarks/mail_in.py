"""Mail in, beside a bare aioimaplib fetch (batches of 50) of the same mails from the same server.

`mail.in`: the whole way of a mailbox read for the first time: listed, fetched, stored raw, parsed in the limited process,
threaded, matched, committed. `mail.in_headers`: how fast a first look knows what is there: the list of all mails by
Message-ID, size and arrival, written down. SQLite, synchronous FULL.
"""

from __future__ import annotations

import asyncio
import resource
import statistics
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from aioimaplib import aioimaplib
from sqlalchemy import func, insert, select

from app.garbage import look_seldom
from benchmarks.imap_server import Served, mailbox
from benchmarks.report import Figure, Options, interleave
from channels.email.imap import MailboxReader
from crm.mailboxes import due_receipts
from scheduler.folders import FolderSettings, Surroundings
from scheduler.inbound import InboundLoop
from scheduler.mailbox import MailboxLoop
from scheduler.receipts import ReceiptLoop
from storage.base import Base
from storage.database import Database
from storage.files import FileStore
from storage.models import Client, ContactKind, ContactPoint, Inbox, InboxSource, Interaction, Lifecycle, MailboxMail

JOBS = ("mail.in", "mail.in_headers")
MAILS, HEADERS = 2_000, 10_000
KNOWN_CLIENTS = 250  # of the 500 who write
BATCH = 50
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SETTINGS = FolderSettings("crm@shop.test", "crm@shop.test", "INBOX")


class _Clock:
    def now(self) -> datetime:
        return NOW


@dataclass
class _Reading:
    """One database, one mailbox, and the loops that bring them together."""

    database: Database
    directory: Path
    served: Served
    stored: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.inbound = InboundLoop(
            database=self.database, files=FileStore(self.directory / "files"), clock=_Clock(), planned=lambda: None
        )
        around = Surroundings(
            database=self.database, clock=_Clock(), expected=self.inbound.expect, stored=self.stored.set
        )
        self.loop = MailboxLoop(around=around, reader=self._reader(), settings=SETTINGS)
        self.receipts = ReceiptLoop(around=around, folders=[SETTINGS], readers={SETTINGS: self._reader}, patience=0)

    def _reader(self) -> MailboxReader:
        return MailboxReader(self.served.url)

    async def open(self) -> None:
        """The first look: it only says that there is a history to be read."""
        await self.loop.catch_up(await self.loop.opened())

    async def draw(self) -> None:
        async with self.database.read() as session:
            (due,) = await due_receipts(session, now=NOW)
        receipt = await self.receipts.draw(due)
        assert receipt is not None
        assert receipt.held == receipt.on_server

    async def close(self) -> None:
        await self.loop.reader.close()
        await self.inbound.close()
        await self.database.close()


async def run(options: Options) -> list[Figure]:
    look_seldom()  # as the product does once it has started
    whole, headers = options.size(MAILS), options.size(HEADERS)
    figures = []
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        with mailbox(headers) as served:
            ours, bare = await interleave(
                options.rounds, lambda: _listed(directory, served, headers), lambda: _bare(served, headers)
            )
            figures.append(_figure("mail.in_headers", ours, bare, 15_000 / 22_300, f"{headers} mails on {served.by}"))
        with mailbox(whole) as served:
            fetched: list[float] = []
            ours, bare = await interleave(
                options.rounds, lambda: _complete(directory, served, whole, fetched), lambda: _bare(served, whole)
            )
            note = (
                f"{whole} mails on {served.by}; fetched and stored raw at {statistics.median(fetched):,.0f}/s, the rest of "
                f"the time is parsing and the timeline; peak {_peak()} MB"
            )
            figures.append(_figure("mail.in", ours, bare, 4_000 / 22_300, note))
    return figures


def _figure(job: str, ours: list[float], bare: list[float], share: float, note: str) -> Figure:
    limit = statistics.median(bare)
    met = statistics.median(ours) >= share * limit
    return Figure(job, "mails/s", ours, f"≥ {share:.2f} × limit", met, limit=limit, note=note)


async def _bare(served: Served, count: int) -> float:
    """What the library does alone: batches of 50, nothing kept."""
    client = aioimaplib.IMAP4("127.0.0.1", served.port, timeout=60)
    await client.wait_hello_from_server()
    await client.login("u", "p")
    await client.select()
    began = time.perf_counter()
    bodies = 0
    for first in range(1, count + 1, BATCH):
        answer = await client.uid("fetch", f"{first}:{min(first + BATCH - 1, count)}", "(UID BODY.PEEK[])")
        bodies += sum(isinstance(line, bytearray) for line in answer.lines)
    elapsed = time.perf_counter() - began
    assert bodies == count
    await client.logout()
    return count / elapsed


async def _listed(directory: Path, served: Served, count: int) -> float:
    """Until every mail is known by its headers; the bodies are not waited for."""
    async with _Begun(directory, served) as reading:
        drawing = asyncio.create_task(reading.draw())
        began = time.perf_counter()
        await _until(drawing, lambda: _count(reading.database, select(func.count()).select_from(MailboxMail)), count)
        elapsed = time.perf_counter() - began
        drawing.cancel()
        await asyncio.gather(drawing, return_exceptions=True)
        return count / elapsed


async def _complete(directory: Path, served: Served, count: int, fetched: list[float]) -> float:
    """Until every mail is on the timeline, its row closed; reading and handling run side by side as in life."""
    async with _Begun(directory, served) as reading:
        began = time.perf_counter()
        handling = asyncio.create_task(_handle(reading, count))
        await reading.draw()
        fetched.append(count / (time.perf_counter() - began))
        await handling
        elapsed = time.perf_counter() - began
        handled = select(func.count()).select_from(Inbox).where(Inbox.processed_at.is_not(None), Inbox.error.is_(None))
        assert await _count(reading.database, handled) == count
        assert await _count(reading.database, select(func.count()).select_from(Interaction)) == count
        return count / elapsed


async def _handle(reading: _Reading, count: int) -> None:
    """Until so many rows are closed: each is committed by then."""
    while count > 0:
        await reading.stored.wait()
        reading.stored.clear()
        count -= await reading.inbound.process(InboxSource.EMAIL)


async def _until(working: asyncio.Task[None], count: Callable[[], Awaitable[int]], wanted: int) -> None:
    while await count() < wanted:
        if working.done():
            await working
        await asyncio.sleep(0.02)


async def _count(database: Database, statement: object) -> int:
    async with database.read() as session:
        return int((await session.execute(statement)).scalar_one())  # type: ignore[call-overload]


class _Begun:
    """A reading on a database of its own, opened; the company knows half of those who write."""

    def __init__(self, directory: Path, served: Served) -> None:
        self._directory, self._served = directory, served

    async def __aenter__(self) -> _Reading:
        path = self._directory / f"{uuid.uuid4().hex}.sqlite3"
        database = Database(f"sqlite:///{path}")
        async with database.engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        clients = [
            {
                "id": number + 1,
                "name": f"Customer {number}",
                "lifecycle": Lifecycle.CUSTOMER,
                "created_at": NOW,
                "updated_at": NOW,
            }
            for number in range(KNOWN_CLIENTS)
        ]
        points = [
            {"client_id": number + 1, "kind": ContactKind.EMAIL, "value": f"c{number}@example.com", "created_at": NOW}
            for number in range(KNOWN_CLIENTS)
        ]
        async with database.connect() as unit:
            await unit.execute(insert(Client), clients)
            await unit.execute(insert(ContactPoint), points)
        self._reading = _Reading(database, self._directory, self._served)
        await self._reading.open()
        return self._reading

    async def __aexit__(self, *_error: object) -> None:
        await self._reading.close()


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
