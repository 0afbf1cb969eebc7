"""The mailbox: everything in it becomes an inbox row, with the cursor in the same transaction, then we idle.

A dead line costs a new connection after a pause; what was stored is never fetched as new again.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from channels import inbox
from channels.email.imap import Cursor, MailboxLost, MailboxReader, MailboxRefused, RawMail
from channels.inbox import Arrival
from scheduler.clock import Clock
from storage.database import Database
from storage.models import InboxSource, MailboxCursor
from storage.queries.inbox import Unit, is_postgres

log = structlog.get_logger("touchline.mailbox")

IDLE_SECONDS = 240.0  # RFC 2177 allows 29 minutes; a half-open line should be found out sooner
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 60.0
REFUSED_PAUSE_SECONDS = 300.0  # a refused login does not mend itself, and hammering locks accounts
_STORE_MAILS = 50
_STORE_BYTES = 8 * 1024 * 1024


class MailboxLoop:
    """Reads one folder of one mailbox; `name` tells mailboxes apart in the ledger. `stored()` is called after new mail."""

    def __init__(
        self,
        *,
        database: Database,
        reader: MailboxReader,
        name: str,
        clock: Clock,
        stored: Callable[[], None],
        folder: str = "INBOX",
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self._database = database
        self._reader = reader
        self._name = name[:320]
        self._clock = clock
        self._stored = stored
        self._folder = folder[:200]
        self._idle_seconds = idle_seconds

    async def run(self, stop: asyncio.Event) -> None:
        """Reads and idles until `stop`."""
        pause = FIRST_PAUSE_SECONDS
        try:
            while not stop.is_set():
                try:
                    await self._reader.connect()
                    while not stop.is_set():
                        await self.catch_up()
                        pause = FIRST_PAUSE_SECONDS
                        await self._idle(stop)
                except MailboxLost as error:
                    log.warning("The mailbox was lost; connecting again", pause=pause, cause=str(error))
                    await _rest(stop, pause)
                    pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
                except MailboxRefused as error:
                    log.error("The mailbox refuses us; other settings are needed", cause=str(error))  # noqa: TRY400
                    await _rest(stop, REFUSED_PAUSE_SECONDS)
                except Exception:
                    log.exception("The mailbox could not be read")
                    await _rest(stop, pause)
                    pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
        finally:
            await self._reader.close()

    async def catch_up(self) -> int:
        """Stores all mail above the cursor; returns how many mails were new to us. Raises MailboxLost."""
        cursor = await self._cursor()
        new, batch, size = 0, list[RawMail](), 0
        async for mail in self._reader.scan(cursor):
            batch.append(mail)
            size += len(mail.content)
            if len(batch) >= _STORE_MAILS or size >= _STORE_BYTES:
                new += await self._store(batch, history=cursor is None)
                batch, size = [], 0
        new += await self._store(batch, history=cursor is None)
        return new

    async def _idle(self, stop: asyncio.Event) -> None:
        waiting = asyncio.create_task(self._reader.wait(self._idle_seconds))
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({waiting, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if waiting.done():
                waiting.result()
        finally:
            for task in (waiting, stopping):
                task.cancel()
            await asyncio.gather(waiting, stopping, return_exceptions=True)

    async def _cursor(self) -> Cursor | None:
        async with self._database.read() as session:
            query = select(MailboxCursor.uidvalidity, MailboxCursor.uid).where(
                MailboxCursor.mailbox == self._name, MailboxCursor.folder == self._folder
            )
            row = (await session.execute(query)).one_or_none()
        return None if row is None else Cursor(row.uidvalidity, row.uid)

    async def _store(self, mails: list[RawMail], *, history: bool) -> int:
        """One transaction: the mails and how far we are. A mail we hold already (a folder numbered anew) is left out."""
        arrivals = [
            Arrival(
                external_id=f"{self._name[:200]}:{hashlib.sha256(mail.content).hexdigest()}",
                lane=f"mail:{self._name}"[:120],
                payload={
                    "uid": mail.uid,
                    "uidvalidity": mail.uidvalidity,
                    "size": mail.size,
                    "truncated": mail.truncated,
                    "history": history,
                },
                raw=mail.content,
            )
            for mail in mails
        ]
        # Before the first mail there is no number to remember, only that we looked: what comes next is no history.
        last = mails[-1].cursor if mails else Cursor(0, 0)
        async with self._database.connect() as unit:
            new = await inbox.store_many(unit, source=InboxSource.EMAIL, arrivals=arrivals, now=self._clock.now())
            await self._advance(unit, last, only_if_new=not mails)
        if new:
            self._stored()
        return len(new)

    async def _advance(self, unit: Unit, cursor: Cursor, *, only_if_new: bool) -> None:
        now = self._clock.now()
        insert = (postgresql if is_postgres(unit) else sqlite).insert(MailboxCursor)
        statement = insert.values(
            mailbox=self._name, folder=self._folder, uidvalidity=cursor.uidvalidity, uid=cursor.uid, checked_at=now
        )
        moved: dict[str, Any] = {"checked_at": now}
        if not only_if_new:
            moved |= {"uidvalidity": cursor.uidvalidity, "uid": cursor.uid}
        await unit.execute(statement.on_conflict_do_update(index_elements=["mailbox", "folder"], set_=moved))


async def _rest(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
