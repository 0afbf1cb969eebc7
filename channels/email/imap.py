"""The mailbox as a stream: everything above a cursor, and a wait that notices a dead line.

One task owns a MailboxReader. After MailboxLost it is of no more use than a fresh one: call connect() again.
"""

from __future__ import annotations

import asyncio
import base64
import re
import ssl
import time
from collections.abc import AsyncIterator, Awaitable
from datetime import datetime
from typing import Any, Final, TypeVar

import structlog
from aioimaplib import aioimaplib

from channels.email.mailbox import Cursor, ImapAddress, MailboxError, MailboxLost, MailboxRefused, RawMail
from storage.database import assert_no_transaction

__all__ = ["Cursor", "ImapAddress", "MailboxError", "MailboxLost", "MailboxReader", "MailboxRefused", "RawMail"]

_log = structlog.get_logger(__name__)
_Answer = TypeVar("_Answer")

_COMMAND_TIMEOUT: Final = 60.0
_CONNECT_TIMEOUT: Final = 30.0
_LONGEST_IDLE: Final = 9 * 60.0  # a half-open line is found out within ten minutes
_POLL_PAUSE: Final = 30.0  # between looks at a server without IDLE
_ROWS_PER_FETCH: Final = 50  # the client recurses once per response line: 1,500 of them would end it
_BYTES_PER_FETCH: Final = 4 * 1024 * 1024
_PART_BYTES: Final = 1024 * 1024
_LARGEST_MAIL: Final = 32 * 1024 * 1024
_HEAD_OF_TOO_LARGE: Final = 1024 * 1024


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
        self._address = ImapAddress.parse(url)
        self._folder = folder
        self._largest = largest_mail
        self._timeout = command_timeout
        self._client: Any = None
        self._lost: asyncio.Future[None] | None = None
        self._uidvalidity = 0

    @property
    def is_connected(self) -> bool:
        """Whether a line stands, as far as this side knows."""
        return self._client is not None

    async def connect(self) -> None:
        """Connect, secure, log in and open the folder. Raises MailboxLost or MailboxRefused."""
        assert_no_transaction()
        self._discard()
        address = self._address
        context = await asyncio.to_thread(_tls_context, address) if address.implicit_tls else None
        lost = asyncio.get_running_loop().create_future()
        self._lost = lost
        # The plain class takes a TLS context too, and unlike IMAP4_SSL the callback for a lost line.
        self._client = aioimaplib.IMAP4(
            address.host,
            address.port,
            timeout=_CONNECT_TIMEOUT,
            conn_lost_cb=lambda _error: None if lost.done() else lost.set_result(None),
            ssl_context=context,
        )
        await self._ask(self._client.wait_hello_from_server(), _CONNECT_TIMEOUT)
        await self._secure()
        await self._log_in()
        await self._select()

    async def scan(self, after: Cursor | None) -> AsyncIterator[RawMail]:
        """Every mail above `after` in the order of arrival; all of them where the folder was numbered anew.

        Raises MailboxLost; whatever was yielded before is whole.
        """
        assert_no_transaction()
        await self._refresh()
        start = after.uid + 1 if after is not None and after.uidvalidity == self._uidvalidity else 1
        uids = await self._uids_from(start)
        for first in range(0, len(uids), _ROWS_PER_FETCH):
            sizes = await self._sizes(uids[first : first + _ROWS_PER_FETCH])
            batch: list[int] = []
            waiting = 0
            for uid, size in sizes:
                if batch and (size > _PART_BYTES or waiting + size > _BYTES_PER_FETCH):
                    for mail in await self._fetch_small(batch):
                        yield mail
                    batch, waiting = [], 0
                if size > _PART_BYTES:
                    yield await self._fetch_in_parts(uid, size)
                else:
                    batch.append(uid)
                    waiting += size
            for mail in await self._fetch_small(batch) if batch else []:
                yield mail

    async def wait(self, timeout: float) -> bool:  # noqa: ASYNC109 - it is the time to idle, not a limit on failure
        """Idle for up to `timeout` seconds (nine minutes at most); True as soon as the server speaks of new mail.

        Mail that arrives between two waits is not announced: scan after each, whatever the answer. Raises MailboxLost.
        """
        assert_no_transaction()
        limit = min(timeout, _LONGEST_IDLE)
        client = self._current()
        if not client.has_capability("IDLE"):
            await self._pause(min(limit, _POLL_PAUSE))
            return True
        ended = await self._ask(client.idle_start(timeout=limit + self._timeout), self._timeout)
        deadline = time.monotonic() + limit
        news = False
        try:
            while not news and (left := deadline - time.monotonic()) > 0:
                push = await self._next_push(client, left)
                if push is None:
                    break
                if any(line.upper().startswith(b"BYE") for line in push):
                    raise self._dead("the server said goodbye")
                news = any(line.upper().endswith((b" EXISTS", b" RECENT")) for line in push)
        finally:
            if self._client is client:
                client.idle_done()
                await self._ask(_outcome(ended), self._timeout)
        return news

    async def append_sent(self, message: bytes, *, date: datetime, folder: str | None = None) -> str:
        """Lay a copy of a sent mail into `folder`, or into the one the server marks as Sent; returns its name.

        Raises MailboxRefused when there is no such folder, MailboxLost.
        """
        assert_no_transaction()
        name = _mailbox_name(folder) if folder is not None else await self._sent_folder()
        client = self._current()
        answer = await self._ask(client.append(message, name, r"\Seen", date), self._timeout)
        if answer.result != "OK":
            raise MailboxRefused(f"the server did not take the copy: {_last_words(answer)}")
        return name.strip('"')

    async def check(self) -> str:
        """Connect if needed, and say how new mail will be noticed; for the doctor. Raises MailboxError."""
        if self._client is None:
            await self.connect()
        return "IDLE" if self._current().has_capability("IDLE") else "polling"

    async def close(self) -> None:
        """Say goodbye and leave."""
        client = self._client
        if client is not None:
            try:
                await self._ask(client.logout(), 5.0)
            except MailboxLost as error:
                _log.debug("The mailbox did not say goodbye", error=str(error))
        self._discard()
        await asyncio.sleep(0)  # closing a transport takes one more turn of the loop

    # -- the line

    def _current(self) -> Any:
        if self._client is None:
            raise MailboxLost("not connected")
        return self._client

    async def _ask(self, command: Awaitable[_Answer], limit: float) -> _Answer:
        """Wait for one answer, for the line's end, or for `limit`: the client itself waits for ever on a dead line."""
        lost = self._lost
        task = asyncio.ensure_future(command)
        try:
            waiting: set[asyncio.Future[Any]] = {task} if lost is None else {task, lost}
            await asyncio.wait(waiting, timeout=limit, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                return task.result()
            raise self._dead("the server closed the line" if lost is not None and lost.done() else "no answer in time")
        except (aioimaplib.AioImapException, OSError, TimeoutError, RecursionError) as error:
            if isinstance(error, ssl.SSLCertVerificationError):
                self._discard()
                raise MailboxRefused(f"the server's certificate was not accepted: {error.verify_message}") from error
            raise self._dead(f"{type(error).__name__}: {error}"[:200]) from error
        except asyncio.CancelledError:
            # Cut off in the middle of a command: what comes next on this line belongs to nobody.
            self._discard()
            raise
        finally:
            task.cancel()
            await asyncio.wait({task}, timeout=1.0)

    async def _next_push(self, client: Any, limit: float) -> list[bytes] | None:
        task = asyncio.ensure_future(client.wait_server_push(timeout=limit))
        lost = self._lost
        waiting: set[asyncio.Future[Any]] = {task} if lost is None else {task, lost}
        try:
            await asyncio.wait(waiting, timeout=limit, return_when=asyncio.FIRST_COMPLETED)
            if task.done() and not task.cancelled() and task.exception() is None:
                push = task.result()
                return [bytes(line) for line in push] if push != aioimaplib.STOP_WAIT_SERVER_PUSH else None
            if lost is not None and lost.done():
                raise self._dead("the server closed the line")
            return None
        except asyncio.CancelledError:
            self._discard()
            raise
        finally:
            task.cancel()

    async def _pause(self, seconds: float) -> None:
        if self._lost is not None:
            await asyncio.wait({self._lost}, timeout=seconds)
        if self._lost is None or self._lost.done():
            raise self._dead("the server closed the line")

    def _dead(self, why: str) -> MailboxLost:
        self._discard()
        return MailboxLost(why)

    def _discard(self) -> None:
        client, self._client, self._lost = self._client, None, None
        if client is None:
            return
        client._client_task.cancel()
        protocol = client.protocol
        if protocol.transport is not None:
            protocol.transport.abort()
        for task in [*client.tasks, *protocol.tasks]:
            task.cancel()

    # -- commands

    async def _secure(self) -> None:
        address, client = self._address, self._current()
        if address.implicit_tls or address.starttls == "never":
            return
        if not client.has_capability("STARTTLS"):
            if address.starttls == "always" or not address.is_loopback:
                self._discard()
                raise MailboxRefused("the server offers no STARTTLS; the password is not sent in the clear")
            return
        protocol = client.protocol
        command = aioimaplib.Command("STARTTLS", protocol.new_tag(), loop=protocol.loop, timeout=self._timeout)
        answer = await self._ask(protocol.execute(command), self._timeout)
        if answer.result != "OK":
            self._discard()
            raise MailboxRefused(f"STARTTLS was refused: {_last_words(answer)}")
        context = await asyncio.to_thread(_tls_context, address)
        loop = asyncio.get_running_loop()
        upgrade = loop.start_tls(protocol.transport, protocol, context, server_hostname=address.host)
        protocol.transport = await self._ask(upgrade, _CONNECT_TIMEOUT)
        await self._ask(protocol.capability(), self._timeout)  # what was said in the clear counts no more

    async def _log_in(self) -> None:
        address, client = self._address, self._current()
        try:
            answer = await self._ask(client.login(aioimaplib.quoted(address.username), address.password), self._timeout)
        except ValueError as error:
            self._discard()
            raise MailboxRefused("the user name or password holds a line break") from error
        if answer.result != "OK":
            self._discard()
            raise MailboxRefused(f"the login was refused: {_last_words(answer)}")
        await self._ask(client.protocol.capability(), self._timeout)  # some servers offer IDLE only after the login

    async def _select(self) -> None:
        answer = await self._ask(self._current().select(_mailbox_name(self._folder)), self._timeout)
        if answer.result != "OK":
            self._discard()
            raise MailboxRefused(f"the folder {self._folder} cannot be opened: {_last_words(answer)}")
        found = re.search(rb"\[UIDVALIDITY (\d+)\]", b"\n".join(bytes(line) for line in answer.lines), re.IGNORECASE)
        if found is None:
            self._discard()
            raise MailboxRefused(f"the folder {self._folder} has no lasting numbers (UIDVALIDITY)")
        self._uidvalidity = int(found.group(1))

    async def _refresh(self) -> None:
        """Select once more: a folder made anew meanwhile has other numbers."""
        if self._client is None:
            raise MailboxLost("not connected")
        await self._select()

    async def _uids_from(self, start: int) -> list[int]:
        answer = await self._ask(self._current().uid_search(f"UID {start}:*", charset=None), self._timeout)
        if answer.result != "OK":
            raise self._dead(f"the search failed: {_last_words(answer)}")
        uids = {int(word) for line in answer.lines[:-1] for word in bytes(line).split() if word.isdigit()}
        # "5:*" names the last mail even when its number is below five.
        return sorted(uid for uid in uids if uid >= start)

    async def _sizes(self, uids: list[int]) -> list[tuple[int, int]]:
        found: dict[int, int] = {}
        for line in await self._fetch(uids, "(UID RFC822.SIZE)"):
            text = bytes(line)
            uid, size = re.search(rb"\bUID (\d+)", text), re.search(rb"RFC822\.SIZE (\d+)", text)
            if uid and size:
                found[int(uid.group(1))] = int(size.group(1))
        # A mail deleted meanwhile has no size any more: it is not missed, it is gone.
        return [(uid, found[uid]) for uid in uids if uid in found]

    async def _fetch_small(self, uids: list[int]) -> list[RawMail]:
        bodies = _bodies(await self._fetch(uids, "(UID BODY.PEEK[])"))
        return [RawMail(self._uidvalidity, uid, bodies[uid], len(bodies[uid])) for uid in uids if uid in bodies]

    async def _fetch_in_parts(self, uid: int, size: int) -> RawMail:
        wanted = size if size <= self._largest else min(size, _HEAD_OF_TOO_LARGE)
        content = bytearray()
        while len(content) < wanted:
            count = min(_PART_BYTES, wanted - len(content))
            part = _bodies(await self._fetch([uid], f"(UID BODY.PEEK[]<{len(content)}.{count}>)")).get(uid, b"")
            content += part
            if len(part) < count:
                break
        return RawMail(self._uidvalidity, uid, bytes(content), size, truncated=wanted < size)

    async def _fetch(self, uids: list[int], items: str) -> list[Any]:
        numbers = ",".join(str(uid) for uid in uids)
        # The library's own limit restarts with each piece received; the outer one is for a stalled line.
        answer = await self._ask(self._current().uid("fetch", numbers, items), self._timeout * 10)
        if answer.result != "OK":
            raise self._dead(f"the server did not hand over mail: {_last_words(answer)}")
        return list(answer.lines)

    async def _sent_folder(self) -> str:
        answer = await self._ask(self._current().list('""', '"*"'), self._timeout)
        for line in answer.lines:
            found = re.match(rb'\((?P<flags>[^)]*)\) (?:"[^"]*"|NIL) (?P<name>.+)$', bytes(line))
            if found and b"\\sent" in found["flags"].lower():
                name = found["name"].decode("ascii", "replace")
                return name if name.startswith('"') else f'"{name}"'
        raise MailboxRefused("the server marks no folder as Sent")


def _tls_context(address: ImapAddress) -> ssl.SSLContext:
    return ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=address.cafile)


async def _outcome(ended: asyncio.Future[Any]) -> Any:
    return await ended


def _last_words(answer: Any) -> str:
    line = answer.lines[-1] if answer.lines else b""
    return bytes(line).decode("utf-8", "replace")[:200]


def _bodies(lines: list[Any]) -> dict[int, bytes]:
    """Bodies by UID out of FETCH answers; a literal is a bytearray, and the UID may stand before or behind it."""
    found: dict[int, bytes] = {}
    uid: int | None = None
    body: bytes | None = None
    for line in lines:
        if isinstance(line, bytearray):
            body = bytes(line)
            continue
        if re.match(rb"\d+ FETCH \(", line):
            uid, body = None, None
        number = re.search(rb"\bUID (\d+)", line)
        uid = int(number.group(1)) if number else uid
        if body is None and re.search(rb'BODY\[\](<\d+>)? (\{0\}|"")', line):
            body = b""
        if uid is not None and body is not None:
            found[uid] = body
    return found


def _mailbox_name(folder: str) -> str:
    """A folder's name as it goes over the wire: quoted, in the modified UTF-7 of RFC 3501 section 5.1.3."""
    encoded = re.sub(r"[^\x20-\x7e]+|&", _modified_base64, folder)
    return str(aioimaplib.quoted(encoded))


def _modified_base64(found: re.Match[str]) -> str:
    if found.group(0) == "&":
        return "&-"
    packed = base64.b64encode(found.group(0).encode("utf-16-be")).decode().rstrip("=")
    return f"&{packed.replace('/', ',')}-"
