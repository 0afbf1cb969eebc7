"""One channel's flow through the ledger: claim, check, compose, begin, send, settle.

A turn is one transaction: it settles what ended, begins what is ready and claims what is next. Sends run between turns.
"""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from math import inf

from sqlalchemy.ext.asyncio import AsyncConnection

from channels.message import Outcome, SendResult
from channels.outbox import budgets, edits, retry
from channels.outbox.budgets import Taken
from channels.outbox.delivery import Clock, Composer, Delivery, Gate
from channels.outbox.effects import Ended, after_settling
from channels.outbox.preparing import ending, leave, prepare, went
from channels.outbox.reconciling import reconcile
from channels.outbox.wire import GATE_STALE_S, Item, Wire
from channels.sender import Ambiguity, Sender
from storage.database import Database, real_now
from storage.models import DeliveryState
from storage.queries import outbox as ledger
from storage.queries.outbox import Settlement

log = logging.getLogger(__name__)

# How much sending is begun ahead of time; what was begun and not settled is what a crash leaves in doubt.
AHEAD_S = 0.4
# How much of a fast channel's work is at hand when the next is claimed. The gate's word ages meanwhile.
CLAIM_AHEAD_S = 0.15
_DRAUGHT = 50
_MEASURED_S = 0.2
# A message that its channel's pace holds back for longer returns to the plan and lets others pass.
PACE_PATIENCE_S = 2.0
# Whatever else an attempt brought, what it took of the shared allowances was not used.
MAY_HAVE_GONE = frozenset({Outcome.ACCEPTED, Outcome.UNKNOWN})


class Pump:
    """Built by OutboxWorker, one per channel; `turn` is never called twice at once."""

    def __init__(
        self,
        *,
        database: Database,
        sender: Sender,
        composers: Mapping[str, Composer],
        gate: Gate,
        clock: Clock,
        owner: str,
        batch: int,
        lease_seconds: float,
    ) -> None:
        self.channel = sender.channel
        self.sender = sender
        self.news = asyncio.Event()  # a turn is worth it
        self._database = database
        self._composers = composers
        self._gate = gate
        self._clock = clock
        self._owner = owner
        self._batch = batch
        self._lease_seconds = lease_seconds
        self._parks = sender.ambiguous is Ambiguity.PARK
        self.wire = Wire(sender, on_result=self._settle_later, on_stale=self.news.set)
        self._claimed: Sequence[Delivery] = ()  # what is being prepared
        self._preparing: asyncio.Task[None] | None = None
        self._prepared: deque[Item] = deque()
        self._ended: list[Ended] = []
        self._leases: dict[str, float] = {}  # token → the moment after which it may be somebody else's
        self._pauses_to_write: dict[str, datetime] = {}
        self._rate = 0.0
        self._counted, self._busy, self._busy_from = 0, 0.0, time.monotonic()
        self._few = inf  # more than so many begun: no need to look whether a turn is worth it
        self._more = False  # the last claim brought as much as was asked for

    @property
    def backlog(self) -> int:
        """Rows at hand that nobody is sending yet."""
        return len(self._claimed) + len(self._prepared) + len(self.wire.begun) + len(self.wire.stale)

    @property
    def holding(self) -> int:
        """Rows that are ours at the moment."""
        return self.backlog + len(self._ended) + len(self.wire.sending)

    @property
    def hungry(self) -> bool:
        """The senders will soon be out of work that is at hand."""
        enough = 1 if self._parks else self._window() / 2
        return bool(self.wire.stale) or (bool(self._prepared) and self._room_to_begin() >= enough)

    @property
    def urgent(self) -> bool:
        """A turn has something to do even if nothing new is due."""
        half_over = time.monotonic() + self._lease_seconds / 2
        done = self._preparing is not None and self._preparing.done()
        return bool(self._ended) or done or self.hungry or any(until < half_over for until in self._leases.values())

    @property
    def room(self) -> int:
        """How many rows the next claim should bring: about a second's work, in whole draughts.

        A fast channel claims while it still has what goes in CLAIM_AHEAD_S, so that it is never out of work.
        """
        draughts = -(-int(self._rate) // _DRAUGHT)
        wanted = min(self._batch, max(4 * self.sender.concurrency, draughts * _DRAUGHT))
        enough = max(wanted / 2, self._rate * CLAIM_AHEAD_S)
        preparing = self._preparing is not None and not self._preparing.done()
        return 0 if preparing or self.wire.pause_left or self.backlog > enough else wanted

    async def due(self) -> bool:
        """Whether a claim would bring something; takes no lock."""
        if self.wire.pause_left:
            return False
        async with self._database.read() as session:
            return await ledger.anything_due(session, channel=self.channel, now=self._clock.now())

    async def turn(self, *, claim: int) -> int:
        """One transaction; what it claimed is checked and composed beside the turns that follow. Returns how many that is.

        Raises what went wrong in the preparing before: the leases bring those rows back.
        """
        if self._preparing is not None and self._preparing.done():
            await self.ready()
        await self._check_again()
        claimed = await self._transact(0 if self._preparing else claim)
        if claimed:
            self._claimed, self._more = self._not_interrupted(claimed), len(claimed) == claim
            self._preparing = asyncio.create_task(self._prepare(self._claimed))
            self._preparing.add_done_callback(self._look_prepared)
        elif claim:
            self._more = False
        return len(claimed)

    def _look_prepared(self, task: asyncio.Task[None]) -> None:
        """A turn is worth it where the senders can use what was prepared, or nobody else will ask for one."""
        if self.hungry or not self.wire.sending or len(self._ended) >= self._batch / 2 or self.room:
            self.news.set()

    async def ready(self) -> None:
        """Waits until all that was claimed is prepared; raises what went wrong."""
        if self._preparing is not None:
            try:
                await self._preparing
            finally:
                self._preparing, self._claimed = None, ()

    @property
    def tasks(self) -> list[asyncio.Task[None]]:
        """What runs beside the turns; when it is cancelled, the leases bring back what it had."""
        return [self._preparing] if self._preparing is not None else []

    def give_back(self) -> None:
        """Everything that nobody is sending yet returns to the plan, with the next turn."""
        self._end(leave(item.delivery, DeliveryState.PLANNED) for item in self._prepared)
        self._prepared.clear()
        self._give_back_begun()

    async def reconcile(self) -> int:
        """Asks the provider about deliveries whose outcome nobody knows; returns how many found their answer."""
        return await reconcile(
            database=self._database, sender=self.sender, composers=self._composers, clock=self._clock
        )

    async def _transact(self, claim: int) -> list[Delivery]:
        ended, self._ended = self._ended, []
        pauses, self._pauses_to_write = self._pauses_to_write, {}
        ready = self._take_ready()
        now, started, token = self._clock.now(), time.monotonic(), uuid.uuid4().hex
        claiming = ledger.Claim(owner=self._owner, token=token, seconds=self._lease_seconds, limit=claim)
        whole, refused = ready, list[Settlement]()
        settlements, written = [one.settlement for one in ended], set[int]()
        stopped = self.wire.pause_left > 0
        try:
            async with self._database.connect() as unit:
                for scope, until in sorted(pauses.items()):
                    await ledger.pause(unit, scope=scope, until=until)
                leases = await self._keep_leases(unit, started, ready)
                if any(one.returns for one in ended):
                    # First what came back, so that all allowances are locked at once: two workers never cross.
                    settled = await ledger.turn(unit, channel=self.channel, now=now, settlements=settlements)
                    settlements, written = [], settled.written
                returned = [one.returns for one in ended if one.returns and one.settlement.id in written]
                if stopped:
                    await budgets.take(unit, [], now=now, returned=returned)
                else:
                    ready, old = await edits.begin(unit, ready)
                    ready, refused = await self._within_budgets(unit, ready, now, returned)
                    refused += old
                done = await ledger.turn(
                    unit,
                    channel=self.channel,
                    now=now,
                    settlements=settlements,
                    begin=() if stopped else [item.delivery for item in ready],
                    claim=None if stopped else claiming,
                )
                written |= done.written
                await after_settling(unit, [one for one in ended if one.settlement.id in written], now=now)
        except BaseException:
            # It may be committed all the same; settling once more then changes nothing.
            self._ended = ended + self._ended
            self._pauses_to_write = pauses | self._pauses_to_write
            self._prepared.extendleft(reversed(whole))
            raise
        self.wire.leases = self._leases = leases | ({token: started + self._lease_seconds} if done.claimed else {})
        if done.paused_until is not None:
            self._pause((done.paused_until - real_now()).total_seconds())
        self._end(refused)
        if stopped or done.paused_until is not None:
            for item in ready:
                self._withhold(item, leave(item.delivery, DeliveryState.PLANNED))
        else:
            self._accept(ready, done.begun)
        return done.claimed

    async def _within_budgets(
        self, unit: AsyncConnection, ready: list[Item], now: datetime, returned: Sequence[Taken]
    ) -> tuple[list[Item], list[Settlement]]:
        """What the shared allowances let go now; the rest returns to the plan until the next period begins."""
        wanted = [self.sender.charges(item.delivery, item.message) for item in ready]
        takes = any(charge.amount or charge.money for charges in wanted for charge in charges)
        if takes and await ledger.paused_until(unit, scope=self.channel.value) is not None:
            await budgets.take(unit, [], now=now, returned=returned)
            return ready, []
        answers = await budgets.take(unit, wanted, now=now, returned=returned)
        granted = [item for item, answer in zip(ready, answers, strict=True) if answer is None]
        for item, charges, answer in zip(ready, wanted, answers, strict=True):
            item.taken = Taken(charges, now) if takes and charges and answer is None else None
        waiting = [
            leave(
                item.delivery,
                DeliveryState.PLANNED,
                reason=f"throttled: {answer.scope}",
                due_at=now + timedelta(seconds=answer.seconds),
            )
            for item, answer in zip(ready, answers, strict=True)
            if answer is not None
        ]
        return granted, waiting

    def _accept(self, ready: Sequence[Item], begun: set[int]) -> None:
        """What the ledger did not let us begin has become somebody else's: forget it."""
        replaced = edits.replaced(ready, (*self.wire.begun, *self.wire.stale))
        for item in self.wire.recall(lambda one: one.delivery.id in replaced):
            self._withhold(item, replaced[item.delivery.id])
        if not self.wire.sending and not self.wire.begun:
            self._busy_from = time.monotonic()
        kept = [item for item in ready if item.delivery.id in begun]
        if len(kept) < len(ready):
            log.warning("%d deliveries were taken over before they were begun", len(ready) - len(kept))
        self.wire.accept(kept)
        self._few = inf if self._parks else max(self._window() / 2, self._rate * CLAIM_AHEAD_S)
        if self.wire.pause_left:  # somebody was told to wait while this was begun
            self._give_back_begun()

    def _take_ready(self) -> list[Item]:
        return [self._prepared.popleft() for _ in range(min(self._room_to_begin(), len(self._prepared)))]

    def _room_to_begin(self) -> int:
        return max(0, self._window() - len(self.wire.begun) - (len(self.wire.sending) if self._parks else 0))

    def _window(self) -> int:
        """How many deliveries may be begun and unsent: few where a lost answer parks, else what goes in AHEAD_S."""
        if self._parks:
            return self.sender.concurrency
        return int(max(self.sender.concurrency * 2, min(self._batch, self._rate * AHEAD_S)))

    async def _keep_leases(self, unit: AsyncConnection, started: float, ready: Sequence[Item]) -> dict[str, float]:
        """Lengthens what is half over. A lease that is lost keeps its old end, and nothing is sent after it."""
        held = (*ready, *self._prepared, *self.wire.begun, *self.wire.stale, *self.wire.sending.values())
        tokens = {item.delivery.lease_token for item in held} | {one.lease_token for one in self._claimed}
        half = started + self._lease_seconds / 2
        leases = {token: until for token, until in self._leases.items() if token in tokens}
        ageing = {token for token, until in leases.items() if until < half}
        kept = await ledger.extend(unit, tokens=ageing, seconds=self._lease_seconds)
        leases |= dict.fromkeys(kept, started + self._lease_seconds)
        return {token: until for token, until in leases.items() if until > started}

    def _not_interrupted(self, claimed: list[Delivery]) -> list[Delivery]:
        """What a crash cut in the sending is parked at once, where that is the channel's policy."""
        if not self._parks:
            return claimed
        cut = [one for one in claimed if one.state is DeliveryState.SENDING]
        self._end(leave(one, DeliveryState.UNKNOWN, reason="interrupted") for one in cut)
        return [one for one in claimed if one.state is not DeliveryState.SENDING]

    async def _prepare(self, fresh: Sequence[Delivery]) -> None:
        checked_at, now = time.monotonic(), self._clock.now()
        async with self._database.read() as session:
            made = await prepare(session, fresh, gate=self._gate, composers=self._composers, now=now)
        self._claimed = ()
        self._end(made.ended)
        messages, older = edits.newest(made.messages)
        self._end(older)
        ahead: dict[str, int] = {}
        for delivery, message in messages:
            wait = self.sender.ready_in(message) + ahead.get(delivery.address, 0) * self.sender.spacing
            ahead[delivery.address] = ahead.get(delivery.address, 0) + 1
            if wait > PACE_PATIENCE_S:
                self._end([leave(delivery, DeliveryState.PLANNED, due_at=now + timedelta(seconds=wait))])
                continue
            self._prepared.append(Item(delivery, message, checked_at))

    async def _check_again(self) -> None:
        """Asks the gate once more about what waited too long since its last word."""
        limit = time.monotonic() - GATE_STALE_S / 2
        next_ones = islice(self._prepared, self._room_to_begin())
        old = [item for item in next_ones if item.checked_at < limit]
        begun, self.wire.stale = self.wire.stale, []
        if not old and not begun:
            return
        checked_at, now = time.monotonic(), self._clock.now()
        try:
            async with self._database.read() as session:
                verdicts = await self._gate(session, [item.delivery for item in (*old, *begun)], now)
                outdated = await edits.outdated(session, begun)
        except BaseException:
            self.wire.stale = begun + self.wire.stale
            raise
        for item in old:
            item.checked_at = checked_at
        stopped = {item.delivery.id: ending(item.delivery, verdicts.get(item.delivery.id)) for item in old}
        self._prepared = deque(item for item in self._prepared if stopped.get(item.delivery.id) is None)
        self._end(one for one in stopped.values() if one is not None)
        for item in reversed(begun):
            ended = ending(item.delivery, verdicts.get(item.delivery.id), begun=True) or outdated.get(item.delivery.id)
            if ended is not None:
                self._withhold(item, ended)
            else:
                item.checked_at = checked_at
                self.wire.begun.appendleft(item)
        self.wire.accept(())

    def _settle_later(self, item: Item, result: SendResult) -> None:
        if result.outcome is Outcome.ACCEPTED:
            self._ended.append(Ended(went(item.delivery, result), item.delivery, item.message, result))
        else:
            self._settle_refused(item, result)
        self._count()
        few = len(self.wire.begun) <= self._few
        if (
            (few and (self.hungry or (self._more and self.room)))
            or not self.wire.sending
            or len(self._ended) >= self._batch / 2
        ):
            self.news.set()

    def _settle_refused(self, item: Item, result: SendResult) -> None:
        delivery = item.delivery
        decision = retry.decide(
            result=result,
            channel=self.channel,
            delivery_id=delivery.id,
            attempts=delivery.attempts + 1,  # the row was read before this try began
            created_at=delivery.created_at,
            now=self._clock.now(),
            park=self._parks,
        )
        settlement = Settlement(
            id=delivery.id,
            token=delivery.lease_token or "",
            state=decision.state,
            due_at=decision.due_at,
            code=result.code or None,
            reason=result.reply or result.code or None,
            phase=result.phase.value,
            provider_id=result.provider_id or None,
            spare=decision.spare,
            outcome=result.outcome.value,
            reply=result.reply or None,
        )
        returns = None if result.outcome in MAY_HAVE_GONE else item.taken
        self._ended.append(Ended(settlement, delivery, item.message, result, decision.suppress, returns))
        if decision.pause is not None:
            level = logging.ERROR if result.outcome is Outcome.HALT else logging.WARNING
            scope = self._pause_scope(item, result)
            log.log(level, "%s pauses for %s: %s", scope, decision.pause, result.code)
            self._pauses_to_write[scope] = real_now() + decision.pause
            if scope == self.channel.value:
                self._pause(decision.pause.total_seconds())
            else:
                self._give_back_begun(scope, due_at=self._clock.now() + decision.pause)

    def _pause(self, seconds: float) -> None:
        self.wire.pause(seconds)
        self._give_back_begun()
        self.news.set()

    def _pause_scope(self, item: Item, result: SendResult) -> str:
        """Whom a provider wants to be left alone by: the recipient's side, where the sender names it, else all we send."""
        charges = self.sender.charges(item.delivery, item.message) if result.of_recipient else ()
        return next((charge.scope for charge in charges if charge.of_recipient), self.channel.value)

    def _give_back_begun(self, scope: str | None = None, *, due_at: datetime | None = None) -> None:
        """What was begun and is not on the wire returns to the plan: all of it, or what goes to one scope."""
        recalled = self.wire.recall(lambda item: scope is None or self._goes_to(item, scope))
        for item in recalled:
            self._withhold(item, leave(item.delivery, DeliveryState.PLANNED, due_at=due_at, begun=True))

    def _goes_to(self, item: Item, scope: str) -> bool:
        return any(charge.scope == scope for charge in self.sender.charges(item.delivery, item.message))

    def _withhold(self, item: Item, settlement: Settlement) -> None:
        """It is not sent after all: what it took is there for others."""
        self._ended.append(Ended(settlement, returns=item.taken))
        self.news.set()

    def _end(self, settlements: Iterable[Settlement]) -> None:
        for settlement in settlements:
            self._ended.append(Ended(settlement))
            self.news.set()

    def _count(self) -> None:
        """How fast the senders are, while they have work."""
        self._counted += 1
        idle = not self.wire.sending and not self.wire.begun
        elapsed = self._busy + time.monotonic() - self._busy_from
        if elapsed > _MEASURED_S or self._counted >= self._batch / 4:
            rate = self._counted / max(elapsed, 0.001)
            self._rate = (self._rate + rate) / 2 if self._rate else rate
            self._counted, self._busy, self._busy_from = 0, 0.0, time.monotonic()
        elif idle:
            self._busy = elapsed
