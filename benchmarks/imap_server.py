"""A mailbox full of generated mails for the benchmarks: on Dovecot where it is installed and we may start it, else on a lean
server of ours in a process of its own. Either listens on loopback only and is stopped on leaving."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_OWNER = 5000
_CLIENTS = 500


@dataclass(frozen=True)
class Served:
    """Where the mailbox is, and what serves it."""

    url: str
    port: int
    by: str


def mail(number: int) -> bytes:
    """A customer's letter of about a kilobyte: headers as servers leave them, a few lines, a quotation."""
    client = number % _CLIENTS
    lines = (
        f"Return-Path: <c{client}@example.com>",
        "Delivered-To: crm@shop.test",
        f"Received: from mx.example.com by mail.shop.test with ESMTPS id {number:08x}; Tue, 24 Nov 2026 08:59:00 +0000",
        f"From: Customer {client} <c{client}@example.com>",
        "To: Sales <crm@shop.test>",
        f"Subject: Order {number} of bolts",
        "Date: Tue, 24 Nov 2026 08:58:00 +0000",
        f"Message-ID: <{number}.bench@example.com>",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "",
        f"Hello,\r\n\r\nplease send {number % 90 + 10} boxes of M8 bolts by Friday, to the usual address.",
        "\r\nRegards,\r\nCustomer\r\n\r\nOn Mon, 23 Nov 2026 at 17:02, Sales <crm@shop.test> wrote:",
        *(f"> M8 bolts are back in stock, line {line} of what we wrote last week." for line in range(6)),
        "",
    )
    return "\r\n".join(lines).encode()


@contextlib.contextmanager
def mailbox(count: int) -> Iterator[Served]:
    """A mailbox of `count` mails with the numbers 1 to `count`."""
    if os.geteuid() == 0 and shutil.which("dovecot") is not None:
        with _dovecot(count) as port:
            yield Served(f"imap://u:p@127.0.0.1:{port}?starttls=never", port, "Dovecot")
    else:
        with _lean(count) as port:
            yield Served(f"imap://u:p@127.0.0.1:{port}?starttls=never", port, "a lean server of ours")


@contextlib.contextmanager
def _dovecot(count: int) -> Iterator[int]:
    root = Path(tempfile.mkdtemp(prefix="mail-in-", dir="/tmp"))
    root.chmod(0o755)
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        port = holder.getsockname()[1]
    (root / "dovecot.conf").write_text(_CONFIGURATION.format(root=root, port=port, owner=_OWNER))
    new = root / "mail" / "u" / "new"
    new.mkdir(parents=True)
    for number in range(1, count + 1):
        (new / f"{1_700_000_000 + number}.{number}.bench").write_bytes(mail(number))
    for directory in (root / "mail", root / "mail" / "u", new):
        os.chown(directory, _OWNER, _OWNER)
    with (root / "out").open("wb") as log:
        command = ["dovecot", "-F", "-c", str(root / "dovecot.conf")]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        _wait_for(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)
        shutil.rmtree(root, ignore_errors=True)


@contextlib.contextmanager
def _lean(count: int) -> Iterator[int]:
    command = [sys.executable, "-m", "benchmarks.imap_server", str(count)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[1])
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait(timeout=10)
        process.stdout.close()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 20
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("Dovecot does not listen")
        time.sleep(0.05)


_CONFIGURATION = """
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/log
listen = 127.0.0.1
protocols = imap
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
mail_location = maildir:{root}/mail/%n
mail_uid = {owner}
mail_gid = {owner}
first_valid_uid = 100
passdb {{
  driver = static
  args = password=p
}}
userdb {{
  driver = static
  args = uid={owner} gid={owner} home={root}/mail/%n
}}
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
"""


class _Session:
    """Just enough of IMAP4rev1 for one reader: no flags, no changes, answers made while the mails are walked."""

    def __init__(self, mails: list[bytes]) -> None:
        self._mails = mails

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK ready\r\n")
        with contextlib.suppress(ConnectionError):
            while line := (await reader.readline()).decode().strip():
                tag, _, command = line.partition(" ")
                verb = command.upper()
                if verb.startswith("UID FETCH"):
                    self._fetch(command, writer)
                else:
                    writer.write(self._told(verb))
                writer.write(f"{tag} OK done\r\n".encode())
                await writer.drain()
        writer.close()

    def _told(self, verb: str) -> bytes:
        if verb.startswith("CAPABILITY"):
            return b"* CAPABILITY IMAP4rev1\r\n"
        if verb.startswith("SELECT"):
            count = len(self._mails)
            return b"* %d EXISTS\r\n* OK [UIDVALIDITY 1] valid\r\n* OK [UIDNEXT %d] next\r\n" % (count, count + 1)
        if verb.startswith("UID SEARCH"):
            return b"* SEARCH " + b" ".join(b"%d" % uid for uid in range(1, len(self._mails) + 1)) + b"\r\n"
        return b"* BYE leaving\r\n" if verb.startswith("LOGOUT") else b""

    def _fetch(self, command: str, writer: asyncio.StreamWriter) -> None:
        numbers, items = command.split(" ", 3)[2:]
        for word in numbers.split(","):
            first, _, last = word.partition(":")
            for uid in range(int(first), int(last or first) + 1):
                writer.write(b"* %d FETCH (UID %d %s)\r\n" % (uid, uid, self._answer(items, self._mails[uid - 1])))

    @staticmethod
    def _answer(items: str, raw: bytes) -> bytes:
        parts = []
        if "SIZE" in items:
            parts.append(b"RFC822.SIZE %d" % len(raw))
        if "INTERNALDATE" in items:
            parts.append(b'INTERNALDATE "24-Nov-2026 09:00:00 +0000"')
        if "MESSAGE-ID" in items:
            found = re.search(rb"\r\n(Message-ID: [^\r]*\r\n)", raw)
            head = (found.group(1) if found else b"") + b"\r\n"
            parts.append(b"BODY[HEADER.FIELDS (MESSAGE-ID)] {%d}\r\n%s" % (len(head), head))
        elif "BODY" in items:
            parts.append(b"BODY[] {%d}\r\n%s" % (len(raw), raw))
        return b" ".join(parts)


async def _main(count: int) -> None:
    session = _Session([mail(number) for number in range(1, count + 1)])
    server = await asyncio.start_server(session.serve, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1])))
