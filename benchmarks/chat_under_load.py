"""chat.under_load: how long a rep waits for an answer while a mailing to a million goes out.

The whole product in a process of its own, started as in production; a Bot API that hands it a line every so often and sees
when the answer comes; a mail server that takes everything. Also in the note: how long after its moment the mailing's
first mail leaves, and by how much the process grows.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import statistics
import sys
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import web
from sqlalchemy import func, insert, select, update

from benchmarks.drained import ROOT, directory, sink
from benchmarks.ready_mailing import fill_clients_to_mail
from benchmarks.report import Figure, Options
from storage import migrations
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

JOBS = ("chat.under_load",)
RECIPIENTS = 1_000_000
SECONDS = 40.0
BETWEEN_SECONDS = 0.25
CHATS = 3
P95_S, P99_S, FIRST_S, GROWN_MB = 1.0, 3.0, 10.0, 300.0
LINES = ("Anna 77", "/today", "call Anna 77 agreed 20 pcs, tomorrow 10 send offer", "stock m8")
_TOKEN = "100:a-token-only-of-the-benchmark-0000"


@dataclass
class BotApi:
    """A Bot API of one bot: updates are handed out, answers are timed by their chat."""

    asked: asyncio.Queue[dict[str, Any]] = field(default_factory=asyncio.Queue)
    answered: dict[int, asyncio.Future[float]] = field(default_factory=dict)
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    async def say(self, chat: int, text: str) -> float:
        """Seconds until the chat is spoken to."""
        number = next(self.numbers)
        person = {"id": chat, "is_bot": False, "first_name": "Rep", "language_code": "en"}
        message = {
            "message_id": number,
            "date": int(time.time()),
            "chat": {"id": chat, "type": "private"},
            "from": person,
            "text": text,
        }
        self.answered[chat] = answer = asyncio.get_running_loop().create_future()
        began = time.perf_counter()
        self.asked.put_nowait({"update_id": number, "message": message})
        async with asyncio.timeout(60):
            return await answer - began

    async def call(self, request: web.Request) -> web.Response:
        given = dict(await request.post()) | dict(request.query)
        if request.content_type == "application/json":
            given |= await request.json()
        return web.json_response({"ok": True, "result": await self._result(request.match_info["method"], given)})

    async def _result(self, method: str, given: dict[str, Any]) -> Any:
        if method == "getMe":
            return {"id": 100, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}
        if method == "getUpdates":
            return await self._updates()
        if method in ("sendMessage", "editMessageText"):
            chat = int(given["chat_id"])
            waiting = self.answered.get(chat)
            if waiting is not None and not waiting.done():
                waiting.set_result(time.perf_counter())
            return {
                "message_id": next(self.numbers),
                "date": int(time.time()),
                "chat": {"id": chat, "type": "private"},
                "text": "x",
            }
        return True

    async def _updates(self) -> list[dict[str, Any]]:
        with contextlib.suppress(TimeoutError):
            return [await asyncio.wait_for(self.asked.get(), 5)]
        return []


async def run(options: Options) -> list[Figure]:
    recipients = options.size(RECIPIENTS)
    async with directory() as place, sink("--pipelining") as mail, _bot_api() as (api, root):
        database = await _company(place, recipients)
        async with _product(place, root, mail) as process:
            await asyncio.gather(*(api.say(chat, "/today") for chat in range(1, CHATS + 1)))
            idle = _resident(process)
            await _launch(database)
            began = time.perf_counter()
            first = asyncio.create_task(_first_sent(database, began))
            waits, peak = await _talk(api, process, until=began + SECONDS * max(options.scale, 0.25))
            sent = await _sent(database)
            seconds = time.perf_counter() - began
            first_s = await first
        await database.close()
    p95, p99 = _percentile(waits, 95), _percentile(waits, 99)
    met = p95 <= P95_S and p99 <= P99_S and first_s <= FIRST_S and peak - idle <= GROWN_MB
    note = (
        f"{recipients:,} recipients, {len(waits)} lines, p50 {statistics.median(waits):.2f} s, p99 {p99:.2f} s; first mail "
        f"after {first_s:.1f} s, {sent / seconds:,.0f} mails/s; {peak - idle:.0f} MB over idle ({idle:.0f} MB)"
    )
    goal = f"p95 ≤ {P95_S:.0f} s, p99 ≤ {P99_S:.0f} s, first mail ≤ {FIRST_S:.0f} s, ≤ {GROWN_MB:.0f} MB over idle"
    return [Figure("chat.under_load", "s p95", [p95], goal, met, note=note)]


async def _talk(api: BotApi, process: asyncio.subprocess.Process, *, until: float) -> tuple[list[float], float]:
    """A line every so often, each chat in its turn; how long each waited, and the most memory seen, in MB."""
    waits: list[float] = []
    peak = 0.0
    for number in itertools.count():
        if time.perf_counter() >= until:
            return waits, peak
        waits.append(await api.say(1 + number % CHATS, LINES[number % len(LINES)]))
        peak = max(peak, _resident(process))
        await asyncio.sleep(BETWEEN_SECONDS)
    raise AssertionError


@contextlib.asynccontextmanager
async def _bot_api() -> AsyncIterator[tuple[BotApi, str]]:
    api = BotApi()
    application = web.Application()
    application.router.add_route("*", "/bot{token}/{method}", api.call)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    try:
        yield api, f"http://127.0.0.1:{port}"
    finally:
        await runner.cleanup()


@contextlib.asynccontextmanager
async def _product(place: Path, bot_api: str, mail: int) -> AsyncIterator[asyncio.subprocess.Process]:
    settings = {
        "DATABASE_URL": f"sqlite:///{place}/load.sqlite3",
        "DATA_DIR": str(place),
        "PUBLIC_URL": "http://127.0.0.1:9",
        "TELEGRAM_TOKEN": _TOKEN,
        "TELEGRAM_API_URL": bot_api,
        "SMTP_URL": f"smtp://127.0.0.1:{mail}?starttls=never",
        "MAIL_FROM": "crm@touchline.example",
        "LOG_LEVEL": "WARNING",
        "QUIET_HOURS": "off",
        "APPROVAL_OVER": "1000000",
    }
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TOUCHLINE_")}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "app",
        "run",
        "--only",
        "bot,scheduler,worker",
        env=environment | {f"TOUCHLINE_{name}": value for name, value in settings.items()},
        cwd=ROOT,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


async def _company(place: Path, recipients: int) -> Database:
    """A schema at its head, three colleagues, many clients with addresses, and a mailing that is a draft."""
    path = place / "load.sqlite3"
    database = Database(f"sqlite:///{path}")
    await migrations.upgrade(database)
    now = datetime.now(UTC)
    async with database.connect() as unit:
        for chat in range(1, CHATS + 1):
            person = {"id": chat, "name": f"Rep {chat}", "role": Role.MANAGER, "language": Language.EN}
            await unit.execute(insert(Staff).values(**person, telegram_id=chat, created_at=now))
        segment = {"id": 1, "name": "all", "kind": SegmentKind.RULE, "rule": "language = en", "created_at": now}
        await unit.execute(insert(Segment).values(**segment))
        await unit.execute(insert(Template).values(id=1, name="news", channel=Channel.EMAIL, created_at=now))
        text = {"subject": "{name}: bolts are back", "text": "Dear {name},\n\nM8 bolts are back in stock.\n"}
        await unit.execute(
            insert(TemplateVersion).values(template_id=1, language=Language.EN, number=1, created_at=now, **text)
        )
        mailing = {"id": 1, "name": "news", "channel": Channel.EMAIL, "segment_id": 1, "template_id": 1}
        draft = {"state": MailingState.DRAFT, "created_by_id": 1, "created_at": now}
        await unit.execute(insert(Mailing).values(mailing | draft))
    fill_clients_to_mail(path, recipients)
    return database


async def _launch(database: Database) -> None:
    async with database.connect() as unit:
        due = {"state": MailingState.SCHEDULED, "starts_at": datetime.now(UTC)}
        await unit.execute(update(Mailing).values(**due))


async def _first_sent(database: Database, began: float) -> float:
    async with asyncio.timeout(60):
        while not await _sent(database):
            await asyncio.sleep(0.05)
    return time.perf_counter() - began


async def _sent(database: Database) -> int:
    async with database.read() as session:
        query = (
            select(func.count()).select_from(Outbox).where(Outbox.channel == Channel.EMAIL, Outbox.sent_at.is_not(None))
        )
        return int((await session.execute(query)).scalar_one())


def _resident(process: asyncio.subprocess.Process) -> float:
    """MB of the product's process in memory now."""
    pages = int(Path(f"/proc/{process.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024


def _percentile(waits: Sequence[float], percent: int) -> float:
    ordered = sorted(waits)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]
