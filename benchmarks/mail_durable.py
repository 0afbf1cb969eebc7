"""A durable mailing by email, from outbox rows to settled rows, beside bare aiosmtplib sessions to the same sink.

Ours: claim, gate (suppression, consent, mailing state), compose, build the MIME, send, record the attempt, settle; SQLite,
synchronous FULL. The limit writes one ready message over and over on as many sessions, and records nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import resource
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import aiosmtplib
from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from benchmarks.report import Figure, Options, interleave
from channels.email.mime import build
from channels.email.sender import EmailSender
from channels.message import OutgoingEmail
from channels.outbox.delivery import Composed, Delivery
from channels.outbox.worker import OutboxWorker
from crm import consent
from storage.base import Base
from storage.database import Database
from storage.models import Channel, DeliveryState, Outbox

JOBS = ("mail.durable",)
MAILS = 2_000
SESSIONS = 10
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ROOT = Path(__file__).parents[1]


class _Clock:
    def now(self) -> datetime:
        return NOW


class _Composer:
    """A personalised letter with both parts and an unsubscribe link, as a mailing's."""

    async def __call__(self, session: AsyncSession, delivery: Delivery, /) -> Composed:
        return letter(delivery.id, delivery.address, delivery.message_id or "")

    async def many(self, session: AsyncSession, deliveries: Sequence[Delivery], /) -> Mapping[int, Composed]:
        return {one.id: letter(one.id, one.address, one.message_id or "") for one in deliveries}


def letter(number: int, address: str, message_id: str) -> OutgoingEmail:
    name = f"Customer {number}"
    body = f"Dear {name},\n\nM8 bolts are back in stock: 2,000 pcs at 0.12 EUR. Your price holds until Friday.\n" * 4
    return OutgoingEmail(
        to_address=address,
        to_name=name,
        subject=f"{name}: bolts are back",
        text=body,
        html="<html><body>" + "".join(f"<p>{line}</p>" for line in body.splitlines()) + "</body></html>",
        message_id=message_id,
        from_address="crm@touchline.example",
        from_name="Touchline",
        unsubscribe_url=f"https://touchline.example/u/{number:040x}",
    )


async def run(options: Options) -> list[Figure]:
    mails = options.size(MAILS)
    async with _sink() as port:
        with tempfile.TemporaryDirectory() as directory:
            ours, bare = await interleave(
                options.rounds, lambda: _ours(Path(directory), port, mails), lambda: _bare(port, mails)
            )
    limit = statistics.median(bare)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    met = statistics.median(ours) >= 0.8 * limit and peak <= 120
    note = f"{SESSIONS} sessions, peak memory {peak} MB"
    return [Figure("mail.durable", "mails/s", ours, "≥ 0.80 × limit", met, limit=limit, note=note)]


async def _ours(directory: Path, port: int, mails: int) -> float:
    database = Database(f"sqlite:///{directory / uuid.uuid4().hex}.sqlite3")
    async with database.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    planned = {
        "channel": Channel.EMAIL,
        "kind": "mailing",
        "state": DeliveryState.PLANNED,
        "priority": 9,
        "due_at": NOW,
        "payload": {},
        "marketing": True,
        "attempts": 0,
        "created_at": NOW,
    }
    async with database.connect() as unit:
        rows = [{"address": f"c{n}@example.com", "message_id": f"<{n}.x@touchline.example>"} for n in range(mails)]
        await unit.execute(insert(Outbox), [planned | row for row in rows])
    sender = EmailSender(
        url=f"smtp://127.0.0.1:{port}?starttls=never",
        envelope_from="bounces@touchline.example",
        clock=_Clock(),
        sessions=SESSIONS,
    )
    worker = OutboxWorker(
        database=database,
        senders=[sender],
        composers={"mailing": _Composer()},
        gate=consent.gate,
        clock=_Clock(),
        owner="bench",
    )
    stop = asyncio.Event()
    began = time.perf_counter()
    running = asyncio.create_task(worker.run(stop))
    try:
        while await _sent(database) < mails:
            await asyncio.sleep(0.02)
        elapsed = time.perf_counter() - began
    finally:
        stop.set()
        await running
        await worker.close()
        await database.close()
    return mails / elapsed


async def _sent(database: Database) -> int:
    async with database.read() as session:
        statement = select(func.count()).select_from(Outbox).where(Outbox.state == DeliveryState.SENT)
        return int((await session.execute(statement)).scalar_one())


async def _bare(port: int, mails: int) -> float:
    content = build(letter(1, "c1@example.com", "<1.x@touchline.example>"), date=NOW)
    left = iter(range(mails))

    async def session() -> None:
        client = aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False)
        await client.connect()
        for number in left:
            await client.sendmail("bounces@touchline.example", [f"c{number}@example.com"], content)
        await client.quit()

    began = time.perf_counter()
    await asyncio.gather(*(session() for _ in range(SESSIONS)))
    return mails / (time.perf_counter() - began)


@contextlib.asynccontextmanager
async def _sink() -> AsyncIterator[int]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.smtp_sink", stdout=asyncio.subprocess.PIPE, cwd=ROOT
    )
    assert process.stdout is not None
    try:
        yield int(await process.stdout.readline())
    finally:
        process.kill()
        await process.wait()
