"""Reading hostile mail in a process of its own with little time and little memory; only that process dies.

The parent and the child speak length-prefixed JSON with the attachments' bytes behind it; nothing is unpickled.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import signal
import struct
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final

import structlog

from channels.email import bounces
from channels.email.reading import Completeness, ParsedEmail, parse, parse_headers
from channels.message import MailFile

_log = structlog.get_logger(__name__)

_CPU_SECONDS: Final = 10.0
_WALL_SECONDS: Final = 60.0  # for a machine so busy that ten seconds of work take longer
_MEMORY_BYTES: Final = 256 * 1024 * 1024
_LARGE: Final = 4 * 1024 * 1024
_LENGTH: Final = struct.Struct(">cQ")
_FULL, _HEADERS = b"F", b"H"
_ROOT: Final = Path(__file__).resolve().parents[2]


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

    async def parse_safely(self, raw: bytes) -> ParsedEmail:
        """Read `raw`: whole if it can be, else its headers, else nothing. Never raises for what is in the mail."""
        async with self._one_at_a_time:
            parsed = await self._ask(_FULL, raw)
            if parsed is None:
                parsed = await self._ask(_HEADERS, raw[:1_000_000])
            if len(raw) > _LARGE:
                await self.close()  # its memory is full of holes now; the next mail gets a fresh child
            return parsed or ParsedEmail(completeness=Completeness.NOTHING)

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

    async def _ask(self, how: bytes, raw: bytes) -> ParsedEmail | None:
        if self._child is None:
            self._child = await self._start()
        child = self._child
        try:
            return await asyncio.wait_for(_exchange(child, how, raw), self._wall_seconds)
        except (TimeoutError, asyncio.IncompleteReadError, ConnectionError) as error:
            await self.close()
            _log.warning("A mail was too much for the parser", size=len(raw), mode=how.decode(), cause=repr(error)[:80])
            return None
        except BaseException:
            # Cancelled in the middle: the child's answer would be taken for the next mail's.
            await self.close()
            raise

    async def _start(self) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "channels.email.isolation",
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


async def _exchange(child: asyncio.subprocess.Process, how: bytes, raw: bytes) -> ParsedEmail:
    if child.stdin is None or child.stdout is None:
        raise RuntimeError("the child was started without pipes")
    child.stdin.write(_LENGTH.pack(how, len(raw)) + raw)
    await child.stdin.drain()
    _, length = _LENGTH.unpack(await child.stdout.readexactly(_LENGTH.size))
    answer: dict[str, Any] = json.loads(await child.stdout.readexactly(length))
    contents = [await child.stdout.readexactly(size) for size in answer.pop("sizes")]
    return _from_json(answer, contents)


def _to_json(parsed: ParsedEmail) -> tuple[dict[str, Any], list[bytes]]:
    fields = {name: getattr(parsed, name) for name in ParsedEmail.__dataclass_fields__ if name != "files"}
    fields["date"] = parsed.date.isoformat() if parsed.date else None
    fields["reports"] = [asdict(report) for report in parsed.reports]
    fields["files"] = [(file.name, file.media_type) for file in parsed.files]
    fields["sizes"] = [len(file.content) for file in parsed.files]
    return fields, [file.content for file in parsed.files]


def _from_json(fields: dict[str, Any], contents: list[bytes]) -> ParsedEmail:
    fields["completeness"] = Completeness(fields["completeness"])
    fields["date"] = datetime.fromisoformat(fields["date"]) if fields["date"] else None
    for name in ("to", "cc", "delivered_to", "references"):
        fields[name] = tuple(fields[name])
    fields["reports"] = tuple(
        bounces.DeliveryReport(**{**report, "action": bounces.Action(report["action"])}) for report in fields["reports"]
    )
    fields["files"] = tuple(
        MailFile(name, kind, content) for (name, kind), content in zip(fields["files"], contents, strict=True)
    )
    return ParsedEmail(**fields)


def main(arguments: list[str]) -> None:
    """The child: answer requests until the pipe closes."""
    cpu_seconds, memory_bytes = float(arguments[0]), int(arguments[1])
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    parse(b"Subject: warm up\n\nEverything is imported before the memory is counted.\n")
    _limit_memory(memory_bytes)
    while request := source.read(_LENGTH.size):
        how, length = _LENGTH.unpack(request)
        raw = source.read(length)
        # The default action of SIGPROF ends the process, also in the middle of native code.
        signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
        parsed = parse(raw) if how == _FULL else parse_headers(raw)
        del raw
        _answer(sink, parsed)
        signal.setitimer(signal.ITIMER_PROF, 0)


def _answer(sink: IO[bytes], parsed: ParsedEmail) -> None:
    fields, contents = _to_json(parsed)
    body = json.dumps(fields).encode()
    sink.write(_LENGTH.pack(_FULL, len(body)))
    sink.write(body)
    for content in contents:
        sink.write(content)
    sink.flush()


def _limit_memory(extra: int) -> None:
    statm = Path("/proc/self/statm")
    if not statm.exists():  # only Linux says how much address space is taken already
        return
    taken = int(statm.read_text().split()[0]) * resource.getpagesize()
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (taken + extra, hard))


if __name__ == "__main__":
    main(sys.argv[1:])
