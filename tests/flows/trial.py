"""A product that is killed again and again, and what can be counted around it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from sandbox.clock import MovableClock
from sandbox.product import ProductProcess
from sandbox.server import Sandbox
from tests.flows.conftest import COUNTERPARTS, populate


class Trial:
    """The product under trial and the world around it."""

    def __init__(self, sandbox: Sandbox, product: ProductProcess) -> None:
        self.sandbox = sandbox
        self.product = product

    def cards(self) -> list[int]:
        chat = self.sandbox.bot.chat_of(self.sandbox.world.person("rep"))
        return [message.message_id for message in chat.messages.values() if message.from_bot and message.keyboard]

    async def until(self, true: Callable[[], object], *, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                while not true():
                    world = self.sandbox.world
                    await world.wait_for_change(after=world.seq, timeout_s=0.2)
        except TimeoutError:
            return False
        return True


@pytest.fixture
async def trial(tmp_path: Path, empty_database_url: str) -> AsyncIterator[Trial]:
    sandbox = Sandbox(clock=MovableClock(path=tmp_path / "clock"), validate=True, counterparts=COUNTERPARTS)
    await populate(sandbox, empty_database_url)
    await sandbox.start()
    product = ProductProcess(
        sandbox=sandbox, data=tmp_path / "data", clock_file=tmp_path / "clock", only="bot,web", standby=True
    )
    product.settings["TOUCHLINE_DATABASE_URL"] = empty_database_url
    try:
        yield Trial(sandbox, product)
    finally:
        if product.is_running:
            await product.kill()
        await product.dismiss()
        await sandbox.stop()
