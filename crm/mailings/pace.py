"""How fast a mailing goes: a few marks of how far it was, of the last minutes, kept while it runs.

A mark is (moment, deliveries done). Pauses and nights end the row of marks: what they would say of the speed is wrong.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Mailing, MailingState
from storage.queries import meta

APART: Final = timedelta(seconds=10)
REACHES_BACK: Final = timedelta(minutes=2)
MOVING: Final = frozenset({MailingState.EXPANDING, MailingState.RUNNING})

Mark = tuple[datetime, int]


async def note(session: AsyncSession, *, mailing: Mailing, done: int, now: datetime) -> None:
    """Keeps a mark of a mailing that moves, at most every ten seconds; forgets them all when it stands."""
    marks = await _marks(session, mailing.id)
    if mailing.state not in MOVING:
        if marks:
            await meta.forget(session, _key(mailing.id))
        return
    recent = [one for one in marks if now - REACHES_BACK <= one[0] <= now]
    if recent and now - recent[-1][0] < APART:
        return
    kept = [(at.isoformat(), count) for at, count in (*recent, (now, done))]
    await meta.put(session, _key(mailing.id), json.dumps(kept))


async def is_due(session: AsyncSession, *, mailing: Mailing, now: datetime) -> bool:
    """Whether the last mark is old enough for the next."""
    marks = await _marks(session, mailing.id)
    return not marks or not timedelta(0) <= now - marks[-1][0] < APART


async def pace(session: AsyncSession, *, mailing: Mailing, done: int, now: datetime) -> int | None:
    """Deliveries done a minute since the oldest mark of the last two; None: unknown, or it stands."""
    if mailing.state not in MOVING:
        return None
    marks = [one for one in await _marks(session, mailing.id) if now - REACHES_BACK <= one[0] < now]
    if not marks:
        return None
    at, before = marks[0]
    minutes = (now - at) / timedelta(minutes=1)
    return round((done - before) / minutes) or None if done > before else None


async def _marks(session: AsyncSession, mailing_id: int) -> list[Mark]:
    found = await meta.value(session, _key(mailing_id))
    return [(datetime.fromisoformat(at), int(count)) for at, count in json.loads(found)] if found else []


def _key(mailing_id: int) -> str:
    return f"mailing-pace:{mailing_id}"
