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
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from channels.message import Outcome, Phase, SendResult
from channels.outbox import budgets, retry
from channels.outbox.budgets import Taken
from channels.outbox.delivery import Clock, Composer, Delivery, Gate, Message
from channels.outbox.effects import Ended, after_settling
from channels.outbox.preparing import ending, leave, prepare
from channels.outbox.reconciling import reconcile
from channels.sender import Ambiguity, Sender
from storage.database import Database, real_now
from storage.models import DeliveryState
from storage.queries import outbox as ledger
from storage.queries.inbox import Unit
from storage.queries.outbox import Settlement

log = logging.getLogger(__name__)

# A word of the gate older than this is asked for again right before sending: an opt-out works within a second.
GATE_STALE_S = 0.7
# How much sending is begun ahead of time; what was begun and not settled is what a crash leaves in doubt.
AHEAD_S = 0.4
# A message that its channel's pace holds back for longer returns to the plan and lets others pass.
PACE_PATIENCE_S = 2.0
# Whatever else an attempt brought, what it took of the shared allowances was not used.
MAY_HAVE_GONE = frozenset({Outcome.ACCEPTED, Outcome.UNKNOWN})


@dataclass(slots=True)
class _Item:
    """A composed delivery on its way; `checked_at` (monotonic) is when the gate last let it pass."""

    delivery: Delivery
    message: Message
    checked_at: float
    taken: Taken | None = None


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
        self.may_send = asyncio.Event()  # something was begun
        self.news = asyncio.Event()  # a turn is worth it
        self._database = database
        self._composers = composers
        self._gate = gate
        self._clock = clock
        self._owner = owner
        self._batch = batch
        self._lease_seconds = lease_seconds
        self._parks = sender.ambiguous is Ambiguity.PARK
        self._prepared: deque[_Item] = deque()
        self._begun: deque[_Item] = deque()
        self._stale: list[_Item] = []
        self._ended: list[Ended] = []
        self._on_the_wire: dict[int, _Item] = {}
        self._leases: dict[str, float] = {}  # token → the moment after which it may be somebody else's
        self._paused_until = 0.0
        self._pauses_to_write: dict[str, datetime] = {}
        self._rate = 0.0
        self._counted, self._counted_from = 0, time.monotonic()

    @property
    def backlog(self) -> int:
        """Rows at hand that nobody is sending yet."""
        return len(self._prepared) + len(self._begun) + len(self._stale)

    @property
    def holding(self) -> int:
        """Rows that are ours at the moment."""
        return self.backlog + len(self._ended) + len(self._on_the_wire)

    @property
    def hungry(self) -> bool:
        """The senders will soon be out of work that is at hand."""
        enough = 1 if self._parks else self._window() / 2
        return bool(self._stale) or (bool(self._prepared) and self._room_to_begin() >= enough)

    @property
    def urgent(self) -> bool:
        """A turn has something to do even if nothing new is due."""
        half_over = time.monotonic() + self._lease_seconds / 2
        return bool(self._ended) or self.hungry or any(until < half_over for until in self._leases.values())

    @property
    def room(self) -> int:
        """How many rows the next claim should bring: about a second's work, in whole draughts."""
        wanted = min(self._batch, max(4 * self.sender.concurrency, int(self._rate)))
        return 0 if self.pause_left or self.backlog > wanted / 2 else wanted

    @property
    def pause_left(self) -> float:
        return max(0.0, self._paused_until - time.monotonic())

    async def due(self) -> bool:
        """Whether a claim would bring something; takes no lock."""
        if self.pause_left:
            return False
        async with self._database.read() as session:
            return await ledger.anything_due(session, channel=self.channel, now=self._clock.now())

    async def turn(self, *, claim: int) -> int:
        """One transaction, then the checks and the composing of what it claimed. Returns how many rows it claimed."""
        await self._check_again()
        claimed = await self._transact(claim)
        if claimed:
            await self._prepare(claimed)
        return len(claimed)

    async def send_next(self) -> bool:
        """Sends the first begun message whose turn it is; False when none may go now."""
        item = self._next()
        if item is None:
            return False
        self._on_the_wire[item.delivery.id] = item
        try:
            result = await self._send(item)
        finally:
            del self._on_the_wire[item.delivery.id]
        self._settle_later(item, result)
        return True

    def next_in(self) -> float | None:
        """Seconds until a begun message may go by the channel's pace; None when nothing is begun."""
        held = {item.delivery.address for item in self._stale}
        waits = (self.sender.ready_in(one.message) for one in self._begun if one.delivery.address not in held)
        return min(waits, default=None)

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
        begun: set[int] = set()
        claimed: list[Delivery] = []
        whole, refused = ready, list[Settlement]()
        try:
            async with self._database.connect() as unit:
                written = await ledger.settle(unit, settlements=[one.settlement for one in ended], now=now)
                await after_settling(unit, [one for one in ended if one.settlement.id in written], now=now)
                for scope, until in sorted(pauses.items()):
                    await ledger.pause(unit, scope=scope, until=until)
                shared_pause = await ledger.paused_until(unit, scope=self.channel.value)
                leases = await self._keep_leases(unit, started, ready)
                stopped = shared_pause is not None or self.pause_left > 0
                returned = [one.returns for one in ended if one.returns and one.settlement.id in written]
                if stopped:
                    await budgets.take(unit, [], now=now, returned=returned)
                else:
                    ready, refused = await self._within_budgets(unit, ready, now, returned)
                    begun = await ledger.begin(unit, deliveries=[item.delivery for item in ready], now=now)
                    claimed = await ledger.claim(
                        unit,
                        channel=self.channel,
                        owner=self._owner,
                        token=token,
                        now=now,
                        seconds=self._lease_seconds,
                        limit=claim,
                    )
        except BaseException:
            # It may be committed all the same; settling once more then changes nothing.
            self._ended = ended + self._ended
            self._pauses_to_write = pauses | self._pauses_to_write
            self._prepared.extendleft(reversed(whole))
            raise
        self._leases = leases | ({token: started + self._lease_seconds} if claimed else {})
        if shared_pause is not None:
            self._pause((shared_pause - real_now()).total_seconds())
        self._end(refused)
        if stopped:
            self._end(leave(item.delivery, DeliveryState.PLANNED) for item in ready)
        else:
            self._accept(ready, begun)
        return claimed

    async def _within_budgets(
        self, unit: Unit, ready: list[_Item], now: datetime, returned: Sequence[Taken]
    ) -> tuple[list[_Item], list[Settlement]]:
        """What the shared allowances let go now; the rest returns to the plan until the next period begins."""
        wanted = [self.sender.charges(item.delivery, item.message) for item in ready]
        answers = await budgets.take(unit, wanted, now=now, returned=returned)
        for item, charges in zip(ready, wanted, strict=True):
            item.taken = Taken(charges, now)
        granted = [item for item, answer in zip(ready, answers, strict=True) if answer is None]
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

    def _accept(self, ready: Sequence[_Item], begun: set[int]) -> None:
        """What the ledger did not let us begin has become somebody else's: forget it."""
        kept = [item for item in ready if item.delivery.id in begun]
        if len(kept) < len(ready):
            log.warning("%d deliveries were taken over before they were begun", len(ready) - len(kept))
        self._begun.extend(kept)
        if kept:
            self.may_send.set()

    def _take_ready(self) -> list[_Item]:
        return [self._prepared.popleft() for _ in range(min(self._room_to_begin(), len(self._prepared)))]

    def _room_to_begin(self) -> int:
        return max(0, self._window() - len(self._begun) - (len(self._on_the_wire) if self._parks else 0))

    def _window(self) -> int:
        """How many deliveries may be begun and unsent: few where a lost answer parks, else what goes in AHEAD_S."""
        if self._parks:
            return self.sender.concurrency
        return int(max(self.sender.concurrency * 2, min(self._batch, self._rate * AHEAD_S)))

    async def _keep_leases(self, unit: Unit, started: float, ready: Sequence[_Item]) -> dict[str, float]:
        """Lengthens what is half over. A lease that is lost keeps its old end, and nothing is sent after it."""
        held = (*ready, *self._prepared, *self._begun, *self._stale, *self._on_the_wire.values())
        tokens = {item.delivery.lease_token for item in held}
        half = started + self._lease_seconds / 2
        leases = {token: until for token, until in self._leases.items() if token in tokens}
        ageing = {token for token, until in leases.items() if until < half}
        kept = await ledger.extend(unit, tokens=ageing, seconds=self._lease_seconds)
        leases |= dict.fromkeys(kept, started + self._lease_seconds)
        return {token: until for token, until in leases.items() if until > started}

    async def _prepare(self, claimed: Sequence[Delivery]) -> None:
        fresh: list[Delivery] = []
        for delivery in claimed:
            if self._parks and delivery.state is DeliveryState.SENDING:
                self._end([leave(delivery, DeliveryState.UNKNOWN, reason="interrupted")])
            else:
                fresh.append(delivery)
        checked_at, now = time.monotonic(), self._clock.now()
        async with self._database.read() as session:
            made = await prepare(session, fresh, gate=self._gate, composers=self._composers, now=now)
        self._end(made.ended)
        ahead: dict[str, int] = {}
        for delivery, message in made.messages:
            wait = self.sender.ready_in(message) + ahead.get(delivery.address, 0) * self.sender.spacing
            ahead[delivery.address] = ahead.get(delivery.address, 0) + 1
            if wait > PACE_PATIENCE_S:
                self._end([leave(delivery, DeliveryState.PLANNED, due_at=now + timedelta(seconds=wait))])
                continue
            self._prepared.append(_Item(delivery, message, checked_at))
        self.news.set()

    async def _check_again(self) -> None:
        """Asks the gate once more about what waited too long since its last word."""
        limit = time.monotonic() - GATE_STALE_S / 2
        next_ones = islice(self._prepared, self._room_to_begin())
        old = [item for item in next_ones if item.checked_at < limit]
        begun, self._stale = self._stale, []
        if not old and not begun:
            return
        checked_at, now = time.monotonic(), self._clock.now()
        try:
            async with self._database.read() as session:
                verdicts = await self._gate(session, [item.delivery for item in (*old, *begun)], now)
        except BaseException:
            self._stale = begun + self._stale
            raise
        for item in old:
            item.checked_at = checked_at
        stopped = {item.delivery.id: ending(item.delivery, verdicts.get(item.delivery.id)) for item in old}
        self._prepared = deque(item for item in self._prepared if stopped.get(item.delivery.id) is None)
        self._end(one for one in stopped.values() if one is not None)
        for item in reversed(begun):
            ended = ending(item.delivery, verdicts.get(item.delivery.id), begun=True)
            if ended is not None:
                self._withhold(item, ended)
            else:
                item.checked_at = checked_at
                self._begun.appendleft(item)
                self.may_send.set()

    def _next(self) -> _Item | None:
        if self.pause_left:
            self._give_back_begun()
        moment = time.monotonic()
        # What waits for the gate's word once more is not overtaken by later news for the same address: the last edit of a
        # card must be the newest one.
        held = {item.delivery.address for item in self._stale}
        for index, item in enumerate(self._begun):
            if item.delivery.address in held or self.sender.ready_in(item.message) > 0:
                continue
            del self._begun[index]
            if self._leases.get(item.delivery.lease_token or "", 0.0) <= moment:
                log.warning("the lease of delivery %d ended before it was sent", item.delivery.id)
                return self._next()
            if moment - item.checked_at > GATE_STALE_S:
                self._stale.append(item)
                self.news.set()
                return self._next()
            return item
        return None

    async def _send(self, item: _Item) -> SendResult:
        try:
            return await self.sender.send(item.message)
        except asyncio.CancelledError:
            # Stopped in the middle: the row stays `sending`, and whoever sweeps it decides by the channel's policy.
            raise
        except Exception as error:
            log.exception("the %s sender failed on delivery %d", self.channel, item.delivery.id)
            return SendResult(Outcome.UNKNOWN, Phase.AFTER_DATA, "sender", type(error).__name__)

    def _settle_later(self, item: _Item, result: SendResult) -> None:
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
            reason=None if decision.state is DeliveryState.SENT else result.reply or result.code or None,
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
        self._count()
        if not self._on_the_wire or self.hungry or len(self._ended) >= self._batch / 2:
            self.news.set()

    def _pause(self, seconds: float) -> None:
        self._paused_until = max(self._paused_until, time.monotonic() + seconds)
        self._give_back_begun()
        self.news.set()

    def _pause_scope(self, item: _Item, result: SendResult) -> str:
        """Whom a provider wants to be left alone by: the recipient's side, where the sender names it, else all we send."""
        charges = self.sender.charges(item.delivery, item.message) if result.of_recipient else ()
        return next((charge.scope for charge in charges if charge.of_recipient), self.channel.value)

    def _give_back_begun(self, scope: str | None = None, *, due_at: datetime | None = None) -> None:
        """What was begun and is not on the wire returns to the plan: all of it, or what goes to one scope."""
        given, kept, stale = list[_Item](), deque[_Item](), list[_Item]()
        for item in self._begun:
            (given if scope is None or self._goes_to(item, scope) else kept).append(item)
        for item in self._stale:
            (given if scope is None or self._goes_to(item, scope) else stale).append(item)
        self._begun, self._stale = kept, stale
        for item in given:
            self._withhold(item, leave(item.delivery, DeliveryState.PLANNED, due_at=due_at, begun=True))

    def _goes_to(self, item: _Item, scope: str) -> bool:
        return any(charge.scope == scope for charge in self.sender.charges(item.delivery, item.message))

    def _withhold(self, item: _Item, settlement: Settlement) -> None:
        """It was begun and is not sent after all: what it took is there for others."""
        self._ended.append(Ended(settlement, returns=item.taken))
        self.news.set()

    def _end(self, settlements: Iterable[Settlement]) -> None:
        for settlement in settlements:
            self._ended.append(Ended(settlement))
            self.news.set()

    def _count(self) -> None:
        self._counted += 1
        elapsed = time.monotonic() - self._counted_from
        if elapsed > 0.2:
            self._rate = 0.5 * self._rate + 0.5 * self._counted / elapsed
            self._counted, self._counted_from = 0, time.monotonic()
