"""A working day: the sandbox, the product beside it over the real protocols, colleagues and two customers."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import select

from app import settings as product_settings
from app import wiring
from crm.client_index import reindex
from sandbox.product import free_port, product_environment
from sandbox.server import Sandbox
from storage import migrations
from storage.database import Database
from storage.models import Language, MailboxCursor, Role
from tests.factories.clients import make_client
from tests.factories.staff import make_staff
from tests.flows.players import Control, Customer, Staff

COUNTERPARTS = Path(os.environ.get("TOUCHLINE_COUNTERPARTS") or Path(__file__).parents[2] / "../shared/counterparts")
ANNA_EMAIL, ANNA_PHONE = "anna@baltic.example", "+4915112345678"
IVAN_EMAIL, IVAN_PHONE = "ivan@krepezh.example", "+79161234567"
API_KEY = "a-key-of-the-shop-program-for-tests"


class Running:
    """The product in this process; stopped and built anew it has only its database and files to remember by."""

    def __init__(self, *, sandbox: Sandbox, data: Path, database_url: str) -> None:
        self._sandbox = sandbox
        port = free_port()
        sandbox.phones.sms_url = f"http://127.0.0.1:{port}/twilio/sms"
        sandbox.calls.voice_url = f"http://127.0.0.1:{port}/twilio/voice"
        environment = product_environment(sandbox, data=data, port=port)
        self.url = f"http://127.0.0.1:{port}"
        self.settings = product_settings.load(
            environment={**environment, "TOUCHLINE_DATABASE_URL": database_url, "TOUCHLINE_API_KEY": API_KEY},
            env_file=None,
        )
        self._stop = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._stop = asyncio.Event()
        product = wiring.build(self.settings, clock=self._sandbox.clock)
        heard = self._heard()
        self._task = asyncio.create_task(product.run(stop=self._stop))
        await self._until_it_listens(heard)

    async def stop(self) -> None:
        if self._task is not None:
            self._stop.set()
            await self._task
            self._task = None

    def _heard(self) -> tuple[int, int]:
        counts = self._sandbox.world.call_counts
        return counts["telegram", "deleteWebhook", 200], counts["imap", "SELECT", "OK"]

    async def _until_it_listens(self, before: tuple[int, int]) -> None:
        """Twilio calls a webhook once, and what a mailbox held until it was first read through is history."""
        database = Database(self.settings.database)
        try:
            await self._until_all_listen(before, database)
        finally:
            await database.close()

    async def _until_all_listen(self, before: tuple[int, int], database: Database) -> None:
        async with asyncio.timeout(30), aiohttp.ClientSession() as http:
            while True:
                assert self._task is not None
                if self._task.done():
                    self._task.result()
                now = self._heard()
                called = now[0] > before[0] and now[1] > before[1]
                if called and await _read_through(database) and await _answers(http, f"{self.url}/healthz"):
                    return
                await asyncio.sleep(0.02)

    async def restart(self) -> None:
        await self.stop()
        await self.start()


async def _read_through(database: Database) -> bool:
    async with database.read() as session:
        return (await session.execute(select(MailboxCursor.mailbox))).first() is not None


async def _answers(http: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with http.get(url) as response:
            return response.status == 200
    except aiohttp.ClientError:
        return False


@dataclass(slots=True)
class ClockHand:
    """The clock on the page."""

    control: Control

    async def advance(self, *, days: int = 0, hours: int = 0, minutes: int = 0) -> None:
        await self.control.post("clock", {"advance": f"{days}d {hours}h {minutes}m"})


@dataclass(slots=True)
class Day:
    """Everybody and everything of one day. Work begins at ten in Bangkok on a weekday."""

    sandbox: Sandbox
    control: Control
    product: Running
    clock: ClockHand
    rep: Staff
    rep2: Staff
    manager: Staff
    warehouse: Staff
    admin: Staff
    stranger: Staff
    anna: Customer
    ivan: Customer

    async def hears(self, server: str, method: str, status: int | str, *, patience: float = 20) -> None:
        """Wait until the product has made such a call and was answered so."""
        async with asyncio.timeout(patience):
            while not self.sandbox.world.call_counts[server, method, status]:
                await asyncio.sleep(0.02)


@pytest.fixture
async def day(tmp_path: Path, empty_database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Day]:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    sandbox = Sandbox(validate=True, counterparts=COUNTERPARTS)
    _wait_for_ten_in_bangkok(sandbox)
    await populate(sandbox, empty_database_url)
    await sandbox.start()
    control = Control(sandbox.url)
    product = Running(sandbox=sandbox, data=tmp_path / "data", database_url=empty_database_url)
    await product.start()
    staff = {key: Staff(control, key) for key in ("rep", "rep2", "manager", "warehouse", "admin", "stranger")}
    customers = {key: Customer(control, key) for key in ("anna", "ivan")}
    try:
        yield Day(sandbox, control, product, ClockHand(control), **staff, **customers)
        assert list(sandbox.world.violations) == [], "a call broke the published Bot API description"
    finally:
        await product.stop()
        await control.close()
        await sandbox.stop()


def _wait_for_ten_in_bangkok(sandbox: Sandbox) -> None:
    start = sandbox.clock.now().replace(hour=3, minute=0, second=0, microsecond=0) + timedelta(days=1)
    while start.weekday() >= 5:
        start += timedelta(days=1)
    sandbox.clock.advance_to(start)


async def populate(sandbox: Sandbox, database_url: str) -> None:
    database = Database(database_url)
    colleagues = (
        ("manager", "Viktor Hale", Role.MANAGER, Language.EN, 702),
        ("rep", "Nina Orlova", Role.REP, Language.EN, 701),
        ("rep2", "Somsak Lee", Role.REP, Language.EN, 706),
        ("warehouse", "Prasit Thong", Role.WAREHOUSE, Language.EN, 703),
        ("admin", "Olga Brandt", Role.ADMIN, Language.EN, 705),
    )
    try:
        await migrations.upgrade(database)
        async with database.write() as session:
            rows = {}
            for key, name, role, language, telegram_id in colleagues:
                boss = rows["manager"].id if key in ("rep", "rep2", "warehouse") else None
                rows[key] = await make_staff(
                    session,
                    role,
                    name=name,
                    language=language,
                    telegram_id=telegram_id,
                    timezone="Asia/Bangkok",
                    manager_id=boss,
                )
                sandbox.add_person(key, name, role.value, language.value, telegram_id=telegram_id)
            # Their cards say that they live by Bangkok's clock: else mailings would wait for morning in Europe.
            awake = {"owner": rows["rep"], "timezone": "Asia/Bangkok"}
            anna = await make_client(session, "Anna Schmidt", email=ANNA_EMAIL, phone=ANNA_PHONE, city="Riga", **awake)
            ivan = await make_client(
                session, "Иван Петров", email=IVAN_EMAIL, phone=IVAN_PHONE, language=Language.RU, **awake
            )
            for client in (anna, ivan):
                await reindex(session, client, now=sandbox.clock.now())
            anna_id, ivan_id = anna.id, ivan.id
    finally:
        await database.close()
    sandbox.add_person("stranger", "Joe Doe", "customer", telegram_id=799, started=False)
    sandbox.add_person("anna", "Anna Schmidt", "customer", email=ANNA_EMAIL, phone=ANNA_PHONE, client_id=anna_id)
    sandbox.add_person("ivan", "Иван Петров", "customer", "ru", email=IVAN_EMAIL, phone=IVAN_PHONE, client_id=ivan_id)
