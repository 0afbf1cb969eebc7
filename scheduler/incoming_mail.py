"""Emails that arrived: read in the limited process, their files laid into the store, and put on the timeline.

Small ones are read and committed together. One that cannot be handled is handled alone, and after its last try, like one
that cannot be read at all, lies in the tray as it came: nothing is lost, and nothing is lost sight of.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Final

import structlog
from sqlalchemy.exc import OperationalError

from channels import inbox
from channels.email.isolation import LargeMail, MailParser
from channels.email.reading import Completeness, ParsedEmail
from channels.inbox import WaitingMail
from crm import deliveries, inbound
from crm.inbound import Arrival, Received
from crm.interactions import KeptFile
from crm.threads import House
from scheduler.clock import Clock
from storage.database import Database
from storage.files import FileStore

log = structlog.get_logger("touchline.inbound")

_TOGETHER: Final = 400  # mails in one transaction
_TOGETHER_BYTES: Final = 2 * 1024 * 1024
_AHEAD: Final = 2  # groups in memory besides the one that is committed
_PIECE: Final = 4 * 1024 * 1024
_UNREAD: Final = "mail.eml"
_MAIL_TYPE: Final = "message/rfc822"


@dataclass(frozen=True, slots=True)
class _Read:
    """A row and what it is: a mail to be received, or one that cannot be read."""

    row: WaitingMail
    received: Received | None = None
    unread: KeptFile | None = None


class IncomingMail:
    """`house` is who we are on the wire: whom automatic answers may come from, and never go to; `returns` how returned mail is known."""

    def __init__(
        self,
        *,
        database: Database,
        files: FileStore,
        clock: Clock,
        parser: MailParser,
        house: House,
        returns: deliveries.Returns,
    ) -> None:
        self._database = database
        self._files = files
        self._clock = clock
        self._parser = parser
        self._house = house
        self._returns = returns
        self._reading = asyncio.Lock()

    async def process(self) -> int:
        """Handles all that waits once, lane by lane in order; returns how many rows were closed.

        While one group is committed the next ones are read, in the other process.
        """
        closed = 0
        stuck: set[str] = set()
        async with aclosing(self._groups()) as groups:
            async for rows, reads in groups:
                closed += await self._handle_group(rows, reads, stuck)
        return closed

    async def expect(self) -> None:
        """Mail is on its way: the parser's process starts while it is fetched."""
        try:
            await self._parser.prepare()
        except OSError:
            log.exception("The parser's process could not be started ahead")  # whoever has mail to read tries again

    async def close(self) -> None:
        """Ends the parser's process."""
        await self._parser.close()

    async def _groups(self) -> AsyncGenerator[tuple[Sequence[WaitingMail], list[_Read] | Exception], None]:
        """What waits, with what it is; a few groups are being read while one is worked on, what came in meanwhile too."""
        upcoming = deque[tuple[list[WaitingMail], asyncio.Task[list[_Read]]]]()
        after = 0
        outcome: tuple[list[WaitingMail], list[_Read] | Exception] | None = None
        try:
            while True:
                while len(upcoming) < _AHEAD and (rows := await self._next(after=after)):
                    after = rows[-1].id
                    upcoming.append((rows, asyncio.create_task(self._read(rows))))
                if outcome is not None:
                    yield outcome
                    outcome = None
                elif not upcoming:
                    return
                if upcoming:
                    rows, reading = upcoming[0]
                    outcome = rows, await _outcome(reading)
                    upcoming.popleft()
        finally:
            for _, reading in upcoming:
                reading.cancel()
            await asyncio.gather(*(reading for _, reading in upcoming), return_exceptions=True)

    async def _next(self, *, after: int) -> list[WaitingMail]:
        """The next few that are small, or one that is large."""
        async with self._database.read() as session:
            unit = await session.connection()
            rows = await inbox.waiting_mail(unit, limit=_TOGETHER, after_id=after, together=_TOGETHER_BYTES)
        small = list(takewhile(lambda row: not row.is_large, rows))
        return small or rows[:1]

    async def _handle_group(self, rows: Sequence[WaitingMail], reads: list[_Read] | Exception, stuck: set[str]) -> int:
        """All in one transaction, else one after another; a lane waits for its first that cannot be handled."""
        if not stuck.intersection(row.lane for row in rows) and not isinstance(reads, Exception):
            try:
                return await self._commit(reads)
            except (OSError, OperationalError):
                raise  # the disk or the database is away: no fault of the mails
            except Exception:
                log.exception("Mails could not be handled together; each is handled alone", mails=len(rows))
        closed = 0
        for row in rows:
            if row.lane not in stuck:
                if await self._handle(row):
                    closed += 1
                else:
                    stuck.add(row.lane)
        return closed

    async def _handle(self, row: WaitingMail) -> bool:
        """One mail. True when its row is closed: handled, or put into the tray unread so that its lane goes on."""
        try:
            await self._commit(await self._read([row]))
        except (OSError, OperationalError):
            raise
        except Exception as error:
            log.exception("A mail could not be handled", inbox_id=row.id, tries=row.tries + 1)
            return await self._give_up(row, error)
        return True

    async def _commit(self, reads: Sequence[_Read]) -> int:
        now = self._clock.now()
        async with self._database.write() as session:
            # First, so that of two processes only one goes on.
            unit = await session.connection()
            ours = await inbox.mark_many_processed(unit, ids=[one.row.id for one in reads], now=now)
            mine = [one for one in reads if one.row.id in ours]
            for one in mine:
                if one.unread is not None:
                    await inbound.keep_unread(session, raw=one.unread, arrival=_arrival(one.row), now=now)
            received = [one.received for one in mine if one.received is not None]
            await inbound.receive_emails(session, received=received, now=now, house=self._house, returns=self._returns)
        return len(reads)

    async def _give_up(self, row: WaitingMail, error: Exception) -> bool:
        now = self._clock.now()
        raw = await self._keep_raw(row) if row.tries + 1 >= inbox.MAX_TRIES else None
        async with self._database.write() as session:
            closed = await inbox.mark_failed(
                session, inbox_id=row.id, error=f"{type(error).__name__}: {error}", now=now
            )
            if closed and raw is not None:
                await inbound.keep_unread(session, raw=raw, arrival=_arrival(row), now=now)
        return closed

    async def _read(self, rows: Sequence[WaitingMail]) -> list[_Read]:
        """Everything slow, before the transaction. One group at a time: the files of two would be in memory at once."""
        async with self._reading:
            parsed = await self._parser.parse_many([await self._source(row) for row in rows])
            return [await self._kept(row, email) for row, email in zip(rows, parsed, strict=True)]

    async def _kept(self, row: WaitingMail, email: ParsedEmail) -> _Read:
        arrival = _arrival(row)
        if email.completeness is Completeness.NOTHING:
            return _Read(row, unread=await self._keep_raw(row))
        files = [
            KeptFile(await self._files.put(file.content), file.name, file.media_type, len(file.content))
            for file in email.files
        ]
        if email.completeness is Completeness.HEADERS or arrival.truncated:
            files.append(await self._keep_raw(row))
        # They lie in the store; in memory they would stay until the commit.
        light = replace(email, files=()) if email.files else email
        return _Read(row, received=Received(light, arrival, files))

    async def _source(self, row: WaitingMail) -> bytes | LargeMail:
        if not row.is_large:
            return row.raw or b""
        kept = await self._keep_raw(row)
        return LargeMail(kept.size, lambda: self._files.pieces(kept.sha256, size=_PIECE))

    async def _keep_raw(self, row: WaitingMail) -> KeptFile:
        """The mail as it came, in the file store: where a large one lies already."""
        sha256 = row.payload.get(inbox.RAW_FILE)
        if sha256 is None:
            sha256 = await self._files.put(row.raw or b"") if not row.is_large else await self._filed(row)
        return KeptFile(sha256, _UNREAD, _MAIL_TYPE, await self._files.size(sha256))

    async def _filed(self, row: WaitingMail) -> str:
        async def pieces() -> AsyncIterator[bytes]:
            for start in range(0, row.size, _PIECE):
                async with self._database.read() as session:
                    piece = await inbox.raw_piece(session, inbox_id=row.id, start=start, size=_PIECE)
                yield piece

        return await self._files.put_pieces(pieces())


async def _outcome(reading: asyncio.Task[list[_Read]]) -> list[_Read] | Exception:
    """What was read, or why it could not be: then each mail is read again alone."""
    try:
        return await reading
    except OSError:
        raise
    except Exception as error:
        log.exception("Mails could not be read together")
        return error


def _arrival(row: WaitingMail) -> Arrival:
    said = row.payload
    return Arrival(
        row.id,
        row.received_at,
        history=bool(said.get("history")),
        mailbox=said.get("mailbox"),
        staff_id=said.get("staff_id"),
        truncated=bool(said.get("truncated")),
    )
