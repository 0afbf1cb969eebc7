"""bot.reply and bot.concurrent: from an update's arrival to the card's acknowledged sending, durable on both sides.

Limit: python-telegram-bot over our transport with one raw SQLite commit. Peer: the same over its stock transport.
"""

from __future__ import annotations

import asyncio
import sqlite3
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import telegram
from sqlalchemy import select
from telegram.request import BaseRequest, HTTPXRequest

from benchmarks.report import Figure, Options, interleave
from benchmarks.sinks import bot_api
from bot.application import BotApplication, build_bot
from bot.intake import arrival
from bot.request import AiohttpRequest
from bot.settings import BotSettings
from channels import inbox
from crm import clients
from scheduler.clock import SystemClock
from storage import migrations
from storage.database import Database
from storage.files import FileStore
from storage.models import InboxSource, Language, Role, Staff

JOBS = ("bot.reply", "bot.concurrent")
TOKEN = "100:benchmark"
LINE = "call Anna agreed 20 pcs, tomorrow 10 send offer"
REPLIES = 150
CHATS = 32
CLIENTS = 300


@dataclass
class Rig:
    """The product's bot on a database of its own, and the raw pieces beside it."""

    application: BotApplication
    database: Database
    raw: sqlite3.Connection
    plain: telegram.Bot
    stock: telegram.Bot
    ids: count[int]


async def run(options: Options) -> list[Figure]:
    replies = options.size(REPLIES)
    with bot_api() as root, tempfile.TemporaryDirectory() as directory:
        async with _rig(root, Path(directory)) as rig:
            ours, limit, peer = await interleave(
                options.rounds,
                lambda: _one_by_one(rig, replies),
                lambda: _raw_one_by_one(rig, rig.plain, replies),
                lambda: _raw_one_by_one(rig, rig.stock, replies),
            )
            together, together_limit, together_peer = await interleave(
                options.rounds,
                lambda: _together(rig, replies * 2),
                lambda: _raw_together(rig, rig.plain, replies * 2),
                lambda: _raw_together(rig, rig.stock, replies * 2),
            )
    return [
        _figure("bot.reply", "ms p50", ours, limit, peer, "<= 0.8 ms, or <= 1.2 x limit", _reply_met),
        _figure("bot.concurrent", "replies/s", together, together_limit, together_peer, ">= 3 x peer", _together_met),
    ]


def _figure(
    job: str, unit: str, ours: Sequence[float], limit: Sequence[float], peer: Sequence[float], goal: str, met: Any
) -> Figure:
    medians = statistics.median(ours), statistics.median(limit), statistics.median(peer)
    return Figure(job, unit, ours, goal, met(*medians), limit=medians[1], peer=medians[2])


def _reply_met(ours: float, limit: float, _peer: float) -> bool:
    return ours <= 0.8 or ours <= 1.2 * limit


def _together_met(ours: float, _limit: float, peer: float) -> bool:
    return ours >= 3 * peer


async def _one_by_one(rig: Rig, replies: int) -> float:
    """Median milliseconds of one update: stored, handled, committed, said."""
    took = []
    for _ in range(replies):
        begun = time.perf_counter()
        await _arrive(rig, 1)
        await rig.application.dispatcher.drain()
        took.append((time.perf_counter() - begun) * 1000)
    return statistics.median(took)


async def _together(rig: Rig, replies: int) -> float:
    """Replies a second when 32 chats speak at once, the dispatcher running as in production."""
    stop = asyncio.Event()
    each = max(1, replies // CHATS)
    for chat in range(1, CHATS + 1):
        await _arrive(rig, chat, each)
    begun = time.perf_counter()
    working = asyncio.create_task(rig.application.dispatcher.run(stop))
    while await _waiting(rig):
        await asyncio.sleep(0.005)
    stop.set()
    await working
    return CHATS * each / (time.perf_counter() - begun)


async def _waiting(rig: Rig) -> bool:
    async with rig.database.read() as session:
        return bool(await inbox.waiting(session, source=InboxSource.TELEGRAM, limit=1))


async def _raw_one_by_one(rig: Rig, bot: telegram.Bot, replies: int) -> float:
    took = []
    for _ in range(replies):
        begun = time.perf_counter()
        _commit(rig)
        await bot.send_message(1, LINE)
        took.append((time.perf_counter() - begun) * 1000)
    return statistics.median(took)


async def _raw_together(rig: Rig, bot: telegram.Bot, replies: int) -> float:
    each = max(1, replies // CHATS)

    async def chat(number: int) -> None:
        for _ in range(each):
            _commit(rig)
            await bot.send_message(number, LINE)

    begun = time.perf_counter()
    await asyncio.gather(*(chat(number) for number in range(1, CHATS + 1)))
    return CHATS * each / (time.perf_counter() - begun)


def _commit(rig: Rig) -> None:
    rig.raw.execute("INSERT INTO update_(body) VALUES (?)", (LINE,))
    rig.raw.commit()


async def _arrive(rig: Rig, chat: int, times: int = 1) -> None:
    """Updates of a chat, written down as the poller does it."""
    updates = [_update(next(rig.ids), chat) for _ in range(times)]
    async with rig.database.connect() as unit:
        await inbox.store_many(
            unit,
            source=InboxSource.TELEGRAM,
            arrivals=[arrival(update) for update in updates],
            now=SystemClock().now(),
        )


def _update(number: int, chat: int) -> dict[str, Any]:
    message = {
        "message_id": number,
        "date": 1764000000,
        "chat": {"id": chat, "type": "private"},
        "from": {"id": chat, "is_bot": False, "first_name": "Rep", "language_code": "en"},
        "text": LINE,
    }
    return {"update_id": number, "message": message}


@asynccontextmanager
async def _rig(root: str, directory: Path) -> AsyncIterator[Rig]:
    database = Database(f"sqlite:///{directory}/bench.sqlite3")
    await migrations.upgrade(database)
    await _fill(database)
    raw = sqlite3.connect(directory / "raw.sqlite3", check_same_thread=False)
    raw.execute("PRAGMA journal_mode=WAL")
    raw.execute("PRAGMA synchronous=FULL")
    raw.execute("CREATE TABLE update_(id INTEGER PRIMARY KEY, body TEXT)")
    bots = [_bot(root, request) for request in (AiohttpRequest(), AiohttpRequest(), HTTPXRequest(64))]
    for bot in bots:
        await bot.request.initialize()
    application = build_bot(
        bot=bots[0],
        database=database,
        files=FileStore(directory / "files"),
        clock=SystemClock(),
        secret="benchmark",
        settings=BotSettings(username="bench"),
        owner="bench",
    )
    try:
        yield Rig(application, database, raw, bots[1], bots[2], count(1))
    finally:
        for bot in bots:
            await bot.request.shutdown()
        raw.close()
        await database.close()


def _bot(root: str, request: BaseRequest) -> telegram.Bot:
    return telegram.Bot(TOKEN, base_url=f"{root}/bot", base_file_url=f"{root}/file/bot", request=request)


async def _fill(database: Database) -> None:
    now = SystemClock().now()
    async with database.write() as session:
        for chat in range(1, CHATS + 1):
            session.add(
                Staff(name=f"Rep {chat}", role=Role.MANAGER, telegram_id=chat, language=Language.EN, created_at=now)
            )
        await session.flush()
        actor = (await session.execute(select(Staff).limit(1))).scalar_one()
        for number in range(CLIENTS):
            name = "Anna Schmidt" if number == 7 else f"{_syllables(number)} {_syllables(number * 7 + 3)}son"
            await clients.create(
                session, actor=actor, draft=clients.ClientDraft(name=name, source_id=None), now=now, force=True
            )


def _syllables(number: int) -> str:
    """A made-up name, different for each number."""
    parts = ("ka", "lo", "mi", "ru", "te", "vo", "sa", "ni", "po", "ge")
    return "".join(parts[int(digit)] for digit in f"{number % 10_000:04d}").title()
