"""A running sandbox with a rep, a manager and two customers, and real clients to talk to it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from telegram import Bot
from telegram.request import HTTPXRequest

from sandbox.server import Sandbox

COUNTERPARTS = Path(os.environ.get("TOUCHLINE_COUNTERPARTS") or Path(__file__).parents[2] / "../shared/counterparts")
REP, MANAGER, STRANGER = 101, 102, 103


def people(sandbox: Sandbox) -> None:
    sandbox.add_person("rep", "Nina Orlova", "rep", "ru", telegram_id=REP, username="nina")
    sandbox.add_person("manager", "Somchai Dee", "manager", "th", telegram_id=MANAGER)
    sandbox.add_person("stranger", "Joe Doe", "customer", telegram_id=STRANGER, started=False)
    sandbox.add_person(
        "anna", "Anna Schmidt", "customer", email="anna@baltic.example", phone="+4915112345678", client_id=7
    )
    sandbox.add_person("ivan", "Иван Петров", "customer", "ru", email="ivan@krepezh.example", phone="+79161234567")


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    running = Sandbox(validate=True, counterparts=COUNTERPARTS)
    people(running)
    await running.start()
    yield running
    await running.stop()


@pytest.fixture
async def bot(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bot]:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    client = Bot(
        sandbox.bot.token,
        base_url=sandbox.bot_base_url,
        base_file_url=sandbox.bot_file_url,
        request=HTTPXRequest(connection_pool_size=8),
        get_updates_request=HTTPXRequest(connection_pool_size=4),
    )
    async with client:
        yield client


class Control:
    """The control API, as a user's script calls it."""

    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self._http, self._url = http, url

    async def get(self, path: str, *, status: int = 200) -> object:
        async with self._http.get(f"{self._url}/sandbox/{path}") as response:
            assert response.status == status, await response.text()
            return await response.json()

    async def post(self, path: str, body: dict[str, object], *, status: int = 200) -> object:
        async with self._http.post(f"{self._url}/sandbox/{path}", json=body) as response:
            assert response.status == status, await response.text()
            return await response.json()


@pytest.fixture
async def control(sandbox: Sandbox) -> AsyncIterator[Control]:
    async with aiohttp.ClientSession() as http:
        yield Control(http, sandbox.url)
