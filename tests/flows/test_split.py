"""One installation as four processes on one database: each does its part, and all end when they are asked to."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from sandbox.clock import MovableClock
from sandbox.product import ProductProcess
from sandbox.server import Sandbox
from tests.flows.conftest import COUNTERPARTS, ClockHand, _wait_for_ten_in_bangkok, populate
from tests.flows.players import Control, Customer, Staff

pytestmark = pytest.mark.long

PARTS = ("web", "bot", "scheduler", "worker")


async def test_four_processes_do_the_work_of_one(tmp_path: Path, empty_database_url: str) -> None:
    sandbox = Sandbox(clock=MovableClock(path=tmp_path / "clock"), validate=True, counterparts=COUNTERPARTS)
    _wait_for_ten_in_bangkok(sandbox)
    await populate(sandbox, empty_database_url)
    await sandbox.start()
    control = Control(sandbox.url)
    processes = [
        ProductProcess(sandbox=sandbox, data=tmp_path / "data", clock_file=tmp_path / "clock", only=part)
        for part in PARTS
    ]
    web = processes[0]
    for process in processes:
        process.settings |= {"TOUCHLINE_DATABASE_URL": empty_database_url, "TOUCHLINE_PUBLIC_URL": web.url}
    try:
        await asyncio.gather(*(process.start(ready=process is web) for process in processes))
        sandbox.phones.sms_url = f"{web.url}/twilio/sms"
        rep, anna = Staff(control, "rep"), Customer(control, "anna")
        proposal = await rep.asks("call Anna agreed 20 pcs, in 2 hours send offer", "Is this right", patience=30)
        await rep.taps("Save", on=proposal)
        await ClockHand(control).advance(hours=2, minutes=1)
        await rep.sees("send offer", button="Done", patience=30)
        await anna.texts("When do you open?")
        question = await rep.sees("When do you open?", patience=30)
        await rep.says("At nine", reply_to=question["message_id"])
        await anna.gets_text("At nine", patience=30)
        codes = await asyncio.gather(*(process.stop() for process in processes))
        assert codes == [0, 0, 0, 0]
        assert [process.read_log() for process in processes if "Traceback" in process.read_log()] == []
    finally:
        for process in processes:
            if process.is_running:
                await process.kill()
        await control.close()
        await sandbox.stop()
