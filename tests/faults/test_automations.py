"""F12 and kills for automations: every step of every enrolment is done once, whoever runs beside and whoever dies."""

from __future__ import annotations

import asyncio
import random
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from crm import consent
from crm.automations.composing import AutomationComposer
from crm.automations.definition import CallOut, ChangeTag, MakeFollowUp, Send, SendBy
from crm.mailings.composing import Links
from crm.writing import Sender
from scheduler.ticks import Ticker, automation_ticks
from storage.database import Database
from storage.files import FileStore
from storage.models import (
    Client,
    ClientTag,
    ContactKind,
    ContactPoint,
    Enrolment,
    EnrolmentEvent,
    EnrolmentState,
    FollowUp,
    Language,
    Lifecycle,
    Outbox,
    WebhookCall,
)
from tests.channels.outbox.play import MovedClock, PlayedSender, worker_for
from tests.conftest import Figures
from tests.crm.automations.engine import Engine, definition
from tests.faults.stepping_child import PRODUCT_TIME

ROOT = Path(__file__).parents[2]
SCHEDULERS, WORKERS = 2, 4


@pytest.mark.fault("F12")
async def test_two_schedulers_and_four_workers(
    database: Database, database_url: str, figures: Figures, tmp_path: Path
) -> None:
    due, trials = figures.size(full=1_000, short=300), figures.size(full=20, short=1)
    engine = await Engine.built(database, PRODUCT_TIME)
    await engine.template("Hello")
    automation = await engine.on(definition(Send(SendBy.EMAIL, "Hello"), ChangeTag("done")))
    clock = MovedClock(PRODUCT_TIME)
    doubles = missing = 0
    for number in range(trials):
        await enrol(database, automation.id, first=1_000_000 * (number + 1), count=due, at=clock.now())
        senders = await together(database_url, clock, tmp_path, total=due * (number + 1), database=database)
        sent = Counter(address for sender in senders for address in sender.sent)
        doubles += sum(times - 1 for times in sent.values())
        missing += due - len(sent)
    async with database.read() as session:
        tagged = (await session.execute(select(func.count()).select_from(ClientTag))).scalar_one()
        states = Counter((await session.execute(select(Enrolment.state))).scalars())
    figures.say("trials", trials)
    figures.say("due in each", due)
    figures.say("sent twice", doubles, 0)
    figures.say("not sent", missing, 0)
    assert (doubles, missing) == (0, 0)
    assert tagged == due * trials
    assert states == {EnrolmentState.FINISHED: due * trials}


@pytest.mark.crash
@pytest.mark.fault("F2")
async def test_a_scheduler_may_die_between_any_two_steps(
    database: Database, database_url: str, figures: Figures
) -> None:
    """What a step did and where it led are one transaction: a follow-up made twice would be seen at once."""
    count, kills = figures.size(full=1_000, short=200), figures.size(full=20, short=5)
    engine = await Engine.built(database, PRODUCT_TIME)
    await engine.template("Hello")
    steps = (
        MakeFollowUp("Call", timedelta(days=1)),
        ChangeTag("done"),
        Send(SendBy.EMAIL, "Hello"),
        CallOut("https://erp.example/hook"),
        MakeFollowUp("Call again", timedelta(days=2)),
    )
    automation = await engine.on(definition(*steps))
    await enrol(database, automation.id, first=1_000, count=count)
    chance = random.Random(3)
    of = len(steps) * count
    for number in range(kills):
        lines = await told(database)
        await killed_at(
            database_url, reached(database, lines + chance.randint(1, max(2, (of - lines) // (kills - number))))
        )
    child = await started(database_url)
    try:
        await until(reached(database, of), seconds=240)
    finally:
        child.kill()
        await child.wait()
    async with database.read() as session:
        made = Counter((await session.execute(select(FollowUp.client_id))).scalars())
        sent = Counter((await session.execute(select(Outbox.client_id).where(Outbox.kind == "automation"))).scalars())
        called = (await session.execute(select(func.count()).select_from(WebhookCall))).scalar_one()
    figures.say("kills", kills)
    figures.say("steps done twice", sum(made.values()) - 2 * count, 0)
    figures.say("steps lost", of - await told(database), 0)
    assert set(made.values()) == {2}
    assert len(made) == count
    assert set(sent.values()) == {1}
    assert (len(sent), called) == (count, count)
    assert await told(database) == of


async def together(url: str, clock: MovedClock, folder: Path, *, total: int, database: Database) -> list[PlayedSender]:
    """Two schedulers and four workers, each on connections of its own, until all is done."""
    opened = [Database(url, pool_size=3) for _ in range(SCHEDULERS + WORKERS)]
    composer = AutomationComposer(Sender("crm@example.com", "We", FileStore(folder)), Links("https://x.example", b"k"))
    senders = [PlayedSender() for _ in range(WORKERS)]
    stop = asyncio.Event()
    workers = [
        worker_for(one, clock, sender, composers={"automation": composer}, gate=consent.gate, owner=f"w{number}")
        for number, (one, sender) in enumerate(zip(opened[SCHEDULERS:], senders, strict=True))
    ]
    tasks = [asyncio.create_task(worker.run(stop)) for worker in workers]
    ticks = automation_ticks("crm.example")
    for number, one in enumerate(opened[:SCHEDULERS]):
        ticker = Ticker(database=one, clock=clock, owner=f"s{number}", planned=lambda: None, ticks=ticks)
        tasks.append(asyncio.create_task(_ticking(ticker, stop)))
    try:
        async with asyncio.timeout(240):
            while await _in(database, EnrolmentState.FINISHED) < total:
                await asyncio.sleep(0.1)
                clock.advance(minutes=5)  # whoever waits for their message to leave is looked at again
    finally:
        stop.set()
        await asyncio.gather(*tasks)
        for worker in workers:
            await worker.close()
        for one in opened:
            await one.close()
    return senders


async def _ticking(ticker: Ticker, stop: asyncio.Event) -> None:
    while not stop.is_set():
        await ticker.fire_all()
        await asyncio.sleep(0.1)


async def _in(database: Database, state: EnrolmentState) -> int:
    async with database.read() as session:
        query = select(func.count()).select_from(Enrolment).where(Enrolment.state == state)
        return (await session.execute(query)).scalar_one()


async def enrol(database: Database, automation_id: int, *, first: int, count: int, at: datetime = PRODUCT_TIME) -> None:
    """Clients with an address each, all of them inside and due."""
    numbers = range(first, first + count)
    made = {"created_at": PRODUCT_TIME, "updated_at": PRODUCT_TIME, "company": "", "city": "", "timezone": "UTC"}
    clients = [
        {"id": n, "name": f"C{n}", "language": Language.EN, "lifecycle": Lifecycle.LEAD, **made} for n in numbers
    ]
    points: list[dict[str, Any]] = [
        {"client_id": n, "kind": ContactKind.EMAIL, "value": f"c{n}@example.com", "created_at": PRODUCT_TIME}
        for n in numbers
    ]
    async with database.write() as session:
        await session.execute(insert(Client), clients)
        await session.execute(insert(ContactPoint), points)
        version = await _version(session, automation_id)
        enrolled = [
            {
                "automation_id": automation_id,
                "version_id": version,
                "client_id": n,
                "entry_key": f"event:{n}",
                "due_at": at,
                "entered_at": at,
                "chain": [automation_id],
            }
            for n in numbers
        ]
        await session.execute(insert(Enrolment), enrolled)


async def _version(session: Any, automation_id: int) -> int:
    from storage.models import AutomationVersion

    query = select(AutomationVersion.id).where(AutomationVersion.automation_id == automation_id)
    return int((await session.execute(query)).scalar_one())


async def told(database: Database) -> int:
    async with database.read() as session:
        return (await session.execute(select(func.count()).select_from(EnrolmentEvent))).scalar_one()


def reached(database: Database, goal: int) -> Callable[[], Awaitable[bool]]:
    async def is_reached() -> bool:
        return await told(database) >= goal

    return is_reached


async def until(condition: Callable[[], Awaitable[bool]], *, seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while not await condition():
            await asyncio.sleep(0.02)


async def started(url: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.faults.walking_child", url, cwd=ROOT)


async def killed_at(url: str, condition: Callable[[], Awaitable[bool]]) -> None:
    child = await started(url)
    try:
        await until(condition, seconds=120)
    finally:
        child.kill()
        await child.wait()
