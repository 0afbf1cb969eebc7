"""F22: a mailing to a million clients leaves at once, in flat memory, while people go on talking to the bot."""

from __future__ import annotations

import asyncio
import os
import time
from itertools import cycle
from pathlib import Path

import pytest

from storage.models import Channel
from tests.conftest import Figures
from tests.faults.rig import Rig
from tests.faults.smtp_sink import sink
from tests.flows.players import Control, Staff

ASKING = ("rep", "rep2", "admin")
BETWEEN_S = 0.35  # each of the three once a second: more than that Telegram lets nobody be answered
LINES = (
    ("Anna Schmidt", "Anna Schmidt"),
    ("/today", "oday"),
    ("call Anna Schmidt agreed 20 pcs, tomorrow 10 send offer", "Anna Schmidt"),
    ("stock m8", ""),
)
P95_S, FIRST_S, GROWN_MB = 1.0, 10.0, 300.0


@pytest.mark.alone
@pytest.mark.fault("F22")
async def test_a_million_clients_are_written_to_while_the_chat_answers(rig: Rig, figures: Figures) -> None:
    recipients, seconds = figures.size(full=1_000_000, short=20_000), figures.size(full=60, short=12)
    await rig.company.add_clients(recipients - 2)
    control = Control(rig.sandbox.url)
    async with sink() as mail:
        await rig.start(TOUCHLINE_SMTP_URL=f"smtp://127.0.0.1:{mail.port}?starttls=never")
        try:
            people = [Staff(control, key) for key in ASKING]
            await asyncio.gather(*(person.asks("/today", "oday") for person in people))
            idle = _resident(rig.product.pid)
            await rig.company.mailing(Channel.EMAIL, rule="has email")
            began = time.monotonic()
            waits, peak = await _talk(people, rig.product.pid, until=began + seconds)
        finally:
            await control.close()
        first = (mail.first_at or float("inf")) - began
    p95 = sorted(waits)[len(waits) * 95 // 100]
    grown = peak - idle
    figures.say("recipients", f"{recipients:,}")
    figures.say("lines answered", len(waits))
    figures.say("half of the answers within", f"{sorted(waits)[len(waits) // 2]:.2f} s")
    figures.say("p95 of an answer", f"{p95:.2f} s", f"{P95_S:.0f} s")
    figures.say("first mail after", f"{first:.1f} s", f"{FIRST_S:.0f} s")
    figures.say("memory over idle", f"{grown:.0f} MB", f"{GROWN_MB:.0f} MB")
    figures.say("mails meanwhile", f"{mail.total:,}, twice {mail.duplicates}", "twice 0")
    assert p95 <= P95_S
    assert first <= FIRST_S
    assert grown <= GROWN_MB
    assert mail.duplicates == 0


async def _talk(people: list[Staff], pid: int, *, until: float) -> tuple[list[float], float]:
    """A line every so often, each person in their turn: how long each waited in s, and the most memory seen in MB."""
    waits: list[float] = []
    peak = 0.0
    for person, (line, answer) in zip(cycle(people), cycle(LINES), strict=False):
        began = time.monotonic()
        if began >= until:
            break
        await person.asks(line, answer)
        waits.append(time.monotonic() - began)
        peak = max(peak, _resident(pid))
        await asyncio.sleep(max(0.0, BETWEEN_S - waits[-1]))
    return waits, peak


def _resident(pid: int) -> float:
    """MB of a process in memory now."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024
