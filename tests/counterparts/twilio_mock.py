"""Prism, serving and checking calls by Twilio's official OpenAPI description."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

_PROJECT = Path(__file__).parents[2]
_DESCRIPTION = (
    Path(os.environ.get("TOUCHLINE_COUNTERPARTS", _PROJECT.parent / "shared" / "counterparts"))
    / "twilio"
    / "twilio_api_v2010.messages.json"
)
_INSTALLED = _PROJECT / "build" / "prism"
_PACKAGE = "@stoplight/prism-cli@5.16.0"
_PROGRAM = _INSTALLED / "node_modules" / ".bin" / "prism"


def missing() -> str:
    """Why it cannot run here, after trying to install it once; empty when it can."""
    if not _DESCRIPTION.exists():
        return f"not found at {_DESCRIPTION}"
    if _PROGRAM.exists():
        return ""
    if shutil.which("npm") is None:
        return "npm is not installed"
    _INSTALLED.mkdir(parents=True, exist_ok=True)
    installing = subprocess.run(
        ["npm", "install", "--prefix", str(_INSTALLED), _PACKAGE],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    return "" if _PROGRAM.exists() else f"npm could not install {_PACKAGE}: {installing.stderr[-200:]}"


@contextlib.contextmanager
def running() -> Iterator[str]:
    """Start it on a free port, stop it by pid."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        port = holder.getsockname()[1]
    log = _INSTALLED / f"prism-{port}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(_PROGRAM), "mock", "-h", "127.0.0.1", "-p", str(port), str(_DESCRIPTION)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        deadline = time.monotonic() + 60
        while not _listens(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"Prism did not start: {log.read_text()[-800:]}")
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log.unlink(missing_ok=True)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex(("127.0.0.1", port)) == 0
