"""The ticks of automations in a process of their own, to be killed at any instant.

Run as `python -m tests.faults.walking_child DATABASE_URL`.
"""

from __future__ import annotations

import asyncio
import sys

from scheduler.ticks import Ticker, automation_ticks
from storage.database import Database
from tests.channels.outbox.play import MovedClock
from tests.faults.stepping_child import PRODUCT_TIME


async def main(url: str) -> None:
    ticker = Ticker(
        database=Database(url, pool_size=2),
        clock=MovedClock(PRODUCT_TIME),
        owner="child",
        planned=lambda: None,
        ticks=automation_ticks("crm.example"),
    )
    while True:
        await ticker.fire_all()
        await asyncio.sleep(0.005)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
