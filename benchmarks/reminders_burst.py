"""reminders.burst: ten thousand reminders due in the same second, claimed and planned in the ledger.

Limit: the same rows by bare INSERT and UPDATE statements in one transaction.
"""

from __future__ import annotations

import sqlite3
import statistics
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text

from benchmarks.report import Figure, Options, interleave
from crm import reminding
from scheduler.clock import SystemClock
from storage import migrations
from storage.database import Database
from storage.models import Client, FollowUp, Lifecycle, Role, Staff

JOBS = ("reminders.burst",)
BURST = 10_000


async def run(options: Options) -> list[Figure]:
    burst = options.size(BURST)
    with tempfile.TemporaryDirectory() as directory:
        database = Database(f"sqlite:///{directory}/bench.sqlite3")
        await migrations.upgrade(database)
        await _fill(database, burst)

        async def ours() -> float:
            await _due_again(database)
            now = SystemClock().now()
            begun, moved = time.perf_counter(), 0
            while moved < burst:
                async with database.write() as session:
                    moved += await reminding.remind_due(session, now=now)
            return time.perf_counter() - begun

        async def limit() -> float:
            return _bare(Path(directory), burst)

        samples, bare = await interleave(options.rounds, ours, limit)
        await database.close()
    figure = Figure(
        "reminders.burst",
        "s",
        samples,
        "<= 1 s",
        statistics.median(samples) <= 1,
        limit=statistics.median(bare),
    )
    return [figure]


async def _fill(database: Database, burst: int) -> None:
    now = SystemClock().now()
    async with database.write() as session:
        staff = Staff(
            name="Rep", role=Role.REP, telegram_id=1, workdays=127, work_from=0, work_until=1440, created_at=now
        )
        client = Client(name="C", lifecycle=Lifecycle.LEAD, created_at=now, updated_at=now)
        session.add_all([staff, client])
        await session.flush()
        session.add_all(
            FollowUp(client_id=client.id, owner_id=staff.id, promise="call", due_at=now, remind_at=now, created_at=now)
            for _ in range(burst)
        )


async def _due_again(database: Database) -> None:
    """All of them due at a new moment, so that their keys are new; the ledger emptied."""
    moment = SystemClock().now() - timedelta(seconds=1)
    async with database.write() as session:
        await session.execute(text("DELETE FROM outbox"))
        await session.execute(text("DELETE FROM domain_event"))
        due = {"due": moment.replace(tzinfo=None).isoformat(sep=" ")}
        await session.execute(text("UPDATE follow_up SET due_at = :due, remind_at = :due"), due)


def _bare(directory: Path, burst: int) -> float:
    connection = sqlite3.connect(directory / "bare.sqlite3")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("DROP TABLE IF EXISTS followup")
    connection.execute("DROP TABLE IF EXISTS outbox")
    connection.execute("CREATE TABLE followup(id INTEGER PRIMARY KEY, remind_at TEXT)")
    connection.execute("CREATE TABLE outbox(id INTEGER PRIMARY KEY, dedupe_key TEXT UNIQUE, payload TEXT, due_at TEXT)")
    connection.executemany("INSERT INTO followup(remind_at) VALUES (?)", [("2026",)] * burst)
    connection.commit()
    begun = time.perf_counter()
    rows = connection.execute("SELECT id FROM followup WHERE remind_at <= '2027'").fetchall()
    keys = [(f"followup:{row[0]}", "{}", "2026") for row in rows]
    connection.executemany("INSERT OR IGNORE INTO outbox(dedupe_key, payload, due_at) VALUES (?, ?, ?)", keys)
    connection.executemany("UPDATE followup SET remind_at = NULL WHERE id = ?", rows)
    connection.commit()
    took = time.perf_counter() - begun
    connection.close()
    return took
