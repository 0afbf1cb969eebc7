"""aioimaplib's wire, read in a loop: the library itself recurses once per line of an answer, and formats what it reads for
a log nobody keeps. Only the taking apart of bytes is ours; commands, states and capabilities stay the library's.
"""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
import time
from collections.abc import Callable
from typing import Any, Final

import structlog
from aioimaplib import aioimaplib

_log = structlog.get_logger(__name__)

_LITERAL: Final = re.compile(rb"\{(\d{1,12})\}$")
_ROW: Final = re.compile(rb"\* (\d+ FETCH .*)", re.DOTALL)
_STATUS: Final = re.compile(rb"(\*|\+|[A-Z0-9]+) (OK|NO|BAD|BYE|PREAUTH)\b", re.IGNORECASE)
_LARGEST_LITERAL: Final = 64 * 1024 * 1024
_LONGEST_LINE: Final = 32 * 1024 * 1024  # a search that names three million mails
# A peer that has vanished without a word is found out by the kernel, even where nobody asks anything.
_KEEPALIVE: Final = (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4))


class TooMuch(Exception):
    """The server announced more than we are willing to hold."""


class FetchCommand(aioimaplib.FetchCommand):  # type: ignore[misc]  # the library has no types
    """A FETCH that keeps its lines and nothing else: its deadline is kept by whoever asked."""

    def append_to_resp(self, line: bytes, result: str = "Pending") -> None:
        self._resp_result = result
        self._resp_lines.append(line)


class LineProtocol(aioimaplib.IMAP4ClientProtocol):  # type: ignore[misc]
    """Splits what arrives into lines and literals. `heard_at` is monotonic, `goodbye` what a BYE said."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, conn_lost_cb: Callable[[Exception | None], None] | None
    ) -> None:
        super().__init__(loop, conn_lost_cb)
        self.heard_at = time.monotonic()
        self.goodbye = ""
        self._held = bytearray()
        self._literal = bytearray()
        self._missing = 0  # bytes of the literal still to come
        self._answered: Any = None  # the command whose answer goes on behind a literal

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        line = transport.get_extra_info("socket")
        if line is not None:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            for name, value in _KEEPALIVE:
                if hasattr(socket, name):
                    line.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)

    def data_received(self, d: bytes) -> None:
        self.heard_at = time.monotonic()
        self._held += d
        try:
            self._take_apart()
        except Exception as error:  # noqa: BLE001  (whatever confuses the reading of a line ends that line, not the loop)
            _log.warning("The mail server's answer made no sense; the line is ended", cause=type(error).__name__)
            self.transport.abort()

    async def welcome(self, command: bytes) -> None:
        """The greeting; one that is no welcome ends the line, and whoever waits for it hears so at once."""
        try:
            await super().welcome(command)
        except (aioimaplib.AioImapException, IndexError, UnicodeDecodeError):
            self.transport.abort()

    def _fetched(self, line: bytes) -> Any:
        """The FETCH that is answered, where the line is a row of it; rows are kept as they are, in whole.

        The library would strike every "* " from them. It looks at a line of any kind in six ways first.
        """
        command = self.pending_async_commands.get("FETCH")
        if command is None or self._answered is not None or self.pending_sync_command is not None:
            return None
        row = _ROW.match(line)
        if row is None:
            return None
        command.append_to_resp(row.group(1))
        return command

    def _continuation(self, line: bytes) -> None:
        """A token that is refused is answered with why, and the server then waits for an empty line before it says NO."""
        if self.pending_sync_command is not None and self.pending_sync_command.name == "AUTHENTICATE":
            self.transport.write(b"\r\n")
        else:
            super()._continuation(line)

    def _take_apart(self) -> None:
        held, at = self._held, 0
        while True:
            if self._missing:
                piece = held[at : at + self._missing]
                self._literal += piece
                at += len(piece)
                self._missing -= len(piece)
                if self._missing:
                    break
                self._answered.append_to_resp(self._literal)
                self._literal = bytearray()
                if held.startswith(b")\r\n", at):  # as most rows end
                    self._answered.append_to_resp(b")")
                    self._answered = None
                    at += 3
            end = held.find(b"\r\n", at)
            if end < 0:
                if len(held) - at > _LONGEST_LINE:
                    raise TooMuch
                break
            line = bytes(held[at:end])
            at = end + 2
            self._take_line(line)
        del held[:at]
        if self.pending_sync_command is not None:
            self.pending_sync_command.flush()

    def _take_line(self, line: bytes) -> None:
        command = self._fetched(line)
        if command is None:
            command = self._handle_line(line, self._answered)
            self._answered = None
            if line[:5].upper() == b"* BYE":
                self.goodbye = line[5:].decode("utf-8", "replace").strip()[:200]
        # A line of free text may end in what looks like an announcement.
        announced = _LITERAL.search(line) if line.endswith(b"}") and not _STATUS.match(line) else None
        if announced is None:
            return
        size = int(announced.group(1))
        if size > _LARGEST_LITERAL:
            raise TooMuch
        self._answered = command if command is not None else aioimaplib.Command("NIL", "unused")
        self._missing = size
        if not size:
            self._answered.append_to_resp(bytearray())


class Client(aioimaplib.IMAP4):  # type: ignore[misc]
    """The library's client on our wire."""

    def create_client(
        self,
        host: str,
        port: int,
        loop: asyncio.AbstractEventLoop | None,
        conn_lost_cb: Callable[[Exception | None], None] | None = None,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        running = loop if loop is not None else asyncio.get_running_loop()
        self.protocol = LineProtocol(running, conn_lost_cb)
        self._client_task = running.create_task(
            running.create_connection(lambda: self.protocol, host, port, ssl=ssl_context)
        )

    async def uid_fetch(self, numbers: str, items: str) -> Any:
        """Without a deadline of its own."""
        protocol = self.protocol
        return await protocol.execute(
            FetchCommand(protocol.new_tag(), numbers, items, prefix="UID", loop=protocol.loop)
        )
