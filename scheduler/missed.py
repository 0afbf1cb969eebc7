"""News that Twilio's webhooks missed: it calls them once, and while nobody answers, the news is only in its lists.

Each kind of news (texts, calls, how our SMS ended; `missed_*.py`) has a list, which is compared with the inbox as soon as
this process leads, then every few minutes; what has no row gets the one the webhook would have made.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog

from channels import inbox
from channels.sms.twilio import TwilioSms, TwilioUnavailable
from scheduler.clock import Clock
from scheduler.folders import STANDBY_SECONDS, rest
from storage.database import Database
from storage.models import InboxSource
from storage.queries import inbox as inbox_rows
from storage.queries import missed as rows
from storage.queries.missed import Looks

log = structlog.get_logger("touchline.missed")

EVERY_SECONDS: Final = 300.0
SOON_SECONDS: Final = 30.0  # until the next look where a webhook may still be on its way
FIRST_PAUSE_SECONDS: Final = 60.0
LONGEST_PAUSE_SECONDS: Final = 3600.0
LISTED_LATE: Final = timedelta(hours=1)  # Twilio's lists may lag behind
WEBHOOK_TAKES: Final = timedelta(seconds=30)  # Twilio gives it up after 15
MOST_AT_ONCE: Final = 1000  # news in memory; the oldest go first, the others in the next round
STORE_ROWS: Final = 50


@dataclass(frozen=True, slots=True)
class Listed:
    """One piece of news in a list: the inbox's `external_id` of it, when its webhook was called, and how its row is made."""

    key: str
    at: datetime
    arrival: Callable[[], Awaitable[inbox.Arrival]]


# A list, read from its newest page on; raises TwilioUnavailable.
Pages = Callable[[], AsyncGenerator[list[Listed], None]]


class Kind(Protocol):
    """A kind of news. `name` stands in `meta`, the log and the figures; `source` is where its rows go."""

    @property
    def name(self) -> str: ...

    @property
    def source(self) -> InboxSource: ...

    async def lists(self, known: Looks, now: datetime) -> Sequence[Pages]:
        """Which lists to compare, after all that is `known`; none where there is nothing to ask."""


@dataclass(frozen=True, slots=True)
class Look:
    """What one look came to: `found` news that had no row; `soon` where some are too young to be called missed."""

    found: int = 0
    soon: bool = False


class MissedLoop:
    """`leads()`: whether this process is the one to work; `stored()` is called when something was."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        twilio: TwilioSms,
        kinds: Sequence[Kind],
        stored: Callable[[], None],
        leads: Callable[[], bool] = lambda: True,
    ) -> None:
        self._database = database
        self._clock = clock
        self._twilio = twilio
        self.kinds = kinds
        self._stored = stored
        self._leads = leads
        self._failures = dict.fromkeys((kind.name for kind in kinds), 0)

    async def run(self, stop: asyncio.Event) -> None:
        """Looks until `stop`, where this process leads; a look under way then is done again after the next start.

        Each kind has its own pace: a list that is refused holds up no other.
        """
        looking = [asyncio.create_task(self._keep_looking(kind, stop)) for kind in self.kinds]
        stopped = asyncio.create_task(stop.wait())
        try:
            done, _ = await asyncio.wait([*looking, stopped], return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in (*looking, stopped):
                task.cancel()
            await asyncio.gather(*looking, stopped, return_exceptions=True)
            await self._twilio.close()

    async def _keep_looking(self, kind: Kind, stop: asyncio.Event) -> None:
        while not stop.is_set():
            await rest(stop, await self.look_quietly(kind) if self._leads() else STANDBY_SECONDS)

    async def look_quietly(self, kind: Kind) -> float:
        """One look; how many seconds to wait before the next. A failure is logged once, until a look goes through again."""
        try:
            look = await self.look(kind)
        except TwilioUnavailable as error:
            if not self._failures[kind.name]:
                log.warning("Twilio could not be asked for missed news", news=kind.name, cause=error.result.code)
            return max(self._pause(kind), error.result.retry_after or 0.0)
        except Exception:
            log.exception("Missed news could not be looked for", news=kind.name)
            return self._pause(kind)
        if self._failures[kind.name]:
            log.info("Missed news can be looked for again", news=kind.name)
        self._failures[kind.name] = 0
        return SOON_SECONDS if look.soon else EVERY_SECONDS

    async def look(self, kind: Kind) -> Look:
        """Compares Twilio's lists with the inbox. Raises TwilioUnavailable; what was stored until then stays.

        1. The first look of all only notes its moment: what is older is no news.
        2. What is asked for is the kind's own affair, by the last look that went through.
        3. The new moment is this look's beginning, noted when all of it was stored.
        """
        now = self._clock.now()
        async with self._database.write() as session:
            known = await rows.looks(session, kind.name)
            if known is None:
                await rows.put(session, kind.name, Looks(first=now, last=now))
                return Look()
        # A clock that was wrong and was put right must not leave a moment ahead of all news.
        known = replace(known, first=min(known.first, now), last=min(known.last, now))
        looks = [await self._compare(kind, pages) for pages in await kind.lists(known, now)]
        async with self._database.write() as session:
            latest = await rows.looks(session, kind.name) or known
            await rows.put(session, kind.name, replace(known, last=now, found=latest.found))
        return Look(sum(one.found for one in looks), any(one.soon for one in looks))

    async def _compare(self, kind: Kind, pages: Pages) -> Look:
        """One list. The newest come first in it, and are stored last: a START before the STOP that followed it."""
        found = 0
        while True:
            lacking, soon, more = await self._lacking(kind, pages)
            found += await self._store(kind, lacking)
            if not more:
                if found:
                    log.warning("News was found that the webhook had missed", news=kind.name, count=found)
                return Look(found, soon)

    async def _lacking(self, kind: Kind, pages: Pages) -> tuple[list[Listed], bool, bool]:
        """The oldest news without a row, oldest first; whether some are too young yet; whether there are more."""
        oldest, soon, count = deque[Listed](maxlen=MOST_AT_ONCE), False, 0
        async with aclosing(pages()) as reading:
            async for page in reading:
                async with self._database.read() as session:
                    ours = await inbox_rows.ids_of(session, source=kind.source, external_ids={one.key for one in page})
                for one in page:
                    if one.key in ours:
                        continue
                    if self._clock.now() - one.at < WEBHOOK_TAKES:
                        soon = True
                        continue
                    oldest.appendleft(one)  # where it is full, the newest falls out at the other end
                    count += 1
        return sorted(oldest, key=lambda one: one.at), soon, count > len(oldest)

    async def _store(self, kind: Kind, lacking: Sequence[Listed]) -> int:
        """Rows as the webhook makes them; how many were new."""
        found = 0
        for start in range(0, len(lacking), STORE_ROWS):
            arrivals = [await one.arrival() for one in lacking[start : start + STORE_ROWS]]
            now = self._clock.now()
            async with self._database.write() as session:
                new = await inbox.store_many(session, source=kind.source, arrivals=arrivals, now=now)
                await rows.add_found(session, kind.name, len(new))
            found += len(new)
            if new:
                self._stored()
        return found

    def _pause(self, kind: Kind) -> float:
        self._failures[kind.name] += 1
        return min(FIRST_PAUSE_SECONDS * 2.0 ** min(self._failures[kind.name] - 1, 10), LONGEST_PAUSE_SECONDS)


def asked_since(known: Looks) -> datetime:
    """From when on a list is compared: an hour before the last look that went through, never before the first of all."""
    return max(known.first, known.last - LISTED_LATE)
