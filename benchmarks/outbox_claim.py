"""Claim and settle, durable: our statements beside the barest SQLite can do the same with (and PostgreSQL where given).

The bare limits claim by one UPDATE … RETURNING and settle the batch before in the same transaction, 500 rows at a time:
sqlite3 by executemany, asyncpg by one UPDATE of the ids on as many connections as we have workers.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sqlite3
import tempfile
import time
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import create_async_engine

from benchmarks.report import Figure, Options, interleave
from storage.base import Base
from storage.database import Database, normalise_url
from storage.models import Channel, DeliveryState, Outbox
from storage.queries import outbox as ledger
from storage.queries.outbox import Delivery, Settlement

JOBS = ("outbox.claim", "outbox.claim_postgres")
ROWS = 20_000
BATCH = 500
WORKERS = 4
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
POSTGRES = os.environ.get("TOUCHLINE_TEST_POSTGRES", "")


async def run(options: Options) -> list[Figure]:
    rows = options.size(ROWS)
    with tempfile.TemporaryDirectory() as directory:
        ours, bare = await interleave(
            options.rounds, lambda: _ours_sqlite(Path(directory), rows), lambda: _bare_sqlite(Path(directory), rows)
        )
    limit = sorted(bare)[len(bare) // 2]
    median = sorted(ours)[len(ours) // 2]
    figures = [
        Figure(
            "outbox.claim",
            "rows/s",
            ours,
            "≥ 100,000 on SQLite",
            median >= 100_000,
            limit=limit,
            note="synchronous FULL",
        )
    ]
    if POSTGRES:
        samples, bare = await interleave(options.rounds, lambda: _ours_postgres(rows), lambda: _bare_postgres(rows))
        median, limit = sorted(samples)[len(samples) // 2], sorted(bare)[len(bare) // 2]
        goal = f"≥ 60,000 with {WORKERS} workers"
        figures.append(Figure("outbox.claim_postgres", "rows/s", samples, goal, median >= 60_000, limit=limit))
    return figures


async def _ours_sqlite(directory: Path, rows: int) -> float:
    database = Database(f"sqlite:///{directory / uuid.uuid4().hex}.sqlite3")
    async with database.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    await _fill(database, rows)
    try:
        return await _drain(database, rows, workers=1)
    finally:
        await database.close()


@contextlib.asynccontextmanager
async def _postgres(rows: int) -> AsyncIterator[Database]:
    """A filled database of its own on the server, its statistics taken."""
    name = f"bench_{uuid.uuid4().hex[:12]}"
    server = create_async_engine(normalise_url(POSTGRES), isolation_level="AUTOCOMMIT")
    async with server.connect() as connection:
        await connection.execute(text(f"CREATE DATABASE {name}"))
    database = Database(normalise_url(POSTGRES).set(database=name))
    try:
        async with database.engine.begin() as opened:
            await opened.run_sync(Base.metadata.create_all)
        await _fill(database, rows)
        async with database.engine.connect() as connection:
            await (await connection.execution_options(isolation_level="AUTOCOMMIT")).execute(
                text("VACUUM ANALYZE outbox")
            )
        yield database
    finally:
        await database.close()
        async with server.connect() as connection:
            await connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        await server.dispose()


async def _ours_postgres(rows: int) -> float:
    async with _postgres(rows) as database:
        return await _drain(database, rows, workers=WORKERS)


async def _bare_postgres(rows: int) -> float:
    async with _postgres(rows) as database:
        url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
        lines = [await asyncpg.connect(url) for _ in range(WORKERS)]
        try:
            began = time.perf_counter()
            settled = sum(await asyncio.gather(*(_bare_work(line) for line in lines)))
            elapsed = time.perf_counter() - began
        finally:
            for line in lines:
                await line.close()
    if settled != rows:
        raise AssertionError(f"{settled} of {rows} rows were settled")
    return rows / elapsed


async def _bare_work(line: asyncpg.Connection) -> int:
    claim = f"""UPDATE outbox SET state = 'claimed', lease_owner = 'w', lease_token = $1, lease_expires_at = $2
        WHERE id = ANY(ARRAY(SELECT id FROM outbox WHERE state = 'planned' AND channel = 'email' AND priority = 9
            AND due_at <= $2 ORDER BY due_at, id LIMIT {BATCH} FOR UPDATE SKIP LOCKED)) RETURNING id, address, payload"""
    settle = """UPDATE outbox SET state = 'sent', sent_at = $1, settled_at = $1, lease_owner = NULL, lease_token = NULL,
        lease_expires_at = NULL, code = '250' WHERE id = ANY($2::bigint[]) AND lease_token = $3"""
    settled, before = 0, ""
    claimed: list[asyncpg.Record] = []
    while True:
        token = uuid.uuid4().hex
        async with line.transaction():
            settled += len(claimed)
            await line.execute(settle, NOW, [row[0] for row in claimed], before)
            claimed = await line.fetch(claim, token, NOW)
        before = token
        if not claimed:
            return settled


async def _fill(database: Database, rows: int) -> None:
    async with database.connect() as unit:
        planned = {
            "channel": Channel.EMAIL,
            "kind": "email",
            "state": DeliveryState.PLANNED,
            "priority": 9,
            "due_at": NOW,
            "payload": {"interaction_id": 1},
            "marketing": False,
            "attempts": 0,
            "created_at": NOW,
        }
        await unit.execute(insert(Outbox), [planned | {"address": f"c{number}@example.com"} for number in range(rows)])


async def _drain(database: Database, rows: int, *, workers: int) -> float:
    """Each transaction settles the batch before and claims the next, as the worker does; no sending in between."""

    async def work(number: int) -> int:
        settled = 0
        claimed: list[Delivery] = []
        while True:
            claiming = ledger.Claim(owner=str(number), token=uuid.uuid4().hex, seconds=60, limit=BATCH)
            done = [Settlement(one.id, one.lease_token or "", DeliveryState.SENT, code="250") for one in claimed]
            async with database.connect() as unit:
                turn = await ledger.turn(unit, channel=Channel.EMAIL, now=NOW, settlements=done, claim=claiming)
            settled, claimed = settled + len(turn.written), turn.claimed
            if not claimed:
                return settled

    began = time.perf_counter()
    settled = sum(await asyncio.gather(*(work(number) for number in range(workers))))
    elapsed = time.perf_counter() - began
    if settled != rows:
        raise AssertionError(f"{settled} of {rows} rows were settled")
    return rows / elapsed


async def _bare_sqlite(directory: Path, rows: int) -> float:
    path = directory / f"{uuid.uuid4().hex}.sqlite3"
    database = Database(f"sqlite:///{path}")
    async with database.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    await _fill(database, rows)
    await database.close()
    return await asyncio.to_thread(_bare_drain, path, rows)


def _bare_drain(path: Path, rows: int) -> float:
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-65536", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}")
    claim = f"""UPDATE outbox SET state = 'claimed', lease_owner = 'w', lease_token = ?, lease_expires_at = ?
        WHERE id IN (SELECT id FROM outbox WHERE state = 'planned' AND channel = 'email' AND priority = 9
            AND due_at <= ? ORDER BY due_at, id LIMIT {BATCH}) RETURNING id, address, payload"""
    settle = """UPDATE outbox SET state = 'sent', sent_at = ?, settled_at = ?, lease_owner = NULL, lease_token = NULL,
        lease_expires_at = NULL, code = '250' WHERE id = ? AND lease_token = ?"""
    moment = NOW.strftime("%Y-%m-%d %H:%M:%S.%f")
    settled, before = 0, ""
    claimed: list[tuple[object, ...]] = []
    began = time.perf_counter()
    while True:
        token = uuid.uuid4().hex
        connection.execute("BEGIN IMMEDIATE")
        settled += len(claimed)
        connection.executemany(settle, [(moment, moment, row[0], before) for row in claimed])
        claimed = connection.execute(claim, (token, moment, moment)).fetchall()
        connection.execute("COMMIT")
        before = token
        if not claimed:
            break
    elapsed = time.perf_counter() - began
    connection.close()
    if settled != rows:
        raise AssertionError(f"{settled} of {rows} rows were settled")
    return rows / elapsed
