"""The ledger as a state machine: whatever order things happen in, every row is in one state and nothing final comes back."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select, update

from channels.outbox import status
from channels.outbox.enqueue import enqueue
from storage.base import Base
from storage.database import Database, real_now
from storage.models import Channel, DeliveryState, Outbox
from storage.queries import outbox as ledger
from storage.queries.outbox import Delivery, Settlement
from tests.channels.outbox import play

S = DeliveryState
ENDS = [S.SENT, S.FAILED, S.SUPPRESSED, S.CANCELLED, S.UNKNOWN, S.PLANNED]
# What may follow each state that a settled delivery shows.
FOLLOWS = {
    S.SENT: {S.SENT, S.DELIVERED, S.FAILED},
    S.DELIVERED: {S.DELIVERED},
    S.FAILED: {S.FAILED},
    S.SUPPRESSED: {S.SUPPRESSED},
    S.CANCELLED: {S.CANCELLED},
}


class Ledger(RuleBasedStateMachine):
    """Two workers, one of which may be slow or dead, a provider that calls back, and time."""

    @initialize()
    def build(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.directory = tempfile.TemporaryDirectory()
        self.database = Database(f"sqlite:///{Path(self.directory.name) / 'ledger.sqlite3'}")
        self.now = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
        self.planned = 0
        self.tokens = 0
        self.hands: dict[str, list[Delivery]] = {"quick": [], "slow": []}
        self.seen: dict[int, DeliveryState] = {}
        self.do(self._create())

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self.do(self.database.close())
            self.loop.close()
            self.directory.cleanup()

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(work)

    async def _create(self) -> None:
        async with self.database.engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)

    @rule(count=st.integers(1, 4), priority=st.sampled_from(ledger.PRIORITIES))
    def plan(self, count: int, priority: int) -> None:
        async def work() -> None:
            async with self.database.write() as session:
                for _ in range(count):
                    self.planned += 1
                    address = f"{self.planned}@x.example"
                    await enqueue(
                        session, channel=Channel.EMAIL, kind="email", address=address, now=self.now, priority=priority
                    )

        self.do(work())

    @rule(who=st.sampled_from(["quick", "slow"]), limit=st.integers(1, 3))
    def claim(self, who: str, limit: int) -> None:
        self.tokens += 1
        claimed = self.do(play.claim(self.database, self.now, owner=who, token=f"t{self.tokens}", limit=limit))
        assert len({one.id for one in claimed}) == len(claimed)
        self.hands[who] += claimed

    @precondition(lambda self: self.hands["slow"])
    @rule()
    def the_slow_one_loses_its_leases(self) -> None:
        async def work() -> None:
            tokens = {one.lease_token for one in self.hands["slow"]}
            async with self.database.connect() as unit:
                past = real_now() - timedelta(seconds=1)
                await unit.execute(update(Outbox).where(Outbox.lease_token.in_(tokens)).values(lease_expires_at=past))

        self.do(work())

    @rule(who=st.sampled_from(["quick", "slow"]))
    def begin(self, who: str) -> None:
        begun = self.do(play.begin(self.database, self.hands[who], self.now))
        assert begun <= {one.id for one in self.hands[who]}

    @rule(who=st.sampled_from(["quick", "slow"]), end=st.sampled_from(ENDS), twice=st.booleans())
    def settle(self, who: str, end: DeliveryState, twice: bool) -> None:
        hand = self.hands[who]
        settlements = [Settlement(one.id, one.lease_token or "", end, outcome="accepted") for one in hand]
        self.do(play.settle(self.database, settlements, self.now))
        if twice:
            assert self.do(play.settle(self.database, settlements, self.now)) == set()
        hand.clear()

    @precondition(lambda self: self.planned)
    @rule(data=st.data(), news=st.sampled_from([S.SENT, S.DELIVERED, S.FAILED]))
    def call_back(self, data: st.DataObject, news: DeliveryState) -> None:
        delivery_id = data.draw(st.integers(1, self.planned))

        async def work() -> None:
            async with self.database.connect() as unit:
                await unit.execute(update(Outbox).where(Outbox.id == delivery_id).values(provider_id=f"p{delivery_id}"))
                await status.record_status(
                    unit, channel=Channel.EMAIL, provider_id=f"p{delivery_id}", state=news, now=self.now
                )

        self.do(work())

    @rule(minutes=st.integers(1, 600))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @invariant()
    def the_books_agree(self) -> None:
        if not hasattr(self, "database"):
            return

        async def work() -> tuple[dict[DeliveryState, int], dict[int, tuple[DeliveryState, int]]]:
            async with self.database.read() as session:
                rows = await session.execute(select(Outbox.id, Outbox.state, Outbox.attempts))
                return await ledger.totals(session), {row.id: (row.state, row.attempts) for row in rows}

        totals, rows = self.do(work())
        assert sum(totals.values()) == len(rows) == self.planned
        for delivery_id, (state, attempts) in rows.items():
            assert attempts >= 0
            before = self.seen.get(delivery_id)
            assert before not in FOLLOWS or state in FOLLOWS[before], f"{before} became {state}"
            self.seen[delivery_id] = state


Ledger.TestCase.settings = settings(max_examples=12, stateful_step_count=25, deadline=None)
TestLedger = Ledger.TestCase
