"""A worker in a process of its own, sending to a TCP sink: what the kill tests kill.

Run as `python -m tests.channels.outbox.draining_child DATABASE_URL PORT park|retry`.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from channels.message import Outcome, Phase, SendResult
from channels.outbox.budgets import Charge
from channels.outbox.delivery import Delivery, Message
from channels.outbox.worker import OutboxWorker
from channels.sender import Ambiguity
from storage.database import Database, assert_no_transaction
from storage.models import Channel
from tests.channels.outbox.play import MovedClock, compose, everything_may_go

LEASE_S = 1.0
BATCH = 60
PRODUCT_TIME = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


class SinkSender:
    """One line out, one line back, on a connection per slot."""

    channel = Channel.EMAIL
    concurrency = 8
    reconciles = False
    spacing = 0.0

    def __init__(self, port: int, ambiguous: Ambiguity) -> None:
        self.ambiguous = ambiguous
        self._port = port
        self._free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    def ready_in(self, message: Message) -> float:
        return 0.0

    def charges(self, delivery: Delivery, message: Message) -> Sequence[Charge]:
        return ()

    async def send(self, message: Message) -> SendResult:
        assert_no_transaction()
        line = self._free.pop() if self._free else await asyncio.open_connection("127.0.0.1", self._port)
        line[1].write(f"{message.to_address}\n".encode())  # type: ignore[union-attr]
        answer = await line[0].readline()
        if answer != b"ok\n":
            return SendResult(Outcome.UNKNOWN, Phase.AFTER_DATA)
        self._free.append(line)
        return SendResult(Outcome.ACCEPTED)

    async def reconcile(
        self, delivery: Delivery, message: Message, *, since: datetime, known: Collection[str]
    ) -> SendResult | None:
        return None

    async def close(self) -> None:
        for _, writer in self._free:
            writer.close()


async def main(url: str, port: int, policy: str) -> None:
    worker = OutboxWorker(
        database=Database(url, pool_size=3),
        senders=[SinkSender(port, Ambiguity(policy))],
        composers={"email": compose},
        gate=everything_may_go,
        clock=MovedClock(PRODUCT_TIME),
        owner="child",
        batch=BATCH,
        lease_seconds=LEASE_S,
    )
    await worker.run(asyncio.Event())


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3]))
