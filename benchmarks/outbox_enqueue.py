"""outbox.enqueue: a segment's members put into the ledger by the ticks of mailings, as rows a second.

Beside it, as the limit, one bare INSERT … SELECT of the same rows into the same table with the same indexes. Every batch
of ours is a durable transaction of its own, and adds nothing when it is run again; the limit is one, and promises nothing.
"""

from __future__ import annotations

import sqlite3
import statistics
import time
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select

from benchmarks.drained import directory
from benchmarks.ready_mailing import NOW, Clock, fill_clients_to_mail
from benchmarks.report import Figure, Options, interleave
from benchmarks.shelves import empty_database
from crm.mailings import ApprovalRules
from crm.mailings.measuring import Terms
from scheduler.ticks import Ticker, mailing_ticks
from storage.database import Database
from storage.models import (
    Channel,
    Language,
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

JOBS = ("outbox.enqueue",)
RECIPIENTS = 200_000
OF_THE_LIMIT = 0.65
RATE = 1_000_000.0
_MOMENT = NOW.strftime("%Y-%m-%d %H:%M:%S.%f")


async def run(options: Options) -> list[Figure]:
    recipients = options.size(RECIPIENTS)
    async with directory() as place:

        async def ours() -> float:
            return await _ticked(place, recipients)

        async def bare() -> float:
            return await _bare(place, recipients)

        rates, limits = await interleave(options.rounds, ours, bare)
    limit = statistics.median(limits)
    met = statistics.median(rates) >= min(RATE, OF_THE_LIMIT * limit)
    goal = f"≥ 1 M/s or ≥ {OF_THE_LIMIT} × limit"
    return [Figure("outbox.enqueue", "rows/s", rates, goal, met, limit=limit, note=f"{recipients:,} members")]


async def _ticked(place: Path, recipients: int) -> float:
    database = await _scheduled(place, recipients)
    ticker = Ticker(database=database, clock=Clock(), owner="bench", planned=lambda: None)
    ticks = {
        tick.name: tick for tick in mailing_ticks("touchline.example", terms=Terms(ApprovalRules(over=recipients)))
    }
    due, expanding = ticks["mailings due"], ticks["mailings expanding"]
    began = time.perf_counter()
    await ticker.fire(due)
    while await ticker.fire(expanding):
        pass
    seconds = time.perf_counter() - began
    async with database.read() as session:
        planned = (await session.execute(select(func.count()).select_from(Outbox))).scalar_one()
        state = (await session.execute(select(Mailing.state))).scalar_one()
    await database.close()
    assert (planned, state) == (recipients, MailingState.RUNNING)
    return recipients / seconds


async def _bare(place: Path, recipients: int) -> float:
    database = await _scheduled(place, recipients)
    path = str(database.url.database)
    await database.close()
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-65536", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}")
    began = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(_INSERT)
    connection.execute("COMMIT")
    seconds = time.perf_counter() - began
    connection.close()
    return recipients / seconds


async def _scheduled(place: Path, recipients: int) -> Database:
    """A database with clients who have an address, and a mailing to them whose time has come."""
    path = place / "enqueue.sqlite3"
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    database = await empty_database(path)
    async with database.connect() as unit:
        rows: list[tuple[Any, dict[str, Any]]] = [
            (Staff, {"id": 1, "name": "Mara", "role": Role.MANAGER, "language": Language.EN, "created_at": NOW}),
            (Segment, {"id": 1, "name": "all", "kind": SegmentKind.RULE, "rule": "language = en", "created_at": NOW}),
            (Template, {"id": 1, "name": "news", "channel": Channel.EMAIL, "created_at": NOW}),
            (
                TemplateVersion,
                {
                    "template_id": 1,
                    "language": Language.EN,
                    "number": 1,
                    "subject": "s",
                    "text": "t",
                    "created_at": NOW,
                },
            ),
            (
                Mailing,
                {
                    "id": 1,
                    "name": "news",
                    "channel": Channel.EMAIL,
                    "segment_id": 1,
                    "template_id": 1,
                    "state": MailingState.SCHEDULED,
                    "starts_at": NOW,
                    "created_by_id": 1,
                    "created_at": NOW,
                },
            ),
        ]
        for model, values in rows:
            await unit.execute(insert(model).values(**values))
    fill_clients_to_mail(path, recipients)
    return database


_INSERT = f"""INSERT INTO outbox (channel, kind, dedupe_key, state, priority, due_at, address, payload, marketing, client_id,
    mailing_id, message_id, attempts, created_at)
    SELECT 'email', 'mailing', 'mailing:1:client:' || client.id, 'planned', 9, '{_MOMENT}', contact_point.value, '{{}}', 1,
        client.id, 1, '<m1.' || client.id || '.' || lower(hex(randomblob(16))) || '@touchline.example>', 0, '{_MOMENT}'
    FROM client JOIN contact_point ON contact_point.client_id = client.id AND contact_point.kind = 'email'
    WHERE client.archived_at IS NULL AND client.language = 'en' ORDER BY client.id"""
