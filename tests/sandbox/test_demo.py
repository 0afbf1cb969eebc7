"""`python -m sandbox`, as `make demo` starts it: a page, a company, a bot that answers, and a quiet end."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from sandbox.demo import Choices, read_arguments
from sandbox.product import ROOT, free_port
from tests.flows.players import Control, Staff

START_S = 60.0


def test_what_can_be_chosen() -> None:
    assert read_arguments([]) == Choices()
    chosen = read_arguments(["--port", "8901", "--data", "x", "--no-browser", "--empty"])
    assert chosen == Choices(port=8901, data=Path("x"), browser=False, empty=True)


@pytest.mark.crash
async def test_the_demo_lives_stops_and_goes_on(tmp_path: Path) -> None:
    first = await _visit(tmp_path)
    second = await _visit(tmp_path)
    assert first < second, "the phone of a kept demo must remember its chat"


async def _visit(data: Path) -> int:
    """Start the demo, ask something as the rep, stop it; returns how many messages the rep's phone shows."""
    port = free_port()
    arguments = ["-m", "sandbox", "--no-browser", "--port", str(port), "--data", str(data)]
    log = (data / "output.log").open("ab")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TOUCHLINE_")}
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, cwd=ROOT, env=environment, stdout=log, stderr=log
    )
    control = Control(f"http://127.0.0.1:{port}")
    try:
        await _until_it_listens(port, process, data)
        rep = Staff(control, "rep")
        await rep.asks("/today", patience=START_S)
        shown = len(await rep.chat())
        process.send_signal(signal.SIGINT)
        assert await asyncio.wait_for(process.wait(), 35) == 0, (data / "output.log").read_text()[-3000:]
        return shown
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        log.close()
        await control.close()


async def _until_it_listens(port: int, process: asyncio.subprocess.Process, data: Path) -> None:
    async with asyncio.timeout(START_S):
        while True:
            assert process.returncode is None, (data / "output.log").read_text()[-3000:]
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except ConnectionRefusedError:
                await asyncio.sleep(0.05)
                continue
            writer.close()
            await writer.wait_closed()
            return
