"""Statements of the delivery ledger: leases, pauses, totals, and what nobody knows. Its hot path is in claims.py.

States stand as literals: a bound parameter cannot use the partial indexes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, literal_column, or_, select, text, union_all, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.database import real_now
from storage.models import Channel, DeliveryAttempt, DeliveryState, Mailing, Outbox, RatePause
from storage.queries.claims import Claim, Delivery, Settlement, Turn, turn
from storage.queries.claims_sql import PRIORITIES
from storage.queries.inbox import Unit, is_postgres

__all__ = [
    "PRIORITIES",
    "Claim",
    "Delivery",
    "Settlement",
    "Turn",
    "anything_due",
    "cancel_waiting",
    "extend",
    "known_provider_ids",
    "last_attempt_at",
    "oldest_due",
    "oldest_in_flight",
    "pause",
    "paused_until",
    "resolve",
    "totals",
    "turn",
    "unknown",
]

_PLANNED = text("outbox.state = 'planned'")
_IN_FLIGHT = text("outbox.state IN ('claimed', 'sending')")
_STOPPED_MAILING = text("mailing.state IN ('paused', 'cancelled')")


_COLUMNS = tuple(getattr(Outbox, name) for name in Delivery._fields)


async def extend(unit: Unit, *, tokens: Collection[str], seconds: float) -> set[str]:
    """Lengthens the leases under these tokens; a token missing from the answer has no row in flight any more."""
    if not tokens:
        return set()
    statement = (
        update(Outbox)
        .where(_IN_FLIGHT, Outbox.lease_token.in_(tokens))
        .values(lease_expires_at=real_now() + timedelta(seconds=seconds))
        .returning(Outbox.lease_token)
        .execution_options(synchronize_session=False)
    )
    return {token for token in (await unit.execute(statement)).scalars() if token}


async def anything_due(unit: Unit, *, channel: Channel, now: datetime) -> bool:
    """Whether a claim would bring something: a look that takes no lock."""
    lapsed = select(Outbox.id).where(_IN_FLIGHT, Outbox.lease_expires_at < real_now(), Outbox.channel == channel)
    parts = [lapsed, *(_due(channel, priority, now) for priority in PRIORITIES)]
    found = await unit.execute(union_all(*(select(part.limit(1).subquery()) for part in parts)).limit(1))
    return found.first() is not None


async def pause(unit: Unit, *, scope: str, until: datetime) -> None:
    """Remembers a provider's pause for all processes; a longer one stands."""
    statement = (postgresql if is_postgres(unit) else sqlite).insert(RatePause).values(scope=scope, until=until)
    await unit.execute(
        statement.on_conflict_do_update(index_elements=["scope"], set_={"until": until}, where=RatePause.until < until)
    )


async def paused_until(unit: Unit, *, scope: str) -> datetime | None:
    """The end of a pause that is still on (host's real time)."""
    until = (await unit.execute(select(RatePause.until).where(RatePause.scope == scope))).scalar_one_or_none()
    return until if until is not None and until > real_now() else None


async def cancel_waiting(unit: Unit, *, mailing_id: int, reason: str, now: datetime) -> int:
    """Ends what of a mailing was not begun yet; what is in flight is judged by the gate. Returns how many."""
    statement = (
        update(Outbox)
        .where(Outbox.mailing_id == mailing_id, _PLANNED)
        .values(state=literal_column("'cancelled'"), reason=reason, settled_at=now)
        .returning(Outbox.id)
        .execution_options(synchronize_session=False)
    )
    return len((await unit.execute(statement)).all())


async def totals(unit: Unit, *, mailing_id: int | None = None) -> dict[DeliveryState, int]:
    """How many deliveries are in each state, of one mailing or of all; every state is named, and their sum is the plan."""
    statement = select(Outbox.state, func.count()).group_by(Outbox.state)
    if mailing_id is not None:
        statement = statement.where(Outbox.mailing_id == mailing_id)
    counted = {row[0]: row[1] for row in await unit.execute(statement)}
    return {state: counted.get(state, 0) for state in DeliveryState}


async def oldest_in_flight(unit: Unit) -> datetime | None:
    """The earliest lease end of what is in flight (host's real time): long past means that nobody sweeps."""
    return (await unit.execute(select(func.min(Outbox.lease_expires_at)).where(_IN_FLIGHT))).scalar_one_or_none()


async def oldest_due(unit: Unit, *, channel: Channel, now: datetime) -> datetime | None:
    """Since when the most overdue planned delivery of a channel waits."""
    statement = select(func.min(Outbox.due_at)).where(_PLANNED, Outbox.channel == channel, Outbox.due_at <= now)
    return (await unit.execute(statement)).scalar_one_or_none()


async def unknown(unit: Unit, *, channel: Channel, after: datetime, before: datetime, limit: int) -> list[Delivery]:
    """Deliveries whose outcome nobody knows, settled between two moments, oldest first: for reconciliation."""
    statement = (
        select(*_COLUMNS)
        .where(
            text("outbox.state = 'unknown'"),
            Outbox.channel == channel,
            Outbox.settled_at > after,
            Outbox.settled_at <= before,
        )
        .order_by(Outbox.settled_at, Outbox.id)
        .limit(limit)
    )
    return [_delivery(row) for row in await unit.execute(statement)]


async def resolve(unit: Unit, *, delivery: Delivery, values: Mapping[str, Any]) -> bool:
    """Gives an unknown delivery its outcome, unless it was tried or decided since it was read."""
    statement = (
        update(Outbox)
        .where(Outbox.id == delivery.id, text("outbox.state = 'unknown'"), Outbox.attempts == delivery.attempts)
        .values(**values)
        .returning(Outbox.id)
        .execution_options(synchronize_session=False)
    )
    return (await unit.execute(statement)).scalar_one_or_none() is not None


async def known_provider_ids(unit: Unit, *, channel: Channel, address: str) -> set[str]:
    """Provider ids of our recent deliveries to an address."""
    statement = (
        select(Outbox.provider_id)
        .where(Outbox.channel == channel, Outbox.address == address, Outbox.provider_id.is_not(None))
        .order_by(Outbox.id.desc())
        .limit(1000)
    )
    return {one for one in (await unit.execute(statement)).scalars() if one}


async def last_attempt_at(unit: Unit, *, delivery_id: int) -> datetime | None:
    statement = select(func.max(DeliveryAttempt.started_at)).where(DeliveryAttempt.outbox_id == delivery_id)
    return (await unit.execute(statement)).scalar_one_or_none()


def _delivery(row: Sequence[Any]) -> Delivery:
    return Delivery(*row)


def _due(channel: Channel, priority: int, now: datetime) -> Select[Any]:
    stopped = select(Mailing.id).where(_STOPPED_MAILING)
    return select(Outbox.id).where(
        _PLANNED,
        Outbox.channel == channel,
        Outbox.priority == literal_column(str(priority)),
        Outbox.due_at <= now,
        or_(Outbox.mailing_id.is_(None), Outbox.mailing_id.not_in(stopped)),
    )
