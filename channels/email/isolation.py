"""Reading hostile mail in a process of its own with little time and little memory; only that process dies.

The child is isolated.py. The two speak length-prefixed JSON with the attachments' bytes behind it; nothing is unpickled.
"""

from __future__ import annotations

import asyncio
import io
import os
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import structlog

from channels.email import exchange
from channels.email.isolated import FULL, HEADERS, REQUEST, SIZE
from channels.email.reading import Completeness, ParsedEmail
from channels.message import MailFile

_log = structlog.get_logger(__name__)

_CPU_SECONDS: Final = 10.0
_WALL_SECONDS: Final = 60.0  # for a machine so busy that ten seconds of work take longer
_MEMORY_BYTES: Final = 256 * 1024 * 1024
_LARGE: Final = 4 * 1024 * 1024
_HEAD: Final = 1_000_000  # bytes in which the headers of any mail lie
_SLICE: Final = 256 * 1024  # a large mail is written and its files are read in such pieces: no second copy in memory
_TOGETHER: Final = 400  # mails asked for at once, as long as they are small
_TOGETHER_BYTES: Final = 512 * 1024
_IN_A_REQUEST: Final = 50  # mails the child answers for together
_ROOT: Final = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class LargeMail:
    """A mail that lies elsewhere and is handed on in pieces, so that this process never holds it whole."""

    size: int  # bytes
    pieces: Callable[[], AsyncIterator[bytes]]


class MailParser:
    """Keeps one child process, started when first needed; a mail that overruns it costs a new child."""

    def __init__(
        self,
        *,
        cpu_seconds: float = _CPU_SECONDS,
        wall_seconds: float = _WALL_SECONDS,
        memory_bytes: int = _MEMORY_BYTES,
    ) -> None:
        self._arguments = (str(cpu_seconds), str(memory_bytes))
        self._wall_seconds = wall_seconds
        self._child: asyncio.subprocess.Process | None = None
        self._one_at_a_time = asyncio.Lock()

    async def prepare(self) -> None:
        """Start the child now, so that the first mail need not wait for it. Raises OSError."""
        if self._one_at_a_time.locked():
            return  # it is there, and at work
        async with self._one_at_a_time:
            if self._child is None:
                self._child = await self._start()

    async def parse_safely(self, raw: bytes) -> ParsedEmail:
        """Read `raw`: whole if it can be, else its headers, else nothing. Never raises for what is in the mail."""
        return (await self.parse_many([raw]))[0]

    async def parse_many(self, raws: Sequence[bytes | LargeMail]) -> list[ParsedEmail]:
        """The same for several, in their order. Small ones are asked for together; one that overruns is read again alone."""
        async with self._one_at_a_time:
            parsed: list[ParsedEmail] = []
            for group in _groups(raws):
                together = await self._ask(FULL, group) if len(group) > 1 else None
                parsed += together or [await self._parse_alone(raw) for raw in group]
            return parsed

    async def _parse_alone(self, raw: bytes | LargeMail) -> ParsedEmail:
        found = await self._ask(FULL, [raw]) or await self._ask(HEADERS, [await _head_of(raw)])
        if _size(raw) > _LARGE:
            await self.close()  # its memory is full of holes now; the next mail gets a fresh child
        return found[0] if found else ParsedEmail(completeness=Completeness.NOTHING)

    async def close(self) -> None:
        """End the child: it leaves when its input closes, and is killed when it does not."""
        child, self._child = self._child, None
        if child is None:
            return
        if child.stdin is not None:
            child.stdin.close()
        try:
            # A child that is ending on its own must not be signalled: that would reap it behind asyncio's back.
            await asyncio.wait_for(child.wait(), 1.0)
        except TimeoutError:
            child.kill()
            await child.wait()
        await asyncio.sleep(0)  # its pipes close on the next turn of the loop

    async def _ask(self, how: bytes, raws: Sequence[bytes | LargeMail]) -> list[ParsedEmail] | None:
        if self._child is None:
            self._child = await self._start()
        child = self._child
        try:
            return await asyncio.wait_for(_exchange(child, how, raws), self._wall_seconds)
        except (TimeoutError, asyncio.IncompleteReadError, ConnectionError) as error:
            await self.close()
            _log.warning(
                "Mail was too much for the parser",
                mails=len(raws),
                size=sum(map(_size, raws)),
                mode=how.decode(),
                cause=repr(error)[:80],
            )
            return None
        except BaseException:
            # Cancelled in the middle: the child's answer would be taken for the next mail's.
            await self.close()
            raise

    async def _start(self) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "channels.email.isolated",
            *self._arguments,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            cwd=_ROOT,
            # Nothing of the settings: a parser that is taken over finds no password.
            env={"PATH": os.defpath, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
            limit=1 << 20,
            start_new_session=True,  # an interrupt from the terminal ends us in order, not a mail being read
        )


def _groups(raws: Sequence[bytes | LargeMail]) -> list[list[bytes | LargeMail]]:
    """Small mails together, large ones alone."""
    groups: list[list[bytes | LargeMail]] = []
    size = 0
    for raw in raws:
        if not groups or len(groups[-1]) == _TOGETHER or size + _size(raw) > _TOGETHER_BYTES:
            groups.append([])
            size = 0
        groups[-1].append(raw)
        size += _size(raw)
    return groups


def _size(raw: bytes | LargeMail) -> int:
    return raw.size if isinstance(raw, LargeMail) else len(raw)


async def _pieces(raw: bytes | LargeMail) -> AsyncIterator[bytes]:
    if isinstance(raw, LargeMail):
        async for piece in raw.pieces():
            yield piece
    else:
        for start in range(0, len(raw), _SLICE):
            yield raw[start : start + _SLICE]


async def _head_of(raw: bytes | LargeMail) -> bytes:
    head = b""
    async for piece in _pieces(raw):
        head += piece
        if len(head) >= _HEAD:
            break
    return head[:_HEAD]


async def _exchange(
    child: asyncio.subprocess.Process, how: bytes, raws: Sequence[bytes | LargeMail]
) -> list[ParsedEmail]:
    """In several requests, written one behind the other: while an answer is taken apart here, the child goes on there."""
    if child.stdin is None or child.stdout is None:
        raise RuntimeError("the child was started without pipes")
    requests = [raws[start : start + _IN_A_REQUEST] for start in range(0, len(raws), _IN_A_REQUEST)]
    sending = asyncio.ensure_future(_send(child.stdin, how, requests))
    receiving = asyncio.ensure_future(_receive(child.stdout, len(requests)))
    try:
        await asyncio.gather(sending, receiving)
        return receiving.result()
    finally:
        sending.cancel()
        receiving.cancel()
        await asyncio.gather(sending, receiving, return_exceptions=True)


async def _send(sink: asyncio.StreamWriter, how: bytes, requests: Sequence[Sequence[bytes | LargeMail]]) -> None:
    for raws in requests:
        waiting = [REQUEST.pack(how, len(raws)), *(SIZE.pack(_size(raw)) for raw in raws)]
        size = 0
        for raw in raws:
            async for piece in _pieces(raw):
                waiting.append(piece)
                size += len(piece)
                if size >= _SLICE:
                    sink.write(b"".join(waiting))
                    await sink.drain()
                    waiting, size = [], 0
        sink.write(b"".join(waiting))
        await sink.drain()


async def _receive(source: asyncio.StreamReader, answers: int) -> list[ParsedEmail]:
    parsed: list[ParsedEmail] = []
    for _ in range(answers):
        (length,) = SIZE.unpack(await source.readexactly(SIZE.size))
        answer: list[dict[str, Any]] = exchange.read(await source.readexactly(length))
        parsed += [await _received(source, one) for one in answer]
    return parsed


async def _received(source: asyncio.StreamReader, answer: dict[str, Any]) -> ParsedEmail:
    files = tuple([MailFile(name, kind, await _content(source, size)) for name, kind, size in answer.pop("files")])
    parsed: ParsedEmail = exchange.restored(ParsedEmail, answer)
    return replace(parsed, files=files) if files else parsed


async def _content(source: asyncio.StreamReader, size: int) -> bytes:
    if size <= _SLICE:
        return await source.readexactly(size)
    content = io.BytesIO()  # gives its bytes away without a copy
    while content.tell() < size:
        content.write(await source.readexactly(min(_SLICE, size - content.tell())))
    return content.getvalue()
