"""uvicorn under our own signals: it listens before it says so, and lets requests under way finish."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
from collections.abc import Iterator

import uvicorn
from fastapi import FastAPI

from app.wiring import CannotRun

GRACE_SECONDS = 20


class _Server(uvicorn.Server):
    """Leaves SIGTERM to the process, which stops every part in order."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(app: FastAPI, *, host: str, port: int, stop: asyncio.Event) -> None:
    """Serves until `stop`, then finishes what was begun within 20 s. Raises CannotRun when the port is taken."""
    listening = _listen(host, port)
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        timeout_keep_alive=15,
        h11_max_incomplete_event_size=32 * 1024,
        proxy_headers=False,  # the public address is a setting; headers are never believed
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]), name="uvicorn")
    stopped = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({serving, stopped}, return_when=asyncio.FIRST_COMPLETED)
        server.should_exit = True
        await serving
    finally:
        stopped.cancel()
        listening.close()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            fix = "another program listens there; choose another port"
        else:
            fix = f"{error.strerror}; choose an address of this machine"
        raise CannotRun(f"TOUCHLINE_WEB_HOST and TOUCHLINE_WEB_PORT: cannot listen on {host}:{port}: {fix}") from None
    listening.setblocking(False)
    return listening
