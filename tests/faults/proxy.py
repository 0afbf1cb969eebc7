"""A TCP proxy on loopback that misbehaves on demand: between us and a mail server, a database, whatever speaks TCP.

async with Proxy("127.0.0.1", 5432) as proxy:
    connect_to(proxy.port)
    proxy.mode = Mode.BLACKHOLE     # from now on both directions are swallowed, and nothing is closed
    await proxy.drop()              # every line is reset; new ones follow the mode
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass, field
from enum import StrEnum
from types import TracebackType
from typing import Self

_PIECE = 65_536


class Mode(StrEnum):
    """What happens to lines, those that stand and those to come."""

    PASS = "pass"
    BLACKHOLE = "blackhole"  # accepted and read, never answered, never closed: a half-open line
    HALF_CLOSE = "half_close"  # the client hears that the server has finished; what it still says is taken
    REFUSE = "refuse"  # new lines are reset at once; those that stand go on


class Way(StrEnum):
    """A direction."""

    TO_SERVER = "to_server"
    TO_CLIENT = "to_client"


@dataclass(eq=False)
class _Line:
    client: asyncio.StreamWriter
    server: asyncio.StreamWriter
    pumps: list[asyncio.Task[None]] = field(default_factory=list)
    lost: bool = False

    def reset(self) -> None:
        for writer in (self.client, self.server):
            writer.transport.abort()


class Proxy:
    """Passes everything on until told otherwise; every switch works on standing lines too."""

    def __init__(self, host: str, port: int, *, mode: Mode = Mode.PASS) -> None:
        self._target = (host, port)
        self._mode = mode
        self._lines: set[_Line] = set()
        self._serving: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._cuts: dict[Way, int] = {}
        self.port = 0
        self.delay = 0.0  # seconds each piece waits, in either direction
        self.passed = dict.fromkeys(Way, 0)  # bytes handed on
        self.connected_at: list[float] = []  # monotonic moments at which a client came

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        await self.drop()
        for task in tuple(self._serving):
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)
        await asyncio.sleep(0.01)  # closing a transport takes another turn of the loop

    @property
    def lines(self) -> int:
        """How many stand now."""
        return len(self._lines)

    @property
    def mode(self) -> Mode:
        return self._mode

    @mode.setter
    def mode(self, mode: Mode) -> None:
        self._mode = mode
        if mode is Mode.HALF_CLOSE:
            for line in self._lines:
                self._half_close(line)

    def cut_after(self, count: int, way: Way = Way.TO_SERVER) -> None:
        """Resets the line on which the next `count` bytes of that direction have gone through; once."""
        self._cuts[way] = count

    async def drop(self) -> int:
        """Resets every line, in the middle of whatever; returns how many there were."""
        lines = tuple(self._lines)
        for line in lines:
            line.reset()
        for line in lines:
            for pump in line.pumps:
                pump.cancel()
            await asyncio.gather(*line.pumps, return_exceptions=True)
        return len(lines)

    async def drop_every(self, seconds: float) -> None:
        """Until cancelled, resets every line at that pace."""
        while True:
            await asyncio.sleep(seconds)
            await self.drop()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        self.connected_at.append(time.monotonic())
        try:
            if self._mode is Mode.REFUSE:
                writer.transport.abort()
                return
            try:
                far_reader, far_writer = await asyncio.open_connection(*self._target)
            except OSError:
                writer.transport.abort()
                return
            line = _Line(writer, far_writer)
            self._lines.add(line)
            line.pumps = [
                asyncio.create_task(self._pump(line, reader, far_writer, Way.TO_SERVER)),
                asyncio.create_task(self._pump(line, far_reader, writer, Way.TO_CLIENT)),
            ]
            try:
                await asyncio.gather(*line.pumps, return_exceptions=True)
            finally:
                for pump in line.pumps:
                    pump.cancel()
                line.reset()
                self._lines.discard(line)
        finally:
            self._serving.discard(task)

    async def _pump(self, line: _Line, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: Way) -> None:
        with contextlib.suppress(ConnectionError):
            while piece := await reader.read(_PIECE):
                if self.delay:
                    await asyncio.sleep(self.delay)
                if self._mode is Mode.BLACKHOLE:
                    line.lost = True  # what was swallowed is missing: this line never recovers
                if line.lost or (self._mode is Mode.HALF_CLOSE and way is Way.TO_CLIENT):
                    continue
                if not await self._hand_on(line, piece, writer, way):
                    return
            if self._mode is Mode.BLACKHOLE or line.lost:
                await asyncio.Event().wait()  # one end has gone; the other is not told
            if not writer.is_closing():
                writer.write_eof()

    async def _hand_on(self, line: _Line, piece: bytes, writer: asyncio.StreamWriter, way: Way) -> bool:
        """False when the line was to end within this piece."""
        left = self._cuts.get(way)
        if left is not None:
            piece = piece[:left]
            self._cuts[way] = left - len(piece)
        writer.write(piece)
        self.passed[way] += len(piece)
        await writer.drain()
        if left is None or self._cuts[way] > 0:
            return True
        del self._cuts[way]
        line.reset()
        return False

    @staticmethod
    def _half_close(line: _Line) -> None:
        if not line.client.is_closing():
            with contextlib.suppress(OSError):
                line.client.write_eof()
