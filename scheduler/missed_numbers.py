"""Which of our numbers Twilio's lists are asked about: those webhooks brought news to, found in the inbox."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

from storage.database import Database
from storage.queries.inbox import Unit

HOLD_SECONDS: Final = 3600.0  # every row of months is read for it


class Query(Protocol):
    """Reads numbers out of the inbox."""

    async def __call__(self, unit: Unit, *, since: datetime) -> Sequence[str]: ...


class SeenNumbers:
    """What `query` finds in the rows of `period`, asked again after an hour; where it is none yet, every time."""

    def __init__(self, *, database: Database, query: Query, period: timedelta) -> None:
        self._database = database
        self._query = query
        self._period = period
        self._held: tuple[float, Sequence[str]] | None = None  # until when (monotonic)

    async def at(self, now: datetime) -> Sequence[str]:
        """The numbers, in order."""
        if self._held is None or time.monotonic() >= self._held[0]:
            async with self._database.read() as session:
                seen = await self._query(session, since=now - self._period)
            # Where there is none yet, the first one may come any moment.
            self._held = (time.monotonic() + (HOLD_SECONDS if seen else 0.0), seen)
        return self._held[1]
