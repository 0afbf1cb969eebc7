"""Texts that the webhook missed: Twilio calls it once, and while nobody answers there, a text is only in Twilio's list.

The list is compared with the inbox as soon as this process leads, then every few minutes; what has no row gets the one
the webhook would have made.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Collection, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog

from channels import inbox
from channels.sms.received import ReceivedSms
from channels.sms.twilio import TwilioSms, TwilioUnavailable
from scheduler.clock import Clock
from scheduler.folders import STANDBY_SECONDS, rest
from storage.database import Database
from storage.models import InboxSource
from storage.queries import inbox as inbox_rows
from storage.queries import missed_texts as rows
from storage.queries.missed_texts import Looks

log = structlog.get_logger("touchline.missed_texts")

EVERY_SECONDS: Final = 300.0
SOON_SECONDS: Final = 30.0  # until the next look where a webhook may still be on its way
FIRST_PAUSE_SECONDS: Final = 60.0
LONGEST_PAUSE_SECONDS: Final = 3600.0
LISTED_LATE: Final = timedelta(hours=1)  # Twilio's list may lag behind
WEBHOOK_TAKES: Final = timedelta(seconds=30)  # Twilio gives it up after 15
NUMBERS_FROM: Final = timedelta(days=90)
NUMBERS_HOLD_SECONDS: Final = 3600.0
MOST_AT_ONCE: Final = 1000  # texts in memory; the oldest go first, the others in the next round
STORE_TEXTS: Final = 50
_LANE: Final = 120


@dataclass(frozen=True, slots=True)
class Look:
    """What one look came to: `found` texts that had no row; `soon` where some are too young to be called missed."""

    found: int = 0
    soon: bool = False


class MissedTextsLoop:
    """`numbers` are ours for certain; with `follows` those that texts came in to are asked about too.

    `leads()`: whether this process is the one to work; `stored()` is called when something was.
    """

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        twilio: TwilioSms,
        numbers: Collection[str],
        follows: bool,
        stored: Callable[[], None],
        leads: Callable[[], bool] = lambda: True,
    ) -> None:
        self._database = database
        self._clock = clock
        self._twilio = twilio
        self._fixed = sorted(set(numbers))
        self._follows = follows
        self._stored = stored
        self._leads = leads
        self._texted: tuple[float, Sequence[str]] | None = None  # until when (monotonic) they hold
        self._failures = 0

    async def run(self, stop: asyncio.Event) -> None:
        """Looks until `stop`, where this process leads; a look under way then is done again after the next start."""
        looking, stopped = asyncio.create_task(self._keep_looking(stop)), asyncio.create_task(stop.wait())
        try:
            done, _ = await asyncio.wait([looking, stopped], return_when=asyncio.FIRST_COMPLETED)
            if looking in done:
                looking.result()
        finally:
            for task in (looking, stopped):
                task.cancel()
            await asyncio.gather(looking, stopped, return_exceptions=True)
            await self._twilio.close()

    async def _keep_looking(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            await rest(stop, await self.look_quietly() if self._leads() else STANDBY_SECONDS)

    async def look_quietly(self) -> float:
        """One look; how many seconds to wait before the next. A failure is logged once, until a look goes through again."""
        try:
            look = await self.look()
        except TwilioUnavailable as error:
            if not self._failures:
                log.warning("Twilio could not be asked for texts that were missed", cause=error.result.code)
            return max(self._pause(), error.result.retry_after or 0.0)
        except Exception:
            log.exception("Texts that were missed could not be looked for")
            return self._pause()
        if self._failures:
            log.info("Texts that were missed can be looked for again")
        self._failures = 0
        return SOON_SECONDS if look.soon else EVERY_SECONDS

    async def look(self) -> Look:
        """Compares Twilio's list with the inbox. Raises TwilioUnavailable; what was stored until then stays.

        1. The first look of all only notes its moment: what is older is no news.
        2. Asked is from an hour before the last look that went through.
        3. The new moment is this look's beginning, noted when all of it was stored.
        """
        now = self._clock.now()
        async with self._database.write() as session:
            known = await rows.looks(session)
            if known is None:
                await rows.put(session, Looks(first=now, last=now))
                return Look()
        # A clock that was wrong and was put right must not leave a moment ahead of all texts.
        first = min(known.first, now)
        since = max(first, min(known.last, now) - LISTED_LATE)
        looks = [await self._compare(number, since) for number in await self._numbers(now)]
        async with self._database.write() as session:
            known = await rows.looks(session) or known
            await rows.put(session, Looks(first=first, last=now, found=known.found))
        return Look(sum(one.found for one in looks), any(one.soon for one in looks))

    async def _numbers(self, now: datetime) -> Sequence[str]:
        if not self._follows:
            return self._fixed
        if self._texted is None or time.monotonic() >= self._texted[0]:
            async with self._database.read() as session:
                texted = await rows.texted_numbers(session, since=now - NUMBERS_FROM)
            # Every row of months is read for it; where there is none yet, the first text may come any moment.
            self._texted = (time.monotonic() + (NUMBERS_HOLD_SECONDS if texted else 0.0), texted)
        return sorted({*self._fixed, *self._texted[1]})

    async def _compare(self, number: str, since: datetime) -> Look:
        """One number's list. The newest come first in it, and are stored last: a START before the STOP that followed it."""
        found = 0
        while True:
            lacking, soon, more = await self._lacking(number, since)
            found += await self._store(lacking)
            if not more:
                if found:
                    log.warning("Texts were found that the webhook had missed", count=found)
                return Look(found, soon)

    async def _lacking(self, number: str, since: datetime) -> tuple[list[ReceivedSms], bool, bool]:
        """The oldest texts without a row, oldest first; whether some are too young yet; whether there are more."""
        oldest, soon, count = deque[ReceivedSms](maxlen=MOST_AT_ONCE), False, 0
        async with aclosing(self._twilio.received_since(to=number, since=since)) as pages:
            async for page in pages:
                async with self._database.read() as session:
                    ours = await inbox_rows.ids_of(
                        session, source=InboxSource.SMS, external_ids={text.sid for text in page}
                    )
                for text in page:
                    if text.sid in ours:
                        continue
                    if self._clock.now() - text.sent_at < WEBHOOK_TAKES:
                        soon = True
                        continue
                    oldest.appendleft(text)  # where it is full, the newest falls out at the other end
                    count += 1
        return sorted(oldest, key=lambda text: text.sent_at), soon, count > len(oldest)

    async def _store(self, texts: Sequence[ReceivedSms]) -> int:
        """Rows as the webhook makes them; how many were new."""
        found = 0
        for start in range(0, len(texts), STORE_TEXTS):
            arrivals = [await self._arrival(text) for text in texts[start : start + STORE_TEXTS]]
            now = self._clock.now()
            async with self._database.write() as session:
                new = await inbox.store_many(session, source=InboxSource.SMS, arrivals=arrivals, now=now)
                await rows.add_found(session, len(new))
            found += len(new)
            if new:
                self._stored()
        return found

    async def _arrival(self, text: ReceivedSms) -> inbox.Arrival:
        media = await self._twilio.media_of(text) if text.media_count else []
        fields = text.fields(media)
        return inbox.Arrival(text.sid, lane=fields["From"][:_LANE], payload=fields)

    def _pause(self) -> float:
        self._failures += 1
        return min(FIRST_PAUSE_SECONDS * 2.0 ** min(self._failures - 1, 10), LONGEST_PAUSE_SECONDS)
