"""The process that reads hostile mail: little time, little memory, and no more of the program than reading takes.

What starts it, and asks, is MailParser (isolation.py).
"""

from __future__ import annotations

import gc
import resource
import signal
import struct
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Final

from channels.email import exchange
from channels.email.reading import ParsedEmail, parse, parse_headers

REQUEST: Final = struct.Struct(">cQ")  # how, and how many mails; their sizes follow
SIZE: Final = struct.Struct(">Q")
FULL, HEADERS = b"F", b"H"


def main(arguments: list[str]) -> None:
    """The child: answer requests until the pipe closes."""
    cpu_seconds, memory_bytes = float(arguments[0]), int(arguments[1])
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    parse(b"Subject: warm up\nContent-Type: text/html\n\n<p>Everything is imported before the memory is counted.</p>\n")
    gc.freeze()
    _limit_memory(memory_bytes)
    while request := source.read(REQUEST.size):
        how, count = REQUEST.unpack(request)
        read = parse if how == FULL else parse_headers
        sizes = [SIZE.unpack(source.read(SIZE.size))[0] for _ in range(count)]
        parsed = []
        for size in sizes:
            # The default action of SIGPROF ends the process, also in the middle of native code.
            signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
            parsed.append(read(source.read(size)))
        _answer(sink, parsed)
        signal.setitimer(signal.ITIMER_PROF, 0)


def _answer(sink: IO[bytes], parsed: Sequence[ParsedEmail]) -> None:
    body = exchange.written(
        [
            {
                **exchange.plain(one, without=("files", "text", "html", "headers")),
                "files": [(file.name, file.media_type, len(file.content)) for file in one.files],
            }
            for one in parsed
        ]
    )
    sink.write(SIZE.pack(len(body)))
    sink.write(body)
    for one in parsed:
        for file in one.files:
            sink.write(file.content)
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
