"""A durable mailing by email, from ledger rows to settled rows, beside bare sessions that write to the same sink.

Ours, in a process of its own: claim, gate (suppression, consent, mailing state), compose for each client, build the MIME, send,
record the attempt, settle; SQLite, synchronous FULL. The limits write one ready message over and over on as many
sessions, and record nothing: aiosmtplib where the sink offers no PIPELINING; where it does, a protocol of forty lines that says
MAIL, RCPT and DATA together and waits for 354 before the text. The peer there is Postfix's smtp-source, where it is installed.
"""

from __future__ import annotations

import asyncio
import shutil
import statistics
import time
from collections.abc import Iterator

import aiosmtplib

from benchmarks.drained import SESSIONS, Drained, directory, drain, planned, sink
from benchmarks.ready_mailing import NOW
from benchmarks.report import Figure, Options, interleave
from channels.email.compiled import CompiledBody, Filled
from channels.email.mime import build
from channels.message import OutgoingEmail

JOBS = ("mail.durable", "mail.pipelined")
MAILS = 20_000
BARE_MAILS = 10_000
MOST_MEMORY_MB = 120


async def run(options: Options) -> list[Figure]:
    return [await _one_by_one(options), await _pipelined(options)]


async def _one_by_one(options: Options) -> Figure:
    mails, bare_mails = options.size(MAILS), options.size(BARE_MAILS)
    drains: list[Drained] = []
    async with sink() as port, directory() as place:

        async def ours() -> float:
            drains.append(await drain(await planned(place, mails), port, mails))
            return drains[-1].rate

        rates, bare = await interleave(options.rounds, ours, lambda: _by_aiosmtplib(port, bare_mails))
    limit, peak = statistics.median(bare), max(one.peak_mb for one in drains)
    met = statistics.median(rates) >= 0.8 * limit and peak <= MOST_MEMORY_MB
    note = f"{mails:,} recipients, {SESSIONS} sessions, peak memory {peak:.0f} MB"
    return Figure("mail.durable", "mails/s", rates, "≥ 0.80 × limit, ≤ 120 MB", met, limit=limit, note=note)


async def _pipelined(options: Options) -> Figure:
    mails, bare_mails = options.size(MAILS), options.size(BARE_MAILS)
    drains: list[Drained] = []
    async with sink("--pipelining") as port, directory() as place:

        async def ours() -> float:
            drains.append(await drain(await planned(place, mails), port, mails))
            return drains[-1].rate

        jobs = [ours, lambda: _by_protocol(port, bare_mails)]
        source = shutil.which("smtp-source", path="/usr/sbin:/usr/bin:/usr/local/sbin")
        if source is not None:
            jobs.append(lambda: _by_smtp_source(source, port, bare_mails))
        rates, bare, *others = await interleave(options.rounds, *jobs)
    median, limit, peak = statistics.median(rates), statistics.median(bare), max(one.peak_mb for one in drains)
    peer = statistics.median(others[0]) if others else None
    met = median >= 0.75 * limit and peak <= MOST_MEMORY_MB and (peer is None or median >= peer)
    note = f"{mails:,} recipients, {SESSIONS} sessions, peak memory {peak:.0f} MB; the peer is smtp-source"
    goal = "≥ 0.75 × limit, ≥ 1.0 × peer, ≤ 120 MB"
    return Figure("mail.pipelined", "mails/s", rates, goal, met, limit=limit, peer=peer, note=note)


async def _by_aiosmtplib(port: int, mails: int) -> float:
    content, left = _letter(), iter(range(mails))

    async def session() -> None:
        client = aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False)
        await client.connect()
        for number in left:
            await client.sendmail("bounces@touchline.example", [f"anna{number}@client.example"], content)
        await client.quit()

    began = time.perf_counter()
    await asyncio.gather(*(session() for _ in range(SESSIONS)))
    return mails / (time.perf_counter() - began)


async def _by_protocol(port: int, mails: int) -> float:
    content, left = _letter() + b".\r\n", iter(range(mails))
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    opened = [await loop.create_connection(lambda: Bare(content, left), "127.0.0.1", port) for _ in range(SESSIONS)]
    await asyncio.gather(*(session.done for _, session in opened))
    return mails / (time.perf_counter() - began)


class Bare(asyncio.Protocol):
    """The least a pipelining client can do: counts the lines that answer it, and looks at none but EHLO's last."""

    def __init__(self, content: bytes, left: Iterator[int]) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._content = content
        self._left = left
        self._expected = 1
        self._greeted = self._in_text = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        if not self._greeted:
            if data.startswith(b"220"):
                self._transport.write(b"EHLO bench\r\n")
            elif b"250 " in data:
                self._greeted = True
                self._next()
            return
        self._expected -= data.count(b"\n")
        if self._expected:
            return
        if self._in_text:
            self._next()
        else:
            self._in_text, self._expected = True, 1
            self._transport.write(self._content)

    def _next(self) -> None:
        number = next(self._left, None)
        if number is None:
            self._transport.close()
            self.done.set_result(None)
            return
        self._in_text, self._expected = False, 3
        to = b"anna%d@client.example" % number
        self._transport.write(b"MAIL FROM:<bounces@touchline.example>\r\nRCPT TO:<%b>\r\nDATA\r\n" % to)


async def _by_smtp_source(program: str, port: int, mails: int) -> float:
    length = str(len(_letter()))
    people = ("-f", "bounces@touchline.example", "-t", "anna@client.example")
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        program, "-s", str(SESSIONS), "-l", length, "-m", str(mails), *people, f"127.0.0.1:{port}"
    )
    if await process.wait() != 0:
        raise RuntimeError("smtp-source failed")
    return mails / (time.perf_counter() - began)


def _letter() -> bytes:
    """One mail of the mailing's size."""
    lines = "M8 bolts are back in stock: 2,000 pcs at 0.12 EUR each, delivered to Riga within two days.\n\n" * 8
    body = CompiledBody(text=[lines], html=[f"<p>{lines}</p>"])
    email = OutgoingEmail(
        to_address="anna@client.example",
        to_name="Anna Smith",
        subject="Anna Smith: bolts are back",
        text="",
        body=Filled(body, {}),
        message_id="<1.1.x@touchline.example>",
        from_address="crm@touchline.example",
        from_name="Touchline",
        unsubscribe_url=f"https://touchline.example/u/{0:087x}",
    )
    return build(email, date=NOW)
