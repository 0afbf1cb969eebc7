"""Lines of a delivery's story, added in one statement however many; what was just told is not told again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import DeliveryEvent
from storage.queries.inbox import Unit, is_postgres
from storage.types import UtcDateTime


@dataclass(frozen=True, slots=True)
class Note:
    """`what` befell a delivery; left out when the same was noted of it within `unless_within`."""

    outbox_id: int
    what: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    unless_within: timedelta = timedelta()


async def note(unit: Unit, notes: Sequence[Note], *, now: datetime) -> None:
    """Adds the lines, all at `now`."""
    if not notes:
        return
    postgres = is_postgres(unit)
    rows = [
        {
            "id": one.outbox_id,
            "what": one.what[:40],
            "facts": json.dumps(dict(one.facts)),
            "since": _moment(now - one.unless_within, postgres=postgres),
        }
        for one in notes
    ]
    await unit.execute(_ADD[postgres], {"rows": json.dumps(rows), "now": now})


async def of(session: AsyncSession, *, outbox_id: int, limit: int) -> list[DeliveryEvent]:
    """The newest lines of a delivery's story, the oldest of them first."""
    query = select(DeliveryEvent).where(DeliveryEvent.outbox_id == outbox_id).order_by(DeliveryEvent.id.desc())
    return list((await session.execute(query.limit(limit))).scalars())[::-1]


def _moment(at: datetime, *, postgres: bool) -> str:
    """As the driver would store it, so that texts compare as moments do."""
    return at.isoformat() if postgres else at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


_GIVEN_SQLITE = """
    SELECT
        json_extract(value, '$.id') AS id, json_extract(value, '$.what') AS what,
        json_extract(value, '$.facts') AS facts, json_extract(value, '$.since') AS since
    FROM json_each(:rows)
"""
_GIVEN_POSTGRES = """
    SELECT id, what, CAST(facts AS jsonb) AS facts, since
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS fields (id bigint, what text, facts text, since timestamptz)
"""
_INSERT = """
INSERT INTO delivery_event (outbox_id, what, facts, at)
SELECT given.id, given.what, given.facts, :now FROM ({given}) AS given
WHERE NOT EXISTS (
    SELECT 1 FROM delivery_event AS told
    WHERE told.outbox_id = given.id AND told.what = given.what AND told.at > given.since
)
"""
_NOW = bindparam("now", type_=UtcDateTime())
_ADD = {
    False: text(_INSERT.format(given=_GIVEN_SQLITE)).bindparams(_NOW),
    True: text(_INSERT.format(given=_GIVEN_POSTGRES)).bindparams(_NOW),
}
