"""What one channel has begun: messages that wait for a sender, and those on the wire.

Nothing leaves here on an old word of the gate, under a lease that may be somebody else's, or during a pause.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from channels.message import Outcome, Phase, SendResult
from channels.outbox.budgets import Taken
from channels.outbox.delivery import Delivery, Message
from channels.sender import Handover, Sender, StreamingSender

log = logging.getLogger(__name__)

# A word of the gate older than this is asked for again right before sending: an opt-out works within a second.
GATE_STALE_S = 0.7
# What a session has taken is handed over while the word is younger than this.
_GATE_OVER_S = 1.0


@dataclass(slots=True, eq=False)
class Item:
    """A composed delivery on its way; `checked_at` (monotonic) is when the gate last let it pass; `taken` of allowances."""

    delivery: Delivery
    message: Message
    checked_at: float
    taken: Taken | None = None


class Wire:
    """`on_result` hears how each sending ended, `on_stale` that a message needs the gate's word again."""

    def __init__(
        self, sender: Sender, *, on_result: Callable[[Item, SendResult], None], on_stale: Callable[[], None]
    ) -> None:
        self.may_send = asyncio.Event()  # something was begun
        self.leases: Mapping[str, float] = {}  # token → the moment after which it may be somebody else's
        self.begun: deque[Item] = deque()
        self.stale: list[Item] = []
        self.sending: dict[int, Item] = {}
        self._sender = sender
        self._streams = sender if isinstance(sender, StreamingSender) else None
        self._on_result = on_result
        self._on_stale = on_stale
        self._paused_until = 0.0

    @property
    def pause_left(self) -> float:
        return max(0.0, self._paused_until - time.monotonic())

    def pause(self, seconds: float) -> None:
        """Nothing goes before the pause is over; a longer one stands."""
        self._paused_until = max(self._paused_until, time.monotonic() + seconds)

    def accept(self, items: Iterable[Item]) -> None:
        self.begun.extend(items)
        if self.begun:
            self.may_send.set()

    def recall(self, which: Callable[[Item], bool]) -> list[Item]:
        """Takes back what nobody is sending yet."""
        recalled = [item for item in (*self.begun, *self.stale) if which(item)]
        taken = set(map(id, recalled))
        self.begun = deque(item for item in self.begun if id(item) not in taken)
        self.stale = [item for item in self.stale if id(item) not in taken]
        return recalled

    def ask_again(self, item: Item) -> None:
        """The gate's word about it is too old."""
        self.stale.append(item)
        self._on_stale()

    def next_in(self) -> float | None:
        """Seconds until a begun message may go by the channel's pace; None when nothing is begun."""
        held = {item.delivery.address for item in self.stale}
        waits = (self._sender.ready_in(one.message) for one in self.begun if one.delivery.address not in held)
        return min(waits, default=None)

    async def send_some(self) -> bool:
        """Sends the next message whose turn it is, or, where the sender takes messages itself, until it has enough.

        False when none may go now.
        """
        if self._streams is not None:
            return await self._stream(self._streams)
        item = self._next()
        if item is None:
            return False
        self.sending[item.delivery.id] = item
        try:
            result = await self._send(item)
        finally:
            del self.sending[item.delivery.id]
        self._on_result(item, result)
        return True

    async def _send(self, item: Item) -> SendResult:
        try:
            return await self._sender.send(item.message)
        except asyncio.CancelledError:
            # Stopped in the middle: the row stays `sending`, and whoever sweeps it decides by the channel's policy.
            raise
        except Exception as error:  # noqa: BLE001  (logged there)
            return self._fault(item, error)

    async def _stream(self, sender: StreamingSender) -> bool:
        stream = _Stream(self)
        try:
            await sender.stream(stream)
        except Exception as error:  # noqa: BLE001  (logged there)
            for item in tuple(stream.open):
                stream.end(item, self._fault(item, error))
        finally:
            for item in stream.open:
                del self.sending[item.delivery.id]
        return stream.taken > 0

    def _fault(self, item: Item, error: Exception) -> SendResult:
        log.error("the %s sender failed on delivery %d", self._sender.channel, item.delivery.id, exc_info=error)
        return SendResult(Outcome.UNKNOWN, Phase.AFTER_DATA, "sender", type(error).__name__)

    def _next(self) -> Item | None:
        moment = time.monotonic()
        if self._paused_until > moment:
            return None
        # What waits for the gate's word once more is not overtaken by later news for the same address: the last edit of a
        # card must be the newest one.
        held = {item.delivery.address for item in self.stale}
        passed_over = 0
        while passed_over < len(self.begun):
            item = self.begun[passed_over]
            if item.delivery.address in held or self._sender.ready_in(item.message) > 0:
                passed_over += 1
                continue
            del self.begun[passed_over]
            if self.leases.get(item.delivery.lease_token or "", 0.0) <= moment:
                log.warning("the lease of delivery %d ended before it was sent", item.delivery.id)
            elif moment - item.checked_at > GATE_STALE_S:
                held.add(item.delivery.address)
                self.ask_again(item)
            else:
                return item
        return None


class _Stream:
    """What one sending task has in its hands of the wire."""

    def __init__(self, wire: Wire) -> None:
        self.open: set[Item] = set()
        self.taken = 0
        self._wire = wire

    def waiting(self) -> bool:
        return bool(self._wire.begun) and not self._wire.pause_left

    def take(self) -> Handover | None:
        item = self._wire._next()
        if item is None:
            return None
        self.taken += 1
        self.open.add(item)
        self._wire.sending[item.delivery.id] = item
        good_until = item.checked_at + _GATE_OVER_S
        return Handover(item.message, good_until, partial(self.end, item), partial(self.give_back, item))

    def give_back(self, item: Item) -> None:
        self.open.discard(item)
        del self._wire.sending[item.delivery.id]
        self._wire.ask_again(item)

    def end(self, item: Item, result: SendResult) -> None:
        self.open.discard(item)
        del self._wire.sending[item.delivery.id]
        self._wire._on_result(item, result)
