"""The ledger's hot path: claim, begin and settle rows by the hundred, in one visit to the driver.

These statements are written out and given to sqlite3 and asyncpg themselves: through an ORM or Core each costs three or four
hops between threads and 10 µs a row.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import asyncpg_of, on_sqlite, real_now
from storage.models import Channel, DeliveryState
from storage.queries import claims_sql as sql
from storage.queries.inbox import is_postgres


class Delivery(NamedTuple):
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


class Settlement(NamedTuple):
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What to take: up to `limit` due rows, leased for `seconds` (real time) under one fencing token."""

    owner: str
    token: str
    seconds: float
    limit: int


@dataclass(frozen=True, slots=True)
class _Work:
    channel: Channel
    settlements: Sequence[Settlement]
    begin: Sequence[Delivery]
    claim: Claim | None
    now: datetime


@dataclass(slots=True)
class Turn:
    """What a turn did: ids settled, ids begun, rows claimed; `paused_until` (real time) where a pause forbade the latter two."""

    written: set[int] = field(default_factory=set)
    begun: set[int] = field(default_factory=set)
    claimed: list[Delivery] = field(default_factory=list)
    paused_until: datetime | None = None


async def turn(
    unit: AsyncConnection,
    *,
    channel: Channel,
    now: datetime,
    settlements: Sequence[Settlement] = (),
    begin: Sequence[Delivery] = (),
    claim: Claim | None = None,
) -> Turn:
    """Settles what ended and, unless the channel is paused for all processes, begins what is ready and claims what is next.

    Settling writes only where the fencing token still holds; the attempts begun under the tokens are closed either way, since
    what happened on the wire is a fact. Beginning opens an attempt for each row that is still ours. Claiming takes expired
    leases, then what is due by priority, and leaves rows of paused mailings alone; a row found in `sending` stays so,
    because whoever had it may have sent it.
    """
    work = _Work(channel, settlements, begin, claim, now)
    if is_postgres(unit):
        return await _turn_postgres(await asyncpg_of(unit), work)
    return await on_sqlite(unit, lambda driver: _turn_sqlite(driver, work))


# SQLite: one function in the driver's thread. Rows travel as JSON both ways: a statement that takes or gives them one by one
# lets go of the interpreter's lock and queues for it again at each.


def _turn_sqlite(driver: sqlite3.Connection, work: _Work) -> Turn:
    moment = _stored(work.now)
    done = Turn(written=_settle_sqlite(driver, work.settlements, moment))
    found = driver.execute("SELECT until FROM rate_pause WHERE scope = ?", (work.channel.value,)).fetchone()
    done.paused_until = _still_on(_read(found[0]) if found else None)
    if done.paused_until is None:
        done.begun = _begin_sqlite(driver, work.begin, moment)
        done.claimed = _claim_sqlite(driver, work.channel, work.claim, moment)
    return done


def _settle_sqlite(driver: sqlite3.Connection, settlements: Sequence[Settlement], moment: str) -> set[int]:
    if not settlements:
        return set()
    groups = _alike(settlements, moment)
    driver.execute("SAVEPOINT settling")
    before = driver.total_changes
    for values in groups:
        driver.execute(_settle_statement(values), values)
    if driver.total_changes - before == len(settlements):
        written = {one.id for one in settlements}
    else:
        # Some are somebody else's by now: once more, asking which were ours.
        driver.execute("ROLLBACK TO settling")
        written = {
            row[0] for values in groups for row in driver.execute(_settle_statement(values) + sql.RETURNING_ID, values)
        }
    driver.execute("RELEASE settling")
    for values in groups:
        if values["outcome"] is not None:
            driver.execute(sql.CLOSE_SQLITE, values)
    return written


def _settle_statement(values: dict[str, Any]) -> str:
    return sql.SETTLE_SQLITE if values["provider_id_of"] is None else sql.SETTLE_NAMED_SQLITE


def _alike(settlements: Iterable[Settlement], moment: str) -> list[dict[str, Any]]:
    """The parameters of one statement for all that ended alike; they differ in what the provider called and replied to each."""
    groups: dict[tuple[Any, ...], list[tuple[int, str | None, str | None]]] = {}
    for one in settlements:
        _id, token, state, due_at, code, reason, phase, provider_id, spare, outcome, reply = one
        ended = (token, state, due_at, code, reason, phase, spare, outcome)
        groups.setdefault(ended, []).append((_id, provider_id, reply))
    return [
        {
            "ids": json.dumps([row[0] for row in rows]),
            "provider_id_of": _by_id(rows, 1, most=200) if any(row[1] for row in rows) else None,
            "reply_of": _by_id(rows, 2, most=500) if outcome is not None else None,
            "now": moment,
            "token": token,
            "state": state.value,
            "due_at": due_at and _stored(due_at),
            "code": code and code[:40],
            "reason": reason and reason[:500],
            "phase": phase,
            "spare": int(spare),
            "outcome": outcome,
        }
        for (token, state, due_at, code, reason, phase, spare, outcome), rows in groups.items()
    ]


def _by_id(rows: Sequence[tuple[int, str | None, str | None]], place: Literal[1, 2], *, most: int) -> str:
    return json.dumps({row[0]: (said := row[place]) and said[:most] for row in rows})


def _begin_sqlite(driver: sqlite3.Connection, begin: Sequence[Delivery], moment: str) -> set[int]:
    if not begin:
        return set()
    values = {
        "ids": json.dumps([one.id for one in begin]),
        "tokens": json.dumps(list({one.lease_token for one in begin})),
        "now": moment,
    }
    begun = driver.execute(sql.BEGIN_SQLITE, values).rowcount
    driver.execute(sql.OPEN_ATTEMPTS_SQLITE, values)
    if begun == len(begin):
        return {one.id for one in begin}
    return {row[0] for row in driver.execute(sql.BEGUN_SQLITE, values)}


def _claim_sqlite(driver: sqlite3.Connection, channel: Channel, claim: Claim | None, moment: str) -> list[Delivery]:
    if claim is None or claim.limit <= 0:
        return []
    here = real_now()
    values = {
        "channel": channel.value,
        "owner": claim.owner,
        "token": claim.token,
        "now": moment,
        "here": _stored(here),
        "expires": _stored(here + timedelta(seconds=claim.seconds)),
    }
    before = driver.total_changes
    driver.execute(sql.claim(postgres=False, limit=claim.limit), values)
    if driver.total_changes == before:
        return []
    rows = json.loads(driver.execute(sql.CLAIMED_SQLITE, values).fetchone()[0])
    rows.sort(key=lambda row: (row[3], row[4], row[0]))
    payloads = json.loads(f"[{','.join(row[6] for row in rows)}]")  # together: one by one costs three times as much
    return _deliveries(rows, payloads, channel, claim.token, _read)


# PostgreSQL: the same statements, one after another on the driver's connection.


async def _turn_postgres(driver: Any, work: _Work) -> Turn:
    now = _aware(work.now)
    done = Turn(written=await _settle_postgres(driver, work.settlements, now))
    until = await driver.fetchval("SELECT until FROM rate_pause WHERE scope = $1", work.channel.value)
    done.paused_until = _still_on(until)
    if done.paused_until is None:
        done.begun = await _begin_postgres(driver, work.begin, now)
        done.claimed = await _claim_postgres(driver, work.channel, work.claim, now)
    return done


async def _settle_postgres(driver: Any, settlements: Sequence[Settlement], now: datetime) -> set[int]:
    if not settlements:
        return set()
    columns = list(zip(*(_fields(one) for one in settlements), strict=True))
    written = await driver.fetch(sql.SETTLE_POSTGRES, *columns, now)
    if any(one.outcome for one in settlements):
        await driver.execute(sql.CLOSE_POSTGRES, *columns, now)
    return {row[0] for row in written}


async def _begin_postgres(driver: Any, begin: Sequence[Delivery], now: datetime) -> set[int]:
    if not begin:
        return set()
    ids, tokens = [one.id for one in begin], list({one.lease_token for one in begin})
    return {row[0] for row in await driver.fetch(sql.BEGIN_POSTGRES, ids, tokens, now)}


async def _claim_postgres(driver: Any, channel: Channel, claim: Claim | None, now: datetime) -> list[Delivery]:
    if claim is None or claim.limit <= 0:
        return []
    here = real_now()
    expires = here + timedelta(seconds=claim.seconds)
    statement = sql.claim(postgres=True, limit=claim.limit)
    rows = await driver.fetch(statement, channel.value, claim.owner, claim.token, now, here, expires)
    rows.sort(key=lambda row: (row[3], row[4], row[0]))
    return _deliveries(rows, [row[6] for row in rows], channel, claim.token, _same)


# Between rows and values.


def _deliveries(
    rows: Sequence[Sequence[Any]],
    payloads: Iterable[dict[str, Any]],
    channel: Channel,
    token: str,
    moment: Callable[[Any], datetime],
) -> list[Delivery]:
    """From rows in the order of the claim's columns."""
    return [
        Delivery(
            row[0],
            channel,
            row[1],
            _IN_HAND[row[2]],
            row[3],
            moment(row[4]),
            row[5],
            payload,
            bool(row[7]),
            row[8],
            row[9],
            row[10],
            row[11],
            row[12],
            row[13],
            token,
            moment(row[14]),
        )
        for row, payload in zip(rows, payloads, strict=True)
    ]


def _fields(one: Settlement) -> tuple[Any, ...]:
    """In the order in which PostgreSQL unpacks them, cut to what the columns hold."""
    return (
        one.id,
        one.token,
        one.state.value,
        one.due_at and _aware(one.due_at),
        one.code and one.code[:40],
        one.reason and one.reason[:500],
        one.phase,
        one.provider_id and one.provider_id[:200],
        int(one.spare),
        one.outcome,
        one.reply and one.reply[:500],
    )


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("naive datetime")
    return moment


def _stored(moment: datetime) -> str:
    """As the column type writes it on SQLite."""
    return _aware(moment).astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


@lru_cache(maxsize=1024)  # rows of one mailing share their moments
def _read(stored: str) -> datetime:
    return datetime.fromisoformat(stored).replace(tzinfo=UTC)


def _same(moment: datetime) -> datetime:
    return moment


def _still_on(until: datetime | None) -> datetime | None:
    return until if until is not None and until > real_now() else None


_IN_HAND = {state.value: state for state in (DeliveryState.CLAIMED, DeliveryState.SENDING)}
