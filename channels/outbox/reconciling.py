"""Deliveries whose outcome nobody knows: the provider is asked before anything is sent again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from channels.message import Outcome, SendResult
from channels.outbox.delivery import Clock, Composer, Delivery, Message, Verdict
from channels.outbox.effects import after_resolving
from channels.outbox.preparing import prepare
from channels.outbox.retry import DEFAULT_PAUSE
from channels.sender import Sender
from storage.database import Database, real_now
from storage.models import DeliveryState
from storage.queries import outbox as ledger

# Younger ones may still get their answer by a callback; older ones are a person's to decide (crm.deliveries.doubt).
YOUNGEST: Final = timedelta(seconds=20)
OLDEST: Final = timedelta(days=1)
_AT_ONCE: Final = 100


async def reconcile(*, database: Database, sender: Sender, composers: Mapping[str, Composer], clock: Clock) -> int:
    """Asks the provider about deliveries in doubt, oldest first; returns how many found their answer.

    A pause of the channel is a pause for questions too.
    """
    if not sender.reconciles:
        return 0
    now = clock.now()
    async with database.read() as session:
        if await ledger.paused_until(session, scope=sender.channel.value) is not None:
            return 0
        doubtful = await ledger.unknown(
            session, channel=sender.channel, after=now - OLDEST, before=now - YOUNGEST, limit=_AT_ONCE
        )
        made = await prepare(session, doubtful, gate=_no_gate, composers=composers, now=now) if doubtful else None
    answered = 0
    for delivery, message in made.messages if made else ():
        result = await _ask(database, sender, delivery, message)
        if result is not None and result.outcome is Outcome.RATE_LIMITED:
            await _pause(database, sender, result)
            break
        if result is not None:
            answered += await _resolve(database, delivery, result, clock.now())
    return answered


async def _ask(database: Database, sender: Sender, delivery: Delivery, message: Message) -> SendResult | None:
    async with database.read() as session:
        since = await ledger.last_attempt_at(session, delivery_id=delivery.id)
        known = await ledger.known_provider_ids(session, channel=sender.channel, address=delivery.address)
    return await sender.reconcile(delivery, message, since=since or delivery.created_at, known=known)


async def _resolve(database: Database, delivery: Delivery, result: SendResult, now: datetime) -> bool:
    values: dict[str, Any] = {"state": DeliveryState.PLANNED, "due_at": now, "settled_at": None}
    if result.outcome is Outcome.ACCEPTED:
        values = {"state": DeliveryState.SENT, "provider_id": result.provider_id, "sent_at": now, "settled_at": now}
    async with database.connect() as unit:
        resolved = await ledger.resolve(
            unit, delivery=delivery, values=values | {"reason": "reconciled with the provider"}
        )
        if resolved:
            await after_resolving(unit, delivery.id, result, now=now)
    return resolved


async def _pause(database: Database, sender: Sender, result: SendResult) -> None:
    wait = DEFAULT_PAUSE if result.retry_after is None else timedelta(seconds=result.retry_after)
    async with database.connect() as unit:
        await ledger.pause(unit, scope=sender.channel.value, until=real_now() + wait)


async def _no_gate(session: AsyncSession, deliveries: Sequence[Delivery], now: datetime) -> dict[int, Verdict]:
    """Looking at the past: whether it may go now is no question."""
    return {}
