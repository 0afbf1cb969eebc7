"""What every loop over a folder of a mailbox does: wait to lead, open a line, work, note how it went, and begin again."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from channels import inbox
from channels.email import storing
from channels.email.imap import Fault, MailboxError, MailboxReader, MailboxRefused, RawMail
from channels.email.storing import Identified, Place
from crm import mailboxes
from scheduler.clock import Clock
from storage.database import Database
from storage.files import FileStore
from storage.models import InboxSource
from storage.queries import inbox as inbox_rows

log = structlog.get_logger("touchline.mailbox")

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 60.0
REFUSED_PAUSE_SECONDS = 300.0  # a refused login does not mend itself, and hammering locks accounts
_OWNER_FAULTS = {0: Fault.OWNER_UNKNOWN, 2: Fault.OWNER_AMBIGUOUS}
STANDBY_SECONDS = 0.5  # between looks whether this process has come to lead


@dataclass(frozen=True)
class FolderSettings:
    """A folder as the settings have it. `mailbox` is its key in the ledger, `title` what people call it.

    `owner` of a personal mailbox is a colleague's name or number. `copies`: sent mail is laid there, nothing is read.
    """

    mailbox: str
    title: str
    folder: str
    owner: str | int | None = None
    copies: bool = False

    @property
    def label(self) -> str:
        return f"{self.title}/{self.folder}"


async def _nobody_waits() -> None:
    """Nothing is to be made ready for mail that is on its way."""


@dataclass(frozen=True)
class Surroundings:
    """What the loops of all folders share.

    `leads()`: whether this process is the one to work; `expected()`: much mail is about to come in; `stored()`: it did.
    """

    database: Database
    clock: Clock
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    leads: Callable[[], bool] = lambda: True
    expected: Callable[[], Awaitable[None]] = _nobody_waits
    stored: Callable[[], None] = lambda: None
    files: FileStore | None = None
    _shared_only: set[str] = field(
        default_factory=set
    )  # mailboxes without rows under their own names: there come no new ones

    async def identified(self, mails: Sequence[RawMail], *, place: Place) -> list[Identified]:
        """Mails and what they are, large ones laid into the file store where there is one.

        SQLite reads and writes rows whole: 30 MB in one would cost a process 100 MB whenever it is touched.
        """
        found = storing.identified(mails, place=place)
        if self.files is None:
            return found
        return [
            one
            if len(one.mail.content) <= inbox.SMALL
            else one._replace(raw_file=await self.files.put(one.mail.content))
            for one in found
        ]

    async def enroll(self, settings: FolderSettings) -> tuple[Place, Fault | None]:
        """The folder's row, made when it is new, and what is wrong with the settings of its mailbox."""
        now = self.clock.now()
        async with self.database.write() as session:
            enrolled = await mailboxes.enroll(
                session,
                name=settings.mailbox,
                title=settings.title,
                folder=settings.folder,
                owner=settings.owner,
                copies=settings.copies,
                now=now,
                receipt_at=mailboxes.next_night(now, self.zone),
            )
            named_alone = await self._has_earlier_names(session, settings.mailbox)
        place = Place(
            settings.mailbox, settings.folder, enrolled.folder_id, settings.title, enrolled.staff_id, named_alone
        )
        return place, _OWNER_FAULTS.get(enrolled.owners)

    async def _has_earlier_names(self, session: AsyncSession, mailbox: str) -> bool:
        """Whether rows are left that are named by the mailbox alone. Looked for until there are none: it may take a walk."""
        if mailbox in self._shared_only:
            return False
        beginning = storing.earlier_names(mailbox)
        found = await inbox_rows.any_begins(session, source=InboxSource.EMAIL, beginning=beginning)
        if not found:
            self._shared_only.add(mailbox)
        return found


class FolderLoop(ABC):
    """One folder, one connection of its own: what befalls it is no other folder's business."""

    def __init__(self, *, around: Surroundings, reader: MailboxReader, settings: FolderSettings) -> None:
        self.around = around
        self.reader = reader
        self.settings = settings
        self._failures = 0

    async def run(self, stop: asyncio.Event) -> None:
        """Works until `stop`. A lost line is opened again after at most LONGEST_PAUSE_SECONDS."""
        while not stop.is_set():
            if not self.around.leads():
                await rest(stop, STANDBY_SECONDS)
                continue
            try:
                await self._work(await self.opened(), stop)
            except MailboxError as error:
                await self._failed(error)
                pause = REFUSED_PAUSE_SECONDS if isinstance(error, MailboxRefused) else self._pause()
                log.warning("A mailbox failed", folder=self.settings.label, pause=pause, cause=str(error))
                await rest(stop, pause)
            except Exception:
                log.exception("A mailbox could not be worked on", folder=self.settings.label)
                await rest(stop, self._pause())
            finally:
                await self.reader.close()

    def went_well(self) -> None:
        """The next failure is a first one."""
        self._failures = 0

    async def opened(self) -> Place:
        """The folder's row, with a line to it. Raises MailboxError."""
        place, fault = await self.around.enroll(self.settings)
        if fault is not None:
            raise MailboxRefused(fault, str(self.settings.owner))
        await self.connect()
        return place

    async def connect(self) -> None:
        """Opens the line. Raises MailboxError."""
        if not self.reader.is_connected:
            await self.reader.connect()

    @abstractmethod
    async def _work(self, place: Place, stop: asyncio.Event) -> None:
        """Everything this loop is for, until `stop` or until this process no longer leads. Raises MailboxError."""

    def _pause(self) -> float:
        self._failures += 1
        return min(FIRST_PAUSE_SECONDS * 2.0 ** min(self._failures - 1, 10), LONGEST_PAUSE_SECONDS)

    async def _failed(self, error: MailboxError) -> None:
        """Notes it where managers see it; told to them when it lasts, or cannot mend by itself."""
        try:
            place, _ = await self.around.enroll(self.settings)
            async with self.around.database.write() as session:
                await mailboxes.failed(
                    session,
                    folder_id=place.folder_id,
                    fault=error.fault.value,
                    said=error.said,
                    refused=isinstance(error, MailboxRefused),
                    now=self.around.clock.now(),
                )
        except Exception:
            log.exception("A mailbox's failure could not be noted", folder=self.settings.label)


async def rest(stop: asyncio.Event, seconds: float) -> None:
    """A pause that ends early when told to stop."""
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
