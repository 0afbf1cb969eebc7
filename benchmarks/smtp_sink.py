"""An SMTP server that takes everything and keeps nothing, in a process of its own; it prints its port, then serves until killed."""

from __future__ import annotations

import asyncio
import sys

_GREETING = b"220 sink ESMTP\r\n"
_EHLO = b"250-sink\r\n250-PIPELINING\r\n250-SIZE 50000000\r\n250 8BITMIME\r\n"


class Sink(asyncio.Protocol):
    """Answers as fast as it can read."""

    def __init__(self) -> None:
        self._buffer = b""
        self._in_data = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(_GREETING)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        answers: list[bytes] = []
        while True:
            if self._in_data:
                if self._buffer.startswith(b".\r\n"):
                    end, skip = 0, 3
                else:
                    end, skip = self._buffer.find(b"\r\n.\r\n"), 5
                if end < 0:
                    self._buffer = self._buffer[-4:]
                    break
                self._buffer = self._buffer[end + skip :]
                self._in_data = False
                answers.append(b"250 2.0.0 Ok: queued as 0\r\n")
                continue
            line, newline, rest = self._buffer.partition(b"\r\n")
            if not newline:
                break
            self._buffer = rest
            answers.append(self._answer(line[:4].upper()))
        if answers:
            self._transport.write(b"".join(answers))

    def _answer(self, verb: bytes) -> bytes:
        if verb == b"EHLO":
            return _EHLO
        if verb == b"DATA":
            self._in_data = True
            return b"354 go on\r\n"
        if verb == b"QUIT":
            return b"221 bye\r\n"
        return b"250 2.1.0 Ok\r\n"


async def main() -> None:
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
