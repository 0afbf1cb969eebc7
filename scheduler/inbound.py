"""What came in from customers is handled here: emails, SMS and status callbacks, each source in its own order.

Parsing and files happen between transactions; the effect and the inbox row's end are one commit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from channels import inbox
from channels.email.mime import Completeness, MailParser
from channels.inbox import Waiting
from channels.outbox.status import News
from crm import deliveries, inbound
from crm.inbound import Arrival
from crm.interactions import KeptFile
from scheduler.clock import Clock
from storage.database import Database
from storage.files import FileStore
from storage.models import InboxSource

log = structlog.get_logger("touchline.inbound")

SOURCES = (InboxSource.EMAIL, InboxSource.SMS, InboxSource.SMS_STATUS)
LOOK_SECONDS = 0.5  # for what nobody announced
# A callback can overtake our own noting of the SID; after this long the delivery is none of ours.
STATUS_PATIENCE = timedelta(minutes=10)
_ROWS = {InboxSource.EMAIL: 1, InboxSource.SMS: 50, InboxSource.SMS_STATUS: 200}  # mails can be large
_LONGEST_PAUSE = 30.0

Effect = Callable[[AsyncSession], Awaitable[object]]


class _NotYet(Exception):
    """The row is to be looked at again later; it did not fail."""


class InboundLoop:
    """`planned()` is called after cards may have been planned; `wake()` when something arrived."""

    def __init__(
        self,
        *,
        database: Database,
        files: FileStore,
        clock: Clock,
        planned: Callable[[], None],
        parser: MailParser | None = None,
        returns: deliveries.Returns = deliveries.NOTHING_KNOWN,
    ) -> None:
        self._database = database
        self._files = files
        self._clock = clock
        self._planned = planned
        self._parser = parser or MailParser()
        self._returns = returns
        self._news = {source: asyncio.Event() for source in SOURCES}

    def wake(self) -> None:
        """Something arrived: look now."""
        for event in self._news.values():
            event.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Handles what waits until `stop`; a flood of one source does not delay another."""
        try:
            async with asyncio.TaskGroup() as group:
                for source in SOURCES:
                    group.create_task(self._run_source(source, stop))
        finally:
            await self.close()

    async def process(self, source: InboxSource) -> int:
        """Handles all that waits of a source once, lane by lane in order; returns how many rows were closed."""
        closed, after = 0, 0
        stuck: set[str] = set()
        while True:
            async with self._database.read() as session:
                rows = await inbox.waiting(session, source=source, limit=_ROWS[source], after_id=after)
            if not rows:
                return closed
            for row in rows:
                after = row.id
                if row.lane in stuck:
                    continue
                if await self._handle(row):
                    closed += 1
                else:
                    stuck.add(row.lane)

    async def close(self) -> None:
        """Ends the parser's process."""
        await self._parser.close()

    async def _run_source(self, source: InboxSource, stop: asyncio.Event) -> None:
        event, pause = self._news[source], LOOK_SECONDS
        while not stop.is_set():
            event.clear()
            try:
                if await self.process(source):
                    self._planned()
                pause = LOOK_SECONDS
            except Exception:
                log.exception("Arrivals could not be handled", source=source.value)
                pause = min(pause * 2, _LONGEST_PAUSE)
            await _wait_for_either(event, stop, pause)

    async def _handle(self, row: Waiting) -> bool:
        """One row. True when it is closed: handled, or put aside after its last try so that its lane goes on."""
        try:
            effect = await self._effect(row)
            async with self._database.write() as session:
                # First, so that of two processes only one goes on.
                if await inbox.mark_processed(session, inbox_id=row.id, now=self._clock.now()):
                    await effect(session)
            return True
        except _NotYet:
            return False
        except (OSError, OperationalError):
            raise  # the disk or the database is away: no fault of the row, and no try of its counts
        except Exception as error:
            log.exception(
                "An arrival could not be handled", source=row.source.value, inbox_id=row.id, tries=row.tries + 1
            )
            async with self._database.write() as session:
                return await inbox.mark_failed(
                    session, inbox_id=row.id, error=f"{type(error).__name__}: {error}", now=self._clock.now()
                )

    async def _effect(self, row: Waiting) -> Effect:
        """Everything slow, and what is to be done in the transaction afterwards."""
        arrival = Arrival(row.id, row.received_at, history=bool(row.payload.get("history")))
        now = self._clock.now()
        if row.source is InboxSource.EMAIL:
            email = await self._parser.parse_safely(row.raw or b"")
            if email.completeness is Completeness.NOTHING:
                raise ValueError("not even the headers can be read")
            kept = [
                KeptFile(await self._files.put(file.content), file.name, file.media_type, len(file.content))
                for file in email.files
            ]
            return lambda session: inbound.receive_email(
                session, email=email, files=kept, arrival=arrival, now=now, returns=self._returns
            )
        if row.source is InboxSource.SMS:
            return lambda session: inbound.receive_sms(session, fields=row.payload, arrival=arrival, now=now)
        return lambda session: self._record_status(session, row)

    async def _record_status(self, session: AsyncSession, row: Waiting) -> None:
        now = self._clock.now()
        news = await deliveries.record_sms_status(session, fields=row.payload, now=now)
        if news is News.NOT_FOUND and now - row.received_at < STATUS_PATIENCE:
            raise _NotYet


async def _wait_for_either(one: asyncio.Event, other: asyncio.Event, seconds: float) -> None:
    tasks: Sequence[asyncio.Task[bool]] = [asyncio.create_task(event.wait()) for event in (one, other)]
    try:
        await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
