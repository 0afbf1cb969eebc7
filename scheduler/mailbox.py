"""New mail: everything above a folder's cursor becomes an inbox row, with the cursor in the same transaction, then we idle.

What lay in a folder before it was opened, or before it was numbered anew, is fetched by its receipt (receipts.py), so that
a long history keeps no new mail waiting.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from channels.email import storing
from channels.email.imap import MailboxReader, RawMail
from channels.email.storing import Place
from crm import mailboxes
from scheduler.folders import FolderLoop, FolderSettings, Surroundings
from storage.queries import mailboxes as rows

IDLE_SECONDS = 240.0  # RFC 2177 allows 29 minutes; a half-open line should be found out sooner
STORE_MAILS = 200
STORE_BYTES = 8 * 1024 * 1024


class MailboxLoop(FolderLoop):
    """Reads one folder: idles, and looks for itself every `idle_seconds`, announced or not."""

    def __init__(
        self,
        *,
        around: Surroundings,
        reader: MailboxReader,
        settings: FolderSettings,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        super().__init__(around=around, reader=reader, settings=settings)
        self._idle_seconds = idle_seconds

    async def _work(self, place: Place, stop: asyncio.Event) -> None:
        while not stop.is_set() and self.around.leads():
            await self.catch_up(place)
            self.went_well()
            await self.reader.wait(self._idle_seconds, wake=stop)

    async def catch_up(self, place: Place) -> int:
        """Stores all mail above the cursor; returns how many mails were new to us. Raises MailboxError.

        On a first look, and after the folder was numbered anew, the cursor is set to its end and nothing is stored: what
        lies below is asked of the receipt.
        """
        await self.reader.refresh()
        async with self.around.database.read() as session:
            read_to = await rows.cursor(session, mailbox=place.mailbox, folder=place.folder)
        if read_to is None or read_to[0] != self.reader.uidvalidity:
            await self._begin(place)
            return 0
        uids = await self.reader.uids(read_to[1] + 1)
        new, batch, size = 0, list[RawMail](), 0
        async for mail in self.reader.fetch(await self._unknown(place, uids)):
            batch.append(mail)
            size += len(mail.content)
            if len(batch) >= STORE_MAILS or size >= STORE_BYTES:
                new += await self._store(place, batch, batch[-1].uid)
                batch, size = [], 0
            del mail  # a large one is not held while the next is fetched
        return new + await self._store(place, batch, uids[-1] if uids else read_to[1])

    async def _unknown(self, place: Place, uids: Sequence[int]) -> Sequence[int]:
        """Without those that are noted as ours already, such as copies we laid there ourselves."""
        if not uids:
            return uids
        async with self.around.database.read() as session:
            noted = await rows.fetched_above(
                session, folder_id=place.folder_id, uidvalidity=self.reader.uidvalidity, uid=uids[0] - 1
            )
        return [uid for uid in uids if uid not in noted]

    async def _begin(self, place: Place) -> None:
        next_uid = self.reader.uid_next
        top = next_uid - 1 if next_uid is not None else max(await self.reader.uids(), default=0)
        now = self.around.clock.now()
        async with self.around.database.write() as session:
            await rows.set_cursor(
                session,
                mailbox=place.mailbox,
                folder=place.folder,
                uidvalidity=self.reader.uidvalidity,
                uid=top,
                now=now,
            )
            await mailboxes.ask_history(session, folder_id=place.folder_id, now=now)
            await mailboxes.looked(session, folder_id=place.folder_id, now=now)

    async def _store(self, place: Place, mails: Sequence[RawMail], read_to: int) -> int:
        """One transaction: the mails, how far we are, and that all is well."""
        now = self.around.clock.now()
        found = await self.around.identified(mails, place=place)
        async with self.around.database.write() as session:
            new = await storing.store(session, place=place, mails=found, now=now)
            await rows.set_cursor(
                session,
                mailbox=place.mailbox,
                folder=place.folder,
                uidvalidity=self.reader.uidvalidity,
                uid=read_to,
                now=now,
            )
            await mailboxes.looked(session, folder_id=place.folder_id, now=now)
        if new:
            self.around.stored()
        return new
