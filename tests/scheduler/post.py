"""A mailbox and who reads it, for tests: one step at a time instead of loops."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select

from channels.email.imap import MailboxReader
from scheduler.folders import FolderSettings, Surroundings
from scheduler.mailbox import MailboxLoop
from scheduler.receipts import ReceiptLoop
from storage.database import Database
from storage.files import FileStore
from storage.models import Inbox, MailboxFolder, MailboxMail, MailboxReceipt


class StillClock:
    """Product time that stands where it is put."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


@dataclass
class Post:
    """One folder: `look()` for what is new, `compare()` for the receipts that are due, `read_everything()` for both."""

    database: Database
    clock: StillClock
    url: str
    settings: FolderSettings = field(default_factory=lambda: FolderSettings("crm@shop.test", "crm@shop.test", "INBOX"))
    stored: Callable[[], None] = lambda: None
    expectations: int = 0  # how often it was said that much mail is about to come
    idle_seconds: float = 240.0
    largest_mail: int = 32 * 1024 * 1024
    command_timeout: float = 60.0
    files: FileStore | None = None

    def __post_init__(self) -> None:
        self.around = Surroundings(
            database=self.database,
            clock=self.clock,
            expected=self._expected,
            stored=lambda: self.stored(),
            files=self.files,
        )
        self.loop = MailboxLoop(
            around=self.around, reader=self.open_reader(), settings=self.settings, idle_seconds=self.idle_seconds
        )
        self.receipts = ReceiptLoop(
            around=self.around, folders=[self.settings], readers={self.settings: self.open_reader}, patience=0
        )

    async def _expected(self) -> None:
        self.expectations += 1

    def open_reader(self) -> MailboxReader:
        return MailboxReader(
            self.url, self.settings.folder, largest_mail=self.largest_mail, command_timeout=self.command_timeout
        )

    async def look(self) -> int:
        """New mail; how many mails were new to us."""
        return await self.loop.catch_up(await self.loop.opened())

    async def compare(self) -> list[MailboxReceipt]:
        return await self.receipts.draw_due()

    async def read_everything(self) -> list[MailboxReceipt]:
        await self.look()
        return await self.compare()

    async def ask(self) -> None:
        """As if somebody pressed "Check now"."""
        async with self.database.write() as session:
            for folder in (await session.execute(select(MailboxFolder))).scalars():
                folder.receipt_due_at = self.clock.now()

    async def row(self) -> MailboxFolder:
        place, _ = await self.around.enroll(self.settings)
        async with self.database.read() as session:
            return await session.get_one(MailboxFolder, place.folder_id)

    async def close(self) -> None:
        await self.loop.reader.close()

    async def run(self, stop: asyncio.Event) -> None:
        """Both loops, as in life."""
        await asyncio.gather(self.loop.run(stop), self.receipts.run(stop))


async def stored(database: Database) -> list[Inbox]:
    """Everything that came in, oldest first."""
    async with database.read() as session:
        return list((await session.execute(select(Inbox).order_by(Inbox.id))).scalars())


async def held(database: Database) -> int:
    """How many mails on servers are rows of ours."""
    async with database.read() as session:
        query = select(func.count()).select_from(MailboxMail).where(MailboxMail.inbox_id.is_not(None))
        return int((await session.execute(query)).scalar_one())
