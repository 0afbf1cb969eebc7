"""One line to an IMAP server: opened, secured, logged in, idled on, and given up as soon as it is dead.

One task owns an ImapLine. The client beneath waits for ever on a dead line, so every wait here has a deadline of its own.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Awaitable
from typing import Any, Final, TypeVar

import structlog
from aioimaplib import aioimaplib

from channels.email.imap_answers import PASSING, code, last_words
from channels.email.imap_protocol import Client
from channels.email.mailbox import Fault, ImapAddress, MailboxLost, MailboxRefused
from channels.email.tokens import NoToken, Tokens, tokens_of

_log = structlog.get_logger(__name__)
_Answer = TypeVar("_Answer")

CONNECT_TIMEOUT: Final = 30.0
LONGEST_IDLE: Final = 9 * 60.0  # a half-open line is found out within ten minutes
POLL_PAUSE: Final = 30.0  # between looks at a server without IDLE
_LONGEST_ANSWER: Final = 600.0


class ImapLine:
    """After MailboxLost it is of no more use than a fresh one: open() it again."""

    def __init__(self, address: ImapAddress, *, command_timeout: float) -> None:
        self._address = address
        self._timeout = command_timeout
        self._client: Any = None
        self._lost: asyncio.Future[None] | None = None

    @property
    def is_open(self) -> bool:
        """Whether a line stands, as far as this side knows."""
        return self._client is not None

    @property
    def client(self) -> Any:
        """The library's client. Raises MailboxLost when there is no line."""
        if self._client is None:
            raise MailboxLost(Fault.BROKEN)
        return self._client

    def can(self, capability: str) -> bool:
        """Whether the server offers it."""
        return bool(self.client.has_capability(capability))

    async def open(self) -> None:
        """Connect, secure and log in. Raises MailboxLost or MailboxRefused."""
        self.discard()
        address = self._address
        context = await asyncio.to_thread(_tls_context, address) if address.implicit_tls else None
        lost = asyncio.get_running_loop().create_future()
        self._lost = lost
        self._client = Client(
            address.host,
            address.port,
            timeout=CONNECT_TIMEOUT,
            conn_lost_cb=lambda _error: None if lost.done() else lost.set_result(None),
            ssl_context=context,
        )
        await self.ask(self._client.wait_hello_from_server(), CONNECT_TIMEOUT)
        await self._secure()
        await self._log_in()

    async def ask(self, command: Awaitable[_Answer], silence: float | None = None) -> _Answer:
        """Wait for one answer, for the line's end, or until nothing was heard for `silence` seconds."""
        limit = self._timeout if silence is None else silence
        lost = self._lost
        task = asyncio.ensure_future(command)
        waiting: set[asyncio.Future[Any]] = {task} if lost is None else {task, lost}
        began = time.monotonic()
        try:
            while True:
                heard = max(began, self._heard_at())
                left = min(heard + limit, began + max(limit, _LONGEST_ANSWER)) - time.monotonic()
                if left <= 0:
                    raise self.dead(Fault.SILENT)
                await asyncio.wait(waiting, timeout=left, return_when=asyncio.FIRST_COMPLETED)
                if task.done():
                    return task.result()
                if lost is not None and lost.done():
                    raise self._closed()
        except (aioimaplib.AioImapException, OSError, TimeoutError) as error:
            if isinstance(error, ssl.SSLCertVerificationError):
                self.discard()
                raise MailboxRefused(Fault.CERTIFICATE, error.verify_message) from error
            # An exception of the client may quote the command, and a command may hold the password.
            if isinstance(error, OSError) and not isinstance(error, TimeoutError):
                raise self.dead(Fault.UNREACHABLE, str(error)[:200]) from error
            raise self.dead(Fault.SILENT if isinstance(error, TimeoutError) else Fault.BROKEN) from error
        except asyncio.CancelledError:
            # Cut off in the middle of a command: what comes next on this line belongs to nobody.
            self.discard()
            raise
        finally:
            task.cancel()
            await asyncio.wait({task}, timeout=1.0)

    async def idle(self, seconds: float, *, wake: asyncio.Event | None = None) -> bool:
        """Idle for up to `seconds`, or until `wake`; True as soon as the server speaks of new mail."""
        limit = min(seconds, LONGEST_IDLE)
        if not self.can("IDLE"):
            await self._pause(min(limit, POLL_PAUSE), wake)
            return True
        client = self.client
        ended = await self.ask(client.idle_start(timeout=limit + self._timeout))
        deadline = time.monotonic() + limit
        news = False
        try:
            while not news and (left := deadline - time.monotonic()) > 0:
                push = await self._next_push(client, left, wake)
                if push is None:
                    break
                if any(line.upper().startswith(b"BYE") for line in push):
                    raise self._closed()
                news = any(line.upper().endswith((b" EXISTS", b" RECENT")) for line in push)
        finally:
            if self._client is client:
                client.idle_done()
                await self.ask(_outcome(ended))
        return news

    async def close(self) -> None:
        """Say goodbye and leave."""
        if self._client is not None:
            try:
                await self.ask(self._client.logout(), 5.0)
            except MailboxLost as error:
                _log.debug("The mailbox did not say goodbye", error=str(error))
        self.discard()
        await asyncio.sleep(0)  # closing a transport takes one more turn of the loop

    def dead(self, fault: Fault, said: str = "") -> MailboxLost:
        """Gives the line up and returns the error to raise."""
        self.discard()
        return MailboxLost(fault, said)

    def discard(self) -> None:
        """Drops the line without a word."""
        client, self._client, self._lost = self._client, None, None
        if client is None:
            return
        client._client_task.cancel()
        protocol = client.protocol
        if protocol.transport is not None:
            protocol.transport.abort()
        for task in [*client.tasks, *protocol.tasks]:
            task.cancel()

    def refusal(self, answer: Any, fault: Fault) -> MailboxLost | MailboxRefused:
        """The error for an answer that is not OK: a passing trouble of the server, or something to be set right."""
        self.discard()
        if fault is Fault.NOT_NOW or code(answer) in PASSING:
            return MailboxLost(Fault.NOT_NOW, last_words(answer))
        return MailboxRefused(fault, last_words(answer))

    def _heard_at(self) -> float:
        return float(self._client.protocol.heard_at) if self._client is not None else 0.0

    def _closed(self) -> MailboxLost:
        goodbye = self._client.protocol.goodbye if self._client is not None else ""
        return self.dead(Fault.CLOSED, goodbye)

    async def _next_push(self, client: Any, limit: float, wake: asyncio.Event | None) -> list[bytes] | None:
        task = asyncio.ensure_future(client.wait_server_push(timeout=limit))
        woken = asyncio.ensure_future(wake.wait()) if wake is not None else None
        waiting = {one for one in (task, self._lost, woken) if one is not None}
        try:
            await asyncio.wait(waiting, timeout=limit, return_when=asyncio.FIRST_COMPLETED)
            if task.done() and not task.cancelled() and task.exception() is None:
                push = task.result()
                return [bytes(line) for line in push] if push != aioimaplib.STOP_WAIT_SERVER_PUSH else None
            if self._lost is not None and self._lost.done():
                raise self._closed()
            return None
        except asyncio.CancelledError:
            self.discard()
            raise
        finally:
            task.cancel()
            if woken is not None:
                woken.cancel()

    async def _pause(self, seconds: float, wake: asyncio.Event | None) -> None:
        woken = asyncio.ensure_future(wake.wait()) if wake is not None else None
        waiting = {one for one in (self._lost, woken) if one is not None}
        try:
            await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            if woken is not None:
                woken.cancel()
        if self._lost is None or self._lost.done():
            raise self._closed()

    async def _secure(self) -> None:
        address, client = self._address, self.client
        if address.implicit_tls or address.starttls == "never":
            return
        if not self.can("STARTTLS"):
            if address.starttls == "always" or not address.is_loopback:
                self.discard()
                raise MailboxRefused(Fault.NO_TLS)
            return
        protocol = client.protocol
        command = aioimaplib.Command("STARTTLS", protocol.new_tag(), loop=protocol.loop, timeout=self._timeout)
        answer = await self.ask(protocol.execute(command))
        if answer.result != "OK":
            raise self.refusal(answer, Fault.NO_TLS)
        context = await asyncio.to_thread(_tls_context, address)
        loop = asyncio.get_running_loop()
        upgrade = loop.start_tls(protocol.transport, protocol, context, server_hostname=address.host)
        protocol.transport = await self.ask(upgrade, CONNECT_TIMEOUT)
        await self.ask(protocol.capability())  # what was said in the clear counts no more

    async def _log_in(self) -> None:
        address, client = self._address, self.client
        try:
            if address.oauth is None:
                answer = await self.ask(client.login(aioimaplib.quoted(address.username), address.password))
            else:
                answer = await self._log_in_by_token(address.username, tokens_of(address.oauth))
        except ValueError as error:
            self.discard()
            raise MailboxRefused(Fault.LOGIN) from error  # a line break in the name or the password
        except NoToken as error:
            self.discard()
            raise (MailboxLost if error.passing else MailboxRefused)(Fault.TOKEN, error.said) from error
        if answer.result != "OK":
            raise self.refusal(answer, Fault.LOGIN)
        await self.ask(client.protocol.capability())  # some servers offer IDLE only after the login

    async def _log_in_by_token(self, username: str, tokens: Tokens) -> Any:
        """A token that is refused may have been taken back: once more with a new one."""
        token = await tokens.get()
        answer = await self.ask(self.client.xoauth2(username, token))
        if answer.result == "OK":
            return answer
        return await self.ask(self.client.xoauth2(username, await tokens.get(instead_of=token)))


def _tls_context(address: ImapAddress) -> ssl.SSLContext:
    return ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=address.cafile)


async def _outcome(ended: asyncio.Future[Any]) -> Any:
    return await ended
