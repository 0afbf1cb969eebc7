"""The product's own worker in a process of its own, so that its memory and its time are nobody else's.

Run as `python -m benchmarks.drained DATABASE PORT ROWS`: sends ROWS of the ready mailing (benchmarks.ready_mailing) over
SESSIONS sessions and prints what it took as JSON.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from app.garbage import look_seldom
from benchmarks.ready_mailing import Clock, composer, ready
from channels.email.sender import EmailSender
from channels.outbox.worker import OutboxWorker
from crm import consent
from storage.database import Database
from storage.models import DeliveryState, Outbox

ROOT = Path(__file__).parents[1]
SESSIONS = 10
_PATIENCE_S = 300


@dataclass(frozen=True)
class Drained:
    """What one drain took; memory in MB, `idle_mb` before the worker began."""

    mails: int
    seconds: float
    idle_mb: float
    peak_mb: float

    @property
    def rate(self) -> float:
        return self.mails / self.seconds


async def planned(directory: Path, recipients: int) -> Path:
    """A database in which a mailing waits to be sent, instead of what was planned there before."""
    path = directory / f"{recipients}.sqlite3"
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    await (await ready(path, recipients)).close()
    return path


async def drain(path: Path, port: int, mails: int) -> Drained:
    """Sends the next `mails` of what waits there."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks.drained",
        str(path),
        str(port),
        str(mails),
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    said, _ = await process.communicate()
    if process.returncode != 0:
        raise RuntimeError("the draining process failed")
    return Drained(**json.loads(said))


@contextlib.asynccontextmanager
async def sink(*options: str) -> AsyncIterator[int]:
    """A mail server that takes everything, in a process of its own; gives its port."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.smtp_sink", *options, stdout=asyncio.subprocess.PIPE, cwd=ROOT
    )
    assert process.stdout is not None
    try:
        yield int(await process.stdout.readline())
    finally:
        process.kill()
        await process.wait()


@contextlib.asynccontextmanager
async def directory() -> AsyncIterator[Path]:
    with tempfile.TemporaryDirectory() as made:
        yield Path(made)


async def _main(path: str, port: int, mails: int) -> None:
    database = Database(f"sqlite:///{path}")
    sender = EmailSender(
        url=f"smtp://127.0.0.1:{port}?starttls=never",
        envelope_from="bounces@touchline.example",
        clock=Clock(),
        sessions=SESSIONS,
    )
    worker = OutboxWorker(
        database=database,
        senders=[sender],
        composers={"mailing": composer()},
        gate=consent.gate,
        clock=Clock(),
        owner="bench",
    )
    look_seldom()
    last = await _first_waiting(database) + mails - 1
    idle = _memory("VmRSS")
    stop = asyncio.Event()
    began = time.perf_counter()
    running = asyncio.create_task(worker.run(stop))
    async with asyncio.timeout(_PATIENCE_S):
        while not await _sent(database, last):
            await asyncio.sleep(0.02)
    seconds = time.perf_counter() - began
    stop.set()
    await running
    await worker.close()
    await database.close()
    print(json.dumps({"mails": mails, "seconds": seconds, "idle_mb": idle, "peak_mb": _memory("VmHWM")}))


async def _first_waiting(database: Database) -> int:
    statement = select(func.min(Outbox.id)).where(Outbox.state == DeliveryState.PLANNED)
    async with database.read() as session:
        return (await session.execute(statement)).scalar_one()


async def _sent(database: Database, last: int) -> bool:
    """Whether all up to this row are sent; the last one is looked at first, so that asking costs nothing meanwhile."""
    async with database.read() as session:
        state = (await session.execute(select(Outbox.state).where(Outbox.id == last))).scalar_one()
        if state is not DeliveryState.SENT:
            return False
        others = select(func.count()).where(Outbox.id <= last, Outbox.state != DeliveryState.SENT)
        return (await session.execute(others)).scalar_one() == 0


def _memory(name: str) -> float:
    """MB from Linux's own account of this process (getrusage's peak is at least that of whoever started us)."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
