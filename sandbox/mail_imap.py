"""The company's mailbox over IMAP4rev1 (RFC 3501) with IDLE, UIDPLUS and LITERAL+.

One listening server on 127.0.0.1; a session is one connection with its own view of the selected folder.
"""

from __future__ import annotations

import asyncio
import hmac

from sandbox.faults import Faults, Harm
from sandbox.mail_imap_session import CAPABILITIES, ImapSession
from sandbox.mail_imap_syntax import ImapSyntaxError, literal_at_end, parse, text_of
from sandbox.mailboxes import PostOffice

LINE_LIMIT = 1024 * 1024
LITERAL_LIMIT = 50 * 1024 * 1024


class ImapServer:
    """Accepts connections and reads commands; what they do is in the session."""

    def __init__(self, *, office: PostOffice, faults: Faults, user: str, password: str) -> None:
        self.office = office
        self._faults = faults
        self._user, self._password = user, password
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0

    async def start(self, port: int = 0) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port, limit=LINE_LIMIT)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is None:
            return
        self._server.close()
        self.disconnect_all(say_bye=False)
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    def disconnect_all(self, *, say_bye: bool = True) -> None:
        """Throw everybody out, idle or not, as a server does when it restarts."""
        for writer in tuple(self._connections):
            if say_bye and not writer.is_closing():
                writer.write(b"* BYE Server shutting down.\r\n")
                writer.close()
            else:
                writer.transport.abort()

    def credentials_are_right(self, user: str, password: str) -> bool:
        given = f"{user.lower()}\0{password}".encode("utf-8", "surrogateescape")
        return hmac.compare_digest(given, f"{self._user.lower()}\0{self._password}".encode())

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._connections.add(writer)
        session = ImapSession(self, reader, writer)
        try:
            if self._faults.imap.judge("connect", stage="connect").harm is Harm.DROP:
                writer.transport.abort()
                return
            session.send(f"* OK [CAPABILITY {CAPABILITIES}] Sandbox ready.")
            while not session.over and await self._one_command(session):
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            # The client went away: its own business.
            pass
        except asyncio.CancelledError:
            writer.transport.abort()
        finally:
            session.leave_folder()
            self._connections.discard(writer)
            self._tasks.discard(task)
            writer.close()

    async def _one_command(self, session: ImapSession) -> bool:
        try:
            pieces = await _read_command(session.reader, session.writer)
        except ImapSyntaxError as error:
            session.send(f"* BYE {error}")
            return False
        if pieces is None:
            return False
        tag, _, rest = pieces[0].partition(b" ")
        label = tag.decode("ascii", "replace")
        try:
            tokens = parse([rest, *pieces[1:]])
            name = text_of(tokens[0]).upper() if tokens else ""
            if name == "UID" and len(tokens) > 1:
                name = f"UID {text_of(tokens[1]).upper()}"
        except ImapSyntaxError as error:
            session.send(f"{label} BAD {error}")
            return True
        verdict = self._faults.imap.judge(name)
        if verdict.delay:
            await asyncio.sleep(verdict.delay)
        if verdict.harm is Harm.DROP:
            self._record(name, "dropped")
            session.writer.transport.abort()
            return False
        if verdict.harm in (Harm.REFUSE, Harm.RATE_LIMIT):
            code = "[UNAVAILABLE] Temporary failure" if verdict.harm is Harm.REFUSE else "[LIMIT] Too many commands"
            session.send(f"{label} NO {verdict.text or code}")
            self._record(name, "NO")
            return True
        if verdict.harm is Harm.ACCEPT_THEN_DROP:
            session.mute()
        status = await session.run(label, name, tokens)
        self._record(name, status)
        if verdict.harm is Harm.ACCEPT_THEN_DROP:
            session.writer.transport.abort()
            return False
        return True

    def _record(self, name: str, status: str) -> None:
        self.office.world.record_call("imap", name, status)


async def _read_command(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> list[bytes] | None:
    pieces: list[bytes] = []
    while True:
        try:
            line = await reader.readline()
        except ValueError:
            raise ImapSyntaxError("Line too long") from None
        if not line.endswith(b"\n"):
            return None
        line = line.rstrip(b"\r\n")
        announced = literal_at_end(line)
        if announced is None:
            return [*pieces, line]
        size, at_once = announced
        if size > LITERAL_LIMIT:
            raise ImapSyntaxError("Literal too big")
        if not at_once:
            writer.write(b"+ OK\r\n")
            await writer.drain()
        pieces += [line[: line.rindex(b"{")], await reader.readexactly(size)]
