"""Copies of what was sent, laid into a mailbox's Sent folder: after the sending, once for each delivery, and at leisure.

What waits is read off the ledger. Before a copy is laid its Message-ID is looked for: what a crash left between laying and
noting, and what the server keeps by itself, is found and not laid again.
"""

from __future__ import annotations

import asyncio
import time
from datetime import datetime
from typing import Final

import structlog

from channels.email import storing
from channels.email.imap import CopyRefused, MailboxReader
from channels.email.mime import BadMessage, build
from channels.email.storing import Place
from channels.message import OutgoingEmail
from channels.outbox.delivery import Composer, Delivery
from crm import mailboxes
from scheduler.folders import FolderLoop, FolderSettings, Surroundings, rest
from storage.models import MailboxFolder, Outbox
from storage.queries import delivery_events
from storage.queries import mailboxes as rows
from storage.queries.delivery_events import Note
from storage.queries.mailboxes import CopyTarget, Unfiled

log = structlog.get_logger("touchline.filing")

LOOK_SECONDS: Final = 2.0
KEPT_OPEN_SECONDS: Final = 60.0  # a line nobody uses is given back
NO_COPY: Final = "no-copy"  # what of it stands in the delivery's story
_PAGE: Final = 50
_TOLD: Final = 500


class CopyLoop(FolderLoop):
    """Serves one mailbox. `default` is the mailbox that gets what belongs to no other."""

    def __init__(
        self,
        *,
        around: Surroundings,
        reader: MailboxReader,
        settings: FolderSettings,
        compose: Composer,
        default: str | None,
    ) -> None:
        super().__init__(around=around, reader=reader, settings=settings)
        self._compose = compose
        self._default = default
        self._used_at = 0.0

    async def connect(self) -> None:
        """Not before there is something to lay."""

    async def _work(self, place: Place, stop: asyncio.Event) -> None:
        while not stop.is_set() and self.around.leads():
            await self.file_waiting(place)
            if self.reader.is_connected and time.monotonic() - self._used_at > KEPT_OPEN_SECONDS:
                await self.reader.close()
            await rest(stop, LOOK_SECONDS)

    async def file_waiting(self, place: Place) -> int:
        """Lays a copy of everything that waits for this mailbox; returns how many were laid or found. Raises MailboxError."""
        filed, after = 0, 0
        while True:
            async with self.around.database.read() as session:
                since = (await session.get_one(MailboxFolder, place.folder_id)).since
                targets = await rows.copy_targets(session)
                page = await rows.unfiled(session, since=since, after_id=after, limit=_PAGE)
            if not page:
                return filed
            after = page[-1].id
            for one in page:
                if target_of(one, targets, self._default) == self.settings.mailbox:
                    await self._file(place, one)
                    filed += 1

    async def _file(self, place: Place, one: Unfiled) -> None:
        message = await self._message(one)
        laid, refused = None, None
        if message is not None:
            if not self.reader.is_connected:
                await self.reader.connect()
            self._used_at = time.monotonic()
            try:
                if not (one.message_id and await self.reader.holds(one.message_id)):
                    laid = await self.reader.append(message, date=one.sent_at)
            except CopyRefused as error:
                log.warning("A sent mail has no copy", delivery_id=one.id, folder=self.settings.label, cause=str(error))
                refused = Note(one.id, NO_COPY, {"mailbox": self.settings.title, "diagnostic": error.said[:_TOLD]})
        now = self.around.clock.now()
        async with self.around.database.write() as session:
            await rows.set_filed(session, delivery_id=one.id, now=now)
            await delivery_events.note(session, [refused] if refused is not None else [], now=now)
            read_as = await rows.read_folder(session, mailbox=place.mailbox, folder=self.reader.folder)
            if laid is not None and message is not None and read_as is not None:
                await storing.note_copy(session, folder_id=read_as, at=laid, message=message, now=now)
            await mailboxes.looked(session, folder_id=place.folder_id, now=now)
        self.went_well()

    async def _message(self, one: Unfiled) -> bytes | None:
        """The mail as it was sent, put together once more from its row; None when that cannot be done any more."""
        async with self.around.database.read() as session:
            row = await session.get_one(Outbox, one.id)
            delivery = Delivery(*(getattr(row, name) for name in Delivery._fields))
            try:
                composed = await self._compose(session, delivery)
            except Exception:
                log.exception("A sent mail could not be put together for its copy", delivery_id=one.id)
                return None
        return await asyncio.to_thread(_built, composed, one.sent_at) if isinstance(composed, OutgoingEmail) else None


def target_of(one: Unfiled, targets: list[CopyTarget], default: str | None) -> str | None:
    """Whose copy it is: the writer's own mailbox; the shared one its conversation came by; else the default."""
    for target in targets:
        if target.staff_id is not None and target.staff_id == one.staff_id:
            return target.name
    for target in targets:
        if target.staff_id is None and target.title == one.came_by:
            return target.name
    return default


def _built(email: OutgoingEmail, sent_at: datetime) -> bytes | None:
    try:
        return build(email, date=sent_at)
    except BadMessage:
        return None
