"""The mailbox as a stream: everything above a cursor, a list of what is there, and a wait that notices a dead line.

One task owns a MailboxReader. After MailboxLost it is of no more use than a fresh one: call connect() again.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any, Final

import structlog
from aioimaplib import aioimaplib

from channels.email import imap_answers as answers
from channels.email.identity import message_id_of
from channels.email.imap_answers import Row, ServerFolder
from channels.email.imap_line import ImapLine
from channels.email.mailbox import (
    CopyRefused,
    Cursor,
    Fault,
    ImapAddress,
    ListedMail,
    MailboxError,
    MailboxLost,
    MailboxRefused,
    MailFault,
    RawMail,
)
from storage.database import assert_no_transaction

__all__ = [
    "SENT",
    "CopyRefused",
    "Cursor",
    "Fault",
    "ImapAddress",
    "ListedMail",
    "MailboxError",
    "MailboxLost",
    "MailboxReader",
    "MailboxRefused",
    "RawMail",
]

_log = structlog.get_logger(__name__)

SENT: Final = "\\Sent"  # in place of a folder's name: whichever the server keeps sent mail in
ROWS_PER_FETCH: Final = 200
_REMEMBERED: Final = 20_000  # mails whose size is kept from the list; of those beyond it is asked again
_COMMAND_TIMEOUT: Final = 60.0
_SEARCH_TIMEOUT: Final = 300.0  # a server without an index opens every mail
_BYTES_PER_FETCH: Final = 4 * 1024 * 1024
_PART_BYTES: Final = 1024 * 1024
_LARGEST_MAIL: Final = 32 * 1024 * 1024
_HEAD_OF_TOO_LARGE: Final = 1024 * 1024
_SLOWEST_UPLOAD: Final = 20_000.0  # bytes in a second
# A mail on which the line has ended so often is asked for alone, and then no more on this reader.
_ALONE_AFTER, _GIVEN_UP_AFTER = 2, 5
# Where a server marks no folder as the one for sent mail, its name may tell.
_SENT_NAMES: Final = ("sent", "sent items", "sent messages", "отправленные", "gesendet", "envoyés")


class MailboxReader:
    """Reads one folder and never marks anything as seen."""

    def __init__(
        self,
        url: str,
        folder: str = "INBOX",
        *,
        largest_mail: int = _LARGEST_MAIL,
        command_timeout: float = _COMMAND_TIMEOUT,
    ) -> None:
        self._line = ImapLine(ImapAddress.parse(url), command_timeout=command_timeout)
        self._wanted = folder
        self._folder = folder
        self._largest = largest_mail
        self._endings: Counter[int] = Counter()  # how often the line ended while a mail was asked for
        self._listed: dict[int, Row] = {}  # sizes, which never change under a number, until their mails are fetched
        self._is_fresh = False  # nothing was asked since the folder was opened
        self.uidvalidity = 0
        self.uid_next: int | None = None

    @property
    def is_connected(self) -> bool:
        """Whether a line stands, as far as this side knows."""
        return self._line.is_open

    @property
    def folder(self) -> str:
        """The folder's name; of SENT, once connected, the real one."""
        return self._folder

    async def connect(self) -> None:
        """Connect, secure, log in and open the folder. Raises MailboxLost or MailboxRefused."""
        assert_no_transaction()
        await self._line.open()
        if self._wanted == SENT:
            self._folder = await self._sent_folder()
        await self._select()
        self._is_fresh = True

    async def refresh(self) -> None:
        """Open the folder once more: one made anew meanwhile has other numbers. Sets `uidvalidity` and `uid_next`.

        Right after connect() nothing is done: what came since then is new.
        """
        assert_no_transaction()
        if not self._is_fresh:
            await self._select()
        self._is_fresh = False

    async def uids(self, first: int = 1) -> list[int]:
        """The numbers of all mails from `first` on, ascending."""
        assert_no_transaction()
        answer = await self._search(f"UID {first}:*")
        # "5:*" names the last mail even when its number is below five.
        return sorted(uid for uid in _numbers(answer) if uid >= first)

    async def scan(self, after: Cursor | None) -> AsyncIterator[RawMail]:
        """Every mail above `after` in the order of arrival; all of them where the folder was numbered anew.

        Raises MailboxLost; whatever was yielded before is whole.
        """
        await self.refresh()
        first = after.uid + 1 if after is not None and after.uidvalidity == self.uidvalidity else 1
        async for mail in self.fetch(await self.uids(first)):
            yield mail

    async def fetch(self, uids: Sequence[int]) -> AsyncIterator[RawMail]:
        """These mails in the order given, sizes known first, large ones in parts. Those deleted meanwhile are left out.

        A mail the server does not hand over comes with its fault. Raises MailboxLost, MailboxRefused.
        """
        assert_no_transaction()
        for first in range(0, len(uids), ROWS_PER_FETCH):
            asked = uids[first : first + ROWS_PER_FETCH]
            sized = await self._sized(asked)
            for uid in await self._present([uid for uid in asked if uid not in sized]):
                yield self._faulty(Row(uid, None, None, None), MailFault.NO_SIZE)
            batch: list[Row] = []
            waiting = 0
            for row in (sized[uid] for uid in asked if uid in sized):
                size = row.size or 0
                alone = size > _PART_BYTES or self._endings[row.uid] >= _ALONE_AFTER
                if batch and (alone or waiting + size > _BYTES_PER_FETCH):
                    for mail in await self._whole(batch):
                        yield mail
                    batch, waiting = [], 0
                if alone:
                    if (single := await self._alone(row)) is not None:
                        yield single
                    del single  # a large one is not held while the next is fetched
                else:
                    batch.append(row)
                    waiting += size
            for mail in await self._whole(batch) if batch else []:
                yield mail

    async def listed(self, uids: Sequence[int]) -> AsyncIterator[ListedMail]:
        """What the server says of these mails: Message-ID, size, arrival; nothing but that it is there, if it cannot read it."""
        assert_no_transaction()
        items = "(UID RFC822.SIZE INTERNALDATE BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])"
        for first in range(0, len(uids), ROWS_PER_FETCH):
            asked = uids[first : first + ROWS_PER_FETCH]
            found = {row.uid: row async for row in self._rows(asked, items)}
            for uid in await self._present([uid for uid in asked if uid not in found]):
                found[uid] = Row(uid, None, None, None)
            for row in (found[uid] for uid in asked if uid in found):
                if row.size is not None and len(self._listed) < _REMEMBERED:
                    self._listed[row.uid] = Row(row.uid, row.size, row.arrived_at, None)
                yield ListedMail(row.uid, message_id_of(row.body or b""), row.size or 0, row.arrived_at)

    async def wait(self, timeout: float, *, wake: asyncio.Event | None = None) -> bool:  # noqa: ASYNC109 - the time to idle
        """Idle for up to `timeout` seconds (nine minutes at most), or until `wake`; True as soon as the server has news.

        Mail that arrives between two waits is not announced: scan after each, whatever the answer. Raises MailboxLost.
        """
        assert_no_transaction()
        return await self._line.idle(timeout, wake=wake)

    async def holds(self, message_id: str) -> bool:
        """Whether a mail of that Message-ID lies in the folder. Raises MailboxLost."""
        assert_no_transaction()
        return bool(_numbers(await self._search("HEADER", "Message-ID", aioimaplib.quoted(message_id))))

    async def append(self, message: bytes, *, date: datetime) -> Cursor | None:
        """Lay a mail into the folder, as read. Where it lies now; None from a server that does not say.

        Raises CopyRefused, MailboxRefused when the folder is gone or full, MailboxLost.
        """
        assert_no_transaction()
        protocol = self._line.client.protocol
        command = protocol.append(message, self._quoted(), r"\Seen", date)
        answer = await self._line.ask(command, _COMMAND_TIMEOUT + len(message) / _SLOWEST_UPLOAD)
        if answer.result == "OK":
            placed = answers.placed(answer)
            return Cursor(*placed) if placed is not None else None
        if answers.code(answer) in answers.PASSING | {"TRYCREATE", "NONEXISTENT", "OVERQUOTA"}:
            raise self._line.refusal(answer, Fault.NOT_TAKEN)
        raise CopyRefused(Fault.NOT_TAKEN, answers.last_words(answer))

    async def folders(self) -> list[ServerFolder]:
        """The folders that hold mail. Needs a line, opened or not refused at the folder. Raises MailboxLost."""
        answer = await self._line.ask(self._line.client.protocol.simple_command("LIST", '""', '"*"'))
        return list(answers.folders(answer.lines))

    async def check(self) -> str:
        """Connect if needed, and say how new mail will be noticed; for the doctor. Raises MailboxError."""
        if not self._line.is_open:
            await self.connect()
        return "IDLE" if self._line.can("IDLE") else "polling"

    async def close(self) -> None:
        """Say goodbye and leave."""
        await self._line.close()

    # -- commands

    def _quoted(self) -> str:
        return str(aioimaplib.quoted(answers.wire_name(self._folder)))

    async def _select(self) -> None:
        answer = await self._line.ask(self._line.client.select(self._quoted()))
        if answer.result != "OK":
            raise await self._no_such_folder(answer)
        validity = answers.number_of(answer, "UIDVALIDITY")
        if validity is None:
            self._line.discard()
            raise MailboxRefused(Fault.NO_NUMBERS, self._folder)
        self.uidvalidity, self.uid_next = validity, answers.number_of(answer, "UIDNEXT")
        self._listed.clear()

    async def _no_such_folder(self, answer: Any) -> MailboxError:
        if answers.code(answer) in answers.PASSING:
            return self._line.refusal(answer, Fault.FOLDER)
        names = ", ".join(folder.name for folder in await self.folders())
        self._line.discard()
        return MailboxRefused(Fault.FOLDER, f"{self._folder} ({names})"[:300])

    async def _search(self, *criteria: str) -> Any:
        command = self._line.client.protocol.search(*criteria, charset=None, by_uid=True)
        answer = await self._line.ask(command, _SEARCH_TIMEOUT)
        if answer.result != "OK":
            raise self._line.dead(Fault.NOT_NOW, answers.last_words(answer))
        return answer

    async def _rows(self, uids: Sequence[int], items: str) -> AsyncIterator[Row]:
        """Rows of a FETCH; where the server refuses them together, each alone, and a refused one not at all."""
        answer = await self._fetch(uids, items)
        if answer.result == "OK" or len(uids) == 1:
            for row in answers.rows(answer.lines):
                yield row
            return
        for uid in uids:
            async for row in self._rows([uid], items):
                yield row

    async def _sized(self, uids: Sequence[int]) -> dict[int, Row]:
        """What each mail weighs and when it came: as it was listed on this line, else as the server says now."""
        sized = {uid: self._listed.pop(uid) for uid in uids if uid in self._listed}
        unknown = [uid for uid in uids if uid not in sized]
        if unknown:
            sized |= {row.uid: row async for row in self._rows(unknown, "(UID RFC822.SIZE INTERNALDATE)")}
        return sized

    async def _present(self, uids: Sequence[int]) -> list[int]:
        """Those of them that are there: what the server tells nothing about was deleted, or cannot be read by it either."""
        return [row.uid async for row in self._rows(uids, "(UID)")] if uids else []

    async def _fetch(self, uids: Sequence[int], items: str) -> Any:
        try:
            answer = await self._line.ask(self._line.client.uid_fetch(_set_of(uids), items))
        except MailboxLost:
            self._endings.update(uids)
            raise
        if answer.result not in ("OK", "NO"):
            raise self._line.dead(Fault.BROKEN, answers.last_words(answer))
        if answer.result == "NO" and answers.code(answer) in answers.PASSING - {"SERVERBUG"}:
            raise self._line.refusal(answer, Fault.NOT_NOW)
        return answer

    async def _whole(self, batch: Sequence[Row]) -> list[RawMail]:
        """Small mails by one command; those that do not come with it are asked for alone."""
        bodies = {row.uid: row.body async for row in self._rows([row.uid for row in batch], "(UID BODY.PEEK[])")}
        mails = []
        for row in batch:
            body = bodies.get(row.uid)
            mail = self._mail(row, body) if body is not None else await self._alone(row)
            if mail is not None:
                mails.append(mail)
            del self._endings[row.uid]
        return mails

    async def _alone(self, row: Row) -> RawMail | None:
        """One mail by itself: in parts, or only its beginning where it is too large. None when it was deleted meanwhile."""
        size = row.size or 0
        if self._endings[row.uid] >= _GIVEN_UP_AFTER:
            return self._faulty(row, MailFault.ENDS_THE_LINE)
        wanted = size if size <= self._largest else min(size, _HEAD_OF_TOO_LARGE)
        # On disk while it grows: a growing buffer is copied again and again, and costs three times what it holds.
        with tempfile.SpooledTemporaryFile(max_size=_BYTES_PER_FETCH) as parts:
            while (got := parts.tell()) < wanted:
                count = min(_PART_BYTES, wanted - got)
                answer = await self._fetch([row.uid], f"(UID BODY.PEEK[]<{got}.{count}>)")
                if answer.result != "OK":
                    return self._faulty(row, answers.last_words(answer))
                part = next((one.body for one in answers.rows(answer.lines) if one.uid == row.uid and one.body), b"")
                await asyncio.to_thread(parts.write, part)
                if len(part) < count:
                    break
            del self._endings[row.uid]
            if size and not parts.tell():
                return self._faulty(row, MailFault.NOTHING) if await self._present([row.uid]) else None
            parts.seek(0)
            # Not in a thread: what one allocates stays its arena's, and 30 MB come out of the cache in 10 ms.
            return self._mail(row, parts.read(), truncated=wanted < size)

    def _mail(self, row: Row, content: bytes, *, truncated: bool = False) -> RawMail:
        size = row.size if truncated and row.size else len(content)
        return RawMail(self.uidvalidity, row.uid, content, size, truncated, row.arrived_at)

    def _faulty(self, row: Row, fault: str) -> RawMail:
        _log.warning("The server does not hand over a mail", folder=self._folder, uid=row.uid, cause=fault)
        return RawMail(self.uidvalidity, row.uid, b"", row.size or 0, arrived_at=row.arrived_at, fault=fault[:200])

    async def _sent_folder(self) -> str:
        found = await self.folders()
        for folder in found:
            if "\\sent" in folder.uses:
                return folder.name
        for folder in found:
            if folder.name.lower().removeprefix("inbox").lstrip("./") in _SENT_NAMES:
                return folder.name
        self._line.discard()
        raise MailboxRefused(Fault.NO_SENT_FOLDER)


def _numbers(answer: Any) -> list[int]:
    return [int(word) for line in answer.lines[:-1] for word in bytes(line).split() if word.isdigit()]


def _set_of(uids: Sequence[int]) -> str:
    """Numbers as IMAP writes them, runs shortened: 200 neighbours are one short word."""
    runs: list[str] = []
    start = previous = None
    for uid in [*uids, None]:
        if previous is not None and uid == previous + 1:
            previous = uid
            continue
        if start is not None:
            runs.append(str(start) if start == previous else f"{start}:{previous}")
        start = previous = uid
    return ",".join(runs)
