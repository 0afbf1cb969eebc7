"""Receipts: the server's list of every folder against ours, each night, and what we lack fetched at once.

The first receipt of a folder is how its history comes in: headers first (a list of everything there), texts after.
A receipt is a due date in the database; what it found is noted as it goes, so that a cut line costs no second start.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TypeVar

import structlog
from sqlalchemy import update

from channels.email import storing
from channels.email.imap import ListedMail, MailboxError, MailboxReader, RawMail
from channels.email.storing import Place
from crm import mailboxes
from crm.mailboxes import DueReceipt
from scheduler.folders import FolderSettings, Surroundings, rest
from scheduler.mailbox import STORE_BYTES
from storage.models import InboxSource, MailboxFolder, MailboxReceipt
from storage.queries import inbox as inbox_rows
from storage.queries import mailboxes as rows

log = structlog.get_logger("touchline.receipts")

LOOK_SECONDS = 2.0
AT_ONCE = 3  # connections besides those that idle; servers count them
FIRST_PAUSE_SECONDS = 2.0
LONGEST_PAUSE_SECONDS = 900.0
MOST_WAITING = 800  # mails not handled yet, beyond which a history waits
PATIENCE_SECONDS = 5.0  # with each batch: what handles mail may be down, and the history is to come in all the same
_LIST_MAILS = 1000
_STORE_MAILS = 400

_Piece = TypeVar("_Piece")
OpenReader = Callable[[], MailboxReader]


@dataclass
class _Drawing:
    """A receipt being drawn up."""

    due: DueReceipt
    place: Place
    reader: MailboxReader
    top: int  # what lies above is new mail, and not ours to count
    listed: set[int] = field(default_factory=set)
    refused: dict[int, str] = field(default_factory=dict)


class ReceiptLoop:
    """Draws up what is due, a few folders at once, each on a connection of its own."""

    def __init__(
        self,
        *,
        around: Surroundings,
        folders: Sequence[FolderSettings],
        readers: Mapping[FolderSettings, OpenReader],
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self._around = around
        self._patience = patience
        self._folders = folders
        self._readers = {(one.mailbox, one.folder): (one, readers[one]) for one in folders if not one.copies}
        self._running: dict[int, asyncio.Task[None]] = {}
        self._resting: dict[int, tuple[float, float]] = {}  # folder id: until (monotonic), and the pause it was
        self._got_on: set[int] = set()  # folders of which something came in since their last failure

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`; what is under way then goes on where it was after the next start."""
        await self._retire()
        try:
            while not stop.is_set():
                if self._around.leads():
                    await self._start_due()
                await rest(stop, LOOK_SECONDS)
        finally:
            for task in self._running.values():
                task.cancel()
            await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def draw_due(self) -> list[MailboxReceipt]:
        """Everything due now, one after another. Raises MailboxError."""
        drawn = [await self.draw(due) for due in await self._due()]
        return [receipt for receipt in drawn if receipt is not None]

    async def draw(self, due: DueReceipt) -> MailboxReceipt | None:
        """One receipt; None where it cannot be drawn up yet. Raises MailboxError.

        1. The server's list up to the cursor, a thousand mails at a time, against ours: what we lack is noted.
        2. All that is noted as lacking is fetched; what was deleted meanwhile is struck.
        3. What is still lacking is the gap. It stays noted, and the next receipt tries again.
        """
        settings, open_reader = self._readers[due.mailbox, due.folder]
        place, fault = await self._around.enroll(settings)
        async with self._around.database.read() as session:
            read_to = await rows.cursor(session, mailbox=place.mailbox, folder=place.folder)
        if fault is not None or read_to is None:
            return None
        reader = open_reader()
        try:
            await reader.connect()
            if reader.uidvalidity != read_to[0]:
                return None  # numbered anew a moment ago: whoever reads the folder will notice, and ask again
            drawing = _Drawing(due, place, reader, read_to[1])
            if due.first:
                await self._around.expected()
            await self._compare(drawing)
            await self._fetch_lacking(drawing)
        finally:
            await reader.close()
        return await self._close(drawing)

    async def _compare(self, drawing: _Drawing) -> None:
        async with aclosing(ahead(self._listed(drawing))) as pieces:
            async for asked, listed in pieces:
                drawing.listed.update(mail.uid for mail in listed)
                async with self._around.database.read() as session:
                    ours = await rows.known(
                        session,
                        folder_id=drawing.place.folder_id,
                        uidvalidity=drawing.reader.uidvalidity,
                        first=asked[0],
                        last=asked[-1],
                    )
                lacking = [mail for mail in listed if mail.uid not in ours or _is_another(mail, ours[mail.uid])]
                if lacking:
                    await self._note(drawing, lacking)

    async def _listed(self, drawing: _Drawing) -> AsyncGenerator[tuple[Sequence[int], Sequence[ListedMail]], None]:
        uids = [uid for uid in await drawing.reader.uids() if uid <= drawing.top]
        for start in range(0, len(uids), _LIST_MAILS):
            asked = uids[start : start + _LIST_MAILS]
            yield asked, [mail async for mail in drawing.reader.listed(asked)]

    async def _note(self, drawing: _Drawing, lacking: Sequence[ListedMail]) -> None:
        now = self._around.clock.now()
        async with self._around.database.connect() as unit:
            await rows.keep_mails(
                unit,
                [
                    {
                        "folder_id": drawing.place.folder_id,
                        "uidvalidity": drawing.reader.uidvalidity,
                        "uid": mail.uid,
                        "message_id": mail.message_id,
                        "digest": "",
                        "inbox_id": None,
                        "stored_at": now,
                    }
                    for mail in lacking
                ],
            )

    async def _fetch_lacking(self, drawing: _Drawing) -> None:
        async with aclosing(ahead(self._lacking(drawing), heavy=_is_heavy)) as pieces:
            async for mails, gone in pieces:
                await self._make_room()
                await self._store(drawing, mails, gone)
                del mails

    async def _lacking(self, drawing: _Drawing) -> AsyncGenerator[tuple[Sequence[RawMail], set[int]], None]:
        """Mails to be stored together, and those that turned out to be gone. What came before the line ended is stored."""
        after = 0
        while True:
            async with self._around.database.read() as session:
                uids = await rows.lacking(
                    session,
                    folder_id=drawing.place.folder_id,
                    uidvalidity=drawing.reader.uidvalidity,
                    after=after,
                    limit=_STORE_MAILS,
                )
            if not uids:
                return
            after = uids[-1]
            gone = set(uids)
            batch, size = list[RawMail](), 0
            try:
                async for mail in drawing.reader.fetch(uids):
                    gone.discard(mail.uid)
                    batch.append(mail)
                    size += len(mail.content)
                    if mail.fault:
                        drawing.refused[mail.uid] = mail.fault
                    if size >= STORE_BYTES:
                        yield batch, set()
                        batch, size = [], 0
                    del mail  # a large one is not held while the next is fetched
            except MailboxError:
                yield batch, set()
                raise
            yield batch, gone

    async def _make_room(self) -> None:
        """A history does not stand before new mail: what was fetched is handled first, for a while."""
        deadline = time.monotonic() + self._patience
        while time.monotonic() < deadline:
            async with self._around.database.read() as session:
                if await inbox_rows.count_waiting(session, source=InboxSource.EMAIL, limit=MOST_WAITING) < MOST_WAITING:
                    return
            await asyncio.sleep(0.1)

    async def _store(self, drawing: _Drawing, mails: Sequence[RawMail], gone: set[int]) -> None:
        now = self._around.clock.now()
        found = await self._around.identified(mails, place=drawing.place)
        async with self._around.database.connect() as unit:
            new = await storing.store(
                unit, place=drawing.place, mails=found, now=now, history=drawing.due.first, late=True
            )
            if gone:
                drawing.listed -= gone
                await rows.forget(
                    unit,
                    folder_id=drawing.place.folder_id,
                    uidvalidity=drawing.reader.uidvalidity,
                    uids=gone,
                )
            if new:
                counted = update(MailboxFolder).where(MailboxFolder.id == drawing.place.folder_id)
                await unit.execute(counted.values(fetched=MailboxFolder.fetched + new))
        self._got_on.add(drawing.place.folder_id)
        if new:
            self._around.stored()

    async def _close(self, drawing: _Drawing) -> MailboxReceipt | None:
        now = self._around.clock.now()
        refused = {uid: fault for uid, fault in drawing.refused.items() if uid in drawing.listed}
        async with self._around.database.write() as session:
            await rows.forget_old_numbers(
                session, folder_id=drawing.place.folder_id, uidvalidity=drawing.reader.uidvalidity
            )
            receipt = await mailboxes.take_receipt(
                session,
                folder_id=drawing.place.folder_id,
                due_at=drawing.due.due_at,
                on_server=len(drawing.listed),
                held=len(drawing.listed) - len(refused),
                error=next(iter(refused.values()), ""),
                now=now,
                next_at=mailboxes.next_night(now, self._around.zone),
            )
        if receipt is not None:
            log.info(
                "A mailbox was compared",
                mailbox=drawing.place.title,
                folder=drawing.place.folder,
                on_server=receipt.on_server,
                held=receipt.held,
                fetched=receipt.fetched,
            )
        return receipt

    # -- the loop

    async def _retire(self) -> None:
        async with self._around.database.write() as session:
            await mailboxes.retire(session, keep={(one.mailbox, one.folder, one.copies) for one in self._folders})

    async def _due(self) -> list[DueReceipt]:
        async with self._around.database.read() as session:
            due = await mailboxes.due_receipts(session, now=self._around.clock.now())
        return [one for one in due if (one.mailbox, one.folder) in self._readers]

    async def _start_due(self) -> None:
        try:
            due = await self._due()
        except Exception:
            log.exception("What is due could not be looked up")
            return
        for one in due:
            until, _ = self._resting.get(one.folder_id, (0.0, 0.0))
            if len(self._running) < AT_ONCE and one.folder_id not in self._running and time.monotonic() >= until:
                task = asyncio.create_task(self._draw_quietly(one), name=f"receipt {one.mailbox}/{one.folder}")
                self._running[one.folder_id] = task

    async def _draw_quietly(self, due: DueReceipt) -> None:
        name, failed = f"{due.mailbox}/{due.folder}", True
        try:
            failed = await self.draw(due) is None
        except MailboxError as error:
            log.warning("A mailbox could not be compared", folder=name, cause=str(error))
        except Exception:
            log.exception("A mailbox could not be compared", folder=name)
        finally:
            self._running.pop(due.folder_id, None)
        self._resting[due.folder_id] = self._rest(due.folder_id) if failed else (0.0, 0.0)

    def _rest(self, folder_id: int) -> tuple[float, float]:
        """Longer with every failure in a row; a line that drops again and again, but brings something, is no failure."""
        _, pause = self._resting.get(folder_id, (0.0, 0.0))
        if folder_id in self._got_on:
            self._got_on.discard(folder_id)
            pause = 0.0
        pause = min(max(pause * 2, FIRST_PAUSE_SECONDS), LONGEST_PAUSE_SECONDS)
        return time.monotonic() + pause, pause


async def ahead(
    source: AsyncGenerator[_Piece, None], *, heavy: Callable[[_Piece], bool] = lambda _: False
) -> AsyncGenerator[_Piece, None]:
    """The same pieces, the next one being fetched while one is worked on. To be closed when left early.

    While a heavy one is worked on nothing is fetched, so that there are never two in memory.
    """
    upcoming = asyncio.ensure_future(anext(source, None))
    try:
        while (piece := await upcoming) is not None:
            if heavy(piece):
                yield piece
                del piece
                upcoming = asyncio.ensure_future(anext(source, None))
            else:
                upcoming = asyncio.ensure_future(anext(source, None))
                yield piece
    finally:
        upcoming.cancel()
        await asyncio.gather(upcoming, return_exceptions=True)
        await source.aclose()


def _is_heavy(piece: tuple[Sequence[RawMail], set[int]]) -> bool:
    return sum(len(mail.content) for mail in piece[0]) >= STORE_BYTES


def _is_another(mail: ListedMail, known_id: str) -> bool:
    """The number is known, but under it lies another mail: the server went back to an old state and said nothing."""
    return bool(mail.message_id and known_id) and mail.message_id != known_id
