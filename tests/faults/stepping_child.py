"""A real worker with a real mail session that kills itself at one step: before or after a commit, before or after a send.

Run as `python -m tests.faults.stepping_child DATABASE_URL PORT STEP COUNT`.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import event

from channels.email.sender import EmailSender
from channels.email.smtp import Letter
from channels.message import SendResult
from channels.outbox.worker import OutboxWorker
from channels.sender import Handover
from storage.database import Database
from tests.channels.outbox.play import MovedClock, compose, everything_may_go

LEASE_S = 1.0
CONCURRENCY = 1
PRODUCT_TIME = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
# A drain of four deliveries has four commits and more (claim, begin, settle, …) and four sends.
STEPS: list[tuple[str, int]] = [
    *((f"{when} commit", count) for count in range(1, 5) for when in ("before", "after")),
    *((f"{when} send", count) for count in range(1, 5) for when in ("before", "after")),
]


def die() -> None:
    """As the power fails: nothing is tidied up."""
    os.kill(os.getpid(), signal.SIGKILL)


class _Steps:
    """Counts the steps of one kind and dies at the chosen one."""

    def __init__(self, step: str, count: int) -> None:
        self._step = step
        self._left = count

    def at(self, step: str) -> None:
        if step == self._step:
            self._left -= 1
            if self._left == 0:
                die()


class MortalSender(EmailSender):
    """The real sender, on one session, beside a trapdoor."""

    steps: _Steps

    def letter(self, handover: Handover) -> Letter | SendResult:
        self.steps.at("before send")

        def ended(result: SendResult) -> None:
            self.steps.at("after send")
            handover.ended(result)

        return super().letter(replace(handover, ended=ended))


def _watch_commits(database: Database, steps: _Steps) -> None:
    """Only units that write are committed; the ledger's hot path speaks to the driver, so statements are no sign of it."""
    engine = database.engine.sync_engine
    committed: set[object] = set()

    @event.listens_for(engine, "commit")
    def before(connection: Any) -> None:
        steps.at("before commit")
        committed.add(connection.connection.dbapi_connection)

    @event.listens_for(engine, "checkin")
    def after(dbapi_connection: Any, _record: Any) -> None:
        if dbapi_connection in committed:
            committed.discard(dbapi_connection)
            steps.at("after commit")


async def main(url: str, port: int, step: str, count: int) -> None:
    database = Database(url, pool_size=3)
    steps = _Steps(step, count)
    _watch_commits(database, steps)
    clock = MovedClock(PRODUCT_TIME)
    sender = MortalSender(
        url=f"smtp://127.0.0.1:{port}?starttls=never",
        envelope_from="bounces@touchline.example",
        clock=clock,
        sessions=CONCURRENCY,
    )
    sender.steps = steps
    worker = OutboxWorker(
        database=database,
        senders=[sender],
        composers={"email": compose},
        gate=everything_may_go,
        clock=clock,
        owner=f"child {step} {count}",
        lease_seconds=LEASE_S,
    )
    await worker.run(asyncio.Event())


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])))
