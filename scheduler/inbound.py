"""What came in from customers is handled here: emails, SMS and status callbacks, each source in its own order.

Parsing and files happen between transactions; the effect and the inbox row's end are one commit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from channels import inbox
from channels.email.mime import MailParser
from channels.inbox import Waiting
from channels.outbox.status import News
from channels.sms.media import MediaFetcher, MediaRefused, MediaUnavailable
from crm import calls, deliveries, inbound
from crm.inbound import Arrival
from crm.inbound.email import NOWHERE
from crm.interactions import KeptFile
from crm.threads import House
from scheduler.clock import Clock
from scheduler.incoming_mail import IncomingMail
from storage.database import Database
from storage.files import FileStore
from storage.models import InboxSource

log = structlog.get_logger("touchline.inbound")

SOURCES = (InboxSource.EMAIL, InboxSource.SMS, InboxSource.SMS_STATUS, InboxSource.SMS_MEDIA, InboxSource.CALL)
LOOK_SECONDS = 0.5  # for what nobody announced
# A callback can overtake our own noting of the SID; after this long the delivery is none of ours.
STATUS_PATIENCE = timedelta(minutes=10)
_ROWS = {
    InboxSource.SMS: 50,
    InboxSource.SMS_STATUS: 200,
    InboxSource.SMS_MEDIA: 50,
    InboxSource.CALL: 200,
}
# How long after its arrival a file is fetched, and again when that failed; then its message says that it never came.
MEDIA_AFTER = tuple(timedelta(seconds=one) for one in (0, 10, 60, 300, 1800, 7200, 21_600))
_LONGEST_PAUSE = 30.0


Effect = Callable[[AsyncSession], Awaitable[object]]


class _NotYet(Exception):
    """The row is to be looked at again later; it did not fail."""


class _Refused(Exception):
    """Somebody else's fault, and none to write a traceback about; `tries` is how many the row has in all."""

    def __init__(self, error: Exception, *, tries: int) -> None:
        super().__init__(str(error))
        self.error = error
        self.tries = tries


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
        media: MediaFetcher | None = None,
        house: House = NOWHERE,
        returns: deliveries.Returns = deliveries.NOTHING_KNOWN,
    ) -> None:
        self._database = database
        self._clock = clock
        self._planned = planned
        self._files = files
        self._media = media
        self._mail = IncomingMail(
            database=database,
            files=files,
            clock=clock,
            parser=parser or MailParser(),
            house=house,
            returns=returns,
        )
        self._news = {source: asyncio.Event() for source in SOURCES}

    def wake(self) -> None:
        """Something arrived: look now."""
        for event in self._news.values():
            event.set()

    async def expect(self) -> None:
        """Mail is on its way; what takes a while to be ready for it begins now."""
        await self._mail.expect()

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
        if source is InboxSource.EMAIL:
            return await self._mail.process()
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
        """Ends the parser's process and the connections."""
        await self._mail.close()
        if self._media is not None:
            await self._media.close()

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
        except _Refused as refused:
            return await self._failed(row, refused.error, limit=refused.tries)
        except (OSError, OperationalError):
            raise  # the disk or the database is away: no fault of the row, and no try of its counts
        except Exception as error:
            log.exception(
                "An arrival could not be handled", source=row.source.value, inbox_id=row.id, tries=row.tries + 1
            )
            return await self._failed(row, error)

    async def _effect(self, row: Waiting) -> Effect:
        """What is to be done in the transaction."""
        arrival = Arrival(row.id, row.received_at, history=bool(row.payload.get("history")))
        now = self._clock.now()
        if row.source is InboxSource.SMS:
            return lambda session: self._receive_sms(session, row, arrival)
        if row.source is InboxSource.SMS_MEDIA:
            file = await self._fetched(row)
            sid = str(row.payload["sid"])
            return lambda session: inbound.attach_media(session, sid=sid, file=file, now=now)
        if row.source is InboxSource.CALL:
            return lambda session: _take_call(session, row, now)
        return lambda session: self._record_status(session, row)

    async def _receive_sms(self, session: AsyncSession, row: Waiting, arrival: Arrival) -> None:
        """The message, and a row for each file that came with it: fetched afterwards, so that nobody waits for them."""
        now = self._clock.now()
        await inbound.receive_sms(session, fields=row.payload, arrival=arrival, now=now)
        arrivals = [
            inbox.Arrival(external_id, lane=external_id, payload={"sid": row.payload["MessageSid"], "url": url})
            for external_id, url in inbound.media_of(row.payload).items()
        ]
        if arrivals:
            await inbox.store_many(session, source=InboxSource.SMS_MEDIA, arrivals=arrivals, now=now)
            self._news[InboxSource.SMS_MEDIA].set()

    async def _fetched(self, row: Waiting) -> KeptFile:
        """A file of a message, in the store. Not before its time; after its last try the message says that it is missing."""
        if self._clock.now() < row.received_at + MEDIA_AFTER[min(row.tries, len(MEDIA_AFTER) - 1)]:
            raise _NotYet
        if self._media is None:
            raise _Refused(MediaRefused("sms-off"), tries=1)
        try:
            media = await self._media.fetch(str(row.payload["url"]))
        except MediaRefused as error:
            raise _Refused(error, tries=1) from None
        except MediaUnavailable as error:
            raise _Refused(error, tries=len(MEDIA_AFTER)) from None
        number = int(row.external_id.rpartition(":")[2]) + 1
        return KeptFile(await self._files.put(media.content), media.name(number), media.media_type, len(media.content))

    async def _failed(self, row: Waiting, error: Exception, *, limit: int = inbox.MAX_TRIES) -> bool:
        now = self._clock.now()
        async with self._database.write() as session:
            closed = await inbox.mark_failed(
                session, inbox_id=row.id, error=f"{type(error).__name__}: {error}", now=now, limit=limit
            )
            if closed and row.source is InboxSource.SMS_MEDIA:
                await inbound.refresh_card(session, sid=str(row.payload["sid"]), now=now)
        return closed

    async def _record_status(self, session: AsyncSession, row: Waiting) -> None:
        now = self._clock.now()
        news = await deliveries.record_sms_status(session, fields=row.payload, now=now)
        if news is News.NOT_FOUND and now - row.received_at < STATUS_PATIENCE:
            raise _NotYet


async def _take_call(session: AsyncSession, row: Waiting, now: datetime) -> None:
    placed = row.payload.get("call")
    call = await calls.take(
        session,
        door=calls.Door(row.payload["door"]),
        fields=row.payload["fields"],
        call_id=int(placed) if placed else None,
        received_at=row.received_at,
        now=now,
    )
    if call is None:
        log.info("News of a call that is none of ours", inbox_id=row.id)


async def _wait_for_either(one: asyncio.Event, other: asyncio.Event, seconds: float) -> None:
    tasks: Sequence[asyncio.Task[bool]] = [asyncio.create_task(event.wait()) for event in (one, other)]
    try:
        await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
