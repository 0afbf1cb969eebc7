"""The outbox worker: keeps one pump per channel going, wakes on demand, and drains when asked to stop.

Any number of workers may share a database; leases and fencing tokens keep them apart.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Iterable, Mapping

from channels.outbox.delivery import Clock, Composer, Gate
from channels.outbox.pump import Pump
from channels.outbox.wire import Wire
from channels.sender import Sender
from storage.database import Database

log = logging.getLogger(__name__)

IDLE_S = 0.2  # how often an idle channel looks for work nobody announced
SETTLE_S = 0.1  # how long an outcome waits for company before it is written
_SHORTEST_TURN_S = 0.005
_LONGEST_BACKOFF_S = 5.0
RECONCILE_EVERY_S = 15.0
DRAIN_S = 20.0


class OutboxWorker:
    """`senders` are the channels that are on; `composers` go by the deliveries' kind; `owner` names this process.

    Callers that commit a delivery may `wake()` the worker; otherwise it is seen within IDLE_S.
    """

    def __init__(
        self,
        *,
        database: Database,
        senders: Iterable[Sender],
        composers: Mapping[str, Composer],
        gate: Gate,
        clock: Clock,
        owner: str,
        batch: int = 500,
        lease_seconds: float = 60.0,
    ) -> None:
        self._batch = batch
        self._pumps = [
            Pump(
                database=database,
                sender=sender,
                composers=composers,
                gate=gate,
                clock=clock,
                owner=owner[:80],
                batch=batch,
                lease_seconds=lease_seconds,
            )
            for sender in senders
        ]

    def wake(self) -> None:
        """Something was planned: look now."""
        for pump in self._pumps:
            pump.news.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Works until `stop` is set, then gives back what is not on the wire and settles the rest."""
        async with asyncio.TaskGroup() as group:
            for pump in self._pumps:
                group.create_task(self._run_pump(pump, stop))
            group.create_task(self._reconcile(stop))

    async def drain_once(self) -> int:
        """Claims once per channel and sees that through; returns how many deliveries were touched."""
        touched = 0
        for pump in self._pumps:
            touched += await pump.turn(claim=self._batch)
            await pump.ready()
            while pump.holding:
                await pump.turn(claim=0)
                async with asyncio.TaskGroup() as group:
                    for _ in range(pump.sender.concurrency):
                        group.create_task(_send_what_is_begun(pump.wire))
        return touched

    async def reconcile_once(self) -> int:
        """Asks providers about deliveries of unknown outcome; returns how many were resolved."""
        return sum([await pump.reconcile() for pump in self._pumps])

    async def close(self) -> None:
        """Closes the senders."""
        for pump in self._pumps:
            await pump.sender.close()

    async def _run_pump(self, pump: Pump, stop: asyncio.Event) -> None:
        senders = [asyncio.create_task(_send_loop(pump.wire)) for _ in range(pump.sender.concurrency)]
        stopping = asyncio.create_task(_announce(stop, pump))
        failures = 0
        try:
            while not stop.is_set():
                try:
                    await self._step(pump)
                    failures = 0
                except Exception:
                    # The database is away: leases bring back what we hold, and nothing is sent past their end.
                    failures += 1
                    log.exception("the %s outbox could not do its turn", pump.channel)
                    await _wait(pump.news, min(_LONGEST_BACKOFF_S, IDLE_S * 2**failures))
            await _drain(pump)
        finally:
            tasks = [*senders, stopping, *pump.tasks]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _step(self, pump: Pump) -> None:
        """One turn and the wait for the next reason; an idle channel only looks."""
        began = time.monotonic()
        pump.news.clear()
        if not pump.urgent and not (pump.room and await pump.due()):
            await _wait(pump.news, IDLE_S)
            return
        claimed = await pump.turn(claim=pump.room)
        if pump.hungry:
            return
        await _wait(pump.news, SETTLE_S if pump.holding else IDLE_S)
        if not claimed:  # what was claimed is not kept waiting once it is prepared
            await asyncio.sleep(max(0.0, began + _SHORTEST_TURN_S - time.monotonic()))

    async def _reconcile(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            await _wait(stop, RECONCILE_EVERY_S)
            try:
                await self.reconcile_once()
            except Exception:
                log.exception("could not ask about deliveries of unknown outcome")


async def _send_loop(wire: Wire) -> None:
    while True:
        if await wire.send_some():
            continue
        wait = wire.next_in()
        wire.may_send.clear()
        await _wait(wire.may_send, None if wait is None else max(0.001, wait))


async def _send_what_is_begun(wire: Wire) -> None:
    while (wait := wire.next_in()) is not None:
        if not await wire.send_some():
            await asyncio.sleep(max(0.001, wait))


async def _drain(pump: Pump) -> None:
    deadline = time.monotonic() + DRAIN_S
    try:
        await pump.ready()
    except Exception:
        log.exception("the %s outbox could not prepare what it claimed last", pump.channel)
    pump.give_back()
    while pump.holding and time.monotonic() < deadline:
        pump.news.clear()
        await pump.turn(claim=0)
        if pump.holding:
            await _wait(pump.news, SETTLE_S)


async def _announce(stop: asyncio.Event, pump: Pump) -> None:
    await stop.wait()
    pump.news.set()


async def _wait(event: asyncio.Event, seconds: float | None) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
