"""A PostgreSQL of the tests' own: made in a temporary directory, on a free port of the loopback, stopped by its pid."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

START_SECONDS = 30


class NoPostgres(Exception):
    """There is none to start; the message says why."""


@contextlib.contextmanager
def running() -> Iterator[str]:
    """Starts a server and gives its URL. Raises NoPostgres."""
    binaries = _binaries()
    account = _account()
    directory = Path(tempfile.mkdtemp(prefix="touchline-postgres-", dir=_fast_place()))
    try:
        if account:
            os.chown(directory, pwd.getpwnam(account).pw_uid, pwd.getpwnam(account).pw_gid)
        cluster = directory / "cluster"
        _make(binaries / "initdb", cluster, account)
        port = _free_port()
        server = _start(binaries / "postgres", cluster, directory, port, account)
        try:
            _wait(server, port, directory)
            yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
        finally:
            server.terminate()
            try:
                server.wait(15)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _binaries() -> Path:
    versions = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: _number(path.parent.name), reverse=True
    )
    found = shutil.which("initdb")
    for place in [*versions, *([Path(found).resolve().parent] if found else [])]:
        if (place / "initdb").exists() and (place / "postgres").exists():
            return place
    raise NoPostgres("no PostgreSQL server is installed (Debian: apt install postgresql)")


def _number(name: str) -> int:
    return int(name) if name.isdigit() else 0


def _account() -> str | None:
    """PostgreSQL refuses to run as root: its own account then, or nobody's."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            pwd.getpwnam(name)
            return name
    raise NoPostgres("PostgreSQL does not run as root and there is no other account to run it")


def _fast_place() -> str | None:
    """Memory where there is enough of it: thousands of small commits wait for the disk otherwise."""
    memory = Path("/dev/shm")
    if memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 1_500_000_000:
        return str(memory)
    return None


def _make(initdb: Path, cluster: Path, account: str | None) -> None:
    command = [str(initdb), "-D", str(cluster), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
    done = subprocess.run(
        command, user=account, cwd="/", check=False, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    if done.returncode != 0:
        raise NoPostgres(
            f"initdb failed: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else 'silently'}"
        )


def _start(postgres: Path, cluster: Path, directory: Path, port: int, account: str | None) -> subprocess.Popen[bytes]:
    options = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": str(directory),
        "max_connections": "200",
        "shared_buffers": "128MB",
        "synchronous_commit": "on",
    }
    arguments = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    log = (directory / "server.log").open("wb")
    return subprocess.Popen(
        [str(postgres), "-D", str(cluster), *arguments], user=account, cwd="/", stdout=log, stderr=subprocess.STDOUT
    )


def _wait(server: subprocess.Popen[bytes], port: int, directory: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        if "ready to accept connections" in (directory / "server.log").read_text(errors="replace"):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                return
        time.sleep(0.05)
    lines = (directory / "server.log").read_text(errors="replace").strip().splitlines()
    raise NoPostgres(f"PostgreSQL did not start: {lines[-1] if lines else 'it said nothing'}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
