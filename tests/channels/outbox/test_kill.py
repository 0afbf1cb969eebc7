"""A worker killed at any instant loses nothing, and what it may have sent twice is what it had in flight."""

from __future__ import annotations

import asyncio
import random
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from storage.database import Database
from storage.models import DeliveryAttempt, DeliveryState, Outbox
from storage.queries import outbox as ledger
from tests.channels.outbox.draining_child import BATCH, SinkSender
from tests.channels.outbox.play import plan, states

pytestmark = pytest.mark.long

S = DeliveryState
ROOT = Path(__file__).parents[3]
ROWS = 2000
KILLS = 10


class Sink:
    """Counts what arrives, at the far end of the wire."""

    def __init__(self) -> None:
        self.arrived: Counter[str] = Counter()
        self.total = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                self.arrived[line.decode().strip()] += 1
                self.total += 1
                await asyncio.sleep(0.001)
                writer.write(b"ok\n")
                await writer.drain()
        except ConnectionError:
            return  # its client was killed
        finally:
            writer.close()


async def _child(url: str, port: int, policy: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.channels.outbox.draining_child", url, str(port), policy, cwd=ROOT
    )


async def _in_flight(database: Database) -> set[tuple[int, str]]:
    """Rows begun and not settled, each with the lease it was begun under: an earlier victim's stay until their leases end.

    A row that another worker took over counts again only once that one has begun it, too.
    """
    begun = (DeliveryAttempt.outbox_id == Outbox.id) & (DeliveryAttempt.lease_token == Outbox.lease_token)
    async with database.read() as session:
        statement = select(Outbox.id, Outbox.lease_token).join(DeliveryAttempt, begun).where(Outbox.state == S.SENDING)
        return {(row.id, row.lease_token) for row in await session.execute(statement)}


@pytest.mark.crash
@pytest.mark.parametrize("policy", ["retry", "park"])
async def test_two_thousand_deliveries_survive_ten_kills(
    database: Database, database_url: str, now: datetime, policy: str
) -> None:
    planned = {f"c{number}@example.com" for number in range(ROWS)}
    await plan(database, now, ROWS)
    sink = Sink()
    server = await asyncio.start_server(sink.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    chance = random.Random(20261124)
    in_flight: list[int] = []
    seen: set[tuple[int, str]] = set()
    child = await _child(database_url, port, policy)
    try:
        for _ in range(KILLS):
            goal = sink.total + chance.randint(20, 180)
            async with asyncio.timeout(60):
                while sink.total < goal:
                    assert child.returncode is None
                    await asyncio.sleep(0.01)
            child.kill()
            await child.wait()
            left = await _in_flight(database)
            in_flight.append(len(left - seen))
            seen |= left
            child = await _child(database_url, port, policy)
        async with asyncio.timeout(120):
            while set(await states(database)) & {S.PLANNED, S.CLAIMED, S.SENDING}:
                await asyncio.sleep(0.1)
    finally:
        child.kill()
        await child.wait()
        server.close()
        await server.wait_closed()
    async with database.read() as session:
        totals = await ledger.totals(session)
    duplicates = sum(count - 1 for count in sink.arrived.values())
    assert sum(in_flight) > 0, "no kill fell into the sending"
    # Repeatable sends are begun a batch ahead of the slots that send them; parked ones never ahead.
    assert max(in_flight) <= (BATCH + SinkSender.concurrency if policy == "retry" else SinkSender.concurrency)
    assert sum(totals.values()) == ROWS
    if policy == "retry":
        assert set(sink.arrived) == planned
        assert totals[S.SENT] == ROWS
        assert duplicates <= sum(in_flight)
    else:
        assert duplicates == 0
        assert totals[S.SENT] + totals[S.UNKNOWN] == ROWS
        assert 0 < totals[S.UNKNOWN] <= sum(in_flight)
        assert len(sink.arrived) >= totals[S.SENT]
