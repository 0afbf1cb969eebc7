"""How much a process grows while something happens: its resident memory, looked at all the time."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

_STATM = Path("/proc/self/statm")


@dataclass
class Growth:
    """`megabytes` over what there was at the beginning, at the worst moment so far."""

    before: int
    most: int

    @property
    def megabytes(self) -> float:
        return (self.most - self.before) / 1e6


def resident() -> int:
    """Bytes of this process in memory."""
    return int(_STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@contextlib.asynccontextmanager
async def growing() -> AsyncIterator[Growth]:
    """Watches every hundredth of a second, as often as the loop lets it."""
    growth = Growth(resident(), resident())

    async def watch() -> None:
        while True:
            growth.most = max(growth.most, resident())
            await asyncio.sleep(0.01)

    watcher = asyncio.create_task(watch())
    try:
        yield growth
    finally:
        watcher.cancel()
        await asyncio.gather(watcher, return_exceptions=True)
        growth.most = max(growth.most, resident())
