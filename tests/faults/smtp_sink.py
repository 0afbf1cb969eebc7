"""A mail server that misbehaves by a rule and counts what it took: every delivery by recipient and Message-ID.

A delivery counts here and only here, at the far end of the wire.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

_MESSAGE_ID = re.compile(rb"^Message-ID:\s*(<[^>]+>)", re.IGNORECASE | re.MULTILINE)
_RECIPIENT = re.compile(r"TO:\s*<([^>]*)>", re.IGNORECASE)

Rule = Callable[[str, int], str]
"""(recipient, how often it was tried before) → what to do: "", "cut in data", "cut before reply", or a reply line."""


def _take(_recipient: str, _tries: int) -> str:
    return ""


@dataclass
class SmtpSink:
    """`at_rcpt` and `at_data` decide about one transaction; `greeting` other than 220 turns everybody away."""

    at_rcpt: Rule = _take
    at_data: Rule = _take
    greeting: str = "220 sink ESMTP"
    pipelining: bool = True
    delay: float = 0.0  # seconds before each answer to a message
    taken: Counter[str] = field(default_factory=Counter)
    tried: Counter[str] = field(default_factory=Counter)
    identifiers: dict[str, set[str]] = field(default_factory=dict)
    copies: Counter[str] = field(default_factory=Counter)  # by Message-ID
    connects: list[float] = field(default_factory=list)
    first_at: float | None = None
    port: int = 0
    _server: asyncio.Server | None = None
    _lines: set[asyncio.StreamWriter] = field(default_factory=set)

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, limit=1 << 24)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            for writer in tuple(self._lines):
                writer.transport.abort()
            await self._server.wait_closed()
            self._server = None

    @property
    def total(self) -> int:
        return sum(self.taken.values())

    @property
    def duplicates(self) -> int:
        return sum(count - 1 for count in self.taken.values())

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connects.append(time.monotonic())
        self._lines.add(writer)
        try:
            await self._converse(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            return  # the client was killed, or we cut the line
        finally:
            self._lines.discard(writer)
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        def say(line: str) -> None:
            writer.write(f"{line}\r\n".encode())

        say(self.greeting)
        if not self.greeting.startswith("220"):
            await writer.drain()
            return
        recipient = ""
        while line := (await reader.readline()).decode("utf-8", "replace").strip():
            verb = line[:4].upper()
            if verb == "EHLO":
                features = ["PIPELINING"] if self.pipelining else []
                shown = ["sink", *features, "8BITMIME", "SMTPUTF8"]
                for name in shown[:-1]:
                    say(f"250-{name}")
                say(f"250 {shown[-1]}")
            elif verb == "RCPT":
                found = _RECIPIENT.search(line)
                recipient = found.group(1) if found else ""
                tries = self.tried[recipient]
                refusal = self.at_rcpt(recipient, tries)
                if refusal:
                    self.tried[recipient] += 1
                    recipient = ""
                say(refusal or "250 2.1.5 Ok")
                if refusal.startswith("421"):
                    await writer.drain()
                    return
            elif verb == "DATA":
                if not recipient:
                    say("503 5.5.1 no recipient")
                elif not await self._take(reader, writer, recipient):
                    return
                recipient = ""
            elif verb == "QUIT":
                say("221 bye")
                return
            else:
                say("250 2.0.0 Ok")

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, recipient: str) -> bool:
        """One message; False when the line is cut."""
        tries = self.tried[recipient]
        self.tried[recipient] += 1
        do = self.at_data(recipient, tries)
        writer.write(b"354 go on\r\n")
        if do == "cut in data":
            await reader.readexactly(40)
            writer.transport.abort()
            return False
        content = await reader.readuntil(b"\r\n.\r\n")
        if self.delay:
            await asyncio.sleep(self.delay)
        if do and not do.startswith("cut"):
            writer.write(f"{do}\r\n".encode())
            return True
        self.first_at = self.first_at or time.monotonic()
        self.taken[recipient] += 1
        found = _MESSAGE_ID.search(content)
        identifier = found.group(1).decode() if found else ""
        self.identifiers.setdefault(recipient, set()).add(identifier)
        self.copies[identifier] += 1
        if do == "cut before reply":
            writer.transport.abort()
            return False
        writer.write(b"250 2.0.0 Ok: queued\r\n")
        return True


@contextlib.asynccontextmanager
async def sink(**options: object) -> AsyncIterator[SmtpSink]:
    """A listening sink, closed at the end."""
    server = SmtpSink(**options)  # type: ignore[arg-type]
    await server.start()
    try:
        yield server
    finally:
        await server.stop()
