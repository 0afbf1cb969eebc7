"""Statements of the delivery ledger: claim, begin, settle, and what its totals are.

Core statements for the hot path. States stand as literals: a bound parameter cannot use the partial indexes.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    TextClause,
    bindparam,
    case,
    func,
    insert,
    literal_column,
    or_,
    select,
    text,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from storage.database import real_now
from storage.models import Channel, DeliveryAttempt, DeliveryState, Mailing, Outbox, RatePause
from storage.queries.inbox import Unit, is_postgres
from storage.types import UtcDateTime

PRIORITIES = (0, 5, 9)
_PLANNED = text("outbox.state = 'planned'")
_IN_FLIGHT = text("outbox.state IN ('claimed', 'sending')")
_STOPPED_MAILING = text("mailing.state IN ('paused', 'cancelled')")


@dataclass(frozen=True, slots=True)
class Delivery:
    """A claimed row of the ledger, as its columns. `state` is SENDING when a process died while it was being sent."""

    id: int
    channel: Channel
    kind: str
    state: DeliveryState
    priority: int
    due_at: datetime
    address: str
    payload: dict[str, Any]
    marketing: bool
    client_id: int | None
    staff_id: int | None
    mailing_id: int | None
    message_id: str | None
    provider_id: str | None
    attempts: int
    lease_token: str | None  # set while the row is ours
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Settlement:
    """How a claimed row leaves our hands. `due_at` is for PLANNED; `spare` gives back a try that does not count."""

    id: int
    token: str
    state: DeliveryState
    due_at: datetime | None = None
    code: str | None = None
    reason: str | None = None
    phase: str | None = None
    provider_id: str | None = None
    spare: bool = False
    outcome: str | None = None  # of the attempt, where one was begun
    reply: str | None = None


_COLUMNS = tuple(getattr(Outbox, column.name) for column in fields(Delivery))


async def claim(
    unit: Unit, *, channel: Channel, owner: str, token: str, now: datetime, seconds: float, limit: int
) -> list[Delivery]:
    """Takes up to `limit` due rows and expired leases of a channel in one statement, under one fencing token.

    A row found in `sending` stays so: whoever had it may have sent it. Rows of paused mailings are left alone.
    """
    if limit <= 0:
        return []
    statement = claim_statement(unit, channel=channel, owner=owner, token=token, now=now, seconds=seconds, limit=limit)
    claimed = [_delivery(row) for row in await unit.execute(statement)]
    return sorted(claimed, key=lambda one: (one.priority, one.due_at, one.id))


def claim_statement(
    unit: Unit, *, channel: Channel, owner: str, token: str, now: datetime, seconds: float, limit: int
) -> Any:
    """The one statement of a claim: expired leases, then what is due by priority."""
    here = real_now()
    parts = [_expired(channel, here, limit), *(_due(channel, priority, now, limit) for priority in PRIORITIES)]
    ranked = union_all(
        *(select(part.c.id, literal_column(str(rank)).label("rank")) for rank, part in enumerate(parts))
    ).subquery()
    ids = select(ranked.c.id).order_by(ranked.c.rank).limit(_size(limit))
    # ANY(ARRAY(…)) makes PostgreSQL walk the primary key whatever it believes about the table's size.
    chosen = Outbox.id == func.any(func.array(ids.scalar_subquery())) if is_postgres(unit) else Outbox.id.in_(ids)
    kept = case(
        (literal_column("outbox.state = 'sending'"), literal_column("'sending'")), else_=literal_column("'claimed'")
    )
    return (
        update(Outbox)
        .where(chosen)
        .values(
            state=kept,
            lease_owner=owner,
            lease_token=token,
            lease_expires_at=here + timedelta(seconds=seconds),
        )
        .returning(*_COLUMNS)
        .execution_options(synchronize_session=False)
    )


async def begin(unit: Unit, *, deliveries: Sequence[Delivery], now: datetime) -> set[int]:
    """Marks claimed rows as being sent and opens an attempt for each; returns the ids that are still ours."""
    if not deliveries:
        return set()
    statement = (
        update(Outbox)
        .where(
            Outbox.id.in_([one.id for one in deliveries]),
            Outbox.lease_token.in_({one.lease_token for one in deliveries}),
            _IN_FLIGHT,
        )
        .values(state=literal_column("'sending'"), attempts=Outbox.attempts + 1)
        .returning(Outbox.id, Outbox.attempts, Outbox.lease_token)
        .execution_options(synchronize_session=False)
    )
    begun = (await unit.execute(statement)).all()
    if begun:
        attempts = [
            {"outbox_id": row.id, "number": row.attempts, "lease_token": row.lease_token, "started_at": now}
            for row in begun
        ]
        await unit.execute(insert(DeliveryAttempt), attempts)
    return {row.id for row in begun}


async def settle(unit: Unit, *, settlements: Sequence[Settlement], now: datetime) -> set[int]:
    """Writes how rows ended, only where the fencing token is still theirs; returns the ids it wrote.

    The attempts that were begun under those tokens are closed either way: what happened on the wire is a fact.
    """
    if not settlements:
        return set()
    postgres = is_postgres(unit)
    as_json = _as_object if postgres else _as_list
    values = {"rows": json.dumps([as_json(one) for one in settlements]), "now": now}
    written = await unit.execute(_SETTLE[postgres], values)
    if any(one.outcome for one in settlements):
        await unit.execute(_CLOSE_ATTEMPTS[postgres], values)
    return set(written.scalars())


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
    parts = [_expired(channel, real_now(), 1), *(_due(channel, priority, now, 1) for priority in PRIORITIES)]
    found = await unit.execute(union_all(*(select(part.c.id) for part in parts)).limit(1))
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


def _size(limit: int) -> ColumnElement[int]:
    # In the text, not as a parameter: PostgreSQL would plan for a tenth of the table.
    return bindparam(None, limit, Integer, literal_execute=True)


def _due(channel: Channel, priority: int, now: datetime, limit: int) -> CTE:
    stopped = select(Mailing.id).where(_STOPPED_MAILING)
    return (
        select(Outbox.id)
        .where(
            _PLANNED,
            Outbox.channel == channel,
            Outbox.priority == literal_column(str(priority)),
            Outbox.due_at <= now,
            or_(Outbox.mailing_id.is_(None), Outbox.mailing_id.not_in(stopped)),
        )
        .order_by(Outbox.due_at, Outbox.id)
        .limit(_size(limit))
        .with_for_update(skip_locked=True, of=Outbox)
        .cte(f"due_{priority}")
    )


def _expired(channel: Channel, here: datetime, limit: int) -> CTE:
    return (
        select(Outbox.id)
        .where(_IN_FLIGHT, Outbox.lease_expires_at < here, Outbox.channel == channel)
        .order_by(Outbox.lease_expires_at)
        .limit(_size(limit))
        .with_for_update(skip_locked=True, of=Outbox)
        .cte("expired")
    )


def _as_list(one: Settlement) -> list[Any]:
    """In the order in which SQLite unpacks it: reading by position costs two thirds of reading by name."""
    # As the driver would store it.
    due = one.due_at and one.due_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    return [
        one.id,
        one.token,
        one.state.value,
        due,
        one.code and one.code[:40],
        one.reason and one.reason[:500],
        one.phase,
        one.provider_id and one.provider_id[:200],
        int(one.spare),
        one.outcome,
        one.reply and one.reply[:500],
    ]


_FIELDS = ("id", "token", "state", "due_at", "code", "reason", "phase", "provider_id", "spare", "outcome", "reply")


def _as_object(one: Settlement) -> dict[str, Any]:
    return dict(zip(_FIELDS, _as_list(one), strict=True)) | {"due_at": one.due_at and one.due_at.isoformat()}


_SET = """
UPDATE outbox SET
    state = settled.state,
    due_at = coalesce(settled.due_at, outbox.due_at),
    code = coalesce(settled.code, outbox.code),
    reason = settled.reason,
    phase = coalesce(settled.phase, outbox.phase),
    provider_id = coalesce(settled.provider_id, outbox.provider_id),
    attempts = outbox.attempts - settled.spare,
    sent_at = CASE WHEN settled.state IN ('sent', 'delivered') THEN coalesce(outbox.sent_at, :now) ELSE outbox.sent_at END,
    settled_at = CASE WHEN settled.state = 'planned' THEN NULL ELSE :now END,
    lease_owner = NULL, lease_token = NULL, lease_expires_at = NULL
FROM settled
WHERE outbox.id = settled.id AND outbox.lease_token = settled.token
RETURNING outbox.id
"""
_CLOSE = """
UPDATE delivery_attempt SET
    finished_at = :now, outcome = settled.outcome, phase = settled.phase,
    code = settled.code, reply = settled.reply
FROM settled
WHERE delivery_attempt.outbox_id = settled.id AND delivery_attempt.lease_token = settled.token
    AND delivery_attempt.finished_at IS NULL AND settled.outcome IS NOT NULL
"""
# MATERIALIZED keeps SQLite from walking every row in flight and asking the list for each.
_FROM_SQLITE = """
WITH settled AS MATERIALIZED (
    SELECT
        json_extract(value, '$[0]') AS id, json_extract(value, '$[1]') AS token, json_extract(value, '$[2]') AS state,
        json_extract(value, '$[3]') AS due_at, json_extract(value, '$[4]') AS code, json_extract(value, '$[5]') AS reason,
        json_extract(value, '$[6]') AS phase, json_extract(value, '$[7]') AS provider_id,
        json_extract(value, '$[8]') AS spare, json_extract(value, '$[9]') AS outcome, json_extract(value, '$[10]') AS reply
    FROM json_each(:rows)
)
"""
_FROM_POSTGRES = """
WITH settled AS (
    SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS fields (
        id bigint, token text, state text, due_at timestamptz, code text, reason text, phase text, provider_id text,
        spare integer, outcome text, reply text
    )
)
"""
_NOW = bindparam("now", type_=UtcDateTime())
_SETTLE: dict[bool, TextClause] = {
    False: text(_FROM_SQLITE + _SET).bindparams(_NOW),
    True: text(_FROM_POSTGRES + _SET).bindparams(_NOW),
}
_CLOSE_ATTEMPTS: dict[bool, TextClause] = {
    False: text(_FROM_SQLITE + _CLOSE).bindparams(_NOW),
    True: text(_FROM_POSTGRES + _CLOSE).bindparams(_NOW),
}
