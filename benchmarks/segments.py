"""Counting a segment among 100,000 clients (a million with --scale 10), beside the same count in bare SQL.

`segment.adhoc`: rules of three conditions as typed (read, checked, compiled, counted). `segment.saved`: one kept rule.
"""

from __future__ import annotations

import sqlite3
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.report import Figure, Options, interleave
from benchmarks.shelves import empty_database, fill_clients
from crm import segments
from storage.database import Database
from storage.models import Role, Segment, SegmentKind, Staff

JOBS = ("segment.adhoc", "segment.saved")
CLIENTS = 100_000
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
BOSS = Staff(id=1, name="Boss", role=Role.MANAGER, active=True, timezone="UTC", created_at=NOW)
SAVED = "last purchase > 90 days ago"
RULES = [
    "city = Bangkok and language = th and last contact > 30 days ago",
    "city in (Москва, Тула) and not language = en and no purchase for 90 days",
    "language = ru and last purchase within 6 months and last contact before 2026-06-01",
    "(city = Riga or city = Berlin) and last purchase > 1 year ago",
    "city ~ bang and lifecycle = customer and created > 10 days ago",
]
BARE = [
    "city_key = 'bangkok' AND language = 'th' AND last_contact_at <= '2026-10-25 09:00:00'",
    "city_key IN ('москва', 'тула') AND language <> 'en' AND last_purchase_at <= '2026-08-26 09:00:00'",
    "language = 'ru' AND last_purchase_at > '2026-05-28 09:00:00' AND last_contact_at < '2026-06-01'",
    "city_key IN ('riga', 'berlin') AND last_purchase_at <= '2025-11-24 09:00:00'",
    "city_key LIKE '%bang%' AND lifecycle = 'customer' AND created_at <= '2026-11-14 09:00:00'",
]


async def run(options: Options) -> list[Figure]:
    count = options.size(CLIENTS)
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "clients.sqlite3"
        database = await empty_database(path)
        fill_clients(path, count, now=NOW)
        bare = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        adhoc, bare_adhoc, saved, bare_saved = await interleave(
            options.rounds,
            _typed(database),
            _bare(bare, BARE),
            _saved(database),
            _bare(bare, ["last_purchase_at <= '2026-08-26 09:00:00'"]),
        )
        bare.close()
        await database.close()
    note = f"{count:,} clients"
    return [
        _figure("segment.adhoc", adhoc, bare_adhoc, 60.0, 1.2, "≤ 60 ms or ≤ 1.2 × the bare scan", note),
        _figure("segment.saved", saved, bare_saved, 10.0, 1.2, "≤ 10 ms", note),
    ]


def _typed(database: Database) -> Callable[[], Awaitable[float]]:
    async def ask() -> float:
        durations = []
        for rule in RULES:
            async with database.read() as session:
                began = time.perf_counter()
                looked = await segments.preview(session, actor=BOSS, rule=rule, now=NOW, first=0)
                durations.append(time.perf_counter() - began)
            assert looked.count, rule
        return statistics.median(durations) * 1000

    return ask


def _saved(database: Database) -> Callable[[], Awaitable[float]]:
    segment = Segment(id=1, name="Sleeping", kind=SegmentKind.RULE, rule=SAVED, created_at=NOW)

    async def ask() -> float:
        async with database.read() as session:
            began = time.perf_counter()
            assert await segments.count(session, actor=BOSS, segment=segment, now=NOW)
            return (time.perf_counter() - began) * 1000

    return ask


def _bare(bare: sqlite3.Connection, conditions: Sequence[str]) -> Callable[[], Awaitable[float]]:
    async def ask() -> float:
        durations = []
        for condition in conditions:
            began = time.perf_counter()
            bare.execute(f"SELECT count(*) FROM client WHERE archived_at IS NULL AND {condition}").fetchone()
            durations.append(time.perf_counter() - began)
        return statistics.median(durations) * 1000

    return ask


def _figure(job: str, ours: list[float], bare: list[float], goal: float, most: float, said: str, note: str) -> Figure:
    limit, best = statistics.median(bare), statistics.median(ours)
    return Figure(job, "ms", ours, said, best <= goal or best <= most * limit, limit=limit, note=note)
