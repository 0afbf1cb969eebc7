"""What goes wrong in a round: each begins a trouble, lets it last, and is healed by the scene afterwards."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta

from sqlalchemy import text

from storage.models import Channel
from tests.faults.rig import being_sent
from tests.soak.scene import Scene

Trouble = Callable[[Scene], Awaitable[None]]


async def killed(scene: Scene) -> None:
    """SIGKILL at a moment of its own, once or twice."""
    for _ in range(scene.dice.randint(1, 2)):
        await asyncio.sleep(3 * scene.dice.random())
        await scene.rig.product.kill()
        scene.doubtful += len(await being_sent(scene.rig.company.database, channel=Channel.EMAIL))
        await scene.rig.product.start(ready=False)


async def deployed(scene: Scene) -> None:
    """SIGTERM in the middle, and the next one."""
    await asyncio.sleep(3 * scene.dice.random())
    code = await scene.rig.product.stop()
    if code:
        scene.wrong.append(f"SIGTERM ended the product with {code}")
    await scene.rig.product.start(ready=False)


async def mail_refused(scene: Scene) -> None:
    dice = scene.dice
    scene.mail.at_rcpt = lambda _recipient, _tries: "450 4.2.1 Busy" if dice.random() < 0.2 else ""
    await _lasts(scene)


async def mail_cut(scene: Scene) -> None:
    dice = scene.dice
    scene.mail.at_data = lambda _recipient, _tries: "cut in data" if dice.random() < 0.1 else ""
    await _lasts(scene)


async def mail_answers_lost(scene: Scene) -> None:
    def at_data(_recipient: str, _tries: int) -> str:
        if scene.dice.random() >= 0.02:
            return ""
        scene.doubtful += 1
        return "cut before reply"

    scene.mail.at_data = at_data
    await _lasts(scene)


async def mail_away(scene: Scene) -> None:
    scene.mail.greeting = "421 4.3.2 Not now"
    scene.mail.at_rcpt = lambda _recipient, _tries: "421 4.3.2 Going down"
    await _lasts(scene)


async def telegram_in_trouble(scene: Scene) -> None:
    ways: list[dict[str, object]] = [
        {"drop": True, "odds": 0.3},
        {"refuse": 502, "odds": 0.3},
        {"rate_limit": 3},
        {"delay": 0.5},
    ]
    scene.rig.sandbox.faults.change({"telegram": scene.dice.choice(ways)})
    await _lasts(scene)


async def mailbox_in_trouble(scene: Scene) -> None:
    ways: list[dict[str, object]] = [{"drop": True, "odds": 0.3}, {"delay": 1.0}]
    scene.rig.sandbox.faults.change({"imap": scene.dice.choice(ways)})
    await _lasts(scene)


async def twilio_in_trouble(scene: Scene) -> None:
    ways: list[dict[str, object]] = [
        {"accept_then_drop": True, "odds": 0.05},
        {"refuse": 20429, "odds": 0.2},
        {"refuse": 503, "odds": 0.2},
        {"drop": True, "odds": 0.2},
    ]
    scene.rig.sandbox.faults.change({"twilio": scene.dice.choice(ways)})
    await _lasts(scene)


async def database_held(scene: Scene) -> None:
    """Somebody else's transaction keeps everybody from writing."""
    seconds, database = 1 + 3 * scene.dice.random(), scene.rig.company.database
    if database.is_sqlite:
        await asyncio.to_thread(_hold, str(database.engine.url.database), seconds)
        return
    async with database.engine.connect() as connection:
        # One table: the product takes several in an order of its own.
        await connection.execute(text(f"LOCK TABLE {scene.dice.choice(('outbox', 'inbox'))} IN EXCLUSIVE MODE"))
        await asyncio.sleep(seconds)
        await connection.rollback()


def _hold(path: str, seconds: float) -> None:
    connection = sqlite3.connect(path, timeout=30, isolation_level=None)
    try:
        connection.execute("BEGIN IMMEDIATE")
        time.sleep(seconds)
        connection.execute("ROLLBACK")
    finally:
        connection.close()


async def connections_cut(scene: Scene) -> None:
    """PostgreSQL ends every connection of the product; on SQLite a kill takes its place."""
    database = scene.rig.company.database
    if database.is_sqlite:
        await killed(scene)
        return
    await scene.asked.wait()  # the connections of whoever asks are among those that are cut
    async with database.engine.connect() as connection:
        others = "pid <> pg_backend_pid() AND datname = current_database()"
        await connection.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"))


async def time_passes(scene: Scene) -> None:
    """It is another working day, at an hour that is quiet for nobody: else the mailings to come would wait for morning."""
    clock = scene.rig.sandbox.clock
    day = clock.now().replace(hour=8, minute=scene.dice.randrange(60)) + timedelta(days=1)
    while day.weekday() >= 5:
        day += timedelta(days=1)
    clock.advance_to(day)


TROUBLES: tuple[Trouble, ...] = (
    killed,
    deployed,
    mail_refused,
    mail_cut,
    mail_answers_lost,
    mail_away,
    telegram_in_trouble,
    mailbox_in_trouble,
    twilio_in_trouble,
    database_held,
    connections_cut,
    time_passes,
)


async def _lasts(scene: Scene) -> None:
    await asyncio.sleep(2 + 4 * scene.dice.random())
