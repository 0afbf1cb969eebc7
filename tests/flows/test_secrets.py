"""The product at its chattiest, with every account failing in turn: no secret in a log, a traceback or a row."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sandbox.clock import MovableClock
from sandbox.product import ProductProcess
from sandbox.server import Sandbox
from tests.canaries import canaries, found_in
from tests.flows.conftest import COUNTERPARTS, populate
from tests.flows.players import Control, Customer, Staff


@pytest.mark.long
async def test_no_canary_anywhere(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    sandbox = Sandbox(clock=MovableClock(path=tmp_path / "clock"), validate=True, counterparts=COUNTERPARTS)
    await populate(sandbox, f"sqlite:///{data / 'touchline.sqlite3'}")
    await sandbox.start()
    control = Control(sandbox.url)
    product = ProductProcess(sandbox=sandbox, data=data, clock_file=tmp_path / "clock")
    product.settings |= {"TOUCHLINE_LOG_LEVEL": "DEBUG", "TOUCHLINE_LOG_FORMAT": "json"}
    try:
        await product.start()
        rep, anna = Staff(control, "rep"), Customer(control, "anna")
        await rep.says("call Anna agreed 20 pcs")
        await rep.sees("agreed 20 pcs", button="Save")
        for fault in (
            {
                "drop": True,
                "times": 3,
                "only": "getUpdates",
            },  # a dropped answer is not said twice, so only polls are cut
            {"refuse": 502, "times": 3},
            {"accept_then_drop": True, "times": 1, "only": "sendMessage"},
        ):
            sandbox.faults.change({"telegram": fault})
            await rep.asks("Anna", "Anna Schmidt", button="Email", patience=60)
        sandbox.faults.change({"smtp": {"refuse": 535, "stage": "connect"}})
        sandbox.faults.change({"twilio": {"refuse": 20003}})
        await write_to_anna(rep, "Email", "Offer 17", "Dear Anna")
        await write_to_anna(rep, "SMS", None, "Your order is ready")
        sandbox.faults.change({"imap": {"drop": True, "times": 3}})
        await anna.writes("Question", "How much is it?")
        await rep.sees("How much is it?", patience=60)
        assert await product.stop() == 0
        # A token that is refused ends the process: the worst place for a traceback.
        product.settings["TOUCHLINE_TELEGRAM_TOKEN"] = sandbox.accounts.telegram_token[:-1] + "X"
        await product.start(ready=False)
        await until(lambda: not product.is_running)
    finally:
        if product.is_running:
            await product.kill()
        await control.close()
        await sandbox.stop()
    log = product.read_log()
    for proof in ("polling failed", "BotFather", "Traceback"):
        assert proof in log
    assert list(found_in(tmp_path)) == []
    assert sandbox.accounts.telegram_token[:-1] not in log
    secrets = [secret for secret in canaries().values() if secret in log.encode()]
    assert secrets == []


def test_the_search_can_find(tmp_path: Path) -> None:
    written = tmp_path / "product.log"
    for name, secret in canaries().items():
        written.write_bytes(b"x" * 100 + secret + os.urandom(10))
        assert list(found_in(tmp_path)) == [f"{written}: {name}"]
    written.unlink()  # planted: the search over everything the suite wrote must not find it


async def write_to_anna(rep: Staff, button: str, subject: str | None, text: str) -> None:
    card: dict[str, Any] = await rep.asks("Anna", "Anna Schmidt", button=button)
    await rep.taps(button, on=card)
    if subject is None:
        await rep.sees("Write the text")
    else:
        await rep.sees("What is the subject?")
        await rep.asks(subject, "Now the text")
    await rep.taps("Send", on=await rep.asks(text, text, button="Send"))


async def until(look: Callable[[], bool], seconds: float = 30) -> None:
    async with asyncio.timeout(seconds):
        while not look():
            await asyncio.sleep(0.05)
