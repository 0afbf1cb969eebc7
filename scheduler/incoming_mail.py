"""Emails that arrived: read in the limited process, their files laid into the store, and put on the timeline.

Small ones are read and committed together. One that cannot be handled is handled alone, and after its last try, like one
that cannot be read at all, lies in the tray as it came: nothing is lost, and nothing is lost sight of.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Final

import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from channels import inbox
from channels.email.isolation import LargeMail, MailParser
from channels.email.reading import Completeness, ParsedEmail
from channels.inbox import WaitingMail
from crm import inbound
from crm.inbound import Arrival
from crm.interactions import KeptFile
from crm.threads import House
from scheduler.clock import Clock
from storage.database import Database
from storage.files import FileStore

log = structlog.get_logger("touchline.inbound")

_TOGETHER: Final = 20  # mails in one transaction
_PIECE: Final = 4 * 1024 * 1024
_UNREAD: Final = "mail.eml"
_MAIL_TYPE: Final = "message/rfc822"

Effect = Callable[[AsyncSession], Awaitable[object]]


class IncomingMail:
    """`house` is who we are on the wire: whom automatic answers may come from, and never go to."""

    def __init__(self, *, database: Database, files: FileStore, clock: Clock, parser: MailParser, house: House) -> None:
        self._database = database
        self._files = files
        self._clock = clock
        self._parser = parser
        self._house = house

    async def process(self) -> int:
        """Handles all that waits once, lane by lane in order; returns how many rows were closed."""
        closed, after = 0, 0
        stuck: set[str] = set()
        while True:
            async with self._database.read() as session:
                rows = await inbox.waiting_mail(session, limit=_TOGETHER, after_id=after)
            if not rows:
                return closed
            after = rows[-1].id
            rows = [row for row in rows if row.lane not in stuck]
            if len(rows) > 1 and await self._handle_together(rows):
                closed += len(rows)
                continue
            for row in rows:
                if row.lane in stuck:
                    continue
                if await self._handle(row):
                    closed += 1
                else:
                    stuck.add(row.lane)

    async def close(self) -> None:
        """Ends the parser's process."""
        await self._parser.close()

    async def _handle_together(self, rows: Sequence[WaitingMail]) -> bool:
        """All in one transaction; False when one of them cannot be handled, and nothing was done."""
        try:
            effects = await self._effects(rows)
            async with self._database.write() as session:
                for row, effect in zip(rows, effects, strict=True):
                    # First, so that of two processes only one goes on.
                    if await inbox.mark_processed(session, inbox_id=row.id, now=self._clock.now()):
                        await effect(session)
        except (OSError, OperationalError):
            raise  # the disk or the database is away: no fault of the mails
        except Exception:
            log.exception("Mails could not be handled together; each is handled alone", mails=len(rows))
            return False
        return True

    async def _handle(self, row: WaitingMail) -> bool:
        """One mail. True when its row is closed: handled, or put into the tray unread so that its lane goes on."""
        try:
            (effect,) = await self._effects([row])
            async with self._database.write() as session:
                if await inbox.mark_processed(session, inbox_id=row.id, now=self._clock.now()):
                    await effect(session)
        except (OSError, OperationalError):
            raise
        except Exception as error:
            log.exception("A mail could not be handled", inbox_id=row.id, tries=row.tries + 1)
            return await self._give_up(row, error)
        return True

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

    async def _effects(self, rows: Sequence[WaitingMail]) -> list[Effect]:
        """Everything slow, and what is to be done in the transaction afterwards."""
        parsed = await self._parser.parse_many([self._source(row) for row in rows])
        return [await self._effect(row, email) for row, email in zip(rows, parsed, strict=True)]

    async def _effect(self, row: WaitingMail, email: ParsedEmail) -> Effect:
        arrival, now, house = _arrival(row), self._clock.now(), self._house
        if email.completeness is Completeness.NOTHING:
            raw = await self._keep_raw(row)
            return lambda session: inbound.keep_unread(session, raw=raw, arrival=arrival, now=now)
        kept = [
            KeptFile(await self._files.put(file.content), file.name, file.media_type, len(file.content))
            for file in email.files
        ]
        if email.completeness is Completeness.HEADERS or arrival.truncated:
            kept.append(await self._keep_raw(row))
        light = replace(email, files=())  # they lie in the store; in memory they would stay until the commit
        return lambda session: inbound.receive_email(
            session, email=light, files=kept, arrival=arrival, now=now, house=house
        )

    def _source(self, row: WaitingMail) -> bytes | LargeMail:
        if row.raw is not None or row.size == 0:
            return row.raw or b""
        return LargeMail(row.size, lambda: self._pieces(row))

    async def _pieces(self, row: WaitingMail) -> AsyncIterator[bytes]:
        for start in range(0, row.size, _PIECE):
            async with self._database.read() as session:
                piece = await inbox.raw_piece(session, inbox_id=row.id, start=start, size=_PIECE)
            yield piece

    async def _keep_raw(self, row: WaitingMail) -> KeptFile:
        if row.raw is not None:
            content = row.raw
        else:
            async with self._database.read() as session:
                content = await inbox.raw_piece(session, inbox_id=row.id, start=0, size=max(row.size, 1))
        return KeptFile(await self._files.put(content), _UNREAD, _MAIL_TYPE, len(content))


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
