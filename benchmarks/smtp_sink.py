"""An SMTP server that takes everything and keeps nothing, in a process of its own; it prints its port, then serves until killed.

With `--pipelining` its EHLO offers PIPELINING; it reads what comes together either way.
"""

from __future__ import annotations

import asyncio
import gc
import sys

_GREETING = b"220 sink ESMTP\r\n"
_EHLO = b"250-sink\r\n%b250-SIZE 50000000\r\n250 8BITMIME\r\n"
_OFFER = b"250-PIPELINING\r\n" if "--pipelining" in sys.argv else b""
_ANSWERS = {b"EHLO": _EHLO % _OFFER, b"QUIT": b"221 2.0.0 bye\r\n", b"RCPT": b"250 2.1.5 Ok\r\n"}
_OK = b"250 2.1.0 Ok\r\n"


class Sink(asyncio.BufferedProtocol):
    """Answers as fast as it can read, each read with one write.

    Into one buffer: a plain protocol is given a new one of 256 KiB at each read.
    """

    room = memoryview(bytearray(256 * 1024))

    def get_buffer(self, sizehint: int) -> memoryview:
        return self.room

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._kept = b""
        self._in_text = False
        self._taken = 0
        transport.write(_GREETING)

    def buffer_updated(self, nbytes: int) -> None:
        buffer = self._kept + self.room[:nbytes]
        at, answers = 0, []
        while True:
            if self._in_text:
                end = buffer.find(b"\r\n.\r\n", at)
                if end < 0:
                    at = max(at, len(buffer) - 4)
                    break
                at, self._in_text = end + 5, False
                self._taken += 1
                answers.append(b"250 2.0.0 Ok: queued as %08X\r\n" % self._taken)
                continue
            end = buffer.find(b"\r\n", at)
            if end < 0:
                break
            verb = buffer[at : at + 4].upper()
            # The line end of DATA may be the one before a lone dot.
            at = end if verb == b"DATA" else end + 2
            if verb == b"DATA":
                self._in_text = True
                answers.append(b"354 go on\r\n")
            else:
                answers.append(_ANSWERS.get(verb, _OK))
        self._kept = buffer[at:]
        if answers:
            self._transport.write(b"".join(answers))


async def main() -> None:
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", 0, backlog=256)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    gc.freeze()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
