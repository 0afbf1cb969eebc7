"""A mail server of few words, scripted line by line, and the sender that talks to it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from channels.email.smtp import SmtpSender
from channels.message import SendResult

MESSAGE = b"Subject: hi\r\n\r\nHello\r\n.dot\r\n"
PIPELINED = ("PIPELINING", "SIZE 1000000")
ONE_BY_ONE = ("SIZE 1000000",)
Answer = Callable[["Connection", str], str | None]


@dataclass
class Connection:
    """What one client said on one line; `recipients` are those of the open transaction."""

    number: int
    lines: list[str] = field(default_factory=list)
    has_sender: bool = False
    recipients: int = 0
    texts: int = 0

    def count(self, verb: str) -> int:
        return sum(line.split(" ")[0].upper() == verb for line in self.lines)


@dataclass
class Script:
    """`answers` maps a verb (DOT for the end of a text) to its reply, or to what makes it; None closes the line.

    The default replies are a decent server's. `lines` and `messages` are of all connections in their order.
    """

    answers: dict[str, str | Answer | None] = field(default_factory=dict)
    extensions: tuple[str, ...] = PIPELINED
    greeting: str | Callable[[int], str | None] | None = "220 here"
    close_within_data_after: int | None = None
    asks_for_a_text_anyway: bool = False  # 354 though nobody may get it: RFC 2920 allows that behind a pipelined DATA
    lines: list[str] = field(default_factory=list)
    messages: list[bytes] = field(default_factory=list)
    talks: list[Connection] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}?starttls=never"

    @property
    def connections(self) -> int:
        return len(self.talks)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.talks.append(Connection(len(self.talks) + 1))
        try:
            await self.talk(self.talks[-1], reader, writer)
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def talk(self, talk: Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        greeting = self.greeting(talk.number) if callable(self.greeting) else self.greeting
        if greeting is None:
            return
        writer.write(f"{greeting}\r\n".encode())
        while line := (await reader.readline()).decode().rstrip("\r\n"):
            self.lines.append(line)
            talk.lines.append(line)
            verb = line.split(" ")[0].upper()
            reply = self._reply(talk, verb, line)
            if reply is None:
                return
            writer.write(f"{reply}\r\n".encode())
            if verb == "DATA" and reply.startswith("354"):
                reply = await self._take_text(talk, reader, writer)
                if reply is None:
                    return
                writer.write(f"{reply}\r\n".encode())
            if reply.startswith("421") or verb == "QUIT":
                return

    async def _take_text(
        self, talk: Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> str | None:
        if self.close_within_data_after is not None:
            await reader.readexactly(self.close_within_data_after)
            writer.transport.abort()
            return None
        lines = [await reader.readline()]
        while lines[-1] != b".\r\n":
            if not lines[-1]:
                return None
            lines.append(await reader.readline())
        talk.texts += 1
        reply = self._reply(talk, "DOT", "")
        if talk.recipients and (reply is None or reply.startswith("2")):
            self.messages.append(b"".join(lines))
        talk.recipients = 0
        return reply

    def _reply(self, talk: Connection, verb: str, line: str) -> str | None:
        answer = self.answers.get(verb, self._usual(talk, verb))
        reply = answer(talk, line) if callable(answer) else answer
        if reply == "":
            reply = self._usual(talk, verb)
        if verb in ("EHLO", "MAIL", "RSET"):
            talk.recipients, talk.has_sender = 0, verb == "MAIL" and reply is not None and reply.startswith("2")
        elif verb == "RCPT" and reply is not None and reply.startswith("2"):
            talk.recipients += 1
        return reply

    def _usual(self, talk: Connection, verb: str) -> str:
        match verb:
            case "EHLO":
                marks = ["-"] * len(self.extensions) + [" "]
                return "\r\n".join(f"250{m}{e}" for m, e in zip(marks, ["here", *self.extensions], strict=True))
            case "RCPT" if not talk.has_sender:
                return "503 5.5.1 need a sender first"
            case "DATA":
                refused = not (talk.recipients or self.asks_for_a_text_anyway)
                return "554 5.5.1 no valid recipients" if refused else "354 go"
            case "DOT":
                return "250 2.0.0 Ok: queued as 4XkQ2b" if talk.recipients else "554 5.5.1 no valid recipients"
            case "QUIT":
                return "221 bye"
            case _:
                return "250 2.0.0 ok"


@contextlib.asynccontextmanager
async def running(script: Script, *, port: int = 0) -> AsyncIterator[Script]:
    server = await asyncio.start_server(script.serve, "127.0.0.1", port, limit=20_000_000)
    script.port = server.sockets[0].getsockname()[1]
    try:
        yield script
    finally:
        server.close()
        await asyncio.sleep(0.01)


async def send(script: Script, *, message: bytes = MESSAGE, recipient: str = "ann@client.test") -> SendResult:
    """One message to a server that runs for it alone."""
    async with running(script):
        sender = SmtpSender(script.url)
        try:
            return await sender.send("crm@shop.test", recipient, message)
        finally:
            await sender.close()
