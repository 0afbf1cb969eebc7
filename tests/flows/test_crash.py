"""The product is killed again and again in the middle of its work: nothing is lost, nothing is done twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from sandbox.clock import MovableClock
from sandbox.product import ProductProcess
from sandbox.server import Sandbox
from sandbox.telegram_people import say, tap
from storage.database import Database
from storage.models import Interaction
from tests.flows.conftest import COUNTERPARTS, populate

QUEUED, KILLS = 300, 20


class Trial:
    """A product that is killed, and what can be counted around it."""

    def __init__(self, sandbox: Sandbox, product: ProductProcess, database_url: str) -> None:
        self.sandbox = sandbox
        self.product = product
        self._database_url = database_url

    @property
    def answered(self) -> int:
        return sum(
            count
            for (server, method, status), count in self.sandbox.world.call_counts.items()
            if (server, method, status) == ("telegram", "answerCallbackQuery", 200)
        )

    def cards(self) -> list[int]:
        chat = self.sandbox.bot.chat_of(self.sandbox.world.person("rep"))
        return [message.message_id for message in chat.messages.values() if message.from_bot and message.keyboard]

    async def until(self, true: object, *, seconds: float) -> bool:
        assert callable(true)
        try:
            async with asyncio.timeout(seconds):
                while not true():
                    world = self.sandbox.world
                    await world.wait_for_change(after=world.seq, timeout_s=0.2)
        except TimeoutError:
            return False
        return True

    async def logged(self) -> int:
        database = Database(self._database_url)
        try:
            async with database.read() as session:
                return (await session.execute(select(func.count(Interaction.id)))).scalar_one()
        finally:
            await database.close()


@pytest.fixture
async def trial(tmp_path: Path, empty_database_url: str) -> AsyncIterator[Trial]:
    sandbox = Sandbox(clock=MovableClock(path=tmp_path / "clock"), validate=True, counterparts=COUNTERPARTS)
    await populate(sandbox, empty_database_url)
    await sandbox.start()
    product = ProductProcess(sandbox=sandbox, data=tmp_path / "data", clock_file=tmp_path / "clock", only="bot,web")
    product.settings["TOUCHLINE_DATABASE_URL"] = empty_database_url
    try:
        yield Trial(sandbox, product, empty_database_url)
    finally:
        if product.is_running:
            await product.kill()
        await sandbox.stop()


@pytest.mark.crash
async def test_no_press_is_lost_or_done_twice_over_twenty_kills(trial: Trial) -> None:
    rep, bot = trial.sandbox.world.person("rep"), trial.sandbox.bot
    await trial.product.start()
    for number in range(QUEUED):
        await say(bot, rep, {"text": f"call Anna said number {number}"})
    assert await trial.until(lambda: len(trial.cards()) == QUEUED, seconds=120), len(trial.cards())
    await trial.product.stop()
    await asyncio.gather(*(tap(bot, rep, button="Save", message_id=card) for card in trial.cards()))
    assert len(bot.updates.pending) == QUEUED
    for kill in range(KILLS):
        await trial.product.start(ready=False)
        goal = min(QUEUED, trial.answered + 1 + kill % 7)
        assert await trial.until(lambda goal=goal: trial.answered >= goal, seconds=60), trial.product.read_log()[-3000:]
        await trial.product.kill()
    await trial.product.start()
    assert await trial.until(lambda: not bot.updates.pending and trial.answered >= QUEUED, seconds=120)
    await trial.product.stop()
    assert await trial.logged() == QUEUED
